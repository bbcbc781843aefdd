"""A sample with its evidence map over it: where the answer comes from."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from studio.core.checks.input_details import EvidenceMap
from studio.core.samples import Face
from studio.ui import theme
from studio.ui.widgets.sample_view import SampleView

_STRONGEST = 130  # opacity (of 255) of the patch that matters most


class HeatView(SampleView):
    """Patches that the answer hangs on are covered with the warning colour, the more the stronger."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._map: EvidenceMap | None = None
        self._shares: npt.NDArray[np.float64] = np.zeros((0, 0))
        self.setMinimumSize(130, 150)

    @property
    def map(self) -> EvidenceMap | None:
        """The map that is drawn."""
        return self._map

    def set_map(self, found: EvidenceMap | None) -> None:
        """Lay this map over the sample; None shows the sample alone."""
        self._map = found
        if found is not None:
            drops = np.clip(np.asarray(found.drops, np.float64).reshape(found.rows, found.columns), 0, None)
            self._shares = drops / (drops.max() or 1.0)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: the sample, then the map."""
        super().paintEvent(event)
        if self._map is None or self._values is None:
            return
        painter = QPainter(self)
        painter.setPen(Qt.PenStyle.NoPen)
        area, shares = self._area, self._shares
        if self.face is not Face.PICTURE:  # time runs to the right
            shares = shares.max(axis=1)[None, :]
        rows, columns = shares.shape
        width, height = area.width() / columns, area.height() / rows
        color = QColor(theme.colors().series[7])
        for i in range(rows):
            for j in range(columns):
                color.setAlpha(round(_STRONGEST * float(shares[i, j])))
                if color.alpha():
                    box = QRectF(area.left() + j * width, area.top() + i * height, width, height)
                    painter.fillRect(box, color)
