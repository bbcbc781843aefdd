"""'I hold this label now': buttons, keys, what counts, and what can be done with it."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from studio.core.arrivals import Arrivals
from studio.core.frames import Hello
from studio.core.live_confusion import MARGINS_S
from studio.core.monitor import Monitor
from studio.ui.board_session import BoardSession
from studio.ui.live.label_view import LabelView
from tests.core.arrivals import NAMES, saying

HELLO = Hello(0, 2, "c" * 64, 4, 3, 1 / 127, 0, 16_000_000, "Nano 33", NAMES)


@pytest.fixture
def board() -> Iterator[BoardSession]:
    found = BoardSession()
    yield found
    found.close()


@pytest.fixture
def view(board: BoardSession, qtbot: QtBot) -> LabelView:
    found = LabelView(board)
    qtbot.addWidget(found)
    found.resize(760, 260)
    found.show()
    qtbot.waitExposed(found)
    board.monitor_changed.emit(Monitor(HELLO))
    found.margin.setCurrentIndex(MARGINS_S.index(0.0))
    return found


def come(board: BoardSession, found: Arrivals) -> None:
    board.results_arrived.emit(found)


def said(*labels: int, begin_s: float) -> Arrivals:
    return saying(
        labels, begin_s=begin_s, at_s=0.0
    )  # without the computer's clock, times are the board's alone


def test_before_there_is_a_board_it_says_what_to_do(board: BoardSession, qtbot: QtBot) -> None:
    view = LabelView(board)
    qtbot.addWidget(view)
    assert "Connect a board" in view.empty_words
    numbers = Hello(0, 2, "c" * 64, 4, 1, 1.0, 0, 0, "Nano", ())
    board.monitor_changed.emit(Monitor(numbers))
    assert "gives no labels" in view.empty_words
    board.monitor_changed.emit(Monitor(HELLO))
    assert view.empty_words == ""
    assert [button.text() for button in view.buttons] == ["1  idle", "2  shake", "3  tap"]


def test_a_button_counts_while_it_is_held(board: BoardSession, view: LabelView) -> None:
    come(board, said(0, 0, begin_s=0.0))
    button = view.buttons[1]
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    assert view.confusion.held == 1
    come(board, said(1, 1, 0, begin_s=0.2))
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)
    assert view.confusion.held is None
    assert not button.isChecked()
    come(board, said(2, begin_s=0.6))
    assert view.confusion.tally(0.0).counts == ((0, 0, 0), (1, 2, 0), (0, 0, 0))
    assert view.words.text() == "67 % as held (95 %: 21 % to 94 %), 2 of 3 results."
    assert view.matrix.words(1, 0) == "'shake' answered 'idle': 1 of 3 (33 %)"


def test_digit_keys_do_the_same_and_repeat_of_keys_is_no_new_press(
    board: BoardSession, view: LabelView, qtbot: QtBot
) -> None:
    view.setFocus()
    come(board, said(0, begin_s=0.0))
    QTest.keyPress(view, Qt.Key.Key_3)
    assert view.buttons[2].isChecked()
    come(board, said(2, begin_s=0.1))
    QTest.keyRelease(view, Qt.Key.Key_3)  # as some displays repeat a key that is held
    QTest.keyPress(view, Qt.Key.Key_3)
    assert view.confusion.tally(0.0).holds == 1
    come(board, said(2, begin_s=0.2))
    QTest.keyRelease(view, Qt.Key.Key_3)
    qtbot.waitUntil(lambda: view.confusion.held is None)
    assert view.confusion.tally(0.0).counts[2] == (0, 0, 2)
    QTest.keyPress(view, Qt.Key.Key_7)
    assert view.confusion.held is None


def test_stay_on_makes_a_click_begin_and_another_one_end(board: BoardSession, view: LabelView) -> None:
    view.stay.setChecked(True)
    come(board, said(0, begin_s=0.0))
    view.buttons[0].click()
    assert view.confusion.held == 0
    assert view.buttons[0].isChecked()
    come(board, said(0, begin_s=0.1))
    view.buttons[1].click()
    assert view.confusion.held == 1
    assert not view.buttons[0].isChecked()
    come(board, said(0, begin_s=0.2))
    view.buttons[1].click()
    assert view.confusion.held is None
    view.buttons[2].click()
    view.stay.setChecked(False)
    assert view.confusion.held is None
    assert view.confusion.tally(0.0).n == 2


def test_losing_the_keyboard_or_the_sight_lets_go(board: BoardSession, view: LabelView) -> None:
    come(board, said(0, begin_s=0.0))
    view.setFocus()
    QTest.keyPress(view, Qt.Key.Key_1)
    view.hide()
    assert view.confusion.held is None


def test_what_is_left_out_around_switches_is_chosen_and_said(board: BoardSession, view: LabelView) -> None:
    come(board, said(0, begin_s=0.0))
    view.stay.setChecked(True)
    view.buttons[0].click()
    come(board, said(*[0] * 20, begin_s=0.1))
    view.buttons[0].click()
    view.margin.setCurrentIndex(MARGINS_S.index(0.5))
    assert "leave out 0.5 s" in view.margin.currentText()
    assert "within 0.5 s of a hold's beginning or end are left out" in view.small.text()
    shown = view.confusion.tally(0.5)
    assert f"{shown.hits} of {shown.n}" in view.words.text()
    view.margin.setCurrentIndex(MARGINS_S.index(0.0))
    assert view.confusion.tally(0.0).n > shown.n
    assert "left out" not in view.small.text()


def test_undo_clear_and_the_boards_own_clear(board: BoardSession, view: LabelView) -> None:
    assert not view.undo_button.isEnabled()
    view.stay.setChecked(True)
    come(board, said(0, begin_s=0.0))
    for place in (0, 1):
        view.buttons[place].click()
        come(board, said(place, begin_s=0.1 * (place + 1)))
        view.buttons[place].click()
    assert view.confusion.tally(0.0).n == 2
    view.undo_button.click()
    assert view.confusion.tally(0.0).n == 1
    view.clear_button.click()
    assert view.confusion.is_empty
    assert not view.clear_button.isEnabled()
    assert "Nothing was counted" in view.words.text()
    view.buttons[0].click()
    come(board, said(0, begin_s=0.5))
    board.cleared.emit()
    assert view.confusion.is_empty


def test_a_cell_says_how_sure_its_row_is(board: BoardSession, view: LabelView, qtbot: QtBot) -> None:
    view.stay.setChecked(True)
    come(board, said(0, begin_s=0.0))
    view.buttons[0].click()
    come(board, said(0, 0, 0, 1, begin_s=0.1))
    qtbot.waitUntil(lambda: "3 of 4 results" in view.words.text())
    centre: QPoint = view.matrix.rect_of(0, 1).center()
    QTest.mouseClick(view.matrix.viewport(), Qt.MouseButton.LeftButton, pos=centre)
    assert view.small.text() == "'idle' answered 'shake': 1 of 4 (25 %); right 75 % (95 %: 30 % to 95 %)"


def test_it_is_saved_as_csv_and_a_disk_that_refuses_is_a_sentence(
    board: BoardSession, view: LabelView, tmp_path: Path
) -> None:
    view.stay.setChecked(True)
    come(board, said(0, begin_s=0.0))
    view.buttons[0].click()
    come(board, said(0, 1, begin_s=0.1))
    view.save_button.click()
    dialog = view.findChild(QFileDialog)
    assert dialog is not None
    dialog.fileSelected.emit(str(tmp_path / "held.csv"))
    dialog.reject()
    rows = list(csv.DictReader((tmp_path / "held.csv").read_text().splitlines()))
    assert [row["said"] for row in rows] == ["idle", "shake"]
    (tmp_path / "file").write_text("")
    view.save(tmp_path / "file" / "held.csv")
    assert "is not a folder" in view.small.text()


def test_another_model_begins_anew(board: BoardSession, view: LabelView) -> None:
    view.stay.setChecked(True)
    come(board, said(0, begin_s=0.0))
    view.buttons[0].click()
    come(board, said(0, begin_s=0.1))
    board.monitor_changed.emit(Monitor(Hello(0, 2, "d" * 64, 4, 2, 1.0, 0, 0, "Nano", ("up", "down"))))
    assert [button.text() for button in view.buttons] == ["1  up", "2  down"]
    assert view.confusion.is_empty
