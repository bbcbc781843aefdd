"""Columns for the numbers that a board prints under names: a name keeps its column, new names get the next one."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from studio.core.text_decoders import Reading

MOST_COLUMNS = 16
"""Names that are followed; more are no plot any more."""

_SUM_TOLERANCE = 0.05


class TextColumns:
    """Turns readings into rows; the names come in the order in which they were first said.

    They are taken for classes where the first reading names two or more and its values are shares that sum up to one.
    """

    most = MOST_COLUMNS

    def __init__(self) -> None:
        self.names: tuple[str, ...] = ()
        self.are_classes = False
        self._places: dict[str, int] = {}

    def rows(self, readings: Sequence[Reading]) -> npt.NDArray[np.float32]:
        """Rows [n, most] of these readings; NaN in columns that a reading does not name."""
        rows = np.full((len(readings), self.most), np.nan, np.float32)
        at = 0
        while at < len(readings):  # most lines name what the one before named: those are one block
            names = readings[at].names
            end = at + 1
            while end < len(readings) and readings[end].names == names:
                end += 1
            self._meet(readings[at])
            kept = [(place, self._places[name]) for place, name in enumerate(names) if name in self._places]
            values = np.array([one.values for one in readings[at:end]], np.float64)
            with np.errstate(over="ignore"):  # beyond float32 is infinite
                rows[at:end, [to for _, to in kept]] = values[:, [place for place, _ in kept]]
            at = end
        return rows

    def _meet(self, reading: Reading) -> None:
        if not self.names:
            self.are_classes = _are_shares(reading.values)
        for name in reading.names:
            if name not in self._places and len(self._places) < self.most:
                self._places[name] = len(self._places)
        if len(self._places) > len(self.names):
            self.names = tuple(self._places)


def _are_shares(values: Sequence[float]) -> bool:
    """Whether these may be the scores of classes."""
    return (
        len(values) > 1
        and all(0.0 <= value <= 1.0 for value in values)
        and abs(sum(values) - 1.0) <= _SUM_TOLERANCE
    )
