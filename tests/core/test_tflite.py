"""The .tflite reader: what it sees in a file, and what it says about files that are none."""

import random
import struct

import numpy as np
import pytest

from studio.core import tflite
from studio.core.errors import StudioError
from studio.core.operators import BUILTIN_NAMES, Activation, Padding
from studio.core.tflite import DType
from tests.compiler.models import Draft, schema
from tests.mlperf_tiny import model_bytes


def _convolution() -> bytes:
    draft = Draft()
    x = draft.tensor((1, 8, 9, 2), 0.5, -3)
    weights = np.arange(3 * 2 * 1 * 2, dtype=np.int8).reshape(3, 2, 1, 2)
    w = draft.constant(weights, np.array([0.1, 0.2, 0.3], np.float32))
    b = draft.constant(np.array([1, -2, 3], np.int32), np.array([0.05, 0.1, 0.15], np.float32))
    y = draft.tensor((1, 4, 3, 3), 0.25, 7)
    draft.operator(
        "CONV_2D", [x, w, b], [y], padding=schema.Padding.SAME, strideH=2, strideW=3,
        fusedActivationFunction=schema.ActivationFunctionType.RELU6,
    )  # fmt: skip
    return draft.data([x], [y])


def test_tensors_have_shape_type_and_quantization() -> None:
    model = tflite.read(_convolution())
    x, w, _, y = model.tensors
    assert (x.name, x.shape, x.dtype, x.scales, x.zero_points) == (
        "t0",
        (1, 8, 9, 2),
        DType.INT8,
        (0.5,),
        (-3,),
    )
    assert (x.count, x.bytes, x.is_constant) == (144, 144, False)
    assert w.scales == pytest.approx((0.1, 0.2, 0.3))
    assert w.is_constant
    assert (model.inputs, model.outputs) == ((0,), (3,))
    assert y.zero_points == (7,)


def test_constants_are_read_in_their_shape_and_cannot_be_changed() -> None:
    model = tflite.read(_convolution())
    weights = model.constant(1)
    assert weights is not None
    np.testing.assert_array_equal(weights, np.arange(12).reshape(3, 2, 1, 2))
    assert not weights.flags.writeable
    bias = model.constant(2)
    assert bias is not None
    np.testing.assert_array_equal(bias, [1, -2, 3])
    assert model.constant(0) is None


def test_operators_have_names_and_decoded_options() -> None:
    (operator,) = tflite.read(_convolution()).operators
    options = operator.options
    assert (operator.name, operator.inputs, operator.outputs) == ("CONV_2D", (0, 1, 2), (3,))
    assert (options.padding, options.stride_h, options.stride_w) == (Padding.SAME, 2, 3)
    assert (options.dilation_h, options.dilation_w) == (1, 1)
    assert options.activation == Activation.RELU6


def test_custom_operators_carry_their_name() -> None:
    draft = Draft()
    x, y = draft.tensor((1,), 0.1), draft.tensor((1,), 0.1)
    draft.operator("CUSTOM", [x], [y])
    draft.codes[0].customCode = "Mine"
    assert tflite.read(draft.data([x], [y])).operators[0].name == "CUSTOM:Mine"


def test_operators_beyond_the_first_127_codes_have_names() -> None:
    draft = Draft()
    x, y = draft.tensor((1,), 0.1), draft.tensor((1,), 0.1)
    draft.operator("GELU", [x], [y])
    assert tflite.read(draft.data([x], [y])).operators[0].name == "GELU"


def test_every_operator_code_of_the_schema_has_its_name() -> None:
    codes = {v: k for k, v in vars(schema.BuiltinOperator).items() if isinstance(v, int)}
    assert dict(enumerate(BUILTIN_NAMES)) == codes


def test_every_type_of_the_schema_has_its_name() -> None:
    codes = {v: k.lower() for k, v in vars(schema.TensorType).items() if isinstance(v, int)}
    assert dict(enumerate(tuple(DType))) == codes


def test_absent_inputs_are_minus_one() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 2), 0.1), draft.tensor((1, 2), 0.1)
    w = draft.constant(np.ones((2, 2), np.int8), 0.1)
    draft.operator("FULLY_CONNECTED", [x, w, -1], [y])
    assert tflite.read(draft.data([x], [y])).operators[0].inputs == (x, w, -1)


@pytest.mark.parametrize("key", ["hello", "kws", "ad", "sww", "ic", "pretrainedResnet.tflite"])
def test_the_reader_agrees_with_the_flatbuffers_library(key: str) -> None:
    data = model_bytes(key)
    model = tflite.read(data)
    graph = schema.ModelT.InitFromPackedBuf(data, 0).subgraphs[0]
    for ours, theirs in zip(model.tensors, graph.tensors, strict=True):
        assert (ours.name.encode(), list(ours.shape)) == (theirs.name, [int(d) for d in theirs.shape])
        scale = theirs.quantization.scale if theirs.quantization is not None else None
        assert list(ours.scales) == ([] if scale is None else [float(s) for s in scale])
    for node, operator in zip(model.operators, graph.operators, strict=True):
        assert list(node.inputs) == list(operator.inputs)


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", r"not a \.tflite model"),
        (b"PK\3\4" + bytes(60), r"not a \.tflite model"),
        (b"\x1c\0\0\0TFL3", "damaged or cut short"),
        (b"\xff\xff\xff\xffTFL3" + bytes(60), "damaged or cut short"),
    ],
)
def test_other_files_are_refused(data: bytes, sentence: str) -> None:
    with pytest.raises(StudioError, match=sentence):
        tflite.read(data)


def test_cut_files_are_refused() -> None:
    data = _convolution()
    for length in range(len(data)):
        # The last bytes may be padding: what is left is then whole, and may be read.
        try:
            tflite.read(data[:length])
        except StudioError as error:
            assert str(error).endswith(".")  # noqa: PT017
        else:
            assert length > len(data) - 8


def test_a_constant_of_the_wrong_size_is_refused() -> None:
    draft = Draft()
    x = draft.tensor((1, 4), 0.1)
    c = draft.tensor((1, 4), 0.1, values=np.zeros(3, np.int8))
    y = draft.tensor((1, 4), 0.1)
    draft.operator("ADD", [x, c], [y])
    with pytest.raises(StudioError, match="needs 4 bytes of constants and has 3"):
        tflite.read(draft.data([x], [y]))


def test_shapes_without_a_fixed_size_are_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((-1, 4), 0.1), draft.tensor((1, 4), 0.1)
    draft.operator("RELU", [x], [y])
    with pytest.raises(
        StudioError, match=r"t0\) has no fixed shape; convert the model with a fixed batch of 1"
    ):
        tflite.read(draft.data([x], [y]))


def test_tables_that_share_one_long_list_do_not_take_long() -> None:
    # A thousand operators that all point to the inputs of the first, which are many.
    draft = Draft()
    x = draft.tensor((1,), 0.1)
    y = draft.tensor((1,), 0.1)
    for _ in range(1000):
        draft.operator("ADD_N", [x], [y])
    draft.operators[0].inputs = [x] * 5000
    data = bytearray(draft.data([x], [y]))
    long_list = data.find(struct.pack("<I", 5000))
    short = struct.pack("<II", 1, x)
    for at in range(0, len(data) - 8, 4):
        target = at + struct.unpack_from("<I", data, at)[0]
        if at < long_list and target + 8 <= len(data) and data[target : target + 8] == short:
            struct.pack_into("<I", data, at, long_list - at)
    with pytest.raises(StudioError, match="tables overlap"):
        tflite.read(bytes(data))


@pytest.mark.parametrize("key", ["hello", "kws"])
def test_mutated_files_are_read_or_refused_in_a_sentence(key: str) -> None:
    data = model_bytes(key)
    source = random.Random(key)
    for _ in range(300):
        mutated = bytearray(data)
        for _ in range(source.choice([1, 5, 40])):
            mutated[source.randrange(len(mutated))] = source.randrange(256)
        try:
            tflite.read(bytes(mutated))
        except StudioError as error:
            assert str(error).endswith(".")  # noqa: PT017
