"""How well the error of an autoencoder tells anomalous samples from normal ones."""

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from studio.core.evaluation import Estimate

_Z = 1.959963984540054  # 97.5 % quantile of the normal distribution
_HALVINGS = 40


def auc(errors: npt.NDArray[np.float32], anomalous: npt.NDArray[np.bool_]) -> Estimate:
    """The share of pairs in which the anomalous sample has the larger error, ties counted half, with its interval.

    The area under the ROC curve by mid-ranks. Its 95 % interval is Newcombe's score-like one (2006, method 5), which
    keeps its width where every pair is told apart. There must be samples of both kinds.
    """
    marked = int(anomalous.sum())
    normal = len(anomalous) - marked
    _, places, counts = np.unique(errors, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    area = float((ranks[anomalous].sum() - marked * (marked + 1) / 2) / (marked * normal))
    more = (marked + normal) / 2 - 1

    def too_far(true: float) -> bool:
        spread = true * (1 - true) * (1 + more * ((1 - true) / (2 - true) + true / (1 + true)))
        return abs(area - true) > _Z * math.sqrt(spread / (marked * normal))

    return Estimate(area, _edge(too_far, 0.0, area), _edge(too_far, 1.0, area))


def _edge(too_far: Callable[[float], bool], outside: float, inside: float) -> float:
    """Where, between `outside` and `inside`, values begin to be too far."""
    if not too_far(outside):
        return outside
    for _ in range(_HALVINGS):
        middle = (outside + inside) / 2
        if too_far(middle):
            outside = middle
        else:
            inside = middle
    return inside
