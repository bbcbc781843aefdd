"""What an export was made from: recorded without paths, and bound to the studio's own files."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.core import making
from studio.core.board import find_board
from studio.core.codec import from_json, to_json
from studio.core.formats.delivery import Delivery, End, ExportEngine, SensorStub
from studio.core.formats.vectors import flash_vectors_header, read_vectors, vectors_header
from studio.core.making import Making, edition_of_studio, making_of
from tests.core import made

DELIVERY = Delivery(
    "waves", "Waves", "", find_board("virtual_cortex_m4"), ExportEngine.STUDIO_C, SensorStub.LINK, ("a", "b"), "int8",
    "0", "0" * 64, b"", End((1, 2), "int8", 0.5, 0), End((1, 2), "int8", 0.5, 0), {},
    vectors=((bytes(range(40)), b"\x00\xff"), (bytes(40), b"\x01\x02")),
)  # fmt: skip


def test_a_making_is_read_back_and_names_no_path_of_this_computer(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    assert results.dataset is not None
    dataset = replace(results.dataset, source=str(tmp_path), mapped=str(tmp_path), notes=(str(tmp_path),))
    found = to_json(making_of(DELIVERY, results.build, dataset, "zig"))
    assert str(tmp_path) not in str(found)
    assert from_json(Making, found) == making_of(DELIVERY, results.build, dataset, "zig")


def test_the_edition_is_the_same_each_time_it_is_asked_for() -> None:
    first = edition_of_studio()
    edition_of_studio.cache_clear()
    assert edition_of_studio() == first
    assert len(first) == 64


def test_the_edition_is_another_one_with_any_line_that_decides_what_is_computed_or_exported(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = edition_of_studio()
    own = dict(making._own_files())
    assert {"worker/build.py", "compiler/plan.py", "core/making.py", "boards/microbit_v2.toml"} <= set(own)
    assert {"firmware/link/studio_app.c", "checklists/limits.toml"} <= set(own)
    assert {"device/virtual_board_machine.py", "device/validation.py", "device/virtual_chip.c"} <= set(own)
    changed = tmp_path / "changed"
    for name in (
        "worker/build.py",
        "firmware/link/studio_app.c",
        "device/virtual_board.py",
        "device/virtual_chip.c",
    ):
        changed.write_bytes(own[name].read_bytes() + b"\n")
        monkeypatch.setattr(making, "_own_files", lambda name=name: iter((own | {name: changed}).items()))
        edition_of_studio.cache_clear()
        assert edition_of_studio() != first
    monkeypatch.undo()
    edition_of_studio.cache_clear()
    assert edition_of_studio() == first


def test_golden_vectors_are_read_from_both_of_their_files() -> None:
    assert read_vectors(vectors_header(DELIVERY)) == DELIVERY.vectors
    assert read_vectors(flash_vectors_header(DELIVERY)) == DELIVERY.vectors


def test_what_holds_no_golden_vectors_gives_none() -> None:
    for content in (b"", b"int main(void);", vectors_header(DELIVERY).replace(b"255", b"256"), b"\xff" * 99):
        assert read_vectors(content) == ()
