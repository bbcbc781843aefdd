"""The search for the recipe that suits a board best: ways of storing, then smaller models that learn."""

import time
from collections.abc import Iterator
from typing import Any

from studio.core.build import Optimize
from studio.core.candidates import front
from studio.core.command_line import reproducing_command
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.metric import metric_of
from studio.core.model import Model
from studio.core.project import Project
from studio.core.recipe import Clip
from studio.core.study import LayerSensitivity, SearchLimits, SearchResult
from studio.worker.confirming import MOST_CONFIRMED, confirm, is_quick, looks, sentence_of
from studio.worker.lessons import Lessons
from studio.worker.report import Report
from studio.worker.search_space import SPARSITIES, Space, asked_shape, asked_storing, begun_study, space_of
from studio.worker.sensitivity import sensitivity
from studio.worker.trials import Trials

_SENSITIVITY, _UNTRAINED = 0.15, 0.1  # shares of the time
_UNTRAINED_ALONE = 0.85  # where nothing can be trained
_PATIENCE = 25  # untrained trials without a gain


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
    reserve = trials.confirm_seconds * MOST_CONFIRMED / 2
    _untrained(space, trials, limits, _UNTRAINED if can_train else _UNTRAINED_ALONE, reserve)
    if can_train and trials.left > reserve:
        Lessons(model, dataset, space, trials, limits, report, reserve).give()
    best = confirm(trials)
    tried = [(float(trial.flash_bytes), trial.accuracy) if is_quick(trial) else None for trial in trials.made]
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
        sentence=sentence_of(best, trials.baseline, trials.loaded, limits, metric, looks(trials)),
        seconds=trials.elapsed,
        command=command,
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


def _untrained(space: Space, trials: Trials, limits: SearchLimits, share: float, reserve: float) -> None:
    """Recipes as they are, without training, until nothing better comes."""
    study = begun_study(limits.seed)
    for start in _untrained_starts():
        study.enqueue_trial(start, skip_if_exists=True)
    best, since = float("inf"), 0
    until = min(limits.seconds - reserve, trials.elapsed + limits.seconds * share)
    while trials.left and trials.elapsed < until and since < _PATIENCE:
        asked = study.ask()
        shape, storing = asked_shape(asked, ((1.0, False),), SPARSITIES), asked_storing(asked)
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
