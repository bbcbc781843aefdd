"""The working memory over time: a rectangle for each tensor, from the layer that writes it to its last reader."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import QWidget

from studio.core.formatting import show_bytes
from studio.core.memory_plan import Block, MemoryPlan
from studio.ui import theme
from studio.ui.widgets.layer_plot import LayerPlot, binary_ticks
from studio.ui.widgets.legend import Key

_LIMIT_IN_SIGHT = 1.8  # a limit farther away than this many working buffers is said, not drawn


class MemoryPlot(LayerPlot):
    """Layers from left to right in the order they run, bytes of the working buffer from bottom to top."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Working memory over time", parent)
        self._plan: MemoryPlan | None = None
        self._limit_bytes = 0
        self._board = ""
        self._stale = False
        self._block: Block | None = None

    @property
    def plan(self) -> MemoryPlan | None:
        """What is shown."""
        return self._plan

    def set_plan(
        self,
        plan: MemoryPlan | None,
        names: Sequence[str] = (),
        marks: Sequence[str] = (),
        *,
        limit_bytes: int = 0,
        board: str = "",
        stale: bool = False,
    ) -> None:
        """Show a plan; `limit_bytes` is the RAM that `board` has to spare, `stale` says that a new plan is coming."""
        self._plan = plan
        self._limit_bytes, self._board, self._stale = limit_bytes, board, stale
        self._block = None
        if plan is None:
            self.set_keys(())
            self.set_note("")
            self.set_names(())
            return
        peak = f"peak: {show_bytes(plan.live_bytes[plan.peak])}, made by {plan.names[plan.peak]}"
        self.set_keys((Key("a tensor", "series:0"), Key(peak, "warning")))
        words = f"{plan.peak_words}."
        self.set_note(f"{words} {board}: {show_bytes(limit_bytes)} RAM." if board else words)
        self.set_names(names or plan.names, marks)

    def hovered(self, point: QPointF | None, buttons: Qt.MouseButton) -> None:
        """Read out the tensor under the mouse, or all that is needed at that time."""
        block = None
        if point is not None and self._plan is not None and not buttons:
            place = self.place_at(point)
            if place is not None:
                inside = self.inside(QRectF(self.surface.rect()))
                offset = (inside.bottom() - point.y()) / inside.height() * self._high()
                block = self._plan.block_at(place, offset)
        if block != self._block:
            self._block = block
            self._hovered = None  # so that the words are written again
            self.surface.update()
        super().hovered(point, buttons)

    def words_at(self, place: int) -> str:
        """The tensor that is pointed at, or what is needed while a layer runs."""
        plan = self._plan
        if plan is None or place >= len(plan.names):
            return ""
        block = self._block
        if block is not None and block.first <= place <= block.last:
            begin = "the model's input" if block.is_input else f"written by {self._names[block.first]}"
            return (
                f"{plan.name_of(block)}: {show_bytes(block.bytes)} from byte {block.offset:,}, {begin}, "
                f"needed until {self._names[block.last]} has run"
            )
        what = ", ".join(
            f"{plan.name_of(block)} {show_bytes(block.bytes)}" for block in plan.living(place)[:4]
        )
        return f"{self._names[place]}: {show_bytes(plan.live_bytes[place])} needed ({what})"

    def left_room(self, metrics: QFontMetricsF) -> float:
        """As wide as the widest number."""
        return max(metrics.horizontalAdvance(show_bytes(round(tick))) for tick in self._ticks()) + 10

    def paint_axis(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """Bytes."""
        self.paint_scale(
            painter,
            inside,
            self._ticks(),
            lambda value: self._y_of(value, inside),
            lambda value: show_bytes(round(value)),
        )

    def paint_inside(self, painter: QPainter, area: QRectF, inside: QRectF) -> None:
        """The peak's column, the tensors, and the limit where it is near."""
        plan = self._plan
        if plan is None:
            return
        chosen = theme.colors()
        left, right = self.x_of(plan.peak - 0.5, area), self.x_of(plan.peak + 0.5, area)
        band = QRectF(left, inside.top(), max(2.0, right - left), inside.height())
        painter.fillRect(band, QColor(chosen.warning_soft))
        for number, block in enumerate(plan.blocks):
            if block.last < self._first - 0.5 or block.first > self._last + 0.5:
                continue
            self._paint_block(painter, area, inside, number, block)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(chosen.warning), 1.5, Qt.PenStyle.DashLine))
        painter.drawRect(band.adjusted(0.5, 0, -0.5, -1))
        if 0 < self._limit_bytes <= self._high():
            fits = plan.arena_bytes <= self._limit_bytes
            y = self._y_of(self._limit_bytes, inside)
            painter.setPen(QPen(QColor(chosen.muted if fits else chosen.danger), 1.5, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(inside.left(), y), QPointF(inside.right(), y))
            words = f"{self._board}: {show_bytes(self._limit_bytes)}"
            painter.drawText(
                QRectF(inside.left(), y + 1, inside.width() - 4, 20), Qt.AlignmentFlag.AlignRight, words
            )

    def _paint_block(
        self, painter: QPainter, area: QRectF, inside: QRectF, number: int, block: Block
    ) -> None:
        chosen = theme.colors()
        left, right = self.x_of(block.first - 0.5, area), self.x_of(block.last + 0.5, area)
        top, bottom = self._y_of(block.end, inside), self._y_of(block.offset, inside)
        box = QRectF(left + 0.5, top, max(1.0, right - left - 1), max(1.0, bottom - top - 1))
        color = QColor(theme.series_color(number))
        edge = QColor(color)
        color.setAlphaF(0.25 if self._stale else 0.75 if block == self._block else 0.45)
        painter.fillRect(box, color)
        if box.width() > 4:
            painter.setPen(QPen(edge, 2 if block == self._block else 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(box)
        metrics = QFontMetricsF(self.font())
        if box.height() >= metrics.height() and box.width() > 40:
            name = self._plan.name_of(block) if self._plan else block.name
            text = f"{name} {show_bytes(block.bytes)}"
            if metrics.horizontalAdvance(text) > box.width() - 8:
                text = show_bytes(block.bytes) if block.is_scratch else name
            painter.setPen(QColor(chosen.text))
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, box.width() - 8)
            painter.drawText(box.adjusted(4, 0, -4, 0), Qt.AlignmentFlag.AlignCenter, text)

    def _high(self) -> float:
        arena = float(self._plan.arena_bytes if self._plan else 1) or 1.0
        near = 0 < self._limit_bytes <= arena * _LIMIT_IN_SIGHT
        return max(arena, float(self._limit_bytes) if near else 0.0) * 1.06

    def _ticks(self) -> list[float]:
        return binary_ticks(self._high(), max(2, min(6, self.surface.height() // 36)))

    def _y_of(self, value: float, inside: QRectF) -> float:
        return inside.bottom() - value / self._high() * inside.height()
