"""What an export was made from besides model and review, so that its files can be made again from its own record."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from studio.core.build import Build, Optimize
from studio.core.dataset import Dataset
from studio.core.evaluation import Evaluation
from studio.core.formats.delivery import Delivery, SensorStub
from studio.core.formatting import show_share
from studio.core.phrases import ENGLISH, language
from studio.core.places import firmware, resources

_STUDIO = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Making:
    """What manifest.json holds of it.

    `edition` is that of the studio that exported (`edition_of_studio`). `name` and `title` are the project's, before a
    bench build's mark; `optimize` is what the C was tuned for, None where there is none. `dataset` is without paths.
    `arena_bytes` and `arena_measured` are TensorFlow Lite Micro's; `builder` says what built the image for the virtual
    board ("": there is none). `language` is what the papers speak (`phrases.language`); older records name none.
    """

    edition: str
    name: str
    title: str
    version: str
    sensor: SensorStub
    optimize: Optimize | None
    dataset: Dataset | None
    arena_bytes: int = 0
    arena_measured: bool = False
    builder: str = ""
    language: str = ENGLISH


def making_of(delivery: Delivery, build: Build | None, dataset: Dataset | None, builder: str = "") -> Making:
    """What to record of an export; `delivery` as it is before a bench build's marks."""
    return Making(
        edition=edition_of_studio(),
        name=delivery.name,
        title=delivery.title,
        version=delivery.version,
        sensor=delivery.sensor,
        optimize=build.optimize if build is not None else None,
        dataset=_without_paths(dataset) if dataset is not None else None,
        arena_bytes=delivery.arena_bytes,
        arena_measured=delivery.arena_measured,
        builder=builder,
        language=language(),
    )


def summary_of(evaluation: Evaluation | None) -> str:
    """One sentence on how accurate the model is, as libraries carry it: in English, as all generated code."""
    if evaluation is None:
        return "Its accuracy was not measured."
    share = show_share(evaluation.accuracy, evaluation.n)
    return f"{evaluation.metric.capitalize()} {share} on {evaluation.n} test samples."


@lru_cache(maxsize=1)
def edition_of_studio() -> str:
    """SHA-256 over the studio's own files that decide what is computed and exported: the version says too little.

    They are the worker, the compiler, core, device, the C sources, boards and checklists. Line ends do not count.
    """
    found = hashlib.sha256()
    for name, path in _own_files():
        content = path.read_bytes().replace(b"\r\n", b"\n")
        found.update(f"{name} {hashlib.sha256(content).hexdigest()}\n".encode())
    return found.hexdigest()


def _own_files() -> Iterator[tuple[str, Path]]:
    kept = (
        (_STUDIO / "core", "*.py"),
        (_STUDIO / "compiler", "*.py"),
        (_STUDIO / "worker", "*.py"),
        (_STUDIO / "device", "*.py"),
        (_STUDIO / "device", "*.c"),
        (firmware(), "*"),
        (resources() / "boards", "*.toml"),
        (resources() / "checklists", "*"),
        (resources() / "names", "*"),
        (resources() / "languages", "*.mo"),
    )
    for folder, pattern in kept:
        for path in sorted(folder.rglob(pattern)):
            if path.is_file() and "__pycache__" not in path.parts:
                yield f"{folder.name}/{path.relative_to(folder).as_posix()}", path


def _without_paths(dataset: Dataset) -> Dataset:
    return replace(dataset, path="", source="", mapped="", notes=(), steps=())
