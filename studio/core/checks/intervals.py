"""The statistics of the checks: 95 % intervals of shares, means and rates, corrections for many tests, and ranks."""

import math
from collections.abc import Sequence
from functools import cache

import numpy as np
import numpy.typing as npt

from studio.core.evaluation import Estimate
from studio.core.evidence import wilson

Numbers = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]


def share(hits: int, n: int) -> Estimate | None:
    """A share with Wilson's interval; None without samples."""
    return Estimate(hits / n, *wilson(hits, n)) if n else None


def sure_share(hits: int, n: int) -> Estimate:
    """As `share`, for a part that has samples."""
    return Estimate(hits / n, *wilson(hits, n))


def rank_correlation(a: npt.NDArray[np.floating], b: npt.NDArray[np.floating]) -> float | None:
    """Spearman's: the correlation of mid-ranks, from −1 to 1; None where all values of one are the same."""
    first, second = (_mid_ranks(values) for values in (a, b))
    spread = math.sqrt(float(np.square(first).sum()) * float(np.square(second).sum()))
    return float(first @ second) / spread if spread else None


def _mid_ranks(values: npt.NDArray[np.floating]) -> Numbers:
    """Each value's rank, ties in the middle of theirs, minus the mean of all ranks."""
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Numbers = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return ranks - (len(values) + 1) / 2


def at_most(hits: int, n: int) -> float:
    """The one-sided 95 % upper bound of a share (Clopper and Pearson, exact); 1 without samples."""
    from scipy.stats import beta

    return 1.0 if hits >= n else float(beta.ppf(0.95, hits + 1, n - hits))


def rate(count: int, hours: float) -> Estimate:
    """Events per hour with the exact Poisson interval (Garwood, 1936): χ²(2k)/2H to χ²(2k+2)/2H."""
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count)) / (2 * hours) if count else 0.0
    return Estimate(count / hours, low, float(chi2.ppf(0.975, 2 * count + 2)) / (2 * hours))


def rate_at_most(count: int, hours: float) -> float:
    """The one-sided 95 % upper bound of events per hour."""
    from scipy.stats import chi2

    return float(chi2.ppf(0.95, 2 * count + 2)) / (2 * hours)


def mean(values: npt.NDArray[np.floating]) -> Estimate:
    """The mean of [N] values with Student's interval; without bounds of its own for one value."""
    middle, n = float(values.mean()), len(values)
    if n < 2:
        return Estimate(middle, middle, middle)
    half = _student(n - 1) * float(values.std(ddof=1)) / math.sqrt(n)
    return Estimate(middle, middle - half, middle + half)


def quantile(values: npt.NDArray[np.floating], level: float) -> Estimate:
    """A quantile of [N] values with its interval from order statistics (binomial, free of any distribution)."""
    ordered = np.sort(values)
    n = len(ordered)
    low, high = _ranks(n, level)
    return Estimate(
        float(np.quantile(ordered, level)),
        float(ordered[max(low - 1, 0)]),
        float(ordered[min(high, n - 1)]),
    )


def mean_of_shares(hits: Counts, counts: Counts, widen: float = 1.0) -> Estimate | None:
    """The mean of [K] independent shares with samples, its interval recovered from Wilson's (MOVER; Zou, Donner 2008).

    A bootstrap would give no width at all where every share is 1. `widen` multiplies the distances to the bounds.
    """
    present = counts > 0
    if not present.any():
        return None
    shares = hits[present] / counts[present]
    bounds = np.array([wilson(int(k), int(n)) for k, n in zip(hits[present], counts[present], strict=True)])
    weight = 1 / len(shares)
    down = widen * weight * math.sqrt(float(np.square(shares - bounds[:, 0]).sum()))
    up = widen * weight * math.sqrt(float(np.square(bounds[:, 1] - shares).sum()))
    middle = float(shares.mean())
    return Estimate(middle, max(0.0, middle - down), min(1.0, middle + up))


def clustered_share(right: npt.NDArray[np.bool_], clusters: npt.NDArray[np.str_]) -> Estimate:
    """The share of right answers [N] where samples of one cluster [N] are alike (one person's, for example).

    Wilson's interval for as many independent samples as say the same: N divided by the design effect, from the
    linearised variance between clusters, with Student's quantile for their number (after Korn and Graubard, 1998).
    A bootstrap over clusters is too narrow for as few clusters as a maker has. Never narrower than `share`.
    """
    effect, quantile_ratio = _between(right.astype(np.float64), clusters)
    n = len(right) / effect
    return Estimate(float(right.mean()), *_wilson_real(float(right.mean()), n, quantile_ratio))


def clustered_widening(
    right: npt.NDArray[np.bool_], y: Counts, clusters: npt.NDArray[np.str_], classes: int
) -> float:
    """How much wider clusters make the interval of the mean recall: √(design effect) × t ÷ z, at least 1."""
    counts = np.bincount(y, minlength=classes)
    hits = np.bincount(y[right], minlength=classes)
    present = counts > 0
    shares = np.where(present, hits / np.maximum(counts, 1), 0.0)
    alone = float((shares * (1 - shares))[present] @ (1 / counts[present]))
    names, codes = np.unique(clusters, return_inverse=True)
    if len(names) < 2 or alone <= 0:
        return 1.0
    each = (right - shares[y]) / counts[y]
    totals = np.bincount(codes, each, minlength=len(names))
    between = len(names) / (len(names) - 1) * float(np.square(totals).sum())
    return math.sqrt(max(1.0, between / alone)) * _student(len(names) - 1) / _Z


def holm(p_values: Sequence[float]) -> list[float]:
    """The p-values corrected so that all of them together raise a false alarm as seldom as one (Holm, 1979)."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    found = [1.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(order):
        highest = max(highest, min(1.0, p_values[place] * (len(order) - rank)))
        found[place] = highest
    return found


def needed(n: int, estimate: Estimate, limit: float) -> int:
    """About how many samples would settle on which side of `limit` the figure is, if it stays what it is.

    0 where it already is settled, or sits on the limit so that no number would do. Intervals shrink with √n.
    """
    distance = abs(estimate.value - limit)
    half = estimate.value - estimate.low if estimate.value > limit else estimate.high - estimate.value
    if half <= distance or distance < 1e-9 or n == 0:
        return 0
    return min(math.ceil(n * (half / distance) ** 2), _MOST_NEEDED)


def show_p(p: float) -> str:
    """A p-value for a sentence: '= 0.31' or '< 0.001'."""
    return "< 0.001" if p < 0.001 else f"= {p:.2f}" if p >= 0.01 else f"= {p:.3f}"


_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
_MOST_NEEDED = 10_000_000


@cache
def _student(freedom: int) -> float:
    """The 97.5 % quantile of Student's distribution."""
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


@cache
def _ranks(n: int, level: float) -> tuple[int, int]:
    """Between which ordered values, counted from 0 and 1, a quantile of `n` lies in 95 of 100 cases."""
    from scipy.stats import binom

    low, high = binom.ppf((0.025, 0.975), n, level)
    return int(low), int(high)


def _between(values: Numbers, clusters: npt.NDArray[np.str_]) -> tuple[float, float]:
    """The design effect of clusters on the mean of shares, and Student's quantile over the normal one."""
    names, codes = np.unique(clusters, return_inverse=True)
    middle, n = float(values.mean()), len(values)
    alone = middle * (1 - middle) / n
    if len(names) < 2:
        return 1.0, 1.0
    ratio = _student(len(names) - 1) / _Z
    if alone <= 0:
        return 1.0, ratio
    totals = np.bincount(codes, values - middle, minlength=len(names))
    between = len(names) / (len(names) - 1) * float(np.square(totals).sum()) / n**2
    return max(1.0, between / alone), ratio


def _wilson_real(portion: float, n: float, ratio: float) -> tuple[float, float]:
    z = _Z * ratio
    z2 = z * z
    middle = (portion + z2 / (2 * n)) / (1 + z2 / n)
    half = z * math.sqrt(portion * (1 - portion) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, middle - half), min(1.0, middle + half)
