"""Tables on the terminal: a title, then aligned columns."""

from collections.abc import Sequence


def table(
    title: str, rows: Sequence[Sequence[str]], header: Sequence[str] = (), *, words: bool = False
) -> str:
    """Rows as text under a title; numbers align right, but in tables of two columns, which are names with values.

    `words`: the table holds sentences, of which some may begin with a number; all align left.
    """
    lines = ["", title, "─" * len(title)]
    every = [tuple(header), *rows] if header else list(rows)
    if not every:
        return "\n".join(lines)
    widths = [max(len(row[column]) for row in every) for column in range(len(every[0]))]
    for row in every:
        cells = [
            cell.rjust(width)
            if not words and column and len(row) > 2 and cell[:1] in "0123456789+-−"
            else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)


def one_line(text: str) -> str:
    """What somebody else wrote, as one line that the terminal only shows: nothing in it moves the cursor."""
    plain = " ".join(text.split())
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in plain)
