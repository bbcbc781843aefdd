"""Pictures, sounds and tables that tell of people, and copies of them that do not."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.core.checks.data_details import Finding
from studio.core.checks.hidden import Copies
from studio.core.errors import StudioError
from studio.worker.hidden_files import in_picture, look_through, strip_copies, without_metadata
from studio.worker.report import silent
from tests.core.checks.test_hidden import chunk, wav

PIXELS = np.random.default_rng(1).integers(0, 255, (16, 16, 3), np.uint8)


def quiet(share: float) -> None:
    assert 0 <= share <= 1


def jpeg_with_place(path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ada Lovelace"
    exif[0x0110] = "Camera 3"
    exif.get_ifd(0x8769)[0xA431] = "SN-12345"
    exif.get_ifd(0x8825)[2] = (48.0, 8.0, 14.0)
    exif.get_ifd(0x8825)[4] = (11.0, 34.0, 34.0)
    Image.fromarray(PIXELS).save(path, exif=exif, comment="at home")


def kinds(found: list[Finding]) -> set[tuple[str, bool]]:
    return {(finding.kind, finding.serious) for finding in found}


def test_a_place_in_exif_is_found_with_owner_and_serial_number(tmp_path: Path) -> None:
    jpeg_with_place(tmp_path / "a.jpg")
    found = kinds(in_picture((tmp_path / "a.jpg").read_bytes(), "a.jpg"))
    assert {
        ("where it was taken (GPS)", True),
        ("an artist's name", True),
        ("the camera's serial number", True),
        ("the camera", False),
    } <= found


def test_copies_are_the_same_picture_without_it(tmp_path: Path) -> None:
    data = tmp_path / "data" / "cats"
    data.mkdir(parents=True)
    jpeg_with_place(data / "a.jpg")
    notes = PngInfo()
    notes.add_text("Author", "Ada")
    Image.fromarray(PIXELS).save(data / "b.png", pnginfo=notes)
    Image.fromarray(PIXELS).save(data / "c.bmp")
    (data / "d.wav").write_bytes(wav(chunk(b"LIST", b"INFO" + chunk(b"IART", b"Ada\0"))))
    (data / "labels.csv").write_text("file,email\na.jpg,ada@example.org\n")
    before, scanned = look_through(tmp_path / "data", quiet)
    assert scanned == 5
    assert {finding.file for finding in before if finding.serious} == {
        "cats/a.jpg", "cats/b.png", "cats/d.wav", "cats/labels.csv",
    }  # fmt: skip
    copies = strip_copies(str(tmp_path / "data"), str(tmp_path / "copies"), silent)
    assert copies == Copies(str(tmp_path / "copies"), 5, 3)
    after, _ = look_through(tmp_path / "copies", quiet)
    assert {finding.file for finding in after if finding.serious} == {"cats/labels.csv"}
    for name in ("a.jpg", "b.png", "c.bmp"):
        with Image.open(data / name) as was, Image.open(tmp_path / "copies" / "cats" / name) as now:
            assert np.array_equal(np.asarray(was), np.asarray(now)), name
    assert (data / "a.jpg").read_bytes() != (tmp_path / "copies" / "cats" / "a.jpg").read_bytes()


def test_copies_go_to_an_empty_folder_outside_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("x")
    with pytest.raises(StudioError, match="holds files"):
        strip_copies(str(data), str(data), silent)
    with pytest.raises(StudioError, match="within the data"):
        strip_copies(str(data), str(data / "copies"), silent)


def test_other_formats_are_saved_again_and_damaged_ones_are_left_alone(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ada"
    Image.fromarray(PIXELS).save(tmp_path / "a.tif", exif=exif)
    content = (tmp_path / "a.tif").read_bytes()
    assert in_picture(content, "a.tif")
    plain = without_metadata(".tif", content)
    assert not in_picture(plain, "a.tif")
    assert in_picture(b"\xff\xd8 no picture", "b.jpg") == []
    assert without_metadata(".jpg", b"\xff\xd8\xff") == b"\xff\xd8\xff"


def test_names_of_files_and_of_columns_in_archives_are_looked_at(tmp_path: Path) -> None:
    x = np.zeros((3, 4), np.float32)
    np.savez(
        tmp_path / "test.npz",
        x=x,
        y=np.arange(3),
        subject_email=np.array(["a@b.org"] * 3),
        hand=["l", "r", "l"],
    )
    (tmp_path / "Ada_Lovelace_2026-11-01.csv").write_text("x,y\n1,2\n")
    found, scanned = look_through(tmp_path, quiet)
    assert scanned == 2
    assert ("perhaps a person's name", False) in kinds(found)
    assert ("a date", False) in kinds(found)
    assert [finding.place for finding in found if finding.serious] == ["column 'subject_email'"]
    assert look_through(tmp_path / "gone", quiet) == ([], 0)
