"""The list of changed answers: right before and wrong now (broken), the reverse (mended), or wrong both times."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.answers import Answers, Kind
from studio.ui.theme import GRID
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.switch import Switch

_HEADINGS = (
    Heading("#", "The sample's number in the split, counted from 0"),
    Heading("True", "What the sample is", False),
    Heading("Before", "What the model answered before compression", False),
    Heading("After", "What it answers now", False),
    Heading("Sure", "How sure it is of its new answer"),
)
_WORDS = {
    Kind.BROKEN: "No right answer was broken.",
    Kind.MENDED: "No wrong answer was mended.",
    Kind.STILL_WRONG: "No wrong answer became another wrong one.",
}


class FlipList(QWidget):
    """The samples of one kind of change, the surest new answers first.

    `sample_chosen` tells the sample (its place in the answers) that was selected; `kind_chosen` that another kind is
    shown, none of it selected yet.
    """

    sample_chosen = Signal(int)
    kind_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._samples: dict[Kind, tuple[int, ...]] = dict.fromkeys(Kind, ())
        self._answers: Answers | None = None
        self._labels: tuple[str, ...] = ()
        self._unknown = ""
        self.kinds = Switch("Changed answers", [(kind.value, kind.value.capitalize()) for kind in Kind])
        self.table = FigureTable("Changed answers", _HEADINGS, wide=1, parent=self)
        self.none = label("", "muted", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.kinds, None))
        layout.addWidget(self.none)
        layout.addWidget(self.table, 1)
        self.kinds.chosen.connect(self._on_kind)
        self.table.row_selected.connect(self._on_row)

    @property
    def kind(self) -> Kind:
        """Which changes are listed."""
        return Kind(self.kinds.value)

    @property
    def samples(self) -> tuple[int, ...]:
        """The listed samples from top to bottom."""
        listed = self._samples[self.kind]
        return tuple(listed[number] for number in self.table.shown_order)

    @property
    def total(self) -> int:
        """How many answers changed in all."""
        return sum(map(len, self._samples.values()))

    def set_flips(
        self, answers: Answers, samples: dict[Kind, tuple[int, ...]], labels: tuple[str, ...]
    ) -> None:
        """List these samples of `answers`; where the kind shown has none, the first kind that has some is shown."""
        self._answers, self._labels, self._unknown = answers, labels, ""
        self._samples = {kind: samples.get(kind, ()) for kind in Kind}
        for kind in Kind:
            count = len(self._samples[kind])
            self.kinds.set_words(kind.value, f"{kind.value.capitalize()} {count}")
        if not self._samples[self.kind]:
            filled = next((kind for kind in Kind if self._samples[kind]), Kind.BROKEN)
            self.kinds.set_value(filled.value)
        self._list()

    def set_unknown(self, words: str) -> None:
        """List nothing, and say why."""
        self._answers, self._unknown = None, words
        self._samples = dict.fromkeys(Kind, ())
        for kind in Kind:
            self.kinds.set_words(kind.value, kind.value.capitalize())
        self._list()

    def choose(self, sample: int | None) -> None:
        """Mark a sample, or none, without saying so."""
        listed = self._samples[self.kind]
        self.table.select(listed.index(sample) if sample is not None and sample in listed else None)

    def _list(self) -> None:
        answers, listed = self._answers, self._samples[self.kind]
        self.table.set_rows(
            [_row(answers, sample, self._labels) for sample in listed] if answers is not None else []
        )
        self.none.setText(self._unknown or _WORDS[self.kind])
        self.none.setVisible(not listed)
        self.table.setVisible(bool(listed))

    @Slot(str)
    def _on_kind(self, _kind: str) -> None:
        self._list()
        self.kind_chosen.emit(self.kind.value)

    @Slot(int)
    def _on_row(self, number: int) -> None:
        self.sample_chosen.emit(self._samples[self.kind][number])


def _row(answers: Answers, sample: int, labels: tuple[str, ...]) -> tuple[Cell, ...]:
    names = [labels[int(answer[sample])] for answer in (answers.y, answers.before, answers.after)]
    sure = float(answers.scores[sample, answers.after[sample]])
    number = int(answers.rows[sample])
    return (
        Cell(str(number), number),
        *(Cell(name, name.lower()) for name in names),
        Cell(f"{sure * 100:.0f} %" if 0 <= sure <= 1 else f"{sure:.3g}", sure),
    )
