"""Layers whose weights take few different values: the values once, and for each weight 4 or 2 bits that say which.

Clustering makes such layers (recipe: palette), int4 weights are such layers from the start. One kernel computes
CONV_2D and FULLY_CONNECTED: it looks a weight up for four pixels at once.
"""

import numpy as np
import numpy.typing as npt

from studio.compiler import packing
from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Array, Call, Layer, Place, Ref, Scratch
from studio.compiler.quantization import Channels, channels
from studio.compiler.sources import StorageKind
from studio.compiler.window import Window, window

KERNELS = {StorageKind.PALETTE_4: "studio_palette_4", StorageKind.PALETTE_2: "studio_palette_2"}
_BITS = {StorageKind.PALETTE_4: 4, StorageKind.PALETTE_2: 2}
_COLUMNS = 4  # STUDIO_PALETTE_COLUMNS
_ORDER = [0, 2, 1, 3]  # as in packing.py
_LARGEST = (1 << 15) - 1  # what the fields of the kernel's struct hold


def ways(layer: Layer) -> dict[StorageKind, Layer]:
    """The ways to store an int8 layer with a palette, answers unchanged; none where it has too many values."""
    node = layer.node
    name = node.operator.name
    if name not in ("CONV_2D", "FULLY_CONNECTED"):
        return {}
    if node.input(1).dtype != INT8 or node.input(0).dtype != INT8:
        return {}
    weights = node.constant(1, INT8).astype(np.int8)
    if len(np.unique(weights)) > 1 << _BITS[StorageKind.PALETTE_4]:
        return {}
    flat = weights.reshape(len(weights), -1)
    is_dense = name == "FULLY_CONNECTED"
    folded = channels(node, flat, node.input(1), axis=0, shared_product=is_dense)
    view = None if is_dense else window(node, *weights.shape[1:3])
    found = ((kind, stored(node, flat, folded, view, kind)) for kind in KERNELS)
    return {kind: made for kind, made in found if made is not None}


def instructions(layer: Layer) -> int:
    """What a run of a layer that is stored so is estimated to take on a Cortex-M4.

    For each product, each output, each byte of a patch and each tap of the filter; fitted to what the virtual board
    counted at -Os for MLPerf Tiny's models and two samples, their weights rounded to 16 and 4 values: within 5 % of
    each layer.
    """
    fields = {name: value for name, value in layer.calls[0].parameters if isinstance(value, int)}
    pixels = fields["batches"] * fields["output_height"] * fields["output_width"]
    taps = pixels * fields["filter_height"] * fields["filter_width"]
    gathered = pixels * 4 * fields["quads"]
    product, output = (4.5, 58) if pixels == 1 else (1.7, 25)
    return round(
        gathered * fields["outputs"] * product + layer.output.count * output + 9.8 * gathered + 30 * taps
    )


def smallest(node: Node, flat: npt.NDArray[np.int8], folded: Channels, view: Window | None) -> Layer | None:
    """The layer with the fewest bits, or None where the kernels do not take it."""
    two, four = (
        stored(node, flat, folded, view, kind) for kind in (StorageKind.PALETTE_2, StorageKind.PALETTE_4)
    )
    return two or four


def stored(
    node: Node, flat: npt.NDArray[np.int8], folded: Channels, view: Window | None, kind: StorageKind
) -> Layer | None:
    """One layer, [outputs, products] weights; without a view it is FULLY_CONNECTED. None where that does not fit."""
    bits = _BITS[kind]
    values, numbers = np.unique(flat, return_inverse=True)
    outputs, products = flat.shape
    if len(values) > 1 << bits or not (packing.scales_fit(flat, folded) and packing.words_fit(folded)):
        return None
    rows = node.input(0).count // products if view is None else view.pixels
    seen = view or Window(1, 1, rows, 1, rows, 1, 1, 1, 1, 1, 1, 0, 0)
    depth = products // (seen.filter_height * seen.filter_width)
    quads = -(-products // 4)
    shape = (
        *seen.parameters(),
        ("dilation_y", seen.dilation_y),
        ("dilation_x", seen.dilation_x),
        ("input_channels", depth),
        ("outputs", outputs),
        ("quads", quads),
    )
    if any(isinstance(value, int) and abs(value) > _LARGEST for _, value in shape):
        return None
    arrays = (
        Array("weights", _numbered(numbers.reshape(flat.shape), bits), in_flash=True),
        Array("palette", values.astype(np.int8), in_flash=True),
        Array("channels", packing.words(folded), in_flash=True),
        Array("multipliers", folded.multipliers, in_flash=True),
    )
    parameters = (
        *((array.name, Ref(array.name)) for array in arrays),
        *shape,
        ("input_zero_point", node.quantization(node.input(0))[1]),
        ("multiplier_step", folded.step),
        *packing.output_range(node),
    )
    call = Call(
        KERNELS[kind],
        parameters,
        (Place(node.input(0).index), Place(node.output.index), Scratch(), Scratch(4 * quads)),
        struct="studio_palette",
    )
    scratch = 4 * quads + 2 * _COLUMNS * 4 * quads
    # Four patches are gathered before their outputs are written, which may then lie where these patches did.
    in_place = outputs <= products and seen.is_pointwise
    overlays = (node.input(0).index,) if in_place else ()
    return Layer(node, (call,), arrays, rows * flat.size, scratch_bytes=scratch, overlays=overlays)


def _numbered(numbers: npt.NDArray[np.int64], bits: int) -> npt.NDArray[np.unsignedinteger]:
    """Four numbers to a word of 4 x bits, [outputs, quads]."""
    rows = np.pad(numbers, ((0, 0), (0, -numbers.shape[1] % 4))).reshape(len(numbers), -1, 4)[..., _ORDER]
    shifted = rows << (bits * np.arange(4))
    words: npt.NDArray[np.int64] = shifted.sum(axis=-1)
    return words.astype(np.uint16 if bits == 4 else np.uint8)
