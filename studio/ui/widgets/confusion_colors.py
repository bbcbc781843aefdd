"""The colours of a confusion matrix: right answers in the accent, wrong ones in amber, deeper where there are more."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage

from studio.core.answers import Side
from studio.ui import theme

_FAINTEST, _DEEPEST = 0.2, 0.9  # of the ink: a single mistake must be seen, and figures must stay readable

Counts = npt.NDArray[np.int64]
Strengths = npt.NDArray[np.float64]


def strengths(
    counts: Counts, totals: Counts, diagonal: npt.NDArray[np.bool_], strongest: int, side: Side
) -> Strengths:
    """How deep each cell's colour is, 0 to 1, for a block of cells.

    On the diagonal that is the share of the class (`totals`, one for each row); elsewhere, and for changes, the root
    of the share of the largest count off the diagonal (`strongest`).
    """
    rooted = np.sqrt(np.minimum(1.0, np.abs(counts) / strongest))
    if side is Side.CHANGE:
        return rooted
    found: Strengths = np.where(
        diagonal,
        counts / np.maximum(totals, 1)[:, None],
        np.where(counts > 0, _FAINTEST + (1 - _FAINTEST) * rooted, 0.0),
    )
    return found


def picture(counts: Counts, diagonal: npt.NDArray[np.bool_], depth: Strengths, side: Side) -> QImage:
    """A block of cells as a picture of one pixel each."""
    chosen = theme.colors()
    better = (counts > 0) == diagonal if side is Side.CHANGE else diagonal
    base = np.where(diagonal[..., None], _rgb(chosen.raised), _rgb(chosen.base))
    ink = np.where(better[..., None], _rgb(chosen.accent), _rgb(chosen.warning))
    pixels = np.empty((*counts.shape, 4), np.uint8)
    pixels[..., :3] = np.rint(base + (ink - base) * (_DEEPEST * depth)[..., None])
    pixels[..., 3] = 255
    image = QImage(pixels.data, pixels.shape[1], pixels.shape[0], QImage.Format.Format_RGBA8888)
    return image.copy()  # the array does not live as long


def figure_color(ground: QColor) -> QColor:
    """The colour to write a count in on this ground: of text or window, what differs more in lightness."""
    chosen = theme.colors()
    inks = (QColor(chosen.text), QColor(chosen.window))
    return max(inks, key=lambda ink: abs(_lightness(ink) - _lightness(ground)))


def _lightness(color: QColor) -> float:
    return 0.299 * color.redF() + 0.587 * color.greenF() + 0.114 * color.blueF()


def _rgb(color: str) -> npt.NDArray[np.float64]:
    made = QColor(color)
    return np.array((made.red(), made.green(), made.blue()), np.float64)
