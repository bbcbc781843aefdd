"""The virtual board's sensor: test samples, or chance where there are none, as the values that a model takes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset, load_split
from studio.core.errors import StudioError
from studio.core.storage import read_error, write_error
from studio.core.tflite import DType, Tensor, read

_RANDOM_SAMPLES = 100


@dataclass(frozen=True)
class SensorFile:
    """An .npy file of [N, *input shape without batch] as the model stores it, and the right answers if known."""

    path: Path
    truths: npt.NDArray[np.int64] | npt.NDArray[np.float32] | None


def quantize(
    x: npt.NDArray[np.floating], scale: float, zero_point: int, dtype: str = "int8"
) -> npt.NDArray[Any]:
    """Real values as a model stores them: round(x ÷ scale) + zero point, halves to even, held within the type.

    float32 stays as it is.
    """
    if dtype == "float32":
        return x.astype(np.float32)
    limits = np.iinfo(dtype)
    steps = np.rint(x / np.float32(scale)) + zero_point
    found: npt.NDArray[Any] = np.clip(steps, limits.min, limits.max).astype(dtype)
    return found


def check_board_takes(tensor: Tensor) -> None:
    """StudioError if a model with this input cannot be run on the virtual board."""
    quantized = tensor.dtype in (DType.INT8, DType.INT16) and tensor.scales
    if not quantized and tensor.dtype is not DType.FLOAT32:
        raise StudioError(
            "The virtual board runs int8, int16 and float32 models. Choose int8 on the Compress page."
        )


def random_inputs(tensor: Tensor, count: int) -> npt.NDArray[Any]:
    """[count, *input shape without batch] of chance, the same at every call, as a model with this input stores it."""
    generator = np.random.default_rng(0)
    shape = (count, *tensor.shape[1:])
    if tensor.dtype is DType.FLOAT32:
        return generator.normal(size=shape).astype(np.float32)
    limits = np.iinfo(tensor.dtype)
    return generator.integers(limits.min, limits.max, shape, endpoint=True).astype(tensor.dtype)


def write_sensor(artifact: Path, dataset: Dataset | None, file: Path, *, most: int = 2000) -> SensorFile:
    """Write up to `most` test samples of `dataset` to `file`, as the .tflite `artifact` takes them.

    Without a data set the sensor sees 100 samples of chance: enough to watch times and the link.
    """
    try:
        model = read(artifact.read_bytes())
    except OSError as error:
        raise read_error(artifact, error) from error
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    check_board_takes(taken)
    truths = None
    if dataset is None:
        x = random_inputs(taken, _RANDOM_SAMPLES)
    else:
        split = load_split(Path(dataset.path), "test", taken.shape[1:], int(np.prod(given.shape[1:])))
        scale, zero_point = (*taken.scales, 1.0)[0], (*taken.zero_points, 0)[0]
        x, truths = quantize(split.x[:most], scale, zero_point, taken.dtype), split.y[:most]
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.save(file, x)
    except OSError as error:
        raise write_error(file, error) from error
    return SensorFile(file, truths)
