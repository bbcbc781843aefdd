"""The operators of a .tflite file: their names by code, and the options that each carries."""

from dataclasses import dataclass
from enum import StrEnum

# In the order of the builtin codes, which the .tflite schema numbers from 0 without a gap.
_NAMES = """
    ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE DEQUANTIZE
    EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED HASHTABLE_LOOKUP L2_NORMALIZATION L2_POOL_2D
    LOCAL_RESPONSE_NORMALIZATION LOGISTIC LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1
    RELU6 RESHAPE RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS SKIP_GRAM
    CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND
    SPACE_TO_BATCH_ND TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE
    BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE BIDIRECTIONAL_SEQUENCE_LSTM
    CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE
    SIN TRANSPOSE_CONV SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE POW
    ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT LOGICAL_AND LOGICAL_NOT UNPACK
    REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR
    LEAKY_RELU SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N GATHER_ND COS
    WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE
    NON_MAX_SUPPRESSION_V4 NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM
    BATCH_MATMUL PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE BROADCAST_TO RFFT2D CONV_3D IMAG
    REAL COMPLEX_ABS HASHTABLE HASHTABLE_FIND HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL
    CONV_3D_TRANSPOSE VAR_HANDLE READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL
    BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU DYNAMIC_UPDATE_SLICE RELU_0_TO_1 UNSORTED_SEGMENT_PROD
    UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2 UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR
    RIGHT_SHIFT STABLEHLO_LOGISTIC STABLEHLO_ADD STABLEHLO_DIVIDE STABLEHLO_MULTIPLY
    STABLEHLO_MAXIMUM STABLEHLO_RESHAPE STABLEHLO_CLAMP STABLEHLO_CONCATENATE
    STABLEHLO_BROADCAST_IN_DIM STABLEHLO_CONVOLUTION STABLEHLO_SLICE STABLEHLO_CUSTOM_CALL
    STABLEHLO_REDUCE STABLEHLO_ABS STABLEHLO_AND STABLEHLO_COSINE STABLEHLO_EXPONENTIAL
    STABLEHLO_FLOOR STABLEHLO_LOG STABLEHLO_MINIMUM STABLEHLO_NEGATE STABLEHLO_OR STABLEHLO_POWER
    STABLEHLO_REMAINDER STABLEHLO_RSQRT STABLEHLO_SELECT STABLEHLO_SUBTRACT STABLEHLO_TANH
    STABLEHLO_SCATTER STABLEHLO_COMPARE STABLEHLO_CONVERT STABLEHLO_DYNAMIC_SLICE
    STABLEHLO_DYNAMIC_UPDATE_SLICE STABLEHLO_PAD STABLEHLO_IOTA STABLEHLO_DOT_GENERAL
    STABLEHLO_REDUCE_WINDOW STABLEHLO_SORT STABLEHLO_WHILE STABLEHLO_GATHER STABLEHLO_TRANSPOSE
    DILATE STABLEHLO_RNG_BIT_GENERATOR REDUCE_WINDOW STABLEHLO_COMPOSITE STABLEHLO_SHIFT_LEFT
    STABLEHLO_CBRT STABLEHLO_CASE
"""
BUILTIN_NAMES: tuple[str, ...] = tuple(_NAMES.split())

CUSTOM_CODE = 32


class Padding(StrEnum):
    """What happens at the border of an image: as large as the input, or only where the filter fits."""

    SAME = "same"
    VALID = "valid"


class Activation(StrEnum):
    """The function that an operator applies to its result before it stores it."""

    NONE = "none"
    RELU = "relu"
    RELU_N1_TO_1 = "relu_n1_to_1"
    RELU6 = "relu6"
    TANH = "tanh"
    SIGN_BIT = "sign_bit"


class MirrorMode(StrEnum):
    """Whether a mirrored border repeats the outermost element."""

    REFLECT = "reflect"
    SYMMETRIC = "symmetric"


@dataclass(frozen=True, slots=True)
class Options:
    """The decoded options of one operator; a field that its operator does not have keeps the default."""

    padding: Padding = Padding.SAME
    stride_w: int = 0
    stride_h: int = 0
    dilation_w: int = 1
    dilation_h: int = 1
    filter_w: int = 0
    filter_h: int = 0
    depth_multiplier: int = 0
    activation: Activation = Activation.NONE
    weights_format: int = 0
    keep_num_dims: bool = False
    keep_dims: bool = False
    beta: float = 0.0
    alpha: float = 0.0
    axis: int = 0
    batch_dims: int = 0
    new_shape: tuple[int, ...] = ()
    squeeze_dims: tuple[int, ...] = ()
    begin_mask: int = 0
    end_mask: int = 0
    ellipsis_mask: int = 0
    new_axis_mask: int = 0
    shrink_axis_mask: int = 0
    offset: bool = False
    count: int = 0
    block_size: int = 0
    align_corners: bool = False
    half_pixel_centers: bool = False
    mirror_mode: MirrorMode = MirrorMode.REFLECT
    rank: int = 0
    cell_clip: float = 0.0
    projection_clip: float = 0.0
    time_major: bool = False
    adjoint_x: bool = False
    adjoint_y: bool = False
    pot_scale_int16: bool = True
    approximate: bool = False
    container: str = ""
    shared_name: str = ""
    in_type: int = 0
    out_type: int = 0


# For each options table of the schema's BuiltinOptions union: (slot, field of Options, format).
# Formats are those of struct, plus "p" Padding, "a" Activation, "m" MirrorMode, "s" a text and "v" a vector of int32.
_CONV = ((0, "padding", "p"), (1, "stride_w", "i"), (2, "stride_h", "i"))
_DILATED = ((4, "dilation_w", "i"), (5, "dilation_h", "i"))
_ACTIVATION = ((0, "activation", "a"),)
OPTION_FIELDS: dict[int, tuple[tuple[int, str, str], ...]] = {
    1: (*_CONV, (3, "activation", "a"), *_DILATED),  # Conv2D
    2: (  # DepthwiseConv2D
        *_CONV,
        (3, "depth_multiplier", "i"),
        (4, "activation", "a"),
        (5, "dilation_w", "i"),
        (6, "dilation_h", "i"),
    ),
    5: (*_CONV, (3, "filter_w", "i"), (4, "filter_h", "i"), (5, "activation", "a")),  # Pool2D
    6: ((0, "rank", "i"), (1, "activation", "a")),  # SVDF
    8: (*_ACTIVATION, (1, "weights_format", "b"), (2, "keep_num_dims", "?")),  # FullyConnected
    9: ((0, "beta", "f"),),  # Softmax
    10: ((0, "axis", "i"), (1, "activation", "a")),  # Concatenation
    11: (*_ACTIVATION, (1, "pot_scale_int16", "?")),  # Add
    12: _ACTIVATION,  # L2Norm
    14: (*_ACTIVATION, (1, "cell_clip", "f"), (2, "projection_clip", "f")),  # LSTM
    15: ((2, "align_corners", "?"), (3, "half_pixel_centers", "?")),  # ResizeBilinear
    17: ((0, "new_shape", "v"),),  # Reshape
    19: ((0, "block_size", "i"),),  # SpaceToDepth
    21: _ACTIVATION,  # Mul
    23: ((0, "axis", "i"), (1, "batch_dims", "i")),  # Gather
    27: ((0, "keep_dims", "?"),),  # Reducer
    28: (*_ACTIVATION, (1, "pot_scale_int16", "?")),  # Sub
    29: _ACTIVATION,  # Div
    30: ((0, "squeeze_dims", "v"),),  # Squeeze
    31: ((0, "time_major", "?"), (1, "activation", "a")),  # SequenceRNN
    32: (  # StridedSlice
        (0, "begin_mask", "i"),
        (1, "end_mask", "i"),
        (2, "ellipsis_mask", "i"),
        (3, "new_axis_mask", "i"),
        (4, "shrink_axis_mask", "i"),
        (5, "offset", "?"),
    ),
    35: ((0, "count", "i"),),  # Split
    37: ((0, "in_type", "b"), (1, "out_type", "b")),  # Cast
    40: ((0, "out_type", "b"),),  # ArgMax
    49: (*_CONV, (3, "activation", "a")),  # TransposeConv
    55: ((0, "out_type", "b"),),  # Shape
    59: ((0, "count", "i"), (1, "axis", "i")),  # Pack
    64: ((0, "count", "i"), (1, "axis", "i")),  # Unpack
    71: (
        *_ACTIVATION,
        (1, "cell_clip", "f"),
        (2, "projection_clip", "f"),
        (3, "time_major", "?"),
    ),  # UnidirectionalSequenceLSTM
    74: ((0, "align_corners", "?"), (1, "half_pixel_centers", "?")),  # ResizeNearestNeighbor
    75: ((0, "alpha", "f"),),  # LeakyRelu
    77: ((0, "mirror_mode", "m"),),  # MirrorPad
    79: ((0, "count", "i"),),  # SplitV
    94: ((0, "block_size", "i"),),  # DepthToSpace
    101: ((0, "adjoint_x", "?"), (1, "adjoint_y", "?")),  # BatchMatMul
    111: ((0, "container", "s"), (1, "shared_name", "s")),  # VarHandle
    116: ((0, "approximate", "?"),),  # Gelu
}

PADDINGS = (Padding.SAME, Padding.VALID)
ACTIVATIONS = (
    Activation.NONE,
    Activation.RELU,
    Activation.RELU_N1_TO_1,
    Activation.RELU6,
    Activation.TANH,
    Activation.SIGN_BIT,
)
MIRROR_MODES = (MirrorMode.REFLECT, MirrorMode.SYMMETRIC)
