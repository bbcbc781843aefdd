"""The books of one validation: what was answered, what got lost on the way, and how long an answer is waited for."""

from dataclasses import dataclass, field

from studio.core.frames import Hello, Result
from studio.core.validation import Heard

_FIRST_SECONDS = 3.0
_LEAST_SECONDS = 0.25
_MOST_PATIENCE = 4  # times the usual: what was lost on the way is not worth waiting for longer


@dataclass(slots=True)
class Asked:
    """A question on its way."""

    place: int
    sent_at: float
    due: float


@dataclass(slots=True)
class Books:
    """What has been heard so far, by the places of the questions.

    `usual` and `variation` are the smoothed round trip and its variation in seconds, as RFC 6298 takes them for a
    timeout.
    """

    answers: dict[int, Result] = field(default_factory=dict)
    round_trip_us: dict[int, int] = field(default_factory=dict)
    doubted: set[int] = field(default_factory=set)
    unsteady: set[int] = field(default_factory=set)
    tries: dict[int, int] = field(default_factory=dict)
    in_vain: int = 0  # samples that were given up for now since the last answer
    sent_bytes: int = 0
    received_bytes: int = 0
    resent: int = 0
    resets: int = 0
    reconnects: int = 0
    usual: float = 0.0
    variation: float = 0.0

    def account(self, seconds: float) -> None:
        """A question that was sent once was answered after this long."""
        if not self.usual:
            self.usual, self.variation = seconds, seconds / 2
            return
        self.variation += (abs(seconds - self.usual) - self.variation) / 4
        self.usual += (seconds - self.usual) / 8

    def patience(self, place: int) -> float:
        """How many seconds the question at `place` is waited for; longer with every try."""
        wanted = max(_LEAST_SECONDS, self.usual + 4 * self.variation) if self.usual else _FIRST_SECONDS
        return float(wanted * min(_MOST_PATIENCE, 2 ** self.tries.get(place, 0)))

    def heard(self, hello: Hello, seconds: float, stopped: str, *, link_bytes_per_s: float) -> Heard:
        """All of it, of the board that said this `hello`; `stopped` says why it ended early, if it did."""
        places = sorted(self.answers)
        return Heard(
            board=hello.board,
            clock_hz=hello.clock_hz,
            places=tuple(places),
            answers=tuple(self.answers[place].output for place in places),
            inference_us=tuple(self.answers[place].inference_us for place in places),
            round_trip_us=tuple(us for _, us in sorted(self.round_trip_us.items())),
            seconds=seconds,
            sent_bytes=self.sent_bytes,
            received_bytes=self.received_bytes,
            link_bytes_per_s=link_bytes_per_s,
            unsteady=tuple(sorted(self.unsteady)),
            resent=self.resent,
            resets=self.resets,
            reconnects=self.reconnects,
            stopped=stopped,
        )
