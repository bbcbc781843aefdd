"""C15 and C16: text, .wav notes and samples that tell of people and of this computer."""

import base64
import io
import json
import struct
import zipfile
from collections.abc import Iterable

import numpy as np
import pytest

from studio.core.checklist import Tier
from studio.core.checks.check import Verdict
from studio.core.checks.data_details import Findings
from studio.core.checks.embedded import embedded
from studio.core.checks.hidden import check_data_files, check_export
from studio.core.checks.personal import (
    Computer,
    covered,
    in_column,
    in_name,
    in_text,
    of_computer,
    this_computer,
)
from studio.core.checks.riff import chunks, in_wav, without_notes

ADA = Computer("ada_l", "ada-laptop", "/home/ada_l")


def chunk(name: bytes, inside: bytes) -> bytes:
    return name + struct.pack("<I", len(inside)) + inside + b"\0" * (len(inside) % 2)


def wav(*more: bytes) -> bytes:
    inside = b"WAVE" + chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16)) + b"".join(more)
    inside += chunk(b"data", struct.pack("<4h", 1, 2, 3, 4))
    return b"RIFF" + struct.pack("<I", len(inside)) + inside


def test_a_name_in_list_info_and_a_recorder_in_bext_are_found_and_taken_out() -> None:
    info = b"INFO" + chunk(b"IART", b"Ada Lovelace\0") + chunk(b"ISFT", b"Recorder\0")
    bext = (
        b"Kitchen".ljust(256, b"\0")
        + b"Ben's phone".ljust(32, b"\0")
        + b"".ljust(32, b"\0")
        + b"2026-11-01"
        + b"10:00:00"
    )
    content = wav(chunk(b"LIST", info), chunk(b"bext", bext))
    found = {(finding.kind, finding.serious) for finding in in_wav(content, "a.wav")}
    assert ("an artist's name", True) in found
    assert ("who recorded it", True) in found
    assert ("a date", False) in found
    plain = without_notes(content)
    assert in_wav(plain, "a.wav") == []
    assert dict(chunks(plain))[b"data"] == dict(chunks(content))[b"data"]
    assert plain == wav()


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        (chunk(b"LIST", b"adtl" + chunk(b"labl", b"\1\0\0\0Grace Hopper\0")), "a label"),
        (chunk(b"LIST", b"adtl" + chunk(b"note", b"\1\0\0\0at home\0")), "a comment"),
        (chunk(b"LIST", b"adtl" + chunk(b"ltxt", b"\0" * 20 + b"Grace\0")), "a text"),
        (chunk(b"list", b"info" + chunk(b"iart", b"Grace\0")), "an artist's name"),
        (chunk(b"LIST", b"INFO" + chunk(b"ISFT", b"by grace@example.org\0")), "an e-mail address"),
        (chunk(b"DISP", b"\1\0\0\0Grace's phone\0"), "a title"),
        (chunk(b"cart", b"0101" + b"\0" * 64 + b"Grace Hopper".ljust(64, b"\0")), "an artist's name"),
        (chunk(b"ID3 ", b"ID3\4\0\0\0\0\0\7TPE1Ada"), "notes of the recording program"),
        (chunk(b"JUNK", b"\0\0grace@example.org\0"), "an e-mail address"),
        (chunk(b"Xtra", b"mail grace@example.org"), "an e-mail address"),
    ],
)
def test_notes_in_every_kind_of_chunk_are_found_and_taken_out(more: bytes, kind: str) -> None:
    content = wav(more)
    assert (kind, True) in {(finding.kind, finding.serious) for finding in in_wav(content, "a.wav")}
    assert without_notes(content) == wav()


def test_notes_are_found_around_the_sound_and_in_large_files() -> None:
    before = b"ID3\4\0\0\0\0\0\7TPE1Ada" + wav()
    after = wav() + b"TAG" + b"Ada".ljust(125, b"\0")
    for content in (before, after):
        assert [finding.serious for finding in in_wav(content, "a.wav")] == [True]
        assert without_notes(content) == wav()
    sound = struct.pack("<4h", 1, 2, 3, 4)
    inside = b"WAVE" + chunk(b"ds64", struct.pack("<QQQI", 0, len(sound), 4, 0))
    inside += chunk(b"fmt ", struct.pack("<HHIIHH", 1, 1, 8000, 16000, 2, 16))
    inside += b"data" + struct.pack("<I", 0xFFFFFFFF) + sound
    large = b"RF64" + struct.pack("<I", 0xFFFFFFFF) + inside
    assert in_wav(large, "a.wav") == []
    noted = large + chunk(b"LIST", b"INFO" + chunk(b"IART", b"Ada\0"))
    assert [finding.kind for finding in in_wav(noted, "a.wav")] == ["an artist's name"]
    assert without_notes(noted) == wav()


def test_torn_and_other_files_hold_nothing() -> None:
    assert in_wav(b"RIFF\x00", "a.wav") == []
    assert in_wav(wav()[:30], "a.wav") == []
    assert without_notes(b"something else") == b"something else"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("write to ada@example.org today", "an e-mail address"),
        ("call +49 170 1234567", "a telephone number"),
        ("call 030 1234-5678", "a telephone number"),
        ("call (555) 123-4567 or 555-123-4567", "a telephone number"),
        ("at 48°8'14\"N 11°34'34\"E", "coordinates of a place"),
        ("at N48.1371 E11.5761", "coordinates of a place"),
        ("at 48.137154, 11.576124", "coordinates of a place"),
        ("rec_20261101_0930", "a date"),
    ],
)
def test_texts_that_tell_of_people_are_found(text: str, kind: str) -> None:
    assert kind in {finding.kind for finding in in_text(text, "f", "text")}


@pytest.mark.parametrize(
    "text", ["0.123456", "1024 2048 4096", "x-1.5, y+2.5", "sample_0001.png", "3.14159 2.71828"]
)
def test_plain_numbers_are_not(text: str) -> None:
    assert in_text(text, "f", "text") == []


def test_names_of_files_and_columns_are_looked_at_and_covered() -> None:
    assert [f.serious for f in in_name("Ada_Lovelace_03", "Ada_Lovelace_03.wav")] == [False]
    assert in_name("go_0003", "go_0003.wav") == []
    assert in_column("Latitude", ["48.1"], "t.csv")[0].serious
    assert in_column("e-mail", ["x"], "t.csv")[0].serious
    assert in_column("note", ["ada@example.org"], "t.csv")[0].kind == "an e-mail address"
    assert in_column("accel_x", ["0.5", "0.25"], "t.csv") == []
    assert covered("ada@example.org").startswith("ad•")
    assert "example" not in covered("ada@example.org")


def test_paths_and_names_of_this_computer_are_found_in_an_export() -> None:
    text = '/* built from /home/ada_l/models/net.keras on ada-laptop */\n#include "studio_model.h"\n'
    kinds = {finding.kind for finding in of_computer(text, "model.c", ADA)}
    assert kinds == {"your home folder", "your user name", "your computer's name", "an absolute path"}
    assert of_computer('#include "kernels/conv.h"\nint a = b / c;\n', "model.c", ADA) == []
    assert this_computer().home
    check = check_export({"model.c": text.encode(), "model.bin": b"\0\1"}, Tier.THINGS, ADA)
    assert check.verdict is Verdict.WARN
    assert "model.c" in check.sentence
    assert isinstance(check.detail, Findings)
    assert check.detail.scanned == 2


SAMPLES = np.random.default_rng(1).normal(0, 1, (30, 64)).astype(np.float32)
STORED = np.clip(np.round(SAMPLES * 30), -128, 127).astype(np.int8)


@pytest.mark.parametrize("how", ["int8", "uint8", "hex", "float", "bytes", "float bytes"])
def test_a_raw_sample_in_the_exported_c_is_found(how: str) -> None:
    row = STORED[11]
    ways: dict[str, tuple[str, bytes]] = {
        "int8": ("vectors.h", ("int8_t v[] = {" + ", ".join(map(str, row)) + "};").encode()),
        "uint8": ("vectors.h", ("uint8_t v[] = {" + ", ".join(map(str, row.view(np.uint8))) + "};").encode()),
        "hex": (
            "v.c",
            ("char v[] = {7, 9, " + ", ".join(f"0x{v:02X}" for v in row.view(np.uint8)) + "};").encode(),
        ),
        "float": (
            "v.c",
            ("float v[] = {1.0f, " + ", ".join(f"{v:.8f}f" for v in SAMPLES[11]) + "};").encode(),
        ),
        "bytes": ("blob.bin", b"\0\1\2\3" + row.tobytes() + b"\4"),
        "float bytes": ("blob.bin", b"\0" + SAMPLES[11].tobytes()),
    }
    name, content = ways[how]
    found = embedded({name: content}, SAMPLES, STORED)
    assert [(copy.file, copy.row) for copy in found] == [(name, 11)]
    for tier, verdict in ((Tier.THINGS, Verdict.WARN), (Tier.PEOPLE, Verdict.FAIL)):
        check = check_export({name: content}, tier, ADA, SAMPLES, STORED)
        assert check.verdict is verdict
        assert "sample 11" in check.sentence


def listed(numbers: Iterable[object], join: str = ", ") -> str:
    return join.join(map(str, numbers))


def words(order: str, size: int) -> str:
    values = np.concatenate([STORED[11], np.zeros(8, np.int8)]).view(f"{order}u{size}")
    return listed(f"0x{value:0{2 * size}X}u" for value in values)


def planted() -> dict[str, str]:
    row, real = STORED[11].tolist(), SAMPLES[11].tolist()
    raw = [value + 128 for value in row]
    block = listed("{" + listed(row[place : place + 8]) + "}" for place in range(0, 64, 8))
    return {
        "nested.c": "int8_t v[1][8][8] = {{" + block + "}};",
        "comments.c": "int8_t v[] = {"
        + "".join(f"{value}, /* {n}: */\n" for n, value in enumerate(row))
        + "};",
        "line_comments.hh": "int8_t v[] = {" + "".join(f"{v}, // {n}\n" for n, v in enumerate(row)) + "};",
        "in_a_comment.h": "// " + listed(row),
        "indices.cxx": "int8_t v[64] = {" + listed(f"[{n}] = {v}" for n, v in enumerate(row)) + "};",
        "offset.c": "uint8_t v[] = {" + listed(raw) + "};",
        "casts.inc": listed(f"(int8_t){value}" for value in row),
        "macros.c": listed(f"INT8_C({value})" for value in row),
        "hex.inc": listed(f"0x{value & 255:02x}" for value in row),
        "words.c": words("<", 4),
        "words_other_way.c": words(">", 4),
        "halves.h": words("<", 2),
        "longs.h": words("<", 8),
        "escapes.c": 'const char v[] = "' + "".join(f"\\x{value & 255:02x}" for value in row) + '";',
        "octal.c": 'const char v[] = "' + "".join(f"\\{value & 255:o}" for value in row) + '";',
        "lines.c": "char v[] =\n" + "\n".join(f'  "\\x{value & 255:02x}"' for value in row) + ";",
        "bytes.py": f"V = {STORED[11].tobytes()!r}",
        "digits.md": "v: " + STORED[11].tobytes().hex(),
        "base64.html": f'<img src="data:;base64,{base64.b64encode(STORED[11].tobytes()).decode()}">',
        "table.html": "<tr>" + "".join(f'<td width="{n}">{v}</td>' for n, v in enumerate(row)) + "</tr>",
        "v.md": "| " + listed(row, " | ") + " |",
        "v.S": "v:\n" + "".join(f" .byte 0x{v & 255:02x} @ {n}\n" for n, v in enumerate(row)),
        "cut_end.c": "int8_t v[] = {" + listed(row[:58]) + "};",
        "cut_begin.c": "int8_t v[] = {" + listed(row[6:]) + "};",
        "changed.c": listed([*row[:20], 0, 0, 0, *row[23:]]),
        "few_digits.c": "float v[] = {" + listed(f"{value:.4f}f" for value in real) + "};",
        "two_digits.c": "float v[] = {" + listed(f"{value:.2f}f" for value in real) + "};",
        "general.json": json.dumps({"v": [float(f"{value:.6g}") for value in real]}),
        "exponents.csv": listed(f"{value:.4e}" for value in real),
        "float_words.c": listed(f"0x{value:08X}" for value in SAMPLES[11].view("<u4")),
    }


@pytest.mark.parametrize(("name", "text"), planted().items(), ids=list(planted()))
def test_a_sample_is_found_however_it_is_written(name: str, text: str) -> None:
    found = embedded({name: text.encode()}, SAMPLES, STORED)
    assert [(copy.file, copy.row) for copy in found] == [(name, 11)]


def test_pictures_and_sounds_are_found_as_they_were_before_they_were_scaled() -> None:
    generator = np.random.default_rng(3)
    pixels = generator.integers(0, 256, (20, 8, 8))
    sound = generator.integers(-9000, 9000, (20, 64))
    for raw, factor in ((pixels, 255), (sound, 32768), (pixels, 1), (sound, 1)):
        samples = (raw / factor).astype(np.float32)
        stored = np.clip(np.rint(samples / samples.std() * 40), -128, 127).astype(np.int8)
        files = {"v.c": listed(raw[7].ravel()).encode()}
        if raw is sound:
            files["v.bin"] = b"\0" + sound[7].astype("<i2").tobytes()
        found = embedded(files, samples, stored)
        assert {(copy.file, copy.row) for copy in found} == {(name, 7) for name in files}


def test_slow_waves_are_found_and_still_ones_are_not_looked_for() -> None:
    time = np.linspace(0, 1, 1000)
    waves = np.stack([np.sin(2 * np.pi * (1 + 0.1 * n) * time) for n in range(10)] + [time * 0, time])
    samples = waves.astype(np.float32)
    stored = np.rint(samples * 100).astype(np.int8)
    files = {
        "whole.c": listed(stored[3]),
        "shifted.c": listed(stored[4].astype(int) + 128),
        "real.c": listed(f"{value:.4f}f" for value in samples[5]),
        "still.c": listed(["0"] * 3000),
        "ramp.c": listed(range(3000)),
    }
    found = embedded({name: text.encode() for name, text in files.items()}, samples, stored)
    assert {(copy.file, copy.row) for copy in found} == {("whole.c", 3), ("shifted.c", 4), ("real.c", 5)}


def test_samples_in_archives_are_found() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("src/v.c", listed(STORED[11]))
    found = embedded({"library.zip": stream.getvalue(), "torn.zip": b"PK\3\4"}, SAMPLES, STORED)
    assert [(copy.file, copy.row) for copy in found] == [("library.zip/src/v.c", 11)]


def test_weights_and_nearly_equal_numbers_are_no_samples() -> None:
    other = np.random.default_rng(2).integers(-128, 128, 5000).astype(np.int8)
    almost = STORED[4].copy()
    almost[[3, 12, 20, 31, 44, 52, 60]] += 9
    flat = np.zeros((3, 64), np.int8)
    files = {
        "model.c": ("int8_t w[] = {" + ", ".join(map(str, other)) + "};").encode(),
        "v.c": ("int8_t v[] = {" + ", ".join(map(str, almost)) + "};").encode(),
        "part.c": ("int8_t v[] = {" + ", ".join(map(str, STORED[5][:56])) + "};").encode(),
        "table.c": ("int8_t t[] = {" + ", ".join(map(str, range(-128, 128))) + "};").encode(),
        "zeros.c": ("int8_t z[] = {" + ", ".join(["0"] * 200) + "};").encode(),
        "blob.bin": other.tobytes(),
    }
    assert embedded(files, SAMPLES, STORED) == []
    assert embedded(files, flat.astype(np.float32), flat) == []
    ramp = np.tile(np.arange(64), (3, 1)).astype(np.int8)
    assert embedded(files, ramp.astype(np.float32), ramp) == []
    assert embedded(files, SAMPLES[:, :4], STORED[:, :4]) == []
    assert check_export(files, Tier.PEOPLE, ADA, SAMPLES, STORED).verdict is Verdict.PASS


def test_files_of_the_data_fail_for_people_and_warn_for_things() -> None:
    found = in_text("ada@example.org", "a.csv", "text")
    assert check_data_files(found, 3, Tier.PEOPLE).verdict is Verdict.FAIL
    assert check_data_files(found, 3, Tier.THINGS).verdict is Verdict.WARN
    assert check_data_files([], 3, Tier.PEOPLE).verdict is Verdict.PASS
    assert check_data_files([], 0, Tier.PEOPLE).verdict is Verdict.CANNOT_TELL


def test_files_that_were_not_looked_at_are_named_and_warn_for_people() -> None:
    check = check_data_files([], 3, Tier.PEOPLE, ["a.mp3", "b.bin"])
    assert check.verdict is Verdict.WARN
    assert "found in 3 files. 2 files could not be looked at to the end, such as a.mp3" in check.sentence
    assert check.n == 3
    assert check_data_files([], 3, Tier.THINGS, ["a.mp3"]).verdict is Verdict.PASS
    nothing = check_data_files([], 0, Tier.THINGS, ["a.mp3"])
    assert nothing.verdict is Verdict.CANNOT_TELL
    assert "None of the data's files could be looked at" in nothing.sentence
