"""The measured evidence beside a question: each check's verdict as an icon with its word, and its sentence."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.core.checks.check import Check, Verdict
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label
from studio.ui.widgets.symbol import Symbol

_LOOKS = {
    Verdict.PASS: ("done", "good", "passed"),
    Verdict.WARN: ("warning", "warning", "look at this"),
    Verdict.FAIL: ("blocked", "danger", "failed"),
    Verdict.CANNOT_TELL: ("cannot_tell", "muted", "cannot tell"),
}


class EvidenceRow(QWidget):
    """One check: passed, look at this, failed, cannot tell, or not measured yet."""

    def __init__(self, check_id: str) -> None:
        super().__init__()
        self._id = check_id
        self._icon = Symbol("waiting", "muted", 16)
        self._title = label("", "heading", wrap=True)
        self._sentence = label("", "small", wrap=True, selectable=True)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._title)
        words.addWidget(self._sentence)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addLayout(words, 1)
        self.set_check(None)

    @property
    def words(self) -> str:
        """The row as it is read aloud."""
        return f"{self._title.text()}. {self._sentence.text()}"

    def set_check(self, check: Check | None) -> None:
        """Show the check, or that it has not run."""
        if check is None:
            self._icon.set_icon("waiting", "muted")
            self._title.setText(f"{self._id}: not measured yet")
            self._sentence.setText("It is measured once there is a compressed model and a test set.")
        else:
            icon, color, word = _LOOKS[check.verdict]
            self._icon.set_icon(icon, color)
            self._title.setText(f"{check.title}: {word}")
            self._sentence.setText(check.sentence)
        self.setAccessibleName(self.words)


class EvidenceList(QWidget):
    """A row for each check that belongs to a question."""

    def __init__(self, check_ids: tuple[str, ...]) -> None:
        super().__init__()
        self._rows = {check_id: EvidenceRow(check_id) for check_id in check_ids}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(label("Measured", "small"))
        for evidence in self._rows.values():
            layout.addWidget(evidence)
        layout.addStretch(1)

    @property
    def words(self) -> tuple[str, ...]:
        """All rows as they are read aloud."""
        return tuple(evidence.words for evidence in self._rows.values())

    def set_checks(self, checks: tuple[Check, ...]) -> None:
        """Show what has run of the checks that belong here."""
        found = {check.id: check for check in checks}
        for check_id, evidence in self._rows.items():
            evidence.set_check(found.get(check_id))
