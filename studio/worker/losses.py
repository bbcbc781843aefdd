"""What training makes small: the distance from the labels and, for a student, from its teacher."""

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from studio.core.dataset import Task
from studio.core.recipe import Training

Loss = Callable[[Any, Any, Any], Any]
"""Of logits [N, K], labels (int64 [N] or float32 [N, K]) and the teacher's logits [N, K]: a loss for each sample."""


def loss_of(task: Task, ending: str, training: Training, *, shares: bool) -> Loss:
    """The loss for a model whose last operator is `ending` (a SOFTMAX, a LOGISTIC or "").

    Classes: cross-entropy; numbers: mean squared error, and for a LOGISTIC whose targets are `shares` (0 to 1)
    cross-entropy. With distillation: (1 − α)·labels + α·T²·KL(teacher softened by T ‖ student softened by T)
    (Hinton, Vinyals and Dean, 2015), and for numbers the mean squared distance from the teacher's.
    """
    classes = task is Task.CLASSIFICATION
    by_labels = _class_loss(ending) if classes else _number_loss(ending, shares=shares)
    alpha, temperature = training.distillation, training.temperature
    if alpha == 0:
        return lambda logits, y, teacher: by_labels(logits, y)
    by_teacher = _soft_loss(ending, temperature) if classes else _distance(ending)

    def mixed(logits: Any, y: Any, teacher: Any) -> Any:
        return (1 - alpha) * by_labels(logits, y) + alpha * by_teacher(logits, teacher)

    return mixed


def ended(ending: str, logits: Any) -> Any:
    """The model's answers for its logits."""
    match ending:
        case "SOFTMAX":
            return tf.nn.softmax(logits)
        case "LOG_SOFTMAX":
            return tf.nn.log_softmax(logits)
        case "LOGISTIC":
            return tf.sigmoid(logits)
    return logits


def _class_loss(ending: str) -> Callable[[Any, Any], Any]:
    def by_labels(logits: Any, y: Any) -> Any:
        if ending != "LOGISTIC":
            return tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
        one_hot = tf.one_hot(y, logits.shape[-1])
        return tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(one_hot, logits), -1)

    return by_labels


def _number_loss(ending: str, *, shares: bool) -> Callable[[Any, Any], Any]:
    def by_labels(logits: Any, y: Any) -> Any:
        if ending == "LOGISTIC" and shares:
            return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(y, logits), -1)
        return tf.reduce_mean(tf.math.squared_difference(ended(ending, logits), y), -1)

    return by_labels


def _soft_loss(ending: str, temperature: float) -> Callable[[Any, Any], Any]:
    def by_teacher(logits: Any, teacher: Any) -> Any:
        student, wanted = logits / temperature, teacher / temperature
        if ending == "LOGISTIC":
            chance = tf.sigmoid(wanted)
            crossed = tf.nn.sigmoid_cross_entropy_with_logits(chance, student)
            entropy = tf.nn.sigmoid_cross_entropy_with_logits(chance, wanted)
            return temperature**2 * tf.reduce_sum(crossed - entropy, -1)
        gap = tf.nn.log_softmax(wanted) - tf.nn.log_softmax(student)
        return temperature**2 * tf.reduce_sum(tf.nn.softmax(wanted) * gap, -1)

    return by_teacher


def _distance(ending: str) -> Callable[[Any, Any], Any]:
    return lambda logits, teacher: tf.reduce_mean(
        tf.math.squared_difference(ended(ending, logits), ended(ending, teacher)), -1
    )
