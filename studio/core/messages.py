"""What the window and the worker say to each other: one JSON object a line, in both directions."""

import json
from dataclasses import dataclass
from typing import Any

from studio.core.build import Build
from studio.core.bundle import Bundle
from studio.core.checks.panel import Panel
from studio.core.codec import from_json, to_json
from studio.core.copies import Copies
from studio.core.dataset import Dataset
from studio.core.errors import StudioError
from studio.core.evaluation import Evaluation
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.core.study import (
    CurvePoint,
    Figures,
    LayerReport,
    LayerSensitivity,
    SearchResult,
    Sensitivity,
    Trained,
    Trial,
)

# Every job the worker does, and what its answer is; the arguments are those that core/pipeline.py names.
ANSWERS: dict[str, type] = {
    "load": Model,
    "inspect_data": Dataset,
    "compress": Candidate,
    "preview": Evaluation,
    "compile_candidate": Build,
    "evaluate": Evaluation,
    "measure": Build,
    "inspect_layers": LayerReport,
    "review_checks": Panel,
    "strip_copies": Copies,
    "export": Bundle,
    "train": Trained,
    "sensitivity": Sensitivity,
    "search": SearchResult,
    "figures": Figures,
}

# What these jobs show while they run: the `data` of their progress.
SHOWN: dict[str, type] = {
    "train": CurvePoint,
    "sensitivity": LayerSensitivity,
    "search": Trial,
}

# Jobs that answer with the best they have when they are stopped; the others just end.
KEEPING = ("train", "search")


@dataclass(frozen=True, slots=True)
class Request:
    """A job for the worker; `arguments` are JSON values."""

    id: int
    job: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Stop:
    """The job with this number is to end: at once, or with the best it has."""

    stop: int


@dataclass(frozen=True, slots=True)
class Ready:
    """The worker has started and waits."""

    pid: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: a share from 0 to 1, a few words, and the JSON form of its type in SHOWN where it has one."""

    id: int
    share: float
    text: str
    data: Any = None


@dataclass(frozen=True, slots=True)
class Answer:
    """A job is done; `value` is the JSON form of its type in ANSWERS."""

    id: int
    value: Any


@dataclass(frozen=True, slots=True)
class Failure:
    """A job failed; `sentence` is shown to the user, `cure` names a button where there is one."""

    id: int
    sentence: str
    cure: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """A job was stopped and has no answer; the worker waits again."""

    id: int


Reply = Ready | Progress | Answer | Failure | Ended
_REPLIES: dict[str, type] = {
    "ready": Ready,
    "progress": Progress,
    "answer": Answer,
    "failure": Failure,
    "ended": Ended,
}


def encode_request(request: Request | Stop) -> bytes:
    """The request as one line."""
    return json.dumps(to_json(request)).encode() + b"\n"


def decode_request(line: bytes) -> Request | Stop:
    """The request in a line; ValueError for anything else."""
    data = json.loads(line)
    if isinstance(data, dict) and "stop" in data:
        return from_json(Stop, data, "stop")
    return from_json(Request, data, "request")


def encode_reply(reply: Reply) -> bytes:
    """The reply as one line."""
    kind = next(name for name, type_ in _REPLIES.items() if isinstance(reply, type_))
    return json.dumps({"kind": kind, **to_json(reply)}).encode() + b"\n"


def decode_reply(line: bytes) -> Reply:
    """The reply in a line; StudioError for anything else."""
    try:
        data = json.loads(line)
        kind = _REPLIES[data.pop("kind")]
        reply: Reply = from_json(kind, data, "reply")
    except (ValueError, KeyError, AttributeError) as error:
        raise StudioError("The worker said something that is not understood. Restart the studio.") from error
    return reply


def read_answer(job: str, value: object) -> Any:
    """An answer's JSON value as the dataclass that belongs to `job`."""
    return from_json(ANSWERS[job], value, job)


def read_shown(job: str, value: object) -> Any:
    """The `data` of a job's progress as the dataclass that belongs to `job`, or None where there is none."""
    return None if value is None or job not in SHOWN else from_json(SHOWN[job], value, job)
