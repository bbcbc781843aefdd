"""The sample projects: what their files promise to the studio and to the people who read their datasheets."""

import importlib
import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core import places

FOLDER = places.resources() / "samples"
SPLITS = ("train", "validation", "test")
SHAPES = {"digits": (8, 8, 1), "gestures": (64, 3), "sine": (1,)}
CLASSES = {"digits": 10, "gestures": 4}
GROUPS = {"digits": (), "gestures": ("wearer", "hand", "placement"), "sine": ()}
HEADINGS = (
    "Source and licence",
    "How it was made",
    "Who is in it",
    "Consent",
    "Splits",
    "The model",
    "Known gaps",
    "Not to be used for",
)

each_sample = pytest.mark.parametrize("name", SHAPES)
each_classifier = pytest.mark.parametrize("name", CLASSES)


def read(name: str, split: str) -> dict[str, Any]:
    with np.load(FOLDER / name / f"{split}.npz", allow_pickle=False) as archive:
        return dict(archive)


def layers(name: str) -> list[dict[str, Any]]:
    with zipfile.ZipFile(FOLDER / name / "model.keras") as archive:
        found: list[dict[str, Any]] = json.loads(archive.read("config.json"))["config"]["layers"]
    return found


@pytest.fixture
def makers(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Imports a module of the script that makes the samples."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return lambda name: importlib.import_module(f"making.{name}")


@each_sample
def test_every_split_holds_finite_samples_of_the_models_input_shape(name: str) -> None:
    for split in SPLITS:
        x = read(name, split)["x"]
        assert x.shape[1:] == SHAPES[name]
        assert x.dtype == (np.float16 if name == "gestures" else np.float32)
        assert np.isfinite(x).all()


@each_sample
def test_the_model_takes_that_shape_and_answers_one_number_per_class(name: str) -> None:
    first, last = layers(name)[0], layers(name)[-1]
    assert first["config"]["batch_shape"] == [None, *SHAPES[name]]
    assert last["config"]["units"] == CLASSES.get(name, 1)


@each_sample
def test_the_model_needs_no_code_but_keras(name: str) -> None:
    for layer in layers(name):
        assert layer["module"] == "keras.layers"
        assert layer["registered_name"] is None
        assert layer["class_name"] != "Lambda"


@each_sample
def test_the_model_file_holds_no_optimizer_state(name: str) -> None:
    with zipfile.ZipFile(FOLDER / name / "model.keras") as archive:
        assert not json.loads(archive.read("config.json")).get("compile_config")


@each_classifier
def test_labels_name_the_classes_and_every_split_has_all_of_them(name: str) -> None:
    labels = (FOLDER / name / "labels.txt").read_text(encoding="utf-8").splitlines()
    assert len(labels) == len(set(labels)) == CLASSES[name]
    for split in SPLITS:
        y = read(name, split)["y"]
        assert y.dtype == np.int64
        assert y.ndim == 1
        assert set(y) == set(range(CLASSES[name]))


def test_sine_is_a_regression_without_labels() -> None:
    assert not (FOLDER / "sine" / "labels.txt").exists()
    for split in SPLITS:
        columns = read("sine", split)
        assert columns["y"].shape == columns["x"].shape
        assert columns["y"].dtype == np.float32
        assert np.abs(columns["y"] - np.sin(columns["x"])).mean() < 0.1


@each_sample
def test_group_columns_are_text_and_as_long_as_the_data(name: str) -> None:
    for split in SPLITS:
        columns = read(name, split)
        assert set(columns) == {"x", "y", *GROUPS[name]}
        assert {len(column) for column in columns.values()} == {len(columns["x"])}
        assert all(columns[group].dtype.kind == "U" for group in GROUPS[name])


@each_sample
def test_no_sample_is_in_two_splits(name: str) -> None:
    seen: set[bytes] = set()
    for split in SPLITS:
        here = {sample.tobytes() for sample in read(name, split)["x"]}
        assert not here & seen
        seen |= here


def test_no_wearer_is_in_two_splits() -> None:
    wearers = [set(read("gestures", split)["wearer"]) for split in SPLITS]
    assert sum(map(len, wearers)) == len(set.union(*wearers)) == 12


def test_left_palms_are_rare_in_training_and_a_quarter_of_the_test() -> None:
    shares = {}
    for split in SPLITS:
        columns = read("gestures", split)
        shares[split] = ((columns["hand"] == "left") & (columns["placement"] == "palm")).mean()
    assert shares["train"] < 0.03
    assert shares["validation"] < 0.03
    assert shares["test"] == 0.25


def test_gesture_readings_are_what_a_12_bit_sensor_can_report() -> None:
    for split in SPLITS:
        steps = read("gestures", split)["x"].astype(np.float64) * 512
        assert (steps == np.round(steps)).all()
        assert steps.min() >= -2048
        assert steps.max() <= 2047


def test_a_resting_hand_feels_one_g() -> None:
    columns = read("gestures", "test")
    idle = columns["x"][columns["y"] == 0].astype(np.float64)
    assert np.median(np.linalg.norm(idle, axis=2)) == pytest.approx(1.0, abs=0.03)


@each_sample
def test_the_datasheet_answers_every_question(name: str) -> None:
    lines = (FOLDER / name / "DATASHEET.md").read_text(encoding="utf-8").splitlines()
    headings = [line.removeprefix("## ") for line in lines if line.startswith("## ")]
    assert tuple(headings) == HEADINGS
    for heading in HEADINGS:
        start = lines.index(f"## {heading}") + 1
        below = "".join(lines[start:]).split("## ")[0]
        assert len(below) > 15, heading


@each_sample
def test_the_datasheet_counts_the_samples_right(name: str) -> None:
    text = (FOLDER / name / "DATASHEET.md").read_text(encoding="utf-8")
    for split in SPLITS:
        assert str(len(read(name, split)["x"])) in text


def test_the_samples_stay_small() -> None:
    shipped = {".npz", ".keras", ".txt", ".md", ".py", ".tinyml"}
    files = [path for path in FOLDER.rglob("*") if path.suffix in shipped]
    assert sum(path.stat().st_size for path in files) < 1_500_000


@pytest.mark.parametrize("split", SPLITS)
def test_the_script_makes_the_committed_gestures_again(makers: Any, split: str) -> None:
    gestures = makers("gestures")
    committed = read("gestures", split)
    name = gestures.WEARERS[split][-1]
    mine = committed["wearer"] == name
    for key, column in gestures.record(name).items():
        np.testing.assert_array_equal(column, committed[key][mine])


def test_the_script_makes_the_committed_sine_again(makers: Any) -> None:
    for split, columns in makers("sine").make_splits().items():
        for key, column in columns.items():
            # another processor's sine may differ in the last bit
            np.testing.assert_allclose(column, read("sine", split)[key], rtol=1e-6, atol=1e-6)


def test_the_digits_are_scikit_learns(makers: Any) -> None:
    pytest.importorskip("sklearn")
    for split, columns in makers("digits").make_splits().items():
        for key, column in columns.items():
            np.testing.assert_array_equal(column, read("digits", split)[key])


def test_the_same_data_is_written_as_the_same_bytes(makers: Any, tmp_path: Path) -> None:
    files, splits = makers("files"), makers("sine").make_splits()
    for folder in (tmp_path / "one", tmp_path / "two"):
        files.write_splits(folder, splits)
        files.write_labels(folder, ("a", "b"))
    for name in ("train.npz", "validation.npz", "test.npz", "labels.txt"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
