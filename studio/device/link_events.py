"""What a link tells: that it is open, away, released or lost, what the port speaks, and its books."""

from dataclasses import dataclass, fields

from studio.core.speech import Heard, Listener, Speech


@dataclass(frozen=True, slots=True)
class Connected:
    """The port is open (again), under this name; the board has been asked who it is."""

    port: str


@dataclass(frozen=True, slots=True)
class Away:
    """The port could not be opened or has gone, and is being looked for; `Connected` follows when it is back."""

    sentence: str


@dataclass(frozen=True, slots=True)
class Released:
    """The port is free for another program, as `release` asked."""

    port: str


@dataclass(frozen=True, slots=True)
class Speaks:
    """What comes over the port was recognised, or has changed."""

    speech: Speech


@dataclass(frozen=True, slots=True)
class Lost:
    """The port could not be opened or has gone; the sentence says why and what to do. Nothing comes after it."""

    sentence: str


Event = Connected | Away | Released | Speaks | Lost | Heard


@dataclass(frozen=True, slots=True)
class Counters:
    """What has come in over a link since it was made, over all its connections.

    `lost`, `crc_errors`, `garbage_bytes`, `duplicates`, `resets` and `unknown` as in core.frames.Decoder; `overlong`,
    `readings`, `lines` and `unreadable_bytes` as in core.speech.Listener. `untaken` events were dropped because nobody
    took them, `unsent` requests because nothing took them or the queue was full. `connections` were made.
    """

    bytes_received: int = 0
    frames: int = 0
    lost: int = 0
    crc_errors: int = 0
    garbage_bytes: int = 0
    duplicates: int = 0
    resets: int = 0
    untaken: int = 0
    overlong: int = 0
    unknown: int = 0
    readings: int = 0
    lines: int = 0
    unreadable_bytes: int = 0
    unsent: int = 0
    connections: int = 0

    def __add__(self, other: "Counters") -> "Counters":
        return Counters(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Counters)))


def heard_by(listener: Listener) -> Counters:
    """The books of one listener."""
    decoder = listener.decoder
    return Counters(
        frames=decoder.frames,
        lost=decoder.lost,
        crc_errors=decoder.crc_errors,
        garbage_bytes=decoder.garbage_bytes,
        duplicates=decoder.duplicates,
        resets=decoder.resets,
        overlong=listener.overlong,
        unknown=decoder.unknown,
        readings=listener.readings,
        lines=listener.lines,
        unreadable_bytes=listener.unreadable_bytes,
    )
