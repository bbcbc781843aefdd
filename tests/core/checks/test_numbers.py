"""C1, C2, C13 and C17 of models that give numbers or mark anomalies, against SciPy and sklearn."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from studio.core.checks.anomalies import area_change, check_separation, check_separation_change, has_both
from studio.core.checks.answer_details import Baselines, Fit, Paired, Separation
from studio.core.checks.baselines import check_mean_baseline
from studio.core.checks.check import Verdict
from studio.core.checks.regression import check_errors, check_fit, signed_rank_p
from studio.core.drawings import drawings_of
from studio.core.regression import errors_of
from tests.core.checks.answered import LIMITS, SIMULATIONS

Y = np.linspace(-1, 1, 200, dtype=np.float32)[:, None]


def test_errors_have_their_mean_quantile_and_lean() -> None:
    random = np.random.default_rng(1)
    scores = (Y + random.normal(0.2, 0.1, Y.shape)).astype(np.float32)
    check = check_fit(Y, scores, errors_of(Y, scores), LIMITS)
    assert isinstance(check.detail, Fit)
    away = np.abs(scores - Y)
    assert check.detail.absolute.value == pytest.approx(away.mean())
    assert check.detail.quantile_95 is not None
    assert check.detail.quantile_95.value == pytest.approx(np.quantile(away, 0.95))
    assert "samples alone" not in check.sentence
    few = check_fit(Y[:60], scores[:60], errors_of(Y[:60], scores[:60]), LIMITS)
    assert isinstance(few.detail, Fit)
    assert few.detail.quantile_95 is None
    assert "takes 72 samples to tell" in few.sentence
    assert "95 of 100" not in str(drawings_of(few, ()))
    assert check.detail.bias.low > 0.15
    assert check.verdict is Verdict.WARN
    assert "lean to one side" in check.sentence
    straight = (Y + random.normal(0, 0.1, Y.shape)).astype(np.float32)
    assert check_fit(Y, straight, errors_of(Y, straight), LIMITS).verdict is Verdict.PASS


def test_answers_no_nearer_than_the_mean_of_the_targets_fail_and_those_that_may_be_cannot_tell() -> None:
    middle = np.full_like(Y, Y.mean())
    check = check_fit(Y, middle, errors_of(Y, middle), LIMITS)
    assert check.verdict is Verdict.FAIL
    assert "Always answering the mean of the targets" in check.sentence
    turned = -Y
    assert check_fit(Y, turned, errors_of(Y, turned), LIMITS).verdict is Verdict.FAIL
    loud = (Y + np.random.default_rng(6).normal(0, 0.56, Y.shape)).astype(np.float32)
    found = errors_of(Y, loud)
    assert found.explained.low <= 0 < found.explained.value
    check = check_fit(Y, loud - (loud - Y).mean(), errors_of(Y, loud), LIMITS)
    assert check.verdict is Verdict.CANNOT_TELL
    assert "cannot tell whether the model is nearer" in check.sentence
    same = np.ones_like(Y)
    assert check_fit(same, same, errors_of(same, same), LIMITS).verdict is Verdict.CANNOT_TELL
    assert check_fit(Y[:9], middle[:9], errors_of(Y[:9], middle[:9]), LIMITS).verdict is Verdict.CANNOT_TELL


def test_larger_errors_fail_and_few_samples_cannot_tell() -> None:
    random = np.random.default_rng(2)
    before = (Y + random.normal(0, 0.05, Y.shape)).astype(np.float32)
    near = (before + random.normal(0, 0.01, Y.shape)).astype(np.float32)
    check = check_errors(Y, before, near, LIMITS.error_margin)
    assert check.verdict is Verdict.PASS
    assert isinstance(check.detail, Paired)
    change = np.abs(before - Y) - np.abs(near - Y)
    assert check.detail.p == pytest.approx(stats.wilcoxon(change[:, 0].astype(float)).pvalue)
    assert check_errors(Y, before, before + np.float32(0.5), 0.05).verdict is Verdict.FAIL
    assert check_errors(Y, before, before, 0.05).verdict is Verdict.PASS
    assert check_errors(Y[:1], before[:1], near[:1], 0.05).verdict is Verdict.CANNOT_TELL


def test_a_difference_that_is_none_is_seldom_found() -> None:
    random = np.random.default_rng(3)
    rows = random.normal(0, 1, (SIMULATIONS, 40))
    found = stats.wilcoxon(rows, axis=1).pvalue
    assert [signed_rank_p(row) for row in rows[:20]] == pytest.approx(list(found[:20]))
    assert (found <= 0.05).sum() <= 0.06 * SIMULATIONS
    assert signed_rank_p(np.zeros(5)) == 1.0


def test_the_separation_agrees_with_sklearn_and_its_threshold_is_of_other_data() -> None:
    random = np.random.default_rng(4)
    marks = np.arange(300) >= 200
    errors = (np.round(random.normal(0, 1, 300) + 2 * marks, 1) + 5).astype(np.float32)
    normal = (random.normal(0, 1, 400) + 5).astype(np.float32)
    check = check_separation(errors, marks, normal, LIMITS)
    assert isinstance(check.detail, Separation)
    assert check.value == pytest.approx(roc_auc_score(marks, errors))
    assert check.detail.partial_auc == pytest.approx(roc_auc_score(marks, errors, max_fpr=0.1))
    assert check.detail.threshold == pytest.approx(np.quantile(normal, 1 - LIMITS.usual_false_alarm_share))
    assert check.detail.threshold is not None
    assert check.detail.false_alarms is not None
    assert check.detail.false_alarms.value == pytest.approx((errors[~marks] > check.detail.threshold).mean())
    assert check.verdict is Verdict.PASS
    by_chance = check_separation(random.normal(0, 1, 300).astype(np.float32), marks, None, LIMITS)
    assert by_chance.verdict is Verdict.FAIL
    assert "chance (0.5)" in by_chance.sentence
    turned = check_separation(-errors, marks, None, LIMITS)
    assert turned.verdict is Verdict.FAIL
    assert "no better than chance (0.5)" in turned.sentence
    assert check_separation(errors[190:210], marks[190:210], None, LIMITS).verdict is Verdict.CANNOT_TELL


def test_a_lost_separation_fails_an_equal_one_passes_and_chance_is_seldom_found() -> None:
    random = np.random.default_rng(5)
    marks = np.arange(400) >= 200
    before = (random.normal(0, 1, 400) + 3 * marks).astype(np.float32)
    assert check_separation_change(before, before, marks, 0.02).verdict is Verdict.PASS
    assert check_separation_change(before, before[::-1].copy(), marks, 0.01).verdict is Verdict.FAIL
    alarms = 0
    marks = np.arange(120) >= 60
    for row in random.normal(0, 1, (SIMULATIONS, 120)):
        a, b = ((row + random.normal(0, 0.7, 120) + 1.5 * marks).astype(np.float32) for _ in range(2))
        alarms += area_change(a, b, marks)[1] <= 0.05
    assert alarms <= 0.06 * SIMULATIONS


def test_areas_that_did_not_change_still_have_a_width() -> None:
    marks = np.arange(40) >= 20
    found, p = area_change(np.arange(40, dtype=np.float32), np.arange(40, dtype=np.float32), marks)
    assert (found.value, p) == (0.0, 1.0)
    assert found.low < -0.01 < 0.01 < found.high
    assert has_both(marks)
    assert not has_both(np.ones(3, bool))
    assert not has_both(None)


def test_the_mean_of_all_is_beaten_or_not() -> None:
    good = check_mean_baseline(Y, Y, Y)
    assert good.verdict is Verdict.PASS
    assert isinstance(good.detail, Baselines)
    assert check_mean_baseline(Y, np.zeros_like(Y), None).verdict is Verdict.WARN


def test_of_what_rebuilds_its_input_nothing_is_called_a_target() -> None:
    before = Y + np.float32(0.1)
    checks = (
        check_errors(Y, before, before, 0.05, rebuilds=True),
        check_mean_baseline(Y, Y, Y, rebuilds=True),
    )
    for check in checks:
        drawn = " ".join(map(str, drawings_of(check, ())))
        assert "target" not in check.sentence
        assert "target" not in drawn
