"""What stands between here and a release: how far the evidence is, the open points, and the signature."""

from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.ui.theme import GRID
from studio.ui.widgets.evidence_progress import EvidenceProgress
from studio.ui.widgets.layouts import Card, label
from studio.ui.widgets.open_points import OpenPoint, OpenPoints
from studio.ui.widgets.signature import Signature

_WIDTH = 280
_TRIAL = "A build for a trial, marked UNREVIEWED"


class ReleaseSide(QWidget):
    """A narrow column; its parts say by themselves what is done to them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.progress = EvidenceProgress()
        self.points = OpenPoints()
        self.next_button = QPushButton("Next open point")
        self.next_button.setToolTip("Ctrl+Enter")
        self.signature = Signature()
        self._counts = label("", "small", wrap=True)
        self._bench = label("", "small", wrap=True)
        still = Card("Before the export")
        for part in (self._counts, self.points, self.next_button, self._bench):
            still.body.addWidget(part, 1 if part is self.points else 0)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(_WIDTH)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.progress)
        layout.addWidget(still, 1)
        layout.addWidget(self.signature)

    @property
    def bench_words(self) -> str:
        """Whether a build for a trial may be exported meanwhile."""
        return self._bench.text()

    def set_points(self, points: tuple[OpenPoint, ...], bench: str, *, approved: bool) -> None:
        """Show what is open; `bench` is what holds back a build for a trial ("": nothing)."""
        self.points.set_points(points)
        count = sum(point.blocks for point in points)
        self._counts.setText(
            f"{count} points block the release; click one to go there."
            if count > 1
            else "1 point blocks the release; click it to go there."
            if count
            else "Nothing blocks the release."
        )
        self.next_button.setEnabled(bool(points))
        words = f"{_TRIAL}, waits too: {bench}" if bench else f"{_TRIAL}, may be exported on the Export page."
        self._bench.setText(words)
        self._bench.setVisible(not approved)
