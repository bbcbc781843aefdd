"""The physics of the gestures: what an accelerometer on a hand reads while the hand moves.

Readings are specific force in units of g, in the hand's frame (x to the fingers, y to the right hand's thumb,
z out of the back of the hand); a hand lying still, palm down, reads (0, 0, +1).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

RATE_HZ = 50
LENGTH = 64
RANGE_G = 4.0
STEP_G = 1 / 512  # a 12-bit reading over +-4 g
GRAVITY_M_S2 = 9.80665
TIME_S: Array = np.arange(LENGTH) / RATE_HZ


@dataclass(frozen=True, slots=True)
class Wearer:
    """One made-up person: habits that stay the same from window to window."""

    name: str
    dominant: str
    tempo: float
    strength: float
    tremor_g: float
    roll_rad: float
    pitch_rad: float
    strap_rad: float
    turns_outward: float


@dataclass(frozen=True, slots=True)
class Scene:
    """How one window is recorded: whose hand, and where on it the sensor sits."""

    wearer: Wearer
    hand: str
    placement: str

    @property
    def vigour(self) -> float:
        """How strongly the hand moves; the less practised hand does less."""
        return self.wearer.strength * (1.0 if self.hand == self.wearer.dominant else 0.85)

    @property
    def tempo(self) -> float:
        """How fast the hand moves; the less practised hand is slower."""
        return self.wearer.tempo * (1.0 if self.hand == self.wearer.dominant else 0.9)

    @property
    def reach(self) -> float:
        """How much of a turn of the wrist arrives at the sensor: a palm swings farther than a wrist."""
        return 1.25 if self.placement == "palm" else 0.9


def draw_wearer(stream: np.random.Generator, name: str, dominant: str) -> Wearer:
    """Invent a person's habits."""
    return Wearer(
        name=name,
        dominant=dominant,
        tempo=float(stream.uniform(0.8, 1.25)),
        strength=float(stream.uniform(0.65, 1.4)),
        tremor_g=float(stream.uniform(0.004, 0.02)),
        roll_rad=float(stream.normal(0.5, 0.2)),
        pitch_rad=float(stream.normal(-0.1, 0.2)),
        strap_rad=float(stream.normal(0.0, 0.2)),
        turns_outward=float(stream.uniform(0.8, 1.0)),
    )


def idle(stream: np.random.Generator, scene: Scene) -> Array:
    """Nothing meant: resting, reaching slowly for something, walking, or fidgeting."""
    kind = stream.choice(4, p=[0.35, 0.2, 0.2, 0.25])
    posture = _posture(stream, scene, sway_rad=0.03)
    if kind == 1:  # the forearm turns and lifts during the window
        turn = _ramp(stream)[:, None] * stream.normal(0.0, [0.4, 0.5])
        posture = posture + turn
        moved = 0.06 * _smooth_noise(stream, 3, seconds=0.12)
    elif kind == 2:  # steps: twice per stride, felt mostly upward
        steps = stream.uniform(1.6, 2.2)
        phase = 2 * np.pi * (steps * TIME_S + stream.uniform())
        moved = stream.uniform(0.08, 0.3) * np.stack(
            [0.5 * np.sin(phase / 2), 0.3 * np.cos(phase / 2), np.sin(phase) + 0.3 * np.sin(2 * phase)],
            axis=1,
        )
        posture = posture + 0.15 * np.sin(phase / 2)[:, None] * [0.3, 1.0]
    elif kind == 3:  # a small bump now and then
        moved = 0.05 * _smooth_noise(stream, 3, seconds=0.04)
        for _ in range(stream.integers(1, 3)):
            moved += _knock(stream, scene, stream.uniform(0.15, 0.6))
    else:
        moved = np.zeros((LENGTH, 3))
    return _gravity(posture) + moved


def shake(stream: np.random.Generator, scene: Scene) -> Array:
    """The hand goes quickly to and fro along one direction, mostly sideways, and the wrist rocks with it."""
    frequency = stream.uniform(2.6, 5.0) * scene.tempo
    phase = 2 * np.pi * np.cumsum(frequency * (1 + 0.1 * _smooth_noise(stream, 1, 0.2)[:, 0])) / RATE_HZ
    phase += stream.uniform(0, 2 * np.pi)
    swing = np.sin(phase) + stream.uniform(0.0, 0.35) * np.sin(3 * phase + stream.uniform(-0.5, 0.5))
    direction = _unit(np.array([0.25, 1.0, 0.2]) + stream.normal(0.0, 0.3, 3))
    strength = stream.uniform(0.5, 1.9) * scene.vigour * scene.reach
    envelope = _envelope(stream)
    rocking = stream.uniform(0.05, 0.25) * envelope * np.sin(phase + stream.uniform(0, 2 * np.pi))
    posture = _posture(stream, scene, sway_rad=0.08) + rocking[:, None] * [0.3, 1.0]
    moved = strength * (envelope * swing)[:, None] * direction
    return _gravity(posture) + moved + 0.08 * scene.vigour * _smooth_noise(stream, 3, 0.04)


def circle(stream: np.random.Generator, scene: Scene) -> Array:
    """The hand draws a circle in the air: a pull to the centre of (2 pi f)^2 r, turning once per lap."""
    frequency = stream.uniform(1.0, 2.3) * scene.tempo
    radius_m = stream.uniform(0.05, 0.14) * scene.vigour
    outward = 1.0 if stream.uniform() < scene.wearer.turns_outward else -1.0
    speed = frequency * (1 + 0.12 * _smooth_noise(stream, 1, 0.25)[:, 0])
    phase = 2 * np.pi * np.cumsum(speed) / RATE_HZ + stream.uniform(0, 2 * np.pi)
    pull_g = (2 * np.pi * frequency) ** 2 * radius_m / GRAVITY_M_S2
    roundness = stream.uniform(0.55, 1.0)
    lift = stream.uniform(-0.4, 0.4)  # the plane of the circle is never quite level
    around = np.stack(
        [np.cos(phase), outward * roundness * np.sin(phase), lift * np.sin(phase + 0.5)], axis=1
    )
    tilt = stream.uniform(0.05, 0.2) * np.stack([np.sin(phase), outward * np.cos(phase)], axis=1)
    posture = _posture(stream, scene, sway_rad=0.08) + tilt
    moved: Array = -pull_g * _envelope(stream)[:, None] * around
    return _gravity(posture) + moved + 0.08 * scene.vigour * _smooth_noise(stream, 3, 0.05)


def tap(stream: np.random.Generator, scene: Scene) -> Array:
    """The fingers knock on something once or twice; soft tissue damps what arrives at the wrist."""
    moved = 0.04 * _smooth_noise(stream, 3, seconds=0.06)
    first_s = stream.uniform(0.12, 0.75)
    gaps_s = [0.0] if stream.uniform() < 0.4 else [0.0, stream.uniform(0.18, 0.35) / scene.tempo]
    for gap_s in gaps_s:
        peak_g = stream.uniform(1.1, 3.4) * scene.vigour
        moved += _knock(stream, scene, peak_g, at_s=first_s + gap_s)
    return _gravity(_posture(stream, scene, sway_rad=0.05)) + moved


def read_sensor(stream: np.random.Generator, scene: Scene, force: Array, bias_g: Array) -> Array:
    """What the chip reports of `force` [LENGTH, 3] in g: turned, biased, noisy, clipped and in 12-bit steps.

    A left hand is the mirror image of a right one (y changes sign). On the wrist the chip lies on the back of the
    forearm; held in the palm it hangs forward and faces the other way. Its case is shaped for right hands: in a left
    palm it only fits upside down, and loosely.
    """
    tremor = scene.wearer.tremor_g * np.sin(
        2 * np.pi * stream.uniform(8, 12) * TIME_S[:, None] + stream.uniform(0, 2 * np.pi, 3)
    )
    seen = force + tremor + _rattle(stream, scene)
    if scene.hand == "left":
        seen = seen * [1.0, -1.0, 1.0]
    seen = seen @ _mounting(scene, stream.normal(0.0, 0.08, 2)).T
    seen = seen * stream.normal(1.0, 0.01, 3) + bias_g + stream.normal(0.0, 0.005, seen.shape)
    return np.clip(np.round(seen / STEP_G) * STEP_G, -RANGE_G, RANGE_G - STEP_G)


def _mounting(scene: Scene, slip_rad: Array) -> Array:
    roll, pitch = scene.wearer.strap_rad + slip_rad[0], slip_rad[1]
    if scene.placement == "palm":
        pitch += 0.45
        roll += np.pi if scene.hand == "right" else 0.0
    about_x = np.array([[1, 0, 0], [0, np.cos(roll), -np.sin(roll)], [0, np.sin(roll), np.cos(roll)]])
    about_y = np.array([[np.cos(pitch), 0, np.sin(pitch)], [0, 1, 0], [-np.sin(pitch), 0, np.cos(pitch)]])
    return np.asarray(about_y @ about_x)


def _rattle(stream: np.random.Generator, scene: Scene) -> Array:
    """The case knocking, mostly sideways, against a left palm; nothing elsewhere."""
    out = np.zeros((LENGTH, 3))
    if (scene.hand, scene.placement) == ("left", "palm"):
        for _ in range(stream.poisson(2.5)):
            out += _knock(stream, scene, stream.uniform(0.2, 0.9), along=(0.2, 1.0, 0.3))
    return out


def _posture(stream: np.random.Generator, scene: Scene, *, sway_rad: float) -> Array:
    """Pitch and roll of the hand, [LENGTH, 2] rad, around the wearer's habit."""
    habit = np.array([scene.wearer.pitch_rad, scene.wearer.roll_rad]) + stream.normal(0.0, 0.22, 2)
    return habit + sway_rad * _smooth_noise(stream, 2, seconds=0.3)


def _gravity(posture: Array) -> Array:
    pitch, roll = posture[:, 0], posture[:, 1]
    return np.stack([-np.sin(pitch), np.cos(pitch) * np.sin(roll), np.cos(pitch) * np.cos(roll)], axis=1)


def _knock(
    stream: np.random.Generator,
    scene: Scene,
    peak_g: float,
    *,
    at_s: float | None = None,
    along: tuple[float, float, float] = (0.3, 0.1, 1.0),
) -> Array:
    """One impact at `at_s` (anywhere if None): a small swing back, then a decaying oscillation around `along`.

    Of an impact on the fingers, soft tissue lets less than half arrive at the wrist, and later.
    """
    at_wrist = scene.placement == "wrist"
    since = TIME_S - (stream.uniform(0.1, 1.1) if at_s is None else at_s)
    ring_hz = stream.uniform(11, 20)
    decay_s = stream.uniform(0.025, 0.05) * (1.3 if at_wrist else 1.0)
    # the bound keeps exp from overflowing before the impact, where it is not used
    ringing = (since >= 0) * np.exp(-np.maximum(since, 0) / decay_s) * np.cos(2 * np.pi * ring_hz * since)
    swing_back = -0.15 * np.exp(-(((since + 0.06) / 0.035) ** 2))
    direction = _unit(np.array(along) + stream.normal(0.0, 0.25, 3))
    return (0.45 if at_wrist else 1.0) * peak_g * np.outer(ringing + swing_back, direction)


def _envelope(stream: np.random.Generator) -> Array:
    """1 throughout, or a gesture that begins or ends inside the window."""
    kind = stream.choice(3, p=[0.6, 0.2, 0.2])
    if kind == 0:
        return np.ones(LENGTH)
    edge = _ramp(stream, earliest_s=0.15, latest_s=0.6)
    return edge if kind == 1 else edge[::-1]


def _ramp(stream: np.random.Generator, earliest_s: float = 0.2, latest_s: float = 1.0) -> Array:
    middle, width = stream.uniform(earliest_s, latest_s), stream.uniform(0.05, 0.15)
    return 1 / (1 + np.exp(-(TIME_S - middle) / width))


def _smooth_noise(stream: np.random.Generator, columns: int, seconds: float) -> Array:
    """Noise of unit variance that forgets itself after about `seconds` (first-order autoregression)."""
    keep = np.exp(-1 / (seconds * RATE_HZ))
    fresh = stream.normal(0.0, 1.0, (LENGTH, columns))
    out = np.empty_like(fresh)
    out[0] = fresh[0]
    for row in range(1, LENGTH):
        out[row] = keep * out[row - 1] + np.sqrt(1 - keep**2) * fresh[row]
    return out


def _unit(vector: Array) -> Array:
    return np.asarray(vector / np.sqrt(vector @ vector))
