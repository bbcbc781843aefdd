"""Models of megabytes are written whole; tests/benchmarks/many.py says in what time."""

import numpy as np
import pytest

from studio.compiler import generate
from tests.compiler.models import Draft, schema

SHAPES: dict[str, tuple[tuple[int, ...], tuple[int, ...], dict[str, int]]] = {
    "FULLY_CONNECTED": ((1, 1024), (1024, 1024), {}),
    "CONV_2D": (
        (1, 4, 4, 341),
        (341, 3, 3, 341),
        {"strideH": 1, "strideW": 1, "padding": schema.Padding.SAME},
    ),
}


def megabytes(count: int, operator: str) -> bytes:
    """Layers of 1 MB each."""
    draft = Draft()
    random = np.random.default_rng(1)
    shape, weight_shape, options = SHAPES[operator]
    first = previous = draft.tensor(shape, 0.05, 2)
    for _ in range(count):
        weights = draft.constant(random.integers(-127, 128, weight_shape).astype(np.int8), 0.001)
        bias = draft.constant(np.zeros(weight_shape[0], np.int32), 0.00005)
        following = draft.tensor(shape, 0.06, -4)
        draft.operator(operator, [previous, weights, bias], [following], **options)
        previous = following
    return draft.data([first], [previous])


@pytest.mark.parametrize("operator", sorted(SHAPES))
def test_four_megabytes_are_written_whole(operator: str) -> None:
    sources = generate(megabytes(4, operator))
    assert len(sources.layers) == 4
    assert sources.weight_bytes >= 4 * 1000 * 1000
