"""Caches of tests' own, which share what the C compiler built: that is named by its content, and takes minutes."""

from pathlib import Path

from studio.core import places

_BUILT = ("built", "zig")


def own_cache(folder: Path) -> Path:
    """Make `folder` a cache whose results are its own; what is built stays in the cache of whoever runs the tests."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in _BUILT:
        shared = (places.cache() / name).resolve()
        shared.mkdir(parents=True, exist_ok=True)
        (folder / name).symlink_to(shared, target_is_directory=True)
    return folder
