"""What a candidate needs on a board: the build's figures, and whether they fit."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.board import Board, Core
from studio.core.figures import (
    ARITHMETIC,
    CODE_BYTES,
    CODE_BYTES_PER_LAYER,
    CODE_FOR_SPEED,
    CODE_GROWTH,
    OTHERS,
    STACK_BYTES,
    STRUCT_BYTES_PER_LAYER,
    Arithmetic,
    work,
)
from studio.core.formatting import show_bytes, show_time
from studio.core.phrases import phrase


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
    """One layer in the build; `instructions` (Cortex-M4, per inference) is None until it was measured.

    `estimated_instructions` is known before (0: what figures.py says); `kernels` names the C functions that the
    layer calls, `read_bytes` counts what they read besides constants. `flash_bytes` is what the layer stores in flash
    (weights, tables and parameters, without the kernels' code; 0: not known), `storage` how its weights are stored
    ("" where it has none).
    """

    index: int
    name: str
    operator: str
    macs: int
    weight_bytes: int
    activation_bytes: int
    instructions: int | None = None
    estimated_instructions: int = 0
    kernels: tuple[str, ...] = ()
    read_bytes: int = 0
    flash_bytes: int = 0
    storage: str = ""


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

    `flash_bytes` is the whole linked image, `code_bytes` and `constant_bytes` the model's share of it;
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
    constant_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Build:
    """The C that was generated from a candidate.

    `sources` is the folder with the C files in the cache; `weight_bytes` all constants;
    `arena_bytes` the working buffer; `kernels` names the C files besides the model's own; `firmware` the virtual
    board's image once it was linked.
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
    kernels: tuple[str, ...] = ()


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
                phrase(
                    "Storage: {missing} of flash are missing on the {board}. Prune more channels or pick a board with "
                    "more flash.",
                    missing=show_bytes(-self.storage.margin),
                    board=board.name,
                )
            )
        if not self.memory.fits:
            found.append(
                phrase(
                    "Memory: {missing} of RAM are missing on the {board}. Prune channels of the largest layers or pick "
                    "a board with more RAM.",
                    missing=show_bytes(-self.memory.margin),
                    board=board.name,
                )
            )
        if not self.compute.fits:
            found.append(
                phrase(
                    "Compute: one inference takes {time}, allowed are {allowed}. Prune more, allow more time or pick a "
                    "faster board.",
                    time=show_time(self.compute.need),
                    allowed=show_time(self.compute.limit),
                )
            )
        return tuple(found)


def layer_cost(layer: LayerBuild) -> tuple[int, Source]:
    """Cortex-M4 instructions of one layer: counted on the virtual board if it ran there, else estimated."""
    if layer.instructions is not None:
        return layer.instructions, Source.MEASURED
    return layer.estimated_instructions or round(_work(layer, Arithmetic.DSP)), Source.ESTIMATED


def layer_cycles(layer: LayerBuild, board: Board) -> int:
    """Cycles of one layer on the board, an estimate.

    What is known of it on a Cortex-M4 × what the figures say of the board's core next to that one × the board's
    cycles per instruction.
    """
    there, here = (_work(layer, arithmetic) for arithmetic in (ARITHMETIC[board.core.value], Arithmetic.DSP))
    return round(layer_cost(layer)[0] * there / max(here, 1) * board.cycles_per_instruction)


def _work(layer: LayerBuild, arithmetic: Arithmetic) -> float:
    return work(layer.kernels, arithmetic, layer.macs, layer.activation_bytes, layer.read_bytes)


def inference_us(build: Build, board: Board) -> int:
    """Microseconds for one inference on the board: cycles ÷ clock; an estimate."""
    cycles = float(sum(layer_cycles(layer, board) for layer in build.layers))
    if build.measurement:
        counted = sum(layer_cost(layer)[0] for layer in build.layers)
        cycles *= build.measurement.instructions / max(counted, 1)
    return max(1, round(cycles / board.clock_hz * 1e6))


def estimated_code_bytes(build: Build) -> int:
    """The model's machine code on a Cortex-M4, before it is built."""
    kernels = sum(CODE_BYTES.get(kernel, CODE_BYTES[OTHERS]) for kernel in build.kernels)
    code = kernels + CODE_BYTES_PER_LAYER * (len(build.layers) + 1)
    return round(code * (CODE_FOR_SPEED if build.optimize is Optimize.SPEED else 1))


def constant_bytes(build: Build) -> int:
    """Weights, tables and parameters on a 32-bit board."""
    known = sum(layer.flash_bytes for layer in build.layers)
    return known or build.weight_bytes + STRUCT_BYTES_PER_LAYER * len(build.layers)


def fit(build: Build, board: Board, deadline_us: int) -> Fit:
    """Need against limit on `board`, where one inference may take `deadline_us`.

    Storage counts the model's code and constants, memory its static data, working buffer and deepest stack; what
    start-up and the link take is no need of the model's. Figures are measured only on the virtual board after its
    firmware ran; for other boards they are scaled from there, and estimated. Where a board's constants must lie
    in a part of its flash and do not fit there, storage is that part.
    """
    known = build.measurement
    core = board.core.value
    if known and board.virtual and core == Core.CORTEX_M4:
        flash = known.code_bytes + (known.constant_bytes or constant_bytes(build))
        ram, source = known.static_ram_bytes + known.stack_bytes, Source.MEASURED
    else:
        code = known.code_bytes if known else estimated_code_bytes(build)
        constants = constant_bytes(build)
        flash = round(code * CODE_GROWTH[core]) + constants
        stack = STACK_BYTES[ARITHMETIC[core]]
        if known and core == Core.CORTEX_M4:
            stack = known.stack_bytes
        ram = (known.static_ram_bytes if known else build.arena_bytes) + stack
        source = Source.ESTIMATED
    storage = Gauge(flash, board.free_flash_bytes, source)
    if board.constant_bytes and build.weight_bytes > board.constant_bytes:
        storage = Gauge(build.weight_bytes, board.constant_bytes, source)
    return Fit(
        compute=Gauge(inference_us(build, board), deadline_us, Source.ESTIMATED),
        memory=Gauge(ram, board.free_ram_bytes, source),
        storage=storage,
    )
