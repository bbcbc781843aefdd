"""The search for the recipe that suits a board best: ways of storing, then smaller models that learn."""

import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from studio.core.build import Optimize
from studio.core.candidates import front
from studio.core.command_line import reproducing_command
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.evaluation import Engine
from studio.core.formatting import show_bytes
from studio.core.metric import Metric, metric_of
from studio.core.model import Model
from studio.core.project import Project
from studio.core.recipe import Clip, Recipe, Scheme, Training
from studio.core.study import LayerSensitivity, SearchLimits, SearchResult, Trial
from studio.worker.report import Report, stopping
from studio.worker.search_space import (
    SHARES,
    SPARSITIES,
    WIDTHS,
    Base,
    Shape,
    Space,
    Storing,
    space_of,
    widest_first,
)
from studio.worker.sensitivity import sensitivity
from studio.worker.training import train
from studio.worker.trials import Trials

if TYPE_CHECKING:
    from optuna import Study
    from optuna.trial import Trial as Asked

_SENSITIVITY, _UNTRAINED, _FINALISTS = 0.15, 0.1, 0.7  # shares of the time
_UNTRAINED_ALONE = 0.85  # where nothing can be trained
_PATIENCE = 25  # untrained trials without a gain
_LESSONS = 6  # trainings of the first round that the time is divided by
_FINAL = 3  # kinds of shapes that learn for longer
_CONFIRMED = 6
_EPOCHS = 400  # the clock ends each training before
_FORESEEN = 0.03  # by so much may a shape seem too large before it is trained: its tables may get shorter
_RATE, _TEMPERATURE = 0.004, 2.0
_FROM_TEACHER, _TOO = (
    1.0,
    0.7,
)  # the teacher alone, or the labels too: which is better differs from data to data


def search(
    model: Model, dataset: Dataset, optimize: Optimize, limits: SearchLimits, report: Report
) -> SearchResult:
    """Try recipes until the time is up or the user stops; the best within the limits.

    First recipes that need no training (Optuna's TPE over pruning, sparsity, bits, clipping and palettes, begun with
    those that sensitivity recommends), then shapes that are trained for a short while with the loaded model as their
    teacher, each stored in several ways; the best of these are trained on, rounding included. The validation set
    decides; the best are confirmed on the test set with the exported C until one keeps to the limits.
    """
    if model.quantized:
        raise StudioError(
            "This model arrived with its numbers in few bits, so no other recipe can be tried. Load the float model."
        )
    trials = Trials(model, dataset, optimize, limits, report)
    rows = _sensitive(model, dataset, trials, limits.seconds * _SENSITIVITY)
    space = space_of(model, rows)
    can_train = any(split.name == "train" for split in dataset.splits)
    reserve = trials.confirm_seconds * _CONFIRMED / 2
    _untrained(space, trials, limits, _UNTRAINED if can_train else _UNTRAINED_ALONE, reserve)
    if can_train and trials.left > reserve:
        _Lessons(model, dataset, space, trials, limits, report, reserve).give()
    best = _confirm(trials)
    tried = [
        (float(trial.flash_bytes), trial.accuracy) if _is_quick(trial) else None for trial in trials.made
    ]
    metric = metric_of(None, dataset)
    command = ""
    if best is not None:
        project = Project(model=model.path, data=dataset.path, board=limits.board, optimize=optimize)
        command = reproducing_command(project, best.recipe)
    return SearchResult(
        limits=limits,
        trials=tuple(trials.made),
        front=tuple(trials.made[place].number for place in front(tried)),
        baseline=trials.baseline,
        best=best,
        sentence=sentence_of(best, trials.baseline, trials.loaded, limits, metric, _looks(trials)),
        seconds=trials.elapsed,
        command=command,
    )


def sentence_of(
    best: Trial | None, baseline: Trial, loaded: float, limits: SearchLimits, metric: Metric, looks: int = 1
) -> str:
    """The best against int8 everywhere and the model as loaded (its accuracy on the test set), in a sentence.

    `looks` recipes were measured on the test set to find it.

    Where they were several the figure flatters a little, for it is the first that was good enough; so it is said.
    """
    whole = (
        f"int8 everywhere: {show_bytes(baseline.flash_bytes)}, {metric.say(baseline.accuracy, baseline.n)}"
    )
    if best is None:
        return (
            f"Nothing that was tried keeps to all limits ({whole}). Allow more time, more flash "
            f"({show_bytes(limits.flash_bytes)} now) or a lower {metric.value}."
        )
    share = f"{best.flash_bytes / baseline.flash_bytes * 100:.0f} %"
    return (
        f"{best.recipe.title}: {show_bytes(best.flash_bytes)} of flash, {share} of int8 everywhere "
        f"({show_bytes(baseline.flash_bytes)}), at {metric.say(best.accuracy, best.n)} "
        f"({metric.show_change(loaded, best.accuracy, best.n)} against the model as loaded, "
        f"{metric.show_change(baseline.accuracy, best.accuracy, best.n)} against int8 everywhere), on {best.n} "
        "test samples by the exported C"
        + (f"; {looks} recipes were measured there, so this may flatter a little." if looks > 1 else ".")
    )


class _Late(BaseException):
    """The time for a step is up."""


def _sensitive(
    model: Model, dataset: Dataset, trials: Trials, seconds: float
) -> tuple[LayerSensitivity, ...]:
    """What is known of the layers' sensitivity after this many seconds."""
    rows: list[LayerSensitivity] = []
    until = time.monotonic() + seconds

    def within(share: float, text: str, data: object = None) -> None:
        if isinstance(data, LayerSensitivity):
            rows.append(data)
        trials.say(text)
        if time.monotonic() > until or not trials.left:
            raise _Late

    try:
        return sensitivity(model, dataset, within).rows
    except _Late:
        return tuple(rows)


def _study(seed: int) -> "Study":
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    return optuna.create_study(sampler=optuna.samplers.TPESampler(seed=seed, n_startup_trials=8))


def _untrained(space: Space, trials: Trials, limits: SearchLimits, share: float, reserve: float) -> None:
    """Recipes as they are, without training, until nothing better comes."""
    study = _study(limits.seed)
    for start in _untrained_starts():
        study.enqueue_trial(start, skip_if_exists=True)
    best, since = float("inf"), 0
    until = min(limits.seconds - reserve, trials.elapsed + limits.seconds * share)
    while trials.left and trials.elapsed < until and since < _PATIENCE:
        asked = study.ask()
        shape, storing = _shape(asked, ((1.0, False),), SPARSITIES), _storing(asked)
        trial = trials.tried(space.recipe(shape, storing))
        merit = trials.merit(trial) if trial is not None else 100.0
        study.tell(asked, merit)
        since = 0 if merit < best else since + 1
        best = min(best, merit)


def _untrained_starts() -> Iterator[dict[str, Any]]:
    plain = {"base": 0, "width": 1.0, "sparsity": 0.0, "uneven": False}
    for four, clip, palette in (
        (1.0, Clip.MIN_MAX, 0),
        (0.5, Clip.MIN_MAX, 0),
        (1.0, Clip.MSE, 0),
        (0.75, Clip.MSE, 0),
        (0.25, Clip.MIN_MAX, 0),
        (0.0, Clip.MIN_MAX, 16),
        (0.0, Clip.PERCENTILE, 0),
    ):
        yield {**plain, "four": four, "clip": clip.value, "palette": palette}
    for width in (0.85, 0.7):
        yield {**plain, "width": width, "uneven": True, "four": 0.0, "clip": Clip.MIN_MAX.value, "palette": 0}


def _shape(asked: "Asked", bases: tuple[Base, ...], sparsities: tuple[float, ...]) -> Shape:
    depth, joined = bases[asked.suggest_categorical("base", tuple(range(len(bases))))]
    return Shape(
        width=asked.suggest_categorical("width", WIDTHS),
        depth=depth,
        sparsity=asked.suggest_categorical("sparsity", sparsities),
        uneven=asked.suggest_categorical("uneven", (False, True)),
        joined=joined,
    )


def _storing(asked: "Asked") -> Storing:
    return Storing(
        four=asked.suggest_categorical("four", SHARES),
        clip=Clip(asked.suggest_categorical("clip", tuple(clip.value for clip in Clip))),
        palette=asked.suggest_categorical("palette", (0, 4, 16)),
    )


class _Lessons:
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
        study = _study(self._limits.seed)
        bases = self._space.bases
        for shape in islice(widest_first(self._space, self._fits), _LESSONS):
            start = {"base": bases.index((shape.depth, shape.joined)), "width": shape.width, "sparsity": 0.0}
            study.enqueue_trial({**start, "uneven": shape.uneven}, skip_if_exists=True)
        taught: dict[Shape, list[Trial]] = {}
        dear = 0
        while self._left > whole * _FINALISTS and dear < 100:
            asked = study.ask()
            shape = _shape(asked, bases, (0.0,))
            if shape in taught or not self._promises(shape):
                dear += 1  # costs no training: just what the compiler foresees
                study.tell(asked, min(map(self._trials.merit, taught.get(shape, [])), default=10.0))
                continue
            taught[shape] = self._taught(shape, slot)
            study.tell(asked, min(map(self._trials.merit, taught[shape]), default=10.0))
        found = sorted((t for made in taught.values() for t in made), key=self._trials.merit)
        finalists: dict[
            Base, Recipe
        ] = {}  # validation says little between shapes of a kind: one of each goes on
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


def _confirm(trials: Trials) -> Trial | None:
    """The best that keeps to the limits on the test set, by the exported C; None where none does."""
    quick = [trial for trial in trials.made if _is_quick(trial) and trials.within(trial)]
    order = sorted(quick, key=lambda trial: (not trial.allowed, trials.merit(trial)))
    if trials.baseline.allowed:
        order = [trial for trial in order if trials.merit(trial) < trials.merit(trials.baseline)]
    # near copies (another clip) would stand or fall together: the best of each structure first
    first: dict[Recipe, Trial] = {}
    for trial in order:
        first.setdefault(replace(trial.recipe.structure, scheme=Scheme.FLOAT32, clip=Clip.MIN_MAX), trial)
    for trial in list(first.values())[: 1 if trials.stopped else _CONFIRMED]:
        confirmed = trials.confirmed(trial.recipe, f"{trial.recipe.title}, measured")
        if confirmed.allowed:
            return confirmed
    return trials.baseline if trials.baseline.allowed else None


def _looks(trials: Trials) -> int:
    """How many recipes besides the baseline were measured on the test set."""
    return sum(not _is_quick(trial) for trial in trials.made) - 1


def _is_quick(trial: Trial) -> bool:
    return trial.engine is Engine.LITERT
