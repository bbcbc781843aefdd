"""How many bytes a kernel's struct of parameters takes on a 32-bit board, read off its declaration."""

import re
from functools import cache

from studio.core import places

_STRUCT = re.compile(r"struct (\w+) \{(.*?)\n\};", re.DOTALL)
_FIELD = re.compile(r"(?:const )?(struct \w+|\w+) ([^;]+);")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIZES = {
    "int8_t": 1, "uint8_t": 1, "int16_t": 2, "uint16_t": 2, "int32_t": 4, "uint32_t": 4, "float": 4, "int64_t": 8,
}  # fmt: skip
_POINTER = 4


def struct_bytes(name: str) -> int:
    """The size of `struct name`; 0 if no kernel declares it."""
    return _layout(name)[0]


@cache
def _layout(name: str) -> tuple[int, int]:
    """(size, alignment) in bytes."""
    body = _bodies().get(name, "")
    size, widest = 0, 1
    for kind, declared in _FIELD.findall(body):
        for field in declared.split(","):
            one, alignment = _POINTER, _POINTER
            if "*" not in field:
                one, alignment = _layout(kind.removeprefix("struct ")) if " " in kind else (_SIZES[kind],) * 2
            count = 1
            for factor in re.findall(r"\[(\d+)\]", field):
                count *= int(factor)
            size = -(-size // alignment) * alignment + count * one
            widest = max(widest, alignment)
    return -(-size // widest) * widest, widest


@cache
def _bodies() -> dict[str, str]:
    found: dict[str, str] = {}
    for path in sorted((places.firmware() / "kernels").glob("*.h")):
        text = _COMMENT.sub("", path.read_text("utf-8"))
        found.update(dict(_STRUCT.findall(text)))
    return found
