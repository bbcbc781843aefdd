"""Compressing a model by a recipe: prune, then store its numbers in fewer bits."""

import json
import time
from dataclasses import replace

from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe
from studio.worker.cache import content_of as content_of
from studio.worker.cache import find_artifact, find_record, keep_artifact, keep_record, key_of
from studio.worker.ends import without_other_ends
from studio.worker.palette import with_palette
from studio.worker.quantize import quantize
from studio.worker.reading import layers_in, read
from studio.worker.report import Report
from studio.worker.structure import structured


def compress(model: Model, recipe: Recipe, dataset: Dataset | None, report: Report) -> Candidate:
    """The candidate that `recipe` makes of `model`; from the cache where it was made before.

    A model that arrives with small numbers already is passed on as it is, with a note.
    """
    begin = time.monotonic()
    data_sha256 = dataset.sha256 if dataset else ""
    key = key_of(
        "candidate",
        model.artifact_sha256,
        json.dumps(to_json(recipe), sort_keys=True),
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
        smaller, removed = without_other_ends(content), 0
        notes: tuple[str, ...] = (
            "This model arrived with its numbers already in few bits, so the recipe changes nothing. "
            "Load the float model it came from to choose another.",
            *_ends_note(content, smaller),
        )
    else:
        report(0.02, "Reading the model")
        shape = structured(model, recipe, dataset, report)
        smaller, more = quantize(
            shape.content,
            shape.sha256,
            recipe,
            dataset,
            report,
            (content, model.artifact_sha256)
            if recipe.training is None and recipe.student is None and shape.sha256 != model.artifact_sha256
            else None,
        )
        removed, notes = shape.removed_channels, (*shape.notes, *more)
        if recipe.palette:
            report(0.8, "Choosing a few weights for each layer")
            smaller, more = with_palette(smaller, recipe.palette)
            notes = (*notes, *more)
    report(0.9, "Reading the layers")
    artifact, sha256 = keep_artifact(smaller)
    candidate = Candidate(
        recipe=recipe,
        model_sha256=model.sha256,
        data_sha256=data_sha256,
        artifact=str(artifact),
        sha256=sha256,
        file_bytes=len(smaller),
        layers=layers_in(smaller),
        removed_channels=removed,
        notes=notes,
        seconds=time.monotonic() - begin,
    )
    keep_record("candidates", key, to_json(candidate))
    return candidate


def _ends_note(before: bytes, after: bytes) -> tuple[str, ...]:
    """A sentence where the model takes and gives other numbers than the file it came from."""
    if after == before:
        return ()
    kinds = []
    for model in (read(before), read(after)):
        kinds.append([model.tensors[ends[0]].dtype.value for ends in (model.inputs, model.outputs)])
    (taken, given), (own_taken, own_given) = kinds
    return (
        f"The file takes {taken} and gives {given}. The compressed model and the C code take {own_taken} and give "
        f"{own_given}: the layers at its ends that only change one into the other are left out.",
    )
