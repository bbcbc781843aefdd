"""The memory plan: nothing overlaps that lives at once, and what may share memory does."""

import numpy as np
import pytest

from studio.compiler import Sources, generate
from tests.compiler.models import Draft
from tests.mlperf_tiny import FILES, model_bytes


def _check(model: Sources) -> None:
    for i, a in enumerate(model.plan):
        assert a.offset % 4 == 0
        assert a.offset + a.bytes <= model.arena_bytes
        for b in model.plan[i + 1 :]:
            at_once = a.first_op <= b.last_op and b.first_op <= a.last_op
            apart = a.offset + a.bytes <= b.offset or b.offset + b.bytes <= a.offset
            assert apart or not at_once, (a, b)


@pytest.mark.parametrize("key", sorted(FILES))
def test_plans_of_real_models_are_sound_and_need_no_more_than_is_alive(key: str) -> None:
    model = generate(model_bytes(key))
    _check(model)
    assert model.arena_bytes == model.live_bytes


def _chain(draft: Draft, x: int, *names: str) -> int:
    for name in names:
        y = draft.tensor(tuple(draft.tensors[x].shape), 0.2, 7)
        draft.operator(name, [x], [y])
        x = y
    return x


def test_a_chain_of_functions_runs_in_the_place_of_its_input() -> None:
    draft = Draft()
    x = draft.tensor((1, 100), 0.1, 3)
    y = _chain(draft, x, "QUANTIZE", "RELU", "QUANTIZE")
    model = generate(draft.data([x], [y]))
    _check(model)
    assert model.arena_bytes == 100


def test_a_sum_does_not_overwrite_what_is_still_needed() -> None:
    draft = Draft()
    x = draft.tensor((1, 100), 0.1, 3)
    a = _chain(draft, x, "RELU")
    b = draft.tensor((1, 100), 0.3, 0)
    draft.operator("ADD", [x, a], [b])
    c = draft.tensor((1, 100), 0.3, 0)
    draft.operator("ADD", [b, x], [c])
    model = generate(draft.data([x], [c]))
    _check(model)
    assert model.arena_bytes == 200


def test_a_tensor_lives_as_long_as_its_later_reshape_is_read() -> None:
    draft = Draft()
    x = draft.tensor((1, 40), 0.2, 7)
    first = _chain(draft, x, "LEAKY_RELU")
    reshaped = draft.tensor((1, 40, 1), 0.2, 7)
    other = _chain(draft, first, "RELU")
    draft.operator("RESHAPE", [first, draft.constant(np.array([1, 40, 1], np.int32))], [reshaped])
    back = draft.tensor((1, 40), 0.2, 7)
    draft.operator("SQUEEZE", [reshaped], [back], squeezeDims=[2])
    y = draft.tensor((1, 40), 0.3, 0)
    draft.operator("ADD", [other, back], [y])
    model = generate(draft.data([x], [y]))
    _check(model)
    assert model.arena_bytes == 80
    assert model.plan[0].last_op == 2
