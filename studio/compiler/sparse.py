"""Layers that pruning left mostly zeros: two ways to store only the others, and when that is worth it.

"Bits" takes one bit for each weight, and a byte for each that is not zero; "gaps" takes a byte and a half for each
that is not zero. On the layers of MLPerf Tiny's models, pruned by magnitude, bits are the smaller way down to about
15 % left (40 % left: 0.54 of the dense bytes, gaps 0.66; 10 %: 0.23 and 0.22); gaps are the faster way always.
Both are for FULLY_CONNECTED and pointwise CONV_2D.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.compiler import packing
from studio.compiler.graph import INT8, Node
from studio.compiler.layer import Array, Call, Layer, Place, Ref, Scratch
from studio.compiler.quantization import Channels, channels
from studio.compiler.sources import StorageKind

ROWS = 4  # that the kernels work on at once: STUDIO_SPARSE_ROWS
LONGEST_GAP = 15


@dataclass(frozen=True, slots=True)
class Work:
    """Cortex-M4 instructions: for each weight, for each that is not zero and for each output, of one row.

    Fitted to what the virtual board counted with -O2 on layers of 64 x 64, 128 x 128 and 32 x 256 weights, of which 5 %
    to 90 % were left: within 7 % of each.
    """

    weight: float
    used: float
    output: float

    def instructions(self, rows: int, outputs: int, weights: int, used: int) -> int:
        """For a whole layer."""
        return round(rows * (self.weight * weights + self.used * used + self.output * outputs))


# For one row, and for each of several.
WORK = {
    StorageKind.DENSE: (Work(1.1, 0.0, 17.0), Work(0.93, 0.0, 11.0)),
    StorageKind.BITS: (Work(1.03, 9.15, 60.0), Work(0.35, 4.0, 22.0)),
    StorageKind.GAPS: (Work(0.26, 5.4, 56.0), Work(0.28, 2.9, 21.0)),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    """A layer's weights, int8 [outputs, inputs], and how many rows are multiplied with them."""

    weights: npt.NDArray[np.int8]
    rows: int
    folded: Channels


def ways(layer: Layer) -> dict[StorageKind, Layer]:
    """The ways to store a layer without its zeros, answers unchanged; none where it is no product with a matrix."""
    matrix = _matrix(layer)
    if matrix is None or not matrix.weights.any():
        return {}
    return {kind: make(layer.node, matrix) for kind, make in _SPARSE.items()}


def instructions(layer: Layer) -> dict[StorageKind, int]:
    """Estimated for a layer with such ways, and for the dense one."""
    matrix = _matrix(layer)
    if matrix is None:
        return {}
    outputs, used = len(matrix.weights), int(np.count_nonzero(matrix.weights))
    return {
        kind: works[matrix.rows > 1].instructions(matrix.rows, outputs, matrix.weights.size, used)
        for kind, works in WORK.items()
    }


def _matrix(layer: Layer) -> Matrix | None:
    """The weights of a layer that is a product of rows with an int8 matrix."""
    node = layer.node
    name = node.operator.name
    if (
        name not in ("FULLY_CONNECTED", "CONV_2D")
        or node.input(1).dtype != INT8
        or node.input(0).dtype != INT8
    ):
        return None
    weights = node.constant(1, INT8)
    flat = weights.reshape(weights.shape[0], -1).astype(np.int8)
    rows = node.input(0).count // flat.shape[1]
    steps = (node.options.stride_h, node.options.stride_w)
    pointwise = name == "CONV_2D" and weights.shape[1:3] == (1, 1) and steps == (1, 1)
    if (name == "CONV_2D" and not pointwise) or rows * len(flat) != node.output.count:
        return None
    folded = channels(node, flat, node.input(1), axis=0, shared_product=not pointwise)
    return Matrix(flat, rows, folded) if packing.scales_fit(flat, folded) else None


def _layer(node: Node, kernel: str, matrix: Matrix, places: tuple[Array, ...], values: Array) -> Layer:
    outputs, inputs = matrix.weights.shape
    source, several = node.input(0).index, matrix.rows > 1
    folded = matrix.folded
    constants = (
        ("bias", folded.bias),
        ("multipliers", folded.multipliers),
        ("shifts", packing.less_one(folded.shifts)),
    )
    call = Call(
        kernel,
        (
            ("rows", matrix.rows),
            ("inputs", inputs),
            ("outputs", outputs),
            *((array.name, Ref(array.name)) for array in (*places, values)),
            *((name, Ref(name)) for name, _ in constants),
            ("multiplier_step", folded.step),
            *packing.output_range(node),
        ),
        (Place(source), Place(node.output.index), Scratch() if several else 0),
        struct="studio_sparse",
    )
    return Layer(
        node,
        (call,),
        (*places, values, *(Array(name, numbers, in_flash=True) for name, numbers in constants)),
        matrix.rows * matrix.weights.size,
        scratch_bytes=ROWS * inputs if several else 0,
        overlays=(source,) if several and outputs <= inputs else (),
    )


def _bits(node: Node, matrix: Matrix) -> Layer:
    places = np.packbits(matrix.weights != 0, axis=1)
    values = matrix.weights[matrix.weights != 0]
    return _layer(
        node,
        "studio_sparse_bits",
        matrix,
        (Array("places", places, in_flash=True),),
        Array("values", values, in_flash=True),
    )


def _gaps(node: Node, matrix: Matrix) -> Layer:
    outputs = len(matrix.weights)
    output, place = np.nonzero(matrix.weights)
    before = np.concatenate([[0], place[:-1]])
    before[np.flatnonzero(np.diff(output, prepend=-1))] = 0
    gap = place - before
    # A long gap takes as many entries of the longest gap and weight 0 as come before what is left of it.
    fillers = np.maximum(gap - 1, 0) // LONGEST_GAP
    entries = np.bincount(output, 1 + fillers, outputs).astype(np.int64)
    pairs = -(-entries // 2)
    begin = np.concatenate([[0], np.cumsum(2 * pairs)[:-1]])
    first = np.cumsum(1 + fillers) - (1 + fillers)  # the entry at which each weight begins, without padding
    first_of_output = np.concatenate([[0], np.cumsum(entries)[:-1]])
    first += begin[output] - first_of_output[output]
    gaps, values = (np.zeros(int(2 * pairs.sum()), np.int64) for _ in range(2))
    filler_of = np.repeat(np.arange(len(gap)), fillers)
    turn = np.arange(len(filler_of)) - np.repeat(np.cumsum(fillers) - fillers, fillers)
    gaps[first[filler_of] + turn] = LONGEST_GAP
    gaps[first + fillers] = gap - LONGEST_GAP * fillers
    values[first + fillers] = matrix.weights[output, place]
    places = (gaps[::2] | gaps[1::2] << 4).astype(np.uint8)
    return _layer(
        node,
        "studio_sparse_gaps",
        matrix,
        (
            Array("places", places, in_flash=True),
            Array("counts", pairs.astype(np.uint16), in_flash=True),
        ),
        Array("values", values.astype(np.int8), in_flash=True),
    )


_SPARSE: dict[StorageKind, Callable[[Node, Matrix], Layer]] = {
    StorageKind.BITS: _bits,
    StorageKind.GAPS: _gaps,
}
