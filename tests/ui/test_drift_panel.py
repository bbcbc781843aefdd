"""The drift panel: what is compared with what, why nothing is, and that it says what it cannot see."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from studio.core.drift import Change
from studio.core.frames import Hello
from studio.core.monitor import Monitor
from studio.core.results import Results
from studio.ui.board_session import BoardSession
from studio.ui.live.drift_panel import DriftPanel
from studio.ui.session import Session
from tests.core.arrivals import arrivals
from tests.ui import results as made
from tests.ui.board_views import board_session, with_answers
from tests.ui.boards import LABELS


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return with_answers(tmp_path_factory.mktemp("drift"))


@pytest.fixture
def live(results: Results, qtbot: QtBot) -> Iterator[tuple[BoardSession, Session, DriftPanel]]:
    with board_session(results) as (board, session):
        panel = DriftPanel(board)
        qtbot.addWidget(panel)
        panel.resize(760, 260)
        panel.show()
        qtbot.waitExposed(panel)
        qtbot.waitUntil(lambda: not session.busy)
        yield board, session, panel


def greet(board: BoardSession, sha256: str) -> None:
    """As when a board with a model of this hash has said hello."""
    hello = Hello(0, 2, sha256, 3, 3, 1 / 127, 0, 0, "Nano 33", LABELS)
    board._reception.monitor = Monitor(hello)
    board.monitor_changed.emit(board.monitor)


def test_before_there_is_anything_to_compare_it_says_why(
    live: tuple[BoardSession, Session, DriftPanel], results: Results
) -> None:
    board, _session, panel = live
    assert "Connect a board" in panel.empty_words
    greet(board, "f" * 64)
    assert "another model" in panel.empty_words
    board._reception.monitor = Monitor(None)
    board.monitor_changed.emit(board.monitor)
    assert "speaks text" in panel.empty_words


def test_results_like_the_test_sets_are_no_drift_and_others_are(
    live: tuple[BoardSession, Session, DriftPanel], results: Results, qtbot: QtBot
) -> None:
    board, _session, panel = live
    assert results.candidate is not None
    assert results.evaluation is not None
    greet(board, results.candidate.sha256)
    qtbot.waitUntil(lambda: panel.empty_words == "")
    assert panel.verdict.text() == "Cannot tell yet (0 results)"
    with np.load(results.evaluation.predictions) as archive:
        scores = archive["scores"]
    board.results_arrived.emit(arrivals(np.tile(scores, (3, 1)), names=LABELS))
    qtbot.waitUntil(lambda: panel.verdict.text() == "As in the test set (200 results)")
    assert panel.view.table.rowCount() == 2 + len(LABELS)
    assert "do not send statistics of their input" in panel._small.text()
    odd = scores[scores.argmax(axis=1) == 1] * 0.4
    board.results_arrived.emit(arrivals(np.tile(odd, (8, 1)), names=LABELS))
    qtbot.waitUntil(lambda: panel.verdict.text() == "Different (200 results)")
    panel.span.setCurrentIndex(1)
    assert panel.verdict.text() == "Different (510 results)"


def test_the_chosen_comparison_is_drawn_beside_the_test_set(
    live: tuple[BoardSession, Session, DriftPanel], results: Results, qtbot: QtBot
) -> None:
    board, _, panel = live
    assert results.candidate is not None
    greet(board, results.candidate.sha256)
    board.results_arrived.emit(arrivals(np.tile([[0.7, 0.1, 0.2]], (80, 1)), names=LABELS))
    qtbot.waitUntil(lambda: panel.found is not None and panel.found.rows[0].n == 80)
    chosen = panel.view.chosen
    assert chosen is not None
    assert chosen.name == "Labels"
    assert [series.name for series in panel.view.plot.series] == ["test set", "now"]
    assert panel.view.plot.series[1].values == (1.0, 0.0, 0.0)
    panel.view.table.selectRow(2)
    assert panel.view.plot.heading == "idle: test set and now"
    assert "80 results, 90 test samples" in panel.view.plot.read_out
    assert chosen.change is not Change.NONE


def test_clearing_begins_anew(
    live: tuple[BoardSession, Session, DriftPanel], results: Results, qtbot: QtBot
) -> None:
    board, _, panel = live
    assert results.candidate is not None
    greet(board, results.candidate.sha256)
    board.results_arrived.emit(arrivals(np.tile([[0.7, 0.1, 0.2]], (80, 1)), names=LABELS))
    qtbot.waitUntil(lambda: "80 results" in panel.verdict.text())
    board.cleared.emit()
    assert panel.verdict.text() == "Cannot tell yet (0 results)"


def test_without_a_test_set_it_says_so(results: Results, qtbot: QtBot) -> None:
    assert results.candidate is not None
    bare = replace(results, dataset=None, evaluation=None)
    with board_session(bare, replace(made.project(), data="")) as (board, _):
        panel = DriftPanel(board)
        qtbot.addWidget(panel)
        panel.show()
        greet(board, results.candidate.sha256)
        assert "no test set" in panel.empty_words


def test_answers_that_are_gone_are_a_sentence(results: Results, qtbot: QtBot, tmp_path: Path) -> None:
    assert results.evaluation is not None
    assert results.candidate is not None
    gone = replace(results, evaluation=replace(results.evaluation, predictions=str(tmp_path / "gone.npz")))
    with board_session(gone) as (board, _):
        panel = DriftPanel(board)
        qtbot.addWidget(panel)
        panel.show()
        greet(board, results.candidate.sha256)
        qtbot.waitUntil(lambda: "no longer in the cache" in panel.empty_words)
