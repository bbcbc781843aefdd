"""Layers before and after compression, side by side: which became which, and what each of them costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import zip_longest

from studio.core.build import LayerBuild
from studio.core.model import Layer

_SAME_OPERATOR, _SAME_NAME = 2, 3
_MOST_COMPARED = 60_000  # pairs of layers; about 20 ms


class Family(StrEnum):
    """Kinds of operators, for colours and legends."""

    CONVOLUTION = "convolution"
    DENSE = "dense"
    POOLING = "pooling"
    ARITHMETIC = "arithmetic"
    SHAPE = "shape"
    MEMORY = "recurrent"
    NUMBERS = "change of numbers"
    OTHER = "other"


_FAMILIES = {
    Family.CONVOLUTION: "CONV_2D DEPTHWISE_CONV_2D TRANSPOSE_CONV CONV_3D",
    Family.DENSE: "FULLY_CONNECTED BATCH_MATMUL",
    Family.POOLING: "AVERAGE_POOL_2D MAX_POOL_2D L2_POOL_2D MEAN SUM REDUCE_MAX REDUCE_MIN REDUCE_PROD ARG_MAX ARG_MIN",
    Family.ARITHMETIC: "ADD SUB MUL DIV RELU RELU6 RELU_N1_TO_1 RELU_0_TO_1 LEAKY_RELU PRELU LOGISTIC TANH SOFTMAX "
    "LOG_SOFTMAX HARD_SWISH ELU GELU EXP LOG SQRT RSQRT SQUARE SQUARED_DIFFERENCE MAXIMUM MINIMUM ABS NEG POW FLOOR "
    "CEIL ROUND SIN COS L2_NORMALIZATION ADD_N",
    Family.SHAPE: "RESHAPE SQUEEZE EXPAND_DIMS TRANSPOSE PAD PADV2 MIRROR_PAD CONCATENATION SPLIT SPLIT_V SLICE "
    "STRIDED_SLICE GATHER PACK UNPACK TILE SPACE_TO_DEPTH DEPTH_TO_SPACE RESIZE_BILINEAR RESIZE_NEAREST_NEIGHBOR "
    "SPACE_TO_BATCH_ND BATCH_TO_SPACE_ND SHAPE BROADCAST_TO",
    Family.MEMORY: "SVDF LSTM UNIDIRECTIONAL_SEQUENCE_LSTM UNIDIRECTIONAL_SEQUENCE_RNN RNN BIDIRECTIONAL_SEQUENCE_LSTM "
    "VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE CALL_ONCE",
    Family.NUMBERS: "QUANTIZE DEQUANTIZE CAST FAKE_QUANT",
}
_FAMILY_OF = {name: family for family, names in _FAMILIES.items() for name in names.split()}


@dataclass(frozen=True, slots=True)
class LayerPair:
    """One layer of the model and of the candidate; either is None where the other side has none like it.

    `build` is the generated C's view of the candidate's layer, once there is a build.
    """

    number: int
    before: Layer | None
    after: Layer | None
    build: LayerBuild | None = None

    @property
    def layer(self) -> Layer:
        """The layer as it is now, or as it was where it is gone."""
        found = self.after or self.before
        assert found is not None, "a pair has at least one side"
        return found

    @property
    def short_name(self) -> str:
        """The name without the path of the model it came from: 'sequential/conv/Relu;…' → 'conv'."""
        return short_name(self.layer.name)


def pair_layers(
    before: Sequence[Layer], after: Sequence[Layer], builds: Sequence[LayerBuild] = ()
) -> tuple[LayerPair, ...]:
    """Match the layers of the model with those of the candidate, in order.

    Two layers match when their operator is the same, rather still when their name is too; operators that
    compression added or took away stand alone. Builds belong to the candidate's layer of their index.
    """
    matched = _align(before, after)
    by_index = {build.index: build for build in builds}
    pairs = []
    for number, (old, new) in enumerate(matched):
        build = by_index.get(new.index) if new is not None else None
        if build is not None and new is not None and build.operator != new.operator:
            build = None
        pairs.append(LayerPair(number, old, new, build))
    return tuple(pairs)


def family_of(operator: str) -> Family:
    """The kind of an operator."""
    return _FAMILY_OF.get(operator, Family.OTHER)


def short_name(name: str) -> str:
    """The part of a converted layer's name that its maker wrote, as far as it can be told."""
    first = name.split(";", maxsplit=1)[0]
    parts = [part for part in first.split("/") if part]
    while len(parts) > 1 and _is_converters(parts[-1]):
        parts.pop()
    return parts[-1].split(":", maxsplit=1)[0] if parts else name


def _is_converters(part: str) -> bool:
    """True for path ends such as 'Relu', 'BiasAdd' or 'convolution1' that the converter adds."""
    known = (
        "relu",
        "biasadd",
        "matmul",
        "add",
        "mul",
        "conv",
        "depthwise",
        "softmax",
        "mean",
        "reshape",
        "call",
    )
    word = part.lower().rstrip("0123456789_")
    return (part[:1].isupper() and word.startswith(known)) or word in ("convolution", "depthwise")


def _align(before: Sequence[Layer], after: Sequence[Layer]) -> list[tuple[Layer | None, Layer | None]]:
    """The best alignment in order; ends that are surely the same go first, so what is compared stays small."""
    surely = _SAME_OPERATOR + _SAME_NAME
    shorter = min(len(before), len(after))
    start = 0
    while start < shorter and _likeness(before[start], after[start]) == surely:
        start += 1
    end = 0
    while end < shorter - start and _likeness(before[-1 - end], after[-1 - end]) == surely:
        end += 1
    middle = _align_middle(before[start : len(before) - end], after[start : len(after) - end])
    head = list(zip(before[:start], after[:start], strict=True))
    tail = zip(before[len(before) - end :], after[len(after) - end :], strict=True)
    return [*head, *middle, *tail]


def _align_middle(before: Sequence[Layer], after: Sequence[Layer]) -> list[tuple[Layer | None, Layer | None]]:
    """Longest common subsequence weighted by likeness; by place alone where that would take too long."""
    rows, columns = len(before), len(after)
    if rows * columns > _MOST_COMPARED:
        return list(zip_longest(before, after))
    best = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        for j in range(columns - 1, -1, -1):
            likeness = _likeness(before[i], after[j])
            together = best[i + 1][j + 1] + likeness if likeness else 0
            best[i][j] = max(best[i + 1][j], best[i][j + 1], together)
    pairs: list[tuple[Layer | None, Layer | None]] = []
    i = j = 0
    while i < rows and j < columns:
        likeness = _likeness(before[i], after[j])
        if likeness and best[i][j] == best[i + 1][j + 1] + likeness:
            pairs.append((before[i], after[j]))
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            pairs.append((before[i], None))
            i += 1
        else:
            pairs.append((None, after[j]))
            j += 1
    pairs += [(old, None) for old in before[i:]]
    pairs += [(None, new) for new in after[j:]]
    return pairs


def _likeness(before: Layer, after: Layer) -> int:
    """0 for different operators; more for the same operator, most with the same name."""
    if before.operator != after.operator:
        return 0
    return _SAME_OPERATOR + (_SAME_NAME if short_name(before.name) == short_name(after.name) else 0)
