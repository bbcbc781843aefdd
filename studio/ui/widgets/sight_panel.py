"""Samples that a check lists, looked at one by one: the sample or two side by side, what is said of it, its file."""

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QGuiApplication, QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QHeaderView, QLabel, QSizePolicy, QToolButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from studio.core.drawings.drawing import Sight
from studio.core.looks import Look, Seen
from studio.core.phrases import phrase, phrase_later
from studio.ui.theme import GRID
from studio.ui.widgets.figure_table import FigureTable
from studio.ui.widgets.layouts import column, label, row
from studio.ui.widgets.sample_view import SampleView
from studio.ui.widgets.scrolled import bring_into_sight
from studio.ui.widgets.share_bars import ShareBars

LookAt = Callable[[tuple[Look, ...], Callable[[tuple[Seen, ...]], None], Callable[[str], None]], None]
"""Reads samples and calls the one with them, or the other with a sentence that says why it could not."""

_HIGH = 24 * GRID  # pixels of a sample with its words
_WIDE = 22 * GRID
_TABLE = 19 * GRID
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
_LABELLED = {
    "train": phrase_later("Training {row}: '{label}'"),
    "validation": phrase_later("Validation {row}: '{label}'"),
    "test": phrase_later("Test {row}: '{label}'"),
}
_BARE = {
    "train": phrase_later("Training {row}"),
    "validation": phrase_later("Validation {row}"),
    "test": phrase_later("Test {row}"),
}
_KEYS = phrase_later("← → step")
_KEYS_AND_COPY = phrase_later("← → step · Ctrl+C copies the file's path")
_DIFFER = phrase_later("Their labels differ: one of the two may be wrong.")


class SightPanel(QWidget):
    """Arrow keys step through the rows of `table`, in the order that it shows.

    The samples before stay drawn until those stepped to are read.
    """

    def __init__(
        self,
        sights: tuple[Sight, ...],
        table: FigureTable,
        labels: tuple[str, ...],
        look: LookAt,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._sights, self._labels, self._look = sights, labels, look
        self._at = table.shown_order[0]
        self._reading: int | None = None  # the row whose samples are awaited
        self._drawn: tuple[int, tuple[Seen, ...]] | None = None
        self.table = table
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        table.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the arrow keys are the panel's
        table.setFixedHeight(min(table.height(), _TABLE))
        self.views = tuple(SampleView() for _ in sights[0].looks)
        self.files = tuple(label("", "small", wrap=True) for _ in self.views)
        self.words = label("", "", wrap=True)
        self.differ = label(phrase(_DIFFER), "warning", wrap=True)
        self.bars = ShareBars()
        self.failure = label("", "warning", wrap=True)
        self.previous = _arrow(Qt.ArrowType.LeftArrow, phrase("Previous sample (←)"))
        self.next = _arrow(Qt.ArrowType.RightArrow, phrase("Next sample (→)"))
        self.place = label("", "muted")
        self.keys_words = label("", "small", wrap=True)
        header = table.horizontalHeader()
        self._modes = [header.sectionResizeMode(at) for at in range(header.count())]
        self._later = QTimer(self, singleShot=True, interval=0)
        self._later.timeout.connect(lambda: bring_into_sight(self))
        self._lay_out()
        self.previous.clicked.connect(self._on_previous)
        self.next.clicked.connect(self._on_next)
        table.row_selected.connect(self._on_row)
        header.sortIndicatorChanged.connect(self._on_sorted)
        self._show()

    @property
    def at(self) -> int:
        """The row that is looked at."""
        return self._at

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The samples that are drawn, once they are those of the row that is looked at."""
        return self._drawn[1] if self._drawn is not None and self._drawn[0] == self._at else ()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Qt: columns that would not fit share the room evenly."""
        super().resizeEvent(event)
        header = self.table.horizontalHeader()
        needed = [
            max(self.table.sizeHintForColumn(at), header.sectionSizeHint(at)) for at in range(header.count())
        ]
        narrow = sum(needed) > self.width() - self.table.verticalScrollBar().sizeHint().width()
        for at, mode in enumerate(self._modes):
            header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch if narrow else mode)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt: step, or copy the path of the file."""
        key = Qt.Key(event.key())
        if key in _STEPS and event.modifiers() in (
            Qt.KeyboardModifier.NoModifier,
            Qt.KeyboardModifier.KeypadModifier,
        ):
            self._step(_STEPS[key])
            bring_into_sight(self)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._step(len(self._sights) if key == Qt.Key.Key_End else -len(self._sights))
            bring_into_sight(self)
        elif event.matches(QKeySequence.StandardKey.Copy) and any(one.file for one in self.seen):
            paths = dict.fromkeys(one.file.path for one in self.seen if one.file is not None)
            QGuiApplication.clipboard().setText("\n".join(paths))
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt: say that the keys are here."""
        for view in self.views:
            view.set_selected(True)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self._later.start()  # figures that were just made get their places first

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt: the keys are elsewhere."""
        for view in self.views:
            view.set_selected(False)

    def _lay_out(self) -> None:
        across = QHBoxLayout()
        across.setSpacing(2 * GRID)
        places: list[QVBoxLayout] = []
        for view, file in zip(self.views, self.files, strict=True):
            view.setFixedHeight(_HIGH)
            file.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
            file.setAlignment(Qt.AlignmentFlag.AlignTop)
            file.setIndent(GRID // 2)  # as the words in the picture
            places.append(column(view, file, spacing=0))
            across.addLayout(places[-1], 1)
        places[0].addWidget(self.failure)  # in the place of what it is about
        for place in places:
            place.addStretch(1)
        said = column(self.words, self.differ, self.bars, spacing=GRID)
        if not self._sights[0].bars:
            self.bars.hide()
        self.differ.hide()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID // 2)
        if len(self.views) == 1:
            self.views[0].setMinimumWidth(_WIDE)
            said.addStretch(1)
            across.addLayout(said, 1)
            layout.addLayout(across)
        else:
            layout.addLayout(across)
            layout.addLayout(said)
        self.failure.hide()
        steps = row(self.previous, self.place, self.next)
        steps.addWidget(self.keys_words, 1)
        layout.addLayout(steps)
        layout.addWidget(self.table)

    def _step(self, by: int) -> None:
        order = self.table.shown_order
        to = min(max(order.index(self._at) + by, 0), len(order) - 1)
        self._go(order[to])

    def _go(self, at: int) -> None:
        if at != self._at:
            self._at = at
            self._show()

    def _show(self) -> None:
        """Say all that is known of this row, and read its samples."""
        sight, order = self._sights[self._at], self.table.shown_order
        place = order.index(self._at)
        self.table.select(self._at)
        self.words.setText(sight.words)
        self.bars.set_bars(sight.bars)
        self.place.setText(phrase("{place} of {count}", place=place + 1, count=len(order)))
        self.previous.setEnabled(place > 0)
        self.next.setEnabled(place < len(order) - 1)
        self._describe()
        self._read()

    def _read(self) -> None:
        if self._reading is not None:
            return  # once that has come, this is asked for: held keys do not pile up reads
        self._reading = self._at
        self._look(self._sights[self._at].looks, self._on_seen, self._on_failed)

    def _draw(self, seen: tuple[Seen, ...]) -> None:
        self.failure.hide()
        looks = self._sights[self._at].looks
        for view, file, look, one in zip(self.views, self.files, looks, seen, strict=True):
            view.show()
            view.set_sample(one.values, one.shape, self._caption(look, one))
            _say_file(file, one)
        names = {one.label for one in seen if one.label is not None}
        self.differ.setVisible(len(names) > 1)
        known = any(one.file is not None for one in seen)
        self.keys_words.setText(phrase(_KEYS_AND_COPY) if known else phrase(_KEYS))

    def _caption(self, look: Look, one: Seen) -> str:
        if one.label is None or one.label >= len(self._labels):
            return phrase(_BARE[look.split], row=look.row)
        return phrase(_LABELLED[look.split], row=look.row, label=self._labels[one.label])

    def _describe(self) -> None:
        """The row as it is read aloud."""
        parts = [self.table.accessibleName(), self.place.text(), self.words.text()]
        parts += [words for words in (self.bars.words, self.failure.text()) if words]
        if self.seen:
            parts += [one.file.words for one in self.seen if one.file is not None]
            parts += [self.differ.text()] if not self.differ.isHidden() else []
        self.setAccessibleName(". ".join(part.removesuffix(".") for part in parts))

    def _on_seen(self, seen: tuple[Seen, ...]) -> None:
        if not isValid(self):  # the evidence was closed meanwhile
            return
        was, self._reading = self._reading, None
        if was != self._at:
            self._read()
            return
        self._drawn = (self._at, seen)
        self.failure.setText("")
        self._draw(seen)
        self._describe()

    def _on_failed(self, sentence: str) -> None:
        if not isValid(self):
            return
        was, self._reading = self._reading, None
        if was != self._at:
            self._read()
            return
        self._drawn = None
        for view, file in zip(self.views, self.files, strict=True):
            view.clear()
            view.hide()
            file.setText("")
            file.hide()
        self.differ.hide()
        self.failure.setText(sentence)
        self.failure.show()
        self.keys_words.setText(phrase(_KEYS))
        self._describe()

    @Slot()
    def _on_previous(self) -> None:
        self._step(-1)

    @Slot()
    def _on_next(self) -> None:
        self._step(1)

    @Slot()
    def _on_sorted(self) -> None:
        self._show()

    @Slot(int)
    def _on_row(self, number: int) -> None:
        self._go(number)


def _say_file(words: QLabel, one: Seen) -> None:
    words.setVisible(one.file is not None)
    if one.file is not None:
        shown = one.file.words
        for mark in "/_":  # a path may be broken there
            shown = shown.replace(mark, f"{mark}\u200b")
        words.setText(shown)
        words.setToolTip(one.file.path)


def _arrow(arrow: Qt.ArrowType, words: str) -> QToolButton:
    button = QToolButton(autoRaise=True)
    button.setArrowType(arrow)
    button.setToolTip(words)
    button.setAccessibleName(words)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # the keys step too
    return button
