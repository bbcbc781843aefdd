"""The cache: whole or not there at all."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.worker import cache


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path / "cache"))


def test_what_is_kept_is_found_by_its_content() -> None:
    path, sha256 = cache.keep_artifact(b"model")
    assert cache.find_artifact(sha256) == path
    assert cache.keep_artifact(b"model") == (path, sha256)


def test_damaged_content_is_not_found() -> None:
    path, sha256 = cache.keep_artifact(b"model")
    path.write_bytes(b"mod")
    assert cache.find_artifact(sha256) is None
    assert cache.keep_artifact(b"model")[0].read_bytes() == b"model"


def test_records_and_arrays_come_back_or_are_missing() -> None:
    key = cache.key_of("a", 1, 0.5)
    assert cache.find_record("kind", key) is None
    cache.keep_record("kind", key, {"x": [1, "two"]})
    assert cache.find_record("kind", key) == {"x": [1, "two"]}
    path = cache.keep_arrays("kind", key, x=np.arange(3))
    found = cache.find_arrays("kind", key)
    assert found is not None
    assert found["x"].tolist() == [0, 1, 2]
    path.write_bytes(path.read_bytes()[:40])
    assert cache.find_arrays("kind", key) is None


def test_keys_tell_causes_apart() -> None:
    assert cache.key_of("ab", "c") != cache.key_of("a", "bc")
    assert cache.key_of("1") != cache.key_of(1)


def test_a_folder_holds_what_was_given_and_nothing_older() -> None:
    cache.keep_folder("sources", "k", {"a.c": "1", "b.c": "2"})
    folder = cache.keep_folder("sources", "k", {"a.c": "3"})
    assert {file.name: file.read_text() for file in folder.iterdir()} == {"a.c": "3"}


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file, no folder")
    with pytest.raises(StudioError, match="Choose another place"):
        cache.keep_artifact(b"model")
