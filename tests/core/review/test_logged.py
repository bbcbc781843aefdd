"""What the log says when it is drawn together, and what it has yet to be told."""

from dataclasses import replace
from typing import Any

from studio.core.checks.check import Check, Verdict
from studio.core.review import Answers, Choice, Event, Row, logged
from studio.core.review.log import head_of, next_row
from studio.core.review.noticed import (
    News,
    evidence_opened,
    news_of_answers,
    news_of_results,
    news_of_review,
    news_of_stated,
)
from tests.core.review.whole import AT, CHECKLIST, CHECKS, SUBJECT, entered, look, override, signed


def log_of(*news: News | tuple[Event, dict[str, Any], str]) -> tuple[Row, ...]:
    found: tuple[Row, ...] = ()
    for one in news:
        event, payload, time = (*one, AT)[:3]
        row = next_row(head_of(found), event, payload, time=time, actor="Ada", subject_hash=SUBJECT.hash)
        found = (*found, row)
    return found


def limits(**values: float) -> News:
    return Event.LIMITS_SET, {"limits": values}


OPENED: News = (Event.TEST_SET_OPENED, {"model": "m", "data": "d", "n": 9})


def test_limits_before_the_results_are_told_from_limits_after() -> None:
    assert logged(log_of(limits(max_miss_share=0.1), OPENED), CHECKLIST).limits_before_results
    assert not logged(log_of(OPENED, limits(max_miss_share=0.1)), CHECKLIST).limits_before_results
    assert not logged(log_of(limits(), OPENED, limits(max_miss_share=0.1)), CHECKLIST).limits_before_results


def test_the_order_is_not_known_of_limits_from_a_file_that_quotes_results() -> None:
    entered = Answers(limits={"max_miss_share": 0.1})
    quoted = news_of_answers((), entered, "file", quotes_results=True)
    plain = news_of_answers((), entered, "file")
    assert logged(log_of(*quoted, OPENED), CHECKLIST).limits_before_results is None
    assert logged(log_of(*plain, OPENED), CHECKLIST).limits_before_results is True
    assert logged(log_of(OPENED, *quoted), CHECKLIST).limits_before_results is False
    # What the log had before any result stays known, whatever the file quotes in a later run.
    before = log_of(*plain, OPENED)
    assert news_of_answers(before, entered, "file", quotes_results=True) == ()


def test_loosening_a_limit_after_results_is_printed_and_tightening_is_not() -> None:
    first = (limits(max_miss_share=0.1, min_accuracy=0.9), OPENED)
    tighter = logged(log_of(*first, limits(max_miss_share=0.05, min_accuracy=0.95)), CHECKLIST)
    assert tighter.loosened == ()
    looser = logged(log_of(*first, limits(max_miss_share=0.2)), CHECKLIST)
    assert [(one.limit, one.before, one.after) for one in looser.loosened] == [
        ("max_miss_share", 0.1, 0.2),
        ("min_accuracy", 0.9, None),
    ]
    found = look(signed(entered()), facts=looser)
    words = [warning for warning in found.warnings if "Limit loosened after seeing results" in warning]
    assert len(words) == 2
    assert "by Ada" in words[0]
    before = logged(log_of(limits(max_miss_share=0.1), limits(max_miss_share=0.2), OPENED), CHECKLIST)
    assert before.loosened == ()


def test_time_spent_leaves_pauses_and_files_out() -> None:
    times = ("12:00:00", "12:01:00", "12:03:00", "13:00:00", "13:01:00")
    news = [(Event.ANSWER_SET, {"id": "D1"}, f"2026-11-26T{time}+00:00") for time in times]
    assert logged(log_of(*news), CHECKLIST).minutes == 4
    file = [(event, {**payload, "via": "file"}, time) for event, payload, time in news]
    assert logged(log_of(*file), CHECKLIST).minutes is None  # who wrote it may have taken an hour
    assert logged(log_of(*file, *news), CHECKLIST).minutes == 4
    assert logged((), CHECKLIST).minutes == 0


def test_evidence_counts_for_what_it_said_when_it_was_opened() -> None:
    facts = logged(log_of(evidence_opened(CHECKS[0])), CHECKLIST)
    payload = evidence_opened(CHECKS[0])[1]
    assert facts.was_opened("C1", payload["sha256"])
    other = replace(CHECKS[0], verdict=Verdict.FAIL)
    assert not facts.was_opened("C1", evidence_opened(other)[1]["sha256"])


def test_openings_of_the_test_set_are_counted_once_for_each_model() -> None:
    class Evaluated:
        candidate_sha256, data_sha256, n = "m", "d", 9

    known = log_of(*news_of_results((), Evaluated(), ()))  # type: ignore[arg-type]
    assert news_of_results(known, Evaluated(), ()) == ()  # type: ignore[arg-type]
    Evaluated.candidate_sha256 = "n"
    known = (*known, *log_of(*news_of_results(known, Evaluated(), ())))  # type: ignore[arg-type]
    assert logged(known, CHECKLIST, "").test_set_openings == 2


def test_what_was_entered_is_told_once_and_a_change_again() -> None:
    answers = signed(entered().with_override(override("C4")))
    told = news_of_answers((), answers)
    kinds = {event for event, _ in told}
    assert kinds == {
        Event.INTAKE_SET, Event.USE_SET, Event.LIMITS_SET, Event.ANSWER_SET, Event.OVERRIDE_ADDED, Event.SIGNED,
    }  # fmt: skip
    known = log_of(*told)
    assert news_of_answers(known, answers) == ()
    signature = next(payload["sha256"] for event, payload in told if event is Event.SIGNED)
    changed = answers.with_answer(replace(answers.answers[0], choice=Choice.NO))
    assert [(event, payload.get("id")) for event, payload in news_of_answers(known, changed)] == [
        (Event.ANSWER_SET, answers.answers[0].id),
        (Event.UNSIGNED, None),
    ]
    withdrawn = news_of_answers(known, answers.without_override("C4"))
    assert withdrawn == (
        (Event.OVERRIDE_ADDED, {"item": "C4", "sha256": "", "withdrawn": True}),
        (Event.UNSIGNED, {"sha256": signature}),
    )
    gone = log_of(*told, *withdrawn)
    assert news_of_answers(gone, answers.without_override("C4")) == ()
    again = news_of_answers(gone, answers)
    assert [event for event, _ in again] == [Event.OVERRIDE_ADDED, Event.SIGNED_AGAIN]
    assert news_of_answers(log_of(*told, *withdrawn, *again), answers) == ()


def test_the_log_holds_hashes_and_no_words_of_the_answers() -> None:
    answers = entered()
    text = str(log_of(*news_of_answers((), answers)))
    assert "considered answer" not in text
    assert "It sorts buttons" not in text


def test_answers_that_go_stale_and_overrides_that_end_are_told() -> None:
    answers = signed(entered().with_override(override("C4", expires="2026-11-27")))
    known = log_of()
    assert news_of_review(known, look(answers)) == ()
    later = look(answers, subject=replace(SUBJECT, model_sha256="9"), at="2026-12-01T00:00:00+00:00")
    told = news_of_review(known, later)
    assert told[0] == (Event.ANSWER_STALE, {"ids": ["P6", "P8", "V7", "V8"]})
    assert told[1][0] is Event.OVERRIDE_EXPIRED
    assert news_of_review(log_of(*told), later) == ()


def test_evidence_stated_in_a_file_is_told_as_its_word() -> None:
    known = entered().answer("V5")
    assert known is not None
    answers = Answers().with_answer(replace(known, stated=("C1", "C99")))
    told = news_of_stated((), answers, CHECKS)
    assert [(event, payload["evidence"], payload["via"]) for event, payload in told] == [
        (Event.EVIDENCE_OPENED, "C1", "file")
    ]
    assert news_of_stated(log_of(*told), answers, CHECKS) == ()


def test_check_results_are_told_when_they_change() -> None:
    told = news_of_results((), None, CHECKS)
    known = log_of(*told)
    assert news_of_results(known, None, CHECKS) == ()
    other = (*CHECKS[:-1], Check("C18", "Board", Verdict.FAIL, "Other.", n=100))
    assert [event for event, _ in news_of_results(known, None, other)] == [Event.CHECK_RUN]


def test_a_threshold_chosen_anew_after_the_results_is_told_and_binds_nothing() -> None:
    first = logged(log_of(limits(max_miss_share=0.1, threshold=0.6), OPENED), CHECKLIST)
    assert (first.limits_before_results, first.loosened) == (True, ())
    late = logged(
        log_of(limits(max_miss_share=0.1), OPENED, limits(max_miss_share=0.1, threshold=0.6)), CHECKLIST
    )
    assert [(one.limit, one.before, one.after) for one in late.loosened] == [("threshold", 0.5, 0.6)]
    words = [one for one in look(signed(entered()), facts=late).warnings if "after seeing results" in one]
    assert len(words) == 1
    assert "by Ada" in words[0]
    assert words[0].endswith("50 %, then 60 %.") or words[0].endswith("50.0 %, then 60.0 %.")
    alone = logged(log_of(limits(threshold=0.6), OPENED), CHECKLIST)
    assert not alone.limits_before_results
    assert alone.limits_set_at == ""
