"""Models whose weights are rounded to a few values, as clustering leaves them."""

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from studio.core import tflite
from tests.compiler.models import Array

LAYERS = ("CONV_2D", "FULLY_CONNECTED")


def nearest(weights: Array, count: int) -> Array:
    """Each weight replaced by the nearest of `count` values that lie evenly among all weights."""
    palette: Array = np.unique(np.quantile(weights, np.linspace(0, 1, count)).round())
    nearby = np.abs(weights.reshape(-1, 1) - palette).argmin(axis=1)
    chosen: Array = palette.astype(np.int8)[nearby.reshape(weights.shape)]
    return chosen


def clustered(data: bytes, count: int) -> bytes:
    """The same int8 model, the weights of each CONV_2D and FULLY_CONNECTED rounded to `count` values."""
    model = tflite.read(data)
    draft = schema.ModelT.InitFromObj(schema.Model.GetRootAs(data, 0))
    for operator in model.operators:
        if operator.name in LAYERS and (weights := model.constant(operator.inputs[1])) is not None:
            buffer = schema.BufferT()
            buffer.data = np.frombuffer(nearest(weights, count).tobytes(), np.uint8)
            draft.subgraphs[0].tensors[operator.inputs[1]].buffer = len(draft.buffers)
            draft.buffers.append(buffer)
    builder = flatbuffers.Builder(1024)
    builder.Finish(draft.Pack(builder), b"TFL3")
    return bytes(builder.Output())
