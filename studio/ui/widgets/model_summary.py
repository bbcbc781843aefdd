"""What a model is: its format, size and work, and the tensors that go in and come out."""

from PySide6.QtWidgets import QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from studio.core.formatting import show_bytes, show_count, show_shape
from studio.core.model import Model, ModelFormat, TensorInfo
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label

_FORMATS = {
    ModelFormat.KERAS: "Keras (.keras)",
    ModelFormat.H5: "Keras (.h5)",
    ModelFormat.SAVED_MODEL: "TensorFlow SavedModel",
    ModelFormat.ONNX: "ONNX (.onnx)",
    ModelFormat.TFLITE: "TensorFlow Lite (.tflite)",
}


class ModelSummary(QWidget):
    """The model in a few lines: a name and a value each, cut short where there is no room."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(2 * GRID)
        self._grid.setVerticalSpacing(GRID // 2)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._notes = label("", "warning", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(self._grid)
        layout.addWidget(self._notes)
        self._show([("", "", "")] * 7, ())

    def set_waiting(self, words: str) -> None:
        """Show these words while the model is being read."""
        self._show([("", words, "")], ())

    def set_model(self, model: Model) -> None:
        """Show this model."""
        kind = "stored in 8 bits (int8)" if model.quantized else "as trained, 32 bits (float32)"
        rows = [
            ("Format", _FORMATS[model.format], model.path),
            ("Numbers", kind, ""),
            ("Size", f"{show_bytes(model.artifact_bytes)} as .tflite", "Converted with a fixed batch of 1"),
            ("Parameters", f"{model.parameters:,} weights and biases", ""),
            ("Work", f"{show_count(model.macs)} MACs (multiply-accumulates) for one answer", ""),
        ]
        rows += [("Goes in", _tensor(tensor), tensor.name) for tensor in model.inputs]
        rows += [("Comes out", _tensor(tensor), tensor.name) for tensor in model.outputs]
        self._show(rows, model.notes)

    def _show(self, rows: list[tuple[str, str, str]], notes: tuple[str, ...]) -> None:
        while len(self._rows) < len(rows):
            # The same labels serve every model, always visible, and none wraps: else laying out takes long.
            name, value = label("", "muted"), label("")
            value.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            self._grid.addWidget(name, len(self._rows), 0)
            self._grid.addWidget(value, len(self._rows), 1)
            self._rows.append((name, value))
        for place, (name, value) in enumerate(self._rows):
            known = rows[place] if place < len(rows) else ("", "", "")
            name.setText(known[0])
            value.setText(known[1])
            value.setToolTip(f"{known[1]}\n{known[2]}".strip())
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))


def _tensor(tensor: TensorInfo) -> str:
    words = f"{show_shape(tensor.shape)}, {tensor.dtype}"
    if tensor.scale is not None:
        words += f", scale {tensor.scale:.6g}, zero point {tensor.zero_point}"
    return words
