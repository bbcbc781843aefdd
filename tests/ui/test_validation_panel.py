"""The validation panel: what can be asked for, how far it is, and what is shown of a result."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPointF, Qt
from pytestqt.qtbot import QtBot

from studio.core.evaluation import Estimate
from studio.core.validation import Times, Validation
from studio.ui.widgets.validation_panel import ValidationPanel

FOUND = Validation(
    board="Nano 33 BLE Sense", model_sha256="ab" * 32, clock_hz=64_000_000, asked=200, samples=200, equal=200,
    unsteady=0, worst_difference=0, differing_rows=(), same_label=199, float_difference=0.01,
    board_accuracy=Estimate(0.97, 0.94, 0.99), host_accuracy=Estimate(0.97, 0.94, 0.99),
    float_accuracy=Estimate(0.975, 0.94, 0.99), inference=Times(12_000, 12_100, 12_500),
    round_trip=Times(45_000, 60_000, 90_000), inference_us=(12_000,) * 200,
    round_trip_us=tuple(range(40_000, 60_000, 100)), seconds=9.0, sent_bytes=99_000, received_bytes=8_000,
    link_bytes_per_s=11_520.0, resent=0, resets=0, reconnects=0,
)  # fmt: skip


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[ValidationPanel]:
    found = ValidationPanel()
    found.resize(480, 640)
    found.show()
    qtbot.waitExposed(found)
    yield found
    found.close()
    found.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_the_button_asks_for_as_many_samples_as_are_chosen(qtbot: QtBot, panel: ValidationPanel) -> None:
    panel.samples.setValue(500)
    with qtbot.waitSignal(panel.validation_wanted) as wanted:
        panel.button.click()
    assert wanted.args == [500]


def test_without_a_board_it_says_what_to_do(panel: ValidationPanel) -> None:
    panel.set_blocked("Connect a board first.")
    assert not panel.button.isEnabled()
    assert panel.words.isVisible()
    assert panel.words.text() == "Connect a board first."
    panel.set_blocked("")
    assert panel.button.isEnabled()
    assert not panel.words.isVisible()


def test_while_it_runs_it_shows_how_far_it_is_and_can_be_cancelled(
    qtbot: QtBot, panel: ValidationPanel
) -> None:
    panel.set_progress(50, 200)
    assert panel.bar.isVisible()
    assert (panel.bar.value(), panel.bar.maximum()) == (50, 200)
    assert panel.words.text() == "50 of 200 test samples answered"
    assert not panel.button.isEnabled()
    with qtbot.waitSignal(panel.cancel_wanted):
        panel.cancel.click()
    panel.set_progress(51, 200)
    assert "keeping what was answered" in panel.words.text()
    panel.set_validation(replace(FOUND, samples=51, equal=51, stopped="it was cancelled."))
    assert not panel.bar.isVisible()
    assert "149 more were not answered: it was cancelled." in panel.notice.sentence
    assert panel.notice.button.text() == "Try again"


def test_a_result_shows_its_figures(panel: ValidationPanel) -> None:
    panel.set_validation(FOUND)
    assert panel.words_of("equal") == "200 of 200"
    assert panel.words_of("worst") == "none"
    assert panel.words_of("board") == "97.0 % (94.0 % to 99.0 %)"
    assert panel.words_of("inference") == "12.0 ms, 95 % within 12.1 ms"
    assert panel.words_of("line") == "11,000 bytes per second, 95 % of the line's"
    assert panel.words_of("again") == "never"
    assert panel.latency.read_out == "Half within 45.0 ms, 95 % within 60.0 ms, all within 90.0 ms"


def test_figures_that_a_model_without_classes_does_not_have_are_left_out(panel: ValidationPanel) -> None:
    panel.set_validation(
        replace(FOUND, board_accuracy=None, host_accuracy=None, float_accuracy=None, same_label=None)
    )
    assert panel.words_of("board") == panel.words_of("same") == ""


def test_the_latency_says_how_many_answers_took_so_long(panel: ValidationPanel) -> None:
    panel.set_validation(FOUND)
    panel.latency.hovered(QPointF(panel.latency.surface.width() / 2, 20), Qt.MouseButton.NoButton)
    assert "answers" in panel.latency.read_out


def test_a_problem_can_be_tried_again(qtbot: QtBot, panel: ValidationPanel) -> None:
    panel.set_progress(0, 200)
    panel.set_problem("There is no board on /dev/ttyACM0. Plug it in.")
    assert "no board" in panel.notice.sentence
    with qtbot.waitSignal(panel.validation_wanted):
        panel.notice.button.click()
