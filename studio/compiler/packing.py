"""Weights laid out for instructions that multiply two 16-bit halves at once, and the layers that compute with them.

Two rows of weights share their words: a half holds 256 x odd row + even row (firmware/kernels/studio_packed.h).
That halves the unpacking, and holds as long as the sums of the odd rows stay within 24 bits. The kernels also round
with one addition, which holds for shifts to the right and sums below 2**30. Layers of real models do; `packable`
tells those that do not, which the plain kernels take.

Instructions on a Cortex-M4 (counted on the virtual board), by which families choose among the kernels:

    kernel          per product   per output   other
    studio_window      0.81          18        1.3 per byte of a patch; keeps some rows and two patches
    studio_pointwise   0.81          18        1.3 per byte of input; keeps two pixels; no borders, strides or dilation
    studio_vector      1.06          12        one row only: the others would compute it twice
    studio_channelwise 3.0           15        keeps some rows
    plain kernels      2.2 to 5      30        whatever the others do not take
"""

import numpy as np
import numpy.typing as npt

from studio.compiler.graph import Node
from studio.compiler.layer import Array, Call, Layer, Parameter, Place, Ref, Scratch
from studio.compiler.quantization import Channels, activation_range
from studio.compiler.window import Window

LARGEST_SHIFT = 20
_SHIFT_BITS = 8  # below a channel's bias
_PAIR, _FOUR = 2, 4
_ORDER = [0, 2, 1, 3]  # SXTB16 takes bytes 0 and 2 out of a word, then 1 and 3

Int8Array = npt.NDArray[np.int8]


def packable(weights: Int8Array, folded: Channels) -> bool:
    """Whether [outputs, products] weights can be computed with packed, bit for bit."""
    if not scales_fit(weights, folded):
        return False
    odd = weights[1::2]
    if odd.size and 128 * int(_magnitudes(odd).max()) >= 1 << 23:
        return False
    return not bool(np.any((odd == -128) & (weights[: 2 * len(odd) : 2] < 0)))


def scales_fit(weights: Int8Array, folded: Channels) -> bool:
    """Whether sums of [outputs, products] weights can be rounded with one addition."""
    shifts = folded.shifts.astype(np.int64)
    largest = np.abs(folded.bias.astype(np.int64)) + 128 * _magnitudes(weights)
    fits = (shifts <= -1) & (shifts >= -LARGEST_SHIFT)
    return bool(fits.all()) and int(largest.max(initial=0)) < 1 << 30


def words_fit(folded: Channels) -> bool:
    """Whether a bias leaves room for a shift in its word, as the kernels want it that multiply with matrices."""
    return int(np.abs(folded.bias.astype(np.int64)).max(initial=0)) < 1 << (31 - _SHIFT_BITS)


def vector(node: Node, weights: Int8Array, folded: Channels) -> Layer:
    """One row of numbers times [outputs, inputs] weights."""
    rows = _quads(weights)
    call = Call(
        "studio_vector",
        (
            ("quads", rows.shape[1] // 4),
            ("outputs", len(weights)),
            ("weights", Ref("weights")),
            ("bias", Ref("bias")),
            ("multipliers", Ref("multipliers")),
            ("shifts", Ref("shifts")),
            ("multiplier_step", folded.step),
            *output_range(node),
        ),
        (Place(node.input(0).index), Place(node.output.index)),
    )
    scaling = (folded.bias, folded.multipliers, less_one(folded.shifts))
    bias, multipliers, shifts = (np.pad(v, (0, -len(v) % _FOUR if len(v) > 1 else 0)) for v in scaling)
    arrays = (
        Array("weights", _packed(rows, _FOUR), in_flash=True),
        Array("bias", np.pad(bias, (0, -len(bias) % _FOUR)), in_flash=True),
        Array("multipliers", multipliers, in_flash=True),
        Array("shifts", shifts, in_flash=True),
    )
    return Layer(node, (call,), arrays, weights.size)


def pointwise(node: Node, rows: int, weights: Int8Array, folded: Channels) -> Layer:
    """`rows` rows of numbers times [outputs, inputs] weights; inputs a multiple of 4."""
    outputs, inputs = weights.shape
    call = Call(
        "studio_pointwise",
        (("rows", rows), *_matrix(node, inputs // 4, outputs)),
        (Place(node.input(0).index), Place(node.output.index), Scratch()),
    )
    overlays = (node.input(0).index,) if outputs <= inputs else ()
    return Layer(
        node, (call,), _matrix_arrays(weights, folded), rows * weights.size, 4 * inputs, overlays=overlays
    )


def convolution(node: Node, weights: Int8Array, folded: Channels, view: Window) -> Layer:
    """CONV_2D without horizontal dilation; weights: [outputs, height, width, depth]."""
    outputs, height, width, depth = weights.shape
    filter_rows = _quads(weights.reshape(outputs * height, width * depth))
    rows = filter_rows.reshape(outputs, -1)
    quads = rows.shape[1] // 4
    ring, ring_bytes = _ring(node, view, depth)
    call = Call(
        "studio_window",
        (
            *_images(view, depth),
            ("filter_height", height),
            ("filter_quads", quads // height),
            ("step_bytes", view.stride_x * depth),
            *ring,
            *_matrix(node, quads, outputs),
        ),
        (Place(node.input(0).index), Place(node.output.index), Scratch(), Scratch(ring_bytes + 4)),
    )
    return Layer(
        node, (call,), _matrix_arrays(rows, folded), view.pixels * weights.size, ring_bytes + 4 + 16 * quads,
        overlays=_in_place(node, view, depth, outputs),
    )  # fmt: skip


def channelwise(node: Node, weights: Int8Array, folded: Channels, view: Window) -> Layer:
    """DEPTHWISE_CONV_2D with one filter per channel, channels a multiple of 4; weights: [taps, channels]."""
    taps, channels = weights.shape
    ring, ring_bytes = _ring(node, view, channels)
    fours = np.ascontiguousarray(weights.reshape(taps, channels // 4, 4).transpose(1, 0, 2))
    call = Call(
        "studio_channelwise",
        (
            *_images(view, channels),
            ("filter_height", view.filter_height),
            ("filter_width", view.filter_width),
            ("step_bytes", view.stride_x * channels),
            ("tap_bytes", view.dilation_x * channels),
            ("channels", channels),
            ("weights", Ref("weights")),
            ("scaling", Ref("scaling")),
            *output_range(node),
            *ring,
        ),
        (Place(node.input(0).index), Place(node.output.index), Scratch(), Scratch(ring_bytes)),
    )
    arrays = (Array("weights", fours.view("<u4").astype(np.uint32), in_flash=True), _scaling(folded))
    return Layer(
        node, (call,), arrays, view.pixels * weights.size, ring_bytes + 4 * taps,
        overlays=_in_place(node, view, channels, channels),
    )  # fmt: skip


def _magnitudes(weights: Int8Array) -> npt.NDArray[np.int64]:
    magnitudes: npt.NDArray[np.int64] = np.abs(weights.astype(np.int16)).sum(axis=1, dtype=np.int64)
    return magnitudes


def _quads(weights: Int8Array) -> Int8Array:
    """Rows filled up with zeros to a multiple of 4."""
    return np.pad(weights, ((0, 0), (0, -weights.shape[1] % 4)))


def _packed(weights: Int8Array, together: int) -> npt.NDArray[np.uint32]:
    """Words [rows / together][quads][together / 2][2] of rows whose length is a multiple of 4."""
    rows = np.pad(weights, ((0, -len(weights) % together), (0, 0))).astype(np.int32)
    halves = (256 * rows[1::2] + rows[::2]).astype(np.int16).view(np.uint16)
    groups = halves.reshape(len(rows) // together, together // 2, -1, 4)[..., _ORDER]
    words = groups.transpose(0, 2, 1, 3).astype(np.uint32)
    return (words[..., ::2] | words[..., 1::2] << np.uint32(16)).astype(np.uint32)


def _matrix(node: Node, quads: int, outputs: int) -> tuple[tuple[str, Parameter], ...]:
    fields: tuple[tuple[str, Parameter], ...] = (
        ("quads", quads),
        ("outputs", outputs),
        ("weights", Ref("weights")),
        ("channels", Ref("scaling")),
        *output_range(node),
    )
    return tuple((f"matrix.{name}", value) for name, value in fields)


def _matrix_arrays(rows: Int8Array, folded: Channels) -> tuple[Array, ...]:
    return (Array("weights", _packed(rows, _PAIR), in_flash=True), _scaling(folded))


def less_one(shifts: Int8Array) -> Int8Array:
    """Shifts to the right without the last place, which the kernels take together with the saturation."""
    return (-1 - shifts).astype(np.int8)


def _scaling(folded: Channels) -> Array:
    """For each channel bias and shift in one word, and the multiplier."""
    count = len(folded.bias)
    pairs = np.stack([words(folded), np.broadcast_to(folded.multipliers, count)], axis=1)
    return Array("scaling", pairs, in_flash=True)


def words(folded: Channels) -> npt.NDArray[np.int32]:
    """For each channel its bias above its shift to the right."""
    return (folded.bias * (1 << _SHIFT_BITS) + less_one(folded.shifts)).astype(np.int32)


def output_range(node: Node) -> tuple[tuple[str, Parameter], ...]:
    """The fields that say how a sum becomes int8 besides its multiplier: the zero point's, and the activation's."""
    scale, zero_point = node.quantization(node.output)
    lowest, highest = activation_range(node, node.options.activation, scale, zero_point)
    return ("output_offset", 2 * zero_point + 1), ("lowest", lowest), ("highest", highest)


def _images(view: Window, depth: int) -> tuple[tuple[str, Parameter], ...]:
    return (
        ("batches", view.batches),
        ("output_height", view.output_height),
        ("output_width", view.output_width),
        ("batch_bytes", view.input_height * view.input_width * depth),
    )


def _ring(node: Node, view: Window, depth: int) -> tuple[tuple[tuple[str, Parameter], ...], int]:
    """The fields of struct studio_rows, and the bytes of the ring."""
    count = (view.filter_height - 1) * view.dilation_y + 1
    reach = (view.output_width - 1) * view.stride_x + (view.filter_width - 1) * view.dilation_x + 1
    columns = max(reach, view.pad_left + view.input_width)
    row_bytes = -(-columns * depth // 4) * 4
    fields = (
        ("input_height", view.input_height),
        ("input_bytes", view.input_width * depth),
        ("left_bytes", view.pad_left * depth),
        ("ring_bytes", row_bytes),
        ("count", count),
        ("above", view.pad_top),
        ("stride", view.stride_y),
        ("step", view.dilation_y),
        ("zero_point", node.quantization(node.input(0))[1]),
    )
    return tuple((f"rows.{name}", value) for name, value in fields), count * row_bytes


def _in_place(node: Node, view: Window, depth: int, outputs: int) -> tuple[int, ...]:
    """The input, if each output row only overwrites rows of it that are in the ring by then."""
    reach = (view.filter_height - 1) * view.dilation_y + 1
    for y in range(view.output_height):
        loaded = min(max(y * view.stride_y - view.pad_top + reach, 0), view.input_height)
        if (y + 1) * view.output_width * outputs > loaded * view.input_width * depth:
            return ()
    return (node.input(0).index,) if view.batches == 1 else ()
