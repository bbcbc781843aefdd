"""Folders of recordings (.wav) as samples of the model's length, values from −1 to 1."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.data_files import SOUND_SUFFIXES
from studio.core.gathered import Gathered, Origins, Tick
from studio.core.labelled_folders import read_folders
from studio.core.sound_data import Recording, check_rates, read_recording, window_length, windows


def read_sounds(path: Path, shape: tuple[int, ...], outputs: int, tick: Tick) -> dict[str, Gathered]:
    """Windows of the recordings below `path` by split, float32 [N, *shape] from −1 to 1."""
    length = window_length(shape)
    read_ones: list[Recording] = []
    short = 0

    def read(file: Path) -> npt.NDArray[np.float32]:
        nonlocal short
        recording = read_recording(file)
        short += len(recording.samples) < length
        found = windows(recording.samples, length).reshape(-1, *shape)
        read_ones.append(Recording(file, recording.samples[:0], recording.rate, recording.channels))
        return found

    parts = read_folders(path, SOUND_SUFFIXES, shape, read, tick)
    rate = check_rates(read_ones)
    step = (
        f"Windows of {length:,} samples ({length / rate:.2f} s at {rate:,} Hz) were cut one after the other"
    )
    if any(recording.channels > 1 for recording in read_ones):
        step += ", all channels mixed to one"
    notes = (f"{short} recordings are shorter than that and end in silence.",) if short else ()
    return {
        split: replace(
            part,
            steps=(f"{step}.",),
            notes=(*part.notes, *notes),
            origins=_begun(part.origins, length / rate),
        )
        for split, part in parts.items()
    }


def _begun(origins: Origins | None, seconds: float) -> Origins | None:
    """With the second that each window begins at, of recordings that were cut into several of so many `seconds`."""
    if origins is None:
        return None
    _, first, inverse, counts = np.unique(
        origins.files, return_index=True, return_inverse=True, return_counts=True
    )
    at = (np.arange(len(origins.files)) - first[inverse]) * seconds
    return Origins(origins.files, np.where(counts[inverse] > 1, at, np.nan))
