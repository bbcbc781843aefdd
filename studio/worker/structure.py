"""What a recipe makes of the float model before its numbers are stored in fewer bits: smaller, sparser, trained."""

import hashlib
import json
from dataclasses import dataclass, replace

from studio.core.codec import to_json
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.recipe import Recipe
from studio.worker.cache import content_of, find_artifact, find_record, keep_artifact, keep_record, key_of
from studio.worker.graph import signed
from studio.worker.joined import joined
from studio.worker.prune import prune
from studio.worker.refit import Statistics, statistics
from studio.worker.report import Report
from studio.worker.sparsify import sparsify
from studio.worker.student import shallower

_KIND = "structured"


@dataclass(frozen=True, slots=True)
class Structured:
    """A float .tflite and its SHA-256, the channels taken out of it, and what could not be done."""

    content: bytes
    sha256: str
    removed_channels: int = 0
    notes: tuple[str, ...] = ()


def structured(model: Model, recipe: Recipe, dataset: Dataset | None, report: Report) -> Structured:
    """The float model of `recipe.structure`; trained where the recipe says so, if need be now."""
    if recipe.training is None:
        return untrained(model, recipe, report, dataset)
    if dataset is None:
        raise StudioError("Training needs samples. Give data on the Model page, or take training out.")
    known = find_structured(model, recipe, dataset)
    if known is None:
        from studio.worker.training import train

        train(model, recipe, dataset, report)
        known = find_structured(model, recipe, dataset)
    if known is None:
        raise StudioError("The trained weights are no longer in the cache. Train again.")
    return known


def untrained(model: Model, recipe: Recipe, report: Report, dataset: Dataset | None = None) -> Structured:
    """The float model without the channels, layers and weights that `recipe` takes away, before any training.

    With a dataset the layers that stay take over what the removed channels did on the average.
    """
    shape = replace(recipe.structure, training=None).structure
    if shape == Recipe().structure:
        return Structured(content_of(model), model.artifact_sha256)
    known = find_structured(model, shape, dataset)
    if known is not None:
        return known
    content = signed(content_of(model))
    notes: tuple[str, ...] = ()
    removed = 0
    width = 1.0
    if shape.student is not None:
        width = shape.student.width
        if shape.student.depth < 1.0:
            report(0.02, "Taking layers out")
            content, notes = shallower(content, shape.student.depth)
    shares = {c.layer: _narrower(c.pruning, width) for c in shape.layers if c.pruning is not None}
    share = _narrower(shape.pruning, width)
    zeros = {c.layer: c.sparsity for c in shape.layers if c.sparsity is not None}
    narrower = bool(share or any(shares.values()))
    sparser = bool(shape.sparsity or shape.pattern or any(zeros.values()))
    found: Statistics | None = None
    if dataset is not None and (narrower or sparser):
        found = statistics(content, hashlib.sha256(content).hexdigest(), dataset, report)
    if narrower:
        report(0.05, "Removing channels")
        pruned = prune(content, share, shares, found)
        found = found.without(pruned.entering) if found is not None else None
        content, removed, notes = pruned.content, pruned.removed_channels, (*notes, *pruned.notes)
    if shape.student is not None and shape.student.joined:
        content, more = joined(content)
        notes, found = (*notes, *more), None  # what entered each layer was measured before
    if sparser:
        report(0.1, "Setting weights to zero")
        content, more = sparsify(content, shape.sparsity, shape.pattern, zeros, found)
        notes = (*notes, *more)
    return keep_structured(model, shape, dataset, Structured(content, "", removed, notes))


def find_structured(model: Model, recipe: Recipe, dataset: Dataset | None) -> Structured | None:
    """What `keep_structured` kept for this model, data and `recipe.structure`, or None."""
    record = find_record(_KIND, _key(model, recipe, dataset))
    artifact = find_artifact(str(record.get("sha256"))) if record is not None else None
    if record is None or artifact is None:
        return None
    return Structured(
        artifact.read_bytes(), str(record["sha256"]), int(record["removed_channels"]), tuple(record["notes"])
    )


def keep_structured(model: Model, recipe: Recipe, dataset: Dataset | None, found: Structured) -> Structured:
    """Store the float model that `recipe.structure` came to; returns it with its SHA-256."""
    _, sha256 = keep_artifact(found.content)
    record = {"sha256": sha256, "removed_channels": found.removed_channels, "notes": list(found.notes)}
    keep_record(_KIND, _key(model, recipe, dataset), record)
    return replace(found, sha256=sha256)


def _key(model: Model, recipe: Recipe, dataset: Dataset | None) -> str:
    shape = json.dumps(to_json(recipe.structure), sort_keys=True)
    return key_of(_KIND, model.artifact_sha256, shape, dataset.sha256 if dataset else "")


def _narrower(pruning: float, width: float) -> float:
    """The share of channels to remove so that `width` of those that pruning leaves stay."""
    return 1.0 - (1.0 - pruning) * width
