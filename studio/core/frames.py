"""Frames on the wire between a board and the studio: values, encoder and a decoder that survives any garbage.

The wire format is described in firmware/link/studio_frames.h; tests/golden/frames.json tests both sides. Everything
here is pure: bytes in, values out.
"""

import struct
from binascii import crc_hqx
from dataclasses import dataclass
from enum import IntEnum

PROTOCOL = 1
LONGEST_PACKET = 1 << 20
"""Bytes without a closing 0x00 after which a piece is taken for garbage."""

_HELLO = struct.Struct("<B32sIIfiI")
_RESULT = struct.Struct("<QIIi")
_STATS = struct.Struct("<III")
_INTERVAL = struct.Struct("<I")
_HEAD = struct.Struct("<BH")
_EXTRA = 5
_NUMBERS = {"int8": "b", "int16": "h", "int32": "i", "float32": "f"}
_TYPES = tuple(_NUMBERS)  # the top byte of a size counts them
_TYPE_SHIFT = 24
_BLOCK = 254


class Kind(IntEnum):
    """What a frame says: below 0x80 the board speaks, from 0x80 on the computer."""

    HELLO = 0x01
    RESULT = 0x02
    LOG = 0x03
    STATS = 0x04
    ANSWER = 0x05
    ASK_HELLO = 0x81
    RUN_INPUT = 0x82
    START = 0x83
    STOP = 0x84
    ASK_STATS = 0x85


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame as it travels: kind, sequence number (0 to 65535) and body."""

    kind: int
    sequence: int
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Hello:
    """Who the board is and which model it runs; `model_sha256` as 64 hex digits.

    Sizes count numbers; `input_type` and `output_type` are int8, int16, int32 or float32.
    """

    sequence: int
    protocol: int
    model_sha256: str
    input_size: int
    output_size: int
    output_scale: float
    output_zero_point: int
    clock_hz: int
    board: str
    labels: tuple[str, ...]
    input_type: str = "int8"
    output_type: str = "int8"

    @property
    def output_bytes(self) -> int:
        """How many bytes the output of one inference takes."""
        return self.output_size * struct.calcsize(_NUMBERS[self.output_type])


@dataclass(frozen=True, slots=True)
class Result:
    """One inference: on the sensor, or, if `is_answer`, on the input that was sent with this sequence number.

    `device_time_us` is the board's clock at the end of the inference, `instructions` is 0 where the board cannot count
    them, `sample` is the number of the sensor's sample or -1, `output` holds the bytes of the numbers that the model
    put out, of the type that the board's hello names.
    """

    sequence: int
    device_time_us: int
    inference_us: int
    instructions: int
    sample: int
    output: bytes
    is_answer: bool = False

    def values(self, hello: Hello | None = None) -> tuple[float, ...]:
        """The output as the model stores it, of the type that `hello` names; int8 without one."""
        number = _NUMBERS[hello.output_type if hello else "int8"]
        return struct.unpack(f"<{len(self.output) // struct.calcsize(number)}{number}", self.output)

    def scores(self, hello: Hello) -> tuple[float, ...]:
        """The output in the model's own unit: scale x (value - zero point)."""
        return tuple(hello.output_scale * (value - hello.output_zero_point) for value in self.values(hello))


@dataclass(frozen=True, slots=True)
class Log:
    """A sentence from the board."""

    sequence: int
    text: str


@dataclass(frozen=True, slots=True)
class Stats:
    """The deepest the stack has been (0: not known), and the frames that the board sent and had to drop."""

    sequence: int
    stack_bytes: int
    frames_sent: int
    frames_dropped: int


Frame = Hello | Result | Log | Stats


def ask_hello(sequence: int = 0) -> Packet:
    """Asks the board who it is."""
    return Packet(Kind.ASK_HELLO, sequence)


def run_input(values: bytes, sequence: int) -> Packet:
    """Asks for one inference on `values` (the bytes of the model's input); the answer carries `sequence`."""
    return Packet(Kind.RUN_INPUT, sequence, values)


def start(interval_ms: int, sequence: int = 0) -> Packet:
    """Asks for a result from the sensor every `interval_ms`."""
    return Packet(Kind.START, sequence, _INTERVAL.pack(interval_ms))


def stop(sequence: int = 0) -> Packet:
    """Ends what `start` began."""
    return Packet(Kind.STOP, sequence)


def ask_stats(sequence: int = 0) -> Packet:
    """Asks for the board's counters."""
    return Packet(Kind.ASK_STATS, sequence)


def to_packet(frame: Frame) -> Packet:
    """The packet that a board would send for `frame`; `parse` is its inverse."""
    match frame:
        case Hello():
            head = _HELLO.pack(
                frame.protocol, bytes.fromhex(frame.model_sha256),
                frame.input_size | _TYPES.index(frame.input_type) << _TYPE_SHIFT,
                frame.output_size | _TYPES.index(frame.output_type) << _TYPE_SHIFT,
                frame.output_scale, frame.output_zero_point, frame.clock_hz,
            )  # fmt: skip
            names = b"".join(name.encode() + b"\0" for name in (frame.board, *frame.labels))
            return Packet(Kind.HELLO, frame.sequence, head + names)
        case Result():
            head = _RESULT.pack(frame.device_time_us, frame.inference_us, frame.instructions, frame.sample)
            kind = Kind.ANSWER if frame.is_answer else Kind.RESULT
            return Packet(kind, frame.sequence, head + frame.output)
        case Log():
            return Packet(Kind.LOG, frame.sequence, frame.text.encode())
        case Stats():
            body = _STATS.pack(frame.stack_bytes, frame.frames_sent, frame.frames_dropped)
            return Packet(Kind.STATS, frame.sequence, body)


def parse(packet: Packet) -> Frame | None:
    """What the board said, or None where the body does not have the shape of its kind or the kind is not known."""
    body, sequence = packet.body, packet.sequence
    match packet.kind:
        case Kind.HELLO:
            return _parse_hello(sequence, body)
        case Kind.RESULT | Kind.ANSWER if len(body) > _RESULT.size:
            time_us, inference_us, instructions, sample = _RESULT.unpack_from(body)
            return Result(
                sequence,
                time_us,
                inference_us,
                instructions,
                sample,
                body[_RESULT.size :],
                packet.kind == Kind.ANSWER,
            )
        case Kind.LOG:
            return Log(sequence, body.decode("utf-8", "replace"))
        case Kind.STATS if len(body) == _STATS.size:
            return Stats(sequence, *_STATS.unpack(body))
        case _:
            return None


def _parse_hello(sequence: int, body: bytes) -> Hello | None:
    if len(body) <= _HELLO.size or body[-1] != 0:
        return None
    protocol, sha256, input_size, output_size, scale, zero_point, clock_hz = _HELLO.unpack_from(body)
    input_type, output_type = input_size >> _TYPE_SHIFT, output_size >> _TYPE_SHIFT
    if max(input_type, output_type) >= len(_TYPES):
        return None
    low = (1 << _TYPE_SHIFT) - 1
    board, *labels = body[_HELLO.size : -1].decode("utf-8", "replace").split("\0")
    return Hello(
        sequence, protocol, sha256.hex(), input_size & low, output_size & low, scale, zero_point, clock_hz, board,
        tuple(labels), _TYPES[input_type], _TYPES[output_type],
    )  # fmt: skip


def encode(packet: Packet) -> bytes:
    """The packet on the wire: CRC-16/CCITT-FALSE added, COBS-stuffed, closed by 0x00."""
    raw = _HEAD.pack(packet.kind, packet.sequence) + packet.body
    raw += struct.pack("<H", crc_hqx(raw, 0xFFFF))
    wire = bytearray()
    for piece in raw.split(b"\0"):
        for at in range(0, len(piece) - _BLOCK + 1, _BLOCK):
            wire.append(_BLOCK + 1)
            wire += piece[at : at + _BLOCK]
        rest = len(piece) % _BLOCK
        wire.append(rest + 1)
        wire += piece[len(piece) - rest :]
    wire.append(0)
    return bytes(wire)


def unstuff(piece: bytes) -> bytes | None:
    """Undoes COBS for what stood between two 0x00; None where the last block is cut short."""
    raw = bytearray()
    at, code = 0, 0xFF
    while at < len(piece):
        if code != 0xFF:
            raw.append(0)
        code = piece[at]
        if at + code > len(piece):
            return None
        raw += piece[at + 1 : at + code]
        at += code
    return bytes(raw)


class Decoder:
    """Takes bytes as they come and gives back whole, checked packets or frames; whatever comes, it goes on.

    Counters, all since the start: `frames` accepted, `crc_errors` pieces whose checksum did not match,
    `garbage_bytes` in pieces that were no frame at all (before the first good frame everything damaged is garbage:
    one joins in the middle), `lost` frames by gaps in the board's sequence numbers, `duplicates` that came twice,
    `resets` of the board.
    """

    def __init__(self) -> None:
        self.frames = 0
        self.crc_errors = 0
        self.garbage_bytes = 0
        self.lost = 0
        self.duplicates = 0
        self.resets = 0
        self._pending = bytearray()
        self._skipping = False
        self._in_step = False
        self._last_sequence: int | None = None
        self._output_bytes: int | None = None

    def packets(self, data: bytes) -> list[Packet]:
        """Adds `data`; the packets that it completed, of any kind, checked by their CRC alone."""
        *closed, rest = data.split(b"\0")
        found: list[Packet] = []
        for piece in closed:
            if self._pending:
                piece = bytes(self._pending) + piece
                self._pending.clear()
            if self._skipping:
                self._skipping = False
                self.garbage_bytes += len(piece)
                continue
            packet = self._open(piece) if piece else None
            if packet:
                found.append(packet)
        self._pending += rest
        if len(self._pending) > LONGEST_PACKET:
            self.garbage_bytes += len(self._pending)
            self._pending.clear()
            self._skipping = True
        return found

    def feed(self, data: bytes) -> list[Frame]:
        """Adds `data`; what the board said in the frames that it completed."""
        found: list[Frame] = []
        for packet in self.packets(data):
            frame = parse(packet)
            if frame is None or not self._fits(frame):
                self.garbage_bytes += len(packet.body) + _EXTRA
            elif self._is_new(frame):
                self.frames += 1
                found.append(frame)
        return found

    def _open(self, piece: bytes) -> Packet | None:
        raw = unstuff(piece)
        if raw is None or len(raw) < _EXTRA:
            self.garbage_bytes += len(piece)
            return None
        if crc_hqx(raw[:-2], 0xFFFF) != int.from_bytes(raw[-2:], "little"):
            if not self._in_step:
                self.garbage_bytes += len(piece)
            else:
                self.crc_errors += 1
            return None
        self._in_step = True
        kind, sequence = _HEAD.unpack_from(raw)
        return Packet(kind, sequence, raw[_HEAD.size : -2])

    def _fits(self, frame: Frame) -> bool:
        """Whether the output has the size that the board's own hello named."""
        if isinstance(frame, Hello):
            self._output_bytes = frame.output_bytes
        return not isinstance(frame, Result) or self._output_bytes in (None, len(frame.output))

    def _is_new(self, frame: Frame) -> bool:
        """Keeps the books of sequence numbers (answers carry their request's); False for a frame that came twice."""
        if isinstance(frame, Result) and frame.is_answer:
            return True
        last, self._last_sequence = self._last_sequence, frame.sequence
        if last is None:
            return True
        ahead = (frame.sequence - last) & 0xFFFF
        if ahead == 0:
            self.duplicates += 1
            return False
        if isinstance(frame, Hello) and frame.sequence == 0 and ahead != 1:
            self.resets += 1
        elif ahead < 0x8000:
            self.lost += ahead - 1
        else:
            self.resets += 1
        return True
