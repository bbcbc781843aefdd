"""What a board said within one turn of the display: results as arrays of equal length, the oldest first."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

NOT_SAID = -1
"""Stands for a number that the board did not say."""


@dataclass(frozen=True)
class Arrivals:
    """`len(arrivals)` results.

    `times` [n] float64: seconds on the monitor's time line, which never goes back; `scores` [n, K] float32 in the
    model's own unit, one column for each of `names` (NaN where a line of text left it out). `at_s` is the
    computer's clock (time.time()) when they were taken in. `device_times_us`, `sequences`, `inference_us`,
    `samples` [n] int64 are the board's own words, NOT_SAID where it said nothing; `truths` [n] int32 the number of the
    right class where the sensor's sample is known, else NOT_SAID.
    """

    names: tuple[str, ...]
    classifies: bool
    at_s: float
    times: npt.NDArray[np.float64]
    scores: npt.NDArray[np.float32]
    device_times_us: npt.NDArray[np.int64]
    sequences: npt.NDArray[np.int64]
    inference_us: npt.NDArray[np.int64]
    samples: npt.NDArray[np.int64]
    truths: npt.NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.times)

    @property
    def winners(self) -> npt.NDArray[np.int64]:
        """The number of the highest score of each result [n]; 0 where all are NaN."""
        found: npt.NDArray[np.int64] = np.nan_to_num(self.scores, nan=-np.inf).argmax(axis=1)
        return found
