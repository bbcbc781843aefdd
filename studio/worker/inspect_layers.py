"""What each layer of a candidate holds and computes, beside the float model's."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.layer_costs import weights_of
from studio.core.layers import pair_layers
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.core.study import EXACT_DB, Histogram, LayerInside, LayerReport
from studio.core.tflite import DType, Operator, Tensor, TfliteModel, read
from studio.worker.cache import find_artifact, find_record, keep_record, key_of
from studio.worker.compress import content_of
from studio.worker.report import Report
from studio.worker.runner import Runner, Values

_BINS = 64
_SAMPLES = 48
_FEWEST_SAMPLES = 8
_MOST_VALUES = 24_000_000  # numbers of all outputs and samples together: about 100 MB while it is worked on
_MOST_SHOWN = 100_000  # values of one layer that its histogram counts
_NUMBERS = (DType.FLOAT32, DType.INT8, DType.UINT8, DType.INT16)


@dataclass
class _Seen:
    """What was seen of one layer's output over the samples: sums for the comparison, values for the histogram."""

    tensor: Tensor
    signal: float = 0.0  # Σ float²
    power: float = 0.0  # Σ candidate²
    product: float = 0.0  # Σ float · candidate
    error: float = 0.0  # Σ (float − candidate)²
    compared: bool = False


def inspect_layers(model: Model, candidate: Candidate, dataset: Dataset, report: Report) -> LayerReport:
    """The insides of every layer, measured on up to 48 validation samples (fewer for large models)."""
    key = key_of("insides", model.artifact_sha256, candidate.sha256, dataset.sha256, dataset.path)
    known = find_record("insides", key)
    if known is not None:
        try:
            return from_json(LayerReport, known, "insides")
        except ValueError:  # an older form: compute it again
            pass
    artifact = find_artifact(candidate.sha256)
    if artifact is None:
        raise StudioError("The compressed model is no longer in the cache. Compress it again.")
    report(0.02, "Reading the layers")
    content = artifact.read_bytes()
    inside = read(content)
    x = _samples(model, dataset, inside)
    twins = {} if model.quantized else _twins(model, candidate, inside)
    outputs = [_Seen(inside.tensors[operator.outputs[0]]) for operator in inside.operators]
    shown: list[list[Values]] = [[] for _ in outputs]
    most = max(1, _MOST_SHOWN // len(x))
    for done, (before, after) in enumerate(zip(_before(model, x, twins), _after(content, x), strict=True)):
        report(0.05 + 0.85 * done / len(x), "Comparing every layer with the float model")
        for place, seen in enumerate(outputs):
            values = after.get(seen.tensor.index)
            if values is None:
                continue
            shown[place].append(values[:: max(1, len(values) // most)])
            if place in twins and len(before[twins[place]]) == len(values):
                _compare(seen, before[twins[place]], values)
    found = []
    for place, (operator, seen) in enumerate(zip(inside.operators, outputs, strict=True)):
        report(0.9 + 0.1 * place / len(outputs), "Counting weights and activations")
        found.append(_inside(inside, operator, seen, shown[place]))
    result = LayerReport(candidate.sha256, len(x), tuple(found))
    keep_record("insides", key, to_json(result))
    return result


def _samples(model: Model, dataset: Dataset, inside: TfliteModel) -> Values:
    """Validation samples (float32 [n, *shape]), as many of each class."""
    outputs = int(np.prod(model.outputs[0].shape[1:]))
    split = load_split(Path(dataset.path), "validation", dataset.sample_shape, outputs)
    numbers = sum(inside.tensors[operator.outputs[0]].count for operator in inside.operators)
    count = min(_SAMPLES, max(_FEWEST_SAMPLES, _MOST_VALUES // max(1, numbers)))
    return split.x[balanced_rows(split.y, count)]


def _twins(model: Model, candidate: Candidate, inside: TfliteModel) -> dict[int, int]:
    """For each operator of the candidate the float model's tensor that its output is to equal."""
    before = read(content_of(model))
    found = {}
    for pair in pair_layers(model.layers, candidate.layers):
        if pair.before is None or pair.after is None:
            continue
        old = before.tensors[before.operators[pair.before.index].outputs[0]]
        new = inside.tensors[inside.operators[pair.after.index].outputs[0]]
        if old.shape == new.shape and old.dtype is DType.FLOAT32 and new.dtype in _NUMBERS:
            found[pair.after.index] = old.index
    return found


def _before(model: Model, x: Values, twins: dict[int, int]) -> Iterator[dict[int, Values]]:
    """The float model's outputs for each sample, by tensor; nothing where none is compared."""
    if not twins:
        yield from ({} for _ in x)
        return
    yield from _runner(model.artifact_sha256, content_of(model)).tensors_of(x, tuple(set(twins.values())))


def _after(content: bytes, x: Values) -> Iterator[dict[int, Values]]:
    """The candidate's outputs for each sample in real numbers, flat, by tensor."""
    runner = Runner(content, keep_all=True)
    inside = read(content)
    wanted = {operator.outputs[0] for operator in inside.operators}
    kept = tuple(i for i in sorted(wanted) if inside.tensors[i].dtype in _NUMBERS)
    yield from runner.tensors_of(x, kept)


@lru_cache(maxsize=1)
def _runner(_sha256: str, content: bytes) -> Runner:
    """The float model's runner: the same for every candidate, and half of the time where it is made anew."""
    return Runner(content, keep_all=True)


def _compare(seen: _Seen, before: Values, after: Values) -> None:
    seen.compared = True
    difference = before - after
    seen.signal += float(np.dot(before, before))
    seen.power += float(np.dot(after, after))
    seen.product += float(np.dot(before, after))
    seen.error += float(np.dot(difference, difference))


def _inside(model: TfliteModel, operator: Operator, seen: _Seen, shown: list[Values]) -> LayerInside:
    sqnr = cosine = None
    if seen.compared and seen.signal > 0:
        exact = seen.error <= seen.signal * 10 ** (-EXACT_DB / 10)
        sqnr = EXACT_DB if exact else 10 * float(np.log10(seen.signal / seen.error))
        norms = float(np.sqrt(seen.signal * seen.power))
        cosine = min(1.0, max(-1.0, seen.product / norms)) if norms else 0.0
    weights, weight_step = _weights(model, operator)
    computed = np.concatenate(shown) if shown else np.zeros(0, np.float32)
    return LayerInside(
        index=operator.index,
        sqnr_db=sqnr,
        cosine=cosine,
        sparsity=float((weights == 0).mean()) if weights is not None else 0.0,
        weights=histogram(weights) if weights is not None else None,
        weight_step=weight_step,
        activations=histogram(computed, _step(seen.tensor)) if len(computed) else None,
        activation_step=_step(seen.tensor),
    )


def _weights(model: TfliteModel, operator: Operator) -> tuple[Values | None, float]:
    """An operator's weights in real numbers (float32, flat) without its bias, and their largest step."""
    places = [i for i in weights_of(model, operator) if not _is_bias(model, operator, i)]
    parts, step = [], 0.0
    for i in places:
        tensor = model.tensors[i]
        if tensor.dtype is DType.FLOAT16 or tensor.dtype is DType.INT4 or tensor.dtype in _NUMBERS:
            parts.append(real_weights(model, tensor).reshape(-1))
            step = max(step, max(tensor.scales, default=0.0))
    return (np.concatenate(parts) if parts else None), step


def _is_bias(model: TfliteModel, operator: Operator, i: int) -> bool:
    """True for the constant that is only added: the third input of a layer, one number a channel."""
    takes_bias = operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
    return takes_bias and operator.inputs.index(i) == 2


def real_weights(model: TfliteModel, tensor: Tensor) -> Values:
    """A constant in real numbers, float32 in its shape: scale × (stored − zero point), each channel by its own."""
    values = model.constant(tensor.index)
    assert values is not None, "only constants hold weights"
    numbers = values.astype(np.float32)
    if not tensor.scales:
        return numbers
    shape = [1] * len(tensor.shape)
    if len(tensor.scales) > 1:
        shape[tensor.quantized_dimension] = len(tensor.scales)
    zero = np.asarray(tensor.zero_points or (0,) * len(tensor.scales), np.float32).reshape(shape)
    scale = np.asarray(tensor.scales, np.float32).reshape(shape)
    found: Values = ((numbers - zero) * scale).astype(np.float32)
    return found


def _step(tensor: Tensor) -> float:
    return tensor.scales[0] if tensor.scales and tensor.dtype is not DType.FLOAT32 else 0.0


def histogram(values: npt.NDArray[np.float32], step: float = 0.0) -> Histogram:
    """Counts in up to 64 bins from the lowest to the highest value.

    Where values lie `step` apart a bin spans whole steps, with a value in its middle: otherwise some bins would
    hold more of the storable numbers than others and the bars would show gaps that are not in the data.
    """
    low, high = float(values.min()), float(values.max())
    if not np.isfinite((low, high)).all():
        raise StudioError("The model computes NaN or infinite values for these samples. Train it again.")
    if low == high:
        half = step / 2 or abs(low) * 1e-3 or 1e-3
        return Histogram(low - half, high + half, (len(values),))
    bins = _BINS
    if step > 0:
        steps = round((high - low) / step) + 1
        wide = -(-steps // _BINS)
        bins = -(-steps // wide)
        low, high = low - step / 2, low - step / 2 + bins * wide * step
    counts, _ = np.histogram(values, bins, (low, high))
    return Histogram(low, high, tuple(int(count) for count in counts))
