"""The journey without a window: the real worker, compiler and virtual board, as a user would call it."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from studio.core.places import resources
from studio.core.project import Project, save_project

DIGITS = resources() / "samples" / "digits"


def studio(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "studio", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=300)


def last_json(done: subprocess.CompletedProcess[str]) -> dict[str, object]:
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert isinstance(found, dict)
    return found


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> tuple[subprocess.CompletedProcess[str], Path]:
    bundle = tmp_path_factory.mktemp("run") / "bundle"
    answers = DIGITS / "answers.toml"
    return studio("run", "digits", "--review", answers, "--out", bundle, "--watch", "1", "--json"), bundle


def test_the_digits_sample_goes_all_the_way_to_live_frames(
    approved: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, bundle = approved
    assert done.returncode == 0, done.stderr
    summary = last_json(done)
    assert summary["approved"] is True
    assert summary["bundle"] == str(bundle)
    assert isinstance(summary["accuracy"], float)
    assert summary["accuracy"] > 0.95
    assert isinstance(summary["frames"], int)
    assert summary["frames"] >= 5
    assert summary["frames_lost"] == 0
    for key in ("flash_bytes", "ram_bytes", "inference_us"):
        assert isinstance(summary[key], int)


def test_the_accuracy_is_that_of_the_exported_c_and_the_board_agrees(
    approved: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    summary = last_json(approved[0])
    assert summary["engine"] == "the exported C, built for this computer"
    assert isinstance(summary["board_samples"], int)
    assert summary["board_samples"] >= 100
    assert summary["board_samples_equal"] == summary["board_samples"]


def test_the_bundle_holds_the_reviewed_model_and_its_c(
    approved: tuple[subprocess.CompletedProcess[str], Path],
) -> None:
    done, bundle = approved
    manifest = json.loads((bundle / "manifest.json").read_text())
    assert manifest["model_sha256"] == last_json(done)["model_sha256"]
    assert manifest["model_sha256"] in (bundle / "src" / "model.h").read_text()
    assert json.loads((bundle / "review.json").read_text())["gate"]["level"] == "release"


def test_the_exported_c_compiles_as_it_is(
    approved: tuple[subprocess.CompletedProcess[str], Path], tmp_path: Path
) -> None:
    sources = sorted((approved[1] / "src").glob("*.c"))
    flags = ["-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-c"]
    command = [sys.executable, "-m", "ziglang", "cc", *flags, *map(str, sources)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_without_answers_the_export_is_refused_with_exit_code_3(tmp_path: Path) -> None:
    done = studio("run", "digits", "--out", tmp_path / "bundle", "--json")
    assert done.returncode == 3
    summary = last_json(done)
    assert summary["approved"] is False
    assert summary["bundle"] is None
    assert not (tmp_path / "bundle").exists()
    assert "Nobody has signed" in done.stdout


def test_answers_made_for_something_else_sign_nothing_and_the_lines_they_lack_are_printed(
    tmp_path: Path,
) -> None:
    answers = tmp_path / "answers.toml"
    given = (DIGITS / "answers.toml").read_text(encoding="utf-8")
    answers.write_text(given, encoding="utf-8")
    run = ("run", "digits", "--recipe", "int8,pruning=0.1", "--review", answers, "--out", tmp_path / "bundle")
    done = studio(*run)
    assert done.returncode == 3, done.stderr
    assert "signature is not for this" in done.stdout
    assert not (tmp_path / "bundle").exists()
    lines = done.stdout[done.stdout.index("[made_for]") :]
    answers.write_text(given.partition("[made_for]")[0] + lines, encoding="utf-8")
    done = studio(*run)
    assert done.returncode == 0, done.stdout + done.stderr
    record = json.loads((tmp_path / "bundle" / "review.json").read_text())
    assert "in an answers file" in record["signoff"][0]["statement"]


def test_pruning_makes_the_model_smaller_for_real() -> None:
    whole = last_json(studio("run", "digits", "--json"))
    pruned = last_json(studio("run", "digits", "--recipe", "int8,pruning=0.5", "--json"))
    assert isinstance(whole["flash_bytes"], int)
    assert isinstance(pruned["flash_bytes"], int)
    assert pruned["flash_bytes"] < 0.75 * whole["flash_bytes"]


def test_code_tuned_for_size_is_smaller_and_answers_the_same() -> None:
    size, speed = (
        last_json(studio("run", "digits", "--optimize", way, "--json")) for way in ("size", "speed")
    )
    assert isinstance(size["flash_bytes"], int)
    assert isinstance(speed["flash_bytes"], int)
    assert size["flash_bytes"] < speed["flash_bytes"]
    assert isinstance(size["instructions"], int)
    assert isinstance(speed["instructions"], int)
    assert size["accuracy"] == speed["accuracy"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("run", "nowhere.keras"), "There is no file nowhere.keras"),
        (("run", "digits", "--board", "toaster"), "There is no board 'toaster'"),
        (("run", "digits", "--recipe", "int7"), "recipe"),
        (("run", "digits", "--data", "nowhere"), "There is no data at"),
        (
            ("infer", "nowhere.tflite", "--inputs", "x.npy", "--outputs", "y.npy"),
            "There is no file at nowhere.tflite",
        ),
    ],
)
def test_wrong_arguments_get_one_sentence_and_exit_code_1(arguments: tuple[str, ...], words: str) -> None:
    done = studio(*arguments)
    assert done.returncode == 1
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_project_without_a_model_is_told_so(tmp_path: Path) -> None:
    save_project(Project(name="Empty"), tmp_path / "empty.tinyml")
    done = studio("run", tmp_path / "empty.tinyml")
    assert done.returncode == 1
    assert "empty.tinyml has no model yet" in done.stderr


def test_help_names_every_command_with_an_example() -> None:
    done = studio("--help")
    assert done.returncode == 0
    for words in ("open", "run", "infer", "exit codes", "--review answers.toml"):
        assert words in done.stdout


def test_a_folder_that_cannot_be_written_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = studio("run", "digits", "--review", DIGITS / "answers.toml", "--out", tmp_path / "file" / "bundle")
    assert done.returncode == 1
    assert "not a folder" in done.stderr


def test_a_regression_model_reports_how_well_its_numbers_fit() -> None:
    summary = last_json(studio("run", "sine", "--json"))
    assert summary["metric"] == "R²"
    assert isinstance(summary["accuracy"], float)
    assert 0.9 < summary["accuracy"] <= 1.0


def test_rows_through_the_c_are_the_same_on_the_host_and_on_the_board(
    approved: tuple[subprocess.CompletedProcess[str], Path], tmp_path: Path
) -> None:
    model = approved[1] / "model.tflite"
    with np.load(DIGITS / "test.npz") as archive:
        np.save(tmp_path / "x.npy", archive["x"][:20])
    figures = {}
    for place in ("host", "virtual-cortex-m4"):
        done = studio(
            "infer",
            model,
            "--on",
            place,
            "--inputs",
            tmp_path / "x.npy",
            "--outputs",
            tmp_path / f"{place}.npy",
            "--json",
        )
        assert done.returncode == 0, done.stderr
        figures[place] = last_json(done)
    host, board = (np.load(tmp_path / f"{place}.npy") for place in figures)
    assert host.shape == (20, 10)
    assert host.dtype == np.int8
    np.testing.assert_array_equal(host, board)
    assert figures["host"]["instructions"] is None
    for key in ("code_bytes", "weight_bytes", "ram_bytes", "instructions"):
        value = figures["virtual-cortex-m4"][key]
        assert isinstance(value, int)
        assert value > 0


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (np.zeros((2, 5), np.float32), "the model takes"),
        (np.full((2, 8, 8, 1), np.nan, np.float32), "NaN"),
        (np.zeros((2, 8, 8, 1), np.int32), "holds int32"),
        (np.zeros((0, 8, 8, 1), np.float32), "no rows"),
    ],
)
def test_rows_that_do_not_suit_the_model_get_a_sentence(
    approved: tuple[subprocess.CompletedProcess[str], Path], tmp_path: Path, rows: np.ndarray, words: str
) -> None:
    np.save(tmp_path / "x.npy", rows)
    model = approved[1] / "model.tflite"
    done = studio("infer", model, "--inputs", tmp_path / "x.npy", "--outputs", tmp_path / "y.npy")
    assert done.returncode == 1
    assert words in done.stderr
