"""File dialogs: what is typed is what is written, or a sentence says why not."""

from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.choosing import PROJECT_FILES, choose_place
from tests.ui.hands import LEFT


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    shown = QWidget()
    qtbot.addWidget(shown)
    shown.show()
    return shown


def test_a_name_with_quotes_is_refused_with_a_sentence_and_its_folder_stays(
    window: QWidget, qtbot: QtBot, tmp_path: Path
) -> None:
    taken: list[Path] = []
    dialog = choose_place(window, "Save the project", PROJECT_FILES, ".tinyml", "x.tinyml", taken.append)
    dialog.setDirectory(str(tmp_path))
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    save = next(one for one in dialog.findChildren(QPushButton) if one.text().replace("&", "") == "Save")
    assert line is not None
    said: list[str] = []
    timer = QTimer(interval=5)

    def look() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox) and box.isVisible():
            timer.stop()
            said.append(box.text())
            QTest.mouseClick(box.buttons()[0], LEFT)

    timer.timeout.connect(look)
    timer.start()
    line.setText(str(tmp_path / 'my "digits" it\'s.tinyml'))
    QTest.mouseClick(save, LEFT)
    assert said == ["A name cannot have \" in it. Write it without, or with '."]
    assert dialog.isVisible()
    assert taken == []
    line.setText(str(tmp_path / "my 'digits' it's"))
    QTest.mouseClick(save, LEFT)
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert taken == [tmp_path / "my 'digits' it's.tinyml"]


def test_the_name_that_is_offered_has_no_quotes(window: QWidget) -> None:
    dialog = choose_place(window, "Save", PROJECT_FILES, ".tinyml", 'my "own".tinyml', lambda path: None)
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    assert line.text() == "my 'own'.tinyml"
    dialog.reject()
