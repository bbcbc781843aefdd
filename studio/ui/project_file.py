"""The file of the project at hand: what it holds, and whether somebody else changed it since."""

from dataclasses import replace
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.project import Project, save_project
from studio.core.review import Head
from studio.core.storage import sha256_of


class ProjectFile:
    """`path` is None while the project has no file."""

    def __init__(self, project: Project) -> None:
        self.path: Path | None = None
        self._held = project
        self._refused = False  # the last attempt to write
        self._stamp = ""

    def begin(self, project: Project, path: Path | None) -> None:
        """`project` was just read from `path`, or is new."""
        self.path = path
        self._held, self._refused = project, False
        self._stamp = _stamp(path)

    def lacks(self, project: Project) -> bool:
        """True where the file does not hold `project`, and after a refused attempt, until one succeeds."""
        return self._refused or project != self._held

    def write(self, project: Project, target: Path, log: Head, *, guarded: bool) -> Project:
        """Write to `target`, and return what it holds now; `log` is where the review's log ends.

        A project without a name, and one that goes to another file, is called as its file. Raises StudioError where it
        cannot be written, or where it is `guarded` and somebody else changed it since it was read.
        """
        if project.name == Project().name or (self.path is not None and target != self.path):
            project = replace(project, name=target.stem)
        self._refused = True  # until it is written: what others wrote there is not what stands here
        if guarded and _stamp(target) != self._stamp:
            self._stamp = _stamp(target)
            raise StudioError(
                f"{target.name} was changed by another window or program since it was opened. Save again to put "
                "this in its place, or use Save as to keep both."
            )
        save_project(replace(project, log=log), target)
        self.begin(project, target)
        return project


def _stamp(file: Path | None) -> str:
    """What tells that a file was changed: its SHA-256, or nothing where there is none to read."""
    try:
        return sha256_of(file) if file is not None and file.is_file() else ""
    except StudioError:
        return ""
