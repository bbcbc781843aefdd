"""Training of compressed models: accuracy comes back, zeros stay, the same recipe leads to the same weights."""

import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from studio.core.dataset import Dataset, SplitChoice, Task, load_split
from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.model import Model
from studio.core.recipe import LayerChoice, Recipe, Scheme, Student, Training
from studio.core.study import CurvePoint
from studio.core.tflite import TfliteModel, read
from studio.worker.metric import metric
from studio.worker.quantize import quantize
from studio.worker.ramp import schedule
from studio.worker.report import silent
from studio.worker.runner import Runner, real, stored
from studio.worker.structure import find_structured, untrained
from studio.worker.training import train, trained_content
from tests.worker.conftest import Bench

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import tensorflow as tf

    from studio.worker.fake_quantize import FakeQuantize
    from studio.worker.losses import loss_of
    from studio.worker.trainable import Trainable

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"
QUICK = Training(epochs=3, learning_rate=0.003)
Sample = tuple[Model, Dataset]


def sample(bench: Bench, name: str) -> Sample:
    model = bench("load", path=str(SAMPLES / name / "model.keras"))
    dataset = bench("inspect_data", path=str(SAMPLES / name), split=SplitChoice(), model=model)
    return model, dataset


@pytest.fixture(scope="module")
def digits(bench: Bench) -> Sample:
    return sample(bench, "digits")


@pytest.fixture
def fresh_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Turns to an empty cache, as on another computer."""
    return lambda name: monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / name))


class Told:
    """What a job told; asks it to stop once it showed `epochs` points of the curve."""

    def __init__(self, epochs: int = 1000) -> None:
        self.points: list[CurvePoint] = []
        self.words: list[str] = []
        self._epochs = epochs

    @property
    def stopping(self) -> bool:
        return len(self.points) >= self._epochs

    def __call__(self, share: float, text: str, data: object = None) -> None:
        assert 0.0 <= share <= 1.0
        self.words.append(text)
        if isinstance(data, CurvePoint):
            self.points.append(data)


def score(content: bytes, dataset: Dataset, name: str = "test") -> float:
    runner = Runner(content, quick=True)
    outputs = int(np.prod(runner.output.shape[1:]))
    split = load_split(Path(dataset.path), name, dataset.sample_shape, outputs)
    answers = runner.run(stored(split.x, runner.input)).reshape(len(split.x), -1)
    return metric(split, real(answers, runner.output))


def filters(content: bytes) -> dict[str, npt.NDArray[Any]]:
    model: TfliteModel = read(content)
    return {
        layer.name: np.array(model.constant(operator.inputs[1]))
        for layer, operator in zip(layers_of(model), model.operators, strict=True)
        if operator.name in ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
    }


def test_accuracy_comes_back_after_pruning(digits: Sample) -> None:
    model, dataset = digits
    recipe = Recipe(pruning=0.5, training=replace(QUICK, distillation=0.5, epochs=6))
    told = Told()
    trained = train(model, recipe, dataset, told)
    before = score(untrained(model, recipe, silent, dataset).content, dataset)
    content = trained_content(model, recipe, dataset, silent)
    assert score(content, dataset) > before + 0.1
    assert trained.curve == tuple(told.points)
    assert [point.epoch for point in trained.curve] == list(range(1, 7))
    best = max(trained.curve, key=lambda point: (point.accuracy, -point.validation_loss))
    assert trained.best_epoch == best.epoch
    assert score(content, dataset, "validation") == pytest.approx(best.accuracy, abs=0.004)
    assert any("Epoch 3 of 6, about" in words and "s left" in words for words in told.words)


def test_a_recipe_trained_before_is_not_trained_again(digits: Sample) -> None:
    model, dataset = digits
    recipe = Recipe(pruning=0.5, training=QUICK)
    first = train(model, recipe, dataset, silent)
    told = Told()
    assert train(model, replace(recipe, scheme=Scheme.INT4), dataset, told) == replace(
        first, recipe=replace(recipe, scheme=Scheme.INT4)
    )
    assert told.points == []


def test_the_same_recipe_leads_to_the_same_weights(
    digits: Sample, fresh_cache: Callable[[str], None]
) -> None:
    recipe = Recipe(student=Student(0.5, 0.5), training=replace(QUICK, distillation=0.7))
    hashes = set()
    for name in ("one", "two"):
        fresh_cache(name)
        hashes.add(train(*_moved(digits, recipe), silent).artifact_sha256)
    assert len(hashes) == 1


def test_what_was_stopped_is_what_as_many_epochs_come_to(
    digits: Sample, fresh_cache: Callable[[str], None]
) -> None:
    asked = Recipe(sparsity=0.7, training=replace(QUICK, epochs=8, ramp=0.5))
    fresh_cache("stopped")
    stopped = train(*_moved(digits, asked), Told(epochs=2))
    assert stopped.recipe.training is not None
    assert stopped.recipe.training.epochs == len(stopped.curve) == 2
    fresh_cache("asked")
    again = train(*_moved(digits, stopped.recipe), silent)
    assert again.artifact_sha256 == stopped.artifact_sha256
    assert again.curve == stopped.curve


def test_what_was_stopped_before_an_epoch_was_not_trained(
    digits: Sample, fresh_cache: Callable[[str], None]
) -> None:
    fresh_cache("none")
    model, recipe, dataset = _moved(digits, Recipe(pruning=0.3, training=QUICK))
    stopped = train(model, recipe, dataset, Told(epochs=0))
    assert stopped.recipe == replace(recipe, training=None)
    assert stopped.artifact_sha256 == untrained(model, stopped.recipe, silent, dataset).sha256
    assert find_structured(model, recipe, dataset) is None


def _moved(digits: Sample, recipe: Recipe) -> tuple[Model, Recipe, Dataset]:
    """The arguments of a training whose model lies in a cache that may be empty."""
    return digits[0], recipe, digits[1]


@pytest.mark.parametrize(
    "recipe",
    [
        Recipe(sparsity=0.6),
        Recipe(pattern="2:4"),
        Recipe(layers=(LayerChoice("block3_pointwise", sparsity=0.8),)),
    ],
    ids=["sparsity", "pattern", "layer"],
)
def test_weights_that_are_zero_stay_zero(digits: Sample, recipe: Recipe) -> None:
    model, dataset = digits
    recipe = replace(recipe, training=replace(QUICK, epochs=2))
    before = filters(untrained(model, recipe, silent, dataset).content)
    after = filters(trained_content(model, recipe, dataset, silent))
    assert any((values == 0).mean() > 0.4 for values in before.values())
    for name, values in before.items():
        np.testing.assert_array_equal(after[name] == 0, values == 0)
        assert (after[name] != values).any()


def test_zeros_come_by_and_by_and_the_smallest_first() -> None:
    dense = {7: np.array([[0.5, -0.1, 0.3, 0.2, -0.9]], np.float32)}
    sparse = {7: np.array([[0.5, 0.0, 0.0, 0.0, -0.9]], np.float32)}
    ways = schedule(dense, sparse, 4)
    masks = [ways.mask(epoch)[7][0].tolist() for epoch in (1, 2, 4, 9)]
    assert masks[0] == [1, 0, 1, 0, 1]  # 1 − (3/4)³ of three weights
    assert masks[1] == masks[2] == masks[3] == [1, 0, 0, 0, 1]
    assert schedule(dense, dense, 4).last == {}


def test_a_student_hears_its_teacher_as_hinton_wrote_it_down() -> None:
    random = np.random.default_rng(2)
    student, teacher = (random.normal(0, 2, (6, 4)).astype(np.float32) for _ in range(2))
    y = np.array([0, 1, 2, 3, 0, 1])
    training = Training(distillation=0.3, temperature=5.0)
    found = loss_of(Task.CLASSIFICATION, "SOFTMAX", training, shares=False)(student, y, teacher)

    def soft(logits: npt.NDArray[Any], temperature: float) -> npt.NDArray[Any]:
        powers = np.exp(logits / temperature)
        chances: npt.NDArray[Any] = powers / powers.sum(axis=1, keepdims=True)
        return chances

    crossed = -np.log(soft(student, 1.0)[np.arange(6), y])
    p, q = soft(teacher, 5.0), soft(student, 5.0)
    np.testing.assert_allclose(found, 0.7 * crossed + 0.3 * 25 * (p * np.log(p / q)).sum(axis=1), rtol=1e-4)


def test_numbers_and_rebuilt_inputs_train_too(bench: Bench, tmp_path: Path) -> None:
    model, dataset = sample(bench, "sine")
    recipe = Recipe(pruning=0.5, training=replace(QUICK, epochs=4, distillation=0.5))
    trained = train(model, recipe, dataset, silent)
    assert dataset.task is Task.REGRESSION
    assert trained.curve[-1].validation_loss < trained.curve[0].validation_loss


def test_a_loss_that_is_no_number_ends_in_a_sentence(bench: Bench, small: Model, tmp_path: Path) -> None:
    random = np.random.default_rng(1)
    for name, count in (("train", 64), ("validation", 16), ("test", 16)):
        x = random.uniform(-2e38, 2e38, (count, 8, 8, 1)).astype(np.float32)
        np.savez(tmp_path / f"{name}.npz", x=x, y=np.arange(count) % 4)
    dataset = bench("inspect_data", path=str(tmp_path), split=SplitChoice(), model=small)
    with pytest.raises(StudioError, match=r"no number any more.*smaller learning rate, for example 0.1"):
        train(small, Recipe(training=replace(QUICK, learning_rate=1.0)), dataset, silent)


def test_nothing_is_trained_with_the_test_set(bench: Bench, small: Model, tmp_path: Path) -> None:
    np.savez(tmp_path / "test.npz", x=np.ones((40, 8, 8, 1), np.float32), y=np.arange(40) % 4)
    dataset = bench("inspect_data", path=str(tmp_path), split=SplitChoice(), model=small)
    with pytest.raises(StudioError, match=r"samples that the test set does not have"):
        train(small, Recipe(training=QUICK), dataset, silent)


def test_a_part_of_the_training_set_judges_where_there_is_no_validation_set(
    small: Model, data: Dataset
) -> None:
    trained = train(small, Recipe(training=QUICK), data, silent)
    assert len(trained.curve) == 3


@pytest.mark.parametrize("scheme", [Scheme.INT8, Scheme.INT4])
def test_rounding_in_training_is_the_quantizers(digits: Sample, scheme: Scheme) -> None:
    model, dataset = digits
    content = Path(model.artifact).read_bytes()
    quantized, _ = quantize(content, "", Recipe(scheme=scheme), dataset, silent)
    split = load_split(Path(dataset.path), "validation", dataset.sample_shape, 10)
    rebuilt = Trainable(content)
    seen = rebuilt.answers(split.x, FakeQuantize(content, quantized)).numpy()
    runner = Runner(quantized)
    wanted = real(runner.run(stored(split.x, runner.input)), runner.output)
    assert np.abs(seen - wanted).max() < 0.12  # sums round once more in whole numbers
    assert np.abs(seen - wanted).mean() < 0.003
    assert abs(metric(split, seen) - metric(split, wanted)) <= 0.01


def test_rounded_weights_lie_on_the_steps_of_the_quantized_file(digits: Sample) -> None:
    model, dataset = digits
    content = Path(model.artifact).read_bytes()
    after = read(quantize(content, "", Recipe(scheme=Scheme.INT4), dataset, silent)[0])
    rounding = FakeQuantize(content, after.data)
    for operator, quantized in zip(read(content).operators, after.operators, strict=True):
        tensor = after.tensors[quantized.inputs[1]] if len(quantized.inputs) > 2 else None
        if tensor is None:
            continue
        shape = [-1 if axis == tensor.quantized_dimension else 1 for axis in range(len(tensor.shape))]
        steps = np.array(tensor.scales, np.float32).reshape(shape)
        values = np.array(read(content).constant(operator.inputs[1]))
        stored_weights = np.array(after.constant(tensor.index))
        rounded = rounding.entering(operator.index, 1, tf.constant(values)).numpy()
        np.testing.assert_allclose(rounded, stored_weights * steps, atol=1e-5)


def test_training_against_rounding_recovers_half_of_what_int4_costs(digits: Sample) -> None:
    """On validation and test set; 70 % of the channels are pruned, for the whole model hardly minds int4."""
    model, dataset = digits
    training = Training(epochs=12, learning_rate=0.003, distillation=0.5)
    usual = Recipe(scheme=Scheme.INT4, pruning=0.7, training=training)
    aware = replace(usual, training=replace(training, quantization_aware=True))
    train(model, usual, dataset, silent)
    trained = train(model, aware, dataset, silent)
    assert trained.recipe == aware
    whole = trained_content(model, usual, dataset, silent)
    rounded = quantize(whole, "", usual, dataset, silent)[0]
    recovered = quantize(trained_content(model, aware, dataset, silent), "", aware, dataset, silent)[0]
    kept = trained.curve[trained.best_epoch - 1].accuracy
    assert score(recovered, dataset, "validation") == pytest.approx(kept, abs=0.01)
    before, after = (_on_both(content, dataset) for content in (rounded, recovered))
    loss = _on_both(whole, dataset) - before
    assert loss > 0.01
    assert after >= before + loss / 2


def _on_both(content: bytes, dataset: Dataset) -> float:
    samples = {split.name: split.samples for split in dataset.splits if split.name != "train"}
    right = sum(score(content, dataset, name) * count for name, count in samples.items())
    return right / sum(samples.values())


def test_rounding_that_does_not_happen_is_not_claimed(digits: Sample) -> None:
    model, dataset = digits
    training = replace(QUICK, epochs=1, quantization_aware=True)
    recipe = Recipe(scheme=Scheme.FLOAT32, training=training)
    train(model, recipe, dataset, silent)
    found = find_structured(model, recipe, dataset)
    assert found is not None
    assert "rounds nothing" in found.notes[-1]
