"""The Model page: empty, loading, loaded, and with problems that carry their cure."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.core.dataset import Dataset, SplitChoice, SplitInfo, Task
from studio.core.places import SAMPLES
from studio.core.project import Project
from studio.core.results import Results
from studio.core.verdict import LayerVerdict, Runs
from studio.ui.pages.model import ModelPage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker
from tests.ui.hands import answer_dialog, click, open_and_choose, press, write

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")
VERDICTS = (
    LayerVerdict("conv", "CONV_2D", Runs.AS_IT_IS),
    LayerVerdict("split", "SPLIT", Runs.AFTER_CHANGE, "Becomes int8 in Compress."),
    LayerVerdict("slope", "PRELU", Runs.CANNOT, "Replace it."),
)
Make = Callable[[Results], tuple[ModelPage, CannedWorker]]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(results: Results) -> tuple[ModelPage, CannedWorker]:
        worker = CannedWorker(results)
        found = ModelPage(Session(worker))
        qtbot.addWidget(found)
        found.resize(1000, 650)
        found.show()
        return found, worker

    return page


def session_of(page: ModelPage) -> Session:
    return page._session


def test_the_empty_page_invites_to_drop_open_or_try_a_sample(make: Make) -> None:
    page, _ = make(made.results())
    assert page.empty.drop_area.open_button.isVisible()
    assert tuple(page.empty.cards) == SAMPLES
    for card in page.empty.cards.values():
        assert card.isVisible()
        assert card.accessibleDescription()


def test_a_sample_card_opens_its_sample(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    QTest.keyClick(page.empty.cards["digits"], Qt.Key.Key_Return)
    assert session_of(page).project.name == "Handwritten digits"
    qtbot.waitUntil(lambda: page.summary.isVisible())


def test_a_loaded_model_shows_its_layers_and_data(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.data.isVisible())
    assert page.title.text() == "gestures"
    assert page.summary.isVisible()
    assert not page.data_words.isVisible()


def test_verdicts_stand_under_their_counts_and_can_be_narrowed_down(make: Make, qtbot: QtBot) -> None:
    page, _ = make(replace(made.results(), model=replace(made.model(), verdicts=VERDICTS)))
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.verdicts.counts.text() == "1 layer runs, 1 after a change, 1 cannot.")
    assert [one.layer for one in page.verdicts.shown] == ["slope"]  # what cannot run is what one must see
    assert page.verdicts.switch.buttons["cannot run"].text() == "Cannot 1"
    page.verdicts.switch.buttons["all"].click()
    assert page.verdicts.shown == VERDICTS
    page.verdicts.switch.buttons["runs after a change"].click()
    page.verdicts.table.selectRow(0)
    assert page.verdicts.words.text() == "Runs after a change: becomes int8 in Compress."
    assert page.verdicts.words.isVisible()


def test_five_hundred_layers_are_listed(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    many = tuple(LayerVerdict(f"layer {number}", "CONV_2D", Runs.AS_IT_IS) for number in range(500))
    page.verdicts.set_model(replace(made.model(), verdicts=many))
    page.verdicts.grab()
    assert len(page.verdicts.shown) == 500


def stored(folder: Path, **changes: object) -> Dataset:
    """A data set of gestures on disk, each sample holding its own number."""
    y = np.arange(40) % 4
    for name in ("train", "test"):
        x = np.broadcast_to(np.arange(40, dtype=np.float32)[:, None, None], (40, 16, 3))
        np.savez(folder / f"{name}.npz", x=x, y=y)
    found = Dataset(
        str(folder), "d" * 64, Task.CLASSIFICATION, (16, 3), made.LABELS,
        (SplitInfo("train", 40, (10,) * 4), SplitInfo("test", 40, (10,) * 4)),
    )  # fmt: skip
    return replace(found, **changes)  # type: ignore[arg-type]


def test_samples_can_be_leafed_through_by_split_and_by_class(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    page, _ = make(replace(made.results(), dataset=stored(tmp_path)))
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: bool(page.samples.rows))
    browser = page.samples
    count = len(browser.rows)
    assert browser.rows == tuple(range(count))  # one of each class first
    assert browser.views[1].accessibleName() == "shake: a trace of 16 × 3"
    assert not browser.back.isEnabled()
    click(browser.on)
    assert browser.rows == tuple(range(count, 2 * count))
    click(browser.back)
    press(browser.classes, Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Down)
    assert browser.rows[:3] == (2, 6, 10)
    assert "of 10" in browser.place.text()
    assert not browser.splits.buttons["validation"].isVisible()
    click(browser.splits.buttons["test"])
    assert browser.rows[:2] == (2, 6)


def test_samples_that_are_gone_say_so_beside_the_data(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = make(replace(made.results(), dataset=stored(tmp_path)))
    for file in tmp_path.glob("*.np?"):
        file.unlink()
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.data_notice.isVisible())
    assert "no file at" in page.data_notice.sentence


def test_data_that_is_divided_here_offers_shares_seed_and_group(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    data = stored(
        tmp_path, divided=True, group_columns=("wearer",), steps=("Pictures were read as grey values.",)
    )
    page, worker = make(replace(made.results(), dataset=data))
    session = session_of(page)
    session.change(PROJECT)
    qtbot.waitUntil(lambda: page.split.area.isVisible())
    assert "grey values" in "\n".join(words.text() for words in page.data.findChildren(QLabel))
    write(page.split.seed, "7")
    write(page.split.test, "30")
    write(page.split.validation, "10")
    press(page.split.group, Qt.Key.Key_Down)
    assert session.project.split == SplitChoice(7, 0.3, 0.1, "wearer")
    qtbot.waitUntil(lambda: session.results.dataset is not None)
    assert worker.jobs[-1][0] == "inspect_data" or any(
        job == "inspect_data" and arguments["split"]["group"] == "wearer" for job, arguments in worker.jobs
    )
    session.undo()
    assert session.project.split == SplitChoice()
    assert page.split.seed.value() == 1


def test_a_division_that_cannot_be_is_taken_back_by_its_cure(
    make: Make, qtbot: QtBot, tmp_path: Path
) -> None:
    page, worker = make(replace(made.results(), dataset=stored(tmp_path, divided=True)))
    session = session_of(page)
    session.change(PROJECT)
    qtbot.waitUntil(lambda: page.split.area.isVisible())
    worker.refusals["inspect_data"] = "The shares for testing and validation leave nothing."
    page.split.test.setValue(90)
    qtbot.waitUntil(lambda: page.data_notice.isVisible())
    assert page.split.area.isVisible()
    worker.refusals.clear()
    page.data_notice.button.click()
    assert session.project.split == SplitChoice()
    qtbot.waitUntil(lambda: session.results.dataset is not None)


def test_data_with_splits_keeps_them_and_says_so(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = make(replace(made.results(), dataset=stored(tmp_path)))
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.split.isVisible())
    assert not page.split.area.isVisible()
    assert "comes in splits" in page.split.words.text()


def test_one_file_is_not_said_to_come_in_splits(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = make(replace(made.results(), dataset=replace(stored(tmp_path), single=True)))
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.split.isVisible())
    assert page.split.words.text().startswith("This data is one file, which is used whole")


def test_data_that_does_not_fit_another_model_is_taken_off_and_offered_again(
    make: Make, qtbot: QtBot
) -> None:
    page, worker = make(made.results())
    session = session_of(page)
    session.change(PROJECT)
    qtbot.waitUntil(lambda: session.results.dataset is not None)
    worker.refusals["inspect_data"] = "Each sample has the shape [64, 3], but the model takes [8, 8, 1]."
    session.change(replace(PROJECT, model="/models/digits.keras"))
    qtbot.waitUntil(lambda: page.taken_off.isVisible())
    assert session.project.data == ""
    assert "'gestures' of the model before does not fit" in page.taken_off.sentence
    assert "[8, 8, 1]" in page.taken_off.sentence
    assert not page.data_notice.isVisible()
    page.taken_off.button.click()
    assert session.project.data == PROJECT.data
    qtbot.waitUntil(lambda: page.data_notice.isVisible())
    assert not page.taken_off.isVisible()
    assert session.project.data == PROJECT.data


def test_a_model_that_is_being_read_says_so_in_its_place(make: Make) -> None:
    page, _ = make(made.results())
    session_of(page).change(PROJECT)
    assert page.summary.isVisible()
    assert "Reading gestures.keras…" in [words.text() for words in page.summary.findChildren(QLabel)]


def test_missing_data_is_asked_for_where_it_is_shown(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    session_of(page).change(replace(PROJECT, data=""))
    qtbot.waitUntil(lambda: page.summary.isVisible())
    assert page.choose_data.text().strip() == "Choose data…"
    assert "nothing can be measured" in page.data_words.text()


def test_a_model_that_cannot_be_read_stands_inline_with_its_cure(make: Make, qtbot: QtBot) -> None:
    page, worker = make(made.results())
    worker.refusals["load"] = "This model has 2 inputs; the studio works with one."
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.notice.isVisible())
    assert page.notice.sentence == "This model has 2 inputs; the studio works with one."
    assert page.notice.button.text() == "Open another model…"
    assert page.empty.isVisible()


def test_data_that_does_not_fit_stands_beside_the_data(make: Make, qtbot: QtBot) -> None:
    page, worker = make(made.results())
    worker.refusals["inspect_data"] = "12 of 400 samples in test.npz hold NaN or infinite values."
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.data_notice.isVisible())
    assert "NaN" in page.data_notice.sentence
    assert page.choose_data.isVisible()
    assert page.summary.isVisible()
    worker.refusals.clear()
    assert page.data_notice.button.text() == "Read it again"
    page.data_notice.button.click()
    qtbot.waitUntil(lambda: session_of(page).results.dataset is not None)
    qtbot.waitUntil(lambda: "NaN" not in page.data_notice.sentence)


def test_data_is_chosen_in_the_menus_dialogs(make: Make, qtbot: QtBot, tmp_path: Path) -> None:
    page, _ = make(made.results())
    session = session_of(page)
    session.change(replace(PROJECT, data=""))
    qtbot.waitUntil(page.choose_data.isVisible)
    stored(tmp_path)
    open_and_choose(qtbot, lambda: click(page.choose_data), "A file")
    answer_dialog(qtbot, page, tmp_path / "test.npz")
    assert session.project.data == str(tmp_path / "test.npz")
    session.undo()
    assert session.project.data == ""
    open_and_choose(qtbot, lambda: click(page.choose_data), "A folder")
    answer_dialog(qtbot, page, tmp_path)
    assert session.project.data == str(tmp_path)
