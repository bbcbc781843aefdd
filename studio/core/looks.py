"""Samples as a person looks at them: the numbers, the label that they have, and the file they came from."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.dataset import Dataset, Task
from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.sample_files import SampleFile, file_of
from studio.core.sample_rows import classes_of, read_rows, split_file


@dataclass(frozen=True, slots=True)
class Look:
    """A sample to look at: its number in a split, and the class it had when it was measured (None: not noted)."""

    split: str
    row: int
    label: int | None = None


@dataclass(frozen=True)
class Seen:
    """A sample while it is looked at: float32 [*shape], its class (None: it has none), and its file where known."""

    values: npt.NDArray[np.float32]
    shape: tuple[int, ...]
    label: int | None
    file: SampleFile | None


def look_at(dataset: Dataset, looks: tuple[Look, ...]) -> tuple[Seen, ...]:
    """Read these samples, each by itself.

    Raises StudioError where the data is gone, or is not what it was.
    """
    return tuple(_look_at(dataset, one) for one in looks)


def _look_at(dataset: Dataset, look: Look) -> Seen:
    values, answers = read_rows(dataset, look.split, (look.row,))
    label = None
    if dataset.task is Task.CLASSIFICATION:
        classes = classes_of(dataset, answers)
        label = int(classes[0]) if classes is not None else None
    if look.label is not None and label != look.label:
        file = split_file(dataset, look.split).name
        raise StudioError(phrase("{file} changed since it was read. Choose the data again.", file=file))
    return Seen(values[0], dataset.sample_shape, label, file_of(dataset, look.split, look.row))
