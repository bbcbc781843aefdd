"""One of some samples looked at closely: the sample itself, and what both models answered to it."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from studio.core.answers import Answers, Kind
from studio.core.dataset import Task
from studio.core.phrases import phrase
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.sample_view import SampleView
from studio.ui.widgets.score_pairs import ScorePair, ScorePairs
from studio.ui.widgets.switch import Switch

_MOST_PAIRS = 4
_FEWEST_PAIRS = 2
_ROOM_FOR_ALL = 260  # pixels of height; below, the sample gets the room of some scores
_FEW_NUMBERS = 3  # of a sample: these are written, not drawn
_TONES = {Kind.BROKEN: "warning", Kind.MENDED: "good"}

Values = npt.NDArray[np.float32]


class SamplePanel(QWidget):
    """Samples to step through with the buttons or the arrow keys; `moved` tells the sample that was stepped to.

    `values_wanted` asks for the values (`set_values`) of the sample with this number in the split; the sample before
    stays drawn until they come.
    """

    moved = Signal(int)
    values_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: Answers | None = None
        self._labels: tuple[str, ...] = ()
        self._samples: tuple[int, ...] = ()
        self._at = 0
        self._values: Values | None = None  # of the sample `_row`
        self._row = -1
        self._shape: tuple[int, ...] = ()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("Samples")
        self.title = label("", "heading", wrap=True)
        self.view = SampleView()
        self.words = label("", "muted", wrap=True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.sides = Switch("What is drawn", (("given", "given"), ("before", "before"), ("after", "after")))
        self.sides.setToolTip(
            "The sample as it was given, or as the model gave it back before or after compression"
        )
        self.pairs = ScorePairs()
        self.previous = _arrow(Qt.ArrowType.LeftArrow, "Previous sample (Alt+←)")
        self.next = _arrow(Qt.ArrowType.RightArrow, "Next sample (Alt+→)")
        self.place = label("", "muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addWidget(self.title)
        layout.addWidget(self.words, 1)
        layout.addWidget(self.view, 1)
        layout.addLayout(row(self.sides, None))
        layout.addWidget(self.pairs)
        layout.addLayout(row(self.previous, self.place, self.next, None))
        layout.addStretch(0)
        self._layout = layout
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        self.sides.chosen.connect(self._on_side)
        self.set_answers(None, ())

    @property
    def sample(self) -> int | None:
        """The sample that is shown, by its place in the answers."""
        return self._samples[self._at] if self._samples else None

    @property
    def _wanted_row(self) -> int | None:
        """The number in the split of the sample that is shown."""
        sample = self.sample
        return None if self._answers is None or sample is None else int(self._answers.rows[sample])

    @property
    def samples(self) -> tuple[int, ...]:
        """The samples to step through."""
        return self._samples

    def set_answers(self, answers: Answers | None, labels: tuple[str, ...]) -> None:
        """The answers that the samples belong to; nothing is shown of them yet."""
        self._answers, self._labels = answers, labels
        self.show_samples((), "")

    def set_values(self, row: int, values: Values, shape: tuple[int, ...]) -> None:
        """The values, [*shape], of the sample with this number in the split; another than the one shown is dropped."""
        if row == self._wanted_row:
            self._values, self._row, self._shape = values, row, shape
            self._show()

    def show_samples(self, samples: tuple[int, ...], title: str, *, at: int = 0, hint: str = "") -> None:
        """Show the sample at place `at` of `samples`; `hint` says what to do where there are none."""
        self._samples, self._at = samples, at
        self.title.setText(title)
        self.title.setVisible(bool(title))
        self.words.setText(hint)
        self._show()
        self._ask()

    def go_to(self, sample: int) -> None:
        """Step to one of the samples."""
        self._go(self._samples.index(sample))

    def set_hint(self, words: str) -> None:
        """Say something in the sample's place."""
        self._values, self._row = None, -1
        self.words.setText(words)
        self._show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: as many scores as there is room for."""
        super().resizeEvent(event)
        if (event.size().height() >= _ROOM_FOR_ALL) != (event.oldSize().height() >= _ROOM_FOR_ALL):
            self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: step."""
        steps = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        key = Qt.Key(event.key())
        if key in steps and self._samples:
            self._step(steps[key])
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: say that the keys are here."""
        self.view.set_selected(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the keys are elsewhere."""
        self.view.set_selected(False)

    def _step(self, by: int) -> None:
        self._go(min(max(self._at + by, 0), len(self._samples) - 1))

    def _go(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self._show()
            self._ask()
            self.moved.emit(self._samples[at])

    def _ask(self) -> None:
        wanted = self._wanted_row
        if wanted is not None and wanted != self._row:
            self.values_wanted.emit(wanted)

    def _show(self) -> None:
        # Without a sample there is nothing for the keys to step through.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if self._samples else Qt.FocusPolicy.NoFocus)
        answers, sample = self._answers, self.sample
        some = answers is not None and sample is not None
        few = int(np.prod(self._shape)) <= _FEW_NUMBERS
        drawn = some and self._values is not None and not few
        self.view.setVisible(drawn)
        written = some and few and self._values is not None
        self._layout.setStretchFactor(self.words, 0 if written else 1)
        self._layout.setStretch(self._layout.count() - 1, 1 if written else 0)
        self.words.setVisible(not drawn)
        for part in (self.pairs, self.place):
            part.setVisible(some)
        many = len(self._samples) > 1
        self.previous.setVisible(many)
        self.next.setVisible(many)
        self.sides.setVisible(some and answers is not None and answers.task is Task.AUTOENCODER)
        if answers is None or sample is None:
            self.view.clear()
            return
        self.place.setText(f"{self._at + 1} of {len(self._samples)}")
        self.previous.setEnabled(self._at > 0)
        self.next.setEnabled(self._at < len(self._samples) - 1)
        most = _MOST_PAIRS if self.height() >= _ROOM_FOR_ALL else _FEWEST_PAIRS
        self.pairs.set_pairs(pairs_of(answers, sample, self._labels, most))
        if self._values is None or self._row != self._wanted_row:
            return
        if few:
            given = ", ".join(_number(float(value)) for value in self._values.reshape(-1))
            self.words.setText(f"{name_of(answers, sample, self._labels)}\nGiven: {given}")
            return
        values = self._values
        if answers.task is Task.AUTOENCODER and self.sides.value != "given":
            values = (answers.float_scores if self.sides.value == "before" else answers.scores)[sample]
        tone = ""
        if answers.task is Task.CLASSIFICATION:
            kind = answers.kind(sample)
            tone = _TONES.get(kind, "") if kind is not None else ""
        self.view.set_sample(values, self._shape, name_of(answers, sample, self._labels), tone=tone)

    @Slot()
    def _on_previous(self) -> None:
        self._step(-1)

    @Slot()
    def _on_next(self) -> None:
        self._step(1)

    @Slot(str)
    def _on_side(self, _side: str) -> None:
        self._show()


def name_of(answers: Answers, sample: int, labels: tuple[str, ...]) -> str:
    """What a sample is, in a few words."""
    number = int(answers.rows[sample])
    if answers.task is Task.CLASSIFICATION:
        return phrase("Sample {number}: '{label}'", number=number, label=labels[int(answers.y[sample])])
    if answers.anomalous is None:
        return phrase("Sample {number}", number=number)
    if answers.anomalous[sample]:
        return phrase("Sample {number}: anomalous", number=number)
    return phrase("Sample {number}: normal", number=number)


def pairs_of(
    answers: Answers, sample: int, labels: tuple[str, ...], most: int = _MOST_PAIRS
) -> tuple[ScorePair, ...]:
    """What both models answered: the classes that matter, the first values, or the error of the reconstruction."""
    before, after = answers.float_scores[sample], answers.scores[sample]
    if answers.task is Task.CLASSIFICATION:
        truth = int(answers.y[sample])
        wanted = [truth, int(answers.after[sample]), int(answers.before[sample])]
        wanted += [int(place) for place in np.argsort(-after, kind="stable")[:most]]
        classes = list(dict.fromkeys(wanted))[: min(most, len(labels))]
        shares = bool(
            after.min() >= 0 and after.max() <= 1.001 and before.min() >= 0 and before.max() <= 1.001
        )
        return tuple(_class_pair(labels[k], before[k], after[k], shares, k == truth) for k in classes)
    errors = ScorePair(
        phrase("Error"), _number(answers.float_errors[sample]), _number(answers.errors[sample])
    )
    if answers.task is Task.AUTOENCODER:
        return (errors,)
    values = [
        ScorePair(
            _target(None if len(after) == 1 else place, _number(target)),
            _number(before[place]),
            _number(after[place]),
        )
        for place, target in enumerate(answers.y[sample][: most - 1])
    ]
    return (*values, errors)


def _class_pair(name: str, before: float, after: float, shares: bool, truth: bool) -> ScorePair:
    name = phrase("{label} (true)", label=name) if truth else name
    if not shares:
        return ScorePair(name, _number(before), _number(after), None, truth)
    return ScorePair(
        name, f"{before * 100:.1f}", f"{after * 100:.1f} %", (float(before), float(after)), truth
    )


def _target(place: int | None, value: str) -> str:
    if place is None:
        return phrase("Target {value}", value=value)
    return phrase("Target {place} {value}", place=place, value=value)


def _number(value: float) -> str:
    return f"{float(value):.4g}"


def _arrow(arrow: Qt.ArrowType, words: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setArrowType(arrow)
    button.setToolTip(words)
    button.setAccessibleName(words)
    return button
