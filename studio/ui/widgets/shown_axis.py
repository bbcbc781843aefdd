"""An axis of a plot whose numbers are written with their unit, at round values of that unit."""

from collections.abc import Callable

import pyqtgraph as pg


class ShownAxis(pg.AxisItem):  # type: ignore[misc]  # pyqtgraph has no types
    """`show` writes a value; ticks stand at round multiples of `unit`."""

    def __init__(self, side: str) -> None:
        super().__init__(side)
        self.show: Callable[[float], str] = str
        self.unit = 1.0

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """Round numbers in the unit that is written."""
        found = super().tickValues(low / self.unit, high / self.unit, size)
        return [(step * self.unit, [value * self.unit for value in values]) for step, values in found]

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The text for each tick."""
        return [self.show(value) for value in values]
