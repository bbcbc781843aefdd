"""Setting single weights of a float .tflite to zero: the smallest ones (magnitude), or all but N of every M."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.tflite import DType, TfliteModel
from studio.worker.reading import layers_in, read
from studio.worker.refit import Statistics, refitted_under

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV")
Weights = npt.NDArray[np.float32]
Counting = npt.NDArray[np.float64]


@dataclass(frozen=True)
class _Layer:
    """A layer's weights: their tensor, its operator, the bias (-1: none) and how much each weight counts (float64)."""

    operator: int
    tensor: int
    bias: int
    values: Weights
    counting: Counting
    deep: bool


def sparsify(
    content: bytes,
    share: float,
    pattern: str = "",
    apart: Mapping[str, float] | None = None,
    statistics: Statistics | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """The model with weights set to zero, and a note for each layer that cannot keep the pattern.

    `share` of all weights go, from each layer as many as it bears: what goes first is what is smallest beside the
    larger weights of its own layer (LAMP; Lee et al., 2021, "Layer-adaptive sparsity for the magnitude-based
    pruning"). With a `pattern` "N:M" the N largest of every M weights along the inputs stay instead. `apart` names
    layers that lose a share of their own. With `statistics` a weight counts as much as what it is given makes of it
    (Sun et al., 2024, "A simple and effective pruning approach"), and those that stay make up for what goes (refit.py).
    """
    apart = apart or {}
    model = read(content)
    layers = _layers(content, model, statistics)
    masks: dict[str, npt.NDArray[np.bool_]] = {}
    notes = []
    for name, layer in layers.items():
        if name in apart:
            masks[name] = _largest(layer.counting, apart[name])
    together = {name: layer for name, layer in layers.items() if name not in apart}
    if pattern:
        kept, of = (int(number) for number in pattern.split(":"))
        for name, layer in together.items():
            if layer.values.shape[-1] < of or not layer.deep:
                notes.append(name)
            else:
                masks[name] = _patterned(layer.counting, kept, of)
    elif share > 0 and together:
        scores = {name: _lamp(layer.values) for name, layer in together.items()}
        every = np.concatenate([score.ravel() for score in scores.values()])
        count = round(share * len(every))
        limit = np.partition(every, count)[count] if count < len(every) else np.inf
        for name, score in scores.items():
            masks[name] = _largest(together[name].counting, float((score < limit).mean()))
    changed: dict[int, Weights] = {}
    for name, mask in masks.items():
        layer = layers[name]
        square = statistics.squares.get(layer.operator) if statistics is not None else None
        if square is not None and layer.bias >= 0 and not mask.all():
            bias = np.asarray(model.constant(layer.bias))
            changed[layer.tensor], changed[layer.bias] = refitted_under(layer.values, bias, mask, square)
        else:
            changed[layer.tensor] = np.where(mask, layer.values, np.float32(0))
    return _with(content, model, changed), tuple(_too_narrow(notes, pattern))


def _too_narrow(names: list[str], pattern: str) -> Iterator[str]:
    if names:
        keep = "keeps all its" if len(names) == 1 else "keep all their"
        yield (
            f"{', '.join(repr(name) for name in names)} {keep} weights: the pattern needs "
            f"{pattern.partition(':')[2]} inputs to a filter."
        )


def _layers(content: bytes, model: TfliteModel, statistics: Statistics | None) -> dict[str, _Layer]:
    """Each layer with float weights, by its name; a tensor that layers share stands once, and keeps its bias."""
    found: dict[str, _Layer] = {}
    users = Counter(
        model.tensors[i].begin for operator in model.operators for i in set(operator.inputs) if i >= 0
    )
    seen: set[int] = set()  # by where the values lie in the file: tensors may share them
    for layer, operator in zip(layers_in(content), model.operators, strict=True):
        if operator.name not in WEIGHTED or len(operator.inputs) < 2:
            continue
        tensor = operator.inputs[1]
        if tensor < 0 or model.tensors[tensor].dtype is not DType.FLOAT32:
            continue
        if model.tensors[tensor].begin in seen:
            continue
        constant = model.constant(tensor)
        if constant is None or not constant.size:
            continue
        seen.add(model.tensors[tensor].begin)
        values = constant.astype(np.float32)
        bias = operator.inputs[2] if len(operator.inputs) > 2 else -1
        places = [model.tensors[i].begin for i in (tensor, bias)]
        alone = bias >= 0 and model.tensors[bias].is_constant and {users[place] for place in places} == {1}
        counting = np.square(values.astype(np.float64))
        square = statistics.squares.get(operator.index) if statistics is not None else None
        if square is not None:
            counting *= np.einsum("ii->i", square)[:-1].reshape(values.shape[1:])
        found[layer.name] = _Layer(
            operator.index,
            tensor,
            bias if alone else -1,
            values,
            counting,
            operator.name != "DEPTHWISE_CONV_2D",
        )
    return found


def _largest(counting: Counting, share: float) -> npt.NDArray[np.bool_]:
    """Where the largest are, without `share` of all; at least one stays."""
    count = min(round(share * counting.size), counting.size - 1)
    stay = np.ones(counting.size, np.bool_)
    stay[np.argsort(counting.ravel(), kind="stable")[:count]] = False
    return stay.reshape(counting.shape)


def _patterned(counting: Counting, kept: int, of: int) -> npt.NDArray[np.bool_]:
    """The `kept` largest of every `of` along the last axis; of a rest that does not fill a group as many."""
    rows = counting.reshape(-1, counting.shape[-1])
    groups = np.pad(rows, ((0, 0), (0, -rows.shape[1] % of))).reshape(len(rows), -1, of)
    order = np.argsort(-groups, axis=-1, kind="stable")
    stay = np.ones(groups.shape, np.bool_)
    np.put_along_axis(stay, order[..., kept:], False, axis=-1)
    return stay.reshape(len(rows), -1)[:, : rows.shape[1]].reshape(counting.shape)


def _lamp(values: Weights) -> Counting:
    """For each weight w: w² ÷ Σ v² over all v of the layer that are not smaller."""
    flat = np.square(values.astype(np.float64)).ravel()
    order = np.argsort(flat, kind="stable")
    larger = np.cumsum(flat[order][::-1])[::-1]
    scores = np.empty_like(flat)
    scores[order] = flat[order] / np.where(larger > 0, larger, 1.0)
    return scores.reshape(values.shape)


def _with(content: bytes, model: TfliteModel, changed: Mapping[int, Weights]) -> bytes:
    """The file with these values in the place of constants."""
    patched = bytearray(content)
    for index, values in changed.items():
        tensor = model.tensors[index]
        patched[tensor.begin : tensor.end] = values.astype("<f4").tobytes()
    return bytes(patched)
