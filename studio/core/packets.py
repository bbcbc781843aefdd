"""Packets on the wire, both ways: COBS-stuffed, closed by 0x00, with a CRC-16 inside; bytes in, checked packets out.

The wire format is described in firmware/link/studio_frames.h; tests/golden/frames.json tests both sides.
"""

import struct
from binascii import crc_hqx
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST_PACKET = 1 << 20
"""Bytes without a closing 0x00 after which a piece is taken for garbage."""

PACKET_EXTRA = 5
"""Bytes of a packet around its body: kind, sequence, checksum."""

_HEAD = struct.Struct("<BH")
_BLOCK = 254
_TRIES = 3
_PRINTABLE = bytes([*range(0x20, 0x7F), *b"\t\r\n"])


@dataclass(frozen=True, slots=True)
class Packet:
    """One frame as it travels: kind, sequence number (0 to 65535) and body."""

    kind: int
    sequence: int
    body: bytes = b""


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
    raw = bytearray(piece)
    at, end = 0, len(raw)
    while at < end:  # where no block is full, each code stands just where its zero goes
        code = raw[at]
        if code == _BLOCK + 1:
            return _unstuff_full(piece)
        raw[at] = 0
        at += code
    return bytes(raw[1:]) if at == end else None


def _unstuff_full(piece: bytes) -> bytes | None:
    raw = bytearray()
    at, code = 0, _BLOCK + 1
    while at < len(piece):
        if code != _BLOCK + 1:
            raw.append(0)
        code = piece[at]
        if at + code > len(piece):
            return None
        raw += piece[at + 1 : at + code]
        at += code
    return bytes(raw)


class PacketDecoder:
    """Takes bytes as they come and gives back whole, checked packets; whatever comes, it goes on.

    Counters, all since the start: `crc_errors` pieces whose checksum did not match, `overlong` pieces that did not
    end within LONGEST_PACKET, `garbage_bytes` in pieces that were no frame at all (before the first good frame
    everything damaged is garbage: one joins in the middle).
    """

    def __init__(self) -> None:
        self.crc_errors = 0
        self.garbage_bytes = 0
        self.overlong = 0
        self._pending = bytearray()
        self._skipping = False
        self._in_step = False

    def packets(self, data: bytes) -> list[Packet]:
        """Adds `data`; the packets that it completed, of any kind, checked by their CRC alone."""
        return [Packet(raw[0], raw[1] | raw[2] << 8, raw[3:-2]) for raw in self._checked(data)]

    def _checked(self, data: bytes) -> list[bytes]:
        """The same as bytes: kind, sequence, body and checksum."""
        *closed, rest = data.split(b"\0")
        found: list[bytes] = []
        for piece in closed:
            if self._pending:
                piece = bytes(self._pending) + piece
                self._pending.clear()
            if self._skipping:
                self._skipping = False
                self.garbage_bytes += len(piece)
            elif piece:
                raw = self._open(piece)
                if raw is not None:
                    found.append(raw)
        self._pending += rest
        if len(self._pending) > LONGEST_PACKET:
            self.garbage_bytes += len(self._pending)
            self.overlong += not self._skipping
            self._pending.clear()
            self._skipping = True
        return found

    def _open(self, piece: bytes) -> bytes | None:
        raw = unstuff(piece)
        if _is_right(raw):
            self._in_step = True
            return raw
        for behind in _behind_text(piece):
            inner = unstuff(behind)
            if _is_right(inner):
                self._in_step = True
                self.garbage_bytes += len(piece) - len(behind)
                return inner
        if self._in_step and raw is not None and len(raw) >= PACKET_EXTRA:
            self.crc_errors += 1
        else:
            self.garbage_bytes += len(piece)
        return None


def _is_right(raw: bytes | None) -> bool:
    return (
        raw is not None and len(raw) >= PACKET_EXTRA and crc_hqx(raw[:-2], 0xFFFF) == raw[-2] | raw[-1] << 8
    )


def _behind_text(piece: bytes) -> Iterator[bytes]:
    """What stands behind the last lines, for programs that also print lines between frames; nothing without lines."""
    end = len(piece) - len(piece.lstrip(_PRINTABLE))  # a frame may begin with what could be text
    for _ in range(_TRIES):
        end = piece.rfind(b"\n", 0, end)
        if end < 0:
            return
        yield piece[end + 1 :]
