"""Opening: what a project, model, data set, recipe or sample that is opened means for the one at hand."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.errors import StudioError
from studio.core.places import is_sample, sample_project
from studio.core.project import History, Project, load_project
from studio.core.recipe import read_recipe
from studio.core.results import Results
from studio.core.review import Answers
from studio.ui.dropped import Kind, kind_of

if TYPE_CHECKING:
    from studio.ui.session import Session


@dataclass(frozen=True, slots=True)
class _Before:
    """Where to go back to when the model that was opened cannot be read."""

    model: str
    history: History
    file: Path | None


class Opening:
    """Opens things in a session; what cannot be opened is said by its `failed` signal, and all stays as it was."""

    def __init__(self, session: "Session") -> None:
        self._session = session
        self._before: _Before | None = None  # until the model is read

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open what belongs together, as a model and its data; undo takes all of it back at once."""
        session = self._session
        began = session.history
        for path in paths:
            self.open_path(path)
        if len(paths) > 1:
            session.revise(session.history.joined_since(began))

    def open_path(self, path: Path) -> None:
        """Open a project, model, data set or recipe, whichever `path` is."""
        session = self._session
        try:
            kind = kind_of(path)
            if kind is Kind.PROJECT:
                session.begin(load_project(path), None if is_sample(path) else path)
            elif kind is Kind.MODEL:
                self._open_model(path)
            elif kind is Kind.DATA:
                self._open_data(path)
            else:
                session.change(replace(session.project, recipe=read_recipe(str(path))))
        except StudioError as error:
            session.failed.emit("file", str(error))

    def open_sample(self, name: str) -> None:
        """Open one of the samples that come with the studio; saving it asks for a place of its own."""
        self.open_path(sample_project(name))

    def take_off_data(self) -> None:
        """Data that does not fit the model opened last goes off, as a part of that step: undo never meets the two."""
        self._session.revise(self._session.history.without_data())

    def took_back(self, results: Results) -> bool:
        """True where the model opened last cannot be read: the one before is back, with all that belongs to it."""
        before, session = self._before, self._session
        if before is None or before.model != session.project.model:
            return False
        problem = results.problem("load")
        if problem is None or problem.cure is not None:
            self._before = before if results.model is None else None
            return False
        self._before = None
        session.go_back_to(before.history, before.file)
        gone, stays = Path(before.model).name, Path(session.project.model).name
        session.failed.emit("file", f"{gone} was not opened; {stays} stays. {problem.sentence}")
        return True

    def _open_model(self, path: Path) -> None:
        session = self._session
        present = session.project
        project = replace(present, model=str(path.resolve()))
        is_another = bool(present.model) and present.model != project.model
        if is_another:  # what was taken out, trained, kept or answered belongs to the model before
            recipe = project.recipe.for_another_model
            project = replace(project, recipe=recipe, candidates=(), dropped=(), entered=Answers())
            readable = session.results.model is not None
            self._before = _Before(project.model, session.history, session.file) if readable else None
            session.leave_file()
        if is_another or project.name == Project().name:
            project = replace(project, name=path.stem)
        # Data that lay beside the model before, and was found there, gives way to what lies beside this one.
        was_beside = is_another and Path(present.data) == Path(present.model).parent
        if (not project.data or was_beside) and (path.parent / "test.npz").is_file():
            project = replace(project, data=str(path.parent.resolve()))
        if project == session.project and session.results.problem("load") is not None:
            session.retry()  # the same file: it may have been mended meanwhile
        session.change(project)
        if is_another and present.entered != Answers():
            session.told.emit(
                f"The review's answers are about {Path(present.model).name}, and went with it. Undo brings both back."
            )

    def _open_data(self, path: Path) -> None:
        session = self._session
        present, past = session.project, session.history.past
        project = replace(present, data=str(path.resolve()))
        if project == present:  # the same files: they may have been mended meanwhile
            session.workbench.read_data_again()
            return
        carried = bool(past) and past[-1].model not in ("", present.model) and past[-1].data == present.data
        if carried and present.data and session.results.dataset is None:
            # undo must not pass through this model with the data of the one before
            session.revise(session.history.amended(project))
        else:
            session.change(project)
