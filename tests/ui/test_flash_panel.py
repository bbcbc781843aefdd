"""Build and flash on the Export page: tools, port, run, log, cancel, and the compiler's figures in the gauges."""

import os
import pty
import tty
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from studio.core.board import find_board
from studio.core.bundle import Bundle
from studio.core.formats.delivery import ExportFormat
from studio.core.project import Project
from studio.core.steps import Step
from studio.ui.board_session import BoardSession, BoardState
from studio.ui.main_window import MainWindow
from studio.ui.pages.export import ExportPage
from studio.ui.pages.live import LivePage
from studio.ui.port_holding import SessionHolder
from studio.ui.session import Session
from studio.ui.widgets.flash_panel import FlashPanel
from studio.ui.worker_client import WorkerClient
from tests.device import fake_tools
from tests.ui import results as made
from tests.ui.canned import CannedWorker, canned_session

Make = Callable[..., tuple[ExportPage, Session]]


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is first on PATH; nothing of this computer's own tools is."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", fake_tools.path_with(folder))
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / "cache"))
    return folder


@pytest.fixture
def make(qtbot: QtBot, tmp_path: Path) -> Iterator[Make]:
    """The Export page after an export."""
    pages: list[ExportPage] = []

    def page(
        board: str = "arduino_uno_r3", format_: ExportFormat | None = None, bundle: Bundle | None = None
    ) -> tuple[ExportPage, Session]:
        found = made.results()
        project: Project = replace(made.project(), board=board, export_format=format_)
        project = replace(project, entered=made.everything_answered(found, project))
        session, worker = canned_session(found, project)
        shown = ExportPage(session)
        pages.append(shown)
        qtbot.addWidget(shown)
        shown.resize(1060, 760)
        shown.show()
        qtbot.waitUntil(lambda: not session.busy)
        assert not shown.flash_panel.isVisible()
        worker.bundle = bundle or fake_tools.arduino_bundle(tmp_path / "out")
        shown.set_folder(tmp_path / "out")
        with qtbot.waitSignal(session.exported):
            shown.button.click()
        return shown, session

    yield page
    for shown in pages:
        shown.close()


def looked(qtbot: QtBot, page: ExportPage) -> FlashPanel:
    panel = page.flash_panel
    qtbot.waitUntil(
        lambda: panel.tool_words != "" and not panel.tool_words.startswith("Looking"), timeout=10_000
    )
    return panel


def ended(qtbot: QtBot, page: ExportPage) -> str:
    qtbot.waitUntil(
        lambda: not page.flashing.running and page.flash_panel.notice.sentence != "", timeout=15_000
    )
    return page.flash_panel.notice.sentence


def choose_place(panel: FlashPanel, port: str) -> None:
    """A port that this computer does not have, chosen with the keyboard."""
    panel.set_places(((port, f"Arduino Uno R3 ({port})"),))
    panel.places.setFocus()
    QTest.keyClick(panel.places, Qt.Key.Key_Home)
    assert panel.places.currentData() == port


def test_without_a_tool_the_panel_says_how_to_get_it(make: Make, qtbot: QtBot, tools: Path) -> None:
    page, _ = make()
    panel = looked(qtbot, page)
    assert panel.isVisible()
    assert "arduino-cli was not found. Get it from" in panel.tool_words
    assert not panel.button.isEnabled()
    fake_tools.arduino_cli(tools)
    QTest.mouseClick(panel.look, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: panel.tool_words == "arduino-cli 1.2.2 found.", timeout=10_000)
    assert panel.button.isEnabled()


def test_building_without_a_board_measures_and_the_gauges_show_it(
    make: Make, qtbot: QtBot, tools: Path
) -> None:
    fake_tools.arduino_cli(tools)
    page, session = make()
    panel = looked(qtbot, page)
    assert "estimated" in page.fits.storage.toolTip()
    assert panel.button.text() == "Build"
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    assert panel.progress.isVisible()
    assert ended(qtbot, page) == (
        "Built, and flashed nowhere. The whole program takes 9.2 KB of 31.5 KB flash and 1.2 KB of 2.0 KB RAM, "
        "says arduino-cli; the stack comes on top."
    )
    assert "9.2 KB of 31.5 KB, 22.3 KB to spare · measured" in page.fits.storage.toolTip()
    assert "1.2 KB of 2.0 KB" in page.fits.memory.toolTip()
    assert "estimated" in page.fits.compute.toolTip()
    assert "memory" not in page.board_list.fits_words("arduino_uno_r3")
    assert "Sketch uses 9406 bytes" in panel.log.toPlainText()
    assert not panel.progress.isVisible()
    session.change(replace(session.project, board="arduino_mega_2560"))
    assert "estimated" in page.fits.storage.toolTip()
    assert not panel.isVisible()


def test_flashing_from_the_keyboard_says_where_the_board_is_now(
    make: Make, qtbot: QtBot, tools: Path
) -> None:
    fake_tools.arduino_cli(tools, upload=("bossac_upload.txt", 0))
    page, _ = make()
    panel = looked(qtbot, page)
    choose_place(panel, "/dev/ttyACM0")
    assert panel.button.text() == "Build and flash"
    for _ in range(2):  # places, look, button
        focused = QApplication.focusWidget()
        assert focused is not None
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert panel.button.hasFocus()
    QTest.keyClick(panel.button, Qt.Key.Key_Space)
    assert ended(qtbot, page).startswith(
        "The board on /dev/ttyACM1 runs it now; watch it on the Live page. The whole"
    )


def test_a_compilers_error_stands_as_a_sentence_with_the_log_below(
    make: Make, qtbot: QtBot, tools: Path
) -> None:
    fake_tools.arduino_cli(tools, compile=("arduino_cli_too_big.txt", 1))
    page, _ = make()
    panel = looked(qtbot, page)
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    assert ended(qtbot, page).startswith("Flash overflows by 5,316 bytes on the Arduino Uno R3")
    assert panel.log.isVisible()
    assert panel.button.isEnabled()
    assert "estimated" in page.fits.storage.toolTip()


def test_cancel_stops_the_tool_and_the_window_goes_on(make: Make, qtbot: QtBot, tools: Path) -> None:
    before = 'case "$1" in run) echo "pid $$"; exec sleep 300;; esac'
    fake_tools.fake(tools, "pio", {"--version": ("pio_version.txt", 0)}, before)
    bundle = fake_tools.project_bundle(tools.parent / "out")
    page, _ = make(format_=ExportFormat.PLATFORMIO, bundle=bundle)
    panel = looked(qtbot, page)
    assert panel.tool_words == "PlatformIO 6.2.0 found."
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "pid " in panel.log.toPlainText(), timeout=10_000)
    assert panel.progress.cancel.hasFocus()
    pid = int(panel.log.toPlainText().split("pid ")[1].split()[0])
    QTest.keyClick(panel.progress.cancel, Qt.Key.Key_Space)
    assert ended(qtbot, page) == "Stopped. The board is as it was."
    assert not fake_tools.is_running(pid)


def test_closing_the_page_ends_what_runs(make: Make, qtbot: QtBot, tools: Path) -> None:
    before = 'case "$1" in run) echo "pid $$"; exec sleep 300;; esac'
    fake_tools.fake(tools, "pio", {"--version": ("pio_version.txt", 0)}, before)
    page, _ = make(format_=ExportFormat.PLATFORMIO, bundle=fake_tools.project_bundle(tools.parent / "out"))
    panel = looked(qtbot, page)
    QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "pid " in panel.log.toPlainText(), timeout=10_000)
    pid = int(panel.log.toPlainText().split("pid ")[1].split()[0])
    page.close()
    assert not fake_tools.is_running(pid)


def test_formats_that_are_built_by_hand_and_virtual_boards_say_so(
    make: Make, qtbot: QtBot, tools: Path
) -> None:
    page, _ = make(format_=ExportFormat.C99)
    assert "README.md says how" in looked(qtbot, page).tool_words
    page, _ = make(board="virtual_cortex_m4")
    panel = looked(qtbot, page)
    assert "the Live page starts the virtual board" in panel.tool_words
    assert not panel.button.isEnabled()


def test_a_long_log_keeps_its_end_in_sight_unless_scrolled_away(qtbot: QtBot) -> None:
    panel = FlashPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.set_running(True)
    bar = panel.log.verticalScrollBar()
    panel.add_lines([f"line {number}" for number in range(100)])
    assert bar.value() == bar.maximum()
    bar.setValue(0)
    panel.add_lines(["another"])
    assert bar.value() == 0
    panel.add_lines([str(number) for number in range(9000)])
    assert panel.log.blockCount() <= 2000


def test_the_live_session_lets_go_of_the_port_and_takes_the_board_back(
    make: Make, qtbot: QtBot, tools: Path
) -> None:
    """The upload sees a port that is free; afterwards the session is on it again."""
    board_end, port_end = pty.openpty()
    tty.setraw(port_end)
    port = os.ttyname(port_end)
    board = BoardSession()
    holder = SessionHolder(lambda: [board])
    states: list[str] = []
    board.state_changed.connect(states.append)
    # TIOCEXCL, which the link sets, would refuse this for everyone but root; who has it open is told by /proc.
    before = f'case "$1" in upload) ls -l /proc/{os.getpid()}/fd | grep -c " {port}$" > "{tools}/open";; esac'
    fake_tools.fake(
        tools,
        "arduino-cli",
        {
            "version --json": ("arduino_cli_version.json", 0),
            "core list --json": ("arduino_cli_core_list.json", 0),
            "lib list --json": ("arduino_cli_lib_list.json", 0),
            "compile *": ("arduino_cli_compile.txt", 0),
            "upload *": ("", 0),
        },
        before,
    )
    try:
        board.open_port(port)
        qtbot.waitUntil(lambda: board.state is BoardState.LISTENING)
        page, _ = make()
        page.flashing.set_holder(holder)
        panel = looked(qtbot, page)
        choose_place(panel, port)
        QTest.mouseClick(panel.button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: BoardState.LENT.value in states, timeout=10_000)
        assert ended(qtbot, page).startswith(f"The board on {port} runs it now")
        qtbot.waitUntil(lambda: board.state is BoardState.LISTENING, timeout=10_000)
        assert (tools / "open").read_text().strip() == "1"  # this test's own end of it
    finally:
        board.close()
        os.close(board_end)
        os.close(port_end)


def test_the_window_tells_flashing_of_the_live_page(
    make_window: Callable[[WorkerClient], MainWindow],
) -> None:
    window = make_window(CannedWorker(made.results()))
    export, live = window.page(Step.EXPORT), window.page(Step.LIVE)
    assert isinstance(export, ExportPage)
    assert isinstance(live, LivePage)
    assert export.flashing.holder is live.port_holder


def test_a_session_on_another_port_is_left_alone(qtbot: QtBot) -> None:
    board = BoardSession()
    assert board.let_go("/dev/ttyACM7") is None
    board.take_back("/dev/nowhere-at-all")
    assert board.state is BoardState.IDLE
    board.close()


def test_the_board_of_the_project_is_the_usual_place(qtbot: QtBot) -> None:
    panel = FlashPanel()
    qtbot.addWidget(panel)
    panel.set_places((("/dev/a", "a"), ("/dev/b", find_board("arduino_uno_r3").name)), "/dev/b")
    assert panel.places.currentData() == "/dev/b"
    panel.set_places((("/dev/c", "c"),))
    assert panel.places.currentData() == ""
