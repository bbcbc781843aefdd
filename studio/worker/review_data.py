"""The review's checks of data, files and what the answers give away of them, each from the material at hand."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.coverage import check_coverage, check_range
from studio.core.checks.hidden import check_data_files, check_export
from studio.core.checks.leaks import check_leaks
from studio.core.checks.membership import check_membership, closeness, sureness
from studio.core.checks.personal import this_computer
from studio.core.dataset import Task
from studio.core.phrases import phrase, phrase_later
from studio.core.storage import read_error
from studio.worker.hidden_files import look_through
from studio.worker.review_material import Material

_MOST_SCANNED = 2000  # samples that are looked for in exported files, of each split
_MOST_NUMBERS = 4_000_000  # of these together

_VECTORS = phrase_later(
    "These are the model's file and its C; at this tier the export's check program adds a few test samples."
)


def membership(material: Material) -> Check:
    """C10."""
    members, answers = material.members, material.answers
    if members is None:
        return check_membership({}, {}, 0.0, material.tier, material.limits)
    inside, outside = {}, {}
    for name, before, after in (
        ("int8" if material.respond.is_int8 else phrase("compressed"), members.scores, answers.scores),
        ("float32", members.float_scores, answers.float_scores),
    ):
        if material.task is Task.CLASSIFICATION:
            inside[name] = sureness(before, members.y.astype(np.int64))
            outside[name] = sureness(after, answers.y.astype(np.int64))
        else:
            inside[name] = closeness(before, members.y.astype(np.float32))
            outside[name] = closeness(after, answers.y.astype(np.float32))
    gap = 0.0
    if material.task is Task.CLASSIFICATION:
        trained = float((members.scores.argmax(axis=1) == members.y).mean())
        gap = trained - float((answers.after == answers.y).mean())
    elif material.test.anomalous is not None:
        normal = ~material.test.anomalous
        outside = {name: scores[normal] for name, scores in outside.items()}
    return check_membership(inside, outside, gap, material.tier, material.limits)


def leaks(material: Material) -> Check:
    """C12."""
    return check_leaks(material.splits, material.tier, material.limits, single=material.dataset.single)


def coverage(material: Material) -> Check:
    """C13."""
    if material.task is Task.CLASSIFICATION:
        return check_coverage(material.splits, material.dataset.labels, material.limits)
    return check_range(material.splits, rebuilds=material.task is Task.AUTOENCODER)


def data_files(material: Material) -> Check:
    """C15."""
    source = Path(material.dataset.source or material.dataset.path)
    looked = look_through(
        source, lambda _: material.report(material.respond.share, "Reading the data's files")
    )
    return check_data_files(looked.findings, looked.files, material.tier, looked.unread)


def export(material: Material) -> Check:
    """C16: the generated C and the model's file; the bundle looks at all that it writes once more."""
    files = {}
    paths = [Path(material.candidate.artifact)]
    if material.build is not None:
        paths += sorted(Path(material.build.sources).iterdir())
    for path in paths:
        try:
            files[path.name] = path.read_bytes()
        except OSError as error:
            raise read_error(path, error) from error
    size = int(np.prod(material.dataset.sample_shape))
    count = max(1, min(_MOST_SCANNED, _MOST_NUMBERS // (size * len(material.splits))))
    samples = np.concatenate([split.x[:count] for split in material.splits.values()])
    found = check_export(files, material.tier, this_computer(), samples, material.respond.as_stored(samples))
    if found.verdict is not Verdict.PASS or material.tier.reaches(Tier.PEOPLE):
        return found
    return replace(found, sentence=told(found.sentence, phrase(_VECTORS)))
