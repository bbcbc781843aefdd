"""The measured evidence beside a question: each check's verdict, its sentence, and the figures once it is opened."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QPushButton, QSizePolicy, QVBoxLayout, QWidget

from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Findings
from studio.core.drawings import drawings_of
from studio.core.drawings.drawing import Drawing
from studio.core.phrases import phrase, phrase_count, phrase_later
from studio.core.review import Override
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.copies_panel import CopiesPanel
from studio.ui.widgets.evidence_figure import EvidenceFigure, ReadSamples
from studio.ui.widgets.layouts import column, label, row
from studio.ui.widgets.question_words import override_words
from studio.ui.widgets.symbol import Symbol

_LOOKS = {
    Verdict.PASS: ("done", "good", phrase_later("{check}: passed")),
    Verdict.WARN: ("warning", "warning", phrase_later("{check}: look at this")),
    Verdict.FAIL: ("blocked", "danger", phrase_later("{check}: failed")),
    Verdict.CANNOT_TELL: ("cannot_tell", "muted", phrase_later("{check}: cannot tell")),
}
_HIDDEN = phrase_later(
    "Hidden until a limit is set in D3 or D8: a limit set after the results would fit them."
)
_NOT_YET = (
    phrase_later("{check}: not measured yet"),
    phrase_later("It is measured once there is a compressed model and a test set; that takes some seconds."),
)
_NEVER = (
    phrase_later("{check}: does not apply"),
    phrase_later("It has nothing to say about this kind of model or data."),
)
_CLOSE = phrase_later("Close"), phrase_later("Close the evidence: {check}")
_OPEN = phrase_later("Open"), phrase_later("Open the evidence: {check}")
_AGAIN = phrase_later("Open again"), phrase_later("Open the evidence again: {check}")


class EvidenceRow(QWidget):
    """One check. `opened` says that its figures were shown, `override_wanted` that it is to give way.

    `withdraw_wanted` says that it is to block again, `copies_wanted` gives the panel that asks for copies of the data.
    """

    opened = Signal(str)
    override_wanted = Signal(str)
    withdraw_wanted = Signal(str)
    picture_wanted = Signal(object, str)
    copies_wanted = Signal(object)

    def __init__(self, check_id: str, read: ReadSamples) -> None:
        super().__init__()
        self._id = check_id
        self._read = read
        self._check: Check | None = None
        self._labels: tuple[str, ...] = ()
        self._hidden = False
        self._complete = False
        self.figures: tuple[EvidenceFigure, ...] = ()
        self.copies: CopiesPanel | None = None  # made once copies of the data would help
        self._waiting: list[Drawing] = []
        self._turns = QTimer(self, interval=0)
        self._turns.timeout.connect(self._make_next)
        self._icon = Symbol("waiting", "muted", 16)
        self._title = label("", "heading", wrap=True)
        self._sentence = label("", "small", wrap=True, selectable=True)
        self._method = label("", "small", wrap=True)
        self.button = QPushButton(phrase(_OPEN[0]))
        self.button.setCheckable(True)
        self.override = QPushButton(phrase("Override…"))
        self.override.setToolTip(
            phrase("Go on although this check blocks the export: with a reason that is printed")
        )
        for button in (self.button, self.override):
            button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        top = row()
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        self._given_way = label("", "warning", wrap=True)
        self.withdraw = QPushButton(phrase("Withdraw"))
        self.withdraw.setToolTip(phrase("Take the override back"))
        self.withdraw.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        given = row()
        given.setContentsMargins(3 * GRID, 0, 0, 0)
        given.addWidget(self._given_way, 1)
        given.addWidget(self.withdraw, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column(self._title, self._sentence, spacing=0), 1)
        top.addWidget(self.override, 0, Qt.AlignmentFlag.AlignTop)
        top.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self._below = QVBoxLayout()
        self._below.setContentsMargins(3 * GRID, 0, 0, 0)
        self._below.setSpacing(GRID + GRID // 2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addLayout(given)
        self._mended = QVBoxLayout()
        self._mended.setContentsMargins(3 * GRID, 0, 0, 0)
        layout.addLayout(self._mended)
        layout.addLayout(self._below)
        self._below.addWidget(self._method)
        self._method.hide()
        self.button.toggled.connect(self._on_toggled)
        self.override.clicked.connect(lambda: self.override_wanted.emit(self._id))
        self.withdraw.clicked.connect(lambda: self.withdraw_wanted.emit(self._id))
        for part in (self._given_way, self.withdraw):
            part.hide()
        self._show()

    @property
    def words(self) -> str:
        """The row as it is read aloud."""
        words = f"{self._title.text()}. {self._sentence.text()}"
        return f"{words} {self._given_way.text()}" if self._given_way.text() else words

    @property
    def method_words(self) -> str:
        """How it was measured; "" while it is closed."""
        return self._method.text() if not self._method.isHidden() else ""

    @property
    def is_open(self) -> bool:
        """True while the figures are shown."""
        return self.button.isChecked()

    @property
    def drawing(self) -> bool:
        """True while figures are still to be made."""
        return self._turns.isActive()

    def set_check(
        self,
        check: Check | None,
        labels: tuple[str, ...],
        *,
        hidden: bool,
        unopened: bool,
        overridable: bool,
        complete: bool = False,
        override: Override | None = None,
    ) -> None:
        """Show the check, or that it has not run. New results close it: they have to be opened again.

        `complete`: what has not run by now will not. `override` is one of this check that counts.
        """
        self._complete = complete
        if check != self._check or hidden != self._hidden or labels != self._labels:
            self._check, self._labels, self._hidden = check, labels, hidden
            self.button.setChecked(False)
            self._show()
        if check is None:
            self._show()
        self.override.setVisible(overridable and not hidden)
        self._given_way.setText(override_words(override) if override is not None else "")
        for part in (self._given_way, self.withdraw):
            part.setVisible(override is not None)
        self.setAccessibleName(self.words)
        self._name_button(_CLOSE if self.is_open else _OPEN if unopened else _AGAIN)

    def open(self) -> None:
        """Show the figures."""
        if self.button.isEnabled():
            self.button.setChecked(True)

    def _show(self) -> None:
        check = self._check
        self.button.setVisible(check is not None and not self._hidden)
        self.button.setEnabled(check is not None and not self._hidden)
        if check is None:
            self._icon.set_icon("waiting", "muted")
            title, words = _NEVER if self._complete else _NOT_YET
            self._title.setText(phrase(title, check=self._id))
            self._sentence.setText(phrase(words))
        elif self._hidden:
            self._icon.set_icon("waiting", "muted")
            self._title.setText(phrase("{check}: measured", check=check.title))
            self._sentence.setText(phrase(_HIDDEN))
        else:
            symbol, color, words = _LOOKS[check.verdict]
            self._icon.set_icon(symbol, color)
            self._title.setText(phrase(words, check=check.title))
            self._sentence.setText(check.sentence)
        self._offer_copies(check is not None and not self._hidden and _goes(check))
        self.setAccessibleName(self.words)

    def _offer_copies(self, offered: bool) -> None:
        if self.copies is None and offered:
            panel = self.copies = CopiesPanel()
            panel.copies_wanted.connect(lambda: self.copies_wanted.emit(panel))
            self._mended.addWidget(panel)
            QWidget.setTabOrder(self.button, panel.button)  # made last, it would be reached last
        if self.copies is not None:
            self.copies.set_offered(offered)

    def _name_button(self, words: tuple[str, str]) -> None:
        """`words` for the eye, and for the ear."""
        self.button.setText(phrase(words[0]))
        self.button.setAccessibleName(phrase(words[1], check=self._title.text()))

    @Slot(bool)
    def _on_toggled(self, is_open: bool) -> None:
        for figure in self.figures:
            figure.hide()
            figure.deleteLater()
        self.figures = ()
        self._turns.stop()
        self._method.setVisible(is_open)
        self._name_button(_CLOSE if is_open else _AGAIN)
        self.button.setIcon(icon("unfolded" if is_open else "folded"))
        if not is_open or self._check is None:
            return
        self._waiting = list(drawings_of(self._check, self._labels))
        self._method.setText(_how(self._check))
        self._turns.start()

    @Slot()
    def _make_next(self) -> None:
        """One figure in each turn of the event loop; once all are there the evidence counts as opened."""
        if self._waiting:
            figure = EvidenceFigure(self._waiting.pop(0), self._labels, self._read)
            reached = [one.body for one in self.figures if one.body.focusPolicy() != Qt.FocusPolicy.NoFocus]
            before = reached[-1] if reached else self.button
            figure.picture_wanted.connect(self.picture_wanted)
            self.figures = (*self.figures, figure)
            self._below.insertWidget(self._below.count() - 1, figure)
            QWidget.setTabOrder(before, figure.body)  # made last, it would be reached last
        if not self._waiting:
            self._turns.stop()
            self.opened.emit(self._id)


class EvidenceList(QWidget):
    """A row for each check that belongs to a question."""

    opened = Signal(str)
    override_wanted = Signal(str)
    withdraw_wanted = Signal(str)
    picture_wanted = Signal(object, str)
    copies_wanted = Signal(object)

    def __init__(self, check_ids: tuple[str, ...], read: ReadSamples) -> None:
        super().__init__()
        self.rows = {check_id: EvidenceRow(check_id, read) for check_id in check_ids}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addWidget(label(phrase("Measured"), "small"))
        for evidence in self.rows.values():
            layout.addWidget(evidence)
            evidence.opened.connect(self.opened)
            evidence.override_wanted.connect(self.override_wanted)
            evidence.withdraw_wanted.connect(self.withdraw_wanted)
            evidence.picture_wanted.connect(self.picture_wanted)
            evidence.copies_wanted.connect(self.copies_wanted)

    @property
    def words(self) -> tuple[str, ...]:
        """All rows as they are read aloud."""
        return tuple(evidence.words for evidence in self.rows.values())


def _goes(check: Check) -> bool:
    """True where copies of the data can be made without some of what was found."""
    return isinstance(check.detail, Findings) and any(kind.goes for kind in check.detail.kinds)


def _how(check: Check) -> str:
    parts = []
    if check.n:
        parts.append(phrase_count("{count:,} sample", "{count:,} samples", check.n))
    if check.method:
        parts.append(check.method)
    if check.needed:
        parts.append(
            phrase_count(
                "about {count:,} sample would let it tell",
                "about {count:,} samples would let it tell",
                check.needed,
            )
        )
    return phrase("How: {parts}.", parts="; ".join(parts)) if parts else ""
