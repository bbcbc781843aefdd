"""`tinyml-studio review`: a bundle verified and shown, as a user would call it; bench builds and keys on the way."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core.frames import Log
from studio.core.places import resources
from studio.core.project import load_project, save_project
from studio.core.review.signing import make_key
from studio.device.link import Event, Link
from studio.device.virtual import VirtualBoard

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
    make_key(folder / "ada.pem")
    answers = ("--review", SINE / "answers.toml", "--key", folder / "ada.pem")
    done = studio("run", folder / "sine.tinyml", *answers, "--out", folder / "out", "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_json(done)["level"] == "release"
    return folder


def test_a_bundle_is_verified_and_its_log_lies_beside_the_project(exported: Path) -> None:
    log = exported / "sine.review.jsonl"
    done = studio("review", "verify", exported / "out", "--log", log, "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert last_json(done) == {"holds": True, "faults": [], "reviewed": True}
    assert "with the key" in done.stdout
    assert "The whole bundle is sealed" in done.stdout
    record = json.loads((exported / "out" / "review.json").read_text())
    assert record["limits"]["before_results"] is True
    assert record["effort"]["test_set_openings"] == 1
    assert (exported / "out" / "DATASHEET.pdf").read_bytes().startswith(b"%PDF")


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
