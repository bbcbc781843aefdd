"""On-target validation on the Live page: the port changes hands, the board answers, a report stays."""

from datetime import UTC, datetime

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QCheckBox, QVBoxLayout, QWidget

from studio.core.answered import Material, material_of
from studio.core.board_report import BoardReport, LayerClock
from studio.core.formatting import show_time
from studio.core.validation import compare
from studio.device.running_validation import RunningValidation
from studio.ui.aside import Aside
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label
from studio.ui.widgets.scrolled import Scrolled
from studio.ui.widgets.validation_panel import ValidationPanel

_LOOK_MS = 50
_RELEASE_SECONDS = 3.0
_NO_BOARD = "Connect a board that runs this project's model first."
_NO_DATA = "Validation needs test data. Add it on the Model page (Ctrl+1)."
_OTHER = "The board runs another model than this project's. Export and flash the present one first."
_RECORDING = "This is a recording, which cannot be asked. Connect the board itself."
_COMES = "The exported C has not answered the test set yet. Wait until it is evaluated."
_TEXT = "This board speaks text, which cannot be asked. Flash the studio's export."


class ValidationView(QWidget):
    """The panel with a board at its other end. Meanwhile the port is the validation's; the traces go on after it."""

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._aside = Aside(self)
        self._material: Material | None = None
        self._port = ""
        self.running: RunningValidation | None = None
        self.panel = ValidationPanel()
        self.layers = QCheckBox("and time each layer")
        self.layers.setChecked(True)
        self.layers.setToolTip("A few more inferences, for the Work tab of the Layers page (Ctrl+3)")
        self.words = label("", "small", wrap=True, selectable=True)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, GRID, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self.panel, 1)
        self.panel.add_choice(self.layers)
        self.panel.add_words(self.words)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.addWidget(Scrolled(inside))
        self._timer = QTimer(self, interval=_LOOK_MS)

        self._timer.timeout.connect(self._look)
        self.panel.validation_wanted.connect(self._begin)
        self.panel.cancel_wanted.connect(self._cancel)
        board.hello_changed.connect(self._show_blocked)
        board.state_changed.connect(self._on_state)
        board.closed.connect(self._cancel)
        if board.session is not None:
            board.session.results_changed.connect(self._show_blocked)
            board.session.board_reports.failed.connect(self.words.setText)
        self._show_words(None, "")
        self._show_blocked()

    @property
    def is_running(self) -> bool:
        """True from the press of the button to the result."""
        return self._material is not None or self._port != ""

    def _why_not(self) -> str:
        session, hello = self._board.session, self._board.hello
        if session is None or (hello is None and not self.is_running):
            speaks_text = self._board.state is BoardState.LIVE
            return _TEXT if speaks_text else _NO_BOARD
        if self._board.replay is not None:
            return _RECORDING
        results = session.results
        if results.dataset is None:
            return _NO_DATA
        if results.candidate is None or results.evaluation is None or not results.evaluation.predictions:
            return _COMES
        if hello is not None and hello.model_sha256 != results.candidate.sha256:
            return _OTHER
        return ""

    @Slot(int)
    def _begin(self, samples: int) -> None:
        session, link = self._board.session, self._board.link
        if session is None or link is None or self.is_running or self._why_not():
            return
        results = session.results
        candidate, evaluation, dataset = results.candidate, results.evaluation, results.dataset
        assert candidate is not None
        assert evaluation is not None
        assert dataset is not None
        self._port = link.port
        self._show_words(None, "")
        self.panel.set_progress(0, samples)
        self._aside.run(lambda: material_of(candidate, evaluation, dataset, samples), self._ask, self._fail)

    def _ask(self, material: Material) -> None:
        link = self._board.let_go(self._port)
        if link is None:
            self._fail("The board was disconnected meanwhile. Connect it again, and try again.")
            return
        self._material = material

        def release() -> None:
            link.release(_RELEASE_SECONDS)

        self.running = RunningValidation(
            self._port,
            material.questions,
            baud=self._board.baud,
            layers=self.layers.isChecked(),
            before=release,
        )
        self._timer.start()

    @Slot()
    def _look(self) -> None:
        running, material = self.running, self._material
        if running is None or material is None:
            return
        if not running.finished:
            self.panel.set_progress(running.done, running.of)
            if running.done == running.of and self.layers.isChecked():
                self.panel.words.setText("Timing the layers…")
            return
        self._end(running, material)

    def _end(self, running: RunningValidation, material: Material) -> None:
        port, heard = self._port, running.heard
        self._timer.stop()
        self.running = self._material = None
        self._port = ""
        if heard is None:
            self.panel.set_problem(running.problem)
        else:
            found = compare(
                material.questions, heard, material.output_type, material.scale, material.zero_point, material.y,
                material.float_scores,
            )  # fmt: skip
            self.panel.set_validation(found)
            self._show_words(running.clock, running.clock_problem)
            session = self._board.session
            if session is not None and found.samples:
                at = datetime.now(UTC).isoformat(timespec="seconds")
                session.board_reports.take(BoardReport(at, found, running.clock))
        self._board.take_back(port)
        self._show_blocked()

    def _fail(self, sentence: str) -> None:
        self._port = ""
        self.panel.set_problem(sentence)

    @Slot()
    def _cancel(self) -> None:
        if self.running is not None:
            self.running.cancel()

    def _show_words(self, clock: LayerClock | None, problem: str) -> None:
        words = problem
        if clock is not None and clock.known:
            words = (
                f"Its layers were timed in {clock.runs} inferences, {show_time(clock.inference_us)} each (median): see "
                "the Work tab of the Layers page."
            )
        elif clock is not None:
            words = "This firmware was built without the hook that times layers; export it again with the studio's C."
        self.words.setText(words)
        self.words.setVisible(bool(words))

    @Slot()
    def _show_blocked(self, *_: object) -> None:
        if not self.is_running:
            self.panel.set_blocked(self._why_not())

    @Slot(str)
    def _on_state(self, state: str) -> None:
        if self.running is not None and BoardState(state).is_over:
            self.running.cancel()  # the user disconnected: what was answered stays
        self._show_blocked()
