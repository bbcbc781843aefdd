"""The figures of a live connection: speed, what was lost on the way, and how the board itself fares."""

from PySide6.QtWidgets import QGridLayout, QWidget

from studio.core.formatting import show_bytes, show_time
from studio.core.frames import Stats
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label
from studio.ui.widgets.painted_line import PaintedLine

_ROWS = {
    "inference": ("Inference", "Time for one inference, by the board's own clock"),
    "rate": ("Results", "Results per second that arrive here"),
    "received": ("Received", "Results since the session began or was cleared"),
    "lost": ("Lost", "Frames that are missing in the board's own numbering"),
    "damaged": ("Damaged", "Frames whose checksum (CRC) was wrong; they are never shown"),
    "resets": ("Resets", "How often the board began anew"),
    "stack": ("Deepest stack", "The most stack the firmware has used so far (high-water mark)"),
    "dropped": ("Dropped by board", "Frames that the board could not send, and requests that reached it damaged"),
}  # fmt: skip


class LiveFigures(QWidget):
    """Names on the left, figures on the right."""

    def __init__(self) -> None:
        super().__init__()
        self._figures = {}
        layout = QGridLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setVerticalSpacing(GRID // 2)
        layout.setColumnStretch(1, 1)
        for place, (key, (name, tip)) in enumerate(_ROWS.items()):
            title = label(name, "muted")
            figure = PaintedLine()
            figure.set_words("–")
            title.setToolTip(tip)
            figure.setToolTip(tip)
            layout.addWidget(title, place, 0)
            layout.addWidget(figure, place, 1)
            self._figures[key] = figure

    def words(self, key: str) -> str:
        """A figure as it is shown: inference, rate, received, lost, damaged, resets, stack or dropped."""
        return self._figures[key].text()

    def set_speed(self, inference_us: int | None, per_s: float | None, received: int) -> None:
        """Show these; None where it is not known."""
        self._set("inference", show_time(inference_us) if inference_us is not None else "–")
        self._set("rate", f"{per_s:,.1f} per second" if per_s is not None else "–")
        self._set("received", f"{received:,}")

    def set_losses(self, lost: int, damaged: int, resets: int) -> None:
        """Show what was lost on the way."""
        for key, count in (("lost", lost), ("damaged", damaged), ("resets", resets)):
            self._set(key, f"{count:,}", "warning" if count else "text")

    def set_stats(self, stats: Stats | None) -> None:
        """Show what the board says of itself; None while it has said nothing."""
        known = stats is not None and stats.stack_bytes > 0
        self._set("stack", show_bytes(stats.stack_bytes) if stats is not None and known else "–")
        if stats is None:
            self._set("dropped", "–")
            return
        damaged = f", {stats.requests_damaged:,} damaged" if stats.requests_damaged else ""
        self._set(
            "dropped", f"{stats.frames_dropped:,}{damaged}", "warning" if stats.frames_dropped else "text"
        )

    def _set(self, key: str, words: str, color: str = "text") -> None:
        self._figures[key].set_words(words, color)
