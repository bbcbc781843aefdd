"""What a recipe will need, estimated at once from what the last measured one needed, until it is measured itself."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from studio.core.board import Board
from studio.core.build import Build, Fit, Gauge, LayerBuild, Source, fit
from studio.core.figures import STRUCT_BYTES_PER_LAYER
from studio.core.layers import pair_layers
from studio.core.model import Layer
from studio.core.recipe import Candidate, Recipe, Scheme

_WEIGHT_BITS = {
    Scheme.FLOAT32: 32,
    Scheme.FLOAT16: 16,
    Scheme.INT8: 8,
    Scheme.INT16: 8,
    Scheme.INT4: 4,
    Scheme.DYNAMIC_RANGE: 8,
    Scheme.WEIGHTS_ONLY: 8,
}
_ACTIVATION_BITS = {Scheme.INT8: 8, Scheme.INT16: 16, Scheme.INT4: 8}
_PALETTE_BITS = {4: 2, 16: 4}
_UNPACKING = 1.5  # work with weights that are not stored as they are, next to int8; measured on the samples
_PRODUCTS = ("CONV_2D", "FULLY_CONNECTED", "TRANSPOSE_CONV", "BATCH_MATMUL")
_SPARSE_BITS, _USED_BITS = 2, 12  # for each weight of a layer stored without zeros, and for each that is none
_AT_ONCE = 4  # channels that the quick kernels take together
_BIAS_BITS = 32  # of each channel in a .tflite
_CHANNEL_BITS = 72  # in the generated C, with a factor and a shift for each


@dataclass(frozen=True, slots=True)
class Share:
    """What is left of one layer of the float model: shares of its weights and outputs, and the bits of each.

    `work` is that of one multiplication next to int8's.
    """

    weights: float
    outputs: float
    weight_bits: float
    activation_bits: float
    work: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a recipe will come to; everything is estimated.

    `weight_bytes` are those of the candidate's .tflite, `build` the last measured one, scaled; None before there was
    one. Only `forecast_fit` may read figures from it: it marks them as estimated.
    """

    weight_bytes: int
    build: Build | None


def forecast(layers: Sequence[Layer], recipe: Recipe, known: Candidate, build: Build | None) -> Forecast:
    """Scale what `known` (with its `build`) came to by what `recipe` leaves of the float model's `layers`.

    At the recipe of `known` the forecast is exact. Channels that cannot go because of residual sums are left out of
    account, so it errs on the small side where much of such a model is pruned.
    """
    now, then = shares(layers, recipe), shares(layers, known.recipe)
    before = sum(layer.weight_bytes for layer in known.layers)
    weights = _ratio(_weights(layers, now, _BIAS_BITS), _weights(layers, then, _BIAS_BITS))
    scaled = _scaled(build, layers, known, now, then) if build is not None else None
    return Forecast(round(before * weights), scaled)


def forecast_fit(found: Forecast | None, board: Board, deadline_us: int) -> Fit | None:
    """Need against limit on `board`, every figure marked as estimated; None where nothing was built yet."""
    if found is None or found.build is None:
        return None
    gauges = fit(found.build, board, deadline_us)
    return Fit(_estimated(gauges.compute), _estimated(gauges.memory), _estimated(gauges.storage))


def shares(layers: Sequence[Layer], recipe: Recipe) -> tuple[Share, ...]:
    """What `recipe` leaves of each layer, if every layer passed its channels to the next one."""
    products = [place for place, layer in enumerate(layers) if layer.operator in _PRODUCTS]
    last = products[-1] if products else -1
    width = recipe.student.width if recipe.student else 1.0
    depth = recipe.student.depth if recipe.student else 1.0
    choices = {choice.layer: choice for choice in recipe.layers}
    found = []
    arriving = 1.0  # share of the channels that come in
    shape: tuple[int, ...] = ()
    channels = 0  # of what comes in
    for place, layer in enumerate(layers):
        choice = choices.get(layer.name)
        scheme = (choice.scheme if choice else None) or recipe.scheme
        leaving = weights = arriving
        if layer.operator in _PRODUCTS:
            own = choice.pruning if choice and choice.pruning is not None else recipe.pruning
            leaving = 1.0 if place == last else width * _stays(layer.output_shape, own)
            weights = arriving * leaving
        if layer.parameters:
            repeats = layer.output_shape == shape and place != last
            weights *= depth if repeats else 1.0
            shape = layer.output_shape
        sparsity = choice.sparsity if choice and choice.sparsity is not None else _sparsity(recipe)
        bits = _bits(scheme, recipe.palette, sparsity, sparse=_is_matrix(layer, channels))
        work = _UNPACKING if scheme in _ACTIVATION_BITS and bits < _WEIGHT_BITS[Scheme.INT8] else 1.0
        found.append(Share(weights, leaving, bits, _ACTIVATION_BITS.get(scheme, 32), work))
        arriving = leaving
        channels = layer.output_shape[-1] if layer.output_shape else 0
    return tuple(found)


def _is_matrix(layer: Layer, channels: int) -> bool:
    """True for dense layers and pointwise convolutions, which the generated C can store without their zeros."""
    own = layer.output_shape[-1] if layer.output_shape else 0
    pointwise = layer.operator == "CONV_2D" and layer.parameters in (own * channels, own * channels + own)
    return pointwise or layer.operator == "FULLY_CONNECTED"


def _stays(shape: tuple[int, ...], pruning: float) -> float:
    """The share of channels that stays: whole ones, in fours where there are eight or more, as pruning does it."""
    count = shape[-1] if shape else 1
    wanted = max(1, math.ceil((1.0 - pruning) * count - 1e-9))
    if count >= 2 * _AT_ONCE:
        wanted = min(count, math.ceil(wanted / _AT_ONCE) * _AT_ONCE)
    return wanted / count


def _scaled(
    build: Build, layers: Sequence[Layer], known: Candidate, now: tuple[Share, ...], then: tuple[Share, ...]
) -> Build:
    partner = _partners(tuple(layers), known.layers)
    weights = _ratio(_weights(layers, now, _CHANNEL_BITS), _weights(layers, then, _CHANNEL_BITS))
    arena = _ratio(_peak(layers, now), _peak(layers, then))
    found: list[LayerBuild] = []
    counted = expected = 0.0
    for layer in build.layers:
        place = partner.get(layer.index)
        macs = outputs = stored = slower = 1.0
        if place is not None:
            macs = _ratio(now[place].weights, then[place].weights)
            slower = now[place].work / then[place].work
            outputs = _ratio(_output_bits(now[place]), _output_bits(then[place]))
            stored = _ratio(
                _constant_bits(layers[place], now[place], _CHANNEL_BITS),
                _constant_bits(layers[place], then[place], _CHANNEL_BITS),
            )
        work = macs * slower if layer.macs else outputs
        cost = layer.instructions or layer.estimated_instructions
        counted, expected = counted + cost, expected + cost * work
        found.append(
            replace(
                layer,
                macs=round(layer.macs * macs),
                weight_bytes=round(layer.weight_bytes * stored),
                activation_bytes=round(layer.activation_bytes * outputs),
                instructions=round(layer.instructions * work) if layer.instructions is not None else None,
                estimated_instructions=round(layer.estimated_instructions * work),
                read_bytes=round(layer.read_bytes * outputs),
                flash_bytes=_flash_bytes(layer.flash_bytes, stored),
            )
        )
    weight_bytes = round(build.weight_bytes * weights)
    arena_bytes = round(build.arena_bytes * arena)
    measurement = build.measurement
    if measurement is not None:
        measurement = replace(
            measurement,
            flash_bytes=max(0, measurement.flash_bytes + weight_bytes - build.weight_bytes),
            constant_bytes=max(0, measurement.constant_bytes + weight_bytes - build.weight_bytes),
            static_ram_bytes=max(0, measurement.static_ram_bytes + arena_bytes - build.arena_bytes),
            instructions=round(measurement.instructions * _ratio(expected, counted)),
        )
    return replace(
        build,
        weight_bytes=weight_bytes,
        arena_bytes=arena_bytes,
        layers=tuple(found),
        measurement=measurement,
    )


@lru_cache(maxsize=4)
def _partners(before: tuple[Layer, ...], after: tuple[Layer, ...]) -> dict[int, int]:
    """The place among the float layers for each layer of the candidate that has one there, by its index."""
    places = {id(layer): place for place, layer in enumerate(before)}
    return {
        pair.after.index: places[id(pair.before)]
        for pair in pair_layers(before, after)
        if pair.after is not None and pair.before is not None
    }


def _weights(layers: Sequence[Layer], found: Sequence[Share], channel_bits: int) -> float:
    return sum(_constant_bits(layer, share, channel_bits) for layer, share in zip(layers, found, strict=True))


def _constant_bits(layer: Layer, share: Share, channel_bits: int) -> float:
    """Bits of the weights, and of what each channel has besides: its bias, in the C also its factor and shift."""
    channels = layer.output_shape[-1] if layer.output_shape else 0
    if not 0 < channels < layer.parameters:
        channels = 0
    return (layer.parameters - channels) * share.weights * share.weight_bits + (
        channels * share.outputs * channel_bits
    )


def _flash_bytes(known: int, stored: float) -> int:
    """What a layer stores; its parameters stay as large as they are."""
    fixed = min(known, STRUCT_BYTES_PER_LAYER)
    return fixed + round((known - fixed) * stored)


def _output_bits(share: Share) -> float:
    return share.outputs * share.activation_bits


def _peak(layers: Sequence[Layer], found: Sequence[Share]) -> float:
    """The largest sum of what a layer reads and writes: about what the working buffer must hold."""
    sizes = [layer.activation_bytes * _output_bits(share) for layer, share in zip(layers, found, strict=True)]
    return max((a + b for a, b in zip([0.0, *sizes], sizes, strict=False)), default=0.0)


def _sparsity(recipe: Recipe) -> float:
    if recipe.pattern:
        kept, group = (int(part) for part in recipe.pattern.split(":"))
        return 1.0 - kept / group
    return recipe.sparsity


def _bits(scheme: Scheme, palette: int, sparsity: float, *, sparse: bool) -> float:
    """Bits for each weight as the generated C stores it: without its zeros where that is smaller."""
    bits = float(_WEIGHT_BITS[scheme])
    if palette and scheme.needs_calibration:
        bits = min(bits, float(_PALETTE_BITS[palette]))
    if sparse and scheme is Scheme.INT8 and not palette:
        bits = min(bits, _SPARSE_BITS + (1.0 - sparsity) * _USED_BITS)
    return bits


def _ratio(now: float, then: float) -> float:
    return now / then if then else 1.0


def _estimated(gauge: Gauge) -> Gauge:
    return replace(gauge, source=Source.ESTIMATED)


def moved(before: Recipe, after: Recipe) -> Recipe:
    """The recipe after a choice: where the weights become others, training that was made for the old ones is gone.

    Otherwise every move of a slider would train anew, for minutes.
    """
    if after.training is None or after.training != before.training or after.structure == before.structure:
        return after
    return replace(after, training=None)
