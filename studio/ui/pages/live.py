"""The Live page: connect to a board, virtual or real, and watch it infer."""

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.core.board import boards
from studio.core.frames import Hello
from studio.device.ports import Port, list_ports
from studio.ui.aside import Aside
from studio.ui.board_session import BoardSession, BoardState
from studio.ui.choosing import choose_place
from studio.ui.icons import icon
from studio.ui.port_holding import SessionHolder
from studio.ui.session import Session
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.answer_card import AnswerCard
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.live_figures import LiveFigures
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.score_plot import ScorePlot
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.symbol import Symbol

_VIRTUAL = "virtual"
_INTERVALS_MS = (20, 50, 100, 250, 500, 1000)
_USUAL_MS = 250
_CSV_FILES = "Tables (*.csv)"
_RECONNECT, _RESTART = "Reconnect", "Start the present model"
_EMPTY = "Choose the virtual board, which needs no hardware, or plug a board in; then press Connect."


class LivePage(QWidget):
    """Port and buttons above, the plot on the left, the answer of this moment and figures on the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._aside = Aside(self)
        self._last_device = ""
        self._paused = False
        self._drawn = False
        self.board = BoardSession(self)
        self.port_holder = SessionHolder(self.board, self)
        self.board.set_interval(_USUAL_MS)

        self._words = label(_EMPTY, "muted", wrap=True)
        self.ports = QComboBox(editable=True)
        self.ports.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.ports.setAccessibleName("Port")
        self.ports.setToolTip("The virtual board, a serial port, or an address such as socket://host:port")
        self.ports.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.refresh_button = QPushButton(icon("refresh"), "")
        self.refresh_button.setToolTip("Look for ports again")
        self.refresh_button.setAccessibleName("Look for ports again")
        self.interval = QComboBox()
        self.interval.setAccessibleName("Time between results")
        self.interval.setToolTip("How often the sensor is read")
        for milliseconds in _INTERVALS_MS:
            self.interval.addItem(
                f"every {milliseconds} ms" if milliseconds < 1000 else "every second", milliseconds
            )
        self.interval.setCurrentIndex(_INTERVALS_MS.index(_USUAL_MS))
        self.connect_button = QPushButton("Connect")
        self.pause_button = QPushButton(icon("pause"), "Pause")
        self.pause_button.setCheckable(True)
        self.pause_button.setToolTip("Hold the picture still (space); what arrives is still kept")
        self.clear_button = QPushButton(icon("clear"), "Clear")
        self.record_button = QPushButton(icon("record"), "Record…")
        self.record_button.setToolTip("Write every result to a CSV file")
        self.notice = Notice(closable=True)
        self.plot = ScorePlot()
        self.answer = AnswerCard()
        self._model_icon = Symbol("waiting", "muted", 16)
        self._model = label("", "small", wrap=True)
        self.figures = LiveFigures()
        self._lay_out()

        self.connect_button.clicked.connect(self._on_connect)
        self.refresh_button.clicked.connect(self.look_for_ports)
        self.interval.currentIndexChanged.connect(
            lambda: self.board.set_interval(self.interval.currentData())
        )
        self.pause_button.toggled.connect(self._on_paused)
        self.clear_button.clicked.connect(self.board.clear)
        self.record_button.clicked.connect(self._on_record)
        self.notice.cure_wanted.connect(self.reconnect)
        self.board.state_changed.connect(self._on_state)
        self.board.hello_changed.connect(self._on_hello)
        self.board.ticked.connect(self._on_ticked)
        self.board.lost.connect(self._on_lost)
        self.board.warned.connect(lambda sentence: self.notice.show_sentence(sentence, Tone.WARNING))
        self.board.recording_changed.connect(self._on_recording)
        session.results_changed.connect(self._show_model)
        self._list(())
        self.look_for_ports()
        self._on_state(self.board.state)
        self._show_model()
        self._show_answer()

    @property
    def model_words(self) -> str:
        """Whether the board runs the model at hand."""
        return self._model.text()

    @property
    def device(self) -> str:
        """The chosen port: "virtual", a device, or an address that was typed."""
        place, text = self.ports.currentIndex(), self.ports.currentText().strip()
        if place >= 0 and text == self.ports.itemText(place):
            return str(self.ports.itemData(place))
        return text

    @Slot()
    def look_for_ports(self) -> None:
        """List the ports of this computer again."""
        self._aside.run(lambda: list_ports(boards()), self._list, lambda _: None)

    @Slot()
    def reconnect(self) -> None:
        """Connect to what was connected last."""
        self.notice.show_sentence("")
        self._connect(self._last_device or self.device)

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: draw what came while another page was shown."""
        super().showEvent(event)
        self._draw()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: let go of the board."""
        self._aside.forget()
        self.board.close()
        self._session.set_live(False)
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: space pauses, wherever no button has the focus."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat() and self.pause_button.isEnabled():
            self.pause_button.toggle()
            return
        super().keyPressEvent(event)

    def _lay_out(self) -> None:
        controls = row(self.ports, self.refresh_button, self.interval, self.connect_button)
        controls.addSpacing(2 * GRID)
        for button in (self.pause_button, self.clear_button, self.record_button):
            controls.addWidget(button)
        facts = Card("Connection")
        facts.body.addWidget(self.figures)
        model = row(self._model_icon, self._model)
        model.setStretch(1, 1)
        facts.body.addLayout(model)
        side = QWidget()
        right = QVBoxLayout(side)
        right.setContentsMargins(0, 0, GRID // 2, 0)
        right.setSpacing(GRID)
        right.addWidget(self.answer)
        right.addWidget(facts)
        right.addStretch(1)
        area = Scrolled(side)
        area.setFixedWidth(272)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        across.addWidget(self.plot, 1)
        across.addWidget(area)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(label("Live", "title"))
        layout.addWidget(self._words)
        layout.addLayout(controls)
        layout.addWidget(self.notice)
        layout.addLayout(across, 1)

    def _list(self, found: tuple[Port, ...]) -> None:
        chosen = self.device
        blocked = self.ports.blockSignals(True)
        self.ports.clear()
        self.ports.addItem(icon("board"), "Virtual Cortex-M4 board (no hardware needed)", _VIRTUAL)
        for port in found:
            self.ports.addItem(port.name, port.device)
        place = self.ports.findData(chosen) if chosen else 0
        if place >= 0:
            self.ports.setCurrentIndex(place)
        else:
            self.ports.setEditText(chosen)
        self.ports.blockSignals(blocked)

    def _connect(self, device: str) -> None:
        if not device:
            self.notice.show_sentence("Choose a port first.", Tone.WARNING)
            return
        self._last_device = device
        self.notice.show_sentence("")
        if device == _VIRTUAL:
            self.board.start_virtual(self._session.results)
        else:
            self.board.open_port(device)

    def _draw(self) -> None:
        monitor = self.board.monitor
        if monitor is None or self._paused or not self.isVisible():
            return
        truths = None if monitor.classifies else monitor.true_scores
        self.plot.set_data(monitor.times, monitor.scores, truths)
        self._show_answer()

    def _show_answer(self) -> None:
        monitor = self.board.monitor
        latest = monitor.latest if monitor is not None else None
        counters = self.board.counters
        self.figures.set_figures(
            inference_us=latest.inference_us if latest else None,
            per_s=monitor.frames_per_s if monitor is not None and self.board.hello is not None else None,
            received=monitor.received if monitor is not None else 0,
            lost=counters.lost,
            damaged=counters.crc_errors,
        )
        self.answer.set_monitor(monitor)

    @Slot()
    def _show_model(self, *_: object) -> None:
        hello, candidate = self.board.hello, self._session.results.candidate
        if hello is None:
            self._model_icon.set_icon("waiting", "muted")
            self._model.setText("The board says which model it runs once it is connected.")
            return
        running = f"{hello.model_sha256[:8]}…"
        if candidate is not None and candidate.sha256 == hello.model_sha256:
            self._model_icon.set_icon("done", "good")
            self._model.setText(f"{hello.board} runs the model of this project ({running}).")
            if self.notice.button.text() == _RESTART:
                self.notice.show_sentence("")
            return
        self._model_icon.set_icon("warning", "warning")
        if candidate is None:
            self._model.setText(
                f"{hello.board} runs a model ({running}); this project has none to compare with yet."
            )
            return
        self._model.setText(f"{hello.board} runs another model ({running}) than this project's.")
        built = self._session.results.build is not None and bool(self._session.results.build.firmware)
        if self.board.is_virtual and built:
            self.notice.show_sentence(
                "The project has changed: the board still runs the model from before.", Tone.INFO, _RESTART
            )

    @Slot()
    def _on_connect(self) -> None:
        if self.board.state in (BoardState.IDLE, BoardState.LOST):
            self._connect(self.device)
        else:
            self.board.disconnect_board()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        idle = state in (BoardState.IDLE, BoardState.LOST)
        self._words.setText(_EMPTY if state == BoardState.IDLE else self._state_words(state))
        self.connect_button.setText("Connect" if idle else "Disconnect")
        set_role(self.connect_button, "primary" if idle else "")
        self.ports.setEnabled(idle)
        self.refresh_button.setEnabled(idle)
        known = self.board.monitor is not None
        for button in (self.pause_button, self.clear_button, self.record_button):
            button.setEnabled(known)
        if idle:
            self._session.set_live(False)
        elif state == BoardState.LIVE and self.connect_button.hasFocus():
            self.pause_button.setFocus()

    def _state_words(self, state: str) -> str:
        hello = self.board.hello
        return f"{state} to {hello.board}" if hello is not None and state == BoardState.LIVE else state

    @Slot(object)
    def _on_hello(self, hello: Hello | None) -> None:
        monitor = self.board.monitor
        if hello is not None and monitor is not None:
            self.plot.set_names(monitor.names, classifies=monitor.classifies)
            self.answer.set_names(monitor.names, classifies=monitor.classifies)
            self._words.setText(self._state_words(BoardState.LIVE))
        self._show_model()
        self._show_answer()

    @Slot(int)
    def _on_ticked(self, came: int) -> None:
        monitor = self.board.monitor
        if came:
            self._session.set_live(True)
        if came or monitor is None or not monitor.received:
            self._draw()

    @Slot(str)
    def _on_lost(self, sentence: str) -> None:
        self.notice.show_sentence(sentence, Tone.DANGER, _RECONNECT)
        self.look_for_ports()

    @Slot(bool)
    def _on_paused(self, paused: bool) -> None:
        self.plot.hold(paused)
        if paused:
            self._draw()
        self._paused = paused
        self.pause_button.setText("Go on" if paused else "Pause")
        self.pause_button.setIcon(icon("play" if paused else "pause"))
        self._draw()

    @Slot()
    def _on_record(self) -> None:
        if self.board.recording is not None:
            self.board.stop_recording()
            return
        name = f"{self._session.project.name}-live.csv"
        choose_place(self, "Record to", _CSV_FILES, ".csv", name, self.record)

    def record(self, path: Path) -> None:
        """Record to this file from now on."""
        self.board.start_recording(path)

    @Slot(bool, str)
    def _on_recording(self, recording: bool, sentence: str) -> None:
        self.record_button.setText("Stop recording" if recording else "Record…")
        self.record_button.setIcon(icon("stop" if recording else "record"))
        if sentence:
            self.notice.show_sentence(sentence)
