"""What the answers of both models say: for classes, for numbers and for autoencoders."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from studio.core import evidence
from studio.core.anomaly import auc
from studio.core.dataset import Dataset, Split, Task
from studio.core.evaluation import CLASSES_KEPT, CONFUSION_CLASSES, Engine, Evaluation
from studio.core.recipe import Candidate
from studio.core.reconstruction import reconstruction_errors
from studio.core.regression import errors_of
from studio.worker.report import Report, silent

Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Answered:
    """A split, or a part of it, and what both models answer: float32 [N, K].

    `rows` are the samples' numbers in the split where only a part was answered, of `of` samples. `sources` names the C
    that answered.
    """

    engine: Engine
    split: Split
    float_scores: Values
    scores: Values
    rows: npt.NDArray[np.int64] | None = None
    of: int = 0
    sources: str = ""
    predictions: str = ""
    report: Report = field(default=silent)

    @property
    def n(self) -> int:
        """How many samples were answered."""
        return len(self.split.y)


def judge(candidate: Candidate, dataset: Dataset, answered: Answered) -> Evaluation:
    """The evaluation of these answers."""
    judged = _judge_classes if dataset.task is Task.CLASSIFICATION else _judge_numbers
    return judged(candidate, dataset, answered)


def _judge_classes(candidate: Candidate, dataset: Dataset, answered: Answered) -> Evaluation:
    split, n = answered.split, answered.n
    y = split.y.astype(np.int64)
    before, after = answered.float_scores.argmax(axis=1), answered.scores.argmax(axis=1)
    right = after == y
    flips = evidence.flips(y, before, after)
    classes = evidence.class_scores(y, before, after, dataset.labels)
    confusion = evidence.confusion(y, after, len(dataset.labels))
    small = len(dataset.labels) <= CONFUSION_CLASSES
    answered.report(0.95, "Comparing the answers")
    return Evaluation(
        candidate_sha256=candidate.sha256,
        data_sha256=dataset.sha256,
        task=Task.CLASSIFICATION,
        engine=answered.engine,
        n=n,
        accuracy=float(right.mean()),
        float_accuracy=float((before == y).mean()),
        accuracy_ci=evidence.wilson(int(right.sum()), n),
        classes=classes if len(classes) <= CLASSES_KEPT else (),
        confusion=confusion if small else (),
        float_confusion=evidence.confusion(y, before, len(dataset.labels)) if small else (),
        groups=evidence.group_scores(y, before, after, split.groups),
        flips=flips,
        flipped=evidence.flipped(y, before, after, answered.rows),
        predictions=answered.predictions,
        recipe=candidate.recipe.title,
        split=split.name,
        of=answered.of,
        sources=answered.sources,
    )


def _judge_numbers(candidate: Candidate, dataset: Dataset, answered: Answered) -> Evaluation:
    y = answered.split.y.astype(np.float32)
    n, anomalous = answered.n, answered.split.anomalous

    def pause() -> None:
        answered.report(0.95, "Comparing the answers")

    errors = errors_of(y, answered.scores, pause)
    float_errors = errors_of(y, answered.float_scores, pause)
    metric, float_metric = errors.explained, float_errors.explained
    area = float_area = None
    if anomalous is not None and _has_both(answered.split):
        area = auc(reconstruction_errors(y, answered.scores), anomalous)
        float_area = auc(reconstruction_errors(y, answered.float_scores), anomalous)
        metric, float_metric = area, float_area
    return Evaluation(
        candidate_sha256=candidate.sha256,
        data_sha256=dataset.sha256,
        task=dataset.task,
        engine=answered.engine,
        n=n,
        accuracy=metric.value,
        float_accuracy=float_metric.value,
        accuracy_ci=(metric.low, metric.high),
        mean_error=errors.absolute.value,
        float_mean_error=float_errors.absolute.value,
        predictions=answered.predictions,
        errors=errors,
        float_errors=float_errors,
        auc=area,
        float_auc=float_area,
        recipe=candidate.recipe.title,
        split=answered.split.name,
        of=answered.of,
        sources=answered.sources,
    )


def _has_both(split: Split) -> bool:
    """True where some samples are marked as anomalous and some are not."""
    return split.anomalous is not None and bool(split.anomalous.any()) and not bool(split.anomalous.all())
