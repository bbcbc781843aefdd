"""What the board answers at this moment, large, beside what would have been right where that is known."""

from PySide6.QtWidgets import QWidget

from studio.core.monitor import Latest, Monitor
from studio.core.post_processing import NO_LABEL, Detection
from studio.ui.theme import set_role
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.score_bars import ScoreBars
from studio.ui.widgets.symbol import Symbol

_MOST_VALUES = 4
_MOST_BARS = 24
_UNSURE = "no label"


class AnswerCard(Card):
    """The label that holds, its mean score, the truth of the latest result, the tally so far, and all scores."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answer", parent)
        self._answer = label("–", "figure", wrap=True)
        self._score = label("", "muted")
        self._icon = Symbol("done", "good", 16)
        self._truth = label("", wrap=True)
        self._tally = label("", "small", wrap=True)
        self._bars = ScoreBars()
        self.body.addWidget(self._answer)
        self.body.addWidget(self._score)
        truth = row(self._icon, self._truth)
        truth.setStretch(1, 1)
        self.body.addLayout(truth)
        self.body.addWidget(self._tally)
        self.body.addWidget(self._bars)
        self.set_answer(None, Detection())

    @property
    def answer(self) -> str:
        """The class, or the values."""
        return self._answer.text()

    @property
    def truth(self) -> str:
        """Whether the latest result is right, or what was expected."""
        return self._truth.text()

    @property
    def tally(self) -> str:
        """How many answers were right so far."""
        return self._tally.text()

    def set_names(self, names: tuple[str, ...], *, classifies: bool) -> None:
        """Show a bar for each of these."""
        self._bars.set_names(names[:_MOST_BARS], classifies=classifies)

    def set_answer(self, monitor: Monitor | None, detection: Detection) -> None:
        """Show the label that holds and the latest result of `monitor`, if there is one."""
        latest = monitor.latest if monitor is not None else None
        if monitor is None or latest is None:
            self._answer.setText("–")
            set_role(self._answer, "figure")
            for words in (self._score, self._truth, self._tally):
                words.setText("")
            self._icon.hide()
            self._bars.set_scores(())
            return
        scores = latest.scores
        named = monitor.label_of(scores)
        self._bars.set_scores(scores[:_MOST_BARS])
        if named is None:
            self._answer.setText(_values(scores))
            set_role(self._answer, "figure")
            self._score.setText("value" if len(scores) == 1 else "values")
        else:
            holds = detection.label != NO_LABEL and detection.label < len(monitor.names)
            self._answer.setText(monitor.names[detection.label] if holds else _UNSURE)
            set_role(self._answer, "figure" if holds else "figure-stale")
            self._score.setText(f"score {detection.mean * 100:.1f} %")
        self._show_truth(monitor, latest, named)

    def _show_truth(self, monitor: Monitor, latest: Latest, named: str | None) -> None:
        truth, values = monitor.true_label(latest), monitor.true_values(latest)
        self._icon.setVisible(truth is not None)
        if truth is not None:
            right = truth == named
            self._icon.set_icon("done" if right else "needs_you", "good" if right else "warning")
            self._truth.setText("right" if right else f"wrong: the sensor saw {truth}")
        else:
            self._truth.setText(f"expected {_values(values)}" if values is not None else "")
        compared, right_ones = (monitor.compared, monitor.right) if truth is not None else (0, 0)
        share = f" ({right_ones / compared * 100:.0f} %)" if compared else ""
        self._tally.setText(f"{right_ones} of {compared} samples right{share}" if share else "")


def _values(scores: tuple[float, ...]) -> str:
    return ", ".join(f"{score:.3f}".replace("-", "−") for score in scores[:_MOST_VALUES])
