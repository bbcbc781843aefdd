"""A float .tflite with its numbers stored as a recipe says, layer by layer, with ai-edge-quantizer."""

import re
import warnings
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import numpy as np

from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Layer
from studio.core.recipe import Clip, Recipe, Scheme
from studio.core.tflite import DType, TfliteModel
from studio.worker.biases import with_fitting_biases
from studio.worker.calibrate import Ranges, effect, gather, ranges
from studio.worker.ends import DEQUANTIZE, QUANTIZE, without_other_ends
from studio.worker.graph import ready_to_quantize
from studio.worker.reading import layers_in, read
from studio.worker.report import Report

_LEVELS = {Scheme.INT16: 65535}  # steps between the ends of an activation's range; 255 otherwise
_FOUR_BITS = ("CONV_2D", "FULLY_CONNECTED")
_ENDS = (Scheme.INT8, Scheme.INT4, Scheme.INT16)
_EVERY = ".*"


def quantize(
    content: bytes,
    sha256: str,
    recipe: Recipe,
    dataset: Dataset | None,
    report: Report,
    before: tuple[bytes, str] | None = None,
) -> tuple[bytes, tuple[str, ...]]:
    """The float .tflite `content` (named by `sha256`) with numbers stored as the recipe says, and notes.

    `before` is the model that it was made of, where that is another (see `gather`).
    """
    layers = layers_in(content)  # by the names that the recipe knows
    schemes = {layer.name: recipe.scheme_of(layer.name) for layer in layers}
    if recipe.scheme is Scheme.FLOAT32 and set(schemes.values()) <= {Scheme.FLOAT32}:
        return content, ()
    ready, model = _ready(content)
    found: Ranges | None = None
    notes: tuple[str, ...] = ()
    if any(scheme.needs_calibration for scheme in (recipe.scheme, *schemes.values())):
        if dataset is None:
            raise StudioError(
                f"{_calibrated_name(recipe)} needs samples to set its ranges by. Give data on the Model page, or "
                "choose float32."
            )
        seen = gather(ready, sha256, recipe, dataset, report, before)
        report(0.55, "Clipping the ranges")
        found = ranges(seen, recipe.clip, _LEVELS.get(recipe.scheme, 255))
        if recipe.clip is not Clip.MIN_MAX and (said := effect(seen, found, model, layers)):
            notes = (said,)
    report(0.6, "Storing the numbers in fewer bits")
    whole = _quantized(ready, _instructions(model, layers, recipe), model, found)
    report(0.7, "Storing the numbers in fewer bits")
    whole = with_fitting_biases(whole, model)
    if recipe.scheme in _ENDS:
        whole = without_other_ends(whole)
    notes = (*notes, *_kept_in_8_bits(model, layers, recipe), *_ends(model, layers, recipe))
    if recipe.scheme.needs_calibration:
        notes = (*notes, *_left_float(whole, schemes))
    return whole, notes


def _calibrated_name(recipe: Recipe) -> str:
    schemes = [recipe.scheme, *(choice.scheme for choice in recipe.layers if choice.scheme is not None)]
    return next(scheme.value for scheme in schemes if scheme.needs_calibration)


def trial(content: bytes, recipe: Recipe) -> bytes:
    """The .tflite with its numbers stored as the recipe says, but in made-up ranges: only to see what becomes of it."""
    ready, model = _ready(content)
    found = {tensor.name: (-1.0, 1.0) for tensor in model.tensors if tensor.dtype is DType.FLOAT32}
    whole = _quantized(ready, _instructions(model, layers_in(content), recipe), model, found)
    return without_other_ends(whole)


@lru_cache(maxsize=4)
def _ready(content: bytes) -> tuple[bytes, TfliteModel]:
    """The file as the quantizer wants it, kept for the next move of a slider."""
    ready = ready_to_quantize(content)
    return ready, read(ready)


def _instructions(model: TfliteModel, layers: tuple[Layer, ...], recipe: Recipe) -> Any:
    """The recipe as ai-edge-quantizer has it: for all layers, then for those that differ; later entries count."""
    from ai_edge_quantizer import algorithm_manager, qtyping, recipe_manager
    from ai_edge_quantizer.utils.tfl_flatbuffer_utils import TFL_OP_CODE_TO_NAME

    every = qtyping.TFLOperationName.ALL_SUPPORTED
    names = algorithm_manager.AlgorithmName
    found = recipe_manager.RecipeManager()
    match recipe.scheme:
        case Scheme.INT8 | Scheme.INT4:
            found.add_static_config(_EVERY, every, 8, 8)
        case Scheme.INT16:
            found.add_static_config(_EVERY, every, 16, 8)
        case Scheme.FLOAT16:
            found.add_weight_only_config(_EVERY, every, 16, algorithm_key=names.FLOAT_CASTING)
        case Scheme.DYNAMIC_RANGE:
            found.add_dynamic_config(_EVERY, every, 8)
        case Scheme.WEIGHTS_ONLY:
            found.add_weight_only_config(_EVERY, every, 8)
    if recipe.scheme is Scheme.INT4:
        for kind in (qtyping.TFLOperationName.CONV_2D, qtyping.TFLOperationName.FULLY_CONNECTED):
            found.add_static_config(_EVERY, kind, 8, 4)
    for layer, operator in zip(layers, model.operators, strict=True):
        scheme = recipe.choice(layer.name).scheme
        kind = TFL_OP_CODE_TO_NAME.get(operator.code)
        if scheme is None or kind is None:
            continue
        place = "^" + ";".join(re.escape(model.tensors[i].name) for i in operator.outputs) + ";?$"
        # The layer's own operator is named, so that the model's output is not meant, which has the same name.
        if scheme is Scheme.FLOAT32:
            found.add_quantization_config(place, kind, algorithm_key=names.NO_QUANTIZE)
        elif _can(kind, scheme):
            bits = 16 if scheme is Scheme.INT16 else 8
            four = scheme is Scheme.INT4 and operator.name in _FOUR_BITS
            found.add_static_config(place, kind, bits, 4 if four else 8)
    return found.get_quantization_recipe()


def _can(kind: Any, scheme: Scheme) -> bool:
    """Whether the quantizer has such a form of the operator."""
    from ai_edge_quantizer import default_policy

    bits = 16 if scheme is Scheme.INT16 else 8
    known = default_policy.DEFAULT_CONFIG_CHECK_POLICY.get(kind, ())
    return any(
        config.activation_tensor_config is not None and config.activation_tensor_config.num_bits == bits
        for config in known
    )


def _quantized(content: bytes, instructions: Any, model: TfliteModel, found: Ranges | None) -> bytes:
    from ai_edge_quantizer import quantizer

    statistics: dict[str, Any] | None = None
    if found is not None:
        ranks = {tensor.name: len(tensor.shape) for tensor in model.tensors}
        statistics = {
            name: {
                "min": np.full((1,) * ranks[name], low, np.float32),
                "max": np.full((1,) * ranks[name], high, np.float32),
            }
            for name, (low, high) in found.items()
            if name in ranks
        }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            work = quantizer.Quantizer(content)
            work.load_quantization_recipe(instructions)
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


def _kept_in_8_bits(model: TfliteModel, layers: tuple[Layer, ...], recipe: Recipe) -> Iterator[str]:
    """A note for the layers whose weights were to be int4 and cannot."""
    kept = [
        layer
        for layer, operator in zip(layers, model.operators, strict=True)
        if layer.parameters
        and recipe.scheme_of(layer.name) is Scheme.INT4
        and operator.name not in _FOUR_BITS
    ]
    for kind in sorted({layer.operator for layer in kept}):
        names = ", ".join(f"'{layer.name}'" for layer in kept if layer.operator == kind)
        one = sum(layer.operator == kind for layer in kept) == 1
        yield (
            f"{names} ({kind}) {'keeps its' if one else 'keep their'} weights in 8 bits: LiteRT's quantizer has an "
            "int4 form of convolutions and dense layers only."
        )


def _ends(model: TfliteModel, layers: tuple[Layer, ...], recipe: Recipe) -> Iterator[str]:
    """What becomes of the input and output where the first or last layer stays apart from an int8 or int16 model."""
    if recipe.scheme not in _ENDS:
        return
    stored = "int16" if recipe.scheme is Scheme.INT16 else "int8"
    for layer, operator in zip(layers, model.operators, strict=True):
        scheme = recipe.choice(layer.name).scheme
        wide = recipe.scheme is Scheme.INT16
        if scheme is None or (scheme is not Scheme.FLOAT32 and (scheme is Scheme.INT16) == wide):
            continue
        if any(i in model.inputs for i in operator.inputs):
            yield (
                f"The model's input stays {stored}: it is turned to {scheme.value} before '{layer.name}', the first "
                "layer."
            )
        if any(i in model.outputs for i in operator.outputs):
            yield (
                f"The model's output stays {stored}: what '{layer.name}', the last layer, answers in {scheme.value} is "
                "stored so afterwards."
            )


def _left_float(content: bytes, schemes: dict[str, Scheme]) -> Iterator[str]:
    """A note for each layer that still computes with float numbers though it was not asked to."""
    model = read(content)
    for layer, operator in zip(layers_in(content), model.operators, strict=True):
        if operator.name in (QUANTIZE, DEQUANTIZE) or schemes.get(layer.name) is Scheme.FLOAT32:
            continue
        if any(
            model.tensors[i].dtype is DType.FLOAT32 for i in (*operator.inputs, *operator.outputs) if i >= 0
        ):
            yield (
                f"Layer '{layer.name}' ({layer.operator}) stays in float32: the quantizer has no int8 form of it. "
                "Replace it for a microcontroller."
            )
