"""Dividing samples into training, validation and test: with a seed, alike in every split, groups kept whole."""

from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.dataset import SplitChoice
from studio.core.errors import StudioError

Rows = npt.NDArray[np.int64]


def divided(
    y: npt.NDArray[Any],
    choice: SplitChoice,
    groups: dict[str, npt.NDArray[np.str_]] | None = None,
    units: npt.NDArray[np.int64] | None = None,
) -> dict[str, Rows]:
    """Row numbers (int64, ascending) of each split; the same for the same seed.

    Every class has the same share in each split as far as it goes. Rows of one group (`choice.group`), or of one
    recording (`units`) where no group is chosen, are never in two splits. Raises StudioError where that cannot be.
    """
    shares = {
        "train": 1 - choice.test_share - choice.validation_share,
        "validation": choice.validation_share,
        "test": choice.test_share,
    }
    if min(shares.values()) < 0 or shares["train"] <= 0 or shares["test"] <= 0:
        raise StudioError(
            "The shares for testing and validation leave nothing: both together must stay below 100 %, "
            "and the test share above 0."
        )
    shares = {name: share for name, share in shares.items() if share > 0}
    if len(y) < len(shares):
        raise StudioError(
            f"{len(y)} samples cannot be divided into training, validation and test. Add more samples."
        )
    classes = np.unique(y, return_inverse=True)[1] if y.ndim == 1 else np.zeros(len(y), np.int64)
    random = np.random.default_rng(choice.seed)
    together = _together(choice, groups or {}, units, len(shares))
    if together is None or (not choice.group and len(np.unique(together)) == len(y)):
        return _by_class(classes, shares, random)
    return _whole(classes, together, shares, random)


def _together(
    choice: SplitChoice,
    groups: dict[str, npt.NDArray[np.str_]],
    units: npt.NDArray[np.int64] | None,
    splits: int,
) -> Rows | None:
    if not choice.group:
        return units
    if choice.group not in groups:
        known = ", ".join(sorted(groups)) or "none"
        raise StudioError(
            f"The data has no group column '{choice.group}' (there is: {known}). Choose another, or none."
        )
    values, numbers = np.unique(groups[choice.group], return_inverse=True)
    if len(values) < splits:
        raise StudioError(
            f"The column '{choice.group}' has only {len(values)} different values: {splits} splits that share "
            "none need as many. Choose another column, or none."
        )
    return numbers.astype(np.int64)


def _by_class(classes: Rows, shares: dict[str, float], random: np.random.Generator) -> dict[str, Rows]:
    """The same share of each class; a class with few samples is tested and trained first."""
    found: dict[str, list[Rows]] = {name: [] for name in shares}
    for value in np.unique(classes):
        rows = random.permutation(np.flatnonzero(classes == value))
        test = min(max(round(len(rows) * shares["test"]), 1), max(len(rows) - 1, 0))
        wanted = round(len(rows) * shares.get("validation", 0.0))
        validation = min(max(wanted, 1), max(len(rows) - test - 1, 0)) if "validation" in shares else 0
        found["test"].append(rows[:test])
        if "validation" in shares:
            found["validation"].append(rows[test : test + validation])
        found["train"].append(rows[test + validation :])
    return {name: np.sort(np.concatenate(parts)) for name, parts in found.items()}


def _whole(
    classes: Rows, together: Rows, shares: dict[str, float], random: np.random.Generator
) -> dict[str, Rows]:
    """Groups kept whole: the largest first, each where it lessens the squared distance from the targets most."""
    names, units = list(shares), np.unique(together)
    counts = np.zeros((len(units), int(classes.max()) + 1))
    np.add.at(counts, (np.searchsorted(units, together), classes), 1)
    targets = np.outer([shares[name] for name in names], counts.sum(axis=0))
    weights = 1 / np.maximum(counts.sum(axis=0), 1)  # a rare class counts as much as a common one
    held = np.zeros_like(targets)
    order = random.permutation(len(units))
    order = order[np.argsort(-counts[order].sum(axis=1), kind="stable")]
    home = np.empty(len(units), np.int64)
    for place, unit in enumerate(order):
        empty = [split for split in range(len(names)) if not held[split].any()]
        if len(order) - place <= len(empty):
            best = empty[0]
        else:
            lacking = ((targets - held) * weights**2 * counts[unit]).sum(axis=1)
            best = int(np.argmax(lacking))
        home[unit] = best
        held[best] += counts[unit]
    homes = home[np.searchsorted(units, together)]
    return {name: np.flatnonzero(homes == split).astype(np.int64) for split, name in enumerate(names)}
