"""Tables on the terminal: numbers align right, words left, and one line stays one line."""

from studio.headless.tables import one_line, table


def test_numbers_align_right_but_sentences_that_begin_with_one_do_not() -> None:
    rows = [("D1", "yes", "3 boxes are sorted."), ("D2", "no", "Nothing else, whatever happens.")]
    assert "yes  3 boxes are sorted." in table("Answers", rows, words=True)
    assert "a  b    9\n" in table("Counts", [("a", "b", "9"), ("a", "b", "100")])


def test_what_others_wrote_moves_no_cursor() -> None:
    assert one_line("a\n\n b\x1b[8mc\udc80") == "a b\\x1b[8mc\\udc80"
    assert one_line("größer – 5 µs") == "größer – 5 µs"
