"""The log of a review: rows that only ever come on top, each chained to the one before by its hash.

An edited row breaks the chain. A cut-off end does not: so every export carries the number and hash of the last row,
and `verify_holds` compares. The log shows tampering, it does not prevent it: who owns the file can write it anew.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from studio.core.canonical import digest
from studio.core.codec import from_json, to_json
from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_count

FIRST = "0" * 64
# As `line_of` writes every row.
_BEGINNING = b'{"seq":'


class Event(StrEnum):
    """What happened."""

    INTAKE_SET = "intake.set"
    USE_SET = "use.set"
    LIMITS_SET = "limits.set"
    TEST_SET_OPENED = "testset.opened"
    CHECK_RUN = "check.run"
    EVIDENCE_OPENED = "evidence.opened"
    ANSWER_SET = "answer.set"
    ANSWER_STALE = "answer.stale"
    OVERRIDE_ADDED = "override.add"
    OVERRIDE_EXPIRED = "override.expire"
    TIER_RAISED = "tier.raise"
    SIGNED = "signoff"
    UNSIGNED = "signoff.withdrawn"
    SIGNED_AGAIN = "signoff.restored"
    EXPORTED = "export"
    EXPORT_REFUSED = "export.refused"
    EXPORT_FAILED = "export.failed"
    LOG_VERIFIED = "log.verified"
    LOG_RESTARTED = "log.restart"


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `seq` counts from 0, `prev` is the hash of the row before, `time` is RFC 3339."""

    seq: int
    prev: str
    time: str
    actor: str
    type: Event
    subject_hash: str
    payload: dict[str, Any] = field(default_factory=dict)
    hash: str = ""

    @property
    def due(self) -> str:
        """The hash that its content asks for."""
        content = to_json(self)
        del content["hash"]
        return digest(content)


@dataclass(frozen=True, slots=True)
class Head:
    """Where a log ends: how many rows it has, and the hash of the last one."""

    rows: int = 0
    hash: str = FIRST


def next_row(
    head: Head, event: Event, payload: dict[str, Any], *, time: str, actor: str, subject_hash: str
) -> Row:
    """The row that comes after `head`, with its hash."""
    row = Row(head.rows, head.hash, time, actor, event, subject_hash, payload)
    return Row(head.rows, head.hash, time, actor, event, subject_hash, payload, row.due)


def line_of(row: Row) -> bytes:
    """The row as one line of JSON."""
    return json.dumps(to_json(row), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def read_rows(content: bytes, name: str) -> tuple[Row, ...]:
    """The rows in a log's content. A last line without its end was never finished and is left out.

    Raises StudioError where a line is no row.
    """
    found = []
    for place, line in enumerate(content.split(b"\n")[:-1]):
        try:
            found.append(from_json(Row, json.loads(line), f"row {place}"))
        except ValueError as error:
            raise StudioError(
                phrase(
                    "Row {row} of the review's log {file} cannot be read ({why}). Put back an earlier copy, or move "
                    "the file away and review again.",
                    row=place,
                    file=name,
                    why=error,
                )
            ) from error
    return tuple(found)


def may_be_log(content: bytes) -> bool:
    """False for what never was a log: it holds something, but no row and not the beginning of a first one."""
    return _BEGINNING.startswith(content[: len(_BEGINNING)]) or any(
        _is_row(one) for one in content.split(b"\n")
    )


def _is_row(line: bytes) -> bool:
    try:
        from_json(Row, json.loads(line), "row")
    except (ValueError, RecursionError):
        return False
    return True


def head_of(rows: tuple[Row, ...]) -> Head:
    """Where these rows end."""
    return Head(len(rows), rows[-1].hash) if rows else Head()


def verify_chain(rows: Iterable[Row], before: Head | None = None) -> str | None:
    """What breaks the chain first, as a sentence; None where every row holds. `before` is the head they follow."""
    head = before or Head()
    for row in rows:
        if row.seq != head.rows:
            return phrase("Row {row} of the review's log is missing.", row=head.rows)
        if row.prev != head.hash:
            return phrase("Row {row} of the review's log does not follow the row before it.", row=row.seq)
        if row.due != row.hash:
            return phrase("Row {row} of the review's log was changed after it was written.", row=row.seq)
        head = Head(row.seq + 1, row.hash)
    return None


def verify_holds(rows: tuple[Row, ...], head: Head) -> str | None:
    """Why `rows` do not go on from the log that ended at `head` at the export, as a sentence; None where they do."""
    if _cut_off(rows, head):
        return phrase_count(
            "The review's log had {count} rows at the export and has {left} now: its end was cut off.",
            "The review's log had {count} rows at the export and has {left} now: its end was cut off.",
            head.rows,
            left=len(rows),
        )
    if _other(rows, head):
        return phrase(
            "The review's log is not the one that there was at the export: its rows were written anew."
        )
    return None


def _cut_off(rows: tuple[Row, ...], head: Head) -> bool:
    return head.rows > len(rows)


def _other(rows: tuple[Row, ...], head: Head) -> bool:
    return bool(head.rows) and rows[head.rows - 1].hash != head.hash


def restart(known: Head) -> dict[str, Any]:
    """The payload of the first row of a log that takes the place of one which ended at `known` and is gone."""
    return {"rows": known.rows, "head": known.hash}


def why_not_continued(rows: tuple[Row, ...], known: Head) -> str | None:
    """As `verify_holds`, for the log as it was last seen; one that says of itself that that one is gone will do."""
    if rows and rows[0].type is Event.LOG_RESTARTED and rows[0].payload == restart(known):
        return None
    if _cut_off(rows, known):
        return phrase_count(
            "The review's log had {count} rows before and has {left} now: its end was cut off.",
            "The review's log had {count} rows before and has {left} now: its end was cut off.",
            known.rows,
            left=len(rows),
        )
    if _other(rows, known):
        return phrase("The review's log is not the one that there was before: its rows were written anew.")
    return None
