"""C6: whether a score of 0.8 means right in 8 of 10 cases."""

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.answer_details import Reliability, ReliabilityBin
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.intervals import sure_share
from studio.core.checks.limits import Limits
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Confidence that can be trusted")

Numbers = npt.NDArray[np.float64]

_SIMULATIONS = 500
_SLACK = 0.05  # by which rounded scores may miss a sum of 1


def check_calibration(answers: Answers, limits: Limits, *, seed: int = 0) -> Check:
    """C6: the expected calibration error (ECE) in bins of equal size, against what chance alone would show.

    The error of a perfectly calibrated model is above 0 on any finite test set, so the limit is simulated: answers that
    are right as often as their score says, _SIMULATIONS times, and the error that 95 of 100 of them stay below.
    """
    y, n = answers.y.astype(np.int64), len(answers)
    if not are_probabilities(answers.scores):
        words = phrase(
            "The model's scores are no probabilities (they do not sum to 1), so they say nothing about confidence."
        )
        return Check("C6", phrase(TITLE), Verdict.CANNOT_TELL, words, n=n)
    if n < limits.fewest_samples:
        words = phrase(
            "Fewer than {fewest} samples cannot tell whether scores can be trusted.",
            fewest=limits.fewest_samples,
        )
        return Check("C6", phrase(TITLE), Verdict.CANNOT_TELL, words, n=n, needed=limits.fewest_samples)
    confidence = np.clip(answers.scores.max(axis=1).astype(np.float64), 0.0, 1.0)
    right = answers.after == y
    bins = equal_bins(confidence, limits.calibration_bins)
    error = calibration_error(confidence, right[None], bins)[0]
    generator = np.random.default_rng([seed, 6])
    drawn = generator.random((_SIMULATIONS, n)) < confidence
    chance = float(np.quantile(calibration_error(confidence, drawn, bins), 0.95))
    float_confidence = np.clip(answers.float_scores.max(axis=1).astype(np.float64), 0.0, 1.0)
    float_bins = equal_bins(float_confidence, limits.calibration_bins)
    float_error = calibration_error(float_confidence, (answers.before == y)[None], float_bins)[0]
    truth = np.zeros_like(answers.scores)
    truth[np.arange(n), y] = 1
    brier = float(np.square(answers.scores - truth).sum(axis=1).mean())
    off = error > chance
    apart = phrase(
        "Scores and the share of right answers are {apart} points apart in the mean (ECE); chance alone gives up to "
        "{chance}.",
        apart=f"{error * 100:.1f}",
        chance=f"{chance * 100:.1f}",
    )
    return Check(
        "C6",
        phrase(TITLE),
        Verdict.WARN if off else Verdict.PASS,
        told(apart, _leaning(off, bool(confidence.mean() > right.mean()))),
        value=float(error),
        n=n,
        method=phrase("ECE, {bins} bins of equal size; limit simulated", bins=len(bins)),
        limit=chance,
        seed=seed,
        detail=Reliability(_drawn(confidence, right, bins), float(error), chance, brier, float(float_error)),
    )


def _leaning(off: bool, too_sure: bool) -> str:
    if not off:
        return phrase("That is no more than chance.")
    if too_sure:
        return phrase("The model is too sure: do not show its score as a probability.")
    return phrase("The model is less sure than it could be: do not show its score as a probability.")


def are_probabilities(scores: npt.NDArray[np.float32]) -> bool:
    """True where scores lie in [0, 1] and sum to 1 as far as their rounding lets them."""
    sums = scores.sum(axis=1)
    return bool(len(scores)) and bool(
        scores.shape[1] > 1
        and scores.min() >= -1e-6
        and scores.max() <= 1 + 1e-6
        and abs(float(np.median(sums)) - 1) <= _SLACK
    )


def equal_bins(confidence: Numbers, bins: int) -> list[npt.NDArray[np.int64]]:
    """The samples in up to `bins` bins of equal size by confidence, lowest first."""
    order = np.argsort(confidence, kind="stable").astype(np.int64)
    return [rows for rows in np.array_split(order, min(bins, len(order))) if len(rows)]


def calibration_error(
    confidence: Numbers, right: npt.NDArray[np.bool_], bins: list[npt.NDArray[np.int64]]
) -> Numbers:
    """Σ n_b/N · |accuracy_b − confidence_b| for each of [S, N] sets of answers."""
    order = np.concatenate(bins)
    starts = np.cumsum([0, *(len(rows) for rows in bins[:-1])])
    apart = np.add.reduceat(right[:, order], starts, axis=1, dtype=np.float64)
    apart -= np.add.reduceat(confidence[order], starts)
    found: Numbers = np.abs(apart).sum(axis=1) / len(confidence)
    return found


def _drawn(
    confidence: Numbers, right: npt.NDArray[np.bool_], bins: list[npt.NDArray[np.int64]]
) -> tuple[ReliabilityBin, ...]:
    return tuple(
        ReliabilityBin(
            len(rows), float(confidence[rows].mean()), sure_share(int(right[rows].sum()), len(rows))
        )
        for rows in bins
    )
