"""Each room imports only from the rooms that the design allows."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

STUDIO = Path(__file__).parent.parent / "studio"

ROOMS: dict[str, set[str]] = {
    "core": set(),
    "compiler": {"core"},
    "worker": {"core", "compiler"},
    "device": {"core"},
    "headless": {"core", "compiler", "device"},
    "ui": {"core", "device"},
    "printer": set(),
}

# Packages that only some rooms may import; every other package is free.
KEPT_TO: dict[str, set[str]] = {
    "tensorflow": {"worker"},
    "keras": {"worker"},
    "tf_keras": {"worker"},
    "h5py": {"worker"},
    "PIL": {"worker"},
    "ai_edge_litert": {"worker"},
    "ai_edge_quantizer": {"worker"},
    "optuna": {"worker"},
    "PySide6": {"ui", "printer"},
    "pyqtgraph": {"ui"},
    "serial": {"device"},
    "unicorn": {"device"},
    "elftools": {"compiler", "device"},
}
# cryptography: an extra, imported where a person signs with a key and nowhere else (core/review/signing.py).
CORE_MAY = {"numpy", "cryptography"}
# Take a second or more to import: inside functions that only the worker calls.
SLOW = {"scipy", "sklearn", "fairlearn", "pandas"}
# What rooms inside core may import besides.
ALSO: dict[str, set[str]] = {"checks": SLOW, "review": {"cryptography"}}


@cache
def imported(file: Path) -> tuple[str, ...]:
    return tuple(_named(ast.parse(file.read_text(encoding="utf-8"))))


def _named(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def files(room: str) -> list[Path]:
    return sorted((STUDIO / room).rglob("*.py"))


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_the_rooms_it_may(room: str) -> None:
    allowed = ROOMS[room] | {room, "__version__"}
    for file in files(room):
        for name in imported(file):
            parts = name.split(".")
            if parts[0] == "studio" and len(parts) > 1:
                assert parts[1] in allowed, f"{file.relative_to(STUDIO)} imports {name}"


@pytest.mark.parametrize("package", sorted(KEPT_TO))
def test_a_heavy_package_stays_in_its_room(package: str) -> None:
    for room in ROOMS:
        if room in KEPT_TO[package]:
            continue
        for file in files(room):
            names = {name.split(".")[0] for name in imported(file)}
            assert package not in names, f"{file.relative_to(STUDIO)} imports {package}"


def test_core_imports_the_standard_library_and_numpy_only() -> None:
    import sys

    for file in files("core"):
        for name in imported(file):
            top = name.split(".")[0]
            may = CORE_MAY | {"studio"} | ALSO.get(file.parent.name, set())
            assert top in sys.stdlib_module_names or top in may, f"{file.name} imports {name}"


def test_slow_packages_are_imported_where_they_are_used_and_not_before() -> None:
    for file in sorted(STUDIO.rglob("*.py")):
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            names = ast.Module([node], []) if isinstance(node, ast.Import | ast.ImportFrom) else None
            found = {name.split(".")[0] for name in _named(names)} if names else set()
            assert not found & SLOW, f"{file.relative_to(STUDIO)} imports {found & SLOW} at its top"


def test_unicorn_is_imported_in_the_virtual_boards_process_alone() -> None:
    for file in files("device"):
        if not file.name.startswith("virtual_board"):
            assert "unicorn" not in {name.split(".")[0] for name in imported(file)}, file.name
            assert not any(name.startswith("studio.device.virtual_board") for name in imported(file)), (
                file.name
            )


def test_widgets_know_core_and_qt_only_and_pages_no_other_page() -> None:
    ui = STUDIO / "ui"
    for file in sorted((ui / "widgets").rglob("*.py")):
        for name in imported(file):
            if (
                name.startswith("studio.")
                and name != "studio.ui"
                and not name.startswith(
                    (
                        "studio.core",
                        "studio.ui.widgets",
                        "studio.ui.theme",
                        "studio.ui.icons",
                        "studio.ui.aside",
                    )
                )
            ):
                raise AssertionError(f"{file.name} imports {name}")
    for file in sorted((ui / "pages").rglob("*.py")):
        if file.name == "__init__.py":
            continue
        for name in imported(file):
            assert not name.startswith("studio.ui.pages"), f"{file.name} imports {name}"
