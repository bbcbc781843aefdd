"""C7: how well the model serves each group, and whether a gap between them is chance."""

import itertools

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
    tested = [_gap(column, values, right, limits, generator) for column, values in columns.items()]
    corrected = holm([p for *_, p in tested])
    found = sorted(
        (
            GroupColumn(column, gap, low, high, p, adjusted)
            for (column, gap, low, high, p), adjusted in zip(tested, corrected, strict=True)
        ),
        key=lambda item: (item.holm > limits.significance, -item.gap, item.p),
    )
    first = found[0]
    single = [cell for cell in cells if cell.column in columns]
    low, high = (_cell(single, first.column, value) for value in (first.lowest, first.highest))
    verdict, needs = Verdict.PASS, 0
    words = "No gap beyond chance was found."
    unsure = [cell for cell in single if not cell.telling]
    if first.holm <= limits.significance and first.gap > limits.group_gap:
        verdict = Verdict.WARN
        words = "This gap is not chance. Collect more data there or name the limit."
    elif unsure or first.gap > limits.group_gap:
        verdict = Verdict.CANNOT_TELL
        needs = _samples_for(limits.group_half_width, float(right.mean()))
        words = f"The groups are too small to tell: about {needs} samples of each would."
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


def _samples_for(half_width: float, portion: float) -> int:
    """The samples after which Wilson's interval is as narrow as that."""
    n = 1
    while (wilson(round(portion * n), n)[1] - wilson(round(portion * n), n)[0]) / 2 > half_width:
        n += 1
    return n
