"""The review's log as one can read it: whether it is whole, and what happened when by whom."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.core.checklist import standard_checklist
from studio.core.phrases import phrase, phrase_count
from studio.core.review import Row
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.log_words import log_words
from studio.ui.widgets.symbol import Symbol

_MOST = 500


class LogView(QWidget):
    """The newest row first; `state_words` says whether the chain holds."""

    def __init__(self) -> None:
        super().__init__()
        self._icon = Symbol("done", "good", 20)
        self._state = label("", wrap=True)
        self.check = QPushButton(phrase("Check the log"))
        self.check.setToolTip(
            phrase("Read it from its first row on and verify the chain; the log says that you did")
        )
        self.table = FigureTable(phrase("Log of the review"), _headings(), wide=3, parent=self)
        self.table.setTabKeyNavigation(False)
        top = row(self._icon)
        top.addWidget(self._state, 1)
        top.addWidget(self.check)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        words = phrase(
            "Each row is chained to the one before by its hash, so a change shows. "
            "It does not stop who owns the file from writing all of it anew."
        )
        layout.addWidget(label(words, "small", wrap=True))
        layout.addWidget(self.table, 1)

    @property
    def state_words(self) -> str:
        """Whether the log is whole."""
        return self._state.text()

    def set_log(self, rows: tuple[Row, ...], broken: str) -> None:
        """Show these rows; `broken` is the sentence where the chain does not hold."""
        self._icon.set_icon("blocked" if broken else "done", "danger" if broken else "good")
        set_role(self._state, "danger" if broken else "")
        self._state.setText(phrase("The log is broken. {why}", why=broken) if broken else _whole(rows))
        self.check.setEnabled(bool(rows or broken))
        lines = log_words(rows, standard_checklist())
        self.table.set_rows([_cells(*one) for one in reversed([*zip(rows, lines, strict=True)][-_MOST:])])


def _headings() -> tuple[Heading, ...]:
    return (
        Heading("#", phrase("The row's number")),
        Heading(phrase("When"), phrase("In universal time"), False),
        Heading(phrase("Who"), phrase("The name that was entered"), False),
        Heading(phrase("What"), phrase("What happened"), False),
    )


def _whole(rows: tuple[Row, ...]) -> str:
    if not rows:
        return phrase("Nothing is logged yet.")
    return phrase_count(
        "The log is whole: {count:,} row, the last one {hash}…",
        "The log is whole: {count:,} rows, the last one {hash}…",
        len(rows),
        hash=rows[-1].hash[:16],
    )


def _cells(one: Row, words: str) -> tuple[Cell, ...]:
    when = one.time[:19].replace("T", " ")
    return (Cell(str(one.seq), one.seq), Cell(when, one.time), Cell(one.actor, one.actor), Cell(words, words))
