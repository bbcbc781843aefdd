"""Folders of pictures as samples: brought to the model's size and colours, values from 0 to 255."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, UnidentifiedImageError

from studio.core.data_files import PICTURE_SUFFIXES
from studio.core.errors import StudioError
from studio.core.gathered import Gathered, Tick
from studio.core.labelled_folders import read_folders

# Of one file; larger ones are no training pictures and may be made to fill the memory.
_MOST_PIXELS = 64_000_000


def read_pictures(path: Path, shape: tuple[int, ...], outputs: int, tick: Tick) -> dict[str, Gathered]:
    """Pictures below `path` by split, float32 [N, *shape] from 0 to 255; StudioError for models that take none."""
    height, width, channels = picture_shape(shape)
    sizes: set[tuple[int, int]] = set()

    def read(file: Path) -> npt.NDArray[np.float32]:
        try:
            with Image.open(file) as opened:
                if opened.width * opened.height > _MOST_PIXELS:
                    raise ValueError("has over 64 million pixels")
                picture = _levels(opened).convert("L" if channels == 1 else "RGB")
                sizes.add(picture.size)
                if picture.size != (width, height):
                    picture = picture.resize((width, height), Image.Resampling.BILINEAR)
                return np.asarray(picture, np.float32).reshape(1, *shape)
        except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
            raise ValueError("is damaged or no picture") from error

    found = read_folders(path, PICTURE_SUFFIXES, shape, read, tick)
    steps = [f"Pictures were read as {'grey values' if channels == 1 else 'red, green and blue'}"]
    if sizes != {(width, height)}:
        steps[0] += f" and resized to {width} × {height} pixels, each side by itself"
    return {split: replace(part, steps=(f"{steps[0]}.",)) for split, part in found.items()}


def picture_shape(shape: tuple[int, ...]) -> tuple[int, int, int]:
    """Height, width and channels of the pictures that a model takes, flat ones too where they are square."""
    if len(shape) == 3 and shape[2] in (1, 3) and min(shape[:2]) > 1:
        return shape[0], shape[1], shape[2]
    if len(shape) == 2 and min(shape) > 1:
        return shape[0], shape[1], 1
    count = int(np.prod(shape, dtype=np.int64))
    for channels in (1, 3):
        side = round((count / channels) ** 0.5)
        if len(shape) == 1 and side > 4 and side * side * channels == count:
            return side, side, channels
    raise StudioError(
        f"This model takes {' × '.join(map(str, shape))} numbers, which is no picture with 1 or 3 channels. "
        "Give the data as it was for training, with numpy.savez(x=…, y=…)."
    )


def _levels(picture: Image.Image) -> Image.Image:
    """The picture in 256 levels: those of 16 bits would be cut off instead of scaled down."""
    if not picture.mode.startswith("I"):
        return picture
    values = np.asarray(picture, np.float64)
    return Image.fromarray((values / (257 if values.max(initial=0) > 255 else 1)).astype(np.uint8))
