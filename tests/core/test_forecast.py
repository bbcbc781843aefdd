"""Forecasts: exact where it was measured, in the right direction elsewhere, and always marked as estimated."""

from dataclasses import replace

import pytest

from studio.core.board import find_board
from studio.core.build import Build, LayerBuild, Measurement, Optimize, Source
from studio.core.forecast import forecast, forecast_fit, moved
from studio.core.model import Layer
from studio.core.recipe import Candidate, LayerChoice, Recipe, Scheme, Student, Training

BOARD = find_board("virtual_cortex_m4")


def layers(count: int = 4) -> tuple[Layer, ...]:
    found = [
        Layer(i, f"conv{i}", "CONV_2D", (1, 8, 8, 16), "float32", 2320, 147_456, 9280, 4096)
        for i in range(count)
    ]
    last = Layer(count, "dense", "FULLY_CONNECTED", (1, 10), "float32", 10_250, 10_240, 41_000, 40)
    return (*found, last)


def candidate(recipe: Recipe, of: tuple[Layer, ...]) -> Candidate:
    after = tuple(replace(layer, dtype="int8", weight_bytes=layer.weight_bytes // 4) for layer in of)
    return Candidate(recipe, "a" * 64, "d" * 64, "/c.tflite", "c" * 64, 20_000, after)


def build(of: Candidate, *, measured: bool = True) -> Build:
    found = tuple(
        LayerBuild(
            layer.index,
            layer.name,
            layer.operator,
            layer.macs,
            layer.weight_bytes,
            layer.activation_bytes // 4,
            layer.macs * 3 if measured else None,
            layer.macs * 3,
        )
        for layer in of.layers
    )
    total = sum(layer.macs * 3 for layer in found)
    measurement = Measurement(30_000, 6000, 3000, 400, total, 128, 128, 0)
    weights = sum(layer.weight_bytes for layer in found)
    return Build(
        of.sha256, Optimize.BALANCED, "/s", weights, 2048, found, (), measurement if measured else None
    )


def needs(recipe: Recipe) -> tuple[int, int, int, int]:
    of = layers()
    base = candidate(Recipe(), of)
    found = forecast(of, recipe, base, build(base))
    fit = forecast_fit(found, BOARD, 100_000)
    assert fit is not None
    return found.weight_bytes, fit.storage.need, fit.memory.need, fit.compute.need


def test_at_the_measured_recipe_the_forecast_is_what_was_measured() -> None:
    of = layers()
    base = candidate(Recipe(pruning=0.3), of)
    known = build(base)
    found = forecast(of, Recipe(pruning=0.3), base, known)
    assert found.build == known
    assert found.weight_bytes == sum(layer.weight_bytes for layer in base.layers)


def test_the_more_channels_go_the_less_is_needed_of_everything() -> None:
    before = needs(Recipe())
    for percent in (25, 50, 75):  # sixteen channels go in fours
        now = needs(Recipe(pruning=percent / 100))
        assert all(a < b for a, b in zip(now, before, strict=True)), percent
        before = now


def test_half_of_the_channels_leave_a_quarter_of_a_layer_between_two_others() -> None:
    of = layers()
    base = candidate(Recipe(), of)
    found = forecast(of, Recipe(pruning=0.5), base, build(base))
    assert found.build is not None
    assert found.build.layers[2].macs == pytest.approx(of[2].macs / 4, rel=0.01)
    assert found.build.layers[-1].macs == pytest.approx(of[-1].macs / 2, rel=0.01)


def test_bits_set_what_weights_and_activations_take() -> None:
    int8 = needs(Recipe())
    assert needs(Recipe(scheme=Scheme.FLOAT32))[0] == pytest.approx(4 * int8[0], rel=0.02)
    assert needs(Recipe(scheme=Scheme.INT4))[0] == pytest.approx(int8[0] / 2, rel=0.02)
    assert needs(Recipe(scheme=Scheme.INT16))[0] == int8[0]
    assert needs(Recipe(scheme=Scheme.INT16))[2] > int8[2]
    assert needs(Recipe(palette=16))[0] == pytest.approx(int8[0] / 2, rel=0.02)


def test_channels_go_in_fours_as_pruning_takes_them() -> None:
    assert needs(Recipe(pruning=0.1)) == needs(Recipe())
    assert needs(Recipe(pruning=0.26)) == needs(Recipe(pruning=0.49))


def test_zeros_win_storage_only_and_only_when_there_are_many() -> None:
    few, many = needs(Recipe(sparsity=0.05)), needs(Recipe(sparsity=0.9))
    assert few == needs(Recipe())
    assert many[1] < few[1]
    assert many[2] == few[2]
    assert many[3] > few[3]  # what is stored otherwise takes longer to read
    assert needs(Recipe(pattern="1:4"))[1] < few[1]


def test_a_student_and_layers_apart_count() -> None:
    assert needs(Recipe(student=Student(width=0.5)))[0] < needs(Recipe())[0]
    assert needs(Recipe(student=Student(depth=0.0)))[0] < needs(Recipe())[0]
    assert needs(Recipe(layers=(LayerChoice("dense", Scheme.INT4),)))[0] < needs(Recipe())[0]
    assert needs(Recipe(layers=(LayerChoice("conv1", pruning=0.5),)))[0] < needs(Recipe())[0]


def test_every_figure_says_that_it_is_estimated() -> None:
    of = layers()
    base = candidate(Recipe(), of)
    fit = forecast_fit(forecast(of, Recipe(pruning=0.1), base, build(base)), BOARD, 100_000)
    assert fit is not None
    assert {fit.storage.source, fit.memory.source, fit.compute.source} == {Source.ESTIMATED}


def test_without_a_build_there_is_a_size_and_no_fit() -> None:
    of = layers()
    found = forecast(of, Recipe(pruning=0.5), candidate(Recipe(), of), None)
    assert found.weight_bytes > 0
    assert forecast_fit(found, BOARD, 100_000) is None
    assert forecast_fit(None, BOARD, 100_000) is None


def test_training_goes_when_the_weights_change_and_stays_when_only_their_storage_does() -> None:
    trained = Recipe(pruning=0.3, training=Training())
    assert moved(trained, replace(trained, pruning=0.4)).training is None
    assert moved(trained, replace(trained, scheme=Scheme.INT4)).training == Training()
    aware = replace(trained, training=Training(quantization_aware=True))
    assert moved(aware, replace(aware, scheme=Scheme.INT4)).training is None
    assert moved(Recipe(), trained) == trained


def test_what_each_layer_stores_is_scaled_without_its_parameters() -> None:
    of = layers()
    base = candidate(Recipe(), of)
    known = build(base)
    stored = replace(
        known, layers=tuple(replace(layer, flash_bytes=layer.weight_bytes + 60) for layer in known.layers)
    )
    pico = find_board("raspberry_pi_pico")
    whole = forecast_fit(forecast(of, Recipe(), base, stored), pico, 100_000)
    half = forecast_fit(forecast(of, Recipe(pruning=0.5), base, stored), pico, 100_000)
    assert whole is not None
    assert half is not None
    assert half.storage.need < 0.7 * whole.storage.need
