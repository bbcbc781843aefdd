"""Float .tflite to int8 or dynamic range with ai-edge-quantizer, calibrated once and then kept."""

from pathlib import Path
from typing import Any

import numpy as np

from studio.core.dataset import Dataset, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.recipe import Recipe, Scheme
from studio.core.tflite import DType, TfliteModel, read
from studio.worker.cache import find_arrays, keep_arrays, key_of
from studio.worker.graph import read_graph, ready_to_quantize, write_graph
from studio.worker.report import Report
from studio.worker.runner import Runner

_QUANTIZE, _DEQUANTIZE = "QUANTIZE", "DEQUANTIZE"
Ranges = dict[str, tuple[float, float]]


def quantize(
    content: bytes, sha256: str, recipe: Recipe, dataset: Dataset | None, report: Report
) -> tuple[bytes, tuple[str, ...]]:
    """The float .tflite `content` (named by `sha256`) with numbers stored as the recipe says, and notes."""
    if recipe.scheme is Scheme.FLOAT32:
        return content, ()
    ready = ready_to_quantize(content)
    if recipe.scheme is Scheme.DYNAMIC_RANGE:
        report(0.6, "Storing the weights in 8 bits")
        return _quantized(ready, recipe.scheme, None), ()
    if dataset is None:
        raise StudioError(
            "int8 needs samples to set its ranges by. Give data on the Model page, or choose float32."
        )
    ranges = _calibrated(ready, sha256, recipe.calibration_samples, dataset, report)
    report(0.6, "Storing all numbers in 8 bits")
    whole = without_float_ends(_quantized(ready, recipe.scheme, ranges))
    return whole, _left_float(read(whole))


def _calibrated(content: bytes, sha256: str, samples: int, dataset: Dataset, report: Report) -> Ranges:
    """The range of every tensor over training samples; computed once for a model, data and sample count."""
    key = key_of("ranges", sha256, samples, dataset.sha256)
    known = find_arrays("ranges", key)
    if known is not None and {"names", "low", "high"} <= set(known):
        return {
            str(name): (float(low), float(high))
            for name, low, high in zip(known["names"], known["low"], known["high"], strict=True)
        }
    report(0.2, "Calibrating")
    runner = Runner(content, keep_all=True)
    outputs = int(np.prod(runner.output.shape[1:]))

    split = load_split(Path(dataset.path), "train", runner.input.shape[1:], outputs)
    ranges = runner.ranges(split.x[balanced_rows(split.y, samples)])
    bad = [name for name, span in ranges.items() if not np.isfinite(span).all()]
    if bad:
        raise StudioError(
            f"The model computes NaN or infinite values at '{bad[0]}' for these samples, so it cannot be stored in "
            "int8. Check the samples' scaling, or train it again."
        )
    keep_arrays(
        "ranges",
        key,
        names=np.array(list(ranges)),
        low=np.array([low for low, _ in ranges.values()]),
        high=np.array([high for _, high in ranges.values()]),
    )
    return ranges


def _quantized(content: bytes, scheme: Scheme, ranges: Ranges | None) -> bytes:
    from ai_edge_quantizer import quantizer
    from ai_edge_quantizer import recipe as recipes

    work = quantizer.Quantizer(content)
    static = scheme is Scheme.INT8
    work.load_quantization_recipe(recipes.static_wi8_ai8() if static else recipes.dynamic_wi8_afp32())
    statistics: dict[str, Any] | None = None
    if ranges is not None:
        ranks = {tensor.name: len(tensor.shape) for tensor in read(content).tensors}
        statistics = {
            name: {
                "min": np.full((1,) * ranks[name], low, np.float32),
                "max": np.full((1,) * ranks[name], high, np.float32),
            }
            for name, (low, high) in ranges.items()
            if name in ranks
        }
    try:
        result = work.quantize(statistics, enable_progress_bar=False, enable_progress_report=False)
    except (ValueError, RuntimeError, KeyError, NotImplementedError) as error:
        reason = next(
            (line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__
        )
        raise StudioError(
            f"The quantizer does not manage this model ({reason[:200].rstrip('.')}). Choose float32, or change the "
            "layer it names."
        ) from error
    return bytes(result.quantized_model)


def without_float_ends(content: bytes) -> bytes:
    """The same model with int8 input and output, where a QUANTIZE first or a DEQUANTIZE last made them float."""
    model = read(content)
    given, answered = model.inputs[0], model.outputs[0]
    if DType.FLOAT32 not in (model.tensors[given].dtype, model.tensors[answered].dtype):
        return content
    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    dropped = set()
    readers = [operator for operator in model.operators if given in operator.inputs]
    if model.tensors[given].dtype is DType.FLOAT32 and len(readers) == 1 and readers[0].name == _QUANTIZE:
        dropped.add(readers[0].index)
        subgraph.inputs = [readers[0].outputs[0]]
    writers = [operator for operator in model.operators if answered in operator.outputs]
    if (
        model.tensors[answered].dtype is DType.FLOAT32
        and len(writers) == 1
        and writers[0].name == _DEQUANTIZE
    ):
        dropped.add(writers[0].index)
        subgraph.outputs = [writers[0].inputs[0]]
    if not dropped:
        return content
    subgraph.operators = [operator for i, operator in enumerate(subgraph.operators) if i not in dropped]
    for signature in graph.signatureDefs or ():
        for entries, ends in ((signature.inputs, subgraph.inputs), (signature.outputs, subgraph.outputs)):
            for entry, end in zip(entries or (), ends, strict=True):
                entry.tensorIndex = end
    return write_graph(graph)


def _left_float(model: TfliteModel) -> tuple[str, ...]:
    """A note for each layer that still computes with float numbers."""
    notes = []
    for layer, operator in zip(layers_of(model), model.operators, strict=True):
        if operator.name in (_QUANTIZE, _DEQUANTIZE):
            continue
        if any(
            model.tensors[i].dtype is DType.FLOAT32 for i in (*operator.inputs, *operator.outputs) if i >= 0
        ):
            notes.append(
                f"Layer '{layer.name}' ({layer.operator}) stays in float32: the quantizer has no int8 form of it. "
                "Replace it for a microcontroller."
            )
    return tuple(notes)
