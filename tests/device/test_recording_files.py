"""Recordings on disk, Parquet among them: they come back, survive their writer's end, and say what is wrong."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pyarrow import parquet

from studio.core.errors import StudioError
from studio.core.recording import Origin
from studio.device import recording_files
from studio.device.recording_files import has_parquet, open_sink, read_recording
from tests.core.arrivals import NAMES, saying

ORIGIN = Origin(NAMES, True, "Nano 33 BLE Sense", "ab" * 32, 64_000_000, 1_790_000_000.0, "0.1")


def recording(path: Path, pieces: int = 2) -> Path:
    sink = open_sink(path, ORIGIN)
    for piece in range(pieces):
        sink.write(saying([0, 1, 2], begin_s=piece, samples=[4, -1, 5], truths=[0, -1, 2]), piece, 2 * piece)
    sink.close()
    assert sink.kept == path
    return path


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_what_is_written_comes_back(ending: str, tmp_path: Path) -> None:
    found = read_recording(recording(tmp_path / f"live{ending}"))
    assert found.origin == ORIGIN
    assert found.scores.argmax(axis=1).tolist() == [0, 1, 2] * 2
    assert found.scores.max() == np.float32(0.9)
    assert found.truths.tolist() == [0, -1, 2] * 2
    assert found.samples.tolist() == [4, -1, 5] * 2
    assert found.lost.tolist() == [0, 0, 0, 1, 1, 1]
    assert found.damaged.tolist() == [0, 0, 0, 2, 2, 2]
    assert found.times.tolist() == pytest.approx([0, 0.1, 0.2, 1, 1.1, 1.2])
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"live{ending}"]


def test_a_parquet_recording_is_a_table_for_data_frames(tmp_path: Path) -> None:
    file = parquet.ParquetFile(recording(tmp_path / "live.parquet", pieces=300))
    assert file.metadata.num_rows == 900
    assert file.metadata.num_row_groups == 1, "the small pieces in which it came are joined"
    table = file.read()
    assert table.column("label").to_pylist()[:3] == ["idle", "shake", "tap"]
    assert table.column("truth").to_pylist()[:3] == ["idle", None, "tap"]
    assert table.column("sample").null_count == 300


def test_without_pyarrow_a_sentence_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recording_files, "has_parquet", lambda: False)
    with pytest.raises(StudioError, match=r"pip install 'tinyml-studio\[parquet\]'"):
        open_sink(tmp_path / "live.parquet", ORIGIN)
    with pytest.raises(StudioError, match="need pyarrow"):
        read_recording(tmp_path / "live.parquet")
    assert not list(tmp_path.iterdir())


def test_asking_for_pyarrow_does_not_import_it() -> None:
    code = (
        "import sys; from studio.device.recording_files import has_parquet; has_parquet(); "
        "print('pyarrow' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
    assert has_parquet()


STOPPED = """
import os, resource, signal, sys
from pathlib import Path
from studio.device.recording_files import open_sink
from tests.device.test_recording_files import ORIGIN
from tests.core.arrivals import saying
if sys.argv[2] == "full":
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
sink = open_sink(Path(sys.argv[1]), ORIGIN)
try:
    for piece in range(40):
        sink.write(saying([0, 1, 2], begin_s=piece), 0, 0)
except OSError:
    sink.close(finish=False)
    print("full", sink.kept.name)
os._exit(0)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of files are POSIX's")
@pytest.mark.parametrize("why", ["full", "killed"])
def test_a_parquet_recording_that_could_not_be_finished_is_there_up_to_its_last_piece(
    why: str, tmp_path: Path
) -> None:
    path = tmp_path / "live.parquet"
    done = subprocess.run(
        [sys.executable, "-c", STOPPED, path, why], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == ("full live.parquet.arrows" if why == "full" else "")
    found = read_recording(tmp_path / "live.parquet.arrows")
    assert "cut off" in found.note
    assert len(found) == 120 if why == "killed" else 0 < len(found) < 120
    assert found.origin == ORIGIN


@pytest.mark.parametrize("ending", [".parquet", ".arrows"])
def test_broken_files_are_sentences(ending: str, tmp_path: Path) -> None:
    path = tmp_path / f"live{ending}"
    with pytest.raises(StudioError, match="no file at"):
        read_recording(path)
    for content in (b"", b"PAR1", b"not at all", os.urandom(3000)):
        path.write_bytes(content)
        with pytest.raises(StudioError, match=r"damaged|empty"):
            read_recording(path)


def test_a_damaged_parquet_recording_is_a_sentence_wherever_it_is_damaged(tmp_path: Path) -> None:
    data = recording(tmp_path / "live.parquet").read_bytes()
    random = np.random.default_rng(1)
    path = tmp_path / "broken.parquet"
    for _ in range(150):
        broken = bytearray(data)
        for place in random.integers(0, len(data), 3):
            broken[place] = random.integers(0, 256)
        path.write_bytes(bytes(broken)[: random.integers(1, len(data) + 1)])
        with contextlib.suppress(StudioError):  # or it was damaged where nothing is said, and is read
            assert len(read_recording(path)) > 0


def test_another_parquet_file_is_no_recording(tmp_path: Path) -> None:
    import pyarrow as arrow

    parquet.write_table(arrow.table({"x": [1, 2]}), tmp_path / "x.parquet")
    with pytest.raises(StudioError, match="no recording of the studio"):
        read_recording(tmp_path / "x.parquet")
