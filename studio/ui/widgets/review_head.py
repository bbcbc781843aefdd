"""What stands above a review: how far it is, the files its answers come from and go to, and what there is to say."""

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from studio.core.phrases import phrase, phrase_later
from studio.ui.icons import icon
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import column, label, row
from studio.ui.widgets.notice import Notice, Tone

_STOPPED = phrase_later(
    "This use is on the list of uses that must not ship: the studio exports nothing for it, whoever asks and whoever "
    "signs. Change what the device does. If the answer was a slip, change the answer."
)


class ReviewHead(QWidget):
    """`notice` is for files and troubles, `stopped` stands while the use is a banned one; its cure leads there."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary = label("", "muted", wrap=True)
        self.load = QPushButton(icon("open"), phrase("Load answers…"))
        self.sample = QPushButton(icon("data"), phrase("The sample's answers"))
        self.sample.setToolTip(
            phrase("Read the answers that come with this sample, as drafts: nobody has signed them")
        )
        self.save = QPushButton(icon("save"), phrase("Save answers…"))
        self.notice = Notice(closable=True)
        self.stopped = Notice()
        top = row()
        top.addLayout(column(label(phrase("Review"), "title"), self._summary, spacing=2), 1)
        for button in (self.sample, self.load, self.save):
            top.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(GRID)
        layout.addLayout(top)
        layout.addWidget(self.notice)
        layout.addWidget(self.stopped)
        self.sample.hide()

    @property
    def summary(self) -> str:
        """How far it is."""
        return self._summary.text()

    def set_state(self, summary: str, *, stopped: bool, offers_sample: bool) -> None:
        """Say how far it is, and whether there are answers of a sample to be read."""
        self._summary.setText(summary)
        words = phrase(_STOPPED) if stopped else ""
        self.stopped.show_sentence(words, Tone.DANGER, phrase("Go to the answer"))
        self.sample.setVisible(offers_sample)
