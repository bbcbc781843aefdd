"""The jobs of studies (training, search, sensitivity, figures), as `core/pipeline.py` has those of the journey."""

from dataclasses import replace

from studio.core.pipeline import NextJob
from studio.core.project import Project
from studio.core.recipe import Recipe, Training
from studio.core.results import Results
from studio.core.study import SearchLimits


def train_job(project: Project, results: Results, training: Training) -> NextJob | None:
    """Train the project's recipe so, or None where there is no float model with data."""
    if not _can_be_studied(results):
        return None
    recipe = replace(project.recipe, training=training)
    given: dict[str, object] = {"model": results.model, "recipe": recipe, "dataset": results.dataset}
    return NextJob("train", given, f"Training: {recipe.title}")


def search_job(project: Project, results: Results, limits: SearchLimits) -> NextJob | None:
    """Search the best recipe within the limits, or None where there is no float model with data."""
    if not _can_be_studied(results):
        return None
    given: dict[str, object] = {
        "model": results.model,
        "dataset": results.dataset,
        "optimize": project.optimize,
        "limits": limits,
    }
    return NextJob("search", given, "Searching the best for this board")


def sensitivity_job(results: Results) -> NextJob | None:
    """Measure how much each layer minds, or None where there is no float model with data."""
    if not _can_be_studied(results):
        return None
    given: dict[str, object] = {"model": results.model, "dataset": results.dataset}
    return NextJob("sensitivity", given, "Measuring how much each layer minds compression")


def figures_job(project: Project, results: Results, recipe: Recipe) -> NextJob | None:
    """Measure a kept recipe that is not the one at hand, or None where there is no model with data."""
    if results.model is None or results.dataset is None:
        return None
    given: dict[str, object] = {
        "model": results.model,
        "recipe": recipe,
        "dataset": results.dataset,
        "optimize": project.optimize,
    }
    return NextJob("figures", given, f"Measuring the candidate {recipe.title}")


def _can_be_studied(results: Results) -> bool:
    return results.model is not None and not results.model.quantized and results.dataset is not None
