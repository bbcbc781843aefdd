"""Compressing a model by a recipe: prune, then store its numbers in fewer bits."""

import time
from dataclasses import replace
from pathlib import Path

from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.layer_costs import layers_of
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe
from studio.core.storage import read_error
from studio.core.tflite import read
from studio.worker.cache import find_artifact, find_record, keep_artifact, keep_record, key_of
from studio.worker.prune import Pruned, prune
from studio.worker.quantize import quantize
from studio.worker.report import Report


def compress(model: Model, recipe: Recipe, dataset: Dataset | None, report: Report) -> Candidate:
    """The candidate that `recipe` makes of `model`; from the cache where it was made before.

    A model that arrives with small numbers already is passed on as it is, with a note.
    """
    begin = time.monotonic()
    data_sha256 = dataset.sha256 if dataset else ""
    key = key_of(
        "candidate",
        model.artifact_sha256,
        recipe.scheme.value,
        recipe.pruning,
        recipe.calibration_samples,
        data_sha256,
    )
    record = find_record("candidates", key)
    if record is not None:
        artifact = find_artifact(str(record.get("sha256")))
        if artifact is not None:
            try:
                known = from_json(Candidate, record, "candidate")
                return replace(
                    known,
                    model_sha256=model.sha256,
                    artifact=str(artifact),
                    seconds=time.monotonic() - begin,
                )
            except ValueError:  # an older form: compute it again
                pass
    content = content_of(model)
    if model.quantized:
        smaller, removed = content, 0
        notes: tuple[str, ...] = (
            "This model arrived with its numbers already in few bits, so the recipe changes nothing. "
            "Load the float model it came from to choose another.",
        )
    else:
        report(0.05, "Removing channels" if recipe.pruning else "Reading the model")
        pruned, pruned_sha256 = _pruned(model, content, recipe.pruning)
        smaller, more = quantize(pruned.content, pruned_sha256, recipe, dataset, report)
        removed, notes = pruned.removed_channels, (*pruned.notes, *more)
    report(0.9, "Reading the layers")
    artifact, sha256 = keep_artifact(smaller)
    candidate = Candidate(
        recipe=recipe,
        model_sha256=model.sha256,
        data_sha256=data_sha256,
        artifact=str(artifact),
        sha256=sha256,
        file_bytes=len(smaller),
        layers=layers_of(read(smaller)),
        removed_channels=removed,
        notes=notes,
        seconds=time.monotonic() - begin,
    )
    keep_record("candidates", key, to_json(candidate))
    return candidate


def content_of(model: Model) -> bytes:
    """The bytes of the model's .tflite; raises StudioError where the cache lost them."""
    artifact = find_artifact(model.artifact_sha256)
    if artifact is not None:
        return artifact.read_bytes()
    try:  # the cache may have moved since the model was loaded
        content = Path(model.artifact).read_bytes()
    except OSError as error:
        raise read_error(Path(model.artifact), error) from error
    if keep_artifact(content)[1] != model.artifact_sha256:
        raise StudioError("The converted model in the cache changed. Load the model again.")
    return content


def _pruned(model: Model, content: bytes, share: float) -> tuple[Pruned, str]:
    """The pruned float model and its SHA-256; from the cache where it was made before."""
    if share == 0:
        return Pruned(content, 0, ()), model.artifact_sha256
    key = key_of("pruned", model.artifact_sha256, share)
    record = find_record("pruned", key)
    if record is not None:
        artifact = find_artifact(str(record.get("sha256")))
        if artifact is not None:
            known = Pruned(artifact.read_bytes(), record["removed_channels"], tuple(record["notes"]))
            return known, str(record["sha256"])
    pruned = prune(content, share)
    _, sha256 = keep_artifact(pruned.content)
    keep_record(
        "pruned",
        key,
        {"sha256": sha256, "removed_channels": pruned.removed_channels, "notes": list(pruned.notes)},
    )
    return pruned, sha256
