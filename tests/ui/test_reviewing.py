"""The review in the window: what a page asks of it, and the log that is written with every step."""

import errno
import os
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.checklist import Part, Tier
from studio.core.errors import StudioError
from studio.core.review import Answers, Choice, Event, Journal, Judgement, Role, State, verify_chain
from studio.core.review.journal import read_journal
from studio.core.review.signing import KeyFile, make_key, signed
from studio.ui.reviewing import Reviewing
from studio.ui.session import Session
from tests.ui import results as made
from tests.ui.canned import canned_session

TEXT = "A considered answer in rather more than forty characters."


@pytest.fixture
def session(qtbot: QtBot) -> Session:
    found, _ = canned_session(made.results(), made.project())
    qtbot.waitUntil(lambda: not found.busy and found.results.panel is not None)
    found.reviewing.reviewer = "Ada"
    return found


def events(reviewing: Reviewing) -> list[Event]:
    return [row.type for row in reviewing.rows]


def test_what_the_worker_finds_is_logged_once(session: Session) -> None:
    reviewing = session.reviewing
    assert events(reviewing) == [Event.TEST_SET_OPENED, Event.CHECK_RUN]
    reviewing.notice()
    assert len(reviewing.rows) == 2
    assert reviewing.logged.test_set_openings == 1


def test_before_there_is_a_model_the_questions_are_there_and_nothing_is_logged(qtbot: QtBot) -> None:
    session, _ = canned_session(made.results(), replace(made.project(), model="", data=""))
    reviewing = session.reviewing
    assert reviewing.review is None
    assert len(reviewing.preliminary.items) == 24
    assert reviewing.journal_path is None
    reviewing.set_intake("senses_people", True)
    assert reviewing.preliminary.tier is Tier.PEOPLE


def test_an_answer_is_a_draft_until_its_evidence_was_opened(session: Session) -> None:
    reviewing = session.reviewing
    reviewing.answer("V5", Choice.YES, TEXT)
    assert reviewing.review is not None
    item = reviewing.review.item("V5")
    assert (item.state, item.unopened) == (State.DRAFT, ("C1", "C12"))
    for check in item.unopened:
        reviewing.open_evidence(check)
        reviewing.open_evidence(check)
    assert reviewing.review.item("V5").state is State.ANSWERED
    assert events(reviewing).count(Event.EVIDENCE_OPENED) == 2
    reviewing.open_evidence("C99")
    answer = session.project.entered.answer("V5")
    assert answer is not None
    assert answer.by == "Ada"
    assert reviewing.rows[-1].actor == "Ada"


def test_undo_takes_an_answer_back_and_the_log_keeps_that_it_was_given(session: Session) -> None:
    reviewing = session.reviewing
    reviewing.answer("D1", Choice.YES, TEXT)
    session.undo()
    assert session.project.entered.answer("D1") is None
    assert Event.ANSWER_SET in events(reviewing)
    assert verify_chain(reviewing.rows) is None


def test_a_limit_loosened_after_the_results_is_remembered_through_undo(session: Session) -> None:
    reviewing = session.reviewing
    reviewing.set_limit("max_miss_share", 0.05)
    reviewing.set_limit("max_miss_share", 0.5)
    assert reviewing.review is not None
    assert any("Limit loosened after seeing results" in words for words in reviewing.review.warnings)
    session.undo()
    assert reviewing.logged.loosened
    with pytest.raises(StudioError, match="no limit 'max_colour'"):
        reviewing.set_limit("max_colour", 1.0)
    reviewing.set_limit("max_miss_share", None)
    assert session.project.entered.limits == {}


def test_samples_are_judged_one_by_one_and_before_the_answer_too(session: Session) -> None:
    reviewing = session.reviewing
    reviewing.judge("V7", 9, Judgement.UNCLEAR)
    reviewing.judge("V7", 4, Judgement.RIGHT)
    reviewing.judge("V7", 9, None)
    answer = session.project.entered.answer("V7")
    assert answer is not None
    assert [(one.row, one.judgement) for one in answer.judged] == [(4, Judgement.RIGHT)]
    reviewing.answer("V7", Choice.NO, TEXT)
    answer = session.project.entered.answer("V7")
    assert answer is not None
    assert len(answer.judged) == 1


def test_overrides_and_a_raised_tier_are_entered_and_taken_back(session: Session) -> None:
    reviewing = session.reviewing
    reviewing.override(
        "D1", "We went through it and it is good enough for now.", "Risk.", "Measure.", "2099-01-01"
    )
    assert [one.item for one in session.project.entered.overrides] == ["D1"]
    reviewing.withdraw("D1")
    assert session.project.entered.overrides == ()
    reviewing.raise_tier(Tier.STAKES)
    assert reviewing.preliminary.tier is Tier.STAKES
    reviewing.raise_tier(None)
    assert reviewing.preliminary.tier.value == "T1"
    assert events(reviewing).count(Event.TIER_RAISED) == 2


def test_a_whole_review_is_signed_by_name_or_by_key(session: Session, tmp_path: Path) -> None:
    reviewing = session.reviewing
    session.change(replace(session.project, entered=made.everything_answered(session.results, signed=False)))
    assert reviewing.review is not None
    assert reviewing.review.may_sign
    reviewing.put_under(reviewing.signature("Ada"))
    assert reviewing.review.approved, reviewing.review.reasons
    reviewing.put_under(reviewing.signature("Grace", Role.SECOND, "I read it."))
    assert session.project.entered.second is not None
    pytest.importorskip("cryptography")
    make_key(tmp_path / "ada.pem")
    reviewing.put_under(signed(reviewing.signature("Ada"), KeyFile(str(tmp_path / "ada.pem"))))
    assert session.project.entered.signoff is not None
    assert session.project.entered.signoff.key
    with pytest.raises(StudioError, match="There is no file"):
        signed(reviewing.signature("Ada"), KeyFile(str(tmp_path / "nowhere.pem")))


def test_nobody_signs_while_checks_for_a_new_limit_are_still_to_come(session: Session, qtbot: QtBot) -> None:
    reviewing = session.reviewing
    session.change(replace(session.project, entered=made.everything_answered(session.results, signed=False)))
    qtbot.waitUntil(lambda: not reviewing.awaits_checks, timeout=30_000)
    reviewing.set_limit("max_miss_share", 0.5)
    assert reviewing.awaits_checks
    with pytest.raises(StudioError, match="being computed anew"):
        reviewing.put_under(reviewing.signature("Ada"))
    qtbot.waitUntil(lambda: not reviewing.awaits_checks, timeout=30_000)
    reviewing.put_under(reviewing.signature("Ada"))
    assert reviewing.entered.signoff is not None


def test_a_log_that_is_gone_is_begun_anew_and_says_so(session: Session, tmp_path: Path) -> None:
    reviewing = session.reviewing
    session.change(replace(session.project, entered=Answers(limits={"max_miss_share": 0.1})))
    assert session.save(tmp_path / "gone.tinyml")
    path = reviewing.journal_path
    assert path is not None
    before = reviewing.head
    path.unlink()
    reviewing.set_limit("max_miss_share", 0.2)
    assert reviewing.rows[0].type is Event.LOG_RESTARTED
    assert reviewing.rows[0].payload == {"rows": before.rows, "head": before.hash}
    assert not reviewing.logged.limits_before_results
    assert reviewing.review is not None
    assert any("begun anew" in reason.text for reason in reviewing.review.gate.warnings)
    path.unlink()
    session.opening.open_path(tmp_path / "gone.tinyml")  # the project knows where its log ended
    assert reviewing.rows[0].type is Event.LOG_RESTARTED


def test_a_log_that_was_cut_off_since_the_project_was_saved_blocks(session: Session, tmp_path: Path) -> None:
    reviewing = session.reviewing
    session.change(replace(session.project, entered=made.everything_answered(session.results)))
    assert session.save(tmp_path / "cut.tinyml")
    path = reviewing.journal_path
    assert path is not None
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-2]))
    session.opening.open_path(tmp_path / "cut.tinyml")
    assert "its end was cut off" in reviewing.logged.broken
    count = len(reviewing.rows)
    reviewing.open_evidence("C1")
    assert len(reviewing.rows) == count


def test_each_model_has_its_own_log_and_going_back_goes_on_with_it(
    session: Session, qtbot: QtBot, tmp_path: Path
) -> None:
    reviewing = session.reviewing
    for name in ("one", "two"):
        (tmp_path / f"{name}.tflite").write_bytes(b"x")
    for name, rows in (("one", 3), ("two", 2), ("one", 4), ("two", 3)):
        session.opening.open_path(tmp_path / f"{name}.tflite")
        qtbot.waitUntil(lambda: not session.busy and session.results.panel is not None, timeout=30_000)
        reviewing.set_use(f"For the {rows}th time.")
        assert reviewing.logged.broken == ""
        assert Event.LOG_RESTARTED not in events(reviewing)
    session.undo()
    session.undo()
    qtbot.waitUntil(lambda: not session.busy, timeout=30_000)
    assert reviewing.logged.broken == ""


def test_a_second_window_and_the_next_opening_have_logs_of_their_own(session: Session, qtbot: QtBot) -> None:
    session.reviewing.set_limit("max_miss_share", 0.1)
    other, _ = canned_session(made.results(), made.project())
    qtbot.waitUntil(lambda: not other.busy and other.results.panel is not None, timeout=30_000)
    assert other.reviewing.logged.limits_set_at == ""
    session.reviewing.project_opened(None)
    assert session.reviewing.logged.loosened == ()


def test_signing_twice_and_undoing_it_is_no_third_signature(session: Session) -> None:
    reviewing = session.reviewing
    session.change(replace(session.project, entered=made.everything_answered(session.results, signed=False)))
    reviewing.put_under(reviewing.signature("Ada"))
    reviewing.put_under(reviewing.signature("Ada", statement="Once more."))
    session.undo()
    assert reviewing.entered.signoff is not None
    assert [row.type for row in reviewing.rows].count(Event.SIGNED) == 2


def test_a_file_brings_suggestions_whoever_signed_it_and_whatever_it_says_was_opened(
    session: Session, tmp_path: Path
) -> None:
    reviewing = session.reviewing
    session.change(replace(session.project, entered=made.everything_answered(session.results)))
    reviewing.open_evidence("C12")
    text = reviewing.saved_as()
    assert 'opened = ["C12"]' in text
    assert "[made_for]" in text
    file = tmp_path / "answers.toml"
    file.write_text(text)
    session.change(replace(session.project, entered=Answers()))
    reviewing.load(file)
    assert reviewing.entered.signoff is None
    assert not any(answer.stated for answer in reviewing.entered.answers)
    assert reviewing.review is not None
    assert reviewing.review.item("V7").state is State.DRAFT


def test_answers_of_a_file_made_for_something_else_are_to_be_confirmed(
    session: Session, tmp_path: Path
) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(
        '[answers.D5]\nchoice = "yes"\ntext = "What follows from the use alone stands in the file itself."\n'
        '[answers.V5]\nchoice = "yes"\ntext = "Which data was meant, the file does not say."\n'
    )
    session.reviewing.load(file)
    assert session.reviewing.review is not None
    assert session.reviewing.review.item("D5").state is State.ANSWERED
    assert session.reviewing.review.item("V5").state is State.STALE


def test_saving_takes_the_log_along_and_opening_finds_it(session: Session, tmp_path: Path) -> None:
    reviewing = session.reviewing
    reviewing.answer("V5", Choice.YES, TEXT)
    reviewing.open_evidence("C1")
    before = reviewing.rows
    assert session.save(tmp_path / "bees.tinyml")
    assert reviewing.journal_path == tmp_path / "bees.review.jsonl"
    assert reviewing.rows[: len(before)] == before
    session.new_project()
    assert reviewing.rows == ()
    session.opening.open_path(tmp_path / "bees.tinyml")
    assert reviewing.rows[: len(before)] == before


def test_what_another_window_writes_is_seen_and_one_chain_kept(session: Session) -> None:
    reviewing = session.reviewing
    assert reviewing.journal_path is not None
    other = Journal(reviewing.journal_path)
    other.append(Event.LOG_VERIFIED, {}, time="2026-11-26T12:00:00+00:00")
    reviewing.answer("D1", Choice.YES, TEXT)
    assert Event.LOG_VERIFIED in events(reviewing)
    assert verify_chain(read_journal(reviewing.journal_path)) is None


def test_a_full_disk_is_said_once_and_what_was_opened_then_does_not_count(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    reviewing, said = session.reviewing, list[str]()
    reviewing.failed.connect(said.append)

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        reviewing.answer("V5", Choice.YES, TEXT)
        reviewing.open_evidence("C1")
        reviewing.open_evidence("C12")
    assert reviewing.review is not None
    assert reviewing.review.item("V5").state is State.DRAFT
    assert any("disk is full" in sentence for sentence in said)
    for check in ("C1", "C12"):
        reviewing.open_evidence(check)
    assert reviewing.review.item("V5").state is State.ANSWERED


def test_an_edited_log_blocks_and_says_so(session: Session, tmp_path: Path) -> None:
    reviewing, said = session.reviewing, list[str]()
    reviewing.failed.connect(said.append)
    path = reviewing.journal_path
    assert path is not None
    session.change(replace(session.project, entered=made.everything_answered(session.results)))
    assert reviewing.review is not None
    assert reviewing.review.approved, reviewing.review.reasons
    path.write_text(path.read_text().replace('"n":480', '"n":481'))
    session.save(tmp_path / "edited.tinyml")
    assert not reviewing.review.approved
    assert any("was changed after it was written" in sentence for sentence in said)
    count = len(reviewing.rows)
    session.change(replace(session.project, entered=Answers()))
    assert len(reviewing.rows) == count  # nothing is put on top of what was changed


def test_a_threshold_makes_the_checks_run_anew_and_its_answers_stale(session: Session, qtbot: QtBot) -> None:
    reviewing = session.reviewing
    reviewing.answer("P5", Choice.YES, TEXT)
    reviewing.answer("D1", Choice.YES, TEXT)
    assert reviewing.review is not None
    before = reviewing.review.subject.postprocessing_sha256
    reviewing.set_limit("threshold", 0.7)
    assert reviewing.awaits_checks
    qtbot.waitUntil(lambda: not session.busy)
    assert session.results.panel is not None
    assert session.results.panel.limits.threshold == 0.7
    assert reviewing.review.subject.postprocessing_sha256 != before
    assert reviewing.review.item("P5").changed == (Part.POSTPROCESSING,)
    assert reviewing.review.item("D1").state is not State.STALE
    assert any("Chosen anew after seeing results" in words for words in reviewing.review.warnings)
    reviewing.set_limit("threshold", None)
    assert reviewing.review.subject.postprocessing_sha256 == before
    assert reviewing.review.item("P5").state is not State.STALE
    with pytest.raises(StudioError, match="which the scores of an int8 output can reach"):
        reviewing.set_limit("threshold", 0.999)
