"""The row above the table of layers: filter, columns, CSV, and what can be done with the selected layers."""

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QWidget

from studio.ui.theme import GRID
from studio.ui.widgets.read_out import ReadOut


class _Filter(QLineEdit):
    """A line that Escape empties."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: Escape shows all again."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)


class LayerTools(QWidget):
    """What is shown, how much of it, and the button for the selection."""

    filter_changed = Signal(str)
    choose_wanted = Signal()
    columns_wanted = Signal()
    csv_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.filter = _Filter()
        self.filter.setPlaceholderText("Filter: a name, conv, int4, own…")
        self.filter.setToolTip(
            "Words that a layer must have in its name, operator, numbers (int8, int4…) or choice (own)"
        )
        self.filter.setAccessibleName("Filter the layers")
        self.filter.setClearButtonEnabled(True)
        self.filter.setMaximumWidth(260)
        self.words = ReadOut()
        self.choose_button = QPushButton("Choose for selected…")
        self.choose_button.setToolTip(
            "Store the selected layers in other numbers, or remove more or less of them (right-click, or the keys "
            "4, 8, 6, F and Delete)"
        )
        self.columns_button = QPushButton("Columns…")
        self.columns_button.setToolTip("Choose which columns the table shows")
        self.csv_button = QPushButton("CSV…")
        self.csv_button.setToolTip("Save all layers with all their figures as a CSV file")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(self.filter, 2)
        layout.addWidget(self.words, 3)
        for button in (self.choose_button, self.columns_button, self.csv_button):
            layout.addWidget(button)
        self.filter.textChanged.connect(self.filter_changed)
        self.choose_button.clicked.connect(self._on_choose)
        self.columns_button.clicked.connect(self.columns_wanted)
        self.csv_button.clicked.connect(self.csv_wanted)

    def set_counts(self, all_layers: int, shown: int, selected: int, reason: str = "") -> None:
        """Say how many layers there are, match and are selected; `reason` why none of them can be chosen for."""
        parts = [f"{shown} of {all_layers} layers" if shown != all_layers else f"{all_layers} layers"]
        if selected:
            parts.append(f"{selected} selected")
        self.set_words(", ".join(parts))
        self.choose_button.setEnabled(bool(selected) and not reason)
        tip = reason or ("" if selected else "Select layers in the table first (drag, Shift, Ctrl, Ctrl+A)")
        self.choose_button.setStatusTip(tip)

    def set_words(self, words: str) -> None:
        """Say something beside the filter."""
        self.words.set_words(words)

    @Slot()
    def _on_choose(self) -> None:
        self.choose_wanted.emit()
