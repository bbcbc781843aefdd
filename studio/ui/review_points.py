"""What is still open in a review, point by point, and the place on the page where each is settled."""

from dataclasses import dataclass

from studio.core.checklist import Checklist, Question, Tier
from studio.core.dataset import Task
from studio.core.drawings import TEST_RESULTS
from studio.core.phrases import phrase
from studio.core.results import Results
from studio.core.review import LOG, SECOND, SIGNATURE, USE, Item, Reason, Review
from studio.ui.widgets.open_points import OpenPoint
from studio.ui.widgets.question_card import Beside

__all__ = ["LOG", "SIGNATURE", "USE", "Points", "beside_of", "open_points", "place_of"]


@dataclass(frozen=True, slots=True)
class Points:
    """The open points, and whether all but the signature is settled. `bench` says what holds back a trial build."""

    points: tuple[OpenPoint, ...]
    may_sign: bool
    bench: str = ""


def open_points(found: Review, *, subject_known: bool) -> Points:
    """The gate's reasons and warnings as points.

    `subject_known` is False while there is no compressed model that the review could be about. While results are to
    stay out of sight, points about them only say that they are there.
    """
    if found.tier is Tier.STOP:  # nothing that could be settled would change it
        points = [OpenPoint(USE, reason.text) for reason in found.gate.reasons[:1]]
        return Points(tuple(points), may_sign=False)
    points = []
    if not subject_known:
        words = phrase("There is no compressed model yet. Open a model and data first.")
        points.append(OpenPoint(USE, words))
    for reasons, blocks in ((found.gate.reasons, True), (found.gate.warnings, False)):
        points += [OpenPoint(*_point(found, one), blocks) for one in reasons]
    points = list(dict.fromkeys(points))
    bench = "" if subject_known else phrase("There is no compressed model yet.")
    if found.gate.bench_reasons and subject_known:
        bench = _point(found, found.gate.bench_reasons[0])[1]
    return Points(tuple(points), subject_known and found.may_sign, bench)


def place_of(found: Review, reason: Reason) -> str:
    """The question, or "use", "signature" or "log"; for a check, the first question that shows it."""
    questions = found.checklist.questions
    if reason.place in (SIGNATURE, SECOND):
        return SIGNATURE
    if reason.place == LOG or any(question.id == reason.place for question in questions):
        return reason.place
    return next((question.id for question in questions if reason.place in question.checks), USE)


def beside_of(found: Review, item: Item, results: Results) -> Beside:
    """What stands beside a question: its evidence, or why that is out of sight, limits, and samples to look at."""
    question = item.question
    stopped = found.tier is Tier.STOP  # nothing is asked, so there is nothing to go on without
    blocking = set() if stopped else {reason.place for reason in found.gate.reasons}
    names = {question.id, *question.checks} & blocking
    rows = found.samples.get(question.judges, ())
    judged = {one.row for one in item.answer.judged} if item.answer is not None else set()
    dataset = results.dataset
    return Beside(
        checks=tuple(check for check in found.checks if check.id in question.checks),
        labels=dataset.labels if dataset is not None else (),
        hidden=TEST_RESULTS & set(question.checks) if found.results_hidden else frozenset(),
        stopped=stopped,
        overrides=tuple(found.overrides[name] for name in question.checks if name in found.overrides),
        overridable=frozenset(name for name in names if _may_override(found.checklist, name)),
        limits=tuple(sorted(found.entered.limits.items())),
        idle_limits=_idle_limits(found.checklist, results),
        waits_for=_waits_for(question, model=results.candidate is not None, data=dataset is not None),
        samples=len(rows),
        judged=sum(row in judged for row in rows),
        complete=results.panel is not None,
    )


def _point(found: Review, reason: Reason) -> tuple[str, str]:
    """The place and the sentence of a reason."""
    if found.results_hidden and reason.place in TEST_RESULTS and found.check(reason.place) is not None:
        first = next(item.question.id for item in found.items if item.question.limits)
        return first, phrase("Results wait until a limit is set in D3 or D8.")
    return place_of(found, reason), reason.text


def _idle_limits(checklist: Checklist, results: Results) -> frozenset[str]:
    """The limits that this model has nothing to hold against."""
    dataset = results.dataset
    if dataset is None or dataset.task is Task.CLASSIFICATION:
        return frozenset()
    return frozenset(rule.id for rule in checklist.own_limits if rule.classes)


def _may_override(checklist: Checklist, name: str) -> bool:
    return name not in checklist.never_override


def _waits_for(question: Question, *, model: bool, data: bool) -> str:
    if {"data", "test"} & set(question.depends) and not data:
        return phrase("This is about the data: add a data set on the Model page first.")
    if "model" in question.depends and not model:
        return phrase("This is about the compressed model: it can be answered once there is one.")
    return ""
