"""What the board answers at this moment, large, beside what would have been right where that is known."""

from PySide6.QtWidgets import QWidget

from studio.core.monitor import Latest, Monitor
from studio.core.post_processing import NO_LABEL, Detection
from studio.ui.widgets.layouts import Card, row
from studio.ui.widgets.painted_line import PaintedLine
from studio.ui.widgets.score_bars import ScoreBars
from studio.ui.widgets.symbol import Symbol

_MOST_VALUES = 4
_MOST_BARS = 24
_UNSURE = "no label"
_LARGE, _SMALL = 1.9, 0.9  # as the theme's figures and small print


class AnswerCard(Card):
    """The label that holds, its mean score, the truth of the latest result, the tally so far, and all scores."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answer", parent)
        self._answer = PaintedLine(scale=_LARGE, bold=True)
        self._score = PaintedLine("muted")
        self._icon = Symbol("done", "good", 16)
        self._truth = PaintedLine()
        self._tally = PaintedLine("muted", scale=_SMALL)
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
            self._answer.set_words("–", "text")
            for words in (self._score, self._truth, self._tally):
                words.set_words("")
                words.setVisible(words is self._score)
            self._icon.hide()
            self._bars.set_scores(())
            return
        scores = latest.scores
        named = monitor.label_of(scores)
        self._bars.set_scores(scores[:_MOST_BARS])
        if named is None:
            self._answer.set_words(_values(scores), "text")
            self._score.set_words("value" if len(scores) == 1 else "values")
        else:
            holds = detection.label != NO_LABEL and detection.label < len(monitor.names)
            words_now = monitor.names[detection.label] if holds else _UNSURE
            self._answer.set_words(words_now, "text" if holds else "before")
            self._score.set_words(f"score {detection.mean * 100:.1f} %")
        self._show_truth(monitor, latest, named)

    def _show_truth(self, monitor: Monitor, latest: Latest, named: str | None) -> None:
        truth, values = monitor.true_label(latest), monitor.true_values(latest)
        self._icon.setVisible(truth is not None)
        if truth is not None:
            right = truth == named
            self._icon.set_icon("done" if right else "needs_you", "good" if right else "warning")
            self._truth.set_words("right" if right else f"wrong: the sensor saw {truth}")
        else:
            self._truth.set_words(f"expected {_values(values)}" if values is not None else "")
        compared, right_ones = (monitor.compared, monitor.right) if truth is not None else (0, 0)
        share = f" ({right_ones / compared * 100:.0f} %)" if compared else ""
        self._truth.setVisible(bool(self._truth.text()))
        self._tally.set_words(f"{right_ones} of {compared} samples right{share}" if share else "")
        self._tally.setVisible(bool(share))


def _values(scores: tuple[float, ...]) -> str:
    return ", ".join(f"{score:.3f}".replace("-", "−") for score in scores[:_MOST_VALUES])
