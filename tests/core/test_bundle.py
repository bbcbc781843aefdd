"""The exporter: what it writes, and what it refuses to write."""

import errno
import hashlib
import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from studio import __version__
from studio.core import bundle as bundle_module
from studio.core import storage
from studio.core.board import find_board
from studio.core.bundle import Bundle, export_bundle
from studio.core.checks.check import Check, Verdict
from studio.core.errors import StudioError
from studio.core.formats.delivery import Delivery, End, ExportEngine, ExportFormat, SensorStub
from studio.core.formats.table import usual_format
from studio.core.making import summary_of
from studio.core.pipeline import fit_of
from studio.core.project import Project
from studio.core.results import Results
from studio.core.review import Level, Review
from studio.core.reviewed import review_of, target_of
from tests.core import made
from tests.core.approval import AT, approval


def approved(results: Results, board: str = "virtual_cortex_m4") -> Review:
    project = Project(board=board)
    found = review_of(replace(project, entered=approval(project, results)), results, at=AT)
    assert found is not None
    assert found.approved, found.reasons
    return found


def export(
    results: Results,
    reviewed: Review,
    folder: Path,
    board: str = "virtual_cortex_m4",
    format_: ExportFormat | None = None,
    **more: object,
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
        summary=summary_of(results.evaluation),
        board=found,
        engine=ExportEngine.STUDIO_C,
        sensor=SensorStub.LINK,
        labels=("a", "b"),
        recipe=results.candidate.recipe.title,
        studio=__version__,
        model_sha256=results.candidate.sha256,
        tflite=Path(results.candidate.artifact).read_bytes(),
        input=End((1, 2), "int8", 0.5, 0),
        output=End((1, 2), "int8", 0.5, 0),
        sources=sources,
        vectors=((b"\0\0", b"\1\1"),),
    )
    project = Project(board=board)
    return export_bundle(
        results.candidate,
        results.build,
        results.evaluation,
        found,
        fit_of(project, results),
        reviewed,
        delivery,
        format_ or usual_format(found),
        folder,
        target=target_of(project),
        at=AT,
        dataset=results.dataset,
        **more,  # type: ignore[arg-type]
    )


def test_the_manifest_names_every_file_with_its_hash(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    bundle = export(results, approved(results), tmp_path / "out")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())
    assert {file.name for file in bundle.files} >= {"model.tflite", "src/model.c", "review.json", "README.md"}
    for entry in manifest["files"]:
        content = (tmp_path / "out" / entry["name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert "What we know about P8." in (tmp_path / "out" / "README.md").read_text()


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
    with pytest.raises(StudioError, match="another model"):
        export(results, reviewed, tmp_path / "out")


def test_a_review_of_another_model_does_not_count(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    reviewed = approved(results)
    other = replace(reviewed, subject=replace(reviewed.subject, model_sha256="9" * 64))
    with pytest.raises(StudioError, match="must be confirmed again"):
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


def test_a_bundle_knows_who_sealed_it_and_an_old_seal_does_not_stay_on_a_new_export(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    sealed = export(results, approved(results), tmp_path / "out", seal=lambda _: ("a" * 64, "b" * 128))
    assert sealed.sealed_by == "a" * 64
    assert json.loads((tmp_path / "out" / "SIGNATURE.json").read_text())["key"] == sealed.sealed_by
    bare = export(results, approved(results), tmp_path / "out")
    assert bare.sealed_by == ""
    assert not (tmp_path / "out" / "SIGNATURE.json").exists()


def test_a_folder_that_cannot_be_made_gets_a_sentence(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(StudioError, match="not a folder"):
        export(results, approved(results), tmp_path / "file" / "out")


def test_a_float_model_goes_to_boards_that_run_tflite_only(tmp_path: Path) -> None:
    results = replace(made.results(tmp_path), build=None)
    whole = made.results(tmp_path)
    with pytest.raises(StudioError, match="needs C code"):
        export(results, approved(whole), tmp_path / "a")
    assert export(results, approved(whole, "raspberry_pi_4"), tmp_path / "b", "raspberry_pi_4").files


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
    export(results, approved(results, "arduino_nano_33_ble_sense"), out, "arduino_nano_33_ble_sense")
    with zipfile.ZipFile(out / "waves.zip") as archive:
        names = archive.namelist()
        properties = archive.read("waves/library.properties").decode()
    assert {name.split("/")[0] for name in names} == {"waves"}
    assert "waves/extras/review.json" in names
    assert "waves/examples/live_inference/live_inference.ino" in names
    assert "name=waves" in properties


def test_two_exports_of_the_same_are_the_same_bytes(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    first = export(results, approved(results, "arduino_uno_r4_wifi"), tmp_path / "a", "arduino_uno_r4_wifi")
    second = export(results, approved(results, "arduino_uno_r4_wifi"), tmp_path / "b", "arduino_uno_r4_wifi")
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
        export(results, approved(results, "teensy_4_1"), tmp_path / "out", "teensy_4_1", ExportFormat.ESP_IDF)


def test_a_bench_build_is_marked_in_its_name_its_code_and_its_words(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    (tmp_path / "sources" / "model.h").write_text(
        "#ifndef STUDIO_MODEL_H\n#define STUDIO_MODEL_H\n#include <stdint.h>\n#endif\n"
    )
    project = Project()
    little = approval(project, results, signed=False)
    little = replace(little, answers=tuple(one for one in little.answers if one.id == "D6"))
    found = review_of(replace(project, entered=little), results, at=AT)
    assert found is not None
    assert not found.approved
    out = tmp_path / "out"
    bundle = export(results, found, out, level=Level.BENCH)
    assert bundle.level is Level.BENCH
    assert (out / "model_UNREVIEWED.tflite").read_bytes() == b"compressed"
    assert not (out / "model.tflite").exists()
    assert "#define UNREVIEWED_BENCH_BUILD 1" in (out / "src" / "model.h").read_text()
    for name in ("README.md", "MODEL_CARD.md", "DATASHEET.html"):
        assert "UNREVIEWED bench build" in (out / name).read_text()
    assert json.loads((out / "review.json").read_text())["gate"]["level"] == "bench"
    with pytest.raises(StudioError, match="does not allow the export"):
        export(results, found, tmp_path / "release")


def test_a_release_is_not_marked(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    (tmp_path / "sources" / "model.h").write_text(
        "#ifndef STUDIO_MODEL_H\n#define STUDIO_MODEL_H\n#include <stdint.h>\n#endif\n"
    )
    export(results, approved(results), tmp_path / "out")
    assert "UNREVIEWED" not in (tmp_path / "out" / "src" / "model.h").read_text()


def test_a_review_for_another_board_does_not_count(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    with pytest.raises(StudioError, match="another board"):
        export(results, approved(results), tmp_path / "out", "raspberry_pi_pico")


def test_what_the_last_look_at_the_files_finds_is_not_written(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    seen: list[str] = []

    def look(files: dict[str, bytes]) -> Check:
        seen.extend(files)
        return Check("C16", "What leaves", Verdict.FAIL, "app/vectors.h holds a sample of the data.")

    with pytest.raises(StudioError, match=r"app/vectors\.h holds a sample"):
        export(results, approved(results), tmp_path / "out", look=look)
    assert "app/vectors.h" in seen
    assert not (tmp_path / "out").exists()


def test_a_file_that_reads_back_otherwise_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    results = made.results(tmp_path)
    reviewed = approved(results)
    real = storage.write_atomically

    def bad_disk(path: Path, content: bytes) -> None:
        real(path, content + b" " if path.name == "model.tflite" else content)

    monkeypatch.setattr(bundle_module, "write_atomically", bad_disk)
    with pytest.raises(StudioError, match=r"model\.tflite is not on the disk as it was written"):
        export(results, reviewed, tmp_path / "out")
    assert not list(tmp_path.glob("out/*"))


def test_the_record_goes_with_every_export(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    out = tmp_path / "out"
    export(results, approved(results), out)
    for name in ("review.json", "review.schema.json", "review-log.jsonl", "MODEL_CARD.md", "DATASHEET.html"):
        assert (out / name).is_file(), name
