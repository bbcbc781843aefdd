"""What happened in a live session: labels that began and ended, connections, losses, resets, other models, logs."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from studio.core.post_processing import LabelEvent


class EventKind(StrEnum):
    """What kind of thing happened; the value is what makers read."""

    LABEL = "label"
    CONNECTION = "connection"
    RESET = "reset"
    MODEL = "model"
    LOG = "board's log"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class LiveEvent:
    """One thing that happened, at `at_s` of the computer's clock (time.time()).

    `time_s` is its place on the monitor's time line, None before there is one.
    """

    at_s: float
    kind: EventKind
    words: str
    time_s: float | None = None

    @property
    def clock(self) -> str:
        """The time of day, to the millisecond: 14:02:07.250."""
        return datetime.fromtimestamp(self.at_s).strftime("%H:%M:%S.%f")[:-3]


MOST_LABELS_AT_ONCE = 40


def label_events(
    found: tuple[LabelEvent, ...],
    names: tuple[str, ...],
    at_s: float,
    newest_s: float,
    not_before_s: float = 0.0,
) -> tuple[LiveEvent, ...]:
    """Labels that began and ended as events; MOST_LABELS_AT_ONCE or more are one.

    `newest_s` is the time on the monitor's line that belongs to `at_s`; no event is said to be older than
    `not_before_s`, when the results before these came.
    """
    if len(found) >= MOST_LABELS_AT_ONCE:
        words = (
            "Labels change too fast to be listed one by one: average more results, or ask for a threshold."
        )
        return (LiveEvent(at_s, EventKind.LABEL, words, found[-1].time_s),)
    return tuple(
        LiveEvent(
            max(not_before_s, at_s - max(0.0, newest_s - one.time_s)),
            EventKind.LABEL,
            f"{names[one.label]} {'began' if one.began else 'ended'} ({one.mean * 100:.0f} %)",
            one.time_s,
        )
        for one in found
    )
