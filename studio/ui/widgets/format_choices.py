"""In which form a model is exported: format, engine and where the example reads its input."""

from collections.abc import Callable
from enum import StrEnum
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFormLayout, QSizePolicy, QWidget

from studio.core.board import Board
from studio.core.formats.delivery import ExportEngine, ExportFormat, SensorStub
from studio.core.formats.table import usual_format, why_no_sensor, why_not
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label


class FormatChoices(QWidget):
    """Three lists; what the board cannot take stands in them greyed, with the reason."""

    format_chosen = Signal(str)
    engine_chosen = Signal(str)
    sensor_chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.format = _list("Export format", ExportFormat)
        self.engine = _list("Engine", ExportEngine)
        self.sensor = _list("Where the example reads its input", SensorStub)
        self._reason = label("", "small", wrap=True)
        layout = QFormLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(2 * GRID)
        layout.setVerticalSpacing(GRID)
        layout.addRow("Format", self.format)
        layout.addRow("Engine", self.engine)
        layout.addRow("Input", self.sensor)
        layout.addRow(self._reason)
        self.format.activated.connect(self._on_format)
        self.engine.activated.connect(self._on_engine)
        self.sensor.activated.connect(self._on_sensor)

    @property
    def reason(self) -> str:
        """Why what is chosen cannot be exported for this board; empty: it can."""
        return self._reason.text()

    def set_choices(
        self, board: Board, format_: ExportFormat | None, engine: ExportEngine, sensor: SensorStub
    ) -> None:
        """Show what is chosen; None is the board's usual format."""
        shown = format_ or usual_format(board)
        _show(self.format, shown, lambda choice: why_not(ExportFormat(choice), board))
        _show(self.engine, engine, lambda choice: why_not(shown, board, ExportEngine(choice)))
        _show(self.sensor, sensor, lambda choice: why_no_sensor(SensorStub(choice), shown, board))
        takes_c = shown.takes_c
        self.engine.setEnabled(takes_c)
        self.sensor.setEnabled(shown in (ExportFormat.ARDUINO, ExportFormat.PLATFORMIO))
        words = why_not(shown, board, engine) or ""
        self._reason.setText(words)
        self._reason.setVisible(bool(words))

    @Slot(int)
    def _on_format(self, place: int) -> None:
        self.format_chosen.emit(self.format.itemData(place))

    @Slot(int)
    def _on_engine(self, place: int) -> None:
        self.engine_chosen.emit(self.engine.itemData(place))

    @Slot(int)
    def _on_sensor(self, place: int) -> None:
        self.sensor_chosen.emit(self.sensor.itemData(place))


def _list(name: str, choices: type[ExportFormat] | type[ExportEngine] | type[SensorStub]) -> QComboBox:
    found = QComboBox()
    found.setAccessibleName(name)
    # Its longest entry must not make the page wider than a small window.
    found.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    found.setMinimumContentsLength(20)
    found.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    for choice in choices:
        found.addItem(choice.words, choice.value)
    return found


def _show(box: QComboBox, chosen: StrEnum, refused: Callable[[str], str | None]) -> None:
    box.setCurrentIndex(box.findData(chosen.value))
    model = cast(QStandardItemModel, box.model())
    for place in range(box.count()):
        reason = refused(str(box.itemData(place)))
        item = model.item(place)
        item.setEnabled(reason is None)
        box.setItemData(place, reason or "", Qt.ItemDataRole.ToolTipRole)
