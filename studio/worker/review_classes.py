"""The review's checks of answered classes, each from the material at hand."""

from pathlib import Path

import numpy as np

from studio.core.checks.accuracy import check_accuracy
from studio.core.checks.alarms import THRESHOLD_ALONE, check_alarms, project_alarms, threshold_alone
from studio.core.checks.baselines import check_baselines
from studio.core.checks.calibration import check_calibration
from studio.core.checks.check import Check
from studio.core.checks.compression import (
    BROKEN,
    COMPARED,
    check_broken_samples,
    check_compression,
    no_twin,
)
from studio.core.checks.detection import check_misses
from studio.core.checks.groups import check_groups
from studio.core.checks.labels import check_labels
from studio.core.data_arrays import checked_x
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.worker.review_material import Material

CONTINUOUS = "continuous.npz"
"""Beside the data: x [T, …] of consecutive windows, hop_s seconds apart; in_event [T] where something happens."""


def accuracy(material: Material) -> Check:
    """C1."""
    return check_accuracy(material.answers, material.dataset.labels, material.limits)


def compression(material: Material) -> Check:
    """C2."""
    if not material.twin:
        return no_twin("C2", COMPARED, len(material.answers))
    return check_compression(material.answers, material.limits.margin(material.tier))


def broken(material: Material) -> Check:
    """C3."""
    if not material.twin:
        return no_twin("C3", BROKEN, len(material.answers))
    return check_broken_samples(material.answers, material.dataset.labels, material.limits)


def misses(material: Material) -> Check:
    """C4."""
    return check_misses(material.answers, material.dataset.labels, material.steps, material.limits)


def alarms(material: Material) -> Check:
    """C5: on a continuous recording where the data has one, else projected from the test samples."""
    labels, tier, limits = material.dataset.labels, material.tier, material.limits
    place = Path(material.dataset.source or material.dataset.path)
    file = (place if place.is_dir() else place.parent) / CONTINUOUS
    if not file.is_file():
        return project_alarms(material.answers, labels, tier, limits)
    try:
        with np.load(file, allow_pickle=False) as archive:
            x, hop_s = archive["x"], float(archive["hop_s"])
            in_event = archive["in_event"].astype(bool) if "in_event" in archive.files else None
    except (OSError, ValueError, KeyError, EOFError, TypeError) as error:
        words = phrase(
            "{file} cannot be used as a continuous recording. Save it with numpy.savez(x=…, hop_s=…): consecutive "
            "windows, and the seconds from one to the next.",
            file=file.name,
        )
        raise StudioError(words) from error
    scores = material.respond(checked_x(x, file, material.dataset.sample_shape))
    decide = threshold_alone(labels, limits)
    processing = phrase(THRESHOLD_ALONE)
    return check_alarms(scores, hop_s, decide, tier, limits, processing=processing, in_event=in_event)


def calibration(material: Material) -> Check:
    """C6."""
    return check_calibration(material.answers, material.limits)


def groups(material: Material) -> Check:
    """C7."""
    return check_groups(material.answers, material.limits)


def labels(material: Material) -> Check:
    """C14."""
    return check_labels(material.answers, material.dataset.labels, material.limits, material.out_of_fold)


def baselines(material: Material) -> Check:
    """C17."""
    train = material.train
    train_y = train.y.astype(np.int64) if train is not None else None
    return check_baselines(
        material.answers,
        material.test.x,
        material.dataset.labels,
        train.x if train is not None else None,
        train_y,
    )
