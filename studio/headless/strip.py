"""Copies of data without what its files tell of people, without a window."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.core.checks.data_details import FoundKind
from studio.core.codec import to_json
from studio.core.copies import Copies, remove_unfinished, what_is_left
from studio.core.errors import StudioError
from studio.headless.tables import table
from studio.headless.worker_client import WorkerClient


@dataclass(frozen=True, slots=True)
class StripOutcome:
    """What came of it: `summary` is the JSON line's content; the exit code is 1 where something is left to be done."""

    exit_code: int
    summary: dict[str, object]
    copies: Copies


def strip(data: Path, folder: Path, say: Callable[[str], None]) -> StripOutcome:
    """Copy the files at `data` to the new or empty `folder`, and say what was taken out and what could not be."""
    if not data.exists():
        raise StudioError(f"There is nothing at {data}. Give the folder, or the file, that holds the data.")
    begun = not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
    try:
        with WorkerClient(_show_progress) as worker:
            arguments = {"source": str(data.resolve()), "folder": str(folder.resolve())}
            copies: Copies = worker.run("strip_copies", arguments)
    except BaseException:  # Ctrl+C ends the worker in the middle
        if begun and (words := remove_unfinished(folder)):
            print(f"tinyml-studio: {words}", file=sys.stderr)
        raise
    finally:
        _clear_progress()
    say(
        table(
            f"Copies of {data.name}",
            [
                ("Folder", copies.folder),
                ("Files copied", f"{copies.files:,}"),
                ("Files that lost notes", f"{copies.stripped:,}"),
            ],
        )
    )
    for heading, kinds in (("Taken out", copies.taken), ("Still in the copies", copies.left)):
        if kinds:
            say(table(heading, [_line(kind) for kind in kinds], ("what", "files", "such as", "")))
    left = what_is_left(copies)
    if left:
        say(left)
    problems = [left] if not copies.clean else []
    summary = {**to_json(copies), "clean": copies.clean, "problems": problems}
    return StripOutcome(1 if problems else 0, summary, copies)


def _line(kind: FoundKind) -> tuple[str, ...]:
    return (kind.kind, f"{kind.files:,}", ", ".join(kind.such_as), "must go" if kind.serious else "")


def _show_progress(share: float, text: str) -> None:
    if sys.stderr.isatty():
        print(f"\r\033[K{share * 100:3.0f} %  {text}", end="", file=sys.stderr, flush=True)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr, flush=True)
