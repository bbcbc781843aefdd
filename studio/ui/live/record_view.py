"""Recording and replay: results into a file while they arrive, and a file played again as if it were the board."""

import time
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Slot
from PySide6.QtWidgets import QComboBox, QPushButton, QSlider, QVBoxLayout, QWidget

from studio import __version__
from studio.core.arrivals import Arrivals
from studio.core.recording import Origin, Recorded
from studio.core.replay import SPEEDS
from studio.device.recording_files import PARQUET, STREAM, has_parquet, read_recording
from studio.device.replay_link import ReplayLink
from studio.ui.aside import Aside
from studio.ui.board_session import BoardSession
from studio.ui.choosing import choose_file, choose_place
from studio.ui.icons import icon
from studio.ui.recording import Recording
from studio.ui.theme import GRID
from studio.ui.widgets.layouts import label, row
from studio.ui.widgets.notice import Notice, Tone

_CSV_FILES = "Tables (*.csv)"
_PARQUET_FILES = f"Parquet (*{PARQUET})"
_OPENED = f"Recordings (*.csv *{PARQUET} *{STREAM})"
_LOOK_MS = 100
_STEPS = 1000
_NOTHING = "Every result goes into the file as it arrives: time, label, scores, inference time, losses."


class RecordView(QWidget):
    """Record above, replay below. A replay takes the board's place: traces, labels and drift show it."""

    def __init__(self, board: BoardSession) -> None:
        super().__init__()
        self._board = board
        self._aside = Aside(self)
        self._began = 0.0
        self.recording: Recording | None = None
        self.record_button = QPushButton(icon("record"), "Record…")
        self.format = QComboBox()
        self.format.setAccessibleName("Form of the recording")
        self.format.addItem("CSV (any program opens it)", ".csv")
        self.format.addItem("Parquet (for data frames)", PARQUET)
        if not has_parquet():
            item = self.format.model().index(1, 0)
            self.format.model().setData(item, 0, Qt.ItemDataRole.UserRole - 1)  # cannot be chosen
            self.format.setItemData(1, "pip install 'tinyml-studio[parquet]'", Qt.ItemDataRole.ToolTipRole)
        self.record_words = label(_NOTHING, "small", wrap=True)
        self.open_button = QPushButton(icon("open"), "Open recording…")
        self.open_button.setToolTip("Play a recording again; a board that is connected is let go of")
        self.play_button = QPushButton(icon("pause"), "Pause")
        self.speed = QComboBox()
        self.speed.setAccessibleName("Speed of the replay")
        for speed in SPEEDS:
            self.speed.addItem("as it was" if speed == 1 else f"{speed:g} × as fast", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.place.setRange(0, _STEPS)
        self.place.setPageStep(_STEPS // 20)
        self.place.setAccessibleName("Place in the recording")
        self.place.setToolTip("Drag, or use the arrow keys: traces show what had come by then")
        self.replay_words = label("", "small", wrap=True)
        self.notice = Notice(closable=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(GRID, GRID, GRID, GRID)
        layout.setSpacing(GRID)
        recorded = row(self.record_button, self.format, self.record_words)
        recorded.setStretch(2, 1)
        played = row(self.open_button, self.play_button, self.speed, self.place)
        played.setStretch(3, 1)
        layout.addWidget(self.notice)
        layout.addLayout(recorded)
        layout.addLayout(played)
        layout.addWidget(self.replay_words)
        layout.addStretch(1)
        self._timer = QTimer(self, interval=_LOOK_MS)

        self._timer.timeout.connect(self._look)
        self.record_button.clicked.connect(self._on_record)
        self.open_button.clicked.connect(self._on_open)
        self.play_button.clicked.connect(self._on_play)
        self.speed.currentIndexChanged.connect(self._on_speed)
        self.place.valueChanged.connect(self._on_place)
        board.results_arrived.connect(self._on_results)
        board.monitor_changed.connect(self._show)
        board.state_changed.connect(self._show)
        board.ticked.connect(self._show_place)
        board.closed.connect(self.stop)
        self._show()

    @property
    def replay(self) -> ReplayLink | None:
        """The recording that is played, None while a board or nothing is watched."""
        return self._board.replay

    def record(self, path: Path) -> None:
        """Write every result from now on to this file."""
        monitor, hello = self._board.monitor, self._board.hello
        if monitor is None or not monitor.names:
            return
        self._began = time.time()
        origin = Origin(
            monitor.names,
            monitor.classifies,
            hello.board if hello is not None else "",
            hello.model_sha256 if hello is not None else "",
            hello.clock_hz if hello is not None else 0,
            self._began,
            __version__,
        )
        self.notice.show_sentence("")
        self.recording = Recording(path, origin)
        self._timer.start()
        self._show()

    @Slot()
    def stop(self) -> None:
        """End the recording; what has come is still written."""
        if self.recording is not None:
            self.recording.close()

    def open(self, path: Path) -> None:
        """Play this recording."""
        self.notice.show_sentence("")
        self.replay_words.setText(f"Reading {path.name}…")
        self._aside.run(lambda: read_recording(path), lambda found: self._play(path, found), self._fail)

    def _play(self, path: Path, recorded: Recorded) -> None:
        link = ReplayLink(recorded, path.name)
        link.replay.set_speed(float(self.speed.currentData()))
        self._board.open_link(link)
        if recorded.note:
            self.notice.show_sentence(recorded.note, Tone.WARNING)
        self._show()

    def _fail(self, sentence: str) -> None:
        self.replay_words.setText("")
        self.notice.show_sentence(sentence, Tone.DANGER)
        self._show()

    @Slot()
    def _show(self, *_: object) -> None:
        monitor, recording, replay = self._board.monitor, self.recording, self.replay
        can_record = monitor is not None and bool(monitor.names)
        self.record_button.setEnabled(recording is not None or (can_record and replay is None))
        self.record_button.setText("Record…" if recording is None else "Stop recording")
        self.record_button.setIcon(icon("record" if recording is None else "stop"))
        self.record_button.setToolTip(
            "Write every result to a file" if can_record else "Connect a board that sends results first"
        )
        self.format.setEnabled(recording is None)
        self.open_button.setEnabled(recording is None)
        for part in (self.play_button, self.speed, self.place):
            part.setEnabled(replay is not None)
        if replay is not None:
            playing = replay.replay.state.playing and not replay.replay.ended
            self.play_button.setText("Pause" if playing else "Play")
            self.play_button.setIcon(icon("pause" if playing else "play"))
        self._show_place()

    @Slot()
    def _show_place(self, *_: object) -> None:
        link = self.replay
        if link is None:
            if not self._aside.busy:
                self.replay_words.setText("No recording is played.")
            return
        replay = link.replay
        at, whole = replay.state.position_s, replay.seconds
        with QSignalBlocker(self.place):
            self.place.setValue(round(at / whole * _STEPS) if whole else _STEPS)
        board = replay.recorded.origin.board or "a board that spoke text"
        self.replay_words.setText(
            f"{_clock(at)} of {_clock(whole)}, {replay.state.given:,} of {len(replay.recorded):,} results of {board} "
            f"({link.port})."
        )
        if replay.ended and self.play_button.text() != "Play":
            self._show()

    @Slot()
    def _look(self) -> None:
        """How the recording goes."""
        recording = self.recording
        if recording is None:
            return
        seconds = time.time() - self._began
        self.record_words.setText(
            f"{recording.rows:,} results in {_clock(seconds)}, to {recording.path.name}"
        )
        if not recording.finished:
            if recording.problem:
                self._show()
            return
        self._timer.stop()
        self.recording = None
        if recording.problem:
            self.notice.show_sentence(recording.problem, Tone.DANGER)
            self.record_words.setText(_NOTHING)
        else:
            self.record_words.setText(f"{recording.rows:,} results were written to {recording.kept}.")
        self._show()

    @Slot(object)
    def _on_results(self, found: Arrivals) -> None:
        if self.recording is not None:
            counters = self._board.counters
            self.recording.write(found, counters.lost, counters.crc_errors)

    @Slot()
    def _on_record(self) -> None:
        if self.recording is not None:
            self.stop()
            return
        suffix = str(self.format.currentData())
        kind = _PARQUET_FILES if suffix == PARQUET else _CSV_FILES
        name = self._board.session.project.name if self._board.session is not None else "board"
        choose_place(self, "Record to", kind, suffix, f"{name}-live{suffix}", self.record)

    @Slot()
    def _on_open(self) -> None:
        choose_file(self, "Open a recording", (_OPENED,), self.open)

    @Slot()
    def _on_play(self) -> None:
        link = self.replay
        if link is None:
            return
        if link.replay.ended:
            link.replay.set_playing(True)
            self._seek(link, 0.0)
        else:
            link.replay.set_playing(not link.replay.state.playing)
        self._show()

    @Slot()
    def _on_speed(self, *_: object) -> None:
        if self.replay is not None:
            self.replay.replay.set_speed(float(self.speed.currentData()))

    @Slot(int)
    def _on_place(self, step: int) -> None:
        link = self.replay
        if link is not None:
            self._seek(link, step / _STEPS * link.replay.seconds)

    def _seek(self, link: ReplayLink, position_s: float) -> None:
        if link.replay.seek(position_s):
            self._board.clear()  # all before that place comes again
        self._show()


def _clock(seconds: float) -> str:
    whole = int(seconds)
    tenths = int((seconds - whole) * 10)
    return f"{whole // 60}:{whole % 60:02d}.{tenths}"
