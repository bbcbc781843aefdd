"""C1 for classes: how many answers are right, in the mean of the classes, and in the class that fares worst."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.answer_details import Part, Recalls
from studio.core.checks.check import Check, Measured, Verdict, told
from studio.core.checks.columns import cluster_column
from studio.core.checks.intervals import (
    cluster_effect,
    clustered_share,
    mean_of_shares,
    needed,
    share,
    sure_share,
)
from studio.core.checks.limits import Limits
from studio.core.evaluation import Estimate
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Accuracy")


def check_accuracy(answers: Answers, labels: tuple[str, ...], limits: Limits) -> Check:
    """C1: accuracy with Wilson's interval, wider where the samples come from few people or sessions.

    The mean recall has Wilson's interval for as many samples as say the same: a bootstrap gives recalls of 1 no width.
    The worst class's interval is that of its own recall; as it was picked for being worst, it may be a little better.
    A model that is right no more often than always answering the most frequent class fails; one that may not be cannot
    tell.
    """
    y = answers.y.astype(np.int64)
    right = answers.after == y
    n, hits = len(y), int(right.sum())
    if not n:
        return Check("C1", phrase(TITLE), Verdict.CANNOT_TELL, phrase("The test set has no samples."))
    column = cluster_column(answers.groups, limits)
    counts, found = (np.bincount(chosen, minlength=len(labels)) for chosen in (y, y[right]))
    accuracy, effect = sure_share(hits, n), 1.0
    if column:
        accuracy = clustered_share(right, answers.groups[column])
        effect = cluster_effect(right, y, answers.groups[column], len(labels))
    macro = mean_of_shares(found, counts, effect)
    classes = parts_of_classes(answers, labels, limits)
    present = [part for part in classes if part.share is not None]
    worst = min(present, key=lambda part: part.share.value if part.share else 1.0)
    if n < limits.fewest_samples:
        words = phrase("Fewer than {fewest} samples cannot tell.", fewest=limits.fewest_samples)
        found_out = _Finding(Verdict.CANNOT_TELL, words, limits.fewest_samples)
    else:
        chance = _against_chance(n, accuracy, macro, counts, labels, column)
        limit = _against_limit(n, macro, limits.min_macro_recall)
        found_out = _Finding(
            max(chance.verdict, limit.verdict, key=lambda verdict: verdict.rank),
            told(chance.words, limit.words),
            max(chance.needed, limit.needed),
        )
    assert worst.share is not None
    values = len(np.unique(answers.groups[column])) if column else 0
    return Check(
        "C1",
        phrase(TITLE),
        found_out.verdict,
        told(_counted(hits, n, accuracy, column, values), _fares_worst(worst, worst.share), found_out.words),
        value=accuracy.value,
        ci=(accuracy.low, accuracy.high),
        n=n,
        method=phrase("Wilson, clustered by {column}", column=column) if column else phrase("Wilson"),
        limit=limits.min_macro_recall,
        needed=found_out.needed,
        detail=Recalls(macro, worst.share, worst.value, classes, column),
        measured=(
            Measured("min_accuracy", accuracy.value),
            *((Measured("min_macro_recall", macro.value),) if macro is not None else ()),
        ),
    )


def _counted(hits: int, n: int, accuracy: Estimate, column: str, values: int) -> str:
    low, high = f"{accuracy.low * 100:.0f}", f"{accuracy.high * 100:.0f}"
    if not column:
        return phrase(
            "{hits} of {n} test samples are answered rightly: between {low} and {high} % of such samples will be, with "
            "95 % confidence.",
            hits=hits, n=n, low=low, high=high,
        )  # fmt: skip
    return phrase(
        "{hits} of {n} test samples are answered rightly: between {low} and {high} % of such samples will be, with "
        "95 % confidence (they come from {values} values of '{column}' only).",
        hits=hits, n=n, low=low, high=high, values=values, column=column,
    )  # fmt: skip


def _fares_worst(worst: Part, found: Estimate) -> str:
    return phrase(
        "'{label}' fares worst: {share} % of its {n} are found.",
        label=worst.value,
        share=f"{found.value * 100:.0f}",
        n=worst.n,
    )


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one comparison says ("": nothing), and how many samples would let it tell."""

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
        words = phrase(
            "They are of one class: whether others are told from it cannot be told. Test with samples of all."
        )
        return _Finding(Verdict.CANNOT_TELL, words)
    always = int(counts[frequent]) / n
    if accuracy.low > always:
        return _Finding()
    failed = accuracy.value <= always
    required = 0 if failed or column else needed(n, accuracy, always)
    words = _no_better(labels[frequent], f"{always * 100:.0f}", n, failed, column)
    tells, cure = macro is not None and macro.low > 1 / classes, ""
    if macro is not None and tells:
        cure = phrase(
            "It does tell classes apart ({share} % of each are found in the mean, where chance finds {chance} %): test "
            "with about as many samples of each class.",
            share=f"{macro.value * 100:.0f}",
            chance=f"{100 / classes:.0f}",
        )
    elif failed:
        cure = phrase("Train it anew, or look for what went wrong with its inputs or labels.")
    verdict = Verdict.CANNOT_TELL
    if failed:  # of rare events a good detector is right less often than silence: that is no chance
        verdict = Verdict.WARN if tells else Verdict.FAIL
    return _Finding(verdict, told(words, cure), required)


def _no_better(label: str, share: str, n: int, failed: bool, column: str) -> str:
    if failed:
        return phrase(
            "Always answering '{label}' would be right in {share} %: the model does no better than that.",
            label=label, share=share,
        )  # fmt: skip
    if column:
        return phrase(
            "Always answering '{label}' would be right in {share} %: samples from more values of '{column}' would tell "
            "whether the model does better.",
            label=label, share=share, column=column,
        )  # fmt: skip
    return phrase(
        "Always answering '{label}' would be right in {share} %: {n} samples cannot tell whether the model does "
        "better.",
        label=label, share=share, n=n,
    )  # fmt: skip


def _against_limit(n: int, macro: Estimate | None, lowest: float | None) -> _Finding:
    """The mean recall against the maker's limit."""
    if lowest is None or macro is None or macro.low >= lowest:
        return _Finding()
    limit = f"{lowest * 100:g}"
    if macro.high < lowest:
        words = phrase("Your limit for the mean recall is {limit} %: it is missed.", limit=limit)
        return _Finding(Verdict.FAIL, words)
    words = phrase(
        "Your limit for the mean recall is {limit} %: {n} samples cannot tell whether it is met.",
        limit=limit,
        n=n,
    )
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
