"""Files written whole or not at all, and the sentences for disks that are full or closed."""

import errno
import hashlib
import os
import tempfile
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.phrases import phrase


def sha256_of(path: Path) -> str:
    """The SHA-256 (64 hex digits) of a file, or of a folder's sorted relative paths and contents."""
    digest = hashlib.sha256()
    try:
        if path.is_dir():
            for item in sorted(entry for entry in path.rglob("*") if entry.is_file()):
                digest.update(item.relative_to(path).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(item.read_bytes()).digest())
        else:
            digest.update(path.read_bytes())
    except OSError as error:
        raise read_error(path, error) from error
    return digest.hexdigest()


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` to `path` so that a reader sees the old file or the new one, never a part.

    The folder is made if it is missing. Raises StudioError when the disk or the folder refuses; the old
    file is then untouched.
    """
    temporary: str | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)
        raise write_error(path, error) from error


def read_error(path: Path, error: OSError) -> StudioError:
    """The sentence for a file that could not be read."""
    if isinstance(error, FileNotFoundError):
        words = phrase("There is no file at {file}. Check the path, or pick the file again.", file=path)
    elif isinstance(error, PermissionError):
        words = phrase(
            "{file} may not be read by you. Change its permissions or copy it elsewhere.", file=path
        )
    elif isinstance(error, IsADirectoryError):
        words = phrase("{file} is a folder. Pick a file inside it.", file=path)
    else:
        why = error.strerror or error
        words = phrase("{file} could not be read ({why}). Pick another file.", file=path, why=why)
    return StudioError(words)


def write_error(path: Path, error: OSError) -> StudioError:
    """The sentence for a file that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        words = phrase(
            "The disk is full: {file} was not written, nothing older was changed. Free some space and try again.",
            file=path,
        )
    elif isinstance(error, PermissionError) or error.errno == errno.EROFS:
        words = phrase("{file} may not be written by you. Choose another folder.", file=path)
    elif isinstance(error, NotADirectoryError | FileExistsError):
        words = phrase("{folder} is not a folder. Choose another place.", folder=path.parent)
    else:
        why = error.strerror or error
        words = phrase("{file} could not be written ({why}). Choose another place.", file=path, why=why)
    return StudioError(words)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
