"""The review's checks of answered numbers and of autoencoders, each from the material at hand."""

from dataclasses import replace

import numpy as np

from studio.core.checks.anomalies import check_separation, check_separation_change, has_both
from studio.core.checks.baselines import check_mean_baseline
from studio.core.checks.check import Check
from studio.core.checks.compression import COMPARED, no_twin
from studio.core.checks.groups import check_groups, no_groups
from studio.core.checks.regression import check_errors, check_fit
from studio.core.dataset import Task
from studio.core.reconstruction import reconstruction_errors
from studio.core.regression import errors_of
from studio.worker.review_material import Material


def fit(material: Material) -> Check:
    """C1: errors of numbers, or how well anomalies are told where they are marked."""
    marks, answers = material.test.anomalous, material.answers
    if material.task is Task.AUTOENCODER and marks is not None and has_both(marks):
        normal = None
        validation = material.splits.get("validation")
        if validation is not None:
            rows = (
                ~validation.anomalous
                if validation.anomalous is not None
                else np.ones(len(validation.x), bool)
            )
            x = validation.x[rows]
            normal = reconstruction_errors(x.reshape(len(x), -1), material.respond(x)) if len(x) else None
        return check_separation(answers.errors, marks, normal, material.limits)
    errors = material.evaluation.errors or errors_of(answers.y.astype(np.float32), answers.scores)
    return check_fit(answers.y.astype(np.float32), answers.scores, errors, material.limits)


def compression(material: Material) -> Check:
    """C2."""
    answers, marks, limits = material.answers, material.test.anomalous, material.limits
    if not material.twin:
        return no_twin("C2", COMPARED, len(answers))
    if material.task is Task.AUTOENCODER and marks is not None and has_both(marks):
        margin = limits.margin(material.tier)
        return check_separation_change(answers.float_errors, answers.errors, marks, margin)
    return check_errors(
        answers.y.astype(np.float32),
        answers.float_scores,
        answers.scores,
        limits.error_margin,
        rebuilds=material.task is Task.AUTOENCODER,
    )


def groups(material: Material) -> Check:
    """C7: an answer counts as right where it is as near as 95 of 100 are."""
    answers = material.answers
    right = material.judge_for(np.arange(len(answers)))(material.test.x, answers.scores)
    if not answers.groups:
        return no_groups(len(answers))
    ones = np.ones(len(answers), np.int64)
    marked = replace(answers, y=ones, before=ones, after=right.astype(np.int64))
    return check_groups(marked, material.limits)


def baselines(material: Material) -> Check:
    """C17."""
    train, y = material.train, material.answers.y.astype(np.float32)
    train_y = train.y.astype(np.float32) if train is not None else None
    rebuilds = material.task is Task.AUTOENCODER
    return check_mean_baseline(y, material.answers.scores, train_y, rebuilds=rebuilds)
