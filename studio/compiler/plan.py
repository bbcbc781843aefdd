"""The static memory plan: who lives where in the arena, and when.

Tensors that share memory (a reshape, a sum computed in place of one of its sides) form one block. Blocks that are
needed at the same time must not overlap; they are placed largest first at the lowest free offset, in several
orders, and the best result is kept. No plan can beat `live_bytes`, the most that is needed at any one time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from studio.compiler.graph import Graph, short_name
from studio.compiler.layer import Layer
from studio.compiler.sources import PlanEntry

ALIGNMENT = 4


@dataclass(slots=True)
class Block:
    """Memory that one or several tensors share, from the layer that first writes it to the last that reads it."""

    name: str
    bytes: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Plan:
    """Offsets in bytes: per tensor, and per layer for its scratch memory."""

    entries: tuple[PlanEntry, ...]
    offsets: dict[int, int]
    scratch: dict[int, int]
    arena_bytes: int
    live_bytes: int


def plan(graph: Graph, layers: list[Layer]) -> Plan:
    """Place every tensor of the graph; `layers` in the order in which they run, aliases among them."""
    blocks, block_of, scratch_of = _blocks(graph, layers)
    turns = sum(layer.alias_of is None for layer in layers)
    offsets = min((_place(blocks, order) for order in _ORDERS), key=lambda o: _peak(blocks, o))
    entries = tuple(
        PlanEntry(block.name, offsets[i], block.bytes, block.first, min(block.last, turns - 1))
        for i, block in enumerate(blocks)
    )
    moments = range(-1, max((b.last for b in blocks), default=-1) + 1)
    live = max(sum(_aligned(b.bytes) for b in blocks if b.first <= t <= b.last) for t in moments)
    return Plan(
        entries,
        {tensor: offsets[i] for tensor, i in block_of.items()},
        {layer: offsets[i] for layer, i in scratch_of.items()},
        _aligned(_peak(blocks, offsets)),
        live,
    )


def _blocks(graph: Graph, layers: list[Layer]) -> tuple[list[Block], dict[int, int], dict[int, int]]:
    """The blocks, the block of each tensor, and the block of each layer's scratch memory."""
    last_read = _last_reads(graph, layers)
    blocks = [Block(short_name(t), t.bytes, -1, last_read.get(t.index, -1)) for t in graph.inputs]
    # What is kept between runs is needed before the first layer and after the last one.
    blocks += [Block(short_name(t), t.bytes, -1, last_read[t.index]) for t in graph.states]
    block_of = {t.index: i for i, t in enumerate((*graph.inputs, *graph.states))}
    scratch_of: dict[int, int] = {}
    turn = -1
    for layer in layers:
        target = layer.output
        until = last_read.get(target.index, turn + 1)
        if layer.alias_of is not None:
            block = block_of[layer.alias_of]
            blocks[block].last = max(blocks[block].last, until)
            block_of[target.index] = block
            continue
        turn += 1
        if target.index in block_of:
            continue  # a variable, which has its place
        for side in layer.overlays:
            block = block_of[side]
            if blocks[block].last <= turn and blocks[block].bytes >= target.bytes:
                break
        else:
            block = len(blocks)
            blocks.append(Block(short_name(target), target.bytes, turn, turn))
        blocks[block].last = max(blocks[block].last, until)
        block_of[target.index] = block
        if layer.scratch_bytes:
            scratch_of[turn] = len(blocks)
            blocks.append(Block(f"scratch of {short_name(target)}", layer.scratch_bytes, turn, turn))
    return blocks, block_of, scratch_of


def _last_reads(graph: Graph, layers: list[Layer]) -> dict[int, int]:
    """For each tensor the last layer that needs its memory, that of its later aliases included."""
    turns = sum(layer.alias_of is None for layer in layers)
    last = {
        t.index: turns for t in (*graph.outputs, *graph.states)
    }  # none may be computed over before all layers have run
    turn = turns
    for layer in reversed(layers):
        if layer.alias_of is not None:
            until = last.get(layer.output.index, -1)
            last[layer.alias_of] = max(last.get(layer.alias_of, -1), until)
            continue
        turn -= 1
        for tensor in layer.reads:
            last[tensor] = max(last.get(tensor, -1), turn)
    return last


_ORDERS: tuple[Callable[[Block], tuple[int, ...]], ...] = (
    lambda b: (-b.bytes, b.first),
    lambda b: (-b.bytes * (b.last - b.first + 1), b.first),
    lambda b: (b.first, -b.bytes),
    lambda b: (-b.last, -b.bytes),
)


def _place(blocks: list[Block], order: Callable[[Block], tuple[int, ...]]) -> list[int]:
    """The offset of each block, placed in an order, each at the lowest offset where it fits."""
    offsets = [0] * len(blocks)
    placed: list[int] = []
    for i in sorted(range(len(blocks)), key=lambda i: order(blocks[i])):
        block = blocks[i]
        rivals = sorted(
            (offsets[j], offsets[j] + blocks[j].bytes)
            for j in placed
            if blocks[j].first <= block.last and block.first <= blocks[j].last
        )
        offset = 0
        for begin, end in rivals:
            if offset + block.bytes <= begin:
                break
            offset = max(offset, _aligned(end))
        offsets[i] = offset
        placed.append(i)
    return offsets


def _peak(blocks: list[Block], offsets: list[int]) -> int:
    return max(offset + block.bytes for offset, block in zip(offsets, blocks, strict=True))


def _aligned(size: int) -> int:
    return -(-size // ALIGNMENT) * ALIGNMENT
