"""The tabs below the traces that are made with a board's session alone, by name and in order."""

from PySide6.QtWidgets import QWidget

from studio.ui.board_session import BoardSession
from studio.ui.live.drift_panel import DriftPanel
from studio.ui.live.label_view import LabelView
from studio.ui.live.record_view import RecordView
from studio.ui.live.validation_view import ValidationView


def board_tabs(board: BoardSession) -> tuple[tuple[str, QWidget], ...]:
    """Title and widget of each."""
    return (
        ("Hold a label", LabelView(board)),
        ("Drift", DriftPanel(board)),
        ("Validate", ValidationView(board)),
        ("Record", RecordView(board)),
    )
