"""Whether a gap between groups is chance: permutation tests that keep together the samples that are alike."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from studio.core.checks.answer_details import GroupColumn
from studio.core.checks.intervals import holm
from studio.core.checks.limits import Limits

Rows = npt.NDArray[np.int64]
Orders = npt.NDArray[np.int8]  # groups are 100 at most
Numbers = npt.NDArray[np.float64]
Names = npt.NDArray[np.str_]

_SAME = 1e-12
_AT_ONCE = 200_000  # blocks, whose groups are looked at


def column_gaps(
    right: npt.NDArray[np.bool_],
    columns: Mapping[str, Names],
    alike: Mapping[str, Names],
    limits: Limits,
    generator: np.random.Generator,
) -> list[GroupColumn]:
    """The widest gap between right answers [N] in each column, with its permutation test; the most telling first.

    `alike` are the columns whose values' samples are alike (people, recordings). Where a column has one value within
    each of those, they are permuted whole; where it varies within them, samples (or what is whole) are permuted within
    each, and the gap is that of the shares measured against each one's own. Few whole ones have few orders: they are
    then all counted. Holm's correction leaves out columns that no answers could make significant (Tarone, 1990).
    """
    tested = [_gap(column, values, right, alike, limits, generator) for column, values in columns.items()]
    able = [one for one in tested if one.telling]
    corrected = dict(zip([one.column for one in able], holm([one.p for one in able]), strict=True))
    return sorted(
        (replace(one, holm=corrected.get(one.column, one.p)) for one in tested),
        key=lambda item: (item.holm > limits.significance, -item.gap, item.p),
    )


@dataclass(frozen=True, slots=True)
class _Plan:
    """By which columns a column is permuted ("": none): the values of `whole` as one, within each of `within`."""

    whole: str = ""
    within: str = ""


def _plan(column: str, codes: Rows, alike: Mapping[str, Rows]) -> _Plan:
    """The coarsest columns are kept whole; of those that the column varies within, the finest are kept apart."""
    own = int(codes.max()) + 1
    others = {
        name: other
        for name, other in alike.items()
        if name != column
        and 0 < other.max() < len(other) - 1  # one of all, or each of one sample, keeps nothing together
        # Another name for the same people says nothing about them that the samples do not.
        and not (column in alike and int(other.max()) + 1 == own and _nested(other, codes))
    }
    wholes = [name for name, other in others.items() if _nested(other, codes)]
    whole = min(wholes, key=lambda name: int(others[name].max()), default="")
    # People are compared within what they all belong to, and not within a recording that two of them happen to share.
    varying = [
        name
        for name, other in others.items()
        if name not in wholes
        and (not whole or _nested(others[whole], other))
        and (column not in alike or _nested(codes, other))
    ]
    return _Plan(whole, max(varying, key=lambda name: int(others[name].max()), default=""))


def _nested(inner: Rows, outer: Rows) -> bool:
    """True where each value of `inner` [N] lies in one of `outer` [N]."""
    return len(np.unique(inner * (int(outer.max()) + 1) + outer)) == int(inner.max()) + 1


def _gap(
    column: str,
    values: Names,
    right: npt.NDArray[np.bool_],
    alike: Mapping[str, Names],
    limits: Limits,
    generator: np.random.Generator,
) -> GroupColumn:
    names, codes = np.unique(values, return_inverse=True)
    clusters = {name: np.unique(others, return_inverse=True)[1] for name, others in alike.items()}
    plan = _plan(column, codes, clusters)
    strata = clusters[plan.within] if plan.within else np.zeros(len(codes), np.int64)
    # What is right beyond its stratum's own share; where there is one stratum, gaps are those of the plain shares.
    own = np.bincount(strata, right) / np.bincount(strata)
    beyond: Numbers = right - own[strata]
    shares = np.bincount(codes, beyond) / np.bincount(codes)
    gap = float(np.ptp(shares))
    blocks = 0
    if plan.whole:
        members = clusters[plan.whole]
        blocks = int(members.max()) + 1
        first = np.unique(members, return_index=True)[1]
        orders, complete = _orders(codes[first], strata[first], limits.permutations, generator)
        drawn = _gaps_of(
            orders, np.bincount(members), np.bincount(members, beyond).astype(np.float64), len(names)
        )
    else:
        drawn, complete = _drawn(codes, strata, right, own, limits.permutations, generator), False
    more = 0 if complete else 1  # what was seen is one of the orders
    p = (int((drawn >= gap - _SAME).sum()) + more) / (len(drawn) + more)
    highest = max(gap, float(drawn.max()))
    reachable = (int((drawn >= highest - _SAME).sum()) + more) / (len(drawn) + more)
    if gap <= _SAME and highest <= _SAME:  # nobody fares worse, in whatever order
        reachable = 1 / (len(drawn) + more)
    return GroupColumn(
        column,
        gap,
        str(names[shares.argmin()]),
        str(names[shares.argmax()]),
        p,
        p,
        plan.whole,
        plan.within,
        blocks,
        telling=reachable <= limits.significance,
    )


def _drawn(
    codes: Rows,
    strata: Rows,
    right: npt.NDArray[np.bool_],
    own: Numbers,
    draws: int,
    generator: np.random.Generator,
) -> Numbers:
    """Gaps [draws] after samples are permuted within each stratum.

    The groups' right answers then come from a multivariate hypergeometric distribution.
    """
    size, groups = int(strata.max()) + 1, int(codes.max()) + 1
    counts = np.bincount(strata * groups + codes, minlength=size * groups).reshape(size, groups)
    hits = np.bincount(strata, right, minlength=size).astype(np.int64)
    step = max(1, _AT_ONCE // size)
    found = []
    for begin in range(0, draws, step):
        some = min(step, draws - begin)
        left, rest = np.tile(hits, (some, 1)), counts.sum(axis=1)
        shares = np.empty((groups, some))
        for group in range(groups):  # one group after another: each a hypergeometric share of what is left
            rest = rest - counts[:, group]
            given = generator.hypergeometric(counts[:, group], rest, left) if group < groups - 1 else left
            left = left - given
            shares[group] = (given.sum(axis=1) - counts[:, group] @ own) / counts[:, group].sum()
        found.append(np.ptp(shares, axis=0))
    gaps: Numbers = np.concatenate(found)
    return gaps


def _gaps_of(orders: Orders, sizes: Rows, beyond: Numbers, groups: int) -> Numbers:
    """Gaps [M] after `orders` [M, blocks], codes of the groups that whole blocks are given to."""
    step = max(1, _AT_ONCE // orders.shape[1])
    found = []
    for begin in range(0, len(orders), step):
        some = orders[begin : begin + step]
        given = [(some == group).astype(np.float64) for group in range(groups)]
        found.append(np.ptp(np.stack([(one @ beyond) / (one @ sizes) for one in given]), axis=0))
    gaps: Numbers = np.concatenate(found)
    return gaps


def _orders(codes: Rows, strata: Rows, most: int, generator: np.random.Generator) -> tuple[Orders, bool]:
    """Orders [M, blocks] of the blocks' codes within their strata: all of them (True) or `most` drawn ones."""
    parts = [np.flatnonzero(strata == stratum) for stratum in np.unique(strata)]
    groups = int(codes.max()) + 1
    counts = [tuple(np.bincount(codes[part], minlength=groups).tolist()) for part in parts]
    ways = math.prod(_ways(count) for count in counts)
    if ways > most:
        drawn = np.empty((most, len(codes)), np.int8)
        for part in parts:
            drawn[:, part] = generator.permuted(np.tile(codes[part].astype(np.int8), (most, 1)), axis=1)
        return drawn, False
    found = np.empty((ways, len(codes)), np.int8)
    repeat = ways
    for part, count in zip(parts, counts, strict=True):
        each = np.array(_all_orders(count), np.int8)
        repeat //= len(each)
        found[:, part] = np.tile(np.repeat(each, repeat, axis=0), (ways // (len(each) * repeat), 1))
    return found, True


def _ways(counts: Sequence[int]) -> int:
    """In how many orders so many of each kind can stand (multinomial)."""
    return math.factorial(sum(counts)) // math.prod(math.factorial(count) for count in counts)


@cache
def _all_orders(counts: tuple[int, ...]) -> tuple[tuple[int, ...], ...]:
    if not any(counts):
        return ((),)
    return tuple(
        (kind, *rest)
        for kind, count in enumerate(counts)
        if count
        for rest in _all_orders((*counts[:kind], count - 1, *counts[kind + 1 :]))
    )
