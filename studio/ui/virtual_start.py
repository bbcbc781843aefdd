"""A virtual board for the Live page: started beside the window's thread, with the test set as its sensor."""

import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.core.board import find_board
from studio.core.errors import StudioError
from studio.core.results import Results
from studio.core.sensor import SensorFile, write_sensor
from studio.device.virtual import VirtualBoard
from studio.device.virtual_kinds import start, what_is_missing
from studio.device.virtual_misbehaviour import Fault, together
from studio.ui.aside import Aside

USUAL_BOARD = "virtual_cortex_m4"

_NO_FIRMWARE = "There is no firmware yet: it is built once an int8 model was compressed. Connect again then."


@dataclass(frozen=True, slots=True)
class VirtualChoice:
    """A virtual board of resources/boards, and what it does wrong."""

    board_id: str = USUAL_BOARD
    faults: frozenset[Fault] = frozenset()


@dataclass(frozen=True)
class StartedBoard:
    """A board that runs, with the folder of its sensor's samples; `stop` ends both."""

    board: VirtualBoard
    folder: tempfile.TemporaryDirectory[str]
    sensor: SensorFile | None

    def stop(self) -> None:
        """Ends the board; waits a moment, so not for the window's thread."""
        self.board.close()
        self.folder.cleanup()


class VirtualStart(QObject):
    """Starts one board at a time; `started` brings it, `failed` a sentence. `stop` ends it, also while it starts."""

    started = Signal(object)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.running: StartedBoard | None = None
        self._dropped = threading.Event()
        self._aside = Aside(self)

    def start(self, results: Results, choice: VirtualChoice) -> None:
        """Start this board on the present firmware; it compiles first where the board has another core."""
        self.stop()
        refused = _why_not(results, choice)
        if refused:
            self.failed.emit(refused)
            return
        dropped = self._dropped = threading.Event()

        def came(started: StartedBoard | None) -> None:
            if started is not None and dropped.is_set():
                self._end(started)
            elif started is not None:
                self.running = started
                self.started.emit(started)

        def failed(sentence: str) -> None:
            if not dropped.is_set():
                self.failed.emit(sentence)

        self._aside.run(lambda: _start(results, choice, dropped), came, failed)

    def stop(self) -> None:
        """End the board that runs or is being started."""
        self._dropped.set()
        running, self.running = self.running, None
        if running is not None:
            self._end(running)

    def close(self) -> None:
        """As `stop`; of no use after that."""
        self._aside.forget()
        self.stop()

    def _end(self, started: StartedBoard) -> None:
        self._aside.run(started.stop, lambda _: None, lambda _: None)


def _why_not(results: Results, choice: VirtualChoice) -> str:
    """Why this board cannot be started on the present results, in a sentence; "" where it can."""
    if results.build is not None and (results.build.firmware or choice.board_id != USUAL_BOARD):
        return what_is_missing(find_board(choice.board_id))
    problem = results.problem("compile_candidate") or results.problem("measure")
    return problem.sentence if problem else _NO_FIRMWARE


def _start(results: Results, choice: VirtualChoice, dropped: threading.Event) -> StartedBoard | None:
    """Write the sensor's samples and start the board; None if it is not wanted any more."""
    assert results.build is not None
    folder = tempfile.TemporaryDirectory(prefix="studio-sensor-")
    try:
        sensor = None
        if results.candidate is not None:
            artifact = Path(results.candidate.artifact)
            sensor = write_sensor(artifact, results.dataset, Path(folder.name) / "sensor.npy")
        board = start(
            find_board(choice.board_id),
            results.build,
            sensor=sensor.path if sensor else None,
            misbehaviour=together(choice.faults) or None,
        )
    except (StudioError, OSError):
        folder.cleanup()
        raise
    started = StartedBoard(board, folder, sensor)
    if dropped.is_set():
        started.stop()
        return None
    return started
