"""The candidates of the project at hand: what each recipe came to, and what the user does with them."""

from dataclasses import replace
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from studio.core.board import find_board
from studio.core.candidates import Entry, Kept, entries, recipe_id
from studio.core.project import Project
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.core.study import Figures

_MOST_MEASURED = 200


class _Owner(Protocol):
    @property
    def project(self) -> Project: ...

    def change(self, project: Project, *, merge: str = "") -> None: ...


class CandidateList(QObject):
    """Keeps the figures of every recipe that was measured for this model and data.

    Names, pins and deletions are the project's, so that they are saved and undone like every other choice.
    """

    changed = Signal()

    def __init__(self, owner: _Owner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._owner = owner
        self._of: tuple[str, str] = ("", "")
        self._measured: dict[tuple[str, str], dict[Recipe, Figures]] = {self._of: {}}
        self._parent_recipe: Recipe | None = None

    @property
    def _figures(self) -> dict[Recipe, Figures]:
        """What was measured for the model and data at hand; what undo brings back is still known."""
        return self._measured[self._of]

    def entries(self) -> tuple[Entry, ...]:
        """All candidates, as the list shows them."""
        project = self._owner.project
        return entries(
            project.candidates,
            project.dropped,
            tuple(self._figures.values()),
            find_board(project.board),
            project.deadline_ms * 1000,
        )

    def unmeasured(self) -> tuple[Recipe, ...]:
        """Kept recipes whose figures are not known yet."""
        return tuple(
            kept.recipe for kept in self._owner.project.candidates if kept.recipe not in self._figures
        )

    def follow(self, results: Results) -> None:
        """Take over what was measured; another model or other data has a list of its own."""
        model, dataset, candidate = results.model, results.dataset, results.candidate
        if model is None:
            return
        of = (model.artifact_sha256, dataset.sha256 if dataset else "")
        if of != self._of and (dataset is not None or not self._owner.project.data):
            self._of = of
            self._measured.setdefault(of, {})
            self._parent_recipe = None
            self.changed.emit()
        if candidate is None or (results.evaluation is None and dataset is not None):
            return
        found = results.evaluation
        self.add(
            Figures(
                recipe=self._owner.project.recipe,
                parent=None,
                candidate_sha256=candidate.sha256,
                file_bytes=candidate.file_bytes,
                accuracy=found.accuracy if found else None,
                accuracy_ci=found.accuracy_ci if found else None,
                n=found.n if found else 0,
                engine=found.engine if found else None,
                build=results.build,
            )
        )
        self._parent_recipe = self._owner.project.recipe

    def add(self, figures: Figures) -> None:
        """Keep figures; their recipe came from the one that was measured before it."""
        known = self._figures.get(figures.recipe)
        parent = known.parent if known else figures.parent or self._parent_recipe
        figures = replace(figures, parent=parent if parent != figures.recipe else None)
        if figures == known:
            return
        self._figures[figures.recipe] = figures
        kept = {item.recipe for item in self._owner.project.candidates}
        loose = [recipe for recipe in self._figures if recipe not in kept]
        for recipe in loose[: max(0, len(self._figures) - _MOST_MEASURED)]:
            del self._figures[recipe]
        self.changed.emit()

    def keep(self, recipe: Recipe, name: str = "", *, pinned: bool = False) -> None:
        """Make the recipe a candidate of the project."""
        self._owner.change(with_kept(self._owner.project, recipe, name, pinned=pinned))

    def rename(self, recipe: Recipe, name: str) -> None:
        """Give a candidate a name; one that was only measured is kept so."""
        if name.strip():
            self._set(recipe, name=name.strip())

    def pin(self, recipe: Recipe, pinned: bool) -> None:
        """Put a candidate first in every list, or no longer."""
        self._set(recipe, pinned=pinned)

    def drop(self, recipe: Recipe) -> None:
        """Delete a candidate from the list."""
        project = self._owner.project
        left = tuple(kept for kept in project.candidates if kept.recipe != recipe)
        gone = tuple(dict.fromkeys((*project.dropped, recipe_id(recipe))))
        self._owner.change(replace(project, candidates=left, dropped=gone))

    def _set(self, recipe: Recipe, *, name: str | None = None, pinned: bool | None = None) -> None:
        project = with_kept(self._owner.project, recipe)
        changed = tuple(
            replace(
                kept,
                name=kept.name if name is None else name,
                pinned=kept.pinned if pinned is None else pinned,
            )
            if kept.recipe == recipe
            else kept
            for kept in project.candidates
        )
        self._owner.change(replace(project, candidates=changed))


def with_kept(project: Project, recipe: Recipe, name: str = "", *, pinned: bool = False) -> Project:
    """The project with the recipe among its candidates."""
    if any(kept.recipe == recipe for kept in project.candidates):
        return project
    kept = Kept(recipe, name or recipe.title, pinned)
    back = tuple(one for one in project.dropped if one != recipe_id(recipe))
    return replace(project, candidates=(*project.candidates, kept), dropped=back)
