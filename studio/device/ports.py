"""The serial ports of this computer, and which known board hangs on each."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from serial.tools import list_ports as serial_ports


class KnownBoard(Protocol):
    """What recognising a board needs of its entry in resources/boards."""

    @property
    def id(self) -> str:
        """The entry's file name without ending."""

    @property
    def name(self) -> str:
        """What makers call the board."""

    @property
    def usb_ids(self) -> tuple[str, ...]:
        """Vendor and product as "2341:805a", four hex digits each."""


@dataclass(frozen=True, slots=True)
class Port:
    """A port that can be connected to: `device` is what `Link` opens, `name` is what is shown."""

    device: str
    name: str
    board_id: str | None = None
    is_virtual: bool = False


def list_ports(boards: Iterable[KnownBoard] = ()) -> tuple[Port, ...]:
    """The serial ports there are now, recognised boards first, then others with a name.

    Ports of the mainboard that nothing is connected to (Linux lists up to 32 of them) are left out. Where several
    boards carry the same USB chip, the port is named after all of them and taken for none.
    """
    known: dict[str, list[KnownBoard]] = {}
    for board in boards:
        for listed in board.usb_ids:
            known.setdefault(listed.lower(), []).append(board)
    found = []
    for entry in serial_ports.comports():
        if entry.vid is None and sys.platform == "linux" and entry.device.startswith("/dev/ttyS"):
            continue
        usb_id = None if entry.vid is None else f"{entry.vid:04x}:{entry.pid or 0:04x}"
        candidates = known.get(usb_id, []) if usb_id else []
        found.append(describe(entry.device, entry.description, candidates))
    return tuple(sorted(found, key=_known_then_usb))


def _known_then_usb(port: Port) -> tuple[bool, bool, str]:
    return port.board_id is None, port.name == port.device, port.device


def describe(device: str, description: str | None, candidates: Sequence[KnownBoard] = ()) -> Port:
    """The port as it is shown: the name of the board (or boards) it may be, else what the system calls it."""
    if len(candidates) == 1:
        return Port(device, f"{candidates[0].name} ({device})", candidates[0].id)
    if candidates:
        return Port(device, f"{' or '.join(board.name for board in candidates)} ({device})")
    plain = description in (None, "", "n/a", device)
    return Port(device, device if plain else f"{description} ({device})")


def virtual_port(device: str, board_name: str, board_id: str) -> Port:
    """The port of a virtual board, for the same list."""
    return Port(device, board_name, board_id, is_virtual=True)
