"""Copies without what the data tells of people, from the Review page: with clicks, real files and the real worker."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.checklist import Tier
from studio.core.checks.hidden import check_data_files
from studio.core.copies import UNFINISHED
from studio.core.review import Choice, State
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session
from studio.ui.widgets.copies_panel import CopiesPanel
from studio.worker.hidden_files import look_through
from tests.core.checks.test_hidden import chunk, wav
from tests.ui import results as made
from tests.ui.canned import canned_session
from tests.ui.hands import answer_dialog, click
from tests.worker.test_hidden_files import jpeg_with_place, quiet

Make = Callable[[], tuple[ReviewPage, Session]]
WAIT_MS = 60_000


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "cats").mkdir(parents=True)
    jpeg_with_place(folder / "cats" / "a.jpg")
    jpeg_with_place(folder / "cats" / "b.jpg")
    (folder / "cats" / "c.wav").write_bytes(wav(chunk(b"LIST", b"INFO" + chunk(b"IART", b"Ada\0"))))
    return folder


@pytest.fixture
def make(qtbot: QtBot, data: Path) -> Iterator[Make]:
    """The page of a project with this data, whose check of hidden data is the real one; P1 is in sight."""
    sessions = []

    def page() -> tuple[ReviewPage, Session]:
        looked = look_through(data, quiet)
        found = check_data_files(looked.findings, looked.files, Tier.THINGS, looked.unread)
        results = made.results()
        assert results.panel is not None
        checks = (*(one for one in results.panel.checks if one.id != "C15"), found)
        results = replace(results, panel=replace(results.panel, checks=checks))
        session, _ = canned_session(results, replace(made.project(), data=str(data)))
        sessions.append(session)
        shown = ReviewPage(session)
        qtbot.addWidget(shown)
        shown.resize(1060, 640)
        shown.show()
        qtbot.waitUntil(lambda: not session.busy and session.results.panel is not None, timeout=30_000)
        shown.show_question("P1")
        qtbot.waitUntil(lambda: not shown.turns.busy)
        return shown, session

    yield page
    for session in sessions:
        session.close()


def panel_of(page: ReviewPage) -> CopiesPanel:
    evidence = page.card("P1").evidence
    assert evidence is not None
    assert evidence.rows["C15"].copies is not None
    return evidence.rows["C15"].copies


def many(data: Path) -> None:
    """So many files that copying them takes a while."""
    for number in range(4000):
        (data / f"{number}.txt").write_text("x")


def test_copies_are_made_with_clicks_and_taken_as_the_data_in_one_step_of_undo(
    make: Make, qtbot: QtBot, data: Path, tmp_path: Path
) -> None:
    page, session = make()
    session.reviewing.answer("P1", Choice.YES, "Only the class leaves it.")
    panel = panel_of(page)
    click(panel.button)
    answer_dialog(qtbot, page, tmp_path / "plain")
    assert panel.running
    assert panel.button.isHidden()
    qtbot.waitUntil(lambda: not panel.running, timeout=WAIT_MS)
    assert panel.notice.sentence.startswith(f"3 files are copied to {tmp_path / 'plain'}. Taken out of 3: ")
    assert "where it was taken (GPS) (2 files, such as cats/a.jpg)" in panel.notice.sentence
    assert look_through(tmp_path / "plain", quiet).findings == ()
    assert session.project.data == str(data)
    before = session.history
    click(panel.notice.button)
    assert session.project.data == str(tmp_path / "plain")
    assert panel.notice.isHidden()
    assert f"data is {tmp_path / 'plain'} now" in page.notice.sentence
    session.undo()
    assert session.project.data == str(data)
    assert session.history.present == before.present
    qtbot.waitUntil(lambda: not session.busy)
    assert panel_of(page).button.isVisible()


def test_stopping_in_the_middle_leaves_no_copies(
    make: Make, qtbot: QtBot, data: Path, tmp_path: Path
) -> None:
    page, _ = make()
    many(data)
    panel = panel_of(page)
    click(panel.button)
    answer_dialog(qtbot, page, tmp_path / "plain")
    qtbot.waitUntil(lambda: (tmp_path / "plain" / UNFINISHED).is_file(), timeout=WAIT_MS)
    click(panel.stop)
    qtbot.waitUntil(lambda: not panel.running, timeout=WAIT_MS)
    assert panel.notice.sentence == "Stopped. The copies made so far were removed."
    assert panel.button.isVisible()
    assert not (tmp_path / "plain").exists()


def test_a_folder_with_files_is_refused_beside_the_button(
    make: Make, qtbot: QtBot, data: Path, tmp_path: Path
) -> None:
    page, session = make()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "diary.txt").write_text("x")
    for folder, words in ((tmp_path / "mine", "holds files"), (data / "plain", "within the data")):
        page.copying.ask(panel_of(page))
        page.copying.make_copies(folder)
        qtbot.waitUntil(lambda: not session.copying.running, timeout=WAIT_MS)
        qtbot.waitUntil(lambda: not panel_of(page).running, timeout=WAIT_MS)
        assert words in panel_of(page).notice.sentence
        assert panel_of(page).notice.button.isHidden()
    assert [file.name for file in (tmp_path / "mine").iterdir()] == ["diary.txt"]


def test_other_data_and_closing_end_the_copying(make: Make, qtbot: QtBot, data: Path, tmp_path: Path) -> None:
    page, session = make()
    many(data)
    page.copying.ask(panel_of(page))
    page.copying.make_copies(tmp_path / "plain")
    qtbot.waitUntil(lambda: (tmp_path / "plain" / UNFINISHED).is_file(), timeout=WAIT_MS)
    session.change(replace(session.project, data=str(tmp_path)))
    qtbot.waitUntil(lambda: not session.copying.running, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not (tmp_path / "plain").exists(), timeout=WAIT_MS)
    assert not panel_of(page).running
    session.undo()
    session.copying.make(data, tmp_path / "plain")
    qtbot.waitUntil(lambda: (tmp_path / "plain" / UNFINISHED).is_file(), timeout=WAIT_MS)
    session.close()
    assert not (tmp_path / "plain").exists()


def test_a_worker_that_dies_leaves_no_copies(make: Make, qtbot: QtBot, data: Path, tmp_path: Path) -> None:
    page, session = make()
    many(data)
    page.copying.ask(panel_of(page))
    page.copying.make_copies(tmp_path / "plain")
    qtbot.waitUntil(lambda: (tmp_path / "plain" / UNFINISHED).is_file(), timeout=WAIT_MS)
    worker = session.copying._worker
    assert worker is not None
    assert worker._process is not None
    worker._process.kill()
    qtbot.waitUntil(lambda: not panel_of(page).running, timeout=WAIT_MS)
    assert "engine stopped in the middle" in panel_of(page).notice.sentence
    assert "copies made so far were removed" in panel_of(page).notice.sentence
    assert not (tmp_path / "plain").exists()


def test_data_that_tells_nothing_offers_no_copies_and_keys_reach_the_button(
    make: Make, qtbot: QtBot, data: Path
) -> None:
    page, _ = make()
    evidence = page.card("P1").evidence
    assert evidence is not None
    QTest.keyClick(evidence.rows["C15"].button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: not evidence.rows["C15"].drawing)
    first, second = evidence.rows["C15"].figures
    assert "By kind" in first.body.accessibleName()
    assert "Found in 3 files" in second.body.accessibleName()
    for file in data.rglob("*.*"):
        file.unlink()
    (data / "labels.txt").write_text("cat\n")
    other, session = make()
    rows = other.card("P1").evidence
    assert rows is not None
    assert rows.rows["C15"].copies is None
    assert session.reviewing.preliminary.item("P1").state is not State.ANSWERED
