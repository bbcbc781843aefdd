"""Data in the quantized steps of a model's input, through the real worker: read as the model reads it, and said."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset, SplitChoice, Task, load_split
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe
from studio.core.sample_files import file_of
from studio.core.sample_rows import read_rows
from studio.core.tflite import read
from studio.worker.runner import stored
from tests.worker.conftest import Bench


def look(bench: Bench, path: Path, model: Model) -> Dataset:
    found: Dataset = bench("inspect_data", path=str(path), split=SplitChoice(), model=model)
    return found


@pytest.fixture(scope="module")
def quantized(bench: Bench, small: Model, data: Dataset) -> Model:
    """The small model as int8, opened from its file."""
    candidate: Candidate = bench("compress", model=small, recipe=Recipe(), dataset=data)
    model: Model = bench("load", path=candidate.artifact)
    assert model.inputs[0].dtype == "int8"
    return model


def steps_of(data: Dataset, model: Model, split: str) -> np.ndarray[tuple[int, ...], np.dtype[np.int8]]:
    """The samples as the model stores them."""
    graph = read(Path(model.artifact).read_bytes())
    found = stored(load_split(Path(data.path), split, data.sample_shape, 4).x, graph.tensors[graph.inputs[0]])
    return found.astype(np.int8)


@pytest.mark.parametrize("single", [False, True], ids=["a folder", "one file"])
def test_an_archive_of_steps_is_read_as_the_model_reads_it(
    bench: Bench, quantized: Model, data: Dataset, tmp_path: Path, *, single: bool
) -> None:
    for name in ("test",) if single else ("train", "test"):
        steps = steps_of(data, quantized, name)
        np.savez(
            tmp_path / f"{name}.npz", x=steps, y=np.arange(len(steps)) % 4, hand=np.full(len(steps), "left")
        )
    (tmp_path / "labels.txt").write_text("a\nb\nc\nd\n")
    source = tmp_path / "test.npz" if single else tmp_path
    found = look(bench, source, quantized)
    assert (found.source, found.single, found.labels) == (str(source), single, ("a", "b", "c", "d"))
    assert found.groups == ("hand",)
    assert sum("read as its own quantized steps" in note for note in found.notes) == 1
    np.testing.assert_array_equal(steps_of(found, quantized, "test"), steps_of(data, quantized, "test"))
    x, _ = read_rows(found, "test", (5,))
    np.testing.assert_array_equal(x[0], load_split(Path(found.path), "test", (8, 8, 1), 4).x[5])
    assert look(bench, source, quantized) == found
    came_from = file_of(found, "test", 5)
    assert came_from is not None
    assert Path(came_from.path) == tmp_path / "test.npz"


def test_steps_and_real_numbers_of_the_same_samples_are_answered_alike(
    bench: Bench, quantized: Model, data: Dataset, tmp_path: Path
) -> None:
    answers = np.arange(60) % 4
    np.savez(tmp_path / "steps.npz", x=steps_of(data, quantized, "test"), y=answers)
    np.savez(tmp_path / "real.npz", x=load_split(Path(data.path), "test", (8, 8, 1), 4).x, y=answers)
    made = []
    for name in ("steps.npz", "real.npz"):
        dataset = look(bench, tmp_path / name, quantized)
        candidate = bench("compress", model=quantized, recipe=Recipe(), dataset=dataset)
        found = bench("evaluate", model=quantized, candidate=candidate, build=None, dataset=dataset)
        made.append((found.accuracy, found.confusion))
    assert made[0] == made[1]


def test_pairs_of_arrays_in_steps_are_read_so_too(
    bench: Bench, quantized: Model, data: Dataset, tmp_path: Path
) -> None:
    steps = steps_of(data, quantized, "train")
    np.save(tmp_path / "x.npy", steps)
    np.save(tmp_path / "y.npy", np.arange(len(steps)) % 4)
    found = look(bench, tmp_path / "x.npy", quantized)
    assert any("read as its own quantized steps" in note for note in found.notes)
    seen = {tuple(row.ravel().tolist()) for row in steps_of(found, quantized, "train")}
    assert seen < {tuple(row.ravel().tolist()) for row in steps}


def test_small_whole_numbers_stay_real_and_a_note_says_what_to_do_otherwise(
    bench: Bench, quantized: Model, tmp_path: Path
) -> None:
    x = np.random.default_rng(1).integers(0, 2, (20, 8, 8, 1)).astype(np.int8)
    np.savez(tmp_path / "test.npz", x=x, y=np.arange(20) % 4)
    found = look(bench, tmp_path, quantized)
    assert (found.path, found.source) == (str(tmp_path), "")
    assert any("read as real numbers. If they are its quantized steps" in note for note in found.notes)


def test_pictures_in_bytes_for_a_float_model_go_on_as_they_are(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    x = np.random.default_rng(1).integers(0, 256, (20, 8, 8, 1)).astype(np.uint8)
    np.savez(tmp_path / "test.npz", x=x, y=np.arange(20) % 4)
    found = look(bench, tmp_path, small)
    assert (found.path, found.task) == (str(tmp_path), Task.CLASSIFICATION)
    assert not any("saved as" in note for note in found.notes)
    np.testing.assert_array_equal(load_split(tmp_path, "test", (8, 8, 1), 4).x, x)
