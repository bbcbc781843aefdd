"""The Export page: boards, fit, the gate, and the files."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from studio.core.board import boards
from studio.core.bundle import Bundle, BundleFile
from studio.core.formats.delivery import ExportEngine, ExportFormat, SensorStub
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Event
from studio.core.steps import Step
from studio.ui.pages.export import ExportPage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker, canned_session

Make = Callable[..., tuple[ExportPage, Session, CannedWorker]]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(
        results: Results | None = None, *, reviewed: bool = False, project: Project | None = None
    ) -> tuple[ExportPage, Session, CannedWorker]:
        found = results or made.results()
        chosen = project or made.project()
        if reviewed:
            chosen = replace(chosen, entered=made.everything_answered(found))
        session, worker = canned_session(found, chosen)
        shown = ExportPage(session)
        qtbot.addWidget(shown)
        shown.resize(1060, 640)
        shown.show()
        qtbot.waitUntil(lambda: not session.busy)
        return shown, session, worker

    return page


def jobs(worker: CannedWorker) -> list[str]:
    return [job for job, _ in worker.jobs]


def test_every_board_is_listed_and_the_projects_one_selected(make: Make) -> None:
    page, _, _ = make()
    assert page.board_list.topLevelItemCount() == len(boards())
    assert page.board_list.board_id == "virtual_cortex_m4"


def test_picking_a_board_is_a_change_that_can_be_undone(make: Make) -> None:
    page, session, _ = make()
    page.board_list.setCurrentIndex(page.board_list.model().index(1, 0))
    assert session.project.board == boards()[1].id
    session.undo()
    assert page.board_list.board_id == "virtual_cortex_m4"


def test_a_board_that_is_too_slow_says_so_in_the_list_and_in_a_sentence(make: Make) -> None:
    page, session, _ = make()
    session.change(replace(session.project, board="arduino_mega_2560", deadline_ms=10))
    assert page.board_list.fits_words("arduino_mega_2560").startswith("no: time")
    assert "allowed are" in page.fits.notice.sentence
    page.fits.deadline.setValue(20_000)
    assert session.project.deadline_ms == 20_000
    assert page.fits.notice.sentence == ""
    assert page.board_list.fits_words("arduino_mega_2560") == "fits"


def test_export_waits_for_open_review_questions_and_says_which(make: Make, qtbot: QtBot) -> None:
    page, _, worker = make()
    page.button.click()
    assert "The review blocks the export" in page.notice.sentence
    assert "Nobody has signed" in page.notice.sentence or "more" in page.notice.sentence
    assert "export" not in jobs(worker)
    with qtbot.waitSignal(page.step_wanted) as caught:
        page.notice.button.click()
    assert caught.args == [Step.REVIEW]


def test_an_export_that_goes_around_the_page_is_refused_in_words(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session, worker = make()
    worker.refusals["export"] = "The review does not allow the export yet. Nobody has signed the review."
    session.export(tmp_path / "out")
    qtbot.waitUntil(lambda: "does not allow the export" in page.notice.sentence)
    assert session.bundle is None
    assert page.button.isEnabled()


def test_an_approved_review_lets_the_files_be_written_and_lists_them(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    page, session, worker = make(reviewed=True)
    worker.bundle = Bundle(str(tmp_path / "out"), (BundleFile("src/model.c", 2048, "f" * 64),), "s" * 64)
    page.set_folder(tmp_path / "out")
    with qtbot.waitSignal(session.exported):
        page.button.click()
    assert Path(worker.jobs[-1][1]["folder"]) == tmp_path / "out"
    assert page.bundle_list.names == ("src/model.c",)
    assert page.bundle_list.words == (
        f"1 file, 2.0 KB, and manifest.json and SHA256SUMS, which name them, in {tmp_path / 'out'}"
    )
    session.change(replace(session.project, deadline_ms=7))
    assert not page.bundle_list.isVisible()


def test_a_sealed_export_says_so_and_by_which_key(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, session, worker = make(reviewed=True)
    worker.bundle = Bundle(str(tmp_path / "out"), (), "s" * 64, sealed_by="0123456789abcdef" * 4)
    with qtbot.waitSignal(session.exported):
        page.button.click()
    words = page.bundle_list.words
    assert words.endswith("\nSealed with the key 0123456789abcdef…: the seal is SIGNATURE.json")


def test_the_last_folder_is_remembered(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, session, worker = make(reviewed=True)
    worker.bundle = Bundle(str(tmp_path / "kept" / "out"), (), "s" * 64)
    with qtbot.waitSignal(session.exported):
        page.button.click()
    again, _, _ = make()
    assert Path(again.folder.text()).parent == tmp_path / "kept"


def test_a_folder_with_other_files_gets_one_of_the_projects_own(make: Make, tmp_path: Path) -> None:
    page, _, _ = make()
    (tmp_path / "holiday.jpg").touch()
    page.set_folder(tmp_path)
    assert Path(page.folder.text()).parent == tmp_path


@pytest.mark.parametrize(
    "sentence",
    [
        "/root/out may not be written by you. Choose another folder.",
        "The disk is full: /out/README.md was not written, nothing older was changed. Free some space and try again.",
    ],
)
def test_a_failed_export_stands_where_it_was_asked_for(make: Make, qtbot: QtBot, sentence: str) -> None:
    page, session, worker = make(reviewed=True)
    worker.refusals["export"] = sentence
    page.button.click()
    qtbot.waitUntil(lambda: page.notice.sentence == sentence)
    assert page.button.text() == "Export"
    assert session.project.entered.signoff is not None


def test_before_anything_is_loaded_the_page_says_what_comes_first(make: Make) -> None:
    page, _, _ = make(Results(), project=Project())
    page.button.click()
    assert "nothing to export yet" in page.notice.sentence


def choose(box: QComboBox, value: str) -> None:
    """Pick an entry as a user does: open the list with the keyboard and press Enter on it."""
    box.setFocus()
    box.setCurrentIndex(box.findData(value))
    box.activated.emit(box.currentIndex())


def test_the_format_engine_and_input_are_the_projects_and_can_be_undone(make: Make) -> None:
    page, session, _ = make(project=replace(made.project(), board="arduino_nano_33_ble_sense"))
    assert page.formats.format.currentData() == "arduino"
    choose(page.formats.format, "platformio")
    choose(page.formats.engine, "tflm")
    choose(page.formats.sensor, "imu")
    project = session.project
    assert (project.export_format, project.export_engine) == (ExportFormat.PLATFORMIO, ExportEngine.TFLM)
    assert project.export_sensor is SensorStub.IMU
    session.undo()
    assert page.formats.sensor.currentData() == "link"


def test_what_a_board_cannot_take_is_greyed_with_the_reason(make: Make) -> None:
    page, _, _ = make(project=replace(made.project(), board="arduino_uno_r3"))
    box = page.formats.format
    place = box.findData("esp-idf")
    assert not box.model().flags(box.model().index(place, 0)) & Qt.ItemFlag.ItemIsEnabled
    assert "Espressif" in box.itemData(place, Qt.ItemDataRole.ToolTipRole)
    assert page.formats.reason == ""


def test_another_board_takes_a_format_of_its_own_where_the_chosen_one_does_not_fit(make: Make) -> None:
    page, session, _ = make(project=replace(made.project(), board="esp32_devkitc"))
    choose(page.formats.format, "esp-idf")
    choose(page.formats.engine, "tflm")
    page._on_board("arduino_uno_r3")
    assert session.project.export_format is None
    assert session.project.export_engine is ExportEngine.STUDIO_C
    assert page.formats.format.currentData() == "arduino"


def test_a_trial_build_is_offered_while_the_review_holds_back_only_the_release(
    make: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    page, _, _ = make()
    assert page.trial_button.isHidden()
    found = made.results()
    entered = made.everything_answered(found, signed=False)
    page, session, worker = make(found, project=replace(made.project(), entered=entered))
    assert not page.trial_button.isHidden()
    page.set_folder(tmp_path / "trial")
    worker.refusals["export"] = "The disk is full."
    page.trial_button.click()
    qtbot.waitUntil(lambda: page.notice.sentence == "The disk is full.", timeout=30_000)
    qtbot.waitUntil(lambda: not session.busy)
    (asked,) = [arguments for job, arguments in worker.jobs if job == "export"]
    assert asked["level"] == "bench"
    assert str(asked["folder"]).endswith("trial_UNREVIEWED")


def test_a_reviewed_project_needs_no_trial_build(make: Make) -> None:
    page, _, _ = make(reviewed=True)
    assert page.trial_button.isHidden()


@pytest.mark.parametrize("height", [600, 900])
def test_export_stays_where_it_is_when_a_trial_build_is_offered_and_when_it_is_refused(
    make: Make, height: int
) -> None:
    found = made.results()
    page, session, _ = make(found, reviewed=True)
    page.resize(1060, height)
    signed = session.project
    unsigned = replace(signed, entered=made.everything_answered(found, signed=False))
    QApplication.processEvents()

    def place() -> QPoint:
        QApplication.processEvents()
        return page.button.mapTo(page, page.button.rect().bottomRight())

    before = place()
    session.change(unsigned)
    assert page.trial_button.isVisible()
    assert place() == before
    if height == 900:  # where the page need not scroll for the sentence
        QTest.mouseClick(page.button, Qt.MouseButton.LeftButton)
        assert page.notice.isVisible()
        assert place() == before
        session.change(signed)
        assert place() == before


def test_a_refused_export_is_in_the_log(make: Make) -> None:
    page, session, _ = make(made.results())
    page.button.click()
    assert "The review blocks the export" in page.notice.sentence
    refused = [row for row in session.reviewing.rows if row.type is Event.EXPORT_REFUSED]
    assert [row.payload["level"] for row in refused] == ["release"]
    assert session.reviewing.logged.refusals == 1


def test_a_use_that_must_not_ship_is_the_only_reason_that_is_given(make: Make) -> None:
    entered = replace(made.everything_answered(made.results(), signed=False), intake={"prohibited": True})
    page, _, _ = make(made.results(), project=replace(made.project(), entered=entered))
    page.button.click()
    assert "must not ship" in page.notice.sentence
    assert "•" not in page.notice.sentence


def test_what_failed_is_no_longer_said_of_another_choice(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page, session, worker = make(reviewed=True)
    worker.refusals["export"] = "The disk is full."
    page.set_folder(tmp_path / "out")
    page.button.click()
    qtbot.waitUntil(lambda: page.notice.sentence == "The disk is full.", timeout=30_000)
    session.set_recipe(replace(session.project.recipe, pruning=0.2))
    qtbot.waitUntil(lambda: page.notice.sentence == "")
