"""The review's checks that ask the device about other inputs: faults, unknowns, covered patches and smaller inputs."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.checks.check import Check
from studio.core.checks.faults import check_faults, levels
from studio.core.checks.maps import check_maps, costly_rows
from studio.core.checks.sweep import check_sweep, smaller
from studio.core.checks.unknowns import Logits, check_unknowns, made_up
from studio.core.data_arrays import checked_x
from studio.core.dataset import Task, balanced_rows
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.storage import sha256_of
from studio.worker.preview import candidate_macs
from studio.worker.review_material import Material

UNKNOWN = "unknown.npz"
"""Beside the data: x [M, …] of things that belong to no class."""

_MACS = 1_500_000_000  # for all levels of a check: about a second
_FEWEST, _MOST = 40, 400  # samples at each level
_MOST_KNOWN = 1000  # test samples whose logits are compared with
_WRONG_MAPS, _RIGHT_MAPS = 6, 2
_GRADIENT_MACS = 35_000_000_000  # of the original, for all maps: about a second


def faults(material: Material) -> Check:
    """C8."""

    def make() -> Check:
        rows = _some(material, levels(material.dataset.sample_shape))
        names = material.dataset.labels if material.task is Task.CLASSIFICATION else ()
        return check_faults(
            material.test.x[rows],
            material.respond,
            material.judge_for(rows),
            names,
            material.range,
            material.limits,
            numbers=material.task is Task.REGRESSION,
        )

    return material.kept("C8", make)


def unknowns(material: Material) -> Check:
    """C9: inputs that are made up, and the user's own where the data has some."""
    place = Path(material.dataset.source or material.dataset.path)
    file = (place if place.is_dir() else place.parent) / UNKNOWN

    def make() -> Check:
        inputs = made_up(material.test.x[_some(material, 5)], material.range)
        if file.is_file():
            own = phrase("your own ({file})", file=file.name)
            inputs = {own: _unknown(file, material.dataset.sample_shape), **inputs}
        scores = material.answers.scores
        return check_unknowns(
            scores, inputs, material.respond, material.dataset.labels, material.limits, _logits(material)
        )

    return material.kept("C9", make, sha256_of(file) if file.is_file() else "")


def _logits(material: Material) -> Logits | str:
    """The original's scores before the softmax, or why there are none."""
    if not material.twin:
        return phrase(
            "The model arrived compressed, so that there is no original to ask for its scores before the softmax."
        )
    respond = material.before_softmax
    if respond is None:
        return phrase(
            "The original does not end with a softmax that could be left out, so that its scores are all there is."
        )
    rows = balanced_rows(material.test.y, _MOST_KNOWN)
    return Logits(respond(material.test.x[rows]), respond)


def _unknown(file: Path, shape: tuple[int, ...]) -> npt.NDArray[np.float32]:
    try:
        with np.load(file, allow_pickle=False) as archive:
            x = archive["x"]
    except (OSError, ValueError, KeyError, EOFError) as error:
        words = phrase(
            "{file} cannot be used as unknown samples. Save it with numpy.savez(x=…).", file=file.name
        )
        raise StudioError(words) from error
    return checked_x(x, file, shape)


def maps(material: Material) -> Check:
    """C11."""

    def make() -> Check:
        rows = costly_rows(material.answers, _WRONG_MAPS, _RIGHT_MAPS)
        x = material.test.x[material.answers.rows[rows]]
        background = (material.train or material.test).x.mean(axis=0, dtype=np.float64).astype(np.float32)
        return check_maps(
            x,
            rows,
            material.answers,
            material.respond,
            background,
            material.limits,
            original=material.original,
            enough=_GRADIENT_MACS // max(1, material.model.macs),
        )

    return material.kept("C11", make)


def sweep(material: Material) -> Check:
    """D7: the accuracy with less input."""

    def make() -> Check:
        rows = _some(material, len(smaller(material.test.x[:1])) + 1)
        return check_sweep(material.test.x[rows], material.respond, material.judge_for(rows), material.limits)

    return material.kept("D7", make)


def _some(material: Material, times: int) -> npt.NDArray[np.int64]:
    """Test samples that can be answered so many times, the same number of each class where possible."""
    macs = max(1, candidate_macs(material.candidate))
    count = min(_MOST, max(_FEWEST, _MACS // (macs * max(times, 1))))
    marks = material.test.anomalous
    return balanced_rows(marks.astype(np.int64) if marks is not None else material.test.y, count)
