"""The Live page on real boards, virtual and played ones: what arrives, what is known, and what happens when it goes."""

import os
import pty
import signal
import socket
import time
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QTabBar, QToolButton
from pytestqt.qtbot import QtBot

from studio.core.frames import Decoder, Hello, Kind, Result, Stats, encode, to_packet
from studio.core.live_events import EventKind
from studio.core.project import Project
from studio.core.results import Results
from studio.core.running_model import Standing
from studio.core.speech import Speech
from studio.device.recording_files import read_recording
from studio.device.replay_link import ReplayLink
from studio.device.virtual_kinds import virtual_boards
from studio.device.virtual_misbehaviour import Fault
from studio.ui.board_session import BoardState
from studio.ui.live.board_view import BoardView
from studio.ui.pages.live import LivePage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.boards import LABELS, running
from tests.ui.canned import canned_session
from tests.ui.test_record_view import recorded

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
        found.current.bar.interval.setCurrentIndex(0)
        return found, session

    yield page
    for found in pages:
        found.close()


@pytest.fixture
def live(make: Make, board_results: Results, qtbot: QtBot) -> tuple[LivePage, Session]:
    page, session = make(board_results)
    page.connect_button.click()
    qtbot.waitUntil(lambda: received(page) >= 5, timeout=60_000)
    return page, session


def received(page: LivePage) -> int:
    return page.board.monitor.received if page.board.monitor is not None else 0


def happened(page: LivePage, kind: EventKind) -> list[str]:
    return [one.words for one in page.board.events if one.kind is kind]


class FakeBoard:
    """The other end of a pseudo-terminal, where a test plays the board."""

    def __init__(self) -> None:
        self.end, far = pty.openpty()
        tty.setraw(far)
        self.port = os.ttyname(far)
        self._far = far

    def say(self, *frames: Hello | Result | Stats) -> None:
        for frame in frames:
            os.write(self.end, encode(to_packet(frame)))

    def print(self, *lines: str) -> None:
        for line in lines:
            os.write(self.end, f"{line}\r\n".encode())

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
    page.current.bar.ports.setEditText(port)
    page.connect_button.click()


def connect_to(fake: FakeBoard, page: LivePage, qtbot: QtBot) -> None:
    """Connect, and wait until the board is being listened to."""
    connect(page, fake.port)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LISTENING)


def test_the_virtual_board_answers_rightly_and_runs_the_projects_model(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, session = live
    assert session.live
    assert page.board.state is BoardState.LIVE
    qtbot.waitUntil(lambda: page.answer.answer in LABELS)
    assert page.answer.truth == "right"
    assert page.answer.tally.endswith("samples right (100 %)")
    assert "runs the model of this project" in page.model_words
    assert page.current.figures.words("inference").endswith("µs")
    assert page.current.figures.words("lost") == "0"
    qtbot.waitUntil(lambda: page.current.traces.plot.shown_count >= 5)


def test_space_holds_the_picture_while_results_still_arrive(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, _ = live
    surface = page.current.traces.plot.surface
    surface.setFocus()
    QTest.keyClick(surface, Qt.Key.Key_Space)
    assert page.current.traces.pause_button.isChecked()
    plot, before = page.current.traces.plot, received(page)
    held = (plot.begin_s, plot.end_s)
    qtbot.waitUntil(lambda: received(page) > before + 3)
    assert (plot.begin_s, plot.end_s) == held
    QTest.keyClick(surface, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: plot.end_s > held[1])


def test_clearing_begins_again_at_nothing(live: tuple[LivePage, Session], qtbot: QtBot) -> None:
    page, _ = live
    qtbot.waitUntil(lambda: received(page) > 20)
    page.current.traces.clear_button.click()
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
    assert page.current.notice.sentence == ""
    assert not page.current.traces.pause_button.isEnabled()
    qtbot.waitUntil(lambda: not Path(f"/proc/{pid}").exists(), timeout=10_000)


def test_a_board_that_vanishes_is_said_and_comes_back_with_one_click(
    live: tuple[LivePage, Session], qtbot: QtBot
) -> None:
    page, session = live
    assert page.board.virtual_pid is not None
    os.kill(page.board.virtual_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LOST, timeout=10_000)
    before = received(page)
    assert before >= 5
    assert "virtual board" in page.current.notice.sentence
    assert not session.live
    page.current.notice.button.click()
    qtbot.waitUntil(lambda: page.board.state is BoardState.LIVE and session.live, timeout=60_000)
    assert page.current.notice.sentence == ""
    qtbot.waitUntil(lambda: received(page) > before)  # and what came before is still there


def test_a_change_of_the_project_offers_to_start_the_new_model(
    live: tuple[LivePage, Session], qtbot: QtBot, tmp_path: Path
) -> None:
    page, session = live
    worker = session.workbench.worker
    worker.results = running(tmp_path, gain=64)  # type: ignore[attr-defined]
    session.change(replace(session.project, recipe=replace(session.project.recipe, pruning=0.1)))
    qtbot.waitUntil(lambda: "another model" in page.model_words)
    qtbot.waitUntil(lambda: page.current.notice.button.text() == "Start the present model")
    page.current.notice.button.click()
    qtbot.waitUntil(lambda: "runs the model of this project" in page.model_words, timeout=30_000)
    assert page.current.notice.sentence == ""


def test_without_firmware_the_page_says_what_is_missing(make: Make) -> None:
    page, _ = make(Results())
    page.connect_button.click()
    assert "no firmware yet" in page.current.notice.sentence


def test_a_real_port_is_heard_and_another_model_is_named(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, session = make(made.results(sha256="e" * 64))
    connect_to(fake, page, qtbot)
    fake.say(HELLO, *(result(number) for number in range(1, 8)))
    qtbot.waitUntil(lambda: received(page) == 7)
    qtbot.waitUntil(lambda: page.answer.answer == "shake")
    assert page.answer.truth == ""
    assert "Nano 33 runs another model" in page.model_words
    assert page.current.figures.words("inference") == "1.2 ms"
    assert page.current.figures.words("rate") == "20.0 per second"
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
    qtbot.waitUntil(lambda: page.current.figures.words("lost") == "3")
    assert page.current.figures.words("damaged") == "1"
    assert page.answer.answer == "shake"


def test_a_port_that_is_pulled_out_is_looked_for_and_its_results_stay(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1), result(2))
    qtbot.waitUntil(lambda: received(page) == 2)
    fake.pull()
    qtbot.waitUntil(lambda: page.board.state is BoardState.AWAY)
    assert "connects by itself" in page.current.notice.sentence
    qtbot.waitUntil(lambda: bool(page.current.findings.sentences))
    assert received(page) == 2
    assert page.connect_button.text() == "Disconnect"
    page.connect_button.click()
    assert page.current.notice.sentence == ""
    assert page.current.findings.sentences == ()


def test_a_port_that_does_not_exist_is_waited_for_and_the_doctor_says_so(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    page, _ = make(made.results())
    port = tmp_path / "ttyBoard"
    connect(page, str(port))
    qtbot.waitUntil(lambda: f"There is no board on {port}" in page.current.notice.sentence)
    qtbot.waitUntil(lambda: any(f"There is no {port}" in one for one in page.current.findings.sentences))
    board = FakeBoard()
    port.symlink_to(board.port)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LISTENING)
    assert page.current.notice.sentence == ""
    assert page.current.findings.sentences == ()
    board.pull()


def test_an_address_is_typed_and_a_board_behind_a_socket_is_heard(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect(page, f"socket://127.0.0.1:{server.getsockname()[1]}")
        qtbot.waitUntil(lambda: page.board.state is BoardState.LISTENING)
        board, _ = server.accept()
        with board:
            for frame in (HELLO, result(1), result(2)):
                board.sendall(encode(to_packet(frame)))
            qtbot.waitUntil(lambda: received(page) == 2)
            link = page.board.link
            assert link is not None
            page.connect_button.click()
            assert link.release(10.0)  # the socket is closed from this side before the other goes


def test_the_picture_of_the_traces_is_saved_as_lines(
    make: Make, fake: FakeBoard, qtbot: QtBot, tmp_path: Path
) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, *(result(number, number % 3) for number in range(1, 50)))
    qtbot.waitUntil(lambda: received(page) == 49)
    page.current.traces.save_picture(tmp_path / "live.svg")
    qtbot.waitUntil(lambda: (tmp_path / "live.svg").exists())
    drawing = (tmp_path / "live.svg").read_text()
    assert "polyline" in drawing
    assert "shake" in drawing


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "Choose a port"),
        ("ttyUSB0", "/dev/ttyUSB0"),
        ("http://board", "does not know http://"),
        ("socket://board", "names no port number"),
        ("socket://board:99999", "from 1 to 65535"),
        ("/dev", "is a folder"),
    ],
)
def test_an_entry_that_cannot_be_a_port_is_refused_with_a_sentence(make: Make, entry: str, said: str) -> None:
    page, _ = make(made.results())
    connect(page, entry)
    assert said in page.current.notice.sentence
    assert page.board.state is BoardState.IDLE


def test_a_baud_rate_can_be_typed_and_nonsense_is_refused(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    bar = page.current.bar
    bar.ports.setEditText(fake.port)
    bar.baud.setEditText("fast")
    page.connect_button.click()
    assert "no baud rate" in page.current.notice.sentence
    bar.baud.setEditText("74880")
    page.connect_button.click()
    qtbot.waitUntil(lambda: page.board.state is BoardState.LISTENING)
    assert page.board.link is not None
    assert page.board.link.baud == 74_880
    assert page.current.notice.sentence == ""
    bar.baud.setEditText("9600")
    line = bar.baud.lineEdit()
    assert line is not None
    line.editingFinished.emit()
    assert page.board.link.baud == 9600


def test_virtual_boards_stand_first_and_can_be_told_to_misbehave(make: Make) -> None:
    page, _ = make(made.results())
    bar = page.current.bar
    boards = virtual_boards()
    assert bar.device == "virtual:virtual_cortex_m4"
    assert [bar.ports.itemData(place) for place in range(len(boards))] == [
        f"virtual:{board.id}" for board in boards
    ]
    assert bar.faults_button.isVisible()
    assert not bar.baud.isVisible()
    bar.faults_menu.actions()[0].trigger()
    bar.faults_menu.actions()[2].trigger()
    assert bar.faults == {Fault.LOSES_BYTES, Fault.RESETS}
    assert bar.faults_button.text() == "Loses bytes +1"
    bar.ports.setEditText("/dev/ttyACM0")
    assert not bar.faults_button.isVisible()
    assert bar.baud.isVisible()
    bar.ports.setEditText("socket://board:4000")
    assert not bar.baud.isVisible()
    assert bar.speech.isVisible()


def test_a_virtual_board_that_is_unplugged_comes_back_by_itself_and_its_history_goes_on(
    make: Make, board_results: Results, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studio.device.virtual_misbehaviour._AMOUNTS", {Fault.UNPLUGS: {"unplug": 1.0}})
    page, _ = make(board_results)
    unplugs = [one for one in page.current.bar.faults_menu.actions() if one.data() == Fault.UNPLUGS.value]
    unplugs[0].trigger()
    page.connect_button.click()
    qtbot.waitUntil(lambda: page.board.state is BoardState.AWAY and received(page) > 0, timeout=60_000)
    before = received(page)
    qtbot.waitUntil(lambda: received(page) > before, timeout=20_000)
    assert page.board.monitor is not None
    assert len(page.board.monitor.history) == received(page)
    said = happened(page, EventKind.CONNECTION)
    assert sum(one.startswith("Connected") for one in said) >= 2


def test_lines_of_an_arduino_plotter_are_recognised_and_drawn(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, session = make(made.results())
    connect_to(fake, page, qtbot)
    fake.print(*(f"idle:0.{number}5,shake:0.{8 - number}5,tap:0.1" for number in range(8)))
    qtbot.waitUntil(lambda: received(page) == 8)
    assert page.board.speaks is Speech.PLOTTER
    assert page.board.monitor is not None
    assert page.board.monitor.names == ("idle", "shake", "tap")
    qtbot.waitUntil(lambda: page.answer.answer == "idle")
    assert page.current.standing.title == "Cannot tell"
    assert "speaks text" in page.model_words
    assert session.live
    assert "recognised" in "".join(happened(page, EventKind.NOTE))


def test_what_a_board_speaks_can_be_chosen(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    speech = page.current.bar.speech
    page.current.bar.ports.setEditText(fake.port)
    speech.setCurrentIndex(speech.findData(Speech.TELEPLOT.value))
    page.connect_button.click()
    qtbot.waitUntil(lambda: page.board.state is BoardState.LISTENING)
    fake.print(">x:1", ">y:-4", ">x:2")
    qtbot.waitUntil(lambda: received(page) == 3)
    qtbot.waitUntil(lambda: page.answer.answer == "2.000, −4.000")


def test_noise_at_the_wrong_baud_rate_is_said_by_itself(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    os.write(fake.end, bytes(range(0x80, 0xF0)) * 10)
    qtbot.waitUntil(
        lambda: any("Serial.begin" in one for one in page.current.findings.sentences), timeout=15_000
    )


def test_the_running_model_is_reviewed_only_where_hash_and_review_say_so(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    results = made.results(sha256="c" * 64)
    page, session = make(results)
    assert page.current.standing.title == "Cannot tell"
    connect_to(fake, page, qtbot)
    fake.say(HELLO)
    qtbot.waitUntil(lambda: page.board.running.standing is Standing.NOT_REVIEWED)
    assert page.current.standing.title == "Not reviewed"
    session.change(replace(session.project, entered=made.everything_answered(results)))
    qtbot.waitUntil(lambda: page.current.standing.title == "Reviewed")
    fake.say(replace(HELLO, model_sha256="d" * 64))
    qtbot.waitUntil(lambda: page.current.standing.title == "Another model")
    assert "no longer cccccccc…" in "".join(happened(page, EventKind.MODEL))
    page.connect_button.click()
    assert page.current.standing.title == "Cannot tell"


def test_events_are_listed_and_lead_to_their_place(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, *(result(number, number // 100 % 3) for number in range(1, 1000)))
    qtbot.waitUntil(lambda: received(page) == 999)
    view = page.current
    view.events.kind.setCurrentText("Label")
    shown = view.events.model.events
    assert shown
    assert all(one.kind is EventKind.LABEL for one in shown)
    assert shown[0].words == "idle began (79 %)"
    index = view.events.model.index(0, 0)
    view.events.table.clicked.emit(index)
    assert not view.traces.view.follows
    assert view.traces.plot.begin_s <= 0.0 <= view.traces.plot.end_s
    view.events.kind.setCurrentText("Connection")
    assert view.events.model.events[0].words == f"Connected to {fake.port}"


def test_threshold_and_averaging_decide_which_label_holds(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    labels = page.current.labels
    labels.averaged.setValue(4)
    labels.threshold.setValue(70)
    fake.say(HELLO, result(1, 0), result(2, 0), result(3, 0), result(4, 1))
    qtbot.waitUntil(lambda: received(page) == 4)
    qtbot.waitUntil(lambda: page.answer.answer == "no label")
    labels.plain_button.click()
    assert page.board.post_processing.averaged == 1
    fake.say(result(5, 1))
    qtbot.waitUntil(lambda: page.answer.answer == "shake")


def test_a_board_of_this_project_starts_from_the_reviewed_threshold(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, session = make(made.results())
    connect_to(fake, page, qtbot)
    labels = page.current.labels
    assert page.board.post_processing.words == "highest score wins"
    fake.say(HELLO)
    qtbot.waitUntil(lambda: page.board.post_processing.threshold == 0.5)
    assert (labels.threshold.value(), labels.differs) == (50, "")
    session.reviewing.set_limit("threshold", 0.625)
    assert (page.board.post_processing.threshold, labels.differs) == (0.625, "")
    session.reviewing.set_limit("threshold", None)
    labels.threshold.setValue(70)
    assert "holds for a threshold of 50 %, not 70 %" in labels.differs
    session.reviewing.set_limit("threshold", 0.625)
    assert page.board.post_processing.threshold == 0.7
    assert "holds for a threshold of 62.5 %, not 70 %" in labels.differs
    labels.plain_button.click()
    assert page.board.post_processing.threshold == 0
    assert "not 0 %" in labels.differs


def test_a_board_with_another_model_keeps_the_highest_score(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, session = make(made.results())
    session.reviewing.set_limit("threshold", 0.625)
    connect_to(fake, page, qtbot)
    fake.say(replace(HELLO, model_sha256="9" * 64))
    qtbot.waitUntil(lambda: page.board.running.standing is Standing.ANOTHER)
    assert page.board.post_processing.threshold == 0
    assert page.current.labels.differs == ""


def test_one_scrolls_back_zooms_and_returns_to_the_newest(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, *(result(number) for number in range(1, 1200)))
    qtbot.waitUntil(lambda: received(page) == 1199)
    traces = page.current.traces
    qtbot.waitUntil(lambda: traces.bar.isEnabled() and traces.bar.maximum() > 4000)
    traces.bar.setValue(traces.bar.minimum())
    assert not traces.view.follows
    assert traces.pause_button.isChecked()
    assert abs(traces.plot.begin_s) < 0.1
    traces.closer_button.click()
    assert traces.view.span_s == 6.0
    QTest.keyClick(traces.plot.surface, Qt.Key.Key_Right)
    assert traces.plot.begin_s > 3.0
    traces.wider_button.click()
    traces.whole_button.click()
    qtbot.waitUntil(lambda: traces.plot.shown_count == 1199)
    QTest.keyClick(traces.plot.surface, Qt.Key.Key_End)
    assert traces.view.follows
    assert not traces.pause_button.isChecked()


def test_the_console_shows_what_came_and_sends_what_is_typed(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, _ = make(made.results())
    view = page.current
    view.tabs.setCurrentWidget(view.console)
    view.console.entry.setText("help")
    view.console.send_button.click()
    assert "connect a board" in view.console.words.text()
    connect_to(fake, page, qtbot)
    fake.print("ready")
    qtbot.waitUntil(lambda: "ready" in view.console.output.toPlainText())
    os.set_blocking(fake.end, False)
    heard = bytearray()

    def hears(wanted: bytes) -> bool:
        try:
            heard.extend(os.read(fake.end, 4096))
        except BlockingIOError:
            return False
        return wanted in heard

    view.console.ending.setCurrentIndex(1)
    QTest.keyClick(view.console.entry, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: hears(b"help\r\n"))
    QTest.keyClick(view.console.entry, Qt.Key.Key_Up)
    assert view.console.entry.text() == "help"
    view.console.form.setCurrentText("Hex")
    assert "72 65 61 64 79" in view.console.output.toPlainText()
    view.console.hold_button.click()
    fake.print("more")
    qtbot.waitUntil(lambda: "more" in happened(page, EventKind.LOG))
    assert "6d 6f 72 65" not in view.console.output.toPlainText()
    view.console.clear_button.click()
    assert view.console.output.toPlainText() == ""


def test_the_boards_own_counters_are_asked_for_and_shown(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, Stats(1, 2048, 10, 3, 2))
    qtbot.waitUntil(lambda: page.current.figures.words("stack") == "2.0 KB")
    assert page.current.figures.words("dropped") == "3, 2 damaged"


def test_a_reset_is_counted_and_listed(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1), result(2))
    qtbot.waitUntil(lambda: received(page) == 2)
    fake.say(HELLO, result(1))
    qtbot.waitUntil(lambda: received(page) == 3)
    qtbot.waitUntil(lambda: happened(page, EventKind.RESET) == ["Nano 33 was reset"])
    assert page.current.figures.words("resets") == "1"


def test_two_boards_are_watched_in_two_tabs_and_closing_one_frees_its_port(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, session = make(made.results())
    other = FakeBoard()
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1))
    first = page.current
    page.add_button.click()
    second = page.current
    assert second is not first
    connect_to(other, page, qtbot)
    other.say(replace(HELLO, board="Pico"), result(1), result(2))
    qtbot.waitUntil(lambda: received(page) == 2)
    qtbot.waitUntil(lambda: page.tabs.tabText(0) == "Nano 33" and page.tabs.tabText(1) == "Pico")
    assert first.board.monitor is not None
    assert first.board.monitor.received == 1
    link = second.board.link
    assert link is not None
    bar = page.tabs.tabBar()
    cross = bar.tabButton(1, QTabBar.ButtonPosition.RightSide)
    assert isinstance(cross, QToolButton)
    cross.click()
    assert page.views == (first,)
    assert link.release(10.0)
    assert session.live
    last = bar.tabButton(0, QTabBar.ButtonPosition.RightSide)
    assert last is not None
    assert not last.isVisible()  # the last one stays
    other.pull()


def test_a_board_goes_into_a_window_of_its_own_and_back(make: Make, fake: FakeBoard, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO, result(1))
    qtbot.waitUntil(lambda: received(page) == 1)
    view = page.current
    page.window_button.click()
    assert page.current is not view
    window = view.window()
    assert window is not page.window()
    qtbot.waitUntil(lambda: "Nano 33" in window.windowTitle())
    fake.say(result(2))
    qtbot.waitUntil(lambda: view.board.monitor is not None and view.board.monitor.received == 2)
    assert isinstance(view, BoardView)
    window.back_button.click()  # type: ignore[attr-defined]
    assert page.current is view
    page.window_button.click()
    view.window().close()
    assert view not in page.views


def test_a_board_is_asked_for_results_at_the_chosen_interval(
    make: Make, fake: FakeBoard, qtbot: QtBot
) -> None:
    page, _ = make(made.results())
    connect_to(fake, page, qtbot)
    fake.say(HELLO)
    qtbot.waitUntil(lambda: page.board.state is BoardState.LIVE)
    page.current.bar.interval.setCurrentIndex(page.current.bar.interval.findData(500))
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


def test_a_recording_that_is_played_is_called_one_and_is_no_live_board(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session = make(Results())
    view = page.current
    view.board.open_link(ReplayLink(read_recording(recorded(tmp_path / "old.csv", count=40)), "old.csv"))
    qtbot.waitUntil(lambda: received(page) > 0)
    assert view.name == "old.csv"
    assert view.words.text() == "Playing old.csv, a recording"
    assert view.bar.connect_button.text() == "Stop playing"
    assert view.bar.ports.currentText() == "old.csv"
    assert not session.live
    qtbot.waitUntil(lambda: received(page) == 40, timeout=20_000)
    qtbot.waitUntil(lambda: view.figures.words("rate") == "–")
    view.bar.connect_button.click()
    assert view.board.replay is None
    assert received(page) == 40
