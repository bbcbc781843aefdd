"""The accuracy at once: a part of the test set answered by LiteRT, until the exported C has answered all of it."""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, Split, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.evaluation import Engine, Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.worker.cache import (
    content_of,
    find_arrays,
    find_artifact,
    find_record,
    keep_arrays,
    keep_record,
    key_of,
)
from studio.worker.calibrate import turns
from studio.worker.judge import Answered, judge
from studio.worker.quick_form import quick_form
from studio.worker.reading import read
from studio.worker.report import Report
from studio.worker.runner import Runner, Values, real, stored

_MACS = 300_000_000  # of all samples together: what LiteRT's int8 kernels do in about 50 ms on one core
_FEWEST, _MOST = 32, 250


def preview(model: Model, candidate: Candidate, dataset: Dataset, report: Report) -> Evaluation:
    """Results on a balanced part of the test set, by LiteRT; of the same samples for every recipe.

    How many there are follows from the float model's size alone. LiteRT runs its optimized kernels without XNNPACK
    (see `Runner`) on the model's quick form (see quick_form.py).
    """
    count = max(_FEWEST, min(_MOST, _MACS // max(1, model.macs)))
    key = key_of("preview", model.artifact_sha256, candidate.sha256, dataset.sha256, count, *dataset.labels)
    record = find_record("previews", key)
    if record is not None:
        try:
            return replace(from_json(Evaluation, record, "evaluation"), recipe=candidate.recipe.title)
        except ValueError:  # an older form: compute it again
            pass
    outputs = int(np.prod(model.outputs[0].shape[1:]))
    part, rows, of = _part(dataset.path, dataset.sha256, dataset.sample_shape, outputs, count)
    report(0.05, "Answering with the model before compression")
    float_scores = _float_scores(model, dataset, part.x, report)
    artifact = find_artifact(candidate.sha256)
    if artifact is None:
        raise StudioError("The compressed model is no longer in the cache. Compress it again.")
    report(0.3, f"Answering {len(rows)} samples with LiteRT")
    scores = _answers(quick_form(artifact.read_bytes()), candidate_macs(candidate), part.x, report, 0.3)
    report(0.9, "Comparing the answers")
    evaluation = judge(
        candidate,
        dataset,
        Answered(
            Engine.LITERT,
            part,
            float_scores,
            scores,
            rows=rows,
            of=of,
            report=report,
        ),
    )
    keep_record("previews", key, to_json(evaluation))
    return evaluation


def candidate_macs(candidate: Candidate) -> int:
    """Multiply-accumulates for one inference."""
    return sum(layer.macs for layer in candidate.layers)


@lru_cache(maxsize=2)
def _part(
    path: str, _sha256: str, shape: tuple[int, ...], outputs: int, count: int
) -> tuple[Split, npt.NDArray[np.int64], int]:
    """The samples of a preview, their numbers in the test set, and its size; kept for the next move of a slider."""
    split = load_split(Path(path), "test", shape, outputs)
    if split.anomalous is not None:
        rows = balanced_rows(split.anomalous.astype(np.int64), count)
    else:
        rows = balanced_rows(split.y, count)
    part = replace(
        split,
        x=split.x[rows],
        y=split.y[rows],
        groups={name: column[rows] for name, column in split.groups.items()},
        anomalous=None if split.anomalous is None else split.anomalous[rows],
    )
    return part, rows, len(split.x)


def _float_scores(model: Model, dataset: Dataset, x: Values, report: Report) -> Values:
    """The answers (float32 [N, K]) before compression; computed once for a model, data and count."""
    key = key_of("preview-floats", model.artifact_sha256, dataset.sha256, len(x))
    known = find_arrays("previews", key)
    if known is not None and "scores" in known and len(known["scores"]) == len(x):
        return known["scores"].astype(np.float32)
    scores = _answers(quick_form(content_of(model)), model.macs, x, report, 0.05)
    keep_arrays("previews", key, scores=scores)
    return scores


def _answers(content: bytes, macs: int, x: Values, report: Report, begin: float) -> Values:
    """The answers in real numbers, [N, K]."""
    runner = Runner(content, quick=True)
    given = stored(x, runner.input)
    parts = []
    for part in turns(read(content), macs, len(x)):
        outputs = runner.run(given[part])
        parts.append(np.ascontiguousarray(real(outputs, runner.output)).reshape(len(outputs), -1))
        report(begin + 0.25 * part.stop / len(x), "Answering with LiteRT")
    return np.concatenate(parts)
