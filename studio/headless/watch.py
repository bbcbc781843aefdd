"""Watching live inference from the terminal: frames from a board, compared with this computer's answers."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.frames import Hello, Log, Result, Stats, start, stop
from studio.core.monitor import Monitor
from studio.core.results import Results
from studio.core.sensor import SensorFile, write_sensor
from studio.device.link import Connected, Link, Lost
from studio.device.virtual import VirtualBoard

_INTERVAL_MS = 100
_PATIENCE_S = 20.0


@dataclass(frozen=True, slots=True)
class Watched:
    """What came over the link: `frames` results, `frames_lost` missing or damaged ones.

    `equal` of `compared` answers are element by element those of the same C on this computer;
    `inference_us` is the board's own median.
    """

    frames: int
    frames_lost: int
    compared: int
    equal: int
    inference_us: int
    same_model: bool


def watch(results: Results, seconds: float, port: str | None, say: Callable[[str], None]) -> Watched:
    """Watch the board on `port`, or a virtual board started for this, for `seconds` from its first result.

    Says one line for each result. Raises StudioError when the board cannot be reached or vanishes.
    """
    if port is not None:
        return _watch(port, results, None, seconds, say)
    if results.build is None or not results.build.firmware or results.candidate is None:
        raise StudioError("There is no firmware to watch: the C code could not be built for this model.")
    with _sensor(results) as sensor:
        file = sensor.path if sensor else None
        with VirtualBoard(Path(results.build.firmware), sensor=file) as board:
            return _watch(board.port, results, sensor, seconds, say)


@contextmanager
def _sensor(results: Results) -> Iterator[SensorFile | None]:
    if results.candidate is None:
        yield None
        return
    with tempfile.TemporaryDirectory() as folder:
        yield write_sensor(Path(results.candidate.artifact), results.dataset, Path(folder) / "sensor.npy")


def _watch(
    port: str, results: Results, sensor: SensorFile | None, seconds: float, say: Callable[[str], None]
) -> Watched:
    expected = _expected(results) if sensor else None
    monitor: Monitor | None = None
    hello: Hello | None = None
    times: list[int] = []
    compared = equal = 0
    say(f"\nLive from {port}")
    with Link(port) as link:
        deadline = time.monotonic() + _PATIENCE_S
        while time.monotonic() < deadline:
            link.wait(0.2)
            for event in link.take():
                match event:
                    case Hello() if monitor is None:
                        hello = event
                        monitor = Monitor(event, sensor.truths if sensor else None)
                        say(f"{event.board} runs model {event.model_sha256[:12]}…")
                        link.send(start(_INTERVAL_MS))
                    case Result() if monitor is not None and hello is not None:
                        if not monitor.received:
                            deadline = time.monotonic() + seconds
                        monitor.add(event)
                        times.append(event.inference_us)
                        if expected is not None and 0 <= event.sample < len(expected):
                            compared += 1
                            equal += event.values(hello) == tuple(expected[event.sample].tolist())
                        say(_line(monitor, hello, event))
                    case Lost():
                        raise StudioError(event.sentence)
                    case Log():
                        say(f"board: {event.text}")
                    case Hello() | Result() | Stats() | Connected():
                        continue
        link.send(stop())
        counters = link.counters
    if monitor is None or hello is None or not monitor.received:
        raise StudioError(
            f"Nothing that the studio understands came from {port}. Flash the exported firmware."
        )
    return Watched(
        frames=monitor.received,
        frames_lost=counters.lost + counters.crc_errors,
        compared=compared,
        equal=equal,
        inference_us=int(np.median(times)),
        same_model=results.candidate is not None and hello.model_sha256 == results.candidate.sha256,
    )


def _line(monitor: Monitor, hello: Hello, result: Result) -> str:
    scores = result.scores(hello)
    label, truth = monitor.label(result), monitor.true_label(result)
    if label is None:
        values = ", ".join(f"{score:.3f}" for score in scores[:8])
        return f"  frame {result.sequence:5d}  {result.inference_us:7d} µs  {values}"
    seen = f" (shown: {truth})" if truth is not None else ""
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
