"""The window: steps, shortcuts, title, drops, unsaved work, and sentences wherever the user is."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QObject, QPointF, Qt, QUrl
from PySide6.QtGui import QCloseEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QTextBrowser, QWidget
from pytestqt.qtbot import QtBot

from studio.core.project import Project, load_project, save_project
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.core.steps import Step, StepState
from studio.ui import theme
from studio.ui.about import show_about
from studio.ui.main_window import MainWindow
from studio.ui.pages.review import ReviewPage
from studio.ui.worker_client import WorkerClient
from tests.ui import results as made
from tests.ui.canned import CannedWorker

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")
Make = Callable[[WorkerClient | None], MainWindow]


@pytest.fixture
def window(make_window: Make) -> MainWindow:
    return make_window(CannedWorker(made.results()))


def test_the_window_begins_with_the_model_page_and_nothing_to_save(window: MainWindow) -> None:
    assert window.step is Step.MODEL
    assert window.windowTitle() == "Untitled[*] — TinyML Studio"
    assert not window.isWindowModified()


def test_ctrl_and_a_digit_show_each_step(window: MainWindow, qtbot: QtBot) -> None:
    for number, step in enumerate(Step, 1):
        key = Qt.Key(Qt.Key.Key_0 + number)
        with qtbot.waitSignal(window.page_shown) as shown:
            QTest.keyClick(window, key, Qt.KeyboardModifier.ControlModifier)
        assert shown.args == [step.value]
        assert window.step is step


def test_a_wanted_step_may_name_a_place_on_its_page(window: MainWindow) -> None:
    window._on_step_wanted("review#limits")
    assert window.step is Step.REVIEW
    page = window.page(Step.REVIEW)
    assert isinstance(page, ReviewPage)
    assert page.tabs.tabText(page.tabs.currentIndex()).startswith("Design")


def test_marks_and_gauges_follow_the_pipeline(window: MainWindow, qtbot: QtBot) -> None:
    window.session.change(PROJECT)
    qtbot.waitUntil(lambda: window.stepper.button(Step.COMPRESS).state is StepState.DONE)
    assert window.stepper.button(Step.EXPORT).state is StepState.BLOCKED
    assert "of 256 KB" in window.gauges.memory.toolTip()
    assert window.isWindowModified()


def test_the_window_holds_at_the_smallest_size_promised(window: MainWindow, qtbot: QtBot) -> None:
    window.session.change(PROJECT)
    qtbot.waitUntil(lambda: not window.session.busy)
    for step in Step:
        window.show_step(step)
    window.resize(1024, 700)
    qtbot.waitUntil(lambda: (window.width(), window.height()) == (1024, 700))


def test_what_goes_wrong_with_the_model_is_told_on_other_pages_too(window: MainWindow, qtbot: QtBot) -> None:
    worker = window.session.workbench.worker
    assert isinstance(worker, CannedWorker)
    window.show_step(Step.COMPRESS)
    worker.refusals["load"] = "net.onnx is damaged or not an ONNX model."
    window.session.change(PROJECT)
    qtbot.waitUntil(lambda: window.notice.isVisible())
    assert window.notice.sentence == worker.refusals["load"]
    window.notice.button.click()
    assert window.step is Step.MODEL
    assert not window.notice.isVisible()
    window.show_step(Step.LAYERS)
    worker.refusals["load"] = "net.keras is damaged."
    window.session.change(replace(PROJECT, model="/models/net.keras"))
    qtbot.waitUntil(lambda: window.notice.sentence == "net.keras is damaged.")
    window.session.change(replace(PROJECT, model=""))
    qtbot.waitUntil(lambda: not window.notice.isVisible())


def test_undo_and_redo_are_offered_when_there_is_something_to_undo(window: MainWindow) -> None:
    assert not window.menus.undo.isEnabled()
    window.session.change(PROJECT)
    assert window.menus.undo.isEnabled()
    window.menus.undo.trigger()
    assert window.session.project == Project()
    assert window.menus.redo.isEnabled()


def test_a_drop_anywhere_opens_what_was_dropped(window: MainWindow, qtbot: QtBot, tmp_path: Path) -> None:
    window.show_step(Step.COMPRESS)
    model, data = tmp_path / "wake.tflite", tmp_path / "calls.npz"
    for path in (data, model):
        path.write_bytes(b"x")
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(data)), QUrl.fromLocalFile(str(model))])
    drop = QDropEvent(
        QPointF(400, 300),
        Qt.DropAction.CopyAction,
        mime,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    window.dropEvent(drop)
    qtbot.waitUntil(lambda: window.session.project.data == str(data))
    assert window.session.project.model == str(model)


def test_what_cannot_be_opened_is_said_above_the_page(window: MainWindow, tmp_path: Path) -> None:
    window.open_paths([tmp_path / "missing.keras"])
    assert "There is nothing at" in window.notice.sentence
    assert window.notice.isVisible()


def test_closing_with_unsaved_changes_asks_and_stays_when_cancelled(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.session.change(PROJECT)
    asked: list[str] = []

    def ask(*given: object) -> QMessageBox.StandardButton:
        asked.append(str(given[2]))
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "question", ask)
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    assert asked == ["Save the changes to “gestures”?"]


def test_closing_saves_when_asked_to(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    window.session.change(PROJECT)
    window.session.save(tmp_path / "mine.tinyml")
    window.session.change(replace(window.session.project, board="raspberry_pi_pico"))
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Save)
    event = QCloseEvent()
    window.closeEvent(event)
    assert event.isAccepted()
    assert "raspberry_pi_pico" in (tmp_path / "mine.tinyml").read_text()


def test_a_save_that_fails_keeps_the_window_open_with_a_sentence(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "gone"
    window.session.change(PROJECT)
    window.session.save(folder / "mine.tinyml")
    window.session.change(replace(window.session.project, board="raspberry_pi_pico"))
    (folder / "mine.tinyml").unlink()
    folder.rmdir()
    folder.write_text("now a file")
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Save)
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    assert window.notice.sentence
    assert window.session.modified


def test_what_another_window_saved_meanwhile_is_not_written_over_without_a_word(
    window: MainWindow, tmp_path: Path
) -> None:
    file = tmp_path / "mine.tinyml"
    assert window.session.save(file)
    save_project(replace(window.session.project, name="theirs"), file)
    window.session.set_recipe(Recipe(pruning=0.3))
    assert not window.save()
    assert "changed by another window" in window.notice.sentence
    assert load_project(file).name == "theirs"
    assert window.save()
    assert load_project(file).recipe == Recipe(pruning=0.3)


def test_after_a_refused_save_the_project_is_unsaved_and_closing_asks(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "mine.tinyml"
    assert window.session.save(file)
    save_project(replace(window.session.project, name="theirs"), file)
    assert not window.isWindowModified()
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert "changed by another window" in window.notice.sentence
    assert window.session.modified
    assert window.isWindowModified()
    asked: list[str] = []

    def ask(*given: object) -> QMessageBox.StandardButton:
        asked.append(str(given[2]))
        return QMessageBox.StandardButton.Cancel

    monkeypatch.setattr(QMessageBox, "question", ask)
    QTest.keyClick(window, Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier)
    assert len(asked) == 1
    assert window.isVisible()
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    assert not window.isWindowModified()
    assert window.may_lose_work()
    assert len(asked) == 1


def test_closing_asks_about_words_that_are_still_being_typed(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, tmp_path: Path
) -> None:
    assert window.session.save(tmp_path / "mine.tinyml")
    window.show_step(Step.REVIEW)
    page = window.page(Step.REVIEW)
    assert isinstance(page, ReviewPage)
    qtbot.waitUntil(lambda: not page.turns.busy, timeout=30_000)
    window.activateWindow()
    page.use.use.setFocus()
    qtbot.waitUntil(page.use.use.hasFocus)
    QTest.keyClicks(page.use.use, "Works a lamp")
    assert not window.session.modified
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    event = QCloseEvent()
    window.closeEvent(event)
    assert not event.isAccepted()
    assert window.session.project.entered.use == "Works a lamp"
    QTest.keyClicks(page.use.use, ".")
    assert page.use.use.toPlainText() == "Works a lamp."


def test_opening_a_project_over_unsaved_work_asks_first(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    save_project(replace(PROJECT, name="other"), tmp_path / "other.tinyml")
    window.session.change(PROJECT)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Cancel)
    window.open_paths([tmp_path / "other.tinyml"])
    assert window.session.project.name == "gestures"
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Discard)
    window.open_paths([tmp_path / "other.tinyml"])
    assert window.session.project.name == "other"


def test_the_palette_is_chosen_in_the_view_menu(window: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.menus.mode_chosen):
        window.menus.set_mode(theme.Mode.DARK)
    assert theme.colors() is theme.DARK


def test_about_names_every_licence_beside_the_window(window: MainWindow, qtbot: QtBot) -> None:
    box = show_about(window)
    assert box.isVisible()
    assert not box.isModal()
    text = box.findChildren(QTextBrowser)[0].toPlainText()
    for words in ("MIT", "LGPL-3.0", "Unicorn", "GPL-2.0"):
        assert words in text


def test_escape_cancels_the_work(window: MainWindow, qtbot: QtBot) -> None:
    window.session.change(PROJECT)
    with qtbot.waitSignal(window.session.job_started):
        pass
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.session.busy
    assert window.session.results.problem("load") is not None


def test_a_model_of_five_hundred_layers_stays_fluid(make_window: Make, qtbot: QtBot) -> None:
    small = made.results()
    assert small.model is not None
    assert small.candidate is not None
    layers = tuple(
        replace(small.model.layers[index % 6], index=index, name=f"layer{index}") for index in range(500)
    )
    large = Results(
        model=replace(small.model, layers=layers),
        dataset=small.dataset,
        candidate=replace(small.candidate, layers=layers),
        build=small.build,
        evaluation=small.evaluation,
    )
    window = make_window(CannedWorker(large))
    window.session.change(PROJECT)
    qtbot.waitUntil(lambda: window.session.results.evaluation is not None)
    for step in Step:
        window.show_step(step)


def test_making_the_pages_opens_no_other_window(window: MainWindow, qapp: QApplication) -> None:
    shown: list[QWidget] = []

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
                shown.append(watched)
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    for step in Step:
        window.page(step)
    qapp.removeEventFilter(watch)
    assert shown == []
