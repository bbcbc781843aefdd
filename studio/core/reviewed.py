"""What a review is about and rests on: the subject, limits, checks and samples of a project with its results."""

from dataclasses import replace

from studio.core.canonical import digest
from studio.core.checklist import Tier, standard_checklist
from studio.core.checks.answer_details import Harm
from studio.core.checks.board import check_board, check_runtime, check_validation
from studio.core.checks.check import CHECKS_VERSION, Check
from studio.core.checks.input_details import EvidenceMaps
from studio.core.checks.limits import Limits, standard_limits
from studio.core.checks.panel import replaced
from studio.core.dataset import Dataset
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import TIER, Logged, Review, Samples, Subject, now, review, tier_used
from studio.core.review.made_for import source_of
from studio.core.review.overrides import standing
from studio.core.review.subject import postprocessing_hash

_COSTLIEST = 3
_OWN_LIMITS = (
    "max_miss_share",
    "max_false_alarm_share",
    "max_alarms_per_hour",
    "min_macro_recall",
    "max_group_gap",
    "threshold",
)


def checks_of(results: Results) -> tuple[Check, ...]:
    """All checks that have run, the board's own included."""
    checks = results.panel.checks if results.panel else ()
    if results.build and results.build.measurement:
        known = results.build.measurement
        board = check_board(known.samples, known.equal_samples, known.worst_difference)
        checks = replaced(checks, board)
    elif results.build is None and results.problem("compile_candidate") is None and checks:
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
        postprocessing_sha256=postprocessing_hash(limits_of(project).threshold),
        checklist_sha256=standard_checklist().sha256,
        checks_version=str(CHECKS_VERSION),
        target=target_of(project),
    )


def source_of_project(project: Project, results: Results) -> str:
    """What an answers file is made for (made_for.py), or "" before there is a candidate."""
    subject, model = subject_of(project, results), results.model
    return source_of(model.sha256, subject) if subject is not None and model is not None else ""


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


def tier_held_to(project: Project, results: Results) -> Tier:
    """The tier that the checks are held to: as the review uses it, raised or lowered."""
    checklist, entered = standard_checklist(), project.entered
    lowered = None
    if entered.overrides and (subject := subject_of(project, results)) is not None:
        lowered = standing(entered.overrides, checklist, subject.hash, now()).get(TIER)
    return tier_used(checklist, entered, lowered)


def checks_are_due(project: Project, results: Results) -> bool:
    """True where checks were not computed yet, or for another tier or other limits than those that count now."""
    panel = results.panel
    return panel is None or (panel.tier, panel.limits) != (tier_held_to(project, results), limits_of(project))


def _split_hash(dataset: Dataset | None, name: str) -> str:
    if dataset is None:
        return ""
    split = next((split for split in dataset.splits if split.name == name), None)
    if split is None:
        return ""
    return split.sha256 or digest([dataset.sha256, name])
