"""What a port speaks is found out: frames, text, noise, and changes from one to the other."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.frames import Frame, Log, Result, encode, to_packet
from studio.core.speech import Heard, Listener, Speech
from studio.core.text_decoders import LONGEST_LINE, Line, Reading, TextFormat

TEXTS = {
    Speech.PLOTTER: b"idle:0.1,shake:0.9\r\n" * 5,
    Speech.TELEPLOT: b">idle:0.1\n" * 5,
    Speech.CSV: b"idle,shake\n" + b"0.1,0.9\n" * 5,
    Speech.EDGE_IMPULSE: b"Predictions (DSP: 0 ms., Classification: 1 ms.):\nidle: 0.1\nshake: 0.9\n\n" * 5,
}


def wire(*said: Frame) -> bytes:
    return b"".join(encode(to_packet(frame)) for frame in said)


def heard_in_pieces(listener: Listener, data: bytes, step: int = 7) -> list[Heard]:
    return [one for at in range(0, len(data), step) for one in listener.feed(data[at : at + step])]


@pytest.mark.parametrize("speech", TEXTS)
@pytest.mark.parametrize("step", [1, 7, 1000])
def test_each_text_format_is_found_by_listening(speech: Speech, step: int) -> None:
    listener = Listener()
    found = heard_in_pieces(listener, TEXTS[speech], step)
    assert listener.heard is speech
    assert listener.readings == sum(isinstance(one, Reading) for one in found) >= 4
    assert listener.unreadable_bytes == 0


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_every_end_of_line_is_one(end: bytes, step: int) -> None:
    for speech, text in TEXTS.items():
        plain = heard_in_pieces(Listener(), text.replace(b"\r", b""), 1000)
        assert heard_in_pieces(Listener(), text.replace(b"\r", b"").replace(b"\n", end), step) == plain, (
            speech
        )


def test_a_line_of_noise_is_no_part_of_the_next_one() -> None:
    listener = Listener()
    listener.feed(b"a:1\na:1\na:1\na:")
    assert listener.feed(b"\xff\xfe\x80\n") == []
    assert listener.feed(b"a:2\n") == [Reading(("a",), (2.0,))]


def test_frames_are_found_among_boot_messages() -> None:
    listener = Listener()
    data = b"ets Jun  8 2016\r\nboot: ok\r\n" + b"\0" + wire(Log(1, "a"), Log(2, "b"))
    found = heard_in_pieces(listener, data)
    assert listener.heard is Speech.FRAMES
    assert found == [Line("ets Jun  8 2016"), Line("boot: ok"), Log(1, "a"), Log(2, "b")]


def test_one_frame_is_enough_and_text_of_another_program_is_found_later() -> None:
    listener = Listener()
    assert listener.feed(wire(Log(1, "a"))) == [Log(1, "a")]
    heard_in_pieces(listener, TEXTS[Speech.TELEPLOT] * 400, 600)
    assert listener.heard is Speech.TELEPLOT
    assert heard_in_pieces(listener, wire(Log(1, "a"), Log(2, "b")))[-1] == Log(2, "b")


def test_what_was_chosen_stays() -> None:
    listener = Listener(Speech.CSV)
    assert heard_in_pieces(listener, wire(Log(1, "a")) + b"\n1,2\n")[-1] == Reading(
        ("value 1", "value 2"), (1, 2)
    )
    assert listener.heard is Speech.CSV
    listener = Listener(Speech.FRAMES)
    assert heard_in_pieces(listener, TEXTS[Speech.CSV] * 2000, 4000) == []
    assert listener.heard is Speech.FRAMES
    listener = Listener(Speech.TEXT)
    assert listener.heard is Speech.TEXT
    assert isinstance(listener.feed(TEXTS[Speech.PLOTTER])[-1], Reading)


@pytest.mark.parametrize("speech", [Speech.AUTO, Speech.TEXT])
def test_noise_is_no_line(speech: Speech) -> None:
    listener = Listener(speech)
    noise = bytes(one | 0x80 for one in random.Random(3).randbytes(5000))
    assert len(heard_in_pieces(listener, noise.replace(b"\x8a", b"\n"))) <= 1  # a letter of UTF-8 by chance
    assert listener.heard in (None, Speech.TEXT)
    assert listener.unreadable_bytes > 4000


def test_lines_without_an_end_do_not_pile_up() -> None:
    listener = Listener(Speech.TEXT)
    for _ in range(50):
        assert listener.feed(b"\x80" + b"x" * LONGEST_LINE) == []
    assert listener.overlong == 1
    assert listener.feed(b"\nafter\n") == [Line("after")]


@given(st.lists(st.binary(max_size=300), max_size=10))
def test_nothing_that_comes_makes_it_fail(pieces: list[bytes]) -> None:
    for speech in Speech:
        listener = Listener(speech)
        for piece in pieces:
            listener.feed(piece)


@given(st.binary(max_size=600))
def test_frames_after_any_garbage_are_found(garbage: bytes) -> None:
    listener = Listener()
    listener.feed(garbage)
    result = Result(2, 1, 1, 0, 0, b"\1")
    assert result in listener.feed(wire(Log(1, "a"), result))


def test_every_choice_has_words() -> None:
    assert len({speech.words for speech in Speech}) == len(Speech)
    assert {speech.value for speech in Speech} > {one.value for one in TextFormat}
