"""Pictures, sounds and tables that tell of people, and copies of them that do not."""

import struct
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.core.checklist import Tier
from studio.core.checks.check import Verdict
from studio.core.checks.data_details import Finding
from studio.core.checks.hidden import check_data_files
from studio.core.errors import StudioError
from studio.worker.copies import strip_copies, without_metadata
from studio.worker.hidden_files import Looked, look_through
from studio.worker.picture_notes import in_picture
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


def kinds(found: list[Finding] | None) -> set[tuple[str, bool]]:
    return {(finding.kind, finding.serious) for finding in found or []}


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
    before = look_through(tmp_path / "data", quiet)
    assert before.files == 5
    assert before.unread == ()
    assert {finding.file for finding in before.findings if finding.serious} == {
        "cats/a.jpg", "cats/b.png", "cats/d.wav", "cats/labels.csv",
    }  # fmt: skip
    copies = strip_copies(str(tmp_path / "data"), str(tmp_path / "copies"), silent)
    assert (copies.folder, copies.data) == (str(tmp_path / "copies"), str(tmp_path / "copies"))
    assert (copies.files, copies.stripped) == (5, 3)
    after = look_through(tmp_path / "copies", quiet).findings
    assert {finding.file for finding in after if finding.serious} == {"cats/labels.csv"}
    for name in ("a.jpg", "b.png", "c.bmp"):
        with Image.open(data / name) as was, Image.open(tmp_path / "copies" / "cats" / name) as now:
            assert np.array_equal(np.asarray(was), np.asarray(now)), name
    assert (data / "a.jpg").read_bytes() != (tmp_path / "copies" / "cats" / "a.jpg").read_bytes()


def test_copies_go_to_an_empty_folder_outside_the_data(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.txt").write_text("x")
    with pytest.raises(StudioError, match="within the data"):
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
    assert in_picture(b"\xff\xd8 no picture", "b.jpg") is None
    assert without_metadata(".jpg", b"\xff\xd8\xff") == b"\xff\xd8\xff"


def jpeg_with(path: Path, *segments: tuple[int, bytes]) -> None:
    Image.fromarray(PIXELS).save(path)
    content = path.read_bytes()
    more = b"".join(struct.pack(">BBH", 0xFF, kind, len(inside) + 2) + inside for kind, inside in segments)
    path.write_bytes(content[:2] + more + content[2:])


def iptc(dataset: int, text: bytes) -> bytes:
    return struct.pack(">BBBH", 0x1C, 2, dataset, len(text)) + text


def test_iptc_and_xmp_in_a_jpeg_are_found_and_taken_out(tmp_path: Path) -> None:
    record = iptc(80, b"Grace Hopper") + iptc(90, b"Arlington") + iptc(5, b"ask grace@example.org")
    record += b"\0" * (len(record) % 2)
    block = b"8BIM" + struct.pack(">H", 0x0404) + b"\0\0" + struct.pack(">I", len(record)) + record
    jpeg_with(
        tmp_path / "a.jpg",
        (0xED, b"Photoshop 3.0\0" + b"8BIM\x03\xed\0\0\0\0\0\x02\0\0" + block),
        (0xE1, b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta/>"),
        (0xEC, b"by ben@example.org"),
    )
    content = (tmp_path / "a.jpg").read_bytes()
    found = in_picture(content, "a.jpg")
    assert {
        ("who took it (by-line)", True),
        ("a city", True),
        ("an e-mail address", True),
        ("notes of an editing program", True),
    } <= kinds(found)
    assert sum(finding.place == "XMP" for finding in found or []) == 1
    assert any(finding.place == "a segment" for finding in found or [])
    plain = without_metadata(".jpg", content)
    assert in_picture(plain, "a.jpg") == []
    assert in_picture(content[:12], "torn.jpg") is None


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("meta.json", '{"speaker": "Grace Hopper", "id": 7}', "people's names"),
        ("meta.json", '{"speakers": ["Xiulan Qin", "s02"]}', "people's names"),
        ("meta.json", '{"lat": 48.137154, "lon": 11.576124}', "coordinates of a place"),
        ("notes.md", "# Data\n\nAsk **grace@example.org** first.", "an e-mail address"),
        ("notes.md", "**Owner:** Grace Hopper\n", "people's names"),
        ("set.xml", "<set><author><name>Grace Hopper</name></author></set>", "people's names"),
        ("set.yaml", "owner: Grace Hopper\naddress: 12 Main Street\n", "an address"),
        ("set.yaml", "people:\n  - Grace Hopper\n", "people's names"),
        ("meta.json", '{"recorded_by": "Grace Hopper"}', "people's names"),
        ("set.ini", "phone = 0170 1234567\n", "a telephone number"),
        ("README", "call +49 170 1234567", "a telephone number"),
        ("far.csv", "x,note\n" + "1,a\n" * 5000 + "1,grace@example.org\n", "an e-mail address"),
        ("first.csv", "1,grace@example.org\n2,b\n", "an e-mail address"),
        ("who.csv", "x,speaker\n" + "1,s01\n" * 300 + "2,Grace Hopper\n", "people's names"),
    ],
)
def test_texts_of_any_kind_are_looked_through_to_their_end(
    tmp_path: Path, name: str, text: str, kind: str
) -> None:
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / name).write_text(text, encoding=encoding)
        looked = look_through(tmp_path, quiet)
        assert (kind, True) in kinds(list(looked.findings)), encoding
        assert (looked.files, looked.unread) == (1, ())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("meta.json", '{"name": "Stop Sign", "classes": ["go", "left hand"], "serial": "COM3", "lat": 12}'),
        (
            "meta.json",
            '{"layer_name": "Conv Block", "file": "a.wav", "user": "s01", "address": "0x8000 end"}',
        ),
        ("net.yaml", "optimizer: Adam\nspeaker: s01\nsensor_owner: board 3\nname: left hand\n"),
        ("set.toml", 'mobile = "mobilenet v2"\nperson = "adult"\nstreet = false\n'),
        ("a.csv", "word,hand\ngo,Left Hand\nstop sign,Right Hand\nAda boost,left\n"),
    ],
)
def test_labels_codes_and_settings_are_no_people(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert look_through(tmp_path, quiet).findings == ()


def test_files_that_cannot_be_opened_are_not_counted_as_looked_at(tmp_path: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"ID3\0\0" + bytes(range(256)))
    (tmp_path / "b.bin").write_bytes(b"\0\1\2 from grace@example.org \0")
    (tmp_path / "c.jpg").write_bytes(b"no picture")
    (tmp_path / "d.wav").write_bytes(b"no sound")
    (tmp_path / "e.npz").write_bytes(b"no archive")
    (tmp_path / "f.json").write_text("{}")
    (tmp_path / "g.txt").write_text("")
    looked = look_through(tmp_path, quiet)
    assert looked.files == 2
    assert looked.unread == ("a.mp3", "b.bin", "c.jpg", "d.wav", "e.npz")
    assert [(finding.file, finding.kind) for finding in looked.findings] == [("b.bin", "an e-mail address")]


def test_texts_beyond_the_most_bytes_are_said_to_be_read_in_part(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.worker.hidden_files._MOST_BYTES", 1000)
    (tmp_path / "a.csv").write_text("x,note\n1,grace@example.org\n" + "1,a\n" * 500)
    (tmp_path / "b.md").write_text("ask ben@example.org\n" * 100)
    looked = look_through(tmp_path, quiet)
    assert (looked.files, looked.unread) == (0, ("a.csv", "b.md"))
    assert {finding.file for finding in looked.findings} == {"a.csv", "b.md"}
    monkeypatch.setattr("studio.worker.hidden_files._MOST_BYTES", 10_000)
    monkeypatch.setattr("studio.worker.hidden_files._MOST_TOTAL", 2100)
    monkeypatch.setattr("studio.worker.hidden_files._HEAD", 100)
    looked = look_through(tmp_path, quiet)
    assert (looked.files, looked.unread) == (1, ("b.md",))
    assert {finding.file for finding in looked.findings} == {"a.csv", "b.md"}


@pytest.mark.parametrize(
    ("folders", "people"),
    [
        (("grace_hopper", "ada_lovelace", "unknown"), 2),
        (("Grace Hopper", "AlanTuring", "Xiulan Qin"), 2),
        (("grace-hopper_01", "ada-lovelace_02"), 2),
        (("rosa_canina", "rosa_gallica", "rosa_rugosa"), 0),
        (("go", "stop", "left hand", "right_hand", "stop_sign"), 0),
        (("yes", "no", "_background_noise_", "marvin", "sheila"), 0),
        (("red apple", "green_apple", "Traffic Light", "grace period"), 0),
        (("train", "test", "ada@example.org"), 0),
    ],
)
def test_folders_named_after_people_are_found_and_labels_are_not(
    tmp_path: Path, folders: tuple[str, ...], people: int
) -> None:
    for folder in folders:
        (tmp_path / folder).mkdir()
        Image.fromarray(PIXELS).save(tmp_path / folder / "0001.png")
    found = look_through(tmp_path, quiet).findings
    assert sum(finding.kind == "people's names" for finding in found) == people
    assert all(finding.serious for finding in found)
    assert len(found) == people + any("@" in folder for folder in folders)


def test_people_in_a_group_column_are_to_be_codes(tmp_path: Path) -> None:
    x, y = np.zeros((3, 4), np.float32), np.arange(3)
    hand = ["left", "right", "left"]
    np.savez(tmp_path / "test.npz", x=x, y=y, speaker=["Grace Hopper", "s02", "s02"], hand=hand)
    looked = look_through(tmp_path, quiet)
    assert [(finding.place, finding.kind) for finding in looked.findings] == [
        ("column 'speaker'", "people's names")
    ]
    check = check_data_files(looked.findings, looked.files, Tier.PEOPLE, looked.unread)
    assert check.verdict is Verdict.FAIL
    assert "Use codes instead of names: groups are printed on the model card" in check.sentence
    np.savez(tmp_path / "test.npz", x=x, y=["a", "b@example.org", "c"], speaker=["s01", "s02", "s03"])
    assert [finding.kind for finding in look_through(tmp_path, quiet).findings] == ["an e-mail address"]


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
    looked = look_through(tmp_path, quiet)
    assert looked.files == 2
    found = list(looked.findings)
    assert ("perhaps a person's name", False) in kinds(found)
    assert ("a date", False) in kinds(found)
    assert [finding.place for finding in found if finding.serious] == ["column 'subject_email'"]
    assert look_through(tmp_path / "gone", quiet) == Looked((), 0, ())
