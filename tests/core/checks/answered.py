"""Made-up answers of two models for the tests of the checks."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.limits import standard_limits
from studio.core.dataset import Task

# As the studio's own, with fewer draws: the tests repeat them thousands of times.
LIMITS = replace(standard_limits(), permutations=200)

SIMULATIONS = 2000


def answered(
    y: npt.ArrayLike,
    after: npt.ArrayLike,
    before: npt.ArrayLike | None = None,
    *,
    classes: int = 0,
    groups: dict[str, npt.NDArray[np.str_]] | None = None,
    score: float = 0.9,
) -> Answers:
    """Answers to classes: the answered one has `score`, the others share the rest."""
    truth, guess = np.asarray(y, np.int64), np.asarray(after, np.int64)
    was = guess if before is None else np.asarray(before, np.int64)
    k = classes or int(max(truth.max(), guess.max(), was.max())) + 1
    scores, float_scores = (_scores(answers, k, score) for answers in (guess, was))
    return with_scores(truth, scores, float_scores, groups)


def with_scores(
    y: npt.ArrayLike,
    scores: npt.ArrayLike,
    float_scores: npt.ArrayLike | None = None,
    groups: dict[str, npt.NDArray[np.str_]] | None = None,
) -> Answers:
    """Answers to classes by their scores [N, K]."""
    truth, now = np.asarray(y, np.int64), np.asarray(scores, np.float32)
    was = now if float_scores is None else np.asarray(float_scores, np.float32)
    none = np.zeros(0, np.float32)
    return Answers(
        Task.CLASSIFICATION,
        truth,
        was,
        now,
        np.arange(len(truth), dtype=np.int64),
        was.argmax(axis=1),
        now.argmax(axis=1),
        none,
        none,
        None,
        groups or {},
    )


def _scores(guess: npt.NDArray[np.int64], classes: int, score: float) -> npt.NDArray[np.float32]:
    found = np.full((len(guess), classes), (1 - score) / max(classes - 1, 1), np.float32)
    found[np.arange(len(guess)), guess] = score
    return found
