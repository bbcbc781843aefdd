"""The whole journey without a window: load, compress, inspect, review, export and watch."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.board import find_board
from studio.core.build import Optimize
from studio.core.bundle import Bundle, check_folder
from studio.core.checklist import standard_checklist
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportEngine, ExportFormat, SensorStub
from studio.core.formats.table import usual_format, why_no_sensor, why_not
from studio.core.pipeline import fit_of, next_job, record_problem, store
from studio.core.places import sample_project
from studio.core.project import SUFFIX, Project, load_project
from studio.core.recipe import read_recipe
from studio.core.results import Problem, Results
from studio.core.review import Level, Review, Subject, read_answers
from studio.core.review.findings import SEAL
from studio.core.review.vouching import DIGITS
from studio.core.reviewed import limits_of
from studio.core.speech import Speech
from studio.core.storage import write_error
from studio.headless import steps
from studio.headless.desk import Desk, journal_for
from studio.headless.keys import key_file
from studio.headless.watch import Watched, check_line, watch
from studio.headless.worker_client import WorkerClient

EXIT_OK, EXIT_PROBLEM, EXIT_REFUSED = 0, 1, 3
_ANOTHER_MODEL = (
    "The board runs another model than the one that was built here. Flash the firmware that was exported, or run the "
    "recipe that the board was flashed with."
)


@dataclass(frozen=True, slots=True)
class RunOptions:
    """What was asked for on the command line; `target` is a project, a model or a sample's name."""

    target: str
    data: str | None = None
    recipe: str | None = None
    board: str | None = None
    optimize: Optimize | None = None
    review: str | None = None
    out: str | None = None
    format_: str | None = None
    engine: str | None = None
    sensor: str | None = None
    watch_seconds: float = 0.0
    port: str | None = None
    baud: int = 115_200
    speaks: Speech = Speech.AUTO
    bench: bool = False
    key: str | None = None


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What came of it: `summary` is the JSON line's content."""

    exit_code: int
    summary: dict[str, object]
    project: Project
    results: Results


def open_target(target: str) -> Project:
    """The project behind a path to a project or model, or behind a sample's name."""
    path = Path(target)
    if not path.exists():
        sample = sample_project(target)
        if sample.is_file():
            return load_project(sample)
        raise StudioError(
            f"There is no file {target}. Give a project, a model, or a sample: digits, gestures, sine."
        )
    if path.suffix == SUFFIX:
        project = load_project(path)
        if not project.model:
            raise StudioError(
                f"{path.name} has no model yet. Open it in the window and load one, or give a model."
            )
        return project
    return Project(name=path.stem, model=str(path.resolve()))


def run(options: RunOptions, say: Callable[[str], None]) -> RunOutcome:
    """Walk the journey and say each step's result as a table.

    Raises StudioError where nothing can go on; a refused export ends with exit code 3 instead.
    """
    project = _project(options)
    _check_places(options)
    key = key_file(options.key)
    say(steps.project_table(project, find_board(project.board)))
    answers = Path(options.review) if options.review else None
    desk = Desk(journal_for(options.target, project), answers, project.log)
    project = desk.before_results(project)
    level = Level.BENCH if options.bench else Level.RELEASE
    with WorkerClient(_show_progress) as worker:
        results = _compute(project, worker, say)
        project = desk.with_answers(project, results, key)
        reviewed, fitted = desk.review(project, results), fit_of(project, results)
        if results.candidate is None or reviewed is None:
            raise StudioError("There is nothing to review yet: give test data with --data.")
        say(steps.review_table(reviewed))
        if fitted is not None:
            say(steps.fit_table(fitted, find_board(project.board)))
        bundle = None
        exit_code = EXIT_PROBLEM if results.problems else EXIT_OK
        if options.out is not None:
            if not reviewed.gate.reasons_for(level):
                arguments = {
                    "project": to_json(project),
                    "results": to_json(results),
                    "folder": str(Path(options.out).resolve()),
                    "level": level.value,
                    "journal": str(desk.path),
                    "key": to_json(key) if key is not None else None,
                }
                bundle = worker.run("export", arguments)
                say(steps.bundle_table(bundle))
                if bundle.sealed_by:
                    say(f"Sealed with the key {bundle.sealed_by[:DIGITS]}… ({SEAL}).")
            else:
                desk.refused(reviewed, level)
                say(steps.refusal(reviewed, level, desk.lines_wanted(project, results)))
                exit_code = EXIT_REFUSED
    watched = _watched(options, project, results, say)
    problems = [problem.sentence for problem in results.problems]
    if watched is not None and watched.same_model is False:
        problems.append(_ANOTHER_MODEL)
        say(steps.problem("Watching the model that was built", _ANOTHER_MODEL))
        exit_code = exit_code or EXIT_PROBLEM
    return RunOutcome(
        exit_code, _summary(project, results, reviewed, bundle, watched, problems), project, results
    )


def _project(options: RunOptions) -> Project:
    project = open_target(options.target)
    if options.data is not None:
        project = replace(project, data=str(Path(options.data).resolve()))
    if options.recipe is not None:
        project = replace(project, recipe=read_recipe(options.recipe))
    if options.board is not None:
        project = replace(project, board=find_board(options.board).id)
    if options.optimize is not None:
        project = replace(project, optimize=options.optimize)
    if options.format_ is not None:
        project = replace(project, export_format=ExportFormat(options.format_))
    if options.engine is not None:
        project = replace(project, export_engine=ExportEngine(options.engine))
    if options.sensor is not None:
        project = replace(project, export_sensor=SensorStub(options.sensor))
    board = find_board(project.board)
    if (words := project.recipe.scheme.why_not_on_microcontrollers) and not board.takes_float:
        raise StudioError(f"{words} Or choose a phone or Linux board with --board, such as raspberry_pi_4.")
    if refused := why_not(project.export_format or usual_format(board), board, project.export_engine):
        raise StudioError(f"{refused} Choose another --format, --engine or --board.")
    if refused := why_no_sensor(project.export_sensor, project.export_format or usual_format(board), board):
        raise StudioError(f"{refused} Choose another --sensor or --format.")
    return project


def _check_places(options: RunOptions) -> None:
    """Raise the sentence for what cannot be read, written or watched before the long work."""
    check_line(options.port, options.baud, options.speaks)
    if options.review is not None:
        read_answers(Path(options.review), standard_checklist(), Subject(""), "")
    if options.out is not None:
        folder = Path(options.out).resolve()
        check_folder(folder)
        place = folder
        while not place.exists() and place != place.parent:
            place = place.parent
        if not place.is_dir():
            raise write_error(folder, NotADirectoryError())
        if not os.access(place, os.W_OK):
            raise write_error(folder, PermissionError())


def _compute(project: Project, worker: WorkerClient, say: Callable[[str], None]) -> Results:
    results = Results()
    while (job := next_job(project, results)) is not None:
        try:
            results = store(results, job.job, worker.run(job.job, job.arguments))
        except StudioError as error:
            results = record_problem(results, Problem(job.job, str(error), error.cure))
            if job.job in ("load", "inspect_data", "compress"):
                raise
            say(steps.problem(job.words, str(error)))
        else:
            for text in steps.after(job.job, results):
                say(text)
    if results.candidate is None:
        raise StudioError("This model needs test data: give a folder or an .npz file with --data.")
    return results


def _watched(
    options: RunOptions, project: Project, results: Results, say: Callable[[str], None]
) -> Watched | None:
    if options.watch_seconds <= 0:
        return None
    line = check_line(options.port, options.baud, options.speaks)
    threshold = limits_of(project).threshold
    watched = watch(results, options.watch_seconds, line, say, threshold)
    say(steps.watch_table(watched))
    return watched


def _summary(
    project: Project,
    results: Results,
    reviewed: Review,
    bundle: Bundle | None,
    watched: Watched | None,
    problems: list[str],
) -> dict[str, object]:
    evaluation, fitted = results.evaluation, fit_of(project, results)
    known = results.build.measurement if results.build else None
    return {
        "accuracy": evaluation.accuracy if evaluation else None,
        "float_accuracy": evaluation.float_accuracy if evaluation else None,
        "metric": evaluation.metric if evaluation else None,
        "test_samples": evaluation.n if evaluation else 0,
        "engine": evaluation.engine.value if evaluation else None,
        "board": project.board,
        "flash_bytes": fitted.storage.need if fitted else None,
        "ram_bytes": fitted.memory.need if fitted else None,
        "inference_us": fitted.compute.need if fitted else None,
        "fits": fitted.fits if fitted else None,
        "instructions": known.instructions if known else None,
        "board_samples": known.samples if known else 0,
        "board_samples_equal": known.equal_samples if known else 0,
        "frames": watched.frames if watched else 0,
        "frames_lost": watched.frames_lost if watched else 0,
        "speaks": watched.speaks.value if watched else None,
        "same_model": watched.same_model if watched else None,
        "approved": reviewed.approved,
        "tier": reviewed.tier.value,
        "level": bundle.level.value if bundle else None,
        "bundle": bundle.folder if bundle else None,
        "model_sha256": results.candidate.sha256 if results.candidate else None,
        "problems": problems,
    }


def _show_progress(share: float, text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{share * 100:3.0f} %  {text}", end="", file=sys.stderr, flush=True)
