"""A board in a window of its own, beside the studio's."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.ui.live.board_view import BoardView
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import row

_WIDTH, _HEIGHT = 1000, 680


class BoardWindow(QWidget):
    """Holds a BoardView; `closed` ends the board, `back_wanted` asks for its tab again."""

    closed = Signal(object)
    back_wanted = Signal(object)

    def __init__(self, view: BoardView, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.view = view
        self.setWindowTitle(f"{view.name} – TinyML Studio")
        self.back_button = QPushButton("Back into a tab")
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        self._layout.addLayout(row(None, self.back_button))
        self._layout.addWidget(view, 1)
        view.show()
        self.resize(_WIDTH, _HEIGHT)
        self.back_button.clicked.connect(lambda: self.back_wanted.emit(self))

    def give_back(self) -> BoardView:
        """The board without its window, which is of no use after that."""
        self._layout.removeWidget(self.view)
        self.view.setParent(None)
        self.hide()
        return self.view

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: the board ends with its window."""
        super().closeEvent(event)
        self.closed.emit(self)
