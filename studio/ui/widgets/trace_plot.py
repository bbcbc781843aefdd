"""Traces over time, however many points: each column of pixels shows the least and the highest of its results."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPalette, QPen

from studio.core.history import Envelope, History
from studio.ui import theme
from studio.ui.widgets.layer_plot import decimal_ticks
from studio.ui.widgets.legend import Key
from studio.ui.widgets.line_colors import line_color
from studio.ui.widgets.plot import Plot
from studio.ui.widgets.trace_lines import Frame, draw_lines, draw_pixels, draw_points

MOST_TRACES = 12
"""Lines that are drawn; of more series, those that reach highest in what is shown."""

_LEFT, _RIGHT, _TOP = 44.0, 10.0, 8.0
_FEW_POINTS = 150
_ZOOM = 0.8


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at a time: a line down the plot with a word."""

    time_s: float
    words: str


class TracePlot(Plot):
    """Draws a History between two times. What the mouse and the keys want it only tells: `moved` by seconds, `zoomed`
    by a factor around a time, `whole_wanted`, `follow_wanted` (the newest).
    """

    moved = Signal(float)
    zoomed = Signal(float, float)
    whole_wanted = Signal()
    follow_wanted = Signal()

    def __init__(self) -> None:
        super().__init__("Scores of the classes")
        self.begin_s, self.end_s = 0.0, 1.0
        self.drawn = Envelope(np.zeros(0), np.zeros((0, 0), np.float32), np.zeros((0, 0), np.float32), 0)
        """What was painted last."""
        self._history: History | None = None
        self._names: tuple[str, ...] = ()
        self._classifies = True
        self._thresholds: tuple[float, ...] = ()
        self._marks: tuple[Mark, ...] = ()
        self._range = (0.0, 1.02)
        self._grabbed: float | None = None
        self._is_picture = False
        self.surface.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)  # else all behind it is painted too
        self.surface.setAccessibleName("Scores over time")
        self.surface.setToolTip(
            "Wheel: zoom. Drag or arrows: move. End: the newest. Double-click: the whole session"
        )

    @property
    def keys(self) -> tuple[Key, ...]:
        """The legend of a picture; on the page the bars beside are the legend."""
        return tuple(
            Key(name, line_color(place).name()) for place, name in enumerate(self._names[:MOST_TRACES])
        )

    @property
    def shown_count(self) -> int:
        """How many results lie in what was painted last."""
        return self.drawn.count

    def set_history(self, history: History | None, names: tuple[str, ...], *, classifies: bool) -> None:
        """Draw this, one line for each name; for values, K columns behind theirs are what was expected, in grey."""
        if names != self._names or classifies != self._classifies:
            self._range = (0.0, 1.02)
        self._history, self._names, self._classifies = history, names, classifies
        self.set_heading("Scores of the classes" if classifies else "Values (grey: what was expected)")
        self.surface.update()

    def set_window(self, begin_s: float, end_s: float) -> None:
        """Show what lies between these times."""
        self.begin_s, self.end_s = begin_s, end_s
        self.surface.update()

    def set_thresholds(self, levels: tuple[float, ...]) -> None:
        """Lines across, at which labels begin and end."""
        self._thresholds = levels
        self.surface.update()

    def set_marks(self, marks: tuple[Mark, ...]) -> None:
        """Lines down, where something happened."""
        self._marks = marks
        self.surface.update()

    def paint(self, painter: QPainter, area: QRectF) -> None:
        """The grid, what happened, the traces."""
        if not self._is_picture:
            painter.fillRect(area, self.palette().color(QPalette.ColorRole.Window))
        if self._empty or self._history is None:
            super().paint(painter, area)
            return
        box = self._box(area)
        columns = max(2, int(box.width()))
        self.drawn = self._history.window(self.begin_s, self.end_s)
        if self._is_picture:
            x, low, high = self.drawn.in_columns(self.begin_s, self.end_s, columns)
        else:
            ratio = self.surface.devicePixelRatioF()
            columns = int(columns * ratio)
            x, low, high = self.drawn.in_columns(self.begin_s, self.end_s, columns)
        shown = self._shown(high)
        if not self._classifies:
            self._fit(low[:, : 2 * len(self._names)], high[:, : 2 * len(self._names)])
        self._paint_grid(painter, box)
        painter.save()
        painter.setClipRect(box)
        self._paint_marks(painter, box)
        lines = [(line_color(place), place) for place in shown]
        if not self._classifies:
            grey, count = QColor(theme.colors().before), len(self._names)
            lines = [(grey, place) for place in range(count, min(2 * count, low.shape[1]))] + lines
        frame = Frame(box, *self._range)
        if self._is_picture:
            draw_lines(painter, lines, x * (box.width() / columns), low, high, frame)
        else:
            draw_pixels(painter, lines, x, low, high, frame, self.surface.devicePixelRatioF())
        if len(x) <= _FEW_POINTS:
            draw_points(painter, lines, x * (box.width() / columns), low, frame)
        painter.restore()

    def draw_body(self, painter: QPainter, area: QRectF) -> None:
        """In a picture lines are lines, not pixels."""
        self._is_picture = True
        try:
            super().draw_body(painter, area)
        finally:
            self._is_picture = False

    def place_at(self, point: QPointF) -> int | None:
        """The number of the result at a point."""
        box = self._box(QRectF(self.surface.rect()))
        if self._history is None or not box.contains(point) or not self.drawn.count:
            return None
        place = self._history.place_of(self._time_at(point.x()))
        return min(place, len(self._history) - 1)

    def words_at(self, place: int) -> str:
        """What the result says."""
        if self._history is None:
            return ""
        times, values = self._history.rows(place, place + 1)
        if not len(times):
            return ""
        row = values[0][: len(self._names)]
        known = [at for at in range(len(row)) if row[at] == row[at]]
        if self._classifies and known:
            best = max(known, key=lambda at: float(row[at]))
            words = f"{self._names[best]} {float(row[best]) * 100:.1f} %"
        else:
            words = ", ".join(f"{self._names[at]} {float(row[at]):.4g}" for at in known[:6])
        return f"{clock(float(times[0]), 0.01)}: {words}"

    def pick(self, place: int) -> None:
        """A result cannot be selected."""

    def zoom(self, point: QPointF, turn: int) -> bool:
        """The wheel: closer or wider around the mouse."""
        if self._history is None or not turn:
            return False
        self.zoomed.emit(_ZOOM if turn > 0 else 1 / _ZOOM, self._time_at(point.x()))
        return True

    def show_all(self) -> None:
        """Double-click: the whole session."""
        self.whole_wanted.emit()

    def key(self, key: int) -> bool:
        """Arrows, plus and minus, Home and End."""
        span = self.end_s - self.begin_s
        keys = Qt.Key
        match key:
            case keys.Key_Left | keys.Key_Right:
                self.moved.emit(span / 8 * (1 if key == keys.Key_Right else -1))
            case keys.Key_PageUp | keys.Key_PageDown:
                self.moved.emit(span * (1 if key == keys.Key_PageDown else -1))
            case keys.Key_Plus | keys.Key_Equal | keys.Key_Minus:
                self.zoomed.emit(1 / _ZOOM if key == keys.Key_Minus else _ZOOM, self.end_s)
            case keys.Key_Home:
                self.moved.emit(-1e12)
            case keys.Key_End:
                self.follow_wanted.emit()
            case _:
                return False
        return True

    def pressed(self, point: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        """Take hold of the plot."""
        self._grabbed = point.x()

    def hovered(self, point: QPointF | None, buttons: Qt.MouseButton) -> None:
        """Read out, or drag."""
        if point is not None and buttons & Qt.MouseButton.LeftButton and self._grabbed is not None:
            by = (self._grabbed - point.x()) / self._box(QRectF(self.surface.rect())).width()
            self._grabbed = point.x()
            self.moved.emit(by * (self.end_s - self.begin_s))
        super().hovered(point, buttons)

    def refresh_read_out(self) -> None:
        """What the mouse points at moves under it."""
        if self.surface.underMouse():
            self.hovered(QPointF(self.surface.mapFromGlobal(self.cursor().pos())), Qt.MouseButton.NoButton)

    def _box(self, area: QRectF) -> QRectF:
        line = QFontMetricsF(self.font()).height() + 4
        return area.adjusted(_LEFT, _TOP, -_RIGHT, -line)

    def _time_at(self, x: float) -> float:
        box = self._box(QRectF(self.surface.rect()))
        return self.begin_s + (x - box.left()) / box.width() * (self.end_s - self.begin_s)

    def _shown(self, high: npt.NDArray[np.float32]) -> list[int]:
        count = min(len(self._names), high.shape[1])
        if count <= MOST_TRACES or not len(high):
            return list(range(count))
        tops = np.nan_to_num(np.fmax.reduce(high[:, :count], axis=0), nan=-np.inf)
        return sorted(np.argsort(-tops, kind="stable")[:MOST_TRACES].tolist())

    def _fit(self, low: npt.NDArray[np.float32], high: npt.NDArray[np.float32]) -> None:
        """Values have an axis that adapts: at once where they leave it, and where they need less than half of it."""
        finite = low[np.isfinite(low)], high[np.isfinite(high)]
        if not len(finite[0]):
            return
        least, most = float(finite[0].min()), float(finite[1].max())
        before = self._range[1] - self._range[0]
        if least < self._range[0] or most > self._range[1] or most - least < before / 2:
            room = 0.08 * (most - least) or max(abs(most), 1e-6) * 0.1
            self._range = (least - room, most + room)

    def _paint_grid(self, painter: QPainter, box: QRectF) -> None:
        chosen = theme.colors()
        high = QFontMetricsF(self.font()).height()
        least, most = self._range
        grid, muted = QColor(chosen.border), QColor(chosen.muted)
        for tick in decimal_ticks(least, most, max(2, int(box.height() // 40))):
            y = box.bottom() - (tick - least) / (most - least) * box.height()
            painter.setPen(QPen(grid, 1, Qt.PenStyle.DotLine))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
            painter.setPen(muted)
            words = f"{tick * 100:.0f} %" if self._classifies else f"{tick:.4g}"
            painter.drawText(QRectF(0, y - high / 2, _LEFT - 6, high), Qt.AlignmentFlag.AlignRight, words)
        ticks = decimal_ticks(self.begin_s, self.end_s, max(2, int(box.width() // 80)))
        step = ticks[1] - ticks[0] if len(ticks) > 1 else self.end_s - self.begin_s
        for tick in ticks:
            if tick < -step / 2:
                continue
            x = box.left() + (tick - self.begin_s) / (self.end_s - self.begin_s) * box.width()
            painter.setPen(grid)
            painter.drawLine(QPointF(x, box.bottom()), QPointF(x, box.bottom() + 4))
            painter.setPen(muted)
            place = QRectF(min(x - 50, box.right() - 90), box.bottom() + 4, 100, high)
            painter.drawText(place, Qt.AlignmentFlag.AlignHCenter, clock(tick, step))
        painter.setPen(grid)
        painter.drawLine(box.bottomLeft(), box.bottomRight())

    def _paint_marks(self, painter: QPainter, box: QRectF) -> None:
        chosen = theme.colors()
        painter.setPen(QPen(QColor(chosen.muted), 1, Qt.PenStyle.DashLine))
        least, most = self._range
        for level in self._thresholds:
            y = box.bottom() - (level - least) / (most - least) * box.height()
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        for mark in self._marks:
            if self.begin_s <= mark.time_s <= self.end_s:
                x = box.left() + (mark.time_s - self.begin_s) / (self.end_s - self.begin_s) * box.width()
                painter.setPen(QPen(QColor(chosen.warning), 1, Qt.PenStyle.DashLine))
                painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
                painter.drawText(QPointF(x + 4, box.top() + 12), mark.words)


def clock(seconds: float, step: float) -> str:
    """A time of the session as 1:02, with as many digits as a step of that size needs."""
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2 if step >= 0.01 else 4
    total = round(max(0.0, seconds), digits)
    minutes, rest = divmod(total, 60)
    hours, minutes = divmod(int(minutes), 60)
    width = 2 if not digits else 3 + digits
    tail = f"{rest:0{width}.{digits}f}"
    return f"{hours}:{minutes:02d}:{tail}" if hours else f"{minutes}:{tail}"
