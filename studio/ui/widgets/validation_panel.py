"""On-target validation: ask the board test samples, see how far it is, and what its answers are worth."""

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QPushButton, QSpinBox, QWidget

from studio.core.checks.check import Verdict
from studio.core.checks.limits import standard_limits
from studio.core.evaluation import Estimate
from studio.core.formatting import show_share, show_time
from studio.core.validation import Times, Validation, spread
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.latency_plot import LatencyPlot
from studio.ui.widgets.layouts import column, label, row
from studio.ui.widgets.notice import Notice, Tone

_USUAL_SAMPLES = 200
_MOST_SAMPLES = 100_000
_TONES = {
    Verdict.PASS: Tone.INFO,
    Verdict.WARN: Tone.WARNING,
    Verdict.CANNOT_TELL: Tone.WARNING,
    Verdict.FAIL: Tone.DANGER,
}
_ROWS = {
    "equal": (
        "Exactly as this computer",
        "Answers that are those of the same C on this computer, element by element",
    ),
    "worst": ("Worst difference", "In steps of the numbers that the model puts out"),
    "board": ("Accuracy on the board", "On these samples, with its 95 % interval (Wilson)"),
    "host": ("Accuracy on this computer", "Of the same C, on the same samples"),
    "float": ("Accuracy of the float model", "Before compression, on the same samples"),
    "same": ("Top answer as the float model's", "Samples to which both give the same class"),
    "inference": ("One inference", "By the board's own clock"),
    "line": (
        "On the line",
        "Bytes per second in the busier direction, and their share of what the line carries",
    ),
    "again": ("Asked again", "Questions that got lost on the way, and what else went wrong"),
}


class ValidationPanel(QWidget):
    """A number of samples and a button, progress while it runs, then figures and the latency.

    `validation_wanted` tells how many samples; `cancel_wanted` keeps what was answered. Nothing here does the work.
    """

    validation_wanted = Signal(int)
    cancel_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._why_not = ""
        self._running = False
        self.samples = QSpinBox()
        self.samples.setRange(1, _MOST_SAMPLES)
        self.samples.setValue(_USUAL_SAMPLES)
        self.samples.setGroupSeparatorShown(True)
        self.samples.setAccessibleName("Test samples to send")
        fewest = standard_limits().board_samples
        self.samples.setToolTip(f"Taken from all classes alike; the review needs {fewest} or more")
        self.button = QPushButton("Validate on the board")
        self.cancel = QPushButton("Cancel")
        self.cancel.setToolTip("Stop and keep what was answered")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(GRID)
        self.words = label("", "muted", wrap=True)
        self.notice = Notice()
        self.latency = LatencyPlot()
        self._result = QWidget()
        self._figures: dict[str, tuple[QLabel, QLabel]] = {}
        figures = QGridLayout()
        figures.setVerticalSpacing(GRID // 2)
        figures.setHorizontalSpacing(2 * GRID)
        figures.setColumnStretch(1, 1)
        for place, (key, (name, tip)) in enumerate(_ROWS.items()):
            title, figure = label(name, "muted"), label("", wrap=True, selectable=True)
            for part in (title, figure):
                part.setToolTip(tip)
            figures.addWidget(title, place, 0)
            figures.addWidget(figure, place, 1)
            self._figures[key] = title, figure
        inside = column(figures, self.latency)
        inside.setContentsMargins(0, 0, 0, 0)
        self._result.setLayout(inside)
        layout = column(
            row(label("Test samples", "muted"), self.samples, self.button, self.cancel, None),
            self.bar,
            self.words,
            self.notice,
            self._result,
            None,
        )
        layout.setContentsMargins(0, 0, 0, 0)
        self.setLayout(layout)
        self._rows = layout
        self.button.clicked.connect(self._on_validate)
        self.cancel.clicked.connect(self._on_cancel)
        self.notice.cure_wanted.connect(self._on_validate)
        self._result.hide()
        self._show_state()

    def add_choice(self, choice: QWidget) -> None:
        """Put one more choice below the number of samples."""
        self._rows.insertWidget(1, choice)

    def add_words(self, words: QWidget) -> None:
        """Put words of others between the verdict and the figures."""
        self._rows.insertWidget(self._rows.indexOf(self._result), words)

    def words_of(self, key: str) -> str:
        """A figure as it is shown, by its key: equal, worst, board, host, float, same, inference, line or again."""
        return self._figures[key][1].text()

    def set_blocked(self, why_not: str) -> None:
        """Why a validation cannot be begun now, such as "Connect a board first."; "" lets it."""
        self._why_not = why_not
        self._show_state()

    def set_progress(self, done: int, of: int) -> None:
        """A validation runs and `done` of its `of` samples are answered."""
        if not self._running:
            self._running = True
            self.notice.show_sentence("")
            self.cancel.setEnabled(True)
            self._show_state()
        self.bar.setRange(0, max(of, 1))
        self.bar.setValue(done)
        if self.cancel.isEnabled():
            self.words.setText(f"{done:,} of {of:,} test samples answered")

    def set_problem(self, sentence: str) -> None:
        """It could not be done."""
        self._running = False
        self.notice.show_sentence(sentence, Tone.DANGER, "Try again")
        self._show_state()

    def set_validation(self, found: Validation | None) -> None:
        """Show a result; None shows that there is none."""
        self._running = False
        self._result.setVisible(found is not None)
        if found is None:
            self.notice.show_sentence("")
            self._show_state()
            return
        check = found.check()
        cure = "Try again" if found.stopped else ""
        self.notice.show_sentence(check.sentence, _TONES[check.verdict], cure)
        n = found.samples
        self._set("equal", f"{found.equal:,} of {n:,}", "good" if check.verdict is Verdict.PASS else "")
        steps = "step" if found.worst_difference == 1 else "steps"
        self._set("worst", f"{found.worst_difference:,} {steps}" if found.worst_difference else "none")
        self._set("board", _share(found.board_accuracy, n))
        self._set("host", _share(found.host_accuracy, n))
        self._set("float", _share(found.float_accuracy, n))
        self._set("same", "" if found.same_label is None else f"{found.same_label:,} of {n:,}")
        self._set("inference", _times(found.inference))
        share = "" if found.link_share is None else f", {found.link_share * 100:.0f} % of the line's"
        self._set("line", f"{found.bytes_per_s:,.0f} bytes per second{share}")
        wrong = ", ".join(
            f"{count:,} {one if count == 1 else more}"
            for count, one, more in (
                (found.resent, "question", "questions"),
                (found.resets, "reset", "resets"),
                (found.reconnects, "time unplugged", "times unplugged"),
            )
            if count
        )
        self._set("again", wrong or "never")
        self.latency.set_times(spread(found.round_trip_us), found.round_trip)
        self._show_state()

    def _set(self, key: str, words: str, role: str = "") -> None:
        title, figure = self._figures[key]
        figure.setText(words)
        set_role(figure, role)
        for part in (title, figure):
            part.setVisible(bool(words))

    def _show_state(self) -> None:
        free = not self._running
        self.samples.setEnabled(free)
        self.button.setEnabled(free and not self._why_not)
        self.button.setToolTip(self._why_not or "Send test samples to the board and compare its answers")
        self.cancel.setVisible(self._running)
        self.bar.setVisible(self._running)
        if free:
            self.words.setText(self._why_not)
        self.words.setVisible(self._running or bool(self._why_not))

    @Slot()
    def _on_validate(self) -> None:
        if not self._running and not self._why_not:
            self.validation_wanted.emit(self.samples.value())

    @Slot()
    def _on_cancel(self) -> None:
        self.cancel.setEnabled(False)
        self.words.setText("Stopping, and keeping what was answered…")
        self.cancel_wanted.emit()


def _share(accuracy: Estimate | None, n: int) -> str:
    if accuracy is None:
        return ""
    low, high = (show_share(value, n) for value in (accuracy.low, accuracy.high))
    return f"{show_share(accuracy.value, n)} ({low} to {high})"


def _times(found: Times | None) -> str:
    if found is None:
        return ""
    if found.p95 == found.p50 == found.worst:
        return show_time(found.p50)
    return f"{show_time(found.p50)}, 95 % within {show_time(found.p95)}"
