"""Pictures of plots, as PNG or SVG: heading, legend and read-out with the plot below, in the palette in force."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QPointF, QRectF, QSizeF, SignalInstance
from PySide6.QtGui import QColor, QFont, QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QMenu, QWidget

from studio.core.phrases import phrase
from studio.ui import theme
from studio.ui.widgets.legend import Key

_SHARPNESS = 2  # pixels of a PNG for one on the screen
PICTURES = {"png": "PNG pictures (*.png)", "svg": "SVG drawings (*.svg)"}


class Drawn(Protocol):
    """What a picture needs of a plot."""

    picture_wanted: SignalInstance

    @property
    def heading(self) -> str:
        """The words above."""

    @property
    def keys(self) -> tuple[Key, ...]:
        """The legend."""

    @property
    def read_out(self) -> str:
        """The line below the heading."""

    def font(self) -> QFont:
        """The font of all words."""

    def picture_size(self) -> QSizeF:
        """How large the picture is."""

    def draw_body(self, painter: QPainter, area: QRectF) -> None:
        """Draw the plot itself."""


class PictureMenu(QMenu):
    """Save as PNG, as SVG, or copy. Saving asks for a place, which `picture_wanted` of the plot is for."""

    def __init__(self, plot: Drawn, parent: QWidget) -> None:
        super().__init__(parent)
        self._plot = plot
        self.addAction(phrase("Save as &PNG…"), lambda: plot.picture_wanted.emit("png"))
        self.addAction(phrase("Save as &SVG…"), lambda: plot.picture_wanted.emit("svg"))
        self.addAction(
            phrase("&Copy the picture"), lambda: QGuiApplication.clipboard().setImage(png_of(plot))
        )


def png_of(plot: Drawn) -> QImage:
    """The picture, twice as sharp as on the screen."""
    size = plot.picture_size()
    image = QImage((size * _SHARPNESS).toSize(), QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(_SHARPNESS)
    painter = QPainter(image)
    _draw(plot, painter, size)
    painter.end()
    return image


def svg_of(plot: Drawn) -> bytes:
    """The picture as a drawing that stays sharp at every size."""
    size = plot.picture_size()
    content = QByteArray()
    stream = QBuffer(content)
    stream.open(QIODevice.OpenModeFlag.WriteOnly)
    drawing = QSvgGenerator()
    drawing.setOutputDevice(stream)
    drawing.setSize(size.toSize())
    drawing.setViewBox(QRectF(QPointF(0, 0), size))
    drawing.setTitle(plot.heading)
    painter = QPainter(drawing)
    _draw(plot, painter, size)
    painter.end()
    stream.close()
    return bytes(content.data())


def picture_of(plot: Drawn, suffix: str) -> Callable[[], bytes]:
    """What gives the content of a .png or .svg file. It is drawn now; a PNG is packed when it is called, anywhere."""
    if suffix.lower() == ".svg":
        drawing = svg_of(plot)
        return lambda: drawing
    image = png_of(plot)

    def packed() -> bytes:
        content = QByteArray()
        stream = QBuffer(content)
        stream.open(QIODevice.OpenModeFlag.WriteOnly)
        QImageWriter(stream, b"png").write(image)
        stream.close()
        return bytes(content.data())

    return packed


def _draw(plot: Drawn, painter: QPainter, size: QSizeF) -> None:
    painter.fillRect(QRectF(QPointF(0, 0), size), QColor(theme.colors().window))
    bold = QFont(plot.font())
    bold.setBold(True)
    painter.setFont(bold)
    line, margin = float(painter.fontMetrics().height()), float(theme.GRID)
    painter.setPen(QColor(theme.colors().text))
    x, y = margin, margin + painter.fontMetrics().ascent()
    painter.drawText(QPointF(x, y), plot.heading)
    x += painter.fontMetrics().horizontalAdvance(plot.heading) + 2 * margin
    painter.setFont(plot.font())
    for key in plot.keys:
        painter.fillRect(QRectF(x, margin + line * 0.25, line * 0.6, line * 0.6), QColor(key.hex))
        painter.drawText(QPointF(x + line * 0.6 + margin / 2, y), key.name)
        x += line * 0.6 + margin / 2 + painter.fontMetrics().horizontalAdvance(key.name) + 2 * margin
    painter.setPen(QColor(theme.colors().muted))
    painter.drawText(QPointF(margin, y + line + margin / 2), plot.read_out)
    top = 2 * line + 3 * margin
    painter.save()
    plot.draw_body(painter, QRectF(margin, top, size.width() - 2 * margin, size.height() - top - margin))
    painter.restore()
