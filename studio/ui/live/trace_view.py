"""The traces of a board with what one does to them: pause, scroll back, zoom, forget."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QPushButton, QScrollBar, QToolButton, QVBoxLayout, QWidget

from studio.core.live_events import EventKind, LiveEvent
from studio.core.monitor import Monitor
from studio.core.storage import write_atomically
from studio.core.time_view import TimeView
from studio.ui.aside import Aside
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.choosing import choose_place
from studio.ui.icons import icon
from studio.ui.widgets.plot_export import PICTURES, picture_of
from studio.ui.widgets.trace_plot import Mark, TracePlot

_EMPTY = "Choose a virtual board, which needs no hardware, or plug a board in; then press Connect."
_WAITING = "Nothing has come yet."
_MARKED = (EventKind.CONNECTION, EventKind.RESET, EventKind.MODEL)
_MOST_MARKS = 200
_STEPS_PER_S = 100
_MOST_STEPS = 2_000_000_000
_TURN = 0.5
_BAR_TURNS = 8


class TraceView(QWidget):
    """Follows the newest result until one pauses, scrolls back or drags; `failed` says what could not be written."""

    failed = Signal(str)

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._aside = Aside(self)
        self._view = TimeView()
        self._turns = 0
        self._bar_is_late = False
        self._marks: list[Mark] = []
        self.plot = TracePlot()
        self.plot.set_empty(_EMPTY)
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.bar.setAccessibleName("The whole session")
        self.bar.setToolTip("Scroll back over the whole session")
        self.pause_button = QPushButton(icon("pause"), "Pause")
        self.pause_button.setCheckable(True)
        self.pause_button.setToolTip("Hold the picture still (space); what arrives is still kept")
        self.clear_button = self._tool("clear", "Forget what came so far")
        self.closer_button = self._tool("zoom_in", "A shorter stretch (+)")
        self.wider_button = self._tool("zoom_out", "A longer stretch (-)")
        self.whole_button = self._tool("whole", "The whole session (double-click)")
        for part in (
            self.pause_button, self.closer_button, self.wider_button, self.whole_button, self.clear_button,
        ):  # fmt: skip
            self.plot.tools.addWidget(part)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.plot, 1)
        layout.addWidget(self.bar)

        self.pause_button.toggled.connect(self._on_paused)
        self.clear_button.clicked.connect(board.clear)
        self.closer_button.clicked.connect(lambda: self._zoom(_TURN, self._middle()))
        self.wider_button.clicked.connect(lambda: self._zoom(1 / _TURN, self._middle()))
        self.whole_button.clicked.connect(self.show_whole)
        self.plot.zoomed.connect(self._zoom)
        self.plot.moved.connect(self._move)
        self.plot.whole_wanted.connect(self.show_whole)
        self.plot.follow_wanted.connect(self.follow)
        self.plot.picture_wanted.connect(self._on_picture)
        self.bar.valueChanged.connect(self._on_scrolled)
        board.monitor_changed.connect(self._on_monitor)
        board.cleared.connect(self._on_cleared)
        board.ticked.connect(self._on_ticked)
        board.events_added.connect(self._on_events)
        board.state_changed.connect(self._on_state)
        board.detection_changed.connect(self._on_detection)
        self._on_monitor(board.monitor)
        self._on_state(board.state)

    @property
    def view(self) -> TimeView:
        """What is looked at."""
        return self._view

    @Slot()
    def follow(self) -> None:
        """Show the newest again."""
        self._look_at(self._view.following())

    @Slot()
    def show_whole(self) -> None:
        """All of the session."""
        self._look_at(self._view.whole(*self._ends()))

    def show_time(self, time_s: float) -> None:
        """Hold still around this time of the session."""
        first_s, last_s = self._ends()
        wanted = TimeView(self._view.span_s, time_s + self._view.span_s / 2)
        self._look_at(wanted.moved(0.0, first_s, last_s))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: draw what came while another page was shown."""
        super().showEvent(event)
        self._draw()

    def _tool(self, name: str, words: str) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setIcon(icon(name))
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    def _ends(self) -> tuple[float, float]:
        monitor = self._board.monitor
        return (monitor.history.first_s, monitor.history.last_s) if monitor is not None else (0.0, 0.0)

    def _middle(self) -> float:
        return (self.plot.begin_s + self.plot.end_s) / 2

    def _look_at(self, view: TimeView) -> None:
        self._view = view
        held = not view.follows
        with QSignalBlocker(self.pause_button):
            self.pause_button.setChecked(held)
        self.pause_button.setText("Go on" if held else "Pause")
        self.pause_button.setIcon(icon("play" if held else "pause"))
        self._draw()

    def _draw(self) -> None:
        begin_s, end_s = self._view.window(self._ends()[1])
        self.plot.set_window(begin_s, end_s)
        self._bar_is_late = True
        if not self._view.follows:
            self._show_place()

    def _show_place(self) -> None:
        """Where in the session that is."""
        self._bar_is_late = False
        first_s, last_s = self._ends()
        begin_s, _ = self._view.window(last_s)
        scale = min(_STEPS_PER_S, _MOST_STEPS / max(last_s, 1.0))
        span = self._view.span_s
        with QSignalBlocker(self.bar):
            self.bar.setRange(round(min(first_s, begin_s) * scale), max(0, round((last_s - span) * scale)))
            self.bar.setPageStep(max(1, round(span * scale)))
            self.bar.setSingleStep(max(1, round(span * scale / 10)))
            self.bar.setValue(round(begin_s * scale))
        self.bar.setEnabled(last_s - first_s > span)

    @Slot(float, float)
    def _zoom(self, factor: float, at_s: float) -> None:
        self._look_at(self._view.zoomed(factor, at_s, *self._ends()))

    @Slot(float)
    def _move(self, by_s: float) -> None:
        self._look_at(self._view.moved(by_s, *self._ends()))

    @Slot(int)
    def _on_scrolled(self, value: int) -> None:
        _, last_s = self._ends()
        if value >= self.bar.maximum():
            self.follow()
            return
        begin_s = value / min(_STEPS_PER_S, _MOST_STEPS / max(last_s, 1.0))
        self._look_at(TimeView(self._view.span_s, begin_s + self._view.span_s))

    @Slot(bool)
    def _on_paused(self, paused: bool) -> None:
        self._look_at(self._view.held(self._ends()[1]) if paused else self._view.following())

    @Slot(object)
    def _on_monitor(self, monitor: Monitor | None) -> None:
        self._marks.clear()
        self.plot.set_marks(())
        if monitor is None:
            self.plot.set_history(None, (), classifies=True)
        else:
            self.plot.set_empty("")
            self.plot.set_history(monitor.history, monitor.names, classifies=monitor.classifies)
        self._on_detection()
        self._look_at(TimeView())

    @Slot()
    def _on_cleared(self) -> None:
        self._on_monitor(self._board.monitor)

    @Slot(int)
    def _on_ticked(self, came: int) -> None:
        monitor = self._board.monitor
        if monitor is None or not self.isVisible():
            return
        if came and monitor.hello is None:  # text: names may have come
            self.plot.set_history(monitor.history, monitor.names, classifies=monitor.classifies)
        if came and self._view.follows:
            self._draw()
            self.plot.refresh_read_out()
        self._bar_is_late = self._bar_is_late or came > 0
        self._turns += 1
        if self._bar_is_late and (
            not came or self._turns % _BAR_TURNS == 0
        ):  # four times a second are enough
            self._show_place()

    @Slot(tuple)
    def _on_events(self, fresh: tuple[LiveEvent, ...]) -> None:
        marks = [
            Mark(one.time_s, one.kind.value)
            for one in fresh
            if one.kind in _MARKED and one.time_s is not None and one.time_s > 0
        ]
        if marks:
            self._marks = (self._marks + marks)[-_MOST_MARKS:]
            self.plot.set_marks(tuple(self._marks))

    @Slot(str)
    def _on_state(self, state: str) -> None:
        now = BoardState(state)
        monitor = self._board.monitor
        self.clear_button.setEnabled(monitor is not None)
        self.pause_button.setEnabled(monitor is not None and not now.is_over)
        if monitor is None:
            self.plot.set_empty(_EMPTY if now.is_over else _WAITING)
        if now in (BoardState.STARTING, BoardState.CONNECTING) or now.is_over:
            self.follow()  # a picture that was held would seem dead to whoever connects again

    @Slot()
    def _on_detection(self) -> None:
        wanted, monitor = self._board.post_processing, self._board.monitor
        is_drawn = monitor is not None and monitor.classifies and wanted.threshold > 0
        levels = {wanted.threshold, max(0.0, wanted.threshold - wanted.hysteresis)} if is_drawn else set()
        self.plot.set_thresholds(tuple(sorted(levels)))

    @Slot(str)
    def _on_picture(self, suffix: str) -> None:
        then = partial(self.save_picture)
        choose_place(self, "Save the picture", PICTURES[suffix], f".{suffix}", f"live.{suffix}", then)

    def save_picture(self, path: Path) -> None:
        """Write the plot as it is shown now, as PNG or SVG by the name of the file."""
        content = picture_of(self.plot, path.suffix)
        self._aside.run(lambda: write_atomically(path, content()), lambda _: None, self.failed.emit)
