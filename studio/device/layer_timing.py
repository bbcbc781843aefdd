"""The times of a model's layers, asked of a board over the link; gets through lost frames like a validation."""

import statistics
import time
from collections.abc import Callable

from studio.core.board_report import LayerClock
from studio.core.errors import StudioError
from studio.core.frames import Ack, Hello, Kind, LayerTimes, ask_hello, stop, time_layers
from studio.core.validation import Questions
from studio.device.link import Event, Link, Lost

RUNS = 5
"""Inferences whose layers are timed; the median of them counts."""

_TRIES = 6
_HELLO_SECONDS = 6.0
_ASK_AGAIN_SECONDS = 0.7
_FIRST_SECONDS = 1.0
_LOOK_SECONDS = 0.1
_OLD = (
    "The firmware on the {} is older than this studio and cannot time its layers. Export and flash it again."
)


def layer_clock(
    port: str,
    asked: Questions,
    *,
    baud: int = 115_200,
    runs: int = RUNS,
    cancelled: Callable[[], bool] = lambda: False,
) -> LayerClock | None:
    """Time the layers of some of the questions' inferences; None when it was cancelled. Waits: not for the window.

    Raises StudioError when nothing answers, when the board runs another model, or cannot time layers.
    """
    with Link(port, baud) as link:
        hello = _greeted(link, asked.model_sha256, cancelled)
        if hello is None:
            return None
        found: list[LayerTimes] = []
        for number in range(min(runs, max(1, len(asked.inputs)))):
            if cancelled():
                return None
            one = _timed(link, hello, asked.inputs[number], cancelled)
            if one is None:
                return None
            found.append(one)
    layers = list(zip(*(one.layers for one in found), strict=True))
    return LayerClock(
        hello.board,
        hello.model_sha256,
        hello.clock_hz,
        len(found),
        int(statistics.median(one.inference_us for one in found)),
        tuple(int(statistics.median(one.time_us for one in column)) for column in layers),
        tuple(int(statistics.median(one.instructions for one in column)) for column in layers),
    )


def _greeted(link: Link, model_sha256: str, cancelled: Callable[[], bool]) -> Hello | None:
    end = time.monotonic() + _HELLO_SECONDS
    ask_at = time.monotonic() + _ASK_AGAIN_SECONDS
    link.send(stop())
    while time.monotonic() < end:
        for event in _taken(link):
            if not isinstance(event, Hello):
                continue
            if event.model_sha256 != model_sha256:
                raise StudioError(f"The {event.board} runs another model. Export and flash this one first.")
            if not event.acknowledges:
                raise StudioError(_OLD.format(event.board))
            return event
        if cancelled():
            return None
        if time.monotonic() > ask_at:
            link.send(ask_hello())
            ask_at = time.monotonic() + _ASK_AGAIN_SECONDS
    raise StudioError(
        f"Nothing that the studio understands came from {link.port}. Check the cable and the baud rate."
    )


def _timed(link: Link, hello: Hello, given: bytes, cancelled: Callable[[], bool]) -> LayerTimes | None:
    patience = _FIRST_SECONDS
    for _ in range(_TRIES):
        number = link.next_sequence()
        link.send(time_layers(given, number))
        end = time.monotonic() + patience
        while time.monotonic() < end:
            for event in _taken(link):
                match event:
                    case LayerTimes(sequence=sequence) if sequence == number:
                        return event
                    case Ack(sequence=sequence, request=Kind.TIME_LAYERS) if sequence == number:
                        if event.taken.sentence:
                            raise StudioError(event.taken.sentence)
                    case _:
                        continue
            if cancelled():
                return None
        patience *= 2
    raise StudioError(
        f"The {hello.board} did not tell the times of its layers in {_TRIES} tries. Check the cable and try again."
    )


def _taken(link: Link) -> list[Event]:
    link.wait(_LOOK_SECONDS)
    events = link.take()
    for event in events:
        if isinstance(event, Lost):
            raise StudioError(event.sentence)
    return events
