"""Waiting for a board that an upload has made go and come, and who must let go of its port meanwhile."""

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from studio.device.ports import Socket, find_again, sockets

_LOOK_SECONDS = 0.1
_STEADY_SECONDS = 1.0
PATIENCE_SECONDS = 8.0


class PortHolder(Protocol):
    """Whoever listens to boards, as far as uploading is concerned. Both are called from the runner's thread."""

    def release(self, port: str) -> None:
        """Let go of this port, if it is held; returns when it is free."""

    def reclaim(self, port: str) -> None:
        """Take the board back, which is on `port` now; nothing where it was not held before."""


def wait_for_board(
    before: Socket,
    stop: threading.Event,
    patience: float = PATIENCE_SECONDS,
    steady: float = _STEADY_SECONDS,
    look: Callable[[], Sequence[Socket]] = sockets,
) -> str:
    """The board's port as soon as it has been there for `steady` seconds: just after an upload it may still go.

    Where it was before, when it does not come back in time.
    """
    began = since = time.monotonic()
    last = ""
    while True:
        found, now = find_again(before.device, before, look()) or "", time.monotonic()
        if found != last:
            last, since = found, now
        if found and now - since >= steady:
            return found
        if now - began > patience or stop.wait(_LOOK_SECONDS):
            return found or before.device
