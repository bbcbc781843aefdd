"""The exporter: what it writes, and what it refuses to write."""

import errno
import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.board import find_board
from studio.core.bundle import Bundle, export_bundle
from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.formats.delivery import Delivery, End, ExportEngine, ExportFormat, SensorStub
from studio.core.formats.table import usual_format
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


def export(
    results: Results,
    reviewed: Review,
    folder: Path,
    board: str = "virtual_cortex_m4",
    format_: ExportFormat | None = None,
) -> Bundle:
    assert results.candidate is not None
    assert results.evaluation is not None
    found = find_board(board)
    sources = {}
    if results.build is not None:
        sources = {file.name: file.read_bytes() for file in Path(results.build.sources).iterdir()}
    delivery = Delivery(
        name="waves",
        title="Waves",
        summary="Accuracy 97 %.",
        board=found,
        engine=ExportEngine.STUDIO_C,
        sensor=SensorStub.LINK,
        labels=("a", "b"),
        recipe="int8",
        studio="0",
        model_sha256=results.candidate.sha256,
        tflite=Path(results.candidate.artifact).read_bytes(),
        input=End((1, 2), "int8", 0.5, 0),
        output=End((1, 2), "int8", 0.5, 0),
        sources=sources,
        vectors=((b"\0\0", b"\1\1"),),
    )
    fitted = fit_of(Project(board=board), results)
    return export_bundle(
        results.candidate,
        results.build,
        results.evaluation,
        found,
        fitted,
        reviewed,
        delivery,
        format_ or usual_format(found),
        folder,
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


def test_an_arduino_library_is_a_zip_with_the_record_inside(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    out = tmp_path / "out"
    export(results, approved(results), out, "arduino_nano_33_ble_sense")
    with zipfile.ZipFile(out / "waves.zip") as archive:
        names = archive.namelist()
        properties = archive.read("waves/library.properties").decode()
    assert {name.split("/")[0] for name in names} == {"waves"}
    assert "waves/extras/review.json" in names
    assert "waves/examples/live_inference/live_inference.ino" in names
    assert "name=waves" in properties


def test_two_exports_of_the_same_are_the_same_bytes(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    first = export(results, approved(results), tmp_path / "a", "arduino_uno_r4_wifi")
    second = export(results, approved(results), tmp_path / "b", "arduino_uno_r4_wifi")
    assert first.files == second.files


def test_checksums_are_those_that_sha256sum_checks(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    out = tmp_path / "out"
    export(results, approved(results), out)
    for line in (out / "SHA256SUMS").read_text().splitlines():
        sha256, name = line.split("  ", 1)
        assert hashlib.sha256((out / name).read_bytes()).hexdigest() == sha256


def test_a_format_that_the_board_does_not_take_is_refused_with_the_reason(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    with pytest.raises(StudioError, match="Espressif"):
        export(results, approved(results), tmp_path / "out", "teensy_4_1", ExportFormat.ESP_IDF)
