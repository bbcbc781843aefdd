"""On-target validation from the page: the port changes hands and comes back, the report stays, layers are timed."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from studio.core.board_report import reports_of
from studio.core.checks.check import Verdict
from studio.core.results import Results
from studio.core.reviewed import checks_of
from studio.device.virtual_misbehaviour import Fault
from studio.ui.board_session import BoardSession
from studio.ui.board_state import BoardState
from studio.ui.live.time_line import TimeLine
from studio.ui.live.validation_view import ValidationView
from studio.ui.pages.layers import LayersPage
from studio.ui.session import Session
from studio.ui.virtual_start import VirtualChoice
from tests.ui.board_views import board_session, with_answers

Live = tuple[BoardSession, Session, ValidationView]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return with_answers(tmp_path_factory.mktemp("validation"))


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def live(results: Results, qtbot: QtBot) -> Iterator[Live]:
    with board_session(results) as (board, session):
        view = ValidationView(board)
        qtbot.addWidget(view)
        view.resize(760, 400)
        view.show()
        qtbot.waitUntil(lambda: not session.busy)
        yield board, session, view


def connect(live: Live, qtbot: QtBot, *faults: Fault) -> None:
    board, session, view = live
    board.start_virtual(session.results, VirtualChoice(faults=frozenset(faults)))
    qtbot.waitUntil(lambda: board.hello is not None, timeout=60_000)
    assert view.panel.button.isEnabled(), view.panel.words.text()


def validate(live: Live, qtbot: QtBot, samples: int) -> None:
    _, _, view = live
    view.panel.samples.setValue(samples)
    view.panel.button.click()
    assert view.is_running
    qtbot.waitUntil(lambda: not view.is_running, timeout=60_000)


def test_what_is_missing_stands_where_the_button_is(live: Live, qtbot: QtBot) -> None:
    _board, _session, view = live
    assert view.panel.words.text() == "Connect a board that runs this project's model first."
    assert not view.panel.button.isEnabled()


def test_a_board_is_validated_the_port_comes_back_and_the_review_has_it(live: Live, qtbot: QtBot) -> None:
    board, session, view = live
    connect(live, qtbot)
    validate(live, qtbot, 60)
    assert view.panel.words_of("equal") == "60 of 60"
    check = next(check for check in checks_of(session.results) if check.id == "C18")
    assert check.verdict is Verdict.PASS
    assert "answered 60 of 60" in check.sentence
    qtbot.waitUntil(lambda: board.state is BoardState.LIVE, timeout=20_000)
    before = board.monitor.received if board.monitor else 0
    qtbot.waitUntil(lambda: board.monitor is not None and board.monitor.received > before + 3, timeout=20_000)
    assert session.results.candidate is not None
    sha256 = session.results.candidate.sha256
    qtbot.waitUntil(lambda: len(reports_of(sha256)) == 1)
    kept = reports_of(sha256)[0]
    assert kept.validation.samples == 60
    assert kept.layers is not None
    assert kept.layers.known
    assert "timed in 5 inferences" in view.words.text()


def test_the_layers_page_shows_the_time_on_the_board(live: Live, qtbot: QtBot) -> None:
    _board, session, _ = live
    page = LayersPage(session)
    qtbot.addWidget(page)
    page.show()
    page.plots.show_tab("Work")
    qtbot.waitUntil(lambda: not page.stale)
    assert not any("time measured" in series.name for series in page.plots.work.series)
    connect(live, qtbot)
    validate(live, qtbot, 3)

    def shown() -> bool:
        return any(
            series.name.startswith("time measured on the Virtual") for series in page.plots.work.series
        )

    qtbot.waitUntil(shown)
    series = page.plots.work.series[-1]
    known = [value for value in series.values if value is not None]
    assert sum(known) == pytest.approx(1.0)
    assert "measured" in page.plots.work.read_out


def test_a_report_is_found_again_by_the_models_hash(live: Live, results: Results, qtbot: QtBot) -> None:
    connect(live, qtbot)
    validate(live, qtbot, 40)
    assert results.candidate is not None
    sha256 = results.candidate.sha256
    qtbot.waitUntil(lambda: len(reports_of(sha256)) == 1)
    with board_session(results) as (_, again):
        qtbot.waitUntil(lambda: again.results.validation is not None)
        assert again.board_reports.clock is not None
        assert again.results.validation is not None
        assert again.results.validation.samples == 40


def test_a_bad_cable_costs_time_and_no_answer(live: Live, qtbot: QtBot) -> None:
    _, _, view = live
    connect(live, qtbot, Fault.LOSES_BYTES)
    validate(live, qtbot, 300)
    assert view.panel.words_of("equal") == "90 of 90"


def test_cancelling_keeps_what_was_answered(live: Live, qtbot: QtBot) -> None:
    board, _, view = live
    connect(live, qtbot)
    view.panel.samples.setValue(90)
    view.panel.button.click()
    qtbot.waitUntil(lambda: view.running is not None, timeout=20_000)
    view.panel.cancel.click()
    qtbot.waitUntil(lambda: not view.is_running, timeout=20_000)
    qtbot.waitUntil(lambda: board.state is BoardState.LIVE, timeout=20_000)


def test_layers_are_left_alone_where_nobody_wants_their_times(live: Live, qtbot: QtBot) -> None:
    _, session, view = live
    connect(live, qtbot)
    view.layers.setChecked(False)
    validate(live, qtbot, 3)
    assert session.board_reports.clock is None
    assert not view.words.isVisible()


def test_another_model_cannot_be_validated(live: Live, qtbot: QtBot) -> None:
    _board, session, view = live
    connect(live, qtbot)
    assert session.results.candidate is not None
    other = replace(session.results, candidate=replace(session.results.candidate, sha256="e" * 64))
    session.workbench._set_results(other)
    assert "another model" in view.panel.words.text()
    assert not view.panel.button.isEnabled()


def test_a_virtual_board_says_what_a_real_one_would_take_and_what_that_leaves_out(
    live: Live, qtbot: QtBot
) -> None:
    board, _session, _ = live
    line = TimeLine(board)
    qtbot.addWidget(line)
    assert not line.isVisible()
    connect(live, qtbot)
    assert line.isVisible()
    assert re.fullmatch(
        r"About .* on an Arduino Nano 33 BLE Sense at 64 MHz.* \(estimates\)\.", line.words.text()
    )
    assert "interrupts, radio, caches and slow flash come on top" in line.limits.text()
    board.disconnect_board()
    assert not line.isVisible()
