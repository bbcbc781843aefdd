"""Models that remember: SVDF and variables, run by run as in TensorFlow Lite Micro, and forgotten on demand."""

import ctypes
from collections.abc import Callable

import numpy as np
import pytest

from studio.compiler import generate, zig
from studio.compiler.host import HostModel
from studio.compiler.sources import Sources
from studio.core.errors import StudioError
from tests.compiler.built import FLAGS, run_all, unit
from tests.compiler.drawing import Random, pick, scale, weights, zero
from tests.compiler.models import Draft
from tests.compiler.oracle import answers

CASES_EACH = 30
RUNS = 12


def _check(make: Callable[[Random], bytes], seed: int, count: int) -> None:
    random = np.random.default_rng(seed)
    files = [make(random) for _ in range(count)]
    models = [generate(data) for data in files]
    inputs = [random.integers(-128, 128, (RUNS, int(np.prod(m.input.shape)))).astype(np.int8) for m in models]
    for data, x, y in zip(files, inputs, run_all(models, inputs), strict=True):
        np.testing.assert_array_equal(y, answers(data, x))


def svdf(random: Random) -> bytes:
    draft = Draft()
    batches, inputs, rank, units, memory = (
        pick(random, 1, 1, 2),
        pick(random, 1, 3, 8),
        pick(random, 1, 2),
        pick(random, 1, 4),
        pick(random, 1, 2, 5),
    )
    filters = rank * units
    a, b, c, d, e = 0.05, 0.01, 0.02, 0.003, scale(random, 0.02, 0.4)
    wide = random.random() < 0.6
    x = draft.tensor((batches, inputs), a, zero(random))
    features = draft.constant(weights(random, (filters, inputs)), b)
    if wide:
        times = draft.constant(random.integers(-3000, 3000, (filters, memory)).astype(np.int16), d / 100)
        state = draft.tensor((batches, filters * memory), c / 50, 0, dtype="int16")
        bias_scale = c / 50 * d / 100
    else:
        times = draft.constant(weights(random, (filters, memory)), d)
        state = draft.tensor((batches, filters * memory), c, 0)
        bias_scale = c * d
    draft.tensors[state].isVariable = True
    bias = draft.constant(random.integers(-3000, 3000, units).astype(np.int32), bias_scale)
    y = draft.tensor((batches, units), e / 10, zero(random))
    draft.operator("SVDF", [x, features, times, bias, state], [y], rank=rank)
    return draft.data([x], [y])


def lstm(random: Random) -> bytes:
    draft = Draft()
    batches, steps, inputs, units = (
        pick(random, 1, 1, 2),
        pick(random, 1, 4),
        pick(random, 1, 3, 6),
        pick(random, 1, 2, 5),
    )
    major = bool(random.integers(2))
    rows = (steps, batches) if major else (batches, steps)
    a, hidden_scale, power = scale(random, 0.01, 0.1), 1 / 128, pick(random, -9, -11, -12, -13)
    hidden_zero = pick(random, 0, 0, 3, -20)
    x = draft.tensor((*rows, inputs), a, zero(random))
    y = draft.tensor((*rows, units), hidden_scale, hidden_zero)
    hidden = draft.tensor((batches, units), hidden_scale, hidden_zero)
    cell = draft.tensor((batches, units), 2.0**power, 0, dtype="int16")
    for state in (hidden, cell):
        draft.tensors[state].isVariable = True
    scales = [scale(random, 0.005, 0.05) for _ in range(4)]
    first = [draft.constant(weights(random, (units, inputs)), s) for s in scales]
    second = [draft.constant(weights(random, (units, units)), scale(random, 0.005, 0.05)) for _ in range(4)]
    biases = [
        draft.constant(
            random.integers(-3000, 3000, units).astype(np.int32), float(np.float32(a) * np.float32(s))
        )
        for s in scales
    ]
    none = [-1] * 4
    inputs_ = [x, *first, *second, *none[:3], *biases, *none[:2], hidden, cell, *none]
    draft.operator(
        "UNIDIRECTIONAL_SEQUENCE_LSTM", inputs_, [y], timeMajor=major, fusedActivationFunction=4,
        cellClip=[0.0, 0.0, 2.0][random.integers(3)],
    )  # fmt: skip
    return draft.data([x], [y])


def variable(random: Random) -> bytes:
    """A sum of what comes in and what came out before."""
    draft = Draft()
    shape = (1, pick(random, 1, 5, 8))
    kind = scale(random), zero(random)
    x, before, y = draft.tensor(shape, 0.1, 3), draft.tensor(shape, *kind), draft.tensor(shape, *kind)
    handles = [draft.tensor((), dtype="resource") for _ in range(2)]
    for handle in handles:
        draft.operator("VAR_HANDLE", [], [handle], sharedName="sum", container="")
    draft.operator("READ_VARIABLE", [handles[0]], [before])
    draft.operator("ADD", [x, before], [y])
    draft.operator("ASSIGN_VARIABLE", [handles[1], y], [])
    return draft.data([x], [y])


def test_svdf_answers_as_tensorflow_lite_micro() -> None:
    _check(svdf, 1, CASES_EACH)


def test_lstm_answers_as_tensorflow_lite_micro() -> None:
    _check(lstm, 6, CASES_EACH)


def test_variables_answer_as_in_tensorflow_lite_micro() -> None:
    _check(variable, 2, CASES_EACH)


@pytest.mark.nightly
@pytest.mark.parametrize("make", [svdf, lstm, variable])
def test_state_answers_as_tensorflow_lite_micro_three_hundred_times(make: Callable[[Random], bytes]) -> None:
    _check(make, 3, 300)


def _library(model: Sources) -> ctypes.CDLL:
    return ctypes.CDLL(str(zig.compile(unit([model]), FLAGS, "state.so")))


def test_a_reset_forgets_all_runs() -> None:
    model = generate(variable(np.random.default_rng(4)))
    x = np.random.default_rng(5).integers(-128, 128, (RUNS, int(np.prod(model.input.shape)))).astype(np.int8)
    library = _library(model)
    memory, outputs = np.empty(model.arena_bytes // 8 + 1, np.int64), []
    for _ in range(2):  # each call of the test's function begins with a reset
        y = np.empty_like(x)
        assert (
            library.case_0_test(
                ctypes.c_void_p(memory.ctypes.data),
                ctypes.c_void_p(x.ctypes.data),
                ctypes.c_void_p(y.ctypes.data),
                RUNS,
            )
            == 0
        )
        outputs.append(y)
    np.testing.assert_array_equal(outputs[0], outputs[1])
    assert not np.array_equal(outputs[0][0], outputs[0][-1])


def test_on_this_computer_rows_are_a_sequence_only_if_one_says_so() -> None:
    data = variable(np.random.default_rng(4))
    model = generate(data)
    x = np.random.default_rng(5).integers(-128, 128, (RUNS, int(np.prod(model.input.shape)))).astype(np.int8)
    host = HostModel(model)
    expected = answers(data, x)
    np.testing.assert_array_equal(host.run(x, is_sequence=True), expected)
    np.testing.assert_array_equal(host.run(x, is_sequence=True, each=lambda _: None), expected)
    each = np.concatenate([host.run(row[np.newaxis]) for row in x])
    np.testing.assert_array_equal(host.run(x), each)


def test_the_header_says_how_much_is_kept() -> None:
    model = generate(variable(np.random.default_rng(4)))
    header = next(f.text for f in model.files if f.name == "model.h")
    assert f"#define STUDIO_STATE_BYTES {int(np.prod(model.input.shape))}\n" in header
    assert "void studio_model_reset(studio_memory *memory);" in header


def test_a_variable_that_changes_its_shape_is_refused() -> None:
    draft = Draft()
    x, y = draft.tensor((1, 4), 0.1), draft.tensor((1, 3), 0.1)
    handle = draft.tensor((), dtype="resource")
    draft.operator("VAR_HANDLE", [], [handle], sharedName="v", container="")
    draft.operator("READ_VARIABLE", [handle], [y])
    draft.operator("ASSIGN_VARIABLE", [handle, x], [])
    with pytest.raises(StudioError, match=r"\(ASSIGN_VARIABLE\) uses the variable 'v' with another shape"):
        generate(draft.data([x], [y]))
