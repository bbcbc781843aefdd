"""The Review page: answers a person gives, beside what was measured, and what still blocks the export."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog
from pytestqt.qtbot import QtBot

from studio.core.build import Optimize
from studio.core.checklist import Tier, standard_checklist
from studio.core.checks.check import Verdict
from studio.core.dataset import Task
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Answers, Choice, Event, Judgement, Override, Role, now, verify_holds
from studio.core.review.signing import make_key, public_key_of, why_signature_fails
from studio.core.reviewed import review_of
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session
from studio.ui.theme import GRID
from studio.ui.widgets.evidence_list import EvidenceRow
from tests.core.approval import approval
from tests.ui import results as made
from tests.ui.canned import CannedWorker, canned_session
from tests.ui.hands import answer_dialog

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
        qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
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


def opened(page: ReviewPage, question: str, check: str, qtbot: QtBot) -> EvidenceRow:
    """The evidence of this question, opened and drawn."""
    evidence = page.card(question).evidence
    assert evidence is not None
    found = evidence.rows[check]
    found.open()
    qtbot.waitUntil(lambda: not found.drawing, timeout=30_000)
    return found


def tier(session: Session) -> Tier:
    return session.reviewing.preliminary.tier


def decided(**intake: bool) -> Answers:
    """A limit is set, so that results may be seen; all questions about the use are answered 'no' but these."""
    answers = {item.id: intake.get(item.id, False) for item in standard_checklist().intake}
    return Answers(intake=answers, limits={"min_accuracy": 0.5})


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
    page, _, _ = make(entered=decided())
    evidence = page.card("V6").evidence
    assert evidence is not None
    assert evidence.words == (
        "Groups: cannot tell. The groups are too small to tell. Test with more samples of each.",
    )
    broken = page.card("V7").evidence
    assert broken is not None
    assert "look at this" in broken.words[1]


def test_a_stale_answer_says_what_changed_and_is_kept_as_a_suggestion(make: Make, qtbot: QtBot) -> None:
    found = made.results()
    entered = made.everything_answered(replace(found, candidate=replace(found.candidate, sha256="e" * 64)))  # type: ignore[type-var]
    page, session, _ = make(found, replace(entered, intake={**(entered.intake or {}), "can_harm": True}))
    card = page.card("V7")
    assert card.state_words.startswith("The compressed model has changed since this was answered.")
    assert card.field.toPlainText() == "What we know about V7."
    assert "V7" in places(page)
    for check in ("C2", "C3"):
        opened(page, "V7", check, qtbot)
    card.confirm_button.click()
    assert session.project.entered.answer("V7").parts["model"] == "c" * 64  # type: ignore[union-attr]
    assert session.project.entered.answer("V7").judged == ()  # type: ignore[union-attr]  # with another model in sight
    for row in session.reviewing.samples("V7"):
        session.reviewing.judge("V7", row, Judgement.RIGHT)
    assert card.state_words == "Answered"


def test_an_answer_is_a_draft_until_its_evidence_was_opened_which_is_logged(make: Make, qtbot: QtBot) -> None:
    page, session, _ = make(entered=decided())
    card = page.card("V5")
    card.button(Choice.YES).click()
    card.field.setPlainText("Other people wore it on other days.")
    card.field.commit()
    assert card.state_words == "A draft until the evidence was opened"
    assert "V5" in places(page)
    opened(page, "V5", "C12", qtbot)
    assert card.state_words == "A draft until the evidence was opened"
    opened(page, "V5", "C1", qtbot)
    assert card.state_words == "Answered"
    assert "V5" not in places(page)
    events = [row.payload["evidence"] for row in session.reviewing.rows if row.type is Event.EVIDENCE_OPENED]
    assert events == ["C12", "C1"]


def test_results_are_out_of_sight_until_a_limit_is_set(make: Make) -> None:
    page, session, _ = make(entered=replace(decided(), limits={}))
    evidence = page.card("V5").evidence
    limits = page.card("D3").limits
    assert evidence is not None
    assert limits is not None
    accuracy, leaks = evidence.rows["C1"], evidence.rows["C12"]
    assert "Hidden until a limit is set" in accuracy.words
    assert accuracy.button.isHidden()
    assert "470 of 480" not in " ".join(point.sentence for point in page.points.points)
    assert "None of 480" in leaks.words
    limits.fields["max_miss_share"].setText("12,5")
    limits.fields["max_miss_share"].editingFinished.emit()
    assert session.project.entered.limits == {"max_miss_share": 0.125}
    assert limits.fields["max_miss_share"].text() == "12.5"
    for question in ("D3", "D8"):
        page.card(question).button(Choice.NOT_APPLICABLE).click()
    assert "470 of 480" in accuracy.words
    assert not accuracy.button.isHidden()


def test_the_place_of_limits_is_the_first_field_for_one(make: Make) -> None:
    page, _, _ = make()
    page.show_question("limits")
    limits = page.card("D3").limits
    assert limits is not None
    assert limits.fields["max_miss_share"].hasFocus()


def test_limits_on_classes_are_not_asked_of_a_model_that_answers_with_numbers(make: Make) -> None:
    found = made.results()
    assert found.dataset is not None
    page, _, _ = make(replace(found, dataset=replace(found.dataset, task=Task.REGRESSION, labels=())))
    limits = page.card("D8").limits
    assert limits is not None
    shown = {name for name, field in limits.fields.items() if not field.isHidden()}
    assert shown == {"min_accuracy", "max_group_gap"}


def test_a_limit_that_is_none_is_not_taken(make: Make) -> None:
    page, session, _ = make()
    limits = page.card("D8").limits
    assert limits is not None
    limits.fields["min_accuracy"].setText("150")
    limits.fields["min_accuracy"].editingFinished.emit()
    assert session.project.entered.limits == {}
    assert "from 0 to 100" in limits.hint


def test_new_results_close_the_evidence_that_was_open(make: Make, qtbot: QtBot) -> None:
    page, session, _ = make(entered=decided())
    accuracy = opened(page, "V5", "C1", qtbot)
    panel = session.results.panel
    assert panel is not None
    newer = tuple(
        replace(check, sentence="All changed.") if check.id == "C1" else check for check in panel.checks
    )
    session.workbench._results = replace(session.results, panel=replace(panel, checks=newer))
    session.workbench.results_changed.emit(session.results)
    assert not accuracy.is_open
    assert "All changed." in accuracy.words
    assert accuracy.button.text() == "Open"


def test_clicking_an_open_point_leads_to_its_question(make: Make) -> None:
    page, _, _ = make()
    page.points.point_wanted.emit("P8")
    assert page.tabs.tabText(page.tabs.currentIndex()).startswith("Deployment")
    assert page.card("P8").button(Choice.YES).hasFocus()
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


def test_a_click_signs_the_very_sentence_above_the_button_and_the_log_has_it(make: Make) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results(), signed=False))
    page.signature.name.setText("Ada")
    sentence = page.signature.statement
    assert sentence == "With your name you stand for these answers on this model and data."
    assert sentence in page.signature.words
    QTest.mouseClick(page.signature.button, Qt.MouseButton.LeftButton)
    signed = session.project.entered.signoff
    assert signed is not None
    assert signed.statement == sentence
    row = next(row for row in session.reviewing.rows if row.type is Event.SIGNED)
    assert row.payload["statement"] == sentence
    assert page.signature.statement == ""


def test_the_second_reader_signs_a_sentence_of_their_own(make: Make) -> None:
    page, _, _ = make(entered=made.everything_answered(made.results(), signed=False))
    page.signature.set_state(
        None, valid=True, may_sign=True, missing="", wants_second=True, second_valid=False
    )
    assert "you read these answers" in page.signature.statement
    assert page.signature.second_words.endswith(page.signature.statement)


def test_each_question_says_where_to_read_on_and_claims_no_conformity(make: Make) -> None:
    page, _, _ = make()
    words = {name: page.card(name).pointers for name in ("D1", "P3")}
    assert (
        words["D1"] == "To read on, no statement of conformity: NIST AI RMF, Map; EU AI Act, Annex IV, 1(a)"
    )
    assert "EU CRA, Annex I, Part I; ETSI EN 303 645, 5.1 to 5.6" in words["P3"]


def test_the_log_is_checked_from_its_first_row_on_by_a_click_and_says_so(make: Make) -> None:
    page, session, _ = make()
    session.reviewing.answer("D1", Choice.YES, "It opens the hatch for our own cat and nobody else.")
    reviewing, path = session.reviewing, session.reviewing.journal_path
    assert path is not None
    head = reviewing.head
    page.show_question("log")
    QTest.mouseClick(page.log.check, Qt.MouseButton.LeftButton)
    last = reviewing.rows[-1]
    assert (last.type, last.payload) == (Event.LOG_VERIFIED, {"rows": head.rows, "head": head.hash})
    assert verify_holds(reviewing.rows, head) is None  # an export before the check is still of this log
    assert "The log is whole" in page.log.state_words
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"choice":"yes"', b'"choice":"nay"'))  # as long as before
    QTest.mouseClick(page.log.check, Qt.MouseButton.LeftButton)
    assert "was changed after it was written" in page.log.state_words
    assert path.read_bytes().count(b"log.verified") == 1
    assert "log" in places(page)


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
    kept = tuple(replace(answer, stated=()) for answer in before.answers)
    assert session.project.entered.answers == kept  # what a file says of opened evidence does not count here
    assert session.project.entered.signoff is None
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


def test_the_use_in_words_and_a_higher_tier_are_kept(make: Make) -> None:
    page, session, _ = make(entered=decided())
    page.use.use.setPlainText("Counts bees at one hive.")
    page.use.use.commit()
    page.use.out_of_scope.setPlainText("people\n\n other insects ")
    page.use.out_of_scope.commit()
    assert (session.project.entered.use, session.project.entered.out_of_scope) == (
        "Counts bees at one hive.",
        ("people", "other insects"),
    )
    page.use.raised.setCurrentIndex(page.use.raised.findData("T3"))
    page.use.raised.activated.emit(page.use.raised.currentIndex())
    assert tier(session) is Tier.STAKES
    assert "It is reviewed at T3" in page.use.tier_words
    page.use.raised.setCurrentIndex(0)
    page.use.raised.activated.emit(0)
    assert tier(session) is Tier.THINGS


def test_a_lower_tier_takes_an_override_with_all_its_words(make: Make) -> None:
    page, session, _ = make(entered=decided(senses_people=True))
    assert tier(session) is Tier.PEOPLE
    page.use.lower_button.click()
    form = page.overriding.form
    assert form is not None
    form.by.setText("Ada")
    form.reason.setPlainText("Too short.")
    form.accept_button.click()
    assert "fewer than 40 characters" in form.refusal
    form.reason.setPlainText("The sensor sits inside a closed machine that nobody can reach.")
    form.accept_button.click()
    assert "the risk that is accepted" in form.refusal
    form.risk.setPlainText("Somebody opens the machine.")
    form.measure.setPlainText("The lid switch turns it off.")
    form.tier.setCurrentIndex(form.tier.findData("T1"))
    form.accept_button.click()
    assert tier(session) is Tier.THINGS
    assert session.project.entered.overrides[0].by == "Ada"
    page.use.withdraw_button.click()
    assert tier(session) is Tier.PEOPLE


def test_a_question_is_overridden_alone_and_some_never(make: Make) -> None:
    page, session, _ = make(entered=decided())
    assert page.card("V1").override_button.isHidden()
    assert page.card("D6").override_button.isHidden()
    card = page.card("P1")
    card.override_button.click()
    form = page.overriding.form
    assert form is not None
    form.by.setText("Ada")
    form.reason.setPlainText("The board has no radio at all, so nothing can leave it.")
    form.risk.setPlainText("A later board may have one.")
    form.measure.setPlainText("The target is part of the subject.")
    form.accept_button.click()
    assert card.state_words.startswith("Overridden")
    assert "P1" not in places(page)
    card.withdraw_button.click()
    assert "P1" in places(page)
    assert session.project.entered.overrides == ()


def test_a_key_is_made_and_signs(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results(), signed=False))
    page.files.make_key(tmp_path / "ada.pem")
    qtbot.waitUntil(lambda: page.signature.key is not None, timeout=30_000)
    assert f"The key is in {tmp_path / 'ada.pem'}: keep it to yourself." in page.notice.sentence
    public = public_key_of(tmp_path / "ada.pub")
    assert page.notice.sentence.endswith(f"for those who check, is in ada.pub beside it: {public}")
    page.files.make_key(tmp_path / "ada.pem")
    qtbot.waitUntil(lambda: "is there already" in page.notice.sentence, timeout=30_000)
    page.signature.name.setText("Ada")
    page.signature.button.click()
    qtbot.waitUntil(lambda: session.project.entered.signoff is not None, timeout=30_000)
    signed = session.project.entered.signoff
    assert signed is not None
    assert signed.key
    assert why_signature_fails(signed) is None
    assert "with key" in page.signature.words
    parts = (page.signature.name, page.signature.key_button, page.signature.password, page.signature.button)
    assert all(part.isHidden() for part in parts)
    session.reviewing.answer("D1", Choice.YES, "The use of it is another one now, by far.")
    assert not any(part.isHidden() for part in parts)
    assert (page.signature.name.text(), page.signature.key) == ("Ada", tmp_path / "ada.pem")


def test_a_public_half_that_is_not_written_is_said(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page, _, _ = make(entered=made.everything_answered(made.results(), signed=False))
    (tmp_path / "ada.pub").write_text("A list of pubs.")
    page.files.make_key(tmp_path / "ada.pem")
    qtbot.waitUntil(lambda: page.signature.key is not None, timeout=30_000)
    public = public_key_of(tmp_path / "ada.pem")
    assert f"for those who check: {public}. It is in no file, as ada.pub could not" in page.notice.sentence
    assert (tmp_path / "ada.pub").read_text() == "A list of pubs."


def test_a_locked_key_says_what_it_wants_before_it_signs(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results(), signed=False))
    make_key(tmp_path / "ada.pem", "correct horse")
    page.signature.set_key(tmp_path / "ada.pem")
    page.signature.name.setText("Ada")
    for password, words in {"": "is locked. Type its", "hose": "does not open ada.pem"}.items():
        page.signature.password.setText(password)
        page.signature.button.click()
        qtbot.waitUntil(lambda words=words: words in page.notice.sentence, timeout=30_000)  # type: ignore[misc]
        assert not page.signature.password.isHidden()
    assert session.project.entered.signoff is None


def test_a_new_key_gets_a_password_twice_or_none(make: Make, tmp_path: Path, qtbot: QtBot) -> None:
    page, session, _ = make(entered=made.everything_answered(made.results(), signed=False))
    page.signature.make_key.trigger()
    form = page.files.form
    assert form is not None
    assert "whoever gets hold of the file can sign in your name" in form.meaning
    QTest.keyClicks(form.password, "correct horse")
    assert "asked for it at each signature" in form.meaning
    QTest.keyClicks(form.again, "correct hose")
    form.accept_button.click()
    assert form.refusal == "The two passwords are not the same. Type both again."
    assert form.isVisible()
    assert not page.findChildren(QFileDialog)
    for field in (form.password, form.again):
        QTest.keyClicks(field, "correct horse")
    form.accept_button.click()
    path = tmp_path / "ada.pem"
    answer_dialog(qtbot, page, path)
    qtbot.waitUntil(lambda: page.signature.key == path, timeout=30_000)
    assert b"ENCRYPTED" in path.read_bytes()
    page.signature.name.setText("Ada")
    page.signature.button.click()
    qtbot.waitUntil(lambda: session.project.entered.signoff is not None, timeout=30_000)
    assert session.project.entered.signoff.key  # type: ignore[union-attr]


def test_for_a_banned_use_nothing_is_asked_and_the_page_says_what_to_change(make: Make) -> None:
    page, session, _ = make(entered=decided(prohibited=True))
    assert tier(session) is Tier.STOP
    assert "exports nothing for it, whoever asks" in page.head.stopped.sentence
    assert all(page.card(item.id).override_button.isHidden() for item in standard_checklist().questions)
    assert "Nothing is exported for this use" in page.side.words
    for part in (page.points, page.next_button, page.signature):
        assert part.isHidden()
    assert page.tabs.tabText(1) == "Design"
    assert page.card("D1").state_words == "Nothing is exported for this use, so nothing is asked here"
    page.head.stopped.button.click()
    assert page.intake.rows["prohibited"].has_keys
    page.intake.rows["prohibited"].no.click()
    assert page.head.stopped.isHidden()
    assert not page.signature.isHidden()
    assert "D1" in places(page)


def test_an_override_of_a_check_stands_at_the_check_and_is_withdrawn_there(make: Make) -> None:
    found = made.results()
    assert found.panel is not None
    checks = tuple(
        replace(one, verdict=Verdict.FAIL, sentence="It lost 4 points.") if one.id == "C2" else one
        for one in found.panel.checks
    )
    given = Override(
        "C2", "Ada", now(), "All of the points are in a class that nobody uses.", "A wrong lamp.", "A switch.",
        now()[:10],
    )  # fmt: skip
    entered = replace(decided(), overrides=(given,))
    page, session, _ = make(replace(found, panel=replace(found.panel, checks=checks)), entered=entered)
    evidence = page.card("V7").evidence
    assert evidence is not None
    row = evidence.rows["C2"]
    assert f"Overridden by Ada until {given.expires}: All of the points" in row.words
    assert row.override.isHidden()
    row.withdraw.click()
    assert session.project.entered.overrides == ()
    assert "Overridden" not in row.words
    assert not row.override.isHidden()


def test_the_answers_of_a_sample_are_offered_while_there_are_none(make: Make) -> None:
    path = made.sample("gestures") / "model.keras"
    project = replace(made.project(), model=str(path), data=str(path.parent))
    page, session, _ = make(project=project)
    assert not page.head.sample.isHidden()
    page.head.sample.click()
    assert "is loaded, unsigned" in page.notice.sentence
    assert session.project.entered.answers
    assert session.project.entered.signoff is None
    assert page.head.sample.isHidden()
    session.undo()
    assert not page.head.sample.isHidden()
    session.change(replace(project, data="/data/of/my/own"))
    assert page.head.sample.isHidden()
    other, _, _ = make()
    assert other.head.sample.isHidden()


def test_at_t3_a_second_person_signs_too(make: Make) -> None:
    entered = approval(made.project(), made.results(), signed=False, can_harm=True)
    page, session, _ = make(entered=entered)
    page.signature.name.setText("Ada")
    page.signature.button.click()
    assert places(page) == ["signature"]
    assert page.signature.button.text() == "Sign as second reader"
    page.signature.button.click()
    assert places(page) == ["signature"]
    page.signature.name.setText("Grace")
    page.signature.button.click()
    second = session.project.entered.second
    assert second is not None
    assert (second.by, second.role) == ("Grace", Role.SECOND)
    assert "Signed by Grace" in page.signature.second_words
    assert page.signature.button.isHidden()
    assert places(page) == []


def test_a_trial_build_may_be_exported_before_the_review_is_done(make: Make) -> None:
    page, _, _ = make()
    assert "waits too: Say first whether the use is one of the banned ones." in page.bench_words
    other, _, _ = make(entered=decided())
    assert "waits too: D6 is open" in other.bench_words


def test_no_tier_is_said_to_come_from_answers_that_were_not_given(make: Make) -> None:
    page, session, _ = make()
    assert page.use.tier_words.startswith("Until all questions above are answered it is reviewed as T1")
    for row in page.intake.rows.values():
        row.no.click()
    assert page.use.tier_words.startswith("The answers above lead to T1")
    page.intake.rows["senses_people"].yes.click()
    assert page.use.tier_words.startswith("The answers above lead to T2")
    assert session.project.entered.intake is not None


def test_the_log_says_in_its_rows_what_was_answered(make: Make) -> None:
    page, _, _ = make(entered=approval(made.project(), made.results()))
    page.card("D1").button(Choice.NO).click()
    shown = page.log.table.model()
    lines = [shown.index(at, 3).data() for at in range(shown.rowCount())]
    assert lines[:2] == [
        "A signature was taken back, by undoing or by changing what was signed",
        "Answered: D1, no",
    ]
    assert not any("[" in line for line in lines)


def test_the_log_is_shown_and_a_broken_one_says_so(make: Make, tmp_path: Path) -> None:
    page, session, _ = make()
    page.intake.rows["bench"].yes.click()
    assert page.log.state_words.startswith("The log is whole: ")
    path = session.reviewing.journal_path
    assert path is not None
    path.write_bytes(path.read_bytes().replace(b'"bench":true', b'"bench":null'))
    session.save(tmp_path / "edited.tinyml")
    assert page.log.state_words.startswith("The log is broken.")
    assert "log" in places(page)
    page.show_question("log")
    assert page.tabs.currentWidget() is page.log


def test_evidence_that_could_not_be_computed_says_why_and_is_tried_again(make: Make, qtbot: QtBot) -> None:
    page, session, worker = make()
    worker.refusals["review_checks"] = "The compiler is gone. Install it again."
    session.change(replace(session.project, optimize=Optimize.SIZE))
    qtbot.waitUntil(lambda: page.progress.notice.sentence.startswith("The compiler"), timeout=30_000)
    worker.refusals.clear()
    page.progress.notice.button.click()
    qtbot.waitUntil(lambda: session.results.panel is not None, timeout=30_000)
    assert page.progress.isHidden()


def type_keys(text: str) -> None:
    """Type with nothing but the keyboard, wherever the cursor is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    QTest.keyClicks(widget, text)


def press(key: Qt.Key, *, control: bool = False) -> None:
    widget = QApplication.focusWidget()
    assert widget is not None
    held = Qt.KeyboardModifier.ControlModifier if control else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(widget, key, held)


def test_a_trial_at_the_desk_is_reviewed_by_keyboard_alone(make: Make, qtbot: QtBot) -> None:
    page, session, _ = make()
    page.activateWindow()
    page.next_button.setFocus()
    qtbot.waitUntil(lambda: page.next_button.hasFocus(), timeout=30_000)
    press(Qt.Key.Key_Return, control=True)
    type_keys("y" + "n" * (len(page.intake.rows) - 1))
    assert tier(session) is Tier.BENCH
    press(Qt.Key.Key_Return, control=True)
    assert page.use.use.hasFocus()  # what it is for: may stay empty
    press(Qt.Key.Key_Return, control=True)
    type_keys("y")
    type_keys("Only on my desk; no neighbouring use comes to mind.")
    press(Qt.Key.Key_Return, control=True)
    qtbot.waitUntil(lambda: page.signature.name.hasFocus(), timeout=30_000)
    qtbot.waitUntil(lambda: not session.reviewing.awaits_checks, timeout=30_000)
    type_keys("Ada")
    press(Qt.Key.Key_Return)
    reviewed = session.reviewing.review
    assert reviewed is not None
    assert reviewed.approved


def test_alt_and_a_digit_go_to_a_tab(make: Make) -> None:
    page, _, _ = make()
    page.activateWindow()
    page.points.setFocus()
    QTest.keyClick(page.points, Qt.Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert page.tabs.currentIndex() == 3


def test_y_n_and_a_choose_while_no_words_are_written(make: Make) -> None:
    page, session, _ = make()
    card = page.card("P2")
    page.show_question("P2")
    QTest.keyClick(card.button(Choice.YES), Qt.Key.Key_A)
    assert card.button(Choice.NOT_APPLICABLE).isChecked()
    assert card.field.hasFocus()
    QTest.keyClicks(card.field, "Nobody is near.")
    card.field.commit()
    assert session.project.entered.answer("P2").text == "Nobody is near."  # type: ignore[union-attr]


def test_the_page_is_whole_without_a_model_and_without_data(make: Make) -> None:
    page, _, _ = make(Results(), project=Project())
    assert "no compressed model yet" in page.points.points[0].sentence
    assert not page.signature.button.isEnabled()
    assert page.card("D6").field.isEnabled()


def test_each_sample_that_compression_broke_is_judged_before_v7_counts(
    make: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    page, session, _ = make(made.broken_samples(tmp_path), entered=decided())
    card = page.card("V7")
    card.button(Choice.YES).click()
    card.field.setPlainText("Both are idle windows at the very edge of a tap.")
    card.field.commit()
    opened(page, "V7", "C2", qtbot)
    opened(page, "V7", "C3", qtbot)
    assert card.state_words == "A draft until 2 samples were judged"
    page.show_question("V7")
    assert card.samples_button.hasFocus()
    card.samples_button.click()
    qtbot.waitUntil(lambda: page.stack.currentIndex() == 1, timeout=30_000)
    viewer = page.viewer
    assert viewer.rows == (3, 5)
    qtbot.waitUntil(lambda: viewer.view.accessibleName().startswith("Sample 3"), timeout=30_000)
    QTest.keyClicks(viewer, "r")
    assert "judged 1 of 2" in viewer.count_words
    QTest.keyClicks(viewer, "w")
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert page.stack.currentIndex() == 0
    assert card.state_words == "Answered"
    assert "(2 of 2 judged)" in card.samples_button.text()
    answer = session.project.entered.answer("V7")
    assert answer is not None
    assert [(one.row, one.judgement.value) for one in answer.judged] == [(3, "right"), (5, "wrong")]


def test_answers_to_samples_that_are_gone_from_the_cache_say_so(
    make: Make, tmp_path: Path, qtbot: QtBot
) -> None:
    page, _, _ = make(made.broken_samples(tmp_path), entered=decided())
    (tmp_path / "predictions.npz").unlink()
    page.card("V7").samples_button.click()
    qtbot.waitUntil(lambda: "no longer in the cache" in page.notice.sentence, timeout=30_000)
    assert page.stack.currentIndex() == 0


def test_a_check_that_does_not_fit_the_model_says_so(make: Make) -> None:
    page, session, _ = make(entered=decided())
    evidence = page.card("P1").evidence
    assert evidence is not None
    assert evidence.rows["C15"].words.startswith("C15: does not apply.")
    session.new_project()
    assert evidence.rows["C15"].words.startswith("C15: not measured yet.")


def test_a_stage_ends_below_its_last_card_at_any_width(make: Make, qtbot: QtBot) -> None:
    page, _, _ = make(entered=approval(made.project(), made.results()))
    for number, (stage, questions) in enumerate(page.lists.items(), 1):
        page.tabs.setCurrentIndex(number)
        last = page.card([one.id for one in standard_checklist().questions if one.stage is stage][-1])
        for width in (1060, 860, 1400):
            page.resize(width, 640)
            qtbot.waitUntil(lambda: not page.turns.busy, timeout=30_000)
            assert last.isVisible()
            bar = questions.verticalScrollBar()
            QTest.keyClick(bar, Qt.Key.Key_End)
            assert bar.value() == bar.maximum() > 0
            below = (
                questions.viewport().height() - last.mapTo(questions.viewport(), last.rect().bottomLeft()).y()
            )
            assert 0 < below < 3 * GRID, (stage, width, below)
