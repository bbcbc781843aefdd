"""What happened, as a table: when, of which kind, what; the newest below, the oldest go."""

from collections.abc import Iterable

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from studio.core.live_events import EventKind, LiveEvent

_HEADINGS = ("Time", "Kind", "What happened")
_Index = QModelIndex | QPersistentModelIndex


class EventTable(QAbstractTableModel):
    """The events of one kind, or of all (None), at most `most` of them."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._all: list[LiveEvent] = []
        self._shown: list[LiveEvent] = []
        self._kind: EventKind | None = None

    @property
    def events(self) -> tuple[LiveEvent, ...]:
        """What is shown."""
        return tuple(self._shown)

    def add(self, fresh: Iterable[LiveEvent]) -> None:
        """Add these below."""
        fresh = list(fresh)
        self._all = (self._all + fresh)[-self._most :]
        wanted = [one for one in fresh if self._kind in (None, one.kind)][-self._most :]
        if not wanted:
            return
        too_many = len(self._shown) + len(wanted) - self._most
        if too_many > 0:
            self.beginRemoveRows(QModelIndex(), 0, too_many - 1)
            del self._shown[:too_many]
            self.endRemoveRows()
        begin = len(self._shown)
        self.beginInsertRows(QModelIndex(), begin, begin + len(wanted) - 1)
        self._shown += wanted
        self.endInsertRows()

    def set_kind(self, kind: EventKind | None) -> None:
        """Show these alone."""
        self.beginResetModel()
        self._kind = kind
        self._shown = [one for one in self._all if kind in (None, one.kind)]
        self.endResetModel()

    def clear(self) -> None:
        """Forget them."""
        self.beginResetModel()
        self._all, self._shown = [], []
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008  # Qt's own face
        """Qt: how many."""
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008
        """Qt: when, which, what."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:
        """Qt: the headings."""
        is_heading = orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _HEADINGS[section] if is_heading else None

    def data(self, index: _Index, role: int = 0) -> object:
        """Qt: the words of a cell; the whole sentence as its tip."""
        one = self._shown[index.row()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return one.words
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        return (one.clock, one.kind.value, one.words)[index.column()]
