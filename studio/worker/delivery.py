"""What is needed to export a candidate in any format: its C, its ends, golden vectors, and TFLM's arena."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio import __version__
from studio.compiler.host import HostModel
from studio.core.board import Board
from studio.core.build import Build
from studio.core.dataset import Dataset, balanced_rows, load_split
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import (
    Delivery,
    ExportEngine,
    SensorStub,
    end_of,
    identifier,
    operators_of,
    plain_labels,
)
from studio.core.formats.tflm import bounded_arena
from studio.core.making import summary_of
from studio.core.recipe import Candidate
from studio.core.sensor import random_inputs
from studio.core.storage import read_error
from studio.core.tflite import Tensor, TfliteModel, read
from studio.worker.build import sources_of
from studio.worker.runner import Runner, stored
from studio.worker.tflm_arena import measured_arena

_VECTORS = 4
_FLASH_FOR_VECTORS = 8192


def deliver(
    name: str,
    candidate: Candidate,
    build: Build | None,
    dataset: Dataset | None,
    evaluation: Evaluation | None,
    board: Board,
    engine: ExportEngine,
    sensor: SensorStub,
    *,
    made_up: bool = False,
) -> Delivery:
    """The delivery of a candidate; vectors are test samples where there are some, answered by the C itself.

    With `made_up` they are random numbers: samples of people do not belong into what is passed on.
    """
    content = _bytes_of(Path(candidate.artifact))
    model = read(content)
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    arena, measured = 0, False
    if engine is ExportEngine.TFLM:
        found = measured_arena(content)
        measured = found is not None
        arena = found if found is not None else _bounded(model, build)
    sources: dict[str, bytes] = {}
    if build is not None:
        sources = {file.name: _bytes_of(file) for file in sorted(Path(build.sources).iterdir())}
    labels = dataset.labels if dataset else ()
    return Delivery(
        name=identifier(name),
        title=" ".join(name.split()) or "A model",
        summary=summary_of(evaluation),
        board=board,
        engine=engine,
        sensor=sensor,
        labels=plain_labels(labels),
        recipe=candidate.recipe.title,
        studio=__version__,
        model_sha256=candidate.sha256,
        tflite=content,
        input=end_of(taken),
        output=end_of(given),
        sources=sources,
        operators=operators_of(model),
        arena_bytes=arena,
        arena_measured=measured,
        vectors=_vectors(content, taken, given, build, None if made_up else dataset),
    )


def _vectors(
    content: bytes, taken: Tensor, given: Tensor, build: Build | None, dataset: Dataset | None
) -> tuple[tuple[bytes, bytes], ...]:
    each = taken.bytes + given.bytes
    count = max(1, min(_VECTORS, _FLASH_FOR_VECTORS // max(1, each)))
    if dataset is None:
        x = random_inputs(taken, count)
    else:
        size = int(np.prod(given.shape[1:]))
        split = load_split(Path(dataset.path), "test", taken.shape[1:], size)
        rows = balanced_rows(split.y, count)
        x = stored(split.x[rows], taken).astype(taken.dtype)
    answers: npt.NDArray[np.generic]
    answers = HostModel(sources_of(build)).run(x) if build is not None else Runner(content).run(x)
    return tuple((row.tobytes(), answer.tobytes()) for row, answer in zip(x, answers, strict=True))


def _bounded(model: TfliteModel, build: Build | None) -> int:
    alive = build.arena_bytes if build is not None else sum(tensor.bytes for tensor in model.tensors)
    return bounded_arena(alive, len(model.tensors), len(model.operators))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
