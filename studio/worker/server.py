"""The worker's loop: requests in, progress and answers out, and every failure as a sentence."""

import errno
import importlib
import json
import os
import queue
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import BinaryIO

from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.messages import (
    KEEPING,
    Answer,
    Ended,
    Failure,
    Progress,
    Ready,
    Reply,
    Request,
    Stop,
    decode_request,
    encode_reply,
)
from studio.core.places import cache
from studio.core.storage import write_error
from studio.worker.report import Stopped

_LOG_BYTES = 1_000_000
_PROGRESS_SECONDS = 0.05

# Imported while nothing is asked for, so that the first moves of a slider are quick. None brings TensorFlow.
_WARM = (
    "studio.worker.jobs",
    "ai_edge_litert.interpreter",
    "ai_edge_litert.schema_py_generated",
    "studio.compiler",
    "ai_edge_quantizer.quantizer",
)


def serve(*, warm: bool = False) -> None:
    """Answer requests until stdin ends; never returns. `warm`: compile beforehand what every model's C shares.

    The process ends with its stdin, in the middle of a job too, so it never outlives the window.
    """
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl+C in a terminal reaches the worker too: just end
    requests, replies, log = _take_streams()
    voice = _Voice(replies)
    voice.say(Ready(os.getpid()))
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
    stops = _Stops()
    threading.Thread(target=_read_lines, args=(requests, lines, stops), name="requests", daemon=True).start()
    waiting = list(_WARM)
    while True:
        try:
            line = lines.get(block=not waiting)
        except queue.Empty:
            _warm(waiting.pop(0))
            if warm and not waiting:
                threading.Thread(target=_warm_compiler, name="warm", daemon=True).start()
            continue
        _answer(line, voice, stops, log)


class _Stops:
    """The numbers of the jobs that are to end; written by the reading thread, read by the working one."""

    def __init__(self) -> None:
        self._wanted: set[int] = set()

    def add(self, number: int) -> None:
        self._wanted.add(number)

    def wanted(self, number: int) -> bool:
        return number in self._wanted


class _Report:
    """What a job is given to tell how far it is."""

    def __init__(self, voice: "_Voice", request: Request, stops: _Stops) -> None:
        self._voice = voice
        self._request = request
        self._stops = stops

    @property
    def stopping(self) -> bool:
        return self._stops.wanted(self._request.id)

    def __call__(self, share: float, text: str, data: object = None) -> None:
        if self.stopping and self._request.job not in KEEPING:
            raise Stopped
        self._voice.progress(self._request, share, text, data)


class _Voice:
    """Writes replies; ends the process when nobody reads them."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._last = 0.0

    def say(self, reply: Reply) -> None:
        try:
            self._stream.write(encode_reply(reply))
            self._stream.flush()
        except OSError:
            os._exit(0)

    def progress(self, request: Request, share: float, text: str, data: object = None) -> None:
        now = time.monotonic()
        if data is not None or now - self._last >= _PROGRESS_SECONDS:
            self._last = now
            self.say(Progress(request.id, min(max(share, 0.0), 1.0), text, to_json(data)))


def _take_streams() -> tuple[BinaryIO, BinaryIO, Path]:
    """The protocol's own streams; file descriptors 0, 1 and 2 then belong to libraries and their chatter."""
    requests = os.fdopen(os.dup(0), "rb")
    replies = os.fdopen(os.dup(1), "wb")
    log = cache() / "worker.log"
    try:
        log.parent.mkdir(parents=True, exist_ok=True)
        too_long = log.is_file() and log.stat().st_size > _LOG_BYTES
        handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if too_long else 0), 0o644)
    except OSError:  # the job that needs the cache will say so
        handle = os.open(os.devnull, os.O_WRONLY)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (handle, 1), (handle, 2)):
        os.dup2(source, target)
        os.close(source) if source == nothing else None
    os.close(handle)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 -- lives as long as the process
    sys.stdout = open(1, "w", buffering=1, closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", buffering=1, closefd=False)  # noqa: SIM115
    return requests, replies, log


def _read_lines(requests: BinaryIO, lines: "queue.SimpleQueue[bytes]", stops: _Stops) -> None:
    while line := requests.readline():
        stop = _stop_in(line)
        if stop is None:
            lines.put(line)
        else:
            stops.add(stop)
    os._exit(0)  # a running job cannot be asked to stop, and nobody waits for it any more


def _warm(module: str) -> None:
    try:
        importlib.import_module(module)
    except Exception:  # the job that needs it fails with the same error, and then someone is told
        traceback.print_exc()


def _stop_in(line: bytes) -> int | None:
    """The number of the job that the line stops, or None for any other line."""
    if not line.startswith(b'{"stop"'):
        return None
    try:
        found = decode_request(line)
    except ValueError:
        return None
    return found.stop if isinstance(found, Stop) else None


def _warm_compiler() -> None:
    """zig compiles the kernels for this computer and for the virtual board, which takes seconds on a new machine."""
    from studio.compiler import firmware, host

    try:
        host.warm()
        firmware.warm()
    except StudioError:  # the job that needs it says so
        traceback.print_exc()


def _answer(line: bytes, voice: _Voice, stops: _Stops, log: Path) -> None:
    try:
        request = decode_request(line)
        if isinstance(request, Stop):
            raise ValueError("a stop is taken by the reading thread")
    except ValueError:
        voice.say(
            Failure(
                _id_in(line), "The worker was asked something it does not understand. Restart the studio."
            )
        )
        return
    from studio.worker.jobs import run

    try:
        value = run(request.job, request.arguments, _Report(voice, request, stops))
        voice.say(Answer(request.id, to_json(value)))
    except Stopped:
        voice.say(Ended(request.id))
    except StudioError as error:
        print(f"{request.job}: {error}", file=sys.stderr)  # noqa: T201
        voice.say(Failure(request.id, str(error), error.cure))
    except BaseException as error:
        traceback.print_exc()
        voice.say(Failure(request.id, sentence_for(error, request.job, log)))


def sentence_for(error: BaseException, job: str, log: Path) -> str:
    """What to tell about an error that is nobody's sentence yet."""
    if isinstance(error, MemoryError):
        return (
            "There is not enough memory for this on your computer. Close other programs, "
            "or use a smaller model or fewer samples."
        )
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return str(write_error(Path(str(error.filename or cache())), error))
    words = job.replace("_", " ")
    return f"The worker could not finish '{words}'; the log is at {log}. Try again, and report it if it stays so."


def _id_in(line: bytes) -> int:
    """The request's number as far as it can be told, so that the asker learns of the failure."""
    try:
        found = json.loads(line)["id"]
    except (ValueError, KeyError, TypeError):
        return 0
    return found if isinstance(found, int) else 0
