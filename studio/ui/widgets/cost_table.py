"""What a choice costs on the board: compute, memory and storage now, and by the choice before."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.core.build import Fit, Gauge
from studio.core.formatting import show_bytes, show_time
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class CostTable(QWidget):
    """Three rows: need now, the change against the choice before, and whether it fits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[QLabel, QLabel, QLabel]] = []
        self.words = label("", "small", wrap=True)
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(3, 1)
        names = ("Compute, one answer", "Memory (RAM)", "Storage (flash)")
        for line, name in enumerate(names):
            cells = (label("–"), label("", "muted"), label("", "muted"))
            grid.addWidget(label(name, "muted"), line, 0)
            for place, cell in enumerate(cells):
                cell.setAlignment(_RIGHT if place < 2 else Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(cell, line, place + 1)
            self._rows.append(cells)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addLayout(grid)
        layout.addWidget(self.words)

    def set_fits(self, now: Fit | None, before: Fit | None, before_name: str, *, stale: bool = False) -> None:
        """Show `now`, and how it differs from `before`, which was called `before_name`."""
        shows = (show_time, show_bytes, show_bytes)
        gauges = _gauges(now)
        older = _gauges(before)
        for cells, gauge, old, show in zip(self._rows, gauges, older, shows, strict=True):
            need, change, fits = cells
            need.setText(show(gauge.need) if gauge else "–")
            set_role(need, "muted" if stale or not gauge else "heading")
            change.setText(_change(gauge, old, show) if not stale else "")
            if gauge is None:
                fits.setText("")
            elif gauge.fits:
                fits.setText(f"fits, {gauge.source.value}")
                set_role(fits, "muted")
            else:
                fits.setText(f"{show(-gauge.margin)} too much")
                set_role(fits, "muted" if stale else "danger")
        shown = bool(now and before and not stale)
        self.words.setText(f"− and + against the choice before: {before_name}." if shown else "")
        self.words.setVisible(shown)


def _gauges(fit: Fit | None) -> tuple[Gauge | None, Gauge | None, Gauge | None]:
    return (fit.compute, fit.memory, fit.storage) if fit else (None, None, None)


def _change(now: Gauge | None, before: Gauge | None, show: Callable[[int], str]) -> str:
    if now is None or before is None:
        return ""
    change = now.need - before.need
    if change == 0:
        return "same"
    return f"{'+' if change > 0 else '−'}{show(abs(change))}"
