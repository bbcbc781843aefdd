"""The model as a graph: a box for each layer with its size, wires for its tensors; pan, zoom and click."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsScene, QToolButton, QWidget

from studio.core.graph_layout import GraphLayout, lay_out
from studio.core.layers import Family
from studio.ui import theme
from studio.ui.widgets.graph_view import BOX, ZOOM, Box, GraphView, Node, family_color
from studio.ui.widgets.legend import Key
from studio.ui.widgets.plot import Plot

_PITCH = QSizeF(180, 60)
_AT_ONCE = 120  # boxes; about 10 ms
_FIRST_SCALE = 0.75  # at least this large when the graph is shown first


class ModelGraph(Plot):
    """Layers from left to right; boxes are coloured by the kind of operator, their bars show the weights."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.view = GraphView()
        super().__init__("The model", parent, self.view)
        self._nodes: tuple[Node, ...] = ()
        self._boxes: list[Box] = []
        self._wires: QGraphicsPathItem | None = None
        self._scene = QGraphicsScene(self)
        self._scene.setItemIndexMethod(QGraphicsScene.ItemIndexMethod.BspTreeIndex)
        self.view.setScene(self._scene)
        self._fitted = False
        self._corners: list[QPointF] = []
        self._more = QTimer(self, singleShot=True, interval=0)
        self._more.timeout.connect(self._add_boxes)
        self.buttons: dict[str, QToolButton] = {}
        for text, tip, do in (
            ("−", "Zoom out", lambda: self.view.zoom(1 / ZOOM)),
            ("+", "Zoom in", lambda: self.view.zoom(ZOOM)),
            ("All", "Show the whole model", self.show_all),
        ):
            button = QToolButton(autoRaise=True)
            button.setText(text)
            button.setToolTip(tip)
            button.setAccessibleName(tip)
            button.clicked.connect(do)
            self.tools.addWidget(button)
            self.buttons[text] = button
        self.view.clicked.connect(self.pick)
        self.view.pointed.connect(self._on_pointed)
        self.view.key_pressed.connect(self._on_key)
        self.colors_changed()

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The layers that are drawn."""
        return self._nodes

    def set_nodes(self, nodes: Sequence[Node]) -> None:
        """Draw these layers; where only their sizes or words changed nothing moves."""
        nodes = tuple(nodes)
        if nodes == self._nodes:
            return
        same = [node.inputs for node in nodes] == [node.inputs for node in self._nodes]
        self._nodes = nodes
        self._hovered = None
        self._write_families()
        if same:
            for box, node in zip(self._boxes, nodes, strict=False):  # those still to come take theirs then
                box.node = node
            self._scene.update()
        else:
            self._build()
        self._write_read_out()

    def place_of(self, number: int) -> QRectF:
        """Where a layer's box lies in the view, in its pixels."""
        return QRectF(self.view.mapFromScene(self._boxes[number].sceneBoundingRect()).boundingRect())

    def words_at(self, place: int) -> str:
        """What is known of a layer."""
        return self._nodes[place].words if place < len(self._nodes) else ""

    def marks_changed(self) -> None:
        """Bring the selected layer into sight."""
        if self._current is not None and self._current < len(self._boxes):
            self.view.ensureVisible(self._boxes[self._current], 24, 24)
        self._scene.update()

    def mark(self, places: Iterable[int], current: int | None = None) -> None:
        """Mark these layers."""
        super().mark(places, current)
        self._scene.update()

    def colors_changed(self) -> None:
        """The palette is another one."""
        self._scene.setBackgroundBrush(QColor(theme.colors().window))
        if self._wires is not None:
            self._wires.setPen(QPen(QColor(theme.colors().muted), 1.5))
        self._write_families()
        self._scene.update()

    def show_all(self) -> None:
        """The whole model, however small that makes it."""
        self.view.fitInView(self._scene.sceneRect(), Qt.AspectRatioMode.KeepAspectRatio)
        if self.view.transform().m11() > 1:
            self.view.resetTransform()

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: the first time there is a size to fit to."""
        super().showEvent(event)
        self._fit_first()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: until someone zooms, the first view fits."""
        super().resizeEvent(event)
        self._fit_first()

    def draw_body(self, painter: QPainter, area: QRectF) -> None:
        """The whole model in a picture."""
        self._scene.render(painter, area, self._scene.sceneRect())

    def picture_size(self) -> QSizeF:
        """As large as the model at its full scale."""
        scene = self._scene.sceneRect().size()
        return QSizeF(min(12_000.0, max(480.0, scene.width())) + 16, max(80.0, scene.height()) + 72)

    def _write_families(self) -> None:
        used = {node.family for node in self._nodes}
        self.set_keys(Key(family.value, family_color(family)) for family in Family if family in used)

    def _build(self) -> None:
        """Lay out now; boxes of large models come in several turns of the event loop, so that none is long."""
        self._scene.clear()
        self._boxes = []
        layout = lay_out([node.inputs for node in self._nodes])
        self._corners = [
            QPointF(column * _PITCH.width(), row * _PITCH.height()) for column, row in layout.places
        ]
        self._wires = self._scene.addPath(
            _wires(layout, self._corners), QPen(QColor(theme.colors().muted), 1.5)
        )
        self._wires.setZValue(-1)
        margin = 12
        area = self._wires.boundingRect()
        for corner in self._corners:
            area |= QRectF(corner, BOX)
        self._scene.setSceneRect(area.adjusted(-margin, -margin, margin, margin))
        self._fitted = False
        self._add_boxes()

    @Slot()
    def _add_boxes(self) -> None:
        first = len(self._boxes)
        for number in range(first, min(first + _AT_ONCE, len(self._nodes))):
            box = Box(self, number, self._nodes[number], self._corners[number])
            self._scene.addItem(box)
            self._boxes.append(box)
        if len(self._boxes) < len(self._nodes):
            self._more.start()
        else:
            self._fit_first()
            self.marks_changed()

    def _fit_first(self) -> None:
        """As much as can be read: the height, from the model's input on."""
        if not self._boxes or self._more.isActive() or not self.isVisible() or self._fitted:
            return
        self._fitted = True
        self.show_all()
        if self.view.transform().m11() < _FIRST_SCALE:
            self.view.resetTransform()
            self.view.scale(_FIRST_SCALE, _FIRST_SCALE)
            self.view.centerOn(self._boxes[self._current or 0])

    def _on_pointed(self, number: int) -> None:
        self._hovered = number if number >= 0 else None
        self._write_read_out()

    def _on_key(self, key: int) -> None:
        if not self._nodes:
            return
        now = self._current if self._current is not None else -1
        last = len(self._nodes) - 1
        wanted = {
            Qt.Key.Key_Right: min(last, now + 1),
            Qt.Key.Key_Down: min(last, now + 1),
            Qt.Key.Key_Left: max(0, now - 1),
            Qt.Key.Key_Up: max(0, now - 1),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        for known, place in wanted.items():
            if key == known:
                self.pick(place)
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Minus):
            self.view.zoom(ZOOM if key == Qt.Key.Key_Plus else 1 / ZOOM)


def _wires(layout: GraphLayout, corners: Sequence[QPointF]) -> QPainterPath:
    path = QPainterPath()
    half = BOX.height() / 2
    for wire in layout.wires:
        at = corners[wire.source] + QPointF(BOX.width(), half)
        path.moveTo(at)
        for column, row in wire.bends:
            stop = QPointF(column * _PITCH.width(), row * _PITCH.height() + half)
            _curve(path, at, stop)
            at = QPointF(stop.x() + BOX.width(), stop.y())
            path.lineTo(at)
        _curve(path, at, corners[wire.target] + QPointF(0, half))
    return path


def _curve(path: QPainterPath, start: QPointF, end: QPointF) -> None:
    middle = (start.x() + end.x()) / 2
    path.cubicTo(QPointF(middle, start.y()), QPointF(middle, end.y()), end)
