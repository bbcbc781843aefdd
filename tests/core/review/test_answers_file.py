"""Answers written to TOML and read back."""

from pathlib import Path

from studio.core.review import Answer, Answers, Choice, SignOff, Subject, read_answers, write_answers

SUBJECT = Subject("m" * 64, "d" * 64, "c" * 64)
HARD_TEXT = 'Quotes " and \\ back\nslashes,\ttabs, \x7f delete, ünïcödé 🎛 and """ three.'


def test_answers_come_back_as_they_were_written(tmp_path: Path) -> None:
    entered = Answers(
        intake={"bench": True, "can_harm": False},
        answers=(
            Answer("D1", Choice.YES, HARD_TEXT, "m" * 64, "d" * 64),
            Answer("V7", Choice.NO, "Not looked at yet.", "old" * 10, "d" * 64),
            Answer("P2", Choice.NOT_APPLICABLE, "Nobody is near.", "m" * 64, "d" * 64),
        ),
    ).signed('Ada "Countess" Lovelace', "2026-11-25T12:00:00Z", SUBJECT)
    (tmp_path / "answers.toml").write_text(write_answers(entered), encoding="utf-8")
    assert read_answers(tmp_path / "answers.toml", SUBJECT, "2026-11-25T12:00:00Z") == entered


def test_a_signature_for_another_subject_stays_for_that_one(tmp_path: Path) -> None:
    entered = Answers(intake={}, signoff=SignOff("Ada", "then", "another subject", "other answers"))
    (tmp_path / "answers.toml").write_text(write_answers(entered), encoding="utf-8")
    signed = read_answers(tmp_path / "answers.toml", SUBJECT, "now").signoff
    assert signed is not None
    assert signed.subject_hash == "another subject"


def test_nothing_entered_is_written_as_nothing(tmp_path: Path) -> None:
    (tmp_path / "answers.toml").write_text(write_answers(Answers()), encoding="utf-8")
    assert read_answers(tmp_path / "answers.toml", SUBJECT, "now") == Answers()
