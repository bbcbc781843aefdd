"""What a table's heading tells Qt: its words, its explanation, and the side on which its column stands."""

from PySide6.QtCore import Qt

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def side_of(number: bool) -> Qt.AlignmentFlag:
    """Numbers stand on the right, so that their digits compare; words on the left."""
    return _RIGHT if number else _LEFT


def heading_data(words: str, tip: str, number: bool, role: int) -> object:
    """What `headerData` answers for this `role` of a heading."""
    if role == Qt.ItemDataRole.DisplayRole:
        return words
    if role == Qt.ItemDataRole.ToolTipRole:
        return tip
    if role == Qt.ItemDataRole.TextAlignmentRole:
        return side_of(number)
    return None
