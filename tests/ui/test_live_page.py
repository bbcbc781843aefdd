"""The Live page on a real virtual board: what arrives, what is known, and what happens when it goes."""

import csv
import os
import pty
import signal
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.frames import Decoder, Hello, Kind, Result, encode, to_packet
from studio.core.pipeline import Results
from studio.core.project import Project
from studio.ui.board_session import BoardState
from studio.ui.pages.live import LivePage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.boards import LABELS, running
from tests.ui.canned import canned_session

Make = Callable[[Results], tuple[LivePage, Session]]

HELLO = Hello(0, 1, "c" * 64, 4, 3, 1 / 127, 0, 16_000_000, "Nano 33", LABELS)


@pytest.fixture(scope="module")
def board_results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return running(tmp_path_factory.mktemp("board"))


@pytest.fixture
def make(qtbot: QtBot) -> Iterator[Make]:
    pages: list[LivePage] = []

    def page(results: Results) -> tuple[LivePage, Session]:
        project = made.project() if results.model else Project()
        session, _ = canned_session(results, project)
        found = LivePage(session)
        pages.append(found)
        qtbot.addWidget(found)
        found.resize(1060, 640)
        found.show()
        qtbot.waitExposed(found)
        qtbot.waitUntil(lambda: not session.busy)
        found.interval.setCurrentIndex(0)
        return found, session

    yield page
    for found in pages:
        found.close()


@pytest.fixture
def live(make: Make, board_results: Results, qtbot: QtBot) -> tuple[LivePage, Session]:
    page, session = make(board_results)
    page.connect_button.click()
    qtbot.waitUntil(lambda: received(page) >= 5, timeout=30_000)
    return page, session


def received(page: LivePage) -> int:
    return page.board.monitor.received if page.board.monitor is not None else 0


class FakeBoard:
    """The other end of a pseudo-terminal, where a test plays the board."""

    def __init__(self) -> None:
        self.end, far = pty.openpty()
        tty.setraw(far)
        self.port = os.ttyname(far)
        self._far = far

    def say(self, *frames: Hello | Result) -> None:
        for frame in frames:
            os.write(self.end, encode(to_packet(frame)))

    def pull(self) -> None:
        for end in (self.end, self._far):
            if end >= 0:
                os.close(end)
        self.end = self._far = -1


@pytest.fixture
def fake() -> Iterator[FakeBoard]:
    board = FakeBoard()
    yield board
    board.pull()


def result(sequence: int, winner: int = 1) -> Result:
    output = np.zeros(3, np.int8)
    output[winner] = 100
    return Result(sequence, sequence * 50_000, 1234, 0, -1, output.tobytes())


def connect(page: LivePage, port: str) -> None:
    page.ports.setEditText(port)
    page.connect_button.click()


def connect_to(fake: FakeBoard, page: LivePage, qtbot: QtBot) -> None:
    """Connect, and wait until the board is being listened to."""
    connect(page, fake.port)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LISTENING)


def test_the_virtual_board_answers_rightly_and_runs_the_projects_model(
    live: tuple[LivePage, Session],
) -> None:
    page, session = live
    assert session.live
    assert page.board.state is BoardState.LIVE
    assert page.answer.answer in LABELS
    assert page.answer.truth == "right"
    assert page.answer.tally.endswith("right so far (100 %)")
    assert "runs the model of this project" in page.model_words
    assert page.figures.words("inference").endswith("µs")
    assert page.figures.words("lost") == "0"
    assert page.plot.shown_count >= 5


def test_space_holds_the_picture_while_results_still_arrive(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, _ = live
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_Space)
    assert page.pause_button.isChecked()
    shown, before = page.plot.shown_count, received(page)
    qtbot.waitUntil(lambda: received(page) > before + 3)
    assert page.plot.shown_count == shown
    QTest.keyClick(page, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: page.plot.shown_count > shown)


def test_clearing_begins_again_at_nothing(live: tuple[LivePage, Session], qtbot: QtBot) -> None:
    page, _ = live
    qtbot.waitUntil(lambda: received(page) > 20)
    page.clear_button.click()
    assert received(page) == 0
    assert page.answer.answer == "–"
    qtbot.waitUntil(lambda: received(page) > 2)


def test_disconnecting_keeps_what_came_and_ends_the_board(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, session = live
    pid = page.board.virtual_pid
    assert pid is not None
    page.connect_button.click()
    assert page.board.state is BoardState.IDLE
    assert not session.live
    assert received(page) >= 5
    assert page.plot.shown_count >= 5
    qtbot.waitUntil(lambda: not Path(f"/proc/{pid}").exists(), timeout=10_000)


def test_a_recording_holds_every_result(live: tuple[LivePage, Session], qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = live
    page.record(tmp_path / "live.csv")
    recording = page.board.recording
    assert recording is not None
    qtbot.waitUntil(lambda: recording.rows > 5)
    page.record_button.click()
    recording.join(10)
    with (tmp_path / "live.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == recording.rows
    numbers = [int(row["sequence"]) for row in rows]
    assert numbers == list(range(numbers[0], numbers[0] + len(rows)))
    assert all(row["label"] == row["truth"] for row in rows)
    assert f"{recording.rows} results were written" in page.notice.sentence


def test_a_full_disk_ends_the_recording_with_a_sentence_and_nothing_else(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, _ = live
    page.record(Path("/dev/full"))
    qtbot.waitUntil(lambda: "disk is full" in page.notice.sentence)
    assert page.board.recording is None
    before = received(page)
    qtbot.waitUntil(lambda: received(page) > before + 3)


def test_a_board_that_vanishes_is_said_and_comes_back_with_one_click(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, session = live
    assert page.board.virtual_pid is not None
    os.kill(page.board.virtual_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LOST, timeout=10_000)
    before = received(page)
    assert before >= 5
    assert "virtual board" in page.notice.sentence
    assert not session.live
    page.notice.button.click()
    qtbot.waitUntil(lambda: page.board.state is BoardState.LIVE and session.live, timeout=30_000)
    assert page.notice.sentence == ""


def test_a_change_of_the_project_offers_to_start_the_new_model(
    live: tuple[LivePage, Session], qtbot: QtBot, tmp_path: Path
) -> None:
    page, session = live
    worker = session.workbench.worker
    worker.results = running(tmp_path, gain=64)  # type: ignore[attr-defined]
    session.change(replace(session.project, recipe=replace(session.project.recipe, pruning=0.1)))
    qtbot.waitUntil(lambda: "another model" in page.model_words)
    qtbot.waitUntil(lambda: page.notice.button.text() == "Start the present model")
    page.notice.button.click()
    qtbot.waitUntil(lambda: "runs the model of this project" in page.model_words, timeout=30_000)
    assert page.notice.sentence == ""


def test_without_firmware_the_page_says_what_is_missing(make: Make) -> None:
    page, _ = make(Results())
    page.connect_button.click()
    assert "no firmware yet" in page.notice.sentence


def test_a_real_port_is_heard_and_another_model_is_named(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, session = make(made.results(sha256="e" * 64))
    connect_to(fake, page, qtbot)
    fake.say(HELLO, *(result(number) for number in range(1, 8)))
    qtbot.waitUntil(lambda: received(page) == 7)
    assert page.answer.answer == "shake"
    assert page.answer.truth == ""
    assert "Nano 33 runs another model" in page.model_words
    assert page.figures.words("inference") == "1.2 ms"
    assert page.figures.words("rate") == "20.0 per second"
    assert session.live


def test_lost_and_damaged_frames_are_counted_and_never_shown(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1), result(2, 0))
    damaged = bytearray(encode(to_packet(result(3, 2))))
    damaged[damaged.index(100)] = 101
    os.write(fake.end, bytes(damaged))
    fake.say(result(6, 1))
    qtbot.waitUntil(lambda: received(page) == 3)
    qtbot.waitUntil(lambda: page.figures.words("lost") == "3")
    assert page.figures.words("damaged") == "1"
    assert page.answer.answer == "shake"


def test_a_port_that_is_pulled_out_leaves_its_results(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1), result(2))
    qtbot.waitUntil(lambda: received(page) == 2)
    fake.pull()
    qtbot.waitUntil(lambda: page.board.state is BoardState.LOST)
    assert page.notice.sentence
    assert page.notice.button.text() == "Reconnect"
    assert received(page) == 2


def test_a_port_that_does_not_exist_is_said_in_a_sentence(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect(page, "/dev/no-such-board")
    qtbot.waitUntil(lambda: "There is no board on /dev/no-such-board" in page.notice.sentence)
    assert page.connect_button.text() == "Connect"


def test_the_virtual_board_stands_first_and_ports_after_it(make: Make) -> None:
    page, _ = make(made.results())
    assert page.ports.itemData(0) == "virtual"
    assert page.device == "virtual"


def test_a_board_is_asked_for_results_at_the_chosen_interval(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LIVE)
    page.interval.setCurrentIndex(page.interval.findData(500))
    wanted = (500).to_bytes(4, "little")
    decoder = Decoder()
    os.set_blocking(fake.end, False)

    def asked() -> bool:
        try:
            packets = decoder.packets(os.read(fake.end, 4096))
        except BlockingIOError:
            return False
        return any(packet.kind == Kind.START and packet.body == wanted for packet in packets)

    qtbot.waitUntil(asked)


def test_the_window_never_waits_while_results_pour_in(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1))
    qtbot.waitUntil(lambda: received(page) == 1)
    turns: list[float] = []
    watchdog = QTimer(page, interval=0)
    # The thread's own time: what other programs take from it on a busy machine does not count.
    watchdog.timeout.connect(lambda: turns.append(time.thread_time()))
    watchdog.start()
    sent = 1
    while sent < 600:
        fake.say(*(result(number, number % 3) for number in range(sent + 1, sent + 21)))
        sent += 20
        qtbot.waitUntil(lambda want=sent: received(page) >= want)  # type: ignore[misc]
    assert np.diff(turns).max() <= 0.05
