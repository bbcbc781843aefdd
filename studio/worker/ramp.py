"""Which weights must stay zero while a sparse model is trained, and how they become zero step by step."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Schedule:
    """Weights that go, by the variable they belong to: `order[k]` numbers them from the first to go (0); -1 stays.

    Their share rises over `epochs` epochs as 1 − (1 − t)³ (Zhu and Gupta, 2017), and is whole from then on.
    """

    order: dict[int, npt.NDArray[np.int64]]
    epochs: int

    def mask(self, epoch: int) -> dict[int, Weights]:
        """1 where a weight may live in this epoch (counted from 1), 0 where it is zero."""
        done = 1.0 if epoch >= self.epochs else 1.0 - (1.0 - epoch / self.epochs) ** 3
        return {
            index: np.where((order >= 0) & (order < round(done * (order.max() + 1))), 0.0, 1.0).astype(
                np.float32
            )
            for index, order in self.order.items()
        }

    @property
    def last(self) -> dict[int, Weights]:
        """The mask at the end."""
        return self.mask(self.epochs)


def schedule(dense: dict[int, Weights], sparse: dict[int, Weights], epochs: int) -> Schedule:
    """The way from `dense` weights to the zeros of `sparse`; the smallest weights go first.

    Only variables that lose weights are in it.
    """
    order: dict[int, npt.NDArray[np.int64]] = {}
    for index, values in sparse.items():
        gone = (values == 0).ravel()
        if gone.any():
            sizes = np.abs(dense[index]).ravel()
            ranks = np.full(sizes.size, -1, np.int64)
            places = np.flatnonzero(gone)
            ranks[places[np.argsort(sizes[places], kind="stable")]] = np.arange(len(places))
            order[index] = ranks.reshape(values.shape)
    return Schedule(order, epochs)
