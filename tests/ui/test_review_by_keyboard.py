"""A whole review by keyboard alone: key events on what has the cursor, no click and no setter."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.core.checklist import Stage, Tier, standard_checklist
from studio.core.checks.check import Verdict
from studio.core.results import Results
from studio.core.review import Answers, Role
from studio.ui.pages.review import ReviewPage
from studio.ui.review_walking import KEYS
from studio.ui.widgets.evidence_list import EvidenceRow
from tests.core.approval import approval
from tests.ui import results as made
from tests.ui.canned import canned_session
from tests.ui.review_hands import ALT, CONTROL, ReviewHands

SENTENCE = "Tried it in May."
Start = Callable[..., ReviewHands]


@pytest.fixture
def start(qtbot: QtBot) -> Start:
    def begin(results: Results, entered: Answers | None = None) -> ReviewHands:
        session, _ = canned_session(results, replace(made.project(), entered=entered or Answers()))
        window = QWidget()
        layout = QVBoxLayout(window)
        outside = QPushButton("A step of the journey")
        outside.setObjectName("outside")
        layout.addWidget(outside)
        page = ReviewPage(session)
        layout.addWidget(page)
        qtbot.addWidget(window)
        window.resize(900, 640)
        window.show()
        qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
        return ReviewHands(page, session, SENTENCE, partial(qtbot.waitUntil, timeout=30_000))

    return begin


def test_a_review_about_people_is_walked_by_keyboard_alone(start: Start, tmp_path: Path) -> None:
    hands = start(made.broken_samples(tmp_path))
    hands.answer_use("senses_people", "bystanders", "acts_alone")
    assert hands.review.tier is Tier.PEOPLE
    hands.walk(warnings=True)
    judged = {name: hands.review.item(name).answer for name in ("V7", "V8")}
    assert all(one is not None and [two.row for two in one.judged] == [3, 5] for one in judged.values())
    assert hands.session.project.entered.use
    hands.sign("Ada")
    assert hands.review.approved


def test_a_check_is_overridden_and_two_people_sign_by_keyboard(start: Start) -> None:
    found = made.results()
    assert found.panel is not None
    checks = tuple(
        replace(one, verdict=Verdict.FAIL, sentence="It lost 4 points.") if one.id == "C2" else one
        for one in found.panel.checks
    )
    found = replace(found, panel=replace(found.panel, checks=checks))
    hands = start(found, approval(made.project(), found, signed=False, can_harm=True))
    hands.press(Qt.Key.Key_Return, CONTROL)  # the words for the use, which are left empty
    hands.press(Qt.Key.Key_Return, CONTROL)
    row = hands.here.parent()
    assert isinstance(row, EvidenceRow)
    assert row.words.startswith("Compressed against original: failed")
    hands.press(Qt.Key.Key_Space)
    form = hands.page.overriding.form
    assert form is not None
    hands.wait(lambda: form.isVisible() and form.isActiveWindow())
    for words in (
        "Ada",
        "The four points are all in a class that is not used yet.",
        "A wrong lamp.",
        "A switch.",
    ):
        while not isinstance(hands.here, QLineEdit) and not hasattr(hands.here, "toPlainText"):
            hands.press(Qt.Key.Key_Tab)
        hands.type(words)
        hands.press(Qt.Key.Key_Tab)
    while hands.here is not form.accept_button:
        hands.press(Qt.Key.Key_Tab)
    hands.press(Qt.Key.Key_Space)
    assert "C2" in hands.review.overrides
    assert f"Overridden by Ada until {hands.review.overrides['C2'].expires}: The four points" in row.words
    hands.window.activateWindow()  # as a window manager does once a form is closed
    hands.wait(lambda: hands.page.isActiveWindow())
    hands.sign("Ada")
    assert not hands.review.approved
    hands.sign("Grace")
    assert hands.review.approved
    second = hands.session.project.entered.second
    assert second is not None
    assert (second.by, second.role) == ("Grace", Role.SECOND)


def test_keys_lead_to_tabs_and_points_wherever_the_cursor_is(start: Start, tmp_path: Path) -> None:
    intake = {one.id: False for one in standard_checklist().intake}
    entered = Answers(intake=intake, use="Works a lamp.", limits={"min_accuracy": 0.5})
    hands = start(made.broken_samples(tmp_path), entered)
    page, design = hands.page, hands.page.lists[Stage.DESIGN]
    outside = hands.window.findChild(QPushButton, "outside")
    assert outside is not None
    fields: dict[str, QWidget] = {
        "": outside, "points": page.points, "D2": page.card("D2").field, "name": page.signature.name,
        "log": page.log.table, "V7": page.viewer,
    }  # fmt: skip
    for place, field in fields.items():
        if place == "V7":
            page.looking.look("V7")
            hands.wait(page.viewer.hasFocus)
        elif place in ("D2", "log"):
            page.show_question(place)
        field.setFocus()
        assert field.hasFocus(), place
        hands.press(Qt.Key.Key_4, ALT)
        assert (page.tabs.currentIndex(), page.stack.currentIndex()) == (3, 0), place
        hands.press(Qt.Key.Key_1, ALT)
        assert page.tabs.currentIndex() == 0
        hands.press(Qt.Key.Key_Return, CONTROL)
        assert page.tabs.currentIndex() != 0, place
    hands.here.clearFocus()
    hands.press(Qt.Key.Key_2, ALT)
    assert page.tabs.currentWidget() is design
    hands.here.clearFocus()
    hands.press(Qt.Key.Key_Return, CONTROL)
    assert page.isAncestorOf(hands.here)


def test_keys_in_the_questions_about_the_use_move_and_choose(start: Start) -> None:
    hands = start(made.results())
    hands.press(Qt.Key.Key_Return, CONTROL)
    rows = list(hands.page.intake.rows.values())
    assert rows[0].has_keys
    hands.press(Qt.Key.Key_Down)
    assert rows[1].has_keys
    assert not any(row.is_answered for row in rows)
    hands.press(Qt.Key.Key_Right)
    assert rows[1].no.isChecked()
    hands.press(Qt.Key.Key_Left)
    assert rows[1].yes.isChecked()
    assert rows[1].has_keys
    hands.press(Qt.Key.Key_Up)
    hands.press(Qt.Key.Key_N)
    assert rows[0].no.isChecked()
    assert rows[2].has_keys


def test_another_project_is_walked_from_its_first_open_point(start: Start) -> None:
    intake = {one.id: False for one in standard_checklist().intake}
    entered = Answers(intake=intake, use="Works a lamp.", limits={"min_accuracy": 0.5})
    hands = start(made.results(), entered)
    session, page = hands.session, hands.page
    blockers = [point.place for point in page.points.points if point.blocks]
    page.show_question(blockers[3])
    assert page.card(blockers[3]).isAncestorOf(hands.here)
    again = replace(made.project(), name="another", entered=replace(entered, use="Works a door."))
    session.begin(again, None)
    hands.wait(lambda: not session.busy and not page.turns.busy)
    hands.press(Qt.Key.Key_Return, CONTROL)
    assert page.card(blockers[0]).isAncestorOf(hands.here)
    page.show_question(blockers[3])
    session.change(replace(again, model=f"{again.model}.other"))
    hands.wait(lambda: not session.busy and not page.turns.busy)
    hands.press(Qt.Key.Key_Return, CONTROL)
    assert page.card(blockers[0]).isAncestorOf(hands.here)


def test_a_name_counts_once_it_is_written_and_half_of_it_stays_out_of_another_project(start: Start) -> None:
    hands = start(made.results())
    session, name = hands.session, hands.page.signature.name
    name.setFocus()
    hands.type("Eva M")
    assert session.reviewing.reviewer == ""
    session.begin(replace(made.project(), name="another", entered=Answers(use="Works a door.")), None)
    hands.wait(lambda: not session.busy)
    assert (session.reviewing.reviewer, name.text()) == ("", "")
    assert {row.actor for row in session.reviewing.rows} == {""}
    hands.type("Eva M.")
    hands.press(Qt.Key.Key_Tab)
    assert session.reviewing.reviewer == "Eva M."


def test_a_space_on_the_name_does_not_wipe_it_out(start: Start) -> None:
    hands = start(made.results())
    name = hands.page.signature.name
    name.setFocus()
    hands.type("Eva")
    hands.page.show_question("signature")
    outside = hands.window.findChild(QPushButton, "outside")
    assert outside is not None
    outside.setFocus()
    hands.page.show_question("signature")
    assert name.selectedText() == "Eva"
    hands.press(Qt.Key.Key_Space)
    hands.press(Qt.Key.Key_Space)
    hands.type("M")
    assert name.text() == "Eva M"


def test_the_page_says_where_the_keys_of_a_question_lead(start: Start) -> None:
    hands = start(made.results())
    assert any(label.isVisible() and label.text() == KEYS for label in hands.page.findChildren(QLabel))
    assert "Y, N or A: answer, and on to its words" in KEYS
    hands.page.show_question("D1")
    hands.press(Qt.Key.Key_Y)
    assert hands.page.card("D1").field.hasFocus()
