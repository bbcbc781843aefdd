"""Hand-made candidates with figures, for the tests of what compares them."""

from studio.core.build import Build, Fit, Gauge, Optimize, Source
from studio.core.candidates import Entry
from studio.core.evaluation import Engine
from studio.core.recipe import Recipe
from studio.core.study import Figures, Trial


def entry(
    recipe: Recipe,
    *,
    accuracy: float = 0.97,
    flash: int = 30_000,
    us: int = 5000,
    name: str = "",
    kept: bool = False,
    pinned: bool = False,
    parent: Recipe | None = None,
) -> Entry:
    """A measured candidate; needs are on a board with 1 MB of flash and 256 KB of RAM."""
    build = Build("c" * 64, Optimize.BALANCED, "/s", flash, 2048, (), ())
    figures = Figures(
        recipe,
        parent,
        "c" * 64,
        flash + 4000,
        accuracy,
        (accuracy - 0.02, accuracy + 0.01),
        400,
        Engine.STUDIO_C,
        build,
    )
    fit = Fit(
        Gauge(us, 100_000, Source.ESTIMATED),
        Gauge(4000, 256 * 1024, Source.MEASURED),
        Gauge(flash, 1024 * 1024, Source.MEASURED),
    )
    return Entry(recipe, name or recipe.title, pinned, kept, figures, fit)


def trial(
    number: int, recipe: Recipe, accuracy: float, *, flash: int = 20_000, allowed: bool = True
) -> Trial:
    """One recipe that a search tried."""
    return Trial(number, recipe, accuracy, 200, Engine.LITERT, flash, 3000, 3000, allowed)
