"""The YAML head of a model card, as the Hugging Face Hub reads it: only what the studio knows.

`base_model` and `datasets` take names of repositories on the Hub: files on a maker's computer have none, so they stand
in `x-rai` by their hashes. `license` is "unknown", which the Hub has a name for: nobody states one in the studio.
"""

import json
from dataclasses import dataclass
from typing import Any

from studio.core.data_files import DataKind
from studio.core.dataset import Dataset, Task
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import ExportEngine, ExportFormat
from studio.core.review.record import Review
from studio.core.tflite import DType, read

_PIPELINES = {
    (Task.CLASSIFICATION, DataKind.PICTURES): "image-classification",
    (Task.CLASSIFICATION, DataKind.SOUNDS): "audio-classification",
    (Task.CLASSIFICATION, DataKind.TABLE): "tabular-classification",
    (Task.REGRESSION, DataKind.TABLE): "tabular-regression",
}
_STORED = (DType.INT4, DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT16)
_ENGINES = {ExportEngine.STUDIO_C: "tinyml-studio-c", ExportEngine.TFLM: "tflite-micro"}


@dataclass(frozen=True, slots=True)
class Head:
    """What a card's head says of an export: `numbers` are how the model stores its own, `engine` what computes it.

    `engine` is a tag ("" where the .tflite runs as it is), `pipeline` a task of the Hub ("" where none is certain).
    """

    numbers: tuple[str, ...]
    engine: str
    pipeline: str


def head_of(tflite: bytes, engine: ExportEngine, format_: ExportFormat, dataset: Dataset | None) -> Head:
    """The head's facts, from the model as exported and the kind of its data."""
    return Head(_numbers(tflite), _ENGINES[engine] if format_.takes_c else "", _pipeline(dataset))


def _numbers(tflite: bytes) -> tuple[str, ...]:
    """How it stores its numbers; nothing where the file is none that the studio reads."""
    try:
        types = {tensor.dtype for tensor in read(tflite).tensors}
    except StudioError:
        return ()
    return tuple(one.value for one in _STORED if one in types) or (DType.FLOAT32.value,)


def _pipeline(dataset: Dataset | None) -> str:
    """Arrays may be of anything, and a table's rows of several axes are traces."""
    if dataset is None or (dataset.kind is DataKind.TABLE and len(dataset.sample_shape) > 1):
        return ""
    return _PIPELINES.get((dataset.task, dataset.kind), "")


def front_matter(head: Head, name: str, reviewed: Review, evaluation: Evaluation) -> list[str]:
    """The head's lines, with those that mark its ends."""
    subject = reviewed.subject
    metric = {"type": "accuracy" if evaluation.metric == "accuracy" else "other", "name": evaluation.metric}
    known: dict[str, str] = {
        "float_model": subject.float_model_sha256,
        "train_data": subject.train_sha256,
        "validation_data": subject.validation_sha256,
        "test_data": subject.test_sha256,
    }
    tags = ["tinyml", *head.numbers, head.engine, f"reviewed-tier-{reviewed.tier.value.lower()}"]
    found: dict[str, Any] = {
        "license": "unknown",
        "library_name": "tflite",
        "pipeline_tag": head.pipeline,
        "tags": [tag for tag in tags if tag],
        "metrics": [evaluation.metric],
        "model-index": [
            {
                "name": name,
                "results": [
                    {
                        "task": {"type": head.pipeline or "other", "name": evaluation.task.value},
                        "dataset": {
                            "type": "own",
                            "name": f"test data {subject.test_sha256[:12] or 'own'}",
                        },
                        "metrics": [{**metric, "value": round(evaluation.accuracy, 6)}],
                    }
                ],
            }
        ],
        "x-rai": {
            "subject_hash": subject.hash,
            "tier": reviewed.tier.value,
            "level": reviewed.gate.level.value,
            "log_head": reviewed.logged.head.hash,
            "overrides": len(reviewed.entered.overrides),
            "made_from": {key: sha256 for key, sha256 in known.items() if sha256},
        },
    }
    # JSON is YAML as well, so that no name needs rules of its own.
    return ["---", *(f"{key}: {json.dumps(value)}" for key, value in found.items() if value), "---"]
