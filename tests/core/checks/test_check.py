"""Checks and panels as JSON, and the limits that come with the studio."""

import json

import pytest

from studio.core.checklist import Tier
from studio.core.checks.answer_details import (
    AlarmRate,
    Baselines,
    Detection,
    Fit,
    Harm,
    Paired,
    Recalls,
    Reliability,
    Separation,
    Slices,
)
from studio.core.checks.check import Check, Verdict, worst
from studio.core.checks.data_details import (
    Agreement,
    Coverage,
    Findings,
    Leaks,
    Membership,
    Suspects,
)
from studio.core.checks.details import Detail
from studio.core.checks.input_details import EvidenceMaps, Faults, InputSweep, Unknowns
from studio.core.checks.limits import Limits, standard_limits
from studio.core.checks.panel import Panel, replaced
from studio.core.codec import from_json, to_json
from studio.core.evaluation import Estimate

HALF = Estimate(0.5, 0.4, 0.6)
DETAILS: tuple[Detail, ...] = (
    Recalls(HALF, HALF, "a", ()),
    Fit(HALF, HALF, HALF, HALF),
    Separation(HALF, 0.5, None, None, None),
    Paired(HALF, 0.5),
    Harm((), (), (), HALF, ()),
    Detection(0.5, None, None, True, 0.0, (), 0),
    AlarmRate(0, 1.0, HALF, 3.0, True, "threshold alone"),
    Reliability((), 0.1, 0.2, 0.3, 0.1),
    Slices((), ()),
    Faults(HALF, (), ()),
    Unknowns(()),
    Membership((), 0.5, 10, 10),
    EvidenceMaps(()),
    Leaks((), 0, 0, ()),
    Coverage((), None, 1.0),
    Suspects((), 0),
    Findings((), 0, 3),
    Baselines((), HALF),
    Agreement("board", 3, 0),
    InputSweep(()),
)


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: type(detail).__name__)
def test_every_kind_of_detail_comes_back_from_json_as_itself(detail: Detail) -> None:
    check = Check("C1", "title", Verdict.WARN, "words", 0.5, (0.4, 0.6), 10, "method", 0.3, detail=detail)
    text = json.dumps(to_json(check), allow_nan=False)
    assert from_json(Check, json.loads(text)) == check


def test_a_panel_comes_back_from_json_and_finds_its_checks() -> None:
    checks = tuple(
        Check(f"C{place}", "", Verdict.PASS, "", detail=detail) for place, detail in enumerate(DETAILS)
    )
    panel = Panel("c", "d", Tier.PEOPLE, standard_limits(), checks, 1.5)
    assert from_json(Panel, json.loads(json.dumps(to_json(panel)))) == panel
    assert panel.check("C3") == checks[3]
    assert panel.check("C99") is None


def test_a_newer_check_takes_the_place_of_the_older() -> None:
    old, other, new = (
        Check(name, "", Verdict.PASS, words) for name, words in (("A", "1"), ("B", ""), ("A", "2"))
    )
    assert replaced((old, other), new) == (new, other)
    assert replaced((other,), new) == (other, new)


def test_the_worst_verdict_wins_and_doubt_is_worse_than_a_pass() -> None:
    assert worst((Verdict.PASS, Verdict.CANNOT_TELL)) is Verdict.CANNOT_TELL
    assert worst((Verdict.WARN, Verdict.FAIL, Verdict.PASS)) is Verdict.FAIL
    assert worst(()) is Verdict.PASS


def test_the_limits_are_settings_and_leave_the_maker_s_own_open() -> None:
    limits = standard_limits()
    assert limits.margin(Tier.PEOPLE) == limits.accuracy_margin > limits.margin(Tier.STAKES) > 0
    assert limits.max_alarms_per_hour is None
    assert from_json(Limits, to_json(limits)) == limits
