"""Setting single weights of a float .tflite to zero: the smallest ones (magnitude), or all but N of every M."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.layer_costs import layers_of
from studio.core.tflite import DType, TfliteModel, read
from studio.worker.graph import add_constant, read_graph, write_graph

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
Weights = npt.NDArray[np.float32]


def sparsify(
    content: bytes, share: float, pattern: str = "", apart: Mapping[str, float] | None = None
) -> tuple[bytes, tuple[str, ...]]:
    """The model with weights set to zero, and a note for each layer that cannot keep the pattern.

    `share` of all weights go, from each layer as many as it bears: what goes first is what is smallest beside the
    larger weights of its own layer (LAMP; Lee et al., 2021, "Layer-adaptive sparsity for the magnitude-based
    pruning"). With a `pattern` "N:M" the N largest of every M weights along the inputs stay instead. `apart` names
    layers that lose a share of their own.
    """
    apart = apart or {}
    model = read(content)
    found = _weights(model)
    zeroed: dict[int, Weights] = {}
    notes = []
    for name, (tensor, values) in found.items():
        if name in apart:
            zeroed[tensor] = _smallest_zeroed(values, apart[name])
    together = {name: pair for name, pair in found.items() if name not in apart}
    if pattern:
        kept, of = (int(number) for number in pattern.split(":"))
        for name, (tensor, values) in together.items():
            if values.shape[-1] < of or _is_depthwise(model, tensor):
                notes.append(f"'{name}' keeps all its weights: it has fewer than {of} inputs to a filter.")
            else:
                zeroed[tensor] = _pattern_zeroed(values, kept, of)
    elif share > 0 and together:
        scores = {tensor: _lamp(values) for tensor, values in together.values()}
        every = np.concatenate([score.ravel() for score in scores.values()])
        count = round(share * len(every))
        limit = np.partition(every, count)[count] if count < len(every) else np.inf
        for tensor, values in together.values():
            zeroed[tensor] = np.where(scores[tensor] < limit, np.float32(0), values)
    return _with(content, model, zeroed), tuple(notes)


def _weights(model: TfliteModel) -> dict[str, tuple[int, Weights]]:
    """Tensor and values of each layer's float weights, by the layer's name; a shared tensor stands once."""
    found: dict[str, tuple[int, Weights]] = {}
    seen: set[int] = set()
    for layer, operator in zip(layers_of(model), model.operators, strict=True):
        if operator.name not in WEIGHTED or len(operator.inputs) < 2:
            continue
        tensor = operator.inputs[1]
        if tensor < 0 or tensor in seen or model.tensors[tensor].dtype is not DType.FLOAT32:
            continue
        values = model.constant(tensor)
        if values is not None and values.size:
            seen.add(tensor)
            found[layer.name] = tensor, values.astype(np.float32)
    return found


def _is_depthwise(model: TfliteModel, tensor: int) -> bool:
    return any(op.name == "DEPTHWISE_CONV_2D" and tensor in op.inputs for op in model.operators)


def _smallest_zeroed(values: Weights, share: float) -> Weights:
    count = min(round(share * values.size), values.size - 1)
    flat = values.ravel().copy()
    flat[np.argsort(np.abs(flat), kind="stable")[:count]] = 0
    return flat.reshape(values.shape)


def _pattern_zeroed(values: Weights, kept: int, of: int) -> Weights:
    """The `kept` largest of every `of` along the last axis stay; of a rest that does not fill a group as many."""
    rows = values.reshape(-1, values.shape[-1])
    padded = np.pad(rows, ((0, 0), (0, -rows.shape[1] % of)))
    groups = padded.reshape(len(rows), -1, of).copy()
    order = np.argsort(-np.abs(groups), axis=-1, kind="stable")
    np.put_along_axis(groups, order[..., kept:], np.float32(0), axis=-1)
    return groups.reshape(len(rows), -1)[:, : rows.shape[1]].reshape(values.shape)


def _lamp(values: Weights) -> npt.NDArray[np.float64]:
    """For each weight w: w² ÷ Σ v² over all v of the layer that are not smaller."""
    squares = np.square(values.astype(np.float64)).ravel()
    order = np.argsort(squares, kind="stable")
    larger = np.cumsum(squares[order][::-1])[::-1]
    scores = np.empty_like(squares)
    scores[order] = squares[order] / np.where(larger > 0, larger, 1.0)
    return scores.reshape(values.shape)


def _with(content: bytes, model: TfliteModel, zeroed: Mapping[int, Weights]) -> bytes:
    """The file with these values in the place of constants."""
    changed = {
        tensor: values for tensor, values in zeroed.items() if (values != model.constant(tensor)).any()
    }
    if not changed:
        return content
    graph: Any = read_graph(content)
    subgraph = graph.subgraphs[0]
    places = {
        tensor: add_constant(graph, subgraph.tensors[tensor], values) for tensor, values in changed.items()
    }
    for operator in subgraph.operators:
        operator.inputs = [places.get(int(i), int(i)) for i in operator.inputs]
    return write_graph(graph)
