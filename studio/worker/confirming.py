"""The end of a search: the best that keeps to its limits on the test set too, and the sentence about it."""

import time
from collections import Counter
from dataclasses import replace

from studio.core.evaluation import Engine
from studio.core.formatting import show_bytes
from studio.core.metric import Metric
from studio.core.recipe import Clip, Recipe, Scheme
from studio.core.study import SearchLimits, Trial
from studio.worker.trials import Trials

MOST_CONFIRMED = 6
_PATIENCE_OF_USER = 10.0  # seconds that confirming goes on for after a stop


def confirm(trials: Trials) -> Trial | None:
    """The best that keeps to the limits on the test set, by the exported C; None where none does."""
    quick = [trial for trial in trials.made if is_quick(trial) and trials.within(trial)]
    order = sorted(quick, key=lambda trial: (not trial.allowed, trials.merit(trial)))
    if trials.baseline.allowed:
        order = [trial for trial in order if trials.merit(trial) < trials.merit(trials.baseline)]
    until = time.monotonic() + (_PATIENCE_OF_USER if trials.stopped else float("inf"))
    for trial in _worth_confirming(order):
        confirmed = trials.confirmed(trial.recipe, f"{trial.recipe.title}, measured")
        if confirmed.allowed:
            return confirmed
        if time.monotonic() > until:
            break
    return trials.baseline if trials.baseline.allowed else None


def _worth_confirming(order: list[Trial]) -> list[Trial]:
    """Those to measure for good, of trials with the best first: unlike ones, and last of all the most accurate.

    The best of each structure comes before the second best of any, for what is alike tends to stand or fall together;
    of near copies, which differ in their clipping alone, only the best comes. The most accurate makes sure that a
    longer search does not end with less than a short one.
    """
    copies: dict[Recipe, Trial] = {}
    for trial in order:
        copies.setdefault(replace(trial.recipe, clip=Clip.MIN_MAX), trial)
    unlike = list(copies.values())
    places: Counter[tuple[bool, Recipe]] = Counter()
    rank: dict[int, tuple[bool, int]] = {}
    for trial in unlike:
        shape = replace(trial.recipe.structure, scheme=Scheme.FLOAT32, clip=Clip.MIN_MAX)
        rank[trial.number] = (not trial.allowed, places[not trial.allowed, shape])
        places[not trial.allowed, shape] += 1
    unlike.sort(key=lambda trial: rank[trial.number])
    if len(unlike) <= MOST_CONFIRMED:
        return unlike
    first, rest = unlike[: MOST_CONFIRMED - 1], unlike[MOST_CONFIRMED - 1 :]
    return [*first, max(rest, key=lambda trial: trial.accuracy)]


def looks(trials: Trials) -> int:
    """How many recipes besides the baseline were measured on the test set."""
    return sum(not is_quick(trial) for trial in trials.made) - 1


def is_quick(trial: Trial) -> bool:
    """True for a trial on the validation set."""
    return trial.engine is Engine.LITERT


def sentence_of(
    best: Trial | None, baseline: Trial, loaded: float, limits: SearchLimits, metric: Metric, looks: int = 1
) -> str:
    """The best against int8 everywhere and the model as loaded (its accuracy on the test set), in a sentence.

    `looks` recipes were measured on the test set to find it. Where they were several the figure flatters a little, for
    it is the first that was good enough; so it is said.
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
