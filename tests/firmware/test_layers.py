"""Times of layers on a board that is this computer: with the hook they are told, without it they are zero."""

import os
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from studio.core import places
from studio.core.frames import (
    Ack,
    Decoder,
    Frame,
    Hello,
    Kind,
    LayerTime,
    LayerTimes,
    Packet,
    Taken,
    ask_hello,
    encode,
    time_layers,
)  # fmt: skip

HERE = Path(__file__).parent
LINK = places.firmware() / "link"
POSIX = places.firmware() / "ports" / "posix" / "studio_posix.c"
MODEL = HERE / "tiny_model"
HOOK = '-DSTUDIO_LAYER_HOOK="studio_layers.h"'

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the port is POSIX's")


def ask(program: Path, *packets: Packet) -> list[Frame]:
    """What the program says to the requests, up to the times of its layers."""
    with subprocess.Popen([program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as board:
        assert board.stdin
        assert board.stdout
        board.stdin.write(b"".join(map(encode, packets)))
        board.stdin.flush()
        decoder, found = Decoder(), list[Frame]()
        end = time.monotonic() + 20
        while time.monotonic() < end and not any(isinstance(one, LayerTimes) for one in found):
            if select.select([board.stdout], [], [], 1)[0]:
                found += decoder.feed(os.read(board.stdout.fileno(), 4096))
        return found


def build(folder: Path, *flags: str) -> Path:
    program = folder / "board"
    command = [
        sys.executable,
        "-m",
        "ziglang",
        "cc",
        "-O1",
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Wpedantic",
        "-Werror",
    ]
    command += [*flags, f"-I{LINK}", f"-I{MODEL}", "-o", str(program), str(POSIX), str(MODEL / "model.c")]
    command += [str(one) for one in sorted(LINK.glob("*.c"))]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return program


@pytest.mark.parametrize("flags", [(), (HOOK,)])
def test_times_are_told_with_the_hook_and_zero_without(tmp_path: Path, flags: tuple[str, ...]) -> None:
    found = ask(build(tmp_path, *flags), ask_hello(), time_layers(bytes([2, 4, 6, 8]), 77))
    hello = next(one for one in found if isinstance(one, Hello))
    assert hello.acknowledges
    assert Ack(77, Kind.TIME_LAYERS, Taken.YES) in found
    times = found[-1]
    assert isinstance(times, LayerTimes)
    assert times.sequence == 77
    assert len(times.layers) == 2
    if not flags:
        assert times.layers == (LayerTime(0, 0), LayerTime(0, 0))
    assert sum(layer.time_us for layer in times.layers) <= times.inference_us
