"""Where a bundle's manifest says something else than the record of the review that was signed."""

from typing import Any

from studio.core.board import find_board
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportEngine, ExportFormat
from studio.core.formats.table import why_not
from studio.core.review.document import Recorded
from studio.core.review.findings import MANIFEST
from studio.core.review.following import model_file_of
from studio.core.review.log import Event, Row


def contradictions(manifest: dict[str, Any], recorded: Recorded, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """What contradicts, in sentences; `rows` are those of the bundle's log."""
    subject = recorded.subject
    known = (
        ("level", "another level", recorded.level),
        ("model_file", "another model's file", model_file_of(recorded)),
        ("log", "another log", to_json(recorded.head)),
        ("subject_hash", "another subject", recorded.subject_hash),
        ("model_sha256", "another model", subject.model_sha256),
        ("source_model_sha256", "another model before compression", subject.float_model_sha256),
    )
    found = [
        f"{MANIFEST} names {what} than the review's record."
        for key, what, value in known
        if manifest.get(key) != value
    ]
    opened = [row.payload for row in rows if row.type is Event.TEST_SET_OPENED]
    data = {str(payload.get("data")) for payload in opened if payload.get("model") == subject.model_sha256}
    if data and str(manifest.get("data_sha256")) not in data:
        found.append(f"{MANIFEST} names other data than the review's log.")
    return (*found, *_about_target(manifest, subject.target))


def _about_target(manifest: dict[str, Any], reviewed: str) -> list[str]:
    told = manifest.get("making")
    making = told if isinstance(told, dict) else {}
    board_id, engine = str(manifest.get("board", "")), str(manifest.get("engine", ""))
    sensor = str(making.get("sensor", reviewed.rsplit(", ", 1)[-1]))
    target = f"{board_id}, {engine}, {sensor}"
    if target != reviewed:
        return [f"{MANIFEST} is for {target}; reviewed was {reviewed}."]
    try:
        board, format_ = find_board(board_id), ExportFormat(str(manifest.get("format")))
        why = why_not(format_, board, ExportEngine(engine))
    except StudioError as error:
        return [str(error)]
    except ValueError as error:
        return [f"{MANIFEST} names a format or engine that there is not ({error})."]
    if why is not None:
        return [f"{MANIFEST} names a format that its board does not take. {why}"]
    if making and making.get("optimize") is None and not board.takes_float:
        return [f"{MANIFEST} says that there is no C code, but the {board.name} needs it."]
    return []
