"""A recording played again: which results are due now, at any speed, from any place."""

from dataclasses import dataclass, replace

import numpy as np

from studio.core.frames import Hello, Result
from studio.core.recording import Recorded

SPEEDS = (0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0)
"""What is offered; 1 is as it was."""

MOST_AT_ONCE = 4000
"""Results that one turn of the display gets; a jump to a far place takes several turns."""


@dataclass(frozen=True, slots=True)
class ReplayState:
    """Where a replay stands: `position_s` of the recording's time line, `given` results that were handed out."""

    position_s: float = 0.0
    given: int = 0
    speed: float = 1.0
    playing: bool = True


class Replay:
    """Plays `recorded`; `advance` says which rows are due, `seek` goes anywhere. Time is given, not read: it is pure.

    A seek backwards hands out everything from the beginning again (`given` is 0 then), so that what is drawn is what
    had been drawn at that moment; whoever draws has to clear first.
    """

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self._times = recorded.times - recorded.times[0]
        self.state = ReplayState()

    @property
    def seconds(self) -> float:
        """How long the recording is."""
        return float(self._times[-1])

    @property
    def ended(self) -> bool:
        """True once every result was handed out."""
        return self.state.given >= len(self._times)

    def advance(self, elapsed_s: float) -> range:
        """The rows that are due after `elapsed_s` more seconds of the watcher's clock, at most MOST_AT_ONCE."""
        state = self.state
        position_s = state.position_s
        if state.playing:
            position_s = min(position_s + max(0.0, elapsed_s) * state.speed, self.seconds)
        due = int(np.searchsorted(self._times, position_s, side="right"))
        until = min(max(due, state.given), state.given + MOST_AT_ONCE)
        if until < due:  # still on its way there: the clock waits
            position_s = state.position_s
        self.state = replace(state, position_s=position_s, given=until)
        return range(state.given, until)

    def seek(self, position_s: float) -> bool:
        """Go to a place; True where that is back, so that all before it comes again."""
        position_s = min(max(0.0, position_s), self.seconds)
        given = int(np.searchsorted(self._times, position_s, side="right"))
        is_back = given < self.state.given
        self.state = replace(self.state, position_s=position_s, given=0 if is_back else self.state.given)
        return is_back

    def set_speed(self, speed: float) -> None:
        """Play so many times as fast."""
        self.state = replace(self.state, speed=max(0.01, speed))

    def set_playing(self, playing: bool) -> None:
        """Go on, or hold; at the end, going on begins anew (see `seek`)."""
        self.state = replace(self.state, playing=playing)


def hello_of(recorded: Recorded, sequence: int = 0) -> Hello:
    """Who the recorded board was, as a board that sends its scores as they are (float32)."""
    origin = recorded.origin
    return Hello(
        sequence=sequence,
        protocol=1,
        model_sha256=origin.model_sha256,
        input_size=0,
        output_size=len(origin.names),
        output_scale=1.0,
        output_zero_point=0,
        clock_hz=origin.clock_hz,
        board=origin.board or "Recording",
        labels=origin.names if origin.classifies else (),
        output_type="float32",
    )


def results_of(recorded: Recorded, rows: range) -> tuple[Result, ...]:
    """The results of some rows, as the board sent them; its clock goes on where it was restarted meanwhile."""
    times = (
        np.rint((recorded.times[rows.start : rows.stop] - recorded.times[0]) * 1e6).astype(np.int64).tolist()
    )
    scores = np.ascontiguousarray(recorded.scores[rows.start : rows.stop], "<f4")
    inference = np.maximum(recorded.inference_us[rows.start : rows.stop], 0).tolist()
    samples = recorded.samples[rows.start : rows.stop].tolist()
    width = scores.shape[1] * 4
    data = scores.tobytes()
    return tuple(
        Result(
            (row + 1) & 0xFFFF,
            times[place],
            inference[place],
            0,
            samples[place],
            data[place * width : (place + 1) * width],
        )
        for place, row in enumerate(rows)
    )
