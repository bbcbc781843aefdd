"""One board on the Live page: its connection, its traces, what it answers now, and tabs for all the rest."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QTabWidget, QVBoxLayout, QWidget

from studio.core.monitor import Monitor
from studio.core.post_processing import PostProcessing
from studio.core.running_model import RunningModel, Standing
from studio.device.doctor import Finding
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.live.board_tabs import board_tabs
from studio.ui.live.connection_bar import ConnectionBar
from studio.ui.live.console_view import ConsoleView
from studio.ui.live.event_view import EventView
from studio.ui.live.time_line import TimeLine
from studio.ui.live.trace_view import TraceView
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.answer_card import AnswerCard
from studio.ui.widgets.findings import Findings
from studio.ui.widgets.label_choices import LabelChoices
from studio.ui.widgets.layouts import Card, label
from studio.ui.widgets.live_figures import LiveFigures
from studio.ui.widgets.model_standing import ModelStanding
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.section import Section

RECONNECT, RESTART = "Reconnect", "Start the present model"
_SIDE = 264
_SHOWN_TURNS = 3  # figures that change more often cannot be read
_CHANGED = "The project has changed: the board still runs the model from before."


class BoardView(QWidget):
    """A board session with all that shows it; `named` says what its tab is called, `live_changed` that it sends."""

    named = Signal(str)
    live_changed = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.board = BoardSession(session, self)
        self.is_live = False
        self._turns = 0
        self._is_late = False
        self._shown_names: tuple[str, ...] = ()
        self.bar = ConnectionBar(self.board)
        self.words = label("", "muted", wrap=True)
        self.notice = Notice(closable=True)
        self.findings = Findings()
        self.traces = TraceView(self.board)
        self.answer = AnswerCard()
        self.standing = ModelStanding()
        self.figures = LiveFigures()
        self.time_line = TimeLine(self.board)
        self.labels = LabelChoices()
        self.events = EventView(self.board)
        self.console = ConsoleView(self.board)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(False)
        self.tabs.addTab(self.events, "Events")
        self.tabs.addTab(self.console, "Console")
        for title, widget in board_tabs(self.board):
            self.tabs.addTab(widget, title)
        self._lay_out()

        self.bar.refused.connect(self._on_refused)
        self.notice.cure_wanted.connect(self.bar.connect_board)
        self.traces.failed.connect(self._warn)
        self.events.time_wanted.connect(self.traces.show_time)
        self.labels.chosen.connect(self._on_labels)
        self.board.state_changed.connect(self._on_state)
        self.board.monitor_changed.connect(self._on_monitor)
        self.board.ticked.connect(self._on_ticked)
        self.board.cleared.connect(self._show_now)
        self.board.stats_changed.connect(self.figures.set_stats)
        self.board.running_changed.connect(self._on_running)
        self.board.detection_changed.connect(self._show_detection)
        session.results_changed.connect(self._on_results)
        self.board.troubled.connect(self._on_troubled)
        self.board.diagnosed.connect(self._on_diagnosed)
        self._on_state(self.board.state)
        self._on_running(self.board.running)
        self._show_now()

    @property
    def name(self) -> str:
        """What the tab is called: the board's own name, or the port's."""
        hello, replay = self.board.hello, self.board.replay
        if replay is not None:
            return replay.port
        if hello is not None:
            return hello.board
        return self.bar.ports.currentText().partition(" (")[0] or "Board"

    def close_board(self) -> None:
        """Let go of the port and everything else; of no use after that."""
        self.bar.close_bar()
        self.board.close()
        self._set_live(False)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what came while another page was shown."""
        super().showEvent(event)
        self._show_now()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: space pauses, wherever no button has the focus."""
        pause = self.traces.pause_button
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and pause.isEnabled():
            pause.toggle()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        facts = Card("Connection")
        facts.body.addWidget(self.words)
        facts.body.addWidget(self.figures)
        facts.body.addWidget(self.time_line)
        running = Card("Running model")
        running.body.addWidget(self.standing)
        self._found_by = Section("Label")
        self._found_by.body.addWidget(self.labels)
        self._found_by.set_summary(self.board.post_processing.words)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, GRID // 2, 0)
        right.setSpacing(GRID)
        for card in (self.answer, running, facts, self._found_by):
            right.addWidget(card)
        right.addStretch(1)
        area = Scrolled(side)
        area.setFixedWidth(_SIDE)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.addWidget(self.traces)
        self.split.addWidget(self.tabs)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        self.split.setChildrenCollapsible(False)
        self.tabs.setMinimumHeight(140)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        across.addWidget(self.split, 1)
        across.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        for part in (self.bar, self.notice, self.findings):
            layout.addWidget(part)
        layout.addLayout(across, 1)

    def _set_live(self, live: bool) -> None:
        if live != self.is_live:
            self.is_live = live
            self.live_changed.emit()

    @Slot()
    def _show_now(self) -> None:
        self._is_late = False
        monitor, counters = self.board.monitor, self.board.counters
        latest = monitor.latest if monitor is not None else None
        is_live, replay = self.board.state is BoardState.LIVE, self.board.replay
        comes = is_live and (replay is None or not replay.replay.ended)
        self.figures.set_speed(
            latest.inference_us if latest else None,
            monitor.frames_per_s if monitor is not None and comes else None,
            monitor.received if monitor is not None else 0,
        )
        self.figures.set_losses(counters.lost + counters.untaken, counters.crc_errors, counters.resets)
        answers = is_live or self.board.state is BoardState.LENT
        self.answer.set_answer(monitor if answers else None, self.board.detection)

    def _warn(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.WARNING)

    @Slot(str)
    def _on_refused(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.WARNING)

    @Slot(str)
    def _on_troubled(self, sentence: str) -> None:
        is_lost = self.board.state is BoardState.LOST
        tone = Tone.DANGER if is_lost else Tone.WARNING
        self.notice.show_sentence(sentence, tone, RECONNECT if is_lost else "")

    @Slot(tuple)
    def _on_diagnosed(self, findings: tuple[Finding, ...]) -> None:
        self.findings.set_sentences(one.sentence for one in findings)

    @Slot(object)
    def _on_labels(self, wanted: PostProcessing) -> None:
        if wanted != self.board.post_processing:
            self.board.set_post_processing(wanted)

    @Slot()
    def _show_detection(self) -> None:
        wanted = self.board.post_processing
        self.labels.set_choice(wanted)
        self.labels.set_reviewed(self.board.reviewed_threshold)
        self._found_by.set_summary(wanted.words)

    @Slot(object)
    def _on_running(self, running: RunningModel) -> None:
        self.standing.set_running(running)
        self.labels.set_reviewed(self.board.reviewed_threshold)
        build = self._session.results.build
        is_stale = running.standing is Standing.ANOTHER and self.board.is_virtual
        if is_stale and build is not None and build.firmware:
            self.notice.show_sentence(_CHANGED, Tone.INFO, RESTART)
        elif self.notice.button.text() == RESTART:
            self.notice.show_sentence("")

    @Slot()
    def _on_results(self, *_: object) -> None:
        self._on_running(self.board.running)

    @Slot(str)
    def _on_state(self, state: str) -> None:
        now, hello = BoardState(state), self.board.hello
        speaks = self.board.speaks
        words = f"{state} to {hello.board}" if hello is not None and now is BoardState.LIVE else state
        if now is BoardState.LIVE and hello is None and speaks is not None:
            words = f"{state}; speaks {speaks.words}"
        if now is BoardState.LIVE and (replay := self.board.replay) is not None:
            words = f"Playing {replay.port}, a recording"
        self.words.setText(words)
        if now is BoardState.LIVE and self.bar.connect_button.hasFocus():
            self.traces.plot.surface.setFocus()
        if now is not BoardState.LIVE:
            self._set_live(False)
        self._show_now()
        self.named.emit(self.name)

    @Slot(object)
    def _on_monitor(self, monitor: Monitor) -> None:
        self.answer.set_names(monitor.names, classifies=monitor.classifies)
        self._shown_names = monitor.names
        self.figures.set_stats(None)
        self._show_now()

    @Slot(int)
    def _on_ticked(self, came: int) -> None:
        monitor = self.board.monitor
        if (
            came and self.board.state is BoardState.LIVE and self.board.replay is None
        ):  # and not what came just before it was lost
            self._set_live(True)
        if monitor is not None and monitor.hello is None and monitor.names != self._shown_names:
            self._shown_names = monitor.names
            self.answer.set_names(monitor.names, classifies=monitor.classifies)
        self._turns += 1
        self._is_late = self._is_late or came > 0
        if self.isVisible() and self._is_late and (not came or self._turns % _SHOWN_TURNS == 0):
            self._show_now()
