"""How well a candidate answers the test set, beside the float model: scores first, then what they say."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler.host import HostModel
from studio.core.answers import GROUP
from studio.core.build import Build
from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, Split, load_split
from studio.core.errors import StudioError
from studio.core.evaluation import Engine, Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.core.tflite import DType, Tensor, read
from studio.worker.build import sources_of
from studio.worker.cache import find_arrays, find_artifact, find_record, keep_arrays, keep_record, key_of
from studio.worker.compress import content_of
from studio.worker.judge import Answered, judge
from studio.worker.report import Report
from studio.worker.runner import Runner, Values, real, stored

_TURN_SECONDS = 0.03  # between two reports, so that a moved slider gets the worker back
_FIRST_TURN = 4  # samples


def evaluate(
    model: Model, candidate: Candidate, build: Build | None, dataset: Dataset, report: Report
) -> Evaluation:
    """Results on the test set, computed by the exported C where there is a build and by LiteRT otherwise."""
    engine = Engine.STUDIO_C if build is not None else Engine.LITERT
    sources = Path(build.sources).name if build is not None else ""
    key = key_of(
        "evaluation 3", model.artifact_sha256, candidate.sha256, dataset.sha256, sources, *dataset.labels
    )
    known = _known(key, candidate)
    if known is not None:
        return known
    split = load_split(Path(dataset.path), "test", dataset.sample_shape, _outputs(model))
    float_scores = _float_scores(model, dataset, split, report)
    outputs = None
    if build is None and candidate.sha256 == model.artifact_sha256 and not model.quantized:
        scores = float_scores  # nothing was compressed
    else:
        scores, outputs = _scores(candidate, build, engine, split, report)
    report(0.9, "Comparing the answers")
    arrays: dict[str, npt.NDArray[Any]] = {"y": split.y, "float_scores": float_scores, "scores": scores}
    if outputs is not None:
        arrays["outputs"] = outputs
    if split.anomalous is not None:
        arrays["anomalous"] = split.anomalous
    arrays |= {f"{GROUP}{column}": values for column, values in split.groups.items()}
    predictions = keep_arrays("evaluations", key, **arrays)
    answered = Answered(
        engine,
        split,
        float_scores,
        scores,
        sources=sources,
        predictions=str(predictions),
        report=report,
    )
    evaluation = judge(candidate, dataset, answered)
    keep_record("evaluations", key, to_json(evaluation))
    return evaluation


def _known(key: str, candidate: Candidate) -> Evaluation | None:
    """The evaluation as it was made before; another recipe may have led to the same bytes."""
    record = find_record("evaluations", key)
    if record is None or find_arrays("evaluations", key) is None:
        return None
    try:
        return replace(from_json(Evaluation, record, "evaluation"), recipe=candidate.recipe.title)
    except ValueError:  # an older form: compute it again
        return None


@dataclass(frozen=True)
class Turns:
    """The share of a job, from `begin` to `end`, that some answers take, and its words."""

    report: Report
    begin: float
    end: float
    words: str

    def at(self, share: float) -> None:
        """Report that `share` of these answers are there."""
        self.report(self.begin + (self.end - self.begin) * share, self.words)


def _float_scores(model: Model, dataset: Dataset, split: Split, report: Report) -> Values:
    """The answers (float32 [N, K]) before compression; computed once for a model and data."""
    key = key_of("float-scores", model.artifact_sha256, dataset.sha256)
    known = find_arrays("float-scores", key)
    if known is not None and "scores" in known and len(known["scores"]) == len(split.x):
        return known["scores"].astype(np.float32)
    runner = Runner(content_of(model), quick=not model.quantized)
    progress = Turns(report, 0.05, 0.6, "Answering with the model before compression")
    scores, _ = _answers(runner, split.x, progress)
    keep_arrays("float-scores", key, scores=scores)
    return scores


def _scores(
    candidate: Candidate, build: Build | None, engine: Engine, split: Split, report: Report
) -> tuple[Values, npt.NDArray[Any] | None]:
    """The candidate's answers (float32 [N, K]), and as they are stored where they are int8 or the C gave them."""
    artifact = find_artifact(candidate.sha256)
    if artifact is None:
        raise StudioError("The compressed model is no longer in the cache. Compress it again.")
    content = artifact.read_bytes()
    progress = Turns(report, 0.6, 0.9, f"Answering with {engine.value}")
    progress.at(0.0)
    if build is None:
        return _answers(Runner(content, quick=True), split.x, progress)
    model = read(content)
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    host = HostModel(sources_of(build), lambda: progress.at(0.0))
    x = np.ascontiguousarray(stored(split.x, taken)).astype(taken.dtype, copy=False)
    outputs = host.run(x, each=progress.at)
    outputs = outputs.reshape(len(x), -1)
    return _flat_real(outputs, given), outputs


def _answers(runner: Runner, x: Values, progress: Turns) -> tuple[Values, npt.NDArray[Any] | None]:
    outputs = in_turns(lambda part: runner.run(stored(part, runner.input)), x, progress)
    return _flat_real(outputs, runner.output), outputs if runner.output.dtype is DType.INT8 else None


def in_turns(run: Callable[[Values], npt.NDArray[Any]], x: Values, progress: Turns) -> npt.NDArray[Any]:
    """What `run` answers to all of `x`, [N, K]; a report after every _TURN_SECONDS or so."""
    parts = []
    done, size = 0, _FIRST_TURN
    while done < len(x):
        begin = time.monotonic()
        part = run(x[done : done + size])
        parts.append(part.reshape(len(part), -1))
        done += len(part)
        progress.at(done / len(x))
        spent = time.monotonic() - begin
        if (
            spent < _TURN_SECONDS / 2
        ):  # doubled or halved, so that it soon stays: another size costs LiteRT time
            size *= 2
        elif spent > 2 * _TURN_SECONDS:
            size = max(1, size // 2)
    return np.concatenate(parts)


def _flat_real(outputs: npt.NDArray[Any], tensor: Tensor) -> Values:
    return np.ascontiguousarray(real(outputs, tensor))


def _outputs(model: Model) -> int:
    return int(np.prod(model.outputs[0].shape[1:]))
