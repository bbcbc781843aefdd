"""What a .tflite needs on a board that runs it as it is, with LiteRT: no C is made, so most of it is estimated."""

from studio.core.board import Board
from studio.core.build import Fit, Gauge, Source
from studio.core.recipe import Candidate

_MACS_AN_INSTRUCTION = 1.0  # one core, without what vector instructions win: on the slow side


def runtime_fit(candidate: Candidate, board: Board, deadline_us: int) -> Fit:
    """Need against limit on `board`, where one inference may take `deadline_us`.

    Storage is the file's size. Memory is the file, which the interpreter holds, and the largest output of a layer with
    that of the layer before it. Time is one instruction for each multiplication with its addition. The interpreter's
    own megabytes are left out, as start-up and the link are elsewhere.
    """
    activations = [layer.activation_bytes for layer in candidate.layers]
    both = max((one + other for one, other in zip([0, *activations], activations, strict=False)), default=0)
    macs = sum(layer.macs for layer in candidate.layers)
    cycles = macs / _MACS_AN_INSTRUCTION * board.cycles_per_instruction
    return Fit(
        compute=Gauge(max(1, round(cycles / board.clock_hz * 1e6)), deadline_us, Source.ESTIMATED),
        memory=Gauge(candidate.file_bytes + both, board.free_ram_bytes, Source.ESTIMATED),
        storage=Gauge(candidate.file_bytes, board.free_flash_bytes, Source.MEASURED),
    )
