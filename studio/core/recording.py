"""A recording of a live session: its columns, what it says of the board, and its rows as text and back.

Every row is one result: when it came, what the board said, the label, the right label where it is known, how many
frames had been lost and damaged by then, and a score for each name. In a CSV file the first line, which begins with
`#`, says which board and model it was, as JSON; the second names the columns.
"""

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from studio.core.arrivals import NOT_SAID, Arrivals
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError

COLUMNS = (
    "at", "time_s", "device_time_us", "sequence", "inference_us", "sample", "label", "truth", "lost", "damaged",
)  # fmt: skip
"""`at` is the computer's clock in seconds since 1970, `time_s` the monitor's time line; empty: not said."""

_MARK = "# TinyML Studio recording "


@dataclass(frozen=True, slots=True)
class Origin:
    """What was recorded: the board, its model's SHA-256 and clock ("" and 0 where it did not say), and the names.

    `classifies` says that the names are classes of which the highest score wins. `began_at` is in seconds since 1970.
    """

    names: tuple[str, ...]
    classifies: bool
    board: str = ""
    model_sha256: str = ""
    clock_hz: int = 0
    began_at: float = 0.0
    studio: str = ""
    version: int = 1


@dataclass(frozen=True)
class Recorded:
    """A recording as it was read, all columns of equal length n.

    `at`, `times` float64 [n] in seconds (`times` never goes back); `scores` float32 [n, K]; the others int64 [n],
    NOT_SAID where the board said nothing; `labels` and `truths` are numbers of `origin.names`. `note` says what of the
    file could not be read.
    """

    origin: Origin
    at: npt.NDArray[np.float64]
    times: npt.NDArray[np.float64]
    device_times_us: npt.NDArray[np.int64]
    sequences: npt.NDArray[np.int64]
    inference_us: npt.NDArray[np.int64]
    samples: npt.NDArray[np.int64]
    truths: npt.NDArray[np.int64]
    lost: npt.NDArray[np.int64]
    damaged: npt.NDArray[np.int64]
    scores: npt.NDArray[np.float32]
    note: str = ""

    def __len__(self) -> int:
        return len(self.times)

    @property
    def seconds(self) -> float:
        """From the first result to the last."""
        return float(self.times[-1] - self.times[0]) if len(self) else 0.0


def columns_of(origin: Origin) -> tuple[str, ...]:
    """The heading: COLUMNS, and a column for the score of each name, which begins with `score:`."""
    return (*COLUMNS, *(f"score:{name}" for name in origin.names))


def opening(origin: Origin) -> str:
    """The first line of a CSV file."""
    return _MARK + origin_json(origin)


def origin_json(origin: Origin) -> str:
    """What `origin_of_json` reads, in one line."""
    return json.dumps(to_json(origin), ensure_ascii=False)


def origin_of(line: str) -> Origin:
    """What the first line of a recording says; raises StudioError where it is none."""
    if not line.startswith(_MARK):
        raise StudioError(
            "This file is no recording of the studio: its first line does not say so. Choose a file that the Live page "
            "recorded."
        )
    return origin_of_json(line.removeprefix(_MARK))


def origin_of_json(text: str) -> Origin:
    """What a recording says of itself; raises StudioError where it is damaged or of a later form."""
    try:
        found = from_json(Origin, json.loads(text), "recording")
    except ValueError as error:
        raise StudioError(
            f"The recording does not say which board it is of ({error}). Record anew; if it comes from a newer studio, "
            "update this one."
        ) from error
    if found.version != Origin.__dataclass_fields__["version"].default:
        raise StudioError("This recording was made by a newer studio. Update this one to open it.")
    if not found.names:
        raise StudioError("The recording names no score. Record anew.")
    return found


def fitted(origin: Origin, found: Arrivals) -> Arrivals | None:
    """The results with the columns of the recording; None where their names are others.

    A board that prints text may name more as it goes on: those are left out.
    """
    if found.names == origin.names:
        return found
    width = len(origin.names)
    if found.names[:width] != origin.names:
        return None
    return replace(found, names=origin.names, scores=found.scores[:, :width])


def rows_of(found: Arrivals, lost: int, damaged: int) -> Iterator[tuple[str, ...]]:
    """The results as rows of text, in the order of `columns_of`; scores with seven digits, as float32 has."""
    names = found.names
    labels = [names[winner] for winner in found.winners.tolist()] if found.classifies else [""] * len(found)
    truths = [names[truth] if 0 <= truth < len(names) else "" for truth in found.truths.tolist()]
    said = (found.device_times_us, found.sequences, found.inference_us, found.samples)
    columns = [["" if value == NOT_SAID else str(value) for value in column.tolist()] for column in said]
    scores = [["" if value != value else f"{value:.7g}" for value in row] for row in found.scores.tolist()]
    at, books = f"{found.at_s:.3f}", (str(lost), str(damaged))
    for time_s, *whole, label, truth, row in zip(
        found.times.tolist(), *columns, labels, truths, scores, strict=True
    ):
        yield (at, f"{time_s:.6f}", *whole, label, truth, *books, *row)


def read_rows(
    origin: Origin, heading: Sequence[str], rows: Iterable[Sequence[str]], note: str = ""
) -> Recorded:
    """The rows of a CSV file as arrays.

    Raises StudioError that names the line (as an editor counts: the heading is line 2) for what is no recording.
    """
    expected = columns_of(origin)
    if tuple(heading) != expected:
        missing = [name for name in expected if name not in heading]
        words = (
            f"the column {missing[0]} is missing"
            if missing
            else "its columns are not those of its first line"
        )
        raise StudioError(f"This recording cannot be read: {words}. Choose the file as it was recorded.")
    number_of = {name: place for place, name in enumerate(origin.names)}
    values: list[tuple[float, ...]] = []
    for number, row in enumerate(rows, 3):
        try:
            values.append(_numbers(row, len(expected), number_of))
        except ValueError as error:
            raise StudioError(
                f"Line {number} of the recording cannot be read ({error}). Remove that line, or record anew."
            ) from error
    return recorded(origin, np.array(values, np.float64).reshape(len(values), len(expected) - 1), note)


def recorded(origin: Origin, table: npt.NDArray[np.float64], note: str = "") -> Recorded:
    """The recording of a table [n, columns without `label`] of numbers, `truth` as the number of its name."""
    times = table[:, 1]
    if not len(times):
        raise StudioError("The recording is empty: it ended before a result came. Record anew.")
    if np.any(np.diff(times) < 0) or not np.all(np.isfinite(times)):
        raise StudioError(
            "The times of the recording go back: it was changed. Choose the file as it was recorded."
        )
    device_times_us, sequences, inference_us, samples, truths, lost, damaged = table[:, 2:9].T.astype(
        np.int64
    )
    return Recorded(
        origin,
        table[:, 0],
        times,
        device_times_us,
        sequences,
        inference_us,
        samples,
        truths,
        lost,
        damaged,
        table[:, 9:].astype(np.float32),
        note,
    )


def _numbers(row: Sequence[str], width: int, number_of: dict[str, int]) -> tuple[float, ...]:
    if len(row) != width:
        raise ValueError(f"it has {len(row)} columns instead of {width}")
    at, time_s, *whole, label, truth, lost, damaged = row[: len(COLUMNS)]
    for name in (label, truth):
        if name and name not in number_of:
            raise ValueError(f"'{name[:40]}' is no name of this recording")
    return (
        float(at),
        float(time_s),
        *(_number(text) for text in whole),
        float(number_of[truth]) if truth else float(NOT_SAID),
        _number(lost),
        _number(damaged),
        *(float(text) if text else math.nan for text in row[len(COLUMNS) :]),
    )


def _number(text: str) -> float:
    return float(int(text)) if text else float(NOT_SAID)
