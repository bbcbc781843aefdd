"""The live connection as the window sees it: a board, real or virtual, and what it said lately."""

import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core.errors import StudioError
from studio.core.frames import Hello, Log, Result, ask_hello, start
from studio.core.monitor import Monitor, csv_header, csv_row
from studio.core.pipeline import Results
from studio.core.sensor import SensorFile, write_sensor
from studio.device.link import Connected, Counters, Link, Lost
from studio.device.virtual import VirtualBoard
from studio.ui.aside import Aside
from studio.ui.recording import Recording

TICK_MS = 33
_ASK_AGAIN_S = 1.0
_PATIENCE_S = 5.0


class BoardState(StrEnum):
    """How the connection stands."""

    IDLE = "Not connected"
    STARTING = "Starting the virtual board…"
    CONNECTING = "Connecting…"
    LISTENING = "Waiting for the board's first words…"
    LIVE = "Connected"
    LOST = "Connection lost"


@dataclass(frozen=True)
class _Started:
    board: VirtualBoard
    folder: tempfile.TemporaryDirectory[str]
    sensor: SensorFile | None


class BoardSession(QObject):
    """Connects, keeps the last results in `monitor` and says once for each tick of the display what came.

    `lost` gives the sentence of a connection that failed or ended by itself; what was received stays.
    """

    state_changed = Signal(str)
    hello_changed = Signal(object)
    ticked = Signal(int)
    lost = Signal(str)
    warned = Signal(str)
    logged = Signal(str)
    recording_changed = Signal(bool, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._state = BoardState.IDLE
        self._link: Link | None = None
        self._started: _Started | None = None
        self._dropped = threading.Event()
        self._monitor: Monitor | None = None
        self._hello: Hello | None = None
        self._recording: Recording | None = None
        self._counters = Counters()
        self._interval_ms = 100
        self._baud = 115_200
        self._asked_at = self._opened_at = 0.0
        self._warned_silence = False
        self._aside = Aside(self)
        self._timer = QTimer(self, interval=TICK_MS)
        self._timer.timeout.connect(self._tick)

    @property
    def state(self) -> BoardState:
        """How the connection stands."""
        return self._state

    @property
    def monitor(self) -> Monitor | None:
        """The board's last results; stays after the connection has ended."""
        return self._monitor

    @property
    def hello(self) -> Hello | None:
        """Who the board said it is, while it is connected."""
        return self._hello

    @property
    def counters(self) -> Counters:
        """What came over the link, and what was lost on the way."""
        return self._link.counters if self._link is not None else self._counters

    @property
    def recording(self) -> Recording | None:
        """The recording under way."""
        return self._recording

    @property
    def is_virtual(self) -> bool:
        """True while the studio's own virtual board is at the other end."""
        return self._started is not None

    @property
    def virtual_pid(self) -> int | None:
        """The virtual board's process."""
        return self._started.board.pid if self._started is not None else None

    def start_virtual(self, results: Results) -> None:
        """Start a virtual board on the present firmware, with the test set as its sensor, and connect to it."""
        self.disconnect_board()
        if results.build is None or not results.build.firmware:
            problem = results.problem("compile_candidate") or results.problem("measure")
            self._lose(
                problem.sentence
                if problem
                else "There is no firmware yet: it is built once an int8 model was compressed. Connect again then."
            )
            return
        dropped = self._dropped = threading.Event()
        self._set_state(BoardState.STARTING)

        def failed(sentence: str) -> None:
            if not dropped.is_set():
                self._lose(sentence)

        self._aside.run(lambda: _start(results, dropped), self._on_started, failed)

    def open_port(self, port: str, baud: int = 115_200) -> None:
        """Connect to the board on a port of this computer, or on socket://… or rfc2217://…."""
        self.disconnect_board()
        self._baud = baud
        self._open(port, baud)

    def let_go(self, port: str) -> Link | None:
        """Let go of this port for an upload; the link that is closing, or None where it is not held."""
        link = self._link
        if link is None or link.port != port:
            return None
        self.disconnect_board()
        return link

    def take_back(self, port: str) -> None:
        """Connect again after an upload, to the port that the board is on now."""
        if self._link is None and self._state is BoardState.IDLE:
            self.open_port(port, self._baud)

    def disconnect_board(self) -> None:
        """Let go of the board; what it said stays."""
        self._end()
        if self._state is not BoardState.IDLE:
            self._set_state(BoardState.IDLE)

    def set_interval(self, milliseconds: int) -> None:
        """Ask for a result from the sensor every so often."""
        self._interval_ms = milliseconds
        if self._link is not None and self._hello is not None:
            self._link.send(start(milliseconds, self._link.next_sequence()))

    def clear(self) -> None:
        """Forget what came so far."""
        if self._monitor is not None:
            self._monitor.clear()
        self.ticked.emit(0)

    def start_recording(self, path: Path) -> None:
        """Write every result from now on to a CSV file."""
        self.stop_recording()
        if self._monitor is None:
            return
        self._recording = Recording(path, csv_header(self._monitor.names))
        self.recording_changed.emit(True, "")

    def stop_recording(self) -> None:
        """End the recording."""
        recording, self._recording = self._recording, None
        if recording is not None:
            recording.close()
            self.recording_changed.emit(False, f"{recording.rows} results were written to {recording.path}.")

    def close(self) -> None:
        """Let go of everything; this object is of no use after that."""
        self._aside.forget()
        self._end()
        if self._recording is not None:
            self._recording.close()
            self._recording = None

    def _open(self, port: str, baud: int = 115_200) -> None:
        self._link = Link(port, baud)
        self._warned_silence = False
        self._opened_at = self._asked_at = time.monotonic()
        self._set_state(BoardState.CONNECTING)
        self._timer.start()

    def _end(self) -> None:
        self._timer.stop()
        self._dropped.set()
        link, self._link = self._link, None
        if link is not None:
            self._counters = link.counters
            link.close(0)
        started, self._started = self._started, None
        if started is not None:
            self._aside.run(lambda: _stop(started), _nothing, _nothing)
        if self._hello is not None:
            self._hello = None
            self.hello_changed.emit(None)

    def _lose(self, sentence: str) -> None:
        self._end()
        self._set_state(BoardState.LOST)
        self.lost.emit(sentence)

    def _set_state(self, state: BoardState) -> None:
        self._state = state
        self.state_changed.emit(state.value)

    def _on_started(self, started: _Started | None) -> None:
        if started is None:
            return
        if self._dropped.is_set() or self._state is not BoardState.STARTING:
            self._aside.run(lambda: _stop(started), _nothing, _nothing)
            return
        self._started = started
        self._open(started.board.port)

    @Slot()
    def _tick(self) -> None:
        link = self._link
        if link is None:
            return
        rows: list[Sequence[str]] = []
        came = 0
        for event in link.take():
            match event:
                case Connected():
                    self._opened_at = self._asked_at = time.monotonic()
                    self._set_state(BoardState.LISTENING)
                case Hello():
                    self._greet(event)
                case Result() if self._monitor is not None and self._hello is not None:
                    self._monitor.add(event)
                    came += 1
                    if self._recording is not None:
                        rows.append(csv_row(self._monitor, event))
                case Log():
                    self.logged.emit(event.text)
                case Lost():
                    self._write(rows)
                    self.ticked.emit(came)
                    fault = self._started.board.fault() if self._started is not None else ""
                    self._lose(fault or self._lost_words(event.sentence))
                    return
                case _:
                    pass
        self._write(rows)
        if self._state is BoardState.LISTENING:
            self._ask_again(link)
        self.ticked.emit(came)

    def _lost_words(self, sentence: str) -> str:
        if self._started is None:
            return sentence
        return "The virtual board has stopped. What it sent is still here; press Reconnect to start it again."

    def _greet(self, hello: Hello) -> None:
        link = self._link
        assert link is not None
        known = self._monitor
        truths = self._started.sensor.truths if self._started and self._started.sensor else None
        if known is None or _makes_other_results(known.hello, hello) or known.truths is not truths:
            if self._recording is not None and known is not None and _makes_other_results(known.hello, hello):
                self.stop_recording()
            self._monitor = Monitor(hello, truths)
        self._hello = hello
        link.send(start(self._interval_ms, link.next_sequence()))
        self._set_state(BoardState.LIVE)
        self.hello_changed.emit(hello)

    def _ask_again(self, link: Link) -> None:
        now = time.monotonic()
        if now - self._asked_at > _ASK_AGAIN_S:
            self._asked_at = now
            link.send(ask_hello(link.next_sequence()))
        if now - self._opened_at > _PATIENCE_S and not self._warned_silence:
            self._warned_silence = True
            self.warned.emit(
                "The port is open, but nothing that the studio understands comes from it. Is the exported firmware on "
                "the board? Press its reset button, or choose another port."
            )

    def _write(self, rows: list[Sequence[str]]) -> None:
        recording = self._recording
        if recording is None:
            return
        recording.write(rows)
        if recording.problem:
            self._recording = None
            recording.close()
            self.recording_changed.emit(False, "")
            self.warned.emit(recording.problem)


def _makes_other_results(before: Hello, after: Hello) -> bool:
    return (before.model_sha256, before.output_size, before.labels) != (
        after.model_sha256,
        after.output_size,
        after.labels,
    )


def _start(results: Results, dropped: threading.Event) -> _Started | None:
    """Write the sensor's samples and start the board; not on the window's thread. None if it is not wanted any more."""
    assert results.build is not None
    folder = tempfile.TemporaryDirectory(prefix="studio-sensor-")
    try:
        sensor = None
        if results.candidate is not None:
            artifact = Path(results.candidate.artifact)
            sensor = write_sensor(artifact, results.dataset, Path(folder.name) / "sensor.npy")
        board = VirtualBoard(Path(results.build.firmware), sensor=sensor.path if sensor else None)
    except (StudioError, OSError):
        folder.cleanup()
        raise
    started = _Started(board, folder, sensor)
    if dropped.is_set():
        _stop(started)
        return None
    return started


def _stop(started: _Started) -> None:
    started.board.close()
    started.folder.cleanup()


def _nothing(_: object) -> None:
    """There is nobody to tell."""
