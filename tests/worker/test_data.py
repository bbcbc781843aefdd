"""Data of every kind, through the real worker: converted once, divided as chosen, or refused with what to do."""

import wave
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.core.data_files import DataKind
from studio.core.dataset import Dataset, SplitChoice, Task, load_split
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.sample_rows import read_rows
from tests.mlperf_tiny import public_file
from tests.worker.conftest import Bench

LABELS = ("circle", "idle", "shake", "tap")


def look(bench: Bench, path: Path, model: Model, split: SplitChoice = SplitChoice()) -> Dataset:  # noqa: B008
    found: Dataset = bench("inspect_data", path=str(path), split=split, model=model)
    return found


def part_of(data: Dataset, split: str) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return load_split(Path(data.path), split, data.sample_shape, max(len(data.labels), 1)).x


def pictures(folder: Path, count: int = 10, size: tuple[int, int] = (8, 8), mode: str = "L") -> Path:
    random = np.random.default_rng(1)
    for label in LABELS:
        (folder / label).mkdir(parents=True)
        for number in range(count):
            shape = (size[1], size[0]) if mode == "L" else (size[1], size[0], 3)
            picture = Image.fromarray(random.integers(0, 256, shape, dtype=np.uint8))
            picture.save(folder / label / f"{number:02}.png")
    return folder


def test_folders_of_pictures_become_splits_that_keep_the_classes(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    data = look(bench, pictures(tmp_path / "pictures"), small)
    assert data.kind is DataKind.PICTURES
    assert data.source == str(tmp_path / "pictures")
    assert data.divided
    assert data.labels == LABELS
    assert {info.name: info.class_counts for info in data.splits} == {
        "train": (6,) * 4,
        "validation": (2,) * 4,
        "test": (2,) * 4,
    }
    said = " ".join(data.steps)
    for words in ("grey values", "circle, idle, shake, tap", "labels.txt", "seed 1", "0 to 1"):
        assert words in said
    x = part_of(data, "train")
    assert x.shape == (24, 8, 8, 1)
    assert 0 <= x.min() < x.max() <= 1


def test_a_model_that_rescales_gets_pixels_as_they_are(bench: Bench, tmp_path: Path) -> None:
    data = look(bench, pictures(tmp_path / "pictures"), bench.load("rescaling.keras"))
    assert any("0 to 255 (the model rescales them itself)" in step for step in data.steps)
    assert part_of(data, "train").max() > 200


def test_the_same_choice_comes_from_the_cache_and_another_seed_divides_anew(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "pictures")
    data = look(bench, folder, small)
    assert look(bench, folder, small) == data
    other = look(bench, folder, small, SplitChoice(seed=2, test_share=0.4))
    assert other.sha256 != data.sha256
    assert other.splits[-1].class_counts == (4,) * 4
    torn = Path(data.path) / "test.npz"
    torn.write_bytes(torn.read_bytes()[:100])
    assert look(bench, folder, small) == data


def test_pictures_are_resized_and_turned_grey_and_a_broken_one_is_named(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "pictures", size=(20, 12), mode="RGB")
    (folder / "tap" / "03.png").write_bytes(b"no picture")
    (folder / "tap" / "notes.txt").write_text("hello")
    data = look(bench, folder, small)
    assert any("resized to 8 × 8" in step for step in data.steps)
    assert any("1 of 40 files were left out: tap/03.png" in note for note in data.notes)
    assert any("1 files of other kinds" in note for note in data.notes)
    assert sum(info.samples for info in data.splits) == 39


def test_splits_that_the_data_has_are_kept(bench: Bench, small: Model, tmp_path: Path) -> None:
    pictures(tmp_path / "Training", 5)
    pictures(tmp_path / "testing", 3)
    data = look(bench, tmp_path, small)
    assert not data.divided
    assert [(info.name, info.samples) for info in data.splits] == [("train", 20), ("test", 12)]


def test_groups_csv_keeps_a_group_in_one_split(bench: Bench, small: Model, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "pictures")
    rows = [f"{label}/{number:02}.png,{'abcde'[number % 5]}" for label in LABELS for number in range(10)]
    (folder / "groups.csv").write_text("file,wearer\n" + "\n".join(rows) + "\n")
    data = look(bench, folder, small, SplitChoice(group="wearer"))
    assert data.group_columns == data.groups == ("wearer",)
    seen = [
        set(load_split(Path(data.path), name, (8, 8, 1), 4).groups["wearer"])
        for name in ("train", "validation", "test")
    ]
    assert sum(map(len, seen)) == 5
    with pytest.raises(StudioError, match="no group column 'age'"):
        look(bench, folder, small, SplitChoice(group="age"))


def test_labels_txt_gives_the_order(bench: Bench, small: Model, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "pictures")
    (folder / "labels.txt").write_text("\n".join(reversed(LABELS)))
    assert look(bench, folder, small).labels == LABELS[::-1]
    (folder / "labels.txt").write_text("one\ntwo\nthree\nfour\n")
    with pytest.raises(StudioError, match=r"label 'circle' is not in labels\.txt"):
        look(bench, folder, small)


def recordings(folder: Path, rate: Callable[[int], int] = lambda _: 8000) -> Path:
    random = np.random.default_rng(3)
    for label in LABELS:
        (folder / label).mkdir(parents=True)
        for number in range(6):
            with wave.open(str(folder / label / f"{number}.wav"), "wb") as stream:
                stream.setparams((1, 2, rate(number), 0, "NONE", ""))
                stream.writeframes(random.integers(-9000, 9000, 130, dtype=np.int16).tobytes())
    return folder


@pytest.fixture(scope="module")
def listener(bench: Bench) -> Model:
    return bench.load("listener.keras")


def test_folders_of_recordings_are_cut_into_windows(bench: Bench, listener: Model, tmp_path: Path) -> None:
    data = look(bench, recordings(tmp_path / "sounds"), listener)
    assert data.kind is DataKind.SOUNDS
    assert sum(info.samples for info in data.splits) == 4 * 6 * 2  # 130 samples hold two windows of 64
    assert any("64 samples (0.01 s at 8,000 Hz)" in step for step in data.steps)


def test_mixed_sample_rates_get_a_sentence_with_the_cure(
    bench: Bench, listener: Model, tmp_path: Path
) -> None:
    folder = recordings(tmp_path / "sounds", lambda number: 16000 if number == 2 else 8000)
    with pytest.raises(StudioError, match=r"20 at 8,000 Hz, 4 at 16,000 Hz.*ffmpeg .*-ar 8000"):
        look(bench, folder, listener)


def test_sound_for_a_model_of_pictures_says_what_is_needed(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    with pytest.raises(StudioError, match="8 × 8 numbers that were computed from sound"):
        look(bench, recordings(tmp_path / "sounds"), small)


def test_tables_are_cut_divided_by_recording_and_read_row_by_row(bench: Bench, tmp_path: Path) -> None:
    series = bench.load("series.keras")
    outputs = series.outputs[0].shape[1]
    text = "t,ax,ay,az,label,recording,wearer\n"
    for recording in range(30):
        label = recording % outputs
        for step in range(45):
            text += f"{step},{recording},{step},{label},{label},r{recording},w{recording % 5}\n"
    (tmp_path / "data.csv").write_text(text)
    data = look(bench, tmp_path / "data.csv", series)
    assert data.kind is DataKind.TABLE
    assert sum(info.samples for info in data.splits) == 60
    assert data.group_columns == ("wearer",)
    assert any("cut from one recording is in one of them" in step for step in data.steps)
    seen = [set(part_of(data, name)[:, 0, 0].tolist()) for name in ("train", "validation", "test")]
    assert sum(map(len, seen)) == 30
    x, y = read_rows(data, "test", (3, 0))
    whole = load_split(Path(data.path), "test", data.sample_shape, outputs)
    np.testing.assert_array_equal(x, whole.x[[3, 0]])
    np.testing.assert_array_equal(y.reshape(-1), np.asarray(whole.y)[[3, 0]].reshape(-1))


def test_arrays_are_divided_and_their_numbers_are_the_classes(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).normal(size=(40, 8, 8)))
    np.save(tmp_path / "y.npy", np.arange(40) % 4)
    data = look(bench, tmp_path / "x.npy", small)
    assert data.divided
    assert data.labels == ("class 0", "class 1", "class 2", "class 3")
    np.save(tmp_path / "y.npy", np.arange(40) % 5)
    with pytest.raises(StudioError, match=r"Label 4 in x\.npy is outside the model's classes"):
        look(bench, tmp_path / "x.npy", small)
    np.save(tmp_path / "y.npy", np.arange(40) % 4)
    np.save(tmp_path / "x.npy", np.full((40, 8, 8), np.nan))
    with pytest.raises(StudioError, match=r"40 of 40 samples in x\.npy hold NaN"):
        look(bench, tmp_path / "x.npy", small)


def test_an_autoencoder_takes_folders_of_what_is_normal_and_what_is_not(bench: Bench, tmp_path: Path) -> None:
    model = bench.load("rebuilder.keras")
    folder = constant_sounds(tmp_path / "sounds", {"normal": 12, "anomaly": 4})
    data = look(bench, folder, model)
    assert data.task is Task.AUTOENCODER
    assert any("'normal' is normal, 'anomaly' is an anomaly" in step for step in data.steps)


def constant_sounds(folder: Path, counts: dict[str, int]) -> Path:
    for label, count in counts.items():
        (folder / label).mkdir(parents=True)
        for number in range(count):
            with wave.open(str(folder / label / f"{number}.wav"), "wb") as stream:
                stream.setparams((1, 2, 8000, 0, "NONE", ""))
                stream.writeframes(np.full(16, 100 * number, np.int16).tobytes())
    return folder


def test_a_labels_file_does_not_keep_an_autoencoder_from_its_marks(bench: Bench, tmp_path: Path) -> None:
    folder = constant_sounds(tmp_path / "sounds", {"normal": 12, "anomaly": 4})
    (folder / "labels.txt").write_text("normal\nanomaly\n")
    data = look(bench, folder, bench.load("rebuilder.keras"))
    assert data.task is Task.AUTOENCODER
    assert load_split(Path(data.path), "test", data.sample_shape, 16).anomalous is not None


def test_labels_of_other_kinds_become_a_group_of_an_autoencoders_samples(
    bench: Bench, tmp_path: Path
) -> None:
    model = bench.load("rebuilder.keras")
    folder = constant_sounds(tmp_path / "sounds", {"fan": 9, "pump": 9, "valve": 9})
    data = look(bench, folder, model)
    assert (data.task, data.groups) == (Task.AUTOENCODER, ("label",))
    assert any("(fan, pump, valve) are no classes that it answers" in step for step in data.steps)
    split = load_split(Path(data.path), "test", data.sample_shape, 16)
    assert set(split.groups["label"].tolist()) == {"fan", "pump", "valve"}
    assert split.anomalous is None
    (folder / "labels.txt").write_text("\n".join(f"c{n}" for n in range(16)))
    with pytest.raises(StudioError, match=r"label 'fan' is not in labels\.txt"):
        look(bench, folder, model)


def test_a_folder_that_was_refused_is_read_as_it_is_now(bench: Bench, small: Model, tmp_path: Path) -> None:
    np.savez(tmp_path / "test.npz", x=np.ones((8, 8, 8, 1), np.float32), y=np.arange(8) % 4)
    (tmp_path / "labels.txt").write_text("one\ntwo\n")
    with pytest.raises(StudioError, match="names 2 classes but the model answers 4"):
        look(bench, tmp_path, small)
    (tmp_path / "labels.txt").unlink()
    assert look(bench, tmp_path, small).task is Task.CLASSIFICATION


def test_large_packed_archives_can_be_looked_at_sample_by_sample(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    x = np.random.default_rng(0).normal(size=(20_000, 8, 8, 1)).astype(np.float32)
    np.savez_compressed(tmp_path / "test.npz", x=x, y=np.arange(len(x)) % 4)
    data = look(bench, tmp_path, small)
    assert data.path == str(tmp_path)
    assert data.mapped
    np.testing.assert_array_equal(read_rows(data, "test", (19_999,))[0][0], x[-1])


@pytest.mark.parametrize("name", ["empty", "notes.txt", "gone"])
def test_what_is_no_data_says_what_is(bench: Bench, small: Model, tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("hello")
    words = "no data at" if name == "gone" else r"holds no data .* one folder for each label"
    with pytest.raises(StudioError, match=words):
        look(bench, tmp_path / name, small)


def test_quantized_inputs_say_their_range_themselves(bench: Bench, small: Model, tmp_path: Path) -> None:
    model = bench("load", path=str(public_file("ic")))
    folder = tmp_path / "pictures"
    for number in range(10):
        (folder / str(number)).mkdir(parents=True)
        for turn in range(4):
            Image.new("RGB", (32, 32), (number * 20, turn * 9, 7)).save(folder / str(number) / f"{turn}.png")
    data = look(bench, folder, model)
    assert any("0 to 255: that is the range of the model's input" in step for step in data.steps)
    assert replace(data, notes=()).task is Task.CLASSIFICATION
