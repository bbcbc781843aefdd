"""The gate: what blocks an export, what goes stale, and what a signature covers."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checklist import Tier, standard_checklist
from studio.core.errors import StudioError
from studio.core.evaluation import CheckResult, Verdict
from studio.core.review import (
    Answer,
    Answers,
    Choice,
    State,
    Subject,
    read_answers,
    review,
    tier_of,
    write_answers,
)

CHECKLIST = standard_checklist()
SUBJECT = Subject("model", "data", CHECKLIST.sha256)
PASSED = tuple(CheckResult(name, name, Verdict.PASS, "fine") for name in CHECKLIST.gate_checks)


def use(**yes: bool) -> dict[str, bool]:
    return {item.id: yes.get(item.id, False) for item in CHECKLIST.intake}


def all_answered(tier_intake: dict[str, bool]) -> Answers:
    answers = tuple(
        Answer(question.id, Choice.YES, "A considered answer.", "model", "data")
        for question in CHECKLIST.questions
    )
    return Answers(use(**tier_intake), answers).signed("Ada", "now", SUBJECT)


def test_a_full_signed_review_is_approved() -> None:
    found = review(CHECKLIST, all_answered({"senses_people": True}), PASSED, SUBJECT)
    assert found.approved, found.reasons
    assert found.tier is Tier.PEOPLE


def test_an_empty_review_approves_nothing_and_names_every_blocker() -> None:
    found = review(CHECKLIST, Answers(), (), SUBJECT)
    assert not found.approved
    text = " ".join(found.reasons)
    for part in ("D1", "V1", "P8", "Check C1", "Nobody has signed"):
        assert part in text


def test_the_tier_decides_which_questions_block() -> None:
    def blockers(intake: dict[str, bool]) -> set[str]:
        return {
            item.question.id
            for item in review(CHECKLIST, Answers(intake), PASSED, SUBJECT).items
            if item.blocks
        }

    bench, people = {"bench": True}, {"bystanders": True}
    things: dict[str, bool] = {}
    assert blockers(bench) == {"D6"}
    assert blockers(bench) < blockers(things) < blockers(people)
    assert "P5" not in blockers(things)
    assert "P5" in blockers({"acts_alone": True})


def test_a_trial_at_the_desk_that_also_senses_people_is_no_trial() -> None:
    assert tier_of(CHECKLIST, {"bench": True, "senses_people": True}) is Tier.PEOPLE


def test_a_banned_use_is_refused_whatever_is_answered() -> None:
    found = review(CHECKLIST, all_answered({"prohibited": True}), PASSED, SUBJECT)
    assert found.tier is Tier.STOP
    assert not found.approved


def test_a_failed_check_blocks_and_a_check_that_cannot_tell_warns() -> None:
    entered = all_answered({})
    failed = (*PASSED[:-1], replace(PASSED[-1], verdict=Verdict.FAIL))
    unsure = (*PASSED[:-1], replace(PASSED[-1], verdict=Verdict.CANNOT_TELL))
    assert not review(CHECKLIST, entered, failed, SUBJECT).approved
    found = review(CHECKLIST, entered, unsure, SUBJECT)
    assert found.approved
    assert found.warnings


def test_another_model_makes_its_answers_stale_and_voids_the_signature() -> None:
    other = replace(SUBJECT, model_sha256="other")
    found = review(CHECKLIST, all_answered({"bystanders": True}), PASSED, other)
    stale = {item.question.id for item in found.items if item.state is State.STALE}
    assert stale == {question.id for question in CHECKLIST.questions if "model" in question.depends}
    assert any("sign again" in reason for reason in found.reasons)


def test_an_answer_without_words_is_no_answer() -> None:
    entered = all_answered({})
    blank = tuple(replace(answer, text="  ") for answer in entered.answers)
    resigned = replace(entered, answers=blank).signed("Ada", "now", SUBJECT)
    assert not review(CHECKLIST, resigned, PASSED, SUBJECT).approved


def test_an_answer_changed_after_the_signature_voids_it() -> None:
    entered = all_answered({})
    other = replace(entered.answers[0], text="Quite another answer.")
    changed = replace(entered, answers=(other, *entered.answers[1:]))
    assert review(CHECKLIST, changed, PASSED, SUBJECT).reasons == (
        "Answers changed after the signature. Read again and sign again.",
    )
    assert review(CHECKLIST, replace(changed, answers=entered.answers[::-1]), PASSED, SUBJECT).approved


def test_a_use_that_is_only_partly_told_blocks() -> None:
    entered = all_answered({})
    partly = replace(entered, intake={"bench": False}).signed("Ada", "now", SUBJECT)
    found = review(CHECKLIST, partly, PASSED, SUBJECT)
    assert any("about the use first, 9 of 10 are open" in reason for reason in found.reasons)


def test_answers_written_to_a_file_come_back(tmp_path: Path) -> None:
    entered = all_answered({"bench": True, "acts_alone": False})
    tricky = Answer("D1", Choice.NO, 'Quotes " and \\ and\nlines """ and ü', "model", "data")
    entered = replace(entered, answers=(tricky, *entered.answers[1:])).signed("Ada", "now", SUBJECT)
    file = tmp_path / "answers.toml"
    file.write_text(write_answers(entered), encoding="utf-8")
    assert read_answers(file, SUBJECT, "now") == entered


def test_a_signature_for_another_subject_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(write_answers(all_answered({})), encoding="utf-8")
    other = replace(SUBJECT, model_sha256="other")
    assert not review(CHECKLIST, read_answers(file, other, "now"), PASSED, other).approved


def test_an_answers_file_edited_after_it_was_signed_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    text = write_answers(all_answered({}))
    file.write_text(text.replace("A considered answer.", "Another.", 1), encoding="utf-8")
    assert not review(CHECKLIST, read_answers(file, SUBJECT, "now"), PASSED, SUBJECT).approved


@pytest.mark.parametrize(
    "text", ["[", "signed_by = 3", "[intake]\nbench = 'yes'", "[answers.D1]\nchoice = 'maybe'"]
)
def test_an_answers_file_that_is_wrong_gets_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text)
    with pytest.raises(StudioError, match="answers file"):
        read_answers(file, SUBJECT, "now")
