"""What goes wrong with a sensor, done to samples: gain, noise, offset, clipping, gaps, stuck axes, wrong clocks."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.phrases import phrase_later
from studio.core.samples import Face, face_of, plain_shape

Values = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Range:
    """What the sensor gives on the whole: smallest and largest number, mean and standard deviation."""

    low: float
    high: float
    mean: float
    spread: float


_LONGEST = 2  # times as long as wide: beyond that a "picture" is a spectrum over time

Change = Callable[[Values, float, Range, np.random.Generator], Values]


@dataclass(frozen=True)
class Fault:
    """A fault at several levels, mild first; `change` takes samples [N, T or H, ...], a level, the range and a draw.

    `name` and `unit` are English: the name tells its draws from those of other faults, in whatever language it is said.
    """

    name: str
    unit: str
    levels: tuple[float, ...]
    change: Change


def range_of(x: Values) -> Range:
    """The range of samples [N, ...]."""
    return Range(float(x.min()), float(x.max()), float(x.mean()), float(x.std()) or 1.0)


def faults_for(shape: tuple[int, ...]) -> tuple[Fault, ...]:
    """The faults that make sense for one sample of `shape`: of any sensor, of one for traces, and of a camera."""
    face, sides = face_of(shape), plain_shape(shape)
    found = list(_ANY)
    is_camera = face is Face.PICTURE and max(sides[:2]) <= _LONGEST * min(sides[:2])
    if face in (Face.TRACE, Face.WAVEFORM) or (face is Face.PICTURE and not is_camera):
        found += _IN_TIME
    if face is Face.TRACE:
        axes = tuple(range(1, sides[1] + 1))
        found.append(
            Fault(phrase_later("one axis stuck"), phrase_later("axis"), tuple(map(float, axes)), _stuck)
        )
        if len(axes) > 1:
            name, unit = phrase_later("two axes swapped"), phrase_later("pair")
            found.append(Fault(name, unit, tuple(map(float, axes[:-1])), _swapped))
    if is_camera:
        name, unit = phrase_later("a move sideways"), phrase_later("% of its width")
        found.append(Fault(name, unit, (5, 10, 20), _moved))
    return tuple(found)


def faulty(x: Values, fault: Fault, level: float, known: Range, seed: int) -> Values:
    """The samples [N, *shape] with a fault, within the sensor's range; the same for the same seed."""
    sides = plain_shape(x.shape[1:])
    generator = np.random.default_rng([seed, sum(fault.name.encode()), round(level * 1000) & 0xFFFF])
    changed = fault.change(x.reshape(len(x), *sides), level, known, generator)
    return np.clip(changed, known.low, known.high).astype(np.float32).reshape(x.shape)


def dead(shape: tuple[int, ...], known: Range) -> dict[str, Values]:
    """What a dead sensor gives, one sample of each kind (in English) [1, *shape]: a constant at every likely level."""
    levels = {
        phrase_later("always 0"): min(max(0.0, known.low), known.high),
        phrase_later("always the lowest value"): known.low,
        phrase_later("always the highest value"): known.high,
        phrase_later("always the mean"): known.mean,
    }
    return {name: np.full((1, *shape), level, np.float32) for name, level in levels.items()}


def _quieter(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return x * np.float32(10 ** (-level / 20))


def _louder(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return x * np.float32(10 ** (level / 20))


def _noise(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return x + generator.standard_normal(x.shape, np.float32) * np.float32(known.spread * 10 ** (-level / 20))


def _offset(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return x + np.float32((known.high - known.low) * level / 100)


def _drift(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    ramp = np.linspace(0, (known.high - known.low) * level / 100, x.shape[1], dtype=np.float32)
    return x + ramp.reshape(1, -1, *(1,) * (x.ndim - 2))


def _clipped(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    half = (known.high - known.low) / 2 * (1 - level / 100)
    middle = (known.high + known.low) / 2
    return np.clip(x, middle - half, middle + half)


def _dropped(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    """Parts of the first axis that never arrived: the last value before them is repeated."""
    lost = generator.random(x.shape[:2]) < level / 100
    lost[:, 0] = False
    places = np.maximum.accumulate(np.where(lost, 0, np.arange(x.shape[1])), axis=1)
    return np.take_along_axis(x, places.reshape(*places.shape, *(1,) * (x.ndim - 2)), axis=1)


def _missing(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return np.where(generator.random(x.shape) < level / 100, np.float32(0), x)


def _stuck(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    found = x.copy()
    axis = round(level) - 1
    found[..., axis] = x[..., axis].mean()
    return found


def _swapped(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    order = np.arange(x.shape[-1])
    axis = round(level) - 1
    order[[axis, axis + 1]] = order[[axis + 1, axis]]
    return np.ascontiguousarray(x[..., order])


def _late(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return np.roll(x, round(x.shape[1] * level / 100), axis=1)


def _moved(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    return np.roll(x, max(1, round(x.shape[2] * level / 100)), axis=2)


def _fast(x: Values, level: float, known: Range, generator: np.random.Generator) -> Values:
    """Sampled by a clock that is wrong by some per cent; the end repeats its last value."""
    steps = x.shape[1]
    times = np.clip(np.arange(steps) * (1 + level / 100), 0, steps - 1)
    left = np.minimum(times.astype(np.int64), max(steps - 2, 0))
    part = (times - left).astype(np.float32).reshape(1, -1, *(1,) * (x.ndim - 2))
    found: Values = x[:, left] * (1 - part) + x[:, np.minimum(left + 1, steps - 1)] * part
    return found


_OF_THE_RANGE = phrase_later("% of the range")
_ANY = (
    Fault(phrase_later("a signal too quiet"), "dB", (6, 12), _quieter),
    Fault(phrase_later("a signal too loud"), "dB", (6, 12), _louder),
    Fault(phrase_later("noise"), phrase_later("dB signal over noise"), (20, 10, 0), _noise),
    Fault(phrase_later("an offset"), _OF_THE_RANGE, (5, 10, 20), _offset),
    Fault(phrase_later("clipping"), _OF_THE_RANGE, (25, 50), _clipped),
    Fault(phrase_later("missing values"), "%", (5, 10, 20), _missing),
)
_IN_TIME = (
    Fault(phrase_later("drift"), _OF_THE_RANGE, (10, 20), _drift),
    Fault(phrase_later("pieces lost on the way"), "%", (5, 10, 20), _dropped),
    Fault(phrase_later("a late start"), phrase_later("% of the window"), (5, 10, 20), _late),
    Fault(phrase_later("a clock too fast"), "%", (2, 5), _fast),
    Fault(phrase_later("a clock too slow"), "%", (-2, -5), _fast),
)
