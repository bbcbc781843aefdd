"""A sample of converted data leads back to the file it came from, and to the place in it."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from studio.core.dataset import Dataset
from studio.core.looks import Look, Seen, look_at
from studio.core.model import Model
from studio.core.sample_files import ORIGINS
from tests.worker.conftest import Bench
from tests.worker.test_data import look, pictures, recordings


def all_of(data: Dataset) -> Iterator[tuple[Seen, Path, str]]:
    """Every sample of every split, with its file and what is said of its place."""
    for info in data.splits:
        for seen in look_at(data, tuple(Look(info.name, row) for row in range(info.samples))):
            assert seen.file is not None
            yield seen, Path(seen.file.path), seen.file.words


def test_a_picture_is_found_again_however_the_pictures_were_divided(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "pictures")
    data = look(bench, folder, small)
    assert data.divided
    found = set()
    for seen, file, words in all_of(data):
        assert words == file.relative_to(folder).as_posix()
        assert seen.label is not None
        assert file.parent.name == data.labels[seen.label]
        np.testing.assert_allclose(seen.values[..., 0] * 255, np.asarray(Image.open(file)), atol=0.01)
        found.add(file)
    assert len(found) == 40


def test_a_window_of_a_recording_is_found_by_its_second(bench: Bench, small: Model, tmp_path: Path) -> None:
    listener = bench.load("listener.keras")
    data = look(bench, recordings(tmp_path / "sounds"), listener)
    seconds = []
    for seen, file, words in all_of(data):
        name, _, second = words.partition(", from second ")
        assert (tmp_path / "sounds" / name) == file
        with wave.open(str(file)) as stream:
            heard = np.frombuffer(stream.readframes(130), np.int16) / 32768
        begin = 64 if second == "0.01" else 0
        np.testing.assert_allclose(seen.values.reshape(-1), heard[begin : begin + 64], atol=1e-4)
        seconds.append(second)
    assert sorted(set(seconds)) == ["0.00", "0.01"]


def test_a_window_of_a_table_is_found_by_its_line(bench: Bench, tmp_path: Path) -> None:
    series = bench.load("series.keras")
    outputs = series.outputs[0].shape[1]
    random = np.random.default_rng(0)
    lines = ["ax,ay,az,label,recording"]
    for recording in range(12):
        for values in random.random((45, 3)).tolist():
            lines.append(",".join([*map(str, values), str(recording % outputs), f"r{recording}"]))
    table = tmp_path / "data.csv"
    table.write_text("\n".join(lines) + "\n")
    for seen, file, words in all_of(look(bench, table, series)):
        assert file == table
        name, _, line = words.partition(", line ")
        assert name == "data.csv"
        first = [float(cell) for cell in lines[int(line) - 1].split(",")[:3]]
        np.testing.assert_allclose(seen.values.reshape(-1, 3)[0], first, rtol=1e-5)


def test_a_sample_of_arrays_is_found_by_its_number(bench: Bench, small: Model, tmp_path: Path) -> None:
    x = np.random.default_rng(0).normal(size=(40, 8, 8))
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", np.arange(40) % 4)
    for seen, file, words in all_of(look(bench, tmp_path / "x.npy", small)):
        assert file == tmp_path / "x.npy"
        number = int(words.removeprefix("x.npy, sample ").removesuffix(" (the first is 0)"))
        assert seen.label == number % 4
        np.testing.assert_allclose(seen.values[..., 0], x[number], rtol=1e-5)


def test_samples_are_looked_at_without_the_list_of_files_too(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    data = look(bench, pictures(tmp_path / "pictures"), small)
    kept = Path(data.path) / f"{ORIGINS}.npz"
    content = kept.read_bytes()
    try:
        kept.write_bytes(content[: len(content) // 2])
        assert look_at(data, (Look("test", 0),))[0].file is None
        kept.unlink()
        assert look_at(data, (Look("test", 0),))[0].file is None
    finally:
        kept.write_bytes(content)
