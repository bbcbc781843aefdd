"""The log: rows in a chain, in a file that a full disk and a second window leave whole."""

import errno
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.review import Event, Head, Journal, Row, copy_journal, logged, verify_chain, verify_holds
from studio.core.review.journal import journal_beside, read_journal
from studio.core.review.log import head_of, line_of, next_row, read_rows
from tests.core.review.whole import AT, CHECKLIST, rows


def filled(path: Path, count: int = 5, actor: str = "Ada") -> Journal:
    journal = Journal(path)
    for number in range(count):
        journal.append(Event.ANSWER_SET, {"id": f"D{number}"}, time=AT, actor=actor)
    return journal


def test_rows_follow_one_another(tmp_path: Path) -> None:
    journal = filled(tmp_path / "a.review.jsonl")
    assert [row.seq for row in journal.rows] == list(range(5))
    assert verify_chain(journal.rows) is None
    assert read_journal(tmp_path / "a.review.jsonl") == journal.rows
    assert journal.head == Head(5, journal.rows[-1].hash)


@pytest.mark.parametrize("field", ["time", "actor", "payload", "subject_hash", "type"])
def test_an_edited_row_is_found(field: str) -> None:
    known = rows()
    value = {"payload": {"limits": {}}, "type": Event.SIGNED}.get(field, "other")
    edited = (known[0], replace(known[1], **{field: value}), *known[2:])  # type: ignore[arg-type]
    assert "Row 1 of the review's log was changed" in (verify_chain(edited) or "")
    assert logged(edited, CHECKLIST).broken


def test_an_edited_row_with_a_hash_made_to_fit_breaks_the_next(tmp_path: Path) -> None:
    known = rows()
    forged = replace(known[1], actor="Eve")
    forged = replace(forged, hash=forged.due)
    assert "Row 2 of the review's log does not follow" in (verify_chain((known[0], forged, *known[2:])) or "")


def test_a_row_taken_out_or_put_elsewhere_is_found() -> None:
    known = rows()
    assert "Row 1 of the review's log is missing" in (verify_chain((known[0], *known[2:])) or "")
    assert verify_chain((known[1], known[0], *known[2:])) is not None


def test_a_cut_off_end_is_found_by_the_head_of_an_export() -> None:
    known = rows()
    head = head_of(known)
    assert verify_chain(known[:-2]) is None  # the chain alone does not show it
    assert "its end was cut off" in (verify_holds(known[:-2], head) or "")
    assert verify_holds(known, head) is None


def test_a_log_written_anew_is_found_by_the_head_of_an_export() -> None:
    known = rows()
    anew: tuple[Row, ...] = ()
    for row in known:
        other = next_row(
            head_of(anew), row.type, row.payload, time=row.time, actor="Eve", subject_hash=row.subject_hash
        )
        anew = (*anew, other)
    assert verify_chain(anew) is None
    assert "written anew" in (verify_holds(anew, head_of(known)) or "")


def test_a_log_that_went_on_holds_the_earlier_head() -> None:
    known = rows()
    assert verify_holds(known, head_of(known[:3])) is None


def test_a_second_window_keeps_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "a.review.jsonl"
    one, other = filled(path, 2), Journal(path)
    other.append(Event.SIGNED, {}, time=AT)
    one.append(Event.EXPORTED, {}, time=AT)
    other.append(Event.EXPORTED, {}, time=AT)
    assert verify_chain(read_journal(path)) is None
    assert len(read_journal(path)) == 5
    assert one.refresh() == other.rows


def test_many_processes_at_once_keep_one_chain(tmp_path: Path) -> None:
    path = tmp_path / "a.review.jsonl"
    code = (
        "import sys; from pathlib import Path\n"
        "from studio.core.review.journal import Journal; from studio.core.review.log import Event\n"
        "journal = Journal(Path(sys.argv[1]))\n"
        f"for number in range(20): journal.append(Event.ANSWER_SET, {{'n': number}}, time={AT!r})\n"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, str(path)]) for _ in range(3)]
    assert [process.wait(timeout=120) for process in running] == [0, 0, 0]
    found = read_journal(path)
    assert len(found) == 60
    assert verify_chain(found) is None


def test_a_full_disk_leaves_the_log_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.review.jsonl"
    journal = filled(path)
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StudioError, match="disk is full"):
        journal.append(Event.SIGNED, {}, time=AT)
    assert path.read_bytes() == before
    assert len(journal.rows) == 5
    monkeypatch.undo()
    journal.append(Event.SIGNED, {}, time=AT)
    assert verify_chain(read_journal(path)) is None


def test_a_disk_that_takes_half_a_row_leaves_the_log_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.review.jsonl"
    journal = filled(path)
    before, real, calls = path.read_bytes(), os.write, []

    def half(descriptor: int, content: bytes) -> int:
        calls.append(descriptor)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, content[: len(content) // 2])

    monkeypatch.setattr(os, "write", half)
    with pytest.raises(StudioError, match="disk is full"):
        journal.append(Event.SIGNED, {}, time=AT)
    monkeypatch.undo()
    assert path.read_bytes() == before


def test_a_row_that_a_crash_left_half_is_no_row_and_the_next_takes_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.review.jsonl"
    filled(path)
    with path.open("ab") as stream:
        stream.write(b'{"seq":5,"prev"')
    journal = Journal(path)
    assert len(journal.refresh()) == 5
    journal.append(Event.SIGNED, {}, time=AT)
    assert verify_chain(read_journal(path)) is None
    assert len(read_journal(path)) == 6


def test_a_log_cut_off_while_it_is_open_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.review.jsonl"
    journal = filled(path)
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:2]))
    assert len(journal.refresh()) == 2
    path.unlink()
    assert journal.refresh() == ()


def test_what_is_no_log_gets_a_sentence(tmp_path: Path) -> None:
    for content in (b"hello\n", b'{"seq": 0}\n', b"[]\n", b"\xff\n", b'{"seq": 0, "colour": 1}\n'):
        with pytest.raises(StudioError, match="cannot be read"):
            read_rows(content, "a.review.jsonl")


def test_a_log_in_a_folder_that_cannot_be_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StudioError, match="not a folder"):
        Journal(tmp_path / "file" / "a.review.jsonl").append(Event.SIGNED, {}, time=AT)


def test_the_log_goes_with_a_project_and_puts_no_other_out_of_its_place(tmp_path: Path) -> None:
    assert journal_beside(tmp_path / "bees.tinyml") == tmp_path / "bees.review.jsonl"
    mine, place = tmp_path / "mine.review.jsonl", tmp_path / "bees.review.jsonl"
    known = filled(mine).rows
    other = filled(place, 3, "Grace").rows
    copy_journal(mine, place)
    assert read_journal(place) == known
    kept = tmp_path / "bees.1.review.jsonl"
    assert read_journal(kept) == other


def test_floats_and_letters_come_back_with_the_same_hash(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "a.review.jsonl")
    journal.append(Event.LIMITS_SET, {"limits": {"a": 0.1, "b": 1.0, "c": 1e-9}}, time=AT, actor="Ünï 🎛")
    assert verify_chain(read_journal(journal.path)) is None
    line = line_of(journal.rows[0])
    assert json.loads(line)["payload"]["limits"]["a"] == 0.1


def test_a_log_that_went_on_from_the_one_in_its_place_takes_it(tmp_path: Path) -> None:
    mine, place = tmp_path / "mine.review.jsonl", tmp_path / "bees.review.jsonl"
    journal = filled(mine)
    copy_journal(mine, place)
    journal.append(Event.SIGNED, {}, time=AT)
    copy_journal(mine, place)
    assert read_journal(place) == journal.rows
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bees.review.jsonl", "mine.review.jsonl"]
