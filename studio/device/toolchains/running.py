"""Running the steps of a plan one after the other, with a log, progress and cancel."""

import shutil
import threading
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.compiled import Measured
from studio.core.compiler_words import explain
from studio.core.errors import StudioError
from studio.core.storage import write_error
from studio.device.ports import socket_of, sockets
from studio.device.toolchains.arduino_cli import EXIT_CODES, read_sizes
from studio.device.toolchains.drives import copy_to_drive
from studio.device.toolchains.heard import Heard
from studio.device.toolchains.ports_again import PortHolder, wait_for_board
from studio.device.toolchains.process import Stopped, run_process
from studio.device.toolchains.steps import Command, CopyToDrive, Order, Step, Unpack


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it went: what was measured, and on which port the board is now ("" where nothing was flashed to a port)."""

    measured: Measured | None = None
    port: str = ""
    flashed: bool = False


@dataclass(frozen=True, slots=True)
class Ears:
    """Who is told, from the runner's thread: each line of the log, and the share (0 to 1) with words."""

    line: Callable[[str], None]
    progress: Callable[[float, str], None]


def run(
    order: Order,
    steps: tuple[Step, ...],
    ears: Ears,
    stop: threading.Event,
    holder: PortHolder | None = None,
) -> Outcome:
    """Do the steps one after the other, in this thread.

    Raises StudioError with the first failure's sentence, and Stopped when `stop` was set. The holder is asked for
    the port before a step that uses it, and always gets the board back.
    """
    whole = sum(step.share for step in steps) or 1.0
    outcome, done = Outcome(), 0.0
    for step in steps:
        if stop.is_set():
            raise Stopped("Stopped. The board is as it was.")
        begin, width = done / whole, step.share / whole
        done += step.share
        ears.progress(begin, f"{step.words}…")
        match step:
            case Unpack():
                _unpack(step)
            case CopyToDrive():
                _copy(step, ears, stop, begin, width)
                outcome = replace(outcome, flashed=True)
            case Command(if_unmeasured=True) if outcome.measured and outcome.measured.ram_bytes is not None:
                continue
            case Command(uses_port=True):
                port = _upload(order, step, ears, stop, holder, begin, width)
                outcome = replace(outcome, flashed=True, port=port)
            case Command():
                heard = _run_step(order, step, ears, stop, begin, width)
                outcome = replace(outcome, measured=_joined(outcome.measured, heard.measured))
    ears.progress(1.0, "Done")
    return outcome


def _joined(known: Measured | None, more: Measured | None) -> Measured | None:
    if known is None or more is None:
        return more or known
    ram = known.ram_bytes if more.ram_bytes is None else more.ram_bytes
    limit = known.ram_limit_bytes if more.ram_bytes is None else more.ram_limit_bytes
    return replace(more, ram_bytes=ram, ram_limit_bytes=limit)


def _upload(
    order: Order,
    step: Command,
    ears: Ears,
    stop: threading.Event,
    holder: PortHolder | None,
    begin: float,
    width: float,
) -> str:
    """Upload while nobody else holds the port; the port that the board is on afterwards."""
    before = socket_of(order.port, sockets())
    now = order.port
    if holder is not None:
        holder.release(order.port)
    try:
        heard = _run_step(order, step, ears, stop, begin, width)
        now = heard.new_port or now
        if before is not None and not heard.new_port:
            ears.progress(begin + width * 0.97, "Waiting for the board to come back…")
            now = wait_for_board(before, stop)
        if now != order.port:
            ears.line(f"The board is on {now} now.")
    finally:
        if holder is not None:
            holder.reclaim(now)
    return now


def _run_step(
    order: Order, step: Command, ears: Ears, stop: threading.Event, begin: float, width: float
) -> Heard:
    heard = Heard(Path(step.argv[0]).stem, by_percent=step.uses_port)
    ears.line(f"$ {' '.join(step.argv)}")

    def line(text: str) -> None:
        heard.line(text)
        ears.line(text)
        ears.progress(begin + width * heard.fraction, f"{step.words}…")

    def partial(text: str) -> None:
        heard.partial(text)
        ears.progress(begin + width * heard.fraction, f"{step.words}…")

    code = run_process(step, line, partial, stop)
    if code != 0 and not step.if_unmeasured:
        raise StudioError(_failure(order, step, heard, code))
    if "--json" in step.argv and code == 0:
        sizes = read_sizes("\n".join(heard.lines))
        if sizes is not None:
            heard.take(sizes)
    return heard


def _failure(order: Order, step: Command, heard: Heard, code: int) -> str:
    sentence = explain(heard.lines, order.board.name)
    program = Path(step.argv[0]).stem
    known = EXIT_CODES.get(code, "") if program == "arduino-cli" else ""
    if known and (not sentence or sentence.startswith("The tool stopped with")):
        return known
    if not sentence:
        return f"{program} failed ({step.words.lower()}, exit code {code}) and did not say why. The log may tell more."
    return sentence


def _unpack(step: Unpack) -> None:
    folder = Path(step.folder)
    try:
        with zipfile.ZipFile(step.archive) as archive:
            for name in {name.split("/")[0] for name in archive.namelist()}:
                shutil.rmtree(folder / name, ignore_errors=True)
            folder.mkdir(parents=True, exist_ok=True)
            archive.extractall(folder)
    except (zipfile.BadZipFile, FileNotFoundError) as error:
        raise StudioError(f"{step.archive} is not there whole any more. Export again.") from error
    except OSError as error:
        raise write_error(folder, error) from error


def _copy(step: CopyToDrive, ears: Ears, stop: threading.Event, begin: float, width: float) -> None:
    def heard(words: str, share: float) -> None:
        if words:
            ears.line(words)
        ears.progress(begin + width * share, f"{step.words}…")

    copy_to_drive(step, heard, stop)
    if stop.is_set():
        raise Stopped(
            "Stopped in the middle of copying: the board may have no whole program now. Flash it again."
        )
