"""C16: constants of a .tflite that are samples of the data, in a scale of their own."""

import numpy as np
import numpy.typing as npt
import pytest

from studio.core.checks.embedded import embedded
from studio.core.checks.memorized import memorized
from tests.compiler.models import Draft
from tests.mlperf_tiny import model_bytes, vectors

SAMPLES = np.random.default_rng(1).normal(3, 1, (30, 8, 8)).astype(np.float32)
FLAT = SAMPLES.reshape(30, 64)
STORED = np.clip(np.round((SAMPLES - 3) * 30), -128, 127).astype(np.int8)


def model(weights: npt.NDArray[np.generic]) -> bytes:
    draft = Draft()
    draft.constant(weights, 0.02)
    draft.constant(np.arange(64, dtype=np.int32))
    return draft.data([], [])


def as_weights(rows: npt.NDArray[np.float32]) -> npt.NDArray[np.int8]:
    largest = np.abs(rows).max(axis=1, keepdims=True)
    found: npt.NDArray[np.int8] = np.rint(rows / largest * 127).astype(np.int8)
    return found


def test_samples_kept_as_int8_weights_are_found() -> None:
    noise = np.random.default_rng(2).normal(0, 1, (3, 64)).astype(np.float32)
    weights = as_weights(np.concatenate([noise, FLAT[[4, 9]]]))
    assert memorized(model(weights), FLAT) == [4, 9]
    assert memorized(model(weights.reshape(5, 8, 8, 1)), FLAT) == [4, 9]
    assert memorized(model(np.ascontiguousarray(weights.T)), FLAT) == [4, 9]
    assert memorized(model(-weights), FLAT) == [4, 9]
    found = embedded({"model.tflite": model(weights)}, SAMPLES, STORED)
    assert [(copy.file, copy.row) for copy in found] == [("model.tflite", 4), ("model.tflite", 9)]


def test_samples_kept_as_float_weights_are_found_once() -> None:
    found = embedded({"model.tflite": model(FLAT[[4]])}, SAMPLES, STORED)
    assert [(copy.file, copy.row) for copy in found] == [("model.tflite", 4)]


def test_weights_that_resemble_the_data_are_no_samples() -> None:
    means = FLAT.reshape(3, 10, 64).mean(axis=1)
    near = FLAT[:3] + np.random.default_rng(3).normal(0, 0.3, (3, 64)).astype(np.float32)
    flat = np.ones((2, 64), np.float32)
    for rows in (means, near, flat):
        assert memorized(model(as_weights(rows)), FLAT) == []
    assert memorized(model(as_weights(FLAT[:, :16])), FLAT[:, :16]) == []
    assert memorized(b"no model", FLAT) == []


@pytest.mark.parametrize("key", ["kws", "ad", "sww", "ic"])
def test_trained_models_hold_none_of_the_samples_they_are_tried_with(key: str) -> None:
    inputs, _ = vectors(key)
    assert embedded({"model.tflite": model_bytes(key)}, inputs.astype(np.float32), inputs) == []
