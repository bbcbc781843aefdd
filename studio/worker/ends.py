"""The ends of a .tflite: small ones where it is stored in few bits inside, and its scores before the softmax."""

from typing import Any

from studio.core.tflite import DType
from studio.worker.graph import read_graph, write_graph
from studio.worker.reading import read

QUANTIZE, DEQUANTIZE = "QUANTIZE", "DEQUANTIZE"
_SOFTMAX = "SOFTMAX"
_EDGES = (QUANTIZE, DEQUANTIZE)
_OTHER, _SMALL = (DType.FLOAT32, DType.UINT8), (DType.INT8, DType.INT16)


def without_other_ends(content: bytes) -> bytes:
    """The same model with the ends that its C has: without a QUANTIZE that reads float or uint8, or one that writes it.

    Ends are int8 (or int16) then; real numbers are the same.
    """
    model = read(content)
    given, answered = model.inputs[0], model.outputs[0]
    readers = [operator for operator in model.operators if given in operator.inputs]
    writers = [operator for operator in model.operators if answered in operator.outputs]
    first = model.tensors[given].dtype in _OTHER and [o.name for o in readers] == [QUANTIZE]
    first = first and model.tensors[readers[0].outputs[0]].dtype in _SMALL
    last = model.tensors[answered].dtype in _OTHER and [o.name in _EDGES for o in writers] == [True]
    last = last and model.tensors[writers[0].inputs[0]].dtype in _SMALL
    last = last and not any(answered in operator.inputs for operator in model.operators)
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


def without_softmax(content: bytes) -> bytes | None:
    """The same float model without the softmax that ends it, so that it answers with logits; None where none does."""
    model = read(content)
    last = [operator for operator in model.operators if model.outputs[0] in operator.outputs]
    if [operator.name for operator in last] != [_SOFTMAX] or last[0].inputs[0] in model.inputs:
        return None
    if any(model.outputs[0] in operator.inputs for operator in model.operators):
        return None
    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    subgraph.outputs = [last[0].inputs[0]]
    subgraph.operators = [operator for i, operator in enumerate(subgraph.operators) if i != last[0].index]
    for signature in graph.signatureDefs or ():
        _point(signature.outputs, subgraph.outputs)
    return write_graph(graph)


def _point(entries: Any, ends: Any) -> None:
    for entry, end in zip(entries or (), ends, strict=True):
        entry.tensorIndex = end
