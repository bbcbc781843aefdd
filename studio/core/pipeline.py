"""The order of the work: what was computed so far, what still matches the project, and which job is next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from studio.core.board import boards, find_board
from studio.core.build import Fit
from studio.core.codec import to_json
from studio.core.known_fits import known_fit
from studio.core.project import Project
from studio.core.recipe import Scheme
from studio.core.results import Problem, Results
from studio.core.reviewed import checks_are_due, limits_of, tier_held_to
from studio.core.runtime_fit import runtime_fit

MEASURED_SAMPLES = 128
_OF_A_RECIPE = (
    "compress",
    "preview",
    "compile_candidate",
    "evaluate",
    "measure",
    "inspect_layers",
    "review_checks",
)


@dataclass(frozen=True, slots=True)
class NextJob:
    """A job for the worker: what it is given (dataclasses and plain values) and words for the progress line."""

    job: str
    given: dict[str, object]
    words: str

    @property
    def arguments(self) -> dict[str, Any]:
        """What it is given, as JSON values. Made only when sent: for large models it takes milliseconds."""
        return {name: to_json(value) for name, value in self.given.items()}


def settle(before: Project, after: Project, results: Results) -> Results:
    """The results that still hold when the project changes from `before` to `after`."""
    if before.model != after.model:
        return Results()
    if before.data != after.data or before.split != after.split:
        return without_data(results)
    if before.recipe != after.recipe:
        return _without(results, *_OF_A_RECIPE)
    if before.optimize != after.optimize or needs_c(before, results) != needs_c(after, results):
        return _without(results, "compile_candidate", "evaluate", "measure", "review_checks")
    return results


def without_data(results: Results) -> Results:
    """The results that hold whatever the data is."""
    kept = tuple(problem for problem in results.problems if problem.job == "load")
    return Results(model=results.model, problems=kept)


def store(results: Results, job: str, value: object) -> Results:
    """The results after `job` answered `value`."""
    field = {
        "load": "model",
        "inspect_data": "dataset",
        "compress": "candidate",
        "compile_candidate": "build",
        "evaluate": "evaluation",
        "measure": "build",
        "preview": "preview",
        "inspect_layers": "insides",
        "review_checks": "panel",
    }[job]
    changed: dict[str, Any] = {field: value}
    if job == "compile_candidate":
        changed |= {"evaluation": None, "panel": None}  # the accuracy is that of this very C
    elif job == "evaluate":
        changed["panel"] = None
    return replace(results, **changed)


def record_problem(results: Results, problem: Problem) -> Results:
    """The results after a job failed; it is not tried again until something it needs changes."""
    others = tuple(known for known in results.problems if known.job != problem.job)
    return replace(results, problems=(*others, problem))


def next_job(project: Project, results: Results, *, for_show: bool = False) -> NextJob | None:
    """What the worker should do next, or None when all is done or only the user can go on.

    `for_show` adds what only a window has use for: the quick preview of the accuracy, and the layers' insides.
    """
    jobs: tuple[Callable[[Project, Results], NextJob | None], ...] = (
        _load,
        _inspect_data,
        _compress,
        *((_preview,) if for_show else ()),
        _compile,
        _evaluate,
        _measure,
        *((_inspect_layers,) if for_show else ()),
        _review_checks,
    )
    for candidate in jobs:
        found = candidate(project, results)
        if found is not None and results.problem(found.job) is None:
            return found
    return None


def fit_of(project: Project, results: Results) -> Fit | None:
    """Need against limit on the project's board; None before there is a build, where C is to be built."""
    if results.build is None:
        if results.candidate is None or needs_c(project, results):
            return None
        return runtime_fit(results.candidate, find_board(project.board), project.deadline_ms * 1000)
    return known_fit(results.build, find_board(project.board), project.deadline_ms * 1000)


def needs_c(project: Project, results: Results) -> bool:
    """True where the candidate is to become C: int8, and float32 unless the board runs the .tflite as it is."""
    if results.model is not None and results.model.quantized:
        return True
    if project.recipe.scheme is Scheme.FLOAT32:
        return not any(board.takes_float for board in boards() if board.id == project.board)
    return project.recipe.scheme.why_not_on_microcontrollers is None


def _without(results: Results, *jobs: str) -> Results:
    fields = {
        "compress": "candidate",
        "preview": "preview",
        "compile_candidate": "build",
        "evaluate": "evaluation",
        "inspect_layers": "insides",
        "review_checks": "panel",
    }
    dropped: dict[str, Any] = {fields[job]: None for job in jobs if job in fields}
    if "compress" in jobs:
        dropped["validation"] = None
    kept = tuple(problem for problem in results.problems if problem.job not in jobs)
    return replace(results, problems=kept, **dropped)


def _load(project: Project, results: Results) -> NextJob | None:
    if not project.model or results.model is not None:
        return None
    return NextJob("load", {"path": project.model}, "Loading the model")


def _inspect_data(project: Project, results: Results) -> NextJob | None:
    if not project.data or results.model is None or results.dataset is not None:
        return None
    given: dict[str, object] = {"path": project.data, "split": project.split, "model": results.model}
    return NextJob("inspect_data", given, "Reading the data")


def _compress(project: Project, results: Results) -> NextJob | None:
    if results.model is None or results.candidate is not None:
        return None
    if results.dataset is None and not results.model.quantized:
        return None
    given: dict[str, object] = {
        "model": results.model,
        "recipe": project.recipe,
        "dataset": results.dataset,
    }
    return NextJob("compress", given, f"Compressing: {project.recipe.title}")


def _preview(project: Project, results: Results) -> NextJob | None:
    if results.candidate is None or results.dataset is None or results.model is None:
        return None
    if results.preview is not None or results.evaluation is not None:
        return None
    given: dict[str, object] = {
        "model": results.model,
        "candidate": results.candidate,
        "dataset": results.dataset,
    }
    return NextJob("preview", given, "Measuring the accuracy on a part of the test set")


def _compile(project: Project, results: Results) -> NextJob | None:
    if results.candidate is None or results.build is not None or not needs_c(project, results):
        return None
    given: dict[str, object] = {
        "candidate": results.candidate,
        "labels": results.dataset.labels if results.dataset else (),
        "optimize": project.optimize,
    }
    return NextJob("compile_candidate", given, "Writing and building the C code")


def _evaluate(project: Project, results: Results) -> NextJob | None:
    if results.candidate is None or results.dataset is None or results.evaluation is not None:
        return None
    if results.model is None:
        return None
    given: dict[str, object] = {
        "model": results.model,
        "candidate": results.candidate,
        "build": results.build,
        "dataset": results.dataset,
    }
    return NextJob("evaluate", given, "Measuring the accuracy on the test set")


def _measure(project: Project, results: Results) -> NextJob | None:
    if results.candidate is None or results.build is None or results.build.measurement is not None:
        return None
    given: dict[str, object] = {
        "candidate": results.candidate,
        "build": results.build,
        "dataset": results.dataset,
        "samples": MEASURED_SAMPLES,
    }
    return NextJob("measure", given, "Running it on the virtual Cortex-M4 board")


def _inspect_layers(project: Project, results: Results) -> NextJob | None:
    if results.candidate is None or results.dataset is None or results.model is None:
        return None
    if results.insides is not None:
        return None
    given: dict[str, object] = {
        "model": results.model,
        "candidate": results.candidate,
        "dataset": results.dataset,
    }
    return NextJob("inspect_layers", given, "Looking into the layers")


def _review_checks(project: Project, results: Results) -> NextJob | None:
    if results.candidate is None or results.evaluation is None or results.model is None:
        return None
    if not checks_are_due(project, results):
        return None
    given: dict[str, object] = {
        "model": results.model,
        "candidate": results.candidate,
        "build": results.build,
        "dataset": results.dataset,
        "evaluation": results.evaluation,
        "tier": tier_held_to(project, results),
        "limits": limits_of(project),
    }
    return NextJob("review_checks", given, "Computing the evidence for the review")
