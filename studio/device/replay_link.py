"""A recording where a link would be: whoever watches a board cannot tell, but for its port's name."""

import threading
import time
from collections.abc import Callable

from studio.core.recording import Recorded
from studio.core.replay import Replay, hello_of, results_of
from studio.core.speech import Speech
from studio.core.text_decoders import Reading
from studio.device.link import Connected, Counters, Event, Link, Speaks


class ReplayLink(Link):
    """The face of a Link without a port: `take` gives what is due by the clock. Requests are taken and do nothing.

    `replay` is steered by the window's thread, which also takes; nothing here waits, and there is no thread.
    """

    def __init__(self, recorded: Recorded, name: str, clock: Callable[[], float] = time.monotonic) -> None:
        # Not Link's own: that would open a port.
        self.port = name
        self.replay = Replay(recorded)
        self._clock = clock
        self._taken_at = clock()
        self._changed = threading.Condition()
        self._sequence = 0
        self._is_text = recorded.origin.model_sha256 == "" and not recorded.origin.classifies
        self._greeting: list[Event] = [Connected(name)]
        self._greeting.append(Speaks(Speech.TEXT) if self._is_text else Speaks(Speech.FRAMES))
        if not self._is_text:
            self._greeting.append(hello_of(recorded))

    @property
    def counters(self) -> Counters:
        """What the recording says had been lost by now."""
        given = self.replay.state.given
        if not given:
            return Counters(connections=1)
        recorded = self.replay.recorded
        lost, damaged = (max(0, int(column[given - 1])) for column in (recorded.lost, recorded.damaged))
        return Counters(frames=given, lost=lost, crc_errors=damaged, connections=1)

    @property
    def speaks(self) -> Speech | None:
        """Text where the board named neither model nor labels, else frames."""
        return Speech.TEXT if self._is_text else Speech.FRAMES

    @property
    def baud(self) -> int:
        """There is none."""
        return 0

    @property
    def noise(self) -> float:
        """A recording has none."""
        return 0.0

    def take(self) -> list[Event]:
        """What is due since the last call."""
        now = self._clock()
        elapsed, self._taken_at = now - self._taken_at, now
        greeting, self._greeting = self._greeting, []
        rows = self.replay.advance(elapsed)
        if not self._is_text:
            return [*greeting, *results_of(self.replay.recorded, rows)]
        recorded = self.replay.recorded
        return [
            *greeting,
            *(
                Reading(
                    recorded.origin.names,
                    tuple(recorded.scores[row].tolist()),
                    None if recorded.inference_us[row] < 0 else int(recorded.inference_us[row]),
                    None,
                )
                for row in rows
            ),
        ]

    def raw(self, since: int = 0) -> tuple[int, bytes]:
        """No bytes were recorded."""
        return since, b""

    def wait(self, seconds: float) -> bool:
        """Nothing to wait for: what is due depends on the clock alone."""
        return False

    def send_bytes(self, data: bytes) -> bool:
        """Taken, and of no effect."""
        return True

    def set_baud(self, baud: int) -> None:
        """Of no effect."""

    def set_speech(self, speech: Speech) -> None:
        """Of no effect."""

    def release(self, wait_seconds: float = 2.0) -> bool:
        """There is no port to let go of."""
        return True

    def reclaim(self, port: str | None = None) -> None:
        """Nor to take back."""

    def close(self, wait_seconds: float = 2.0) -> None:
        """Nothing to end."""
