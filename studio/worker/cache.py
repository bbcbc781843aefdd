"""What the worker computed before: contents named by their SHA-256, and records named by what they came from."""

import hashlib
import json
import os
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError
from studio.core.making import edition_of_studio
from studio.core.model import Model
from studio.core.phrases import language
from studio.core.places import cache
from studio.core.storage import read_error, write_error


def key_of(*causes: str | int | float) -> str:
    """The name (64 hex digits) of what this edition of the studio, in this language, makes of `causes`."""
    return hashlib.sha256(
        "\0".join((edition_of_studio(), language(), *map(repr, causes))).encode()
    ).hexdigest()


def keep_artifact(content: bytes, suffix: str = ".tflite") -> tuple[Path, str]:
    """Store `content` under its SHA-256; returns its path and that SHA-256."""
    sha256 = hashlib.sha256(content).hexdigest()
    path = cache() / "artifacts" / f"{sha256}{suffix}"
    if not _is_whole(path, sha256):
        _write(path, content)
    return path, sha256


def find_artifact(sha256: str, suffix: str = ".tflite") -> Path | None:
    """The path of stored content, or None if it is gone or damaged."""
    path = cache() / "artifacts" / f"{sha256}{suffix}"
    return path if _is_whole(path, sha256) else None


def content_of(model: Model) -> bytes:
    """The bytes of the model's .tflite; raises StudioError where the cache lost them."""
    artifact = find_artifact(model.artifact_sha256)
    if artifact is not None:
        return artifact.read_bytes()
    try:  # the cache may have moved since the model was loaded
        content = Path(model.artifact).read_bytes()
    except OSError as error:
        raise read_error(Path(model.artifact), error) from error
    if keep_artifact(content)[1] != model.artifact_sha256:
        raise StudioError("The converted model in the cache changed. Load the model again.")
    return content


def keep_record(kind: str, key: str, record: dict[str, Any]) -> None:
    """Store JSON values as what `key` led to."""
    _write(cache() / kind / f"{key}.json", json.dumps(record).encode())


def find_record(kind: str, key: str) -> dict[str, Any] | None:
    """What `keep_record` stored, or None if it is not there or damaged."""
    try:
        found = json.loads((cache() / kind / f"{key}.json").read_bytes())
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def keep_arrays(kind: str, key: str, **arrays: npt.NDArray[Any]) -> Path:
    """Store arrays as an .npz; returns its path."""
    stream = BytesIO()
    np.savez(stream, **arrays)  # type: ignore[arg-type]
    path = cache() / kind / f"{key}.npz"
    _write(path, stream.getvalue())
    return path


def find_arrays(kind: str, key: str) -> dict[str, npt.NDArray[Any]] | None:
    """What `keep_arrays` stored, or None if it is not there or damaged."""
    try:
        content = BytesIO((cache() / kind / f"{key}.npz").read_bytes())
        with np.load(content, allow_pickle=False) as archive:
            return {name: archive[name] for name in archive.files}
    except Exception:  # a torn .npz fails in many ways (zip, zlib, header); each means: compute it again
        return None


def keep_folder(kind: str, key: str, files: dict[str, str]) -> Path:
    """Store text files in a folder of their own, no others beside them; returns it."""
    folder = cache() / kind / key
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            if old.name not in files:
                old.unlink()
    except OSError as error:
        raise write_error(folder, error) from error
    for name, text in files.items():
        content = text.encode()
        if not _is_whole(folder / name, hashlib.sha256(content).hexdigest()):
            _write(folder / name, content)
    return folder


def _is_whole(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except OSError:
        return False


def _write(path: Path, content: bytes) -> None:
    """Write whole or not at all, without waiting for the disk: readers check what they find."""
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".new-")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise write_error(path, error) from error
