"""Virtual boards, started and stopped from the studio; each is a process of its own (studio.device.virtual_board)."""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from threading import Timer
from types import TracebackType
from typing import Any, Self

import numpy as np

from studio.core.errors import StudioError
from studio.device.virtual_misbehaviour import Misbehaviour

START_SECONDS = 60.0
"""The first start on a computer also compiles the board's chip, which takes a few seconds."""

_ANY_FREE_PORT = 0


@dataclass(frozen=True, slots=True)
class BatchResult:
    """Answers and costs of a batch on the virtual board.

    `outputs` [N, output size], as the model stores them, is the one array here. Counts are per inference:
    instructions executed, and the cycles that a Cortex-M4 is estimated to need for them; `instructions` and `cycles`
    are medians, the layers' too.
    `stack_bytes` is the deepest stack of all.
    """

    outputs: np.ndarray[Any, np.dtype[Any]]
    instructions: int
    instructions_all: tuple[int, ...]
    cycles: int
    stack_bytes: int
    layer_instructions: tuple[int, ...]
    layer_cycles: tuple[int, ...]


class VirtualBoard:
    """A virtual board that runs `elf` and can be connected to at `.port`.

    Starting takes about half a second, so not on the window's thread. Where pseudo-terminals exist it is a serial
    port, elsewhere or with `use_socket` a socket:// address. `baud` makes it as slow as a serial line of that rate
    (else it is as fast as this computer); `misbehaviour` is what goes wrong. An image of
    `virtual_avr.build_avr` names its `avr_chip`. Raises StudioError when it does not start.
    """

    def __init__(
        self,
        elf: Path,
        *,
        sensor: Path | None = None,
        use_socket: bool = False,
        clock_hz: int | None = None,
        baud: int | None = None,
        misbehaviour: Misbehaviour | None = None,
        avr_chip: str = "",
    ) -> None:
        wire = ["--socket", str(_ANY_FREE_PORT)] if use_socket or os.name == "nt" else ["--pty"]
        arguments = ["--elf", str(elf), *wire]
        if sensor:
            arguments += ["--sensor", str(sensor)]
        if clock_hz:
            arguments += ["--clock-hz", str(clock_hz)]
        if baud:
            arguments += ["--baud", str(baud)]
        if misbehaviour:
            arguments += ["--misbehave", misbehaviour.words()]
        if avr_chip:
            arguments += ["--chip", avr_chip]
        self._process = _launch(arguments, "virtual_board_avr" if avr_chip else "virtual_board")
        try:
            self.port: str = _first_line(self._process)["port"]
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """The process, for those who want to see or end it from outside."""
        return self._process.pid

    def is_running(self) -> bool:
        """False once it was closed or has ended by itself."""
        return self._process.poll() is None

    def fault(self) -> str:
        """Once it has ended by itself: the sentence that says why, empty if it left none."""
        if self.is_running() or not self._process.stdout or self._process.stdout.closed:
            return ""
        try:
            return str(json.loads(self._process.stdout.readline() or "{}").get("error", ""))
        except ValueError:
            return ""

    def close(self) -> None:
        """Ends the board; closing twice is fine."""
        _end(self._process)
        port = Path(getattr(self, "port", ""))
        if port.is_symlink():
            port.unlink(missing_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def run_batch(elf: Path, x: np.ndarray[Any, np.dtype[Any]], *, clock_hz: int | None = None) -> BatchResult:
    """Runs every row of `x` ([N, ...], of the model's type) through the firmware `elf`, and counts.

    Raises StudioError when the image cannot be run, the rows do not fit the model or the program crashes.
    """
    with tempfile.TemporaryDirectory(prefix="studio-batch-") as folder:
        inputs, outputs = Path(folder, "x.npy"), Path(folder, "y.npy")
        np.save(inputs, x)
        arguments = ["--elf", str(elf), "--batch", str(inputs), "--outputs", str(outputs)]
        if clock_hz:
            arguments += ["--clock-hz", str(clock_hz)]
        process = _launch(arguments)
        try:
            said = _first_line(process, seconds=None)
        finally:
            _end(process)
        return BatchResult(
            outputs=np.load(outputs),
            instructions=said["instructions"],
            instructions_all=tuple(said["instructions_all"]),
            cycles=said["cycles"],
            stack_bytes=said["stack_bytes"],
            layer_instructions=tuple(said["layers"]),
            layer_cycles=tuple(said["layer_cycles"]),
        )


def _launch(arguments: list[str], module: str = "virtual_board") -> subprocess.Popen[str]:
    environment = dict(os.environ)
    source = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (source, environment.get("PYTHONPATH", ""))))
    return subprocess.Popen(
        [sys.executable, "-m", f"studio.device.{module}", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
        env=environment,
    )


def _first_line(process: subprocess.Popen[str], seconds: float | None = START_SECONDS) -> dict[str, Any]:
    """What the board says first; it is ended when it says nothing in time."""
    assert process.stdout
    guard = Timer(seconds, process.kill) if seconds else None
    if guard:
        guard.start()
    try:
        line = process.stdout.readline()
    finally:
        if guard:
            guard.cancel()
    try:
        said: dict[str, Any] = json.loads(line)
    except ValueError:
        raise StudioError(
            "The virtual board ended before it was ready. Try again; "
            "if it happens again, install unicorn and ziglang anew."
        ) from None
    if "error" in said:
        raise StudioError(said["error"])
    return said


def _end(process: subprocess.Popen[str]) -> None:
    if process.stdin:
        process.stdin.close()
    try:
        process.wait(2)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
