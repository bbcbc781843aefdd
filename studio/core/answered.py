"""The answers to the test set as they were kept: what a board's answers, live or in a validation, are laid beside."""

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.recipe import Candidate
from studio.core.sensor import quantize
from studio.core.storage import read_error
from studio.core.tflite import read
from studio.core.validation import Questions

_AGAIN = "The answers to the test set are no longer in the cache. Change the recipe and back to compute them again."


@dataclass(frozen=True)
class Material:
    """Questions for a board with all that its answers are compared with; `y` and the others go by the question.

    `y` [M] classes or [M, K] numbers, `float_scores` float32 [M, K] of the model before compression; the output's type,
    scale and zero point.
    """

    questions: Questions
    y: npt.NDArray[Any]
    float_scores: npt.NDArray[np.float32]
    output_type: str
    scale: float
    zero_point: int


def scores_of(evaluation: Evaluation) -> npt.NDArray[np.float32]:
    """The compressed model's scores [N, K] of the test set; reads a file, so not for the window's thread."""
    return _arrays(evaluation)["scores"].astype(np.float32)


def material_of(candidate: Candidate, evaluation: Evaluation, dataset: Dataset, samples: int) -> Material:
    """Up to `samples` test samples, the same number of each class where possible, with what the exported C answered.

    Reads the data set, so not for the window's thread. Raises StudioError where the C has not answered yet.
    """
    arrays = _arrays(evaluation)
    if "outputs" not in arrays:
        raise StudioError("The exported C has not answered the test set yet. Wait until it is evaluated.")
    y, floats, outputs = arrays["y"], arrays["float_scores"], arrays["outputs"]
    rows = arrays.get("rows", np.arange(len(y)))
    try:
        model = read(Path(candidate.artifact).read_bytes())
    except OSError as error:
        raise read_error(Path(candidate.artifact), error) from error
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    if str(outputs.dtype) != given.dtype.value or len(outputs) != len(y):
        raise StudioError(_AGAIN)
    chosen = balanced_rows(y, samples)
    split = load_split(Path(dataset.path), "test", taken.shape[1:], int(np.prod(given.shape[1:])))
    scale, zero_point = (*taken.scales, 1.0)[0], (*taken.zero_points, 0)[0]
    x = quantize(split.x[rows[chosen]], scale, zero_point, taken.dtype)
    questions = Questions(
        candidate.sha256,
        tuple(int(row) for row in rows[chosen]),
        tuple(np.ascontiguousarray(row).tobytes() for row in x),
        tuple(np.ascontiguousarray(row).tobytes() for row in outputs[chosen]),
    )
    return Material(
        questions,
        y[chosen],
        floats[chosen].astype(np.float32),
        given.dtype.value,
        (*given.scales, 1.0)[0],
        (*given.zero_points, 0)[0],
    )


def _arrays(evaluation: Evaluation) -> dict[str, npt.NDArray[Any]]:
    try:
        with np.load(evaluation.predictions) as archive:
            return {name: archive[name] for name in archive.files}
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise StudioError(_AGAIN) from error
