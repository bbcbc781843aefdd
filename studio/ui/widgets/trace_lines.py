"""How the lines of a trace plot are drawn: as pixels on the screen, as lines in pictures."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from pyqtgraph.functions import arrayToQPolygonF
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from studio.core.trace_raster import column_spans, draw_spans, pieces

Floats = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]
Lines = list[tuple[QColor, int]]
"""A colour and the column of the scores."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the lines are drawn, and which values its lower and upper edge stand for."""

    box: QRectF
    least: float
    most: float


def draw_pixels(
    painter: QPainter, lines: Lines, x: Floats, low: Scores, high: Scores, frame: Frame, ratio: float
) -> None:
    """All lines as one image: Qt takes some ten times as long for lines that go up and down in every column."""
    box = frame.box
    width, height = max(1, int(box.width() * ratio)), max(1, int(box.height() * ratio))
    least, most = frame.least, frame.most
    scale = (height - 1) / (most - least)
    pixels = np.zeros((height, width), np.uint32)
    whole = pieces(x)
    for color, place in lines:
        known = np.isfinite(low[:, place])
        everything = bool(known.all())
        at = x if everything else x[known]
        under = (low[:, place] if everything else low[known, place]).astype(np.float64)
        over = (high[:, place] if everything else high[known, place]).astype(np.float64)
        for piece in whole if everything else pieces(at):
            first, bottom, top = column_spans(at[piece], under[piece], over[piece], width)
            draw_spans(
                pixels,
                first,
                height - 1 - (top - least) * scale,
                height - 1 - (bottom - least) * scale,
                color.rgba(),
            )
    image = QImage(pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    painter.drawImage(box.topLeft(), image)


def draw_lines(
    painter: QPainter, lines: Lines, across: Floats, low: Scores, high: Scores, frame: Frame
) -> None:
    """All lines as lines, for pictures."""
    for color, place in lines:
        known = np.isfinite(low[:, place])
        at, under, over = across[known], low[known, place], high[known, place]
        painter.setPen(QPen(color, 1))
        for piece in pieces(at) if len(at) else ():
            painter.drawPolyline(arrayToQPolygonF(*_points(at[piece], under[piece], over[piece], frame)))


def draw_points(painter: QPainter, lines: Lines, across: Floats, low: Scores, frame: Frame) -> None:
    """Few enough to be told apart."""
    for color, place in lines:
        x, y = _points(across, low[:, place], low[:, place], frame)
        if not len(x):  # pyqtgraph cannot make a polygon of nothing
            continue
        painter.setPen(QPen(color, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(arrayToQPolygonF(x, y))


def _points(across: Floats, low: Scores, high: Scores, frame: Frame) -> tuple[Floats, Floats]:
    """Where these are: each at its place, or its least and its highest."""
    known = np.isfinite(low)
    across, low, high = across[known], low[known], high[known]
    least, most = frame.least, frame.most
    scale = frame.box.height() / (most - least)
    under = frame.box.bottom() - (low.astype(np.float64) - least) * scale
    if np.array_equal(low, high):
        return frame.box.left() + across, under
    over = frame.box.bottom() - (high.astype(np.float64) - least) * scale
    return frame.box.left() + np.repeat(across, 2), np.stack([under, over], axis=1).ravel()
