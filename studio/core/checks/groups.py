"""C7: how well the model serves each group, and whether a gap between them is chance."""

import itertools
import math

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.accuracy import part
from studio.core.checks.answer_details import GroupColumn, Part, Slices
from studio.core.checks.check import Check, Verdict
from studio.core.checks.intervals import holm, show_p
from studio.core.checks.limits import Limits
from studio.core.evidence import wilson

TITLE = "Groups"

_MOST_VALUES = 100  # of a column; with more it is a name of each sample rather than of groups
_MOST_CELLS = 300


def check_groups(answers: Answers, limits: Limits, *, seed: int = 0) -> Check:
    """C7: each value of each group column by fairlearn's MetricFrame, and a test of the widest gap in each column.

    The test permutes the column, with Holm's correction over columns. fairlearn's bootstrap of a difference is of no
    use for that: the largest minus the smallest is never negative, so its interval leaves out 0 even for groups drawn
    by lot. A group whose interval is wider than the limit on either side makes the verdict "cannot tell" at best.
    """
    n = len(answers)
    columns = {
        column: values
        for column, values in sorted(answers.groups.items())
        if 2 <= len(np.unique(values)) <= _MOST_VALUES
    }
    if not columns:
        words = "The data has no group columns (person, device, place…), so nothing can be said about groups."
        if answers.groups:
            words = "Each group column holds one value only, or another for each sample: there is nothing to compare."
        return Check("C7", TITLE, Verdict.CANNOT_TELL, words, n=n)
    right = answers.after == answers.y
    cells = _cells(answers, columns, limits)
    generator = np.random.default_rng([seed, 7])
    found = column_gaps(right, columns, limits, generator)
    first = found[0]
    single = [cell for cell in cells if cell.column in columns]
    low, high = (_cell(single, first.column, value) for value in (first.lowest, first.highest))
    verdict, needs = Verdict.PASS, 0
    own = limits.max_group_gap
    allowed = f"the {limits.group_gap * 100:.0f} points that are looked for"
    if own is not None:
        allowed += f" (your own limit is {own * 100:.0f})"
    words = f"The gap is within {allowed}, and may be chance."
    real, may_exceed = first.holm <= limits.significance, _highest_gap(low, high) > limits.group_gap
    if real and may_exceed:
        verdict = Verdict.WARN
        more = "exceeds" if first.gap > limits.group_gap else "may exceed"
        words = f"This gap is not chance, and {more} {allowed}. Collect more data there or name the limit."
    elif may_exceed or any(not cell.telling for cell in single):
        verdict = Verdict.CANNOT_TELL
        needs = _samples_for(limits.group_half_width, limits.group_gap, float(right.mean()))
        words = f"The groups are too small to rule out more than {allowed}: about {needs} samples of each would tell."
    elif real:
        words = f"This gap is not chance, but within {allowed}."
    return Check(
        "C7",
        TITLE,
        verdict,
        f"{first.column}: '{first.lowest}' {_share(low)} of {low.n} right, '{first.highest}' {_share(high)} of "
        f"{high.n} (permutation p {show_p(first.holm)}). {words}",
        value=first.gap,
        n=n,
        method="permutation, Holm; cells by Wilson",
        limit=limits.group_gap,
        seed=seed,
        needed=needs,
        detail=Slices(tuple(found), cells),
    )


def column_gaps(
    right: npt.NDArray[np.bool_],
    columns: dict[str, npt.NDArray[np.str_]],
    limits: Limits,
    generator: np.random.Generator,
) -> list[GroupColumn]:
    """The widest gap between right answers [N] in each column, with its permutation test; the most telling first."""
    tested = [_gap(column, values, right, limits, generator) for column, values in columns.items()]
    corrected = holm([p for *_, p in tested])
    return sorted(
        (
            GroupColumn(column, gap, low, high, p, adjusted)
            for (column, gap, low, high, p), adjusted in zip(tested, corrected, strict=True)
        ),
        key=lambda item: (item.holm > limits.significance, -item.gap, item.p),
    )


def _cells(answers: Answers, columns: dict[str, npt.NDArray[np.str_]], limits: Limits) -> tuple[Part, ...]:
    """Each value of each column, and of the first pair of columns crossed, by MetricFrame."""
    from fairlearn.metrics import MetricFrame, count

    right, was = (guess == answers.y for guess in (answers.after, answers.before))
    crossed = next(iter(itertools.combinations(columns, 2)), None)
    frames = [(column, {column: columns[column]}) for column in columns]
    if crossed is not None:
        frames.append((" × ".join(crossed), {column: columns[column] for column in crossed}))
    found = []
    metrics = {"hits": _hits, "n": count}
    for name, features in frames:
        after, before = (
            MetricFrame(metrics=metrics, y_true=np.ones(len(hits), np.int64), y_pred=hits.astype(np.int64),
                        sensitive_features=features).by_group
            for hits in (right, was)
        )  # fmt: skip
        for value, row in after.iterrows():
            if not row["n"] > 0:  # a crossing that nobody is in
                continue
            label = " × ".join(map(str, value)) if isinstance(value, tuple) else str(value)
            n, hits, float_hits = int(row["n"]), int(row["hits"]), int(before.loc[value, "hits"])
            found.append(part(name, label, n, hits, float_hits, limits))
    return tuple(found[:_MOST_CELLS])


def _hits(y_true: npt.NDArray[np.int64], y_pred: npt.NDArray[np.int64]) -> int:
    return int((y_true == y_pred).sum())


def _gap(
    column: str,
    values: npt.NDArray[np.str_],
    right: npt.NDArray[np.bool_],
    limits: Limits,
    generator: np.random.Generator,
) -> tuple[str, float, str, str, float]:
    names, codes = np.unique(values, return_inverse=True)
    counts = np.bincount(codes)
    shares = np.bincount(codes, right) / counts
    gap = float(shares.max() - shares.min())
    # Permuting the column draws each group's right answers from a multivariate hypergeometric distribution.
    drawn = generator.multivariate_hypergeometric(counts, int(right.sum()), size=limits.permutations) / counts
    above = int((np.ptp(drawn, axis=1) >= gap - 1e-12).sum())
    p = (above + 1) / (limits.permutations + 1)
    return column, gap, str(names[shares.argmin()]), str(names[shares.argmax()]), p


def _cell(cells: list[Part], column: str, value: str) -> Part:
    return next(cell for cell in cells if (cell.column, cell.value) == (column, value))


def _share(cell: Part) -> str:
    return f"{cell.share.value * 100:.0f} %" if cell.share else "none"


def _highest_gap(low: Part, high: Part) -> float:
    """The upper end of the difference of two shares (Newcombe's hybrid of Wilson's intervals, 1998)."""
    if low.share is None or high.share is None:
        return 1.0
    up, down = high.share.high - high.share.value, low.share.value - low.share.low
    return high.share.value - low.share.value + math.hypot(up, down)


def _samples_for(half_width: float, gap: float, portion: float) -> int:
    """The samples of each group after which a cell is as narrow as that, and no gap can hide a larger one."""
    n = 1
    while True:
        low, high = wilson(round(portion * n), n)
        if (high - low) / 2 <= half_width and math.hypot(high - portion, portion - low) <= gap:
            return n
        n = n + max(1, n // 20)
