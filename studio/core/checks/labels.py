"""C14: samples whose label the model, or a quick classifier, doubts, for a person to look at."""

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.calibration import are_probabilities
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.data_details import Suspect, Suspects, TrainingSuspects
from studio.core.checks.limits import Limits
from studio.core.checks.out_of_fold import OutOfFold
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Labels to look at")

_KEPT = 100

Rows = npt.NDArray[np.int64]


def check_labels(
    answers: Answers, labels: tuple[str, ...], limits: Limits, training: OutOfFold | None
) -> Check:
    """C14: confident learning (Northcutt and others, 2021) on the test set, with the model before compression, and on
    training samples, with a quick classifier that had not seen them.

    A class's threshold is the mean score of it over the samples labelled so. Suspect is a sample for which another
    class exceeds its threshold and is the highest of those that do. False positives are expected: nothing is corrected
    by itself, and a changed test label makes another test set.
    """
    y, n = answers.y.astype(np.int64), len(answers)
    scores = answers.float_scores
    trained = _in_training(training, len(labels), limits) if training is not None else None
    more = _training_words(trained)
    doubted_there = trained is not None and trained.count > 0
    if not n or not are_probabilities(scores):
        words = phrase(
            "The model's scores are no probabilities, so they cannot point to wrong labels of the test set."
        )
        verdict = Verdict.WARN if doubted_there else Verdict.CANNOT_TELL
        detail = Suspects((), 0, trained) if trained is not None else None
        return Check("C14", phrase(TITLE), verdict, told(words, more), n=n, detail=detail)
    listed, count = _doubted(scores, y, answers.rows, len(labels))
    doubts = phrase("The model doubts the labels of {count} of {n} test samples.", count=count, n=n)
    words = phrase("None stands out.")
    if count:
        words = phrase("Look at each: the label may be wrong, or the sample hard.")
    method = phrase("confident learning")
    if trained is not None:
        method = phrase("confident learning; 3-fold extremely randomized trees")
    return Check(
        "C14",
        phrase(TITLE),
        Verdict.WARN if count or doubted_there else Verdict.PASS,
        told(doubts, words, more),
        value=count / n,
        n=n,
        method=method,
        detail=Suspects(listed, count, trained),
    )


def _in_training(training: OutOfFold, classes: int, limits: Limits) -> TrainingSuspects:
    found_share, n = training.found_share, len(training.y)
    if found_share < limits.label_guesses:
        return TrainingSuspects((), 0, n, found_share, telling=False)
    listed, count = _doubted(training.scores, training.y, training.rows, classes)
    return TrainingSuspects(listed, count, n, found_share, telling=True)


def _training_words(trained: TrainingSuspects | None) -> str:
    if trained is None:
        return phrase(
            "There are too few training samples apart from the test set to look at their labels too."
        )
    share = f"{trained.found_share * 100:.0f}"
    if not trained.telling:
        return phrase(
            "A quick classifier (trees, not your model) finds only {share} % of a training class in the mean, on "
            "samples it had not seen: too little to say anything about training labels.",
            share=share,
        )
    return phrase(
        "In training, a quick classifier (trees, not your model), which finds {share} % of a class in the mean on "
        "samples it had not seen, doubts {count} of {n}.",
        share=share,
        count=trained.count,
        n=trained.n,
    )


def _doubted(
    scores: npt.NDArray[np.floating], y: Rows, rows: Rows, classes: int
) -> tuple[tuple[Suspect, ...], int]:
    """The suspects among samples with these scores [N, K] and labels [N], the most doubtful first, and their number."""
    here = np.arange(len(y))
    counts = np.bincount(y, minlength=classes)
    sums = np.bincount(y, scores[here, y], minlength=classes)
    thresholds = np.where(counts > 0, sums / np.maximum(counts, 1), np.inf)
    above = np.where(scores >= thresholds, scores, -np.inf)
    guess = above.argmax(axis=1)
    doubted = np.flatnonzero(np.isfinite(above.max(axis=1)) & (guess != y))
    margin = scores[doubted, guess[doubted]] - scores[doubted, y[doubted]]
    order = doubted[np.argsort(-margin, kind="stable")]
    listed = tuple(
        Suspect(int(rows[i]), int(y[i]), int(guess[i]), float(scores[i, y[i]]), float(scores[i, guess[i]]))
        for i in order[:_KEPT]
    )
    return listed, len(order)
