"""Drift on the Live page: the newest results against the test set's answers of the very same model."""

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QComboBox, QStackedLayout, QVBoxLayout, QWidget

from studio.core.answered import scores_of
from studio.core.arrivals import Arrivals
from studio.core.drift import Change, Drift, drift
from studio.core.evaluation import Evaluation
from studio.core.monitor import Monitor
from studio.ui.aside import Aside
from studio.ui.board_session import BoardSession
from studio.ui.theme import GRID, set_role
from studio.ui.widgets.drift_view import DriftView
from studio.ui.widgets.layouts import label, row

WINDOWS = (200, 1000, 5000)
_AGAIN_MS = 500
_ROLES = {Change.MUCH: "warning", Change.SOME: "warning", Change.NONE: "good", Change.CANNOT_TELL: "muted"}
_INPUTS = (
    "Only scores and labels are compared: boards do not send statistics of their input, so whether the sensor itself "
    "sees other numbers than the test set cannot be told from here. A label that one shows more often counts too."
)
_NO_BOARD = "Connect a board: what it answers is compared with the test set here."
_NO_DATA = "There is no test set to compare with. Add data on the Model page (Ctrl+1)."
_OTHER = (
    "The board runs another model than this project's: its scores and this test set's cannot be compared."
)
_TEXT = "This board speaks text and does not say which model it runs; flash the studio's export to compare."
_COMES = "The test set's answers are being computed…"


class DriftPanel(QWidget):
    """How many of the newest results count is chosen; they are compared twice a second while this is shown."""

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._reference: npt.NDArray[np.float32] | None = None
        self._read = ""
        self._problem = ""
        self._newest: list[npt.NDArray[np.float32]] = []
        self._kept = 0
        self._aside = Aside(self)
        self.found: Drift | None = None
        self.span = QComboBox()
        self.span.setAccessibleName("How many results are compared")
        for count in WINDOWS:
            self.span.addItem(f"the newest {count:,} results", count)
        self.verdict = label("", "heading", wrap=True)
        self.view = DriftView()
        self._small = label(_INPUTS, "small", wrap=True)
        self._empty = label(_NO_BOARD, "muted", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(GRID, GRID, GRID, GRID)
        column.setSpacing(GRID // 2)
        head = row(self.verdict, self.span)
        head.setStretch(0, 1)
        column.addLayout(head)
        column.addWidget(self.view, 1)
        column.addWidget(self._small)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._empty)
        self._stack.addWidget(inside)
        self._timer = QTimer(self, interval=_AGAIN_MS, singleShot=True)

        self._timer.timeout.connect(self._compare)
        self.span.currentIndexChanged.connect(self._compare)
        board.results_arrived.connect(self._on_results)
        board.monitor_changed.connect(self._on_monitor)
        board.hello_changed.connect(self._compare)
        board.cleared.connect(self._forget)
        if board.session is not None:
            board.session.results_changed.connect(self._compare)

    @property
    def empty_words(self) -> str:
        """Why nothing is compared; "" where something is."""
        return self._empty.text() if self._stack.currentIndex() == 0 else ""

    def showEvent(self, event: QShowEvent) -> None:
        """Qt: compare what came meanwhile."""
        super().showEvent(event)
        self._compare()

    def _why_not(self, monitor: Monitor | None, evaluation: Evaluation | None) -> str:
        session = self._board.session
        if monitor is None:
            return _NO_BOARD
        if monitor.hello is None:
            return _TEXT
        if session is None or session.results.dataset is None:
            return _NO_DATA
        candidate = session.results.candidate
        if candidate is not None and candidate.sha256 != monitor.hello.model_sha256:
            return _OTHER
        if candidate is None or evaluation is None or not evaluation.predictions:
            return _COMES
        if self._problem:
            return self._problem
        return "" if self._reference is not None and self._read == evaluation.predictions else _COMES

    @Slot()
    def _compare(self, *_: object) -> None:
        if not self.isVisible():
            return
        session, monitor = self._board.session, self._board.monitor
        evaluation = session.results.evaluation if session is not None else None
        if evaluation is not None and evaluation.predictions and evaluation.predictions != self._read:
            self._fetch(evaluation)
        words = self._why_not(monitor, evaluation)
        self._empty.setText(words)
        self._stack.setCurrentIndex(0 if words else 1)
        if words or monitor is None or self._reference is None:
            return
        names = monitor.names
        scores = self._newest_scores(len(names))
        if self._reference.shape[1] != len(names):
            return
        self.found = drift(names, self._reference, scores, classifies=monitor.classifies)
        self.view.set_drift(self.found, names)
        change = self.found.change
        self.verdict.setText(f"{change.value.capitalize()} ({len(scores):,} results)")
        set_role(self.verdict, _ROLES[change])

    def _newest_scores(self, width: int) -> npt.NDArray[np.float32]:
        if not self._newest:
            return np.empty((0, width), np.float32)
        joined = np.concatenate(self._newest)[-WINDOWS[-1] :]
        self._newest = [joined]
        self._kept = len(joined)
        return joined[-int(self.span.currentData()) :]

    def _fetch(self, evaluation: Evaluation) -> None:
        self._read, self._reference, self._problem = evaluation.predictions, None, ""

        def came(scores: npt.NDArray[np.float32]) -> None:
            if self._read == evaluation.predictions:
                self._reference = scores.reshape(len(scores), -1)
                self._compare()

        self._aside.run(lambda: scores_of(evaluation), came, self._fail)

    def _fail(self, sentence: str) -> None:
        self._problem = sentence
        self._compare()

    @Slot(object)
    def _on_results(self, found: Arrivals) -> None:
        if self._newest and self._newest[-1].shape[1] != found.scores.shape[1]:
            self._forget()
        self._newest.append(found.scores)
        self._kept += len(found)
        if self._kept > 2 * WINDOWS[-1] or len(self._newest) > 1000:
            self._newest_scores(found.scores.shape[1])
        if not self._timer.isActive():
            self._timer.start()

    @Slot(object)
    def _on_monitor(self, _: Monitor | None) -> None:
        self._forget()

    @Slot()
    def _forget(self) -> None:
        self._newest, self._kept = [], 0
        self._compare()
