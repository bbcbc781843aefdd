"""MLPerf Tiny's models with TensorFlow Lite Micro's answers, where they are at hand."""

import os
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

FOLDER = Path(os.environ.get("STUDIO_MLPERF_TINY", Path(__file__).parents[3] / "shared" / "mlperf-tiny"))
FILES = {
    "hello": "hello_world_int8.tflite",
    "kws": "kws_ref_model.tflite",
    "ad": "ad01_int8.tflite",
    "sww": "str_ww_ref_model.tflite",
    "ic": "pretrainedResnet_quant.tflite",
}


def model_bytes(name: str) -> bytes:
    """A file of the folder; skips the test where the folder is absent."""
    path = FOLDER / FILES.get(name, name)
    if not path.is_file():
        pytest.skip(f"{path} is not here")
    return path.read_bytes()


def vectors(key: str) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.int8]]:
    """Inputs, and the answers of TensorFlow Lite Micro on a Cortex-M4."""
    return np.load(FOLDER / f"{key}_in.npy"), np.load(FOLDER / f"{key}_out_tflm.npy")
