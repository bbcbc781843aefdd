"""What is drawn of each check: nothing is lost between a result and its picture."""

from dataclasses import replace
from typing import get_args

import pytest

from studio.core.checks.answer_details import (
    AlarmRate,
    AlarmsAt,
    Baseline,
    Baselines,
    ChangedSample,
    Detection,
    DetectionCurve,
    DetectionPoint,
    Fit,
    GroupColumn,
    Harm,
    HarmedPart,
    Paired,
    Part,
    Recalls,
    Reliability,
    ReliabilityBin,
    Separation,
    Slices,
)
from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import (
    Agreement,
    Attack,
    Count,
    Coverage,
    Finding,
    Findings,
    Leak,
    Leaks,
    Membership,
    Overlap,
    Suspect,
    Suspects,
    TrainingSuspects,
)
from studio.core.checks.details import Detail
from studio.core.checks.input_details import (
    EvidenceMap,
    EvidenceMaps,
    FaultCurve,
    FaultPoint,
    Faults,
    Gradients,
    InputSweep,
    LogitRejection,
    SilentTest,
    SweepPoint,
    UnknownKind,
    Unknowns,
)
from studio.core.drawings import drawings_of
from studio.core.drawings.drawing import Drawing, Intervals, Lines, SampleMaps, Scale, Table
from studio.core.drawings.of_answers import of_recalls
from studio.core.evaluation import Estimate
from studio.core.looks import Look

LABELS = ("idle", "tap")
ONE = Estimate(0.9, 0.8, 0.95)
LOW = Estimate(0.2, 0.1, 0.3)
PART = Part("", "tap", 40, ONE, 0.92)
EMPTY = Part("hand", "left", 0, None, telling=False)
POINTS = tuple(DetectionPoint(t, m, f) for t, m, f in ((0.2, 0.0, 0.4), (0.5, 0.1, 0.1), (0.9, 0.5, 0.0)))
CURVE = DetectionCurve("tap", 40, 60, Estimate(0.1, 0.05, 0.2), LOW, 0.19, POINTS, POINTS)
DETAILS: tuple[Detail, ...] = (
    Recalls(ONE, LOW, "idle", (PART, Part("", "idle", 10, LOW))),
    Fit(ONE, ONE, LOW, ONE),
    Separation(ONE, 0.8, 0.3, ONE, LOW),
    Paired(Estimate(-0.01, -0.03, 0.01), 0.3, 4, 2),
    Harm(
        (ChangedSample(7, 1, 1, 0, 0.6, 0.55),), (), (), LOW,
        (HarmedPart("hand", "left", 20, 4, 0, 0.03, 0.06, False, True),),
    ),
    Detection(0.5, 0.99609375, 1 / 256, True, 0.4, (CURVE,), 1),
    AlarmRate(3, 2.0, LOW, 0.4, False, "mean of 3", (AlarmsAt(0.5, 3, LOW), AlarmsAt(0.8, 0, LOW))),
    Reliability((ReliabilityBin(20, 0.7, ONE), ReliabilityBin(0, 0.0, LOW)), 0.02, 0.03, 0.1, 0.01),
    Slices((GroupColumn("hand", 0.1, "left", "right", 0.01, 0.02),), (PART, EMPTY)),
    Faults(
        ONE,
        tuple(
            FaultCurve(f"fault {number}", "dB", (FaultPoint(20, ONE, 0.8), FaultPoint(5, LOW, 0.5)), 5.0)
            for number in range(7)
        ),
        (SilentTest("always 0", "tap", 0.9, True),),
    ),
    Unknowns(
        (
            UnknownKind("noise", 50, ONE, 0.3, LOW, "tap", 0.7, LogitRejection(LOW, 0.0, "idle", 0.6)),
            UnknownKind("silence", 50, ONE, 0.3, ONE, "tap", 0.7),
        )
    ),
    Membership((Attack("int8", ONE, 0.2, 0.4, None),), 0.55, 100, 50),
    EvidenceMaps(
        (
            EvidenceMap(
                3, 0, 1, 2, 2, (0.1, 0.2, 0.3, 0.4), 0.3, 0.1, True,
                Gradients((0.2, -0.1, 0.3, 0.4), 0.79, 0.01, True, 0.8),
            ),
            EvidenceMap(4, 0, 0, 2, 2, (0.1, 0.2, 0.3, 0.4), 0.1, 0.3, False),
        )
    ),
    Leaks((Leak("test", 1, "train", 2, 1.0, "same bytes"),), 3, 1, (Overlap("wearer", ("a",), 9, True),), "wearer"),
    Coverage((Count("", "tap", 100, 40),), 2.5, 0.9),
    Suspects((Suspect(5, 0, 1, 0.1, 0.8),), 4, TrainingSuspects((Suspect(9, 1, 0, 0.2, 0.7),), 1, 80, 0.93, True)),
    Findings((Finding("a.jpg", "EXIF", "a position", "48°…", True),), 1, 10),
    Baselines((Baseline("always 'idle'", LOW),), Estimate(0.5, 0.4, 0.6)),
    Agreement("virtual", 128, 0, "a" * 64, "a" * 64),
    InputSweep((SweepPoint("all", 1.0, ONE), SweepPoint("half", 0.5, LOW))),
)  # fmt: skip


def drawn(detail: Detail, **check: float) -> tuple[Drawing, ...]:
    return drawings_of(Check("C0", "t", Verdict.PASS, "s", n=40, detail=detail, **check), LABELS)  # type: ignore[arg-type]


def words(drawings: tuple[Drawing, ...]) -> str:
    return " ".join(
        cell.text for one in drawings if isinstance(one, Table) for line in one.rows for cell in line
    )


def test_every_kind_of_detail_is_tried_here() -> None:
    assert {type(detail) for detail in DETAILS} == set(get_args(Detail))


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: type(detail).__name__)
def test_every_detail_has_a_picture_whose_table_rows_fit_their_columns(detail: Detail) -> None:
    found = drawn(detail)
    assert found
    for one in found:
        if isinstance(one, Table):
            assert all(len(line) == len(one.columns) for line in one.rows)
        if isinstance(one, Intervals):
            assert all(row.low <= row.value <= row.high for row in one.rows if row.value is not None)
        if isinstance(one, Lines):
            assert all(not line.ends or len(line.ends) == len(line.points) for line in one.lines)


def test_a_check_without_detail_is_its_sentence_alone() -> None:
    assert drawings_of(Check("C5", "t", Verdict.CANNOT_TELL, "s"), LABELS) == ()


def test_detection_curves_are_steps_on_probit_axes_with_every_reachable_threshold() -> None:
    curve, table = drawn(DETAILS[5])
    assert isinstance(curve, Lines)
    assert (curve.x.scale, curve.y.scale) == (Scale.PROBIT, Scale.PROBIT)
    assert curve.lines[0].steps
    assert curve.lines[0].points == ((0.4, 0.0), (0.1, 0.1), (0.0, 0.5))
    assert curve.lines[1].dashed
    assert curve.cross == (0.2, 0.1)
    assert "0.003906 or more apart; the highest is 0.9961" in curve.note
    assert isinstance(table, Table)
    assert table.note == ""
    assert isinstance(DETAILS[5], Detection)
    (_, cut) = drawn(replace(DETAILS[5], judged=20))
    assert isinstance(cut, Table)
    assert cut.note == "The worst 1 of 20 classes; all were judged."


def test_what_widens_the_interval_of_the_mean_is_said_and_nothing_that_was_not_done() -> None:
    plain = Recalls(ONE, LOW, "idle", (PART,))
    (drawn,) = of_recalls(plain)
    (grouped,) = of_recalls(replace(plain, clustered_by="wearer"))
    assert drawn.note == ""
    assert grouped.note == "Samples of one wearer are alike: the interval of the mean is wider for it."


def test_a_threshold_out_of_reach_is_said() -> None:
    (curve, _) = drawn(Detection(0.999, 0.99609375, 1 / 256, False, 0.4, (CURVE,), 1))
    assert isinstance(curve, Lines)
    assert "can never be reached: the output ends at 0.9961" in curve.note


def test_a_group_without_samples_or_too_few_is_faint() -> None:
    cells, _ = drawn(DETAILS[8])
    assert isinstance(cells, Intervals)
    assert [(row.name, row.value, row.faint) for row in cells.rows][1] == ("hand: left", None, True)


def test_reliability_has_the_diagonal_only_filled_bins_and_what_chance_gives() -> None:
    curve, bars = drawn(DETAILS[7])
    assert isinstance(curve, Lines)
    assert curve.lines[1].points == ((0.7, 0.9),)
    assert "Brier score 0.100" in curve.note
    assert isinstance(bars, Intervals)
    assert (bars.rows[0].value, bars.rows[0].high) == (None, 0.03)
    assert bars.rows[1].value == 0.02


def test_false_alarms_have_their_limit_as_a_line() -> None:
    (curve,) = drawn(DETAILS[6], limit=0.5)
    assert isinstance(curve, Lines)
    assert curve.lines[1].points == ((0.5, 0.5), (0.8, 0.5))
    assert "with 95 % confidence, at most 0.4 an hour" in curve.note
    assert curve.y.high > 0.5


def test_the_worst_faults_are_drawn_and_all_are_listed() -> None:
    curves, silent, every = drawn(DETAILS[9])
    assert isinstance(curves, Lines)
    assert len(curves.lines) == 6
    assert "5 worst of 7" in curves.note
    assert "raises an event" in words((silent,))
    assert isinstance(every, Table)
    assert len(every.rows) == 7


def test_lists_that_were_cut_say_how_many_are_missing() -> None:
    suspects, _ = drawn(DETAILS[15])
    assert isinstance(suspects, Table)
    assert suspects.note == "and 3 more"
    leaks, overlaps = drawn(DETAILS[13])
    assert isinstance(leaks, Table)
    assert leaks.note == "and 3 more"
    assert isinstance(overlaps, Table)
    assert overlaps.note == "Divide the data by wearer instead."


def test_maps_go_to_their_samples_in_both_ways_below_each_other() -> None:
    (maps,) = drawn(DETAILS[12])
    assert isinstance(maps, SampleMaps)
    covered, added = maps.rows
    assert [one.row for one in covered.maps if one is not None] == [3, 4]
    assert covered.captions == ("holds", "do not rely on it")
    first, second = added.maps
    assert first is not None
    assert (first.row, first.drops) == (3, (0.2, -0.1, 0.3, 0.4))
    assert second is None
    assert added.captions == ("ρ 0.80", "not computed")
    assert "rises by 79 points; the patches add up to that but for 1.0 points" in added.tips[0]
    assert "but for 1.0 points at most" in maps.note


def test_a_second_map_that_fails_says_why() -> None:
    def caption(found: Gradients) -> tuple[str, str]:
        one = EvidenceMap(3, 0, 1, 2, 2, (0.1, 0.2, 0.3, 0.4), 0.3, 0.1, True, found)
        (maps,) = drawn(EvidenceMaps((one,)))
        assert isinstance(maps, SampleMaps)
        return maps.rows[1].captions[0], maps.rows[1].tips[0]

    parts = (0.2, -0.1, 0.3, 0.4)
    words, tip = caption(Gradients(parts, -0.2, 0.5, False, None))
    assert words == "does not add up"
    assert "falls by 20 points" in tip
    assert tip.endswith("That is too much to rely on this map.")
    words, tip = caption(Gradients(parts, 0.8, 0.0, True, None))
    assert words == "nothing to compare"
    assert "the same everywhere" in tip
    assert caption(Gradients(parts, 0.8, 0.0, True, -0.2))[0] == "ρ −0.20"


def test_without_an_original_there_is_one_way_and_no_words_about_another() -> None:
    (maps,) = drawn(EvidenceMaps((EvidenceMap(3, 0, 1, 2, 2, (0.1, 0.2, 0.3, 0.4), 0.3, 0.1, True),)))
    assert isinstance(maps, SampleMaps)
    assert (len(maps.rows), maps.note) == (1, "")


def test_logits_are_rows_of_their_own_or_said_to_be_missing() -> None:
    _, table = drawn(DETAILS[10])
    assert isinstance(table, Table)
    assert [line[0].text for line in table.rows] == ["noise", "noise", "silence"]
    assert [line[1].text for line in table.rows] == ["score", "logit", "score"]
    assert [entry.text for entry in table.rows[1][2:]] == ["0.20 (0.10–0.30)", "0 %", "idle, 60 %"]
    assert "before the softmax" in table.note
    _, bare = drawn(Unknowns((UnknownKind("noise", 50, ONE, 0.3, LOW, "tap", 0.7),), "It has no softmax."))
    assert isinstance(bare, Table)
    assert bare.note == "It has no softmax."


def test_suspects_in_training_name_their_method_and_how_often_it_is_right() -> None:
    _, training = drawn(DETAILS[15])
    assert isinstance(training, Table)
    assert "randomized trees" in training.note
    assert "80 training samples: on the rest they find 93 % of a class" in training.note
    test, silent = drawn(Suspects((), 0, TrainingSuspects((), 0, 80, 0.43, False)))
    assert isinstance(test, Table)
    assert isinstance(silent, Table)
    assert (silent.heading, silent.columns, silent.rows) == (
        "Labels of training samples: cannot tell",
        (),
        (),
    )
    assert "find 43 % of a class" in silent.note


def test_the_broken_samples_are_named_by_class() -> None:
    assert "7 broken tap tap idle 60.0 % 55.0 %" in words(drawn(DETAILS[4]))


def test_of_numbers_nothing_is_said_to_be_broken_or_even() -> None:
    (change,) = drawn(Paired(Estimate(-0.01, -0.03, 0.01), 0.3))
    assert isinstance(change, Intervals)
    assert change.note == "A change as large arises by chance alone with p = 0.3."
    (counts,) = drawn(Coverage((Count("", "all", 600, 200),), None, 1.0))
    assert isinstance(counts, Table)
    assert counts.note == ""


def test_doubted_samples_and_copies_can_be_looked_at_row_by_row() -> None:
    tests, training = drawn(DETAILS[15])
    leaks, _ = drawn(next(one for one in DETAILS if isinstance(one, Leaks)))
    assert isinstance(tests, Table)
    assert isinstance(training, Table)
    assert isinstance(leaks, Table)
    assert [len(one.sights) for one in (tests, training, leaks)] == [1, 1, 1]
    assert tests.sights[0].looks == (Look("test", 5, 0),)
    assert tests.sights[0].words == "It is labelled 'idle'. The model takes it for 'tap'."
    assert tests.sights[0].bars == (("idle (its label)", 0.1), ("tap (looks like)", 0.8))
    assert training.sights[0].looks == (Look("train", 9, 1),)
    assert "The quick classifier takes it" in training.sights[0].words
    assert leaks.sights[0].looks == (Look("test", 1), Look("train", 2))
