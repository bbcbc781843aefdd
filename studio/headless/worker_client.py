"""A worker process for callers that can wait: one job at a time, progress by callback."""

import contextlib
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from studio.core.errors import StudioError
from studio.core.messages import (
    Answer,
    Ended,
    Failure,
    Progress,
    Ready,
    Request,
    decode_reply,
    encode_request,
    read_answer,
)
from studio.core.places import cache, why_cache_is_full


class WorkerClient:
    """Starts the worker with the first job; a context manager that ends it."""

    def __init__(self, progressed: Callable[[float, str], None] | None = None) -> None:
        self._progressed = progressed or (lambda _share, _text: None)
        self._process: subprocess.Popen[bytes] | None = None
        self._requests = 0

    def __enter__(self) -> "WorkerClient":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def run(self, job: str, arguments: dict[str, Any]) -> Any:
        """Do `job` and return its dataclass (core/messages.py); StudioError when it fails.

        A worker that dies is replaced at the next call.
        """
        process = self._started()
        if process.stdin is None or process.stdout is None:
            raise StudioError("The worker has no pipes. Restart the studio.")
        self._requests += 1
        try:
            process.stdin.write(encode_request(Request(self._requests, job, arguments)))
            process.stdin.flush()
        except OSError:
            self.close()
            raise _died(process) from None
        while line := process.stdout.readline():
            reply = decode_reply(line)
            match reply:
                case Progress(id=self._requests):
                    self._progressed(reply.share, reply.text)
                case Answer(id=self._requests):
                    return read_answer(job, reply.value)
                case Failure(id=self._requests):
                    raise StudioError(reply.sentence, cure=reply.cure)
                case Ready() | Progress() | Answer() | Failure() | Ended():
                    continue
        self.close()
        raise _died(process)

    def close(self) -> None:
        """End the worker; nothing it computed is lost, that is in the cache."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.stdin is not None:
            with contextlib.suppress(OSError):
                process.stdin.close()
        try:
            process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout is not None:
            process.stdout.close()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "studio.worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )
        return self._process


def _died(process: subprocess.Popen[bytes]) -> StudioError:
    memory = "It may have run out of memory." if process.poll() in (-9, 137) else ""
    why = why_cache_is_full() or memory
    return StudioError(
        f"The worker stopped in the middle of its job. {why}{' ' * bool(why)}Try again; its log is "
        f"{cache() / 'worker.log'}."
    )
