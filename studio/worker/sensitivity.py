"""How much each layer minds compression: the metric when only this one is rounded or pruned."""

import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, Split, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.layer_costs import weights_of
from studio.core.model import Layer, Model
from studio.core.study import LayerSensitivity, Probe, Sensitivity
from studio.core.tflite import DType, Operator, TfliteModel, read
from studio.worker.cache import find_record, keep_record, key_of
from studio.worker.compress import content_of
from studio.worker.metric import metric, part_of
from studio.worker.prune import prunable
from studio.worker.report import Report
from studio.worker.runner import Values
from studio.worker.stretch import Live, Stretch, entering

_MOST_SAMPLES, _FEWEST_SAMPLES = 250, 32
_MOST_MACS = 150_000_000_000  # of all probes together: about ten seconds
_MOST_BYTES = 256 * 1024 * 1024  # of the values that wait between two layers
_CHANNEL_AXIS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": 0, "TRANSPOSE_CONV": 0}
_LEVELS = {Probe.INT8: 127, Probe.INT4: 7}
_SHARES = {Probe.PRUNE_50: 0.5, Probe.PRUNE_70: 0.7, Probe.PRUNE_90: 0.9}


def sensitivity(model: Model, dataset: Dataset, report: Report) -> Sensitivity:
    """The metric for each layer with weights and each probe, on a balanced part of the validation set.

    int8 and int4 round the layer's weights (symmetric, a scale for each channel) and its output (8 bits, from the
    lowest to the highest value seen). Pruning sets whole channels to zero where the layer can lose some, the weakest
    (L2 norm) first, else single weights, the smallest first. Each row is sent as it comes and kept on its own, so that
    a run that was stopped goes on where it was. Only what follows the changed layer is computed anew.
    """
    begin = time.monotonic()
    if model.quantized:
        raise StudioError(
            "This model arrived with its numbers in few bits, so no layer can be changed alone. Load the float model."
        )
    content = content_of(model)
    graph = read(content)
    split = _samples(model, dataset, graph)
    key = key_of("sensitivity", model.artifact_sha256, dataset.sha256, dataset.path, len(split.x))
    known = {row.layer: row for row in _known_rows(key, model.layers)}
    baseline = _known_baseline(key)
    rows = []
    weighted = [layer for layer in model.layers if layer.parameters]
    if baseline is None or len(known) < len(weighted):
        probing = _Probing(content, graph, split, report, len(weighted))
        baseline = probing.baseline()
        keep_record("sensitivity", f"{key}-baseline", {"value": baseline})
    for place, layer in enumerate(weighted):
        row = known.get(layer.name)
        if row is None:
            row = LayerSensitivity(layer.name, probing.scores(layer, place))
            keep_record("sensitivity", key_of(key, layer.name), to_json(row))
        report((place + 1) / len(weighted), f"Probed '{layer.name}'", row)
        rows.append(row)
    return Sensitivity(
        model.artifact_sha256, dataset.sha256, len(split.x), baseline, tuple(rows), time.monotonic() - begin
    )


def _known_rows(key: str, layers: tuple[Layer, ...]) -> Iterator[LayerSensitivity]:
    for layer in layers:
        record = find_record("sensitivity", key_of(key, layer.name)) if layer.parameters else None
        if record is not None:
            try:
                yield from_json(LayerSensitivity, record, "sensitivity")
            except ValueError:  # an older form: compute it again
                continue


def _known_baseline(key: str) -> float | None:
    value = (find_record("sensitivity", f"{key}-baseline") or {}).get("value")
    return value if isinstance(value, float) else None


def _samples(model: Model, dataset: Dataset, graph: TfliteModel) -> Split:
    outputs = int(np.prod(model.outputs[0].shape[1:]))
    split = load_split(Path(dataset.path), "validation", dataset.sample_shape, outputs)
    probes = len(Probe) * sum(1 for layer in model.layers if layer.parameters)
    cuts = (entering(graph, first, len(graph.operators)) for first in range(len(graph.operators)))
    widest = max(sum(graph.tensors[i].bytes for i in cut) for cut in cuts)
    most = min(_MOST_SAMPLES, _MOST_MACS // max(1, probes * model.macs // 2), _MOST_BYTES // max(1, widest))
    return part_of(split, balanced_rows(split.y, max(most, _FEWEST_SAMPLES)))


class _Probing:
    """Walks through the model once; what every layer is given for all samples is at hand when its turn comes."""

    def __init__(self, content: bytes, model: TfliteModel, split: Split, report: Report, layers: int) -> None:
        self._content = content
        self._model = model
        self._split = split
        self._report = report
        self._layers = layers
        self._prunable = prunable(content)
        self._live: Live = {model.inputs[0]: split.x}
        self._place = 0
        self._share = 0.0
        self._words = "Answering with the float model"

    def baseline(self) -> float:
        whole = Stretch(self._content, self._model, 0, len(self._model.operators))
        return self._metric(whole.run(self._live, self._tick))

    def scores(self, layer: Layer, place: int) -> tuple[float | None, ...]:
        """The metric for each probe of the layer; layers are to be asked for in the model's order."""
        self._share = place / self._layers
        self._words = f"Probing '{layer.name}'"
        at = layer.index
        self._advance(at)
        operator = self._model.operators[at]
        whole = Stretch(self._content, self._model, at, at + 1).run(self._live, self._tick)
        rest = (
            Stretch(self._content, self._model, at + 1, len(self._model.operators))
            if self._more(at)
            else None
        )
        found: list[float | None] = []
        for probe in Probe:
            weights = self._changed(operator, layer.name, probe)
            if weights is None:
                found.append(None)
                continue
            made = Stretch(self._content, self._model, at, at + 1, weights).run(self._live, self._tick)
            if probe in _LEVELS:
                made = {i: _rounded(values, whole[i]) for i, values in made.items()}
            found.append(self._metric(rest.run(self._live | made, self._tick) if rest else made))
            self._share += 1 / (self._layers * len(Probe))
        return tuple(found)

    def _more(self, at: int) -> bool:
        return at + 1 < len(self._model.operators)

    def _advance(self, at: int) -> None:
        if at > self._place:
            made = Stretch(self._content, self._model, self._place, at).run(self._live, self._tick)
            still = entering(self._model, at, len(self._model.operators))
            self._live = {i: values for i, values in (self._live | made).items() if i in still}
            self._place = at

    def _changed(self, operator: Operator, name: str, probe: Probe) -> dict[int, Values] | None:
        """The operator's constants that the probe changes, or None where it cannot be made."""
        axis = _CHANNEL_AXIS.get(operator.name)
        if axis is None and probe is not Probe.INT8:
            return None
        constants: dict[int, Values] = {}
        for i in weights_of(self._model, operator):
            if self._model.tensors[i].dtype is DType.FLOAT32:
                constants[i] = np.asarray(self._model.constant(i), np.float32)
        bias = operator.inputs[2] if axis is not None and len(operator.inputs) > 2 else -1
        weights = {i: values for i, values in constants.items() if i != bias}
        if not weights:
            return None
        if probe in _LEVELS:
            return {i: _fewer_bits(values, _LEVELS[probe], axis) for i, values in weights.items()}
        share = _SHARES[probe]
        if self._prunable.get(name, "") is None and len(weights) == 1:
            ((i, values),) = weights.items()
            gone = _weakest(values, share)
            return {i: _without(values, gone)} | (
                {bias: _without(constants[bias], gone)} if bias in constants else {}
            )
        return {i: _sparse(values, share) for i, values in weights.items()}

    def _metric(self, made: Live) -> float:
        scores = made[self._model.outputs[0]]
        return metric(self._split, scores.reshape(len(scores), -1))

    def _tick(self) -> None:
        self._report(self._share, self._words)


def _fewer_bits(values: Values, levels: int, axis: int | None) -> Values:
    """Weights rounded to `levels` steps on either side of zero, each channel (along `axis`) by its own largest."""
    others = tuple(i for i in range(values.ndim) if i != axis) if axis is not None else None
    largest = np.abs(values).max(axis=others, keepdims=True)
    scale = np.where(largest > 0, largest / levels, 1).astype(np.float32)
    found: Values = (np.rint(values / scale) * scale).astype(np.float32)
    return found


def _rounded(values: Values, seen: Values) -> Values:
    """An output in 8 bits, whose range is that of `seen` and of zero."""
    low, high = min(0.0, float(seen.min())), max(0.0, float(seen.max()))
    scale = (high - low) / 255 or 1.0
    zero = np.rint(-low / scale)
    found: Values = ((np.clip(np.rint(values / scale) + zero, 0, 255) - zero) * scale).astype(np.float32)
    return found


def _weakest(values: Values, share: float) -> npt.NDArray[np.int64]:
    """The numbers of the channels (first axis) that go; one stays."""
    norms = np.sqrt(np.square(values.reshape(len(values), -1).astype(np.float64)).sum(axis=1))
    return np.argsort(norms, kind="stable")[: min(round(share * len(values)), len(values) - 1)]


def _without(values: Values, gone: npt.NDArray[np.int64]) -> Values:
    found = values.copy()
    found[gone] = 0
    return found


def _sparse(values: Values, share: float) -> Values:
    """The weights with the smallest `share` of them set to zero."""
    found = values.reshape(-1).copy()
    found[np.argsort(np.abs(found), kind="stable")[: round(share * found.size)]] = 0
    return found.reshape(values.shape)
