from dataclasses import replace

import numpy as np
import pytest

from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.study import EXACT_DB, LayerInside, LayerReport
from studio.worker.inspect_layers import histogram, inspect_layers
from studio.worker.report import Stopped
from tests.worker.conftest import Bench


def insides(bench: Bench, model: Model, recipe: Recipe, data: Dataset) -> tuple[Candidate, LayerReport]:
    candidate: Candidate = bench("compress", model=model, recipe=recipe, dataset=data)
    report: LayerReport = bench("inspect_layers", model=model, candidate=candidate, dataset=data)
    assert [inside.index for inside in report.layers] == [layer.index for layer in candidate.layers]
    return candidate, report


def named(candidate: Candidate, report: LayerReport, name: str) -> LayerInside:
    return next(
        inside for layer, inside in zip(candidate.layers, report.layers, strict=True) if layer.name == name
    )


def test_every_layer_of_an_int8_model_is_close_to_the_float_one_and_shows_its_steps(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate, report = insides(bench, small, Recipe(), data)
    assert report.candidate_sha256 == candidate.sha256
    assert report.n == 48
    for layer, inside in zip(candidate.layers, report.layers, strict=True):
        if layer.name in ("answer", "softmax"):
            continue  # chance answers: a softmax near its corners
        assert inside.sqnr_db is not None, layer.name
        assert 15 < inside.sqnr_db < 60, layer.name
        assert inside.cosine is not None and inside.cosine > 0.98, layer.name  # noqa: PT018
        assert inside.activation_step > 0, layer.name
    hidden = named(candidate, report, "hidden")
    assert hidden.weights is not None
    assert sum(hidden.weights.counts) == 4 * 4 * 12 * 10  # without the ten biases
    assert hidden.weight_step > 0
    pool = named(candidate, report, "pool")
    assert (pool.weights, pool.weight_step) == (None, 0.0)


def test_a_float_candidate_equals_its_model(bench: Bench, small: Model, data: Dataset) -> None:
    _, report = insides(bench, small, Recipe(scheme=Scheme.FLOAT32), data)
    assert {inside.sqnr_db for inside in report.layers} == {EXACT_DB}
    assert all(inside.cosine == pytest.approx(1) for inside in report.layers)
    assert {inside.activation_step for inside in report.layers} == {0.0}


def test_layers_that_lost_channels_are_not_compared_but_looked_into(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate, report = insides(bench, small, Recipe(pruning=0.5), data)
    first, answer = named(candidate, report, "first"), named(candidate, report, "answer")
    assert (first.sqnr_db, first.cosine) == (None, None)
    assert first.activations is not None
    assert answer.sqnr_db is not None


def test_a_model_that_arrived_in_int8_has_no_float_twin(bench: Bench, small: Model, data: Dataset) -> None:
    candidate: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    arrived: Model = bench("load", path=candidate.artifact)
    assert arrived.quantized
    _, report = insides(bench, arrived, Recipe(), data)
    assert {inside.sqnr_db for inside in report.layers} == {None}
    assert all(inside.activations is not None for inside in report.layers)


def test_it_ends_in_the_middle_when_the_user_moves_on(
    bench: Bench, small: Model, data: Dataset, cache_folder: object
) -> None:
    candidate: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    calls = 0

    def report(share: float, text: str, data: object = None) -> None:
        nonlocal calls
        calls += 1
        if calls == 10:
            raise Stopped

    other = replace(data, sha256="another data set")
    with pytest.raises(Stopped):
        inspect_layers(small, candidate, other, report)
    assert calls == 10


def test_a_histograms_bins_hold_whole_steps() -> None:
    steps = np.repeat(np.arange(-100, 100), 3).astype(np.float32) * np.float32(0.25)
    found = histogram(steps, 0.25)
    assert (found.high - found.low) / 0.25 % len(found.counts) == 0
    assert set(found.counts) == {12}  # four steps a bin, three values a step


def test_a_histogram_of_one_value_has_one_bin() -> None:
    assert histogram(np.full(5, 2.0, np.float32)).counts == (5,)
    assert histogram(np.zeros(5, np.float32), 0.5).low == -0.25
