"""What the answers of both models show: intervals of shares and of changes, flips, and scores of classes and groups."""

import math

import numpy as np
import numpy.typing as npt

from studio.core.evaluation import FLIPS_KEPT, ClassScore, Flipped, Flips, GroupScore

Scores = npt.NDArray[np.float32]
Classes = npt.NDArray[np.int64]

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution


def wilson(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of a share by Wilson's score method (1927); (0, 1) where there are no samples."""
    if n == 0:
        return 0.0, 1.0
    share, z2 = hits / n, _Z * _Z
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (0.0 if hits == 0 else middle - half), (1.0 if hits == n else middle + half)


def change_interval(broken: int, mended: int, n: int) -> tuple[float, float]:
    """The 95 % interval of the change in accuracy for paired answers (Agresti and Min, 2005)."""
    b, c, total = broken + 0.5, mended + 0.5, n + 2
    change = (c - b) / total
    half = _Z * math.sqrt(max(b + c - (c - b) ** 2 / total, 0.0)) / total
    return max(-1.0, change - half), min(1.0, change + half)


def flips(y: Classes, float_answers: Classes, answers: Classes) -> Flips:
    """Count the samples whose answer differs between the float and the compressed model."""
    changed = float_answers != answers
    return Flips(
        broken=int((changed & (float_answers == y)).sum()),
        mended=int((changed & (answers == y)).sum()),
        still_wrong=int((changed & (float_answers != y) & (answers != y)).sum()),
    )


def flipped(
    y: Classes, float_answers: Classes, answers: Classes, rows: npt.NDArray[np.int64] | None = None
) -> Flipped:
    """Which samples `flips` counts, the first FLIPS_KEPT of each kind; `rows` are their numbers in the split."""
    numbers = np.arange(len(y)) if rows is None else rows
    changed = float_answers != answers
    kinds = (float_answers == y, answers == y, (float_answers != y) & (answers != y))
    broken, mended, wrong = (
        tuple(int(row) for row in numbers[changed & kind][:FLIPS_KEPT]) for kind in kinds
    )
    return Flipped(broken, mended, wrong)


def class_scores(
    y: Classes, float_answers: Classes, answers: Classes, labels: tuple[str, ...]
) -> tuple[ClassScore, ...]:
    """Recall and precision of each class by both models; a recall of 0 where the test set has no sample of it."""
    classes = len(labels)
    counts = np.bincount(y, minlength=classes)
    right, said = [], []
    for guess in (float_answers, answers):
        right.append(np.bincount(y[guess == y], minlength=classes))
        said.append(np.bincount(guess, minlength=classes))
    found = []
    for index, label in enumerate(labels):
        n = int(counts[index])
        recall = [float(hits[index]) / n if n else 0.0 for hits in right]
        precision = [
            float(hits[index] / times[index]) if times[index] else None
            for hits, times in zip(right, said, strict=True)
        ]
        found.append(ClassScore(label, n, recall[0], recall[1], precision[0], precision[1]))
    return tuple(found)


def confusion(y: Classes, answers: Classes, classes: int) -> tuple[tuple[int, ...], ...]:
    """Counts [true class][answered class]."""
    table = np.zeros((classes, classes), np.int64)
    np.add.at(table, (y, answers), 1)
    return tuple(tuple(int(count) for count in row) for row in table)


def group_scores(
    y: Classes, float_answers: Classes, answers: Classes, groups: dict[str, npt.NDArray[np.str_]]
) -> tuple[GroupScore, ...]:
    """Accuracy of both models for each value of each group column."""
    found = []
    for column, values in sorted(groups.items()):
        for value in np.unique(values):
            rows = values == value
            right = [float((guess[rows] == y[rows]).mean()) for guess in (float_answers, answers)]
            found.append(GroupScore(column, str(value), int(rows.sum()), right[0], right[1]))
    return tuple(found)
