"""C8, C9, C11 and the sweep for D7: broken sensors, inputs of no class, covered patches and less input."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from studio.core.checks.check import Verdict
from studio.core.checks.faults import Values, check_faults, levels
from studio.core.checks.input_details import EvidenceMaps, Faults, InputSweep, Unknowns
from studio.core.checks.maps import check_maps, costly_rows
from studio.core.checks.patches import patches
from studio.core.checks.sensor_faults import dead, faults_for, faulty, range_of
from studio.core.checks.sweep import check_sweep, smaller
from studio.core.checks.unknowns import Logits, check_unknowns, made_up
from tests.core.checks.answered import LIMITS, answered, with_scores

LABELS = ("silence", "low", "high")
NO_LOGITS = "There are none."
RANDOM = np.random.default_rng(1)
Y = np.tile([0, 1, 2], 40)
# Tones of [64, 1]: silence, a slow wave, a fast one.
TONES = np.sin(np.arange(64)[None, :, None] * np.array([0.0, 0.3, 1.2])[Y, None, None])
X: Values = (TONES + RANDOM.normal(0, 0.02, (120, 64, 1))).astype(np.float32)


def by_crossings(x: np.ndarray) -> np.ndarray:
    """A small honest classifier: no loudness, few or many zero crossings."""
    flat = x.reshape(len(x), -1)
    loud = flat.std(axis=1) > 0.2
    turns = (np.diff(np.sign(flat - flat.mean(axis=1, keepdims=True)), axis=1) != 0).sum(axis=1)
    return scored(np.where(~loud, 0, np.where(turns < 15, 1, 2)), 3)


def scored(guess: np.ndarray, classes: int, score: float = 0.9) -> np.ndarray:
    found = np.full((len(guess), classes), (1 - score) / (classes - 1), np.float32)
    found[np.arange(len(guess)), guess] = score
    return found


def right(_: np.ndarray, scores: np.ndarray) -> np.ndarray:
    found: np.ndarray = scores.argmax(axis=1) == Y
    return found


def test_a_dead_sensor_that_raises_an_event_fails() -> None:
    def afraid(x: np.ndarray) -> np.ndarray:
        """Takes everything without variation for an event."""
        flat = x.reshape(len(x), -1)
        return np.where(
            flat.std(axis=1, keepdims=True) < 1e-6, scored(np.full(len(x), 2), 3), by_crossings(x)
        )

    check = check_faults(X, afraid, right, LABELS, range_of(X), LIMITS)
    assert check.verdict is Verdict.FAIL
    assert "dead sensor" in check.sentence
    assert isinstance(check.detail, Faults)
    assert all(test.fires and test.answer == "high" for test in check.detail.silent)
    calm = check_faults(X, by_crossings, right, LABELS, range_of(X), LIMITS)
    assert calm.verdict is not Verdict.FAIL
    assert isinstance(calm.detail, Faults)
    assert not any(test.fires for test in calm.detail.silent)


def test_an_event_below_the_threshold_is_not_raised() -> None:
    unsure = check_faults(
        X,
        lambda x: scored(np.full(len(x), 2), 3, 0.6),
        right,
        LABELS,
        range_of(X),
        replace(LIMITS, threshold=0.7),
    )
    assert unsure.verdict is not Verdict.FAIL


def test_the_lowest_share_stands_with_its_own_interval() -> None:
    check = check_faults(X, by_crossings, right, LABELS, range_of(X), LIMITS)
    assert isinstance(check.detail, Faults)
    lowest = min(
        (point.accuracy for curve in check.detail.curves for point in curve.points),
        key=lambda found: found.value,
    )
    assert (check.value, check.ci) == (lowest.value, (lowest.low, lowest.high))


def test_the_curves_fall_with_the_level_and_say_where() -> None:
    check = check_faults(X, by_crossings, right, LABELS, range_of(X), LIMITS)
    assert isinstance(check.detail, Faults)
    assert check.detail.clean.value == 1.0
    curves = {curve.fault: curve for curve in check.detail.curves}
    noise = [point.accuracy.value for point in curves["noise"].points]
    assert noise[0] > noise[-1]
    assert curves["noise"].falls_at is not None
    assert all(
        point.accuracy.low <= point.accuracy.value for curve in curves.values() for point in curve.points
    )
    assert sum(len(curve.points) for curve in curves.values()) + 1 == levels((64, 1))


def test_faults_are_the_same_for_the_same_seed_and_stay_in_the_sensor_s_range() -> None:
    known = range_of(X)
    for shape in ((64, 3), (64,), (12, 12, 1), (49, 10, 1), (6,)):
        x = RANDOM.uniform(known.low, known.high, (5, *shape)).astype(np.float32)
        for fault in faults_for(shape):
            for level in fault.levels:
                seen = faulty(x, fault, level, known, 3)
                assert seen.shape == x.shape
                assert known.low <= seen.min() <= seen.max() <= known.high
                assert np.array_equal(seen, faulty(x, fault, level, known, 3))
    names = {fault.name for fault in faults_for((64, 3))}
    assert {"one axis stuck", "two axes swapped"} <= names
    assert "a move sideways" in {fault.name for fault in faults_for((28, 28, 1))}
    assert "a late start" in {fault.name for fault in faults_for((49, 10, 1))}
    assert {x.shape for x in dead((12, 12, 1), known).values()} == {(1, 12, 12, 1)}


def test_single_faults_do_what_they_say() -> None:
    x: Values = (np.arange(40).reshape(1, 20, 2) / 40).astype(np.float32)
    known = range_of(x)
    faults = {fault.name: fault for fault in faults_for((20, 2))}
    swapped = faulty(x, faults["two axes swapped"], 1, known, 0)
    assert np.array_equal(swapped, x[:, :, ::-1])
    stuck = faulty(x, faults["one axis stuck"], 2, known, 0)
    assert len(np.unique(stuck[:, :, 1])) == 1
    assert np.array_equal(stuck[:, :, 0], x[:, :, 0])
    late = faulty(x, faults["a late start"], 10, known, 0)
    assert np.array_equal(late[:, 2:], x[:, :-2])
    slow = faulty(x, faults["a clock too slow"], -5, known, 0)
    assert slow[0, 10, 0] == pytest.approx((x[0, 9, 0] + x[0, 10, 0]) / 2)
    quiet = faulty(x, faults["a signal too quiet"], 6, known, 0)
    assert quiet[0, 10, 0] == pytest.approx(x[0, 10, 0] * 0.501, rel=1e-3)


def test_unknown_inputs_that_raise_events_warn_and_ties_count_half() -> None:
    known = by_crossings(X)
    unknown = made_up(X, range_of(X))
    check = check_unknowns(known, unknown, by_crossings, LABELS, LIMITS, NO_LOGITS)
    assert check.verdict is Verdict.WARN
    assert isinstance(check.detail, Unknowns)
    assert check.detail.no_logits == NO_LOGITS
    kinds = {kind.name: kind for kind in check.detail.unknowns}
    assert kinds["next to no signal"].rejected.value == 1.0
    assert kinds["noise over the whole range"].rejected.value < 0.1
    assert kinds["noise over the whole range"].called == "high"
    assert kinds["noise over the whole range"].tied_share > 0.99  # this model has one score only
    assert kinds["noise over the whole range"].auc.value == pytest.approx(0.5)
    assert check == check_unknowns(known, made_up(X, range_of(X)), by_crossings, LABELS, LIMITS, NO_LOGITS)


def test_inputs_of_no_class_are_named_after_what_the_samples_are_and_told_of_in_sentences() -> None:
    for shape, names in (
        ((28, 28, 1), {"next to nothing, without contrast", "rows of a sample out of order"}),
        ((64, 3), {"next to no signal", "moments of a recording out of order"}),
        ((200,), {"next to no signal", "moments of a recording out of order"}),
        ((6,), {"values that are next to nothing", "values of a sample out of order"}),
    ):
        x = RANDOM.uniform(-1, 1, (4, *shape)).astype(np.float32)
        assert names < set(made_up(x, range_of(x)))
    known = by_crossings(X)
    for name in ("samples of another room", "noise"):
        check = check_unknowns(known, {name: X[:20]}, lambda x: known[:20], LABELS, LIMITS, NO_LOGITS)
        assert check.sentence.startswith(f"{name.capitalize()}: taken for an event in ")


def test_the_area_of_unknowns_is_sklearn_s_and_a_class_of_other_things_passes() -> None:
    known = RANDOM.uniform(0.4, 1, (100, 3)).astype(np.float32)
    other = RANDOM.uniform(0, 0.6, (80, 3)).astype(np.float32)
    check = check_unknowns(
        known, {"mine": np.zeros((80, 4), np.float32)}, lambda x: other, LABELS, LIMITS, NO_LOGITS
    )
    assert isinstance(check.detail, Unknowns)
    truth = np.repeat([1, 0], [100, 80])
    expected = roc_auc_score(truth, np.concatenate([known.max(axis=1), other.max(axis=1)]))
    assert check.detail.unknowns[0].auc.value == pytest.approx(expected)
    calm = check_unknowns(
        known, {"mine": X[:20]}, lambda x: scored(np.zeros(len(x), int), 3), LABELS, LIMITS, NO_LOGITS
    )
    assert calm.verdict is Verdict.PASS


def test_logits_tell_what_saturated_scores_cannot_and_leave_the_verdict_alone() -> None:
    """Known samples and others have the same top score of 1; before the softmax the others lie lower."""
    ones = scored(np.zeros(60, int), 3, 1.0)
    known = RANDOM.normal(8, 1, (60, 3)).astype(np.float32)
    other = RANDOM.normal(6, 1, (60, 3)).astype(np.float32)
    inputs = {"mine": np.zeros((60, 4), np.float32)}
    plain = check_unknowns(ones, inputs, lambda x: ones, LABELS, LIMITS, NO_LOGITS)
    check = check_unknowns(ones, inputs, lambda x: ones, LABELS, LIMITS, Logits(known, lambda x: other))
    assert (check.verdict, check.value, check.ci) == (plain.verdict, plain.value, plain.ci)
    assert isinstance(check.detail, Unknowns)
    found = check.detail.unknowns[0]
    assert found.logits is not None
    tops = np.concatenate([known.max(axis=1), other.max(axis=1)])
    assert found.auc.value == 0.5
    assert found.logits.auc.value == pytest.approx(roc_auc_score(np.repeat([1, 0], 60), tops))
    assert found.logits.called == LABELS[int(np.bincount(other.argmax(axis=1)).argmax())]
    assert (
        "in 50 % of pairs with one of them; before the softmax of the uncompressed model (logits) in 9"
        in (check.sentence)
    )
    reverse = check_unknowns(ones, inputs, lambda x: ones, LABELS, LIMITS, Logits(other, lambda x: known + 5))
    assert reverse.sentence.endswith("(logits) in 0 %; there the strange input is the surer one.")


def test_a_map_shows_the_corner_that_the_answer_hangs_on() -> None:
    x = RANDOM.uniform(0, 0.2, (4, 12, 12, 1)).astype(np.float32)
    x[:, :3, :3] = 1.0

    def corner(inputs: np.ndarray) -> np.ndarray:
        score = inputs[:, :3, :3, 0].mean(axis=(1, 2)) * 0.9
        return np.stack([1 - score, score], axis=1).astype(np.float32)

    answers = with_scores([1, 1, 1, 1], corner(x))
    check = check_maps(x, [0, 1, 2, 3], answers, corner, np.zeros((12, 12, 1), np.float32), LIMITS)
    assert check.verdict is Verdict.PASS
    assert isinstance(check.detail, EvidenceMaps)
    first = check.detail.maps[0]
    drops = np.array(first.drops).reshape(first.rows, first.columns)
    assert drops[0, 0] == drops.max() > 0.1
    assert np.abs(drops[first.rows // 2 :, first.columns // 2 :]).max() < 1e-6
    assert first.faithful
    assert first.top_drop > first.random_drop
    nothing = check_maps(
        x[:2], [0, 1], answers, lambda i: np.full((len(i), 2), 0.5, np.float32), x[0], LIMITS
    )
    assert nothing.verdict is Verdict.WARN


def test_patches_cover_everything_and_traces_are_cut_over_time_alone() -> None:
    for shape in ((12, 12, 1), (49, 10, 1), (64, 3), (200,), (5,), (96, 96, 3)):
        grid = patches(shape)
        assert set(np.unique(grid)) == set(range(int(grid.max()) + 1))
        assert grid.max() < 60
    assert patches((64, 3)).shape == (64, 1)
    trace = np.ones((1, 64, 3), np.float32)
    answers = with_scores([0], [[0.9, 0.1]])

    def respond(x: Values) -> Values:
        level = x.reshape(len(x), -1).mean(axis=1)
        return np.stack([level, 1 - level], axis=1)

    check = check_maps(trace, [0], answers, respond, np.zeros((64, 3), np.float32), LIMITS)
    assert isinstance(check.detail, EvidenceMaps)
    assert (check.detail.maps[0].rows, check.detail.maps[0].columns) == (48, 1)
    wave = check_maps(
        np.ones((1, 200), np.float32),
        [0],
        answers,
        respond,
        np.zeros(200, np.float32),
        LIMITS,
    )
    assert wave.n == 1


def test_broken_samples_and_sure_mistakes_are_explained_first() -> None:
    y = np.zeros(50, np.int64)
    after, before = y.copy(), y.copy()
    after[[3, 7, 9]] = 1
    before[7] = before[9] = 1
    rows = costly_rows(answered(y, after, before), 3, 2)
    assert rows[0] == 3
    assert set(rows[:3]) == {3, 7, 9}
    assert len(rows) == 5
    assert (
        check_maps(X[:0], [], answered(y, y, classes=2), by_crossings, X[0], LIMITS).verdict
        is Verdict.CANNOT_TELL
    )


def test_less_input_that_does_as_well_is_pointed_out() -> None:
    check = check_sweep(X, by_crossings, right, LIMITS)
    assert isinstance(check.detail, InputSweep)
    shares = [point.data_share for point in check.detail.sweep]
    assert shares[0] == 1.0
    assert set(shares[1:]) == {0.5, 0.25}
    assert check.verdict is Verdict.WARN
    assert "Less input reveals less" in check.sentence
    blocks = np.arange(16.0).repeat(1)[None, :, None] * np.ones((1, 1, 16))
    coarse = smaller(blocks.reshape(1, 16, 16, 1).astype(np.float32))
    portion, picture = coarse["1/2 of the resolution each way"]
    assert portion == 0.25
    assert picture[0, :4, 0, 0] == pytest.approx([0.5, 0.5, 2.5, 2.5])
    assert check_sweep(
        np.ones((3, 4), np.float32), lambda x: x, lambda _, s: s[:, 0] > 0, LIMITS
    ).verdict is (Verdict.CANNOT_TELL)
