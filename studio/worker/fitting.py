"""The epochs of training: steps of Adam over shuffled batches, and after each epoch a look at the validation set."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import tensorflow as tf

from studio.core.dataset import Split
from studio.core.recipe import Training
from studio.core.study import CurvePoint
from studio.worker.fake_quantize import FakeQuantize
from studio.worker.losses import Loss, ended, loss_of
from studio.worker.metric import metric, part_of
from studio.worker.ramp import Schedule
from studio.worker.report import Report, stopping
from studio.worker.trainable import Trainable, Weights, in_batches
from studio.worker.variety import Alter

_PLATEAU = 3  # epochs without a gain after which the learning rate halves
_MOMENTUM, _SQUARES, _EPSILON = 0.9, 0.999, 1e-7  # Adam's, as Kingma and Ba (2015) and Keras have them
_MOST_TOGETHER, _MACS_TOGETHER = 8, 40_000_000  # batches between two reports: some 30 ms
Requantize = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Lesson:
    """What is learnt from: both splits, and the teacher's logits on them (empty rows without a teacher).

    `alter` makes copies that are learnt beside the samples, `ask` gives the teacher's logits on these; None without.
    """

    train: Split
    validation: Split
    teacher: npt.NDArray[np.float32]
    validation_teacher: npt.NDArray[np.float32]
    alter: Alter | None = None
    ask: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Fitted:
    """The best weights as a .tflite, the epochs that were done, and how they ended.

    `broken`: the loss ceased to be a number; `rounded`: training saw the rounding of the recipe's scheme.
    """

    content: bytes
    curve: tuple[CurvePoint, ...]
    before: float
    best_epoch: int
    stopped: bool
    broken: bool
    rounded: bool


class Fit:
    """A model while it is trained.

    `schedule` says which weights are zero when; `requantize` makes of the float .tflite what the recipe will, where
    training is to see its rounding. Everything that an epoch does follows from the epochs before it and the seed, and
    never from how many are still to come: so that what was stopped after five is what five epochs come to.
    """

    def __init__(
        self,
        model: Trainable,
        lesson: Lesson,
        training: Training,
        schedule: Schedule,
        requantize: Requantize | None,
    ) -> None:
        self._model, self._lesson, self._training, self._schedule = model, lesson, training, schedule
        self._requantize = requantize
        y = lesson.train.y
        self._loss: Loss = loss_of(
            lesson.train.task, model.ending, training, shares=bool(((y >= 0) & (y <= 1)).all())
        )
        variables = list(model.variables.values())
        self._first = [tf.Variable(tf.zeros_like(v)) for v in variables]
        self._second = [tf.Variable(tf.zeros_like(v)) for v in variables]
        self._steps = tf.Variable(0.0)
        self._rate = tf.Variable(training.learning_rate)
        self._masks = {index: tf.Variable(mask) for index, mask in schedule.last.items()}
        self._rounding: FakeQuantize | None = None
        self._x, self._y = tf.constant(lesson.train.x), tf.constant(y)
        self._teacher = tf.constant(lesson.teacher)
        batches = _MACS_TOGETHER // max(1, model.macs * training.batch)
        self._together = training.batch * max(1, min(_MOST_TOGETHER, batches))
        self._lessons = tf.function(
            self._learn_several, input_signature=[tf.TensorSpec((None,), tf.int64)], autograph=False
        )
        self._logits: Any = None

    def run(self, report: Report) -> Fitted:
        """Train until the epochs are done, nothing was gained for `patience` of them, or the user stops it."""
        training, begin = self._training, 0.0
        report(0.0, "Measuring before training")
        start = self._zeroed()
        validation_loss, before = self._validated(start)
        best, best_epoch, record = start, 0, self._merit(before, validation_loss)
        lowest = validation_loss
        curve: list[CurvePoint] = []
        since = 0
        stopped = broken = False
        for epoch in range(1, training.epochs + 1):
            loss = self._epoch(epoch, report, begin)
            begin = begin or time.monotonic()  # the first epoch takes longer: TensorFlow gets ready
            if loss is None:
                stopped = True
                break
            now = self._zeroed()
            validation_loss, score = self._validated(now) if math.isfinite(loss) else (math.nan, 0.0)
            if not math.isfinite(validation_loss):
                broken = True
                break
            curve.append(CurvePoint(epoch, loss, validation_loss, score))
            report(epoch / training.epochs, _words(epoch, training.epochs, begin), curve[-1])
            merit = self._merit(score, validation_loss)
            since = 0 if validation_loss < lowest or merit[0] > record[0] else since + 1
            lowest = min(lowest, validation_loss)
            if merit > record:
                best, best_epoch, record = now, epoch, merit
            if since and since % _PLATEAU == 0:
                self._rate.assign(self._rate / 2)
            if since >= training.patience and epoch >= self._schedule.epochs:
                break
        return Fitted(
            self._model.content(best),
            tuple(curve),
            before,
            best_epoch,
            stopped,
            broken,
            self._rounding is not None,
        )

    def _merit(self, score: float, validation_loss: float) -> tuple[float, float]:
        """What decides which epoch is kept: the metric, of equal ones the lower loss.

        Where a student hears nothing but its teacher it is the other way round: the distance from the teacher falls
        smoothly where the metric of a few hundred samples jumps, and labels play no part.
        """
        return (-validation_loss, score) if self._training.distillation == 1 else (score, -validation_loss)

    def _epoch(self, epoch: int, report: Report, begin: float) -> float | None:
        """The mean loss of one epoch (NaN: it broke off), or None where the user stopped in the middle."""
        training = self._training
        for index, mask in self._schedule.mask(epoch).items():
            self._masks[index].assign(mask)
            variable = self._model.variables[index]
            variable.assign(variable * mask)
        count = len(self._lesson.train.x)
        order = np.random.default_rng((training.seed, epoch)).permutation(count).astype(np.int64)
        total = 0.0
        for begun in range(0, count, self._together):
            if stopping(report):
                return None
            share = (epoch - 1 + begun / count) / training.epochs
            report(share, _words(epoch, training.epochs, begin, share))
            loss = float(self._lessons(tf.constant(order[begun : begun + self._together])))
            if not math.isfinite(loss):
                return math.nan
            total += loss
        return total / count

    def _learn_several(self, rows: Any) -> Any:
        """Steps of Adam over these rows, batch by batch; returns the sum of the losses.

        Copies are made and the teacher is asked about them for all rows at once, which takes a fraction of the time.
        """
        x, y, teacher = tf.gather(self._x, rows), tf.gather(self._y, rows), tf.gather(self._teacher, rows)
        alter, ask, batch = self._lesson.alter, self._lesson.ask, self._training.batch
        parts = [(x, y, teacher)]
        if alter is not None:
            copies = alter(x, tf.stack([self._training.seed, tf.cast(self._steps, tf.int32)]))
            targets = tf.reshape(copies, tf.shape(y)) if self._lesson.train.reconstructs else y
            parts.append((copies, targets, teacher if ask is None else ask(copies)))
        count = tf.shape(x)[0]

        def step(begun: Any, total: Any) -> tuple[Any, Any]:
            now = slice(begun, tf.minimum(begun + batch, count))
            given = [tf.concat([part[now] for part in kind], 0) for kind in zip(*parts, strict=True)]
            share = tf.cast(tf.shape(x[now])[0], tf.float32)
            return begun + batch, total + share * self._learn(*given)

        return tf.while_loop(lambda begun, _: begun < count, step, (0, 0.0), parallel_iterations=1)[1]

    def _learn(self, x: Any, y: Any, teacher: Any) -> Any:
        """One step of Adam; returns the batch's mean loss."""
        model = self._model
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(self._loss(model.logits(x, self._rounding), y, teacher))
        slopes = tape.gradient(loss, list(model.variables.values()))
        self._steps.assign_add(1.0)
        pace = self._rate * tf.sqrt(1 - _SQUARES**self._steps) / (1 - _MOMENTUM**self._steps)
        places = zip(model.variables.items(), slopes, self._first, self._second, strict=True)
        for (index, variable), slope, first, second in places:
            if slope is None:
                continue
            first.assign(_MOMENTUM * first + (1 - _MOMENTUM) * slope)
            second.assign(_SQUARES * second + (1 - _SQUARES) * tf.square(slope))
            value = variable - pace * first / (tf.sqrt(second) + _EPSILON)
            variable.assign(value * self._masks[index] if index in self._masks else value)
        return loss

    def _zeroed(self) -> Weights:
        """The weights as they would be kept now: with all the zeros that the recipe wants in the end."""
        masks = self._schedule.last
        return {
            index: values * masks[index] if index in masks else values
            for index, values in self._model.weights().items()
        }

    def _validated(self, weights: Weights) -> tuple[float, float]:
        """Loss and metric on the validation set with these weights, rounded as the recipe will."""
        model, split = self._model, self._lesson.validation
        grown = model.weights()
        model.assign(weights)
        if self._requantize is not None:
            content = model.content(weights)
            quantized = self._requantize(content)
            if self._rounding is None:
                self._rounding = FakeQuantize(content, quantized)
            else:
                self._rounding.follow(content, quantized)
        if self._logits is None:
            shape = tf.TensorSpec((None, *split.x.shape[1:]), tf.float32)
            self._logits = tf.function(
                lambda x: model.logits(x, self._rounding), input_signature=[shape], autograph=False
            )
        logits = in_batches(self._logits, split.x)
        model.assign(grown)
        usual = np.flatnonzero(~split.anomalous) if split.anomalous is not None else np.arange(len(split.x))
        part = part_of(split, usual)
        losses = self._loss(logits[usual], part.y, self._lesson.validation_teacher[usual])
        return float(tf.reduce_mean(losses)), metric(split, np.asarray(ended(model.ending, logits)))


def without_anomalies(split: Split) -> Split:
    """The samples that an autoencoder is to learn: those that are not marked as anomalous."""
    if split.anomalous is None:
        return split
    return replace(part_of(split, np.flatnonzero(~split.anomalous)), anomalous=None)


def _words(epoch: int, epochs: int, begin: float, share: float | None = None) -> str:
    """Which epoch it is, and the time left by how long those after the first, which ended at `begin`, took."""
    share = epoch / epochs if share is None else share
    words, done = f"Epoch {epoch} of {epochs}", share - 1 / epochs
    if not begin or done * epochs < 1:
        return words
    left = (time.monotonic() - begin) * (1 - share) / done
    return f"{words}, about {math.ceil(left)} s left"
