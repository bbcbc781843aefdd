"""C1 for classes: how many answers are right, in the mean of the classes, and in the class that fares worst."""

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.answer_details import Part, Recalls
from studio.core.checks.check import Check, Verdict
from studio.core.checks.columns import cluster_column
from studio.core.checks.intervals import (
    clustered_share,
    clustered_widening,
    mean_of_shares,
    needed,
    share,
    sure_share,
)
from studio.core.checks.limits import Limits
from studio.core.evaluation import Estimate

TITLE = "Accuracy"


def check_accuracy(answers: Answers, labels: tuple[str, ...], limits: Limits) -> Check:
    """C1: accuracy with Wilson's interval, wider where the samples come from few people or sessions.

    The mean recall has an interval recovered from Wilson's of the classes: a bootstrap gives recalls of 1 no width. The
    worst class's interval is that of its own recall; as it was picked for being worst, it is likely a little better.
    """
    y = answers.y.astype(np.int64)
    right = answers.after == y
    n, hits = len(y), int(right.sum())
    if not n:
        return Check("C1", TITLE, Verdict.CANNOT_TELL, "The test set has no samples.")
    column = cluster_column(answers.groups, limits)
    counts, found = (np.bincount(chosen, minlength=len(labels)) for chosen in (y, y[right]))
    accuracy, widen = sure_share(hits, n), 1.0
    if column:
        accuracy = clustered_share(right, answers.groups[column])
        widen = clustered_widening(right, y, answers.groups[column], len(labels))
    macro = mean_of_shares(found, counts, widen)
    classes = parts_of_classes(answers, labels, limits)
    present = [part for part in classes if part.share is not None]
    worst = min(present, key=lambda part: part.share.value if part.share else 1.0)
    verdict, more, required = Verdict.PASS, "", 0
    lowest = limits.min_macro_recall
    if n < limits.fewest_samples:
        verdict, required = Verdict.CANNOT_TELL, limits.fewest_samples
        more = f" Fewer than {limits.fewest_samples} samples cannot tell."
    elif lowest is not None and macro is not None and macro.low < lowest:
        failed = macro.high < lowest
        verdict = Verdict.FAIL if failed else Verdict.CANNOT_TELL
        required = 0 if failed else needed(n, macro, lowest)
        more = f" Your limit for the mean recall is {lowest * 100:.0f} %: "
        more += "it is missed." if failed else f"{n} samples cannot tell whether it is met."
    assert worst.share is not None
    few = (
        f" (they come from {len(np.unique(answers.groups[column]))} values of '{column}' only)"
        if column
        else ""
    )
    return Check(
        "C1",
        TITLE,
        verdict,
        f"{hits} of {n} test samples are answered rightly: between {accuracy.low * 100:.0f} and "
        f"{accuracy.high * 100:.0f} % of such samples will be, with 95 % confidence{few}. '{worst.value}' fares worst: "
        f"{worst.share.value * 100:.0f} % of its {worst.n} are found.{more}",
        value=accuracy.value,
        ci=(accuracy.low, accuracy.high),
        n=n,
        method=f"Wilson, clustered by {column}" if column else "Wilson",
        limit=lowest,
        needed=required,
        detail=Recalls(macro, worst.share, worst.value, classes, column),
    )


def parts_of_classes(answers: Answers, labels: tuple[str, ...], limits: Limits) -> tuple[Part, ...]:
    """Each class with its recall before and after."""
    y = answers.y.astype(np.int64)
    counts = np.bincount(y, minlength=len(labels))
    before, after = (
        np.bincount(y[guess == y], minlength=len(labels)) for guess in (answers.before, answers.after)
    )
    return tuple(
        part("", label, int(n), int(hits), int(was), limits)
        for label, n, hits, was in zip(labels, counts, after, before, strict=True)
    )


def part(
    column: str,
    value: str,
    n: int,
    hits: int,
    float_hits: int,
    limits: Limits,
    estimate: Estimate | None = None,
) -> Part:
    """A part with its share of right answers (Wilson's, or `estimate`); telling where the interval is narrow enough."""
    estimate = estimate or share(hits, n)
    wide = estimate is None or (estimate.high - estimate.low) / 2 > limits.group_half_width
    return Part(column, value, n, estimate, float_hits / n if n else None, telling=not wide)


def rows_of(values: npt.NDArray[np.str_]) -> dict[str, npt.NDArray[np.int64]]:
    """The samples of each value of a group column, by the value's name."""
    names, codes = np.unique(values, return_inverse=True)
    return {str(name): np.flatnonzero(codes == place) for place, name in enumerate(names)}
