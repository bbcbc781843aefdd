"""What a review's log says, drawn together: which evidence was opened, when limits were set, how long it took."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from studio.core.checklist import Checklist
from studio.core.checks.limits import standard_limits
from studio.core.review.log import Event, Head, Row, head_of, verify_chain

_BY_A_PERSON = {
    Event.INTAKE_SET, Event.USE_SET, Event.LIMITS_SET, Event.EVIDENCE_OPENED, Event.ANSWER_SET,
    Event.OVERRIDE_ADDED, Event.TIER_RAISED, Event.SIGNED,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Loosened:
    """A limit that was made looser, or a choice made anew, after test results were there.

    `after` None: it was taken away.
    """

    limit: str
    before: float
    after: float | None
    at: str
    by: str


@dataclass(frozen=True, slots=True)
class Logged:
    """The log's facts.

    `opened` is evidence (a check's id) → the hashes of its results that somebody opened in the window, words
    included; a file's word stands in its answers. `test_set_openings` counts evaluations on the
    test set; times are RFC 3339, "" where it did not happen. `broken` says what is wrong with the log, where something
    is; `restarted_at` when it took the place of one that is gone. `limits_before_results` is None where limits came
    from a file that quotes results, `minutes` where all that was entered came from a file: neither is known.
    """

    head: Head = Head()
    opened: dict[str, tuple[str, ...]] = field(default_factory=dict)
    test_set_openings: int = 0
    first_test_set_opening: str = ""
    limits_set_at: str = ""
    limits_before_results: bool | None = False
    loosened: tuple[Loosened, ...] = ()
    minutes: float | None = 0.0
    refusals: int = 0
    broken: str = ""
    restarted_at: str = ""

    def was_opened(self, evidence: str, sha256: str) -> bool:
        """True where somebody opened this evidence as it is now."""
        return sha256 in self.opened.get(evidence, ())


def logged(rows: tuple[Row, ...], checklist: Checklist, broken: str | None = None) -> Logged:
    """The facts of a log. `broken` says what is wrong with it, as a sentence; None: its chain is verified here."""
    opened: dict[str, tuple[str, ...]] = {}
    limits: dict[str, float] = {}
    first_opening = first_limits = ""
    loosened: list[Loosened] = []
    openings = refusals = 0
    seconds, last, untimed = 0.0, None, False
    for row in rows:
        if row.type is Event.EVIDENCE_OPENED and row.payload.get("via") != "file":
            name, sha256 = str(row.payload.get("evidence", "")), str(row.payload.get("sha256", ""))
            if sha256 not in opened.get(name, ()):
                opened[name] = (*opened.get(name, ()), sha256)
        elif row.type is Event.TEST_SET_OPENED:
            openings += 1
            first_opening = first_opening or row.time
        elif row.type is Event.LIMITS_SET:
            wanted = _limits(row.payload)
            if openings:
                loosened += _loosened(limits, wanted, row, checklist)
            if checklist.binding(wanted) and not first_limits:
                first_limits = row.time
            limits = wanted
        elif row.type is Event.EXPORT_REFUSED:
            refusals += 1
        if row.type in _BY_A_PERSON and row.payload.get("via") == "file":
            untimed = True
        elif row.type in _BY_A_PERSON:
            now = _time(row.time)
            if last is not None and now is not None:
                gap = (now - last).total_seconds()
                seconds += gap if 0 <= gap <= checklist.minutes_between * 60 else 0.0
            last = now
    return Logged(
        head_of(rows),
        opened,
        openings,
        first_opening,
        first_limits,
        _limits_came_first(rows, checklist),
        tuple(loosened),
        seconds / 60 if last is not None or not untimed else None,
        refusals,
        (verify_chain(rows) or "") if broken is None else broken,
        next((row.time for row in reversed(rows) if row.type is Event.LOG_RESTARTED), ""),
    )


def _limits_came_first(rows: tuple[Row, ...], checklist: Checklist) -> bool | None:
    for row in rows:
        if row.type in (Event.TEST_SET_OPENED, Event.LOG_RESTARTED):
            return False
        if row.type is Event.LIMITS_SET and checklist.binding(_limits(row.payload)):
            return None if row.payload.get("quotes_results") is True else True
    return False


def _limits(payload: dict[str, Any]) -> dict[str, float]:
    found = payload.get("limits", {})
    if not isinstance(found, dict):
        return {}
    return {str(key): float(value) for key, value in found.items() if isinstance(value, int | float)}


def _loosened(
    before: dict[str, float], after: dict[str, float], row: Row, checklist: Checklist
) -> list[Loosened]:
    rules = {rule.id: rule for rule in checklist.own_limits}
    usual = {name: getattr(standard_limits(), name) for name, rule in rules.items() if not rule.binds}
    before, after = {**usual, **before}, {**usual, **after}  # a choice that nobody made is the usual one
    return [
        Loosened(name, value, after.get(name), row.time, row.actor)
        for name, value in before.items()
        if name in rules and rules[name].looser(value, after.get(name))
    ]


def _time(text: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo is not None else None
