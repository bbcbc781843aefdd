"""The exporter: what it writes, and what it refuses to write."""

import errno
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.board import find_board
from studio.core.bundle import Bundle, export_bundle
from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.pipeline import Results, fit_of, review_of, subject_of
from studio.core.project import Project
from studio.core.review import Answer, Answers, Choice, Review
from tests.core import made


def approved(results: Results) -> Review:
    subject = subject_of(results)
    assert subject is not None
    checklist = standard_checklist()
    answers = tuple(
        Answer(question.id, Choice.YES, "A limit.", subject.model_sha256, subject.data_sha256)
        for question in checklist.questions
    )
    intake = {item.id: False for item in checklist.intake}
    project = Project(entered=Answers(intake, answers).signed("Ada", "now", subject))
    found = review_of(project, results)
    assert found is not None
    assert found.approved, found.reasons
    return found


def export(results: Results, reviewed: Review, folder: Path, board: str = "virtual_cortex_m4") -> Bundle:
    assert results.candidate is not None
    assert results.evaluation is not None
    fitted = fit_of(Project(board=board), results)
    return export_bundle(
        results.candidate, results.build, results.evaluation, find_board(board), fitted, reviewed, folder
    )


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    bundle = export(results, approved(results), tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {file.name for file in bundle.files} >= {"model.tflite", "src/model.c", "review.json", "README.md"}
    for entry in manifest["files"]:
        content = (tmp_path / "out" / entry["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert "A limit." in (tmp_path / "out" / "README.md").read_text()


def test_an_unapproved_review_exports_nothing(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    open_review = review_of(Project(), results)
    assert open_review is not None
    with pytest.raises(StudioError, match="does not allow the export"):
        export(results, open_review, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_model_changed_after_the_review_is_not_exported(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    reviewed = approved(results)
    (tmp_path / "candidate.tflite").write_bytes(b"swapped")
    with pytest.raises(StudioError, match="changed since it was reviewed"):
        export(results, reviewed, tmp_path / "out")


def test_a_review_of_another_model_does_not_count(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    reviewed = approved(results)
    other = replace(reviewed, subject=replace(reviewed.subject, model_sha256="9" * 64))
    with pytest.raises(StudioError, match="another model"):
        export(results, other, tmp_path / "out")


def test_a_folder_with_other_files_is_left_alone(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "thesis.txt").write_text("mine")
    with pytest.raises(StudioError, match="holds other files"):
        export(results, approved(results), tmp_path / "out")


def test_a_second_export_replaces_the_first(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    export(results, approved(results), tmp_path / "out")
    (tmp_path / "sources" / "model.c").unlink()
    (tmp_path / "sources" / "other.c").write_text("/* new */\n")
    export(results, approved(results), tmp_path / "out")
    assert not (tmp_path / "out" / "src" / "model.c").exists()


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StudioError, match="not a folder"):
        export(results, approved(results), tmp_path / "file" / "out")


def test_a_float_model_goes_to_boards_that_run_tflite_only(tmp_path: Path) -> None:
    results = replace(made.results(tmp_path), build=None)
    reviewed = approved(replace(made.results(tmp_path)))
    with pytest.raises(StudioError, match="needs C code"):
        export(results, reviewed, tmp_path / "a")
    assert export(results, reviewed, tmp_path / "b", "raspberry_pi_4").files


def test_a_disk_that_fills_up_leaves_the_earlier_export_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = made.results(tmp_path)
    out = tmp_path / "out"
    export(results, approved(results), out)
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    real, written = os.fsync, []

    def fills_up(descriptor: int) -> None:
        written.append(descriptor)
        if len(written) > 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fills_up)
    (tmp_path / "sources" / "model.c").write_text("/* another */\n")
    with pytest.raises(StudioError, match="disk is full"):
        export(results, approved(results), out)
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before
    assert not list(tmp_path.glob(".out.*"))
