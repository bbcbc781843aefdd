"""Ten thousand faults on the line: nothing wrong is ever taken as right, and the second frame after each is read."""

import random
from collections.abc import Callable

from studio.core.frames import (
    Ack,
    Decoder,
    Frame,
    Hello,
    Kind,
    LayerTime,
    LayerTimes,
    Log,
    Result,
    Stats,
    Taken,
    encode,
    to_packet,
)  # fmt: skip
from studio.core.speech import Listener, Speech

FAULTS = 10_000
HELLO = Hello(0, 2, "ab" * 32, 6, 12, 0.25, -3, 64_000_000, "Virtual Cortex-M4", ("idle", "shake", "tap"))


class Board:
    """Says one frame after another, of all kinds in turn, with true sequence numbers; remembers what it said."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._sequence = 0
        self.said: list[Frame] = []

    def reset(self) -> bytes:
        self._sequence = 0
        return self._wire(HELLO)

    def say(self) -> bytes:
        chance, own, request = self._chance, self._sequence, self._chance.randrange(65_536)
        numbers = [chance.randrange(1 << 20) for _ in range(4)]
        output = chance.randbytes(HELLO.output_size)
        frame: Frame
        match chance.randrange(8):
            case 0:
                frame = Log(own, f"line {numbers[0]}")
            case 1:
                frame = Stats(own, *numbers)
            case 2:
                frame = Ack(request, Kind.RUN_INPUT, Taken.YES)
            case 3:
                layers = tuple(LayerTime(number, 64 * number) for number in numbers)
                frame = LayerTimes(request, sum(numbers), 64 * sum(numbers), layers)
            case 4:
                frame = Result(request, numbers[0], numbers[1], numbers[2], -1, output, is_answer=True)
            case _:
                frame = Result(own, numbers[0], numbers[1], numbers[2], numbers[3] % 100, output)
        return self._wire(frame)

    def _wire(self, frame: Frame) -> bytes:
        packet = to_packet(frame)
        self.said.append(frame)
        if packet.sequence == self._sequence and packet.kind not in (Kind.ACK, Kind.ANSWER, Kind.LAYERS):
            self._sequence = (self._sequence + 1) & 0xFFFF
        return encode(packet)


def flip(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    for _ in range(span):
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def drop(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    del data[at : at + span]


def double(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    data[at:at] = data[at : at + span]


def cut(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    del data[at:]


def insert(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    data[at:at] = chance.randbytes(span)


def overwrite(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    data[at : at + span] = chance.randbytes(min(span, len(data) - at))


def swap(data: bytearray, at: int, span: int, chance: random.Random) -> None:
    other = chance.randrange(len(data))
    data[at], data[other] = data[other], data[at]


HARMS: tuple[Callable[[bytearray, int, int, random.Random], None], ...] = (
    flip, drop, double, cut, insert, overwrite, swap,
)  # fmt: skip


def wrong_ones(seed: int, faults: int, listener: Listener) -> list[Frame]:
    """What was given as right but never said, over so many faults, each followed by two good frames."""
    chance = random.Random(seed)
    board = Board(chance)
    listener.feed(board.reset() + board.say())
    wrong: list[Frame] = []
    for fault in range(faults):
        board.said.clear()
        data = bytearray(board.say() + board.say())
        kind = fault % (len(HARMS) + 1)
        if kind == len(HARMS):
            data = data[: chance.randrange(len(data))]
            data += board.reset()
        else:
            HARMS[kind](data, chance.randrange(len(data)), chance.randrange(1, 12), chance)
        data += board.say() + board.say()
        step = chance.choice((1, 3, 16, 1000))
        found = [
            one for at in range(0, len(data), step) for one in listener.feed(bytes(data[at : at + step]))
        ]
        assert board.said[-1] in found, f"fault {fault}: the second frame after it was not read"
        wrong += [one for one in found if isinstance(one, Frame) and one not in board.said]
        assert len(found) <= len(board.said) + 1
    return wrong


def test_ten_thousand_faults_let_nothing_wrong_through() -> None:
    listener = Listener(Speech.AUTO)
    assert wrong_ones(20_260, FAULTS, listener) == []
    books: Decoder = listener.decoder
    assert books.crc_errors > 3000
    assert books.lost > 3000
    assert books.resets > 1000
    assert listener.heard is Speech.FRAMES
