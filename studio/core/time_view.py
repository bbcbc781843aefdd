"""Which stretch of a session is looked at: one that follows the newest result, or one that holds still."""

from dataclasses import dataclass, replace

USUAL_SPAN_S = 12.0
LEAST_SPAN_S = 0.01


@dataclass(frozen=True, slots=True)
class TimeView:
    """`span_s` seconds up to `end_s`, or (None) up to the newest result. Times are those of the monitor's line.

    `first_s` and `last_s` are always the session's ends as they are now.
    """

    span_s: float = USUAL_SPAN_S
    end_s: float | None = None

    @property
    def follows(self) -> bool:
        """True where it moves with the newest result."""
        return self.end_s is None

    def window(self, last_s: float) -> tuple[float, float]:
        """From when to when."""
        end_s = last_s if self.end_s is None else self.end_s
        return end_s - self.span_s, end_s

    def held(self, last_s: float) -> "TimeView":
        """Standing still where it is."""
        return replace(self, end_s=self.window(last_s)[1])

    def following(self) -> "TimeView":
        """Moving with the newest result."""
        return replace(self, end_s=None)

    def zoomed(self, factor: float, at_s: float, first_s: float, last_s: float) -> "TimeView":
        """A span `factor` times as long; what is at `at_s` stays there, but a view that follows keeps its end."""
        most = max(USUAL_SPAN_S, last_s - first_s)
        span_s = min(max(self.span_s * factor, LEAST_SPAN_S), most)
        if self.end_s is None:
            return replace(self, span_s=span_s)
        end_s = at_s + (self.end_s - at_s) * span_s / self.span_s
        return TimeView(span_s, _within(end_s, span_s, first_s, last_s))

    def moved(self, by_s: float, first_s: float, last_s: float) -> "TimeView":
        """Later, or earlier for a negative `by_s`; moved beyond the newest result it follows again."""
        end_s = self.window(last_s)[1] + by_s
        if by_s > 0 and end_s >= last_s:
            return self.following()
        return replace(self, end_s=_within(end_s, self.span_s, first_s, last_s))

    def whole(self, first_s: float, last_s: float) -> "TimeView":
        """All of the session."""
        span_s = max(last_s - first_s, LEAST_SPAN_S)
        return TimeView(span_s, None if self.follows else last_s)


def _within(end_s: float, span_s: float, first_s: float, last_s: float) -> float:
    return min(max(end_s, min(first_s + span_s, last_s)), last_s)
