"""The live connection as the window sees it: a board, real or virtual, what it said, and what happened to it."""

import time
from collections import deque
from dataclasses import replace

from PySide6.QtCore import QObject, Signal, Slot

from studio.core import places
from studio.core.arrivals import Arrivals
from studio.core.frames import Hello, Stats, ask_hello, ask_stats, start
from studio.core.live_events import EventKind, LiveEvent
from studio.core.monitor import Monitor, Truths
from studio.core.post_processing import Detection, PostProcessing
from studio.core.reception import NewMonitor, Reception
from studio.core.results import Results
from studio.core.reviewed import limits_of, review_of
from studio.core.running_model import RunningModel, Standing, running_model
from studio.core.speech import Heard, Speech
from studio.device.link import Link
from studio.ui.board_connection import TICK_MS, BoardConnection
from studio.ui.board_state import BoardState
from studio.ui.session import Session

__all__ = ["MOST_EVENTS", "TICK_MS", "BoardSession", "BoardState"]

MOST_EVENTS = 5000
"""Events that are kept; the oldest go."""

_OURS = (Standing.REVIEWED, Standing.NOT_REVIEWED)
_ASK_AGAIN_S = 1.0
_STATS_S = 2.0


class BoardSession(BoardConnection):
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
    - `detection_changed()`: another PostProcessing, or another reviewed threshold;
      `closed()`: the session ends, let go of everything.

    An upload or a validation that opens the port itself takes it with `let_go` and gives it back with `take_back`.
    """

    results_arrived = Signal(object)
    monitor_changed = Signal(object)
    cleared = Signal()
    ticked = Signal(int)
    events_added = Signal(tuple)
    hello_changed = Signal(object)
    stats_changed = Signal(object)
    running_changed = Signal(object)
    detection_changed = Signal()
    closed = Signal()

    def __init__(self, session: Session | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self.hello: Hello | None = None
        self.stats: Stats | None = None
        self.events: deque[LiveEvent] = deque(maxlen=MOST_EVENTS)
        self._reception = Reception(places.cache() / "live", self._threshold_for)
        self._running: RunningModel | None = None
        self._held_from = 0.0
        self._came = 0
        self._resets = 0
        self._interval_ms = 100
        self._asked_at = self._stats_at = 0.0
        self._fresh_events: list[LiveEvent] = []
        self.state_changed.connect(self._tell_running)
        if session is not None:
            session.results_changed.connect(self._tell_running)
            session.project_changed.connect(self._tell_running)

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
    def reviewed_threshold(self) -> float | None:
        """The score from which a label counts in the project's review; None where the board runs no model of it."""
        if self.session is None or self.running.standing not in _OURS:
            return None
        return limits_of(self.session.project).threshold

    def set_interval(self, milliseconds: int) -> None:
        """Ask for a result from the sensor every so often."""
        self._interval_ms = milliseconds
        if self.link is not None and self.hello is not None:
            self.link.send(start(milliseconds, self.link.next_sequence()))

    def set_post_processing(self, wanted: PostProcessing) -> None:
        """Find labels so from now on."""
        self._reception.set_post_processing(wanted)
        self.detection_changed.emit()

    def clear(self) -> None:
        """Forget what came so far."""
        self._reception.clear()
        self.events.clear()
        self.cleared.emit()
        self.ticked.emit(0)

    def close(self) -> None:
        """Let go of everything; this object is of no use after that."""
        self.closed.emit()
        super().close()
        self._reception.close()

    def _hear(self, words: list[Heard], began_s: float, now_s: float) -> None:
        if not words:
            return
        for one in self._reception.hear(words, began_s, now_s):
            match one:
                case NewMonitor():
                    self.monitor_changed.emit(one.monitor)
                case Hello():
                    self._greet(one)
                case Arrivals():
                    self._came += len(one)
                    if self._state not in (
                        BoardState.LIVE,
                        BoardState.LENT,
                    ):  # what came just before it was lent
                        self._set_state(BoardState.LIVE)
                    self.results_arrived.emit(one)
                case Stats():
                    self.stats = one
                    self.stats_changed.emit(one)
                case LiveEvent():
                    self._fresh_events.append(one)

    def _greet(self, hello: Hello) -> None:
        self.hello = hello
        if self.link is not None:
            self.link.send(start(self._interval_ms, self.link.next_sequence()))
        self._set_state(BoardState.LIVE)
        self.hello_changed.emit(hello)
        self.detection_changed.emit()

    def _begin(self, truths: Truths | None) -> None:
        self._forget_board()
        self._reception.expect_words(truths)
        self._asked_at = time.monotonic()
        self._resets = self.counters.resets

    def _expect_another(self) -> None:
        self._reception.expect_another()

    def _forget_board(self) -> None:
        if self.hello is not None:
            self.hello = None
            self.hello_changed.emit(None)

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

    def _tell(self, kind: EventKind, words: str) -> None:
        self._fresh_events.append(self._reception.event(kind, words, time.time()))

    def _end_turn(self) -> None:
        came, self._came = self._came, 0
        if self._fresh_events:
            fresh, self._fresh_events = tuple(self._fresh_events), []
            self.events.extend(fresh)
            self.events_added.emit(fresh)
        self.ticked.emit(came)

    @Slot()
    def _tell_running(self, *_: object) -> None:
        running = self.running
        if running != self._running:
            self._running = running
            self.running_changed.emit(running)
        self._follow_review()

    def _threshold_for(self, hello: Hello) -> float | None:
        """The reviewed threshold for a board of this project, none for others; a choice made here stays (None)."""
        candidate = self.session.results.candidate if self.session is not None else None
        reviewed = 0.0
        if self.session is not None and candidate is not None and candidate.sha256 == hello.model_sha256:
            reviewed = limits_of(self.session.project).threshold
        return self._taken_over(reviewed)

    def _taken_over(self, reviewed: float) -> float | None:
        """`reviewed` where the threshold is still the one that was taken over before, and it is another."""
        held, self._held_from = self._held_from, reviewed
        return reviewed if self.post_processing.threshold == held != reviewed else None

    def _follow_review(self) -> None:
        """A board of this project goes on with another threshold that the review is given meanwhile."""
        reviewed = self.reviewed_threshold
        wanted = self._taken_over(reviewed) if reviewed is not None else None
        if wanted is not None:
            self.set_post_processing(replace(self.post_processing, threshold=wanted))
        self.detection_changed.emit()
