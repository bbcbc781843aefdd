"""A few different weights to a layer (a palette, weight clustering), so that an index of 2 or 4 bits stores each."""

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.tflite import DType, Tensor
from studio.worker.reading import layers_in, read

_INDEXED = ("CONV_2D", "FULLY_CONNECTED")  # what the compiler can store so
_LEAST_ZEROS = 0.2  # a share of zeros that was made so (sparsity), and is to stay
_LOWEST = -128


def with_palette(content: bytes, colours: int) -> tuple[bytes, tuple[str, ...]]:
    """The quantized model where each int8 layer has at most `colours` different weights, and notes on the others.

    The values are those with the least squared error in real numbers, found exactly (see `best_values`).
    """
    model = read(content)
    patched = bytearray(content)
    kept: dict[str, list[str]] = {}
    done: set[int] = set()
    for layer, operator in zip(layers_in(content), model.operators, strict=True):
        if operator.name == "DEPTHWISE_CONV_2D":
            kept.setdefault("has few weights to a filter, which stay as they are", []).append(layer.name)
        if operator.name not in _INDEXED or len(operator.inputs) < 2:
            continue
        tensor = model.tensors[operator.inputs[1]]
        if tensor.index in done:
            continue
        values = model.constant(tensor.index)
        if tensor.dtype is not DType.INT8 or values is None:
            what = "is stored in int4 already" if tensor.dtype is DType.INT4 else "has no int8 weights"
            kept.setdefault(what, []).append(layer.name)
            continue
        done.add(tensor.index)
        if _indexed_bytes(values.size, colours) >= values.size:
            kept.setdefault(f"is too small: {colours} values and their indices take as much", []).append(
                layer.name
            )
            continue
        clustered = _clustered(values.astype(np.int64), tensor, colours)
        patched[tensor.begin : tensor.end] = clustered.astype(np.int8).tobytes()
    notes = tuple(
        f"No palette for {', '.join(repr(name) for name in names)}: "
        f"{'it ' + what if len(names) == 1 else _plural(what)}."
        for what, names in kept.items()
    )
    return bytes(patched), notes


def best_values(counts: npt.NDArray[np.float64], most: int) -> npt.NDArray[np.int64]:
    """For each place of a histogram the place that stands for it, so that at most `most` different ones are left.

    The least Σ count × distance² there is: neighbours go together in one dimension, so the best cut into k parts
    follows from the best cuts into k - 1 (Wang and Song, 2011, "Ckmeans.1d.dp").
    """
    places = np.flatnonzero(counts)
    found = np.arange(len(counts), dtype=np.int64)
    if len(places) <= most:
        return found
    weights = counts[places]
    first = np.concatenate([[0.0], np.cumsum(weights)])
    second = np.concatenate([[0.0], np.cumsum(weights * places)])
    third = np.concatenate([[0.0], np.cumsum(weights * np.square(places.astype(np.float64)))])
    n = len(places)
    begin, end = np.arange(n)[:, None], np.arange(1, n + 1)[None, :]
    mass = first[end] - first[begin]
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = np.rint((second[end] - second[begin]) / mass)
    # The part from `begin` to before `end` around the whole number nearest to its mean; the stored numbers are whole.
    cost = third[end] - third[begin] - 2 * middle * (second[end] - second[begin]) + np.square(middle) * mass
    cost = np.where(end > begin, cost, np.inf)
    best = cost[0]
    cuts = []
    for _ in range(most - 1):
        before = (
            np.concatenate([[np.inf], best[:-1]])[:, None] + cost
        )  # what lies before `begin`, and the part
        cuts.append(before.argmin(axis=0))
        best = before.min(axis=0)
    last = n
    for cut in (*reversed(cuts), np.zeros(n, np.int64)):
        start = int(cut[last - 1])
        found[places[start:last]] = int(middle[start, last - 1])
        last = start
    return found


def _clustered(values: npt.NDArray[np.int64], tensor: Tensor, colours: int) -> npt.NDArray[np.int64]:
    shape = [1] * values.ndim
    if len(tensor.scales) > 1:
        shape[tensor.quantized_dimension] = -1
    weights: npt.NDArray[Any] = np.broadcast_to(
        np.square(np.array(tensor.scales)).reshape(shape), values.shape
    )
    shares = weights.ravel() / weights.max()
    counts = np.bincount((values - _LOWEST).ravel(), weights=shares, minlength=256).astype(np.float64)
    zero = -_LOWEST
    if (values == 0).mean() >= _LEAST_ZEROS:
        counts[zero] = 0.0
        table = best_values(counts, colours - 1)
        table[zero] = zero
    else:
        table = best_values(counts, colours)
    found: npt.NDArray[np.int64] = table[values - _LOWEST] + _LOWEST
    return found


def _indexed_bytes(count: int, colours: int) -> int:
    """What `count` weights take as indices with their palette."""
    return (count * (2 if colours <= 4 else 4) + 7) // 8 + colours


def _plural(what: str) -> str:
    return "they " + what.replace("is ", "are ", 1).replace("has ", "have ", 1)
