"""`tinyml-studio strip`: copies without notes, a JSON line, and exit codes."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from studio.__main__ import main
from studio.core.copies import UNFINISHED
from studio.worker.hidden_files import look_through
from tests.core.checks.test_hidden import chunk, wav
from tests.worker.test_hidden_files import jpeg_with_place, quiet


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "data"
    (folder / "cats").mkdir(parents=True)
    jpeg_with_place(folder / "cats" / "a.jpg")
    (folder / "cats" / "b.wav").write_bytes(wav(chunk(b"LIST", b"INFO" + chunk(b"IART", b"Ada\0"))))
    return folder


def test_copies_are_made_and_what_was_taken_out_is_listed(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["strip", str(data), "--out", str(tmp_path / "plain"), "--json"]) == 0
    said = capsys.readouterr().out
    assert "Taken out" in said
    line = json.loads(said.splitlines()[-1])
    assert (line["files"], line["stripped"], line["clean"], line["problems"]) == (2, 2, True, [])
    taken = {kind["kind"]: kind["such_as"] for kind in line["taken"]}
    assert taken["where it was taken (GPS)"] == ["cats/a.jpg"]
    assert taken["an artist's name"] == ["cats/a.jpg", "cats/b.wav"]
    assert look_through(tmp_path / "plain", quiet).findings == ()


def test_what_must_go_and_is_still_there_is_a_problem(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "notes.md").write_text("Ask grace@example.org first.")
    assert main(["strip", str(data), "--out", str(tmp_path / "plain"), "--json"]) == 1
    said = capsys.readouterr().out
    assert "Still in the copies" in said
    assert "an e-mail address (1 file, notes.md)" in json.loads(said.splitlines()[-1])["problems"][0]
    assert (tmp_path / "plain" / "cats" / "a.jpg").is_file()


def test_a_folder_with_files_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["strip", str(data), "--out", str(data), "--json"]) == 1
    said = capsys.readouterr()
    assert "cannot lie within the data" in said.err
    assert "cannot lie within the data" in json.loads(said.out)["problems"][0]
    with pytest.raises(SystemExit) as ended:
        main(["strip", str(data)])
    assert ended.value.code == 2


def test_ctrl_c_in_the_middle_leaves_nothing(data: Path, tmp_path: Path) -> None:
    for number in range(3000):
        (data / f"{number}.txt").write_text("x")
    out = tmp_path / "plain"
    command = [sys.executable, "-m", "studio", "strip", str(data), "--out", str(out)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, process_group=0) as running:
        while running.poll() is None and not (out / UNFINISHED).is_file():
            pass
        running.send_signal(signal.SIGINT)
        assert running.stderr is not None
        words = running.stderr.read()
    assert running.returncode == 130
    assert "copies made so far were removed" in words
    assert not out.exists()


def test_a_path_that_leads_nowhere_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["strip", str(tmp_path / "nix"), "--out", str(tmp_path / "plain")]) == 1
    assert f"There is nothing at {tmp_path / 'nix'}." in capsys.readouterr().err
    assert not (tmp_path / "plain").exists()
