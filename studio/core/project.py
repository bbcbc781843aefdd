"""The project: every choice the user made, nothing computed; saved as versioned JSON, undone by swapping."""

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.core.build import Optimize
from studio.core.candidates import Kept
from studio.core.checklist import standard_checklist
from studio.core.codec import from_json, to_json
from studio.core.dataset import SplitChoice
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportEngine, ExportFormat, SensorStub
from studio.core.recipe import Recipe
from studio.core.review.answers import Answers
from studio.core.review.log import Head
from studio.core.review.migration import migrated
from studio.core.storage import read_error, write_atomically

VERSION = 2
SUFFIX = ".tinyml"


@dataclass(frozen=True, slots=True)
class Project:
    """The user's choices. Paths are absolute in memory and relative to the project's file on disk.

    `deadline_ms` is the time one inference may take; `split` says how data without splits of its own is divided.
    `export_format` None is what the board usually takes. `candidates` are those that the user kept, `dropped` the ids
    of measured ones that the user deleted from the list. `log` is where the review's log ended when the project was
    saved.
    """

    name: str = "Untitled"
    model: str = ""
    data: str = ""
    split: SplitChoice = SplitChoice()
    recipe: Recipe = Recipe()
    board: str = "virtual_cortex_m4"
    deadline_ms: int = 100
    optimize: Optimize = Optimize.BALANCED
    candidates: tuple[Kept, ...] = ()
    dropped: tuple[str, ...] = ()
    export_format: ExportFormat | None = None
    export_engine: ExportEngine = ExportEngine.STUDIO_C
    export_sensor: SensorStub = SensorStub.LINK
    entered: Answers = Answers()
    version: int = VERSION
    log: Head = field(default=Head(), compare=False)


def load_project(path: Path) -> Project:
    """Read a project file; its paths are made absolute."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError as error:
        raise StudioError(f"{path.name} is not a project file ({error}). Open a .tinyml file.") from error
    version = data.get("version") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise StudioError(f"{path.name} is not a project file. Open a .tinyml file.")
    if version > VERSION:
        raise StudioError(f"{path.name} was saved by a newer studio (version {version}). Update the studio.")
    if version < VERSION:
        data = {**data, "version": VERSION, "entered": migrated(data.get("entered", {}))}
    try:
        project = from_json(Project, data, path.name)
        standard_checklist().check_limits(project.entered.limits)
    except (ValueError, StudioError) as error:
        raise StudioError(f"{path.name} is damaged: {error}. Open an older copy.") from error
    folder = path.resolve().parent
    return replace(
        project,
        model=_absolute(project.model, folder),
        data=_absolute(project.data, folder),
        entered=project.entered.unstated(),
    )


def save_project(project: Project, path: Path) -> None:
    """Write the project whole or not at all; paths below its folder become relative."""
    folder = path.resolve().parent
    portable = replace(project, model=_relative(project.model, folder), data=_relative(project.data, folder))
    write_atomically(path, (json.dumps(to_json(portable), indent=2, ensure_ascii=False) + "\n").encode())


@dataclass(frozen=True, slots=True)
class History:
    """Undo and redo: Projects before and after the present one, the nearest last."""

    present: Project
    past: tuple[Project, ...] = ()
    future: tuple[Project, ...] = ()

    def do(self, project: Project) -> "History":
        """The history after `project` took the present one's place; nothing happens if they are equal."""
        if project == self.present:
            return self
        return History(project, (*self.past, self.present))

    def amended(self, project: Project) -> "History":
        """The history with `project` in the present one's place, as if the last step had led there."""
        return History(project, self.past)

    def without_data(self) -> "History":
        """The history in which data is off, now and in every step before that had this model with it."""
        of = (self.present.model, self.present.data)
        past = (replace(one, data="") if (one.model, one.data) == of else one for one in self.past)
        return History(replace(self.present, data=""), tuple(past))

    def joined_since(self, before: "History") -> "History":
        """The history in which all steps since `before` are one; unchanged where it did not go on from there."""
        begun = (*before.past, before.present)
        return replace(self, past=begun) if self.past[: len(begun)] == begun else self

    def undo(self) -> "History":
        """One step back, or the same history at the beginning."""
        if not self.past:
            return self
        return History(self.past[-1], self.past[:-1], (*self.future, self.present))

    def redo(self) -> "History":
        """One step forward again, or the same history at the end."""
        if not self.future:
            return self
        return History(self.future[-1], (*self.past, self.present), self.future[:-1])


def _absolute(path: str, folder: Path) -> str:
    return os.path.normpath(folder / path) if path else ""


def _relative(path: str, folder: Path) -> str:
    if not path:
        return ""
    try:
        return Path(path).relative_to(folder).as_posix()
    except ValueError:
        return path
