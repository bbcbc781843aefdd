"""Shapes that learn from the loaded model in a search's time: many for a short while, the best for longer."""

import time
from dataclasses import replace
from itertools import islice

from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.recipe import Clip, Recipe, Scheme, Training
from studio.core.study import SearchLimits, Trial
from studio.worker.report import Report, stopping
from studio.worker.search_space import (
    SHARES,
    Base,
    Shape,
    Space,
    Storing,
    asked_shape,
    begun_study,
    widest_first,
)
from studio.worker.training import train
from studio.worker.trials import Trials

_FINALISTS = 0.7  # share of the time
_LESSONS = 6  # trainings of the first round that the time is divided by
_FINAL = 3  # kinds of shapes that learn for longer
_EPOCHS = 400  # the clock ends each training before
_FORESEEN = 0.03  # by so much may a shape seem too large before it is trained: its tables may get shorter
_RATE, _TEMPERATURE = 0.004, 2.0
_FROM_TEACHER, _TOO = (
    1.0,
    0.7,
)  # the teacher alone, or the labels too: which is better differs from data to data


class Lessons:
    """Shapes that learn from the loaded model: many for a short while, the best of them longer."""

    def __init__(
        self,
        model: Model,
        dataset: Dataset,
        space: Space,
        trials: Trials,
        limits: SearchLimits,
        report: Report,
        reserve: float,
    ) -> None:
        self._model, self._dataset, self._space = model, dataset, space
        self._trials, self._limits, self._report = trials, limits, report
        self._reserve = reserve

    def give(self) -> None:
        """Train until the time is up, but for what confirming takes."""
        self._trials.say("Starting TensorFlow")
        from studio.worker import fitting  # noqa: F401 -- its five seconds are no lesson's

        whole = self._left
        slot = whole * (1 - _FINALISTS) / _LESSONS
        study = begun_study(self._limits.seed)
        bases = self._space.bases
        for shape in islice(widest_first(self._space, self._fits), _LESSONS):
            start = {"base": bases.index((shape.depth, shape.joined)), "width": shape.width, "sparsity": 0.0}
            study.enqueue_trial({**start, "uneven": shape.uneven}, skip_if_exists=True)
        taught: dict[Shape, list[Trial]] = {}
        dear = 0
        while self._left > whole * _FINALISTS and dear < 100:
            asked = study.ask()
            shape = asked_shape(asked, bases, (0.0,))
            if shape in taught or not self._promises(shape):
                dear += 1  # costs no training: just what the compiler foresees
                study.tell(asked, min(map(self._trials.merit, taught.get(shape, [])), default=10.0))
                continue
            taught[shape] = self._taught(shape, slot)
            study.tell(asked, min(map(self._trials.merit, taught[shape]), default=10.0))
        found = sorted((t for made in taught.values() for t in made), key=self._trials.merit)
        # validation says little between shapes of a kind: one of each goes on
        finalists: dict[Base, Recipe] = {}
        for trial in found:
            shape = next(shape for shape, made in taught.items() if trial in made)
            finalists.setdefault((shape.depth, shape.joined), trial.recipe)
        chosen = list(finalists.values())[:_FINAL]
        last = [(recipe, _FROM_TEACHER) for recipe in chosen] + [(recipe, _TOO) for recipe in chosen[:1]]
        for place, (recipe, share) in enumerate(last):
            self._finish(recipe, share, self._left / (len(last) - place))

    @property
    def _left(self) -> float:
        return max(0.0, self._trials.left - self._reserve)

    def _fits(self, shape: Shape, storing: Storing) -> bool:
        try:
            return self._trials.within(self._trials.needs(self._space.recipe(shape, storing)), _FORESEEN)
        except StudioError:
            return False

    def _promises(self, shape: Shape) -> bool:
        """True where the shape fits in some way of storing."""
        return any(self._fits(shape, storing) for storing in (Storing(four=1.0), Storing()))

    def _taught(self, shape: Shape, seconds: float) -> list[Trial]:
        """The shape trained for some seconds, stored in the ways that fit."""
        asked = self._space.recipe(shape, training=_training(_FROM_TEACHER))
        recipe = self._trained(asked, seconds)
        if recipe is None:
            return []
        made: list[Trial] = []
        for four in SHARES:
            stored = self._space.recipe(shape, Storing(four), recipe.training)
            if (four in (0.0, 1.0) or self._between(made)) and self._fits(shape, Storing(four)):
                trial = self._trials.tried(stored)
                made += [trial] if trial is not None else []
        if made:
            best = min(made, key=self._trials.merit)
            for clip in (Clip.MSE, Clip.PERCENTILE):
                trial = self._trials.tried(replace(best.recipe, clip=clip))
                made += [trial] if trial is not None else []
        return made

    def _between(self, made: list[Trial]) -> bool:
        """True where 8 bits fit too, so that a mixture may be worth it."""
        return any(trial.recipe.scheme is Scheme.INT8 for trial in made)

    def _finish(self, recipe: Recipe, from_teacher: float, seconds: float) -> None:
        """The recipe trained longer, with its rounding where that is coarse."""
        schemes = {recipe.scheme, *(choice.scheme for choice in recipe.layers)}
        coarse = Scheme.INT4 in schemes or recipe.palette > 0
        if seconds < 1:
            return
        training = _training(from_teacher, aware=coarse)
        longer = self._trained(replace(recipe, training=training), seconds)
        if longer is not None:
            self._trials.tried(longer)

    def _trained(self, recipe: Recipe, seconds: float) -> Recipe | None:
        """The recipe with as many epochs as the seconds allow; None where there was time for none."""
        report = _Boxed(self._trials, self._report, time.monotonic() + min(seconds, self._left))
        try:
            done = train(self._model, recipe, self._dataset, report).recipe
        except StudioError:
            return None
        return done if done.training is not None else None


def _training(from_teacher: float, *, aware: bool = False) -> Training:
    return Training(
        epochs=_EPOCHS,
        learning_rate=_RATE,
        patience=_EPOCHS,
        distillation=from_teacher,
        temperature=_TEMPERATURE,
        quantization_aware=aware,
        ramp=0.0,
        variety=1.0,
    )


class _Boxed:
    """The report of a training that ends when its time is up, or when the user stops the search."""

    def __init__(self, trials: Trials, report: Report, until: float) -> None:
        self._trials, self._report, self._until = trials, report, until

    @property
    def stopping(self) -> bool:
        return stopping(self._report) or time.monotonic() > self._until

    def __call__(self, share: float, text: str, data: object = None) -> None:
        self._trials.say(f"Learning from the loaded model: {text.split(',')[0]}")
