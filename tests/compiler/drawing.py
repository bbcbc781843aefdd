"""Random numbers as models have them: scales, zero points, sizes."""

import numpy as np

from tests.compiler.models import Array, Draft

Random = np.random.Generator
ACTIVATIONS = (0, 1, 2, 3)  # none, RELU, RELU_N1_TO_1, RELU6


def scale(random: Random, low: float = 0.002, high: float = 0.5) -> float:
    """A float32 between two bounds, small ones as often as large ones."""
    return float(np.float32(np.exp(random.uniform(np.log(low), np.log(high)))))


def zero(random: Random) -> int:
    """A zero point, often an extreme one."""
    return int(random.choice([-128, 0, 127, int(random.integers(-128, 128))]))


def pick(random: Random, *choices: int) -> int:
    """One of some numbers."""
    return int(random.choice(choices))


def activation(random: Random) -> int:
    """A fused activation."""
    return pick(random, *ACTIVATIONS)


def weights(random: Random, shape: tuple[int, ...]) -> Array:
    """Symmetric int8 weights."""
    return random.integers(-127, 128, shape).astype(np.int8)


def sizes(random: Random, rank: int, low: int = 1, high: int = 6) -> tuple[int, ...]:
    """A shape with sizes from `low` to below `high`."""
    return tuple(int(random.integers(low, high)) for _ in range(rank))


def one_to_one(
    random: Random,
    name: str,
    shape: tuple[int, ...],
    out_shape: tuple[int, ...],
    *more: Array,
    **options: object,
) -> bytes:
    """A model of one operator that keeps scale and zero point; `more` are constants behind its input."""
    draft = Draft()
    kind = scale(random), zero(random)
    x, y = draft.tensor(shape, *kind), draft.tensor(out_shape, *kind)
    draft.operator(name, [x, *(draft.constant(c) for c in more)], [y], **options)
    return draft.data([x], [y])
