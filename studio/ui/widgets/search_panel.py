"""Find the best for this board: the limits, the time it may take, and what was found."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from studio.core.board import Board
from studio.core.build import Fit
from studio.core.metric import Metric
from studio.core.study import SearchLimits, SearchResult
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.fields import NumberField, RealField
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.run_progress import RunProgress
from studio.ui.widgets.section import Section

_KB = 1024
_ALLOWED_LOSS = 0.01
_WORDS = "Tries pruning, bits for each layer, clipping and students, the layers that mind least first."


class SearchPanel(Section):
    """Its fields make `SearchLimits`; `search_wanted` carries them."""

    search_wanted = Signal(object)
    stop_wanted = Signal()
    cancel_wanted = Signal()
    use_wanted = Signal(object)
    copy_wanted = Signal(object)  # the command, or the recipe that one is to be made for

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Find the best for this board", parent=parent)
        self._board: Board | None = None
        self._deadline_us = 0
        self._fit: Fit | None = None
        self._metric = Metric.ACCURACY
        self._for = ""
        self._whole = False  # the accuracy at first is that of the whole test set, not of a preview
        self._begun = 0.0
        self._found: SearchResult | None = None
        self._running = False
        self._blocked = ""
        self.flash = RealField(0.5, 1e6, "Most storage", suffix=" KB", step=1)
        self.ram = RealField(0.5, 1e6, "Most memory", suffix=" KB", step=1)
        self.time = RealField(0.01, 1e6, "Longest time for an answer", suffix=" ms", decimals=2)
        self.accuracy = RealField(0, 100, "Lowest accuracy", suffix=" %", decimals=1, step=0.5)
        self.seconds = NumberField(5, 3600, "Time for the search", suffix=" s", step=30)
        self.whole = QPushButton("All of the board")
        self.whole.setToolTip("The limits are what the board has, and the time you allow")
        self.half = QPushButton("Half of now")
        self.half.setToolTip(
            "Half of the storage that the candidate at hand needs; its memory; the time you allow"
        )
        self.start = QPushButton("Find the best")
        set_role(self.start, "primary")
        self.why_not = label("", "small", wrap=True)
        self.progress = RunProgress()
        self.problem = Notice(closable=True)
        self.result = label("", "", wrap=True, selectable=True)
        self.use = QPushButton("Use this")
        self.copy = QPushButton("Copy command")
        self.copy.setToolTip("The command that makes and measures this without a window")
        self._lay_out()
        self.seconds.setValue(120)
        self.whole.clicked.connect(self._fill_whole)
        self.half.clicked.connect(self._fill_half)
        self.start.clicked.connect(self._on_start)
        self.use.clicked.connect(self._on_use)
        self.copy.clicked.connect(self._on_copy)
        self.progress.stop_wanted.connect(self.stop_wanted)
        self.progress.cancel_wanted.connect(self.cancel_wanted)
        self.set_found(None)

    @property
    def limits(self) -> SearchLimits:
        """What the fields say."""
        share = 100 if self._metric.is_share else 1
        return SearchLimits(
            board=self._board.id if self._board else "",
            flash_bytes=round(self.flash.value() * _KB),
            ram_bytes=round(self.ram.value() * _KB),
            inference_us=round(self.time.value() * 1000),
            lowest_accuracy=round(self.accuracy.value() / share, 6),
            seconds=float(self.seconds.value()),
        )

    @property
    def said(self) -> QWidget:
        """What says how the last search ended."""
        if self.problem.sentence:
            return self.problem
        return self.use if self.use.isVisible() else self.result

    def set_board(self, board: Board, deadline_us: int, fit: Fit | None) -> None:
        """The board whose limits hold, and what the candidate at hand needs there."""
        another = board != self._board or deadline_us != self._deadline_us
        self._board, self._deadline_us, self._fit = board, deadline_us, fit
        self.half.setEnabled(fit is not None)
        self.set_summary(board.name)
        if another:
            self._fill_whole()

    def set_metric(
        self, float_accuracy: float | None, *, metric: Metric, of: str, whole: bool = True
    ) -> None:
        """Begin with one point below the loaded model's metric; `of` names the model and data it belongs to.

        What a preview gave is mended once the `whole` test set was measured, unless the user has chosen meanwhile.
        """
        if float_accuracy is None:
            return
        if (of, metric) == (self._for, self._metric) and (
            self._whole or not whole or self.accuracy.value() != self._begun
        ):
            return
        self._for, self._metric, self._whole = of, metric, whole
        percent = metric.is_share
        self.accuracy.setSuffix(" %" if percent else f" {metric.value}")
        self.accuracy.setDecimals(1 if percent else 4)
        self.accuracy.setRange(0 if percent else -1, 100 if percent else 1)
        self.accuracy.setSingleStep(0.5 if percent else 0.005)
        self.accuracy.setValue((float_accuracy - _ALLOWED_LOSS) * (100 if percent else 1))
        self._begun = self.accuracy.value()

    def set_blocked(self, why: str) -> None:
        """Say why no search can begin now; "" when it can."""
        self._blocked = why
        self._show_button()

    def show_problem(self, sentence: str, tone: Tone = Tone.DANGER) -> None:
        """Say what went wrong, or why nothing came of it; "" when all is well."""
        self.problem.show_sentence(sentence, tone)

    def set_running(self, running: bool) -> None:
        """A search began or ended."""
        self._running = running
        self.progress.set_running(running, "Measuring int8 everywhere, to compare with…")
        self._show_button()

    def set_found(self, found: SearchResult | None) -> None:
        """Say what the search found, against int8 everywhere."""
        if found != self._found:
            self.copy.setText("Copy command")
        self._found = found
        self.result.setText(found.sentence if found else "")
        self.result.setVisible(found is not None)
        self.use.setVisible(found is not None and found.best is not None)
        self.copy.setVisible(found is not None and found.best is not None)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        fields = (
            ("Storage, at most", self.flash),
            ("Memory, at most", self.ram),
            ("An answer within", self.time),
            ("Accuracy, at least", self.accuracy),
            ("Search for", self.seconds),
        )
        for line, (name, field) in enumerate(fields):
            grid.addWidget(label(name, "muted"), line, 0)
            grid.addWidget(field, line, 1)
        self.body.addWidget(label(_WORDS, "small", wrap=True))
        self.body.addLayout(row(self.whole, self.half, None))
        self.body.addLayout(grid)
        for part in (self.start, self.why_not, self.progress, self.problem, self.result):
            self.body.addWidget(part)
        self.body.addLayout(row(self.use, self.copy, None))

    def _show_button(self) -> None:
        self.start.setVisible(not self._running)
        self.start.setEnabled(not self._blocked)
        self.why_not.setText(self._blocked)
        self.why_not.setVisible(bool(self._blocked) and not self._running)

    @Slot()
    def _fill_whole(self) -> None:
        if self._board is None:
            return
        self.flash.setValue(self._board.free_flash_bytes / _KB)
        self.ram.setValue(self._board.free_ram_bytes / _KB)
        self.time.setValue(self._deadline_us / 1000)

    @Slot()
    def _fill_half(self) -> None:
        if self._fit is None:
            return
        self.flash.setValue(self._fit.storage.need / 2 / _KB)
        self.ram.setValue(self._fit.memory.need / _KB)
        self.time.setValue(self._deadline_us / 1000)

    @Slot()
    def _on_start(self) -> None:
        self.search_wanted.emit(self.limits)

    @Slot()
    def _on_use(self) -> None:
        if self._found is not None and self._found.best is not None:
            self.use_wanted.emit(self._found.best.recipe)

    @Slot()
    def _on_copy(self) -> None:
        if self._found is not None and self._found.best is not None:
            self.copy_wanted.emit(self._found.command or self._found.best.recipe)
            self.copy.setText("Copied")
