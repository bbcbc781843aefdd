"""Whole models: MLPerf Tiny's, and what the generated code says about itself."""

import hashlib
import re

import numpy as np
import pytest

from studio.compiler import Optimize, generate
from studio.compiler.host import HostModel
from studio.core.errors import StudioError
from tests.compiler.models import Draft
from tests.mlperf_tiny import FILES, model_bytes, vectors

# The compiler's own headers: they need no C library. arm_acle.h names the instructions of Arm's cores.
FREESTANDING = {"stdint.h", "stddef.h", "limits.h", "arm_acle.h", "emmintrin.h"}


def small_model(depth: int = 4) -> bytes:
    """[1, 6] -> fully connected -> ... -> softmax [1, 6]."""
    draft = Draft()
    random = np.random.default_rng(5)
    first = previous = draft.tensor((1, 6), 0.1, 3)
    for _ in range(depth):
        weights = draft.constant(random.integers(-127, 128, (6, 6)).astype(np.int8), 0.01)
        following = draft.tensor((1, 6), 0.2, -9)
        draft.operator("FULLY_CONNECTED", [previous, weights, -1], [following])
        previous = following
    last = draft.tensor((1, 6), 1 / 256, -128)
    draft.operator("SOFTMAX", [previous], [last], beta=1.0)
    return draft.data([first], [last])


@pytest.mark.parametrize("key", sorted(FILES))
def test_mlperf_tiny_models_answer_as_on_a_board(key: str) -> None:
    model = generate(model_bytes(key))
    x, expected = vectors(key)
    np.testing.assert_array_equal(HostModel(model).run(x).reshape(expected.shape), expected)


@pytest.mark.parametrize("key", sorted(FILES))
def test_constants_take_less_than_the_file(key: str) -> None:
    data = model_bytes(key)
    assert generate(data).weight_bytes < len(data)


def test_the_header_says_what_the_model_takes_and_gives() -> None:
    data = small_model()
    model = generate(data, labels=("a", "b", 'c"', "\u00e4", "e??/", "f"), recipe="int8 */ all")
    header = next(f.text for f in model.files if f.name == "model.h")
    code = next(f.text for f in model.files if f.name == "model.c")
    assert f'#define STUDIO_MODEL_SHA256 "{hashlib.sha256(data).hexdigest()}"' in header
    assert "#define STUDIO_INPUT_SIZE 6\n" in header
    assert "#define STUDIO_INPUT_SHAPE {1, 6}\n" in header
    assert "#define STUDIO_INPUT_ZERO_POINT 3\n" in header
    assert "#define STUDIO_OUTPUT_ZERO_POINT (-128)\n" in header
    assert "#define STUDIO_OUTPUT_SCALE 0.00390625f\n" in header
    assert f"#define STUDIO_LAYER_COUNT {len(model.layers)}\n" in header
    assert "#define STUDIO_LABEL_COUNT 6\n" in header
    assert r'"a",' in code
    assert r'"\303\244"' in code
    assert code.count("*/") == code.count("/*")


def test_only_the_kernels_that_are_needed_are_there() -> None:
    names = {f.name for f in generate(small_model()).files}
    assert names == {
        "model.h", "model.c", "studio_constants.h", "studio_fixed_point.h", "studio_simd.h",
        "studio_limit.c", "studio_limit.h", "studio_vector.c", "studio_vector.h",
        "studio_softmax.c", "studio_softmax.h",
    }  # fmt: skip


def test_the_code_includes_no_library() -> None:
    for key in FILES:
        text = "".join(f.text for f in generate(model_bytes(key)).files)
        assert set(re.findall(r"#include <(\w+\.h)>", text)) <= FREESTANDING


def test_the_same_model_gives_the_same_code() -> None:
    assert generate(small_model()) == generate(small_model())


def test_cost_of_each_layer_is_known() -> None:
    model = generate(small_model(depth=2), optimize=Optimize.SPEED)
    assert [(c.operator, c.macs, c.activation_bytes) for c in model.layers] == [
        ("FULLY_CONNECTED", 36, 6),
        ("FULLY_CONNECTED", 36, 6),
        ("SOFTMAX", 0, 6),
    ]
    assert model.layers[0].weight_bytes == 8 * 8 + 8 * 4 + 4 + 1  # inputs and outputs in fours
    assert sum(c.weight_bytes for c in model.layers) == model.weight_bytes


def test_labels_must_match_the_outputs() -> None:
    with pytest.raises(StudioError, match="2 labels for 6 outputs"):
        generate(small_model(), labels=("a", "b"))


def test_float_edges_are_stripped_and_said_so() -> None:
    draft = Draft()
    real = draft.tensor((1, 4), dtype="float32")
    stored = draft.tensor((1, 4), 0.1, 5)
    wide = draft.tensor((1, 4), 1 / 256, -128)
    answer = draft.tensor((1, 4), dtype="float32")
    draft.operator("QUANTIZE", [real], [stored])
    draft.operator("LOGISTIC", [stored], [wide])
    draft.operator("DEQUANTIZE", [wide], [answer])
    model = generate(draft.data([real], [answer]))
    assert model.input.scale == pytest.approx(0.1)
    assert (model.input.dtype, model.input.zero_point) == ("int8", 5)
    assert (model.output.dtype, model.output.zero_point) == ("int8", -128)
    assert [c.operator for c in model.layers] == ["LOGISTIC"]
    assert len(model.notes) == 2


def test_inputs_of_the_wrong_size_are_refused() -> None:
    model = HostModel(generate(small_model()))
    with pytest.raises(StudioError, match=r"shape \[1, 6\]"):
        model.run(np.zeros((3, 5), np.int8))
    with pytest.raises(StudioError, match="float32"):
        model.run(np.zeros((3, 6), np.float32))
    assert model.run(np.zeros((0, 6), np.int8)).shape == (0, 6)
