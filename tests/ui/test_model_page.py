"""The Model page: empty, loading, loaded, and with problems that carry their cure."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from studio.core.pipeline import Results
from studio.core.project import Project
from studio.ui.pages.model import ModelPage
from studio.ui.session import SAMPLES, Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker

PROJECT = Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")
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
    page.empty.cards["digits"].click()
    assert session_of(page).project.name == "Handwritten digits"
    qtbot.waitUntil(lambda: page.summary.isVisible())


def test_a_loaded_model_shows_its_layers_and_data(make: Make, qtbot: QtBot) -> None:
    page, _ = make(made.results())
    session_of(page).change(PROJECT)
    qtbot.waitUntil(lambda: page.data.isVisible())
    assert page.title.text() == "gestures"
    assert page.layers.model().rowCount() == len(made.BEFORE)
    assert not page.data_words.isVisible()


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
