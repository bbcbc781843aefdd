"""One warm worker and one set of model files for all of the worker's tests."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.codec import to_json
from studio.core.dataset import Dataset, SplitChoice
from studio.core.model import Model
from studio.headless.worker_client import WorkerClient
from tests.caches import own_cache


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with good and bad model files, written by making.py."""
    folder = tmp_path_factory.mktemp("models")
    script = Path(__file__).with_name("making.py")
    done = subprocess.run(
        [sys.executable, str(script), str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return folder


@pytest.fixture(scope="session")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A cache for this session, without any results."""
    folder = own_cache(tmp_path_factory.mktemp("cache"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYML_STUDIO_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="package", autouse=True)
def uses_cache_folder(cache_folder: Path) -> Iterator[None]:
    """Tests of other packages that ran in between have caches of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TINYML_STUDIO_CACHE", str(cache_folder))
        yield


@pytest.fixture(scope="session")
def worker(cache_folder: Path) -> Iterator[WorkerClient]:
    """The real worker process, kept for the session."""
    with WorkerClient() as client:
        yield client


class Bench:
    """Shorthand for the journey's jobs on one worker."""

    def __init__(self, worker: WorkerClient, models: Path) -> None:
        self.worker = worker
        self.models = models

    def __call__(self, job: str, **arguments: Any) -> Any:
        return self.worker.run(job, {name: to_json(value) for name, value in arguments.items()})

    def load(self, name: str) -> Model:
        model: Model = self("load", path=str(self.models / name))
        return model


@pytest.fixture(scope="session")
def bench(worker: WorkerClient, models: Path) -> Bench:
    return Bench(worker, models)


@pytest.fixture(scope="session")
def small(bench: Bench) -> Model:
    return bench.load("small.keras")


@pytest.fixture(scope="session")
def data(bench: Bench, small: Model, tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Samples for the small model, answered by chance, with a group column."""
    folder = tmp_path_factory.mktemp("data")
    write_data(folder, (8, 8, 1), 4)
    dataset: Dataset = bench("inspect_data", path=str(folder), split=SplitChoice(), model=small)
    return dataset


def write_data(folder: Path, shape: tuple[int, ...], outputs: int, *, numbers: bool = False) -> None:
    """train.npz and test.npz with random samples (float32) and answers."""
    random = np.random.default_rng(5)
    for name, count in (("train", 80), ("test", 60)):
        x = random.normal(0, 1, (count, *shape)).astype(np.float32)
        y = (
            random.normal(0, 1, (count, outputs)).astype(np.float32)
            if numbers
            else np.arange(count) % outputs
        )
        np.savez(folder / f"{name}.npz", x=x, y=y, hand=np.where(np.arange(count) % 3 == 0, "left", "right"))
