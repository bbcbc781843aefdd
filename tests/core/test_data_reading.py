"""Reading users' own files: tables, arrays and recordings become samples, or a sentence says why not."""

import wave
from pathlib import Path

import numpy as np
import pytest

from studio.core.array_data import read_arrays
from studio.core.class_names import anomaly_names, class_names
from studio.core.data_files import DataKind, data_kind, listed_labels
from studio.core.errors import StudioError
from studio.core.gathered import check_size
from studio.core.sound_data import read_recording, window_length, windows
from studio.core.table_data import read_tables


def ignore(share: float) -> None:
    pass


def table(folder: Path, text: str, name: str = "data.csv") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def steps(rows: int, label: str, recording: str = "") -> str:
    return "".join(f"{i},{i * 0.5},{label}{',' + recording if recording else ''}\n" for i in range(rows))


def test_rows_of_time_steps_become_windows_without_overlap(tmp_path: Path) -> None:
    text = "ax,y,label,recording\n" + steps(9, "shake", "a") + steps(4, "idle", "b") + steps(3, "idle", "c")
    found = read_tables(table(tmp_path, text), (4, 1, 2), 2, ignore)[""]
    assert found.x.shape == (3, 4, 1, 2)
    assert found.x[1, :, 0, 0].tolist() == [4, 5, 6, 7]
    assert found.y.tolist() == ["shake", "shake", "idle"]
    assert found.units is not None
    assert found.units.tolist() == [0, 0, 1]
    assert "without overlap" in found.steps[0]
    assert "1 of 3 stretches" in found.notes[0]


def test_time_steps_without_recordings_warn_that_neighbours_may_part(tmp_path: Path) -> None:
    found = read_tables(table(tmp_path, "ax,ay,label\n" + steps(8, "idle")), (4, 2), 2, ignore)[""]
    assert found.units is None
    assert "recording" in found.notes[0]


def test_flat_inputs_take_windows_too(tmp_path: Path) -> None:
    found = read_tables(table(tmp_path, "ax,ay,label\n" + steps(8, "idle")), (8,), 2, ignore)[""]
    assert found.x.shape == (2, 8)
    assert found.x[0].tolist() == [0, 0, 1, 0.5, 2, 1, 3, 1.5]


def test_one_row_for_each_sample_keeps_groups_and_splits(tmp_path: Path) -> None:
    text = "time;f0;f1;class;wearer;split\n0;1;2;a;ada;train\n1;3;4;b;bob;test\n2;5;6;a;ada;train\n"
    found = read_tables(table(tmp_path, text), (2,), 2, ignore)
    assert list(found) == ["train", "test"]
    assert found["train"].x.tolist() == [[1, 2], [5, 6]]
    assert found["train"].groups["wearer"].tolist() == ["ada", "ada"]
    assert "time" in found["train"].steps[1]


def test_numbers_to_be_answered_come_from_target_columns(tmp_path: Path) -> None:
    text = "a,b,target_x,target_y\n1,2,0.5,0.25\n3,4,1,2\n"
    assert read_tables(table(tmp_path, text), (2,), 2, ignore)[""].y.tolist() == [[0.5, 0.25], [1, 2]]
    assert read_tables(table(tmp_path, "x,y\n1,0.5\n2,0.7\n"), (1,), 1, ignore)[""].y.shape == (2, 1)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("a,label\n", "no rows"),
        ("1,2\n3,4\n", "first line of data.csv holds numbers"),
        ("a,b\n1,2\n", "no column 'label'"),
        ("a,a,label\n1,2,x\n", "two columns named 'a'"),
        ("a,label,class\n1,x,y\n", "label and class"),
        ("a,b,label\n1,2,x\n1,x\n", "Line 3 of data.csv has 2 cells"),
        ("a,b,label\n1,2,\n", "have no label"),
        ("a,b,label\n1,2,x\n1,,x\n2,2,y\n", r"column 'b' .* line 3, holds nothing"),
        ("a,b,label\n1,2,x\n1,nan,x\n2,2,y\n", "not numbers"),
        ("a,b,c,label\n1,2,3,x\n", r"3 columns of numbers \(a, b, c\); this model needs 2"),
        ("a,b,label,split\n1,2,x,nowhere\n", "Write train, validation or test"),
    ],
)
def test_tables_that_do_not_fit_get_a_sentence(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(StudioError, match=words):
        read_tables(table(tmp_path, text), (2,), 2, ignore)


def test_recordings_shorter_than_the_window_get_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="as long as the model's window of 20 rows"):
        read_tables(table(tmp_path, "ax,ay,label\n" + steps(8, "idle")), (20, 2), 2, ignore)


def test_pairs_of_arrays_are_found_by_their_names(tmp_path: Path) -> None:
    for split, count in (("train", 4), ("test", 2)):
        np.save(tmp_path / f"X_{split}.npy", np.zeros((count, 3)))
        np.save(tmp_path / f"y_{split}.npy", np.zeros(count, int))
    assert data_kind(tmp_path) is DataKind.ARRAYS
    found = read_arrays(tmp_path, (3,), 2, ignore)
    assert {split: len(part.x) for split, part in found.items()} == {"train": 4, "test": 2}
    assert list(read_arrays(tmp_path / "X_test.npy", (3,), 2, ignore)) == ["train", "test"]


def test_one_pair_of_arrays_may_name_its_classes(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 3)))
    np.save(tmp_path / "y.npy", np.array(["cat", "dog"]))
    assert read_arrays(tmp_path, (3,), 2, ignore)[""].y.tolist() == ["cat", "dog"]


def test_arrays_without_a_partner_or_in_pieces_get_a_sentence(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 3)))
    with pytest.raises(StudioError, match=r"x\.npy has no partner"):
        read_arrays(tmp_path / "x.npy", (3,), 2, ignore)
    np.save(tmp_path / "y.npy", np.array([{}, None]), allow_pickle=True)
    with pytest.raises(StudioError, match="holds Python objects, which could carry code"):
        read_arrays(tmp_path / "x.npy", (3,), 2, ignore)
    np.save(tmp_path / "y.npy", np.zeros(3, int))
    with pytest.raises(StudioError, match=r"2 samples but y\.npy 3"):
        read_arrays(tmp_path, (3,), 2, ignore)
    (tmp_path / "y.npy").write_bytes(b"\x93NUMPY nothing")
    with pytest.raises(StudioError, match="damaged"):
        read_arrays(tmp_path, (3,), 2, ignore)


def write_wav(path: Path, values: list[int], width: int = 2, channels: int = 1, rate: int = 16000) -> Path:
    with wave.open(str(path), "wb") as stream:
        stream.setnchannels(channels)
        stream.setsampwidth(width)
        stream.setframerate(rate)
        signed = width > 1
        stream.writeframes(b"".join(value.to_bytes(width, "little", signed=signed) for value in values))
    return path


@pytest.mark.parametrize(
    ("width", "values", "wanted"),
    [
        (1, [0, 128, 192], [-1, 0, 0.5]),
        (2, [-32768, 0, 16384], [-1, 0, 0.5]),
        (3, [-(1 << 23), 0, 1 << 22], [-1, 0, 0.5]),
        (4, [-(1 << 31), 0, 1 << 30], [-1, 0, 0.5]),
    ],
)
def test_recordings_of_every_width_go_from_minus_1_to_1(
    tmp_path: Path, width: int, values: list[int], wanted: list[float]
) -> None:
    assert read_recording(write_wav(tmp_path / "a.wav", values, width)).samples.tolist() == wanted


def test_channels_are_mixed_and_recordings_cut_or_filled_up(tmp_path: Path) -> None:
    recording = read_recording(write_wav(tmp_path / "a.wav", [16384, 0, 0, 16384, 0, 0], channels=2))
    assert recording.samples.tolist() == [0.25, 0.25, 0]
    assert windows(recording.samples, 2).tolist() == [[0.25, 0.25]]
    assert windows(recording.samples, 5).tolist() == [[0.25, 0.25, 0, 0, 0]]


def test_what_is_no_recording_has_a_reason(tmp_path: Path) -> None:
    (tmp_path / "a.wav").write_bytes(b"nothing")
    with pytest.raises(ValueError, match="damaged"):
        read_recording(tmp_path / "a.wav")
    with pytest.raises(ValueError, match="no sound"):
        read_recording(write_wav(tmp_path / "b.wav", []))


def test_models_that_take_features_say_what_is_needed() -> None:
    assert window_length((16000, 1)) == 16000
    with pytest.raises(StudioError, match="49 × 10 numbers that were computed from sound"):
        window_length((49, 10, 1))


def test_classes_are_numbered_by_labels_txt_or_by_name(tmp_path: Path) -> None:
    assert class_names({"b", "a"}, (), 2)[0] == ("a", "b")
    assert class_names({"b"}, ("b", "a"), 2)[0] == ("b", "a")
    assert class_names({"10", "9", "0"}, (), 11)[0][9:] == ("9", "10")
    assert "labels.txt" in class_names({"b", "a"}, (), 2)[1]
    (tmp_path / "labels.txt").write_text("b\na\n\n")
    assert listed_labels(tmp_path / "data.csv") == ("b", "a")


@pytest.mark.parametrize(
    ("seen", "listed", "words"),
    [
        ({"a", "b", "c"}, (), "more than the 2 classes"),
        ({"a"}, (), "fewer than the 2 classes"),
        ({"c"}, ("a", "b"), "'c' is not in labels.txt"),
        ({"a"}, ("a",), "names 1 classes"),
    ],
)
def test_labels_that_the_model_does_not_know_get_a_sentence(
    seen: set[str], listed: tuple[str, ...], words: str
) -> None:
    with pytest.raises(StudioError, match=words):
        class_names(seen, listed, 2)


def test_normal_and_anomalous_are_told_apart_by_their_names() -> None:
    assert anomaly_names({"Anomaly", "normal"}) == ("normal", "Anomaly")
    assert anomaly_names({"normal"}) == ("normal",)
    assert anomaly_names({"cat", "dog"}) is None


def test_kinds_of_data_are_told_by_names_alone(tmp_path: Path) -> None:
    for name, file, kind in (
        ("npz", "test.npz", DataKind.ARCHIVES),
        ("csv", "train.csv", DataKind.TABLE),
        ("pictures", "train/cat/1.PNG", DataKind.PICTURES),
        ("sounds", "yes/1.wav", DataKind.SOUNDS),
        ("nothing", "notes.txt", None),
    ):
        path = tmp_path / name / file
        path.parent.mkdir(parents=True)
        path.touch()
        assert data_kind(tmp_path / name) is kind


def test_data_too_large_for_memory_says_how_much_is_not() -> None:
    with pytest.raises(StudioError, match=r"take 1\.5 GB as numbers. .* at most"):
        check_size(10_000, (112, 112, 3), "pictures")
