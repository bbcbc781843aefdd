"""What boards print in the peers' formats is read as they document it, broken lines and all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.text_decoders import LONGEST_LINE, Line, Reading, TextDecoder, TextFormat

EDGE_IMPULSE = b"""Starting inferencing in 2 seconds...
Predictions (DSP: 12 ms., Classification: 3 ms., Anomaly: 0 ms.):
    idle: 0.00391
    snake: 0.98828
    updown: 0.00781
"""


def read(data: bytes, chosen: TextFormat | None = None) -> list[Reading | Line]:
    return TextDecoder(chosen).feed(data)


def readings(data: bytes, chosen: TextFormat | None = None) -> list[Reading]:
    return [item for item in read(data, chosen) if isinstance(item, Reading)]


@pytest.mark.parametrize(
    ("line", "names", "values"),
    [
        (b"yes:0.93,no:0.05\n", ("yes", "no"), (0.93, 0.05)),
        (b"yes:0.93\tno:0.05\r\n", ("yes", "no"), (0.93, 0.05)),
        (b"yes:0.93 no:0.05\n", ("yes", "no"), (0.93, 0.05)),
        (b"temp: 21.5\n", ("temp",), (21.5,)),
        (b"1,2,3\n", ("value 1", "value 2", "value 3"), (1.0, 2.0, 3.0)),
        (b"1\t-2e3 .5\n", ("value 1", "value 2", "value 3"), (1.0, -2000.0, 0.5)),
    ],
)
def test_lines_for_the_arduino_plotter(
    line: bytes, names: tuple[str, ...], values: tuple[float, ...]
) -> None:
    assert readings(line) == [Reading(names, values)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b">tap:0.5\n", Reading(("tap",), (0.5,))),
        (">temp:21.5§°C\n".encode(), Reading(("temp",), (21.5,))),
        (b">tap:1700:0.5|g\n", Reading(("tap",), (0.5,), time_ms=1700.0)),
        (b">tap:1:0.1;2:0.2\n", Reading(("tap",), (0.2,), time_ms=2.0)),
        (b">way:3:4|xy\n", Reading(("way x", "way y"), (3.0, 4.0))),
    ],
)
def test_lines_for_teleplot(line: bytes, expected: Reading) -> None:
    assert readings(line) == [expected]


def test_a_text_for_teleplot_is_a_log() -> None:
    assert read(b">state:running|t\n", TextFormat.TELEPLOT) == [Line(">state:running|t")]


def test_a_block_of_edge_impulse_is_one_reading_with_its_time() -> None:
    expected = Reading(("idle", "snake", "updown"), (0.00391, 0.98828, 0.00781), inference_us=15_000)
    assert readings(EDGE_IMPULSE + EDGE_IMPULSE + b"\n") == [expected, expected]


def test_once_the_labels_are_known_a_block_is_complete_with_its_last_line() -> None:
    decoder = TextDecoder()
    decoder.feed(EDGE_IMPULSE + EDGE_IMPULSE + b"\n")
    *_, last = decoder.feed(EDGE_IMPULSE)
    assert isinstance(last, Reading)


def test_a_block_cut_by_a_reset_gives_what_it_had() -> None:
    cut = EDGE_IMPULSE[: EDGE_IMPULSE.index(b"    updown")]
    found = readings(cut + b"Starting inferencing in 2 seconds...\n" + EDGE_IMPULSE + b"\n")
    assert [reading.names for reading in found] == [("idle", "snake"), ("idle", "snake", "updown")]


def test_csv_columns_are_named_by_the_line_before_them() -> None:
    found = readings(b"time,yes,no\n1,0.9,0.1\n2,0.8,0.2\n")
    assert found == [
        Reading(("time", "yes", "no"), (1.0, 0.9, 0.1)),
        Reading(("time", "yes", "no"), (2.0, 0.8, 0.2)),
    ]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"yes:1,no:0\n" * 3, TextFormat.PLOTTER),
        (b">yes:1\n" * 3, TextFormat.TELEPLOT),
        (EDGE_IMPULSE * 4, TextFormat.EDGE_IMPULSE),
        (b"a,b\n" + b"1,2\n" * 3, TextFormat.CSV),
        (b"hello\nworld\n", None),
    ],
)
def test_the_format_is_found_by_itself(data: bytes, expected: TextFormat | None) -> None:
    decoder = TextDecoder()
    decoder.feed(data)
    assert decoder.format is expected


def test_a_board_that_changes_its_ways_is_followed_after_a_while() -> None:
    decoder = TextDecoder()
    decoder.feed(b">yes:1\n" * 3 + b"yes:1,no:0\n" * 60)
    assert decoder.format is TextFormat.PLOTTER


def test_a_chosen_format_stays() -> None:
    decoder = TextDecoder(TextFormat.TELEPLOT)
    found = decoder.feed(b"yes:1\n" * 60)
    assert decoder.format is TextFormat.TELEPLOT
    assert all(isinstance(item, Line) for item in found)


def test_what_cannot_be_read_is_a_log_and_an_overlong_line_is_dropped() -> None:
    decoder = TextDecoder()
    assert decoder.feed(b"\xff\xfe boot \x00\n") == [Line("�� boot \x00")]
    assert decoder.feed(b"1" * (LONGEST_LINE + 1)) == []
    assert decoder.feed(b"2\n3,4\n") == [Reading(("value 1", "value 2"), (3.0, 4.0))]
    assert decoder.overlong == 1


@given(st.lists(st.binary(max_size=40), max_size=30), st.sampled_from([None, *TextFormat]))
def test_no_bytes_in_any_pieces_make_it_fail(pieces: list[bytes], chosen: TextFormat | None) -> None:
    decoder = TextDecoder(chosen)
    for piece in pieces:
        decoder.feed(piece)


@given(st.lists(st.integers(1, 9), min_size=1, max_size=30))
def test_the_pieces_in_which_bytes_arrive_do_not_matter(sizes: list[int]) -> None:
    data = b"yes:0.5,no:0.5\r\nboot ok\n" + EDGE_IMPULSE + b"\n1,2\n"
    decoder, found, place = TextDecoder(), [], 0
    for size in sizes:
        found += decoder.feed(data[place : place + size])
        place += size
    found += decoder.feed(data[place:])
    assert found == read(data)


@pytest.mark.parametrize("step", [1, 7, 1000])
def test_an_edge_impulse_block_with_the_ends_of_line_of_arduino_is_one_reading(step: int) -> None:
    data = EDGE_IMPULSE.replace(b"\n", b"\r\n") * 2
    decoder = TextDecoder()
    found = [one for at in range(0, len(data), step) for one in decoder.feed(data[at : at + step])]
    found += decoder.feed(b"\r\n")
    other = TextDecoder()
    assert found == other.feed(EDGE_IMPULSE * 2) + other.feed(b"\n")
