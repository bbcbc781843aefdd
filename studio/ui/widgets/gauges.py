"""The three gauges: what compute, memory and storage are needed, against what the board has."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.core.board import Board
from studio.core.build import Fit, Gauge
from studio.core.formatting import show_bytes, show_time
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.symbol import Symbol


class Bar(QWidget):
    """A bar from 0 to the limit; what is over the limit is drawn in red up to the edge."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._share: float | None = None
        self._faded = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_share(self, share: float | None, *, faded: bool = False) -> None:
        """Show need ÷ limit; None is empty, `faded` says that it no longer holds."""
        self._share, self._faded = share, faded
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: as low as the text's rhythm allows."""
        return QSize(120, GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the track, the need, and the limit where the need is over it."""
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = QRectF(0, 0, self.width(), self.height())
        radius = self.height() / 2
        painter.setBrush(QColor(chosen.raised))
        painter.drawRoundedRect(track, radius, radius)
        if self._share is None:
            return
        color = QColor(chosen.before if self._faded else chosen.accent if self._share <= 1 else chosen.danger)
        painter.setBrush(color)
        width = max(min(self._share, 1.0) * track.width(), track.height())
        painter.drawRoundedRect(QRectF(0, 0, width, track.height()), radius, radius)
        if self._share > 1:
            limit = track.width() / self._share
            painter.setBrush(QColor(chosen.base))
            painter.drawRect(QRectF(limit - 1, 0, 2, track.height()))


class OneGauge(QWidget):
    """Need, limit and margin of one building block, and whether they are measured or estimated."""

    def __init__(self, name: str, symbol: str, show: Callable[[int], str], words: str) -> None:
        super().__init__()
        self._show = show
        self._name = name
        self._words = words
        self._symbol = Symbol(symbol, "muted", 16)
        self._title = label(name, "heading")
        self._need = label("", "")
        self._bar = Bar()
        self._margin = label("", "small")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(3)
        layout.addLayout(row(self._symbol, self._title, None, self._need, spacing=6))
        layout.addWidget(self._bar)
        layout.addWidget(self._margin)
        self.set_gauge(None)

    def set_gauge(self, gauge: Gauge | None, *, stale: str = "") -> None:
        """Show the gauge; None where nothing was built yet.

        `stale` words stand in the margin's place while the figure does not hold.
        """
        if gauge is None:
            self._need.setText("–")
            self._bar.set_share(None)
            set_role(self._margin, "small")
            self._margin.setText("Known after compression")
            self._describe("not known yet")
            return
        self._need.setText(f"{self._show(gauge.need)} of {self._show(gauge.limit)}")
        self._bar.set_share(gauge.share, faded=bool(stale))
        if stale:
            text, role = stale, "small"
        elif gauge.fits:
            text, role = f"{self._show(gauge.margin)} to spare · {gauge.source.value}", "small"
        else:
            text, role = f"{self._show(-gauge.margin)} too much · {gauge.source.value}", "danger"
        set_role(self._need, "muted" if stale else "")
        set_role(self._margin, role)
        self._margin.setText(text)
        self._describe(f"{self._need.text()}, {text}")

    def _describe(self, state: str) -> None:
        self.setAccessibleName(f"{self._name}: {state}")
        self.setToolTip(f"{self._words}\n{self._name}: {state}")


class GaugeBar(QFrame):
    """The board's name and the three gauges side by side, always in sight."""

    board_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_role(self, "bar")
        self._board = QPushButton(icon("board"), "")
        self._board.setToolTip("The board this is for. Click to pick another one.")
        self._board.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.compute = OneGauge(
            "Compute", "compute", show_time, "Time for one inference, against the time you allow."
        )
        self.memory = OneGauge(
            "Memory", "memory", show_bytes, "RAM: working buffer, data and stack, against what is free."
        )
        self.storage = OneGauge(
            "Storage", "storage", show_bytes, "Flash: weights and code, against what the board has."
        )
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        layout.setSpacing(3 * GRID)
        layout.addWidget(self._board)
        for gauge in (self.compute, self.memory, self.storage):
            layout.addWidget(gauge, 1)
        self._board.clicked.connect(self.board_wanted)

    def set_fit(self, fit: Fit | None, board: Board | None, *, stale: str = "") -> None:
        """Show need against limit on `board`; `stale` says why the figures do not hold now."""
        self._board.setText(f" {board.name}" if board else " No board")
        self.compute.set_gauge(fit.compute if fit else None, stale=stale)
        self.memory.set_gauge(fit.memory if fit else None, stale=stale)
        self.storage.set_gauge(fit.storage if fit else None, stale=stale)
