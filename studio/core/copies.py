"""Copies of the data's files without what tells of people: what came of them, and those that were never finished."""

import contextlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.core.checks.data_details import FoundKind
from studio.core.phrases import phrase, phrase_count

UNFINISHED = "THESE-COPIES-ARE-NOT-FINISHED.txt"  # lies in the folder until all copies are there
_NAMED = 5


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of the data's files in `folder`; `data` is what to open there in the place of the data.

    `stripped` of all `files` lost something: `taken` says what was known of it. `left` is what the copies still tell,
    and `unread` names those of which that could not be said, or not to the end.
    """

    folder: str
    data: str
    files: int
    stripped: int
    taken: tuple[FoundKind, ...] = ()
    left: tuple[FoundKind, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def clean(self) -> bool:
        """True where nothing is left in them that must go, as far as one could look."""
        return not self.unread and not any(kind.serious for kind in self.left)


def words_of(copies: Copies) -> str:
    """What was done, what was taken out, and what could not be."""
    files = phrase_count("{count:,} file is copied", "{count:,} files are copied", copies.files)
    if not copies.stripped:
        words = phrase("{files} to {folder}, as they were.", files=files, folder=copies.folder)
    elif copies.taken:
        words = phrase(
            "{files} to {folder}. Taken out of {stripped}: {kinds}.",
            files=files,
            folder=copies.folder,
            stripped=f"{copies.stripped:,}",
            kinds=listed(copies.taken),
        )
    else:
        words = phrase(
            "{files} to {folder}. Notes were taken out of {stripped}.",
            files=files,
            folder=copies.folder,
            stripped=f"{copies.stripped:,}",
        )
    return " ".join(one for one in (words, what_is_left(copies)) if one)


def what_is_left(copies: Copies) -> str:
    """What could not be taken out of the copies, and what could not be looked at; "" for nothing."""
    words = []
    if copies.left:
        words.append(
            phrase(
                "Could not be taken out: {kinds}. Change these yourself, in the copies.",
                kinds=listed(copies.left),
            )
        )
    if copies.unread:
        words.append(
            phrase_count(
                "{count} file could not be looked at to the end, such as {file}: look yourself.",
                "{count} files could not be looked at to the end, such as {file}: look yourself.",
                len(copies.unread),
                file=copies.unread[0],
            )
        )
    return " ".join(words)


def listed(kinds: Sequence[FoundKind]) -> str:
    """Kinds with their counts, the first ones by name."""
    words = [
        phrase_count(
            "{kind} ({count} file, {file})",
            "{kind} ({count} files, such as {file})",
            one.files,
            kind=one.kind,
            file=one.such_as[0],
        )
        for one in kinds[:_NAMED]
    ]
    if len(kinds) > _NAMED:
        words.append(phrase_count("{count} more kind", "{count} more kinds", len(kinds) - _NAMED))
    return "; ".join(words)


def remove_unfinished(folder: Path) -> str:
    """Remove copies in `folder` that were never finished; what came of that in words, "" where there are none."""
    mark = folder / UNFINISHED
    if not mark.is_file():
        return ""
    for entry in folder.iterdir():
        if entry == mark:
            continue
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                entry.unlink()
    if any(entry != mark for entry in folder.iterdir()):  # the mark stays with what is left
        return phrase("Half-made copies are left in {folder}: delete that folder.", folder=folder)
    with contextlib.suppress(OSError):
        mark.unlink()
        folder.rmdir()
    return phrase("The copies made so far were removed.")
