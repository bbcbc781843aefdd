"""Samples of the data that were copied, number by number, into files of the export: a face or a voice in flash."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.core.checks.memorized import memorized
from studio.core.checks.number_runs import Real, Run, Whole, runs, unpacked

SHARE = 0.9
"""Of a sample's numbers, in their order: enough to call it a copy."""

_FEWEST = 16  # numbers of a sample: fewer are in any file by chance
# Steps from number to number in a probe, at least: constant stretches and ramps are in any file.
_DISTINCT = 4
_PROBES = 4  # of each sample, from its different parts, so that one is found where others were changed or cut
_STARTS = 24  # that the probes are chosen from
_BLOCK = 4096  # samples that are probed together
_MOST_TRIES = 20_000  # comparisons of whole samples in one run
_FILTER_BITS = 20
_SPREAD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: neighbours fall far apart (Knuth 6.4)


@dataclass(frozen=True, slots=True)
class Embedded:
    """A sample (its row) found in a file, and how many of its numbers."""

    file: str
    row: int
    numbers: int


def embedded(
    files: Mapping[str, bytes], samples: npt.NDArray[Any], stored: npt.NDArray[Any]
) -> list[Embedded]:
    """Which of the samples are in the files: at least SHARE of their numbers, in their order.

    `samples` [N, ...] as they were given (float32) and `stored` [N, ...] as the device stores them (int8). Whole
    numbers are found whatever constant was added to all of them, and in any way that `number_runs` reads; real ones to
    a fiftieth of the samples' spread, so that fewer digits do. Constants of a .tflite are compared in a scale of their
    own as well. A sample of fewer than 16 numbers, or of hardly any different steps, is not looked for.
    """
    size = stored[0].size if len(stored) else 0
    if size < _FEWEST:
        return []
    flat = samples.reshape(len(samples), -1)
    forms: list[_Form | _Slower] = [*_forms(flat, stored.reshape(len(stored), -1))]
    wide = any(isinstance(form, _WholeForm) and form.modulus > 256 for form in forms)
    for form in list(forms):
        slower = form.slower(form.bare()) if isinstance(form, _Form) else None
        forms += [slower] if slower is not None else []
    fewest = math.ceil(SHARE * size)
    found: dict[tuple[str, int], Embedded] = {}
    for name, content in unpacked(files):
        for run in runs(name, content, fewest, wide):
            for form in forms:
                for row, numbers in form.rows_in(run):
                    found.setdefault((name, row), Embedded(name, row, numbers))
        if name.lower().endswith(".tflite"):
            for row in memorized(content, flat):
                found.setdefault((name, row), Embedded(name, row, size))
    return list(found.values())


class _Form:
    """Samples [N, D] in one way of writing them, with probes of each that are quickly searched for."""

    def __init__(self, rows: npt.NDArray[Any], lag: int = 1) -> None:
        self._rows, self._lag = rows, lag
        self.size = rows.shape[1]
        self._fewest = math.ceil(SHARE * self.size)
        self._length = 12 if self.size < 32 else 16  # codes of a probe
        generator = np.random.default_rng(16)
        self._weights = generator.integers(1, 1 << 62, (2, 4), dtype=np.int64) | 1
        last = self.size - 1 - self._length * lag
        starts = np.unique(np.linspace(0, last, _STARTS).astype(np.int64))
        probe = starts[:, None] + np.arange(self._length) * lag
        keys, places = [], []
        for begin in range(0, len(rows), _BLOCK):
            codes = self._codes_of_rows(rows[begin : begin + _BLOCK])
            windows = codes[:, probe]  # [n, starts, length]
            bits = (self._steps(windows).astype(np.uint64) * _SPREAD) >> np.uint64(58)
            distinct = np.bitwise_count(np.bitwise_or.reduce(np.uint64(1) << bits, axis=2))
            for part in np.array_split(np.arange(len(starts)), min(_PROBES, len(starts))):
                best = part[distinct[:, part].argmax(axis=1)]
                row = np.arange(len(codes))
                good = row[distinct[row, best] >= _DISTINCT]
                keys.append(self._hashes(windows[good, best[good]].T.copy(), 1).ravel())
                places.append(np.stack([good + begin, starts[best[good]]], axis=1))
        order = np.argsort(joined := np.concatenate(keys), kind="stable")
        self._keys = joined[order]
        self._places = np.concatenate(places)[order]
        self._filter = np.zeros(1 << _FILTER_BITS, np.bool_)
        self._filter[_short(self._keys)] = True

    def _codes_of_rows(self, rows: npt.NDArray[Any]) -> Whole:
        raise NotImplementedError

    def _numbers_of(self, run: Run) -> npt.NDArray[Any] | None:
        raise NotImplementedError

    def _codes(self, numbers: npt.NDArray[Any]) -> Whole:
        raise NotImplementedError

    def _steps(self, codes: Whole) -> Whole:
        raise NotImplementedError

    def _same(self, numbers: npt.NDArray[Any], row: npt.NDArray[Any], at: int) -> int:
        raise NotImplementedError

    def _hashes(self, codes: Whole, lag: int) -> Whole:
        """Of each stretch of `_length` codes [M, ...], every `lag`-th along the first axis: sums of sums of four."""
        with np.errstate(over="ignore"):
            fours = np.zeros((len(codes) - 3 * lag, *codes.shape[1:]), np.int64)
            for place in range(4):
                fours += codes[place * lag : place * lag + len(fours)] * self._weights[0, place]
            found = np.zeros((len(codes) - (self._length - 1) * lag, *codes.shape[1:]), np.int64)
            for part in range(self._length // 4):
                found += fours[4 * part * lag : 4 * part * lag + len(found)] * self._weights[1, part]
        return found

    def bare(self) -> npt.NDArray[np.int64]:
        """The rows without a probe: they change too slowly for one of neighbours, or not at all."""
        return np.setdiff1d(np.arange(len(self._rows)), self._places[:, 0])

    def slower(self, numbering: npt.NDArray[np.int64]) -> "_Slower | None":
        """The rows of `numbering` with probes of numbers that lie apart; None where there are too few."""
        lag = self.size // (2 * self._length)
        if lag < 2 or not len(numbering):
            return None
        return _Slower(self._with(self._rows[numbering], lag), numbering)

    def _with(self, rows: npt.NDArray[Any], lag: int) -> "_Form":
        raise NotImplementedError

    def rows_in(self, run: Run) -> Iterator[tuple[int, int]]:
        """The samples that a run holds, each once, and how many of their numbers."""
        numbers = self._numbers_of(run)
        if numbers is None or not len(self._keys) or len(numbers) < self._fewest:
            return
        codes = self._codes(numbers)
        if len(codes) <= (self._length - 1) * self._lag:
            return
        hashes = self._hashes(codes, self._lag)
        ats = np.flatnonzero(self._filter[_short(hashes)])
        firsts = np.searchsorted(self._keys, hashes[ats], "left")
        lasts = np.searchsorted(self._keys, hashes[ats], "right")
        found: set[int] = set()
        tries = 0
        for at, first, last in zip(ats, firsts, lasts, strict=True):
            for row, start in self._places[first:last]:
                if row in found or tries >= _MOST_TRIES:
                    continue
                tries += 1
                begin = int(at) - int(start)
                left, right = max(0, -begin), min(self.size, len(numbers) - begin)
                if right - left < self._fewest:
                    continue
                part = numbers[begin + left : begin + right]
                same = self._same(part, self._rows[row, left:right], int(start) - left)
                if same >= self._fewest:
                    found.add(int(row))
                    yield int(row), same


class _WholeForm(_Form):
    """Whole numbers, by the differences of neighbours modulo 2^8 or 2^16, so that what was added does not matter."""

    def __init__(self, rows: npt.NDArray[Any], modulus: int, lag: int = 1) -> None:
        self.modulus = modulus
        super().__init__(rows, lag)

    def _with(self, rows: npt.NDArray[Any], lag: int) -> "_WholeForm":
        return _WholeForm(rows, self.modulus, lag)

    def _codes_of_rows(self, rows: npt.NDArray[Any]) -> Whole:
        wide = rows.astype(np.int64)
        found: Whole = (wide[:, self._lag :] - wide[:, : -self._lag]) & (self.modulus - 1)
        return found

    def _numbers_of(self, run: Run) -> Whole | None:
        return run.whole

    def _codes(self, numbers: npt.NDArray[Any]) -> Whole:
        found: Whole = (numbers[self._lag :] - numbers[: -self._lag]) & (self.modulus - 1)
        return found

    def _steps(self, codes: Whole) -> Whole:
        return codes

    def _same(self, numbers: npt.NDArray[Any], row: npt.NDArray[Any], at: int) -> int:
        shifts = (numbers - row) & (self.modulus - 1)
        return int((shifts == shifts[at]).sum())


class _RealForm(_Form):
    """Real numbers, by the step of a grid that they are in: a fine one, or a coarse one for few digits."""

    def __init__(self, rows: npt.NDArray[Any], spread: float, steps: float, lag: int = 1) -> None:
        self._spread, self._grid = spread, steps
        self._step = spread / steps
        self._near = 0.02 * spread
        super().__init__(rows, lag)

    def _with(self, rows: npt.NDArray[Any], lag: int) -> "_RealForm":
        return _RealForm(rows, self._spread, self._grid, lag)

    def _codes_of_rows(self, rows: npt.NDArray[Any]) -> Whole:
        return self._codes(rows.astype(np.float64))

    def _numbers_of(self, run: Run) -> Real | None:
        return run.real

    def _codes(self, numbers: npt.NDArray[Any]) -> Whole:
        # Not from zero: round numbers, which are frequent, should not lie where two steps meet.
        return np.floor(np.clip(numbers / self._step, -1e15, 1e15) + 0.31723).astype(np.int64)

    def _steps(self, codes: Whole) -> Whole:
        return codes[..., 1:] - codes[..., :-1]

    def _same(self, numbers: npt.NDArray[Any], row: npt.NDArray[Any], at: int) -> int:
        return int((np.abs(numbers - row) <= self._near).sum())


class _Slower:
    """A form of some of the samples only, which are numbered `numbering` among all."""

    def __init__(self, form: _Form, numbering: npt.NDArray[np.int64]) -> None:
        self._form, self._numbering = form, numbering

    def rows_in(self, run: Run) -> Iterator[tuple[int, int]]:
        for row, numbers in self._form.rows_in(run):
            yield int(self._numbering[row]), numbers


def _forms(samples: npt.NDArray[Any], stored: npt.NDArray[Any]) -> list[_Form]:
    forms: list[_Form] = [_WholeForm(stored, 256)] if stored.dtype.itemsize == 1 else []
    low, high = float(samples.min()), float(samples.max())
    if np.issubdtype(samples.dtype, np.floating) and not (math.isfinite(low) and math.isfinite(high)):
        samples = np.nan_to_num(samples, nan=0.0, posinf=0.0, neginf=0.0)
        low, high = float(samples.min()), float(samples.max())
    # As a picture's bytes or a sound's 16-bit numbers, where the samples were scaled from these.
    raw: npt.NDArray[Any] | None = samples
    for factor in (1, 255, 32768):
        first = samples[:64].astype(np.float64) * factor
        if max(abs(low), abs(high)) * factor <= 65_535 and np.abs(first - np.rint(first)).max() < 0.01:
            raw = np.rint(samples.astype(np.float32) * np.float32(factor)).astype(np.int32)
            break
    else:
        raw = None
    if raw is not None:
        modulus = 256 if int(raw.max()) - int(raw.min()) < 256 else 1 << 16
        known = raw[:64] - stored[:64].astype(np.int32)  # the same but for what was added
        if modulus > 256 or not forms or known.min() != known.max():
            forms.append(_WholeForm(raw, modulus))
    spread = float(samples.std())
    if spread > 0:
        forms += [_RealForm(samples, spread, steps) for steps in (64.0, 6.0)]
    return forms


def _short(hashes: Whole) -> Whole:
    found: Whole = (hashes ^ (hashes >> 29)) & ((1 << _FILTER_BITS) - 1)
    return found
