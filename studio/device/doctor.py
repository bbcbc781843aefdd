"""The port doctor: why a board cannot be reached or understood, each finding in one sentence with what to do.

The pure functions judge; `examine` probes this computer (Linux in full, others what pyserial knows) and asks them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.device.bootloaders import BOOTLOADERS
from studio.device.port_probes import Access, Holder, Probes, UsbDevice
from studio.device.ports import KnownBoard, Socket, socket_of, sockets
from studio.device.serial_port import USUAL_BAUDS

_MUCH_NOISE = 0.25
_ENOUGH_BYTES = 64
_SILENT_SECONDS = 3.0


class Ailment(StrEnum):
    """What can be wrong."""

    HELD = "held"
    FORBIDDEN = "forbidden"
    BOOTLOADER = "bootloader"
    NO_DRIVER = "no-driver"
    NOTHING_ON_USB = "nothing-on-usb"
    MISSING = "missing"
    WRONG_BAUD = "wrong-baud"
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, and one sentence or two that say so and what to do."""

    ailment: Ailment
    sentence: str


@dataclass(frozen=True, slots=True)
class Heard:
    """What came over an open port: bytes received, the share of noise in the latest (Link.noise), for how long."""

    received: int
    noise: float
    seconds: float
    baud: int


def examine(
    port: str,
    boards: Iterable[KnownBoard] = (),
    heard: Heard | None = None,
    probes: Probes | None = None,
    listed: Sequence[Socket] | None = None,
) -> tuple[Finding, ...]:
    """All that is found wrong with a port ("" where none is chosen), most telling first; empty where all is well.

    `heard` tells what came where the port is open. Takes some ten milliseconds: not for the window's thread.
    """
    probes = probes or Probes()
    listed = sockets() if listed is None else listed
    usb = probes.usb_devices()
    found: list[Finding | None] = []
    if port and "://" not in port:
        access = probes.access(port)
        if access is None:
            found.append(missing(port))
        else:
            found += [held(port, probes.holders(port)), forbidden(port, access)]
        entry = socket_of(port, listed)
        if entry is not None:
            found.append(in_bootloader(entry.usb_id))
        is_gone = access is None
    else:
        is_gone = not port
    if is_gone:
        found += [in_bootloader(one.usb_id) for one in usb]
        found.append(without_driver(usb, listed, boards))
        found.append(nothing_on_usb(usb, listed))
    if heard is not None:
        found += [wrong_baud(heard), silent(heard)]
    ordered = sorted(
        (one for one in found if one is not None), key=lambda one: one.ailment is Ailment.MISSING
    )
    return tuple(dict.fromkeys(ordered))


def held(port: str, holders: Sequence[Holder]) -> Finding | None:
    """Another program has the port open."""
    if not holders:
        return None
    first = holders[0]
    if first.name == "ModemManager":
        return Finding(
            Ailment.HELD,
            f"ModemManager holds {port}: it takes new boards for modems for some seconds. Wait a moment and connect "
            "again, or stop it with 'sudo systemctl stop ModemManager'.",
        )
    others = f" and {len(holders) - 1} more" if len(holders) > 1 else ""
    return Finding(
        Ailment.HELD,
        f"{first.name} (process {first.pid}){others} holds {port}. Close its serial monitor and connect again.",
    )


def forbidden(port: str, access: Access) -> Finding | None:
    """This user may not open the device."""
    if access.is_allowed:
        return None
    if access.is_member:
        sentence = (
            f"You were added to the group {access.group}, but this session does not know yet. "
            f"Log out and in again, then connect to {port}."
        )
    elif access.group_may:
        sentence = (
            f"Only the group {access.group} may use {port}. Run 'sudo usermod -aG {access.group} $USER' in a "
            "terminal, log out and in again."
        )
    else:
        sentence = (
            f'No group may use {port}: a udev rule is missing. Put the line \'SUBSYSTEM=="tty", MODE="0660", '
            "TAG+=\"uaccess\"' into /etc/udev/rules.d/70-boards.rules, run 'sudo udevadm control --reload' and plug "
            "the board in again."
        )
    return Finding(Ailment.FORBIDDEN, sentence)


def in_bootloader(usb_id: str | None) -> Finding | None:
    """The board waits to be flashed instead of running its program."""
    name = BOOTLOADERS.get(usb_id or "")
    if name is None:
        return None
    return Finding(
        Ailment.BOOTLOADER,
        f"The {name} is in its bootloader ({usb_id}) and runs no program. Flash it now, or press its reset button "
        "once to start what is on it.",
    )


def without_driver(
    usb: Iterable[UsbDevice], listed: Sequence[Socket], boards: Iterable[KnownBoard]
) -> Finding | None:
    """A known board or its USB chip hangs on USB, but the system made no port of it."""
    names = {usb_id.lower(): board.name for board in boards for usb_id in board.usb_ids} | _CHIPS
    ports = {one.usb_id for one in listed}
    for one in usb:
        name = names.get(one.usb_id)
        if name is None or one.usb_id in ports or one.usb_id in BOOTLOADERS:
            continue
        brltty = (
            " On Ubuntu brltty may take it away: 'sudo apt remove brltty' helps."
            if one.usb_id == _CH340
            else ""
        )
        return Finding(
            Ailment.NO_DRIVER,
            f"The {name} is on USB ({one.usb_id}) but has no serial port. Plug it in again; if that does not help, "
            f"its driver is missing.{brltty}",
        )
    return None


def nothing_on_usb(usb: Sequence[UsbDevice], listed: Sequence[Socket]) -> Finding | None:
    """No USB serial port at all and nothing on USB that could be a board."""
    if any(one.usb_id for one in listed) or any(_may_be_board(one) for one in usb):
        return None
    return Finding(
        Ailment.NOTHING_ON_USB,
        "No board is seen on USB. If its light is on, the cable may only charge: take one that also carries data, "
        "and a socket of the computer itself instead of a hub.",
    )


def missing(port: str) -> Finding:
    """The port is not there."""
    return Finding(
        Ailment.MISSING,
        f"There is no {port}. Plug the board in, or choose its new name from the list of ports.",
    )


def wrong_baud(heard: Heard) -> Finding | None:
    """Much comes, and much of it is noise."""
    if heard.received < _ENOUGH_BYTES or heard.noise < _MUCH_NOISE:
        return None
    others = [str(baud) for baud in (115_200, 9600, 57_600, 921_600) if baud != heard.baud]
    return Finding(
        Ailment.WRONG_BAUD,
        f"{heard.noise * 100:.0f} % of what comes is noise, so the board speaks at another speed than {heard.baud} "
        f"baud. Choose the one in its Serial.begin(…), often {others[0]}, {others[1]} or {others[2]}.",
    )


def silent(heard: Heard) -> Finding | None:
    """The port is open, but nothing comes."""
    if heard.received or heard.seconds < _SILENT_SECONDS:
        return None
    return Finding(
        Ailment.SILENT,
        f"The port is open, but nothing has come for {heard.seconds:.0f} s. Press the board's reset button; if it "
        "stays silent, flash the exported firmware.",
    )


_CH340 = "1a86:7523"
_CHIPS = {
    _CH340: "board with a CH340 chip",
    "1a86:55d4": "board with a CH9102 chip",
    "10c4:ea60": "board with a CP210x chip",
    "0403:6001": "board with an FT232 chip",
}
_NO_BOARD_CLASSES = {"03", "07", "08", "09", "0e", "01", "e0"}
"""USB classes of keyboards and mice, printers, drives, hubs, cameras, sound and radios."""


def _may_be_board(device: UsbDevice) -> bool:
    return bool(device.classes - _NO_BOARD_CLASSES) or device.usb_id in BOOTLOADERS


def usual_bauds(present: int) -> tuple[int, ...]:
    """The usual speeds and the present one, in order, for a list with free entry."""
    return tuple(sorted({*USUAL_BAUDS, present}))
