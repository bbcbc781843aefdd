"""Samples to look at one by one, such as those that compression broke: the sample, both models' scores, a verdict."""

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from studio.core.answers import Answers
from studio.core.checklist import Question
from studio.core.checks.input_details import EvidenceMap
from studio.core.drawings.of_maps import map_words
from studio.core.phrases import phrase
from studio.core.review import Judgement
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.evidence_figure import ReadSamples, Values
from studio.ui.widgets.fields import ChoiceField
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading
from studio.ui.widgets.heat_view import HeatView
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.sample_panel import name_of, pairs_of
from studio.ui.widgets.score_pairs import ScorePairs
from studio.ui.widgets.scrolled import Scrolled

_ALL = ""
_MOST_SCORES = 200  # pixels; longer lists scroll
_KEYS = {Qt.Key.Key_R: Judgement.RIGHT, Qt.Key.Key_W: Judgement.WRONG, Qt.Key.Key_U: Judgement.UNCLEAR}
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class HarmViewer(QWidget):
    """Arrow keys step, R, W and U judge and step on, Backspace takes a verdict back, Esc closes.

    `judged` gives the question, the sample's row and a Judgement (None takes it back); `closed` that one is done.
    """

    judged = Signal(str, int, object)
    closed = Signal()

    def __init__(self, read: ReadSamples, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._read = read
        self._question: Question | None = None
        self._answers: Answers | None = None
        self._labels: tuple[str, ...] = ()
        self._places: dict[int, int] = {}  # a sample's place among the answers, by its row
        self._maps: dict[int, EvidenceMap] = {}
        self._all: tuple[int, ...] = ()
        self._rows: tuple[int, ...] = ()
        self._given: dict[int, Judgement] = {}
        self._opened: set[int] = set()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(phrase("Samples to look at"))
        self.back = QPushButton(icon("undo"), phrase("Back to the question (Esc)"))
        self.title = label("", "heading", wrap=True)
        self.count = label("", "muted")
        self.classes = ChoiceField({_ALL: phrase("All classes")}, phrase("Class shown"))
        self.groups = ChoiceField({_ALL: phrase("All groups")}, phrase("Group shown"))
        self.table = FigureTable(phrase("Samples to look at"), _headings(), wide=4, parent=self)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys are the viewer's
        self.view = HeatView()
        self.words = label("", "muted", wrap=True)
        self.pairs = ScorePairs()
        keys = phrase("← → step · R, W, U judge and step on · Backspace takes a verdict back")
        self.keys_words = label(keys, "small", wrap=True)
        self.buttons = {judgement: QPushButton() for judgement in Judgement}
        self._lay_out()
        self.back.clicked.connect(self.closed)
        self.classes.currentIndexChanged.connect(self._on_filter)
        self.groups.currentIndexChanged.connect(self._on_filter)
        self.table.row_selected.connect(self._on_row)
        for judgement, button in self.buttons.items():
            button.clicked.connect(lambda _=False, one=judgement: self._judge(one))

    @property
    def rows(self) -> tuple[int, ...]:
        """The samples shown (numbers in the test split), after the filters."""
        return self._rows

    @property
    def row(self) -> int | None:
        """The sample that is looked at."""
        return self._rows[self._at] if self._rows else None

    @property
    def count_words(self) -> str:
        """How many were opened and judged."""
        return self.count.text()

    def show_samples(
        self,
        question: Question,
        rows: tuple[int, ...],
        answers: Answers,
        labels: tuple[str, ...],
        maps: tuple[EvidenceMap, ...] = (),
    ) -> None:
        """Look at these samples of the test split for `question`; `maps` are laid over those that have one."""
        if question is not self._question or rows != self._all:
            self._opened = set()
        self._question, self._answers, self._labels = question, answers, labels
        self._places = {int(number): place for place, number in enumerate(answers.rows)}
        self._all = tuple(number for number in rows if number in self._places)
        self._maps = {one.row: one for one in maps}
        self.title.setText(f"{question.id}  {question.text}")
        for judgement, key in ((one, key) for key, one in _KEYS.items()):
            words = question.judgements.get(judgement.value, judgement.value)
            button = self.buttons[judgement]
            button.setText(f"{chr(int(key))}  {words}")
            button.setAccessibleName(phrase("Verdict: {verdict}", verdict=words))
        self._fill_filters()
        self._filter()
        first = next((at for at, number in enumerate(self._rows) if number not in self._given), 0)
        self._go(first)
        self.setFocus()

    def set_judged(self, given: dict[int, Judgement]) -> None:
        """Show these verdicts, by row."""
        if given != self._given:
            self._given = given
            self._list()
            self._show_count()

    def event(self, event: QEvent) -> bool:
        """Qt: Esc closes this view before it stops a job of the window."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: step, judge, close."""
        key = Qt.Key(event.key())
        if key in _STEPS:
            self._go(min(max(self._at + _STEPS[key], 0), max(len(self._rows) - 1, 0)))
        elif key in _KEYS:
            self._judge(_KEYS[key])
        elif key == Qt.Key.Key_Backspace and self.row is not None and self._question is not None:
            self.judged.emit(self._question.id, self.row, None)
        elif key == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QEvent) -> None:
        """Qt: say that the keys are here."""
        self.view.set_selected(True)

    def focusOutEvent(self, event: QEvent) -> None:
        """Qt: the keys are elsewhere."""
        self.view.set_selected(False)

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(GRID)
        left.addLayout(row(self.classes, self.groups, None))
        left.addWidget(self.table, 1)
        for button in self.buttons.values():
            left.addWidget(button)
        left.addWidget(self.keys_words)
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addWidget(self.view, 1)
        right.addWidget(self.words)
        self._scores = Scrolled(self.pairs)
        self._scores.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        right.addWidget(self._scores)
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        across.addLayout(left, 1)
        across.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(row(self.back, None, self.count))
        layout.addWidget(self.title)
        layout.addLayout(across, 1)

    def _fill_filters(self) -> None:
        answers = self._answers
        if answers is None:
            return
        at = [self._places[number] for number in self._all]
        with QSignalBlocker(self.classes), QSignalBlocker(self.groups):
            self.classes.clear()
            self.classes.addItem(phrase("All classes"), _ALL)
            for number in sorted({int(answers.y[place]) for place in at}):
                self.classes.addItem(self._labels[number], str(number))
            self.groups.clear()
            self.groups.addItem(phrase("All groups"), _ALL)
            for column, values in answers.groups.items():
                for value in sorted({str(values[place]) for place in at}):
                    self.groups.addItem(f"{column}: {value}", f"{column}\n{value}")
        self.groups.setVisible(self.groups.count() > 1)

    def _filter(self) -> None:
        answers = self._answers
        if answers is None:
            return
        label_number, group = self.classes.value, self.groups.value
        column, _, value = group.partition("\n")
        self._rows = tuple(
            number
            for number in self._all
            if (not label_number or int(answers.y[self._places[number]]) == int(label_number))
            and (not group or str(answers.groups[column][self._places[number]]) == value)
        )
        self._at = 0
        self._list()

    def _list(self) -> None:
        answers = self._answers
        if answers is None:
            return
        cells = []
        for number in self._rows:
            place = self._places[number]
            names = [self._labels[int(one[place])] for one in (answers.y, answers.before, answers.after)]
            given = self._given.get(number)
            words = given.value[0].upper() if given is not None else "–"
            cells.append(
                (Cell(str(number), number), Cell(words, words), *(Cell(name, name) for name in names))
            )
        self.table.set_rows(cells)
        self.table.select(self._at if self._rows else None)

    def _go(self, at: int) -> None:
        self._at = at
        number, answers = self.row, self._answers
        if number is None or answers is None:
            self.view.clear()
            self.words.setText(phrase("No sample of this class and group."))
            self.pairs.set_pairs(())
            self._show_count()
            return
        self._opened.add(number)
        self.table.select(at)
        place = self._places[number]
        self.pairs.set_pairs(pairs_of(answers, place, self._labels))
        self._scores.setFixedHeight(min(self.pairs.sizeHint().height(), _MOST_SCORES))
        found = self._maps.get(number)
        about = ", ".join(f"{column} {values[place]}" for column, values in answers.groups.items())
        self.words.setText(map_words(found) if found is not None else about)
        self.words.setVisible(bool(self.words.text()))
        self._show_count()

        def draw(values: Values, shape: tuple[int, ...]) -> None:
            if self.row == number and self._answers is answers:
                self.view.set_sample(values[0], shape, name_of(answers, place, self._labels))
                self.view.set_map(found)

        self._read((number,), draw)

    def _judge(self, judgement: Judgement) -> None:
        number = self.row
        if number is None or self._question is None:
            return
        self.judged.emit(self._question.id, number, judgement)
        if self._at < len(self._rows) - 1:
            self._go(self._at + 1)

    def _show_count(self) -> None:
        total = len(self._all)
        given = sum(number in self._given for number in self._all)
        words = phrase(
            "opened {opened} of {total}, judged {judged} of {total}",
            opened=len(self._opened),
            judged=given,
            total=total,
        )
        if self._rows:
            place = phrase("{number} of {total}", number=self._at + 1, total=len(self._rows))
            words = f"{place}  ·  {words}"
        self.count.setText(words)

    @Slot(int)
    def _on_filter(self, _place: int) -> None:
        self._filter()
        self._go(0)

    @Slot(int)
    def _on_row(self, number: int) -> None:
        if number != self._at:
            self._go(number)


def _headings() -> tuple[Heading, ...]:
    return (
        Heading("#", phrase("The sample's number in the test split, counted from 0")),
        Heading(phrase("Verdict"), phrase("What you say of it: R, W or U"), False),
        # Translators: the heading above what the samples are in truth.
        Heading(phrase("True"), phrase("What the sample is"), False),
        Heading(phrase("Before"), phrase("What the model answered before compression"), False),
        Heading(phrase("After"), phrase("What it answers now"), False),
    )
