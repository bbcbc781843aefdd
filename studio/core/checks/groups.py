"""C7: how well the model serves each group, and whether a gap between them is chance."""

import itertools
import math
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers
from studio.core.checks.accuracy import part
from studio.core.checks.answer_details import GroupColumn, Part, Slices
from studio.core.checks.check import Check, Measured, Verdict, told
from studio.core.checks.columns import cluster_column, cluster_columns, named
from studio.core.checks.gaps import column_gaps
from studio.core.checks.intervals import clustered_share, show_p, sure_share
from studio.core.checks.limits import Limits
from studio.core.evidence import wilson
from studio.core.phrases import phrase, phrase_later

TITLE = phrase_later("Groups")

_MOST_VALUES = 100  # of a column; with more it is a name of each sample rather than of groups
_MOST_CELLS = 300
_TOLD_APART = 0.005  # of the plain gap, from which another is named


def check_groups(answers: Answers, limits: Limits, *, seed: int = 0) -> Check:
    """C7: each value of each group column by fairlearn's MetricFrame, and a test of the widest gap in each column.

    The test permutes the column (`gaps`), with Holm's correction over columns. fairlearn's bootstrap of a difference is
    of no use for that: the largest minus the smallest is never negative, so its interval leaves out 0 even for groups
    drawn by lot. A gap that is no chance fails where it exceeds the limit itself, and warns where it may. A group whose
    interval is wider than the limit on either side, or of one person alone, makes the verdict "cannot tell" at best.
    """
    n = len(answers)
    columns = {
        column: values
        for column, values in sorted(answers.groups.items())
        if 2 <= len(np.unique(values)) <= _MOST_VALUES
    }
    if not columns:
        if not answers.groups:
            return no_groups(n)
        words = phrase(
            "Each group column holds one value only, or another for each sample: there is nothing to compare."
        )
        return Check("C7", phrase(TITLE), Verdict.CANNOT_TELL, words, n=n)
    right = answers.after == answers.y
    alike = {name: answers.groups[name] for name in cluster_columns(answers.groups, limits)}
    by = cluster_column(answers.groups, limits)
    cells = _cells(answers, columns, by, limits)
    found = column_gaps(right, columns, alike, limits, np.random.default_rng([seed, 7]))
    first = found[0]
    single = [cell for cell in cells if cell.column in columns]
    low, high = _ends(first, single)
    widest = max((one for one in found if one.telling), key=lambda one: one.gap, default=first)
    verdict, needs = Verdict.PASS, 0
    points = f"{limits.group_gap * 100:.0f}"
    words = phrase(
        "The gap is within the {points} points that are looked for, and may be chance.", points=points
    )
    real, exceeds = first.holm <= limits.significance, first.gap > limits.group_gap
    may_exceed = exceeds or _highest_gap(first, low, high) > limits.group_gap
    unsure = may_exceed or any(_highest_gap(one, *_ends(one, single)) > limits.group_gap for one in found[1:])
    if real and may_exceed:
        verdict = Verdict.FAIL if exceeds else Verdict.WARN
        words = _too_wide(exceeds, points)
    elif unsure or any(not cell.telling for cell in single):
        verdict = Verdict.CANNOT_TELL
        few = next((one for one in found if one.whole and not one.telling), None)
        if few is not None:
            words = phrase(
                "{values} values of '{whole}' are too few to tell a gap by {column} from chance. Test with more of "
                "them.",
                values=few.blocks,
                whole=few.whole,
                column=few.column,
            )
        elif by:
            words = phrase(
                "The groups are too small, or from too few values of '{column}' ({values}), to rule out more than the "
                "{points} points that are looked for. Test with more.",
                column=by,
                values=len(np.unique(answers.groups[by])),
                points=points,
            )
        else:
            needs = _samples_for(limits.group_half_width, limits.group_gap, float(right.mean()))
            words = phrase(
                "The groups are too small to rule out more than the {points} points that are looked for: about {needs} "
                "samples of each would tell.",
                points=points,
                needs=needs,
            )
    elif real:
        words = phrase(
            "This gap is not chance, but within the {points} points that are looked for.", points=points
        )
    return Check(
        "C7",
        phrase(TITLE),
        verdict,
        told(_widest(first, low, high), words, _of_these(first, answers) if real else "", _own_limit(limits)),
        value=first.gap,
        ci=_gap_between(first, low, high),
        n=n,
        method=_method(by),
        limit=limits.group_gap,
        seed=seed,
        needed=needs,
        detail=Slices(tuple(found), cells[:_MOST_CELLS]),
        measured=(Measured("max_group_gap", widest.gap, widest.column),),
    )


def no_groups(n: int) -> Check:
    """What C7 says of data without any group column."""
    words = phrase(
        "The data has no group columns (person, device, place…), so nothing can be said about groups."
    )
    return Check("C7", phrase(TITLE), Verdict.CANNOT_TELL, words, n=n)


def _of_these(gap: GroupColumn, answers: Answers) -> str:
    """What a gap within each person does not say: samples were permuted, and not the people they are of."""
    if not gap.within:
        return ""
    return phrase(
        "That is about the {values} values of '{column}' that were tested: others may differ.",
        values=len(np.unique(answers.groups[gap.within])),
        column=gap.within,
    )


def _own_limit(limits: Limits) -> str:
    if limits.max_group_gap is None:
        return ""
    return phrase("Your own limit is {points} points.", points=f"{limits.max_group_gap * 100:.0f}")


def _too_wide(exceeds: bool, points: str) -> str:
    if exceeds:
        return phrase(
            "This gap is not chance, and exceeds the {points} points that are looked for. Collect more data there or "
            "name the limit.",
            points=points,
        )
    return phrase(
        "This gap is not chance, and may exceed the {points} points that are looked for. Collect more data there or "
        "name the limit.",
        points=points,
    )


def _method(by: str) -> str:
    if by:
        return phrase("permutation, Holm; cells by Wilson, clustered by {column}", column=by)
    return phrase("permutation, Holm; cells by Wilson")


def _widest(gap: GroupColumn, low: Part, high: Part) -> str:
    """The values that the gap lies between, and how it was tested."""
    return phrase(
        "{column}: '{lowest}' {low} of {low_n} right, '{highest}' {high} of {high_n} ({tested}).",
        column=gap.column,
        lowest=gap.lowest,
        low=_share(low),
        low_n=low.n,
        highest=gap.highest,
        high=_share(high),
        high_n=high.n,
        tested=_tested(gap, low, high),
    )


def _tested(gap: GroupColumn, low: Part, high: Part) -> str:
    """How the gap was tested, and what it is where samples are compared within something alone."""
    words = [phrase("permutation p {p}", p=show_p(gap.holm))]
    if gap.whole:
        words.append(
            phrase("each of {values} values of '{whole}' kept whole", values=gap.blocks, whole=gap.whole)
        )
    if gap.within:
        plain = high.share.value - low.share.value if low.share and high.share else gap.gap
        apart = abs(plain - gap.gap) >= _TOLD_APART
        points = f"{gap.gap * 100:.1f}"
        words.append(
            phrase(
                "within each '{column}', where the gap is {points} points", column=gap.within, points=points
            )
            if apart
            else phrase("within each '{column}'", column=gap.within)
        )
    return ", ".join(words)


def _cells(
    answers: Answers, columns: dict[str, npt.NDArray[np.str_]], by: str, limits: Limits
) -> tuple[Part, ...]:
    """Each value of each column, and of the first pair of columns crossed, by MetricFrame.

    Intervals are clustered where a cell's samples are of several values of the column `by`. A group of which there is
    one alone says nothing about others, so that its cell is not telling; the cells of `by` itself are about those.
    """
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
            estimate, alone = None, False
            if by and not any(named(column, limits.cluster_columns) for column in features):
                chosen = _chosen(features, value)
                estimate = clustered_share(right[chosen], answers.groups[by][chosen])
                alone = len(np.unique(answers.groups[by][chosen])) < 2
            cell = part(name, label, n, hits, float_hits, limits, estimate)
            found.append(replace(cell, telling=cell.telling and not alone))
            if name not in columns and len(found) >= _MOST_CELLS:
                return tuple(found)
    return tuple(found)


def _chosen(features: dict[str, npt.NDArray[np.str_]], value: object) -> npt.NDArray[np.bool_]:
    """The samples [N] with these values of these columns."""
    wanted = value if isinstance(value, tuple) else (value,)
    chosen = [column == one for column, one in zip(features.values(), wanted, strict=True)]
    found: npt.NDArray[np.bool_] = np.logical_and.reduce(chosen)
    return found


def _hits(y_true: npt.NDArray[np.int64], y_pred: npt.NDArray[np.int64]) -> int:
    return int((y_true == y_pred).sum())


def _ends(gap: GroupColumn, cells: list[Part]) -> tuple[Part, Part]:
    """The cells that the gap lies between."""
    found = {cell.value: cell for cell in cells if cell.column == gap.column}
    return found[gap.lowest], found[gap.highest]


def _share(cell: Part) -> str:
    return f"{cell.share.value * 100:.0f} %" if cell.share else phrase("none")


def _highest_gap(gap: GroupColumn, low: Part, high: Part) -> float:
    """The upper end of the gap; 1 where a group has no share."""
    found = _gap_between(gap, low, high)
    return 1.0 if found is None else found[1]


def _gap_between(gap: GroupColumn, low: Part, high: Part) -> tuple[float, float] | None:
    """The interval of the difference of two shares (Newcombe's hybrid of Wilson's intervals, 1998).

    Where it was measured within each person, what people have in common cancels, and plain intervals are taken. The
    two were picked for being the furthest apart: that the lower end is above 0 proves nothing, the test does.
    """
    if low.share is None or high.share is None:
        return None
    first, second = low.share, high.share
    if gap.within and not gap.whole:
        first, second = (
            sure_share(round(cell.value * n), n) for cell, n in ((first, low.n), (second, high.n))
        )
    below = math.hypot(second.value - second.low, first.high - first.value)
    above = math.hypot(second.high - second.value, first.value - first.low)
    return max(0.0, gap.gap - below), min(1.0, gap.gap + above)


def _samples_for(half_width: float, gap: float, portion: float) -> int:
    """The samples of each group after which a cell is as narrow as that, and no gap can hide a larger one."""
    n = 1
    while True:
        low, high = wilson(round(portion * n), n)
        if (high - low) / 2 <= half_width and math.hypot(high - portion, portion - low) <= gap:
            return n
        n = n + max(1, n // 20)
