"""Recordings as CSV: what is written comes back, whatever the names are, and broken files are sentences."""

import csv
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.core.errors import StudioError
from studio.core.recording import COLUMNS, Origin, columns_of, fitted, opening, rows_of
from studio.core.recording_csv import CsvSink, read_csv
from tests.core.arrivals import NAMES, arrivals, saying

ORIGIN = Origin(NAMES, True, "Nano 33 BLE Sense", "ab" * 32, 64_000_000, 1_790_000_000.0, "0.1")


def recording(folder: Path, origin: Origin = ORIGIN) -> Path:
    """Five results in two pieces, the last with one frame lost and two damaged."""
    path = folder / "live.csv"
    sink = CsvSink(path, origin)
    sink.write(saying([0, 1, 1], samples=[4, -1, 5], truths=[0, -1, 2]), 0, 0)
    sink.write(saying([2, 0], begin_s=0.3), 1, 2)
    sink.close()
    return path


def test_what_is_written_comes_back(tmp_path: Path) -> None:
    found = read_csv(recording(tmp_path).read_bytes())
    assert found.origin == ORIGIN
    assert found.note == ""
    assert found.scores.argmax(axis=1).tolist() == [0, 1, 1, 2, 0]
    assert found.times.tolist() == pytest.approx([0, 0.1, 0.2, 0.3, 0.4])
    assert found.samples.tolist() == [4, -1, 5, -1, -1]
    assert found.truths.tolist() == [0, -1, 2, -1, -1]
    assert found.lost.tolist() == [0, 0, 0, 1, 1]
    assert found.damaged.tolist() == [0, 0, 0, 2, 2]
    assert found.inference_us.tolist() == [1500] * 5
    assert found.seconds == pytest.approx(0.4)


def test_any_program_reads_the_table_below_the_first_line(tmp_path: Path) -> None:
    text = recording(tmp_path).read_text("utf-8")
    first, _, rest = text.partition("\n")
    assert first.startswith("# TinyML Studio recording {")
    rows = list(csv.DictReader(rest.splitlines()))
    assert rows[2]["label"] == "shake"
    assert rows[2]["truth"] == "tap"
    assert rows[1]["truth"] == rows[1]["sample"] == ""
    assert rows[3]["score:tap"] == "0.9"
    assert tuple(rows[0]) == columns_of(ORIGIN)


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.text(min_size=1, max_size=12).filter(lambda name: "\r" not in name and "\n" not in name),
             min_size=2, max_size=5, unique=True),
    st.lists(st.floats(-1e6, 1e6, width=32), min_size=2, max_size=5),
)  # fmt: skip
def test_any_names_and_scores_survive(names: list[str], values: list[float]) -> None:
    width = min(len(names), len(values))
    kept, row = tuple(names[:width]), np.array(values[:width], np.float32)
    origin = Origin(kept, True)
    lines = [opening(origin)]
    stream = csv.writer(Lines(lines), lineterminator="\n")
    stream.writerow(columns_of(origin))
    stream.writerows(rows_of(arrivals(row, names=kept), 0, 0))
    found = read_csv("\n".join([lines[0], "".join(lines[1:])]).encode("utf-8", "surrogatepass"))
    assert found.origin.names == kept
    np.testing.assert_allclose(found.scores[0], row, rtol=1e-6)


class Lines:
    """A list as a stream."""

    def __init__(self, kept: list[str]) -> None:
        self._kept = kept

    def write(self, text: str) -> None:
        self._kept.append(text)


def test_numbers_that_are_no_classes_and_values_left_out_survive(tmp_path: Path) -> None:
    origin = Origin(("volts", "amps"), False)
    sink = CsvSink(tmp_path / "x.csv", origin)
    sink.write(arrivals([[1.5, np.nan]], names=origin.names, classifies=False), 0, 0)
    sink.close()
    found = read_csv((tmp_path / "x.csv").read_bytes())
    assert found.scores[0, 0] == 1.5
    assert np.isnan(found.scores[0, 1])


def test_columns_that_came_later_are_left_out_and_other_names_do_not_fit() -> None:
    origin = Origin(("a", "b"), False)
    more = arrivals([[1, 2, 3]], names=("a", "b", "c"), classifies=False)
    found = fitted(origin, more)
    assert found is not None
    assert found.scores.tolist() == [[1, 2]]
    assert fitted(origin, arrivals([[1, 2]], names=("x", "y"))) is None


def test_a_recording_that_was_cut_off_gives_all_whole_lines_and_says_so(tmp_path: Path) -> None:
    data = recording(tmp_path).read_bytes()
    for cut in (1, 10, 25):
        found = read_csv(data[:-cut])
        assert len(found) == 4
        assert "cut off" in found.note


def _with(data: bytes, line: int, text: bytes) -> bytes:
    lines = data.split(b"\n")
    lines[line - 1] = text
    return b"\n".join(lines)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda data: b"time,value\n1,2\n", "no recording"),
        (lambda data: b"", "no recording"),
        (lambda data: b"\x89PNG\r\n\x1a\n\xff\xfe", "no text"),
        (lambda data: _with(data, 1, b"# TinyML Studio recording {"), "which board"),
        (lambda data: data.replace(b'"version": 1', b'"version": 9'), "newer studio"),
        (lambda data: _with(data, 2, ",".join(COLUMNS).encode()), "column score:idle is missing"),
        (lambda data: _with(data, 4, b"1,2,3"), "Line 4 .* 3 columns instead of 13"),
        (lambda data: data.replace(b",1500,", b",soon,", 1), "Line 3 "),
        (lambda data: data.replace(b",shake,,", b",shale,,", 1), "'shale' is no name"),
        (lambda data: data.replace(b",0.200000,", b",0.050000,"), "times of the recording go back"),
        (lambda data: b"\n".join(data.split(b"\n")[:2]) + b"\n", "empty"),
        (lambda data: _with(data, 3, b'"'), "damaged|Line 3"),
    ],
)  # fmt: skip
def test_broken_files_are_sentences(change: object, says: str, tmp_path: Path) -> None:
    data = recording(tmp_path).read_bytes()
    with pytest.raises(StudioError, match=says):
        read_csv(change(data))  # type: ignore[operator]


FILL = """
import resource, signal, sys
from pathlib import Path
from studio.core.recording import Origin
from studio.core.recording_csv import CsvSink
from tests.core.arrivals import NAMES, saying
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))
sink = CsvSink(Path(sys.argv[1]), Origin(NAMES, True))
rows = 0
try:
    while True:
        sink.write(saying([0, 1, 2], begin_s=rows / 10), 0, 0)
        rows += 3
except OSError as error:
    sink.close(finish=False)
    print(error.errno, rows)
"""


@pytest.mark.skipif(os.name == "nt", reason="limits of files are POSIX's")
def test_a_disk_that_fills_leaves_whole_lines_behind(tmp_path: Path) -> None:
    assert resource.RLIMIT_FSIZE is not None
    assert signal.SIGXFSZ
    path = tmp_path / "live.csv"
    done = subprocess.run(
        [sys.executable, "-c", FILL, path], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    _, rows = done.stdout.split()
    found = read_csv(path.read_bytes())
    assert found.note == ""
    assert int(rows) <= len(found) < int(rows) + 3
