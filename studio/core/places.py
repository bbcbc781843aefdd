"""Where the studio's own files are, installed or in a checkout, and where it keeps what it computed."""

import os
import shutil
import sys
from pathlib import Path

SAMPLES = ("digits", "gestures", "sine")
"""The projects that come with the studio, by the names of their folders."""

_ROOM_BYTES = 1 << 20
_PACKAGE = Path(__file__).resolve().parent.parent


def _shipped(name: str) -> Path:
    """The folder `name`: inside the installed package, or at the top of a checkout."""
    inside = _PACKAGE / "_shipped" / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resources() -> Path:
    """The folder with boards, checklists, samples and icons."""
    return _shipped("resources")


def is_sample(path: Path) -> bool:
    """True for a file that comes with the studio, beside which nothing is to be written."""
    return path.resolve().is_relative_to((resources() / "samples").resolve())


def sample_project(name: str) -> Path:
    """The project file of one of SAMPLES."""
    return resources() / "samples" / name / "project.tinyml"


def firmware() -> Path:
    """The folder with the C sources: kernels, link and ports."""
    return _shipped("firmware")


def cache() -> Path:
    """The folder for computed results; TINYML_STUDIO_CACHE moves it, deleting it loses only time."""
    chosen = os.environ.get("TINYML_STUDIO_CACHE")
    if chosen:
        return Path(chosen)
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "tinyml-studio"
    if os.name == "nt":
        return Path(os.environ.get("LOCALAPPDATA", str(Path.home()))) / "tinyml-studio" / "cache"
    return Path(os.environ.get("XDG_CACHE_HOME", str(Path.home() / ".cache"))) / "tinyml-studio"


def why_cache_is_full() -> str:
    """A sentence where the disk with the cache has no room, so that a process there may end without a word; else ""."""
    place = cache()
    while not place.exists() and place != place.parent:
        place = place.parent
    try:
        free = shutil.disk_usage(place).free
    except OSError:
        return ""
    return "" if free > _ROOM_BYTES else f"The disk with {cache()} is full: free some space there."
