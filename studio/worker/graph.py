"""A .tflite as a graph that can be changed: read into objects, tidied, and written again."""

import re
from functools import lru_cache
from typing import Any

import flatbuffers
import numpy as np
import numpy.typing as npt
from ai_edge_litert import schema_py_generated as schema

from studio.core.flatbuffer import Table, Walker
from studio.worker.reading import read

SIGNATURE = "serving_default"
_CODES_SLOT, _SIGNATURES_SLOT = 1, 7  # of the schema's Model table


def read_graph(content: bytes) -> Any:
    """The file as the schema's objects (ModelT). Only for files that studio.core.tflite has read before."""
    return schema.ModelT.InitFromPackedBuf(content, 0)


def write_graph(graph: Any) -> bytes:
    """The file's bytes; tensors and buffers that nothing uses any more are left out, and names are unique."""
    _drop_unused(graph)
    _name_apart(graph)
    builder = flatbuffers.Builder(1024)
    builder.Finish(graph.Pack(builder), file_identifier=b"TFL3")
    return bytes(builder.Output())


def name_of(tensor: Any) -> str:
    """A tensor's name as text."""
    name = tensor.name or b""
    return name.decode("utf-8", "replace") if isinstance(name, bytes) else str(name)


def add_constant(graph: Any, like: Any, values: npt.NDArray[Any]) -> int:
    """Append a constant tensor with `values`, otherwise as the tensor `like`; returns its index."""
    subgraph = graph.subgraphs[0]
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
    graph.buffers.append(buffer)
    tensor = schema.TensorT()
    tensor.name = like.name
    tensor.type = like.type
    tensor.quantization = like.quantization
    tensor.hasRank = like.hasRank
    tensor.shape = list(values.shape)
    tensor.buffer = len(graph.buffers) - 1
    subgraph.tensors.append(tensor)
    return len(subgraph.tensors) - 1


def set_shape(graph: Any, operator: Any, shape: list[int]) -> None:
    """Give a RESHAPE its new shape, in its options and in its constant alike."""
    subgraph = graph.subgraphs[0]
    if operator.builtinOptions is not None:
        operator.builtinOptions.newShape = shape
    if len(operator.inputs) > 1 and operator.inputs[1] >= 0:
        like = subgraph.tensors[operator.inputs[1]]
        operator.inputs = [operator.inputs[0], add_constant(graph, like, np.array(shape, np.int32))]


def add_metadata(content: bytes, name: str, data: bytes) -> bytes:
    """The file with `data` as the metadata of that name; what was there under the name is replaced."""
    graph = read_graph(content)
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(data, np.uint8)
    graph.buffers.append(buffer)
    entry = schema.MetadataT()
    entry.name, entry.buffer = name.encode(), len(graph.buffers) - 1
    others = [known for known in graph.metadata or () if name_of(known) != name]
    graph.metadata = [*others, entry]
    return write_graph(graph)


def set_values(graph: Any, index: int, values: npt.NDArray[Any]) -> None:
    """Give a tensor these values, in a buffer of its own: several may have shared one."""
    buffer = schema.BufferT()
    buffer.data = np.frombuffer(np.ascontiguousarray(values).tobytes(), np.uint8)
    graph.buffers.append(buffer)
    graph.subgraphs[0].tensors[index].buffer = len(graph.buffers) - 1


def ready_to_quantize(content: bytes) -> bytes:
    """The same model as the quantizer wants it: with a signature, and with a name of its own for each tensor.

    Older files keep an operator's code in the field that is deprecated today, where the quantizer does not look.
    """
    names = [tensor.name for tensor in read(content).tensors]
    walker = Walker(content)
    root = Table(walker, walker.unsigned(0))
    codes = root.tables(_CODES_SLOT)
    is_old = any(code.integer(0, "b") > code.integer(3) for code in codes)
    if root.tables(_SIGNATURES_SLOT) and len(set(names)) == len(names) and not is_old:
        return content
    graph = read_graph(content)
    old = [code for code in graph.operatorCodes if code.deprecatedBuiltinCode > code.builtinCode]
    for code in old:
        code.builtinCode = code.deprecatedBuiltinCode
    if not graph.signatureDefs:
        _add_signature(graph)
    return write_graph(graph)


@lru_cache(maxsize=2)
def signed(content: bytes) -> bytes:
    """The same as `ready_to_quantize`, where no name has to change for that: what is made of it is ready too."""
    names = [tensor.name for tensor in read(content).tensors]
    return ready_to_quantize(content) if len(set(names)) == len(names) else content


def tidied(content: bytes, *, keras3: bool) -> bytes:
    """A fresh conversion with a signature, readable ends and the layers' own names.

    Keras 3 opens each layer's scope twice while it traces, so that 'conv2d' arrives as 'conv2d_1' and
    'conv2d_1' as 'conv2d_1_2': one trailing number is taken off each part of a name.
    """
    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    if keras3:
        for tensor in subgraph.tensors:
            parts = name_of(tensor).split("/")
            shorter = [re.sub(r"_\d+(?=(?:;.*)?$)", "", part, count=1) for part in parts[:-1]]
            tensor.name = "/".join([*shorter, parts[-1]]).encode()
    if len(subgraph.inputs) == 1 and len(subgraph.outputs) == 1:
        subgraph.tensors[subgraph.inputs[0]].name = b"input"
        _add_signature(graph)
    return write_graph(graph)


def _add_signature(graph: Any) -> None:
    subgraph = graph.subgraphs[0]
    signature = schema.SignatureDefT()
    signature.signatureKey = SIGNATURE
    signature.subgraphIndex = 0
    signature.inputs = [_entry("input", int(subgraph.inputs[0]))]
    signature.outputs = [_entry("output", int(subgraph.outputs[0]))]
    graph.signatureDefs = [signature]


def _entry(name: str, index: int) -> Any:
    entry = schema.TensorMapT()
    entry.name = name
    entry.tensorIndex = index
    return entry


def _name_apart(graph: Any) -> None:
    taken: set[str] = set()
    for tensor in graph.subgraphs[0].tensors:
        name = name_of(tensor)
        count = 1
        while name in taken:
            count += 1
            name = f"{name_of(tensor)}_{count}"
        taken.add(name)
        tensor.name = name.encode()


def _drop_unused(graph: Any) -> None:
    subgraph = graph.subgraphs[0]
    used = {int(i) for i in (*subgraph.inputs, *subgraph.outputs)}
    for operator in subgraph.operators:
        for indices in (operator.inputs, operator.outputs, operator.intermediates):
            used.update(int(i) for i in (indices if indices is not None else ()) if i >= 0)
    places = {old: new for new, old in enumerate(sorted(used))}
    subgraph.tensors = [subgraph.tensors[old] for old in sorted(used)]
    for owner, field in (
        (subgraph, "inputs"),
        (subgraph, "outputs"),
        *(
            (operator, field)
            for operator in subgraph.operators
            for field in ("inputs", "outputs", "intermediates")
        ),
    ):
        indices = getattr(owner, field)
        if indices is not None:
            setattr(owner, field, [places[int(i)] if i >= 0 else -1 for i in indices])
    for signature in graph.signatureDefs or ():
        for entry in (*(signature.inputs or ()), *(signature.outputs or ())):
            entry.tensorIndex = places[int(entry.tensorIndex)]
    _drop_unused_buffers(graph)


def _drop_unused_buffers(graph: Any) -> None:
    users = [*graph.subgraphs[0].tensors, *(graph.metadata or ())]
    kept = sorted({0, *(int(user.buffer) for user in users)})
    places = {old: new for new, old in enumerate(kept)}
    graph.buffers = [graph.buffers[old] for old in kept]
    for user in users:
        user.buffer = places[int(user.buffer)]
