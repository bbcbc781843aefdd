"""How a sample is best looked at, by its shape alone: a picture, traces over time, a waveform or bars."""

from enum import StrEnum

_SMALLEST_SIDE = 5  # pixels; below that rows or columns are channels rather than a picture
_MOST_TRACES = 8  # lines that can still be told apart
_LONG = 32  # steps from which one row of numbers is a waveform rather than a handful of features


class Face(StrEnum):
    """The way a sample is drawn."""

    PICTURE = "picture"
    TRACE = "trace"
    WAVEFORM = "waveform"
    BARS = "bars"


def face_of(shape: tuple[int, ...]) -> Face:
    """The face for one sample of `shape` (no batch).

    [H, W, 1 or 3] and [H, W] with more rows and columns than lines can show are pictures; [T, C] are C traces;
    one long row is a waveform, a short one bars.
    """
    sides = plain_shape(shape)
    if len(sides) == 3:
        return Face.PICTURE
    if len(sides) == 2:
        return Face.PICTURE if sides[1] > _MOST_TRACES and sides[0] >= _SMALLEST_SIDE else Face.TRACE
    return Face.WAVEFORM if sides and sides[0] >= _LONG else Face.BARS


def plain_shape(shape: tuple[int, ...]) -> tuple[int, ...]:
    """The shape to draw in: (H, W, channels) for pictures, (T, C) for traces, (N,) for one row of numbers."""
    if len(shape) == 3 and shape[2] in (1, 3) and min(shape[:2]) >= _SMALLEST_SIDE:
        return shape
    sides = tuple(size for size in shape if size != 1)
    if len(sides) <= 2:
        return sides or (1,)
    rest = 1
    for size in sides[1:]:
        rest *= size
    return sides[0], rest
