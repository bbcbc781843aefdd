"""Keras models made ready for conversion: loops over time are unrolled, and normalisations are listed."""

from collections.abc import Iterator
from typing import Any

from studio.core.errors import StudioError

_MOST_STEPS = 128  # each becomes about ten operators


def unrolled(model: Any) -> tuple[str, ...]:
    """Let recurrent layers (LSTM, GRU, SimpleRNN) run step by step instead of in a loop, and say so.

    Loops convert to control flow that no microcontroller engine here runs. StudioError for sequences too long for it.
    """
    notes = []
    for layer in _layers(model):
        if getattr(layer, "unroll", None) is not False or not hasattr(layer, "return_sequences"):
            continue
        kind, steps = type(layer).__name__, _steps(layer)
        if steps is not None and steps > _MOST_STEPS:
            raise StudioError(
                f"Layer '{layer.name}' ({kind}) loops over {steps} time steps. Loops do not run on a microcontroller, "
                f"and unroll=True would write out each step: shorten the sequence to {_MOST_STEPS} steps or fewer, or "
                "use convolutions over time."
            )
        layer.unroll = True
        written = f"its {steps} time steps" if steps is not None else "its time steps"
        notes.append(
            f"Layer '{layer.name}' ({kind}) looped over time; it was loaded as with unroll=True, {written} written out."
        )
    return tuple(notes)


def normalisations(model: Any) -> tuple[str, ...]:
    """The names of all BatchNormalization layers."""
    return tuple(layer.name for layer in _layers(model) if type(layer).__name__ == "BatchNormalization")


def _layers(model: Any) -> Iterator[Any]:
    yield from model._flatten_layers(include_self=False, recursive=True)  # the one way into nested models


def _steps(layer: Any) -> int | None:
    try:
        size = layer.input.shape[1]
    except (
        AttributeError,
        ValueError,
        IndexError,
        TypeError,
        RuntimeError,
    ):  # inside of a wrapper it has none
        return None
    return int(size) if size is not None else None
