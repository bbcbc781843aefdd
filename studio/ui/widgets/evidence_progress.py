"""How far the computing of the evidence is, or why there is none."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from studio.core.phrases import phrase
from studio.core.results import Results
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label
from studio.ui.widgets.notice import Notice, Tone


class EvidenceProgress(QWidget):
    """Hidden while all evidence is there; `retry_wanted` asks to compute again what failed."""

    retry_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._job = ""
        self._complete = False
        self.notice = Notice()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID)
        self._words = label("", "small", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.notice)
        layout.addWidget(self.bar)
        layout.addWidget(self._words)
        self.notice.cure_wanted.connect(self.retry_wanted)
        self._show()

    @property
    def words(self) -> str:
        """What is being done."""
        return self._words.text() if not self._words.isHidden() else ""

    def set_results(self, results: Results) -> None:
        """Whether the evidence is there, and what failed."""
        self._complete = results.panel is not None
        problem = results.problem("review_checks") or results.problem("evaluate")
        self.notice.show_sentence(
            problem.sentence if problem else "", Tone.WARNING, phrase("Try again") if problem else ""
        )
        self._show()

    @Slot(str)
    def set_job(self, words: str) -> None:
        """A job began."""
        self._job = words
        self.bar.setRange(0, 0)
        self._show()

    @Slot(float, str)
    def set_share(self, share: float, words: str) -> None:
        """It is `share` (0 to 1) done."""
        self._job = words or self._job
        self.bar.setRange(0, 1000)
        self.bar.setValue(round(share * 1000))
        self._show()

    @Slot()
    def end(self) -> None:
        """No job runs."""
        self._job = ""
        self._show()

    def _show(self) -> None:
        working = bool(self._job) and not self._complete
        self.bar.setVisible(working)
        self._words.setVisible(working)
        self._words.setText(self._job)
        self.setVisible(working or bool(self.notice.sentence))
