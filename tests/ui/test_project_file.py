"""The file of the project at hand."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.project import Project, load_project, save_project
from studio.core.review import Head
from studio.ui.project_file import ProjectFile

NAMED = Project(name="waves")


def test_a_project_without_a_name_is_called_as_its_file(tmp_path: Path) -> None:
    file = ProjectFile(Project())
    written = file.write(Project(), tmp_path / "doors.tinyml", Head(), guarded=False)
    assert written.name == load_project(tmp_path / "doors.tinyml").name == "doors"
    assert file.path == tmp_path / "doors.tinyml"
    assert not file.lacks(written)
    assert file.lacks(replace(written, deadline_ms=7))


def test_what_somebody_else_wrote_is_put_aside_only_when_asked_twice(tmp_path: Path) -> None:
    path = tmp_path / "waves.tinyml"
    file = ProjectFile(NAMED)
    file.write(NAMED, path, Head(), guarded=False)
    save_project(replace(NAMED, deadline_ms=7), path)
    with pytest.raises(StudioError, match="another window"):
        file.write(NAMED, path, Head(), guarded=True)
    assert file.lacks(NAMED)
    file.write(NAMED, path, Head(), guarded=True)
    assert not file.lacks(NAMED)
    assert load_project(path).deadline_ms == NAMED.deadline_ms


def test_what_could_not_be_written_is_still_lacking(tmp_path: Path) -> None:
    file = ProjectFile(NAMED)
    (tmp_path / "taken").write_text("a file, no folder")
    with pytest.raises(StudioError):
        file.write(NAMED, tmp_path / "taken" / "waves.tinyml", Head(), guarded=False)
    assert file.lacks(NAMED)
    assert file.path is None
