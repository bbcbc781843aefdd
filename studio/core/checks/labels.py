"""C14: samples whose label the model doubts, for a person to look at."""

import numpy as np

from studio.core.answers import Answers
from studio.core.checks.calibration import are_probabilities
from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Suspect, Suspects

TITLE = "Labels to look at"

_KEPT = 100


def check_labels(answers: Answers, labels: tuple[str, ...]) -> Check:
    """C14: confident learning (Northcutt and others, 2021) on the test set, with the model before compression.

    A class's threshold is the mean score of it over the samples labelled so. Suspect is a sample for which another
    class exceeds its threshold and is the highest of those that do. False positives are expected: nothing is corrected
    by itself, and a changed test label makes another test set.
    """
    y, n = answers.y.astype(np.int64), len(answers)
    scores = answers.float_scores
    if not n or not are_probabilities(scores):
        words = "The model's scores are no probabilities, so they cannot point to wrong labels."
        return Check("C14", TITLE, Verdict.CANNOT_TELL, words, n=n)
    counts = np.bincount(y, minlength=len(labels))
    sums = np.bincount(y, scores[np.arange(n), y], minlength=len(labels))
    thresholds = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    above = np.where(scores >= thresholds, scores, -np.inf)
    guess = above.argmax(axis=1)
    doubted = np.flatnonzero(np.isfinite(above.max(axis=1)) & (guess != y))
    margin = scores[doubted, guess[doubted]] - scores[doubted, y[doubted]]
    order = doubted[np.argsort(-margin, kind="stable")]
    listed = tuple(
        Suspect(
            int(answers.rows[i]), int(y[i]), int(guess[i]), float(scores[i, y[i]]), float(scores[i, guess[i]])
        )
        for i in order[:_KEPT]
    )
    words = "Look at each: the label may be wrong, or the sample hard." if len(order) else "None stands out."
    return Check(
        "C14",
        TITLE,
        Verdict.WARN if len(order) else Verdict.PASS,
        f"The model doubts the labels of {len(order)} of {n} test samples. {words}",
        value=len(order) / n,
        n=n,
        method="confident learning",
        detail=Suspects(listed, len(order)),
    )
