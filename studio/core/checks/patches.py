"""The patches that a sample is divided into, to find out what an answer hangs on."""

import math

import numpy as np
import numpy.typing as npt

from studio.core.samples import Face, face_of, plain_shape

_PATCHES = 48  # at most


def patches(shape: tuple[int, ...]) -> npt.NDArray[np.int64]:
    """The number of the patch that each place of a sample belongs to, in its first two axes [rows, columns].

    Traces and waveforms are divided over time only, pictures and features in both directions.
    """
    sides = plain_shape(shape)
    high = sides[0]
    wide = sides[1] if face_of(shape) is Face.PICTURE else 1
    rows = min(high, max(1, round(math.sqrt(_PATCHES * high / wide)))) if wide > 1 else min(high, _PATCHES)
    columns = min(wide, max(1, _PATCHES // rows))
    down, across = (np.arange(size) * count // size for size, count in ((high, rows), (wide, columns)))
    return (down[:, None] * columns + across[None]).astype(np.int64)


def laid(chosen: npt.NDArray[np.bool_], shape: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which numbers of a sample lie in the patches chosen, for each row of `chosen` [P, patches]: bool [P, *shape]."""
    sides, grid = plain_shape(shape), patches(shape)
    mask = chosen[:, grid]  # [P, rows, columns]
    mask = mask.reshape(len(chosen), *grid.shape, *(1,) * max(len(sides) - 2, 0))
    if len(sides) == 1:
        mask = mask.reshape(len(chosen), -1)
    found: npt.NDArray[np.bool_] = np.broadcast_to(mask, (len(chosen), *sides)).reshape(len(chosen), *shape)
    return found
