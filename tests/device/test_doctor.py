"""The port doctor: each ailment is found on real pseudo-terminals, real processes or a made-up /proc and /sys."""

import os
import pty
import random
import subprocess
import sys
import tty
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.core.board import boards
from studio.core.frames import Log, encode, to_packet
from studio.core.speech import noise_share
from studio.device.bootloaders import BOOTLOADERS
from studio.device.doctor import Ailment, Finding, Heard, examine, forbidden, usual_bauds, wrong_baud
from studio.device.link import Event, Link
from studio.device.port_probes import Access, Holder, Probes, UsbDevice
from studio.device.ports import Socket

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the probes are Linux's")

HOLD = "import os,sys,time; os.open(sys.argv[1], os.O_RDWR | os.O_NOCTTY); print('held', flush=True); time.sleep(60)"


@dataclass(frozen=True)
class Board:
    id: str
    name: str
    usb_ids: tuple[str, ...]


PICO = Board("pico", "Raspberry Pi Pico", ("2e8a:000a", "2e8a:0003"))


@pytest.fixture
def port() -> Iterator[tuple[int, str]]:
    board, monitor = pty.openpty()
    tty.setraw(monitor)
    name = os.ttyname(monitor)
    os.close(monitor)
    yield board, name
    os.close(board)


@pytest.fixture
def probes(tmp_path: Path) -> Probes:
    """A computer with a keyboard and its root hub, and no processes."""
    for folder in ("proc", "usb"):
        (tmp_path / folder).mkdir()
    plug_in(tmp_path / "usb", "usb1", "1d6b:0002", "09")
    plug_in(tmp_path / "usb", "1-1", "046d:c31c", "00", "03")
    return Probes(tmp_path / "proc", tmp_path / "usb")


def plug_in(folder: Path, place: str, usb_id: str, device_class: str, *interfaces: str) -> None:
    device = folder / place
    device.mkdir()
    vendor, product = usb_id.split(":")
    for name, text in (("idVendor", vendor), ("idProduct", product), ("bDeviceClass", device_class)):
        (device / name).write_text(text + "\n")
    for number, kind in enumerate(interfaces):
        part = folder / f"{place}:1.{number}"
        part.mkdir()
        (part / "bInterfaceClass").write_text(kind + "\n")


def ailments(found: tuple[Finding, ...]) -> list[Ailment]:
    return [one.ailment for one in found]


def test_a_port_that_is_well_has_no_findings(port: tuple[int, str], probes: Probes) -> None:
    assert examine(port[1], [PICO], Heard(1000, 0.0, 5.0, 115_200), probes, []) == ()


def test_the_process_that_holds_the_port_is_named(port: tuple[int, str], tmp_path: Path) -> None:
    link = tmp_path / "by-id"
    link.symlink_to(port[1])
    with subprocess.Popen([sys.executable, "-c", HOLD, port[1]], stdout=subprocess.PIPE) as other:
        assert other.stdout
        assert other.stdout.readline() == b"held\n"
        try:
            for name in (port[1], str(link)):
                found = examine(name, listed=[])
                assert Ailment.HELD in ailments(found)
                assert f"(process {other.pid}) holds {name}. Close its serial monitor" in found[0].sentence
        finally:
            other.kill()
    assert Ailment.HELD not in ailments(examine(port[1], listed=[]))


def test_modem_manager_is_known_and_processes_of_others_do_no_harm(
    probes: Probes, port: tuple[int, str]
) -> None:
    for pid, name in ((12, "ModemManager"), (7, "init")):
        (probes.proc / str(pid) / "fd").mkdir(parents=True)
        (probes.proc / str(pid) / "comm").write_text(name + "\n")
    (probes.proc / "12" / "fd" / "5").symlink_to(port[1])
    (probes.proc / "9").mkdir()  # ended while it was looked at
    assert probes.holders(port[1]) == (Holder(12, "ModemManager"),)
    (finding,) = examine(port[1], (), None, probes, [])
    assert "systemctl stop ModemManager" in finding.sentence


@pytest.mark.parametrize(
    ("access", "hint"),
    [
        (Access(False, "dialout"), "sudo usermod -aG dialout $USER"),
        (Access(False, "uucp"), "sudo usermod -aG uucp $USER"),
        (Access(False, "dialout", is_member=True), "Log out and in again"),
        (Access(False, "root", group_may=False), "udev rule"),
    ],
)
def test_a_forbidden_port_says_how_to_be_allowed(access: Access, hint: str) -> None:
    finding = forbidden("/dev/ttyACM0", access)
    assert finding
    assert hint in finding.sentence
    assert forbidden("/dev/ttyACM0", Access(True)) is None


def test_the_rights_of_a_real_port_are_read(port: tuple[int, str], probes: Probes) -> None:
    assert probes.access(port[1]) == Access(True)
    assert probes.access("/dev/ttyACM99") is None
    if os.geteuid() != 0:
        return
    os.chmod(port[1], 0o000)
    script = (
        "import os, sys; os.setgid(65534); os.setuid(65534); from studio.device.port_probes import Probes; "
        "print(Probes().access(sys.argv[1]))"
    )
    command = [sys.executable, "-c", script, port[1]]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:  # that user may not be allowed to read this source
        assert "is_allowed=False" in done.stdout


def test_a_board_in_its_bootloader_is_told_from_a_running_one(port: tuple[int, str], probes: Probes) -> None:
    plug_in(probes.usb, "1-2", "2e8a:0003", "00", "08", "ff")
    found = examine("", [PICO], None, probes, [])
    assert ailments(found) == [Ailment.BOOTLOADER]
    assert "Raspberry Pi Pico is in its bootloader (2e8a:0003)" in found[0].sentence
    for usb_id, expected in (("2341:005a", [Ailment.BOOTLOADER]), ("2341:805a", [])):
        assert ailments(examine(port[1], [], None, probes, [Socket(port[1], usb_id=usb_id)])) == expected


def test_no_board_on_usb_at_all_hints_at_the_cable(probes: Probes) -> None:
    found = examine("", [PICO], None, probes, [])
    assert ailments(found) == [Ailment.NOTHING_ON_USB]
    assert "only charge" in found[0].sentence
    found = examine("/dev/ttyACM9", [PICO], None, probes, [])
    assert ailments(found) == [Ailment.NOTHING_ON_USB, Ailment.MISSING]
    listed = [Socket("/dev/ttyACM0", usb_id="2e8a:000a")]
    assert ailments(examine("/dev/ttyACM9", [PICO], None, probes, listed)) == [Ailment.MISSING]


@pytest.mark.parametrize(("usb_id", "word"), [("1a86:7523", "brltty"), ("2e8a:000a", "Raspberry Pi Pico")])
def test_a_board_without_a_port_lacks_a_driver(probes: Probes, usb_id: str, word: str) -> None:
    plug_in(probes.usb, "1-3", usb_id, "ff", "ff")
    found = examine("", [PICO], None, probes, [])
    assert ailments(found) == [Ailment.NO_DRIVER]
    assert word in found[0].sentence


def test_noise_is_a_wrong_baud_rate_and_text_and_frames_are_none(
    port: tuple[int, str], until: Callable[..., list[Event]]
) -> None:
    board, name = port
    with Link(name) as link:
        until(link, lambda event: event is not None)
        os.write(board, random.Random(5).randbytes(600))
        while link.counters.bytes_received < 600:
            link.wait(0.01)
        heard = Heard(600, link.noise, 1.0, link.baud)
    finding = wrong_baud(heard)
    assert finding
    assert "another speed than 115200 baud" in finding.sentence
    assert "often 9600, 57600" in finding.sentence


def test_what_is_noise_and_what_is_not() -> None:
    wire = b"".join(encode(to_packet(Log(n, f"line {n}"))) for n in range(40))
    for sample in (wire, wire[7:], b"a:1,b:2\r\n" * 40, "Temperatur: 20 °C\n".encode() * 10, b""):
        assert noise_share(sample) < 0.1
    assert noise_share(bytes(range(128, 256)) * 4) > 0.5
    assert wrong_baud(Heard(10, 1.0, 1.0, 9600)) is None


def test_a_silent_port_is_told_after_a_while(port: tuple[int, str], probes: Probes) -> None:
    assert examine(port[1], [], Heard(0, 0.0, 1.0, 9600), probes, []) == ()
    assert ailments(examine(port[1], [], Heard(0, 0.0, 4.0, 9600), probes, [])) == [Ailment.SILENT]


def test_addresses_of_other_computers_are_not_looked_for_here(probes: Probes) -> None:
    assert examine("socket://127.0.0.1:1", [PICO], None, probes, []) == ()


def test_every_finding_is_a_sentence(probes: Probes) -> None:
    for device in ("", "/dev/ttyACM9"):
        for finding in examine(device, boards(), Heard(0, 0, 9, 9600), probes, []):
            assert finding.sentence[0].isupper()
            assert finding.sentence.endswith(".")
    assert all(len(usb_id) == 9 for usb_id in BOOTLOADERS)
    assert UsbDevice("2e8a:0003").classes == frozenset()
    assert usual_bauds(31_250)[2] == 31_250


def test_this_computer_can_be_examined() -> None:
    assert isinstance(examine(""), tuple)
