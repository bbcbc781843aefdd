"""What a model is: its format, size and work, and the tensors that go in and come out."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.core.formatting import show_bytes, show_count, show_shape
from studio.core.model import Model, ModelFormat, TensorInfo
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label

_FORMATS = {
    ModelFormat.KERAS: "Keras (.keras)",
    ModelFormat.H5: "Keras (.h5)",
    ModelFormat.SAVED_MODEL: "TensorFlow SavedModel",
    ModelFormat.TFLITE: "TensorFlow Lite (.tflite)",
}


class ModelSummary(QWidget):
    """The model in a few lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)
        self._values: dict[str, int] = {}
        self._notes = label("", "warning", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._grid)
        layout.addWidget(self._notes)

    def set_model(self, model: Model) -> None:
        """Show this model."""
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        kind = "stored in 8 bits (int8)" if model.quantized else "as trained, 32 bits (float32)"
        rows = [
            ("Format", _FORMATS[model.format], model.path),
            ("Numbers", kind, ""),
            ("Size", f"{show_bytes(model.artifact_bytes)} as .tflite", "Converted with a fixed batch of 1"),
            ("Parameters", f"{model.parameters:,} weights and biases", ""),
            ("Work", f"{show_count(model.macs)} multiply-accumulates (MACs) for one answer", ""),
        ]
        rows += [("Goes in", _tensor(tensor), tensor.name) for tensor in model.inputs]
        rows += [("Comes out", _tensor(tensor), tensor.name) for tensor in model.outputs]
        for line, (name, value, tip) in enumerate(rows):
            self._grid.addWidget(label(name, "muted"), line, 0, Qt.AlignmentFlag.AlignTop)
            text = label(value, wrap=True, selectable=True)
            text.setToolTip(tip)
            self._grid.addWidget(text, line, 1)
        self._notes.setText("\n".join(model.notes))
        self._notes.setVisible(bool(model.notes))


def _tensor(tensor: TensorInfo) -> str:
    words = f"{show_shape(tensor.shape)}, {tensor.dtype}"
    if tensor.scale is not None:
        words += f", scale {tensor.scale:.6g}, zero point {tensor.zero_point}"
    return words
