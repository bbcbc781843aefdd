"""Models with several inputs, several outputs, or an output that is not int8."""

import numpy as np
import pytest

from studio.compiler import generate
from studio.compiler.host import HostModel
from studio.core.errors import StudioError
from tests.compiler.built import run_all, spec_bytes
from tests.compiler.models import Draft
from tests.compiler.oracle import answers


def _check(data: bytes) -> None:
    model = generate(data)
    random = np.random.default_rng(3)
    x = random.integers(-128, 128, (12, sum(spec_bytes(s) for s in model.inputs))).astype(np.int8)
    np.testing.assert_array_equal(run_all([model], [x])[0], answers(data, x))


def _two_of_each() -> bytes:
    draft = Draft()
    a, b = draft.tensor((1, 5), 0.1, 3), draft.tensor((1, 5), 0.2, -9)
    total, most = draft.tensor((1, 5), 0.3, 1), draft.tensor((1, 5), 0.3, 1)
    draft.operator("ADD", [a, b], [total])
    draft.operator("RELU", [total], [most])
    return draft.data([a, b], [most, total])


def test_two_inputs_and_an_output_that_is_also_needed_inside() -> None:
    _check(_two_of_each())


def test_further_inputs_and_outputs_are_described_by_number() -> None:
    model = generate(_two_of_each())
    header = next(f.text for f in model.files if f.name == "model.h")
    assert "#define STUDIO_INPUT_COUNT 2\n" in header
    assert "#define STUDIO_INPUT_1_ZERO_POINT (-9)\n" in header
    assert "#define STUDIO_OUTPUT_1_SIZE 5\n" in header
    assert [s.scale for s in model.inputs] == pytest.approx([0.1, 0.2])
    assert len(model.outputs) == 2


def test_this_computer_runs_models_with_one_input() -> None:
    with pytest.raises(StudioError, match="has 2 inputs, and the studio runs models with one"):
        HostModel(generate(_two_of_each())).run(np.zeros((1, 5), np.int8))


def test_the_parts_of_a_split_as_outputs() -> None:
    draft = Draft()
    x = draft.tensor((1, 6, 4), 0.1, 3)
    parts = [draft.tensor((1, 2, 4), 0.1, 3) for _ in range(3)]
    draft.operator("SPLIT", [draft.constant(np.array(1, np.int32)), x], parts, numSplits=3)
    _check(draft.data([x], parts))


def test_an_index_as_output() -> None:
    draft = Draft()
    x, y, z = draft.tensor((1, 7), 0.1, 3), draft.tensor((1,), dtype="int32"), draft.tensor((1, 7), 0.1, 3)
    draft.operator("ARG_MAX", [x, draft.constant(np.array(-1, np.int32))], [y], outputType=2)
    draft.operator("RELU", [x], [z])
    data = draft.data([x], [y, z])
    assert generate(data).output.dtype == "int32"
    _check(data)


def test_parts_that_nothing_needs_are_not_computed() -> None:
    draft = Draft()
    x = draft.tensor((1, 6), 0.1, 3)
    parts = [draft.tensor((1, 2), 0.1, 3) for _ in range(3)]
    y = draft.tensor((1, 2), 0.1, 3)
    draft.operator("SPLIT", [draft.constant(np.array(1, np.int32)), x], parts, numSplits=3)
    draft.operator("RELU", [parts[1]], [y])
    data = draft.data([x], [y])
    assert [c.operator for c in generate(data).layers] == ["SPLIT", "RELU"]
    _check(data)


def test_an_index_of_64_bits_is_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 7), 0.1, 3), draft.tensor((1,), dtype="int64")
    draft.operator("ARG_MAX", [x, draft.constant(np.array(1, np.int32))], [y], outputType=4)
    with pytest.raises(StudioError, match=r"\(ARG_MAX\) gives int64; set its output type to int32"):
        generate(draft.data([x], [y]))


def test_borders_of_space_to_batch_hold_zero() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 3, 3, 1), 0.1, 5), draft.tensor((4, 3, 3, 1), 0.1, 5)
    block, borders = np.array([2, 2], np.int32), np.array([[1, 2], [2, 1]], np.int32)
    draft.operator("SPACE_TO_BATCH_ND", [x, draft.constant(block), draft.constant(borders)], [y])
    image = np.arange(9, dtype=np.int8).reshape(3, 3)
    padded = np.pad(image, borders, constant_values=5)
    expected = padded.reshape(3, 2, 3, 2).transpose(1, 3, 0, 2).reshape(1, -1)
    np.testing.assert_array_equal(
        run_all([generate(draft.data([x], [y]))], [image.reshape(1, -1)])[0], expected
    )


def test_a_tensor_that_is_named_as_output_twice_is_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1), draft.tensor((1, 4), 0.1)
    draft.operator("RELU", [x], [y])
    with pytest.raises(StudioError, match="names one twice"):
        generate(draft.data([x], [y, y]))
