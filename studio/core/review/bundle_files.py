"""The files of a bundle's folder, as whoever verifies it reads them."""

import hashlib
import json
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.review.findings import MANIFEST
from studio.core.storage import read_error


def no_bundle(folder: Path) -> StudioError:
    """The sentence for a folder that is none."""
    return StudioError(
        phrase(
            "{folder} is no export of the studio: it has no {manifest}. Give the exported folder.",
            folder=folder,
            manifest=MANIFEST,
        )
    )


def read_file(path: Path) -> bytes:
    """What a file holds; StudioError where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def read_text(path: Path) -> str:
    """A file's text, "" where there is none."""
    return read_file(path).decode("utf-8", "replace") if path.is_file() else ""


def hash_of(path: Path) -> str:
    """The SHA-256 of a file, "" where there is none."""
    return hashlib.sha256(read_file(path)).hexdigest() if path.is_file() else ""


def read_object(path: Path) -> dict[str, Any]:
    """The JSON object in a file of an export; StudioError where it holds none."""
    try:
        found = json.loads(read_file(path))
    except (ValueError, RecursionError) as error:
        raise StudioError(
            phrase("{file} is not of an export by the studio ({why}).", file=path, why=error)
        ) from error
    if not isinstance(found, dict):
        raise StudioError(phrase("{file} is not of an export by the studio.", file=path))
    return found
