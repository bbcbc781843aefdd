"""Made-up checks of data, files and boards (C10, C12 to C16, C18) with all that they have words for."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from studio.core.checklist import Tier
from studio.core.checks.board import check_board, check_runtime, check_validation
from studio.core.checks.check import Check
from studio.core.checks.coverage import check_coverage, check_range
from studio.core.checks.data_details import Finding
from studio.core.checks.hidden import check_data_files, check_export
from studio.core.checks.jpeg import in_iptc, in_segments
from studio.core.checks.labels import check_labels
from studio.core.checks.leaks import check_leaks
from studio.core.checks.membership import check_membership
from studio.core.checks.out_of_fold import OutOfFold
from studio.core.checks.personal import Computer, in_bytes, in_column, in_keys, in_name, in_text
from studio.core.checks.riff import in_wav
from studio.core.dataset import Split
from tests.core.checks.answered import LIMITS, with_scores
from tests.core.checks.test_hidden import chunk, wav
from tests.core.test_validation import asked, compared, heard

Checks = Iterator[Check]


def of_membership() -> Checks:
    """C10."""
    random = np.random.default_rng(1)
    outside, inside = random.normal(0, 1, 1200), random.normal(1.2, 1, 1200)
    for tier in (Tier.THINGS, Tier.PEOPLE):
        for members in (inside, random.normal(0, 1, 1200)):
            yield check_membership({"int8": members}, {"int8": outside}, 0.1, tier, LIMITS)
    yield check_membership({"float32": inside[:30] * 0}, {"float32": outside[:30]}, 0.1, tier, LIMITS)
    yield check_membership({}, {}, 0, tier, LIMITS)


def split(name: str, x: np.ndarray, y: np.ndarray | None = None, **groups: np.ndarray) -> Split:
    return Split(name, x.astype(np.float32), np.zeros(len(x), np.int64) if y is None else y, groups)


def of_leaks() -> Checks:
    """C12."""
    random = np.random.default_rng(1)
    x = random.normal(0, 1, (400, 30, 3))
    for copies in (0, 1, 40):
        for near in (0, 1, 40):
            test = random.normal(0, 1, (200, 30, 3))
            test[:copies] = x[:copies]
            test[100 : 100 + near] = x[100 : 100 + near] + random.normal(0, 1e-3, (near, 30, 3))
            yield check_leaks({"train": split("train", x), "test": split("test", test)}, Tier.THINGS, LIMITS)
    people = np.array([f"W{number}" for number in range(8)])
    for known in (1, 8):
        train = split("train", x, wearer=np.repeat(people[:2], 200), HAND=np.tile(["L1", "R1"], 200))
        more = split("test", test, wearer=np.resize(people[:known], 200), HAND=np.tile(["L1", "R1"], 100))
        yield check_leaks({"train": train, "test": more}, Tier.PEOPLE, LIMITS)
    train = split("train", x, wearer=np.resize(people, 400))
    for served in (1, 200):
        wearers = np.where(np.arange(200) < served, "W1", "W9")
        more = split("test", random.normal(0, 1, (200, 30, 3)), wearer=wearers)
        yield check_leaks({"train": train, "test": more}, Tier.PEOPLE, LIMITS)
    smooth = np.cumsum(np.cumsum(random.normal(0, 1, (30, 32, 32, 1)), axis=1), axis=2)
    again = smooth[20:].copy()
    again[2] = smooth[5] + random.normal(0, 0.12 * smooth[5].std(), (32, 32, 1))
    yield check_leaks(
        {"train": split("train", smooth[:20]), "test": split("test", again)}, Tier.PEOPLE, LIMITS
    )
    yield check_leaks({"test": more}, Tier.THINGS, LIMITS)


def of_coverage() -> Checks:
    """C13."""
    x, ends = np.zeros((520, 4)), np.repeat([0, 1], [500, 20])
    rare, even = split("train", x, ends), split("train", x, np.tile([0, 1], 260))
    for count in (1, 2):
        hands = {"HAND": np.resize(["L1", "L2"][:count], 80)}
        few = split("test", x[:80], np.repeat([0, 1], [70, 10]), **hands)
        for splits in ({"train": rare}, {"train": even}, {"train": split("train", x)}, {}):
            yield check_coverage({**splits, "test": few}, ("KA", "KO"), LIMITS)
    names = tuple(f"K{number}" for number in range(6))
    yield check_coverage({"test": split("test", x, np.resize(np.arange(6), 520) % 6)}, names, LIMITS)
    yield check_coverage({"test": split("test", x[:60], np.arange(60) % 6)}, names, LIMITS)
    yield check_coverage({"train": even, "test": even}, ("KA", "KO"), LIMITS)
    low, high = (split("test", x, np.linspace(0, top, 520)[:, None]) for top in (1, 2))
    for rebuilds in (False, True):
        for test in (low, high):
            yield check_range({"train": low, "test": test}, rebuilds=rebuilds)
    yield check_range({"test": low})


def of_labels() -> Checks:
    """C14."""
    random = np.random.default_rng(1)
    y = np.tile([0, 1, 2], 100)
    logits = random.normal(0, 0.5, (300, 3))
    logits[np.arange(300), y] += 4
    scores = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    wrong = np.where(np.arange(300) % 50 == 5, (y + 1) % 3, y)
    vague = np.full((300, 3), 1 / 3)
    folds = (None, *(OutOfFold(np.arange(300), wrong, guess) for guess in (scores, vague)))
    for training in folds:
        for made in (with_scores(wrong, scores), with_scores(y, scores), with_scores(y, scores * 7)):
            yield check_labels(made, ("KA", "KO", "KI"), LIMITS, training)
    all_wrong = OutOfFold(np.arange(300), np.where(np.arange(300) % 2 > 0, (y + 1) % 3, y), scores)
    made = with_scores((y + 1) % 3, scores)
    yield check_labels(made, ("KA", "KO", "KI"), replace(LIMITS, label_guesses=0.0), all_wrong)


def of_files() -> Checks:
    """C15 and C16."""
    random = np.random.default_rng(1)
    kinds = b"IART INAM ICMT ICRD IENG ICOP ITCH ICMS IDIT ISRC ISFT ILOC IARL XXXX".split()
    info = b"INFO" + b"".join(chunk(name, b"ADA\0") for name in kinds)
    adtl = b"adtl" + b"".join(
        chunk(name, bytes(4) + b"ADA LOVELACE, LONDON\0") for name in (b"labl", b"ltxt")
    )
    noted = (
        *(chunk(name, inside) for name, inside in ((b"LIST", info), (b"LIST", adtl), (b"iXML", b"ADA"))),
        *(chunk(name, b"ADA LOVELACE ".ljust(800, b"+")) for name in (b"bext", b"cart", b"disp", b"ABCD")),
    )
    iptc = b"".join(b"\x1c\x02" + bytes([number]) + b"\0\x03ADA" for number in range(5, 123))
    xmp = b"\xff\xd8\xff\xe1\0\x30" + b"http://ns.adobe.com/xap/1.0/\0".ljust(46, b"+")
    xmp += b"\xff\xfe\0\x14ADA@EXAMPLE.ORG..." + b"\xff\xe3\0\x14ADA@EXAMPLE.ORG..." + b"\xff\xda"
    said = "+1 555 123 4567, 52.12345, 13.12345, 2026-11-26, ADA@EXAMPLE.ORG"
    keyed = "speaker: ADA LOVELACE\nlat: 52.12345\nSURNAME: LOVELACE\nSTREET: 12 SQUARE\n"
    keyed += "DOB: 10.12.1815\nSERIAL: AB-12345\n"
    findings: list[Finding] = [
        *in_wav(b"ID3" + bytes(7) + wav(*noted) + b"TAG".ljust(128, b"+"), "A.WAV"),
        *in_wav(wav(chunk(b"ABCE", b"ADA@EXAMPLE.ORG")), "A.WAV"),
        *in_iptc(iptc, "A.JPG"),
        *in_segments(xmp, "A.JPG"),
        *in_text(said, "A.TXT", "HERE"),
        *in_keys(keyed, "A.TXT"),
        *in_bytes(b"\0\0ADA@EXAMPLE.org\0", "A.BIN"),
        *in_name("ADA LOVELACE", "A.BIN"),
        *in_column("lat", ["52.1"], "A.CSV"),
        *in_column("speaker", ["ADA LOVELACE", "GRACE HOPPER"], "A.CSV"),
    ]
    assert len(findings) > 30
    for tier in (Tier.THINGS, Tier.PEOPLE):
        for found in (findings, [one for one in findings if not one.serious], []):
            for scanned, unread in ((3, ()), (0, ()), (0, ("A.MP3",)), (400, ("A.MP3", "B.MP3"))):
                yield check_data_files(found, scanned, tier, unread)
    yield check_data_files(findings * 30, 2000, Tier.PEOPLE)
    samples = random.normal(0, 1, (20, 40)).astype(np.float32)
    stored = np.clip(samples * 40, -128, 127).astype(np.int8)
    ada = Computer("ADA_L", "ADA-LAPTOP", "/home/ADA_L")
    listed = ", ".join(map(str, stored[11])).encode()
    given = b"/home/ADA_L on ADA-LAPTOP by ADA@EXAMPLE.ORG\n"
    for files in ({"A.C": listed}, {"A.C": given}, {"A.C": b""}):
        yield check_export(files, Tier.PEOPLE, ada, samples, stored)


def of_boards() -> Checks:
    """C18."""
    for samples, equal in ((128, 128), (128, 120), (8, 8)):
        yield check_board(samples, equal, samples - equal)
    yield check_runtime()
    asked_for, y, scores = asked()
    given = replace(asked_for, model_sha256="12" * 32)
    for apart in (1, 3):
        wrong = np.frombuffer(given.expected[7], np.int8) - np.int8(apart)
        answers = (*given.expected[:7], wrong.tobytes(), *given.expected[8:])
        yield compared(given, heard(given, board="B1", answers=answers), y, scores).check()
    few = replace(asked(20)[0], model_sha256="12" * 32)
    yield compared(few, heard(few, board="B1"), y, scores).check()
    stopped = heard(
        given,
        board="B1",
        places=tuple(range(34)),
        answers=given.expected[:34],
        unsteady=(3,),
        stopped="STOP.",
    )
    found = compared(given, stopped, y, scores)
    yield found.check()
    yield check_validation(found, "34" * 32)
