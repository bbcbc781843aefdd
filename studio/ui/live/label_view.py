"""'I hold this label now': a button and a digit key for each label, and a confusion matrix of what the board said."""

import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from studio.core.answers import Side
from studio.core.arrivals import Arrivals
from studio.core.errors import StudioError
from studio.core.formatting import show_share
from studio.core.live_confusion import MARGINS_S, MOST_RESULTS, USUAL_MARGIN_S, LiveConfusion, Tally
from studio.core.monitor import Monitor
from studio.core.storage import write_atomically
from studio.ui.board_session import BoardSession
from studio.ui.choosing import choose_place
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.confusion_matrix import ConfusionMatrix
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.scrolled import Scrolled

_KEYS = 9  # labels that have a digit of their own
_COLUMNS = 2
_SHOW_MS = 200
_REPEATS_WITHIN_MS = 60
_LONGEST = 24
_FULL = f" Only the first {MOST_RESULTS:,} results are counted; clear to go on."
_NO_BOARD = (
    "Connect a board. Then hold a label's button, or its digit key, while you show the board what it names."
)
_NO_LABELS = "This model gives no labels, so there is nothing to hold."


class LabelView(QWidget):
    """Buttons on the left, the matrix on the right. A key counts while this view or its page has the keyboard."""

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._newest: tuple[float, float] | None = None  # on the monitor's time line, on the computer's clock
        self.confusion = LiveConfusion(())
        self.buttons: list[QPushButton] = []
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._empty = label(_NO_BOARD, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._choices = QWidget()
        self._grid = QGridLayout(self._choices)
        self._grid.setContentsMargins(0, 0, GRID, 0)
        self._grid.setSpacing(GRID // 2)
        self.stay = QCheckBox("Stay on until the next press")
        self.stay.setToolTip("A click begins and another one ends, so that both hands are free")
        self.margin = QComboBox()
        self.margin.setAccessibleName("Left out around switches")
        self.margin.setToolTip(
            "Results so near a hold's beginning and end are not counted: hands are slower than keys"
        )
        for seconds in MARGINS_S:
            self.margin.addItem(
                f"leave out {seconds:g} s at both ends" if seconds else "count everything", seconds
            )
        self.margin.setCurrentIndex(MARGINS_S.index(USUAL_MARGIN_S))
        self.undo_button = QPushButton(icon("undo"), "Undo")
        self.undo_button.setToolTip("Forget the last label that was held")
        self.clear_button = QPushButton(icon("clear"), "Clear")
        self.clear_button.setToolTip("Forget all labels that were held")
        self.save_button = QPushButton(icon("save"), "Save…")
        self.save_button.setToolTip("Write every result and what was held then as a CSV file")
        self.matrix = ConfusionMatrix()
        self.words = label("", wrap=True)
        self.small = label("", "small", wrap=True)
        self._lay_out()
        self._soon = QTimer(self, interval=_SHOW_MS, singleShot=True)
        self._key_up: int | None = None
        self._key_rests = QTimer(self, interval=_REPEATS_WITHIN_MS, singleShot=True)
        self._key_rests.timeout.connect(self._on_key_rests)

        self._soon.timeout.connect(self._show_tally)
        self.stay.toggled.connect(self._on_stay)
        self.margin.currentIndexChanged.connect(self._show_tally)
        self.undo_button.clicked.connect(self._on_undo)
        self.clear_button.clicked.connect(self._on_clear)
        self.save_button.clicked.connect(self._on_save)
        self.matrix.cell_framed.connect(self._on_framed)
        board.monitor_changed.connect(self._on_monitor)
        board.results_arrived.connect(self._on_results)
        board.cleared.connect(self._on_clear)
        self._on_monitor(board.monitor)

    @property
    def empty_words(self) -> str:
        """What is said while there is nothing to hold; "" else."""
        return self._empty.text() if self._stack.currentIndex() == 0 else ""

    def save(self, path: Path) -> None:
        """Write the results to a CSV file."""
        try:
            write_atomically(path, self.confusion.as_csv(self._margin_s).encode())
            self.small.setText(f"Saved {path.name}")
        except StudioError as error:
            self.small.setText(str(error))

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: what came meanwhile."""
        super().showEvent(event)
        self._show_tally()

    def hideEvent(self, event: QHideEvent) -> None:
        """Qt: nobody holds a label that cannot be seen, unless it is to stay."""
        super().hideEvent(event)
        if not self.stay.isChecked():
            self._release()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: a key that is released elsewhere is not heard."""
        super().focusOutEvent(event)
        if not self.stay.isChecked():
            self._release()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: a digit holds its label."""
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < min(len(self.buttons), _KEYS) and not event.isAutoRepeat():
            repeats = self._key_rests.isActive() and self._key_up == place
            self._key_rests.stop()
            if repeats:
                self._key_up = None
            else:
                self._on_key_rests()
                self._press(place)
            return
        if event.isAutoRepeat() and 0 <= place < _KEYS:
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Qt: and lets go of it."""
        place = event.key() - Qt.Key.Key_1
        if 0 <= place < _KEYS and not event.isAutoRepeat():
            self._key_up = place
            self._key_rests.start()
            return
        super().keyReleaseEvent(event)

    @Slot()
    def _on_key_rests(self) -> None:
        """The key is really up: some displays repeat a held key as releases, with the next press at once."""
        place, self._key_up = self._key_up, None
        if place is not None:
            self._let_go(place)

    def _lay_out(self) -> None:
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(label("Hold while you show it", "small"))
        column.addWidget(Scrolled(self._choices), 1)
        column.addWidget(self.stay)
        left.setFixedWidth(264)
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        right.addLayout(row(self.margin, None, self.undo_button, self.clear_button, self.save_button))
        right.addWidget(self.words)
        right.addWidget(self.matrix, 1)
        right.addWidget(self.small)
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(GRID, GRID, GRID, GRID)
        across.setSpacing(2 * GRID)
        across.addWidget(left)
        across.addLayout(right, 1)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(inside)

    @property
    def _margin_s(self) -> float:
        return float(self.margin.currentData())

    def _now_s(self) -> float:
        """Now on the monitor's time line: the newest result's time, and what has passed since it came."""
        if self._newest is None:
            return 0.0
        time_s, at_s = self._newest
        return time_s + (max(0.0, time.time() - at_s) if at_s else 0.0)

    def _press(self, place: int) -> None:
        if self.stay.isChecked() and self.confusion.held == place:
            self._release()
            return
        self.confusion.hold(place, self._now_s())
        self._show_held()
        self._show_tally()

    def _let_go(self, place: int) -> None:
        if not self.stay.isChecked() and self.confusion.held == place:
            self._release()

    def _release(self) -> None:
        if self.confusion.held is not None:
            self.confusion.release(self._now_s())
            self._show_held()
            self._show_tally()

    def _show_held(self) -> None:
        for place, button in enumerate(self.buttons):
            button.setChecked(self.confusion.held == place)

    def _make_buttons(self, names: tuple[str, ...]) -> None:
        for button in self.buttons:
            self._grid.removeWidget(button)
            button.hide()
            button.deleteLater()
        self.buttons = []
        for place, name in enumerate(names):
            shown = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}…"
            button = QPushButton(f"{place + 1}  {shown}" if place < _KEYS else shown)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys stay with this view
            button.setToolTip(
                f"Hold while '{name}' is true" + (f" (key {place + 1})" if place < _KEYS else "")
            )
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.pressed.connect(lambda place=place: self._on_pressed(place))
            button.released.connect(lambda place=place: self._on_released(place))
            self._grid.addWidget(button, place // _COLUMNS, place % _COLUMNS)
            self.buttons.append(button)
        self._grid.setRowStretch(len(names) // _COLUMNS + 1, 1)

    @Slot()
    def _show_tally(self, *_: object) -> None:
        if not self.isVisible():
            return
        tally, names = self.confusion.tally(self._margin_s), self.confusion.names
        counts = np.array(tally.counts, np.int64).reshape(len(names), len(names))
        self.matrix.set_counts(counts, counts.sum(axis=1), names, Side.AFTER)
        self.words.setText(_words(tally) + (_FULL if self.confusion.is_full else ""))
        self.small.setText(_left_out(tally, self._margin_s))
        self.undo_button.setEnabled(not self.confusion.is_empty)
        self.clear_button.setEnabled(not self.confusion.is_empty)
        self.save_button.setEnabled(not self.confusion.is_empty)

    @Slot(object)
    def _on_monitor(self, monitor: Monitor | None) -> None:
        names = monitor.names if monitor is not None and monitor.classifies else ()
        self._newest = None
        self._empty.setText(_NO_BOARD if monitor is None or not monitor.names else _NO_LABELS)
        self._stack.setCurrentIndex(1 if names else 0)
        if names != self.confusion.names:
            self.confusion = LiveConfusion(names)
            self._make_buttons(names)
        self._on_clear()

    @Slot(object)
    def _on_results(self, found: Arrivals) -> None:
        if (
            found.classifies and found.names != self.confusion.names
        ):  # text boards name their labels as they go
            self._on_monitor(self._board.monitor)
        self._newest = float(found.times[-1]), found.at_s
        if self.confusion.held is not None and found.names == self.confusion.names:
            self.confusion.add(found)
            if not self._soon.isActive():
                self._soon.start()

    @Slot(bool)
    def _on_stay(self, stay: bool) -> None:
        if not stay:
            self._release()

    def _on_pressed(self, place: int) -> None:
        self.setFocus()
        self._press(place)

    def _on_released(self, place: int) -> None:
        self._let_go(place)
        self._show_held()  # a checkable button turns itself round when it is clicked

    @Slot()
    def _on_undo(self) -> None:
        self.confusion.undo()
        self._show_held()
        self._show_tally()

    @Slot()
    def _on_clear(self) -> None:
        self.confusion.clear()
        self._show_held()
        self._show_tally()

    @Slot()
    def _on_save(self) -> None:
        choose_place(self, "Save what was held", "Tables (*.csv)", ".csv", "held-labels.csv", self.save)

    @Slot(int, int)
    def _on_framed(self, held: int, said: int) -> None:
        tally = self.confusion.tally(self._margin_s)
        hits, n, low, high = tally.of_label(held)
        words = self.matrix.words(held, said)
        if n:
            words += (
                f"; right {show_share(hits / n, n)} (95 %: {show_share(low, n)} to {show_share(high, n)})"
            )
        self.small.setText(words)


def _words(tally: Tally) -> str:
    if not tally.n:
        return "Nothing was counted yet. True labels stand at the left, what the board said above."
    share, low, high = (show_share(value, tally.n) for value in (tally.hits / tally.n, tally.low, tally.high))
    return f"{share} as held (95 %: {low} to {high}), {tally.hits:,} of {tally.n:,} results."


def _left_out(tally: Tally, margin_s: float) -> str:
    parts = []
    if tally.near_switches:
        parts.append(
            f"{tally.near_switches:,} within {margin_s:g} s of a hold's beginning or end are left out"
        )
    if tally.repeats:
        parts.append(f"{tally.repeats:,} answers to samples that came again count once")
    parts.append("windows that overlap are no independent evidence: the true interval is wider then")
    return f"{'; '.join(parts).capitalize()}." if tally.n or tally.near_switches else ""
