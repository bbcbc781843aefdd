"""What can go wrong on a virtual board on request: bytes lost and changed, resets, a slow sensor, no cable."""

import random
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from studio.core.errors import StudioError

UNPLUGGED_SECONDS = 1.0
_MOST_SLOW = 1000.0


@dataclass(frozen=True, slots=True)
class Misbehaviour:
    """How a virtual board misbehaves; the same `seed` brings the same faults to the same bytes.

    `drop` is the chance of each byte, both ways, to get lost, `flip` that of one of its bits to change. The board is
    reset every `reset` seconds and unplugged every `unplug` seconds, for a second each time (0: never). Its sensor
    takes `slow` times as long.
    """

    drop: float = 0.0
    flip: float = 0.0
    reset: float = 0.0
    slow: float = 1.0
    unplug: float = 0.0
    seed: int = 0

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in ("drop", "flip", "reset", "unplug")) or self.slow != 1

    def words(self) -> str:
        """As `parse` reads it."""
        plain = Misbehaviour()
        changed = [
            field.name for field in fields(self) if getattr(self, field.name) != getattr(plain, field.name)
        ]
        return ",".join(f"{name}={getattr(self, name):g}" for name in changed)


def parse(text: str) -> Misbehaviour:
    """'drop=0.01,flip=0.001,reset=30,slow=3,unplug=20,seed=1', any of them, as a Misbehaviour.

    Raises StudioError for other words and for numbers that make no sense.
    """
    known = [field.name for field in fields(Misbehaviour)]
    found: dict[str, float] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = part.partition("=")
        try:
            value = float(number)
        except ValueError:
            value = -1.0
        most = {"drop": 1.0, "flip": 1.0, "slow": _MOST_SLOW}.get(name, 1e9)
        least = {"slow": 1.0, "reset": 0.01, "unplug": 0.01}.get(name, 0.0)
        if name not in known or not least <= value <= most:
            raise StudioError(
                f"'{part}' is no misbehaviour. Give drop and flip (0 to 1, the chance of each byte), reset and unplug "
                "(every so many seconds), slow (times) or seed: drop=0.01,flip=0.001,reset=30,slow=3,unplug=20."
            )
        found[name] = value
    seed = int(found.pop("seed", 0))
    return Misbehaviour(**found, seed=seed)


class Fault(StrEnum):
    """What a maker can ask a virtual board to do wrong, to see how the studio takes it."""

    LOSES_BYTES = "loses bytes"
    FLIPS_BITS = "flips bits"
    RESETS = "resets itself"
    SLOW_SENSOR = "has a slow sensor"
    UNPLUGS = "is unplugged"

    @property
    def words(self) -> str:
        """How much of it, in a sentence for a tooltip."""
        return {
            Fault.LOSES_BYTES: "Of a thousand bytes two get lost, both ways",
            Fault.FLIPS_BITS: "In one byte of a thousand a bit changes, both ways",
            Fault.RESETS: "It begins anew every 10 seconds, as after its reset button",
            Fault.SLOW_SENSOR: "Its sensor takes three times as long",
            Fault.UNPLUGS: "Every 15 seconds its cable is out for one second",
        }[self]


_AMOUNTS: dict[Fault, dict[str, float]] = {
    Fault.LOSES_BYTES: {"drop": 0.002},
    Fault.FLIPS_BITS: {"flip": 0.001},
    Fault.RESETS: {"reset": 10.0},
    Fault.SLOW_SENSOR: {"slow": 3.0},
    Fault.UNPLUGS: {"unplug": 15.0},
}


def together(faults: Iterable[Fault]) -> Misbehaviour:
    """All of these at once."""
    found = Misbehaviour()
    for fault in faults:
        found = replace(found, **_AMOUNTS[fault])  # type: ignore[arg-type]  # all of them are numbers
    return found


class Noise:
    """One direction of a bad cable: the same seed does the same to the same bytes, however they are cut up."""

    def __init__(self, wanted: Misbehaviour, direction: str) -> None:
        self._random = random.Random(f"{wanted.seed} {direction}")
        self._drop = wanted.drop
        self._flip = wanted.flip

    def spoil(self, data: bytes) -> bytes:
        """What arrives of `data`."""
        if not self._drop and not self._flip:
            return data
        arrived = bytearray()
        for byte in data:
            lost, changed, bit = self._random.random(), self._random.random(), self._random.randrange(8)
            if lost >= self._drop:
                arrived.append(byte ^ (1 << bit) if changed < self._flip else byte)
        return bytes(arrived)


class Clockwork:
    """When the next reset or unplugging is due, by the wall clock from the first look on."""

    def __init__(self, every_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._every = every_seconds
        self._clock = clock
        self.begin()

    def left(self) -> float:
        """Seconds until it is due; infinite for never."""
        return max(0.0, self._next - self._clock())

    def is_due(self) -> bool:
        """True once each time."""
        if self._clock() < self._next:
            return False
        self.begin()
        return True

    def begin(self) -> None:
        """Counts from now on."""
        self._next = self._clock() + self._every if self._every else float("inf")
