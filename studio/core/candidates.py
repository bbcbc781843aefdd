"""The candidates side by side: every recipe that was measured, those that were kept, and which beat which."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.core.board import Board
from studio.core.build import Fit
from studio.core.codec import to_json
from studio.core.known_fits import known_fit
from studio.core.recipe import Recipe
from studio.core.study import Figures


@dataclass(frozen=True, slots=True)
class Kept:
    """A candidate that belongs to the project, under a name of its own; pinned ones stand first in every list."""

    recipe: Recipe
    name: str
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list of candidates; `figures` are None until they were measured in this model and data.

    `fit` is need against limit on the board at hand, None without a build.
    """

    recipe: Recipe
    name: str
    pinned: bool
    kept: bool
    figures: Figures | None
    fit: Fit | None

    @property
    def flash_bytes(self) -> int | None:
        """Storage on the board, or None before there is a build."""
        return self.fit.storage.need if self.fit else None

    @property
    def ram_bytes(self) -> int | None:
        """Memory on the board, or None before there is a build."""
        return self.fit.memory.need if self.fit else None

    @property
    def inference_us(self) -> int | None:
        """Time of one inference on the board, or None before there is a build."""
        return self.fit.compute.need if self.fit else None


def recipe_id(recipe: Recipe) -> str:
    """Eight hex digits that name a recipe."""
    return hashlib.sha256(json.dumps(to_json(recipe), sort_keys=True).encode()).hexdigest()[:8]


def entries(
    kept: Sequence[Kept], dropped: Iterable[str], measured: Sequence[Figures], board: Board, deadline_us: int
) -> tuple[Entry, ...]:
    """Pinned candidates, then kept ones, then those that were only measured, the latest first.

    `dropped` are the ids (`recipe_id`) of measured recipes that the user deleted from the list.
    """
    by_recipe = {figures.recipe: figures for figures in measured}
    gone = set(dropped)
    found = [
        _entry(item.recipe, item.name, item.pinned, True, by_recipe.get(item.recipe), board, deadline_us)
        for item in sorted(kept, key=lambda item: not item.pinned)
    ]
    own = {item.recipe for item in kept}
    for recipe, figures in reversed(by_recipe.items()):
        if recipe not in own and recipe_id(recipe) not in gone:
            found.append(_entry(recipe, recipe.title, False, False, figures, board, deadline_us))
    return tuple(found)


def front(points: Sequence[tuple[float, float] | None]) -> tuple[int, ...]:
    """The places of the points (cost, gain) that no other beats: Pareto-best, by rising cost; None is left out."""
    order = sorted(
        (place for place, point in enumerate(points) if point is not None),
        key=lambda place: (points[place][0], -points[place][1]),  # type: ignore[index]
    )
    best = float("-inf")
    found = []
    for place in order:
        point = points[place]
        assert point is not None
        if point[1] > best:
            best = point[1]
            found.append(place)
    return tuple(found)


def _entry(
    recipe: Recipe,
    name: str,
    pinned: bool,
    kept: bool,
    figures: Figures | None,
    board: Board,
    deadline_us: int,
) -> Entry:
    fitted = known_fit(figures.build, board, deadline_us) if figures and figures.build else None
    return Entry(recipe, name, pinned, kept, figures, fitted)
