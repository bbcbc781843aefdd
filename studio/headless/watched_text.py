"""A board that prints text, watched from the terminal: what it says as lines, and how long its inferences take."""

from collections.abc import Callable, Sequence

import numpy as np

from studio.core.monitor import Latest, Monitor
from studio.core.speech import Speech
from studio.core.text_decoders import Line, Reading, TextFormat
from studio.headless.tables import one_line

_LINES_APART_S = 0.1  # a board may print thousands a second
_MOST_LINES = 20  # of a board's log, each time
_MOST_VALUES = 8


class WatchedText:
    """Says the newest numbers ten times a second at most, the last in any case, and other lines as the board's log.

    `received` counts readings, lines of numbers; `last_line` is the last that was none. `began_at` is how many
    bytes had come over the port with the first reading.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._monitor = Monitor(None)
        self._times: list[int] = []
        self._said_s = float("-inf")
        self._said = 0
        self.received = 0
        self.last_line = ""
        self.began_at = 0

    @property
    def inference_us(self) -> int | None:
        """The median of what the board said of its inferences; None where it said nothing of them."""
        return int(np.median(self._times)) if self._times else None

    def take_readings(self, readings: Sequence[Reading], began_s: float, now_s: float) -> None:
        """Readings that came between these two times of the computer's clock (seconds)."""
        if not readings:
            return
        self._monitor.add_readings(readings, began_s, now_s)
        self._times += [one.inference_us for one in readings if one.inference_us is not None]
        self.received += len(readings)
        if now_s - self._said_s >= _LINES_APART_S:
            self._said_s = now_s
            self._say_latest()

    def take_lines(self, lines: Sequence[Line]) -> None:
        """Lines that hold no numbers, as the board's log."""
        for line in lines[:_MOST_LINES]:
            self._say(f"board: {one_line(line.text)}")
        if lines:
            self.last_line = one_line(lines[-1].text)

    def close(self) -> None:
        """Say what came last, and give the history back."""
        if self.received > self._said:
            self._say_latest()
        self._monitor.close()

    def _say_latest(self) -> None:
        latest = self._monitor.latest
        if latest is not None:
            self._said = self.received
            self._say(self._line(latest))

    def _line(self, latest: Latest) -> str:
        time = f"{latest.inference_us:7d} µs" if latest.inference_us is not None else " " * 10
        head = f"  line {self.received:6d}  {time}"
        label = self._monitor.label_of(latest.scores)
        if label is not None:
            return f"{head}  {one_line(label):<12} {max(one for one in latest.scores if one == one) * 100:5.1f} %"
        pairs = zip(self._monitor.names, latest.scores, strict=False)
        values = ", ".join(f"{one_line(name)} {value:.6g}" for name, value in list(pairs)[:_MOST_VALUES])
        return f"{head}  {values}"


def why_no_numbers(port: str, speech: Speech, last_line: str) -> str:
    """The sentence for a port over which text came, the last of it `last_line`, but nothing that could be read."""
    formats = ", ".join(one.words for one in TextFormat)
    heard = last_line if len(last_line) <= 60 else f"{last_line[:60]}…"
    if speech in (Speech.AUTO, Speech.TEXT):
        return (
            f"Text came from {port} (“{heard}”), but no numbers in a format that the studio reads: {formats}. Let the "
            "sketch print its scores in one of them, or flash the exported firmware."
        )
    return (
        f"Text came from {port} (“{heard}”), but nothing of it is {speech.words}. Leave out --speaks, or let the "
        "sketch print that format."
    )
