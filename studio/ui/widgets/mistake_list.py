"""The list of mistakes: which class is taken for which other, and how often before and after."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.core.answers import Mistake
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading
from studio.ui.widgets.layouts import label

_HEADINGS = (
    Heading("True", "What the sample is", False),
    Heading("Answered", "What it was taken for", False),
    Heading("Before", "Times before compression"),
    Heading("After", "Times after compression"),
    Heading("Change", "After minus before"),
)
_NONE = "Neither model makes a mistake on these samples."


class MistakeList(QWidget):
    """The mistakes, most frequent first; `cell_chosen` is (true class, answered class)."""

    cell_chosen = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mistakes: tuple[Mistake, ...] = ()
        self.table = FigureTable("Mistakes", _HEADINGS, parent=self)
        self.none = label(_NONE, "muted", wrap=True)
        self.none.setAlignment(Qt.AlignmentFlag.AlignTop)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.none)
        layout.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self.table.row_selected.connect(self._on_row)
        self.set_mistakes((), ())

    def set_mistakes(self, mistakes: tuple[Mistake, ...], labels: tuple[str, ...]) -> None:
        """Show these; the selection stays on the same pair of classes."""
        selected = self.table.selected
        pair = self._pair(selected) if selected is not None else None
        self._mistakes = mistakes
        self.table.set_rows([_row(mistake, labels) for mistake in mistakes])
        self.none.setText(_NONE)
        self.none.setVisible(not mistakes)
        self.table.setVisible(bool(mistakes))
        self.choose(pair)

    def set_unknown(self, words: str) -> None:
        """List nothing, and say why."""
        self.set_mistakes((), ())
        self.none.setText(words)

    def choose(self, cell: tuple[int, int] | None) -> None:
        """Mark a pair of classes, or none, without saying so."""
        places = (place for place in range(len(self._mistakes)) if self._pair(place) == cell)
        self.table.select(next(places, None))

    def _pair(self, place: int) -> tuple[int, int]:
        mistake = self._mistakes[place]
        return mistake.truth, mistake.answered

    @Slot(int)
    def _on_row(self, place: int) -> None:
        self.cell_chosen.emit(*self._pair(place))


def _row(mistake: Mistake, labels: tuple[str, ...]) -> tuple[Cell, ...]:
    change = mistake.after - mistake.before
    signed = f"+{change}" if change > 0 else f"−{-change}" if change else "same"
    return (
        Cell(labels[mistake.truth], labels[mistake.truth].lower()),
        Cell(labels[mistake.answered], labels[mistake.answered].lower()),
        Cell(str(mistake.before), mistake.before),
        Cell(str(mistake.after), mistake.after),
        Cell(signed, change),
    )
