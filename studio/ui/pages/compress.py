"""The Compress page: the choices of the recipe on the left, what they did, measured, on the right."""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Slot
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSpinBox, QVBoxLayout

from studio.core.board import find_board
from studio.core.build import Build, Optimize, fit
from studio.core.errors import StudioError
from studio.core.pipeline import Problem, Results, Step, fit_of, needs_c
from studio.core.project import Project
from studio.core.recipe import Recipe, Scheme, write_recipe
from studio.core.storage import write_atomically
from studio.ui.choosing import RECIPE_FILES, choose_file, choose_place
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.choices import SchemeChoice, ShareSlider
from studio.ui.widgets.cost_table import CostTable
from studio.ui.widgets.layouts import Card, PageFrame, label, row
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.outcome import Outcome
from studio.ui.widgets.when_shown import WhenShown

_WORDS = "Smaller and faster, and what that costs: measured on your data while you choose."
_TUNED_FOR = {
    Optimize.SIZE: "little storage (size)",
    Optimize.BALANCED: "a balance of both",
    Optimize.SPEED: "quick answers (speed)",
}
_JOBS = ("compress", "compile_candidate", "evaluate", "measure")


class CompressPage(PageFrame):
    """The recipe and its measured result."""

    def __init__(self, session: Session) -> None:
        super().__init__("Compress", _WORDS)
        self._session = session
        self._now: tuple[Recipe, Build] | None = None
        self._before: tuple[Recipe, Build] | None = None
        self.notice = Notice()
        self.scheme = SchemeChoice()
        self.pruning = ShareSlider(90, "Channels removed")
        self.calibration = QSpinBox()
        self.calibration.setRange(1, 100_000)
        self.calibration.setSingleStep(50)
        self.calibration.setSuffix(" samples")
        self.calibration.setKeyboardTracking(False)
        self.calibration.setAccessibleName("Calibration samples")
        self.optimize = QComboBox()
        for optimize, words in _TUNED_FOR.items():
            self.optimize.addItem(words, optimize)
        self.optimize.setAccessibleName("What the C code is tuned for")
        self.load_recipe = QPushButton("Load recipe…")
        self.save_recipe = QPushButton("Save recipe…")
        self.outcome = Outcome()
        self.costs = CostTable()
        self._lay_out()

        self.scheme.scheme_chosen.connect(self._on_scheme)
        self.pruning.percent_changed.connect(self._on_pruning)
        self.calibration.valueChanged.connect(self._on_calibration)
        self.optimize.activated.connect(self._on_optimize)
        self._fresh = WhenShown(self, self._refresh)
        self.load_recipe.clicked.connect(self._on_load_recipe)
        self.save_recipe.clicked.connect(self._on_save_recipe)
        self.notice.cure_wanted.connect(self._on_cure_wanted)
        session.project_changed.connect(self._on_project_changed)
        session.results_changed.connect(self._on_results_changed)
        session.job_ended.connect(self._on_job_ended)
        self._show_choices(session.project)
        self._refresh()

    def write_recipe_to(self, path: Path) -> None:
        """Write the recipe as JSON; what went wrong stands on the page."""
        try:
            write_atomically(path, write_recipe(self._session.project.recipe).encode())
        except StudioError as error:
            self.notice.show_sentence(str(error), Tone.DANGER)

    def _lay_out(self) -> None:
        schemes = Card("How numbers are stored (quantization)")
        schemes.body.addWidget(self.scheme)
        pruning = Card("Channels removed (structured pruning)")
        pruning.body.addWidget(self.pruning)
        words = (
            "The channels that matter least leave every layer that can lose some, in fours where there are many. "
            "Storage, memory and compute shrink; the model is not trained again, so the accuracy falls."
        )
        pruning.body.addWidget(label(words, "small", wrap=True))
        calibration = Card("Samples that set the 8-bit ranges (calibration)")
        words = "Taken from the training samples. 100 to 500 are usual."
        calibration.body.addLayout(row(self.calibration, label(words, "small", wrap=True)))
        code = Card("What the C code is tuned for")
        words = "The answers are the same to the bit; code size and time differ."
        code.body.addLayout(row(self.optimize, label(words, "small", wrap=True)))
        self._choices = (schemes, pruning, calibration)
        choices = QVBoxLayout()
        choices.setSpacing(GRID + GRID // 2)
        for card in (*self._choices, code):
            choices.addWidget(card)
        choices.addLayout(row(self.load_recipe, self.save_recipe, None))
        choices.addStretch(1)
        self.cost_card = Card("What it costs")
        self.cost_card.body.addWidget(self.costs)
        results = QVBoxLayout()
        results.setSpacing(GRID + GRID // 2)
        results.addWidget(self.notice)
        results.addWidget(self.outcome)
        results.addWidget(self.cost_card)
        results.addStretch(1)
        sides = QHBoxLayout()
        sides.setSpacing(2 * GRID)
        sides.addLayout(choices, 1)
        sides.addLayout(results, 1)
        self.body.addLayout(sides)
        self.body.addStretch(1)

    def _show_result(self) -> None:
        session = self._session
        project, results, previous = session.project, session.results, session.previous
        measuring = session.busy and results.problems == ()
        self.outcome.set_size(results.model, previous.candidate, stale=results.candidate is None)
        self.outcome.set_notes(_notes(results))
        self.outcome.set_accuracy(previous.evaluation, stale=results.evaluation is None)
        if measuring and (results.candidate is None or results.evaluation is None):
            self.outcome.set_state("working", "accent", "Measuring…")
        elif results.evaluation is not None:
            self.outcome.set_state("done", "good", _measured_with(results))
        elif results.candidate is None and previous.candidate is not None:
            self.outcome.set_state(
                "waiting", "muted", "Not measured: these figures are from before the change."
            )
        elif results.candidate is None:
            self.outcome.set_state("waiting", "muted", "Nothing is measured yet.")
        else:
            self.outcome.set_state(
                "waiting", "muted", "The accuracy needs data: choose it on the Model page."
            )
        board = find_board(project.board)
        self.cost_card.heading.setText(f"What it costs on the {board.name}")
        measured = results.build is not None and results.build.measurement is not None
        before = self._before if measured else None
        older = fit(before[1], board, project.deadline_ms * 1000) if before else None
        name = before[0].title if before else ""
        shown = previous if results.candidate is None or needs_c(project, results) else results
        self.costs.set_fits(fit_of(project, shown), older, name, stale=results.build is None)

    def _keep(self, recipe: Recipe, build: Build | None) -> None:
        """Remember the build of the choice before, to show what the last choice changed."""
        if build is None:
            return
        if self._now is not None and self._now[0] != recipe and self._now[1].measurement is not None:
            self._before = self._now
        self._now = (recipe, build)

    def _show_notice(self) -> None:
        project, results = self._session.project, self._session.results
        problem = self._problem()
        if problem is not None:
            self.notice.show_sentence(problem.sentence, Tone.DANGER, "Try again")
        elif not project.model:
            self.notice.show_sentence("There is no model yet. Open one first.", Tone.INFO, "Go to Model")
        elif results.model is not None and not project.data and not results.model.quantized:
            sentence = "Compression is fitted to real samples and measured on them. Choose data first."
            self.notice.show_sentence(sentence, Tone.INFO, "Go to Model")
        elif results.model is not None and results.model.quantized:
            sentence = "This model is stored in 8 bits already; there is nothing left to choose here."
            self.notice.show_sentence(sentence)
        elif (words := project.recipe.scheme.why_not_on_microcontrollers) and not find_board(
            project.board
        ).takes_float:
            self.notice.show_sentence(words, Tone.WARNING, "Use int8")
        else:
            self.notice.show_sentence("")
        free = results.model is None or not results.model.quantized
        for card in self._choices:
            card.setEnabled(bool(project.model) and free)

    def _problem(self) -> Problem | None:
        results = self._session.results
        return next((found for job in _JOBS if (found := results.problem(job)) is not None), None)

    def _refresh(self) -> None:
        try:
            self._show_notice()
            self._show_result()
        except StudioError as error:
            self.notice.show_sentence(str(error), Tone.DANGER)

    def _show_choices(self, project: Project) -> None:
        recipe = project.recipe
        self.optimize.setCurrentIndex(self.optimize.findData(project.optimize))
        self.scheme.set_scheme(recipe.scheme)
        self.pruning.set_percent(round(recipe.pruning * 100))
        with QSignalBlocker(self.calibration):
            self.calibration.setValue(recipe.calibration_samples)

    @Slot(object)
    def _on_project_changed(self, project: Project) -> None:
        self._show_choices(project)
        self._fresh.ask()

    @Slot(object)
    def _on_results_changed(self, results: Results) -> None:
        if results.model is None:
            self._now = self._before = None
        self._keep(self._session.project.recipe, results.build)
        self._fresh.ask()

    @Slot()
    def _on_job_ended(self) -> None:
        self._fresh.ask()

    @Slot(str)
    def _on_scheme(self, scheme: str) -> None:
        self._change(replace(self._session.project.recipe, scheme=Scheme(scheme)), "")

    @Slot(int)
    def _on_pruning(self, percent: int) -> None:
        self._change(replace(self._session.project.recipe, pruning=percent / 100), "pruning")

    @Slot(int)
    def _on_calibration(self, samples: int) -> None:
        self._change(replace(self._session.project.recipe, calibration_samples=samples), "calibration")

    @Slot(int)
    def _on_optimize(self, place: int) -> None:
        optimize = Optimize(self.optimize.itemData(place))
        self._session.change(replace(self._session.project, optimize=optimize))

    def _change(self, recipe: Recipe, merge: str) -> None:
        self._session.change(replace(self._session.project, recipe=recipe), merge=merge)

    @Slot()
    def _on_cure_wanted(self) -> None:
        project = self._session.project
        if self._problem() is not None:
            self._session.retry()
        elif project.model and (project.data or project.recipe.scheme is not Scheme.INT8):
            self._change(replace(project.recipe, scheme=Scheme.INT8), "")
        else:
            self.step_wanted.emit(Step.MODEL.value)

    @Slot()
    def _on_load_recipe(self) -> None:
        choose_file(self, "Load a recipe", (RECIPE_FILES,), self._session.open_path)

    @Slot()
    def _on_save_recipe(self) -> None:
        name = f"{self._session.project.name} recipe.json"
        choose_place(self, "Save the recipe", RECIPE_FILES, ".json", name, self.write_recipe_to)


def _notes(results: Results) -> tuple[str, ...]:
    compressed = results.candidate.notes if results.candidate else ()
    return (*compressed, *(results.build.notes if results.build else ()))


def _measured_with(results: Results) -> str:
    if results.evaluation is None:
        return ""
    words = f"Measured with {results.evaluation.engine.value}."
    known = results.build.measurement if results.build else None
    if known is not None:
        words += (
            f" The virtual board gave the same answer for {known.equal_samples} of {known.samples} samples."
        )
    return words
