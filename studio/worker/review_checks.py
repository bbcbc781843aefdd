"""The evidence for the review: all checks of a candidate, on the answers of its exported C and of the float model."""

import importlib
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from studio.core.build import Build
from studio.core.checklist import Tier
from studio.core.checks.check import Check
from studio.core.checks.limits import Limits
from studio.core.checks.panel import Panel
from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.worker import review_classes, review_data, review_inputs, review_numbers
from studio.worker.report import Report
from studio.worker.review_material import Material

Make = Callable[[Material], Check]

_PAUSE_SECONDS = 0.03
_DEVICE = (review_inputs.faults, review_inputs.unknowns, review_inputs.maps, review_inputs.sweep)

# In the order of the work; those that ask the device come first, while the statistics are imported.
_CLASSES: tuple[tuple[str, Make], ...] = (
    ("Breaking the sensor", review_inputs.faults),
    ("Trying unknown inputs", review_inputs.unknowns),
    ("Covering parts of samples", review_inputs.maps),
    ("Trying with less input", review_inputs.sweep),
    ("Counting right answers", review_classes.accuracy),
    ("Comparing with the original", review_classes.compression),
    ("Looking for harm by compression", review_classes.broken),
    ("Counting misses and false alarms", review_classes.misses),
    ("Counting false alarms per hour", review_classes.alarms),
    ("Looking at the confidence", review_classes.calibration),
    ("Comparing groups", review_classes.groups),
    ("Attacking with training samples", review_data.membership),
    ("Comparing training with test", review_data.leaks),
    ("Counting samples", review_data.coverage),
    ("Looking at labels", review_classes.labels),
    ("Reading the data's files", review_data.data_files),
    ("Reading the exported files", review_data.export),
    ("Trying simple rules", review_classes.baselines),
)
_NUMBERS: tuple[tuple[str, Make], ...] = (
    ("Breaking the sensor", review_inputs.faults),
    ("Trying with less input", review_inputs.sweep),
    ("Measuring errors", review_numbers.fit),
    ("Comparing with the original", review_numbers.compression),
    ("Comparing groups", review_numbers.groups),
    ("Attacking with training samples", review_data.membership),
    ("Comparing training with test", review_data.leaks),
    ("Counting samples", review_data.coverage),
    ("Reading the data's files", review_data.data_files),
    ("Reading the exported files", review_data.export),
    ("Trying simple rules", review_numbers.baselines),
)


def review_checks(
    model: Model,
    candidate: Candidate,
    build: Build | None,
    dataset: Dataset,
    evaluation: Evaluation,
    tier: Tier,
    limits: Limits,
    report: Report,
) -> Panel:
    """Every check that the task and the data allow, in order; what does not depend on the tier is kept in the cache."""
    begin = time.monotonic()
    report(0.0, "Reading the samples")
    material = Material(model, candidate, build, dataset, evaluation, tier, limits, report)
    todo = _CLASSES if dataset.task is Task.CLASSIFICATION else _NUMBERS
    imports = threading.Thread(target=_import_statistics, name="statistics", daemon=True)
    imports.start()
    checks = []
    for number, (words, make) in enumerate(todo):
        share = 0.05 + 0.95 * number / len(todo)
        report(share, words)
        while make not in _DEVICE and imports.is_alive():
            imports.join(_PAUSE_SECONDS)
            report(share, words)
        material.respond.share, material.respond.words = share, words
        began = time.monotonic()
        check = make(material)
        checks.append(replace(check, seconds=round(time.monotonic() - began, 4)))
    checks.sort(key=lambda check: _order(check.id))
    return Panel(
        candidate.sha256, dataset.sha256, tier, limits, tuple(checks), round(time.monotonic() - begin, 3)
    )


def _import_statistics() -> None:
    """They take seconds to import, and the first checks only wait for the device's code, which needs no Python."""
    for name in ("scipy.stats", "sklearn.metrics", "fairlearn.metrics", "sklearn.ensemble"):
        importlib.import_module(name)


def _order(check_id: str) -> tuple[str, int]:
    return check_id[0], int(check_id[1:])
