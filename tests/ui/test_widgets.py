"""The window's own widgets: what they say in words, with and without figures."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.core.board import find_board
from studio.core.build import Fit, Gauge, Source
from studio.core.places import resources
from studio.core.recipe import Scheme
from studio.core.steps import Step, StepState
from studio.ui import theme
from studio.ui.icons import icon
from studio.ui.widgets.choices import SchemeChoice, ShareSlider
from studio.ui.widgets.data_summary import ClassBars, DataSummary, balance
from studio.ui.widgets.gauges import GaugeBar
from studio.ui.widgets.model_summary import ModelSummary
from studio.ui.widgets.notice import Notice, Tone
from studio.ui.widgets.outcome import Outcome
from studio.ui.widgets.status import StatusLine, time_left
from studio.ui.widgets.stepper import Stepper
from tests.ui import results as made

FITS = Fit(
    Gauge(20_000, 100_000, Source.ESTIMATED), Gauge(4096, 262_144, Source.MEASURED), Gauge(9000, 8192, Source.MEASURED)
)  # fmt: skip


def words_of(widget: object) -> str:
    assert hasattr(widget, "findChildren")
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


def test_gauges_say_need_limit_margin_and_source(qtbot: QtBot) -> None:
    bar = GaugeBar()
    qtbot.addWidget(bar)
    bar.set_fit(FITS, find_board("virtual_cortex_m4"))
    assert "20.0 ms of 100.0 ms" in words_of(bar.compute)
    assert "80.0 ms to spare · estimated" in words_of(bar.compute)
    assert "252 KB to spare · measured" in words_of(bar.memory)
    assert "808 B too much · measured" in words_of(bar.storage)
    assert "Storage" in bar.storage.accessibleName()


def test_gauges_that_no_longer_hold_say_so_instead_of_a_margin(qtbot: QtBot) -> None:
    bar = GaugeBar()
    qtbot.addWidget(bar)
    bar.set_fit(FITS, None, stale="Measuring…")
    assert "Measuring…" in words_of(bar.storage)
    assert "too much" not in words_of(bar.storage)
    bar.set_fit(None, None)
    assert "Known after compression" in words_of(bar.memory)


def test_every_step_says_its_state_in_words(qtbot: QtBot) -> None:
    stepper = Stepper()
    qtbot.addWidget(stepper)
    for state in StepState:
        stepper.set_states(dict.fromkeys(Step, state))
        stepper.grab()
        said = stepper.button(Step.REVIEW).accessibleName()
        assert said.startswith("Step 4, Review: ")
        assert stepper.button(Step.REVIEW).toolTip().endswith("Ctrl+4")


def test_clicking_a_step_asks_for_it(qtbot: QtBot) -> None:
    stepper = Stepper()
    qtbot.addWidget(stepper)
    with qtbot.waitSignal(stepper.step_chosen) as chosen:
        stepper.button(Step.EXPORT).click()
    assert chosen.args == ["export"]


@pytest.mark.parametrize(
    ("elapsed", "share", "words"),
    [
        (1.0, 0.5, ""),
        (10.0, 0.05, ""),
        (10.0, 0.5, "about 10 s left"),
        (10.0, 0.99, "almost done"),
        (60.0, 0.2, "about 4 min left"),
    ],
)
def test_time_left_is_said_when_it_is_more_than_a_guess(elapsed: float, share: float, words: str) -> None:
    assert time_left(elapsed, share) == words


def test_the_status_line_offers_cancel_only_while_a_job_runs(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.show()
    line.set_engine("Engine ready")
    assert line.words.text() == "Engine ready"
    assert not line.cancel.isVisible()
    line.begin_job("Loading the model")
    line.set_progress(0.5, "Converting")
    assert line.words.text() == "Converting"
    with qtbot.waitSignal(line.cancel_wanted):
        line.cancel.click()
    line.end_job()
    assert line.words.text() == "Engine ready"
    assert not line.cancel.isVisible()


def test_a_notice_hides_without_a_sentence_and_offers_its_cure(qtbot: QtBot) -> None:
    notice = Notice(closable=True)
    qtbot.addWidget(notice)
    assert notice.isHidden()
    notice.show_sentence("The data is missing.", Tone.WARNING, "Choose data…")
    assert not notice.isHidden()
    with qtbot.waitSignal(notice.cure_wanted):
        notice.button.click()


def test_data_is_summed_up_with_splits_balance_and_groups(qtbot: QtBot) -> None:
    dataset = made.results().dataset
    assert dataset is not None
    summary = DataSummary()
    qtbot.addWidget(summary)
    summary.set_dataset(dataset)
    words = words_of(summary)
    for part in ("Training", "1,200", "4 classes", "Groups that can be compared: hand, wearer."):
        assert part in words
    assert balance(dataset) == "Every class has 120 test samples."
    assert "tap: 300" in summary.findChildren(ClassBars)[0].accessibleName()


def test_a_model_is_summed_up_with_what_goes_in_and_out(qtbot: QtBot) -> None:
    summary = ModelSummary()
    qtbot.addWidget(summary)
    summary.set_model(made.model())
    words = words_of(summary)
    for part in (
        "Keras (.keras)",
        "5.1 KB",
        "852 weights",
        "28.2 k MACs",
        "1 × 64 × 1 × 3, float32",
    ):
        assert part in words


def test_the_outcome_says_size_accuracy_interval_and_broken_samples(qtbot: QtBot) -> None:
    results = made.results()
    outcome = Outcome()
    qtbot.addWidget(outcome)
    outcome.set_size(results.model, results.candidate, stale=False)
    outcome.set_accuracy(results.evaluation, stale=False)
    assert outcome.bytes.change.text() == "3.4 × smaller"
    assert outcome.accuracy.after.text() == "97.9 %"
    assert "was 98.1 % · 95 %: 96.2 % to 98.9 %" in words_of(outcome)
    assert "right answers broken" in outcome.accuracy.toolTip()


def test_costs_show_the_change_against_the_choice_before(qtbot: QtBot) -> None:
    outcome = Outcome()
    qtbot.addWidget(outcome)
    older = Fit(Gauge(30_000, 100_000, Source.ESTIMATED), FITS.memory, FITS.storage)
    outcome.set_fits(FITS, older, "int8")
    words = words_of(outcome)
    assert "−10.0 ms" in words
    assert "same" in words
    assert "808 B too much" in words
    assert "Before, with int8: 30.0 ms" in outcome.compute.toolTip()


def test_what_is_forecast_says_so(qtbot: QtBot) -> None:
    results = made.results()
    outcome = Outcome()
    qtbot.addWidget(outcome)
    outcome.set_size(results.model, results.candidate, forecast=500, stale=True)
    outcome.set_fits(None, None, "", forecast=FITS, stale=True)
    assert outcome.bytes.after.text() == "≈ 500 B"
    assert outcome.compute.after.text() == "≈ 20.0 ms"
    assert "estimated" in outcome.compute.toolTip()


def test_slider_and_number_show_the_same_and_setting_them_is_silent(qtbot: QtBot) -> None:
    share = ShareSlider(90, "Channels removed")
    qtbot.addWidget(share)
    with qtbot.assertNotEmitted(share.percent_changed):
        share.set_percent(20)
    with qtbot.waitSignal(share.percent_changed) as changed:
        share.field.setValue(35)
    assert changed.args == [35]
    assert share.slider.value() == 35


def test_every_scheme_can_be_chosen_by_click_and_by_key(qtbot: QtBot) -> None:
    choice = SchemeChoice()
    qtbot.addWidget(choice)
    choice.show()
    for scheme in (*(one for one in Scheme if one is not Scheme.INT8), Scheme.INT8):
        with qtbot.waitSignal(choice.scheme_chosen) as chosen:
            QTest.keyClick(choice.buttons[scheme], Qt.Key.Key_Space)
        assert chosen.args == [scheme.value]
        assert choice.words[scheme].text()


def test_what_microcontrollers_refuse_is_greyed_out_with_the_reason_in_sight(qtbot: QtBot) -> None:
    choice = SchemeChoice()
    qtbot.addWidget(choice)
    choice.set_microcontroller(True)
    for scheme in Scheme:
        refused = scheme.why_not_on_microcontrollers is not None
        assert choice.buttons[scheme].isEnabled() is not refused
        assert choice.buttons[scheme].toolTip() == (scheme.why_not_on_microcontrollers or "")
        assert choice.words[scheme].text().startswith("Not here") is refused
    choice.set_microcontroller(False)
    assert all(button.isEnabled() for button in choice.buttons.values())


def test_every_icon_draws_in_the_colours_of_both_themes(qapp: QApplication) -> None:
    names = sorted(file.stem for file in (resources() / "icons").glob("*.svg"))
    assert {step.value for step in Step} <= set(names)
    for mode in (theme.Mode.DARK, theme.Mode.LIGHT):
        theme.apply(qapp, mode)
        wanted = QColor(theme.colors().text)
        for name in names:
            image = icon(name).pixmap(48, 48).toImage()
            drawn = {
                image.pixelColor(x, y).name()
                for x in range(48)
                for y in range(48)
                if image.pixelColor(x, y).alpha() == 255
            }
            assert wanted.name() in drawn, name


def test_text_stands_out_from_its_background_in_both_themes() -> None:
    def luminance(color: str) -> float:
        made_of = QColor(color)
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (made_of.redF(), made_of.greenF(), made_of.blueF())
        ]
        return float(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2])

    def contrast(one: str, other: str) -> float:
        low, high = sorted((luminance(one), luminance(other)))
        return (high + 0.05) / (low + 0.05)

    for chosen in (theme.LIGHT, theme.DARK):
        for text in (chosen.text, chosen.muted, chosen.accent, chosen.danger, chosen.warning, chosen.good):
            for ground in (chosen.window, chosen.base):
                assert contrast(text, ground) >= 4.5, (text, ground)  # WCAG 2.2, 1.4.3
        assert contrast(chosen.on_accent, chosen.accent) >= 4.5
        for series in chosen.series:
            assert contrast(series, chosen.base) >= 1.9, series
