"""MLPerf Tiny's models with TensorFlow Lite Micro's answers, where they are at hand; tests skip where they are not."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

FOLDER = Path(os.environ.get("STUDIO_MLPERF_TINY", Path(__file__).parents[2] / "shared" / "mlperf-tiny"))
FILES = {
    "hello": "hello_world_int8.tflite",
    "kws": "kws_ref_model.tflite",
    "ad": "ad01_int8.tflite",
    "sww": "str_ww_ref_model.tflite",
    "ic": "pretrainedResnet_quant.tflite",
}


def public_file(name: str) -> Path:
    """A file of the folder, by its name or a model's key; skips the test where it is absent."""
    path = FOLDER / FILES.get(name, name)
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path


def model_bytes(name: str) -> bytes:
    """What a file of the folder holds."""
    return public_file(name).read_bytes()


def vectors(key: str) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """Inputs, and the answers of TensorFlow Lite Micro on a Cortex-M4."""
    return np.load(public_file(f"{key}_in.npy")), np.load(public_file(f"{key}_out_tflm.npy"))
