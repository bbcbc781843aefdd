"""What comes of converting a model of another format."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Converted:
    """A .tflite made of another format; `fused` names normalisations that may have been joined with other layers."""

    content: bytes
    notes: tuple[str, ...] = ()
    fused: tuple[str, ...] = ()
