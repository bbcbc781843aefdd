"""Candidates side by side: figures against the first, and only the choices that differ."""

from studio.core.board import find_board
from studio.core.candidates import Entry
from studio.core.command_line import reproducing_command, short_recipe
from studio.core.comparison import clip_effects, compare, sparsity_won
from studio.core.metric import Metric
from studio.core.project import Project
from studio.core.recipe import Clip, LayerChoice, Recipe, Scheme, Student, Training, read_recipe
from studio.core.trade_off import Cost, Mark, best_of, limit_of, points, read_out
from tests.core.entries import entry, trial

INT8 = entry(Recipe(), accuracy=0.98, flash=30_000, us=5000, name="plain")
SMALL = entry(Recipe(pruning=0.5), accuracy=0.95, flash=20_000, us=3000, name="half", kept=True)


def test_figures_stand_first_and_say_what_changed_against_the_first_candidate() -> None:
    lines = {line.name: line for line in compare([INT8, SMALL], metric=Metric.ACCURACY)}
    assert lines["Accuracy"].cells[0].change == ""
    assert lines["Accuracy"].cells[1].text == "95.0 %"
    assert lines["Accuracy"].cells[1].change == "−3.0 points"
    assert lines["Storage (flash)"].cells[1].change == "−9.8 KB"
    assert lines["Time of an answer"].cells[1].change == "−2.0 ms"
    assert lines["Memory (RAM)"].cells[1].change == "same"


def test_only_the_choices_that_differ_are_shown() -> None:
    names = [line.name for line in compare([INT8, SMALL], metric=Metric.ACCURACY)]
    assert "Channels removed" in names
    assert "Numbers" not in names
    rich = Recipe(
        Scheme.INT4,
        palette=16,
        layers=(LayerChoice("dense", Scheme.INT8),),
        student=Student(0.5),
        training=Training(quantization_aware=True, distillation=0.5),
    )
    words = " ".join(
        cell.text for line in compare([INT8, entry(rich)], metric=Metric.R2) for cell in line.cells
    )
    for part in ("int4", "dense: scheme int8", "50 % wide", "quantization-aware", "50 % distilled"):
        assert part in words


def test_what_was_not_measured_has_no_figures() -> None:
    unknown = Entry(Recipe(pruning=0.1), "later", False, True, None, None)
    line = compare([unknown, INT8], metric=Metric.ACCURACY)[0]
    assert [cell.text for cell in line.cells] == ["–", "98.0 %"]
    assert line.cells[1].change == ""
    assert compare([], metric=Metric.ACCURACY) == ()


def test_the_effect_of_clipping_is_what_was_measured_with_else_the_same_choices() -> None:
    clipped = entry(Recipe(clip=Clip.MSE), accuracy=0.985)
    other = entry(Recipe(clip=Clip.PERCENTILE, pruning=0.1), accuracy=0.9)
    assert clip_effects([INT8, clipped, other], Recipe()) == {
        Clip.MIN_MAX: (0.98, 400),
        Clip.MSE: (0.985, 400),
    }


def test_zeros_are_judged_by_the_same_recipe_without_them() -> None:
    sparse = entry(Recipe(sparsity=0.8), flash=27_000, us=6000)
    assert sparsity_won([INT8, sparse], Recipe(sparsity=0.8)) == (3000, 1000)
    assert sparsity_won([sparse], Recipe(sparsity=0.8)) is None
    assert sparsity_won([INT8], Recipe()) is None


def test_a_recipe_is_one_point_though_a_search_tried_it_too() -> None:
    found = points([INT8, SMALL], [trial(0, Recipe(), 0.97), trial(1, Recipe(pruning=0.7), 0.9)])
    assert {point.recipe: point.mark for point in found} == {
        Recipe(): Mark.MEASURED,
        Recipe(pruning=0.7): Mark.TRIAL,
        Recipe(pruning=0.5): Mark.KEPT,
    }


def test_the_front_leaves_out_what_another_beats() -> None:
    beaten = entry(Recipe(pruning=0.2), accuracy=0.94, flash=25_000)
    found = points([INT8, SMALL, beaten], [])
    assert {found[place].recipe for place in best_of(found, Cost.STORAGE)} == {Recipe(), Recipe(pruning=0.5)}


def test_limits_are_the_boards_and_the_time_allowed() -> None:
    board = find_board("virtual_cortex_m4")
    assert limit_of(board, 5000, Cost.TIME) == 5000
    assert limit_of(board, 5000, Cost.MEMORY) == board.free_ram_bytes
    assert limit_of(board, 5000, Cost.STORAGE) == board.free_flash_bytes


def test_a_point_is_read_out_with_its_interval_and_costs() -> None:
    words = read_out(points([INT8], [])[0], metric=Metric.ACCURACY)
    for part in ("plain: 98.0 %", "95 %: 96.0 % to 99.0 %", "400 samples", "29.3 KB storage", "5.0 ms"):
        assert part in words


def test_the_command_leads_to_the_same_recipe() -> None:
    recipe = Recipe(
        Scheme.INT4, pruning=0.25, layers=(LayerChoice("a b", Scheme.INT8),), training=Training(epochs=3)
    )
    assert read_recipe(short_recipe(recipe)) == recipe
    assert short_recipe(Recipe()) == '{"scheme": "int8"}'
    command = reproducing_command(Project(model="/m/a model.keras", data="/d"), recipe)
    assert command.startswith("tinyml-studio run '/m/a model.keras' --data /d --board virtual_cortex_m4")
