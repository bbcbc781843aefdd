"""Frames between a board and the studio: requests, what boards say to and from bytes, and a decoder with its books.

The bodies are described in firmware/link/studio_frames.h; core.packets carries them. Everything here is pure.
"""

import struct

from studio.core.frame_values import (
    NUMBERS,
    PROTOCOL,
    Ack,
    Frame,
    Hello,
    Kind,
    LayerTime,
    LayerTimes,
    Log,
    Result,
    Stats,
    Taken,
)  # fmt: skip
from studio.core.packets import LONGEST_PACKET, PACKET_EXTRA, Packet, PacketDecoder, encode, unstuff

__all__ = [
    "LONGEST_PACKET", "NUMBERS", "PACKET_EXTRA", "PROTOCOL", "Ack", "Decoder", "Frame", "Hello", "Kind", "LayerTime",
    "LayerTimes", "Log", "Packet", "PacketDecoder", "Result", "Stats", "Taken", "ask_hello", "ask_stats", "encode",
    "parse", "run_input", "start", "stop", "time_layers", "to_packet", "unstuff",
]  # fmt: skip

_HELLO = struct.Struct("<B32sIIfiI")
_RESULT = struct.Struct("<QIIi")
_STATS = struct.Struct("<III")
_DAMAGED = struct.Struct("<I")
_INTERVAL = struct.Struct("<I")
_ACK = struct.Struct("<BB")
_LAYER = struct.Struct("<II")  # also of the whole inference, which stands before its layers
_TYPES = tuple(NUMBERS)  # the top byte of a size counts them
_TYPE_SHIFT = 24
_KINDS, _TAKEN = frozenset(Kind), frozenset(Taken)
_RESULTS = frozenset({Kind.RESULT, Kind.ANSWER})
_ANSWERS = (Ack, LayerTimes)
"""Frames that carry their request's sequence number, as answers do."""


def ask_hello(sequence: int = 0) -> Packet:
    """Asks the board who it is, and tells it which version is spoken here."""
    return Packet(Kind.ASK_HELLO, sequence, bytes([PROTOCOL]))


def run_input(values: bytes, sequence: int) -> Packet:
    """Asks for one inference on `values` (the bytes of the model's input); the answer carries `sequence`."""
    return Packet(Kind.RUN_INPUT, sequence, values)


def time_layers(values: bytes, sequence: int) -> Packet:
    """Asks for the times of the layers in one inference on `values`; without any, on an input of zeros."""
    return Packet(Kind.TIME_LAYERS, sequence, values)


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
            damaged = frame.requests_damaged
            return Packet(
                Kind.STATS, frame.sequence, body + (b"" if damaged is None else _DAMAGED.pack(damaged))
            )
        case Ack():
            return Packet(Kind.ACK, frame.sequence, _ACK.pack(frame.request, frame.taken))
        case LayerTimes():
            whole = _LAYER.pack(frame.inference_us, frame.instructions)
            layers = b"".join(_LAYER.pack(one.time_us, one.instructions) for one in frame.layers)
            return Packet(Kind.LAYERS, frame.sequence, whole + layers)


def parse(packet: Packet) -> Frame | None:
    """What the board said, or None where the body does not have the shape of its kind or the kind is not known."""
    return _parse(packet.kind, packet.sequence, packet.body)


def _parse(kind: int, sequence: int, body: bytes) -> Frame | None:
    size = len(body)
    if kind in _RESULTS:  # most frames are results: no detours for them
        if size <= _RESULT.size:
            return None
        time_us, inference_us, instructions, sample = _RESULT.unpack_from(body)
        output = body[_RESULT.size :]
        return Result(sequence, time_us, inference_us, instructions, sample, output, kind == Kind.ANSWER)
    match kind:
        case Kind.HELLO:
            return _parse_hello(sequence, body)
        case Kind.LOG:
            return Log(sequence, body.decode("utf-8", "replace"))
        case Kind.STATS if size == _STATS.size:
            return Stats(sequence, *_STATS.unpack(body))
        case Kind.STATS if size >= _STATS.size + _DAMAGED.size:
            return Stats(sequence, *_STATS.unpack_from(body), *_DAMAGED.unpack_from(body, _STATS.size))
        case Kind.ACK if size >= _ACK.size and body[1] in _TAKEN:
            return Ack(sequence, body[0], Taken(body[1]))
        case Kind.LAYERS if size and size % _LAYER.size == 0:
            (inference_us, instructions), *layers = _LAYER.iter_unpack(body)
            return LayerTimes(sequence, inference_us, instructions, tuple(LayerTime(*one) for one in layers))
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


class Decoder(PacketDecoder):
    """Takes bytes as they come and gives back what the board said; whatever comes, it goes on.

    Counters besides those of PacketDecoder, all since the start: `frames` accepted, `unknown` whole frames of a kind
    that this version does not know, `lost` frames by gaps in the board's sequence numbers, `duplicates` that came
    twice, `resets` of the board.
    """

    def __init__(self) -> None:
        super().__init__()
        self.frames = 0
        self.unknown = 0
        self.lost = 0
        self.duplicates = 0
        self.resets = 0
        self._last: Frame | None = None
        self._output_bytes: int | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """Adds `data`; what the board said in the frames that it completed."""
        found: list[Frame] = []
        for raw in self._checked(data):
            kind = raw[0]
            frame = _parse(kind, raw[1] | raw[2] << 8, raw[3:-2])
            if frame is None and kind < Kind.ASK_HELLO and kind not in _KINDS:
                self.unknown += 1
            elif frame is None or not self._fits(frame):
                self.garbage_bytes += len(raw)
            elif self._is_new(frame):
                self.frames += 1
                found.append(frame)
        return found

    def _fits(self, frame: Frame) -> bool:
        """Whether the output has the size that the board's own hello named."""
        if isinstance(frame, Result):
            return self._output_bytes is None or self._output_bytes == len(frame.output)
        if isinstance(frame, Hello):
            self._output_bytes = frame.output_bytes
        return True

    def _is_new(self, frame: Frame) -> bool:
        """Keeps the books of sequence numbers (answers carry their request's); False for a frame that came twice."""
        if frame.is_answer if isinstance(frame, Result) else isinstance(frame, _ANSWERS):
            return True
        last, self._last = self._last, frame
        if last is None:
            return True
        ahead = (frame.sequence - last.sequence) & 0xFFFF
        if ahead == 0 and frame == last:
            self.duplicates += 1
            return False
        if ahead == 0 or ahead >= 0x8000 or (isinstance(frame, Hello) and frame.sequence == 0 and ahead != 1):
            self.resets += 1
        else:
            self.lost += ahead - 1
        return True
