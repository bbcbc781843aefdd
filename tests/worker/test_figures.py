from studio.core.build import Build, Optimize
from studio.core.dataset import Dataset
from studio.core.evaluation import Engine, Evaluation
from studio.core.model import Model
from studio.core.pipeline import MEASURED_SAMPLES
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.study import Figures
from tests.worker.conftest import Bench


def test_a_kept_candidates_figures_are_those_that_going_to_it_would_show(
    bench: Bench, small: Model, data: Dataset
) -> None:
    recipe = Recipe(pruning=0.25)
    found: Figures = bench(
        "figures", model=small, recipe=recipe, dataset=data, optimize=Optimize.BALANCED.value
    )
    candidate: Candidate = bench("compress", model=small, recipe=recipe, dataset=data)
    build: Build = bench(
        "compile_candidate", candidate=candidate, labels=data.labels, optimize=Optimize.BALANCED.value
    )
    evaluation: Evaluation = bench("evaluate", model=small, candidate=candidate, build=build, dataset=data)
    measured: Build = bench(
        "measure", candidate=candidate, build=build, dataset=data, samples=MEASURED_SAMPLES
    )
    assert found.build == measured
    assert found.build is not None
    assert found.build.measurement is not None
    assert found.engine is Engine.STUDIO_C
    assert (found.accuracy, found.accuracy_ci, found.n) == (
        evaluation.accuracy,
        evaluation.accuracy_ci,
        evaluation.n,
    )


def test_a_candidate_for_phones_has_figures_without_a_board(
    bench: Bench, small: Model, data: Dataset
) -> None:
    recipe = Recipe(scheme=Scheme.FLOAT16)
    found: Figures = bench(
        "figures", model=small, recipe=recipe, dataset=data, optimize=Optimize.BALANCED.value
    )
    assert found.build is None
    assert found.accuracy is not None
