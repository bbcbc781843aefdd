"""Boards as drives: found by their own file, written, and waited for until they have taken it."""

import shutil
import threading
from pathlib import Path

import pytest

from studio.core.board import boards, find_board
from studio.core.errors import StudioError
from studio.device.toolchains.drives import copy_to_drive, find_drives, mounts_in, suits
from studio.device.toolchains.steps import CopyToDrive, Drive

PICO, MICROBIT = find_board("raspberry_pi_pico"), find_board("microbit_v2")
UF2_INFO = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"


def pico_drive(place: Path) -> Drive:
    place.mkdir()
    (place / "INFO_UF2.TXT").write_text(UF2_INFO, encoding="utf-8")
    return find_drives([place])[0]


def built(folder: Path, name: str = "live.ino.uf2", size: int = 200_000) -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(b"U" * size)
    return folder


def step(folder: Path, drive: Drive, pattern: str = "*.uf2", timeout: float = 10.0) -> CopyToDrive:
    return CopyToDrive("Copying", str(folder), pattern, drive, 1, timeout)


def test_drives_are_known_by_the_file_that_says_so(tmp_path: Path) -> None:
    for name in ("RPI-RP2", "MICROBIT", "HOLIDAYS"):
        (tmp_path / name).mkdir()
    (tmp_path / "RPI-RP2" / "INFO_UF2.TXT").write_text(UF2_INFO, encoding="utf-8")
    (tmp_path / "MICROBIT" / "DETAILS.TXT").write_text("# DAPLink Firmware\n", encoding="utf-8")
    drives = find_drives([*sorted(tmp_path.iterdir()), tmp_path / "gone"])
    assert drives == (
        Drive(str(tmp_path / "MICROBIT"), "MICROBIT", is_uf2=False),
        Drive(str(tmp_path / "RPI-RP2"), "RPI-RP2"),
    )
    assert [suits(drive, MICROBIT) for drive in drives] == [True, False]
    assert [suits(drive, PICO) for drive in drives] == [False, True]


def test_every_board_with_a_drive_names_it_and_its_kind_of_file() -> None:
    with_drives = [board for board in boards() if board.drives or board.drive_file]
    assert {board.id for board in with_drives} >= {"raspberry_pi_pico", "raspberry_pi_pico_2", "microbit_v2"}
    for board in with_drives:
        assert board.drives
        assert board.drive_file in ("uf2", "hex", "bin")


def test_linux_mounts_are_read_with_spaces_in_their_names() -> None:
    text = "/dev/sda1 / ext4 rw 0 0\n/dev/sdb1 /media/ada/MY\\040BOARD vfat rw 0 0\n"
    text += "/dev/sdc /media/RPI-RP2 vfat rw 0 0\n"
    assert mounts_in(text) == (Path("/media/ada/MY BOARD"), Path("/media/RPI-RP2"))


def test_a_uf2_file_is_copied_and_the_drives_going_is_waited_for(tmp_path: Path) -> None:
    drive = pico_drive(tmp_path / "RPI-RP2")
    source = built(tmp_path / "built")
    taken = []

    def board() -> None:
        """A board that restarts as soon as it has all of the file."""
        target = Path(drive.folder) / "live.ino.uf2"
        while not (target.is_file() and target.stat().st_size == 200_000):
            pass
        taken.append(target.read_bytes())
        shutil.rmtree(drive.folder)

    thread = threading.Thread(target=board)
    thread.start()
    shares: list[float] = []
    words: list[str] = []

    def heard(said: str, share: float) -> None:
        words.append(said)
        shares.append(share)

    copy_to_drive(step(source, drive), heard, threading.Event())
    thread.join()
    assert taken == [b"U" * 200_000]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert words[-1]


def test_a_drive_that_stays_is_said_with_what_to_do(tmp_path: Path) -> None:
    drive = pico_drive(tmp_path / "RPI-RP2")
    with pytest.raises(StudioError, match="the board has not restarted"):
        copy_to_drive(step(built(tmp_path / "b"), drive, timeout=0.1), lambda *_: None, threading.Event())


def test_a_debuggers_drive_may_stay_but_its_failure_is_shown(tmp_path: Path) -> None:
    place = tmp_path / "MICROBIT"
    place.mkdir()
    (place / "DETAILS.TXT").write_text("# DAPLink Firmware\n", encoding="utf-8")
    drive = find_drives([place])[0]
    source = built(tmp_path / "b", "live.ino.hex")
    copy_to_drive(step(source, drive, "*.hex"), lambda *_: None, threading.Event(), settle=0.1)
    assert (place / "live.ino.hex").stat().st_size == 200_000
    (place / "FAIL.TXT").write_text("error: The hex file cannot be decoded.\n", encoding="utf-8")
    with pytest.raises(StudioError, match="The hex file cannot be decoded"):
        copy_to_drive(step(source, drive, "*.hex"), lambda *_: None, threading.Event())


@pytest.mark.parametrize("missing", ["drive", "file", "room"])
def test_what_is_missing_is_said(missing: str, tmp_path: Path) -> None:
    drive = pico_drive(tmp_path / "RPI-RP2")
    source = built(tmp_path / "b")
    if missing == "drive":
        shutil.rmtree(drive.folder)
    elif missing == "file":
        (source / "live.ino.uf2").unlink()
    else:
        (Path(drive.folder) / "live.ino.uf2").mkdir()
    words = {"drive": "is gone", "file": r"no file \*\.uf2", "room": "was not copied"}[missing]
    with pytest.raises(StudioError, match=words):
        copy_to_drive(step(source, drive), lambda *_: None, threading.Event())


def test_a_copy_can_be_cancelled(tmp_path: Path) -> None:
    drive = pico_drive(tmp_path / "RPI-RP2")
    stop = threading.Event()
    stop.set()
    copy_to_drive(step(built(tmp_path / "b"), drive), lambda *_: None, stop)
    assert Path(drive.folder).is_dir()
