"""How classes fare: each class, which is taken for which, and the answers that changed."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from studio.core.answers import Kind, Overview, Side, mistakes
from studio.core.evaluation import Evaluation
from studio.ui.theme import GRID
from studio.ui.widgets.class_table import ClassTable
from studio.ui.widgets.confusion_matrix import ConfusionMatrix
from studio.ui.widgets.flip_list import FlipList
from studio.ui.widgets.group_table import GroupTable
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.mistake_list import MistakeList
from studio.ui.widgets.switch import Switch

_LIST_FROM = 40  # classes from which the list of mistakes says more than the matrix
_HINTS = {
    "classes": "Choose a class to look at the samples of it that are answered wrongly.",
    "confusion": "Choose a cell to look at its samples.",
    "flips": "Choose a sample in the list.",
    "groups": "Choose a group to look at the samples of it that are answered wrongly.",
}
_TITLES = {
    Kind.BROKEN: "Right before, wrong now",
    Kind.MENDED: "Wrong before, right now",
    Kind.STILL_WRONG: "Wrong before, otherwise wrong now",
}


class ClassAnswers(QWidget):
    """Three views, and a fourth where the data has groups.

    `samples_chosen` tells samples (places in the answers), their title, which is first and a hint.
    """

    samples_chosen = Signal(object, str, int, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._overview: Overview | None = None
        self._labels: tuple[str, ...] = ()
        self._unknown = ""
        self._before = self._after = _counts(())
        self._many = False
        self.views = Switch(
            "View",
            (("classes", "Classes"), ("confusion", "Confusion"), ("flips", "Changed"), ("groups", "Groups")),
        )
        self.sides = Switch(
            "Answers", [(Side.BEFORE, "Before"), (Side.AFTER, "After"), (Side.CHANGE, "Change")]
        )
        self.sides.set_value(Side.AFTER)
        self.forms = Switch("Form", (("matrix", "Matrix"), ("list", "List")))
        self.classes = ClassTable()
        self.matrix = ConfusionMatrix()
        self.read_out = label("", "small")
        self.read_out.setMinimumWidth(1)
        self.mistakes = MistakeList()
        self.flips = FlipList()
        self.groups = GroupTable()
        self.confusion = QWidget()
        self.form_stack = QStackedWidget()
        self.form_stack.addWidget(self.matrix)
        self.form_stack.addWidget(self.mistakes)
        inside = QVBoxLayout(self.confusion)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(GRID // 2)
        inside.addLayout(row(self.sides, None, self.forms))
        inside.addWidget(self.form_stack, 1)
        inside.addWidget(self.read_out)
        self.stack = QStackedWidget()
        for view in (self.classes, self.confusion, self.flips, self.groups):
            self.stack.addWidget(view)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        layout.addLayout(row(self.views, None))
        layout.addWidget(self.stack, 1)
        self.views.chosen.connect(self._on_view)
        self.sides.chosen.connect(self._on_side)
        self.forms.chosen.connect(self._on_form)
        self.classes.row_selected.connect(self._on_class)
        self.groups.row_selected.connect(self._on_group)
        self.matrix.cell_chosen.connect(self._on_cell)
        self.matrix.cell_framed.connect(self._on_framed)
        self.mistakes.cell_chosen.connect(self._on_cell)
        self.flips.sample_chosen.connect(self._on_flip)
        self.flips.kind_chosen.connect(self._on_kind)

    def set_evaluation(self, evaluation: Evaluation, labels: tuple[str, ...]) -> None:
        """Show what the evaluation says by itself; the single answers follow (`set_overview`)."""
        self._labels = labels
        if evaluation.classes or not labels:
            self.classes.set_classes(evaluation.classes)
        if evaluation.flips is not None:
            self.views.set_words("flips", f"Changed {evaluation.flips.total}")
        self.groups.set_groups(evaluation.groups)
        self.views.buttons["groups"].setVisible(bool(evaluation.groups))
        if not evaluation.groups and self.views.value == "groups":
            self.views.buttons["classes"].click()
        self._before, self._after = _counts(evaluation.float_confusion), _counts(evaluation.confusion)
        many = len(labels) >= _LIST_FROM
        if many != self._many:
            self._many = many
            self.forms.set_value("list" if many else "matrix")
            self._show_form()

    def set_overview(self, overview: Overview) -> None:
        """Show the single answers."""
        self._overview, self._unknown = overview, ""
        self._before, self._after = overview.before, overview.after
        self.classes.set_classes(overview.classes)
        self.flips.set_flips(overview.answers, overview.changed, self._labels)
        self.mistakes.set_mistakes(overview.mistakes, self._labels)
        self._show_matrix()

    def set_unknown(self, words: str) -> None:
        """Show what the evaluation says by itself, and why the single answers are not known."""
        self._overview, self._unknown = None, words
        self.flips.set_unknown(words)
        if len(self._after):
            self.mistakes.set_mistakes(mistakes(self._before, self._after), self._labels)
        else:  # too many classes for a record
            self.mistakes.set_unknown(words)
        self._show_matrix()
        self._tell((), "", words)

    def show_again(self) -> None:
        """Tell again which samples are chosen, after the answers changed."""
        view = self.views.value
        if self._overview is None:
            self._tell((), "", self._unknown)
        elif view == "classes" and self.classes.selected is not None:
            self._on_class(self.classes.selected)
        elif view == "confusion" and self.matrix.chosen is not None:
            self._on_cell(*self.matrix.chosen)
        elif view == "groups" and self.groups.selected is not None:
            self._on_group(self.groups.selected)
        elif view == "flips" and self.flips.samples:
            self._tell_flips(0)
        else:
            self._tell((), "", _HINTS[view])

    def mark(self, sample: int) -> None:
        """Mark the sample that is looked at where samples are listed."""
        if self.views.value == "flips":
            self.flips.choose(sample)

    def _show_matrix(self) -> None:
        side = Side(self.sides.value)
        before, after = self._before, self._after
        counts = {Side.BEFORE: before, Side.AFTER: after, Side.CHANGE: after - before}[side]
        self.matrix.set_counts(counts, after.sum(axis=1), self._labels, side)
        self._on_framed(*self.matrix.framed)

    def _show_form(self) -> None:
        listed = self.forms.value == "list"
        self.form_stack.setCurrentWidget(self.mistakes if listed else self.matrix)
        self.sides.setVisible(not listed)
        self.read_out.setVisible(not listed)

    def _tell(self, samples: object, title: str, hint: str, at: int = 0) -> None:
        self.samples_chosen.emit(samples, title, at, hint)

    def _tell_flips(self, at: int) -> None:
        samples = self.flips.samples
        self.flips.choose(samples[at])
        self._tell(samples, _TITLES[self.flips.kind], "", at)

    @Slot(str)
    def _on_view(self, view: str) -> None:
        pages: dict[str, QWidget] = {
            "classes": self.classes,
            "confusion": self.confusion,
            "flips": self.flips,
            "groups": self.groups,
        }
        self.stack.setCurrentWidget(pages[view])
        self.show_again()

    @Slot(str)
    def _on_side(self, _side: str) -> None:
        self._show_matrix()
        if self.matrix.chosen is not None:
            self._on_cell(*self.matrix.chosen)

    @Slot(str)
    def _on_form(self, _form: str) -> None:
        self._show_form()

    @Slot(int)
    def _on_class(self, number: int) -> None:
        if self._overview is None:
            self._tell((), "", self._unknown)
            return
        samples = tuple(int(sample) for sample in self._overview.answers.missed(number))
        name = self._labels[number]
        words = f"Every sample of '{name}' is answered rightly, before and after."
        self._tell(samples, f"'{name}' missed before or after" if samples else "", words)

    @Slot(int)
    def _on_group(self, place: int) -> None:
        if self._overview is None:
            self._tell((), "", self._unknown)
            return
        group = self.groups.groups[place]
        samples = tuple(int(s) for s in self._overview.answers.missed_in(group.column, group.value))
        name = f"{group.column} '{group.value}'"
        words = f"No sample of {name} is answered wrongly, before or after."
        self._tell(samples, f"{name} answered wrongly" if samples else "", words)

    @Slot(int, int)
    def _on_cell(self, truth: int, answered: int) -> None:
        if self._overview is None:
            self._tell((), "", self._unknown)
            return
        listed = self.forms.value == "list"
        side = Side(self.sides.value)
        answers = self._overview.answers
        if listed:
            both = np.union1d(
                answers.in_cell(truth, answered, Side.AFTER), answers.in_cell(truth, answered, Side.BEFORE)
            )
            samples = tuple(int(sample) for sample in both)
            when = "before or after"
        else:
            samples = tuple(int(sample) for sample in answers.in_cell(truth, answered, side))
            when = "now or before, not both" if side is Side.CHANGE else f"{side.value} compression"
        self.matrix.choose((truth, answered))
        self.mistakes.choose((truth, answered))
        names = f"'{self._labels[truth]}' answered '{self._labels[answered]}' {when}"
        self._tell(samples, names if samples else "", f"No sample: {names}.")

    @Slot(int, int)
    def _on_framed(self, truth: int, answered: int) -> None:
        self.read_out.setText(self.matrix.words(truth, answered) or self._unknown)

    @Slot(int)
    def _on_flip(self, sample: int) -> None:
        self._tell_flips(self.flips.samples.index(sample))

    @Slot(str)
    def _on_kind(self, _kind: str) -> None:
        self.show_again()


def _counts(table: tuple[tuple[int, ...], ...]) -> npt.NDArray[np.int64]:
    return np.array(table, np.int64).reshape(len(table), len(table))
