"""The gate: what holds back an export, what goes stale, and what a signature covers."""

from dataclasses import replace

import pytest

from studio.core.checklist import Tier, standard_checklist
from studio.core.checks.check import Check, Measured, Verdict
from studio.core.errors import StudioError
from studio.core.review import (
    Answers,
    Choice,
    Judged,
    Judgement,
    Level,
    Logged,
    Raised,
    Role,
    State,
    admitted,
    confirmed,
    gate,
    logged,
)
from studio.core.review.items import Flag
from studio.core.review.overrides import why_override_fails
from studio.core.review.subject import postprocessing_hash
from tests.core.review.whole import (
    AT,
    CHECKLIST,
    CHECKS,
    FACTS,
    REASON,
    SAMPLES,
    SUBJECT,
    entered,
    failing,
    look,
    measuring,
    override,
    rows,
    signed,
    use,
    with_check,
)


def places(found: object) -> set[str]:
    return {reason.place for reason in found.gate.reasons}  # type: ignore[attr-defined]


def test_a_full_signed_review_is_approved() -> None:
    found = look(signed(entered(senses_people=True)))
    assert found.approved, found.reasons
    assert found.tier is Tier.PEOPLE
    assert found.gate.level is Level.RELEASE


def test_an_empty_review_approves_nothing_and_names_every_blocker() -> None:
    found = look(Answers(), checks=(), facts=Logged())
    assert not found.approved
    assert {"use", "D1", "V1", "P8", "C1", "C2", "C18", "signature"} <= places(found)
    assert "Nobody has signed" in " ".join(found.reasons)


def test_the_tier_decides_which_questions_block() -> None:
    def blockers(**yes: bool) -> set[str]:
        found = look(Answers(use(**yes)))
        return {item.question.id for item in found.items if item.blocks}

    assert blockers(bench=True) == {"D6"}
    assert blockers(bench=True) < blockers() < blockers(bystanders=True) < blockers(can_harm=True)
    assert "P5" not in blockers()
    assert "P5" in blockers(acts_alone=True)
    assert len(blockers(can_harm=True)) == 24


@pytest.mark.parametrize(
    ("yes", "tier"),
    [
        ("senses_people", Tier.PEOPLE), ("bystanders", Tier.PEOPLE), ("raw_data_leaves", Tier.PEOPLE),
        ("identifies", Tier.STAKES), ("can_harm", Tier.STAKES), ("vulnerable", Tier.STAKES),
        ("reveals_location", Tier.STAKES), ("acts_alone", Tier.THINGS), ("prohibited", Tier.STOP),
        ("bench", Tier.BENCH),
    ],
)  # fmt: skip
def test_each_answer_about_the_use_leads_to_its_tier(yes: str, tier: Tier) -> None:
    assert look(Answers(use(**{yes: True}))).tier is tier


def test_a_trial_at_the_desk_that_also_senses_people_is_no_trial() -> None:
    assert look(Answers(use(bench=True, senses_people=True))).tier is Tier.PEOPLE


def test_an_override_of_what_is_not_there_is_said() -> None:
    found = look(signed(entered().with_override(override("ZZ"))))
    assert any("no question or check called ZZ" in reason.text for reason in found.gate.warnings)


def test_a_person_may_raise_the_tier_and_lower_it_only_by_an_override() -> None:
    raised = replace(entered(), raised=Raised(Tier.STAKES, "Ada"))
    assert look(raised).tier is Tier.STAKES
    lower = replace(entered(can_harm=True), raised=Raised(Tier.BENCH, "Ada"))
    assert look(lower).tier is Tier.STAKES
    by_override = entered(can_harm=True).with_override(override("tier", tier=Tier.PEOPLE))
    assert look(by_override).tier is Tier.PEOPLE
    lapsed = entered(can_harm=True).with_override(override("tier", tier=Tier.PEOPLE, expires="2026-11-25"))
    assert look(lapsed).tier is Tier.STAKES


def test_a_banned_use_is_refused_whatever_is_answered_overridden_or_lowered() -> None:
    answers = entered(prohibited=True)
    for item in ("tier", "D6", "use", "STOP"):
        answers = answers.with_override(override(item, tier=Tier.BENCH))
    found = look(signed(signed(answers), by="Grace", role=Role.SECOND))
    assert found.tier is Tier.STOP
    assert found.gate.level is Level.REFUSED
    for level in Level:
        with pytest.raises(StudioError, match=r"must not ship|Choose a release"):
            admitted(found, level, SUBJECT.model_sha256, SUBJECT.target, AT)


def test_a_lower_tier_given_to_the_gate_does_not_count() -> None:
    answers = Answers(use(can_harm=True))
    decided = gate(
        SUBJECT, Tier.BENCH, CHECKS, answers, (), FACTS, checklist=CHECKLIST, samples=SAMPLES, now=AT
    )
    assert len([reason for reason in decided.reasons if reason.place[0] in "DVP"]) == 24


def test_a_failed_check_blocks_and_can_be_overridden_in_the_open() -> None:
    checks = failing("C4")
    facts = logged(rows(checks), CHECKLIST)
    answers = entered()
    assert "C4" in places(look(signed(answers, checks), checks, facts=facts))
    over = signed(answers.with_override(override("C4")), checks)
    found = look(over, checks, facts=facts)
    assert found.approved, found.reasons
    assert any("C4 failed" in warning and "Overridden by Ada" in warning for warning in found.warnings)


def test_raw_samples_of_people_in_the_export_cannot_be_overridden() -> None:
    checks = failing("C16")
    answers = signed(entered(senses_people=True).with_override(override("C16")), checks)
    found = look(answers, checks, facts=logged(rows(checks), CHECKLIST))
    assert "C16" in places(found)
    assert "cannot be overridden" in " ".join(found.reasons)
    assert found.gate.level is Level.REFUSED


def test_a_comparison_that_cannot_tell_warns_for_things_and_blocks_for_people() -> None:
    checks = failing("C2", Verdict.CANNOT_TELL)
    facts = logged(rows(checks), CHECKLIST)
    things = look(signed(entered(), checks), checks, facts=facts)
    assert things.approved
    assert any("cannot tell" in warning for warning in things.warnings)
    assert "C2" in places(look(signed(entered(bystanders=True), checks), checks, facts=facts))


def test_a_limit_that_the_maker_set_binds() -> None:
    checks = with_check(measuring("C4", Measured("max_miss_share", 0.6, "tap")))
    found = look(signed(entered(), checks), checks, facts=logged(rows(checks), CHECKLIST))
    assert "C4" in places(found)
    assert "breaks the limit that you set" in found.reasons_at("C4")[0].text


def test_a_missing_right_to_the_data_blocks_and_cannot_be_overridden() -> None:
    answers = entered(bench=True)
    known = answers.answer("V1")
    assert known is not None
    refused = answers.with_answer(replace(known, choice=Choice.NO)).with_override(override("V1"))
    found = look(signed(refused))
    assert "V1" in places(found)
    assert not found.approved


def test_no_is_a_legal_answer_elsewhere() -> None:
    answers = entered()
    known = answers.answer("V5")
    assert known is not None
    assert look(signed(answers.with_answer(replace(known, choice=Choice.NO)))).approved


def test_an_answer_is_a_draft_until_its_evidence_was_opened_as_it_is_now() -> None:
    found = look(signed(entered()), facts=Logged())
    item = found.item("V5")
    assert item.state is State.DRAFT
    assert item.unopened == ("C1", "C12")
    assert "Its evidence was not opened (C1, C12)." in found.reasons_at("V5")[0].text
    other = with_check(Check("C12", "Leakage", Verdict.WARN, "Now it says something else.", n=100))
    assert look(entered(), other).item("V5").unopened == ("C12",)


def test_evidence_that_an_answers_file_says_was_opened_counts_and_is_shown_as_such() -> None:
    answers = entered()
    known = answers.answer("V5")
    assert known is not None
    stated = answers.with_answer(replace(known, stated=("C1", "C12")))
    assert look(stated, facts=Logged()).item("V5").state is State.ANSWERED


def test_yes_beside_a_sample_that_was_judged_a_mistake_is_pointed_out() -> None:
    known = entered(bystanders=True).answer("V7")
    assert known is not None
    judged = replace(known, judged=(Judged(4, Judgement.WRONG), Judged(9, Judgement.RIGHT)))
    found = look(signed(entered(bystanders=True).with_answer(judged)))
    assert Flag.DIFFERS in found.item("V7").flags
    no = look(signed(entered(bystanders=True).with_answer(replace(judged, choice=Choice.NO))))
    assert Flag.DIFFERS not in no.item("V7").flags


def test_a_lowered_tier_three_still_wants_a_second_person() -> None:
    answers = entered(can_harm=True).with_override(override("tier", tier=Tier.BENCH))
    found = look(signed(answers))
    assert found.tier is Tier.BENCH
    assert places(found) == {"second"}
    assert "T3 was lowered" in found.reasons_at("second")[0].text
    both = look(signed(signed(answers), by="Grace", role=Role.SECOND))
    assert both.approved, both.reasons


def test_a_signature_whose_key_did_not_make_it_does_not_count() -> None:
    pytest.importorskip("cryptography")
    answers = signed(entered())
    assert answers.signoff is not None
    forged = answers.signed(replace(answers.signoff, key="a" * 64, signature="b" * 128))
    assert "was not made by its key" in look(forged).reasons_at("signature")[0].text


@pytest.mark.parametrize("value", [7.0, -0.1, float("nan"), float("inf")])
def test_what_is_no_share_is_no_limit(value: float) -> None:
    with pytest.raises(StudioError, match="from 0 to 1"):
        CHECKLIST.check_limits({"max_miss_share": value})


def test_every_sample_that_compression_broke_wants_a_judgement() -> None:
    answers = entered(bystanders=True)
    known = answers.answer("V7")
    assert known is not None
    partly = answers.with_answer(replace(known, judged=(Judged(4, Judgement.UNCLEAR),)))
    found = look(signed(partly))
    assert found.item("V7").unjudged == (9,)
    assert places(found) == {"V7"}


def test_costs_and_stopping_rule_want_a_limit() -> None:
    without = replace(entered(), limits={})
    found = look(without)
    assert found.item("D3").needs_limit
    assert found.item("D8").needs_limit
    assert found.results_hidden
    assert {"D3", "D8"} <= places(found)
    assert not look(entered()).results_hidden


def test_limits_set_after_the_results_are_said_to_be() -> None:
    late = logged(rows()[1:], CHECKLIST, "")
    found = look(signed(entered()), facts=late)
    assert any("after the test set had been opened" in warning for warning in found.warnings)
    assert not any("after the test set" in warning for warning in look(signed(entered())).warnings)


def test_another_model_makes_exactly_its_items_stale_and_voids_the_signature() -> None:
    found = look(signed(entered()), subject=replace(SUBJECT, model_sha256="9" * 64))
    stale = {item.question.id for item in found.items if item.state is State.STALE}
    assert stale == {"V7", "V8", "P6", "P8"}
    assert all(item.answer is not None for item in found.items)
    assert any("sign again" in reason for reason in found.reasons)


@pytest.mark.parametrize(
    ("changes", "stale"),
    [
        ({"train_sha256": "9"}, {"V1", "V2", "V3", "V4", "V5", "V6"}),
        ({"test_sha256": "9"}, {"V1", "V2", "V3", "V4", "V5", "V6", "V7", "V8"}),
        ({"postprocessing_sha256": "9"}, {"P5", "P6", "P8"}),
        ({"target": "another board"}, {"P1", "P2", "P3", "P4", "P5", "P6", "P7"}),
        ({"recipe_sha256": "9"}, set()),
        ({"checks_version": "9"}, set()),
    ],
)
def test_what_changed_makes_stale_what_was_about_it(changes: dict[str, str], stale: set[str]) -> None:
    found = look(signed(entered()), subject=replace(SUBJECT, **changes))
    assert {item.question.id for item in found.items if item.state is State.STALE} == stale
    assert "signature" in places(found)


def test_answers_from_before_the_threshold_was_a_choice_hold_for_the_usual_one() -> None:
    usual = replace(SUBJECT, postprocessing_sha256=postprocessing_hash(0.5))
    answers = entered(usual)
    older = tuple(
        replace(one, parts={name: known for name, known in one.parts.items() if name != "postprocessing"})
        for one in answers.answers
    )
    answers = replace(answers, answers=older)
    assert look(signed(answers, subject=usual), subject=usual).approved
    other = replace(usual, postprocessing_sha256=postprocessing_hash(0.6))
    stale = [item for item in look(answers, subject=other).items if item.state is State.STALE]
    assert [item.question.id for item in stale] == ["P5", "P6", "P8"]
    assert not any(item.is_of_nothing for item in stale)


def test_a_threshold_alone_is_no_limit_and_lies_where_an_int8_output_reaches() -> None:
    found = look(replace(entered(), limits={"threshold": 0.6}))
    assert found.item("D3").needs_limit
    assert found.item("D8").needs_limit
    CHECKLIST.check_limits({"threshold": 255 / 256})
    for value in (0.0, 0.9962, float("nan")):
        with pytest.raises(StudioError, match=r"from 0\.0039 to 0\.9961"):
            CHECKLIST.check_limits({"threshold": value})


def test_another_use_makes_the_design_stale() -> None:
    found = look(replace(entered(), use="It sorts people."))
    stale = {item.question.id for item in found.items if item.state is State.STALE}
    assert stale >= {f"D{number}" for number in range(1, 9)}
    assert not stale & {f"V{number}" for number in range(1, 9)}


def test_a_stale_answer_can_be_confirmed() -> None:
    other = replace(SUBJECT, model_sha256="9" * 64)
    answers = entered()
    for name in ("V7", "V8", "P6", "P8"):
        answers = confirmed(CHECKLIST.question(name), answers, other, by="Ada", at=AT)
    found = look(signed(answers, subject=other), subject=other)
    assert found.approved, found.reasons


def test_an_answer_without_words_is_no_answer() -> None:
    answers = entered()
    blank = replace(answers, answers=tuple(replace(one, text="  ") for one in answers.answers))
    assert not look(signed(blank)).approved


def test_short_and_pasted_answers_are_pointed_out_and_block_nothing() -> None:
    answers = entered()
    for name in ("D1", "D3"):
        known = answers.answer(name)
        assert known is not None
        answers = answers.with_answer(replace(known, text="Yes, it is."))
    found = look(signed(answers))
    assert found.approved
    assert {flag.value for flag in found.item("D1").flags} == {"short", "same"}
    assert not found.item("V1").flags


def test_an_answer_changed_after_the_signature_voids_it() -> None:
    answers = signed(entered())
    other = replace(answers.answers[0], text="Quite another answer, in more than forty characters.")
    changed = replace(answers, answers=(other, *answers.answers[1:]))
    assert look(changed).reasons == ("Answers changed after the signature. Read again and sign again.",)
    assert look(replace(changed, answers=answers.answers[::-1])).approved
    assert answers.with_answer(other).signoff is None


def test_check_results_that_changed_after_the_signature_void_it() -> None:
    checks = with_check(Check("C9", "Unknown inputs", Verdict.WARN, "Other.", n=100))
    found = look(signed(entered()), checks, facts=logged(rows(checks), CHECKLIST))
    assert [reason.place for reason in found.gate.reasons] == ["signature"]
    assert found.reasons[0].startswith("Checks have other results than at the signature")


def test_a_use_that_is_only_partly_told_blocks() -> None:
    found = look(signed(replace(entered(), intake={"bench": False})))
    assert any("about the use first, 9 of 10 are open" in reason for reason in found.reasons)


def test_high_stakes_want_a_second_person() -> None:
    answers = entered(can_harm=True)
    assert places(look(signed(answers))) == {"second"}
    own = signed(signed(answers), by=" ADA ", role=Role.SECOND)
    assert places(look(own)) == {"second"}
    both = signed(signed(answers), by="Grace", role=Role.SECOND)
    assert look(both).approved, look(both).reasons


def test_a_bench_build_needs_little_and_says_what_it_lacks() -> None:
    answers = replace(entered(bench=False), answers=(), signoff=None)
    d6 = entered().answer("D6")
    assert d6 is not None
    found = look(answers.with_answer(d6))
    assert found.gate.level is Level.BENCH
    assert not found.approved
    assert admitted(found, Level.BENCH, SUBJECT.model_sha256, SUBJECT.target, AT).gate.level is Level.BENCH
    with pytest.raises(StudioError, match="does not allow the export"):
        admitted(found, Level.RELEASE, SUBJECT.model_sha256, SUBJECT.target, AT)


@pytest.mark.parametrize("check", ["C2", "C12", "C16"])
def test_a_bench_build_still_needs_its_checks(check: str) -> None:
    checks = failing(check)
    assert look(entered(), checks, facts=logged(rows(checks), CHECKLIST)).gate.level is Level.REFUSED


def test_a_bench_build_needs_d6_and_to_know_that_the_use_is_not_banned() -> None:
    assert look(replace(entered(), answers=())).gate.level is Level.REFUSED
    assert look(replace(entered(), intake={"bench": True})).gate.level is Level.REFUSED


def test_only_the_model_and_target_that_were_reviewed_are_admitted() -> None:
    found = look(signed(entered()))
    with pytest.raises(StudioError, match="another model"):
        admitted(found, Level.RELEASE, "9" * 64, SUBJECT.target, AT)
    with pytest.raises(StudioError, match="another board"):
        admitted(found, Level.RELEASE, SUBJECT.model_sha256, "another board", AT)


def test_an_override_that_ended_holds_nothing_up_any_more() -> None:
    checks = failing("C4")
    facts = logged(rows(checks), CHECKLIST)
    found = look(signed(entered().with_override(override("C4")), checks), checks, facts=facts)
    assert admitted(found, Level.RELEASE, SUBJECT.model_sha256, SUBJECT.target, "2026-12-24T23:00:00+00:00")
    with pytest.raises(StudioError, match="ended on 2026-12-24"):
        admitted(found, Level.RELEASE, SUBJECT.model_sha256, SUBJECT.target, "2026-12-25T00:00:01+00:00")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (override("C4", reason="Because."), "fewer than 40 characters"),
        (override("C4", reason="x" * 60), "fewer than 6 different words"),
        (override("C4", reason="because " * 12), "fewer than 6 different words"),
        (override("C4", expires="2027-11-26"), "more than 90 days"),
        (override("C4", expires="2026-11-25"), "ended on"),
        (override("C4", expires="never"), "has no end"),
        (override("C4", expires="subject:" + "9" * 64), "another model, data or target"),
        (replace(override("C4"), risk=" "), "lacks the risk"),
        (replace(override("C4"), measure=""), "lacks the risk"),
        (replace(override("C4"), by=" "), "names nobody"),
        (replace(override("C4"), at="2026-12-01"), "still to come"),
    ],
)
def test_an_override_that_is_not_whole_does_not_count(given: object, words: str) -> None:
    checks = failing("C4")
    answers = signed(entered().with_override(given), checks)  # type: ignore[arg-type]
    found = look(answers, checks, facts=logged(rows(checks), CHECKLIST))
    assert not found.approved
    assert words in " ".join(found.reasons)


def test_a_reason_in_a_script_without_spaces_counts_by_its_letters() -> None:
    reason = "我们一起检查了所有出错的样本都在两个类别的边界上因此目前可以接受这个结果并且每周重新检查一次直到新数据"
    assert why_override_fails(override("C4", reason=reason), standard_checklist(), SUBJECT.hash, AT) is None
    same = override("C4", reason="好" * 60)
    assert "different words" in (why_override_fails(same, standard_checklist(), SUBJECT.hash, AT) or "")


def test_limits_whose_order_is_not_known_are_said_to_be_and_decide_nothing() -> None:
    unknown = replace(FACTS, limits_before_results=None)
    found, known = look(signed(entered()), facts=unknown), look(signed(entered()))
    assert found.approved
    assert known.approved
    assert set(found.warnings) - set(known.warnings) == {
        "Whether the limits were set before the results were seen is not known: they came from a file that quotes "
        "what the checks said."
    }
    bare = replace(entered(), limits={})
    assert look(bare, facts=unknown).reasons == look(bare).reasons


def test_an_override_may_last_as_long_as_the_subject_does() -> None:
    checks = failing("C4")
    given = override("C4", expires=f"subject:{SUBJECT.hash}")
    found = look(
        signed(entered().with_override(given), checks), checks, facts=logged(rows(checks), CHECKLIST)
    )
    assert found.approved, found.reasons
    assert len(REASON) >= standard_checklist().fewest_reason_characters


def test_a_broken_log_lets_nothing_pass() -> None:
    broken = replace(FACTS, broken="Row 3 of the review's log was changed after it was written.")
    found = look(signed(entered()), facts=broken)
    assert places(found) == {"log"}
