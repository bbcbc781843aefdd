"""On-target validation without a window: a board's answers beside the host's C and the float model."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler import Sources, generate
from studio.compiler.firmware import TARGETS, build_virtual
from studio.compiler.host import HostModel
from studio.core.board import Board, Core, find_board
from studio.core.board_report import BoardReport, keep_report
from studio.core.build import Optimize
from studio.core.checks.check import Verdict
from studio.core.codec import to_json
from studio.core.dataset import balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.evaluation import Estimate
from studio.core.formatting import show_bytes, show_share, show_time
from studio.core.results import Results
from studio.core.sensor import quantize
from studio.core.validation import Questions, Times, Validation, compare
from studio.device.validation import ask_board
from studio.device.virtual import VirtualBoard
from studio.device.virtual_avr import build_avr
from studio.device.virtual_kinds import AVR_CHIPS
from studio.device.virtual_misbehaviour import Misbehaviour
from studio.headless.run import EXIT_OK, EXIT_PROBLEM, RunOptions, run
from studio.headless.tables import table


@dataclass(frozen=True, slots=True)
class ValidateOptions:
    """What was asked for: a board on `port`, or else the virtual board `board`, on `samples` test samples.

    `baud` is the line's rate; a virtual board is no faster. `misbehaviour` is a virtual board's.
    """

    target: str
    data: str | None = None
    recipe: str | None = None
    optimize: Optimize | None = None
    board: str = "virtual_cortex_m4"
    port: str | None = None
    baud: int = 115_200
    samples: int = 200
    misbehaviour: Misbehaviour | None = None


@dataclass(frozen=True, slots=True)
class ValidateOutcome:
    """What came of it: `summary` is the JSON line's content."""

    exit_code: int
    summary: dict[str, object]
    validation: Validation


@dataclass(frozen=True)
class Material:
    """Questions for a board and what answers are laid beside; `y` and `float_scores` go by the question's place."""

    questions: Questions
    sources: Sources
    y: npt.NDArray[Any]
    float_scores: npt.NDArray[np.float32]


def validate(options: ValidateOptions, say: Callable[[str], None]) -> ValidateOutcome:
    """Compress and evaluate the model (remembered where it was done before), then ask the board.

    Raises StudioError where nothing can go on; a board that answers differently, or stopped, ends with exit code 1.
    """
    board = find_board(options.board)
    check_board(board, options)
    journey = RunOptions(options.target, options.data, options.recipe, None, options.optimize)
    results = run(journey, say).results
    material = material_of(results, options.optimize or Optimize.BALANCED, options.samples)
    with _port(board, options, material.sources) as port:
        say(f"\nAsking {port} for {len(material.questions.rows)} test samples")
        heard = ask_board(port, material.questions, baud=options.baud, progress=_show_progress)
    output = material.sources.output
    found = compare(
        material.questions,
        heard,
        output.dtype,
        output.scale,
        output.zero_point,
        material.y,
        material.float_scores,
    )
    say(validation_table(found))
    if found.samples:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        say(f"The report for the review: {keep_report(BoardReport(at, found))}")
    failed = found.check().verdict is Verdict.FAIL or bool(found.stopped)
    return ValidateOutcome(EXIT_PROBLEM if failed else EXIT_OK, summary_of(found), found)


def check_board(board: Board, options: ValidateOptions) -> None:
    """StudioError, before the long work, for what cannot be asked for."""
    if options.samples < 1:
        raise StudioError("Validate with at least one sample; check C18 needs 32.")
    if options.port is not None and options.misbehaviour:
        raise StudioError("Only a virtual board misbehaves on request. Leave out --port or --misbehave.")
    if options.port is None and board.id not in (*TARGETS, *AVR_CHIPS):
        raise StudioError(
            f"The {board.name} is no virtual board. Flash the exported firmware and name its port with --port, or "
            f"choose one of: {', '.join((*TARGETS, *AVR_CHIPS))}."
        )


def material_of(results: Results, optimize: Optimize, samples: int) -> Material:
    """Up to `samples` test samples that were evaluated, the same number of each class where possible."""
    candidate, evaluation, dataset = results.candidate, results.evaluation, results.dataset
    if candidate is None or evaluation is None or dataset is None or not evaluation.predictions:
        raise StudioError("Validation needs test data: give a folder or an .npz file with --data.")
    labels = dataset.labels
    sources = generate(
        Path(candidate.artifact).read_bytes(), labels=labels, optimize=optimize, recipe=candidate.recipe.title
    )
    with np.load(evaluation.predictions) as archive:
        y, float_scores = archive["y"], archive["float_scores"]
        rows = archive["rows"] if "rows" in archive.files else np.arange(len(y))
    chosen = balanced_rows(y, samples)
    taken, given = sources.input, sources.output
    split = load_split(Path(dataset.path), "test", taken.shape[1:], int(np.prod(given.shape[1:])))
    x = quantize(split.x[rows[chosen]], taken.scale, taken.zero_point, taken.dtype)
    expected = HostModel(sources).run(x)
    questions = Questions(
        sources.model_sha256,
        tuple(int(row) for row in rows[chosen]),
        tuple(np.ascontiguousarray(row).tobytes() for row in x),
        tuple(np.ascontiguousarray(row).tobytes() for row in expected),
    )
    return Material(questions, sources, y[chosen], float_scores[chosen])


@contextmanager
def _port(board: Board, options: ValidateOptions, sources: Sources) -> Iterator[str]:
    """The port that was named, or that of a virtual board started for this."""
    if options.port is not None:
        yield options.port
        return
    chip = AVR_CHIPS.get(board.id, "")
    if board.core is Core.AVR:
        if board.constant_bytes and sources.weight_bytes > board.constant_bytes:
            raise StudioError(
                f"This model's constants take {show_bytes(sources.weight_bytes)}; an AVR reads them from the first "
                f"{show_bytes(board.constant_bytes)} of its flash. Compress it further."
            )
        elf = build_avr({file.name: file.text for file in sources.files}, chip)
    else:
        elf = build_virtual(sources, target=TARGETS[board.id]).elf_path
    virtual = VirtualBoard(elf, baud=options.baud, misbehaviour=options.misbehaviour, avr_chip=chip)
    with virtual as running:
        yield running.port


def summary_of(found: Validation) -> dict[str, object]:
    """The JSON line: the validation's fields, its shares and the check."""
    kept = {
        name: value for name, value in to_json(found).items() if name not in ("inference_us", "round_trip_us")
    }
    check = found.check()
    return {
        **kept,
        "bytes_per_s": round(found.bytes_per_s, 1),
        "link_share": None if found.link_share is None else round(found.link_share, 4),
        "check": to_json(check),
    }


def validation_table(found: Validation) -> str:
    """What the board answered, for the terminal."""
    rows = [
        ("Board", f"{found.board} at {found.clock_hz / 1e6:g} MHz"),
        (
            "Answers as on this computer",
            f"{found.equal} of {found.samples}, worst difference {found.worst_difference}",
        ),
    ]
    for name, accuracy in (
        ("Accuracy on the board", found.board_accuracy),
        ("Accuracy on this computer", found.host_accuracy),
        ("Accuracy of the float model", found.float_accuracy),
    ):
        if accuracy is not None:
            rows.append((name, _share(accuracy, found.samples)))
    if found.same_label is not None:
        rows.append(("Top answer as the float model's", f"{found.same_label} of {found.samples}"))
    if found.float_difference is not None:
        rows.append(("Worst score apart from float", f"{found.float_difference:.4f}"))
    rows += [("One inference", _times(found.inference)), ("Question to answer", _times(found.round_trip))]
    share = "" if found.link_share is None else f", {found.link_share * 100:.0f} % of the line's"
    rows += [
        ("On the line", f"{found.bytes_per_s:,.0f} bytes/s{share}, {found.seconds:.1f} s in all"),
        ("Asked again", f"{found.resent}; {found.resets} resets, {found.reconnects} times unplugged"),
        ("C18", f"[{found.check().verdict.value.replace('_', ' ')}] {found.check().sentence}"),
    ]
    return table("On-target validation", rows)


def _share(accuracy: Estimate, n: int) -> str:
    low, high = (show_share(value, n) for value in (accuracy.low, accuracy.high))
    return f"{show_share(accuracy.value, n)} (95 %: {low} to {high})"


def _times(found: Times | None) -> str:
    if found is None:
        return "not known"
    return f"{show_time(found.p50)}, 95 % within {show_time(found.p95)}, at most {show_time(found.worst)}"


def _show_progress(done: int, of: int) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{done} of {of}", end="\n" if done == of else "", file=sys.stderr, flush=True)
