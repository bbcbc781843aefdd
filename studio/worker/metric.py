"""The one figure by which recipes are compared: what the evaluation calls accuracy, without all that goes with it."""

import numpy as np
import numpy.typing as npt

from studio.core.anomaly import auc
from studio.core.dataset import Split, Task
from studio.core.reconstruction import reconstruction_errors
from studio.worker.runner import Values


def metric(split: Split, scores: Values) -> float:
    """Accuracy for classes, R² for numbers, AUC (else R²) for autoencoders, of answers float32 [N, K] to a split."""
    if split.task is Task.CLASSIFICATION:
        return float((scores.argmax(axis=1) == split.y).mean())
    targets = split.y.astype(np.float32)
    if split.anomalous is not None and 0 < int(split.anomalous.sum()) < len(split.anomalous):
        return auc(reconstruction_errors(targets, scores), split.anomalous).value
    spread = float(np.square(targets - targets.mean(axis=0)).sum(dtype=np.float64))
    return 1.0 - float(np.square(targets - scores).sum(dtype=np.float64)) / spread if spread else 0.0


def part_of(split: Split, rows: npt.NDArray[np.int64]) -> Split:
    """Some samples of a split."""
    return Split(
        split.name,
        split.x[rows],
        split.y[rows],
        {name: column[rows] for name, column in split.groups.items()},
        split.reconstructs,
        None if split.anomalous is None else split.anomalous[rows],
    )
