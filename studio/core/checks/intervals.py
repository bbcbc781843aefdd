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


def quantile(values: npt.NDArray[np.floating], level: float) -> Estimate | None:
    """A quantile of [N] values with its interval from order statistics (binomial, free of any distribution).

    None where either end would lie beyond all values: there are fewer than `fewest_for_quantile`.
    """
    ordered = np.sort(values)
    low, high = _ranks(len(ordered), level)
    if low < 1 or high >= len(ordered):
        return None
    return Estimate(float(np.quantile(ordered, level)), float(ordered[low - 1]), float(ordered[high]))


def fewest_for_quantile(level: float) -> int:
    """From how many values on the largest and smallest of them lie beyond the quantile in all but 2.5 of 100 cases."""
    return math.ceil(math.log(0.025) / math.log(max(level, 1 - level)))


def mean_of_shares(hits: Counts, counts: Counts, effect: float = 1.0) -> Estimate | None:
    """The mean of [K] independent shares with samples: Wilson's interval for as many samples as say the same.

    That is the effective sample size (Korn and Graubard, 1998; compared by Franco, Little, Louis and Slud, 2019). The
    bounds of each share's own interval (MOVER; Zou and Donner, 2008) hold in 85 to 91 % near 1, where skewed errors
    add up. `effect` divides the size, as `cluster_effect` says.
    """
    return sure_mean(hits, counts, effect) if counts.any() else None


def sure_mean(hits: Counts, counts: Counts, effect: float = 1.0) -> Estimate:
    """As `mean_of_shares`, where some have samples."""
    present = counts > 0
    shares, sizes = hits[present] / counts[present], counts[present].astype(np.float64)
    middle = float(shares.mean())
    return Estimate(middle, *_wilson_real(middle, _effective(shares, sizes) / effect))


def clustered_share(right: npt.NDArray[np.bool_], clusters: npt.NDArray[np.str_]) -> Estimate:
    """The share of right answers [N] where samples of one cluster [N] are alike (one person's, for example).

    Wilson's interval for as many independent samples as say the same: N divided by `cluster_effect`. A bootstrap over
    clusters is too narrow for as few clusters as a maker has. Never narrower than `share`.
    """
    one, middle = np.zeros(len(right), np.int64), float(right.mean())
    return Estimate(
        middle, *_wilson_real(middle, len(right) / cluster_effect(right, one, clusters, classes=1))
    )


def cluster_effect(
    right: npt.NDArray[np.bool_], y: Counts, clusters: npt.NDArray[np.str_], classes: int
) -> float:
    """How many times as many samples the mean recall of classes y [N] needs because clusters are alike; at least 1.

    The design effect by the cluster-robust variance CR2, times (t ÷ z)² for Student's quantile at Satterthwaite's
    degrees of freedom (Bell and McCaffrey, 2002; Pustejovsky and Tipton, 2018). So a person with most of the samples
    counts for one person; the plain variance and as many degrees as clusters less one hold in 82 to 91 % there.
    """
    names, codes = np.unique(clusters, return_inverse=True)
    if len(names) < 2:
        return 1.0
    cells, shape = codes * classes + y, (len(names), classes)
    counts, hits = (
        np.bincount(one, minlength=len(names) * classes).reshape(shape) for one in (cells, cells[right])
    )
    present = counts.any(axis=0)
    return effect_of_cells(hits[:, present], counts[:, present])


def effect_of_cells(hits: Counts, counts: Counts) -> float:
    """As `cluster_effect`, from the right answers and samples [clusters, K] of classes that all have some."""
    sizes = counts.sum(axis=0).astype(np.float64)
    shares = hits.sum(axis=0) / sizes
    left = 1 - counts / sizes  # of a residual's variance; none where a class is of one cluster alone
    weights = np.divide(1, np.sqrt(left), out=np.zeros_like(left), where=left > 0) / (len(sizes) * sizes)
    ratio = (_student(_freedom(weights, counts, sizes)) / _Z) ** 2
    middle = float(shares.mean())
    if not 0 < middle < 1:
        return ratio
    between = float(np.square((weights * (hits - counts * shares)).sum(axis=1)).sum())
    return max(1.0, between * _effective(shares, sizes) / (middle * (1 - middle)) * ratio)


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
def _student(freedom: float) -> float:
    """The 97.5 % quantile of Student's distribution."""
    from scipy.stats import t

    return float(t.ppf(0.975, freedom))


@cache
def _ranks(n: int, level: float) -> tuple[int, int]:
    """Between which ordered values, counted from 0 and 1, a quantile of `n` lies in 95 of 100 cases."""
    from scipy.stats import binom

    low, high = binom.ppf((0.025, 0.975), n, level)
    return int(low), int(high)


def _effective(shares: Numbers, sizes: Numbers) -> float:
    """Of how many samples one share varies as much as the mean of [K] shares of `sizes` samples.

    Half a sample at the mean is added to each share, so that one that happens to be 1 is not taken to vary not at all.
    """
    classes, middle = len(sizes), float(shares.mean())
    if classes == 1 or not 0 < middle < 1:
        return float(classes**2 / (1 / sizes).sum())
    near = (shares * sizes + middle / 2) / (sizes + 0.5)
    variance = float((near * (1 - near) / (sizes - 0.5)).sum()) / classes**2
    return middle * (1 - middle) / variance


def _freedom(weights: Numbers, counts: Counts, sizes: Numbers) -> float:
    """Satterthwaite's degrees of freedom of CR2: tr(M)² ÷ tr(M²), M being what residuals [clusters, K] vary together.

    At least 1; as many as clusters less one where these are of one size.
    """
    own = (np.square(weights) * counts).sum(axis=1)
    shared = weights * counts / np.sqrt(sizes)
    trace = float(own.sum() - np.square(shared).sum())
    squares = float(
        np.square(own).sum() - 2 * (own @ np.square(shared)).sum() + np.square(shared.T @ shared).sum()
    )
    return max(1.0, trace * trace / squares) if squares > 0 else float(len(counts) - 1)


def _wilson_real(portion: float, n: float) -> tuple[float, float]:
    """As `wilson`, for a number of samples that need not be whole."""
    z2 = _Z * _Z
    middle = (portion + z2 / (2 * n)) / (1 + z2 / n)
    half = _Z * math.sqrt(portion * (1 - portion) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return (0.0 if portion <= 0 else middle - half), (1.0 if portion >= 1 else middle + half)
