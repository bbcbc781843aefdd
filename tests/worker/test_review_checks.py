"""The review's panel by the worker, for classes, numbers and autoencoders, with and without what the checks need."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.build import Build
from studio.core.checklist import Tier
from studio.core.checks.answer_details import AlarmRate, Detection, Fit, Harm, Separation
from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Findings, Leaks, Membership, Suspects
from studio.core.checks.input_details import EvidenceMaps, Faults, Unknowns
from studio.core.checks.limits import standard_limits
from studio.core.checks.panel import Panel
from studio.core.dataset import Dataset, SplitChoice
from studio.core.model import Model
from studio.core.places import resources
from studio.core.recipe import Recipe
from tests.worker.conftest import Bench, write_data

FOR_CLASSES = [f"C{number}" for number in range(1, 18)] + ["D7"]
FOR_NUMBERS = ["C1", "C2", "C7", "C8", "C10", "C12", "C13", "C15", "C16", "C17", "D7"]


@dataclass(frozen=True)
class Made:
    """All that a panel is computed from."""

    model: Model
    dataset: Dataset
    arguments: dict[str, object]

    def panel(self, bench: Bench, tier: Tier = Tier.PEOPLE, threshold: float = 0.5) -> Panel:
        limits = replace(standard_limits(), threshold=threshold)
        found: Panel = bench("review_checks", **self.arguments, tier=tier, limits=limits)
        return found


def make(bench: Bench, model: Model, folder: Path, *, built: bool = True) -> Made:
    dataset = bench("inspect_data", path=str(folder), split=SplitChoice(), model=model)
    candidate = bench("compress", model=model, recipe=Recipe(), dataset=dataset)
    build: Build | None = None
    if built:
        build = bench("compile_candidate", candidate=candidate, labels=dataset.labels, optimize="balanced")
    evaluation = bench("evaluate", model=model, candidate=candidate, build=build, dataset=dataset)
    arguments = {
        "model": model, "candidate": candidate, "build": build, "dataset": dataset, "evaluation": evaluation,
    }  # fmt: skip
    return Made(model, dataset, arguments)


def of(panel: Panel, check_id: str) -> Check:
    found = panel.check(check_id)
    assert found is not None, check_id
    return found


@pytest.fixture(scope="module")
def gestures(bench: Bench) -> Made:
    folder = resources() / "samples" / "gestures"
    return make(bench, bench("load", path=str(folder / "model.keras")), folder)


@pytest.fixture(scope="module")
def panel(bench: Bench, gestures: Made) -> Panel:
    return gestures.panel(bench)


def test_the_panel_is_complete_and_says_what_it_is_about(panel: Panel, gestures: Made) -> None:
    assert [check.id for check in panel.checks] == FOR_CLASSES
    assert panel.data_sha256 == gestures.dataset.sha256
    assert panel.tier is Tier.PEOPLE
    for check in panel.checks:
        assert check.sentence[-1] in ".?", check.id
        assert check.value is None or np.isfinite(check.value), check.id


def test_the_gestures_have_a_gap_between_hands_that_is_found(panel: Panel) -> None:
    groups = of(panel, "C7")
    assert groups.verdict is Verdict.WARN
    assert "hand: 'left'" in groups.sentence


def test_scores_come_in_steps_of_the_exported_c(panel: Panel) -> None:
    detection = of(panel, "C4").detail
    assert isinstance(detection, Detection)
    assert detection.step == pytest.approx(1 / 256)
    assert detection.highest == pytest.approx(255 / 256)
    steps = {point.threshold * 256 for curve in detection.curves for point in curve.points}
    assert all(step == int(step) for step in steps)


def test_an_unreachable_threshold_is_found(bench: Bench, gestures: Made) -> None:
    found = gestures.panel(bench, threshold=0.998)
    assert of(found, "C4").verdict is Verdict.FAIL


def test_another_run_says_the_same_whatever_is_in_the_cache(
    bench: Bench, gestures: Made, panel: Panel
) -> None:
    again = gestures.panel(bench, Tier.THINGS)
    for check in panel.checks:
        other = of(again, check.id)
        assert (other.value, other.ci, other.detail) == (check.value, check.ci, check.detail), check.id


def test_faults_unknowns_and_maps_ask_the_exported_c(panel: Panel, gestures: Made) -> None:
    faults, unknowns, maps = (of(panel, name).detail for name in ("C8", "C9", "C11"))
    assert isinstance(faults, Faults)
    assert len(faults.silent) == 4
    assert isinstance(unknowns, Unknowns)
    assert len(unknowns.unknowns) == 4
    assert isinstance(maps, EvidenceMaps)
    assert {found.rows for found in maps.maps} == {48}
    assert any(found.truth != found.answer for found in maps.maps)
    harm = of(panel, "C3").detail
    assert isinstance(harm, Harm)
    shown = {found.row for found in maps.maps}
    assert shown & {sample.row for sample in harm.broken}
    for found in maps.maps:
        assert found.gradients is not None
        assert len(found.gradients.parts) == 48
        assert found.gradients.exact
    assert all(kind.logits is not None for kind in unknowns.unknowns)
    assert unknowns.no_logits == ""


def test_training_labels_are_looked_at_by_a_classifier_that_says_how_often_it_is_right(panel: Panel) -> None:
    labels = of(panel, "C14")
    assert isinstance(labels.detail, Suspects)
    training = labels.detail.training
    assert training is not None
    assert (training.n, training.telling) == (1672, True)
    assert training.found_share > 0.9
    assert training.count < 20  # the gestures are made, and their labels right
    assert "not your model" in labels.sentence


def test_the_user_s_own_unknowns_and_recordings_are_used(bench: Bench, small: Model, tmp_path: Path) -> None:
    write_data(tmp_path, (8, 8, 1), 4)
    (tmp_path / "labels.txt").write_text("silence\none\ntwo\nthree\n")
    random = np.random.default_rng(3)
    np.savez(tmp_path / "unknown.npz", x=random.normal(5, 1, (50, 8, 8, 1)).astype(np.float32))
    np.savez(tmp_path / "continuous.npz", x=random.normal(0, 1, (400, 8, 8)).astype(np.float32), hop_s=0.5)
    made = make(bench, small, tmp_path)
    found = made.panel(bench)
    unknowns, alarms = of(found, "C9").detail, of(found, "C5").detail
    assert isinstance(unknowns, Unknowns)
    assert ("your own (unknown.npz)", 50) in {(kind.name, kind.n) for kind in unknowns.unknowns}
    np.savez(tmp_path / "unknown.npz", x=random.normal(5, 1, (40, 8, 8, 1)).astype(np.float32))
    changed = of(made.panel(bench), "C9").detail
    assert isinstance(changed, Unknowns)
    assert ("your own (unknown.npz)", 40) in {(kind.name, kind.n) for kind in changed.unknowns}
    assert isinstance(alarms, AlarmRate)
    assert not alarms.projected
    assert alarms.hours == pytest.approx(200 / 3600)


def test_a_model_that_arrived_in_int8_has_no_original_to_compare_with(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    found = make(bench, bench("load", path=candidate.artifact), Path(data.path)).panel(bench)
    for name in ("C2", "C3"):
        assert of(found, name).verdict is Verdict.CANNOT_TELL
        assert "no original" in of(found, name).sentence
    maps, unknowns = of(found, "C11"), of(found, "C9")
    assert isinstance(maps.detail, EvidenceMaps)
    assert all(one.gradients is None for one in maps.detail.maps)
    assert "arrived compressed" in maps.sentence
    assert isinstance(unknowns.detail, Unknowns)
    assert "arrived compressed" in unknowns.detail.no_logits
    assert all(kind.logits is None for kind in unknowns.detail.unknowns)


def test_without_a_training_set_what_needs_one_cannot_tell(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    write_data(tmp_path, (8, 8, 1), 4)
    (tmp_path / "train.npz").unlink()
    found = make(bench, small, tmp_path, built=False).panel(bench)
    assert [check.id for check in found.checks] == FOR_CLASSES
    assert of(found, "C10").verdict is of(found, "C12").verdict is Verdict.CANNOT_TELL
    assert "too few training samples" in of(found, "C14").sentence


def test_planted_leaks_and_names_in_the_data_are_found(bench: Bench, small: Model, tmp_path: Path) -> None:
    write_data(tmp_path, (8, 8, 1), 4)
    with np.load(tmp_path / "train.npz") as train, np.load(tmp_path / "test.npz") as test:
        x = test["x"].copy()
        x[5] = train["x"][17]
        people = np.array(["ada", "ben", "cem", "dot"])
        np.savez(tmp_path / "test.npz", x=x, y=test["y"], person=np.repeat(people[2:], 30))
        np.savez(tmp_path / "train.npz", x=train["x"], y=train["y"], person=np.repeat(people, 20),
                 email=np.array(["ada@example.org"] * 80))  # fmt: skip
    found = make(bench, small, tmp_path).panel(bench)
    leaks = of(found, "C12")
    assert leaks.verdict is Verdict.FAIL
    assert isinstance(leaks.detail, Leaks)
    assert (leaks.detail.exact, leaks.detail.regroup_by) == (1, "person")
    files = of(found, "C15")
    assert files.verdict is Verdict.FAIL
    assert isinstance(files.detail, Findings)
    assert of(found, "C1").method == "Wilson, clustered by person"


def test_models_of_numbers_have_their_checks(bench: Bench) -> None:
    folder = resources() / "samples" / "sine"
    made = make(bench, bench("load", path=str(folder / "model.keras")), folder)
    found = made.panel(bench)
    assert [check.id for check in found.checks] == FOR_NUMBERS
    assert isinstance(of(found, "C1").detail, Fit)
    assert of(found, "C2").verdict is Verdict.PASS
    membership = of(found, "C10").detail
    assert isinstance(membership, Membership)
    assert membership.gap_attack == 0.5


def test_autoencoders_have_their_checks_and_a_threshold_of_the_validation_set(
    bench: Bench, tmp_path: Path
) -> None:
    random = np.random.default_rng(7)
    for name, count in (("train", 120), ("validation", 80), ("test", 120)):
        x = random.normal(0, 1, (count, 6)).astype(np.float32)
        marks = np.zeros(count, np.int64) if name == "train" else (np.arange(count) % 3 == 0).astype(np.int64)
        x[marks == 1] *= 3
        np.savez(tmp_path / f"{name}.npz", x=x, y=marks)
    found = make(bench, bench.load("coder.keras"), tmp_path).panel(bench)
    assert [check.id for check in found.checks] == FOR_NUMBERS
    separation = of(found, "C1").detail
    assert isinstance(separation, Separation)
    assert separation.threshold is not None
    assert "anomalous" in of(found, "C1").sentence
    assert of(found, "C2").method == "DeLong"


def test_digits_at_the_desk_are_complete_too(bench: Bench) -> None:
    folder = resources() / "samples" / "digits"
    found = make(bench, bench("load", path=str(folder / "model.keras")), folder).panel(bench, Tier.BENCH)
    assert [check.id for check in found.checks] == FOR_CLASSES
    assert of(found, "C12").verdict is Verdict.PASS
