"""What the compiler makes of MLPerf Tiny's models, next to TensorFlow Lite Micro on a Cortex-M4: bytes, instructions.

    python -m tests.benchmarks.compiler [--optimize speed|balanced|size] [model...]

Without names: the models of ../shared/mlperf-tiny (or $STUDIO_MLPERF_TINY), then the studio's samples in int8; a name
may also be the path of another int8 .tflite. Ends with one JSON line. Instructions are counted on the virtual
Cortex-M4 board, cycles are estimated there.
"""

import argparse
import json
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from studio.compiler import Optimize, Sources, generate
from studio.compiler.firmware import build_virtual
from studio.core.errors import StudioError
from studio.core.pipeline import next_job, store
from studio.core.places import resources
from studio.core.project import load_project
from studio.core.results import Results
from studio.device.virtual import BatchResult, run_batch
from studio.headless.tables import table
from studio.headless.worker_client import WorkerClient
from tests.mlperf_tiny import FILES, FOLDER

SAMPLES = 3
STUDIO_SAMPLES = ("digits", "gestures", "sine")


@dataclass(frozen=True, slots=True)
class Yardstick:
    """TFLM with CMSIS-NN on a Cortex-M4F (gcc 12.2, int8 only), the best of its builds for each figure; issue 3."""

    code: int
    model: int
    ram: int
    instructions: int
    default_instructions: int  # of its build with -O2 as it comes
    largest_code: int  # what the studio holds itself to
    largest_ram: int
    largest_instructions: int


YARDSTICKS = {
    "hello": Yardstick(22_104, 2_704, 2_500, 3_280, 3_480, 3_300, 512, 1_200),
    "kws": Yardstick(45_328, 53_936, 24_524, 7_227_560, 7_698_940, 6_800, 11_500, 4_450_000),
    "ad": Yardstick(22_104, 276_976, 4_356, 573_200, 582_800, 3_300, 1_700, 400_000),
    "sww": Yardstick(43_240, 74_520, 18_160, 2_116_560, 2_227_400, 6_500, 9_000, 1_380_000),
    "ic": Yardstick(42_492, 98_496, 56_700, 28_505_480, 29_862_600, 6_500, 38_000, 18_500_000),
}
LARGEST_CONSTANTS = {"ad": 0.99}  # of the .tflite file; 0.85 for the others


@dataclass(frozen=True, slots=True)
class Figures:
    """One model's; bytes, and medians per inference. `equal` says that the board answered as TFLM does, where known."""

    model: str
    optimize: str
    file_bytes: int
    code_bytes: int
    constant_bytes: int
    ram_bytes: int
    arena_bytes: int
    live_bytes: int
    instructions: int
    cycles_estimated: int
    equal: bool | None


def measure(name: str, path: Path, optimize: Optimize) -> tuple[Figures, Sources, BatchResult]:
    """Build a model for the virtual board, run it there and read the sizes."""
    data = path.read_bytes()
    sources = generate(data, optimize=optimize)
    firmware = build_virtual(sources, optimize=optimize)
    expected = None
    size = int(np.prod(sources.input.shape))
    x = np.random.default_rng(0).integers(-128, 128, (SAMPLES, size)).astype(np.int8)
    if name in FILES:
        x = np.load(FOLDER / f"{name}_in.npy")[:SAMPLES]
        expected = np.load(FOLDER / f"{name}_out_tflm.npy")[:SAMPLES]
    batch = run_batch(firmware.elf_path, x)
    figures = Figures(
        model=name,
        optimize=optimize.value,
        file_bytes=len(data),
        code_bytes=firmware.code_bytes,
        constant_bytes=firmware.weight_bytes,
        ram_bytes=firmware.ram_bytes(batch.stack_bytes),
        arena_bytes=sources.arena_bytes,
        live_bytes=sources.live_bytes,
        instructions=batch.instructions,
        cycles_estimated=batch.cycles,
        equal=None if expected is None else bool((batch.outputs.ravel() == expected.ravel()).all()),
    )
    return figures, sources, batch


def sample_candidate(name: str) -> Path:
    """A sample of the studio in int8, as the worker compresses it."""
    project = load_project(resources() / "samples" / name / "project.tinyml")
    results = Results()
    with WorkerClient() as worker:
        while results.candidate is None and (job := next_job(project, results)) is not None:
            results = store(results, job.job, worker.run(job.job, job.arguments))
    if results.candidate is None:
        raise StudioError(f"The sample {name} was not compressed.")
    return Path(results.candidate.artifact)


def layer_table(figures: Figures, sources: Sources, batch: BatchResult) -> str:
    """Where the instructions go."""
    rows = []
    pairs = zip(sources.layers, batch.layer_instructions, batch.layer_cycles, strict=True)
    for layer, instructions, cycles in pairs:
        each = f"{instructions / layer.macs:.2f}" if layer.macs else "-"
        written = f"{instructions / layer.activation_bytes:.1f}" if layer.activation_bytes else "-"
        rows.append(
            (f"{layer.index} {layer.operator}", f"{layer.macs:,}", f"{instructions:,}", each, written,
             f"{cycles:,}", f"{layer.weight_bytes:,}")
        )  # fmt: skip
    header = (
        "Layer",
        "MACs",
        "Instructions",
        "per MAC",
        "per byte written",
        "Cycles (estimated)",
        "Constants",
    )
    return table(f"{figures.model}, layer by layer", rows, header)


def yardstick_table(all_figures: list[Figures]) -> str:
    """Every figure, how it compares with TFLM's best, and whether it is within what the studio holds itself to."""
    rows = []
    for figures in all_figures:
        yard = YARDSTICKS.get(figures.model)
        if yard is None:
            rows.append((figures.model, "Instructions", f"{figures.instructions:,}", "-", "-", "-", ""))
            rows.append((figures.model, "RAM", f"{figures.ram_bytes:,}", "-", "-", "-", ""))
            rows.append((figures.model, "Code", f"{figures.code_bytes:,}", "-", "-", "-", ""))
            continue
        limit = LARGEST_CONSTANTS.get(figures.model, 0.85)
        most = yard.largest_instructions if figures.optimize == Optimize.SPEED else yard.default_instructions
        for what, value, theirs, largest in (
            ("Instructions", figures.instructions, yard.instructions, most),
            ("Code", figures.code_bytes, yard.code, yard.largest_code),
            ("RAM", figures.ram_bytes, yard.ram, yard.largest_ram),
            ("Constants", figures.constant_bytes, yard.model, int(limit * figures.file_bytes)),
        ):
            verdict = "" if value <= largest else "TOO MUCH"
            ratio = f"{value / theirs:.2f}"
            rows.append((figures.model, what, f"{value:,}", f"{theirs:,}", ratio, f"{largest:,}", verdict))
        plan = figures.arena_bytes / figures.live_bytes
        rows.append((figures.model, "Plan ÷ live", f"{plan:.3f}", "-", "-", "-", ""))
        rows.append((figures.model, "Cycles (estimated)", f"{figures.cycles_estimated:,}", "-", "-", "-", ""))
        if figures.equal is False:
            rows.append((figures.model, "Answers", "differ", "-", "-", "-", "WRONG"))
    header = ("Model", "Figure", "Studio", "TFLM", "ratio", "at most", "")
    return table(f"Optimized for {all_figures[0].optimize}", rows, header)


def main(arguments: list[str]) -> int:
    """Print the tables and the JSON line; 1 if a figure is beyond its limit or an answer wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "models", nargs="*", help=f"{', '.join((*FILES, *STUDIO_SAMPLES))}, or paths of int8 .tflite files"
    )
    parser.add_argument("--optimize", choices=[o.value for o in Optimize], default=Optimize.SPEED.value)
    options = parser.parse_args(arguments)
    found = []
    for name in options.models or (*YARDSTICKS, *STUDIO_SAMPLES):
        if name in STUDIO_SAMPLES:
            path = sample_candidate(name)
        else:
            path = FOLDER / FILES[name] if name in FILES else Path(name)
        if not path.is_file():
            print(f"{path} is not here: left out.", file=sys.stderr)
            continue
        figures, sources, batch = measure(name, path, Optimize(options.optimize))
        print(layer_table(figures, sources, batch))
        found.append(figures)
    if not found:
        return 1
    text = yardstick_table(found)
    print(text)
    print(json.dumps([asdict(figures) for figures in found]))
    return int("TOO MUCH" in text or "WRONG" in text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
