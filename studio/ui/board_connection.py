"""The way to a board: a port that is opened, lent, lost and found again, or a virtual board that is started for it."""

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core.live_events import EventKind
from studio.core.monitor import Truths
from studio.core.results import Results
from studio.core.speech import Heard, Speech
from studio.device.link import Away, Connected, Counters, Event, Link, Lost, Released, Speaks
from studio.device.replay_link import ReplayLink
from studio.ui.board_state import BoardState
from studio.ui.port_doctor import PortDoctor
from studio.ui.virtual_start import StartedBoard, VirtualChoice, VirtualStart

TICK_MS = 33
MOST_AT_ONCE = 4096
"""Events that are heard before the window gets its turn: some three turns' worth of a megabyte a second."""


_USUAL_BAUD = 115_200
_OF_THE_LINK = (Connected, Away, Released, Speaks, Lost)
_BOARD_ENDED = "The virtual board has stopped. What it sent is still here; press Reconnect to start it again."


class BoardConnection(QObject):
    """Takes from the link what came, once for each turn of the display, and leaves it to `_hear` of who derives.

    `link` is None while nothing is connected; others may send over it and look at it, but never `take`.
    """

    state_changed = Signal(str)
    troubled = Signal(str)
    diagnosed = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.link: Link | None = None
        self.speech = Speech.AUTO
        self.baud = _USUAL_BAUD
        self._state = BoardState.IDLE
        self._place = ""
        self._counters = Counters()
        self._ticked_s = 0.0
        self._truths: Truths | None = None
        self._waiting: list[Event] = []
        self._virtual = VirtualStart(self)
        self._virtual.started.connect(self._on_started)
        self._virtual.failed.connect(self._lose)
        self._doctor = PortDoctor(self)
        self._doctor.diagnosed.connect(self.diagnosed)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def state(self) -> BoardState:
        """How the connection stands."""
        return self._state

    @property
    def counters(self) -> Counters:
        """What came over the link, and what was lost on the way."""
        return self.link.counters if self.link is not None else self._counters

    @property
    def speaks(self) -> Speech | None:
        """What the board speaks, chosen or found; None while that is open."""
        return self.link.speaks if self.link is not None else None

    @property
    def replay(self) -> ReplayLink | None:
        """The recording that is played in a board's place, None while a board or nothing is watched."""
        return self.link if isinstance(self.link, ReplayLink) else None

    @property
    def is_virtual(self) -> bool:
        """True while the studio's own virtual board is at the other end."""
        return self._virtual.running is not None

    @property
    def virtual_id(self) -> str:
        """The id of the virtual board that runs; "" where none does."""
        return self._place if self.is_virtual else ""

    @property
    def virtual_pid(self) -> int | None:
        """The virtual board's process."""
        running = self._virtual.running
        return running.board.pid if running is not None else None

    def start_virtual(self, results: Results, choice: VirtualChoice | None = None) -> None:
        """Start a virtual board on the present firmware, with the test set as its sensor, and connect to it."""
        choice = choice or VirtualChoice()
        self.disconnect_board()
        self._go_to(choice.board_id)
        self._set_state(BoardState.STARTING)
        self._virtual.start(results, choice)

    def open_port(self, port: str, baud: int = _USUAL_BAUD, speech: Speech = Speech.AUTO) -> None:
        """Connect to the board on a port of this computer, or on socket://… or rfc2217://…, and look for it again."""
        self.disconnect_board()
        self._go_to(port)
        self.baud, self.speech = baud, speech
        self._open(port, None)

    def open_link(self, link: Link) -> None:
        """Watch over a link that is there already, such as a recording that is played again."""
        self.disconnect_board()
        self._expect_another()
        self._go_to(link.port)
        self._watch(link, None)

    def let_go(self, port: str) -> Link | None:
        """Lend this port; the link whose `release` waits until it is free, or None where it is not held."""
        link = self.link
        if link is None or link.port != port:
            return None
        link.release(0)
        self._doctor.rest()
        self._set_state(BoardState.LENT)
        return link

    def take_back(self, port: str) -> None:
        """Go on after an upload or a validation, on the port that the board is on now."""
        if self.link is not None and self._state is BoardState.LENT:
            self._set_state(BoardState.CONNECTING)
            self.link.reclaim(port)

    def disconnect_board(self) -> None:
        """Let go of the board; what it said stays."""
        was_over = self._state.is_over
        self._end()
        self._doctor.rest()
        self.troubled.emit("")
        if self._state is not BoardState.IDLE:
            self._set_state(BoardState.IDLE)
        if not was_over:
            self._tell(EventKind.CONNECTION, "Disconnected")
            self._end_turn()

    def set_baud(self, baud: int) -> None:
        """Go on at another speed."""
        self.baud = baud
        if self.link is not None:
            self.link.set_baud(baud)

    def set_speech(self, speech: Speech) -> None:
        """Read what comes from now on in another way."""
        self.speech = speech
        if self.link is not None:
            self.link.set_speech(speech)

    def send_text(self, text: str, ending: str) -> bool:
        """Send a line as it was typed, with this end of line; False where nothing takes it."""
        return self.link is not None and self.link.send_bytes((text + ending).encode())

    def examine(self) -> None:
        """Ask the port doctor now."""
        self._doctor.examine(self._link_port(), self.link)

    def close(self) -> None:
        """Let go of everything; this object is of no use after that."""
        self._doctor.close()
        self._end()
        self._virtual.close()

    # What who derives makes of it.

    def _hear(self, words: list[Heard], began_s: float, now_s: float) -> None:
        """This came between two times of the computer's clock."""

    def _tell(self, kind: EventKind, words: str) -> None:
        """Something happened."""

    def _begin(self, truths: Truths | None) -> None:
        """The port is (again) open and nothing was said yet; `truths` is right for the samples of a virtual sensor."""

    def _look_after(self, link: Link) -> None:
        """A turn is over and the link goes on."""

    def _end_turn(self) -> None:
        """All of a turn was heard."""

    def _forget_board(self) -> None:
        """Nobody is at the other end any more."""

    def _expect_another(self) -> None:
        """The next words come from another place."""

    # The way itself.

    def _go_to(self, place: str) -> None:
        if place != self._place:
            self._expect_another()
        self._place = place

    def _open(self, port: str, truths: Truths | None) -> None:
        self._watch(Link(port, self.baud, speech=self.speech, reconnects=True), truths)

    def _watch(self, link: Link, truths: Truths | None) -> None:
        self.link = link
        self._ticked_s = time.time()
        self._truths = truths
        self._set_state(BoardState.CONNECTING)
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._waiting.clear()
        link, self.link = self.link, None
        if link is not None:
            self._counters = link.counters
            link.close(0)
        self._virtual.stop()
        self._forget_board()

    @Slot(str)
    def _lose(self, sentence: str) -> None:
        self._end()
        self._set_state(BoardState.LOST)
        self._tell(EventKind.CONNECTION, sentence)
        self._end_turn()
        self.troubled.emit(sentence)

    def _set_state(self, state: BoardState) -> None:
        if state is BoardState.LIVE and self._state is not state:
            self._doctor.rest()
            self.troubled.emit("")
        self._state = state
        self.state_changed.emit(state.value)

    @Slot(object)
    def _on_started(self, started: StartedBoard) -> None:
        self.baud, self.speech = _USUAL_BAUD, Speech.AUTO
        self._open(started.board.port, started.sensor.truths if started.sensor is not None else None)

    @Slot()
    def _tick(self) -> None:
        link = self.link
        if link is None:
            return
        began_s, now_s = self._ticked_s, time.time()
        self._ticked_s = now_s
        self._waiting += link.take()
        events, self._waiting = self._waiting[:MOST_AT_ONCE], self._waiting[MOST_AT_ONCE:]
        words: list[Heard] = []
        for event in events:
            if not isinstance(event, _OF_THE_LINK):
                words.append(event)
                continue
            self._hear(words, began_s, now_s)
            words = []
            self._follow(event, link)
            if self.link is not link:  # lost
                break
        self._hear(words, began_s, now_s)
        if self.link is link:
            self._look_after(link)
        self._end_turn()
        if self._waiting:
            QTimer.singleShot(0, self, self._tick)

    def _follow(self, event: Connected | Away | Released | Speaks | Lost, link: Link) -> None:
        match event:
            case Connected():
                self._begin(self._truths)
                self._set_state(BoardState.LISTENING)
                self._doctor.listen(link)
                self.troubled.emit("")
                self._tell(EventKind.CONNECTION, f"Connected to {event.port}")
            case Away() | Lost():
                started = self._virtual.running
                if started is not None and not started.board.is_running():
                    self._lose(started.board.fault() or _BOARD_ENDED)
                elif isinstance(event, Lost):
                    self._lose(event.sentence)
                else:
                    self._set_state(BoardState.AWAY)
                    self._tell(EventKind.CONNECTION, event.sentence)
                    self.troubled.emit(event.sentence)
                    self._doctor.rest()
                    self._doctor.examine(link.port)
            case Released():
                self._tell(EventKind.CONNECTION, f"{event.port} is lent to another program")
            case Speaks():
                self._tell(EventKind.NOTE, f"What comes was recognised: {event.speech.words}")

    def _link_port(self) -> str:
        return self.link.port if self.link is not None else self._place
