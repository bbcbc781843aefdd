"""C12: what is in training and in test at once: the same sample, nearly the same, or the same person or device."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.columns import overlap_columns
from studio.core.checks.data_details import Leak, Leaks, Overlap
from studio.core.checks.limits import Limits
from studio.core.dataset import Split, split_hash
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.samples import Face, face_of, plain_shape

TITLE = phrase_later("Test set apart from training")

_SAME_SET = phrase_later(
    "The test set is the validation set, byte for byte, so the model is tested with what its thresholds are chosen on: "
    "give it a test set of its own."
)

Values = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_LEAKS_KEPT = 100
_VALUES_KEPT = 20
_FEWEST_NUMBERS = 16  # in a sample: with fewer, samples are alike by chance
_SMALLEST_PICTURE = 16  # pixels a side, for a hash of its brightness differences
_PICTURE_SIMILARITY = 0.9  # besides the hash, which flat pictures share
_PROJECTED = 128  # numbers that stand for a large sample in the first search
_PROJECTION_SLACK = 0.05
_AT_ONCE = 4_000_000  # similarities
_MOST_NUMBERS = 50_000_000  # of a split: of larger ones every other sample is compared, or fewer


def check_leaks(splits: Mapping[str, Split], tier: Tier, limits: Limits, *, single: bool = False) -> Check:
    """C12: exact copies (equal bytes), near ones (cosine without each sample's own mean; dHash for pictures), and group
    values in training or validation and in test.

    A test set that is the validation set, byte for byte, fails at every tier: thresholds are chosen on validation.
    Exact copies, near ones where they are a large enough share of the test set, and people, devices or recordings on
    both sides fail from T1 up. `single` says that one file serves every purpose.
    """
    test = splits["test"]
    others = {name: split for name, split in splits.items() if name != "test"}
    n = len(test.x)
    if single or not others:
        words = phrase(
            "There is no training set to compare the test set with. Give a folder with train.npz and test.npz."
        )
        return Check("C12", phrase(TITLE), Verdict.CANNOT_TELL, words, n=n)
    exact: list[Leak] = []
    near: list[Leak] = []
    for name, split in others.items():
        same = same_rows(test.x, split.x)
        how = phrase("the same numbers")
        exact += [Leak("test", int(a), name, int(b), 1.0, how) for a, b in same]
        known = {int(a) for a, _ in same}
        near += [leak for leak in _near(test.x, split.x, name, limits) if leak.row not in known]
    overlaps = tuple(_overlaps(test, others, limits))
    serious = [overlap for overlap in overlaps if overlap.matters]
    leaked, alike = {leak.row for leak in exact}, {leak.row for leak in near}
    alike -= leaked
    many = len(alike) >= limits.near_share * n and bool(alike)
    verdict = Verdict.PASS
    chosen_on = "validation" in others and split_hash(test) == split_hash(others["validation"])
    if leaked or serious or many or chosen_on:
        verdict = Verdict.FAIL if chosen_on or tier.rank >= Tier.THINGS.rank else Verdict.WARN
    elif alike:
        verdict = Verdict.WARN
    column = _regroup_by(serious, splits)
    return Check(
        "C12",
        phrase(TITLE),
        verdict,
        phrase(_SAME_SET)
        if chosen_on
        else _sentence(n, len(leaked), len(alike), serious, column, limits.near_share if many else None),
        value=(len(leaked) + len(alike)) / n,
        n=n,
        method=phrase("equal bytes; cosine, dHash; group values"),
        limit=0.0,
        detail=Leaks(tuple([*exact, *near][:_LEAKS_KEPT]), len(leaked), len(alike), overlaps, column),
    )


def _sentence(
    n: int, exact: int, near: int, serious: list[Overlap], column: str, near_share: float | None
) -> str:
    points = []
    if exact:
        points.append(
            phrase_count(
                "{count} of {n} test samples is in training or validation too, number by number.",
                "{count} of {n} test samples are in training or validation too, number by number.",
                exact,
                n=n,
            )
        )
    if serious:
        points.append(_on_both_sides(serious[0]))
    if near:
        points.append(_nearly_the_same(n, near, near_share))
    if not points:
        return phrase("None of {n} test samples is in training or validation, nor nearly.", n=n)
    cure = phrase("Take them out of training.")
    if column:
        cure = phrase("Divide the data by '{column}' so that each is on one side.", column=column)
    return told(*points, phrase("The accuracy flatters."), cure)


def _on_both_sides(overlap: Overlap) -> str:
    return phrase_count(
        "{column} {names} is on both sides ({count} test sample).",
        "{column} {names} is on both sides ({count} test samples).",
        overlap.samples,
        column=overlap.column,
        names=", ".join(overlap.values[:3]) + ("…" if len(overlap.values) > 3 else ""),
    )


def _nearly_the_same(n: int, near: int, near_share: float | None) -> str:
    if near_share is None:
        return phrase_count(
            "{count} of {n} test samples is nearly the same as one of training or validation.",
            "{count} of {n} test samples are nearly the same as one of training or validation.",
            near,
            n=n,
        )
    return phrase_count(
        "{count} of {n} test samples is nearly the same as one of training or validation (from {share} % on that "
        "counts as if they were the same).",
        "{count} of {n} test samples are nearly the same as one of training or validation (from {share} % on that "
        "counts as if they were the same).",
        near,
        n=n,
        share=f"{near_share * 100:.0f}",
    )


def same_rows(a: Values, b: Values) -> list[tuple[int, int]]:
    """Pairs of rows with equal bytes: each row of `a` [N, ...] with the first like it in `b` [M, ...]."""
    first: dict[bytes, int] = {}
    for place, row in enumerate(_flat(b)):
        first.setdefault(row.tobytes(), place)
    found = []
    for place, row in enumerate(_flat(a)):
        other = first.get(row.tobytes())
        if other is not None:
            found.append((place, other))
    return found


def _near(test: Values, other: Values, name: str, limits: Limits) -> list[Leak]:
    shape = test.shape[1:]
    if int(np.prod(shape)) < _FEWEST_NUMBERS:
        return []
    step = 1 + other.size // _MOST_NUMBERS
    flat, known = _flat(test), _flat(other[::step])
    sides = plain_shape(shape)
    is_picture = face_of(shape) is Face.PICTURE and min(sides[:2]) >= _SMALLEST_PICTURE
    least = _PICTURE_SIMILARITY if is_picture else limits.near_similarity
    hashes = [_hashes(x.reshape(len(x), *sides)) for x in (flat, known)] if is_picture else None
    found = []
    for row, place, similarity in similar_rows(_own(flat, sides), _own(known, sides), least):
        if similarity >= limits.near_similarity:
            how = phrase("almost the same numbers")
            found.append(Leak("test", row, name, place * step, similarity, how))
        elif hashes is not None:
            bits = int((hashes[0][row] != hashes[1][place]).sum())
            if bits <= limits.near_hash_bits:
                how = phrase("almost the same picture ({bits} of 64 bits differ)", bits=bits)
                found.append(Leak("test", row, name, place * step, similarity, how))
    return found


def _own(x: Values, sides: tuple[int, ...]) -> Values:
    """Each sample [D] without its own mean, of each axis of a trace: what is left is its course, and not its level."""
    if len(sides) == 2 and face_of(sides) is Face.TRACE:
        laid = x.reshape(len(x), *sides)
        course: Values = (laid - laid.mean(axis=1, keepdims=True)).reshape(len(x), -1)
        return course
    found: Values = x - x.mean(axis=1, keepdims=True)
    return found


def similar_rows(a: Values, b: Values, least: float) -> list[tuple[int, int, float]]:
    """Each row of `a` [N, D] with the most similar one of `b` [M, D], where their cosine is at least that.

    Large rows are searched by a fixed random projection first; what it finds is checked on all numbers. Rows without
    any variation are left out.
    """
    norms = [np.linalg.norm(x, axis=1) for x in (a, b)]
    typical = float(np.median(norms[1])) or 1.0
    rows, places = (np.flatnonzero(norm > 1e-3 * typical) for norm in norms)
    if not len(rows) or not len(places):
        return []
    left, right = a[rows] / norms[0][rows, None], b[places] / norms[1][places, None]
    first, second, slack = left, right, 0.0
    if a.shape[1] > 4 * _PROJECTED:
        generator = np.random.default_rng(12)
        matrix = generator.standard_normal((a.shape[1], _PROJECTED), dtype=np.float32)
        first, second = (_unit(x @ matrix) for x in (left, right))
        slack = _PROJECTION_SLACK
    found = []
    step = max(1, _AT_ONCE // len(second))
    for begin in range(0, len(first), step):
        cosines = first[begin : begin + step] @ second.T
        best = cosines.argmax(axis=1)
        close = np.flatnonzero(cosines[np.arange(len(best)), best] >= least - slack)
        for place in close:
            row, other = begin + int(place), int(best[place])
            cosine = float(left[row] @ right[other])
            if cosine >= least:
                found.append((int(rows[row]), int(places[other]), min(cosine, 1.0)))
    return found


def _unit(x: Values) -> Values:
    found: Values = x / np.maximum(np.linalg.norm(x, axis=1, keepdims=True), 1e-12)
    return found


def _hashes(pictures: Values) -> npt.NDArray[np.bool_]:
    """For each picture [H, W, C] or [H, W] whether brightness falls from one to the next of 9 × 8 fields (dHash)."""
    grey = pictures.reshape(*pictures.shape[:3], -1).mean(axis=3)
    rows = [chunk.mean(axis=1) for chunk in np.array_split(grey, 8, axis=1)]
    fields = np.stack(
        [np.stack([c.mean(axis=1) for c in np.array_split(r, 9, axis=1)], axis=1) for r in rows], axis=1
    )
    found: npt.NDArray[np.bool_] = (fields[:, :, 1:] < fields[:, :, :-1]).reshape(len(pictures), -1)
    return found


def _overlaps(test: Split, others: Mapping[str, Split], limits: Limits) -> list[Overlap]:
    found = []
    apart = set(overlap_columns(test.groups, limits))
    for column, values in sorted(test.groups.items()):
        seen = {
            str(value)
            for split in others.values()
            for value in np.unique(split.groups.get(column, values[:0]))
        }
        both = sorted(seen & {str(value) for value in np.unique(values)})
        if both:
            samples = int(np.isin(values, both).sum())
            found.append(Overlap(column, tuple(both[:_VALUES_KEPT]), samples, column in apart))
    return sorted(found, key=lambda overlap: (not overlap.matters, -overlap.samples))


def _regroup_by(serious: list[Overlap], splits: Mapping[str, Split]) -> str:
    """The overlapping column with enough values for three splits."""
    for overlap in serious:
        values = {
            str(v) for split in splits.values() for v in np.unique(split.groups.get(overlap.column, []))
        }
        if len(values) >= 3 and all(overlap.column in split.groups for split in splits.values()):
            return overlap.column
    return ""


def _flat(x: Values) -> Values:
    return np.ascontiguousarray(x.reshape(len(x), -1))
