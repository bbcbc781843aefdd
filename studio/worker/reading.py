"""What a .tflite holds, read once: a moved slider looks at the same few files again and again."""

from functools import lru_cache

from studio.core import layer_costs, tflite
from studio.core.model import Layer
from studio.core.tflite import TfliteModel

_LARGE_BYTES = 8 * 1024 * 1024  # beyond that reading is little beside the rest, and memory counts


def read(content: bytes) -> TfliteModel:
    """As studio.core.tflite.read does."""
    return tflite.read(content) if len(content) > _LARGE_BYTES else _read(content)


def layers_in(content: bytes) -> tuple[Layer, ...]:
    """The file's layers, as studio.core.layer_costs.layers_of has them."""
    return layer_costs.layers_of(read(content)) if len(content) > _LARGE_BYTES else _layers(content)


@lru_cache(maxsize=8)
def _read(content: bytes) -> TfliteModel:
    return tflite.read(content)


@lru_cache(maxsize=8)
def _layers(content: bytes) -> tuple[Layer, ...]:
    return layer_costs.layers_of(_read(content))
