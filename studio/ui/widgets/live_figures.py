"""The figures of a live connection: speed, and what was lost on the way."""

from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.formatting import show_time
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.layouts import label

_ROWS = {
    "inference": ("Inference", "Time for one inference, by the board's own clock"),
    "rate": ("Results", "Results per second that arrive here"),
    "received": ("Received", "Results since the connection or the last clear"),
    "lost": ("Lost", "Results that are missing in the board's own numbering"),
    "damaged": ("Damaged", "Frames whose checksum (CRC) was wrong; they are never shown"),
}


class LiveFigures(QWidget):
    """Names on the left, figures on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._figures = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(GRID // 2)
        layout.setColumnStretch(1, 1)
        for place, (key, (name, tip)) in enumerate(_ROWS.items()):
            title = label(name, "muted")
            figure = label("–")
            title.setToolTip(tip)
            figure.setToolTip(tip)
            layout.addWidget(title, place, 0)
            layout.addWidget(figure, place, 1)
            self._figures[key] = figure

    def words(self, key: str) -> str:
        """The figure "inference", "rate", "received", "lost" or "damaged" as it is shown."""
        return self._figures[key].text()

    def set_figures(
        self, *, inference_us: int | None, per_s: float | None, received: int, lost: int, damaged: int
    ) -> None:
        """Show these; None where it is not known."""
        self._set("inference", show_time(inference_us) if inference_us is not None else "–")
        self._set("rate", f"{per_s:.1f} per second" if per_s is not None else "–")
        self._set("received", f"{received:,}")
        self._set("lost", f"{lost:,}", "warning" if lost else "")
        self._set("damaged", f"{damaged:,}", "warning" if damaged else "")

    def _set(self, key: str, words: str, role: str = "") -> None:
        figure = self._figures[key]
        if figure.text() != words:
            figure.setText(words)
        set_role(figure, role)
