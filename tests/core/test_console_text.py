"""The console's text: nothing that arrives breaks it, and a flood is cut short."""

import os

from studio.core.console_text import MOST_AT_ONCE, ConsoleText, Form


def test_text_comes_as_it_is_and_ends_of_line_are_one() -> None:
    console = ConsoleText()
    assert console.of(b"a\r") + console.of(b"\nb\tc\rd") == "a\nb\tc\nd"


def test_letters_that_are_cut_in_two_come_with_the_next_piece() -> None:
    console = ConsoleText()
    data = "grüße".encode()
    assert console.of(data[:3]) + console.of(data[3:]) == "grüße"


def test_what_cannot_be_read_is_a_dot_and_frames_bring_no_foreign_letters() -> None:
    found = ConsoleText().of(bytes(range(256)) * 4)
    assert found.isascii() or set(found) - set("·") <= {chr(code) for code in range(128)}
    assert "·" in found


def test_hex_comes_in_rows_of_sixteen() -> None:
    console = ConsoleText(Form.HEX)
    found = console.of(bytes(range(10))) + console.of(bytes(range(10, 20)))
    assert found.splitlines()[0] == "00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f"


def test_of_a_flood_the_last_is_shown_and_the_rest_counted() -> None:
    found = ConsoleText().of(b"x" * 100_000)
    assert f"{100_000 - MOST_AT_ONCE:,} bytes not shown" in found
    assert len(found) < MOST_AT_ONCE + 100
    ConsoleText().of(os.urandom(10_000))
