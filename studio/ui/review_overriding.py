"""The override of a question, a check or the tier: asked for with a form, and put into the review if it counts."""

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from studio.core.phrases import phrase
from studio.core.review import TIER, Override, now, why_override_fails
from studio.ui.session import Session
from studio.ui.widgets.override_form import OverrideForm


class ReviewOverriding(QObject):
    """`form` is the one that is open."""

    def __init__(self, session: Session, window: QWidget) -> None:
        super().__init__(window)
        self._session = session
        self._window = window
        self.form: OverrideForm | None = None

    @Slot(str)
    def ask(self, item: str) -> None:
        """Open the form for this item ("tier" to lower the tier)."""
        reviewing = self._session.reviewing
        found = reviewing.review or reviewing.preliminary
        checklist = found.checklist

        def why_not(given: Override) -> str | None:
            current = reviewing.review or reviewing.preliminary
            return why_override_fails(given, checklist, current.subject.hash, now())

        if item == TIER:
            about = phrase(
                "The answers about the use lead to {tier}, {what}.",
                tier=found.computed.value,
                what=checklist.tiers[found.computed.value],
            )
        else:
            about = " ".join(reason.text for reason in found.reasons_at(item)) or item
        form = OverrideForm(
            item,
            about,
            reviewing.reviewer,
            why_not,
            now,
            days=checklist.override_days,
            fewest=checklist.fewest_reason_characters,
            lower_than=found.computed if item == TIER else None,
            parent=self._window,
        )
        form.given.connect(self._on_given)
        form.finished.connect(form.deleteLater)
        self.form = form
        form.open()

    @Slot(object)
    def _on_given(self, given: Override) -> None:
        reviewing = self._session.reviewing
        before = reviewing.reviewer
        reviewing.reviewer = given.by
        reviewing.override(given.item, given.reason, given.risk, given.measure, given.expires, given.tier)
        reviewing.reviewer = before or given.by
