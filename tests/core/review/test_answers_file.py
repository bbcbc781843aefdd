"""Answers written to TOML and read back."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checklist import Tier
from studio.core.errors import StudioError
from studio.core.review import (
    Answer,
    Answers,
    Choice,
    Judged,
    Judgement,
    Logged,
    Raised,
    Role,
    SignOff,
    State,
    read_answers,
    write_answers,
)
from studio.core.review.made_for import MadeFor, made_for, made_for_text
from tests.core.review.whole import AT, CHECKLIST, CHECKS, SUBJECT, entered, look, override, signed

HARD_TEXT = 'Quotes " and \\ back\nslashes,\ttabs, \x7f delete, ünïcödé 🎛 and """ three.'


SOURCE = "4f21"


def back(answers: Answers, tmp_path: Path) -> Answers:
    file = tmp_path / "answers.toml"
    file.write_text(write_answers(answers, made_for(SOURCE, CHECKS)), encoding="utf-8")
    return read_answers(file, CHECKLIST, SUBJECT, AT, SOURCE, CHECKS)


def test_answers_come_back_as_they_were_written(tmp_path: Path) -> None:
    hard = Answer("D1", Choice.YES, HARD_TEXT, "Ada", AT, {"use": "9"}, stated=("C1",))
    judged = Answer("V7", Choice.NO, "Looked.", "Ada", AT, {"model": "9"}, (Judged(4, Judgement.UNCLEAR),))
    whole = replace(
        entered(),
        out_of_scope=("people", HARD_TEXT),
        raised=Raised(Tier.STAKES, "Ada"),
        overrides=(override("C4"), override("tier", tier=Tier.THINGS)),
    )
    whole = whole.with_answer(hard).with_answer(judged)
    whole = signed(signed(whole, by='Ada "Countess" Lovelace'), by="Grace", role=Role.SECOND)
    assert back(whole, tmp_path) == whole


def test_nothing_entered_is_written_as_nothing(tmp_path: Path) -> None:
    assert back(Answers(), tmp_path) == Answers()


BY_HAND = """
signed_by = "Ada"
use = "Sorts buttons."
[intake]
bench = true
[limits]
max_miss_share = 0.05
[answers.D5]
choice = "yes"
text = "Two ways that we can think of, and what we do about each."
[answers.V7]
choice = "yes"
text = "We looked at each of them together."
opened = ["C2", "C3"]
judged = { 4 = "right", 9 = "unclear" }
[[overrides]]
item = "C5"
by = "Ada"
at = "2026-11-26"
reason = "There is no recording of an hour of quiet yet; we make one."
risk = "More false alarms than we know of."
measure = "It runs for a week beside somebody who counts."
expires = "subject"
"""


def by_hand(tmp_path: Path, made: MadeFor | None) -> Answers:
    file = tmp_path / "answers.toml"
    file.write_text(BY_HAND + (made_for_text(made) if made else ""), encoding="utf-8")
    return read_answers(file, CHECKLIST, SUBJECT, AT, SOURCE, CHECKS)


def test_a_file_counts_for_what_it_says_that_it_was_made_for(tmp_path: Path) -> None:
    found = by_hand(tmp_path, made_for(SOURCE, CHECKS))
    assert found.signoff is not None
    assert (found.signoff.by, found.signoff.subject_hash) == ("Ada", SUBJECT.hash)
    assert "in an answers file" in found.signoff.statement
    assert found.limits == {"max_miss_share": 0.05}
    reviewed = look(found, facts=Logged())
    assert reviewed.item("V7").state is State.ANSWERED
    assert set(reviewed.overrides) == {"C5"}


@pytest.mark.parametrize("made", [None, made_for("another", CHECKS)])
def test_a_file_for_something_else_signs_nothing_and_vouches_for_its_use_alone(
    tmp_path: Path, made: MadeFor | None
) -> None:
    reviewed = look(by_hand(tmp_path, made), facts=Logged())
    assert "signature is not for this" in reviewed.reasons_at("signature")[0].text
    assert reviewed.item("D5").state is State.ANSWERED
    assert reviewed.item("V7").state is State.STALE
    assert reviewed.item("V7").unopened == ("C2", "C3")
    assert not reviewed.overrides


def test_a_check_that_says_something_else_now_has_to_be_looked_at_and_signed_again(tmp_path: Path) -> None:
    then = made_for(SOURCE, CHECKS)
    other = {**then.checks, "C2": "fail" if then.checks["C2"] != "fail" else "pass"}
    reviewed = look(by_hand(tmp_path, MadeFor(SOURCE, other)), facts=Logged())
    assert reviewed.item("V7").unopened == ("C2",)
    assert "signature is not for this" in reviewed.reasons_at("signature")[0].text


def test_a_signature_for_another_subject_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(write_answers(signed(entered())), encoding="utf-8")
    other = replace(SUBJECT, model_sha256="9" * 64)
    found = look(read_answers(file, CHECKLIST, other, AT), subject=other)
    assert not found.approved
    assert found.item("P8").state is State.STALE


def test_an_answers_file_edited_after_it_was_signed_does_not_count(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    text = write_answers(signed(entered()))
    file.write_text(text.replace("A considered answer to D1", "Another answer to D1", 1), encoding="utf-8")
    found = look(read_answers(file, CHECKLIST, SUBJECT, AT))
    assert found.reasons == ("Answers changed after the signature. Read again and sign again.",)


def test_a_file_of_an_older_studio_gives_suggestions(tmp_path: Path) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(
        f'[answers.P8]\nchoice = "yes"\ntext = "Old."\nmodel_sha256 = "{SUBJECT.model_sha256}"\ndata_sha256 = "d"\n'
    )
    found = look(read_answers(file, CHECKLIST, SUBJECT, AT))
    assert found.item("P8").state is State.STALE
    assert found.item("P8").answer is not None


def test_the_signature_keeps_whose_key_it_was(tmp_path: Path) -> None:
    known = SignOff("Ada", AT, "s", "a", "c", Role.MAKER, "I read it.", "b" * 64, "c" * 128)
    assert back(Answers(intake={}, signoff=known), tmp_path).signoff == known


@pytest.mark.parametrize(
    "text",
    [
        "[",
        "signed_by = 3",
        "[intake]\nbench = 'yes'",
        "[answers.D1]\nchoice = 'maybe'",
        "[answers.D1]\nchoice = 'yes'\ntext = 'x'\ncolour = 'red'",
        "[answers.X9]\nchoice = 'yes'\ntext = 'x'",
        "[limits]\nmax_colour = 3",
        "[limits]\nmax_miss_share = 'few'",
        "[[overrides]]\nitem = 'C5'",
        "answers = 3",
        "raised = 'T3'",
        "made_for = 'everything'",
    ],
)
def test_an_answers_file_that_is_wrong_gets_a_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "answers.toml"
    file.write_text(text)
    with pytest.raises(StudioError, match="answers file"):
        read_answers(file, CHECKLIST, SUBJECT, AT)


def test_a_file_for_nothing_in_particular_is_not_said_to_have_changed(tmp_path: Path) -> None:
    reviewed = look(by_hand(tmp_path, None), facts=Logged())
    assert reviewed.item("V7").is_of_nothing
    changed = look(entered(), subject=replace(SUBJECT, model_sha256="9" * 64))
    assert changed.item("P8").state is State.STALE
    assert not changed.item("P8").is_of_nothing


def test_the_threshold_is_kept_among_the_limits_and_bounded(tmp_path: Path) -> None:
    whole = replace(entered(), limits={"max_miss_share": 0.5, "threshold": 0.625})
    assert back(whole, tmp_path) == whole
    file = tmp_path / "answers.toml"
    file.write_text("[limits]\nthreshold = 0.999\n", encoding="utf-8")
    with pytest.raises(StudioError, match="an int8 output can reach"):
        read_answers(file, CHECKLIST, SUBJECT, AT)
