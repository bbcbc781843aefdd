"""What is still open in a review, point by point, and the place on the page where each is settled."""

from dataclasses import dataclass

from studio.core.review import SECOND, SIGNATURE, USE, Reason, Review
from studio.ui.widgets.open_points import OpenPoint

__all__ = ["SIGNATURE", "USE", "Points", "open_points"]


@dataclass(frozen=True, slots=True)
class Points:
    """The open points, and whether all but the signature is settled."""

    points: tuple[OpenPoint, ...]
    may_sign: bool

    @property
    def blockers(self) -> int:
        """How many of them block the export."""
        return sum(point.blocks for point in self.points)


def open_points(found: Review, *, subject_known: bool) -> Points:
    """The gate's reasons and warnings as points.

    `subject_known` is False while there is no compressed model that the review could be about.
    """
    points = []
    if not subject_known:
        points.append(OpenPoint(USE, "There is no compressed model yet. Open a model and data first."))
    points += [OpenPoint(_place_of(found, reason), reason.text) for reason in found.gate.reasons]
    points += [OpenPoint(_place_of(found, one), one.text, blocks=False) for one in found.gate.warnings]
    return Points(tuple(points), subject_known and found.may_sign)


def _place_of(found: Review, reason: Reason) -> str:
    """The question, or "use" or "signature"; for a check, the first question that shows it."""
    questions = found.checklist.questions
    if reason.place in (SIGNATURE, SECOND):
        return SIGNATURE
    if any(question.id == reason.place for question in questions):
        return reason.place
    return next((question.id for question in questions if reason.place in question.checks), USE)
