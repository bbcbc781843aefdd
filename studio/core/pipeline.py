"""The order of the work: what was computed so far, what still matches the project, and which job is next."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from studio.core.board import boards, find_board
from studio.core.build import Build, Fit
from studio.core.canonical import digest
from studio.core.checklist import Tier, standard_checklist
from studio.core.checks.answer_details import Harm
from studio.core.checks.board import check_board, check_runtime, check_validation
from studio.core.checks.check import CHECKS_VERSION, Check
from studio.core.checks.input_details import EvidenceMaps
from studio.core.checks.limits import Limits, standard_limits
from studio.core.checks.panel import Panel, replaced
from studio.core.codec import to_json
from studio.core.dataset import Dataset
from studio.core.evaluation import Evaluation
from studio.core.known_fits import known_fit
from studio.core.model import Model
from studio.core.project import Project
from studio.core.recipe import Candidate, Scheme
from studio.core.review import TIER, Logged, Review, Samples, Subject, now, review, tier_used
from studio.core.review.overrides import standing
from studio.core.runtime_fit import runtime_fit
from studio.core.study import LayerReport
from studio.core.validation import Validation

MEASURED_SAMPLES = 128
_COSTLIEST = 3
_OWN_LIMITS = ("max_miss_share", "max_false_alarm_share", "max_alarms_per_hour", "min_macro_recall")
_OF_A_RECIPE = (
    "compress",
    "preview",
    "compile_candidate",
    "evaluate",
    "measure",
    "inspect_layers",
    "review_checks",
)


class Step(StrEnum):
    """The six steps of the journey; each names its page."""

    MODEL = "model"
    COMPRESS = "compress"
    LAYERS = "layers"
    REVIEW = "review"
    EXPORT = "export"
    LIVE = "live"


class StepState(StrEnum):
    """How a step stands."""

    DONE = "done"
    NEEDS_YOU = "needs you"
    WORKING = "working"
    BLOCKED = "blocked"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class Problem:
    """A job that failed for the present project, and its sentence."""

    job: str
    sentence: str
    cure: str | None = None


@dataclass(frozen=True, slots=True)
class Results:
    """Everything computed for the present project; what is None was not computed yet or no longer holds.

    `preview` is the accuracy on a part of the test set by LiteRT, there at once; `evaluation` the one that counts.
    `validation` is the newest one of this very model on a board.
    """

    model: Model | None = None
    dataset: Dataset | None = None
    candidate: Candidate | None = None
    build: Build | None = None
    evaluation: Evaluation | None = None
    problems: tuple[Problem, ...] = ()
    preview: Evaluation | None = None
    insides: LayerReport | None = None
    validation: Validation | None = None
    panel: Panel | None = None

    @property
    def accuracy(self) -> Evaluation | None:
        """The best that is known of the accuracy: the evaluation, or its preview."""
        return self.evaluation or self.preview

    def problem(self, job: str) -> Problem | None:
        """Why `job` failed, if it did."""
        return next((problem for problem in self.problems if problem.job == job), None)


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
        kept = [problem for problem in results.problems if problem.job == "load"]
        return Results(model=results.model, problems=tuple(kept))
    if before.recipe != after.recipe:
        return _without(results, *_OF_A_RECIPE)
    if before.optimize != after.optimize or needs_c(before, results) != needs_c(after, results):
        return _without(results, "compile_candidate", "evaluate", "measure", "review_checks")
    return results


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


def checks_of(results: Results) -> tuple[Check, ...]:
    """All checks that have run, the board's own included."""
    checks = results.panel.checks if results.panel else ()
    if results.build and results.build.measurement:
        known = results.build.measurement
        board = check_board(known.samples, known.equal_samples, known.worst_difference)
        checks = replaced(checks, board)
    elif results.build is None and checks:
        checks = replaced(checks, check_runtime())
    # a board over its link says more than the batch that was measured
    if results.validation is not None and results.candidate is not None:
        checks = replaced(checks, check_validation(results.validation, results.candidate.sha256))
    return checks


def limits_of(project: Project) -> Limits:
    """The limits that the checks of this project are held against: the studio's, and those that the maker set."""
    usual = standard_limits()
    own = {name: value for name, value in project.entered.limits.items() if name in _OWN_LIMITS}
    return replace(usual, **own)  # type: ignore[arg-type]


def subject_of(project: Project, results: Results) -> Subject | None:
    """What a review would be about, or None before there is a candidate."""
    candidate, model = results.candidate, results.model
    if candidate is None:
        return None
    return Subject(
        model_sha256=candidate.sha256,
        float_model_sha256=model.artifact_sha256 if model else "",
        test_sha256=_split_hash(results.dataset, "test"),
        validation_sha256=_split_hash(results.dataset, "validation"),
        train_sha256=_split_hash(results.dataset, "train"),
        recipe_sha256=digest(candidate.recipe),
        postprocessing_sha256=digest({"threshold": limits_of(project).threshold}),
        checklist_sha256=standard_checklist().sha256,
        checks_version=str(CHECKS_VERSION),
        target=target_of(project),
    )


def target_of(project: Project) -> str:
    """What the model is to run on, in one line: board, engine and sensor."""
    return f"{project.board}, {project.export_engine.value}, {project.export_sensor.value}"


def samples_of(results: Results) -> Samples:
    """The samples that a person is to look at one by one, by the check that lists them.

    C3: those that compression broke. C11: the three costliest errors that have an evidence map.
    """
    found: Samples = {}
    for check in checks_of(results):
        if isinstance(check.detail, Harm):
            found[check.id] = tuple(sample.row for sample in check.detail.broken)
        elif isinstance(check.detail, EvidenceMaps):
            errors = [one.row for one in check.detail.maps if one.truth != one.answer]
            found[check.id] = tuple(errors[:_COSTLIEST])
    return found


def review_of(
    project: Project, results: Results, logged: Logged | None = None, at: str = ""
) -> Review | None:
    """The review of the present candidate, or None before there is one.

    `logged` is what its log says (nothing was opened without one), `at` the time (RFC 3339; "": now).
    """
    subject = subject_of(project, results)
    if subject is None:
        return None
    return review(
        standard_checklist(),
        project.entered,
        checks_of(results),
        subject,
        logged,
        samples_of(results),
        at=at or now(),
    )


def _tier(project: Project, results: Results) -> Tier:
    """The tier that the checks are held to: as the review uses it, raised or lowered."""
    subject, checklist = subject_of(project, results), standard_checklist()
    about = subject.hash if subject is not None else ""
    return tier_used(
        checklist, project.entered, standing(project.entered.overrides, checklist, about, now()).get(TIER)
    )


def _split_hash(dataset: Dataset | None, name: str) -> str:
    if dataset is None:
        return ""
    split = next((split for split in dataset.splits if split.name == name), None)
    if split is None:
        return ""
    return split.sha256 or digest([dataset.sha256, name])


def fit_of(project: Project, results: Results) -> Fit | None:
    """Need against limit on the project's board; None before there is a build, where C is to be built."""
    if results.build is None:
        if results.candidate is None or needs_c(project, results):
            return None
        return runtime_fit(results.candidate, find_board(project.board), project.deadline_ms * 1000)
    return known_fit(results.build, find_board(project.board), project.deadline_ms * 1000)


def step_states(
    project: Project, results: Results, *, exported: bool, live: bool, logged: Logged | None = None
) -> dict[Step, StepState]:
    """The state mark of every step."""
    reviewed = review_of(project, results, logged)
    fitted = fit_of(project, results)
    ready = results.candidate is not None and (results.evaluation is not None or not project.data)
    waiting = StepState.WORKING if next_job(project, results) else StepState.WAITING
    if results.problem("load") or results.problem("inspect_data") or not project.model:
        model = StepState.NEEDS_YOU
    elif results.model is None:
        model = StepState.WORKING
    else:
        model = StepState.DONE if project.data or results.model.quantized else StepState.NEEDS_YOU
    compress = StepState.DONE if ready else waiting
    if results.problem("compress") or results.problem("compile_candidate") or (fitted and not fitted.fits):
        compress = StepState.NEEDS_YOU
    review_state = StepState.WAITING
    export = StepState.WAITING
    if reviewed is not None:
        review_state = StepState.DONE if reviewed.approved else StepState.NEEDS_YOU
        export = StepState.BLOCKED
        if reviewed.approved:
            export = StepState.DONE if exported else StepState.NEEDS_YOU
    measured = results.build is not None and results.build.measurement is not None
    return {
        Step.MODEL: model,
        Step.COMPRESS: compress,
        Step.LAYERS: StepState.DONE if results.candidate else waiting,
        Step.REVIEW: review_state,
        Step.EXPORT: export,
        Step.LIVE: StepState.DONE if live else StepState.NEEDS_YOU if measured else StepState.WAITING,
    }


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
    tier = _tier(project, results)
    limits, panel = limits_of(project), results.panel
    if panel is not None and (panel.tier, panel.limits) == (tier, limits):
        return None
    given: dict[str, object] = {
        "model": results.model,
        "candidate": results.candidate,
        "build": results.build,
        "dataset": results.dataset,
        "evaluation": results.evaluation,
        "tier": tier,
        "limits": limits,
    }
    return NextJob("review_checks", given, "Computing the evidence for the review")
