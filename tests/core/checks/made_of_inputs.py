"""Made-up checks of other inputs (C8, C9, C11, D7) with all that they have words for; names are in capitals."""

from collections.abc import Callable, Iterator

import numpy as np

from studio.core.checks.check import Check
from studio.core.checks.faults import check_faults
from studio.core.checks.maps import check_maps
from studio.core.checks.sensor_faults import range_of
from studio.core.checks.sweep import check_sweep
from studio.core.checks.unknowns import Logits, check_unknowns, made_up
from studio.core.phrases import phrase
from tests.core.checks.answered import LIMITS, with_scores
from tests.core.checks.made_of_answers import ANY
from tests.core.checks.test_gradients import corner, explained, nowhere_smooth, other_corner

Checks = Iterator[Check]


def sure_of(place: int, score: float = 0.9) -> Callable[[np.ndarray], np.ndarray]:
    """Answers the same class to everything."""
    row = np.full(3, (1 - score) / 2, np.float32)
    row[place] = score
    return lambda x: np.tile(row, (len(x), 1))


def of_other_inputs() -> Checks:
    """C8, C9 and D7."""
    random = np.random.default_rng(1)

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
        plain = random.uniform(-1, 1, (20, *shape)).astype(np.float32)
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
    known, other = random.normal(8, 1, (20, 3)), random.normal(6, 1, (20, 3))
    for first, second in ((known, other), (other, known + 5)):
        logits = Logits(first.astype(np.float32), lambda x, second=second: second)  # type: ignore[misc]
        yield check_unknowns(sure_of(2)(plain), {"MINE": plain}, sure_of(2), ANY, LIMITS, logits)

    def details(x: np.ndarray) -> np.ndarray:
        return np.where(np.abs(np.diff(x, axis=1)).min(axis=1) > 0.9, sure_of(0)(x), sure_of(1)(x))

    for length in (16, 64):  # one smaller input, then several
        stripes = np.tile([0.0, 1.0], length // 2)[None, :, None].repeat(9, 0).astype(np.float32)
        yield check_sweep(stripes, details, lambda _, scores: scores.argmax(axis=1) == 0, LIMITS)


def of_maps() -> Checks:
    """C11."""
    for original in (corner, other_corner, nowhere_smooth, None):
        yield explained(original)
    yield explained(corner, enough=1)
    x = np.zeros((1, 12, 12, 1), np.float32)
    answers = with_scores([1], [[0.5, 0.5]])

    def flat(x: np.ndarray) -> np.ndarray:
        return np.full((len(x), 2), 0.5, np.float32)

    yield check_maps(x, [0], answers, flat, x[0], LIMITS, original=corner)
    yield check_maps(x, [0], answers, corner, x[0] + 1, LIMITS)
    yield check_maps(x[:0], [], answers, flat, x[0], LIMITS)
