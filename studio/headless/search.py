"""The search without a window: limits in, a table of what was found out, and the best recipe as a file."""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.board import find_board
from studio.core.build import Optimize
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.formatting import show_bytes, show_time
from studio.core.metric import metric_of
from studio.core.pipeline import fit_of, next_job, store
from studio.core.project import Project
from studio.core.recipe import Recipe, write_recipe
from studio.core.results import Results
from studio.core.storage import write_atomically
from studio.core.study import SearchLimits, SearchResult, Trial
from studio.headless.run import open_target
from studio.headless.tables import table
from studio.headless.worker_client import WorkerClient

_UNITS = {"": 1, "b": 1, "kb": 1024, "mb": 1024 * 1024}
_LOSS = 0.01


@dataclass(frozen=True, slots=True)
class SearchOptions:
    """What was asked for on the command line.

    `flash` and `ram` are bytes, '12 KB' or a share of what int8 everywhere needs ('50%'); None: what the board has.
    `lowest_accuracy` (0 to 1, or R²) is a point below the model as it was loaded where it is None.
    """

    target: str
    data: str | None = None
    board: str | None = None
    optimize: Optimize | None = None
    flash: str | None = None
    ram: str | None = None
    lowest_accuracy: float | None = None
    seconds: float = 120.0
    seed: int = 1
    out: str | None = None


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """What came of it: `summary` is the JSON line's content; the exit code is 1 where nothing keeps to the limits."""

    exit_code: int
    summary: dict[str, object]
    result: SearchResult


def search(options: SearchOptions, say: Callable[[str], None]) -> SearchOutcome:
    """Search and say what was found; the best recipe is written to `options.out`."""
    project = _project(options)
    if options.out is not None and not Path(options.out).resolve().parent.is_dir():
        raise StudioError(f"There is no folder {Path(options.out).resolve().parent} to write the recipe to.")
    with WorkerClient(_show_progress) as worker:
        results = _int8_everywhere(project, worker)
        limits = _limits(options, project, results)
        say(_asked(project, limits, results))
        arguments = {
            "model": to_json(results.model),
            "dataset": to_json(results.dataset),
            "optimize": project.optimize.value,
            "limits": to_json(limits),
        }
        found: SearchResult = worker.run("search", arguments)
    say(_front(found, results))
    say(found.sentence)
    if found.best is not None and options.out is not None:
        write_atomically(Path(options.out), write_recipe(found.best.recipe).encode())
        board = f"--board {limits.board} --optimize {project.optimize.value}"
        say(
            f"Recipe written: {options.out}\nAgain: tinyml-studio run {options.target} --recipe {options.out} {board}"
        )
    elif found.best is not None:
        say(f"Again: {found.command}")
    return SearchOutcome(0 if found.best is not None else 1, _summary(found), found)


def _project(options: SearchOptions) -> Project:
    project = replace(open_target(options.target), recipe=Recipe())
    if options.data is not None:
        project = replace(project, data=str(Path(options.data).resolve()))
    if options.board is not None:
        project = replace(project, board=find_board(options.board).id)
    if options.optimize is not None:
        project = replace(project, optimize=options.optimize)
    return project


def _int8_everywhere(project: Project, worker: WorkerClient) -> Results:
    """Everything computed for int8 everywhere, which the limits may be shares of."""
    results = Results()
    while (job := next_job(project, results)) is not None:
        results = store(results, job.job, worker.run(job.job, job.arguments))
    if results.dataset is None or results.evaluation is None:
        raise StudioError("A search needs data to measure with: give a folder or an .npz file with --data.")
    return results


def _limits(options: SearchOptions, project: Project, results: Results) -> SearchLimits:
    board, fitted = find_board(project.board), fit_of(project, results)
    if fitted is None or results.evaluation is None:
        raise StudioError("The model does not build for this board. Run 'tinyml-studio run' to see why.")
    lowest = options.lowest_accuracy
    return SearchLimits(
        board=board.id,
        flash_bytes=_bytes("--flash", options.flash, fitted.storage.need, board.free_flash_bytes),
        ram_bytes=_bytes("--ram", options.ram, fitted.memory.need, board.free_ram_bytes),
        inference_us=project.deadline_ms * 1000,
        lowest_accuracy=results.evaluation.float_accuracy - _LOSS if lowest is None else lowest,
        seconds=options.seconds,
        seed=options.seed,
    )


def _bytes(name: str, text: str | None, whole: int, most: int) -> int:
    """A size or a share of `whole` as bytes; `most` where nothing was said."""
    if text is None:
        return most
    match = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*(%|[kKmM]?[bB])?\s*", text)
    if match is None:
        raise StudioError(f"{name} is a size such as 9000 or '12 KB', or a share such as 50%, not '{text}'.")
    number, unit = float(match[1]), (match[2] or "").lower()
    return int(whole * number / 100) if unit == "%" else int(number * _UNITS[unit])


def _asked(project: Project, limits: SearchLimits, results: Results) -> str:
    metric = metric_of(results.evaluation, results.dataset)
    rows = [
        ("Model", project.model),
        ("Board", find_board(limits.board).name),
        ("Storage", f"at most {show_bytes(limits.flash_bytes)}"),
        ("Memory", f"at most {show_bytes(limits.ram_bytes)}"),
        ("One answer", f"at most {show_time(limits.inference_us)}"),
        (metric.heading, f"at least {metric.show(limits.lowest_accuracy)}"),
        ("Time", f"{limits.seconds:.0f} s"),
    ]
    return table("Find the best for this board", rows)


def _front(found: SearchResult, results: Results) -> str:
    """What no other trial beats, then what was confirmed on the test set."""
    metric = metric_of(results.evaluation, results.dataset)

    def line(trial: Trial) -> tuple[str, ...]:
        return (
            trial.words,
            show_bytes(trial.flash_bytes),
            show_bytes(trial.ram_bytes),
            show_time(trial.inference_us),
            metric.show(trial.accuracy, trial.n),
            "yes" if trial.allowed else "no",
        )

    by_number = {trial.number: trial for trial in found.trials}
    header = ("recipe", "flash", "RAM", "time", metric.value, "within the limits")
    front = table(
        f"Not beaten among {len(found.trials)} trials (validation set)",
        [line(by_number[number]) for number in found.front],
        header,
    )
    measured = [
        trial for trial in found.trials if trial.engine is found.baseline.engine and trial != found.baseline
    ]
    confirmed = table(
        "Measured on the test set by the exported C",
        [line(trial) for trial in (found.baseline, *measured)],
        header,
    )
    return f"{front}\n{confirmed}\n"


def _summary(found: SearchResult) -> dict[str, object]:
    best, baseline = found.best, found.baseline
    return {
        "trials": len(found.trials),
        "seconds": found.seconds,
        "baseline_flash_bytes": baseline.flash_bytes,
        "baseline_accuracy": baseline.accuracy,
        "flash_bytes": best.flash_bytes if best else None,
        "ram_bytes": best.ram_bytes if best else None,
        "inference_us": best.inference_us if best else None,
        "accuracy": best.accuracy if best else None,
        "test_samples": baseline.n,
        "recipe": to_json(best.recipe) if best else None,
        "command": found.command,
        "sentence": found.sentence,
        "problems": [] if best else [found.sentence],
    }


def _show_progress(share: float, text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{share * 100:3.0f} %  {text}", end="", file=sys.stderr, flush=True)
