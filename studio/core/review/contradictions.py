"""Where a bundle's manifest says something else than the record of the review that was signed."""

from typing import Any

from studio.core.board import find_board
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportEngine, ExportFormat
from studio.core.formats.table import why_not
from studio.core.phrases import phrase, phrase_later
from studio.core.review.document import Recorded
from studio.core.review.findings import MANIFEST
from studio.core.review.following import model_file_of
from studio.core.review.log import Event, Row

_OTHER = {
    "level": phrase_later("{manifest} names another level than the review's record."),
    "model_file": phrase_later("{manifest} names another model's file than the review's record."),
    "log": phrase_later("{manifest} names another log than the review's record."),
    "subject_hash": phrase_later("{manifest} names another subject than the review's record."),
    "model_sha256": phrase_later("{manifest} names another model than the review's record."),
    "source_model_sha256": phrase_later(
        "{manifest} names another model before compression than the review's record."
    ),
}
"""What the manifest names once more, and the sentence where it is not as in the record."""


def contradictions(manifest: dict[str, Any], recorded: Recorded, rows: tuple[Row, ...]) -> tuple[str, ...]:
    """What contradicts, in sentences; `rows` are those of the bundle's log."""
    subject = recorded.subject
    values = {
        "level": recorded.level,
        "model_file": model_file_of(recorded),
        "log": to_json(recorded.head),
        "subject_hash": recorded.subject_hash,
        "model_sha256": subject.model_sha256,
        "source_model_sha256": subject.float_model_sha256,
    }
    found = [
        phrase(words, manifest=MANIFEST) for key, words in _OTHER.items() if manifest.get(key) != values[key]
    ]
    opened = [row.payload for row in rows if row.type is Event.TEST_SET_OPENED]
    data = {str(payload.get("data")) for payload in opened if payload.get("model") == subject.model_sha256}
    if data and str(manifest.get("data_sha256")) not in data:
        found.append(phrase("{manifest} names other data than the review's log.", manifest=MANIFEST))
    return (*found, *_about_target(manifest, subject.target))


def _about_target(manifest: dict[str, Any], reviewed: str) -> list[str]:
    told = manifest.get("making")
    making = told if isinstance(told, dict) else {}
    board_id, engine = str(manifest.get("board", "")), str(manifest.get("engine", ""))
    sensor = str(making.get("sensor", reviewed.rsplit(", ", 1)[-1]))
    target = f"{board_id}, {engine}, {sensor}"
    if target != reviewed:
        words = phrase(
            "{manifest} is for {target}; reviewed was {reviewed}.",
            manifest=MANIFEST,
            target=target,
            reviewed=reviewed,
        )
        return [words]
    try:
        board, format_ = find_board(board_id), ExportFormat(str(manifest.get("format")))
        why = why_not(format_, board, ExportEngine(engine))
    except StudioError as error:
        return [str(error)]
    except ValueError as error:
        return [
            phrase(
                "{manifest} names a format or engine that there is not ({why}).", manifest=MANIFEST, why=error
            )
        ]
    if why is not None:
        return [
            phrase(
                "{manifest} names a format that its board does not take. {why}", manifest=MANIFEST, why=why
            )
        ]
    if making and making.get("optimize") is None and not board.takes_float:
        words = phrase(
            "{manifest} says that there is no C code, but the {board} needs it.",
            manifest=MANIFEST,
            board=board.name,
        )
        return [words]
    return []
