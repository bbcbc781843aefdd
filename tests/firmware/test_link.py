"""The link's C code, compiled for this computer: the same golden frames, the same strength against garbage."""

import ctypes
import json
import random
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from studio.core import places
from studio.core.frames import Packet, encode

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE.parent / "golden" / "frames.json").read_text(encoding="utf-8"))
ERRORS = {"long": -101, "broken": -102, "short": -103, "checksum": -104}
LONGEST_BODY = 1024 - 5


class Wire:
    """The C encoder and decoder as two Python functions."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        self._wire = ctypes.create_string_buffer(1 << 16)
        library.host_decoder_reset()

    def encode(self, packet: Packet) -> bytes:
        count = self._library.host_encode(
            packet.kind, packet.sequence, packet.body, len(packet.body), self._wire
        )
        return self._wire.raw[:count]

    def encode_numbers(self) -> bytes:
        count = self._library.host_encode_numbers(self._wire)
        return self._wire.raw[:count]

    def decode(self, data: bytes) -> list[Packet | int]:
        """Packets and error numbers, in order."""
        found: list[Packet | int] = []
        answer, body, used = (
            (ctypes.c_uint32 * 3)(),
            ctypes.create_string_buffer(LONGEST_BODY),
            ctypes.c_uint32(),
        )
        while data:
            got = self._library.host_decode(data, len(data), answer, body, ctypes.byref(used))
            data = data[used.value :]
            if got > 0:
                found.append(Packet(answer[0], answer[1], body.raw[: answer[2]]))
            elif got:
                found.append(got)
        return found


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> ctypes.CDLL:
    built = tmp_path_factory.mktemp("link") / "frames.so"
    link = places.firmware() / "link"
    command = [
        sys.executable,
        "-m",
        "ziglang",
        "cc",
        "-shared",
        "-fPIC",
        "-O1",
        "-std=c99",
        "-Wall",
        "-Wextra",
    ]
    command += ["-Wpedantic", "-Wconversion", "-Werror", "-I", str(link), "-o", str(built)]
    command += [str(link / "studio_frames.c"), str(HERE / "frames_on_host.c")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(built))


@pytest.fixture
def c(library: ctypes.CDLL) -> Wire:
    return Wire(library)


@pytest.mark.parametrize("golden", GOLDEN["frames"], ids=lambda golden: golden["says"])
def test_golden_frames_are_encoded_and_decoded_to_the_byte(c: Wire, golden: dict[str, str]) -> None:
    packet = Packet(int(golden["kind"]), int(golden["sequence"]), bytes.fromhex(golden["body"]))
    assert c.encode(packet).hex() == golden["wire"]
    assert c.decode(bytes.fromhex(golden["wire"])) == [packet]


@pytest.mark.parametrize("damaged", GOLDEN["damaged"], ids=lambda damaged: damaged["says"])
def test_damaged_golden_frames_are_named_by_their_fault(c: Wire, damaged: dict[str, list[str]]) -> None:
    assert c.decode(bytes.fromhex(str(damaged["wire"]))) == [ERRORS[name] for name in damaged["errors"]]


def test_numbers_are_little_endian(c: Wire) -> None:
    body = struct.pack("<BHIQf4s", 0xAB, 0xBEEF, 0xDEADC0DE, 0x0123456789ABCDEF, 0.15625, b"text")
    assert c.encode_numbers() == encode(Packet(9, 0x1234, body))


def test_a_body_that_is_longer_than_the_memory_is_refused_and_the_next_frame_read(c: Wire) -> None:
    fits, too_long, small = (
        Packet(0x82, n, b"\x07" * size) for n, size in enumerate((LONGEST_BODY, 5000, 2))
    )
    found = c.decode(b"".join(map(encode, (fits, too_long, small))))
    assert found == [fits, ERRORS["long"], small]


def test_zeros_between_frames_are_nothing(c: Wire) -> None:
    assert c.decode(b"\0\0\0" + encode(Packet(0x84, 1)) + b"\0\0") == [Packet(0x84, 1)]


def test_any_packet_is_the_same_to_both_sides(c: Wire) -> None:
    chance = random.Random(7)
    for size in [*range(20), *range(240, 270), *range(500, 520), *range(755, 770), LONGEST_BODY]:
        for body in (bytes(size), b"\xff" * size, chance.randbytes(size)):
            packet = Packet(chance.randrange(256), chance.randrange(65536), body)
            assert c.encode(packet) == encode(packet)
            assert c.decode(encode(packet)) == [packet]


def test_ten_thousand_faults_let_nothing_wrong_through_and_the_second_frame_after_each_is_read(
    c: Wire,
) -> None:
    chance = random.Random(99)
    for fault in range(10_000):
        request, after = (Packet(0x82, fault & 0xFFFF, chance.randbytes(20)) for _ in range(2))
        wire = bytearray(encode(request))
        at = chance.randrange(len(wire))
        match fault % 4:
            case 0:
                wire[at] ^= 1 << chance.randrange(8)
            case 1:
                del wire[at]
            case 2:
                wire.insert(at, chance.randrange(256))
            case 3:
                del wire[at:]
        found = [one for one in c.decode(bytes(wire) + encode(after) * 2) if isinstance(one, Packet)]
        assert all(one in (request, after) for one in found)
        assert found[-1] == after
