"""Where files are kept, and a disk without room for them."""

import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from studio.core.places import why_cache_is_full


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(("free", "is_full"), [(0, True), (4096, True), (1 << 30, False)])
def test_a_disk_without_room_is_named(
    free: int, is_full: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / "not" / "there" / "yet"))
    monkeypatch.setattr(shutil, "disk_usage", lambda place: Usage(1 << 30, 0, free))
    found = why_cache_is_full()
    assert ("is full: free some space there." in found) is is_full
    assert bool(found) is is_full
