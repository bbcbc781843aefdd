"""The six steps of the journey, and how each of them stands."""

from enum import StrEnum

from studio.core.pipeline import fit_of, next_job
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Logged
from studio.core.reviewed import review_of


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
