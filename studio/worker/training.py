"""Fine-tuning a compressed model with the training set: for accuracy lost, from a teacher, or against rounding."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, Split, load_split
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.recipe import LayerChoice, Recipe, Training
from studio.core.study import Trained
from studio.worker.cache import content_of, find_record, keep_record, key_of
from studio.worker.metric import part_of
from studio.worker.quantize import quantize
from studio.worker.ramp import schedule
from studio.worker.report import Report, silent
from studio.worker.structure import Structured, find_structured, keep_structured, untrained

if TYPE_CHECKING:
    from studio.worker.fitting import Fitted, Lesson

_HELD_OUT = 0.15  # of the training set, where there is no validation set


def train(model: Model, recipe: Recipe, dataset: Dataset, report: Report) -> Trained:
    """Train as `recipe.training` says; the weights lie in the cache, where `structured` finds them.

    The epoch that is kept is the one with the best metric on the validation set, for that is what the studio judges
    by everywhere; of equal ones that with the lowest loss. Where no epoch gained, the weights stay as they were.
    """
    begin = time.monotonic()
    training = recipe.training
    if training is None:
        raise StudioError("This recipe says nothing about training. Choose the epochs and the learning rate.")
    known = _known(model, recipe, dataset)
    if known is not None:
        return known
    if model.quantized:
        raise StudioError(
            "This model arrived with its numbers already in few bits and cannot be trained. Load the float model it "
            "came from."
        )
    report(0.01, "Preparing the model")
    bare = untrained(model, recipe, silent, dataset)
    fitted = _fitted(model, recipe, training, dataset, bare, report)
    if fitted.broken and not fitted.curve:
        raise StudioError(
            "The loss is no number any more after the first steps: the steps are too large. Try a smaller learning "
            f"rate, for example {training.learning_rate / 10:g}."
        )
    done = _as_done(recipe, training, len(fitted.curve)) if fitted.stopped else recipe
    notes = bare.notes
    if training.quantization_aware and not fitted.rounded:
        notes = (*notes, "This scheme rounds nothing that training could have seen, so it trained as usual.")
    if fitted.broken:
        notes = (
            *notes,
            f"Training broke off after epoch {len(fitted.curve)} because the loss was no number any more; the best "
            f"epoch before was kept. Try a smaller learning rate, for example {training.learning_rate / 10:g}.",
        )
    kept = bare
    if done.training is not None:
        found = Structured(fitted.content, "", bare.removed_channels, notes)
        kept = keep_structured(model, done, dataset, found)
    trained = Trained(
        recipe=done,
        curve=fitted.curve,
        before=fitted.before,
        best_epoch=fitted.best_epoch,
        artifact_sha256=kept.sha256,
        seconds=time.monotonic() - begin,
    )
    if done.training is not None:
        keep_record("trained", _key(model, done, dataset), to_json(trained))
    report(1.0, notes[-1] if fitted.broken else "Trained")
    return trained


def trained_content(model: Model, recipe: Recipe, dataset: Dataset, report: Report) -> bytes:
    """The float .tflite that training by `recipe` leads to; trained now where it is not in the cache."""
    found = find_structured(model, recipe, dataset)
    if found is None:
        train(model, recipe, dataset, report)
        found = find_structured(model, recipe, dataset)
    if found is None:
        raise StudioError("The trained weights are no longer in the cache. Train again.")
    return found.content


def _fitted(
    model: Model, recipe: Recipe, training: Training, dataset: Dataset, bare: Structured, report: Report
) -> "Fitted":
    splits = _splits(model, dataset, training.seed)
    report(0.02, "Starting TensorFlow")
    from studio.worker.fitting import Fit
    from studio.worker.trainable import Trainable, make_reproducible

    make_reproducible()
    sparse = Trainable(bare.content)
    lesson = _lesson(model, training, *splits)
    ways = schedule({}, {}, 0)
    if recipe.sparsity or recipe.pattern or any(choice.sparsity for choice in recipe.layers):
        dense = Trainable(untrained(model, _dense(recipe), silent, dataset).content)
        values, zeros = dense.weights(), sparse.weights()
        pairs = list(zip(dense.weight_places, sparse.weight_places, strict=True))
        ways = schedule(
            {there: values[here] for here, there in pairs},
            {there: zeros[there] for _, there in pairs},
            round(training.ramp * training.epochs),
        )
        if training.ramp:
            sparse.assign({there: values[here] for here, there in pairs})

    def requantize(content: bytes) -> bytes:
        return quantize(content, "", recipe, dataset, silent)[0]

    aware = training.quantization_aware and _rounds(requantize, bare.content)
    return Fit(sparse, lesson, training, ways, requantize if aware else None).run(report)


def _lesson(model: Model, training: Training, train_split: Split, validation: Split) -> "Lesson":
    """The splits, and the loaded model's logits on them where the student is to hear them."""
    from studio.worker.fitting import Lesson, without_anomalies
    from studio.worker.trainable import Trainable, in_batches
    from studio.worker.variety import alter_for

    train_split = without_anomalies(train_split)
    alter = alter_for(train_split.x, training.variety) if training.variety else None
    if not training.distillation:
        nothing, less = (np.zeros((len(split.x), 1), np.float32) for split in (train_split, validation))
        return Lesson(train_split, validation, nothing, less, alter)
    teacher = Trainable(content_of(model))
    return Lesson(
        train_split,
        validation,
        in_batches(teacher.logits, train_split.x),
        in_batches(teacher.logits, validation.x),
        alter,
        teacher.logits,
    )


def _splits(model: Model, dataset: Dataset, seed: int) -> tuple[Split, Split]:
    """What is trained on, and what decides which epoch is kept; the test set is neither."""
    names = {split.name for split in dataset.splits}
    if "train" not in names:
        raise StudioError(
            "Training needs samples that the test set does not have. Give a folder with train.npz, validation.npz and "
            "test.npz, or let the studio divide the data."
        )
    outputs = int(np.prod(model.outputs[0].shape[1:]))
    whole = load_split(Path(dataset.path), "train", dataset.sample_shape, outputs)
    if "validation" in names:
        return whole, load_split(Path(dataset.path), "validation", dataset.sample_shape, outputs)
    order = np.random.default_rng(seed).permutation(len(whole.x)).astype(np.int64)
    held = round(_HELD_OUT * len(order))
    if not 0 < held < len(order):
        raise StudioError(f"{len(order)} training samples are too few to train with. Add more.")
    return part_of(whole, np.sort(order[held:])), part_of(whole, np.sort(order[:held]))


def _rounds(requantize: Callable[[bytes], bytes], content: bytes) -> bool:
    """False where the recipe's scheme leaves all numbers as they are."""
    from studio.worker.fake_quantize import FakeQuantize

    return len(FakeQuantize(content, requantize(content))) > 0


def _dense(recipe: Recipe) -> Recipe:
    """The recipe without single weights set to zero."""
    layers = (LayerChoice(c.layer, c.scheme, c.pruning, None) for c in recipe.layers)
    return replace(
        recipe, sparsity=0.0, pattern="", layers=tuple(choice for choice in layers if not choice.empty)
    )


def _as_done(recipe: Recipe, training: Training, epochs: int) -> Recipe:
    """The recipe that leads to what was there after `epochs` of the epochs asked for.

    The ramp is a share of the epochs: it is given anew, so that it ends where it would have ended.
    """
    if epochs == 0:
        return replace(recipe, training=None)
    ramp = round(training.ramp * training.epochs) / epochs
    return replace(recipe, training=replace(training, epochs=epochs, ramp=ramp))


def _known(model: Model, recipe: Recipe, dataset: Dataset) -> Trained | None:
    record = find_record("trained", _key(model, recipe, dataset))
    if record is None or find_structured(model, recipe, dataset) is None:
        return None
    try:
        return replace(from_json(Trained, record, "trained"), recipe=recipe)
    except ValueError:  # an older form: train again
        return None


def _key(model: Model, recipe: Recipe, dataset: Dataset) -> str:
    shape = json.dumps(to_json(recipe.structure), sort_keys=True)
    return key_of("trained", model.artifact_sha256, shape, dataset.sha256)
