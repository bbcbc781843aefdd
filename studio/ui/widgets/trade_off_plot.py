"""The trade-off: what each candidate costs against how well it answers; clicking a point goes to its recipe."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, QSizeF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.metric import Metric
from studio.core.recipe import Recipe
from studio.core.trade_off import Cost, Mark, Point, best_of, read_out
from studio.ui import theme
from studio.ui.theme import GRID
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.legend import Key
from studio.ui.widgets.limit_line import LimitLine
from studio.ui.widgets.mark_legend import LOOKS, MarkLegend
from studio.ui.widgets.picture_button import PictureButton
from studio.ui.widgets.shown_axis import ShownAxis

_NEAR = 14.0  # pixels around a point that belong to it
_LIMIT_IN_SIGHT = 2.0  # a limit up to this many times the largest cost is drawn, a farther one only written
_EMPTY = "Every choice you measure becomes a point here: move a slider, or let the search find the best."


class TradeOffPlot(QWidget):
    """Points with the front that none beats; arrow keys move along them, Enter or a click chooses one."""

    point_chosen = Signal(object)
    picture_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._points: tuple[Point, ...] = ()
        self._limits: dict[Cost, int] = {}
        self._sought: Mapping[Cost, int] = {}
        self._metric = Metric.ACCURACY
        self._current: Recipe | None = None
        self._hovered: int | None = None
        self._zoomed = False
        self._due = False  # to be drawn when it is shown next
        self._plot: Any = None
        self.cost = ChoiceField({one.value: one.words for one in Cost}, "What the candidates cost")
        self._legend = MarkLegend()
        self._read_out = label("", "muted", wrap=True)
        self._read_out.setMinimumHeight(2 * self._read_out.fontMetrics().height() + 2)
        self._read_out.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._empty = label(_EMPTY, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Trade-off between cost and accuracy")
        top = row(self.cost, None, self._legend)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(top)
        layout.addWidget(self._empty, 1)
        self.picture = PictureButton(self, self)
        below = row(self._read_out, self.picture)
        below.setStretch(0, 1)
        layout.addLayout(below)
        self.cost.currentIndexChanged.connect(self._on_cost)
        # A plot takes tens of milliseconds to make: in a turn of the event loop of its own.
        later = QTimer(self, singleShot=True, interval=0)
        later.timeout.connect(self._make_plot)
        later.start()

    @property
    def made(self) -> bool:
        """False for the first turn of the event loop, before there is a plot."""
        return self._plot is not None

    @property
    def points(self) -> tuple[Point, ...]:
        """The points as they are drawn."""
        return self._points

    @property
    def read_out(self) -> str:
        """What stands in the read-out."""
        return self._read_out.text()

    @property
    def heading(self) -> str:
        """The words above a picture of this."""
        return f"{self._cost.words} and {self._metric.value}"

    @property
    def keys(self) -> tuple[Key, ...]:
        """The legend of a picture of this."""
        return tuple(Key(mark.value, LOOKS[mark][2]) for mark in reversed(Mark))

    def picture_size(self) -> QSizeF:
        """How large a picture of this is."""
        return QSizeF(self.size())

    def draw_body(self, painter: QPainter, area: QRectF) -> None:
        """Draw the plot for a picture."""
        if self._plot is not None:
            self._plot.render(painter, area, aspectRatioMode=Qt.AspectRatioMode.IgnoreAspectRatio)

    def place_of(self, recipe: Recipe) -> QPointF | None:
        """Where the recipe's point is on this widget, or None if it has none."""
        place = next((at for at, point in enumerate(self._points) if point.recipe == recipe), None)
        if place is None or self._plot is None:
            return None
        scene = self._plot.getViewBox().mapViewToScene(self._position(self._points[place]))
        return QPointF(self._plot.mapTo(self, self._plot.mapFromScene(scene)))

    @property
    def aims(self) -> str:
        """The words at the line of a search's limit; "" where there is none."""
        return self._aim.words

    def set_points(
        self,
        points: Sequence[Point],
        current: Recipe,
        limits: dict[Cost, int],
        *,
        metric: Metric,
        sought: Mapping[Cost, int] = MappingProxyType({}),
    ) -> None:
        """Draw these; `current` gets a ring, the board's `limits` and those that a search `sought` are lines."""
        state = (tuple(points), current, limits, metric, sought)
        if state == (self._points, self._current, self._limits, self._metric, self._sought):
            return
        self._points, self._current, self._limits, self._metric, self._sought = state
        self._hovered = None
        self._draw()

    def sizeHint(self) -> QSize:
        """Qt: room for a plot."""
        return QSize(480, 300)

    def minimumSizeHint(self) -> QSize:
        """Qt: what can still be read."""
        return QSize(280, 200)

    def changeEvent(self, event: QEvent) -> None:
        """Qt: draw again in the new colours."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: draw what came in while nobody saw it."""
        super().showEvent(event)
        if self._due:
            self._draw()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: a frame while the keys are here."""
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setPen(QColor(theme.colors().accent))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))

    def leaveEvent(self, event: QEvent) -> None:
        """Qt: nothing is pointed at."""
        super().leaveEvent(event)
        self._point_at(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: nothing is pointed at."""
        super().focusOutEvent(event)
        self._point_at(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: left and right walk along the points by cost, Enter goes to the one pointed at."""
        keys = Qt.Key
        if event.key() in (keys.Key_Left, keys.Key_Right) and self._points:
            order = sorted(range(len(self._points)), key=lambda at: (self._x(at), self._points[at].accuracy))
            step = 1 if event.key() == keys.Key_Right else -1
            if self._hovered is None:
                self._point_at(self._place_of_current(order[0 if step > 0 else -1]))
            else:
                at = order.index(self._hovered) + step
                self._point_at(order[min(max(at, 0), len(order) - 1)])
        elif event.key() in (keys.Key_Return, keys.Key_Enter) and self._hovered is not None:
            self.point_chosen.emit(self._points[self._hovered].recipe)
        else:
            super().keyPressEvent(event)

    @property
    def _cost(self) -> Cost:
        return Cost(self.cost.value)

    def _x(self, place: int) -> float:
        return float(self._points[place].cost(self._cost))

    def _position(self, point: Point) -> QPointF:
        return QPointF(point.cost(self._cost), point.accuracy)

    def _place_of_current(self, otherwise: int) -> int:
        for place, point in enumerate(self._points):
            if point.recipe == self._current:
                return place
        return otherwise

    def _make_plot(self) -> None:
        self._bottom, self._left = ShownAxis("bottom"), ShownAxis("left")
        plot = pg.PlotWidget(
            axisItems={"bottom": self._bottom, "left": self._left}, background=None, enableMenu=False
        )
        plot.hideButtons()
        plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        plot.setAccessibleName(self.accessibleName())
        for axis in (self._bottom, self._left):
            axis.enableAutoSIPrefix(False)
            axis.setStyle(maxTickLevel=0)
        plot.setMinimumHeight(100)
        self._front = pg.PlotDataItem(antialias=True)
        self._limit, self._aim = LimitLine(plot), LimitLine(plot)
        self._ring = pg.ScatterPlotItem(symbol="o", size=22, pxMode=True)
        self._pointer = pg.ScatterPlotItem(symbol="o", size=18, pxMode=True)
        self._scatters = {mark: pg.ScatterPlotItem(pxMode=True) for mark in Mark}
        for item in (self._front, *self._scatters.values(), self._ring, self._pointer):
            plot.addItem(item)
        plot.scene().sigMouseMoved.connect(self._on_hover)
        plot.scene().sigMouseClicked.connect(self._on_click)
        plot.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self._plot = plot
        layout = self.layout()
        assert isinstance(layout, QVBoxLayout)
        layout.insertWidget(1, plot, 1)
        self._draw()

    def _draw(self) -> None:
        if self._plot is None:
            return
        self._due = not self.isVisible()
        if self._due:
            return
        self._plot.setVisible(bool(self._points))
        self._read_out.setVisible(bool(self._points))
        self.picture.setVisible(bool(self._points))
        self._empty.setVisible(not self._points)
        if not self._points:
            self._read_out.setText("")
            return
        chosen = theme.colors()
        cost = self._cost
        self._plot.setBackground(chosen.base)
        for axis in (self._bottom, self._left):
            axis.setPen(chosen.border)
            axis.setTextPen(chosen.muted)
        self._bottom.show = cost.show
        self._bottom.unit = 1000.0 if cost is Cost.TIME else 1024.0 if self._widest() > 2048 else 1.0
        self._left.show = _percent if self._metric.is_share else _real
        self._left.unit = 0.01 if self._metric.is_share else 1.0
        self._left.setLabel(self._metric.heading)
        self._plot.showGrid(x=True, y=True, alpha=0.12)
        for mark, scatter in self._scatters.items():
            symbol, size, color, filled, _ = LOOKS[mark]
            drawn = QColor(str(getattr(chosen, color)))
            shown = [point for point in self._points if point.mark is mark]
            scatter.setData(
                x=[point.cost(cost) for point in shown],
                y=[point.accuracy for point in shown],
                symbol=symbol,
                size=size,
                pen=pg.mkPen(drawn, width=1.5),
                brush=pg.mkBrush(drawn if filled else QColor(chosen.base)),
            )
        best = best_of(self._points, cost)
        self._front.setData(
            [self._x(place) for place in best], [self._points[place].accuracy for place in best]
        )
        self._front.setPen(pg.mkPen(QColor(chosen.muted), width=1))
        self._mark(self._ring, [p for p in self._points if p.recipe == self._current], chosen.text)
        self._draw_limit()
        if not self._zoomed:
            self._show_all()
        self._point_at(self._hovered)

    def _widest(self) -> float:
        return max((self._x(place) for place in range(len(self._points))), default=0.0)

    def _draw_limit(self) -> None:
        """A line where it is in sight, else words on the axis; red where the current candidate is over it."""
        chosen = theme.colors()
        limit = self._limits.get(self._cost)
        shown = "" if limit is None else self._cost.show(limit)
        far = limit is not None and limit > _LIMIT_IN_SIGHT * self._widest()
        over = limit is not None and any(
            point.cost(self._cost) > limit for point in self._points if point.recipe == self._current
        )
        color = chosen.danger if over else chosen.muted
        self._limit.set_limit(None if far else limit, f"limit {shown}", color)
        aim = self._sought.get(self._cost)
        lower = aim is not None and (limit is None or aim < limit)
        self._aim.set_limit(aim if lower else None, f"search: {self._cost.show(aim or 0)}", chosen.muted)
        more = f", the limit of {shown} lies far to the right" if far else ""
        self._bottom.setLabel(f"{self._cost.words}{more}")

    def _show_all(self) -> None:
        """Costs from 0, so that lengths compare; accuracies as close as they lie, with a little air."""
        limit = self._limits.get(self._cost, 0)
        right = max(self._widest(), 1.0)
        if right < limit <= _LIMIT_IN_SIGHT * right:
            right = limit
        heights = [point.accuracy for point in self._points]
        low, high = min(heights), max(heights)
        air = max((high - low) * 0.12, 0.01)
        self._plot.setXRange(0, right * 1.08, padding=0)
        self._plot.setYRange(low - air, min(high + air, 1.0 + air / 2), padding=0)

    def _mark(self, item: Any, points: Sequence[Point], color: str) -> None:
        item.setData(
            x=[point.cost(self._cost) for point in points],
            y=[point.accuracy for point in points],
            pen=pg.mkPen(QColor(color), width=2),
            brush=pg.mkBrush(None),
        )

    def _point_at(self, place: int | None) -> None:
        if place is not None and place >= len(self._points):
            place = None
        self._hovered = place
        if self._plot is not None:
            self._mark(self._pointer, [] if place is None else [self._points[place]], theme.colors().accent)
        if place is None:
            here = [point for point in self._points if point.recipe == self._current]
            words = f"Now at {read_out(here[0], metric=self._metric)}" if here else ""
        else:
            words = read_out(self._points[place], metric=self._metric)
        self._read_out.setText(words)

    def _place_at(self, position: QPointF) -> int | None:
        """The nearest point within reach of a place in the scene; among several the one drawn on top."""
        if self._plot is None or not self._points:
            return None
        box = self._plot.getViewBox()
        if not box.sceneBoundingRect().contains(position):
            return None
        best, found = _NEAR, None
        order = list(Mark)
        for place in sorted(range(len(self._points)), key=lambda at: order.index(self._points[at].mark)):
            at = box.mapViewToScene(self._position(self._points[place])) - position
            distance = (at.x() ** 2 + at.y() ** 2) ** 0.5
            if distance <= best:
                best, found = distance, place
        return found

    @Slot(object)
    def _on_hover(self, position: QPointF) -> None:
        self._point_at(self._place_at(position))

    @Slot(object)
    def _on_click(self, event: Any) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if event.double():
            self._zoomed = False
            self._show_all()
            return
        place = self._place_at(event.scenePos())
        if place is not None:
            self.point_chosen.emit(self._points[place].recipe)

    @Slot()
    def _on_zoomed(self) -> None:
        self._zoomed = True

    @Slot(int)
    def _on_cost(self, _place: int) -> None:
        self._zoomed = False
        self._draw()


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %".replace(".0 %", " %")


def _real(value: float) -> str:
    return f"{value:.3g}"
