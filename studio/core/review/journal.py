"""The file of a review's log: one row at a time, on the disk before it counts, safe from a second window."""

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio.core.canonical import digest
from studio.core.places import cache
from studio.core.review.log import (
    Event,
    Head,
    Row,
    head_of,
    line_of,
    next_row,
    read_rows,
    restart,
    verify_chain,
    why_not_continued,
)
from studio.core.storage import read_error, write_error

SUFFIX = ".review.jsonl"


class Journal:
    """Appends rows to the log at `path`, and keeps those that are there, whoever wrote them.

    Every row is chained to the last one on the disk, under a lock, so that two windows keep one chain. A row is written
    whole or not at all: on a full disk what was begun is taken back. Each writing waits for the disk (some
    milliseconds).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._rows: tuple[Row, ...] = ()
        self._read = 0
        self._broken = ""

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, as far as they were read."""
        return self._rows

    @property
    def head(self) -> Head:
        """Where the log ends."""
        return head_of(self._rows)

    @property
    def broken(self) -> str:
        """What is wrong with the chain, as a sentence, or ""."""
        return self._broken

    def refresh(self) -> tuple[Row, ...]:
        """Read what others wrote since; all rows. Raises StudioError where the file cannot be read."""
        try:
            size = self.path.stat().st_size
        except FileNotFoundError:
            self._forget()
            return self._rows
        except OSError as error:
            raise read_error(self.path, error) from error
        if size < self._read:  # cut off or written anew
            self._forget()
        if size > self._read:
            self._take(self._content(self._read))
        return self._rows

    def take_up(self, known: Head, time: str) -> str:
        """Go on with the log that ended at `known` when it was last seen; what speaks against that, or "".

        Where it is gone a new one begins, and says so in its first row. Raises StudioError where the file cannot be
        read or written.
        """
        rows = self.refresh()
        if not rows and known.rows and not self._broken:
            self.append(Event.LOG_RESTARTED, restart(known), time=time)
        return self._broken or why_not_continued(self._rows, known) or ""

    def append(
        self,
        event: Event,
        payload: dict[str, Any],
        *,
        time: str,
        actor: str = "",
        subject_hash: str = "",
    ) -> Row:
        """Write a row and wait until it is on the disk. Raises StudioError where it cannot; the log is as before."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with _locked(self.path) as descriptor:
                self.refresh()
                size = os.fstat(descriptor).st_size
                if size > self._read:  # a row that was never finished
                    os.ftruncate(descriptor, self._read)
                row = next_row(self.head, event, payload, time=time, actor=actor, subject_hash=subject_hash)
                self._write(descriptor, line_of(row))
        except OSError as error:
            raise write_error(self.path, error) from error
        self._rows = (*self._rows, row)
        return row

    def _write(self, descriptor: int, line: bytes) -> None:
        start = self._read
        os.lseek(descriptor, start, os.SEEK_SET)
        try:
            written = os.write(descriptor, line)
            while written < len(line):
                written += os.write(descriptor, line[written:])
            os.fsync(descriptor)
        except OSError:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, start)
            raise
        self._read = start + len(line)

    def _content(self, start: int) -> bytes:
        try:
            with self.path.open("rb") as stream:
                stream.seek(start)
                return stream.read()
        except OSError as error:
            raise read_error(self.path, error) from error

    def _take(self, content: bytes) -> None:
        rows = read_rows(content, self.path.name)
        if not self._broken:
            self._broken = verify_chain(rows, self.head) or ""
        self._rows = (*self._rows, *rows)
        self._read += content.rfind(b"\n") + 1

    def _forget(self) -> None:
        self._rows, self._read, self._broken = (), 0, ""


def journal_beside(project: Path) -> Path:
    """Where the log of a project's file is: bees.tinyml → bees.review.jsonl."""
    return project.with_name(f"{project.stem}{SUFFIX}")


def journal_unsaved(model: str, review: str) -> Path:
    """Where the log of a project without a file is, by the path of its model; saving the project takes it along.

    `review` names whose it is: that of all runs in the terminal, or of one window since it opened the model, so that
    what was opened in another window does not count here.
    """
    return cache() / "reviews" / f"{digest([model, review])[:20]}{SUFFIX}"


def read_journal(path: Path) -> tuple[Row, ...]:
    """The rows of a log's file; none where there is no file. StudioError where it is no log."""
    return Journal(path).refresh()


def copy_journal(before: Path, after: Path) -> None:
    """Copy a log to the place of a saved project; another one that is there already is kept under another name."""
    if before == after or not before.is_file():
        return
    try:
        content = before.read_bytes()
        if after.is_file():
            if content.startswith(after.read_bytes()):
                after.unlink()
            else:
                after.replace(_free_name(after))
        with after.open("xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise write_error(after, error) from error


def _free_name(path: Path) -> Path:
    stem = path.name.removesuffix(SUFFIX)
    number = 1
    while (found := path.with_name(f"{stem}.{number}{SUFFIX}")).exists():
        number += 1
    return found


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, 0x7FFF_0000, os.SEEK_SET)  # beyond the rows, so that others can read them
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, 0x7FFF_0000, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[int]:
    """The log's file, open for writing, while nobody else writes."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags, 0o666)
    try:
        _lock(descriptor)
        try:
            yield descriptor
        finally:
            _unlock(descriptor)
    finally:
        os.close(descriptor)
