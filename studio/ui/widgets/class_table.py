"""The table of classes: how many of each were found, and how far its name can be trusted, before and after."""

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.core.evaluation import ClassScore
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading

_HEADINGS = (
    Heading("Class", "As labels.txt names it", False),
    Heading("n", "Its samples in the test set"),
    Heading("Found", "The share of its samples that were found, before → after (recall)"),
    Heading("Right", "The share of the answers with its name that were right, before → after (precision)"),
    Heading("F1", "Found and right in one figure: their harmonic mean, before → after"),
)
_F1 = 4
_ROOM_FOR_ALL = 440


class ClassTable(FigureTable):
    """One row for each class, in the order of the labels; `row_selected` tells the class."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Classes", _HEADINGS, barred=True, parent=parent)
        self._shown: tuple[ClassScore, ...] = ()

    def set_classes(self, classes: tuple[ClassScore, ...]) -> None:
        """Show these; the selection stays on the same class."""
        if classes == self._shown:
            return
        selected = self.selected if len(classes) == len(self._shown) else None
        self._shown = classes
        self.set_rows([_row(score) for score in classes])
        self.select(selected)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: where there is little room F1 goes first: the two beside it say more."""
        super().resizeEvent(event)
        self.setColumnHidden(_F1, event.size().width() < _ROOM_FOR_ALL)


def _row(score: ClassScore) -> tuple[Cell, ...]:
    return (
        Cell(score.label, score.label.lower()),
        Cell(str(score.n), score.n),
        _pair(score.float_recall if score.n else None, score.recall if score.n else None),
        _pair(score.float_precision, score.precision),
        _pair(score.float_f1, score.f1),
    )


def _pair(before: float | None, after: float | None) -> Cell:
    """Shares before and after; "–" where there is nothing to divide by."""
    if before is None and after is None:
        return Cell("–", -1.0)
    words = " → ".join("–" if share is None else f"{share * 100:.1f}" for share in (before, after))
    if before == after and after is not None:
        words = f"{after * 100:.1f}"
    return Cell(f"{words} %", -1.0 if after is None else after, (before or 0.0, after or 0.0))
