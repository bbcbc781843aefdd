"""How far answered numbers are from their targets: mean errors and R², each with a bootstrap interval."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.core.evaluation import Errors, Estimate

Values = npt.NDArray[np.float32]

_BOOTSTRAPS = 500
_MOST_DRAWN = 500_000  # random row numbers drawn at a time: little memory, and a pause every few milliseconds


def explained_share(y: Values, scores: Values) -> float:
    """R² = 1 − Σ(y−ŷ)² ÷ Σ(y−ȳ)² over all samples and outputs; 0 where the targets do not vary."""
    spread = float(np.square(y - y.mean(axis=0)).sum(dtype=np.float64))
    return 1.0 - float(np.square(y - scores).sum(dtype=np.float64)) / spread if spread else 0.0


def _go_on() -> None:
    """A pause in which nothing happens."""


def errors_of(y: Values, scores: Values, pause: Callable[[], None] = _go_on) -> Errors:
    """MAE, RMSE and R² of `scores` [N, K] against `y` [N, K], with 95 % percentile intervals (bootstrap, seeded).

    Samples are resampled, all outputs of a sample together: MAE = Σ|y−ŷ| ÷ NK, RMSE = √(Σ(y−ŷ)² ÷ NK). `pause` is
    called every few milliseconds.
    """
    away = (scores - y).astype(np.float64)
    each = np.stack(
        [
            np.abs(away).mean(axis=1),
            np.square(away).mean(axis=1),
            np.square((y - y.mean(axis=0)).astype(np.float64)).mean(axis=1),
        ]
    )
    wrong, square, spread = _resampled(each, pause)
    shares = 1.0 - square / np.where(spread > 0, spread, 1.0)
    return Errors(
        absolute=_estimate(float(each[0].mean()), wrong),
        root_square=_estimate(float(np.sqrt(each[1].mean())), np.sqrt(square)),
        explained=_estimate(explained_share(y, scores), shares),
    )


def _resampled(each: npt.NDArray[np.float64], pause: Callable[[], None]) -> npt.NDArray[np.float64]:
    """The means [3, bootstraps] of every row of `each` over samples drawn with replacement."""
    generator = np.random.default_rng(0)
    samples = each.shape[1]
    found = np.empty((len(each), _BOOTSTRAPS))
    at_once = max(1, _MOST_DRAWN // samples)
    for begin in range(0, _BOOTSTRAPS, at_once):
        rows = generator.integers(0, samples, (min(at_once, _BOOTSTRAPS - begin), samples))
        for place, values in enumerate(each):
            found[place, begin : begin + at_once] = values[rows].mean(axis=1)
        pause()
    return found


def _estimate(value: float, drawn: npt.NDArray[np.float64]) -> Estimate:
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Estimate(value, float(low), float(high))
