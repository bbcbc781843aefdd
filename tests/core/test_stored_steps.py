"""Samples in a model's own quantized steps are told from real numbers, and what was taken is said."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.model import TensorInfo
from studio.core.stored_steps import kind_in_archive, reading_of, readings_of, real_of_steps, real_pair

INPUT = TensorInfo("x", (1, 8), "int8", 0.02, -10)
STEPS = np.random.default_rng(2).integers(-128, 128, (50, 8)).astype(np.float32)


def test_values_of_the_inputs_type_that_it_could_not_hold_are_its_steps() -> None:
    found = reading_of([STEPS], "int8", INPUT)
    assert found.as_steps
    for words in ("saved as int8", "−2.36 to 2.74", "0.02 × (x + 10)", "save them as float32"):
        assert words in found.note


def test_values_of_the_inputs_type_that_it_holds_stay_real_numbers_and_it_is_said() -> None:
    few = np.tile(np.array([0, 1, 2, -1], np.float32), (10, 2))
    found = reading_of([few], "int8", INPUT)
    assert not found.as_steps
    for words in ("100 % of them lie within", "read as real numbers", "save 0.02 × (x + 10) as float32"):
        assert words in found.note


def test_sparse_steps_are_told_by_the_values_that_are_not_0() -> None:
    sparse = np.zeros((50, 8), np.float32)
    sparse[::10] = 90
    assert reading_of([sparse], "int8", INPUT).as_steps


def test_bright_pictures_in_steps_are_told_by_their_few_dark_pixels() -> None:
    pictures = TensorInfo("x", (1, 8), "int8", 1.0, -128)
    bright = np.where(np.arange(400).reshape(50, 8) % 5 == 0, -40, 90).astype(np.float32)
    assert reading_of([bright], "int8", pictures).as_steps


@pytest.mark.parametrize(
    ("kind", "taken"),
    [
        ("uint8", TensorInfo("x", (1, 8), "float32")),
        ("float32", INPUT),
        ("int8", TensorInfo("x", (1, 8), "int8", 1.0, 0)),
        ("", INPUT),
    ],
    ids=["pictures for a float model", "real numbers", "steps of 1", "no numbers in a file"],
)
def test_what_has_but_one_reading_goes_on_without_a_word(kind: str, taken: TensorInfo) -> None:
    found = reading_of([np.abs(STEPS)], kind, taken)
    assert (found.as_steps, found.note) == (False, "")


def test_whole_numbers_of_another_type_are_real_and_those_that_are_cut_off_are_named() -> None:
    pixels = STEPS + 128
    unit = TensorInfo("x", (1, 8), "int8", 1 / 255, -128)
    found = reading_of([pixels], "uint8", unit)
    assert not found.as_steps
    assert "saved as uint8" in found.note
    assert "lie outside of what the model's input holds (0 to 1) and are cut off there" in found.note
    whole = TensorInfo("x", (1, 8), "int8", 1.0, -128)
    assert reading_of([pixels], "uint8", whole).note == ""


def test_splits_of_one_type_are_read_alike() -> None:
    low = np.ones((4, 8), np.float32)
    found = readings_of(
        {"train": (STEPS, "int8"), "test": (low, "int8"), "validation": (low, "int64")}, INPUT
    )
    assert found["train"] == found["test"]
    assert found["test"].as_steps
    assert not found["validation"].as_steps


def test_steps_become_the_numbers_they_stand_for_and_an_autoencoders_targets_with_them() -> None:
    np.testing.assert_allclose(real_of_steps(np.array([-10, 40], np.int8), INPUT), [0.0, 1.0], atol=1e-6)
    x = STEPS.astype(np.int8)
    real, targets = real_pair(x, x.copy(), INPUT)
    assert targets is not None
    np.testing.assert_array_equal(real, targets)
    labels = np.arange(50)
    assert real_pair(x, labels, INPUT)[1] is labels


def test_the_type_in_an_archive_is_read_from_its_head(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", x=STEPS.astype(np.int8))
    assert kind_in_archive(tmp_path / "a.npz", "x") == "int8"
    assert kind_in_archive(tmp_path / "a.npz", "y") == ""
    (tmp_path / "b.npz").write_bytes(b"PK no archive")
    assert kind_in_archive(tmp_path / "b.npz", "x") == ""
