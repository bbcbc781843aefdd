"""What is still open in a review, point by point, and the place on the page where each is settled."""

from dataclasses import dataclass, replace

from studio.core.checklist import Checklist
from studio.core.review import Answers, Review, SignOff, review
from studio.ui.widgets.open_points import OpenPoint

USE, SIGNATURE = "use", "signature"


@dataclass(frozen=True, slots=True)
class Points:
    """The open points, and whether all but the signature is settled."""

    points: tuple[OpenPoint, ...]
    may_sign: bool

    @property
    def blockers(self) -> int:
        """How many of them block the export."""
        return sum(point.blocks for point in self.points)


def open_points(checklist: Checklist, entered: Answers, found: Review, *, subject_known: bool) -> Points:
    """The gate's reasons and warnings as points.

    `subject_known` is False while there is no compressed model that the review could be about. Here every
    question about the use has to be answered before one can sign, those that do not raise the tier too.
    """
    signed = replace(entered, signoff=SignOff("-", "", found.subject.hash))
    others = review(checklist, signed, found.checks, found.subject).reasons
    open_use = unanswered_use(checklist, entered)
    points = []
    if not subject_known:
        points.append(OpenPoint(USE, "There is no compressed model yet. Open a model and data first."))
    if open_use and entered.intake is not None:
        points.append(OpenPoint(USE, f"{open_use} of the questions about the use are open."))
    for reason in found.reasons:
        points.append(OpenPoint(_place_of(checklist, reason) if reason in others else SIGNATURE, reason))
    for warning in found.warnings:
        points.append(OpenPoint(_place_of(checklist, warning), warning, blocks=False))
    return Points(tuple(points), subject_known and not others and not open_use)


def unanswered_use(checklist: Checklist, entered: Answers) -> int:
    """How many questions about the use have no answer."""
    return sum(intake.id not in (entered.intake or {}) for intake in checklist.intake)


def _place_of(checklist: Checklist, reason: str) -> str:
    """The question that a sentence of the gate is about: by its own id, or by the check it shows."""
    named = reason.removeprefix("Check ").split(" ", 1)[0].rstrip(":")
    if any(question.id == named for question in checklist.questions):
        return named
    return next((question.id for question in checklist.questions if named in question.checks), USE)
