"""The Review page: answers a person gives, beside what was measured, and what still blocks the export."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.checklist import standard_checklist
from studio.core.pipeline import Results, review_of
from studio.core.project import Project
from studio.core.review import Answers, Choice
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import CannedWorker, canned_session

Make = Callable[..., tuple[ReviewPage, Session, CannedWorker]]


@pytest.fixture
def make(qtbot: QtBot) -> Make:
    def page(
        results: Results | None = None, entered: Answers | None = None, project: Project | None = None
    ) -> tuple[ReviewPage, Session, CannedWorker]:
        found = results or made.results()
        chosen = project or made.project()
        session, worker = canned_session(found, replace(chosen, entered=entered or Answers()))
        shown = ReviewPage(session)
        qtbot.addWidget(shown)
        shown.resize(1060, 640)
        shown.show()
        qtbot.waitUntil(lambda: not session.busy)
        return shown, session, worker

    return page


def places(page: ReviewPage, *, blocking: bool = True) -> list[str]:
    return [point.place for point in page.points.points if point.blocks is blocking]


def test_nothing_is_chosen_beforehand(make: Make) -> None:
    page, _, _ = make()
    assert not any(row.yes.isChecked() or row.no.isChecked() for row in page.intake.rows.values())
    assert not any(
        page.card(item.id).button(choice).isChecked()
        for item in standard_checklist().questions
        for choice in Choice
    )


def test_the_use_decides_which_questions_block(make: Make) -> None:
    page, session, _ = make(entered=Answers(intake={item.id: False for item in standard_checklist().intake}))
    assert "D2" not in places(page)
    page.intake.rows["senses_people"].yes.click()
    assert session.project.entered.intake is not None
    assert session.project.entered.intake["senses_people"] is True
    assert "D2" in places(page)
    assert "Tier T2" in page.intake.tier_words


def test_an_answer_is_a_choice_and_words_and_can_be_undone(make: Make, qtbot: QtBot) -> None:
    page, session, _ = make()
    card = page.card("D1")
    card.button(Choice.NO).click()
    assert "Write a sentence too" in card.hint
    page.show_question("D1")
    card.field.setPlainText("It rings a bell; today somebody looks.")
    page.points.setFocus()
    qtbot.waitUntil(lambda: bool(session.project.entered.answer("D1")))
    card.field.commit()
    answer = session.project.entered.answer("D1")
    assert answer is not None
    assert (answer.choice, answer.text) == (Choice.NO, "It rings a bell; today somebody looks.")
    assert card.state_words == "Answered"
    assert "D1" not in places(page)
    session.undo()
    session.undo()
    assert session.project.entered.answer("D1") is None
    assert card.field.toPlainText() == ""
    assert not card.button(Choice.NO).isChecked()
    session.redo()
    assert card.button(Choice.NO).isChecked()


def test_words_without_a_choice_stay_in_the_field_and_ask_for_one(make: Make) -> None:
    page, session, _ = make()
    card = page.card("D1")
    card.field.setPlainText("Something")
    card.field.commit()
    assert session.project.entered.answer("D1") is None
    assert "Choose yes, no" in card.hint
    card.button(Choice.YES).click()
    answer = session.project.entered.answer("D1")
    assert answer is not None
    assert answer.text == "Something"


def test_words_are_in_the_project_before_ctrl_s_saves_it(make: Make) -> None:
    page, session, _ = make()
    page.show_question("D1")
    card = page.card("D1")
    card.button(Choice.YES).click()
    card.field.setFocus()
    QTest.keyClicks(card.field, "Half a sentence")
    QTest.keyClick(card.field, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    answer = session.project.entered.answer("D1")
    assert answer is not None
    assert answer.text == "Half a sentence"


def test_measured_evidence_stands_beside_its_question_in_words(make: Make) -> None:
    page, _, _ = make()
    evidence = page.card("V6").evidence
    assert evidence is not None
    assert evidence.words == (
        "Groups: cannot tell. The groups are too small to tell. Test with more samples of each.",
    )
    broken = page.card("V7").evidence
    assert broken is not None
    assert "look at this" in broken.words[1]


def test_a_stale_answer_is_marked_kept_and_confirmed_with_one_click(make: Make) -> None:
    found = made.results()
    entered = made.everything_answered(replace(found, candidate=replace(found.candidate, sha256="e" * 64)))  # type: ignore[type-var]
    page, session, _ = make(found, replace(entered, intake={**(entered.intake or {}), "can_harm": True}))
    card = page.card("V7")
    assert "changed since this was answered" in card.state_words
    assert card.field.toPlainText() == "What we know about V7."
    assert "V7" in places(page)
    card.confirm_button.click()
    assert card.state_words == "Answered"
    assert "V7" not in places(page)
    assert session.project.entered.answer("V7").parts["model"] == "c" * 64  # type: ignore[union-attr]


def test_clicking_an_open_point_leads_to_its_question(make: Make) -> None:
    page, _, _ = make()
    page.points.point_wanted.emit("P8")
    assert page.tabs.tabText(page.tabs.currentIndex()).startswith("Deployment")
    assert page.card("P8").field.hasFocus()
    page.points.point_wanted.emit("use")
    assert page.tabs.currentIndex() == 0


def test_signing_waits_until_all_else_is_done(make: Make) -> None:
    page, session, _ = make()
    page.signature.name.setText("Ada")
    assert not page.signature.button.isEnabled()
    session.change(replace(session.project, entered=made.everything_answered(session.results, signed=False)))
    assert places(page) == ["signature"]
    assert page.signature.button.isEnabled()
    page.signature.button.click()
    signed = session.project.entered.signoff
    reviewed = review_of(session.project, session.results)
    assert signed is not None
    assert reviewed is not None
    assert reviewed.approved
    assert (signed.by, signed.subject_hash) == ("Ada", reviewed.subject.hash)
    assert signed.at[:2] == "20"
    assert "Signed by Ada" in page.signature.words
    assert places(page) == []


def test_signing_waits_for_every_question_about_the_use(make: Make) -> None:
    entered = made.everything_answered(made.results(), signed=False)
    page, _, _ = make(entered=replace(entered, intake={"bench": False}))
    page.signature.name.setText("Ada")
    assert not page.signature.button.isEnabled()
    assert "use" in places(page)


def test_changing_an_answer_takes_the_signature_away(make: Make) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results()))
    assert session.project.entered.signoff is not None
    page.card("D1").button(Choice.NO).click()
    assert session.project.entered.signoff is None
    assert places(page) == ["signature"]


def test_questions_about_the_data_wait_for_data(make: Make) -> None:
    page, _, _ = make(replace(made.results(), dataset=None), project=replace(made.project(), data=""))
    assert not page.card("V1").field.isEnabled()
    assert "add a data set" in page.card("V1").hint
    assert page.card("D1").field.isEnabled()


def test_answers_go_to_a_file_and_come_back(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results()))
    before = session.project.entered
    page.save_answers(tmp_path / "answers.toml")
    qtbot.waitUntil(lambda: "Saved to" in page.notice.sentence)
    session.change(replace(session.project, entered=Answers()))
    page.load_answers(tmp_path / "answers.toml")
    assert session.project.entered.answers == before.answers
    assert session.project.entered.intake == before.intake


def test_answers_that_cannot_be_read_or_written_say_why_and_nothing_is_lost(
    make: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results()))
    before = session.project
    (tmp_path / "broken.toml").write_text("answers = [", encoding="utf-8")
    page.load_answers(tmp_path / "broken.toml")
    assert "not a readable answers file" in page.notice.sentence
    page.save_answers(tmp_path / "broken.toml" / "answers.toml")
    qtbot.waitUntil(lambda: "is not a folder" in page.notice.sentence)
    assert session.project == before


def test_the_page_says_what_the_review_is_not(make: Make) -> None:
    page, _, _ = make()
    assert "no legal advice" in page.checklist.notice


def test_words_of_another_project_do_not_stay(make: Make) -> None:
    page, session, _ = make()
    page.card("D1").field.setPlainText("A draft for gestures")
    session.new_project()
    assert page.card("D1").field.toPlainText() == ""
