"""Reports of boards: kept by the model's hash, the newest of each board stands, and broken ones are left out."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.board_report import BoardReport, LayerClock, keep_report, read_report, reports_of
from studio.core.checks.check import Verdict
from studio.core.errors import StudioError
from studio.core.pipeline import settle
from studio.core.project import Project
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.core.reviewed import checks_of
from tests.ui import results as made
from tests.ui.test_validation_panel import FOUND

CLOCK = LayerClock("Nano 33 BLE Sense", FOUND.model_sha256, 64_000_000, 5, 12_000, (9_000, 3_000), (0, 0))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))


def test_reports_come_back_the_newest_first_and_one_for_each_board() -> None:
    old = BoardReport("2026-11-25T12:00:00+00:00", FOUND, CLOCK)
    new = replace(old, at="2026-11-26T12:00:00+00:00", layers=None)
    other = replace(old, at="2026-11-25T13:00:00+00:00", validation=replace(FOUND, board="Uno R3"))
    for report in (old, new, other):
        keep_report(report)
    assert reports_of(FOUND.model_sha256) == (new, other)
    assert reports_of("f" * 64) == ()


def test_what_cannot_be_read_is_left_out_and_a_sentence_where_it_is_asked_for() -> None:
    path = keep_report(BoardReport("2026-11-25T12:00:00+00:00", FOUND))
    broken = path.with_name("broken.json")
    broken.write_text("{")
    assert len(reports_of(FOUND.model_sha256)) == 1
    with pytest.raises(StudioError, match="no report"):
        read_report(broken)
    with pytest.raises(StudioError, match="no file"):
        read_report(path.with_name("gone.json"))


def test_a_clock_of_zeros_is_known_for_what_it_is() -> None:
    assert CLOCK.known
    assert not replace(CLOCK, times_us=(0, 0)).known


def test_a_validation_is_the_evidence_of_the_check_and_goes_with_the_model() -> None:
    results: Results = made.results()
    assert results.candidate is not None
    mine = replace(FOUND, model_sha256=results.candidate.sha256)
    checks = [check for check in checks_of(replace(results, validation=mine)) if check.id == "C18"]
    assert [check.sentence for check in checks] == [mine.check().sentence]
    found = replace(results, validation=FOUND)
    (swapped,) = [check for check in checks_of(found) if check.id == "C18"]
    assert swapped.verdict is Verdict.FAIL
    assert "Flash the exported firmware" in swapped.sentence
    before = made.project()
    after = replace(before, recipe=Recipe(pruning=0.5))
    assert settle(before, after, found).validation is None
    assert settle(before, replace(before, deadline_ms=7), found).validation == FOUND
    assert settle(before, Project(), found).validation is None
