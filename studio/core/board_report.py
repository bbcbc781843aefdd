"""What was measured on one board for one model: its validation and the times of its layers, kept for the review.

A report lies at `<cache>/board-reports/<model SHA-256>/<board>.json`; the newest one of each board stands.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from studio.core import places
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.storage import read_error, write_atomically
from studio.core.validation import Validation


@dataclass(frozen=True, slots=True)
class LayerClock:
    """What each layer took on a board, in the order of the build's layers: the median of `runs` inferences.

    `times_us` are by the board's own clock, whose finest step may be some microseconds; `instructions` are 0 where the
    board cannot count them. `inference_us` is the whole inference with its layers timed.
    """

    board: str
    model_sha256: str
    clock_hz: int
    runs: int
    inference_us: int
    times_us: tuple[int, ...]
    instructions: tuple[int, ...]

    @property
    def known(self) -> bool:
        """False where the firmware was built without the hook that times layers, and said zeros."""
        return any(self.times_us) or any(self.instructions)


@dataclass(frozen=True, slots=True)
class BoardReport:
    """A validation with the times of the layers (None: not asked for), at a time (RFC 3339)."""

    at: str
    validation: Validation
    layers: LayerClock | None = None
    version: int = 1


def keep_report(report: BoardReport) -> Path:
    """Write the report to its place; raises StudioError where the disk refuses."""
    validation = report.validation
    path = _folder(validation.model_sha256) / f"{_plain(validation.board)}.json"
    write_atomically(path, (json.dumps(to_json(report), indent=1) + "\n").encode())
    return path


def reports_of(model_sha256: str) -> tuple[BoardReport, ...]:
    """All reports for a model, the newest first; what cannot be read is left out."""
    found = []
    for file in sorted(_folder(model_sha256).glob("*.json")):
        try:
            found.append(read_report(file))
        except StudioError:
            continue
    return tuple(sorted(found, key=lambda report: report.at, reverse=True))


def read_report(path: Path) -> BoardReport:
    """The report in a file; raises StudioError for what is none."""
    try:
        return from_json(BoardReport, json.loads(path.read_text(encoding="utf-8")), "report")
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError as error:
        raise StudioError(
            f"{path} is no report of a validation ({error}). Validate on the board again."
        ) from error


def _folder(model_sha256: str) -> Path:
    return places.cache() / "board-reports" / _plain(model_sha256)


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_") or "board"
