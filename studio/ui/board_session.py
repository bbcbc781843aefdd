"""The live connection as the window sees it: a board, real or virtual, what it said, and what happened to it."""

import time
from collections import deque

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core import places
from studio.core.arrivals import Arrivals
from studio.core.frames import Hello, Stats, ask_hello, ask_stats, start
from studio.core.live_events import EventKind, LiveEvent
from studio.core.monitor import Monitor
from studio.core.pipeline import Results, review_of
from studio.core.post_processing import Detection, PostProcessing
from studio.core.reception import NewMonitor, Reception
from studio.core.running_model import RunningModel, running_model
from studio.core.speech import Heard, Speech
from studio.device.link import Away, Connected, Counters, Link, Lost, Released, Speaks
from studio.ui.board_state import BoardState
from studio.ui.port_doctor import PortDoctor
from studio.ui.session import Session
from studio.ui.virtual_start import StartedBoard, VirtualChoice, VirtualStart

__all__ = ["BoardSession", "BoardState"]

TICK_MS = 33
MOST_EVENTS = 5000
"""Events that are kept; the oldest go."""

_USUAL_BAUD = 115_200
_ASK_AGAIN_S = 1.0
_STATS_S = 2.0
_OF_THE_LINK = (Connected, Away, Released, Speaks, Lost)
_BOARD_ENDED = "The virtual board has stopped. What it sent is still here; press Connect to start it again."


class BoardSession(QObject):
    """One board's connection; widgets of the Live page are made with it as their only argument.

    They read `monitor` (core.monitor.Monitor: `history`, `names`, `classifies`, `latest`, tally; None before the first
    words of a board, and it stays after the connection has ended), `stats`, `counters`, `hello`, `speaks`, `link`
    (None while nothing is connected; only send and look, never `take`), `detection` and `post_processing`, `events`
    (the newest MOST_EVENTS), `running`, and the project through `session` (ui.session.Session; None only in tests).

    They listen to the signals:
    - `results_arrived(Arrivals)`: at most once for each turn of the display (TICK_MS), all results that came since;
    - `monitor_changed(Monitor | None)`: another monitor, whose results have other names (its history begins anew);
    - `cleared()`: the user wants to forget what came: monitor, tallies, confusions begin anew;
    - `ticked(int)`: the end of each turn, with the number of results that came;
    - `events_added(tuple[LiveEvent, ...])`; `state_changed(str)`, a BoardState; `hello_changed(Hello | None)`;
      `stats_changed(Stats)`; `running_changed(RunningModel)`, whether the running model is the reviewed one;
    - `troubled(str)`: a sentence for a connection that failed, was lost or is being looked for ("": all is well again);
      `diagnosed(tuple[Finding, ...])`: what the port doctor found, empty when that is over;
    - `detection_changed()`: another PostProcessing was set.

    An upload or a validation that opens the port itself takes it with `let_go` and gives it back with `take_back`.
    """

    results_arrived = Signal(object)
    monitor_changed = Signal(object)
    cleared = Signal()
    ticked = Signal(int)
    events_added = Signal(tuple)
    state_changed = Signal(str)
    hello_changed = Signal(object)
    stats_changed = Signal(object)
    running_changed = Signal(object)
    troubled = Signal(str)
    diagnosed = Signal(tuple)
    detection_changed = Signal()

    def __init__(self, session: Session | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.hello: Hello | None = None
        self.link: Link | None = None
        self.stats: Stats | None = None
        self.events: deque[LiveEvent] = deque(maxlen=MOST_EVENTS)
        self.speech = Speech.AUTO
        self.baud = _USUAL_BAUD
        self._state = BoardState.IDLE
        self._place = ""
        self._reception = Reception(places.cache() / "live")
        self._running: RunningModel | None = None
        self._came = 0
        self._counters = Counters()
        self._resets = 0
        self._interval_ms = 100
        self._asked_at = self._stats_at = self._ticked_s = 0.0
        self._fresh_events: list[LiveEvent] = []
        self._virtual = VirtualStart(self)
        self._virtual.started.connect(self._on_started)
        self._virtual.failed.connect(self._lose)
        self._doctor = PortDoctor(self)
        self._doctor.diagnosed.connect(self.diagnosed)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)
        if session is not None:
            session.results_changed.connect(self._tell_running)
            session.project_changed.connect(self._tell_running)

    @property
    def state(self) -> BoardState:
        """How the connection stands."""
        return self._state

    @property
    def monitor(self) -> Monitor | None:
        """What the board said in this session; stays after the connection has ended."""
        return self._reception.monitor

    @property
    def detection(self) -> Detection:
        """Which label holds now."""
        return self._reception.detection

    @property
    def post_processing(self) -> PostProcessing:
        """How labels are found."""
        return self._reception.post_processing

    @property
    def counters(self) -> Counters:
        """What came over the link, and what was lost on the way."""
        return self.link.counters if self.link is not None else self._counters

    @property
    def speaks(self) -> Speech | None:
        """What the board speaks, chosen or found; None while that is open."""
        return self.link.speaks if self.link is not None else None

    @property
    def running(self) -> RunningModel:
        """Whether the running model is the reviewed one."""
        results = self.session.results if self.session is not None else Results()
        sha256 = results.candidate.sha256 if results.candidate is not None else None
        reviewed = review_of(self.session.project, results) if self.session is not None else None
        is_text = self._state is BoardState.LIVE and self.monitor is not None and self.monitor.hello is None
        return running_model(
            self.hello, sha256, reviewed is not None and reviewed.approved, speaks_text=is_text
        )

    @property
    def is_virtual(self) -> bool:
        """True while the studio's own virtual board is at the other end."""
        return self._virtual.running is not None

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
        self._open(port)

    def let_go(self, port: str) -> Link | None:
        """Lend this port; the link whose `release` waits until it is free, or None where it is not held."""
        link = self.link
        if link is None or link.port != port:
            return None
        link.release(0)
        self._set_state(BoardState.LENT)
        return link

    def take_back(self, port: str) -> None:
        """Go on after an upload or a validation, on the port that the board is on now."""
        if self.link is not None and self._state is BoardState.LENT:
            self._set_state(BoardState.CONNECTING)
            self.link.reclaim(port)
        elif self._state is BoardState.IDLE:
            self.open_port(port, self.baud, self.speech)

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
            self._hand_out_events()

    def set_interval(self, milliseconds: int) -> None:
        """Ask for a result from the sensor every so often."""
        self._interval_ms = milliseconds
        if self.link is not None and self.hello is not None:
            self.link.send(start(milliseconds, self.link.next_sequence()))

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

    def set_post_processing(self, wanted: PostProcessing) -> None:
        """Find labels so from now on."""
        self._reception.set_post_processing(wanted)
        self.detection_changed.emit()

    def send_text(self, text: str, ending: str) -> bool:
        """Send a line as it was typed, with this end of line; False where nothing takes it."""
        return self.link is not None and self.link.send_bytes((text + ending).encode())

    def examine(self) -> None:
        """Ask the port doctor now."""
        self._doctor.examine(self._link_port(), self.link)

    def clear(self) -> None:
        """Forget what came so far."""
        self._reception.clear()
        self.events.clear()
        self.cleared.emit()
        self.ticked.emit(0)

    def close(self) -> None:
        """Let go of everything; this object is of no use after that."""
        self._doctor.close()
        self._end()
        self._virtual.close()
        self._reception.close()

    def _go_to(self, place: str) -> None:
        if place != self._place:
            self._reception.expect_another()
        self._place = place
        self._reception.truths = None

    def _open(self, port: str) -> None:
        self._resets = 0
        self.link = Link(port, self.baud, speech=self.speech, reconnects=True)
        self._asked_at = time.monotonic()
        self._ticked_s = time.time()
        self._set_state(BoardState.CONNECTING)
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        link, self.link = self.link, None
        if link is not None:
            self._counters = link.counters
            link.close(0)
        self._virtual.stop()
        if self.hello is not None:
            self.hello = None
            self.hello_changed.emit(None)

    @Slot(str)
    def _lose(self, sentence: str) -> None:
        self._end()
        self._set_state(BoardState.LOST)
        self._tell(EventKind.CONNECTION, sentence)
        self._hand_out_events()
        self.troubled.emit(sentence)

    def _set_state(self, state: BoardState) -> None:
        if state is BoardState.LIVE and self._state is not state:
            self._doctor.rest()
            self.troubled.emit("")
        self._state = state
        self.state_changed.emit(state.value)
        self._tell_running()

    @Slot(object)
    def _on_started(self, started: StartedBoard) -> None:
        self._reception.truths = started.sensor.truths if started.sensor is not None else None
        self.baud, self.speech = _USUAL_BAUD, Speech.AUTO
        self._open(started.board.port)

    @Slot()
    def _tick(self) -> None:
        link = self.link
        if link is None:
            return
        began_s, self._ticked_s = self._ticked_s, time.time()
        self._came = 0
        words: list[Heard] = []
        for event in link.take():
            if not isinstance(event, _OF_THE_LINK):
                words.append(event)
                continue
            self._hear(words, began_s)
            words = []
            self._follow(event)
            if self.link is not link:  # lost
                break
        self._hear(words, began_s)
        if self.link is link:
            self._look_after(link)
        self._hand_out_events()
        self.ticked.emit(self._came)

    def _hear(self, words: list[Heard], began_s: float) -> None:
        if not words:
            return
        for one in self._reception.hear(words, began_s, self._ticked_s):
            match one:
                case NewMonitor():
                    self.monitor_changed.emit(one.monitor)
                case Hello():
                    self._greet(one)
                case Arrivals():
                    self._came += len(one)
                    if self._state is not BoardState.LIVE:
                        self._set_state(BoardState.LIVE)
                    self.results_arrived.emit(one)
                case Stats():
                    self.stats = one
                    self.stats_changed.emit(one)
                case LiveEvent():
                    self._fresh_events.append(one)

    def _follow(self, event: Connected | Away | Released | Speaks | Lost) -> None:
        match event:
            case Connected():
                assert self.link is not None
                self._asked_at = time.monotonic()
                self._resets = self.link.counters.resets
                self._set_state(BoardState.LISTENING)
                self._doctor.listen(self.link)
                self.troubled.emit("")
                self._tell(EventKind.CONNECTION, f"Connected to {event.port}")
            case Away() | Lost():
                started = self._virtual.running
                self._tell(EventKind.CONNECTION, event.sentence)
                if started is not None and not started.board.is_running():
                    self._lose(started.board.fault() or _BOARD_ENDED)
                elif isinstance(event, Lost):
                    self._lose(event.sentence)
                else:
                    self._set_state(BoardState.AWAY)
                    self.troubled.emit(event.sentence)
                    self._doctor.rest()
                    self._doctor.examine(self._link_port())
            case Released():
                self._tell(EventKind.CONNECTION, f"{event.port} is lent to another program")
            case Speaks():
                self._tell(EventKind.NOTE, f"What comes was recognised: {event.speech.words}")

    def _link_port(self) -> str:
        return self.link.port if self.link is not None else self._place

    def _greet(self, hello: Hello) -> None:
        link = self.link
        assert link is not None
        self.hello = hello
        link.send(start(self._interval_ms, link.next_sequence()))
        self._set_state(BoardState.LIVE)
        self.hello_changed.emit(hello)

    def _look_after(self, link: Link) -> None:
        """Asks again who is there, asks for counters, notices resets."""
        now = time.monotonic()
        frames_may_come = self.speech in (Speech.AUTO, Speech.FRAMES)
        if self._state is BoardState.LISTENING and frames_may_come and now - self._asked_at > _ASK_AGAIN_S:
            self._asked_at = now
            link.send(ask_hello(link.next_sequence()))
        if self._state is not BoardState.LIVE or self.hello is None:
            return
        if now - self._stats_at > _STATS_S:
            self._stats_at = now
            link.send(ask_stats(link.next_sequence()))
        resets = link.counters.resets
        if resets > self._resets:
            self._resets = resets
            self._tell(EventKind.RESET, f"{self.hello.board} was reset")

    @Slot()
    def _tell_running(self, *_: object) -> None:
        running = self.running
        if running != self._running:
            self._running = running
            self.running_changed.emit(running)

    def _tell(self, kind: EventKind, words: str) -> None:
        self._fresh_events.append(self._reception.event(kind, words, time.time()))

    def _hand_out_events(self) -> None:
        if self._fresh_events:
            fresh, self._fresh_events = tuple(self._fresh_events), []
            self.events.extend(fresh)
            self.events_added.emit(fresh)
