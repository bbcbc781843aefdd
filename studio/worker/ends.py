"""The input and output of a quantized .tflite: what is stored in few bits inside is so at its ends too."""

from typing import Any

from studio.core.tflite import DType
from studio.worker.graph import read_graph, write_graph
from studio.worker.reading import read

QUANTIZE, DEQUANTIZE = "QUANTIZE", "DEQUANTIZE"


def without_float_ends(content: bytes) -> bytes:
    """The same model with int8 input and output, where a QUANTIZE first or a DEQUANTIZE last made them float."""
    model = read(content)
    given, answered = model.inputs[0], model.outputs[0]
    if DType.FLOAT32 not in (model.tensors[given].dtype, model.tensors[answered].dtype):
        return content
    readers = [operator for operator in model.operators if given in operator.inputs]
    writers = [operator for operator in model.operators if answered in operator.outputs]
    first = model.tensors[given].dtype is DType.FLOAT32 and [o.name for o in readers] == [QUANTIZE]
    last = model.tensors[answered].dtype is DType.FLOAT32 and [o.name for o in writers] == [DEQUANTIZE]
    if not (first or last):
        return content
    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    dropped = set()
    if first:
        dropped.add(readers[0].index)
        subgraph.inputs = [readers[0].outputs[0]]
    if last:
        dropped.add(writers[0].index)
        subgraph.outputs = [writers[0].inputs[0]]
    subgraph.operators = [operator for i, operator in enumerate(subgraph.operators) if i not in dropped]
    for signature in graph.signatureDefs or ():
        _point(signature.inputs, subgraph.inputs)
        _point(signature.outputs, subgraph.outputs)
    return write_graph(graph)


def _point(entries: Any, ends: Any) -> None:
    for entry, end in zip(entries or (), ends, strict=True):
        entry.tensorIndex = end
