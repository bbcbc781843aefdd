"""What the Layers page says where something is missing."""

from dataclasses import replace

from studio.core.layer_words import missing, summary
from studio.core.project import Project
from studio.core.recipe import Recipe, Scheme
from studio.core.results import Problem, Results
from tests.ui import results as made


def words(project: Project, now: Results, known: Results | None = None, **more: object) -> dict[str, str]:
    return missing(project, now, known or now, **{"probed": False, "probing": False, **more})  # type: ignore[arg-type]


def test_without_data_everything_that_needs_data_says_so() -> None:
    found = words(Project(model="/m"), Results(model=made.model()))
    assert set(found) == {"error", "numbers", "memory", "accuracy", "sensitivity"}
    assert all("Add a data set" in sentence for sentence in found.values())


def test_nothing_is_missing_once_all_is_measured() -> None:
    from studio.core.study import LayerReport

    found = words(made.project(), replace(made.results(), insides=LayerReport("c", 1, ())), probed=True)
    assert found == {}


def test_a_quantized_model_has_no_float_twin() -> None:
    now = replace(made.results(), model=replace(made.model(), quantized=True))
    found = words(made.project(), now)
    assert "float original" in found["error"]
    assert "float original" in found["sensitivity"]


def test_a_failure_stands_in_the_place_of_what_it_took_away() -> None:
    now = replace(
        made.results(), build=None, problems=(Problem("compile_candidate", "RFFT2D is not known."),)
    )
    assert words(made.project(), now)["memory"] == "RFFT2D is not known."


def test_a_board_that_runs_the_tflite_has_no_plan() -> None:
    project = replace(made.project(), recipe=Recipe(Scheme.FLOAT16))
    assert "C code" in words(project, replace(made.results(), build=None))["memory"]


def test_the_summary_says_when_figures_are_the_last_recipes() -> None:
    found = made.results()
    assert "Weights 3.3 KB → 998 B" in summary(found, found)
    assert "grey figures" in summary(replace(found, candidate=None), found)
    assert summary(Results(model=made.model()), Results(model=made.model())) == "Weights 3.3 KB"
