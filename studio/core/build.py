"""What a candidate needs on a board: the build's figures, and whether they fit."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.board import Board
from studio.core.formatting import show_bytes, show_time


class Optimize(StrEnum):
    """What the generated C is tuned for."""

    SIZE = "size"
    SPEED = "speed"
    BALANCED = "balanced"


class Source(StrEnum):
    """Where a figure comes from."""

    MEASURED = "measured"
    ESTIMATED = "estimated"


@dataclass(frozen=True, slots=True)
class LayerBuild:
    """One layer in the build; `instructions` (Cortex-M4, per inference) is None until it was measured."""

    index: int
    name: str
    operator: str
    macs: int
    weight_bytes: int
    activation_bytes: int
    instructions: int | None = None


@dataclass(frozen=True, slots=True)
class TensorPlace:
    """Where a tensor lives in the working buffer, from the first to the last operator that needs it."""

    name: str
    offset: int
    bytes: int
    first_layer: int
    last_layer: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """What running the firmware on the virtual Cortex-M4 board showed.

    `flash_bytes` is the whole linked image, `code_bytes` the model's share of code in it;
    `static_ram_bytes` and `stack_bytes` leave out the link's buffers; `instructions` is the median per
    inference. `samples` test samples were answered there, `equal_samples` of them element by element as
    by the same C on this computer.
    """

    flash_bytes: int
    code_bytes: int
    static_ram_bytes: int
    stack_bytes: int
    instructions: int
    samples: int
    equal_samples: int
    worst_difference: int


@dataclass(frozen=True, slots=True)
class Build:
    """The C that was generated from a candidate.

    `sources` is the folder with the C files in the cache; `weight_bytes` all constants;
    `arena_bytes` the working buffer; `firmware` the virtual board's image once it was linked.
    """

    candidate_sha256: str
    optimize: Optimize
    sources: str
    weight_bytes: int
    arena_bytes: int
    layers: tuple[LayerBuild, ...]
    plan: tuple[TensorPlace, ...]
    measurement: Measurement | None = None
    firmware: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Gauge:
    """Need against limit of one building block, in bytes or microseconds."""

    need: int
    limit: int
    source: Source

    @property
    def fits(self) -> bool:
        """True while the need is within the limit."""
        return self.need <= self.limit

    @property
    def margin(self) -> int:
        """What is left (negative: what is missing)."""
        return self.limit - self.need

    @property
    def share(self) -> float:
        """Need ÷ limit."""
        return self.need / self.limit if self.limit else float("inf")


@dataclass(frozen=True, slots=True)
class Fit:
    """Does it fit: compute (µs per inference against the time allowed), memory and storage (bytes)."""

    compute: Gauge
    memory: Gauge
    storage: Gauge

    @property
    def fits(self) -> bool:
        """True when all three building blocks suffice."""
        return self.compute.fits and self.memory.fits and self.storage.fits

    def sentences(self, board: Board) -> tuple[str, ...]:
        """One sentence for each building block that does not suffice, with what to do."""
        found = []
        if not self.storage.fits:
            found.append(
                f"Storage: {show_bytes(-self.storage.margin)} of flash are missing on the {board.name}. "
                "Prune more channels or pick a board with more flash."
            )
        if not self.memory.fits:
            found.append(
                f"Memory: {show_bytes(-self.memory.margin)} of RAM are missing on the {board.name}. "
                "Prune channels of the largest layers or pick a board with more RAM."
            )
        if not self.compute.fits:
            found.append(
                f"Compute: one inference takes {show_time(self.compute.need)}, allowed are "
                f"{show_time(self.compute.limit)}. Prune more, allow more time or pick a faster board."
            )
        return tuple(found)


# Code and stack before anything was linked, and instructions for each multiply-accumulate and each output
# value: what the samples and MLPerf Tiny's models show on the virtual Cortex-M4, rounded up.
_CODE_BYTES = 8_000
_STACK_BYTES = 600
_INSTRUCTIONS_PER_MAC = 5.0
_INSTRUCTIONS_PER_VALUE = 30.0

# Machine code of the same C, next to the Cortex-M4's.
_CODE_GROWTH = {
    "cortex-m0plus": 1.25,
    "cortex-m4": 1.0,
    "cortex-m7": 1.0,
    "cortex-m33": 1.0,
    "cortex-a": 1.6,
    "xtensa-lx7": 1.3,
    "avr": 2.2,
}


def estimated_instructions(build: Build) -> int:
    """Cortex-M4 instructions per inference, from multiply-accumulates and output values."""
    return round(
        sum(
            layer.macs * _INSTRUCTIONS_PER_MAC + layer.activation_bytes * _INSTRUCTIONS_PER_VALUE
            for layer in build.layers
        )
    )


def inference_us(build: Build, board: Board) -> int:
    """Microseconds for one inference on the board: instructions × cycles each ÷ clock; an estimate."""
    known = build.measurement
    instructions = known.instructions if known else estimated_instructions(build)
    return max(1, round(instructions * board.cycles_per_instruction / board.clock_hz * 1e6))


def fit(build: Build, board: Board, deadline_us: int) -> Fit:
    """Need against limit on `board`, where one inference may take `deadline_us`.

    Storage counts the model's code and constants (the virtual board: its whole image), memory the static
    data, working buffer and deepest stack. Figures are measured only on the virtual board after its
    firmware ran; for other boards they are scaled from there, and estimated.
    """
    known = build.measurement
    growth = _CODE_GROWTH[board.core.value]
    if known and board.virtual:
        flash, ram, source = known.flash_bytes, known.static_ram_bytes + known.stack_bytes, Source.MEASURED
    else:
        code = known.code_bytes if known else _CODE_BYTES
        memory = known.static_ram_bytes + known.stack_bytes if known else build.arena_bytes + _STACK_BYTES
        flash, ram, source = round(code * growth) + build.weight_bytes, memory, Source.ESTIMATED
    return Fit(
        compute=Gauge(inference_us(build, board), deadline_us, Source.ESTIMATED),
        memory=Gauge(ram, board.free_ram_bytes, source),
        storage=Gauge(flash, board.free_flash_bytes, source),
    )
