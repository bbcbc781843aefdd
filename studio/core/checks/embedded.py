"""Samples of the data that were copied, number by number, into files of the export: a face or a voice in flash."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]

_PROBE = 16  # numbers of a sample that are searched for first
_DISTINCT = 6  # of them, at least: constant stretches are in every file
_BRACES = re.compile(r"\{([^{}]*)\}")
_NUMBER = re.compile(r"[-+]?(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)")
_SOURCE = (".c", ".h", ".cc", ".cpp", ".hpp", ".ino", ".py", ".csv", ".json", ".txt", ".toml")


@dataclass(frozen=True, slots=True)
class Embedded:
    """A sample (its row) found in a file."""

    file: str
    row: int
    numbers: int


def embedded(
    files: Mapping[str, bytes], samples: npt.NDArray[Any], stored: npt.NDArray[Any]
) -> list[Embedded]:
    """Which of the samples are in the files, as whole numbers or floats in source text, or as bytes.

    `samples` [N, ...] as they were given (float32) and `stored` [N, ...] as the device stores them (int8). Every sample
    is compared in full, so that nothing else is taken for one; one of fewer than 16 numbers, or of hardly any
    different ones, is not looked for.
    """
    forms = [
        _Form(_keys(form)) for form in (samples.reshape(len(samples), -1), stored.reshape(len(stored), -1))
    ]
    found: dict[tuple[str, int], Embedded] = {}
    for name, content in files.items():
        for numbers in _numbers(name, content):
            for form in forms:
                for row in form.rows_in(numbers):
                    found.setdefault((name, row), Embedded(name, row, form.size))
    return list(found.values())


class _Form:
    """Samples as whole numbers [N, D], with a probe of each that is quickly searched for."""

    def __init__(self, rows: Whole) -> None:
        self._rows = rows
        self.size = rows.shape[1]
        self._known: dict[int, list[tuple[int, int]]] = {}
        if self.size < _PROBE:
            return
        generator = np.random.default_rng(16)
        self._weights = generator.integers(1, 1 << 62, _PROBE, dtype=np.int64) | 1
        starts = np.unique(np.linspace(0, self.size - _PROBE, 24).astype(np.int64))
        windows = rows[:, starts[:, None] + np.arange(_PROBE)]  # [N, starts, probe]
        distinct = 1 + (np.diff(np.sort(windows, axis=2), axis=2) != 0).sum(axis=2)
        best = distinct.argmax(axis=1)
        for row, place in enumerate(best):
            if distinct[row, place] >= _DISTINCT:
                key = int(self._hashes(windows[row, place][None])[0])
                self._known.setdefault(key, []).append((row, int(starts[place])))
        self._keys = np.array(sorted(self._known), np.int64)

    def _hashes(self, windows: Whole) -> Whole:
        with np.errstate(over="ignore"):
            found: Whole = (windows * self._weights).sum(axis=1)
        return found

    def rows_in(self, numbers: Whole) -> list[int]:
        """The samples that `numbers` [M] hold in full."""
        if not self._known or len(numbers) < self.size:
            return []
        hashes = np.zeros(len(numbers) - _PROBE + 1, np.int64)
        with np.errstate(over="ignore"):
            for place in range(_PROBE):
                hashes += numbers[place : place + len(hashes)] * self._weights[place]
        found = []
        for at in np.flatnonzero(np.isin(hashes, self._keys)):
            for row, start in self._known[int(hashes[at])]:
                begin = int(at) - start
                if begin >= 0 and np.array_equal(numbers[begin : begin + self.size], self._rows[row]):
                    found.append(row)
        return found


def _keys(values: npt.NDArray[Any]) -> Whole:
    """Numbers that can be compared exactly: whole ones as they are, floats in millionths of a digit's reach."""
    if np.issubdtype(values.dtype, np.integer):
        return values.astype(np.int64)
    return np.rint(values.astype(np.float64) * 1e5).astype(np.int64)


def _numbers(name: str, content: bytes) -> list[Whole]:
    """Every array in a file, in both readings: whole numbers, and floats as `_keys` gives them."""
    if not name.lower().endswith(_SOURCE):
        found = [np.frombuffer(content, np.int8).astype(np.int64)]
        for offset in range(4):
            floats = np.frombuffer(content[offset : offset + (len(content) - offset) // 4 * 4], "<f4")
            with np.errstate(invalid="ignore"):  # any bytes may be read as no number
                safe = np.nan_to_num(floats.astype(np.float64), nan=0.0, posinf=0.0, neginf=0.0)
            found.append(_keys(np.clip(safe, -1e9, 1e9)))
        return found
    text = content.decode("utf-8", "replace")
    parts = _BRACES.findall(text) if name.lower().endswith(_SOURCE[:6]) else [text]
    found = []
    for part in parts:
        words = _NUMBER.findall(part)
        if len(words) < _PROBE:
            continue
        if any("." in word or ("e" in word.lower() and "x" not in word.lower()) for word in words):
            found.append(_keys(np.array([_float(word) for word in words])))
        else:
            whole = np.array(
                [
                    min(max(int(word, 0) if "x" in word.lower() else int(word), -(1 << 40)), 1 << 40)
                    for word in words
                ],
                np.int64,
            )
            found.append(whole)
            found.append(np.where((whole > 127) & (whole < 256), whole - 256, whole))
            found.append(whole * 100_000)
    return found


def _float(word: str) -> float:
    value = float(int(word, 0)) if "x" in word.lower() else float(word)
    return max(-1e9, min(1e9, value))
