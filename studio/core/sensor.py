"""The virtual board's sensor: test samples turned into the int8 values that a model takes."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset, load_split
from studio.core.errors import StudioError
from studio.core.storage import read_error, write_error
from studio.core.tflite import DType, read


@dataclass(frozen=True)
class SensorFile:
    """An .npy file of int8 [N, *input shape without batch], and the right answer for each row."""

    path: Path
    truths: npt.NDArray[np.int64] | npt.NDArray[np.float32]


def quantize(x: npt.NDArray[np.floating], scale: float, zero_point: int) -> npt.NDArray[np.int8]:
    """Real values to int8: round(x ÷ scale) + zero point, halves to even, held within −128 to 127."""
    steps = np.rint(x / np.float32(scale)) + zero_point
    found: npt.NDArray[np.int8] = np.clip(steps, -128, 127).astype(np.int8)
    return found


def write_sensor(artifact: Path, dataset: Dataset, file: Path, *, most: int = 2000) -> SensorFile:
    """Write up to `most` test samples of `dataset` to `file`, quantized as the int8 .tflite `artifact` takes them."""
    try:
        model = read(artifact.read_bytes())
    except OSError as error:
        raise read_error(artifact, error) from error
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    if taken.dtype is not DType.INT8 or not taken.scales:
        raise StudioError("The virtual board runs int8 models. Choose int8 on the Compress page.")
    split = load_split(Path(dataset.path), "test", taken.shape[1:], int(np.prod(given.shape[1:])))
    x = quantize(split.x[:most], taken.scales[0], taken.zero_points[0])
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, x)
    except OSError as error:
        raise write_error(file, error) from error
    return SensorFile(file, split.y[:most])
