"""Frames: golden bytes, any garbage survived, books kept, nothing wrong let through."""

import json
import random
import struct
from binascii import crc_hqx
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core import frames
from studio.core.frames import Decoder, Hello, Log, Packet, Result, Stats, encode, parse, to_packet

GOLDEN = json.loads((Path(__file__).parent.parent / "golden" / "frames.json").read_text(encoding="utf-8"))
HELLO = Hello(0, 1, "ab" * 32, 6, 3, 0.25, -3, 64_000_000, "Virtual Cortex-M4", ("idle", "shake", "tap"))


def result(sequence: int, output: bytes = b"\x01\x02\x03") -> Result:
    return Result(sequence & 0xFFFF, 1000 * sequence, 250, 4000, sequence % 10, output)


def wire(*said: frames.Frame) -> bytes:
    return b"".join(encode(to_packet(frame)) for frame in said)


@pytest.mark.parametrize("golden", GOLDEN["frames"], ids=lambda golden: golden["says"])
def test_golden_frames_are_encoded_and_decoded_to_the_byte(golden: dict[str, str]) -> None:
    packet = Packet(int(golden["kind"]), int(golden["sequence"]), bytes.fromhex(golden["body"]))
    assert encode(packet).hex() == golden["wire"]
    assert Decoder().packets(bytes.fromhex(golden["wire"])) == [packet]


@pytest.mark.parametrize("damaged", GOLDEN["damaged"], ids=lambda damaged: damaged["says"])
def test_damaged_golden_frames_give_no_packet(damaged: dict[str, str]) -> None:
    assert Decoder().packets(bytes.fromhex(damaged["wire"])) == []


def test_stuffing_and_checksum_agree_with_the_published_examples() -> None:
    assert frames.unstuff(bytes.fromhex("0311220233")) == bytes.fromhex("11220033")
    assert frames.unstuff(bytes.fromhex("01010101")) == bytes(3)
    assert crc_hqx(b"123456789", 0xFFFF) == 0x29B1


@pytest.mark.parametrize("golden", GOLDEN["frames"], ids=lambda golden: golden["says"])
def test_what_a_board_says_is_the_same_after_parsing(golden: dict[str, str]) -> None:
    packet = Packet(int(golden["kind"]), int(golden["sequence"]), bytes.fromhex(golden["body"]))
    frame = parse(packet)
    if packet.kind < 0x80:
        assert frame is not None
        assert to_packet(frame) == packet
    else:
        assert frame is None


@pytest.mark.parametrize(("kind", "form"), [("int16", "<3h"), ("int32", "<3i"), ("float32", "<3f")])
def test_a_board_says_which_numbers_its_model_works_with(kind: str, form: str) -> None:
    hello = replace(HELLO, input_type=kind, output_type=kind)
    said = parse(to_packet(hello))
    assert said == hello
    output = struct.pack(form, 1, -300, 7)
    decoder = Decoder()
    _, answer, *none = decoder.feed(wire(hello, result(1, output), result(2, b"123")))
    assert isinstance(answer, Result)
    assert not none
    assert answer.values(hello) == (1, -300, 7)
    assert answer.scores(hello) == (1.0, -74.25, 2.5)


@given(
    st.lists(
        st.builds(Packet, st.integers(0, 255), st.integers(0, 65535), st.binary(max_size=600)),
        min_size=1,
        max_size=5,
    ),
    st.integers(1, 700),
)
def test_any_packets_in_any_pieces_come_out_whole(packets: list[Packet], step: int) -> None:
    data = b"".join(map(encode, packets))
    assert data.count(0) == len(packets)
    decoder = Decoder()
    found = [one for at in range(0, len(data), step) for one in decoder.packets(data[at : at + step])]
    assert found == packets
    assert (decoder.crc_errors, decoder.garbage_bytes) == (0, 0)


@given(st.binary(max_size=2000))
def test_garbage_never_raises_and_the_second_frame_after_it_is_read(garbage: bytes) -> None:
    decoder = Decoder()
    decoder.feed(garbage)
    assert result(2) in decoder.feed(wire(result(1), result(2)))


@given(st.integers(0, 255), st.binary(max_size=100))
def test_bodies_of_any_shape_are_parsed_or_refused(kind: int, body: bytes) -> None:
    parse(Packet(kind, 0, body))


def test_scores_are_in_the_models_unit() -> None:
    assert result(1, b"\x80\x00\x7f").scores(HELLO) == (0.25 * -125, 0.75, 0.25 * 130)


def test_missing_sequence_numbers_are_counted_as_lost_also_across_the_wrap() -> None:
    decoder = Decoder()
    decoder.feed(wire(result(65533), result(65534), result(65536 + 1)))
    assert decoder.lost == 2
    assert decoder.frames == 3


def test_answers_carry_their_requests_number_and_lose_nothing() -> None:
    decoder = Decoder()
    answer = Result(40_000, 5, 1, 1, -1, b"\x01\x02\x03", is_answer=True)
    assert decoder.feed(wire(result(1), answer, result(2), answer)) == [result(1), answer, result(2), answer]
    assert decoder.lost == 0


def test_a_frame_that_comes_twice_is_given_once() -> None:
    decoder = Decoder()
    assert decoder.feed(wire(result(1), result(1), result(2))) == [result(1), result(2)]
    assert (decoder.duplicates, decoder.lost) == (1, 0)


def test_a_board_that_resets_is_counted_and_loses_nothing() -> None:
    decoder = Decoder()
    decoder.feed(wire(HELLO, *(result(n) for n in range(1, 50)), HELLO, result(1)))
    assert (decoder.resets, decoder.lost) == (1, 0)


def test_joining_in_the_middle_of_a_frame_is_no_error() -> None:
    decoder = Decoder()
    assert decoder.feed(wire(result(1))[5:] + wire(result(2))) == [result(2)]
    assert (decoder.crc_errors, decoder.lost) == (0, 0)
    assert decoder.garbage_bytes > 0


def test_lines_that_the_program_prints_between_frames_cost_none() -> None:
    decoder = Decoder()
    data = wire(HELLO) + b"reading sensor\r\nx = 3\n" + wire(result(1)) + b"\n" + wire(result(2), result(3))
    assert decoder.feed(data) == [HELLO, result(1), result(2), result(3)]
    assert (decoder.crc_errors, decoder.lost) == (0, 0)
    assert decoder.garbage_bytes == 23


def test_a_damaged_frame_is_a_checksum_error_and_lost() -> None:
    damaged = bytearray(wire(result(2)))
    damaged[-4] ^= 0x40
    decoder = Decoder()
    assert decoder.feed(wire(result(1)) + bytes(damaged) + wire(result(3))) == [result(1), result(3)]
    assert (decoder.crc_errors, decoder.lost) == (1, 1)


def test_an_output_of_another_size_than_the_hello_named_is_refused() -> None:
    decoder = Decoder()
    assert decoder.feed(wire(HELLO, result(1, b"\x01\x02"), result(2))) == [HELLO, result(2)]


def test_endless_bytes_without_an_end_do_not_pile_up() -> None:
    decoder = Decoder()
    for _ in range(40):
        assert decoder.feed(b"\x55" * 100_000) == []
    assert decoder.feed(b"\0" + wire(Log(1, "still here"))) == [Log(1, "still here")]
    assert decoder.garbage_bytes == 4_000_000


def test_thousands_of_faults_let_nothing_wrong_through_and_the_second_frame_after_each_is_right() -> None:
    chance = random.Random(2024)
    decoder = Decoder()
    decoder.feed(wire(HELLO))
    sent: set[frames.Frame] = {HELLO}
    sequence = 1
    for fault in range(5000):
        some: list[frames.Frame] = [
            result(sequence, chance.randbytes(3)),
            Stats((sequence + 1) & 0xFFFF, sequence, 2, 3),
            Log((sequence + 2) & 0xFFFF, f"line {sequence}"),
        ]
        after: list[frames.Frame] = [
            result(sequence + 3, chance.randbytes(3)),
            result(sequence + 4, chance.randbytes(3)),
        ]
        sequence += 5
        sent.update(some, after)
        found = decoder.feed(damage(wire(*some), fault % 6, chance) + wire(*after))
        assert set(found) <= sent
        assert after[1] in found
    assert decoder.crc_errors > 1000
    assert decoder.lost > 1000


def damage(data: bytes, fault: int, chance: random.Random) -> bytes:
    """One fault of six: bits flipped, bytes lost, doubled, cut off, garbage put in, a stretch overwritten."""
    at = chance.randrange(len(data))
    span = chance.randrange(1, 8)
    changed = bytearray(data)
    match fault:
        case 0:
            for _ in range(span):
                changed[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        case 1:
            del changed[at : at + span]
        case 2:
            changed[at:at] = data[at : at + span]
        case 3:
            del changed[at:]
        case 4:
            changed[at:at] = chance.randbytes(span)
        case 5:
            changed[at : at + span] = chance.randbytes(span)
    return bytes(changed)
