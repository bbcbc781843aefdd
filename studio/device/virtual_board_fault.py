"""Wires that are not perfect: one as slow as a serial line, and one that misbehaves on request."""

import argparse
import os
import time
from typing import Protocol

from studio.core import places
from studio.device.virtual_board_wire import PseudoTerminal, Socket, Wire
from studio.device.virtual_misbehaviour import UNPLUGGED_SECONDS, Clockwork, Misbehaviour, Noise, parse

_BITS_PER_BYTE = 10  # 8 bits between a start and a stop bit
_SLICE_SECONDS = 0.002
_SAVED_SECONDS = 0.02  # what a line makes up for when its program was late
_GOING_BYTES = 1 << 16


class BoardReset(Exception):
    """The board begins anew, as after its reset button."""


class Pluggable(Wire, Protocol):
    """A wire that can be pulled out and put back at the same address."""

    def unplug(self) -> None:
        """Whoever listens sees the port vanish."""

    def plug_in(self) -> None:
        """The port is back where it was."""


class SerialLine:
    """`wire` with the byte rate of a serial line of `baud`, in each direction."""

    def __init__(self, wire: Pluggable, baud: int) -> None:
        self._wire = wire
        self._rate = baud / _BITS_PER_BYTE
        self._read_at = self._wrote_at = self._looked_at = time.monotonic()
        self._arrived = b""
        self.port = wire.port

    def read(self, room: int) -> bytes:
        """What a line of this speed has brought by now."""
        if not self._arrived:
            self._arrived = self._wire.read(room)
            if self._arrived:  # it came while the program computed, and a line does not wait for that
                self._read_at = max(self._read_at, self._looked_at)
        self._looked_at = time.monotonic()
        count = min(room, self._due(self._read_at), len(self._arrived))
        data, self._arrived = self._arrived[:count], self._arrived[count:]
        self._read_at += count / self._rate
        return data

    def write(self, data: bytes) -> int:
        """How many bytes a line of this speed has taken by now."""
        self._wrote_at = max(self._wrote_at, time.monotonic() - _SAVED_SECONDS)
        count = self._wire.write(data[: self._due(self._wrote_at)])
        self._wrote_at += count / self._rate
        return count

    def wait(self, seconds: float | None, *, to_write: bool) -> None:
        """Until a byte may have come or can go, or the time is over."""
        if self._arrived or to_write:
            busy_until = min(
                self._read_at if self._arrived else float("inf"), self._wrote_at if to_write else float("inf")
            )
            pause = max(_SLICE_SECONDS, busy_until + 1 / self._rate - time.monotonic())
            time.sleep(min(pause, seconds) if seconds is not None else pause)
            return
        self._wire.wait(seconds, to_write=False)
        self._looked_at = time.monotonic()

    def unplug(self) -> None:
        """What was on the line is lost."""
        self._arrived = b""
        self._wire.unplug()

    def plug_in(self) -> None:
        """The port is back where it was."""
        self._wire.plug_in()

    def _due(self, since: float) -> int:
        return max(0, int((time.monotonic() - since) * self._rate))


class BadCable:
    """`wire` with the faults of a Misbehaviour; raises BoardReset out of `wait` when the board is to begin anew."""

    def __init__(self, wire: Pluggable, wanted: Misbehaviour) -> None:
        self._wire = wire
        self._in, self._out = Noise(wanted, "in"), Noise(wanted, "out")
        self._resets, self._unplugs = Clockwork(wanted.reset), Clockwork(wanted.unplug)
        self._away_until = 0.0
        self._going = b""
        self.port = wire.port

    def read(self, room: int) -> bytes:
        """What has arrived, spoiled."""
        return b"" if self._away_until else self._in.spoil(self._wire.read(room))

    def write(self, data: bytes) -> int:
        """How many of the bytes were taken: all, as what does not go out at once waits in the cable."""
        if self._away_until:
            return len(data)
        self._going = (self._going + self._out.spoil(data))[-_GOING_BYTES:]
        self._going = self._going[self._wire.write(self._going) :]
        return len(data)

    def wait(self, seconds: float | None, *, to_write: bool) -> None:
        """Until something happens; also when it is pulled out and put back."""
        if self._away_until:
            time.sleep(min(_SLICE_SECONDS * 10, max(0.0, self._away_until - time.monotonic())))
            if time.monotonic() >= self._away_until:
                self._away_until = 0.0
                self._wire.plug_in()
                self._unplugs.begin()
                self._resets.begin()
                raise BoardReset  # the cable was its power
            return
        if self._unplugs.is_due():
            self._away_until = time.monotonic() + UNPLUGGED_SECONDS
            self._going = b""
            self._wire.unplug()
            return
        if self._resets.is_due():
            raise BoardReset
        left = min(self._resets.left(), self._unplugs.left(), float("inf") if seconds is None else seconds)
        self._wire.wait(None if left == float("inf") else left, to_write=to_write or bool(self._going))
        if self._going:
            self._going = self._going[self._wire.write(self._going) :]


def add_wire_options(parser: argparse.ArgumentParser) -> None:
    """The options that every virtual board's wire has."""
    parser.add_argument("--baud", type=int, help="be no faster than a serial line of this baud rate")
    parser.add_argument(
        "--misbehave",
        default="",
        metavar="WORDS",
        help="drop=0.01,flip=0.001,reset=30,slow=3,unplug=20,seed=1",
    )


def open_wire(options: argparse.Namespace) -> tuple[Wire, Misbehaviour]:
    """The wire that the options ask for, and how it misbehaves; raises StudioError when it cannot be had."""
    wanted = parse(options.misbehave)
    name = places.cache() / "virtual-boards" / f"tty{os.getpid()}" if wanted.unplug else None
    wire: Pluggable = PseudoTerminal(name) if options.pty else Socket(options.socket)
    if options.baud:
        wire = SerialLine(wire, options.baud)
    return (BadCable(wire, wanted) if wanted else wire), wanted
