"""Recording and replay from the page: a file that grows, troubles as sentences, a file that plays a board."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from studio.core.arrivals import Arrivals
from studio.core.recording import Origin
from studio.core.replay import SPEEDS
from studio.core.results import Results
from studio.device.recording_files import open_sink, read_recording
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.live.record_view import RecordView
from studio.ui.live.validation_view import ValidationView
from studio.ui.session import Session
from tests.core.arrivals import NAMES, arrivals, saying
from tests.ui.board_views import board_session
from tests.ui.boards import running

Live = tuple[BoardSession, Session, RecordView]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return running(tmp_path_factory.mktemp("record"))


@pytest.fixture
def live(results: Results, qtbot: QtBot) -> Iterator[Live]:
    with board_session(results) as (board, session):
        view = RecordView(board)
        qtbot.addWidget(view)
        view.resize(760, 200)
        view.show()
        qtbot.waitUntil(lambda: not session.busy)
        yield board, session, view
        if view.recording is not None:
            view.recording.close()
            view.recording.join(20)


def recorded(path: Path, *, count: int = 100, origin: Origin | None = None) -> Path:
    """So many results over a tenth of that in seconds; the labels go round."""
    sink = open_sink(path, origin or Origin(NAMES, True, "Nano 33 BLE Sense", "cd" * 32, 64_000_000))
    sink.write(saying([place % 3 for place in range(count)]), 2, 1)
    sink.close()
    return path


def connect(live: Live, qtbot: QtBot) -> None:
    board, session, _ = live
    board.start_virtual(session.results)
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received > 3, timeout=60_000)


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_every_result_goes_into_the_file_until_it_is_stopped(
    ending: str, live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    _board, _, view = live
    assert not view.record_button.isEnabled()
    connect(live, qtbot)
    path = tmp_path / f"live{ending}"
    view.record(path)
    assert view.record_button.text() == "Stop recording"
    assert not view.open_button.isEnabled()
    qtbot.waitUntil(lambda: view.recording is not None and view.recording.rows > 20, timeout=20_000)
    view.record_button.click()
    qtbot.waitUntil(lambda: view.recording is None, timeout=20_000)
    found = read_recording(path)
    assert len(found) > 20
    assert f"{len(found):,} results were written to" in view.record_words.text()
    assert found.origin.board == "Virtual Cortex-M4"
    assert found.origin.names == ("idle", "shake", "tap")
    assert np.all(np.diff(found.samples[:10]) == 1)
    assert view.record_button.text() == "Record…"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_a_sentence(live: Live, qtbot: QtBot) -> None:
    _, _, view = live
    connect(live, qtbot)
    view.record(Path("/dev/full"))
    qtbot.waitUntil(lambda: view.recording is None, timeout=20_000)
    assert "disk is full" in view.notice.sentence


def test_a_folder_that_is_not_there_is_a_sentence(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    _, _, view = live
    connect(live, qtbot)
    view.record(tmp_path / "nowhere" / "live.csv")
    qtbot.waitUntil(lambda: view.recording is None, timeout=20_000)
    assert "could not be written" in view.notice.sentence


def test_other_names_end_a_recording_and_what_came_before_stays(
    live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    board, _, view = live
    connect(live, qtbot)
    view.record(tmp_path / "live.csv")
    qtbot.waitUntil(lambda: view.recording is not None and view.recording.rows > 3, timeout=20_000)
    board.results_arrived.emit(arrivals([[1, 2]], names=("volts", "amps"), classifies=False))
    qtbot.waitUntil(lambda: view.recording is None, timeout=20_000)
    assert "now names other values" in view.notice.sentence
    assert len(read_recording(tmp_path / "live.csv")) > 3


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_a_recording_is_played_as_if_it_were_the_board(
    ending: str, live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    board, _, view = live
    view.speed.setCurrentIndex(SPEEDS.index(100.0))
    came: list[Arrivals] = []
    board.results_arrived.connect(came.append)
    view.open(recorded(tmp_path / f"old{ending}"))
    qtbot.waitUntil(lambda: sum(map(len, came)) == 100, timeout=20_000)
    assert board.state is BoardState.LIVE
    assert board.hello is not None
    assert board.hello.board == "Nano 33 BLE Sense"
    assert np.concatenate([one.winners for one in came]).tolist() == [place % 3 for place in range(100)]
    assert (board.counters.lost, board.counters.crc_errors) == (2, 1)
    qtbot.waitUntil(lambda: view.play_button.text() == "Play")
    assert "0:09.9 of 0:09.9, 100 of 100 results of Nano 33 BLE Sense" in view.replay_words.text()
    assert not view.record_button.isEnabled(), "a replay is not recorded again"


def test_play_pause_speed_and_place(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    board, _, view = live
    view.open(recorded(tmp_path / "old.csv", count=3000))
    qtbot.waitUntil(lambda: view.replay is not None and board.monitor is not None)
    view.play_button.click()
    assert view.play_button.text() == "Play"
    assert view.replay is not None
    stood = view.replay.replay.state.position_s
    view.place.setValue(500)
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received == 1500)
    assert stood < 5
    view.place.setValue(100)
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received == 300)
    view.place.setFocus()
    QTest.keyClick(view.place, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received == 450)
    view.speed.setCurrentIndex(SPEEDS.index(100.0))
    view.play_button.click()
    qtbot.waitUntil(lambda: view.replay is not None and view.replay.replay.ended, timeout=20_000)
    assert board.monitor is not None
    assert board.monitor.received == 3000
    qtbot.waitUntil(lambda: view.play_button.text() == "Play")
    view.play_button.click()
    assert view.replay.replay.state.position_s < 200
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received == 3000, timeout=20_000)


def test_numbers_of_a_board_that_spoke_text_keep_their_names(
    live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    board, _, view = live
    origin = Origin(("volts", "amps"), False)
    sink = open_sink(tmp_path / "text.csv", origin)
    sink.write(arrivals([[1.5, 0.2]] * 5, names=origin.names, classifies=False), 0, 0)
    sink.close()
    view.speed.setCurrentIndex(SPEEDS.index(100.0))
    view.open(tmp_path / "text.csv")
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received == 5, timeout=20_000)
    assert board.monitor is not None
    assert board.monitor.names == ("volts", "amps")


def test_a_board_takes_the_replays_place_and_the_other_way_round(
    live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    board, _, view = live
    connect(live, qtbot)
    assert board.is_virtual
    view.open(recorded(tmp_path / "old.csv"))
    qtbot.waitUntil(lambda: view.replay is not None)
    assert not board.is_virtual
    assert view.play_button.isEnabled()
    connect(live, qtbot)
    assert view.replay is None
    assert not view.play_button.isEnabled()
    assert view.replay_words.text() == "No recording is played."


def test_a_recording_cannot_be_validated(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    board, _session, view = live
    validation = ValidationView(board)
    qtbot.addWidget(validation)
    view.open(recorded(tmp_path / "old.csv"))
    qtbot.waitUntil(lambda: board.hello is not None)
    assert "This is a recording" in validation.panel.words.text()


def test_a_broken_file_is_a_sentence_and_the_board_goes_on(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    board, _, view = live
    connect(live, qtbot)
    (tmp_path / "no.csv").write_text("time,value\n")
    view.open(tmp_path / "no.csv")
    qtbot.waitUntil(lambda: "no recording of the studio" in view.notice.sentence)
    assert board.is_virtual


def test_one_that_was_cut_off_is_played_and_says_so(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    _, _, view = live
    path = recorded(tmp_path / "old.csv")
    os.truncate(path, path.stat().st_size - 7)
    view.open(path)
    qtbot.waitUntil(lambda: view.replay is not None)
    assert "cut off" in view.notice.sentence
    assert view.replay is not None
    assert len(view.replay.replay.recorded) == 99


def test_closing_the_board_ends_the_recording_so_that_nothing_waits_for_ever(
    live: Live, qtbot: QtBot, tmp_path: Path
) -> None:
    board, _, view = live
    connect(live, qtbot)
    view.record(tmp_path / "live.csv")
    recording = view.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.rows > 3, timeout=20_000)
    board.close()
    recording.join(20)
    assert recording.finished
    assert len(read_recording(tmp_path / "live.csv")) == recording.rows


def test_the_buttons_ask_for_a_file_of_the_chosen_form(live: Live, qtbot: QtBot, tmp_path: Path) -> None:
    _, _, view = live
    connect(live, qtbot)
    view.format.setCurrentIndex(view.format.findData(".parquet"))
    view.record_button.click()
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    assert dialog.defaultSuffix() == "parquet"
    dialog.fileSelected.emit(str(tmp_path / "live.parquet"))
    dialog.reject()
    assert view.recording is not None
    assert not view.format.isEnabled()
    qtbot.waitUntil(lambda: view.recording is not None and view.recording.rows > 3, timeout=20_000)
    view.record_button.click()
    qtbot.waitUntil(lambda: view.recording is None, timeout=20_000)
    qtbot.waitUntil(lambda: view.findChild(QFileDialog) is None)
    view.open_button.click()
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    assert "*.parquet" in dialog.nameFilters()[0]
    dialog.fileSelected.emit(str(tmp_path / "live.parquet"))
    dialog.reject()
    qtbot.waitUntil(lambda: view.replay is not None, timeout=20_000)
