"""What values run through a float model: gathered once over training samples, then clipped in whatever way is asked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.model import Layer
from studio.core.recipe import Clip, Recipe, Sampling
from studio.core.tflite import TfliteModel
from studio.worker.batch import showing
from studio.worker.cache import find_arrays, keep_arrays, key_of
from studio.worker.reading import layers_in, read
from studio.worker.report import Report
from studio.worker.runner import Runner, Values

Ranges = dict[str, tuple[float, float]]
_BINS = 2048
# Values of a tensor that make its histogram, evenly spread; the ends are those of all values.
_COUNTED = 40_000
_TURN_MACS = 250_000_000  # between two reports
_SLIDER_MACS = 600_000_000  # of a calibration that a moved slider waits for: some 40 ms
_WIDEST = 2.0
_TURN_BYTES = 32 * 1024 * 1024  # of all tensors of one turn
_RARE = 0.0005  # of the values at either end: together the rarest 0.1 %
_NARROWINGS = 64  # ends tried at either side for the least squared error


@dataclass(frozen=True)
class Seen:
    """The values of every float tensor over the samples, by tensor name.

    `low`, `high`: float64 [T]; `counts`: int64 [T, bins] of equal width from low to high; `zeros`: the share [T] of
    values that are exactly 0, which every rounding keeps.
    """

    names: tuple[str, ...]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    counts: npt.NDArray[np.int64]
    zeros: npt.NDArray[np.float64]


def gather(
    content: bytes,
    sha256: str,
    recipe: Recipe,
    dataset: Dataset,
    report: Report,
    before: tuple[bytes, str] | None = None,
) -> Seen:
    """Run the float model `content` (named by `sha256`) over the recipe's samples; known from the cache after that.

    Without a name it is not kept, as for weights that are still being trained. `before` is the model (and its name)
    that channels or weights were taken out of. Where all samples would take longer than a slider has, every so many of
    them run through the new model, and its ranges are widened as the other samples widen those of the model before.
    """
    x = _samples(content, recipe, dataset)
    macs = sum(layer.macs for layer in layers_in(before[0])) if before is not None else 0
    step = max(1, -(-len(x) * macs // _SLIDER_MACS))
    if before is None or step == 1:
        return _gather(content, sha256, x, recipe, dataset, 1, {}, report)
    whole = _gather(*before, x, recipe, dataset, 1, {}, report)
    part = _gather(*before, x, recipe, dataset, step, {}, report)
    wider = {}
    for i, name in enumerate(part.names):
        low, high = part.low[i], part.high[i]
        wider[name] = (
            float(np.clip(whole.low[i] / low, 1.0, _WIDEST)) if low < 0 else 1.0,
            float(np.clip(whole.high[i] / high, 1.0, _WIDEST)) if high > 0 else 1.0,
        )
    return _gather(content, sha256, x, recipe, dataset, step, wider, report)


def _gather(
    content: bytes,
    sha256: str,
    x: Values,
    recipe: Recipe,
    dataset: Dataset,
    step: int,
    wider: Mapping[str, tuple[float, float]],
    report: Report,
) -> Seen:
    """What is seen over every `step`th sample, the ends of ranges pushed out by the factors of `wider`."""
    key = key_of("seen", sha256, len(x), recipe.sampling.value, dataset.sha256, step)
    known = find_arrays("seen", key) if sha256 else None
    if known is not None and {"names", "low", "high", "counts", "zeros"} <= set(known):
        return Seen(
            tuple(map(str, known["names"])), known["low"], known["high"], known["counts"], known["zeros"]
        )
    report(0.3, "Calibrating")
    seen = _gathered(content, x[::step], wider, report)
    if not (np.isfinite(seen.low).all() and np.isfinite(seen.high).all()):
        bad = int(np.argmin(np.isfinite(seen.low) & np.isfinite(seen.high)))
        raise StudioError(
            f"The model computes NaN or infinite values at '{seen.names[bad]}' for these samples, so it cannot be "
            "stored in few bits. Check the samples' scaling, or train it again."
        )
    if not sha256:
        return seen
    keep_arrays(
        "seen",
        key,
        names=np.array(seen.names),
        low=seen.low,
        high=seen.high,
        counts=seen.counts,
        zeros=seen.zeros,
    )
    return seen


def sample_rows(y: npt.NDArray[np.generic], count: int, sampling: Sampling) -> npt.NDArray[np.int64]:
    """Row numbers (int64, ascending) of the samples that calibrate, up to `count`."""
    if sampling is Sampling.FIRST or count >= len(y):
        return np.arange(min(count, len(y)), dtype=np.int64)
    if sampling is Sampling.RANDOM:
        drawn: npt.NDArray[np.int64] = np.random.default_rng(1).permutation(len(y))[:count].astype(np.int64)
        return np.sort(drawn)
    return balanced_rows(y, count)


def training_rows(
    dataset: Dataset, outputs: int, count: int, sampling: Sampling = Sampling.BALANCED
) -> Values:
    """Samples of the training set (float32 [N, *sample shape]); kept in memory for the next move of a slider."""
    return _training_rows(dataset.path, dataset.sha256, dataset.sample_shape, outputs, count, sampling)


def ranges(seen: Seen, clip: Clip, levels: int) -> Ranges:
    """The range of each tensor, clipped; `levels` steps lie between its ends (255 for 8 bits)."""
    found = {}
    for i, name in enumerate(seen.names):
        low, high = float(seen.low[i]), float(seen.high[i])
        if clip is not Clip.MIN_MAX and high > low:
            low, high = _clipped(seen.counts[i], low, high, float(seen.zeros[i]), clip, levels)
        found[name] = (low, high)
    return found


def effect(seen: Seen, clipped: Ranges, model: TfliteModel, layers: tuple[Layer, ...]) -> str:
    """A sentence on what clipping cut off, naming the layer whose range shrank most; "" where it cut nothing."""
    cut, total, tensors = 0.0, 0.0, 0
    most, widest = 0.0, -1
    for i, name in enumerate(seen.names):
        low, high = clipped[name]
        before = float(seen.high[i] - seen.low[i])
        if before <= 0 or high - low >= before * 0.999:
            continue
        edges = np.linspace(seen.low[i], seen.high[i], seen.counts.shape[1] + 1)
        middle = (edges[1:] + edges[:-1]) / 2
        cut += float(seen.counts[i][(middle < low) | (middle > high)].sum())
        total += float(seen.counts[i].sum())
        tensors += 1
        if before / max(high - low, 1e-12) > most:
            most, widest = before / max(high - low, 1e-12), i
    if widest < 0:
        return ""
    name = seen.names[widest]
    layer = next(
        (
            layer.name
            for layer, operator in zip(layers, model.operators, strict=True)
            if any(model.tensors[i].name == name for i in operator.outputs)
        ),
        "the input",
    )
    low, high = clipped[name]
    percent = cut / max(total, 1.0) * 100
    share = "under 0.01" if percent < 0.01 else re.sub(r"\.?0+$", "", f"{percent:.2f}")
    return (
        f"Clipping cuts {share} % of the values of {tensors} tensor{'s' if tensors > 1 else ''}; the range that "
        "shrank most went from "
        f"{seen.low[widest]:.3g} to {seen.high[widest]:.3g} down to {low:.3g} to {high:.3g} ('{layer}')."
    )


@lru_cache(maxsize=4)
def _training_rows(
    path: str, _sha256: str, shape: tuple[int, ...], outputs: int, count: int, sampling: Sampling
) -> Values:
    split = load_split(Path(path), "train", shape, outputs)
    rows = split.x[sample_rows(split.y, count, sampling)]
    rows.flags.writeable = False
    return rows


def _samples(content: bytes, recipe: Recipe, dataset: Dataset) -> Values:
    model = read(content)
    outputs = int(np.prod(model.tensors[model.outputs[0]].shape[1:]))
    return training_rows(dataset, outputs, recipe.calibration_samples, recipe.sampling)


def turns(model: TfliteModel, macs: int, count: int) -> Iterator[slice]:
    """Parts of `count` samples, alike in size, that take some 50 ms each."""
    size = sum(tensor.bytes for tensor in model.tensors if not tensor.is_constant)
    most = max(1, min(_TURN_MACS // max(1, macs), _TURN_BYTES // max(1, size), count))
    parts = -(-count // most)
    even = -(-count // parts)
    for begin in range(0, count, even):
        yield slice(begin, min(begin + even, count))


def _gathered(content: bytes, x: Values, wider: Mapping[str, tuple[float, float]], report: Report) -> Seen:
    model = read(content)
    shown, tensors = showing(content, model)
    runner = Runner(shown, quick=True)
    macs = sum(layer.macs for layer in layers_in(content))
    names = [model.tensors[model.inputs[0]].name, *(model.tensors[i].name for i in tensors)]
    low = np.full(len(names), np.inf)
    high = np.full(len(names), -np.inf)
    parts: list[list[Values]] = [[] for _ in names]
    for part in turns(model, macs, len(x)):
        given = x[part]
        for i, values in enumerate((given, *runner.values_of(given, tensors))):
            low[i], high[i] = min(low[i], float(values.min())), max(high[i], float(values.max()))
            step = max(1, values.size * len(x) // len(given) // _COUNTED)
            parts[i].append(values.reshape(-1)[i % step :: _odd(step)])
        report(0.3 + 0.25 * part.stop / len(x), "Calibrating")
    for i, name in enumerate(names):
        factors = wider.get(name, (1.0, 1.0))
        low[i] *= factors[0] if low[i] < 0 else 1.0
        high[i] *= factors[1] if high[i] > 0 else 1.0
    counts = np.zeros((len(names), _BINS), np.int64)
    zeros = np.zeros(len(names))
    for i, drawn in enumerate(parts):
        values = np.concatenate(drawn)
        zeros[i] = float((values == 0).mean()) if len(values) else 0.0
        if high[i] > low[i] and np.isfinite(high[i] - low[i]):
            places = ((values - low[i]) * (_BINS / (high[i] - low[i]))).astype(np.int64)
            counts[i] = np.bincount(np.clip(places, 0, _BINS - 1), minlength=_BINS)
    return Seen(tuple(names), low, high, counts, zeros)


def _odd(step: int) -> int:
    """An odd step meets every channel, whose number is even as a rule."""
    return step if step % 2 else step + 1


def _clipped(
    counts: npt.NDArray[np.int64], low: float, high: float, zeros: float, clip: Clip, levels: int
) -> tuple[float, float]:
    width = (high - low) / len(counts)
    total = max(int(counts.sum()), 1)
    if clip is Clip.PERCENTILE:
        below = np.cumsum(counts) / total
        first = int(np.searchsorted(below, _RARE, side="right"))
        last = int(np.searchsorted(below, 1.0 - _RARE, side="left"))
        new_low = low + first * width
        new_high = low + (min(last, len(counts) - 1) + 1) * width
        return (new_low, new_high) if new_high > new_low else (low, high)
    return _least_error(counts, low, high, zeros, levels)


def _least_error(
    counts: npt.NDArray[np.int64], low: float, high: float, zeros: float, levels: int
) -> tuple[float, float]:
    """The ends with the least Σ (value − stored)²: (step² ÷ 12) for each value inside, the distance squared outside."""
    middle = low + (np.arange(len(counts)) + 0.5) * (high - low) / len(counts)
    lows = np.linspace(low, min(0.0, low * 0.2), _NARROWINGS) if low < 0 else np.array([min(low, 0.0)])
    highs = np.linspace(high, max(0.0, high * 0.2), _NARROWINGS) if high > 0 else np.array([max(high, 0.0)])
    weights = counts.astype(np.float64)
    below = np.square(np.minimum(middle - lows[:, None], 0.0)) @ weights
    above = np.square(np.maximum(middle - highs[:, None], 0.0)) @ weights
    inside = weights.sum() * (1.0 - zeros)
    steps = (highs[None, :] - lows[:, None]) / levels
    errors = below[:, None] + above[None, :] + inside * np.square(steps) / 12.0
    best_low, best_high = np.unravel_index(int(errors.argmin()), errors.shape)
    return float(lows[best_low]), float(highs[best_high])
