"""What is made of a board's words: a monitor that keeps its results, labels that begin and end, and what happened."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from studio.core.arrivals import Arrivals
from studio.core.frames import Ack, Hello, LayerTimes, Log, Result, Stats
from studio.core.live_events import MOST_LABELS_AT_ONCE, EventKind, LiveEvent, label_events
from studio.core.monitor import Monitor, Truths
from studio.core.post_processing import Detection, PostProcessing, detect
from studio.core.speech import Heard
from studio.core.text_decoders import Line, Reading

_FLOOD_SECONDS = 5.0  # that labels change too fast to be listed is not said more often
_MOST_LINES = 20  # of a board's log, for each turn of the display


@dataclass(frozen=True, slots=True)
class NewMonitor:
    """From here on results have other names, or come from another place."""

    monitor: Monitor


Noticed = NewMonitor | Hello | Stats | Arrivals | LiveEvent
"""What comes of words, in their order: a hello after the monitor that it brought, arrivals before their labels."""


class Reception:
    """Hears one board after another; `monitor` is that of the last one, None before the first words of any."""

    def __init__(
        self, folder: Path | None = None, threshold_for: Callable[[Hello], float | None] | None = None
    ) -> None:
        """`folder` takes what memory does not: see core.history.

        `threshold_for` says from which score on labels begin on a board, before its results count; None: as before.
        """
        self._threshold_for = threshold_for
        self._folder = folder
        self._is_new_place = True
        self._is_greeted = False
        self._sha256 = ""
        self._lines_left = 0
        self._flood_s = -_FLOOD_SECONDS
        self._arrived_s = 0.0
        self.monitor: Monitor | None = None
        self._truths: Truths | None = None
        self.detection = Detection()
        self.post_processing = PostProcessing()

    def expect_another(self) -> None:
        """The next words come from another port or board, whose history begins anew."""
        self._is_new_place = True

    def expect_words(self, truths: Truths | None) -> None:
        """A connection begins: results count once the board has said who it is.

        `truths` [samples] or [samples, K] is what is right for each sample of its sensor, where there is such a thing.
        """
        self._is_greeted = False
        self._truths = truths

    def set_post_processing(self, wanted: PostProcessing) -> None:
        """Find labels so from now on."""
        self.post_processing = wanted
        self.detection = Detection()

    def clear(self) -> None:
        """Forget what came so far."""
        self.detection = Detection()
        if self.monitor is not None:
            self.monitor.clear()

    def close(self) -> None:
        """Give the disk back."""
        if self.monitor is not None:
            self.monitor.close()

    def hear(self, words: Sequence[Heard], began_s: float, now_s: float) -> list[Noticed]:
        """Take in what came between these two times of the computer's clock; what comes of it, in order."""
        noticed: list[Noticed] = []
        self._lines_left = _MOST_LINES
        at = 0
        while at < len(words):  # most words are results or readings in a row: those are taken in at once
            kind = type(words[at])
            end = at + 1
            while end < len(words) and type(words[end]) is kind:
                end += 1
            noticed += self._hear_alike(words[at:end], began_s, now_s)
            at = end
        return noticed

    def _hear_alike(self, words: Sequence[Heard], began_s: float, now_s: float) -> list[Noticed]:
        match words[0]:
            case Result():
                results = [one for one in words if isinstance(one, Result) and not one.is_answer]
                if not results or not self._is_greeted:
                    return []
                return self._take_in(self._monitor().add_results(results, now_s))
            case Reading():
                readings = [one for one in words if isinstance(one, Reading)]
                begun: list[Noticed] = [*self._begin_text()]
                return begun + self._take_in(self._monitor().add_readings(readings, began_s, now_s))
            case Hello():
                return [one for word in words if isinstance(word, Hello) for one in self._greet(word, now_s)]
            case Stats():
                return [words[-1]] if isinstance(words[-1], Stats) else []
            case Log() | Line():
                shown = words[: self._lines_left]
                self._lines_left -= len(shown)
                return [self.event(EventKind.LOG, getattr(one, "text", ""), now_s) for one in shown]
            case Ack() | LayerTimes():
                return []

    def event(self, kind: EventKind, words: str, now_s: float) -> LiveEvent:
        """Something that happened now."""
        is_known = self.monitor is not None and self.monitor.received
        return LiveEvent(now_s, kind, words, self._monitor().history.last_s if is_known else None)

    def _monitor(self) -> Monitor:
        assert self.monitor is not None
        return self.monitor

    def _greet(self, hello: Hello, now_s: float) -> list[Noticed]:
        noticed: list[Noticed] = []
        known = self.monitor
        if known is None or self._is_new_place or known.hello is None or _is_other(known.hello, hello):
            noticed.append(self._begin(Monitor(hello, self._truths, self._folder)))
        elif hello.model_sha256 != self._sha256 or self._truths is not known.truths:
            known.set_board(hello, self._truths)
        if hello.model_sha256 != self._sha256:
            words = f"{hello.board} runs model {hello.model_sha256[:8]}…"
            words += f", no longer {self._sha256[:8]}…" if self._sha256 else ""
            noticed.append(self.event(EventKind.MODEL, words, now_s))
            threshold = self._threshold_for(hello) if self._threshold_for is not None else None
            if threshold is not None and threshold != self.post_processing.threshold:
                self.set_post_processing(replace(self.post_processing, threshold=threshold))
        self._sha256, self._is_greeted = hello.model_sha256, True
        return [*noticed, hello]

    def _begin_text(self) -> list[NewMonitor]:
        if self.monitor is not None and self.monitor.hello is None and not self._is_new_place:
            return []
        self._sha256, self._is_greeted = "", False
        return [self._begin(Monitor(None, None, self._folder))]

    def _begin(self, monitor: Monitor) -> NewMonitor:
        self.close()
        self.monitor, self.detection, self._is_new_place = monitor, Detection(), False
        return NewMonitor(monitor)

    def _take_in(self, arrived: Arrivals) -> list[Noticed]:
        if not arrived.classifies:
            return [arrived]
        self.detection, found = detect(
            self.post_processing, arrived.times, arrived.scores, self.detection, MOST_LABELS_AT_ONCE
        )
        newest_s = float(arrived.times[-1])
        if len(found) >= MOST_LABELS_AT_ONCE:
            if arrived.at_s - self._flood_s < _FLOOD_SECONDS:
                return [arrived]
            self._flood_s = arrived.at_s
        before_s, self._arrived_s = self._arrived_s, arrived.at_s
        return [arrived, *label_events(found, arrived.names, arrived.at_s, newest_s, before_s)]


def _is_other(before: Hello, after: Hello) -> bool:
    """Whether results have other numbers or names."""
    return (before.output_size, before.labels) != (after.output_size, after.labels)
