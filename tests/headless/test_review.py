"""`tinyml-studio review`: a bundle verified and shown, as a user would call it; bench builds and keys on the way."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio.core.bundle import zipped
from studio.core.frames import Log
from studio.core.places import resources
from studio.core.project import load_project, save_project
from studio.core.review import Event as Row
from studio.core.review import Journal
from studio.core.review.signing import make_key
from studio.core.storage import sha256_of
from studio.device.link import Event, Link
from studio.device.virtual import VirtualBoard
from studio.headless.keys import PASSWORD, named_keys
from studio.headless.review import verify
from tests.core.review.test_verification import reseal

SINE = resources() / "samples" / "sine"


def studio(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studio", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def last_json(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sine sample as a project of its own, exported with its review and signed with a key."""
    pytest.importorskip("cryptography")
    folder = tmp_path_factory.mktemp("review")
    save_project(load_project(SINE / "project.tinyml"), folder / "sine.tinyml")
    public = make_key(folder / "ada.pem")
    answers = ("--review", SINE / "answers.toml", "--key", folder / "ada.pem")
    done = studio("run", folder / "sine.tinyml", *answers, "--out", folder / "out", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_json(done)["level"] == "release"
    assert f"Sealed with the key {public[:16]}… (SIGNATURE.json)." in done.stdout
    return folder


def test_a_bundle_is_verified_and_its_log_lies_beside_the_project(exported: Path) -> None:
    log = exported / "sine.review.jsonl"
    options = ("--log", log, "--key", exported / "ada.pem", "--json")
    done = studio("review", "verify", exported / "out", *options)
    assert done.returncode == 0, done.stdout + done.stderr
    proven = ("reviewed", "compared", "sealed", "by_named_key", "in_makers_log")
    assert last_json(done) == {"holds": True, "faults": [], **dict.fromkeys(proven, True)}
    assert "It is what was reviewed.\n" in done.stdout
    assert "no key's seal" not in done.stdout
    assert "with the key" in done.stdout
    assert "The whole bundle is sealed" in done.stdout
    record = json.loads((exported / "out" / "review.json").read_text())
    assert record["limits"]["before_results"] is None  # the sample's answers quote what the checks said
    assert record["effort"]["minutes"] is None
    assert record["effort"]["test_set_openings"] == 1
    assert (exported / "out" / "DATASHEET.pdf").read_bytes().startswith(b"%PDF")


def test_a_locked_key_is_named_by_its_public_half_or_with_its_password(
    exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = unsealed(exported, tmp_path)
    make_key(tmp_path / "eve.pem", "open sesame")
    monkeypatch.delenv(PASSWORD, raising=False)
    done = studio("review", "verify", out, "--key", tmp_path / "eve.pem")
    assert done.returncode == 1
    assert "eve.pem is locked. Put its password into TINYML_STUDIO_KEY_PASSWORD, or give" in done.stderr
    assert "64 digits" in done.stderr
    monkeypatch.setenv(PASSWORD, "sesame")
    done = studio("review", "verify", out, "--key", tmp_path / "eve.pem")
    assert done.returncode == 1
    assert "The password in TINYML_STUDIO_KEY_PASSWORD does not open eve.pem." in done.stderr
    monkeypatch.setenv(PASSWORD, "open sesame")
    assert named_keys((str(tmp_path / "eve.pem"),)) == named_keys((str(tmp_path / "eve.pub"),))
    assert named_keys((str(exported / "ada.pem"),)) == named_keys((str(exported / "ada.pub"),))
    assert verified(exported / "out", None, exported / "ada.pub")[0] == []


def test_a_key_that_does_not_open_is_said_before_the_long_work(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_key(tmp_path / "eve.pem", "open sesame")
    (tmp_path / "notes.txt").write_text("mine")
    monkeypatch.delenv(PASSWORD, raising=False)
    for name, words in {
        "eve.pem": "eve.pem is locked. Put its password into TINYML_STUDIO_KEY_PASSWORD.",
        "notes.txt": "notes.txt is no key.",
        "nowhere.pem": "There is no file at",
    }.items():
        done = studio("run", "sine", "--key", tmp_path / name, "--out", tmp_path / "out")
        assert done.returncode == 1
        assert words in done.stderr
        assert done.stdout == ""
    monkeypatch.setenv(PASSWORD, "sesame")
    done = studio("run", "sine", "--key", tmp_path / "eve.pem", "--out", tmp_path / "out")
    assert "does not open eve.pem" in done.stderr
    assert done.stdout == ""


def test_what_is_no_log_is_called_so(exported: Path, tmp_path: Path) -> None:
    for content in ("# Notes\n\nmine\n", "mine", "[]\n", '{"a": 1}\n'):
        (tmp_path / "notes.txt").write_text(content)
        done = studio("review", "verify", exported / "out", "--log", tmp_path / "notes.txt")
        assert done.returncode == 1
        assert "notes.txt is no log of a review. Give the maker's own" in done.stderr
    log = (exported / "sine.review.jsonl").read_bytes()
    for size in (0, 5, 100, log.index(b"\n") + 1):
        (tmp_path / "cut.review.jsonl").write_bytes(log[:size])
        assert any(
            "its end was cut off" in why
            for why in verified(exported / "out", tmp_path / "cut.review.jsonl")[0]
        )


def test_a_changed_bundle_ends_with_exit_code_4_and_says_what(exported: Path) -> None:
    model = exported / "out" / "model.tflite"
    content = model.read_bytes()
    try:
        model.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        done = studio("review", "verify", exported / "out", "--json")
    finally:
        model.write_bytes(content)
    assert done.returncode == 4
    faults = last_json(done)["faults"]
    assert isinstance(faults, list)
    assert "model.tflite was changed after the export." in faults
    assert "model.tflite is not the model that was reviewed." in faults


def test_a_review_is_shown_of_a_bundle_and_of_a_project(exported: Path) -> None:
    shown = studio("review", "show", exported / "out", "--json")
    assert shown.returncode == 0, shown.stderr
    assert last_json(shown)["tier"] == "T0"
    assert last_json(shown)["signed_by"] == ["The TinyML Studio sample"]
    assert "It knows one period only" in shown.stdout
    assert "no legal advice" in shown.stdout
    project = studio("review", "show", exported / "sine.tinyml", "--json")
    assert project.returncode == 0, project.stderr
    assert isinstance(last_json(project)["log_rows"], int)
    assert last_json(project)["log_rows"]
    assert last_json(project)["log_broken"] == ""


def test_what_is_no_bundle_gets_a_sentence(tmp_path: Path) -> None:
    for what in ("verify", "show"):
        done = studio("review", what, tmp_path)
        assert done.returncode == 1
        assert "is no export of the studio" in done.stderr
        assert "Traceback" not in done.stderr


def test_the_gestures_sample_is_released_at_t2_by_its_own_review_which_finds_a_gap(tmp_path: Path) -> None:
    answers = SINE.parent / "gestures" / "answers.toml"
    done = studio("run", "gestures", "--review", answers, "--out", tmp_path / "out", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_json(done)["tier"] == "T2"
    record = json.loads((tmp_path / "out" / "review.json").read_text())
    groups = next(check for check in record["checks"] if check["id"] == "C7")
    assert groups["status"] == "warn"
    assert "hand: 'left'" in groups["sentence"]
    told = {answer["id"]: answer for answer in record["answers"]}
    assert told["V6"]["answer"] == "no"
    assert {one["row"] for one in told["V7"]["judged"]} == set(record["samples"]["C3"])


def test_a_bench_build_goes_out_with_little_and_says_so_when_it_starts(tmp_path: Path) -> None:
    answers = tmp_path / "answers.toml"
    answers.write_text(
        "[intake]\nbench = true\nprohibited = false\n"
        '[answers.D6]\nchoice = "yes"\ntext = "There is no use beyond the desk, and none that could grow from it."\n'
    )
    refused = studio("run", "sine", "--review", answers, "--out", tmp_path / "release", "--json")
    assert refused.returncode == 3
    assert "With --bench a build marked UNREVIEWED can be had" in refused.stdout
    out = tmp_path / "out"
    done = studio("run", "sine", "--review", answers, "--bench", "--out", out, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_json(done)["approved"] is False
    assert last_json(done)["level"] == "bench"
    assert (out / "model_UNREVIEWED.tflite").is_file()
    assert "Nobody reviewed it" in studio("review", "verify", out).stdout
    said: list[Event] = []
    with VirtualBoard(out / "virtual_cortex_m4_UNREVIEWED.elf") as board, Link(board.port) as link:
        while not any(isinstance(event, Log) for event in said) and link.wait(20):
            said += link.take()
    logs = [event.text for event in said if isinstance(event, Log)]
    assert logs[:1]
    assert logs[0].startswith("UNREVIEWED BENCH BUILD")


def unsealed(exported: Path, folder: Path) -> Path:
    """A copy of the bundle that the exporter made, without its seal."""
    out = folder / "bundle"
    shutil.copytree(exported / "out", out)
    (out / "SIGNATURE.json").unlink()
    return out


def alike(out: Path) -> None:
    """Somebody who knows the studio puts every hash right after they changed files."""
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"].sort(key=lambda entry: entry["name"])
    for entry in manifest["files"]:
        entry["sha256"], entry["bytes"] = sha256_of(out / entry["name"]), (out / entry["name"]).stat().st_size
    (out / "manifest.json").write_text(json.dumps(manifest, indent=2, ensure_ascii=False) + "\n")
    sums = "".join(f"{entry['sha256']}  {entry['name']}\n" for entry in manifest["files"])
    (out / "SHA256SUMS").write_text(sums)


def replaced(out: Path, name: str, before: str, after: str) -> None:
    text = (out / name).read_text(encoding="utf-8")
    assert before in text
    (out / name).write_text(text.replace(before, after, 1), encoding="utf-8")
    alike(out)


def changed(out: Path, change: Callable[[dict[str, Any]], None], name: str = "manifest.json") -> None:
    data = json.loads((out / name).read_text())
    change(data)
    (out / name).write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n")
    alike(out)


def verified(out: Path, log: Path | None = None, *keys: Path) -> tuple[list[str], str]:
    """The faults, and all that was said."""
    said: list[str] = []
    found = verify(out, log, said.append, tuple(map(str, keys)))["faults"]
    assert isinstance(found, list)
    return found, "\n".join(said)


LIMIT = "It knows one period only"
NAMES = {"sums": "SHA256SUMS", "manifest": "manifest.json"}


def test_without_a_seal_code_and_papers_are_made_again_and_what_is_left_open_is_said(
    exported: Path, tmp_path: Path
) -> None:
    faults, said = verified(unsealed(exported, tmp_path))
    assert faults == []
    assert "as the studio generates from this model and record" in said
    assert "virtual_cortex_m4.elf is what the code is built to" in said
    assert "The golden vectors are what the model answers" in said
    left = "DATASHEET.pdf (printed by Qt from DATASHEET.html), evaluation.json (the figures that no paper prints)"
    assert f"Compared by hash only: {left}." in said
    assert "Whoever wrote it all anew" in said
    assert "Not all code and papers were made again" not in said
    faults, said = verified(tmp_path / "bundle", exported / "sine.review.jsonl")
    assert faults == []
    assert "as sure as it is that nobody but the maker wrote the maker's log" in said


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("src/model.c", "return STUDIO_MODEL_OK;", "return STUDIO_MODEL_OK; /* or not */"),
        ("src/model.h", "#include <stdint.h>", "#include <stdint.h>\n#define STUDIO_SECRET 1"),
        ("src/studio_constants.h", "#ifndef", "/* */\n#ifndef"),
        ("app/vectors.h", "#endif", "static const int more = 1;\n#endif"),
        ("Makefile", "model", "other"),
    ],
)
def test_code_rewritten_with_all_hashes_alike_is_not_what_the_studio_generates(
    exported: Path, tmp_path: Path, name: str, before: str, after: str
) -> None:
    out = unsealed(exported, tmp_path)
    replaced(out, name, before, after)
    assert verified(out)[0] == [f"{name} is not what the studio generates from this model."]


def test_an_image_or_golden_vectors_that_are_not_the_codes_are_found(exported: Path, tmp_path: Path) -> None:
    out = unsealed(exported, tmp_path)
    vectors = (out / "app" / "vectors.h").read_text()
    start = vectors.index("{", vectors.index("studio_vector_outputs") + len("studio_vector_outputs[") + 30)
    number = re.search(r"\d+", vectors[start:])
    assert number is not None
    at = start + number.start()
    other = str((int(number.group()) + 1) % 256)
    (out / "app" / "vectors.h").write_text(vectors[:at] + other + vectors[at + len(number.group()) :])
    alike(out)
    assert verified(out)[0] == ["The golden vectors are not what the model answers."]
    (out / "app" / "vectors.h").write_text(vectors)
    image = out / "virtual_cortex_m4.elf"
    image.write_bytes(image.read_bytes() + b"\0")
    alike(out)
    assert verified(out)[0] == ["virtual_cortex_m4.elf is not built from this code."]
    changed(out, lambda data: data["making"].update(builder="zig 0.1, elsewhere"))
    faults, said = verified(out)
    assert faults == []
    assert "Compared by hash only: virtual_cortex_m4.elf (built from the code by zig 0.1, elsewhere)" in said
    assert "It is what was reviewed, but for files of which only the hash was compared." in said
    image.unlink()
    changed(out, lambda data: data.update(files=[one for one in data["files"] if one["name"] != image.name]))
    words = f"{image.name} is not there, though manifest.json says what built it (zig 0.1, elsewhere)."
    assert verified(out)[0] == [words]


def test_code_put_in_with_its_hash_named_is_found(exported: Path, tmp_path: Path) -> None:
    out = unsealed(exported, tmp_path)
    (out / "src" / "more.c").write_text("int more;\n")
    changed(out, lambda data: data["files"].append({"name": "src/more.c", "bytes": 0, "sha256": ""}))
    assert verified(out)[0] == ["src/more.c is named by manifest.json, but the studio does not write it."]
    (out / "src" / "more.c").unlink()
    (out / "src" / "model.c").unlink()
    gone = ("src/more.c", "src/model.c")
    manifest = json.loads((out / "manifest.json").read_text())
    manifest["files"] = [entry for entry in manifest["files"] if entry["name"] not in gone]
    (out / "manifest.json").write_text(json.dumps(manifest))
    alike(out)
    assert verified(out)[0] == ["src/model.c is not what the studio generates from this model."]


@pytest.mark.parametrize("name", ["MODEL_CARD.md", "DATASHEET.html", "README.md"])
def test_a_paper_whose_limit_was_taken_out_with_all_hashes_alike_is_found(
    exported: Path, tmp_path: Path, name: str
) -> None:
    out = unsealed(exported, tmp_path)
    replaced(out, name, LIMIT, "It knows every period")
    assert verified(out)[0] == [f"{name} is not what the studio prints of this record."]


def test_figures_that_are_better_than_those_printed_are_found(exported: Path, tmp_path: Path) -> None:
    out = unsealed(exported, tmp_path)
    changed(out, lambda data: data.update(accuracy=1.0), "evaluation.json")
    assert "MODEL_CARD.md is not what the studio prints of this record." in verified(out)[0]
    changed(out, lambda data: data.update(candidate_sha256="0" * 64), "evaluation.json")
    assert "The figures in evaluation.json are of another model than was reviewed." in verified(out)[0]


def test_a_manifest_for_another_board_recipe_or_name_is_found(exported: Path, tmp_path: Path) -> None:
    out = unsealed(exported, tmp_path)
    changed(out, lambda data: data.update(board="raspberry_pi_pico"))
    assert any("reviewed was virtual_cortex_m4" in sentence for sentence in verified(out)[0])
    changed(out, lambda data: data["recipe"].update(pruning=0.5))
    assert "manifest.json names another recipe than was reviewed." in verified(out)[0]
    changed(out, lambda data: data.update(studio="9.9.9"))
    assert "manifest.json names another version of the studio." in verified(out)[0]
    changed(
        out, lambda data: data["making"]["dataset"].update(splits=data["making"]["dataset"]["splits"][-1:])
    )
    words = "manifest.json names other data to train and validate with than was reviewed."
    assert words in verified(out)[0]
    changed(out, lambda data: data["making"].update(title="*/ int more; /*"))
    assert "manifest.json names a title, which the studio does not write." in verified(out)[0]
    changed(out, lambda data: data["making"].update(optimize="nothing"))
    assert any("cannot be read" in sentence for sentence in verified(out)[0])


NOTHING_VOUCHES = "Nothing vouches for what could not be compared."


def test_a_bundle_of_another_edition_that_comes_out_the_same_is_what_was_reviewed(
    exported: Path, tmp_path: Path
) -> None:
    out = unsealed(exported, tmp_path)
    changed(out, lambda data: data["making"].update(edition="0" * 64))
    faults, said = verified(out)
    assert faults == []
    assert "as the studio generates from this model and record" in said
    assert "It is what was reviewed" in said


def test_code_of_another_edition_that_comes_out_differently_is_not_called_what_was_reviewed(
    exported: Path, tmp_path: Path
) -> None:
    out = unsealed(exported, tmp_path)
    changed(out, lambda data: data["making"].update(edition="0" * 64))
    replaced(out, "src/model.c", "return STUDIO_MODEL_OK;", "return STUDIO_MODEL_OK; /* or not */")
    faults, said = verified(out)
    assert len(faults) == 1
    assert faults[0].startswith(NOTHING_VOUCHES)
    assert "Another edition of the studio exported it" in said
    assert "src/model.c is not what the studio generates" in said
    assert "It cannot be said whether it is what was reviewed." in said
    assert "It is what was reviewed" not in said
    make_key(tmp_path / "eve.pem")
    changed(out, lambda data: data.update(signoff=[]), "review.json")
    reseal(out, tmp_path / "eve.pem")
    assert any(NOTHING_VOUCHES in fault for fault in verified(out)[0])  # a key that nobody asked for is none
    for name in ("MODEL_CARD.md", "DATASHEET.html"):
        replaced(out, name, LIMIT, "It knows every period")
        words = f"{name} does not hold the limit that those affected must know, before all else."
        assert words in verified(out)[0]


def test_what_could_not_be_compared_is_vouched_for_by_a_named_key_or_the_makers_log(
    exported: Path, tmp_path: Path
) -> None:
    out, mine = unsealed(exported, tmp_path), tmp_path / "mine.review.jsonl"
    changed(out, lambda data: data["making"].update(edition="0" * 64))
    replaced(out, "src/model.c", "return STUDIO_MODEL_OK;", "return STUDIO_MODEL_OK; /* or not */")
    shutil.copy(exported / "sine.review.jsonl", mine)
    hashes = {f"{key}_sha256": sha256_of(out / name) for key, name in NAMES.items()}
    Journal(mine).append(Row.EXPORTED, hashes, time="2026-11-26T12:00:00+00:00", actor="Ada")
    faults, said = verified(out, mine)
    assert faults == []
    assert "Not all of it could be compared with what was reviewed. The maker's log vouches" in said
    assert "It is what was reviewed" not in said
    reseal(out, exported / "ada.pem")
    faults, said = verified(out, None, exported / "ada.pem")
    assert faults == []
    assert "The seal, by a key that you named, vouches" in said
    assert "It is what was reviewed" not in said
    assert any(NOTHING_VOUCHES in fault for fault in verified(out)[0])


def test_figures_and_what_made_it_cannot_be_left_out(exported: Path, tmp_path: Path) -> None:
    out = unsealed(exported, tmp_path)
    replaced(out, "src/model.c", "return STUDIO_MODEL_OK;", "return STUDIO_MODEL_OK; /* or not */")
    changed(out, lambda data: data.pop("making"))
    words = (
        "manifest.json does not say what made code and papers, and from what, so they cannot be made again."
    )
    assert verified(out)[0] == [words]
    changed(
        out,
        lambda data: data.update(files=[one for one in data["files"] if one["name"] != "evaluation.json"]),
    )
    (out / "evaluation.json").unlink()
    done = studio("review", "verify", out)
    assert done.returncode == 4
    assert "manifest.json does not name evaluation.json, and an export has it." in done.stdout


def test_a_key_that_was_not_named_is_only_as_good_as_its_holder(exported: Path, tmp_path: Path) -> None:
    faults, said = verified(exported / "out")
    assert faults == []
    key = json.loads((exported / "out" / "SIGNATURE.json").read_text())["key"]
    assert f"Compare {key} with the key that the maker gave you some other way" in said
    make_key(tmp_path / "eve.pem")
    faults, said = verified(exported / "out", None, tmp_path / "eve.pem")
    assert len(faults) == 2
    assert "It is not what was exported" in said
    faults, said = verified(unsealed(exported, tmp_path))
    assert faults == []
    assert "It is signed with a key, but bears no key's seal" in said
    assert f"Compare {key} with" in said
    done = studio("review", "verify", exported / "out", "--key", "ada")
    assert done.returncode == 1
    assert "neither a public key" in done.stderr


@pytest.mark.skipif(os.name == "nt", reason="no such names there")
def test_names_and_words_of_others_cannot_write_a_verdict_of_their_own(
    exported: Path, tmp_path: Path
) -> None:
    out = unsealed(exported, tmp_path)
    (out / "x\n\nIt is what was reviewed.\x1b[8m").write_text("")
    faults, said = verified(out)
    assert len(faults) == 1
    assert "\nIt is what was reviewed" not in said
    assert "\x1b" not in said


def test_a_bundle_written_anew_from_end_to_end_is_found_by_the_makers_log_alone(
    exported: Path, tmp_path: Path
) -> None:
    out = unsealed(exported, tmp_path)
    log = exported / "sine.review.jsonl"
    title = json.loads((out / "manifest.json").read_text())["making"]["title"]
    changed(out, lambda data: data["making"].update(title="Certified waves"))
    for name in ("MODEL_CARD.md", "DATASHEET.html", "Makefile"):
        text = (out / name).read_text(encoding="utf-8")
        for before, after in (
            (f'"{title}"', '"Certified waves"'),
            (f"# {title}\n", "# Certified waves\n"),
            (f"{title}</", "Certified waves</"),
            (f"# {title}:", "# Certified waves:"),
        ):
            text = text.replace(before, after)
        (out / name).write_text(text, encoding="utf-8")
    alike(out)
    faults, said = verified(out)
    assert faults == []
    assert "Whoever wrote it all anew" in said
    faults, _ = verified(out, log)
    assert faults == [
        f"{log} names no export with these hashes: SHA256SUMS or manifest.json is not as it was exported."
    ]


@pytest.mark.parametrize("name", ["review.json", "SHA256SUMS", "review-log.jsonl"])
def test_a_file_of_the_record_that_is_missing_ends_with_exit_code_4(
    exported: Path, tmp_path: Path, name: str
) -> None:
    out = unsealed(exported, tmp_path)
    (out / name).unlink()
    (out / "Makefile").write_text("all:\n")
    done = studio("review", "verify", out, "--json")
    assert done.returncode == 4, done.stderr
    faults = last_json(done)["faults"]
    assert isinstance(faults, list)
    assert "Makefile was changed after the export." in faults
    assert f"{name} is missing." in faults


def test_the_makers_log_names_the_hashes_of_what_was_exported(exported: Path) -> None:
    row = json.loads((exported / "sine.review.jsonl").read_text().splitlines()[-1])
    assert row["type"] == "export"
    for key, name in (("sums_sha256", "SHA256SUMS"), ("manifest_sha256", "manifest.json")):
        assert row["payload"][key] == hashlib.sha256((exported / "out" / name).read_bytes()).hexdigest()


def test_what_lies_in_an_arduino_library_is_compared_too(exported: Path, tmp_path: Path) -> None:
    out, answers = tmp_path / "out", tmp_path / "answers.toml"
    command = ("run", exported / "sine.tinyml", "--board", "arduino_nano_33_ble_sense", "--review", answers)
    given = (SINE / "answers.toml").read_text(encoding="utf-8").partition("[made_for]")[0]
    answers.write_text(given, encoding="utf-8")
    asked = studio(*command, "--out", out).stdout
    answers.write_text(given + asked[asked.index("[made_for]") :], encoding="utf-8")  # as it prints them
    done = studio(*command, "--out", out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert verified(out)[0] == []
    path = next(out.glob("*.zip"))
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    name = f"{path.stem}/src/model.c"
    for spoilt, fault in (
        ({**inside, name: inside[name] + b"\n"}, f"{name} is not what the studio generates from this model."),
        (
            {**inside, f"{path.stem}/extras/MODEL_CARD.md": b"Fine."},
            f"{path.name}: {path.stem}/extras/MODEL_CARD.md is not what the studio generates from this model.",
        ),
    ):
        path.write_bytes(zipped(spoilt))
        alike(out)
        assert verified(out)[0] == [fault]
    for more in (as_link(inside, name), zipped(inside) + b"more", b"more" + zipped(inside)):
        path.write_bytes(more)
        alike(out)
        assert verified(out)[0] == [f"{path.name} is not a .zip as the studio writes it."]


def as_link(files: dict[str, bytes], name: str) -> bytes:
    """The archive with one file marked as a symbolic link."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for each, content in sorted(files.items()):
            entry = zipfile.ZipInfo(each, (2000, 1, 1, 0, 0, 0))
            entry.external_attr = 0o120777 << 16 if each == name else 0
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED)
    return stream.getvalue()
