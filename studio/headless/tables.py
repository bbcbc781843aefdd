"""Tables on the terminal: a title, then aligned columns."""

from collections.abc import Sequence


def table(title: str, rows: Sequence[Sequence[str]], header: Sequence[str] = ()) -> str:
    """Rows as text under a title; numbers align right, but in tables of two columns, which are names with values."""
    lines = ["", title, "─" * len(title)]
    every = [tuple(header), *rows] if header else list(rows)
    if not every:
        return "\n".join(lines)
    widths = [max(len(row[column]) for row in every) for column in range(len(every[0]))]
    for row in every:
        cells = [
            cell.rjust(width)
            if column and len(row) > 2 and cell[:1] in "0123456789+-−"
            else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
