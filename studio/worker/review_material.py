"""What the checks of the review work on: samples, both models' answers to them, and the device's code to ask more."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.answers import Answers, read_answers
from studio.core.build import Build
from studio.core.checklist import Tier
from studio.core.checks.check import Check
from studio.core.checks.detection import Steps
from studio.core.checks.limits import Limits
from studio.core.checks.out_of_fold import OutOfFold, most_samples, out_of_fold
from studio.core.checks.sensor_faults import Range, range_of
from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, Split, Task, balanced_rows, load_split
from studio.core.evaluation import Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.core.reconstruction import reconstruction_errors
from studio.worker.cache import content_of, find_arrays, find_record, keep_arrays, keep_record, key_of
from studio.worker.ends import without_softmax
from studio.worker.evaluate import Turns, in_turns
from studio.worker.original import Original
from studio.worker.report import Report
from studio.worker.responding import Responder
from studio.worker.runner import Runner, real, stored

Values = npt.NDArray[np.float32]

_MOST_MEMBERS = 1000


@dataclass(frozen=True)
class Members:
    """A part of the training set, as many of each class, and what both models answer: float32 [M, K]."""

    y: npt.NDArray[np.int64] | npt.NDArray[np.float32]
    float_scores: Values
    scores: Values


class Material:
    """All of it for one candidate; what takes long is made when it is first asked for, and kept in the cache."""

    def __init__(
        self,
        model: Model,
        candidate: Candidate,
        build: Build | None,
        dataset: Dataset,
        evaluation: Evaluation,
        tier: Tier,
        limits: Limits,
        report: Report,
    ) -> None:
        self.model, self.candidate, self.build = model, candidate, build
        self.dataset, self.evaluation = dataset, evaluation
        self.tier, self.limits, self.report = tier, limits, report
        outputs = int(np.prod(model.outputs[0].shape[1:]))
        self.splits: dict[str, Split] = {}
        for info in dataset.splits:
            report(0.02, "Reading the samples")
            self.splits[info.name] = load_split(Path(dataset.path), info.name, dataset.sample_shape, outputs)
        self.test = self.splits["test"]
        self.train = self.splits.get("train")
        self.answers: Answers = read_answers(evaluation)

    @property
    def twin(self) -> bool:
        """False where the model arrived compressed, so that there is no original to compare with."""
        return not self.model.quantized

    @property
    def task(self) -> Task:
        """What the model answers."""
        return self.dataset.task

    @cached_property
    def respond(self) -> Responder:
        """The device's code."""
        return Responder(self.candidate, self.build, self.report)

    @cached_property
    def original(self) -> Original | None:
        """The model before compression; None where it arrived compressed."""
        return Original(content_of(self.model), self.model.macs, self._turn) if self.twin else None

    @cached_property
    def before_softmax(self) -> Original | None:
        """The same without the softmax that ends it; None where it arrived compressed, or none ends it."""
        content = without_softmax(content_of(self.model)) if self.twin else None
        return Original(content, self.model.macs, self._turn) if content is not None else None

    @cached_property
    def out_of_fold(self) -> OutOfFold | None:
        """Scores for training samples by a quick classifier; None without enough of them apart from the test set."""
        if self.train is None or self.dataset.single or len(self.train.x) < self.limits.fewest_samples:
            return None
        classes = len(self.dataset.labels)
        rows = balanced_rows(self.train.y, most_samples(self.dataset.sample_shape))
        y = self.train.y[rows].astype(np.int64)
        key = key_of("review-folds", self.dataset.sha256, classes)
        known = find_arrays("review", key)
        if known is not None and known.get("scores", np.zeros(0)).shape == (len(rows), classes):
            return OutOfFold(rows, y, known["scores"])
        found = out_of_fold(self.train.x[rows], y, rows, classes, self._turn)
        keep_arrays("review", key, scores=found.scores)
        return found

    def _turn(self) -> None:
        self.report(self.respond.share, self.respond.words)

    @cached_property
    def range(self) -> Range:
        """The range of all samples that are known."""
        return range_of((self.train or self.test).x)

    @cached_property
    def steps(self) -> Steps | None:
        """The scores that the output can hold, or None where it is no int8 one."""
        if not self.respond.is_int8:
            return None
        scale, zero_point = self.respond.output.scales[0], (self.respond.output.zero_points or (0,))[0]
        return Steps(float(scale), float(scale * (127 - zero_point)))

    @cached_property
    def members(self) -> Members | None:
        """Answers to training samples, as many as there are test samples at most; None without a training set."""
        if self.train is None or self.dataset.single:
            return None
        rows = balanced_rows(self.train.y, min(len(self.test.x), _MOST_MEMBERS))
        x = self.train.x[rows]
        key = self._key("review-members")
        known = find_arrays("review", key)
        if known is None or len(known.get("scores", ())) != len(rows):
            runner = Runner(content_of(self.model), quick=self.twin)
            turns = Turns(self.report, self.respond.share, self.respond.share, "Answering training samples")
            outputs = in_turns(lambda part: runner.run(stored(part, runner.input)), x, turns)
            before = np.ascontiguousarray(real(outputs, runner.output)).reshape(len(x), -1)
            known = {"float_scores": before, "scores": self.respond(x)}
            keep_arrays("review", key, **known)
        return Members(self.train.y[rows], known["float_scores"], known["scores"])

    def judge(self) -> Callable[[Values, Values], npt.NDArray[np.bool_]]:
        """What is right among answers to the test samples `rows`; see `judge_for`."""
        return self.judge_for(np.arange(len(self.test.x)))

    def judge_for(self, rows: npt.NDArray[np.int64]) -> Callable[[Values, Values], npt.NDArray[np.bool_]]:
        """Which answers to these test samples are right, whatever became of their inputs.

        For classes the true one; for numbers an answer as near as 95 of 100 clean ones; for autoencoders an error as
        low as 95 of 100 clean normal samples have it for normal ones, and a higher one for anomalies.
        """
        test, answers = self.test, self.answers
        if self.task is Task.CLASSIFICATION:
            truth = test.y[rows]
            return lambda _, scores: scores.argmax(axis=1) == truth
        if self.task is Task.REGRESSION:
            target = test.y[rows]
            far = float(np.quantile(answers.errors, 0.95))
            return lambda _, scores: np.abs(scores - target).mean(axis=1) <= far
        marks = test.anomalous if test.anomalous is not None else np.zeros(len(test.x), bool)
        normal = answers.errors[~marks]
        limit = float(np.quantile(normal, 0.95)) if len(normal) else np.inf
        wanted = marks[rows]

        def judge(seen: Values, scores: Values) -> npt.NDArray[np.bool_]:
            found: npt.NDArray[np.bool_] = (
                reconstruction_errors(seen.reshape(len(seen), -1), scores) > limit
            ) == wanted
            return found

        return judge

    def kept(self, check_id: str, make: Callable[[], Check], cause: str = "") -> Check:
        """A check that no tier changes, from the cache or made and put there; `cause` is what else it is of."""
        key = self._key("review-check", check_id, cause, repr(self.limits))
        record = find_record("review", key)
        if record is not None:
            try:
                return from_json(Check, record, check_id)
            except ValueError:  # an older form: compute it again
                pass
        check = make()
        keep_record("review", key, to_json(check))
        return check

    def _key(self, *parts: str | int) -> str:
        sources = Path(self.build.sources).name if self.build is not None else ""
        return key_of(
            *parts, self.model.artifact_sha256, self.candidate.sha256, self.dataset.sha256, sources,
            *self.dataset.labels,
        )  # fmt: skip
