"""Random models of functions of a number, of pairs of numbers, and of reductions."""

from collections.abc import Callable

import numpy as np

from tests.compiler.drawing import Random, one_to_one, scale, sizes, zero
from tests.compiler.models import Draft


def _function(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        draft = Draft()
        first = scale(random, 0.001, 0.7)
        # HARD_SWISH needs an output that is not much finer than its input.
        out = first * random.uniform(0.3 if name != "HARD_SWISH" else 0.01, 3)
        shape = (1, int(random.integers(1, 30)))
        x = draft.tensor(shape, first, zero(random))
        y = draft.tensor(shape, first if random.random() < 0.3 else out, zero(random))
        draft.operator(name, [x], [y])
        return draft.data([x], [y])

    return make


def rsqrt(random: Random) -> bytes:
    """RSQRT behind a RELU: TensorFlow Lite Micro stops at numbers below zero."""
    draft = Draft()
    kind = scale(random, 0.001, 0.7), zero(random)
    shape = (1, int(random.integers(1, 30)))
    x, above, y = (
        draft.tensor(shape, *kind),
        draft.tensor(shape, *kind),
        draft.tensor(shape, scale(random, 0.002, 0.5), zero(random)),
    )
    draft.operator("RELU", [x], [above])
    draft.operator("RSQRT", [above], [y])
    return draft.data([x], [y])


def _pair(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        shape = (1, *sizes(random, 3))
        other = [shape, shape, (1, 1, 1, shape[3]), (1,), (1, shape[1], 1, shape[3])][random.integers(5)]
        alike = name in ("MAXIMUM", "MINIMUM")
        draft = Draft()
        a, zero_a = scale(random), zero(random)
        b, zero_b = (a, zero_a) if alike else (scale(random), zero(random))
        out = {"SQUARED_DIFFERENCE": max(a, b) ** 2 * 100, "PRELU": a}.get(name, a)
        x = draft.tensor(shape, a, zero_a)
        second = draft.constant(random.integers(-128, 128, other).astype(np.int8), b, zero_point=zero_b)
        y = draft.tensor(
            shape, a if alike else out * random.uniform(0.5, 2), zero_a if alike else zero(random)
        )
        sides = [x, second] if random.random() < 0.7 or name == "PRELU" else [second, x]
        draft.operator(name, sides, [y])
        return draft.data([x], [y])

    return make


def _reduction(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        shape = (1, *sizes(random, 3, 1, 7))
        axes = [(1, 2), (2, 1), (3,), (1,), (2,), (1, 3), (-1, -2), (1, 2, 3)][random.integers(8)]
        keep = bool(random.integers(2))
        gone = {a % 4 for a in axes}
        out = tuple(1 if d in gone else s for d, s in enumerate(shape) if keep or d not in gone)
        axis = np.array(axes, np.int32)
        if name != "SUM":
            return one_to_one(random, name, shape, out, axis, keepDims=keep)
        draft = Draft()
        first = scale(random)
        x = draft.tensor(shape, first, zero(random))
        y = draft.tensor(out, first * random.uniform(0.5, 8), zero(random))
        draft.operator(name, [x, draft.constant(axis)], [y], keepDims=keep)
        return draft.data([x], [y])

    return make


def _search(name: str) -> Callable[[Random], bytes]:
    """ARG_MAX or ARG_MIN, whose answer picks rows of a constant."""

    def make(random: Random) -> bytes:
        draft = Draft()
        shape = (1, *sizes(random, 2, 1, 9))
        axis = int(random.integers(3))
        kind = scale(random), zero(random)
        x = draft.tensor(shape, *kind)
        found = draft.tensor(tuple(s for d, s in enumerate(shape) if d != axis), dtype="int32")
        rows = draft.constant(
            random.integers(-128, 128, (shape[axis], 2)).astype(np.int8), *kind[:1], zero_point=kind[1]
        )
        y = draft.tensor((*(s for d, s in enumerate(shape) if d != axis), 2), *kind)
        where = axis - 3 if random.random() < 0.3 else axis
        draft.operator(name, [x, draft.constant(np.array([where], np.int32))], [found], outputType=2)
        draft.operator("GATHER", [rows, found], [y], axis=0)
        return draft.data([x], [y])

    return make


CASES: dict[str, Callable[[Random], bytes]] = {
    "ABS": _function("ABS"),
    "ARG_MAX": _search("ARG_MAX"),
    "ARG_MIN": _search("ARG_MIN"),
    "ELU": _function("ELU"),
    "HARD_SWISH": _function("HARD_SWISH"),
    "MAXIMUM": _pair("MAXIMUM"),
    "MINIMUM": _pair("MINIMUM"),
    "PRELU": _pair("PRELU"),
    "REDUCE_MAX": _reduction("REDUCE_MAX"),
    "REDUCE_MIN": _reduction("REDUCE_MIN"),
    "RSQRT": rsqrt,
    "SQUARED_DIFFERENCE": _pair("SQUARED_DIFFERENCE"),
    "SUM": _reduction("SUM"),
}
