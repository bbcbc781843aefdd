"""What both models answered to each sample, read from an evaluation's predictions: cells, changes and errors."""

import math
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Task
from studio.core.errors import StudioError
from studio.core.evaluation import ClassScore, Evaluation
from studio.core.evidence import class_scores
from studio.core.reconstruction import reconstruction_errors

GROUP = "group "  # begins the names of group columns among the predictions

Numbers = npt.NDArray[np.int64]
Values = npt.NDArray[np.float32]


class Side(StrEnum):
    """Which model's answers are looked at."""

    BEFORE = "before"
    AFTER = "after"
    CHANGE = "change"


class Kind(StrEnum):
    """How an answer changed."""

    BROKEN = "broken"
    MENDED = "mended"
    STILL_WRONG = "still wrong"


@dataclass(frozen=True)
class Answers:
    """The answers in arrays; samples are counted from 0, `rows` are their numbers in the split.

    `y` int64 [N] or float32 [N, K]; `float_scores` and `scores` float32 [N, K]. For classes `before` and `after` (int64
    [N]) are the answered classes; for numbers `float_errors` and `errors` (float32 [N]) are each sample's mean absolute
    error, for autoencoders its reconstruction error. `anomalous` bool [N] where that is known; `groups` str [N] by
    column.
    """

    task: Task
    y: npt.NDArray[np.generic]
    float_scores: Values
    scores: Values
    rows: Numbers
    before: Numbers
    after: Numbers
    float_errors: Values
    errors: Values
    anomalous: npt.NDArray[np.bool_] | None
    groups: dict[str, npt.NDArray[np.str_]]

    def __len__(self) -> int:
        return len(self.y)

    def kind(self, sample: int) -> Kind | None:
        """How this sample's answer changed, or None where it did not."""
        if self.before[sample] == self.after[sample]:
            return None
        if self.before[sample] == self.y[sample]:
            return Kind.BROKEN
        return Kind.MENDED if self.after[sample] == self.y[sample] else Kind.STILL_WRONG

    def changed(self) -> dict[Kind, Numbers]:
        """The samples whose answered class changed, by how; the surest new answers first."""
        differs = self.before != self.after
        masks = {
            Kind.BROKEN: differs & (self.before == self.y),
            Kind.MENDED: differs & (self.after == self.y),
            Kind.STILL_WRONG: differs & (self.before != self.y) & (self.after != self.y),
        }
        found = {}
        for kind, mask in masks.items():
            samples = np.flatnonzero(mask)
            sureness = self.scores[samples, self.after[samples]]
            found[kind] = samples[np.argsort(-sureness, kind="stable")]
        return found

    def confusion(self, classes: int, side: Side) -> Numbers:
        """Counts [true class][answered class]; for CHANGE those after minus those before."""
        if side is Side.CHANGE:
            return self.confusion(classes, Side.AFTER) - self.confusion(classes, Side.BEFORE)
        guess = self.before if side is Side.BEFORE else self.after
        table = np.bincount(self.y.astype(np.int64) * classes + guess, minlength=classes * classes)
        return table.reshape(classes, classes).astype(np.int64)

    def in_cell(self, truth: int, answered: int, side: Side) -> Numbers:
        """The samples in a cell of the confusion; for CHANGE those that came into it or left it."""
        of_class = self.y == truth
        was, is_now = self.before == answered, self.after == answered
        chosen = {Side.BEFORE: was, Side.AFTER: is_now, Side.CHANGE: was != is_now}[side]
        return np.flatnonzero(of_class & chosen)

    def missed(self, truth: int) -> Numbers:
        """The samples of a class that either model answered wrongly, those that compression broke first."""
        return self._wrong(self.y == truth)

    def missed_in(self, column: str, value: str) -> Numbers:
        """As `missed`, for the samples of a group; none where the groups were not kept."""
        values = self.groups.get(column)
        return np.zeros(0, np.int64) if values is None else self._wrong(values == value)

    def _wrong(self, chosen: npt.NDArray[np.bool_]) -> Numbers:
        samples = np.flatnonzero(chosen & ((self.before != self.y) | (self.after != self.y)))
        mended = (self.after[samples] == self.y[samples]).astype(np.int64)
        both = (self.before[samples] != self.y[samples]).astype(np.int64)
        return samples[np.argsort(mended * 2 + both, kind="stable")]

    def farthest(self) -> Numbers:
        """All samples, that with the largest error after compression first."""
        return np.argsort(-self.errors, kind="stable").astype(np.int64)


@dataclass(frozen=True, slots=True)
class Mistake:
    """One class answered for another, and how often before and after."""

    truth: int
    answered: int
    before: int
    after: int


def mistakes(before: Numbers, after: Numbers, most: int = 500) -> tuple[Mistake, ...]:
    """The cells off the diagonal with something in them, most frequent after compression first."""
    counted = (before + after) * ~np.eye(len(after), dtype=np.bool_)
    cells = np.flatnonzero(counted)
    was, is_now = before.reshape(-1)[cells], after.reshape(-1)[cells]
    order = np.lexsort((-was, -is_now))[:most]
    found = []
    for place in order:
        truth, answered = divmod(int(cells[place]), len(after))
        found.append(Mistake(truth, answered, int(was[place]), int(is_now[place])))
    return tuple(found)


@dataclass(frozen=True)
class Overview:
    """The answers with all that is shown of them at once; counts [true][answered], nothing for numbers.

    `classes` are the evaluation's, or made from the answers where it has none because they are many.
    """

    answers: Answers
    before: Numbers
    after: Numbers
    mistakes: tuple[Mistake, ...]
    changed: dict[Kind, tuple[int, ...]]
    classes: tuple[ClassScore, ...] = ()


def read_overview(evaluation: Evaluation, labels: tuple[str, ...]) -> Overview:
    """The overview of an evaluation's answers; takes a while for large test sets."""
    answers = read_answers(evaluation)
    if answers.task is not Task.CLASSIFICATION:
        nothing = np.zeros((0, 0), np.int64)
        return Overview(answers, nothing, nothing, (), {})
    before, after = (answers.confusion(len(labels), side) for side in (Side.BEFORE, Side.AFTER))
    changed = {kind: tuple(int(sample) for sample in found) for kind, found in answers.changed().items()}
    y = answers.y.astype(np.int64)
    classes = evaluation.classes or class_scores(y, answers.before, answers.after, labels)
    return Overview(answers, before, after, mistakes(before, after), changed, classes)


def read_answers(evaluation: Evaluation) -> Answers:
    """The answers that an evaluation was made from; StudioError where the cache lost them."""
    try:
        with (
            Path(evaluation.predictions).open("rb") as stream,
            np.load(stream, allow_pickle=False) as archive,
        ):
            kept = {name: archive[name] for name in archive.files if name != "outputs"}
        y, float_scores, scores = kept["y"], kept["float_scores"], kept["scores"]
    except Exception as error:  # a torn .npz fails in many ways (zip, zlib, header)
        raise StudioError(
            "The answers to the single samples are no longer in the cache. Change the recipe and back to measure again."
        ) from error
    n = len(y)
    nothing, none = np.zeros(0, np.int64), np.zeros(0, np.float32)
    before, after, float_errors, errors = nothing, nothing, none, none
    if evaluation.task is Task.CLASSIFICATION:
        before, after = float_scores.argmax(axis=1), scores.argmax(axis=1)
    else:
        far = reconstruction_errors if evaluation.task is Task.AUTOENCODER else _absolute
        float_errors, errors = far(y, float_scores), far(y, scores)
    rows = kept.get("rows", np.arange(n, dtype=np.int64))
    return Answers(
        evaluation.task,
        y,
        float_scores,
        scores,
        rows,
        before,
        after,
        float_errors,
        errors,
        kept.get("anomalous"),
        {name.removeprefix(GROUP): kept[name] for name in kept if name.startswith(GROUP)},
    )


def _absolute(y: Values, scores: Values) -> Values:
    found: Values = np.abs(scores - y).mean(axis=1)
    return found


@dataclass(frozen=True)
class ErrorBins:
    """Errors counted in bins of equal width between `edges` (float64 [B+1]); what lies beyond is in the outer ones.

    `places` int64 [N] is each sample's bin by its error after compression, `float_places` by that before.
    """

    edges: npt.NDArray[np.float64]
    float_places: Numbers
    places: Numbers

    def counts(self, side: Side, chosen: npt.NDArray[np.bool_] | None = None) -> Numbers:
        """How many samples (of those chosen) are in each bin."""
        places = self.float_places if side is Side.BEFORE else self.places
        picked = places if chosen is None else places[chosen]
        return np.bincount(picked, minlength=len(self.edges) - 1).astype(np.int64)


def error_bins(answers: Answers, bins: int = 20) -> ErrorBins:
    """The errors of numbers in bins: answer minus target where there is one number, else each sample's error.

    There are about `bins`, with round edges; their range leaves out the half per cent of samples at an end, which may
    be far away.
    """
    before, after = answers.float_errors.astype(np.float64), answers.errors.astype(np.float64)
    low_share = 0.0
    if answers.task is Task.REGRESSION and answers.scores.shape[1] == 1:
        target = answers.y.astype(np.float64)[:, 0]
        before, after = answers.float_scores[:, 0] - target, answers.scores[:, 0] - target
        low_share = 0.5
    every = np.concatenate([before, after])
    low, high = (float(end) for end in np.percentile(every, (low_share, 99.5)))
    if high <= low:
        high = low + (abs(low) * 0.01 or 1.0)
    step = _round_step((high - low) / bins)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    edges = np.arange(first, max(last, first + 1) + 1, dtype=np.float64) * step
    places = [np.clip(np.searchsorted(edges, far, "right") - 1, 0, len(edges) - 2) for far in (before, after)]
    return ErrorBins(edges, places[0].astype(np.int64), places[1].astype(np.int64))


def _round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below `least`."""
    scale = 10.0 ** math.floor(math.log10(least))
    return next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= least * 0.999)
