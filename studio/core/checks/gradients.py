"""Integrated gradients: what each patch of a sample adds to a score on the way there from the mean of the data."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from studio.core.checks.faults import Respond
from studio.core.checks.input_details import EvidenceMap, Gradients
from studio.core.checks.intervals import rank_correlation
from studio.core.checks.limits import Limits
from studio.core.checks.patches import laid, patches

Values = npt.NDArray[np.float32]

STEPS = 24
"""Pieces of the way: with 128 the patches of MLPerf Tiny's kws come in the same order (rank correlation 0.99)."""

_FEWEST_STEPS = 6
_LOOKS = 4  # at the score along the way, for each piece
_DIGITS = 5


def affordable(maps: int, shape: tuple[int, ...], answers: int) -> tuple[int, int]:
    """How many of so many maps `answers` answers of a model are enough for, and in how many pieces of the way."""
    each = 2 * (int(patches(shape).max()) + 1) + _LOOKS
    if not maps:
        return 0, STEPS
    steps = min(STEPS, answers // (each * maps))
    if steps >= _FEWEST_STEPS:
        return maps, steps
    return max(1, answers // (each * _FEWEST_STEPS)), _FEWEST_STEPS


def integrated_gradients(
    sample: Values, baseline: Values, respond: Respond, answer: int, steps: int = STEPS
) -> tuple[npt.NDArray[np.float64], float]:
    """What each patch of `sample` [*shape] adds to the score of class `answer`, from `baseline` [*shape] on, and by how
    much the sum of it all misses F(sample) − F(baseline).

    Integrated gradients (Sundararajan, Taly and Yan, 2017) summed over a patch are the integral, along the straight
    line from the baseline to the sample, of the derivative in the direction of that patch alone, so that no gradient is
    needed: the difference of two answers, half a piece of the way ahead and behind in that patch. Pieces are short
    where the score changes fast. Exact for scores that are a sum over patches; else the error falls with the square of
    the pieces' length, and completeness tells how large it is.
    """
    count = int(patches(sample.shape).max()) + 1
    masks = laid(np.eye(count, dtype=bool), sample.shape)
    way = (sample - baseline).astype(np.float32)
    looks = np.linspace(0, 1, _LOOKS * steps + 1)
    axes = (-1, *(1,) * sample.ndim)
    along = baseline + looks.reshape(axes).astype(np.float32) * way
    scores = respond(along.astype(np.float32))[:, answer].astype(np.float64)
    ends = _pieces(looks, scores, steps)
    parts = np.zeros(count)
    for begin, end in pairwise(ends):
        middle = baseline + np.float32((begin + end) / 2) * way
        aside = np.float32((end - begin) / 2) * way * masks
        found = respond(np.concatenate([middle + aside, middle - aside]).astype(np.float32))[:, answer]
        parts += found[:count].astype(np.float64) - found[count:]
    return parts, float(parts.sum() - (scores[-1] - scores[0]))


def with_gradients(
    found: EvidenceMap, sample: Values, baseline: Values, respond: Respond, steps: int, limits: Limits
) -> EvidenceMap:
    """The map with integrated gradients of the answer by `respond` beside it, and how far both agree.

    They are compared where the parts add up: to within `limits.map_gap` of all that they add and take away.
    """
    parts, gap = integrated_gradients(sample, baseline, respond, found.answer, steps)
    exact = abs(gap) <= limits.map_gap * float(np.abs(parts).sum())
    agreement = rank_correlation(np.asarray(found.drops), np.round(parts, _DIGITS)) if exact else None
    return replace(
        found,
        gradients=Gradients(
            tuple(round(float(part), _DIGITS) for part in parts),
            round(float(parts.sum()) - gap, _DIGITS),
            round(gap, _DIGITS),
            exact,
            None if agreement is None else round(agreement, 4),
        ),
    )


def _pieces(looks: npt.NDArray[np.float64], scores: npt.NDArray[np.float64], steps: int) -> list[float]:
    """The ends of the pieces, from 0 to 1: half of them by length, half by how much the score changes."""
    change = np.abs(np.diff(scores))
    even = np.full(len(change), 1 / len(change))
    total = float(change.sum())
    dense = even if total == 0 else (even + change / total) / 2
    reached = np.concatenate([[0.0], np.cumsum(dense)])
    return [float(end) for end in np.interp(np.linspace(0, reached[-1], steps + 1), reached, looks)]
