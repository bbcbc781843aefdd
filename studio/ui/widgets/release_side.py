"""What stands between here and a release: how far the evidence is, the open points, and the signature."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.core.phrases import phrase, phrase_count
from studio.ui.theme import GRID
from studio.ui.widgets.evidence_progress import EvidenceProgress
from studio.ui.widgets.layouts import Card, Inside, label
from studio.ui.widgets.open_points import OpenPoint, OpenPoints
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.signature import Signature

_WIDTH, _NARROW = 280, 252


class ReleaseSide(Scrolled):
    """A narrow column; its parts say by themselves what is done to them. It scrolls where the window is low."""

    def __init__(self, parent: QWidget | None = None) -> None:
        inside = Inside()
        super().__init__(inside, parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._room = _WIDTH
        self.progress = EvidenceProgress()
        self.points = OpenPoints()
        self.next_button = QPushButton(phrase("Next open point (Ctrl+Enter)"))
        self.signature = Signature()
        self._counts = label("", "small", wrap=True)
        self._bench = label("", "small", wrap=True)
        still = Card(phrase("Before the export"))
        self._air = QWidget()
        for part in (self._counts, self.points, self.next_button, self._bench):
            still.body.addWidget(part, 1 if part is self.points else 0)
        still.body.addWidget(self._air, 1)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        layout = QVBoxLayout(inside)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.progress)
        layout.addWidget(still, 1)
        layout.addWidget(self.signature)

    @property
    def bench_words(self) -> str:
        """Whether a build for a trial may be exported meanwhile."""
        return self._bench.text()

    @property
    def words(self) -> str:
        """How much is open, or that nothing will be exported."""
        return self._counts.text()

    def set_narrow(self, narrow: bool) -> None:
        """Take less room, where there is little."""
        self._room = _NARROW if narrow else _WIDTH
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Qt: its room; a button with longer words makes it wider."""
        return QSize(self._room, super().sizeHint().height())

    def set_points(
        self, points: tuple[OpenPoint, ...], bench: str, *, approved: bool, stopped: bool = False
    ) -> None:
        """Show what is open; `bench` is what holds back a build for a trial ("": nothing).

        For a banned use, which is `stopped`, nothing is asked for: no point is left to settle and none to sign.
        """
        self.points.set_points(points)
        for part in (self.points, self.next_button, self.signature):
            part.setVisible(not stopped)
        self._air.setVisible(stopped)
        if stopped:
            self._counts.setText(
                phrase("Nothing is exported for this use, and nothing here is left to do or to sign.")
            )
            self._bench.hide()
            return
        count = sum(point.blocks for point in points)
        self._counts.setText(_open_words(count))
        self.next_button.setEnabled(bool(points))
        self._bench.setText(_bench_words(bench))
        self._bench.setVisible(not approved)


def _open_words(count: int) -> str:
    if not count:
        return phrase("Nothing blocks the release.")
    return phrase_count(
        "{count} point blocks the release; click it to go there.",
        "{count} points block the release; click one to go there.",
        count,
    )


def _bench_words(waits_for: str) -> str:
    if waits_for:
        return phrase("A build for a trial, marked UNREVIEWED, waits too: {why}", why=waits_for)
    return phrase("A build for a trial, marked UNREVIEWED, may be exported on the Export page.")
