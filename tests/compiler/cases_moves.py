"""Random models of operators that move numbers: parts, blocks, mirrored borders, other sizes."""

from collections.abc import Callable

import numpy as np

from tests.compiler.drawing import Random, one_to_one, pick, scale, sizes, zero
from tests.compiler.models import Draft


def _parts(name: str) -> Callable[[Random], bytes]:
    """SPLIT, SPLIT_V or UNPACK, whose parts are joined again in the opposite order; one is left out at times."""

    def make(random: Random) -> bytes:
        draft = Draft()
        shape = [1, *sizes(random, 3)]
        axis = int(random.integers(4))
        count = pick(random, 1, 2, 3)
        if name == "SPLIT":
            shape[axis] *= count
            lengths = [shape[axis] // count] * count
        else:
            lengths = [1] * count if name == "UNPACK" else [int(n) for n in random.integers(1, 4, count)]
            shape[axis] = sum(lengths)
        kind = scale(random), zero(random)
        x = draft.tensor(tuple(shape), *kind)
        where = np.array(axis - 4 if random.random() < 0.3 else axis, np.int32)
        shapes = [(*shape[:axis], *((n,) if name != "UNPACK" else ()), *shape[axis + 1 :]) for n in lengths]
        parts = [draft.tensor(s, *kind) for s in shapes]
        if name == "SPLIT":
            draft.operator(name, [draft.constant(where), x], parts, numSplits=count)
        elif name == "SPLIT_V":
            given = np.array(lengths, np.int32)
            if random.random() < 0.3:
                given[random.integers(count)] = -1
            draft.operator(name, [x, draft.constant(given), draft.constant(where)], parts, numSplits=count)
        else:
            draft.operator(name, [x], parts, num=count, axis=int(where))
        joined = parts[::-1][: max(1, count - int(random.integers(2)))]
        total = sum(lengths[parts.index(p)] for p in joined)
        if name == "UNPACK":
            y = draft.tensor((total, *shapes[0]), *kind)
            draft.operator("PACK", joined, [y], valuesCount=total, axis=0)
        else:
            y = draft.tensor((*shape[:axis], total, *shape[axis + 1 :]), *kind)
            draft.operator("CONCATENATION", joined, [y], axis=axis)
        return draft.data([x], [y])

    return make


def gather(random: Random) -> bytes:
    shape = sizes(random, 3)
    axis = int(random.integers(3))
    indices = random.integers(0, shape[axis], sizes(random, pick(random, 1, 2))).astype(np.int32)
    out = (*shape[:axis], *indices.shape, *shape[axis + 1 :])
    return one_to_one(random, "GATHER", shape, out, indices, axis=axis - 3 if random.random() < 0.3 else axis)


def mirror_pad(random: Random) -> bytes:
    shape = sizes(random, pick(random, 2, 3, 4), 2, 6)
    mode = int(random.integers(2))  # 0 reflects, 1 is symmetric
    borders = np.array([[random.integers(0, s + mode) for _ in range(2)] for s in shape], np.int32)
    out = tuple(s + int(b.sum()) for s, b in zip(shape, borders, strict=True))
    return one_to_one(random, "MIRROR_PAD", shape, out, borders, mode=mode)


def _resize(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        batch, height, width, depth = 1, *sizes(random, 2, 1, 12), pick(random, 1, 2, 3)
        factor = pick(random, 1, 2, 2, 3)
        rows, columns = (
            (height * factor, width * factor) if random.random() < 0.4 else sizes(random, 2, 1, 25)
        )
        how = [(False, False), (True, False), (False, True)][random.integers(3)]
        return one_to_one(
            random, name, (batch, height, width, depth), (batch, rows, columns, depth),
            np.array([rows, columns], np.int32), alignCorners=how[0], halfPixelCenters=how[1],
        )  # fmt: skip

    return make


def _depth(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        batch, height, width, depth = sizes(random, 4, 1, 5)
        block = pick(random, 1, 2, 3)
        wide = (batch, height * block, width * block, depth)
        deep = (batch, height, width, depth * block * block)
        shapes = (wide, deep) if name == "SPACE_TO_DEPTH" else (deep, wide)
        return one_to_one(random, name, *shapes, blockSize=block)

    return make


def _batches(name: str) -> Callable[[Random], bytes]:
    def make(random: Random) -> bytes:
        is_signal = random.random() < 0.3
        dimensions = 1 if is_signal else 2
        block = random.integers(1, 4, dimensions).astype(np.int32)
        inner = np.array(sizes(random, dimensions, 2, 5)) * block
        borders = np.stack([random.integers(0, b + 1, 2) for b in block]).astype(np.int32)
        space = inner - borders.sum(axis=1)
        # TensorFlow Lite Micro fills the border of SPACE_TO_BATCH_ND with what happens to lie in its memory.
        if (space < 1).any() or name == "SPACE_TO_BATCH_ND":
            borders[:], space = 0, inner
        batch, depth = pick(random, 1, 1, 2), pick(random, 1, 2, 3)
        few = (batch, *(int(s) for s in space), depth)
        many = (batch * int(block.prod()), *(int(s) for s in inner // block), depth)
        shapes = (few, many) if name == "SPACE_TO_BATCH_ND" else (many, few)
        return one_to_one(random, name, *shapes, block, borders)

    return make


CASES: dict[str, Callable[[Random], bytes]] = {
    "BATCH_TO_SPACE_ND": _batches("BATCH_TO_SPACE_ND"),
    "DEPTH_TO_SPACE": _depth("DEPTH_TO_SPACE"),
    "GATHER": gather,
    "MIRROR_PAD": mirror_pad,
    "RESIZE_BILINEAR": _resize("RESIZE_BILINEAR"),
    "RESIZE_NEAREST_NEIGHBOR": _resize("RESIZE_NEAREST_NEIGHBOR"),
    "SPACE_TO_BATCH_ND": _batches("SPACE_TO_BATCH_ND"),
    "SPACE_TO_DEPTH": _depth("SPACE_TO_DEPTH"),
    "SPLIT": _parts("SPLIT"),
    "SPLIT_V": _parts("SPLIT_V"),
    "UNPACK": _parts("UNPACK"),
}
