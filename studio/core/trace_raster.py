"""Lines as pixels: many points in few columns are drawn in a fraction of the time that a painter takes for them."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Pixels = npt.NDArray[np.uint32]

_A_WHILE, _SEEN = 8.0, 2.0  # times the usual distance; columns
_MOST_PIECES = 100


def column_spans(x: Floats, low: Floats, high: Floats, columns: int) -> tuple[int, Floats, Floats]:
    """A line through points at x [m] (in columns, ascending) that reach from low to high [m], as spans of columns.

    Returns the first column that the line touches, and the least and highest value in it and in each one after it.
    Neighbours overlap, so that the line has no gaps. Points beyond the columns only say where the line goes.
    """
    none = np.empty(0)
    if not len(x) or x[-1] < 0 or x[0] > columns:
        return 0, none, none
    first, last = max(0, int(x[0])), min(columns - 1, int(x[-1]))
    edges = np.arange(first, last + 2, dtype=np.float64)
    edge_low, edge_high = np.interp(edges, x, low), np.interp(edges, x, high)
    least, most = np.fmin(edge_low[:-1], edge_low[1:]), np.fmax(edge_high[:-1], edge_high[1:])
    inside = (x >= first) & (x < last + 1)
    if inside.any():
        place = x[inside].astype(np.int64) - first
        starts = np.flatnonzero(np.diff(place, prepend=-1))
        at = place[starts]
        least[at] = np.fmin(least[at], np.fmin.reduceat(low[inside], starts))
        most[at] = np.fmax(most[at], np.fmax.reduceat(high[inside], starts))
    return first, least, most


def pieces(x: Floats) -> list[slice]:
    """Points at x [m] (ascending) cut where nothing came for a while: a line across would show what nobody said.

    A while is eight times the usual distance. Where that is so often, points come as they please, and belong together.
    """
    apart = np.diff(x)
    far = np.flatnonzero(apart > max(_A_WHILE * float(np.median(apart)), _SEEN)) + 1 if len(apart) else apart
    if not len(far) or len(far) > _MOST_PIECES:
        return [slice(0, len(x))]
    ends = [int(place) for place in far]
    return [slice(begin, end) for begin, end in zip([0, *ends], [*ends, len(x)], strict=True)]


def draw_spans(pixels: Pixels, first: int, top: Floats, bottom: Floats, color: int) -> None:
    """Fills pixels [height, width] of the columns from `first` on, from `top` to `bottom` (in rows, both included)."""
    if not len(top):
        return
    height = len(pixels)
    begin = np.clip(np.rint(top), 0, height).astype(np.int32)
    end = np.clip(np.rint(bottom), -1, height - 1).astype(np.int32)
    highest, lowest = int(begin.min()), int(end.max()) + 1
    if lowest <= highest:
        return
    rows = np.arange(highest, lowest, dtype=np.int32)[:, None]
    part = pixels[highest:lowest, first : first + len(top)]
    np.copyto(part, np.uint32(color), where=(rows >= begin) & (rows <= end))
