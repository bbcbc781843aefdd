"""The bar above a board: which port, how fast, what it speaks, how often it answers, and Connect."""

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QToolButton, QWidget

from studio.core.board import boards
from studio.core.speech import Speech
from studio.device.doctor import usual_bauds
from studio.device.port_entry import baud_of, why_no_baud, why_no_port
from studio.device.ports import Port, list_ports
from studio.device.virtual_kinds import virtual_boards
from studio.device.virtual_misbehaviour import Fault
from studio.ui.aside import Aside
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.virtual_start import VirtualChoice

VIRTUAL = "virtual:"
_INTERVALS_MS = (20, 50, 100, 250, 500, 1000)
_USUAL_MS = 250
_LOOK_MS = 2000
_WELL = "Behaves well"


class ConnectionBar(QWidget):
    """Everything that belongs to connecting; `refused` gives the sentence for an entry that cannot be one."""

    refused = Signal(str)

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._aside = Aside(self)
        self._found: tuple[Port, ...] | None = None
        self.ports = QComboBox(editable=True)
        self.ports.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.ports.setAccessibleName("Port")
        self.ports.setToolTip(
            "A virtual board, a serial port, or an address: socket://host:port, rfc2217://host:port, /dev/pts/3"
        )
        self.ports.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.ports.setMinimumContentsLength(12)
        self.ports.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.refresh_button = QPushButton(icon("refresh"), "")
        self.refresh_button.setToolTip("Look for ports again")
        self.refresh_button.setAccessibleName("Look for ports again")
        self.faults_button = QToolButton()
        self.faults_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.faults_button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.faults_button.setAccessibleName("What the virtual board does wrong")
        self.faults_button.setToolTip("Let the virtual board misbehave, to see what the studio makes of it")
        self.faults_menu = QMenu(self.faults_button)
        self.faults_menu.setToolTipsVisible(True)
        for fault in Fault:
            action = self.faults_menu.addAction(fault.value)
            action.setCheckable(True)
            action.setToolTip(fault.words)
            action.setData(fault.value)
        self.faults_button.setMenu(self.faults_menu)
        self.baud = QComboBox(editable=True)
        self.baud.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.baud.setAccessibleName("Baud rate")
        self.baud.setToolTip(
            "The number in the sketch's Serial.begin(…); boards with USB of their own take any"
        )
        self.baud.addItems([str(rate) for rate in usual_bauds(board.baud)])
        self.baud.setCurrentText(str(board.baud))
        self.speech = QComboBox()
        self.speech.setAccessibleName("What the board speaks")
        self.speech.setToolTip("How what comes is read; found out by itself, or chosen here")
        self.speech.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.speech.setMinimumContentsLength(14)
        for speech in Speech:
            self.speech.addItem(speech.words, speech.value)
        self.interval = QComboBox()
        self.interval.setAccessibleName("Time between results")
        self.interval.setToolTip("How often the sensor is read")
        for milliseconds in _INTERVALS_MS:
            words = f"every {milliseconds} ms" if milliseconds < 1000 else "every second"
            self.interval.addItem(words, milliseconds)
        self.interval.setCurrentIndex(_INTERVALS_MS.index(_USUAL_MS))
        self.connect_button = QPushButton("Connect")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        for part in (
            self.ports, self.refresh_button, self.faults_button, self.baud, self.speech, self.interval,
            self.connect_button,
        ):  # fmt: skip
            layout.addWidget(part, 1 if part is self.ports else 0)
        board.set_interval(_USUAL_MS)
        self._look = QTimer(self, interval=_LOOK_MS)
        port_line, baud_line = self.ports.lineEdit(), self.baud.lineEdit()
        assert port_line is not None
        assert baud_line is not None
        self._port_line = port_line

        self._look.timeout.connect(self._look_quietly)
        self.refresh_button.clicked.connect(self.look_for_ports)
        self.ports.currentTextChanged.connect(self._show_kind)
        port_line.returnPressed.connect(self._on_return)
        self.faults_menu.triggered.connect(self._show_faults)
        self.baud.activated.connect(self._on_baud)
        baud_line.editingFinished.connect(self._on_baud)
        self.speech.activated.connect(lambda _: board.set_speech(Speech(self.speech.currentData())))
        self.interval.currentIndexChanged.connect(lambda _: board.set_interval(self.interval.currentData()))
        self.connect_button.clicked.connect(self._on_connect)
        board.state_changed.connect(self._on_state)
        self._list(())
        self._show_faults()
        self._on_state(board.state)

    @property
    def device(self) -> str:
        """The chosen port: "virtual:" and a board, a device, or an address that was typed."""
        place, text = self.ports.currentIndex(), self.ports.currentText().strip()
        if place >= 0 and text == self.ports.itemText(place):
            return str(self.ports.itemData(place))
        return text

    @property
    def faults(self) -> frozenset[Fault]:
        """What the virtual board is to do wrong."""
        return frozenset(Fault(one.data()) for one in self.faults_menu.actions() if one.isChecked())

    @Slot()
    def look_for_ports(self) -> None:
        """List the ports of this computer again."""
        self._aside.run(lambda: list_ports(boards()), self._list, lambda _: None)

    @Slot()
    def connect_board(self) -> None:
        """Connect to what is chosen, or say why that cannot be."""
        device = self.device
        if device.startswith(VIRTUAL):
            session = self._board.session
            if session is not None:
                choice = VirtualChoice(device.removeprefix(VIRTUAL), self.faults)
                self._board.start_virtual(session.results, choice)
            return
        refused = why_no_port(device) or why_no_baud(self.baud.currentText())
        self.refused.emit(refused)
        if not refused:
            speech = Speech(self.speech.currentData())
            self._board.open_port(device, baud_of(self.baud.currentText()), speech)

    def close_bar(self) -> None:
        """Look for ports no longer."""
        self._look.stop()
        self._aside.forget()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: ports that are plugged in while one looks appear by themselves."""
        super().showEvent(event)
        self.look_for_ports()
        self._look.start()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: nobody looks."""
        super().hideEvent(event)
        self._look.stop()

    @Slot()
    def _look_quietly(self) -> None:
        is_busy = self._port_line.hasFocus() or self.ports.view().isVisible()
        if self._board.state.is_over and not is_busy and not self._aside.busy:
            self.look_for_ports()

    def _list(self, found: tuple[Port, ...]) -> None:
        if found == self._found:
            return
        self._found = found
        chosen = self.device
        with QSignalBlocker(self.ports):
            self.ports.clear()
            for board in virtual_boards():
                self.ports.addItem(icon("board"), f"{board.name} (no hardware needed)", VIRTUAL + board.id)
            for port in found:
                self.ports.addItem(port.name, port.device)
            place = self.ports.findData(chosen) if chosen else 0
            if place >= 0:
                self.ports.setCurrentIndex(place)
            else:
                self.ports.setEditText(chosen)
        self._show_kind()

    @Slot()
    def _show_kind(self, *_: object) -> None:
        """What cannot be chosen for this kind of port is not shown."""
        device = self.device
        is_virtual = device.startswith(VIRTUAL)
        self.faults_button.setVisible(is_virtual)
        self.speech.setVisible(not is_virtual)
        self.baud.setVisible(not is_virtual and not device.startswith("socket://"))

    @Slot()
    def _show_faults(self, *_: object) -> None:
        chosen = [fault.value for fault in Fault if fault in self.faults]
        more = f" +{len(chosen) - 1}" if len(chosen) > 1 else ""
        self.faults_button.setText(chosen[0].capitalize() + more if chosen else _WELL)

    @Slot()
    def _on_baud(self, *_: object) -> None:
        refused = why_no_baud(self.baud.currentText())
        self.refused.emit(refused)
        if not refused and baud_of(self.baud.currentText()) != self._board.baud:
            self._board.set_baud(baud_of(self.baud.currentText()))

    @Slot()
    def _on_return(self) -> None:
        if self._board.state.is_over:
            self.connect_board()

    @Slot()
    def _on_connect(self) -> None:
        if self._board.state.is_over:
            self.connect_board()
        else:
            self._board.disconnect_board()

    @Slot(str)
    def _on_state(self, state: str) -> None:
        is_over = BoardState(state).is_over
        replay = self._board.replay
        self.connect_button.setText("Connect" if is_over else "Stop playing" if replay else "Disconnect")
        if replay is not None:
            self.ports.setEditText(replay.port)
        set_role(self.connect_button, "primary" if is_over else "")
        for part in (self.ports, self.refresh_button, self.faults_button):
            part.setEnabled(is_over)
