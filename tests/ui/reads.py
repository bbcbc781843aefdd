"""Samples that need no file: what a test says comes back when samples are read."""

from collections.abc import Callable

from studio.core.looks import Look, Seen
from studio.ui.widgets.evidence_figure import Values

Then = Callable[[Values, tuple[int, ...]], None]


class Reads:
    """Reads by calling `read` with row numbers and what is to get the values."""

    def __init__(self, read: Callable[[tuple[int, ...], Then], None]) -> None:
        self._read = read

    def __call__(self, rows: tuple[int, ...], then: Then) -> None:
        """Samples of the test split."""
        self._read(rows, then)

    def look(
        self, looks: tuple[Look, ...], then: Callable[[tuple[Seen, ...]], None], failed: Callable[[str], None]
    ) -> None:
        """The same of any split; each has the label that it was measured with, and no file."""

        def hand_over(values: Values, shape: tuple[int, ...]) -> None:
            then(tuple(Seen(one, shape, look.label, None) for one, look in zip(values, looks, strict=True)))

        self._read(tuple(look.row for look in looks), hand_over)
