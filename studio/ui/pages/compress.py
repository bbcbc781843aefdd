"""The Compress page: the choices of the recipe on the left, what they did, measured, on the right."""

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from studio.core.board import find_board
from studio.core.build import Fit, Optimize
from studio.core.command_line import reproducing_command
from studio.core.errors import StudioError
from studio.core.forecast import forecast_fit, moved
from studio.core.known_fits import known_fit
from studio.core.metric import metric_of
from studio.core.pipeline import needs_c
from studio.core.project import Project
from studio.core.recipe import Recipe, Scheme, write_recipe
from studio.core.results import Problem, Results
from studio.core.steps import Step
from studio.core.storage import write_atomically
from studio.core.trade_off import Cost, limit_of, limits_of, points
from studio.ui.choosing import RECIPE_FILES, choose_file, choose_place
from studio.ui.layer_files import LayerFiles
from studio.ui.measured import Measured
from studio.ui.session import Session
from studio.ui.standing import LIMITS_PLACE, notes_of, standing
from studio.ui.study_panels import StudyPanels
from studio.ui.theme import GRID
from studio.ui.widgets.accuracy_view import AccuracyView
from studio.ui.widgets.candidate_table import CandidateTable
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.outcome import Outcome
from studio.ui.widgets.plot_export import Drawn
from studio.ui.widgets.recipe_column import RecipeColumn
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.trade_off_plot import TradeOffPlot
from studio.ui.widgets.when_shown import WhenShown

_WORDS = "Smaller and faster, and what that costs: measured on your data while you choose."
_JOBS = ("compress", "preview", "compile_candidate", "evaluate", "measure")
_LEFT_SHARE, _LEFT_LEAST, _LEFT_MOST = 0.36, 328, 376
_REDRAW_MS = 100  # the list of candidates need not follow every trial of a search at once


class CompressPage(QWidget):
    """The recipe and its measured result. `forecast_changed` carries the estimated `Fit` while a result is awaited.

    `step_wanted` asks the window to show another step (a value of `Step`), or a place there ("review#limits").
    """

    step_wanted = Signal(str)
    forecast_changed = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._measured = Measured()
        self._forecast_fit: Fit | None = None
        self.notice = Notice()
        self.choices = RecipeColumn()
        self.outcome = Outcome()
        self.trade_off = TradeOffPlot()
        self.candidates = CandidateTable()
        self.curve = CurvePlot()
        self.accuracy = AccuracyView()
        self.tabs = QTabWidget()
        self._files = LayerFiles(self)
        self._lay_out()
        self._studies = StudyPanels(session, self.choices.training, self.choices.search, self.curve)
        self._studies.began.connect(self._on_study_began)
        self._fresh = WhenShown(self, self._refresh)
        self._fresh_list = WhenShown(self, self._show_candidates)
        self._redraw = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._redraw.timeout.connect(self._fresh_list.ask)
        self._soon = QTimer(self, singleShot=True, interval=0)  # many results in one turn are shown once
        self._soon.timeout.connect(self._fresh.ask)
        self._connect_choices()
        self._connect_session()
        self._refresh()
        self._show_candidates()

    @property
    def forecast(self) -> Fit | None:
        """Need against limit as estimated while the measured figures are awaited; None when they are there."""
        return self._forecast_fit

    @property
    def redraw_pending(self) -> bool:
        """True while something is about to be drawn anew."""
        return self._redraw.isActive() or self._soon.isActive()

    def write_recipe_to(self, path: Path) -> None:
        """Write the recipe as JSON; what went wrong stands on the page."""
        try:
            write_atomically(path, write_recipe(self._session.project.recipe).encode())
        except StudioError as error:
            self.notice.show_sentence(str(error), Tone.DANGER)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: the choices take about a third."""
        super().resizeEvent(event)
        width = round(event.size().width() * _LEFT_SHARE)
        least = max(_LEFT_LEAST, self._left.minimumSizeHint().width())
        self._left.setFixedWidth(max(least, min(width, _LEFT_MOST)))

    def _lay_out(self) -> None:
        self._left = Scrolled(self.choices)
        self._left.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Tab leads to the choices, which scroll into sight
        self.tabs.setDocumentMode(False)
        self.tabs.tabBar().setAccessibleName("What is shown of the results")
        self.tabs.addTab(self.trade_off, "Trade-off")
        self.tabs.addTab(self.candidates, "Candidates")
        self.tabs.addTab(self.curve, "Training")
        self.tabs.addTab(self.accuracy, "Accuracy")
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addWidget(self.notice)
        right.addWidget(self.outcome)
        right.addWidget(self.tabs, 1)
        sides = QHBoxLayout()
        sides.setSpacing(GRID)
        sides.addWidget(self._left)
        sides.addLayout(right, 1)
        words = label(_WORDS, "muted")
        words.setMinimumWidth(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID + GRID // 2)
        layout.addLayout(row(label("Compress", "title"), words, None, spacing=2 * GRID))
        layout.addLayout(sides, 1)
        self.addAction(self.candidates.keep)

    def _connect_choices(self) -> None:
        session, choices = self._session, self.choices
        choices.recipe_changed.connect(self._on_recipe)
        choices.tuning.optimize_chosen.connect(self._on_optimize)
        choices.apart.layers_wanted.connect(self._on_layers_wanted)
        choices.search.copy_wanted.connect(self._on_copy)
        choices.load_recipe.clicked.connect(self._on_load_recipe)
        choices.save_recipe.clicked.connect(self._on_save_recipe)
        self.notice.cure_wanted.connect(self._on_cure_wanted)
        self.outcome.limits_wanted.connect(partial(self.step_wanted.emit, LIMITS_PLACE))
        self.trade_off.point_chosen.connect(session.take)
        for plot in (self.trade_off, self.curve):
            plot.picture_wanted.connect(partial(self._on_picture, plot))
        self._files.failed.connect(self._on_not_written)
        self.candidates.take_wanted.connect(session.take)
        self.candidates.keep_wanted.connect(self._on_keep)
        self.candidates.copy_wanted.connect(self._on_copy)
        self.candidates.rename_wanted.connect(session.candidates.rename)
        self.candidates.pin_wanted.connect(session.candidates.pin)
        self.candidates.drop_wanted.connect(self._on_drop)

    def _connect_session(self) -> None:
        session = self._session
        session.project_changed.connect(self._on_project_changed)
        session.results_changed.connect(self._on_results_changed)
        session.job_ended.connect(self._soon.start)
        session.entries_changed.connect(self._fresh_list.ask)
        session.studies.changed.connect(self._on_studies_changed)
        session.studies.ended.connect(self._on_study_ended)

    def _refresh(self) -> None:
        project = self._session.project
        self.choices.set_recipe(project.recipe)
        self.choices.tuning.set_optimize(project.optimize)
        try:
            self._show_notice()
            self._show_result()
            self._studies.refresh()
        except StudioError as error:
            self.notice.show_sentence(str(error), Tone.DANGER)

    def _show_result(self) -> None:
        project, results, known = self._session.project, self._session.results, self._measured
        board, deadline_us = find_board(project.board), project.deadline_ms * 1000
        waits = results.candidate is None or (results.build is None and needs_c(project, results))
        awaited = known.forecast(project.recipe, results) if waits and results.problems == () else None
        self._say_forecast(forecast_fit(awaited, board, deadline_us))
        measuring = self._session.busy and results.problems == ()
        how = standing(results, measuring=measuring, known=known.candidate is not None)
        self.outcome.set_state(how.symbol, how.color, how.words)
        if results.candidate is not None or results.model is None:
            self.outcome.set_notes(notes_of(results))
        size = awaited if results.candidate is None else None
        self.outcome.set_size(
            results.model,
            results.candidate or known.candidate,
            forecast=size.weight_bytes if size else None,
            stale=results.candidate is None,
        )
        self.outcome.set_accuracy(results.accuracy or known.accuracy, stale=results.accuracy is None)
        seen = results.accuracy is not None and self._session.reviewing.preliminary.results_hidden
        self.outcome.limits.setVisible(seen)
        # A board that runs the .tflite as it is gets no C of this: nothing is awaited, and no old figure holds.
        as_it_is = results.candidate is not None and results.build is None and not needs_c(project, results)
        now = None if as_it_is else results.build or known.build
        before = known.before if results.build and results.build.measurement else None
        self.outcome.set_fits(
            known_fit(now, board, deadline_us) if now else None,
            known_fit(before[1], board, deadline_us) if before else None,
            before[0].title if before else "",
            forecast=self._forecast_fit,
            stale=results.build is None,
            unknown="no C: runs the .tflite" if as_it_is else "known after building",
        )
        if results.accuracy is not None or results.dataset is None:
            preview = results.evaluation is None
            self.accuracy.set_evaluation(results.accuracy, results.dataset, preview=preview)
        numbers = self.choices.numbers
        numbers.scheme.set_microcontroller(not board.takes_float)
        numbers.set_candidate(results.model, results.candidate)
        self.choices.pruning.set_removed(results.candidate.removed_channels if results.candidate else 0)

    def _say_forecast(self, found: Fit | None) -> None:
        if found != self._forecast_fit:
            self._forecast_fit = found
            self.forecast_changed.emit(found)

    def _show_candidates(self) -> None:
        session = self._session
        project, results = session.project, session.results
        try:
            board, entries = find_board(project.board), session.candidates.entries()
        except StudioError as error:
            self.notice.show_sentence(str(error), Tone.DANGER)
            return
        metric = metric_of(results.accuracy or self._measured.accuracy, results.dataset)
        limits = {cost: limit_of(board, project.deadline_ms * 1000, cost) for cost in Cost}
        self.candidates.set_entries(entries, project.recipe, metric=metric)
        found = points(entries, session.studies.trials)
        sought = limits_of(session.studies.sought)
        self.trade_off.set_points(found, project.recipe, limits, metric=metric, sought=sought)
        self.choices.numbers.set_entries(entries, metric=metric)
        self.choices.pruning.set_entries(entries, board.name)

    def _show_notice(self) -> None:
        project, results = self._session.project, self._session.results
        problem, scheme = self._problem(), project.recipe.scheme
        if problem is not None:
            self.notice.show_sentence(problem.sentence, Tone.DANGER, "Try again")
        elif not project.model:
            self.notice.show_sentence("There is no model yet. Open one first.", Tone.INFO, "Go to Model")
        elif results.model is not None and results.model.quantized:
            sentence = "This model is stored in 8 bits already; there is nothing left to choose here."
            self.notice.show_sentence(sentence)
        elif results.model is not None and not project.data:
            sentence = "Compression is fitted to real samples and measured on them. Choose data first."
            self.notice.show_sentence(sentence, Tone.INFO, "Go to Model")
        elif (words := scheme.why_not_on_microcontrollers) and not find_board(project.board).takes_float:
            self.notice.show_sentence(words, Tone.WARNING, "Use int8")
        else:
            self.notice.show_sentence("")
        self.choices.set_choosable(bool(project.model) and not (results.model and results.model.quantized))

    def _problem(self) -> Problem | None:
        results = self._session.results
        return next((found for job in _JOBS if (found := results.problem(job)) is not None), None)

    @Slot(object)
    def _on_project_changed(self, project: Project) -> None:
        self._fresh.ask()
        self._redraw.start()

    @Slot(object)
    def _on_results_changed(self, results: Results) -> None:
        self._measured = self._measured.after(results)
        self._soon.start()

    @Slot()
    def _on_studies_changed(self) -> None:
        self._fresh.ask()
        if not self._redraw.isActive():
            self._redraw.start()

    @Slot(str)
    def _on_study_began(self, job: str) -> None:
        training = job == "train"
        self.tabs.setCurrentWidget(self.curve if training else self.trade_off)
        panel = self.choices.training if training else self.choices.search
        self._bring_into_sight(panel.progress)

    @Slot(str)
    def _on_study_ended(self, job: str) -> None:
        if job in ("train", "search"):
            panel = self.choices.training if job == "train" else self.choices.search
            self._bring_into_sight(panel.said)

    def _bring_into_sight(self, part: QWidget) -> None:
        """Scroll the choices there, after the layout has made room for it."""
        QTimer.singleShot(0, part, lambda: self._left.ensureWidgetVisible(part, 0, GRID))

    @Slot(object, str)
    def _on_recipe(self, recipe: Recipe, merge: str) -> None:
        self._session.set_recipe(moved(self._session.project.recipe, recipe), merge)

    @Slot(str)
    def _on_optimize(self, optimize: str) -> None:
        self._session.change(replace(self._session.project, optimize=Optimize(optimize)))

    @Slot()
    def _on_layers_wanted(self) -> None:
        self.step_wanted.emit(Step.LAYERS.value)

    @Slot(object)
    def _on_copy(self, what: Recipe | str) -> None:
        words = what if isinstance(what, str) else reproducing_command(self._session.project, what)
        QGuiApplication.clipboard().setText(words)

    def _on_picture(self, plot: Drawn, suffix: str) -> None:
        self._files.ask_for_picture(plot, suffix, self._session.project.name)

    @Slot(str)
    def _on_not_written(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.DANGER)

    @Slot()
    def _on_keep(self) -> None:
        self._session.candidates.keep(self._session.project.recipe)

    @Slot(tuple)
    def _on_drop(self, recipes: tuple[Recipe, ...]) -> None:
        for recipe in recipes:
            self._session.candidates.drop(recipe)

    @Slot()
    def _on_cure_wanted(self) -> None:
        project = self._session.project
        if self._problem() is not None:
            self._session.retry()
        elif project.model and (project.data or project.recipe.scheme is not Scheme.INT8):
            self._on_recipe(replace(project.recipe, scheme=Scheme.INT8), "")
        else:
            self.step_wanted.emit(Step.MODEL.value)

    @Slot()
    def _on_load_recipe(self) -> None:
        choose_file(self, "Load a recipe", (RECIPE_FILES,), self._session.opening.open_path)

    @Slot()
    def _on_save_recipe(self) -> None:
        name = f"{self._session.project.name} recipe.json"
        choose_place(self, "Save the recipe", RECIPE_FILES, ".json", name, self.write_recipe_to)
