"""Ports: real ones listed, boards recognised by their USB ids."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from serial.tools import list_ports as serial_ports
from serial.tools.list_ports_common import ListPortInfo

from studio.device.ports import Port, Socket, find_again, list_ports, socket_of


@dataclass(frozen=True)
class Board:
    id: str
    name: str
    usb_ids: tuple[str, ...]


NANO = Board("nano_33_ble", "Arduino Nano 33 BLE Sense", ("2341:805A", "2341:005a"))


def entry(device: str, description: str = "n/a", usb: tuple[int, int] | None = None) -> ListPortInfo:
    info = ListPortInfo(device)
    info.description = description
    if usb:
        info.vid, info.pid = usb
    return info


def test_the_ports_of_this_computer_can_be_listed() -> None:
    assert isinstance(list_ports([NANO]), tuple)


def test_known_boards_come_first_and_empty_sockets_of_the_mainboard_not_at_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = [
        entry("/dev/ttyS3"),
        entry("COM9"),
        entry("/dev/ttyUSB0", "CP2102 USB to UART", (0x10C4, 0xEA60)),
        entry("/dev/ttyACM1", "Nano 33 BLE", (0x2341, 0x005A)),
    ]
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(serial_ports, "comports", lambda: found)
    assert list_ports([NANO]) == (
        Port("/dev/ttyACM1", "Arduino Nano 33 BLE Sense (/dev/ttyACM1)", "nano_33_ble"),
        Port("/dev/ttyUSB0", "CP2102 USB to UART (/dev/ttyUSB0)"),
        Port("COM9", "COM9"),
    )


def test_boards_that_share_a_usb_chip_are_all_named_and_none_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = [Board("a", "Board A", ("10c4:ea60",)), Board("b", "Board B", ("10c4:ea60",))]
    found = [entry("/dev/ttyUSB0", "CP2102 USB to UART", (0x10C4, 0xEA60))]
    monkeypatch.setattr(serial_ports, "comports", lambda: found)
    assert list_ports([NANO, *others]) == (Port("/dev/ttyUSB0", "Board A or Board B (/dev/ttyUSB0)"),)


def usb(device: str, usb_id: str, serial_number: str | None = None, location: str | None = None) -> Socket:
    return Socket(device, "", usb_id, serial_number, location)


PICO = usb("/dev/ttyACM0", "2e8a:000a", "E66058", "1-2")
UNO = usb("/dev/ttyUSB0", "1a86:7523", None, "1-3")


@pytest.mark.parametrize(
    ("before", "listed", "expected"),
    [
        (None, (), "/dev/old"),  # nothing is known about it: its name is tried
        (PICO, (PICO,), "/dev/ttyACM0"),
        (
            PICO,
            (usb("/dev/ttyACM0", "2e8a:000a", "other"), usb("/dev/ttyACM1", "2e8a:000a", "E66058")),
            "/dev/ttyACM1",
        ),
        (PICO, (usb("/dev/ttyACM3", "2e8a:00c0", "E66058"),), "/dev/ttyACM3"),  # another program's id
        (PICO, (usb("/dev/ttyACM3", "2e8a:0003", "E66058"),), None),  # its bootloader
        (PICO, (usb("/dev/ttyACM0", "2e8a:000a", "other"),), None),  # another board took its name
        (PICO, (usb("/dev/ttyACM0", "2341:000a", "E66058"),), None),  # another maker with the same number
        (
            UNO,
            (replace(UNO, device="/dev/ttyUSB1"), replace(UNO, location="1-4")),
            "/dev/ttyUSB1",
        ),
        (UNO, (usb("/dev/ttyUSB4", "1a86:7523", None, "1-9"),), "/dev/ttyUSB4"),
        (UNO, (usb("/dev/ttyUSB1", "1a86:7523"), usb("/dev/ttyUSB2", "1a86:7523")), None),  # which of them?
        (UNO, (), None),
    ],
)
def test_a_board_is_found_again_and_never_taken_for_another(
    before: Socket | None, listed: tuple[Socket, ...], expected: str | None
) -> None:
    device = before.device if before else "/dev/old"
    assert find_again(device, before, listed) == expected


def test_a_port_is_known_by_its_other_names(tmp_path: Path) -> None:
    device, name = tmp_path / "ttyACM0", tmp_path / "by-id"
    device.touch()
    name.symlink_to(device)
    entry = usb(str(device), "2e8a:000a", "E66058")
    assert socket_of(str(name), [PICO, entry]) == entry
    assert socket_of("socket://x", [PICO]) is None
    assert find_again(str(name), entry, [entry]) == str(name)
