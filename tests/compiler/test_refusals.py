"""Models that the compiler cannot take: one sentence that names the layer, the operator and what to do."""

import random
import time
from collections import Counter

import numpy as np
import pytest

from studio.compiler import generate
from studio.core.errors import StudioError
from tests.compiler.models import Draft
from tests.mlperf_tiny import model_bytes

SLOWEST_SECONDS = 2.0


def test_models_with_weights_in_8_bits_alone_are_sent_to_compress() -> None:
    with pytest.raises(
        StudioError, match=r"Layer 0 .*\(CONV_2D\) has int8 weights but computes in float32 \(dynamic"
    ):
        generate(model_bytes("kws_ref_model_float32.tflite"))


def test_operators_without_a_float32_form_are_sent_to_compress() -> None:
    draft = Draft()
    x, y = (draft.tensor((1, 4), dtype="float32") for _ in range(2))
    draft.operator("ABS", [x], [y])
    with pytest.raises(
        StudioError, match=r"Layer 0 .*\(ABS\) .*replace|computes in float32.*Choose int8 in Compress"
    ):
        generate(draft.data([x], [y]))


def test_dynamic_range_models_are_refused_with_the_reason() -> None:
    draft = Draft()
    x = draft.tensor((1, 4), dtype="float32")
    w = draft.constant(np.ones((3, 4), np.int8), 0.1)
    y = draft.tensor((1, 3), dtype="float32")
    draft.operator("FULLY_CONNECTED", [x, w, -1], [y])
    with pytest.raises(StudioError, match=r"dynamic range\).*hybrid.*Choose int8"):
        generate(draft.data([x], [y]))


def test_operators_without_an_int16_form_are_sent_to_compress() -> None:
    draft = Draft()
    x = draft.tensor((1, 4), 0.1, dtype="int16")
    y = draft.tensor((1, 4), 0.1, dtype="int16")
    draft.operator("ABS", [x], [y])
    with pytest.raises(StudioError, match=r"int16.*Choose int8"):
        generate(draft.data([x], [y]))


def test_inputs_that_c_code_does_not_take_are_named() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), dtype="int64"), draft.tensor((1, 4), dtype="int64")
    draft.operator("RESHAPE", [x], [y])
    with pytest.raises(StudioError, match=r"int64.*Choose int8"):
        generate(draft.data([x], [y]))


def test_int16_that_moves_with_a_zero_point_is_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1, 40000, dtype="int16"), draft.tensor((1, 6), 0.1, 40000, dtype="int16")
    draft.operator("PAD", [x, draft.constant(np.array([[0, 0], [1, 1]], np.int32))], [y])
    with pytest.raises(StudioError, match="only moves numbers"):
        generate(draft.data([x], [y]))


def test_unknown_operators_are_named() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1), draft.tensor((1, 4), 0.1)
    draft.operator("COS", [x], [y])
    with pytest.raises(
        StudioError, match=r"Layer 0 't1' \(COS\) is not among the operators.*replace that layer"
    ):
        generate(draft.data([x], [y]))


def test_custom_operators_are_named() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1), draft.tensor((1, 4), 0.1)
    draft.operator("CUSTOM", [x], [y])
    draft.codes[0].customCode = "MyOwn"
    with pytest.raises(StudioError, match=r"CUSTOM:MyOwn.*custom operator.*standard Keras layers"):
        generate(draft.data([x], [y]))


def test_weights_computed_at_run_time_are_refused() -> None:
    draft = Draft()
    x = draft.tensor((4, 4), 0.1)
    y = draft.tensor((4, 4), 0.1)
    draft.operator("FULLY_CONNECTED", [x, x, -1], [y])
    with pytest.raises(StudioError, match="computes its input 't0' while it runs"):
        generate(draft.data([x], [y]))


def test_fused_tanh_is_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1), draft.tensor((1, 3), 0.1)
    w = draft.constant(np.ones((3, 4), np.int8), 0.1)
    draft.operator("FULLY_CONNECTED", [x, w, -1], [y], fusedActivationFunction=4)
    with pytest.raises(StudioError, match="tanh built in"):
        generate(draft.data([x], [y]))


def test_a_bias_that_could_overflow_is_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1), draft.tensor((1, 1), 0.1)
    w = draft.constant(np.full((1, 4), 127, np.int8), 0.1)
    b = draft.constant(np.array([2**31 - 1], np.int32), 0.01)
    draft.operator("FULLY_CONNECTED", [x, w, b], [y])
    with pytest.raises(StudioError, match="bias that does not fit"):
        generate(draft.data([x], [y]))


@pytest.mark.parametrize("data", [b"", b"TFL3", b"\0" * 100, b"PK\3\4" + b"\0" * 40, b"\x1c\0\0\0TFL3"])
def test_what_is_no_model_is_refused(data: bytes) -> None:
    with pytest.raises(StudioError, match=r"not a \.tflite|damaged"):
        generate(data)


@pytest.mark.parametrize("key", ["hello", "kws"])
@pytest.mark.parametrize("damage", ["cut", "one byte", "many bytes", "tables"])
def test_damaged_files_are_refused_or_compile(key: str, damage: str) -> None:
    whole = model_bytes(key)
    source = random.Random(f"{key} {damage}")
    slowest = 0.0
    outcomes: Counter[str] = Counter()
    for _ in range(75):
        data = bytearray(whole)
        if damage == "cut":
            del data[source.randrange(len(data)) :]
        else:
            # The tables are at the end of these files, behind the constants; "tables" aims at them.
            begin = len(data) - 4000 if damage == "tables" and len(data) > 8000 else 0
            for _ in range(1 if damage == "one byte" else 20):
                data[source.randrange(begin, len(data))] = source.randrange(256)
        start = time.perf_counter()
        try:
            generate(bytes(data))
            outcomes["compiled"] += 1
        except StudioError as error:
            assert str(error).endswith((".", ")"))  # noqa: PT017
            outcomes["refused"] += 1
        slowest = max(slowest, time.perf_counter() - start)
    assert slowest < SLOWEST_SECONDS
    assert outcomes["refused"] > 0 or damage == "one byte"
