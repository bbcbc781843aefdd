"""Going through a review by keyboard: to a tab, and from open point to open point."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QWidget

from studio.core.phrases import phrase_later
from studio.core.review import SIGNATURE, USE
from studio.ui.widgets.open_points import OpenPoint

KEYS = phrase_later("Alt+1 to Alt+5: tabs  ·  On a question Y, N or A: answer, and on to its words")


@dataclass(frozen=True, slots=True)
class _Stop:
    """A place with an open point, and whether one there blocks: a warning left there is another stop, a later one."""

    place: str
    blocks: bool


class ReviewWalking(QObject):
    """`tab_wanted` gives a tab's number, `place_wanted` the place of a point.

    The keys work wherever the cursor is in the window while `page` is in sight.
    """

    tab_wanted = Signal(int)
    place_wanted = Signal(str)

    def __init__(self, page: QWidget, tabs: int, points: Callable[[], tuple[OpenPoint, ...]]) -> None:
        super().__init__(page)
        self._page = page
        self._points = points
        self._place = ""
        self._order: list[_Stop] = []  # as it was when somebody went to this place
        for number in range(tabs):
            self._shortcut(f"Alt+{number + 1}", partial(self.tab_wanted.emit, number))
        self._shortcut("Ctrl+Return", self.go_on)
        self._shortcut("Ctrl+Enter", self.go_on)  # the one beside the digits

    @Slot(str)
    def note(self, place: str) -> None:
        """Somebody went to this place; who comes back to it from its samples did not leave it."""
        if place != self._place:
            self._place, self._order = place, self._places()

    def forget(self) -> None:
        """Another project is at hand: the next step goes to its first open point."""
        self._place, self._order = "", []

    @Slot()
    def go_on(self) -> None:
        """Go to the next thing to be done: the use, then what blocks, from the last on to the first.

        What only warns comes once nothing but the signature is missing. A place that has the cursor already, and wants
        nothing else there, is passed over.
        """
        places, before = self._places(), QApplication.focusWidget()
        first = [one for one in places if one.blocks and one.place != SIGNATURE]
        if any(one.place != USE for one in first):
            places = first
        begin = self._begin(places)
        for stop in (*places[begin:], *places[:begin]):
            self.place_wanted.emit(stop.place)
            if QApplication.focusWidget() is not before:
                return

    def _begin(self, places: list[_Stop]) -> int:
        """The place one is at, or where that is settled the first one after it that is open."""
        at = next((number for number, one in enumerate(self._order) if one.place == self._place), 0)
        return next((places.index(one) for one in self._order[at:] if one in places), 0)

    def _places(self) -> list[_Stop]:
        # The use comes first even where it only warns: answers hang on its words.
        points = sorted(self._points(), key=lambda point: (point.place != USE, not point.blocks))
        first = {one.place: _Stop(one.place, one.blocks or one.place == USE) for one in reversed(points)}
        return list(dict.fromkeys(first[point.place] for point in points))

    def _shortcut(self, keys: str, then: Callable[[], object]) -> None:
        shortcut = QShortcut(QKeySequence(keys), self._page)
        shortcut.setContext(Qt.ShortcutContext.WindowShortcut)  # Qt: only while the page is visible
        shortcut.activated.connect(then)
