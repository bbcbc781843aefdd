"""C1 for classes: how many answers are right, in the mean of the classes, and in the class that fares worst."""

from dataclasses import dataclass

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
    A model that is right no more often than always answering the most frequent class fails; one that may not be cannot
    tell.
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
    if n < limits.fewest_samples:
        found_out = _Finding(
            Verdict.CANNOT_TELL,
            f" Fewer than {limits.fewest_samples} samples cannot tell.",
            limits.fewest_samples,
        )
    else:
        chance = _against_chance(n, accuracy, macro, counts, labels, column)
        limit = _against_limit(n, macro, limits.min_macro_recall)
        found_out = _Finding(
            max(chance.verdict, limit.verdict, key=lambda verdict: verdict.rank),
            chance.words + limit.words,
            max(chance.needed, limit.needed),
        )
    assert worst.share is not None
    people = (
        f" (they come from {len(np.unique(answers.groups[column]))} values of '{column}' only)"
        if column
        else ""
    )
    return Check(
        "C1",
        TITLE,
        found_out.verdict,
        f"{hits} of {n} test samples are answered rightly: between {accuracy.low * 100:.0f} and "
        f"{accuracy.high * 100:.0f} % of such samples will be, with 95 % confidence{people}. '{worst.value}' fares "
        f"worst: {worst.share.value * 100:.0f} % of its {worst.n} are found.{found_out.words}",
        value=accuracy.value,
        ci=(accuracy.low, accuracy.high),
        n=n,
        method=f"Wilson, clustered by {column}" if column else "Wilson",
        limit=limits.min_macro_recall,
        needed=found_out.needed,
        detail=Recalls(macro, worst.share, worst.value, classes, column),
    )


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one comparison says, in a sentence with a space before it, and how many samples would let it tell."""

    verdict: Verdict = Verdict.PASS
    words: str = ""
    needed: int = 0


def _against_chance(
    n: int,
    accuracy: Estimate,
    macro: Estimate | None,
    counts: npt.NDArray[np.int64],
    labels: tuple[str, ...],
    column: str,
) -> _Finding:
    """The share of right answers against that of always giving the class that most of the [K] `counts` are of."""
    classes, frequent = int((counts > 0).sum()), int(counts.argmax())
    if classes < 2:
        words = " They are of one class: whether others are told from it cannot be told. Test with samples of all."
        return _Finding(Verdict.CANNOT_TELL, words)
    always = int(counts[frequent]) / n
    if accuracy.low > always:
        return _Finding()
    words = f" Always answering '{labels[frequent]}' would be right in {always * 100:.0f} %: "
    failed, required = accuracy.value <= always, 0
    if failed:
        words += "the model does no better than that."
    elif column:
        words += f"samples from more values of '{column}' would tell whether the model does better."
    else:
        required = needed(n, accuracy, always)
        words += f"{n} samples cannot tell whether the model does better."
    tells = macro is not None and macro.low > 1 / classes
    if macro is not None and tells:
        words += f" It does tell classes apart ({macro.value * 100:.0f} % of each are found in the mean, where chance "
        words += f"finds {100 / classes:.0f} %): test with about as many samples of each class."
    elif failed:
        words += " Train it anew, or look for what went wrong with its inputs or labels."
    verdict = Verdict.CANNOT_TELL
    if failed:  # of rare events a good detector is right less often than silence: that is no chance
        verdict = Verdict.WARN if tells else Verdict.FAIL
    return _Finding(verdict, words, required)


def _against_limit(n: int, macro: Estimate | None, lowest: float | None) -> _Finding:
    """The mean recall against the maker's limit."""
    if lowest is None or macro is None or macro.low >= lowest:
        return _Finding()
    words = f" Your limit for the mean recall is {lowest * 100:.0f} %: "
    if macro.high < lowest:
        return _Finding(Verdict.FAIL, words + "it is missed.")
    words += f"{n} samples cannot tell whether it is met."
    return _Finding(Verdict.CANNOT_TELL, words, needed(n, macro, lowest))


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
