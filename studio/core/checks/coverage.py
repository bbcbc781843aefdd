"""C13: how many samples there are of each class and group, and what is rare or missing."""

import math
from collections.abc import Mapping

import numpy as np

from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.data_details import Count, Coverage
from studio.core.checks.limits import Limits
from studio.core.dataset import Split
from studio.core.phrases import phrase, phrase_count, phrase_later

TITLE = phrase_later("What the data covers")

_MOST_VALUES = 100


def check_coverage(splits: Mapping[str, Split], labels: tuple[str, ...], limits: Limits) -> Check:
    """C13 for classes: the most frequent against the rarest class, and test classes too thin to tell anything."""
    test, train = splits["test"], splits.get("train")
    k = len(labels)
    tested = np.bincount(test.y.astype(np.int64), minlength=k)
    trained = (
        np.bincount(train.y.astype(np.int64), minlength=k) if train is not None else np.zeros(k, np.int64)
    )
    whole = trained if train is not None else tested
    ratio = float(whole.max() / whole.min()) if whole.min() else None
    portions = whole[whole > 0] / max(whole.sum(), 1)
    evenness = float(-(portions * np.log(portions)).sum() / math.log(k)) if k > 1 else 1.0
    counts = [Count("", label, int(trained[i]), int(tested[i])) for i, label in enumerate(labels)]
    counts += _group_counts(splits)
    points = []
    frequent, rare = labels[int(whole.argmax())], labels[int(whole.argmin())]
    if not whole.min():
        points.append(phrase("'{label}' has no sample at all.", label=rare))
    elif ratio is not None and ratio > limits.imbalance_ratio:
        times = f"{ratio:.0f}"
        points.append(
            phrase(
                "'{label}' has {times} times as many samples as '{rare}'.",
                label=frequent,
                times=times,
                rare=rare,
            )
        )
    thin = [label for label, n in zip(labels, tested, strict=True) if n < limits.thin_class]
    if thin:
        points.append(_too_thin(thin, k, limits.thin_class))
    unseen = [
        count for count in counts if count.column and train is not None and count.test and not count.train
    ]
    enough = phrase("Every class has at least {fewest} test samples.", fewest=int(tested.min()))
    return Check(
        "C13",
        phrase(TITLE),
        Verdict.WARN if points else Verdict.PASS,
        told(*(points or [enough]), _never_trained_on(len(unseen))),
        value=ratio,
        n=int(tested.sum()),
        method=phrase("counts"),
        limit=limits.imbalance_ratio,
        needed=limits.thin_class if thin else 0,
        detail=Coverage(tuple(counts), ratio, evenness),
    )


def _too_thin(thin: list[str], classes: int, fewest: int) -> str:
    names = ", ".join(f"'{label}'" for label in thin[:3]) + ("…" if len(thin) > 3 else "")
    return phrase_count(
        "{count} of {classes} classes has fewer than {fewest} test samples ({names}).",
        "{count} of {classes} classes have fewer than {fewest} test samples ({names}).",
        len(thin),
        classes=classes,
        fewest=fewest,
        names=names,
    )


def _never_trained_on(values: int) -> str:
    if not values:
        return ""
    return phrase_count(
        "{count} group value is tested and never trained on, which is right for people and devices.",
        "{count} group values are tested and never trained on, which is right for people and devices.",
        values,
    )


def check_range(splits: Mapping[str, Split], *, rebuilds: bool = False) -> Check:
    """C13 for numbers: do the test targets reach beyond those of training, where the model only guesses?

    With `rebuilds` (autoencoders) the targets are the inputs themselves.
    """
    test, train = splits["test"], splits.get("train")
    n = len(test.y)
    if train is None:
        words = phrase("There is no training set to compare with.")
        return Check("C13", phrase(TITLE), Verdict.CANNOT_TELL, words, n=n)
    low, high = train.y.min(axis=0), train.y.max(axis=0)
    slack = 0.01 * (high - low)
    beyond = int(((test.y < low - slack) | (test.y > high + slack)).any(axis=1).sum())
    counts = (Count("", phrase("all"), len(train.y), n), *_group_counts(splits))
    return Check(
        "C13",
        phrase(TITLE),
        Verdict.WARN if beyond else Verdict.PASS,
        _within(n, beyond, rebuilds),
        value=beyond / n,
        n=n,
        method=phrase("range"),
        limit=0.0,
        detail=Coverage(counts, None, 1.0),
    )


def _within(n: int, beyond: int, rebuilds: bool) -> str:
    if rebuilds and beyond:
        return phrase("{beyond} of {n} test samples lie outside the range of training.", beyond=beyond, n=n)
    if rebuilds:
        return phrase("All {n} test samples lie within the range of training.", n=n)
    if beyond:
        return phrase("{beyond} of {n} test targets lie outside the range of training.", beyond=beyond, n=n)
    return phrase("All {n} test targets lie within the range of training.", n=n)


def _group_counts(splits: Mapping[str, Split]) -> list[Count]:
    test, train = splits["test"], splits.get("train")
    found = []
    for column, values in sorted(test.groups.items()):
        trained = train.groups.get(column, values[:0]) if train is not None else values[:0]
        names = np.union1d(values, trained)
        if len(names) <= _MOST_VALUES:
            found += [
                Count(column, str(name), int((trained == name).sum()), int((values == name).sum()))
                for name in names
            ]
    return found
