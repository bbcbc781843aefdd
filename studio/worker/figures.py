"""What a recipe comes to, all in one: compressed, turned to C, measured on the test set and on the virtual board."""

from studio.core.build import Optimize
from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.pipeline import MEASURED_SAMPLES
from studio.core.recipe import Recipe
from studio.core.study import Figures
from studio.worker.build import compile_candidate, measure
from studio.worker.compress import compress
from studio.worker.evaluate import evaluate
from studio.worker.report import Report


def figures(model: Model, recipe: Recipe, dataset: Dataset, optimize: Optimize, report: Report) -> Figures:
    """The figures of a recipe as the journey would measure them, from the cache as far as they were measured before."""
    candidate = compress(model, recipe, dataset, _part(report, 0.0, 0.5))
    build = None
    if recipe.scheme.why_not_on_microcontrollers is None:
        build = compile_candidate(candidate, dataset.labels, optimize, _part(report, 0.5, 0.6))
    found = evaluate(model, candidate, build, dataset, _part(report, 0.6, 0.8))
    if build is not None:
        build = measure(candidate, build, dataset, MEASURED_SAMPLES, _part(report, 0.8, 1.0))
    return Figures(
        recipe=recipe,
        parent=None,
        candidate_sha256=candidate.sha256,
        file_bytes=candidate.file_bytes,
        accuracy=found.accuracy,
        accuracy_ci=found.accuracy_ci,
        n=found.n,
        engine=found.engine,
        build=build,
    )


def _part(report: Report, low: float, high: float) -> Report:
    """A report of a step that takes the whole from `low` to `high`; without data, which is another job's."""

    def part(share: float, text: str, data: object = None) -> None:
        report(low + (high - low) * share, text)

    return part
