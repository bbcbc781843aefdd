"""Ports: real ones listed, boards recognised by their USB ids."""

import sys
from dataclasses import dataclass

import pytest
from serial.tools import list_ports as serial_ports
from serial.tools.list_ports_common import ListPortInfo

from studio.device.ports import Port, list_ports, virtual_port


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


def test_a_virtual_board_stands_in_the_same_list() -> None:
    port = virtual_port("/dev/pts/3", "Virtual Cortex-M4", "virtual_cortex_m4")
    assert port == Port("/dev/pts/3", "Virtual Cortex-M4", "virtual_cortex_m4", is_virtual=True)


def test_boards_that_share_a_usb_chip_are_all_named_and_none_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others = [Board("a", "Board A", ("10c4:ea60",)), Board("b", "Board B", ("10c4:ea60",))]
    found = [entry("/dev/ttyUSB0", "CP2102 USB to UART", (0x10C4, 0xEA60))]
    monkeypatch.setattr(serial_ports, "comports", lambda: found)
    assert list_ports([NANO, *others]) == (Port("/dev/ttyUSB0", "Board A or Board B (/dev/ttyUSB0)"),)
