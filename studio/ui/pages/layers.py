"""The Layers page: what each layer costs and how well it answers, before and after, and choices for single layers."""

from functools import partial

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QSplitter, QStackedLayout, QVBoxLayout, QWidget

from studio.core.board import Board, find_board
from studio.core.layer_facts import LayerFacts, choose, facts_of, release
from studio.core.layer_words import missing, summary
from studio.core.layers import LayerPair, pair_layers
from studio.core.recipe import Recipe, Scheme
from studio.core.results import Results
from studio.ui import theme
from studio.ui.layer_files import LayerFiles
from studio.ui.session import Session
from studio.ui.standing import LIMITS_PLACE
from studio.ui.widgets.before_limits import BeforeLimits
from studio.ui.widgets.layer_columns import From
from studio.ui.widgets.layer_menu import LayerMenu
from studio.ui.widgets.layer_plots import LayerPlots, Shown
from studio.ui.widgets.layer_table import LayerTable
from studio.ui.widgets.layer_tools import LayerTools
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.plot import Plot
from studio.ui.widgets.when_shown import WhenShown

_NO_MODEL = "Open a model on the Model page (Ctrl+1): its layers and what they cost will stand here."
_NO_CANDIDATE = "These are the layers as loaded. Add data on the Model page to compress them and compare."
_TURN_MS = 5  # between the parts of a refresh, so that others have their turn


class LayersPage(QWidget):
    """A table and plots with one selection; what is chosen for the selected layers is one step of undo.

    `step_wanted` asks the window to show another step, or a place there ("review#limits").
    """

    step_wanted = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.files = LayerFiles(self)
        self._pairs: tuple[tuple[object, ...], tuple[LayerPair, ...]] = ((), ())
        self._refused: dict[str, str] = {}
        self._share = 0.0
        self._next_shown = Shown()
        self.menu: LayerMenu | None = None

        self._title = label("Layers", "title")
        self._summary = label("", "muted", wrap=True)
        self.limits = BeforeLimits()
        self.notice = Notice()
        self.tools = LayerTools()
        self.table = LayerTable()
        self.plots = LayerPlots()
        self._empty = label(_NO_MODEL, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._lay_out()
        self._connect()
        self._show()

    @property
    def empty_words(self) -> str:
        """What the page says while there is nothing to show."""
        return self._empty.text() if self._stack.currentIndex() == 0 else ""

    @property
    def summary(self) -> str:
        """The line beside the title."""
        return self._summary.text()

    @property
    def stale(self) -> bool:
        """True for the few turns of the event loop until what has changed is shown."""
        return self._soon.isActive() or self._then.isActive()

    def _lay_out(self) -> None:
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.GRID // 2)
        column.addWidget(self.tools)
        column.addWidget(self.table, 1)
        self.table.setMinimumHeight(96)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(above)
        splitter.addWidget(self.plots)
        splitter.setStretchFactor(0, 1)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([500, 500])
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(splitter)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(theme.GRID * 3, theme.GRID * 2, theme.GRID * 3, theme.GRID)
        layout.setSpacing(theme.GRID)
        head = row(self._title, self._summary, spacing=2 * theme.GRID)
        head.setStretch(1, 1)
        layout.addLayout(head)
        layout.addWidget(self.notice)
        layout.addWidget(self.limits)
        layout.addWidget(body, 1)

    def _connect(self) -> None:
        session, table, plots = self._session, self.table, self.plots
        table.layers_selected.connect(self._on_selected)
        table.choice_wanted.connect(self._choose)
        table.release_wanted.connect(self._release)
        table.menu_wanted.connect(self._show_menu)
        self.tools.filter_changed.connect(self._on_filter)
        self.tools.choose_wanted.connect(self._on_choose_button)
        self.tools.columns_wanted.connect(self._on_columns_button)
        self.tools.csv_wanted.connect(self._on_csv)
        self.files.written.connect(self._on_written)
        self.files.failed.connect(self._on_not_written)
        plots.layer_picked.connect(table.select)
        self.limits.limits_wanted.connect(partial(self.step_wanted.emit, LIMITS_PLACE))
        plots.picture_wanted.connect(self._on_picture)
        plots.sensitivity.measure_wanted.connect(self._on_measure)
        plots.sensitivity.cancel_wanted.connect(session.studies.cancel)
        self._fresh = WhenShown(self, self._show)
        # What changes at once (choices, results, studies) is shown at once, and only once.
        self._soon = QTimer(self, singleShot=True, interval=_TURN_MS)
        self._soon.timeout.connect(self._fresh.ask)
        # The plots follow in a turn of their own: large models take a while to draw.
        self._then = QTimer(self, singleShot=True, interval=_TURN_MS)
        self._then.timeout.connect(self._show_plots)
        session.results_changed.connect(self._on_changed)
        session.project_changed.connect(self._on_changed)
        session.studies.changed.connect(self._on_changed)
        session.board_reports.changed.connect(self._on_changed)
        session.studies.progressed.connect(self._on_progressed)
        session.studies.failed.connect(self._on_study_failed)

    @Slot()
    def _on_changed(self, _what: object = None) -> None:
        self._soon.start()

    def _show(self) -> None:
        results, known = self._session.results, self._session.previous
        model = results.model
        self._stack.setCurrentIndex(0 if model is None else 1)
        self._summary.setVisible(model is not None)
        seen = known.accuracy is not None and self._session.reviewing.preliminary.results_hidden
        self.limits.setVisible(seen and model is not None)
        if model is None:
            problem = results.problem("load")
            self._empty.setText(problem.sentence if problem else _NO_MODEL)
            self.notice.show_sentence("")
            return
        studies = self._session.studies
        board = find_board(self._session.project.board)
        layers = facts_of(
            model,
            self._pairs_of(known),
            self._session.project.recipe,
            board,
            known.insides,
            studies.probed,
            studies.sensitivity.baseline if studies.sensitivity else None,
        )
        stale = _stale(results, known)
        self.table.set_layers(layers, stale, chooses=not model.quantized)
        self._next_shown = self._shown(layers, stale, known, board)
        self._then.start()
        self._show_notice(results)
        self._summary.setText(summary(results, known))
        self._show_counts()

    def _pairs_of(self, known: Results) -> tuple[LayerPair, ...]:
        """Which layer became which; matching them again takes a while, so that it is done for new layers alone."""
        assert known.model is not None
        after = known.candidate.layers if known.candidate else None
        builds = known.build.layers if known.build else ()
        cause = (known.model.layers, after, builds)
        if len(self._pairs[0]) != len(cause) or any(
            a is not b for a, b in zip(self._pairs[0], cause, strict=True)
        ):
            if after is None:
                pairs = tuple(
                    LayerPair(place, layer, layer) for place, layer in enumerate(known.model.layers)
                )
            else:
                pairs = pair_layers(known.model.layers, after, builds)
            self._pairs = (cause, pairs)
        return self._pairs[1]

    def _shown(
        self, layers: tuple[LayerFacts, ...], stale: frozenset[From], known: Results, board: Board
    ) -> Shown:
        session, studies = self._session, self._session.studies
        words = missing(
            session.project,
            session.results,
            known,
            probed=bool(studies.probed),
            probing=studies.running == "sensitivity",
            probe_failed=self._refused.get("sensitivity", ""),
        )
        return Shown(
            layers,
            stale,
            known.build,
            board.name,
            board.free_ram_bytes,
            known.candidate is not None,
            known.accuracy,
            session.results.accuracy is None,
            tuple(words.items()),
            session.board_reports.clock,
        )

    @Slot()
    def _show_plots(self) -> None:
        self.plots.set_shown(self._next_shown)
        self._show_study()

    def _show_study(self) -> None:
        studies, plot = self._session.studies, self.plots.sensitivity
        running = studies.running == "sensitivity"
        if not running:
            self._share = 0.0
        plot.set_running(running, self._share)
        model = self._session.results.model
        possible = model is not None and not model.quantized and self._session.results.dataset is not None
        busy = studies.running not in ("", "sensitivity")
        plot.measure_button.setEnabled(possible and not busy and studies.sensitivity is None)
        plot.measure_button.setToolTip(
            "Every layer is measured."
            if studies.sensitivity is not None
            else f"Wait until the {studies.running} is done."
            if busy
            else "Change one layer at a time and measure the accuracy"
        )
        found = studies.sensitivity
        plot.set_note(f"Measured on {found.n} validation samples" if found else "")

    def _show_notice(self, results: Results) -> None:
        problem = (
            results.problem("compress") or results.problem("compile_candidate") or results.problem("evaluate")
        )
        if problem is not None:
            self.notice.show_sentence(problem.sentence, Tone.WARNING)
        elif results.candidate is None and results.dataset is None and not self._session.project.data:
            self.notice.show_sentence(_NO_CANDIDATE)
        else:
            self.notice.show_sentence(" ".join(results.candidate.notes) if results.candidate else "")

    def _show_counts(self) -> None:
        selected = self.table.selected_layers
        reasons = [facts.locked for facts in selected]
        reason = reasons[0] if reasons and all(reasons) else ""
        self.tools.set_counts(len(self.table.layers), self.table.shown_count, len(selected), reason)

    def _take(self, recipe: Recipe, taken: int, reason: str) -> None:
        if not taken:
            self.tools.set_words(reason)
            return
        self._session.set_recipe(recipe)

    @Slot()
    def _on_selected(self) -> None:
        self.plots.mark(self.table.selected_numbers, self.table.selected)
        self._show_counts()

    @Slot(str)
    def _on_filter(self, words: str) -> None:
        self.table.set_filter(words)
        self._show_counts()

    @Slot(str, object)
    def _choose(self, part: str, value: Scheme | float | None) -> None:
        selected = self.table.selected_layers
        recipe, taken = choose(self._session.project.recipe, selected, part, value)
        refused = next((facts for facts in selected if facts.refusal(part)), None)
        self._take(recipe, taken, f"{refused.pair.short_name}: {refused.refusal(part)}" if refused else "")

    @Slot()
    def _release(self) -> None:
        self._take(release(self._session.project.recipe, self.table.selected_layers), 1, "")

    @Slot(QPoint)
    def _show_menu(self, point: QPoint) -> None:
        self.menu = LayerMenu(self.table.selected_layers, self._session.project.recipe, self)
        self.menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.menu.destroyed.connect(self._on_menu_gone)
        self.menu.choice_wanted.connect(self._choose)
        self.menu.release_wanted.connect(self._release)
        self.menu.popup(point)

    @Slot()
    def _on_menu_gone(self) -> None:
        self.menu = None

    @Slot()
    def _on_choose_button(self) -> None:
        button = self.tools.choose_button
        self._show_menu(button.mapToGlobal(button.rect().bottomLeft()))

    @Slot()
    def _on_columns_button(self) -> None:
        button = self.tools.columns_button
        menu = self.table.columns_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(button.mapToGlobal(button.rect().bottomLeft()))

    @Slot()
    def _on_csv(self) -> None:
        self.files.ask_for_csv(self.table.layers, self._session.project.name)

    @Slot(object, str)
    def _on_picture(self, plot: Plot, suffix: str) -> None:
        self.files.ask_for_picture(plot, suffix, self._session.project.name)

    @Slot(str)
    def _on_written(self, name: str) -> None:
        self.tools.set_words(f"Saved {name}")

    @Slot(str)
    def _on_not_written(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.DANGER)

    @Slot()
    def _on_measure(self) -> None:
        self._refused.pop("sensitivity", None)
        self._session.studies.probe()

    @Slot(float, str)
    def _on_progressed(self, share: float, _words: str) -> None:
        if self._session.studies.running == "sensitivity":
            self._share = share
            self.plots.sensitivity.set_running(True, share)

    @Slot(str, str)
    def _on_study_failed(self, job: str, sentence: str) -> None:
        self._refused[job] = sentence
        self._soon.start()


def _stale(results: Results, known: Results) -> frozenset[From]:
    """Which of the known results belong to the recipe before."""
    found = set()
    for source, now, last in (
        (From.CANDIDATE, results.candidate, known.candidate),
        (From.BUILD, results.build, known.build),
        (From.INSIDES, results.insides, known.insides),
    ):
        if now is None and last is not None:
            found.add(source)
    return frozenset(found)
