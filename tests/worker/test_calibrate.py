"""Calibration: which samples, what is seen of them, and how ranges are clipped without another pass."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset
from studio.core.layer_costs import layers_of
from studio.core.model import Model
from studio.core.places import cache
from studio.core.recipe import Clip, Recipe, Sampling
from studio.core.tflite import read
from studio.worker import calibrate
from studio.worker.calibrate import Seen, effect, gather, ranges, sample_rows
from studio.worker.graph import ready_to_quantize
from studio.worker.report import silent
from studio.worker.runner import Runner
from tests.worker.conftest import Bench


def test_samples_are_balanced_random_or_the_first() -> None:
    y = np.array([0] * 90 + [1] * 10)
    assert (y[sample_rows(y, 20, Sampling.BALANCED)] == 1).sum() == 10
    assert sample_rows(y, 5, Sampling.FIRST).tolist() == [0, 1, 2, 3, 4]
    drawn = sample_rows(y, 20, Sampling.RANDOM)
    assert len(set(drawn.tolist())) == 20
    assert drawn.tolist() == sample_rows(y, 20, Sampling.RANDOM).tolist() != list(range(20))
    assert len(sample_rows(y, 500, Sampling.RANDOM)) == 100


def test_what_is_seen_is_what_the_reference_computes(small: Model, data: Dataset) -> None:
    content = ready_to_quantize(Path(small.artifact).read_bytes())
    recipe = Recipe(calibration_samples=30)
    seen = gather(content, small.artifact_sha256, recipe, data, silent)
    model = read(content)
    with np.load(Path(data.path) / "train.npz") as arrays:
        x = arrays["x"][sample_rows(arrays["y"], 30, Sampling.BALANCED)]
    runner = Runner(content, keep_all=True)
    tensors = tuple(operator.outputs[0] for operator in model.operators)
    rows = list(runner.tensors_of(x, tensors))
    for tensor in tensors:
        place = seen.names.index(model.tensors[tensor].name)
        values = np.concatenate([row[tensor] for row in rows])
        assert seen.low[place] == pytest.approx(values.min(), abs=1e-4)
        assert seen.high[place] == pytest.approx(values.max(), abs=1e-4)


def test_another_clip_needs_no_other_pass(bench: Bench, small: Model, data: Dataset) -> None:
    def passes() -> int:
        return len(list((cache() / "seen").glob("*.npz")))

    bench("compress", model=small, recipe=Recipe(calibration_samples=17), dataset=data)
    before = passes()
    shas = {
        bench("compress", model=small, recipe=Recipe(calibration_samples=17, clip=clip), dataset=data).sha256
        for clip in Clip
    }
    assert passes() == before
    assert len(shas) == 3


def made_up(values: np.ndarray) -> Seen:
    low, high = float(values.min()), float(values.max())
    counts = np.histogram(values, calibrate._BINS, (low, high))[0]
    zeros = float((values == 0).mean())
    return Seen(("x",), np.array([low]), np.array([high]), counts[None].astype(np.int64), np.array([zeros]))


def test_percentiles_leave_out_the_rarest_at_both_ends() -> None:
    values = np.concatenate([np.random.default_rng(0).normal(0, 1, 100_000), [50.0, -80.0]])
    low, high = ranges(made_up(values), Clip.PERCENTILE, 255)["x"]
    assert (low, high) == pytest.approx((-3.29, 3.29), abs=0.25)
    assert ranges(made_up(values), Clip.MIN_MAX, 255)["x"] == pytest.approx((-80, 50))


def test_the_least_squared_error_is_found() -> None:
    values = np.random.default_rng(0).laplace(0, 1, 100_000)
    seen = made_up(values)

    def error(clip: Clip) -> float:
        low, high = ranges(seen, clip, 15)["x"]
        step = (high - low) / 15
        return float(np.square(values - np.clip(np.rint(values / step) * step, low, high)).sum())

    assert error(Clip.MSE) < 0.7 * error(Clip.MIN_MAX)
    assert error(Clip.MSE) < error(Clip.PERCENTILE)
    few, many = ranges(seen, Clip.MSE, 15)["x"], ranges(seen, Clip.MSE, 65535)["x"]
    assert many[1] - many[0] > few[1] - few[0]


def test_the_effect_of_clipping_is_said(small: Model, data: Dataset) -> None:
    content = ready_to_quantize(Path(small.artifact).read_bytes())
    model = read(content)
    seen = gather(content, small.artifact_sha256, Recipe(), data, silent)
    said = effect(seen, ranges(seen, Clip.PERCENTILE, 255), model, layers_of(model))
    assert said.startswith("Clipping cuts 0.")
    assert "tensors; the range that shrank most went from" in said
    assert effect(seen, ranges(seen, Clip.MIN_MAX, 255), model, layers_of(model)) == ""


def test_a_large_model_without_channels_is_calibrated_on_fewer_samples_and_widened(
    small: Model, data: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = ready_to_quantize(Path(small.artifact).read_bytes())
    recipe = replace(Recipe(), calibration_samples=40)
    whole = gather(content, "whole", recipe, data, silent)
    monkeypatch.setattr(calibrate, "_SLIDER_MACS", 10 * small.macs)
    part = gather(content, "part", recipe, data, silent, (content, "whole"))
    # The same model stands for the smaller one: widened, the part's ranges are those of all samples.
    np.testing.assert_allclose(part.low, whole.low, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(part.high, whole.high, rtol=1e-5, atol=1e-6)
    assert part.counts.sum() < whole.counts.sum()
