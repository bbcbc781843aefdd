"""A tool's process: its lines as they come, its end when it is not wanted any more, its time limit."""

import codecs
import contextlib
import os
import queue
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

from studio.core.errors import StudioError
from studio.device.toolchains.steps import Command

_POLL_SECONDS = 0.1
_GRACE_SECONDS = 3.0
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_QUIET_POLLS = 5


class Stopped(Exception):
    """It was cancelled; the sentence says in which state the board is."""


def run_process(
    step: Command, line: Callable[[str], None], partial: Callable[[str], None], stop: threading.Event
) -> int:
    """Run the command and give its lines as they come, output and errors as one; returns its exit code.

    A line ends with a newline or a carriage return; `partial` sees one that is still growing. When `stop` is set, or
    the time is over, the process goes with all that it started.
    """
    try:
        Path(step.folder or ".").mkdir(parents=True, exist_ok=True)
        process = subprocess.Popen(
            step.argv,
            cwd=step.folder or None,
            env={**os.environ, **dict(step.environment)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
    except OSError as error:
        raise StudioError(
            f"{step.argv[0]} cannot be started ({error.strerror or error}). Install it again, then look again."
        ) from error
    chunks: queue.Queue[bytes | None] = queue.Queue()
    reader = threading.Thread(
        target=_read, args=(process, chunks), name=f"log of {step.argv[0]}", daemon=True
    )
    reader.start()
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    rest, quiet = "", 0
    ends_at = time.monotonic() + step.timeout_seconds
    try:
        while True:
            if stop.is_set():
                raise Stopped(_stopped_words(step))
            if time.monotonic() > ends_at:
                raise StudioError(
                    f"{step.words} has not ended after {step.timeout_seconds / 60:.0f} minutes and was stopped. "
                    "Unplug the board, plug it in and try again."
                )
            try:
                chunk = chunks.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                # Something that it started may hold the pipe open for long after.
                quiet = quiet + 1 if process.poll() is not None else 0
                if quiet > _QUIET_POLLS:
                    break
                continue
            if chunk is None:
                break
            *whole, rest = re.split(r"\r\n|\n|\r", rest + decoder.decode(chunk))
            for text in whole:
                if plain := _ANSI.sub("", text).rstrip():
                    line(plain)
            if rest:
                partial(_ANSI.sub("", rest))
        if plain := _ANSI.sub("", rest).rstrip():
            line(plain)
        return process.wait(_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        raise StudioError(
            f"{step.argv[0]} closed its output and did not end; it was stopped. Try again."
        ) from None
    finally:
        end(process)
        reader.join(_GRACE_SECONDS)
        if process.stdout is not None and not reader.is_alive():
            process.stdout.close()


def end(process: "subprocess.Popen[bytes]") -> None:
    """End the process and all that it started: asked first, then forced."""
    if os.name != "posix":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)], capture_output=True, check=False
            )
            process.wait()
        return
    if process.poll() is None:
        _signal(process.pid, signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_GRACE_SECONDS)
    _signal(process.pid, signal.SIGKILL if sys.platform != "win32" else signal.SIGTERM)
    process.wait()


def _signal(group: int, number: int) -> None:
    """Signal the group that the process leads; it may be gone already."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return


def _read(process: "subprocess.Popen[bytes]", chunks: "queue.Queue[bytes | None]") -> None:
    assert process.stdout is not None
    while chunk := os.read(process.stdout.fileno(), 1 << 16):
        chunks.put(chunk)
    chunks.put(None)


def _stopped_words(step: Command) -> str:
    if step.uses_port:
        return "Stopped in the middle of the upload: the board may have no whole program now. Flash it again."
    return "Stopped. The board is as it was."
