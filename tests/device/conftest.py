"""A real firmware image with a small hand-written model, and its arithmetic in numpy."""

import os
import select
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.compiler.firmware import build_virtual
from studio.compiler.sources import Optimize, SourceFile, Sources, TensorSpec
from studio.device.link import Event, Link

TINY = Path(__file__).parent.parent / "firmware" / "tiny_model"


@pytest.fixture(scope="session")
def elf() -> Path:
    spec = TensorSpec((4,), "int8", 0.25, -2)
    files = tuple(SourceFile(path.name, path.read_text("utf-8")) for path in sorted(TINY.iterdir()))
    sources = Sources(
        files, 16, 16, 12, spec, spec, (), (), ("idle", "shake", "café"), "", Optimize.BALANCED
    )  # fmt: skip
    return build_virtual(sources).elf_path


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven samples for the sensor."""
    path = tmp_path_factory.mktemp("sensor") / "x.npy"
    np.save(path, np.arange(28, dtype=np.int8).reshape(7, 4))
    return path


@pytest.fixture(scope="session")
def expected() -> Callable[[np.ndarray], np.ndarray]:
    """What the small model answers."""

    def run(x: np.ndarray) -> np.ndarray:
        weights = np.array([[1, 2, 3, 4], [-1, 0, 1, 0], [5, -5, 5, -5]])
        halves = np.trunc(x / 2).astype(int)
        answer: np.ndarray = np.clip(halves @ weights.T, -128, 127).astype(np.int8)
        return answer

    return run


@pytest.fixture
def until() -> Callable[..., list[Event]]:
    """Takes events from a link until one satisfies the condition; all that came, that one last."""

    def take(link: Link, condition: Callable[[Event], bool], seconds: float = 10) -> list[Event]:
        came: list[Event] = []
        while link.wait(seconds):
            for event in link.take():
                came.append(event)
                if condition(event):
                    return came
        raise AssertionError(f"waited {seconds} s in vain; came: {came[-5:]}")

    return take


@pytest.fixture
def gone() -> Callable[[int], bool]:
    """Waits until the process has ended; False if it has not within ten seconds."""

    def wait(pid: int) -> bool:
        try:
            handle = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([handle], [], [], 10)[0])
        finally:
            os.close(handle)

    return wait
