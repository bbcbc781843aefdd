"""A column that scrolls when the window is too low for it."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QWidget

_LOWEST = 80


class Scrolled(QScrollArea):
    """`inside` without a frame; it scrolls up and down, and is never narrower than what it holds."""

    def __init__(self, inside: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.horizontalScrollBar().valueChanged.connect(self._stay)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    @Slot(int)
    def _stay(self, value: int) -> None:
        """Where a field that gets the focus would move the column sideways, it stays."""
        if value:
            self.horizontalScrollBar().setValue(0)

    def minimumSizeHint(self) -> QSize:
        """Qt: as wide as the content needs, with its scroll bar."""
        content = self.widget()
        needed = content.minimumSizeHint().width() if content is not None else 0
        return QSize(needed + self.verticalScrollBar().sizeHint().width(), _LOWEST)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Qt: when the content wants another size, so does this."""
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


def bring_into_sight(part: QWidget) -> None:
    """Scroll what `part` is in, where it is in something that scrolls, so that all of it is seen."""
    around = part.parentWidget()
    while around is not None and not isinstance(around, QScrollArea):
        around = around.parentWidget()
    if around is not None:
        around.ensureWidgetVisible(part, 0, 0)
