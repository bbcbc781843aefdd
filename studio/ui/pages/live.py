"""The Live page: boards, virtual or real, each in a tab or a window of its own, watched while they infer."""

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QTabBar, QTabWidget, QToolButton, QVBoxLayout, QWidget

from studio.ui.board_session import BoardSession
from studio.ui.icons import icon
from studio.ui.live.board_view import BoardView
from studio.ui.live.board_window import BoardWindow
from studio.ui.port_holding import SessionHolder
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.answer_card import AnswerCard
from studio.ui.widgets.layouts import label

MOST_BOARDS = 8


class LivePage(QWidget):
    """Tabs of boards; there is always one. Closing a tab or its window frees the port."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._windows: list[BoardWindow] = []
        self.port_holder = SessionHolder(lambda: [view.board for view in self.views], self)
        self.tabs = QTabWidget()
        self.tabs.setMovable(True)
        self.tabs.setDocumentMode(True)
        self.tabs.setAccessibleName("Boards")
        self.add_button = self._button("add", "Watch another board at the same time")
        self.window_button = self._button("window", "Show this board in a window of its own")
        corner = QWidget()
        buttons = QHBoxLayout(corner)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(GRID // 2)
        buttons.addWidget(self.add_button)
        buttons.addWidget(self.window_button)
        title = label("Live", "title")
        title.setContentsMargins(0, 0, 3 * GRID, GRID // 2)
        self.tabs.setCornerWidget(title, Qt.Corner.TopLeftCorner)
        self.tabs.setCornerWidget(corner, Qt.Corner.TopRightCorner)
        self.tabs.tabBar().setDrawBase(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * GRID, 2 * GRID, 2 * GRID, GRID)
        layout.setSpacing(GRID)
        layout.addWidget(self.tabs, 1)
        self.add_button.clicked.connect(self.add_board)
        self.window_button.clicked.connect(self.open_window)
        self.add_board()

    @property
    def views(self) -> tuple[BoardView, ...]:
        """All boards, those in tabs first."""
        in_tabs = [self.tabs.widget(place) for place in range(self.tabs.count())]
        return (
            *(view for view in in_tabs if isinstance(view, BoardView)),
            *(one.view for one in self._windows),
        )

    @property
    def current(self) -> BoardView:
        """The board of the tab that is shown."""
        view = self.tabs.currentWidget()
        assert isinstance(view, BoardView)
        return view

    @property
    def board(self) -> BoardSession:
        """The session of the tab that is shown."""
        return self.current.board

    @property
    def connect_button(self) -> QPushButton:
        """Connect or Disconnect of the tab that is shown."""
        return self.current.bar.connect_button

    @property
    def answer(self) -> AnswerCard:
        """What the board of the tab that is shown answers."""
        return self.current.answer

    @property
    def model_words(self) -> str:
        """Which model the board of the tab that is shown runs."""
        return self.current.standing.words

    @Slot()
    def add_board(self) -> None:
        """Another tab."""
        view = BoardView(self._session)
        view.live_changed.connect(self._on_live)
        view.named.connect(lambda name: self._on_named(view, name))
        self._add_tab(view)

    @Slot()
    def open_window(self) -> None:
        """Move the tab that is shown into a window of its own; its connection goes on."""
        view = self.current
        if self.tabs.count() == 1:
            self.add_board()
        self.tabs.removeTab(self.tabs.indexOf(view))
        window = BoardWindow(view, self)
        window.closed.connect(self._on_window_closed)
        window.back_wanted.connect(self._on_back_wanted)
        self._windows.append(window)
        window.show()
        self._show_use()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt: let go of all boards."""
        for window in self._windows:
            window.view.close_board()
            window.deleteLater()
        self._windows = []
        for view in self.views:
            view.close_board()
        self._session.set_live(False)
        super().closeEvent(event)

    def _button(self, name: str, words: str) -> QToolButton:
        button = QToolButton(autoRaise=True)
        button.setIcon(icon(name))
        button.setToolTip(words)
        button.setAccessibleName(words)
        return button

    def _add_tab(self, view: BoardView) -> None:
        place = self.tabs.addTab(view, view.name)
        cross = self._button("close", "Disconnect this board and close its tab")
        cross.clicked.connect(lambda: self._on_close_wanted(self.tabs.indexOf(view)))
        self.tabs.tabBar().setTabButton(place, QTabBar.ButtonPosition.RightSide, cross)
        self.tabs.setCurrentIndex(place)
        self._show_use()

    def _show_use(self) -> None:
        self.add_button.setEnabled(len(self.views) < MOST_BOARDS)
        is_only = self.tabs.count() == 1
        for place in range(self.tabs.count()):
            cross = self.tabs.tabBar().tabButton(place, QTabBar.ButtonPosition.RightSide)
            if cross is not None:
                cross.setVisible(not is_only)

    def _end(self, view: BoardView) -> None:
        view.close_board()
        view.hide()
        view.deleteLater()
        self._on_live()

    def _on_named(self, view: BoardView, name: str) -> None:
        place = self.tabs.indexOf(view)
        if place >= 0:
            self.tabs.setTabText(place, name)
        for window in self._windows:
            if window.view is view:
                window.setWindowTitle(f"{name} – TinyML Studio")

    @Slot()
    def _on_live(self) -> None:
        self._session.set_live(any(view.is_live for view in self.views))

    def _on_close_wanted(self, place: int) -> None:
        view = self.tabs.widget(place)
        if self.tabs.count() > 1 and isinstance(view, BoardView):
            self.tabs.removeTab(place)
            self._end(view)
            self._show_use()

    @Slot(object)
    def _on_window_closed(self, window: BoardWindow) -> None:
        if window in self._windows:
            self._windows.remove(window)
            self._end(window.view)
            window.deleteLater()
            self._show_use()

    @Slot(object)
    def _on_back_wanted(self, window: BoardWindow) -> None:
        if window in self._windows:
            self._windows.remove(window)
            view = window.give_back()
            window.deleteLater()
            self._add_tab(view)
