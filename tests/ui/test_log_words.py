"""The log in words: each row says what changed, and no row shows how a program writes it."""

from typing import Any

from studio.core.checklist import standard_checklist
from studio.core.review import Choice, Event, Row
from studio.ui.widgets.log_words import log_words

Told = tuple[Event, dict[str, Any]]


def said(*told: Told) -> list[str]:
    rows = [
        Row(seq, "", "2026-11-26T05:44:55Z", "Ada", event, "", payload)
        for seq, (event, payload) in enumerate(told)
    ]
    return list(log_words(rows, standard_checklist()))


def test_answers_that_went_stale_are_listed_as_one_would_write_them() -> None:
    lines = said((Event.ANSWER_STALE, {"ids": ["P1", "P2"]}), (Event.ANSWER_STALE, {"ids": []}))
    assert lines == ["Answers went stale: P1, P2", "Answers went stale: none any more"]


def test_a_row_says_which_limit_is_new_with_its_value() -> None:
    lines = said(
        (Event.LIMITS_SET, {"limits": {"min_accuracy": 0.5}}),
        (Event.LIMITS_SET, {"limits": {"min_accuracy": 0.5, "max_alarms_per_hour": 2.0}}),
        (Event.LIMITS_SET, {"limits": {"max_alarms_per_hour": 2.0}, "via": "file"}),
    )
    assert lines[0] == "Limits set: Lowest accuracy on the test set: 50 %"
    assert lines[1] == "Limits set: Most false alarms in an hour: 2 per hour"
    assert lines[2] == "Limits set: Lowest accuracy on the test set: taken away (from a file)"


def test_a_row_says_which_answer_was_given_and_which_override() -> None:
    lines = said(
        (Event.INTAKE_SET, {"intake": {"bench": False, "senses_people": True}}),
        (Event.INTAKE_SET, {"intake": {"bench": True, "senses_people": True}}),
        (Event.ANSWER_SET, {"id": "D1", "choice": Choice.NOT_APPLICABLE.value, "judged": 0}),
        (Event.ANSWER_SET, {"id": "V7", "choice": "no", "judged": 2}),
        (Event.OVERRIDE_ADDED, {"item": "C2", "expires": "2026-12-26", "sha256": "x"}),
        (Event.OVERRIDE_ADDED, {"item": "C2", "expires": "subject:abc", "sha256": "x"}),
        (Event.OVERRIDE_ADDED, {"item": "C2", "withdrawn": True, "sha256": ""}),
        (Event.TIER_RAISED, {"tier": "T3"}),
        (Event.TIER_RAISED, {"tier": None}),
        (Event.LOG_VERIFIED, {"rows": 7, "head": "x"}),
        (Event.SIGNED, {"role": "maker", "by": "Ada"}),
        (Event.CHECK_RUN, {"verdicts": {"C1": "pass", "C2": "fail", "C5": "cannot_tell", "C9": "fail"}}),
        (Event.EXPORT_REFUSED, {"level": "release", "why": "Nobody has signed."}),
    )
    assert lines == [
        "Questions about the use answered: bench: no, senses people: yes",
        "Questions about the use answered: bench: yes",
        "Answered: D1, not applicable",
        "Answered: V7, no, 2 samples judged",
        "Overridden: C2, until 2026-12-26",
        "Overridden: C2, until another model, data or target is at hand",
        "Overridden: C2, withdrawn",
        "Tier moved: to T3",
        "Tier moved: back to what the answers lead to",
        "Log checked: 7 rows hold",
        "Signed: maker, Ada",
        "Checks computed: failed C2, C9; cannot tell C5",
        "Export refused: release: Nobody has signed.",
    ]


def test_a_log_that_was_changed_by_hand_is_read_as_far_as_it_goes() -> None:
    strange: dict[str, Any] = {
        name: [{"": None}] for name in ("intake", "limits", "n", "verdicts", "evidence", "id", "choice", "judged",
                                        "ids", "item", "expires", "tier", "role", "by", "level", "files", "why")
    }  # fmt: skip
    assert len(said(*((event, strange) for event in Event), *((event, {}) for event in Event))) == 2 * len(
        Event
    )


def test_every_event_has_words() -> None:
    lines = said(*((event, {}) for event in Event))
    assert not any(event.value in line for event, line in zip(Event, lines, strict=True))
