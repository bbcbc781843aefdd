"""Watching live inference from the terminal: frames compared with this computer's answers, or a board's own text."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.frames import Hello, Log, Result, start, stop
from studio.core.monitor import Monitor
from studio.core.results import Results
from studio.core.sensor import SensorFile, write_sensor
from studio.core.speech import Speech, noise_share
from studio.core.text_decoders import Line, Reading
from studio.device.doctor import Heard, wrong_baud
from studio.device.link import Counters, Link, Lost
from studio.device.port_entry import why_no_baud, why_no_port
from studio.device.virtual import VirtualBoard
from studio.headless.tables import one_line
from studio.headless.watched_text import WatchedText, why_no_numbers

_INTERVAL_MS = 100
_PATIENCE_S = 20.0
_NOISE_SAMPLE = 4096  # bytes, as the link judges
_ENOUGH_BYTES = 64


@dataclass(frozen=True, slots=True)
class Watched:
    """What came over the link: `frames` results, `frames_lost` missing or damaged ones.

    `equal` of `compared` answers are element by element those of the same C on this computer;
    `inference_us` is the board's own median. A board that speaks text (`speaks`) sends lines of numbers for frames; it
    does not say which model it runs (`same_model` None), and not always how long it takes.
    """

    frames: int
    frames_lost: int
    compared: int
    equal: int
    inference_us: int | None
    same_model: bool | None
    speaks: Speech = Speech.FRAMES


@dataclass(frozen=True, slots=True)
class BoardLine:
    """The line to a board: its port, its speed, and how what comes is read."""

    port: str
    baud: int = 115_200
    speech: Speech = Speech.AUTO


def check_line(port: str | None, baud: int, speech: Speech) -> BoardLine | None:
    """The line to watch, None for the virtual board; StudioError, before the long work, for what can be none."""
    if port is None:
        if speech is not Speech.AUTO:
            raise StudioError("--speaks is for a board of yours: name its port with --port.")
        return None
    if why := why_no_port(port) or why_no_baud(str(baud)):
        raise StudioError(why)
    return BoardLine(port, baud, speech)


def watch(
    results: Results,
    seconds: float,
    line: BoardLine | None,
    say: Callable[[str], None],
    threshold: float = 0.0,
) -> Watched:
    """Watch the board on `line`, or a virtual board started for this, for `seconds` from its first result.

    Says one line for each result, for boards that speak text ten a second at most. Where the board runs the model of
    `results`, a class counts from the score `threshold` on. Raises StudioError when the board
    cannot be reached, vanishes, or says nothing that is understood.
    """
    if line is not None:
        return _watch(line, results, None, seconds, say, threshold)
    if results.build is None or not results.build.firmware or results.candidate is None:
        raise StudioError("There is no firmware to watch: the C code could not be built for this model.")
    with _sensor(results) as sensor:
        file = sensor.path if sensor else None
        with VirtualBoard(Path(results.build.firmware), sensor=file) as board:
            return _watch(
                BoardLine(board.port, speech=Speech.FRAMES), results, sensor, seconds, say, threshold
            )


@contextmanager
def _sensor(results: Results) -> Iterator[SensorFile | None]:
    if results.candidate is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        yield write_sensor(Path(results.candidate.artifact), results.dataset, Path(folder) / "sensor.npy")


def _watch(
    line: BoardLine,
    results: Results,
    sensor: SensorFile | None,
    seconds: float,
    say: Callable[[str], None],
    threshold: float,
) -> Watched:
    say(f"\nLive from {line.port}")
    frames, text = _Frames(results, sensor, say, threshold), WatchedText(say)
    try:
        with Link(line.port, line.baud, speech=line.speech) as link:
            _listen(link, frames, text, seconds)
            counters, noise, speaks = link.counters, link.noise, link.speaks
            later = link.raw(text.began_at)[1][-_NOISE_SAMPLE:]
    finally:
        text.close()
    if frames.received:
        return frames.watched(counters)
    heard = Heard(counters.bytes_received, noise, _PATIENCE_S, line.baud)
    finding = wrong_baud(heard)
    if text.received and frames.hello is None:
        # What a board prints before its sketch begins may be noise at any speed: what came after the first numbers
        # decides, where that is enough.
        if len(later) >= _ENOUGH_BYTES:
            finding = wrong_baud(replace(heard, noise=noise_share(later)))
        if finding is None:
            return Watched(text.received, 0, 0, 0, text.inference_us, None, speaks or Speech.TEXT)
    if finding is not None:
        raise StudioError(f"{finding.sentence} Give it with --baud.")
    if text.last_line:
        raise StudioError(why_no_numbers(line.port, line.speech, text.last_line))
    raise StudioError(
        f"Nothing that the studio understands came from {line.port}. Flash the exported firmware, or a sketch that "
        "prints its scores as text."
    )


def _listen(link: Link, frames: "_Frames", text: WatchedText, seconds: float) -> None:
    """Until `seconds` have passed since the first result, or nothing has come for _PATIENCE_S."""
    began = before = time.monotonic()
    deadline = began + _PATIENCE_S
    while (now := time.monotonic()) < deadline:
        link.wait(min(0.2, deadline - now))
        events = link.take()
        now = time.monotonic()
        had_frames, had_text = frames.received, text.received
        for event in events:
            match event:
                case Hello():
                    if frames.greet(event):
                        link.send(start(_INTERVAL_MS))
                case Result():
                    frames.take(event)
                case Lost():
                    raise StudioError(event.sentence)
                case Log():
                    frames.say(f"board: {one_line(event.text)}")
                case _:
                    continue
        if frames.hello is None:
            text.take_readings([event for event in events if isinstance(event, Reading)], before, now)
            text.take_lines([event for event in events if isinstance(event, Line)])
        before = now
        if text.received and not had_text:
            text.began_at = link.counters.bytes_received
        if (frames.received and not had_frames) or (text.received and not had_text):
            deadline = now + seconds
    if frames.hello is not None:
        link.send(stop())


class _Frames:
    """The results of a board with the studio's firmware, compared with this computer's answers and said."""

    def __init__(
        self, results: Results, sensor: SensorFile | None, say: Callable[[str], None], threshold: float
    ) -> None:
        self._threshold = threshold
        self._candidate = results.candidate
        self._truths = sensor.truths if sensor else None
        self._expected = _expected(results) if sensor else None
        self._monitor: Monitor | None = None
        self._times: list[int] = []
        self._compared = self._equal = 0
        self.say = say
        self.hello: Hello | None = None

    @property
    def received(self) -> int:
        """How many results have come."""
        return self._monitor.received if self._monitor is not None else 0

    def greet(self, hello: Hello) -> bool:
        """The board says who it is; True for the first time."""
        if self._monitor is not None:
            return False
        self.hello = hello
        self._monitor = Monitor(hello, self._truths)
        self.say(f"{one_line(hello.board)} runs model {hello.model_sha256[:12]}…")
        if hello.version_words:
            self.say(hello.version_words)
        if self._candidate is None or hello.model_sha256 != self._candidate.sha256:
            self._threshold = 0.0  # that of another model
        elif self._monitor.classifies and self._threshold:
            self.say(f"A class counts from a score of {self._threshold * 100:.4g} %, as in the review.")
        return True

    def take(self, result: Result) -> None:
        """A result; what comes before the first hello cannot be read."""
        if self._monitor is None or self.hello is None:
            return
        self._monitor.add(result)
        self._times.append(result.inference_us)
        if self._expected is not None and 0 <= result.sample < len(self._expected):
            self._compared += 1
            self._equal += result.values(self.hello) == tuple(self._expected[result.sample].tolist())
        self.say(_line(self._monitor, self.hello, result, self._threshold))

    def watched(self, counters: Counters) -> Watched:
        """What it came to; there was a result."""
        sha256 = self.hello.model_sha256 if self.hello is not None else ""
        return Watched(
            frames=self.received,
            frames_lost=counters.lost + counters.crc_errors,
            compared=self._compared,
            equal=self._equal,
            inference_us=int(np.median(self._times)),
            same_model=self._candidate is not None and sha256 == self._candidate.sha256,
        )


def _line(monitor: Monitor, hello: Hello, result: Result, threshold: float) -> str:
    scores = result.scores(hello)
    label, truth = monitor.label(result), monitor.true_label(result)
    if label is None:
        values = ", ".join(f"{score:.3f}" for score in scores[:8])
        return f"  frame {result.sequence:5d}  {result.inference_us:7d} µs  {values}"
    seen = f" (shown: {truth})" if truth is not None else ""
    seen = (" (below the threshold)" if max(scores) < threshold else "") + seen
    return f"  frame {result.sequence:5d}  {result.inference_us:7d} µs  {label:<12} {max(scores) * 100:5.1f} %{seen}"


def _expected(results: Results) -> npt.NDArray[Any] | None:
    """The same C's answers on this computer, as they are stored [test samples, outputs]."""
    if results.evaluation is None or not results.evaluation.predictions:
        return None
    with np.load(results.evaluation.predictions) as archive:
        if "outputs" not in archive.files:
            return None
        outputs = archive["outputs"]
    found: npt.NDArray[Any] = outputs.reshape(len(outputs), -1)
    return found
