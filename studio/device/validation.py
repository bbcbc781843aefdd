"""On-target validation over the link: asks a board test samples one after another, and gets through what goes wrong."""

import random
import time
from collections.abc import Callable

from studio.core.errors import StudioError
from studio.core.frames import Hello, Log, Result, ask_hello, encode, run_input, stop
from studio.core.validation import Heard, Questions
from studio.device.link import Event, Link, Lost
from studio.device.validation_books import Asked, Books

DEPTH = 2
"""Questions under way at once: while the board computes one, the next is on the line."""

TRIES = 6
_IN_VAIN = 4  # samples without an answer to any try, and nothing heard between: nobody is there
_HELLO_SECONDS = 6.0
_SHORT_HELLO_SECONDS = 1.0
_ASK_AGAIN_SECONDS = 0.7
_RETRY_SECONDS = 0.2
_RETURN_SECONDS = 15.0
_LOOK_SECONDS = 0.1
_BITS_PER_BYTE = 10  # 8 bits between a start and a stop bit
_REFUSALS = ("wrong length", "could not run")  # of studio_app.c: asking again would not help
_OVERRUNS = 3  # losses after which a board that cannot take two questions at once is asked one at a time

Progress = Callable[[int, int], None]  # answered, of


class _Stopped(Exception):
    """It cannot go on; the sentence says why."""


def ask_board(
    port: str,
    asked: Questions,
    *,
    baud: int = 115_200,
    depth: int = DEPTH,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    return_seconds: float = _RETURN_SECONDS,
) -> Heard:
    """Ask the board on `port` all questions and return its answers; waits, so not for the window's thread.

    A question without an answer is sent again, up to TRIES times, and once more after all others; a board that was
    reset or unplugged is waited for `return_seconds` and asked what is missing. An answer unlike the host's is asked
    for once more. What was answered is kept when it has to stop; `stopped` then says why. Raises StudioError when
    nothing answers at all, or when the board runs another model.
    """
    return _Asker(
        port, asked, baud, depth, progress or (lambda _done, _of: None), cancelled, return_seconds
    ).ask()


class _Asker:
    """One validation under way."""

    def __init__(
        self,
        port: str,
        asked: Questions,
        baud: int,
        depth: int,
        progress: Progress,
        cancelled: Callable[[], bool],
        return_seconds: float,
    ) -> None:
        self._port = port
        self._asked = asked
        self._baud = baud
        self._depth = max(1, depth)
        self._progress = progress
        self._cancelled = cancelled
        self._return_seconds = return_seconds
        self._books = Books()
        self._hello: Hello | None = None
        self._waiting = list(range(len(asked.rows)))[::-1]  # taken from the end
        self._under_way: list[Asked] = []
        # Numbers begin by chance, so that a late answer to an earlier run is not taken for one of this.
        self._offset = random.SystemRandom().randrange(1 << 16)

    def ask(self) -> Heard:
        began = time.monotonic()
        stopped = ""
        try:
            while not self._is_done():
                began = self._visit(began)
        except _Stopped as reason:
            stopped = str(reason)
        if self._hello is None:
            raise StudioError(stopped)
        return self._heard(time.monotonic() - began, stopped)

    def _visit(self, began: float) -> float:
        """One connection, until all is answered or the port has gone; when the first question went out."""
        first = self._hello is None
        link, events = self._connect()
        with link:
            received = 0
            try:
                self._greet(link, events)
                received = link.counters.bytes_received
                began = time.monotonic() if first else began
                self._converse(link)
            except _PortGone:
                self._books.reconnects += 1
                self._books.tries.clear()
            finally:
                self._books.received_bytes += link.counters.bytes_received - received
        return began

    def _connect(self) -> tuple[Link, list[Event]]:
        end = time.monotonic() + self._return_seconds
        while True:
            self._check_cancelled()
            link = Link(self._port, self._baud)
            link.wait(_HELLO_SECONDS)
            events = link.take()
            lost = next((event for event in events if isinstance(event, Lost)), None)
            if lost is None:
                return link, events
            link.close()
            if self._hello is None:
                raise StudioError(lost.sentence)
            if time.monotonic() > end:
                raise _Stopped(
                    f"the board did not come back within {self._return_seconds:.0f} s. Plug it in again."
                )
            time.sleep(_RETRY_SECONDS)

    def _greet(self, link: Link, events: list[Event]) -> None:
        """Waits for the board's hello, of which `events` may have the first, and asks for silence."""
        known = self._hello is not None
        began = time.monotonic()
        end = began + (_SHORT_HELLO_SECONDS if known else _HELLO_SECONDS)
        ask_at = began + _ASK_AGAIN_SECONDS
        link.send(stop())
        while True:
            for event in events:
                if isinstance(event, Hello):
                    self._check_model(event)
                    return
                if isinstance(event, Lost):
                    if known:
                        raise _PortGone
                    raise StudioError(event.sentence)
            now = time.monotonic()
            if now > end:
                break
            if now > ask_at:
                link.send(ask_hello())
                ask_at = now + _ASK_AGAIN_SECONDS
            self._check_cancelled()
            link.wait(_LOOK_SECONDS)
            events = link.take()
        if not known:  # else its hello was damaged, and every answer still carries the number of its question
            raise StudioError(
                f"Nothing that the studio understands came from {self._port}. Flash the exported firmware, and choose "
                "the baud rate that its sketch names."
            )

    def _check_model(self, hello: Hello) -> None:
        if hello.model_sha256 != self._asked.model_sha256:
            sentence = (
                f"The {hello.board} runs another model ({hello.model_sha256[:12]}…) than the one under validation "
                f"({self._asked.model_sha256[:12]}…). Export and flash this one first."
            )
            if self._hello is None:
                raise StudioError(sentence)
            raise _Stopped(sentence)
        if (
            self._hello is None
            and self._asked.expected
            and hello.output_bytes != len(self._asked.expected[0])
        ):
            raise StudioError(
                f"The {hello.board} says that its answers have {hello.output_bytes} bytes, this model's have "
                f"{len(self._asked.expected[0])}. Export and flash it again."
            )
        self._hello = hello

    def _converse(self, link: Link) -> None:
        self._take_back(self._under_way)
        self._fill(link)
        while not self._is_done():
            self._check_cancelled()
            due = min(one.due for one in self._under_way)
            link.wait(max(0.0, min(_LOOK_SECONDS, due - time.monotonic())))
            for event in link.take():
                match event:
                    case Result(is_answer=True):
                        self._hear(event)
                    case Hello():
                        self._check_model(event)
                        if event.sequence == 0:  # its first: it has just begun, and forgot what it was asked
                            self._books.resets += 1
                            self._take_back(self._under_way)
                    case Lost():
                        raise _PortGone
                    case Log() if any(words in event.text for words in _REFUSALS):
                        raise _Stopped(f"the board said '{event.text}'")
                    case _:
                        continue
            now = time.monotonic()
            self._take_back([one for one in self._under_way if one.due <= now], resent=True)
            self._fill(link)

    def _hear(self, answer: Result) -> None:
        place = next((one for one in self._under_way if self._number(one.place) == answer.sequence), None)
        if place is None or len(answer.output) != len(self._asked.expected[place.place]):
            return
        books, now = self._books, time.monotonic()
        # The board answers in turn: what was asked before this one and is still open got lost on the way.
        earlier = self._under_way[: self._under_way.index(place)]
        self._under_way.remove(place)
        if not books.tries.get(place.place):
            books.round_trip_us[place.place] = round((now - place.sent_at) * 1e6)
            books.account(now - place.sent_at)
        self._take_back(earlier, resent=True)
        is_same = answer.output == self._asked.expected[place.place]
        if not is_same and place.place not in books.doubted:
            books.doubted.add(place.place)
            self._waiting.append(place.place)
            return
        if is_same and place.place in books.doubted:
            books.unsteady.add(place.place)
        books.answers[place.place] = answer
        books.in_vain = 0
        self._progress(len(books.answers), len(self._asked.rows))

    def _take_back(self, lost: list[Asked], *, resent: bool = False) -> None:
        """These have to be asked again, first of all."""
        for one in reversed(list(lost)):
            self._under_way.remove(one)
            self._waiting.append(one.place)
            if not resent:
                continue
            self._books.resent += 1
            tries = self._books.tries[one.place] = self._books.tries.get(one.place, 0) + 1
            if tries >= TRIES:
                self._leave_for_last(one.place)
        if self._books.resent >= _OVERRUNS and self._books.resent * 3 > len(self._books.answers):
            self._depth = 1

    def _leave_for_last(self, place: int) -> None:
        """On a poor line the others go on meanwhile; where nothing is heard of them either, it ends."""
        books = self._books
        books.in_vain += 1
        if books.in_vain >= _IN_VAIN:
            raise _Stopped(
                f"{_IN_VAIN} samples in a row got no answer, in {TRIES} tries each. Check the cable and the baud rate."
            )
        books.tries[place] = 0
        self._waiting.remove(place)
        self._waiting.insert(0, place)

    def _fill(self, link: Link) -> None:
        while self._waiting and len(self._under_way) < self._depth:
            place = self._waiting.pop()
            packet = run_input(self._asked.inputs[place], self._number(place))
            now = time.monotonic()
            self._under_way.append(Asked(place, now, now + self._books.patience(place)))
            self._books.sent_bytes += len(encode(packet))
            link.send(packet)

    def _number(self, place: int) -> int:
        return (self._offset + place) & 0xFFFF

    def _is_done(self) -> bool:
        return len(self._books.answers) == len(self._asked.rows)

    def _check_cancelled(self) -> None:
        if self._cancelled():
            raise _Stopped("it was cancelled.")

    def _heard(self, seconds: float, stopped: str) -> Heard:
        assert self._hello is not None
        line = 0.0 if "://" in self._port else self._baud / _BITS_PER_BYTE
        return self._books.heard(self._hello, seconds, stopped, link_bytes_per_s=line)


class _PortGone(Exception):
    """The port vanished; it may come back."""
