"""Recordings (.wav): folders of them, one for each label, cut into windows of the model's length."""

import wave
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.core.errors import StudioError

Sound = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Recording:
    """One file: samples of one channel, float32 from −1 to 1, and how many there are in a second."""

    file: Path
    samples: Sound
    rate: int
    channels: int


def window_length(shape: tuple[int, ...]) -> int:
    """How many samples of sound the model takes; StudioError where it takes features instead."""
    sides = [size for size in shape if size != 1]
    if len(sides) > 1:
        shown = " × ".join(map(str, sides))
        raise StudioError(
            f"This model takes {shown} numbers that were computed from sound (such as a spectrogram or MFCC), not the "
            f"sound itself. Compute them as for training and save them with numpy.savez(x=…, y=…), x as N × {shown}."
        )
    return sides[0] if sides else 1


def read_recording(file: Path) -> Recording:
    """A .wav file (8, 16, 24 or 32 bits) mixed to one channel; ValueError with a reason for any other."""
    try:
        with wave.open(str(file), "rb") as stream:
            channels, width, rate = stream.getnchannels(), stream.getsampwidth(), stream.getframerate()
            content = stream.readframes(stream.getnframes())
    except (wave.Error, EOFError) as error:
        if "unknown format" in str(error):
            raise ValueError("stores its samples in a way other than plain PCM") from error
        raise ValueError("is damaged or not a .wav file") from error
    whole = len(content) // (channels * width) * channels * width
    values = _values(content[:whole], width).reshape(-1, channels)
    if not len(values):
        raise ValueError("holds no sound")
    return Recording(file, values.mean(axis=1, dtype=np.float32), rate, channels)


def check_rates(recordings: list[Recording]) -> int:
    """The one rate of all recordings; StudioError where they differ, for the model was trained with one."""
    rates = Counter(recording.rate for recording in recordings)
    (usual, _), *others = rates.most_common()
    if others:
        first = next(recording for recording in recordings if recording.rate != usual)
        counts = ", ".join(f"{count:,} at {rate:,} Hz" for rate, count in rates.most_common())
        raise StudioError(
            f"The recordings have different sample rates ({counts}; {first.file.parent.name}/{first.file.name} "
            "is one of the latter). Bring all to the rate of training, for example: "
            f"ffmpeg -i in.wav -ar {usual} -ac 1 out.wav"
        )
    return usual


def windows(samples: Sound, length: int) -> Sound:
    """Whole windows one after the other, float32 [N, length]; a recording that is too short ends in silence."""
    if len(samples) < length:
        return np.pad(samples, (0, length - len(samples)))[None]
    count = len(samples) // length
    return samples[: count * length].reshape(count, length)


def _values(content: bytes, width: int) -> Sound:
    if width == 1:  # the one width that is unsigned
        return np.asarray((np.frombuffer(content, np.uint8).astype(np.float32) - 128) / 128, np.float32)
    if width == 3:
        parts = np.frombuffer(content, np.uint8).reshape(-1, 3)
        high = np.zeros((len(parts), 4), np.uint8)
        high[:, 1:] = parts
        content, width = high.tobytes(), 4
    found: Sound = (np.frombuffer(content, f"<i{width}") / float(1 << (8 * width - 1))).astype(np.float32)
    return found
