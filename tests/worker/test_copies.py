"""Copies of data without what tells of people: what they lose, what they keep, and what never stays half-made."""

import errno
import io
import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.checks.kinds import kinds_of
from studio.core.copies import UNFINISHED, remove_unfinished, words_of
from studio.core.errors import StudioError
from studio.worker.copies import strip_copies, without_metadata
from studio.worker.hidden_files import look_through
from studio.worker.picture_notes import in_picture
from studio.worker.report import Stopped, silent
from tests.core.checks.test_hidden import chunk, wav
from tests.worker.test_hidden_files import PIXELS, jpeg_with_place, quiet

NAMED = wav(chunk(b"LIST", b"INFO" + chunk(b"IART", b"Ada\0")))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Three pictures with a place, two sounds with a name, and a table with an address."""
    folder = tmp_path / "data"
    for label in ("cats", "dogs"):
        (folder / label).mkdir(parents=True)
    for name in ("cats/a.jpg", "cats/b.jpg", "dogs/a.jpg"):
        jpeg_with_place(folder / name)
    for name in ("cats/a.wav", "dogs/b.wav"):
        (folder / name).write_bytes(NAMED)
    (folder / "groups.csv").write_text("file,email\na.jpg,ada@example.org\n")
    return folder


def test_it_is_said_what_was_taken_out_and_what_could_not_be(data: Path, tmp_path: Path) -> None:
    copies = strip_copies(str(data), str(tmp_path / "plain"), silent)
    assert (copies.files, copies.stripped) == (6, 5)
    taken = {kind.kind: kind.files for kind in copies.taken}
    assert taken["where it was taken (GPS)"] == 3
    assert taken["an artist's name"] == 5
    assert [(kind.kind, kind.such_as) for kind in copies.left] == [
        ("a column headed 'email'", ("groups.csv",))
    ]
    assert not copies.clean
    assert words_of(copies).startswith(f"6 files are copied to {tmp_path / 'plain'}. Taken out of 5: ")
    assert "where it was taken (GPS) (3 files, such as cats/a.jpg)" in words_of(copies)
    assert "Could not be taken out: a column headed 'email' (1 file, groups.csv)" in words_of(copies)
    assert not (tmp_path / "plain" / UNFINISHED).exists()


def test_every_kind_of_finding_is_counted_with_its_first_files(data: Path) -> None:
    kinds = kinds_of(look_through(data, quiet).findings)
    gps = next(kind for kind in kinds if kind.kind == "where it was taken (GPS)")
    assert (gps.count, gps.files, gps.such_as) == (3, 3, ("cats/a.jpg", "cats/b.jpg", "dogs/a.jpg"))
    assert gps.serious
    assert gps.goes
    assert [kind.serious for kind in kinds] == sorted((kind.serious for kind in kinds), reverse=True)
    address = next(kind for kind in kinds if kind.such_as == ("groups.csv",))
    assert not address.goes


def test_a_single_file_takes_the_names_of_its_classes_along(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "all.csv").write_text("x,y\n1,0\n")
    (tmp_path / "set" / "labels.txt").write_text("cat\n")
    copies = strip_copies(str(tmp_path / "set" / "all.csv"), str(tmp_path / "plain"), silent)
    assert copies.data == str(tmp_path / "plain" / "all.csv")
    assert sorted(file.name for file in (tmp_path / "plain").iterdir()) == ["all.csv", "labels.txt"]
    assert (copies.stripped, copies.clean) == (0, True)
    assert "as they were" in words_of(copies)


def test_stopping_in_the_middle_leaves_nothing(data: Path, tmp_path: Path) -> None:
    def stop(share: float, text: str, data: object = None) -> None:
        if share > 0.3:
            assert (tmp_path / "plain" / "cats" / "a.jpg").is_file()
            raise Stopped

    with pytest.raises(Stopped):
        strip_copies(str(data), str(tmp_path / "plain"), stop)
    assert not (tmp_path / "plain").exists()


def test_a_file_that_vanishes_ends_it_and_leaves_nothing(data: Path, tmp_path: Path) -> None:
    gone = data / "dogs" / "b.wav"

    def vanish(share: float, text: str, data: object = None) -> None:
        gone.unlink(missing_ok=True)

    with pytest.raises(StudioError, match=r"b\.wav vanished .* copies made so far were removed"):
        strip_copies(str(data), str(tmp_path / "plain"), vanish)
    assert not (tmp_path / "plain").exists()
    with pytest.raises(StudioError, match=r"no files at .* any more"):
        strip_copies(str(tmp_path / "gone"), str(tmp_path / "plain"), silent)


def test_a_disk_that_is_full_is_said_to_be_and_leaves_nothing(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = Path.open

    def full(self: Path, mode: str = "r", *rest: object, **more: object) -> object:
        if mode == "xb" and self.suffix == ".wav":
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(self, mode, *rest, **more)  # type: ignore[call-overload]

    with monkeypatch.context() as patch:
        patch.setattr(Path, "open", full)
        with pytest.raises(StudioError, match=r"disk is full: .* were removed"):
            strip_copies(str(data), str(tmp_path / "plain"), silent)
    assert not (tmp_path / "plain").exists()


def test_more_than_there_is_room_for_is_not_begun(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with (tmp_path / "data" / "big.bin").open("wb") as stream:
        stream.truncate(1 << 43)  # has holes: it takes no room itself
    with pytest.raises(StudioError, match=r"copies take .* are free"):
        strip_copies(str(tmp_path / "data"), str(tmp_path / "plain"), silent)
    assert not (tmp_path / "plain").exists()


def test_nothing_is_written_over_and_half_made_copies_are_named(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(StudioError, match="is a file"):
        strip_copies(str(data), str(tmp_path / "file"), silent)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("x")
    with pytest.raises(StudioError, match=r"holds files\. Choose a new or empty folder"):
        strip_copies(str(data), str(tmp_path / "mine"), silent)
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["diary.txt"]
    assert remove_unfinished(tmp_path / "mine") == ""
    half = tmp_path / "half"
    (half / "cats").mkdir(parents=True)
    (half / UNFINISHED).write_text("x")
    (half / "cats" / "a.jpg").write_bytes(b"x")
    with pytest.raises(StudioError, match="never finished"):
        strip_copies(str(data), str(half), silent)
    assert "removed" in remove_unfinished(half)
    assert not half.exists()
    with pytest.raises(StudioError, match="no folder"):
        strip_copies(str(data), str(tmp_path / "no" / "where"), silent)


def test_what_lies_behind_a_picture_goes_too(tmp_path: Path) -> None:
    jpeg_with_place(tmp_path / "a.jpg")
    Image.fromarray(PIXELS).save(tmp_path / "b.jpg", progressive=True, quality=95)
    second = (tmp_path / "a.jpg").read_bytes()
    first = (tmp_path / "b.jpg").read_bytes()
    plain = without_metadata(".jpg", first + second)
    assert plain == without_metadata(".jpg", first)
    assert b"Lovelace" not in plain
    Image.fromarray(PIXELS).save(tmp_path / "c.png")
    picture = (tmp_path / "c.png").read_bytes()
    assert without_metadata(".png", picture + second) == picture
    between = first.index(b"\xff\xda", first.index(b"\xff\xda") + 2)
    note = b"\xff\xfe" + struct.pack(">H", 2 + 17) + b"grace@example.org"
    assert without_metadata(".jpg", first[:between] + note + first[between:]) == without_metadata(
        ".jpg", first
    )


@pytest.mark.parametrize("lossless", [True, False])
def test_a_webp_keeps_its_own_bytes(tmp_path: Path, lossless: bool) -> None:
    exif = Image.Exif()
    exif[0x013B] = "Ada Lovelace"
    Image.fromarray(PIXELS).save(tmp_path / "a.webp", exif=exif, lossless=lossless)
    content = (tmp_path / "a.webp").read_bytes()
    plain = without_metadata(".webp", content)
    assert in_picture(content, "a.webp")
    assert in_picture(plain, "a.webp") == []
    with Image.open(io.BytesIO(content)) as was, Image.open(io.BytesIO(plain)) as now:
        assert np.array_equal(np.asarray(was), np.asarray(now))


def test_pictures_that_would_change_are_left_and_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    exif = Image.Exif()
    exif[0x013B] = "Ada Lovelace"
    pages = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    pages[0].save(tmp_path / "data" / "two.tif", save_all=True, append_images=pages[1:], exif=exif)
    content = (tmp_path / "data" / "two.tif").read_bytes()
    assert without_metadata(".tif", content) == content
    copies = strip_copies(str(tmp_path / "data"), str(tmp_path / "plain"), silent)
    assert not copies.clean
    assert "an artist's name (1 file, two.tif)" in words_of(copies)
