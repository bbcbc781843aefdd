"""TensorFlow Lite Micro as the engine: the model as bytes, exactly its operators, and an arena that suffices."""

from studio.core.errors import StudioError
from studio.core.formats.delivery import Delivery, Files, filled, marked_header, quoted

# MicroMutableOpResolver's methods, where they are not the operator's name in camel case.
_SPELLED = {
    "CONV_2D": "Conv2D", "DEPTHWISE_CONV_2D": "DepthwiseConv2D", "AVERAGE_POOL_2D": "AveragePool2D",
    "MAX_POOL_2D": "MaxPool2D", "L2_POOL_2D": "L2Pool2D", "RELU6": "Relu6", "L2_NORMALIZATION": "L2Normalization",
    "SPACE_TO_BATCH_ND": "SpaceToBatchNd", "BATCH_TO_SPACE_ND": "BatchToSpaceNd", "SVDF": "Svdf", "PADV2": "PadV2",
    "SELECT_V2": "SelectV2", "UNIDIRECTIONAL_SEQUENCE_LSTM": "UnidirectionalSequenceLSTM", "ADD_N": "AddN",
    "BATCH_MATMUL": "BatchMatMul", "GATHER_ND": "GatherNd", "SPLIT_V": "SplitV",
    "RESIZE_NEAREST_NEIGHBOR": "ResizeNearestNeighbor",
}  # fmt: skip
# Operators that TensorFlow Lite Micro's resolver has a method for (micro_mutable_op_resolver.h).
_KNOWN = set(
    """
    ABS ADD ADD_N ARG_MAX ARG_MIN ASSIGN_VARIABLE AVERAGE_POOL_2D BATCH_MATMUL BATCH_TO_SPACE_ND BROADCAST_ARGS
    BROADCAST_TO CALL_ONCE CAST CEIL CONCATENATION CONV_2D COS CUMSUM DEPTH_TO_SPACE DEPTHWISE_CONV_2D DEQUANTIZE
    DIV ELU EMBEDDING_LOOKUP EQUAL EXP EXPAND_DIMS FILL FLOOR FLOOR_DIV FLOOR_MOD FULLY_CONNECTED GATHER GATHER_ND
    GREATER GREATER_EQUAL HARD_SWISH IF L2_NORMALIZATION L2_POOL_2D LEAKY_RELU LESS LESS_EQUAL LOG LOGICAL_AND
    LOGICAL_NOT LOGICAL_OR LOGISTIC LOG_SOFTMAX MAXIMUM MAX_POOL_2D MEAN MINIMUM MIRROR_PAD MUL NEG NOT_EQUAL PACK
    PAD PADV2 PRELU QUANTIZE READ_VARIABLE REDUCE_MAX REDUCE_MIN RELU RELU6 RESHAPE RESIZE_BILINEAR
    RESIZE_NEAREST_NEIGHBOR REVERSE_V2 ROUND RSQRT SELECT_V2 SHAPE SIN SLICE SOFTMAX SPACE_TO_BATCH_ND
    SPACE_TO_DEPTH SPLIT SPLIT_V SQRT SQUARE SQUARED_DIFFERENCE SQUEEZE STRIDED_SLICE SUB SUM SVDF TANH TRANSPOSE
    TRANSPOSE_CONV UNIDIRECTIONAL_SEQUENCE_LSTM UNPACK VAR_HANDLE WHILE ZEROS_LIKE
    """.split()
)


def method_of(operator: str) -> str:
    """The resolver's method that adds an operator: 'FULLY_CONNECTED' → 'AddFullyConnected'."""
    if operator not in _KNOWN:
        raise StudioError(
            f"TensorFlow Lite Micro has no {operator}. Export with the studio's C, or replace that layer."
        )
    return "Add" + (_SPELLED.get(operator) or "".join(part.capitalize() for part in operator.split("_")))


def engine_files(delivery: Delivery) -> Files:
    """model.h, model_data.h, model_data.cc and studio_model_tflm.cc: the studio's interface on top of TFLM."""
    arena = -(-delivery.arena_bytes // 16) * 16
    words = (
        "The least that allocating and running this model took with the tflite-micro wheel on a computer, plus a tenth."
        if delivery.arena_measured
        else "A bound worked out from the model, not measured: lower it until AllocateTensors fails, then go back."
    )
    calls = "\n".join(f"        found.{method_of(operator)}();" for operator in delivery.operators)
    labels = ", ".join(f'"{quoted(label)}"' for label in delivery.labels) or "0"
    given, answered = delivery.input, delivery.output
    header = filled(
        "tflm/model.h",
        STUDIO=delivery.studio,
        SHA256=delivery.model_sha256,
        RECIPE=delivery.recipe,
        LABEL_COUNT=str(len(delivery.labels)),
        INPUT_TYPE=given.c_type,
        INPUT_SIZE=str(given.size),
        INPUT_SCALE=_float(given.scale),
        INPUT_ZERO_POINT=str(given.zero_point),
        OUTPUT_TYPE=answered.c_type,
        OUTPUT_SIZE=str(answered.size),
        OUTPUT_SCALE=_float(answered.scale),
        OUTPUT_ZERO_POINT=str(answered.zero_point),
    )
    return {
        "model.h": marked_header("model.h", header) if delivery.unreviewed else header,
        "model_data.h": filled("tflm/model_data.h", ARENA_BYTES=str(arena), ARENA_WORDS=words),
        "model_data.cc": _model_data(delivery.tflite),
        "studio_model_tflm.cc": filled(
            "tflm/studio_model_tflm.cc",
            LABELS=labels,
            OPERATOR_COUNT=str(len(delivery.operators)),
            RESOLVER=calls,
        ),
    }


def bounded_arena(tensor_bytes: int, tensors: int, operators: int) -> int:
    """Bytes that TFLM's arena will not exceed for models of this size, where it cannot be measured.

    The tensors that live at once, and per tensor and operator what TFLM's structures and the kernels' own data took at
    most for MLPerf Tiny's five models (a 32-bit core takes half of what a computer does).
    """
    return round(1.1 * tensor_bytes) + 96 * tensors + 512 * operators + 2048


def _model_data(content: bytes) -> bytes:
    rows = [", ".join(f"0x{byte:02x}" for byte in content[at : at + 16]) for at in range(0, len(content), 16)]
    return (
        '#include "model_data.h"\n\n/* The .tflite, aligned as its reader needs. */\n'
        "alignas(16) const unsigned char g_model[] = {\n    " + ",\n    ".join(rows) + "};\n"
        f"const unsigned int g_model_len = {len(content)};\n"
    ).encode()


def _float(value: float) -> str:
    text = f"{value:.9g}"
    return f"{text}f" if "." in text or "e" in text else f"{text}.0f"
