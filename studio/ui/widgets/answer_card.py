"""What the board answers at this moment, large, beside what would have been right where that is known."""

from PySide6.QtWidgets import QWidget

from studio.core.frames import Result
from studio.core.monitor import Monitor
from studio.ui.widgets.layouts import Card, label, row
from studio.ui.widgets.score_bars import ScoreBars
from studio.ui.widgets.symbol import Symbol

_MOST_VALUES = 4


class AnswerCard(Card):
    """The latest answer, its score, the truth, the tally so far, and the scores of all classes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Answer", parent)
        self._answer = label("–", "figure", wrap=True)
        self._score = label("", "muted")
        self._icon = Symbol("done", "good", 16)
        self._truth = label("", wrap=True)
        self._tally = label("", "small")
        self._bars = ScoreBars()
        self.body.addWidget(self._answer)
        self.body.addWidget(self._score)
        truth = row(self._icon, self._truth)
        truth.setStretch(1, 1)
        self.body.addLayout(truth)
        self.body.addWidget(self._tally)
        self.body.addWidget(self._bars)
        self.set_monitor(None)

    @property
    def answer(self) -> str:
        """The class, or the values."""
        return self._answer.text()

    @property
    def truth(self) -> str:
        """Whether that is right, or what was expected."""
        return self._truth.text()

    @property
    def tally(self) -> str:
        """How many answers were right so far."""
        return self._tally.text()

    def set_names(self, names: tuple[str, ...], *, classifies: bool) -> None:
        """Show a bar for each of these."""
        self._bars.set_names(names, classifies=classifies)

    def set_monitor(self, monitor: Monitor | None) -> None:
        """Show the latest result of `monitor`, if there is one."""
        latest = monitor.latest if monitor is not None else None
        if monitor is None or latest is None:
            self._answer.setText("–")
            for words in (self._score, self._truth, self._tally):
                words.setText("")
            self._icon.hide()
            self._bars.set_scores(())
            return
        scores = latest.scores(monitor.hello)
        named = monitor.label(latest)
        self._bars.set_scores(scores)
        if named is None:
            self._answer.setText(_values(scores))
            self._score.setText("value" if len(scores) == 1 else "values")
        else:
            self._answer.setText(named)
            self._score.setText(f"score {max(scores) * 100:.1f} %")
        self._show_truth(monitor, latest, named)

    def _show_truth(self, monitor: Monitor, latest: Result, named: str | None) -> None:
        truth, values = monitor.true_label(latest), monitor.true_values(latest)
        self._icon.setVisible(truth is not None)
        if truth is not None:
            right = truth == named
            self._icon.set_icon("done" if right else "needs_you", "good" if right else "warning")
            self._truth.setText("right" if right else f"wrong: the sensor saw {truth}")
        else:
            self._truth.setText(f"expected {_values(values)}" if values is not None else "")
        share = f" ({monitor.right / monitor.compared * 100:.0f} %)" if monitor.compared else ""
        self._tally.setText(f"{monitor.right} of {monitor.compared} right so far{share}" if share else "")


def _values(scores: tuple[float, ...]) -> str:
    return ", ".join(f"{score:.3f}".replace("-", "−") for score in scores[:_MOST_VALUES])
