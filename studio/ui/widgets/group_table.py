"""The table of groups: how often each value of a group column (person, device, place…) is answered rightly."""

from PySide6.QtWidgets import QWidget

from studio.core.evaluation import GroupScore
from studio.ui.widgets.figure_table import Cell, FigureTable, Heading

_HEADINGS = (
    Heading("Column", "The group column of the data", False),
    Heading("Group", "One value of the column", False),
    Heading("n", "Its samples in the test set"),
    Heading("Right", "The share of them that is answered rightly, before → after (accuracy)"),
)


class GroupTable(FigureTable):
    """One row for each value of each group column; `row_selected` tells the place among the groups."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Groups", _HEADINGS, wide=1, barred=True, parent=parent)
        self.groups: tuple[GroupScore, ...] = ()

    def set_groups(self, groups: tuple[GroupScore, ...]) -> None:
        """Show these; the selection stays on the same group."""
        if groups == self.groups:
            return
        names = [(group.column, group.value) for group in groups]
        place = self.selected
        chosen = None if place is None else (self.groups[place].column, self.groups[place].value)
        self.groups = groups
        self.set_rows([_row(group) for group in groups])
        self.select(names.index(chosen) if chosen in names else None)


def _row(group: GroupScore) -> tuple[Cell, ...]:
    before, after = group.float_accuracy, group.accuracy
    words = f"{after * 100:.1f} %" if before == after else f"{before * 100:.1f} → {after * 100:.1f} %"
    return (
        Cell(group.column, group.column.lower()),
        Cell(group.value, group.value.lower()),
        Cell(str(group.n), group.n),
        Cell(words, after, (before, after)),
    )
