"""A tiny int8 classifier with its firmware and test set, for tests that need a board that answers."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.compiler import generate
from studio.compiler.firmware import build_virtual
from studio.core.dataset import Dataset, SplitInfo, Task
from studio.core.results import Results
from studio.core.storage import sha256_of
from tests.compiler.models import Draft
from tests.ui import results as made

LABELS = ("idle", "shake", "tap")


def running(folder: Path, *, gain: int = 127) -> Results:
    """Results whose firmware answers with the place of the largest of three inputs; `gain` makes another model."""
    draft = Draft()
    x = draft.tensor((1, 3), 1 / 127, 0)
    weights = draft.constant((np.eye(3) * gain).astype(np.int8), np.full(3, 1 / 127, np.float32))
    y = draft.tensor((1, 3), 1 / 127, 0)
    draft.operator("FULLY_CONNECTED", [x, weights, -1], [y])
    artifact = folder / f"model{gain}.tflite"
    artifact.write_bytes(draft.data([x], [y]))
    firmware = build_virtual(generate(artifact.read_bytes(), labels=LABELS))
    classes = np.arange(30) % 3
    np.savez(folder / "test.npz", x=np.eye(3, dtype=np.float32)[classes] * 0.9, y=classes)
    found = made.results(artifact=str(artifact), sha256=sha256_of(artifact))
    assert found.build is not None
    data = Dataset(
        str(folder), "d" * 64, Task.CLASSIFICATION, (3,), LABELS, (SplitInfo("test", 30, (10, 10, 10)),)
    )
    return replace(found, dataset=data, build=replace(found.build, firmware=str(firmware.elf_path)))
