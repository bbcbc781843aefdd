"""The working memory over time: which tensor lives where, from which layer to which, and when most is needed."""

from dataclasses import dataclass

from studio.core.build import Build
from studio.core.formatting import show_bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A tensor's place from `offset` on, during the steps `first` to `last`; `is_input`: it is there before."""

    name: str
    offset: int
    bytes: int
    first: int
    last: int
    is_input: bool = False

    @property
    def is_scratch(self) -> bool:
        """True for memory that a layer only computes in."""
        return self.name.startswith("scratch of ")

    @property
    def end(self) -> int:
        """The first byte behind it."""
        return self.offset + self.bytes


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """Blocks over steps; a step is one layer of the C, `layers` are their indices in the candidate, `names` theirs.

    `live_bytes` is what is needed during each step, `peak` the step that needs most (the first of several).
    """

    blocks: tuple[Block, ...]
    layers: tuple[int, ...]
    names: tuple[str, ...]
    live_bytes: tuple[int, ...]
    arena_bytes: int
    peak: int

    def living(self, step: int) -> tuple[Block, ...]:
        """What is needed during a step, the largest first."""
        found = [block for block in self.blocks if block.first <= step <= block.last]
        return tuple(sorted(found, key=lambda block: -block.bytes))

    def block_at(self, step: int, offset: float) -> Block | None:
        """The tensor that has this byte during a step, or None where it is free."""
        return next((block for block in self.living(step) if block.offset <= offset < block.end), None)

    def name_of(self, block: Block) -> str:
        """What lives there, by the layer that makes it: 'input', 'conv1' or 'scratch of conv1'."""
        if block.is_input:
            return "input"
        return f"scratch of {self.names[block.first]}" if block.is_scratch else self.names[block.first]

    @property
    def peak_words(self) -> str:
        """When most memory is needed, and by what."""
        blocks = self.living(self.peak)
        what = " and ".join(f"{self.name_of(block)} ({show_bytes(block.bytes)})" for block in blocks[:2])
        more = f" and {len(blocks) - 2} more" if len(blocks) > 2 else ""
        return (
            f"Peak {show_bytes(self.live_bytes[self.peak])} while {self.names[self.peak]} runs: {what}{more}"
        )


def memory_plan(build: Build) -> MemoryPlan | None:
    """The plan of a build, or None where it has none (no layers, or nothing to keep)."""
    if not build.layers or not build.plan:
        return None
    steps = {layer.index: step for step, layer in enumerate(build.layers)}
    last = len(build.layers) - 1
    blocks = tuple(
        Block(
            place.name,
            place.offset,
            place.bytes,
            max(0, steps.get(place.first_layer, 0)),
            max(0, steps.get(place.last_layer, last if place.last_layer >= 0 else 0)),
            is_input=place.first_layer < 0,
        )
        for place in build.plan
    )
    live = [0] * len(build.layers)
    for block in blocks:
        for step in range(block.first, block.last + 1):
            live[step] += block.bytes
    return MemoryPlan(
        blocks,
        tuple(layer.index for layer in build.layers),
        tuple(layer.name for layer in build.layers),
        tuple(live),
        build.arena_bytes,
        max(range(len(live)), key=lambda step: live[step]),
    )
