"""Finding a board's port again after an upload has renumbered it, and who must let go of it meanwhile."""

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from serial.tools import list_ports as serial_ports

_LOOK_SECONDS = 0.1
_STEADY_SECONDS = 1.0
PATIENCE_SECONDS = 8.0


class PortHolder(Protocol):
    """Whoever listens to boards, as far as uploading is concerned. Both are called from the runner's thread."""

    def release(self, port: str) -> None:
        """Let go of this port, if it is held; returns when it is free."""

    def reclaim(self, port: str) -> None:
        """Take the board back, which is on `port` now; nothing where it was not held before."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A port as USB describes it; `serial` and `location` are "" where it does not."""

    device: str
    vendor: int | None = None
    serial: str = ""
    location: str = ""


def seats() -> tuple[Seat, ...]:
    """The ports there are now."""
    return tuple(
        Seat(entry.device, entry.vid, entry.serial_number or "", (entry.location or "").split(":")[0])
        for entry in serial_ports.comports()
    )


def same_board(before: Seat, now: Iterable[Seat]) -> str:
    """The device where the board of `before` is now; "" while it is nowhere.

    By its serial number; else at the same USB socket, from the same maker; else under the same name.
    """
    there = tuple(now)
    if before.serial:
        for seat in there:
            if seat.serial == before.serial:
                return seat.device
    if before.location:
        for seat in there:
            if seat.location == before.location and seat.vendor == before.vendor:
                return seat.device
    return next((seat.device for seat in there if seat.device == before.device), "")


def wait_for_board(
    before: Seat,
    stop: threading.Event,
    patience: float = PATIENCE_SECONDS,
    steady: float = _STEADY_SECONDS,
    look: Callable[[], Iterable[Seat]] = seats,
) -> str:
    """The board's port as soon as it has been there for `steady` seconds: just after an upload it may still go.

    Where it was before, when it does not come back in time.
    """
    began = since = time.monotonic()
    last = ""
    while True:
        found, now = same_board(before, look()), time.monotonic()
        if found != last:
            last, since = found, now
        if found and now - since >= steady:
            return found
        if now - began > patience or stop.wait(_LOOK_SECONDS):
            return found or before.device
