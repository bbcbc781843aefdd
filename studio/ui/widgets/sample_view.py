"""One sample as one can look at it: a picture, traces over time, a waveform or bars."""

from itertools import pairwise

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.core.formatting import show_shape
from studio.core.phrases import phrase, phrase_later
from studio.core.samples import Face, face_of, plain_shape
from studio.ui import theme
from studio.ui.theme import GRID

_MOST_STRETCHED = 2.0  # a picture's longer side against its shorter one; a spectrogram may be far longer
_CHANNELS = (phrase_later("red"), phrase_later("green"), phrase_later("blue"))
_FACES = {
    Face.PICTURE: phrase_later("{label}: a picture of {shape}"),
    Face.TRACE: phrase_later("{label}: a trace of {shape}"),
    Face.WAVEFORM: phrase_later("{label}: a waveform of {shape}"),
    Face.BARS: phrase_later("{label}: bars of {shape}"),
}

Numbers = npt.NDArray[np.float64]


class SampleView(QWidget):
    """Draws one sample with its label above and what the mouse points at below; `clicked` when it is clicked."""

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._values: Numbers | None = None
        self._shape: tuple[int, ...] = ()
        self._face = Face.BARS
        self._label = ""
        self._tone = ""
        self._selected = False
        self._image = QImage()
        self._read_out = ""
        self._area = QRectF()
        self.setMouseTracking(True)
        self.setMinimumSize(8 * GRID, 8 * GRID)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def face(self) -> Face:
        """How the sample is drawn."""
        return self._face

    @property
    def read_out(self) -> str:
        """What the mouse points at, or what the sample is."""
        return self._read_out or self._about()

    def set_sample(
        self, values: npt.NDArray[np.generic], shape: tuple[int, ...], label: str, *, tone: str = ""
    ) -> None:
        """Draw `values` (any shape with as many numbers as `shape`, which has no batch) under `label`.

        `tone` names a colour of the theme for the label ("danger", "good"…).
        """
        self._values = np.asarray(values, dtype=np.float64).reshape(plain_shape(shape))
        self._shape = shape
        self._face = face_of(shape)
        self._label = label
        self._tone = tone
        self._read_out = ""
        self._image = _picture(self._values) if self._face is Face.PICTURE else QImage()
        self.setAccessibleName(phrase(_FACES[self._face], label=label, shape=show_shape(shape)))
        self.update()

    def clear(self) -> None:
        """Draw nothing."""
        self._values = None
        self._label = self._read_out = ""
        self.setAccessibleName("")
        self.update()

    def set_selected(self, selected: bool) -> None:
        """Frame the sample, or not."""
        self._selected = selected
        self.update()

    def sizeHint(self) -> QSize:
        """Qt: enough to see a small picture."""
        return QSize(18 * GRID, 18 * GRID)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Qt: draw the label, the sample and the read-out."""
        if self._values is None:
            return
        chosen = theme.colors()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = QFontMetricsF(self.font()).height()
        inside = QRectF(self.rect()).adjusted(GRID / 2, 2, -GRID / 2, -2)
        painter.setPen(QColor(getattr(chosen, self._tone or "text")))
        self._write(painter, QRectF(inside.left(), inside.top(), inside.width(), line), self._label)
        self._area = inside.adjusted(0, line + 2, 0, -line - 2)
        if self._face is Face.PICTURE:
            self._draw_picture(painter, self._values)
        elif self._face is Face.BARS:
            self._draw_bars(painter, self._values)
        else:
            self._draw_lines(painter, self._values.reshape(len(self._values), -1))
        painter.setPen(QColor(chosen.muted))
        below = QRectF(inside.left(), self._area.bottom() + 2, inside.width(), line)
        self._write(painter, below, self.read_out)
        if self._selected:
            painter.setPen(QPen(QColor(chosen.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Qt: say what is under the mouse."""
        self._read_out = self._under(event.position())
        self.setToolTip(self._read_out)
        self.update()

    def leaveEvent(self, event: object) -> None:
        """Qt: say again what the sample is."""
        self._read_out = ""
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Qt: someone chose this sample."""
        if event.button() is Qt.MouseButton.LeftButton:
            self.clicked.emit()

    def _write(self, painter: QPainter, area: QRectF, text: str) -> None:
        room = QFontMetricsF(self.font()).elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter), room)

    def _about(self) -> str:
        if self._values is None:
            return ""
        whole = phrase(
            "{shape}, {low} to {high}",
            shape=show_shape(self._shape),
            low=_number(float(self._values.min())),
            high=_number(float(self._values.max())),
        )
        fits = QFontMetricsF(self.font()).horizontalAdvance(whole) < self.width() - GRID
        return whole if fits else show_shape(self._shape)

    def _draw_picture(self, painter: QPainter, values: Numbers) -> None:
        rows, columns = values.shape[:2]
        ratio = min(max(columns / rows, 1 / _MOST_STRETCHED), _MOST_STRETCHED)
        height = min(self._area.height(), self._area.width() / ratio)
        self._area = QRectF(self._area.left(), self._area.top(), height * ratio, height)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)  # pixels stay pixels
        painter.drawImage(self._area, self._image)

    def _draw_bars(self, painter: QPainter, values: Numbers) -> None:
        low, high = min(float(values.min()), 0.0), max(float(values.max()), 0.0)
        chosen = theme.colors()
        step = self._area.width() / len(values)
        gap = 2.0 if step > 6 else 0.0
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(chosen.accent))
        zero = self._height_of(0.0, low, high)
        for place, value in enumerate(values):
            top = self._height_of(float(value), low, high)
            bar = QRectF(
                self._area.left() + place * step, min(top, zero), step - gap, max(abs(zero - top), 1.0)
            )
            painter.drawRect(bar)
        painter.setPen(QColor(chosen.border))
        painter.drawLine(QPointF(self._area.left(), zero), QPointF(self._area.right(), zero))

    def _draw_lines(self, painter: QPainter, values: Numbers) -> None:
        low, high = float(values.min()), float(values.max())
        if low < 0 < high:
            zero = self._height_of(0.0, low, high)
            painter.setPen(QColor(theme.colors().border))
            painter.drawLine(QPointF(self._area.left(), zero), QPointF(self._area.right(), zero))
        width = max(int(self._area.width()), 2)
        for channel in range(values.shape[1]):
            steps, heights = _thinned(values[:, channel], width)
            x = self._area.left() + steps / max(len(values) - 1, 1) * self._area.width()
            y = self._area.bottom() - (heights - low) / (high - low or 1.0) * self._area.height()
            color = theme.series_color(channel) if self._face is Face.TRACE else theme.colors().accent
            is_dense = len(x) > width
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not is_dense)
            painter.setPen(QPen(QColor(color), 1 if is_dense else 1.5))
            points = [QPointF(a, b) for a, b in zip(x.tolist(), y.tolist(), strict=True)]
            # Lines one by one: a long polyline that crosses itself takes Qt a hundred times longer.
            painter.drawLines([QLineF(*ends) for ends in pairwise(points)])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _height_of(self, value: float, low: float, high: float) -> float:
        return self._area.bottom() - (value - low) / (high - low or 1.0) * self._area.height()

    def _under(self, point: QPointF) -> str:
        if self._values is None or not self._area.contains(point):
            return ""
        across = min(max((point.x() - self._area.left()) / self._area.width(), 0.0), 1.0)
        down = min(max((point.y() - self._area.top()) / self._area.height(), 0.0), 1.0)
        if self._face is Face.PICTURE:
            rows, columns = self._values.shape[:2]
            i, j = min(int(down * rows), rows - 1), min(int(across * columns), columns - 1)
            here = np.atleast_1d(self._values[i, j])
            names = [phrase(name) for name in _CHANNELS] if len(here) == 3 else [""]
            numbers = ", ".join(
                f"{name} {_number(float(value))}".strip() for name, value in zip(names, here, strict=True)
            )
            return phrase("row {row}, column {column}: {values}", row=i, column=j, values=numbers)
        count = len(self._values)
        place = (
            min(int(across * count), count - 1) if self._face is Face.BARS else round(across * (count - 1))
        )
        here = np.atleast_1d(self._values[place])
        listed = ", ".join(_number(float(value)) for value in here)
        if self._face is Face.BARS:
            return phrase("number {place}: {value}", place=place, value=listed)
        return phrase("step {place}: {values}", place=place, values=listed)


def _picture(values: Numbers) -> QImage:
    """Values of (H, W) or (H, W, 1 or 3) as a picture: 0 to 1 and 0 to 255 as they are, others stretched."""
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255 and high > 1:
        low, high = 0.0, 255.0
    gray = (values - low) / (high - low or 1.0) * 255
    pixels = np.empty((*values.shape[:2], 4), np.uint8)
    pixels[..., :3] = gray[..., None] if gray.ndim == 2 else gray
    pixels[..., 3] = 255
    image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], QImage.Format.Format_RGBA8888)
    return image.copy()  # the array does not live as long


def _thinned(values: Numbers, width: int) -> tuple[Numbers, Numbers]:
    """Steps and heights of a line: of more than two values for a pixel only the lowest and the highest."""
    count = len(values)
    if count <= 2 * width:
        return np.arange(count, dtype=np.float64), values
    begins = np.linspace(0, count, width, endpoint=False).astype(np.int64)
    lows, highs = np.minimum.reduceat(values, begins), np.maximum.reduceat(values, begins)
    steps = np.repeat(begins, 2).astype(np.float64)
    heights = np.stack([lows, highs], axis=1).reshape(-1)
    return np.append(steps, count - 1.0), np.append(heights, values[-1])


def _number(value: float) -> str:
    return f"{value:.4g}"
