"""What lies in a bundle's folder: nothing but what its manifest names, and all of that."""

import json
import os
from pathlib import Path

import pytest

from studio.core.review.verification import verify_bundle
from tests.core.review.test_verification import LATER, bundle, faults

ALWAYS = (
    "model.tflite",
    "review.json",
    "review.schema.json",
    "review-log.jsonl",
    "evaluation.json",
    "README.md",
    "MODEL_CARD.md",
    "DATASHEET.html",
)


def unname(folder: Path, *gone: str) -> None:
    """Somebody removes files, and every word of them."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for name in gone:
        (folder / name).unlink()
    manifest["files"] = [entry for entry in manifest["files"] if entry["name"] not in gone]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sums = "".join(f"{entry['sha256']}  {entry['name']}\n" for entry in manifest["files"])
    (folder / "SHA256SUMS").write_text(sums)


@pytest.mark.parametrize(
    "name",
    [
        "GNUmakefile", "makefile", "notes.txt", "more.mk", "sub/CMakeLists.txt", "src/zz.c", "src/zz.C", "src/zz.cxx",
        "src/zz.hh", "src/zz.inc", "src/zz.o", "src/zz.a", "src/zz.ld", "src/zz.asm", "src/zz.sx", ".hidden/zz.c",
    ],
)  # fmt: skip
def test_whatever_the_manifest_does_not_name_is_a_fault(tmp_path: Path, name: str) -> None:
    out = bundle(tmp_path)
    (out / name).parent.mkdir(exist_ok=True)
    (out / name).write_text("all:\n")
    assert faults(out) == [f"{name} is not of the export. Take it out and verify again."]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_to_folders_and_to_nothing_are_faults(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "evil.c").write_text("int more;\n")
    (out / "src" / "more").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (out / "src" / "later.c").symlink_to(tmp_path / "not there yet.c")
    assert faults(out) == [
        f"src/{name} is a link, and is not of the export. Take it out and verify again."
        for name in ("later.c", "more")
    ]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
@pytest.mark.parametrize("name", ["src/model.c", "manifest.json", "SHA256SUMS"])
def test_a_named_file_that_is_a_link_to_the_same_bytes_is_a_fault(tmp_path: Path, name: str) -> None:
    out = bundle(tmp_path)
    (out / name).rename(tmp_path / "kept")
    (out / name).symlink_to(tmp_path / "kept")
    assert faults(out) == [f"{name} is a link, and not the file that was exported."]


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_a_folder_of_named_files_that_is_a_link_is_a_fault(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (out / "src").rename(tmp_path / "kept")
    (out / "src").symlink_to(tmp_path / "kept", target_is_directory=True)
    found = faults(out)
    assert "src is a link, and is not of the export. Take it out and verify again." in found
    assert "src/model.c is missing." in found


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes here")
def test_a_pipe_is_a_fault_and_is_not_waited_for(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    os.mkfifo(out / "src" / "zz.c")
    assert faults(out) == ["src/zz.c is neither a file nor a folder. Take it out and verify again."]


@pytest.mark.parametrize("name", ALWAYS)
def test_what_every_export_has_may_not_be_taken_out_and_no_longer_named(tmp_path: Path, name: str) -> None:
    out = bundle(tmp_path)
    unname(out, name)
    assert f"manifest.json does not name {name}, and an export has it." in faults(out)


def test_a_file_that_is_there_but_no_longer_named_is_a_fault(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    content = (out / "evaluation.json").read_bytes()
    unname(out, "evaluation.json")
    (out / "evaluation.json").write_bytes(content)
    assert faults(out) == ["manifest.json does not name evaluation.json, and an export has it."]


def test_a_missing_file_is_one_and_a_file_named_twice_is_a_fault(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (out / "src" / "model.c").unlink()
    assert "src/model.c is missing." in faults(out)
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"].append(manifest["files"][0])
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert "manifest.json names a file more than once." in faults(out)


def test_a_name_that_leads_out_of_the_folder_is_no_file_of_it(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (tmp_path / "other.c").write_text("int more;\n")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"].append({"name": "../other.c", "bytes": 10, "sha256": "0" * 64})
    (out / "manifest.json").write_text(json.dumps(manifest))
    assert "../other.c is missing." in faults(out)


def test_a_bundle_as_it_was_exported_has_all_and_nothing_else(tmp_path: Path) -> None:
    found = verify_bundle(bundle(tmp_path), LATER)
    assert found[0].holds
    assert "files are as they were exported" in found[0].sentence
