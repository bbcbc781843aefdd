"""What checks and their drawings say, in a made-up language: no word of English is left.

The language says every sentence in « », but not what is filled in: a value that is English itself stands outside. Names
in the data are in capitals here, so that they are told from words.
"""

import dataclasses
import importlib.util
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from enum import StrEnum
from string import Formatter

import numpy as np
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from studio.core import phrases
from studio.core.checklist import Tier
from studio.core.checks.accuracy import check_accuracy
from studio.core.checks.alarms import check_alarms, project_alarms, threshold_alone
from studio.core.checks.anomalies import check_separation, check_separation_change
from studio.core.checks.baselines import check_baselines, check_mean_baseline
from studio.core.checks.board import check_board, check_runtime, check_validation
from studio.core.checks.calibration import check_calibration
from studio.core.checks.check import Check
from studio.core.checks.compression import (
    BROKEN,
    COMPARED,
    check_broken_samples,
    check_compression,
    no_twin,
)
from studio.core.checks.coverage import check_coverage, check_range
from studio.core.checks.data_details import Finding
from studio.core.checks.detection import Steps, check_misses
from studio.core.checks.faults import check_faults
from studio.core.checks.groups import check_groups
from studio.core.checks.hidden import check_data_files, check_export
from studio.core.checks.jpeg import in_iptc, in_segments
from studio.core.checks.labels import check_labels
from studio.core.checks.leaks import check_leaks
from studio.core.checks.maps import check_maps
from studio.core.checks.membership import check_membership
from studio.core.checks.out_of_fold import OutOfFold
from studio.core.checks.personal import Computer, in_bytes, in_column, in_keys, in_name, in_text
from studio.core.checks.regression import check_errors, check_fit
from studio.core.checks.riff import in_wav
from studio.core.checks.sensor_faults import range_of
from studio.core.checks.sweep import check_sweep
from studio.core.checks.unknowns import Logits, check_unknowns, made_up
from studio.core.dataset import Split
from studio.core.drawings import drawings_of
from studio.core.drawings.drawing import Axis
from studio.core.phrases import language, phrase, speaking
from studio.core.places import resources
from studio.core.regression import errors_of
from tests.core.checks.answered import LIMITS, answered, with_scores
from tests.core.checks.test_calibration import calibrated
from tests.core.checks.test_compression import changed
from tests.core.checks.test_gradients import corner, explained, nowhere_smooth, other_corner
from tests.core.checks.test_hidden import chunk, wav
from tests.core.test_validation import asked, compared, heard

Checks = Iterator[Check]

# Of the data (what columns mean and what is no event is told by such names), of parts of .wav files, and units.
NAMES = {
    "silence",
    "idle",
    "wearer",
    "speaker",
    "lat",
    "test",
    "train",
    "int",
    "float",
    "adtl",
    "labl",
    "ltxt",
    "bext",
}
NAMES |= {"cart", "iXML", "dB", "ρ"}
ANY = ("KA", "KO", "silence")
RANDOM = np.random.default_rng(1)


def in_guillemets(sentence: str) -> str:
    """The sentence with its words in « » and its {placeholders} outside."""
    found = ""
    for words, name, form, _ in Formatter().parse(sentence):
        found += f"«{words}»" if any(map(str.isalpha, words)) else words
        found += "" if name is None else "{" + name + (f":{form}" if form else "") + "}"
    return found


def catalogue() -> Catalog:
    spec = importlib.util.spec_from_file_location("extract", resources() / "languages" / "extract.py")
    assert spec is not None
    assert spec.loader is not None
    extract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extract)
    found = Catalog(locale="de")
    for message in extract.found():
        if isinstance(message.id, tuple):
            found.add(message.id, tuple(map(in_guillemets, message.id)))
        elif message.id:
            found.add(message.id, in_guillemets(message.id))
    return found


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    root = tmp_path_factory.mktemp("resources")
    folder = root / "languages" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{phrases.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrases, "resources", lambda: root)
        phrases._catalogue.cache_clear()
        with speaking("de"):
            yield
    phrases._catalogue.cache_clear()


def texts(value: object) -> Iterator[str]:
    """All that a check or a drawing shows, but for its ids."""
    if isinstance(value, StrEnum):
        return
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif dataclasses.is_dataclass(value):
        if isinstance(value, Axis):
            yield value.show(value.high)
        for field in dataclasses.fields(value):
            if field.name not in ("id", "color"):
                yield from texts(getattr(value, field.name))


def english_in(text: str) -> list[str]:
    """Words outside « » that are neither in capitals nor among NAMES; what is covered with • is of the data."""
    plain = re.sub(r"«[^«»]*»|\S{0,2}•+|\d\.?\d*e[+−-]\d+", " ", text)
    words = re.findall(r"[^\W\d_]+", plain)
    return [word for word in words if word not in NAMES and word != word.upper()]


# Made data.


def of_classes() -> Checks:
    """C1."""
    y = np.repeat([0, 1, 2], [100, 60, 40])
    none = np.zeros(200, int)
    people = {"wearer": np.repeat(["W1", "W2", "W3", "W4"], 50)}
    guess = np.where(np.arange(200) % 10 > 0, y, (y + 1) % 3)
    yield check_accuracy(answered(y, guess), ANY, LIMITS)
    yield check_accuracy(answered(y, guess, groups=people), ANY, LIMITS)
    for limit in (0.9, 0.99):
        yield check_accuracy(answered(y, guess), ANY, replace(LIMITS, min_macro_recall=limit))
    yield check_accuracy(answered(y, none, classes=3), ANY, LIMITS)
    yield check_accuracy(answered(y[:10], y[:10], classes=3), ANY, LIMITS)
    yield check_accuracy(with_scores([], np.zeros((0, 3))), ANY, LIMITS)
    yield check_accuracy(answered(none, none, classes=3), ANY, LIMITS)
    unsure = np.where(np.arange(200) % 100 < 54, 0, 1)
    even = np.where(np.arange(200) < 100, unsure, 1 - unsure)
    half = np.repeat([0, 1], 100)
    yield check_accuracy(answered(half, even), ("KA", "KO"), LIMITS)
    yield check_accuracy(answered(half, even, groups=people), ("KA", "KO"), LIMITS)
    rare = np.repeat([0, 1], [990, 10])
    yield check_accuracy(answered(rare, np.where(np.arange(1000) < 20, 1, rare)), ("KA", "KO"), LIMITS)


TARGETS = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]


def of_numbers() -> Checks:
    """C1, C2 and C17 of numbers."""
    y = TARGETS
    for scores in (y, y + np.float32(0.2), np.full_like(y, y.mean())):
        yield check_fit(y, scores, errors_of(y, scores), LIMITS)
    yield check_fit(y[:9], y[:9], errors_of(y[:9], y[:9]), LIMITS)
    same = np.ones_like(y)
    yield check_fit(same, same, errors_of(same, same), LIMITS)
    loud = (y + np.random.default_rng(6).normal(0, 0.56, y.shape)).astype(np.float32)
    yield check_fit(y, loud - (loud - y).mean(), errors_of(y, loud), LIMITS)
    before = y + np.float32(0.1)
    for rebuilds in (False, True):
        yield check_errors(y, before, before, 0.05, rebuilds=rebuilds)
        yield check_mean_baseline(y, y, y, rebuilds=rebuilds)
        yield check_mean_baseline(y, np.zeros_like(y), None, rebuilds=rebuilds)
    yield check_errors(y, before, before + np.float32(0.5), 0.05)
    yield check_errors(y[:1], before[:1], before[:1], 0.05)


def of_anomalies() -> Checks:
    """C1 and C2 of autoencoders."""
    marks = np.arange(400) >= 200
    errors = (RANDOM.normal(0, 1, 400) + 3 * marks).astype(np.float32)
    yield check_separation(errors, marks, errors[~marks], LIMITS)
    yield check_separation(-errors, marks, None, LIMITS)
    yield check_separation(errors[190:210], marks[190:210], None, LIMITS)
    near_chance = np.where(np.arange(400) % 200 < 104, marks, ~marks).astype(np.float32)
    yield check_separation(near_chance, marks, None, LIMITS)
    yield check_separation_change(errors, errors, marks, 0.02)
    yield check_separation_change(errors, errors[::-1].copy(), marks, 0.01)
    yield check_separation_change(errors[180:220], errors[180:220], marks[180:220], 0.0001)


def of_compression() -> Checks:
    """C2 and C3."""
    for n, broken, mended in ((1000, 0, 0), (40, 0, 0), (1000, 60, 2)):
        y, before, after = changed(n, broken, mended, 3)
        yield check_compression(answered(y, after, before, classes=2), 0.01)
        yield check_broken_samples(answered(y, after, before, classes=2), ("KA", "KO"), LIMITS)
    yield no_twin("C2", COMPARED, 40)
    yield no_twin("C3", BROKEN, 40)
    hand = np.where(np.arange(2000) < 15, "L1", "R1")
    hand[-85:] = "L1"
    y, before, after = changed(2000, 15, 3)
    site = {"HAND": hand, "SITE": hand}
    yield check_broken_samples(answered(y, after, before, groups=site), ("KA", "KO"), LIMITS)
    y, before, after = changed(30, 3, 0)
    yield check_broken_samples(answered(y, after, before), ("KA", "KO"), LIMITS)
    y, before, after = changed(2000, 15, 3)
    third = np.where(np.arange(2000) == 1900, 1, before)  # wrong before and after, in two ways
    last = np.where(np.arange(2000) == 1900, 2, after)
    yield check_broken_samples(answered(y, last, third), ANY, LIMITS)
    yield check_broken_samples(with_scores([], np.zeros((0, 2))), ("KA", "KO"), LIMITS)
    yield check_compression(with_scores([], np.zeros((0, 2))), 0.01)


def of_detection() -> Checks:
    """C4."""
    y = np.tile([0, 1, 2], 100)
    guess = np.where(np.arange(300) % 11 == 0, (y + 1) % 3, y)
    steps = Steps(1 / 256, 255 / 256)
    for labels in (ANY, ("KA", "idle", "silence"), ("KA", "KO", "KI")):
        yield check_misses(answered(y, guess), labels, steps, LIMITS)
    yield check_misses(answered(y, guess), ANY, steps, replace(LIMITS, threshold=0.999))
    for limit in (0.001, 0.05, 0.5):
        yield check_misses(answered(y, y), ANY, None, replace(LIMITS, max_miss_share=limit))
        yield check_misses(answered(y, guess), ANY, None, replace(LIMITS, max_miss_share=limit))
    yield check_misses(with_scores([], np.zeros((0, 3))), ANY, None, LIMITS)
    yield check_misses(answered([0] * 9, [0] * 9, classes=3), ANY, None, LIMITS)


def of_alarms() -> Checks:
    """C5."""
    quiet = np.array([0.1, 0.1, 0.8], np.float32)
    for windows in (1, 60, 3600, 9000):
        for limit in (None, 0.5, 400.0):
            limits = replace(LIMITS, max_alarms_per_hour=limit)
            for first in (quiet, np.array([0.9, 0.05, 0.05], np.float32)):
                scores = np.tile(quiet, (windows, 1))
                scores[0] = first
                decide, how = threshold_alone(ANY, limits), phrase("threshold alone")
                check = check_alarms(scores, 1.0, decide, Tier.THINGS, limits, processing=how)
                yield check
                detail = check.detail
                yield replace(check, detail=replace(detail, curve=()))  # type: ignore[type-var]
    none = np.ones(3600, bool)
    tiled = np.tile(quiet, (3600, 1))
    yield check_alarms(tiled, 1, decide, Tier.THINGS, LIMITS, processing=how, in_event=none)
    y = np.repeat([0, 2], [50, 3600])
    yield project_alarms(answered(y, y), ANY, Tier.PEOPLE, replace(LIMITS, max_alarms_per_hour=5.0))
    yield project_alarms(answered([0, 1], [0, 1]), ("KA", "KO"), Tier.THINGS, LIMITS)


def of_confidence() -> Checks:
    """C6."""
    for power in (0.3, 1.0, 3.0):
        y, scores = calibrated(np.random.default_rng(2), 400, power)
        yield check_calibration(with_scores(y, scores), LIMITS)
    yield check_calibration(with_scores(y[:5], scores[:5]), LIMITS)
    yield check_calibration(with_scores(y, scores * 7), LIMITS)


def of_groups() -> Checks:
    """C7."""

    def check(right: np.ndarray, own: float | None = None, **groups: np.ndarray) -> Check:
        made = answered(np.zeros(len(right), int), np.where(right, 0, 1), classes=2, groups=groups)
        return check_groups(made, replace(LIMITS, max_group_gap=own))

    side = np.repeat(["L1", "R1"], 1000)
    for missed in (40, 50, 80, 100):
        right = np.concatenate([np.arange(1000) >= missed, np.arange(1000) >= 40])
        yield check(right, HAND=side)
    yield check(right, 0.1, HAND=side, SITE=np.tile(["S1", "S2"], 1000))
    large = np.concatenate([np.arange(9000) >= 300, np.arange(9000) >= 100])
    yield check(large, HAND=np.repeat(["L1", "R1"], 9000))
    yield check(np.ones(10, bool))
    yield check(np.ones(10, bool), HAND=np.array(["L1"] * 10))
    yield check(np.arange(40) > 3, HAND=np.tile(["L1", "R1"], 20))
    wearer, ten = np.repeat(["W1", "W2", "W3", "W4"], 100), np.arange(400) % 10 > 0
    yield check(ten, wearer=wearer, HAND=np.repeat(["L1", "R1"], 200))
    yield check(ten[:40], wearer=wearer[::10], HAND=np.tile(["L1", "R1"], 20))
    hand = np.where(np.arange(1000) % 10 < np.repeat([9, 1], 500), "L1", "R1")
    pair = np.repeat(["W1", "W2"], 500)
    worse = (np.arange(1000) // 10 % 5 > 0) | (pair == "W2")
    worse &= ~((hand == "L1") & (np.arange(1000) % 4 == 0))
    yield check(worse | (pair == "W1") & (np.arange(1000) % 3 > 0), wearer=pair, HAND=hand)
    many = np.repeat([f"W{place}" for place in range(20)], 30)
    left = np.repeat(np.arange(20) % 2 == 0, 30)
    yield check((np.arange(600) % 5 > 0) | ~left, wearer=many, HAND=np.where(left, "L1", "R1"))


TIMES = np.tile([0, 1, 2], 40)
TONES = (
    np.sin(np.arange(64)[None, :, None] * np.array([0.0, 0.3, 1.2])[TIMES, None, None])
    + RANDOM.normal(0, 0.02, (120, 64, 1))
).astype(np.float32)


def sure_of(place: int, score: float = 0.9) -> Callable[[np.ndarray], np.ndarray]:
    """Answers the same class to everything."""
    row = np.full(3, (1 - score) / 2, np.float32)
    row[place] = score
    return lambda x: np.tile(row, (len(x), 1))


def of_other_inputs() -> Checks:
    """C8, C9 and D7."""

    def loudness(x: np.ndarray) -> np.ndarray:
        loud = np.abs(x.reshape(len(x), -1)).mean(axis=1) > 0.3
        return np.where(loud[:, None], sure_of(0)(x), sure_of(2)(x))

    def exact(x: np.ndarray) -> np.ndarray:
        return loudness(x) if np.array_equal(x, plain) else sure_of(2, 0.4)(x)

    def as_before(seen: np.ndarray, scores: np.ndarray) -> np.ndarray:
        found: np.ndarray = (scores.argmax(axis=1) == 0) == (
            np.abs(plain.reshape(len(plain), -1)).mean(1) > 0.3
        )
        return found

    for shape in ((64, 1), (64, 3), (28, 28, 1), (6,), (200,)):
        plain = RANDOM.uniform(-1, 1, (20, *shape)).astype(np.float32)
        plain[::2] *= 0.1
        for respond in (loudness, exact, sure_of(1), sure_of(2)):
            for labels, numbers in ((ANY, False), ((), True)):
                yield check_faults(
                    plain, respond, as_before, labels, range_of(plain), LIMITS, numbers=numbers
                )
        yield check_unknowns(
            loudness(plain), made_up(plain, range_of(plain)), loudness, ANY, LIMITS, phrase("score")
        )
        yield check_sweep(plain, loudness, as_before, LIMITS)
    known, other = RANDOM.normal(8, 1, (20, 3)), RANDOM.normal(6, 1, (20, 3))
    for first, second in ((known, other), (other, known + 5)):
        logits = Logits(first.astype(np.float32), lambda x, second=second: second)  # type: ignore[misc]
        yield check_unknowns(sure_of(2)(plain), {"MINE": plain}, sure_of(2), ANY, LIMITS, logits)

    def details(x: np.ndarray) -> np.ndarray:
        return sure_of(0)(x) if np.abs(np.diff(x, axis=1)).max() > 1e-6 else sure_of(1)(x)

    for length in (16, 64):  # one smaller input, then several
        stripes = np.tile([0.0, 1.0], length // 2)[None, :, None].repeat(9, 0).astype(np.float32)
        fine = lambda x: np.where(  # noqa: E731
            (np.abs(np.diff(x, axis=1)).min(axis=1) > 0.9), sure_of(0)(x), sure_of(1)(x)
        )
        yield check_sweep(stripes, fine, lambda _, s: s.argmax(axis=1) == 0, LIMITS)


def of_maps() -> Checks:
    """C11."""
    for original in (corner, other_corner, nowhere_smooth, None):
        yield explained(original)
    yield explained(corner, enough=1)
    x = np.zeros((1, 12, 12, 1), np.float32)
    answers = with_scores([1], [[0.5, 0.5]])
    flat = lambda x: np.full((len(x), 2), 0.5, np.float32)  # noqa: E731
    yield check_maps(x, [0], answers, flat, x[0], LIMITS, original=corner)
    yield check_maps(x, [0], answers, corner, x[0] + 1, LIMITS)
    yield check_maps(x[:0], [], answers, flat, x[0], LIMITS)


def of_membership() -> Checks:
    """C10."""
    outside, inside = RANDOM.normal(0, 1, 1200), RANDOM.normal(1.2, 1, 1200)
    for tier in (Tier.THINGS, Tier.PEOPLE):
        for members in (inside, RANDOM.normal(0, 1, 1200)):
            yield check_membership({"int8": members}, {"int8": outside}, 0.1, tier, LIMITS)
    yield check_membership({"float32": inside[:30] * 0}, {"float32": outside[:30]}, 0.1, tier, LIMITS)
    yield check_membership({}, {}, 0, tier, LIMITS)


def split(name: str, x: np.ndarray, y: np.ndarray | None = None, **groups: np.ndarray) -> Split:
    return Split(name, x.astype(np.float32), np.zeros(len(x), np.int64) if y is None else y, groups)


def of_leaks() -> Checks:
    """C12."""
    x = RANDOM.normal(0, 1, (400, 30, 3))
    for copies in (0, 1, 40):
        for near in (0, 1, 40):
            test = RANDOM.normal(0, 1, (200, 30, 3))
            test[:copies] = x[:copies]
            test[100 : 100 + near] = x[100 : 100 + near] + RANDOM.normal(0, 1e-3, (near, 30, 3))
            yield check_leaks({"train": split("train", x), "test": split("test", test)}, Tier.THINGS, LIMITS)
    people = np.array([f"W{number}" for number in range(8)])
    for known in (1, 8):
        train = split("train", x, wearer=np.repeat(people[:2], 200), HAND=np.tile(["L1", "R1"], 200))
        more = split("test", test, wearer=np.resize(people[:known], 200), HAND=np.tile(["L1", "R1"], 100))
        yield check_leaks({"train": train, "test": more}, Tier.PEOPLE, LIMITS)
    train = split("train", x, wearer=np.resize(people, 400))
    for served in (1, 200):
        wearers = np.where(np.arange(200) < served, "W1", "W9")
        more = split("test", RANDOM.normal(0, 1, (200, 30, 3)), wearer=wearers)
        yield check_leaks({"train": train, "test": more}, Tier.PEOPLE, LIMITS)
    smooth = np.cumsum(np.cumsum(RANDOM.normal(0, 1, (30, 32, 32, 1)), axis=1), axis=2)
    again = smooth[20:].copy()
    again[2] = smooth[5] + RANDOM.normal(0, 0.12 * smooth[5].std(), (32, 32, 1))
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
    y = np.tile([0, 1, 2], 100)
    logits = RANDOM.normal(0, 0.5, (300, 3))
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
    samples = RANDOM.normal(0, 1, (20, 40)).astype(np.float32)
    stored = np.clip(samples * 40, -128, 127).astype(np.int8)
    ada = Computer("ADA_L", "ADA-LAPTOP", "/home/ADA_L")
    listed = ", ".join(map(str, stored[11])).encode()
    given = b"/home/ADA_L on ADA-LAPTOP by ADA@EXAMPLE.ORG\n"
    for files in ({"A.C": listed}, {"A.C": given}, {"A.C": b""}):
        yield check_export(files, Tier.PEOPLE, ada, samples, stored)


def of_simple_rules() -> Checks:
    """C17."""
    y = RANDOM.integers(0, 2, 300)
    x = (RANDOM.normal(0, 1, (300, 16)) * np.where(y == 1, 5.0, 0.5)[:, None]).astype(np.float32)
    yield check_baselines(answered(y, y), x, ("KA", "KO"), x, y)
    yield check_baselines(answered(y, y), x * 0 + 1, ("KA", "KO"), None, None)
    yield check_baselines(with_scores([], np.zeros((0, 2))), x[:0], ("KA", "KO"), None, None)


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


MADE: dict[str, tuple[Callable[[], Checks], set[str]]] = {
    "classes": (of_classes, {"C1"}),
    "numbers": (of_numbers, {"C1", "C2", "C17"}),
    "anomalies": (of_anomalies, {"C1", "C2"}),
    "compression": (of_compression, {"C2", "C3"}),
    "detection": (of_detection, {"C4"}),
    "alarms": (of_alarms, {"C5"}),
    "confidence": (of_confidence, {"C6"}),
    "groups": (of_groups, {"C7"}),
    "other inputs": (of_other_inputs, {"C8", "C9", "D7"}),
    "membership": (of_membership, {"C10"}),
    "maps": (of_maps, {"C11"}),
    "leaks": (of_leaks, {"C12"}),
    "coverage": (of_coverage, {"C13"}),
    "labels": (of_labels, {"C14"}),
    "files": (of_files, {"C15", "C16"}),
    "simple rules": (of_simple_rules, {"C17"}),
    "boards": (of_boards, {"C18"}),
}


@pytest.mark.parametrize("about", MADE)
@pytest.mark.usefixtures("foreign")
def test_no_english_is_left_in_a_check_or_what_is_drawn_of_it(about: str) -> None:
    assert language() == "de"
    make, ids = MADE[about]
    verdicts = set()
    seen = set()
    for check in make():
        seen.add(check.id)
        verdicts.add(check.verdict)
        for text in (*texts(check), *texts(drawings_of(check, ANY))):
            assert english_in(text) == [], text
        assert check.sentence.startswith(("«", "'", "{")) or "«" in check.sentence
    assert seen == ids
    assert len(verdicts) > 1
