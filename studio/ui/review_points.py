"""What is still open in a review, point by point, and the place on the page where each is settled."""

from dataclasses import dataclass

from studio.core.checklist import Checklist
from studio.core.review import Answers, Review, review
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

    `subject_known` is False while there is no compressed model that the review could be about.
    """
    signed = entered.signed("-", "", found.subject)
    others = review(checklist, signed, found.checks, found.subject).reasons
    points = []
    if not subject_known:
        points.append(OpenPoint(USE, "There is no compressed model yet. Open a model and data first."))
    for reason in found.reasons:
        points.append(OpenPoint(_place_of(checklist, reason) if reason in others else SIGNATURE, reason))
    for warning in found.warnings:
        points.append(OpenPoint(_place_of(checklist, warning), warning, blocks=False))
    return Points(tuple(points), subject_known and not others)


def _place_of(checklist: Checklist, reason: str) -> str:
    """The question that a sentence of the gate is about: by its own id, or by the check it shows."""
    named = reason.removeprefix("Check ").split(" ", 1)[0].rstrip(":")
    if any(question.id == named for question in checklist.questions):
        return named
    return next((question.id for question in checklist.questions if named in question.checks), USE)
