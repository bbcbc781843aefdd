"""Flatbuffers, walked with every offset checked: the file format beneath .tflite."""

import struct

from studio.core.errors import StudioError


def damaged(what: str) -> StudioError:
    """The sentence for a file that contradicts itself."""
    return StudioError(f"This .tflite file is damaged or cut short: {what}. Convert or download it again.")


class Walker:
    """The file's bytes, and how many elements may still be read.

    A damaged file can make thousands of tables share one long vector; the allowance keeps time and
    memory in proportion to the file.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.allowance = 2 * len(data) + 1024

    def number(self, format_: str, at: int) -> int | float | bool:
        """The number at a position, in one of struct's formats."""
        if at < 0:
            raise damaged("an offset points outside of it")
        value: int | float | bool = struct.unpack_from("<" + format_, self.data, at)[0]
        return value

    def unsigned(self, at: int) -> int:
        """The uint32 at a position, as offsets and counts are stored."""
        return int(self.number("I", at))

    def spend(self, count: int) -> None:
        """Take `count` elements off the allowance."""
        self.allowance -= count
        if self.allowance < 0:
            raise damaged("its tables overlap")


class Table:
    """One flatbuffer table: fields are found through its vtable, absent ones have a default."""

    def __init__(self, walker: Walker, at: int) -> None:
        walker.spend(1)
        self.walker = walker
        self.at = at
        self.vtable = at - int(walker.number("i", at))
        self.size = int(walker.number("H", self.vtable))

    def _field(self, slot: int) -> int:
        """The position of a field in the file, 0 if it is absent."""
        entry = 4 + 2 * slot
        if entry + 2 > self.size:
            return 0
        offset = int(self.walker.number("H", self.vtable + entry))
        return self.at + offset if offset else 0

    def _follow(self, slot: int) -> int:
        at = self._field(slot)
        return at + self.walker.unsigned(at) if at else 0

    def number(self, slot: int, format_: str, default: int | float | bool = 0) -> int | float | bool:
        """A scalar field."""
        at = self._field(slot)
        return self.walker.number(format_, at) if at else default

    def integer(self, slot: int, format_: str = "i", default: int = 0) -> int:
        """A scalar field as an int."""
        return int(self.number(slot, format_, default))

    def table(self, slot: int) -> "Table | None":
        """The table that a field points to."""
        at = self._follow(slot)
        return Table(self.walker, at) if at else None

    def span(self, slot: int, item_bytes: int) -> tuple[int, int]:
        """Where a vector's elements begin, and how many there are; (0, 0) if it is absent."""
        at = self._follow(slot)
        if not at:
            return 0, 0
        count = self.walker.unsigned(at)
        if at + 4 + count * item_bytes > len(self.walker.data):
            raise damaged("a list runs past its end")
        return at + 4, count

    def vector(self, slot: int, format_: str, longest: int | None = None) -> tuple[float, ...]:
        """A list of numbers; `longest` bounds its length."""
        begin, count = self.span(slot, struct.calcsize("<" + format_))
        if longest is not None and count > longest:
            raise damaged("a list is longer than it can be")
        self.walker.spend(count)
        return struct.unpack_from(f"<{count}{format_}", self.walker.data, begin) if count else ()

    def integers(self, slot: int, format_: str = "i", longest: int | None = None) -> tuple[int, ...]:
        """A list of whole numbers; `longest` bounds its length."""
        return tuple(int(v) for v in self.vector(slot, format_, longest))

    def tables(self, slot: int) -> list["Table"]:
        """A list of tables."""
        begin, count = self.span(slot, 4)
        self.walker.spend(count)
        places = range(begin, begin + 4 * count, 4)
        return [Table(self.walker, at + self.walker.unsigned(at)) for at in places]

    def text(self, slot: int) -> str:
        """A text; bytes that are not UTF-8 are replaced."""
        begin, count = self.span(slot, 1)
        self.walker.spend(count)
        return self.walker.data[begin : begin + count].decode("utf-8", "replace")
