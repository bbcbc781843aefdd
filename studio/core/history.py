"""A session's numbers over time: all of it on disk, little in memory, and any stretch as few points as a plot needs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.history_track import Track

_FACTOR = 16
_FACTORS = (1, 16, 256, 4096, 65_536)
_FEW_POINTS = 8192
"""Points that a window may consist of before a coarser track serves it; a screen has fewer columns."""

Times = npt.NDArray[np.float64]
Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Envelope:
    """A stretch of time: `times` [m] in seconds, and the least and highest value [m, K] from each on to the next.

    `count` results lie in it; where there are as many times as results, `low` and `high` are the same numbers. NaN
    stands where a series said nothing. These are the arrays that a plot draws, and so no plain values.
    """

    times: Times
    low: Values
    high: Values
    count: int

    def in_columns(self, begin_s: float, end_s: float, columns: int) -> tuple[Times, Values, Values]:
        """What `columns` equal parts of the time can show: places x [m] in columns, and low and high [m, K] there.

        Where there are fewer times than columns, x is exact; else it is the middle of each column that is not empty.
        """
        scale = columns / max(end_s - begin_s, 1e-9)
        x: Times = (self.times - begin_s) * scale
        if len(x) <= columns:
            return x, self.low, self.high
        place = np.floor(x).astype(np.int64)
        starts = np.flatnonzero(np.diff(place, prepend=place[0] - 1))
        low: Values = np.fmin.reduceat(self.low, starts, axis=0)
        high: Values = np.fmax.reduceat(self.high, starts, axis=0)
        middles: Times = place[starts].astype(np.float64) + 0.5
        return middles, low, high


class History:
    """Rows of `width` numbers, each with its time, which never goes back; as long as the disk allows.

    Beside the rows stand the least and highest of each 16, 256, 4,096 and 65,536 of them. All are spilled to files
    without a name in `folder` (None: the system's own place) by a thread; what the newest window needs stays in
    memory, some megabytes however long the session. When the disk is full the oldest are forgotten: see `problem`.
    """

    def __init__(self, width: int, folder: Path | None = None) -> None:
        self.width = width
        row = np.dtype([("time", np.float64), ("value", np.float32, (width,))])
        block = np.dtype(
            [("time", np.float64), ("low", np.float32, (width,)), ("high", np.float32, (width,))]
        )
        self._tracks = [Track(row if factor == 1 else block, folder) for factor in _FACTORS]
        self._last_s = 0.0

    def __len__(self) -> int:
        """How many rows were added."""
        return self._tracks[0].end

    @property
    def first_s(self) -> float:
        """The time of the oldest row that is kept; 0 where there is none."""
        rows = self._tracks[0]
        return float(rows.read(rows.begin, rows.begin + 1)["time"][0]) if len(self) else 0.0

    @property
    def last_s(self) -> float:
        """The time of the newest row; 0 where there is none."""
        return self._last_s

    @property
    def problem(self) -> str:
        """Why the oldest rows are forgotten, in a sentence; "" while the whole session is kept."""
        return next((track.problem for track in self._tracks if track.problem), "")

    def append(self, times: Times, values: Values) -> None:
        """Adds rows: times [n], not before the last one, and values [n, width]; both are copied."""
        if not len(times):
            return
        fresh = np.empty(len(times), self._tracks[0].dtype)
        fresh["time"], fresh["value"] = times, values
        self._tracks[0].append(fresh)
        self._last_s = float(times[-1])
        for place in range(1, len(_FACTORS)):
            self._summarise(place)

    def rows(self, begin: int, end: int) -> tuple[Times, Values]:
        """Times [n] and values [n, width] of the rows `begin` to `end`, counted from the first, as far as kept."""
        found = self._tracks[0].read(begin, end)
        return found["time"].copy(), found["value"].copy()

    def newest(self, count: int) -> tuple[Times, Values]:
        """The last `count` rows."""
        return self.rows(len(self) - count, len(self))

    def place_of(self, time_s: float) -> int:
        """The number of the first row at or after this time; len(self) where there is none."""
        begin, end = self._tracks[-1].begin, self._tracks[-1].end
        for level in range(len(_FACTORS) - 1, 0, -1):
            at = self._search(level, begin, end, time_s)
            # The block before may hold the place; what fills no block yet lies behind the last.
            is_last = at >= self._tracks[level].end
            begin, end = max(0, at - 1) * _FACTOR, self._tracks[level - 1].end if is_last else at * _FACTOR
        return self._search(0, begin, end, time_s)

    def window(self, begin_s: float, end_s: float) -> Envelope:
        """What lies between two times, and one row beyond each end, in at most some ten thousand steps."""
        first = max(self.place_of(begin_s) - 1, self._tracks[0].begin)
        last = min(self.place_of(end_s) + 1, len(self))
        count = max(0, last - first)
        level = 0
        while level < len(_FACTORS) - 1 and count // _FACTORS[level] > _FEW_POINTS:
            level += 1
        if level == 0:
            found = self._tracks[0].read(first, last)
            return Envelope(found["time"], found["value"], found["value"], count)
        factor = _FACTORS[level]
        blocks = self._tracks[level].read(first // factor, last // factor)
        rest = self._tracks[0].read(max(first, last // factor * factor), last)
        if not len(rest):
            return Envelope(blocks["time"], blocks["low"], blocks["high"], count)
        thin = _blocks_of(rest, max(1, factor // _FACTOR), self._tracks[level].dtype)
        joined = np.concatenate([blocks, thin])
        return Envelope(joined["time"], joined["low"], joined["high"], count)

    def close(self) -> None:
        """Forgets everything; of no use after that."""
        for track in self._tracks:
            track.close()

    def _search(self, level: int, begin: int, end: int, time_s: float) -> int:
        track = self._tracks[level]
        begin = max(begin, track.begin)
        return begin + int(np.searchsorted(track.read(begin, end)["time"], time_s))

    def _summarise(self, place: int) -> None:
        """Adds the blocks of the track at `place` that the finer one has completed."""
        finer, track = self._tracks[place - 1], self._tracks[place]
        whole = finer.end // _FACTOR
        if whole > track.end:
            track.append(_blocks_of(finer.read(track.end * _FACTOR, whole * _FACTOR), _FACTOR, track.dtype))


def _blocks_of(rows: npt.NDArray[np.void], factor: int, dtype: np.dtype[np.void]) -> npt.NDArray[np.void]:
    """The first time, the least and the highest of each `factor` rows; the last block may be of fewer."""
    starts = np.arange(0, len(rows), factor)
    blocks = np.empty(len(starts), dtype)
    blocks["time"] = rows["time"][starts]
    is_row = "value" in (rows.dtype.names or ())
    low, high = (rows["value"], rows["value"]) if is_row else (rows["low"], rows["high"])
    if len(rows) == len(starts) * factor:  # whole blocks are quicker that way
        shape = (len(starts), factor, low.shape[1])
        blocks["low"] = np.fmin.reduce(low.reshape(shape), axis=1)
        blocks["high"] = np.fmax.reduce(high.reshape(shape), axis=1)
        return blocks
    blocks["low"] = np.fmin.reduceat(low, starts, axis=0)
    blocks["high"] = np.fmax.reduceat(high, starts, axis=0)
    return blocks
