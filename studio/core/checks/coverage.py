"""C13: how many samples there are of each class and group, and what is rare or missing."""

import math
from collections.abc import Mapping

import numpy as np

from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Count, Coverage
from studio.core.checks.limits import Limits
from studio.core.dataset import Split

TITLE = "What the data covers"

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
    if not whole.min():
        points.append(f"'{labels[int(whole.argmin())]}' has no sample at all")
    elif ratio is not None and ratio > limits.imbalance_ratio:
        frequent, rare = labels[int(whole.argmax())], labels[int(whole.argmin())]
        points.append(f"'{frequent}' has {ratio:.0f} times as many samples as '{rare}'")
    thin = [label for label, n in zip(labels, tested, strict=True) if n < limits.thin_class]
    if thin:
        names = ", ".join(f"'{label}'" for label in thin[:3]) + ("…" if len(thin) > 3 else "")
        points.append(
            f"{len(thin)} of {k} classes have fewer than {limits.thin_class} test samples ({names})"
        )
    unseen = [
        count for count in counts if count.column and train is not None and count.test and not count.train
    ]
    words = (
        "; ".join(points) + "." if points else f"Every class has at least {int(tested.min())} test samples."
    )
    if unseen:
        words += f" {len(unseen)} group values are tested and never trained on, which is right for people and devices."
    return Check(
        "C13",
        TITLE,
        Verdict.WARN if points else Verdict.PASS,
        words[0].upper() + words[1:],
        value=ratio,
        n=int(tested.sum()),
        method="counts",
        limit=limits.imbalance_ratio,
        needed=limits.thin_class if thin else 0,
        detail=Coverage(tuple(counts), ratio, evenness),
    )


def check_range(splits: Mapping[str, Split], *, rebuilds: bool = False) -> Check:
    """C13 for numbers: do the test targets reach beyond those of training, where the model only guesses?

    With `rebuilds` (autoencoders) the targets are the inputs themselves.
    """
    test, train = splits["test"], splits.get("train")
    n, what = len(test.y), "samples" if rebuilds else "targets"
    if train is None:
        return Check("C13", TITLE, Verdict.CANNOT_TELL, "There is no training set to compare with.", n=n)
    low, high = train.y.min(axis=0), train.y.max(axis=0)
    slack = 0.01 * (high - low)
    beyond = int(((test.y < low - slack) | (test.y > high + slack)).any(axis=1).sum())
    words = (
        f"{beyond} of {n} test {what} lie outside the range of training."
        if beyond
        else f"All {n} test {what} lie within the range of training."
    )
    counts = (Count("", "all", len(train.y), n), *_group_counts(splits))
    return Check(
        "C13", TITLE, Verdict.WARN if beyond else Verdict.PASS, words, value=beyond / n, n=n, method="range",
        limit=0.0, detail=Coverage(counts, None, 1.0),
    )  # fmt: skip


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
