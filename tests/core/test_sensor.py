"""Test samples become the sensor's int8 values."""

from pathlib import Path

import numpy as np

from studio.core.sensor import quantize, write_sensor
from tests.mlperf_tiny import model_bytes


def test_values_are_rounded_shifted_and_held_in_range() -> None:
    x = np.array([0.0, 0.5, 0.49, -1.0, 1e9, -1e9], np.float32)
    assert quantize(x, 0.5, -3).tolist() == [-3, -2, -2, -5, 127, -128]


def test_halves_go_to_the_even_step() -> None:
    assert quantize(np.array([0.5, 1.5, 2.5], np.float32), 1.0, 0).tolist() == [0, 2, 2]


def test_without_data_the_sensor_sees_chance_and_knows_no_right_answers(tmp_path: Path) -> None:
    model = tmp_path / "hello.tflite"
    model.write_bytes(model_bytes("hello"))
    written = write_sensor(model, None, tmp_path / "sensor.npy")
    x = np.load(written.path)
    assert x.shape == (100, 1)
    assert x.dtype == np.int8
    assert written.truths is None
