"""Are the files in a bundle's folder those that its manifest names: all of them, as exported, and no others?"""

import hashlib
import os
from pathlib import Path

from studio.core.papers import CARD, README, SHEET
from studio.core.phrases import phrase, phrase_count
from studio.core.review.findings import (
    FIGURES,
    FILES,
    LOG_FILE,
    MANIFEST,
    RECORD,
    RECORD_SCHEMA,
    SEAL,
    SUMS,
    Finding,
)
from studio.core.storage import read_error

_ALWAYS = (RECORD, RECORD_SCHEMA, LOG_FILE, FIGURES, README, CARD, SHEET)
_OWN = frozenset({MANIFEST, SUMS, SEAL})


def inventory(folder: Path, entries: dict[str, str], always: tuple[str, ...], names: str) -> list[Finding]:
    """What is missing, changed, or more than was exported.

    `entries` are the files that `names` (manifest.json, or SHA256SUMS) names, with their hashes; `always` those that
    this bundle must name besides the record that each has. Whatever else lies there is a fault: compilers, make and
    Arduino take what they find, and follow links.
    """
    lying, links, faults = _lying_in(folder)
    same = 0
    for name, sha256 in sorted(entries.items()):
        if name in links:
            faults.append(_link(name))
        elif name not in lying:
            faults.append(_fault(phrase("{file} is missing.", file=name)))
        elif not (found := _hash_of(folder / name)):
            faults.append(_fault(phrase("{file} cannot be read.", file=name)))
        elif found != sha256:
            faults.append(_fault(phrase("{file} was changed after the export.", file=name)))
        else:
            same += 1
    due = (*_ALWAYS, *always)
    faults += [
        _fault(phrase("{list} does not name {file}, and an export has it.", list=names, file=name))
        for name in due
        if name not in entries
    ]
    faults += [_link(name) for name in sorted(links & _OWN)]
    for name in sorted((lying | links) - _OWN - {*entries, *due}):
        words = phrase("{file} is not of the export. Take it out and verify again.", file=name)
        if name in links:
            words = phrase(
                "{file} is a link, and is not of the export. Take it out and verify again.", file=name
            )
        faults.append(_fault(words))
    if same == len(entries):
        words = phrase_count(
            "All {count} files are as they were exported.",
            "All {count} files are as they were exported.",
            same,
        )
        faults.insert(0, Finding(FILES, True, words))
    return faults


def _lying_in(folder: Path) -> tuple[frozenset[str], frozenset[str], list[Finding]]:
    """The files and the links below `folder`, by their paths with slashes, and a fault for what cannot be told."""
    files, links, faults = set(), set(), []
    waiting = [(folder, "")]
    while waiting:
        place, before = waiting.pop()
        try:
            with os.scandir(place) as found:
                lying = sorted(found, key=lambda one: one.name)
        except OSError as error:
            faults.append(_fault(str(read_error(place, error))))
            continue
        for one in lying:
            name = before + one.name
            if one.is_symlink():
                links.add(name)
            elif one.is_dir(follow_symlinks=False):
                waiting.append((Path(one.path), f"{name}/"))
            elif one.is_file(follow_symlinks=False):
                files.add(name)
            else:
                words = phrase(
                    "{file} is neither a file nor a folder. Take it out and verify again.", file=name
                )
                faults.append(_fault(words))
    return frozenset(files), frozenset(links), faults


def _hash_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _link(name: str) -> Finding:
    return _fault(phrase("{file} is a link, and not the file that was exported.", file=name))


def _fault(sentence: str) -> Finding:
    return Finding(FILES, False, sentence)
