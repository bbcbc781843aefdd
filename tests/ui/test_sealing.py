"""Bundles are sealed with the key that the maker signed with: at once, or after its file was opened again."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from studio.core.bundle import Bundle
from studio.core.review import SignOff
from studio.core.review.signing import KeyFile, make_key, signed
from studio.ui.pages.export import ExportPage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker, canned_session

pytest.importorskip("cryptography")

PASSWORD = "open sesame"


@pytest.fixture
def key(tmp_path: Path) -> KeyFile:
    make_key(tmp_path / "ada.pem", PASSWORD)
    return KeyFile(str(tmp_path / "ada.pem"), PASSWORD)


@pytest.fixture
def at_hand(qtbot: QtBot) -> tuple[ExportPage, Session, CannedWorker]:
    results = made.results()
    project = replace(made.project(), entered=made.everything_answered(results, signed=False))
    session, worker = canned_session(results, project)
    page = ExportPage(session)
    qtbot.addWidget(page)
    page.show()
    qtbot.waitUntil(lambda: not session.busy and not session.reviewing.awaits_checks, timeout=30_000)
    return page, session, worker


def signature(session: Session, key: KeyFile) -> SignOff:
    return signed(session.reviewing.signature("Ada"), key)


def test_a_name_alone_seals_nothing_and_the_page_asks_for_no_key(
    at_hand: tuple[ExportPage, Session, CannedWorker],
) -> None:
    page, session, _ = at_hand
    session.reviewing.put_under(session.reviewing.signature("Ada"))
    assert not page.seal_line.isVisible()
    assert session.reviewing.seal is None


def test_what_was_just_signed_with_a_key_is_sealed_with_it(
    at_hand: tuple[ExportPage, Session, CannedWorker], key: KeyFile, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session, worker = at_hand
    session.reviewing.put_under(signature(session, key), key)
    assert page.seal_line.isVisible()
    assert page.seal_line.words == "The bundle will be sealed with the key ada.pem."
    assert not page.seal_line.button.isVisible()
    worker.bundle = Bundle(str(tmp_path / "out"), (), "s" * 64)
    page.set_folder(tmp_path / "out")
    with qtbot.waitSignal(session.exported):
        page.button.click()
    assert worker.jobs[-1][1]["key"] == {"path": key.path, "password": PASSWORD}


def test_the_key_of_an_earlier_session_is_opened_with_its_password(
    at_hand: tuple[ExportPage, Session, CannedWorker], key: KeyFile, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session, _ = at_hand
    line = page.seal_line
    session.reviewing.put_under(signature(session, key))  # as a project that is opened brings it
    assert "no seal" in line.words
    line.button.click()
    dialog = page.findChild(QFileDialog)
    assert dialog is not None
    dialog.close()
    line.set_file(tmp_path / "ada.pem")
    qtbot.waitUntil(lambda: line.refusal == "ada.pem is locked. Type its password.")
    assert line.password.isVisible()
    QTest.keyClicks(line.password, "open sesam")
    QTest.keyClick(line.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: line.refusal == "This password does not open ada.pem. Type it again.")
    assert line.password.isVisible()
    QTest.keyClicks(line.password, PASSWORD)
    QTest.keyClick(line.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.reviewing.seal == key)
    assert line.words == "The bundle will be sealed with the key ada.pem."
    assert not line.password.isVisible()
    assert line.refusal == ""


def test_only_a_locked_key_is_asked_for_its_password(
    at_hand: tuple[ExportPage, Session, CannedWorker], key: KeyFile, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session, _ = at_hand
    line = page.seal_line
    session.reviewing.put_under(signature(session, key))
    make_key(tmp_path / "other.pem")
    (tmp_path / "notes.txt").write_text("mine")
    refused = {
        "other.pem": "another key than the review",
        "notes.txt": "is no key",
        "other.pub": "public half",
    }
    for name, words in refused.items():
        line.set_file(tmp_path / "ada.pem")
        qtbot.waitUntil(lambda: line.password.isVisible())
        line.set_file(tmp_path / name)
        assert not line.password.isVisible()
        assert line.refusal == ""
        qtbot.waitUntil(lambda words=words: words in line.refusal)  # type: ignore[misc]
        assert not line.password.isVisible()
        assert line.button.isVisible()
    assert session.reviewing.seal is None


def test_a_key_that_was_chosen_before_says_nothing_more(
    at_hand: tuple[ExportPage, Session, CannedWorker], key: KeyFile, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session, _ = at_hand
    session.reviewing.put_under(signature(session, key))
    (tmp_path / "notes.txt").write_text("mine")
    page.seal_line.set_file(tmp_path / "ada.pem")
    page.seal_line.set_file(tmp_path / "notes.txt")
    qtbot.waitUntil(lambda: "notes.txt is no key" in page.seal_line.refusal)
    assert not page.seal_line.password.isVisible()


def test_a_password_is_written_nowhere(
    at_hand: tuple[ExportPage, Session, CannedWorker], key: KeyFile, tmp_path: Path
) -> None:
    _, session, _ = at_hand
    session.reviewing.put_under(signature(session, key), key)
    assert session.save(tmp_path / "sealed.tinyml")
    assert PASSWORD not in repr(key)
    for file in tmp_path.rglob("*"):
        assert file.is_dir() or PASSWORD.encode() not in file.read_bytes()
