"""The serial ports of this computer, which known board hangs on each, and where one is found again."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from serial.tools import list_ports as serial_ports

from studio.device.bootloaders import BOOTLOADERS


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


@dataclass(frozen=True, slots=True)
class Socket:
    """A port as the system lists it; `usb_id` as "2341:805a", `location` is the USB socket that it hangs on."""

    device: str
    description: str = ""
    usb_id: str | None = None
    serial_number: str | None = None
    location: str | None = None


def sockets() -> tuple[Socket, ...]:
    """What the system lists now, without ports of the mainboard (Linux lists up to 32 of them, mostly empty)."""
    return tuple(
        Socket(
            entry.device,
            entry.description or "",
            None if entry.vid is None else f"{entry.vid:04x}:{entry.pid or 0:04x}",
            entry.serial_number or None,
            entry.location or None,
        )
        for entry in serial_ports.comports()
        if entry.vid is not None or sys.platform != "linux" or not entry.device.startswith("/dev/ttyS")
    )


def socket_of(device: str, listed: Iterable[Socket]) -> Socket | None:
    """The entry of a device, also by another name of it (/dev/serial/by-id/…); None where it is not listed."""
    real = os.path.realpath(device) if "://" not in device else device
    return next((one for one in listed if one.device in (device, real)), None)


def find_again(device: str, before: Socket | None, listed: Sequence[Socket]) -> str | None:
    """Under which name the board that was on `device` can be opened now; None while it is not there.

    A board is known by its USB serial number, else by its USB id, at its old socket first and then wherever it is the
    only one. A bootloader is not the board, and where one was there before, the board is at its socket. Where nothing
    was known about it, its old name is tried.
    """
    if before is None or before.usb_id is None:
        return device
    present = [one for one in listed if one.usb_id == before.usb_id or one.usb_id not in BOOTLOADERS]
    if before.serial_number is not None:
        same = [
            one for one in present if one.serial_number == before.serial_number and _same_maker(one, before)
        ]
    else:
        same = [one for one in present if one.usb_id == before.usb_id and one.serial_number is None]
        at_place = [one for one in same if one.location == before.location]
        same = at_place if len(at_place) == 1 else same if len(same) == 1 else []
        if not same and before.usb_id in BOOTLOADERS:  # its program was not running yet, and has another id
            same = [one for one in present if one.location == before.location and _same_maker(one, before)]
    if not same:
        return None
    there = socket_of(device, same)
    return device if there is not None else same[0].device


def list_ports(boards: Iterable[KnownBoard] = ()) -> tuple[Port, ...]:
    """The serial ports there are now, recognised boards first, then others with a name.

    Where several boards carry the same USB chip, the port is named after all of them and taken for none.
    """
    known: dict[str, list[KnownBoard]] = {}
    for board in boards:
        for listed in board.usb_ids:
            known.setdefault(listed.lower(), []).append(board)
    found = [
        describe(one.device, one.description, known.get(one.usb_id, []) if one.usb_id else [])
        for one in sockets()
    ]
    return tuple(sorted(found, key=_known_then_usb))


def _known_then_usb(port: Port) -> tuple[bool, bool, str]:
    return port.board_id is None, port.name == port.device, port.device


def _same_maker(one: Socket, other: Socket) -> bool:
    return one.usb_id is not None and other.usb_id is not None and one.usb_id[:4] == other.usb_id[:4]


def describe(device: str, description: str | None, candidates: Sequence[KnownBoard] = ()) -> Port:
    """The port as it is shown: the name of the board (or boards) it may be, else what the system calls it."""
    if len(candidates) == 1:
        return Port(device, f"{candidates[0].name} ({device})", candidates[0].id)
    if candidates:
        return Port(device, f"{' or '.join(board.name for board in candidates)} ({device})")
    plain = description in (None, "", "n/a", device)
    return Port(device, device if plain else f"{description} ({device})")
