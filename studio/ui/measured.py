"""What was measured last, and what that lets one say before the next measurement is there."""

from dataclasses import dataclass, replace

from studio.core.build import Build
from studio.core.evaluation import Evaluation
from studio.core.forecast import Forecast, forecast
from studio.core.recipe import Candidate, Recipe
from studio.core.results import Results


@dataclass(frozen=True, slots=True)
class Measured:
    """The last candidate with its build, the build of the choice before it, and the last accuracy."""

    candidate: Candidate | None = None
    build: Build | None = None
    accuracy: Evaluation | None = None
    before: tuple[Recipe, Build] | None = None

    def after(self, results: Results) -> "Measured":
        """With what is new in `results`; another model forgets everything."""
        if results.model is None:
            return Measured()
        kept = self
        if results.accuracy is not None:
            kept = replace(kept, accuracy=results.accuracy)
        candidate, build = results.candidate, results.build
        if candidate is None:
            return kept
        if kept.candidate is None or build is not None:
            if (
                kept.candidate is not None
                and kept.candidate.recipe != candidate.recipe
                and kept.build is not None
                and kept.build.measurement is not None
            ):
                kept = replace(kept, before=(kept.candidate.recipe, kept.build))
            kept = replace(kept, candidate=candidate, build=build)
        return kept

    def forecast(self, recipe: Recipe, results: Results) -> Forecast | None:
        """What the recipe will come to, estimated from here; None while nothing was measured."""
        if results.model is None or self.candidate is None or results.model.quantized:
            return None
        return forecast(results.model.layers, recipe, self.candidate, self.build)
