"""Long tables of generated C as bytes beside it: a compiler takes those at once, and reads numbers one by one."""

import re

import numpy as np

from studio.compiler.layer import C_TYPES
from studio.compiler.sources import SourceFile
from studio.compiler.zig import BLOB

_SHORTEST = 512  # elements; shorter tables stay as they are
_ALIGNMENT = 16
_TABLE = re.compile(r"static const (\w+) (\w+)\[(\d+)\]((?: STUDIO_CONSTANT)?) = \{\n([^}]*)\};\n")
_TYPES = {name: np.dtype(dtype) for dtype, name in C_TYPES.items()}
# In the section of the code, which every object format has and which can be read; BLOB lies in the working folder.
_ASSEMBLY = """
#define STUDIO_BLOB_TEXT_(text) #text
#define STUDIO_BLOB_TEXT(text) STUDIO_BLOB_TEXT_(text)
#define STUDIO_BLOB(name, begin, size) \\
    __asm__(".text\\n.balign %d\\n.globl " STUDIO_BLOB_TEXT(__USER_LABEL_PREFIX__) name "\\n" \\
            STUDIO_BLOB_TEXT(__USER_LABEL_PREFIX__) name ":\\n.incbin \\"%s\\", " #begin ", " #size "\\n")
"""


def apart(model: SourceFile) -> tuple[SourceFile, bytes]:
    """The same model.c whose long tables are declared only and taken from the bytes, which BLOB must hold."""
    blob = bytearray()
    places: list[str] = []

    def declared(found: re.Match[str]) -> str:
        c_type, name, count, _, numbers = found.groups()
        if int(count) < _SHORTEST:
            return found[0]
        values = _values(numbers, _TYPES[c_type])
        blob.extend(bytes(-len(blob) % _ALIGNMENT))
        places.append(f'STUDIO_BLOB("{name}", {len(blob)}, {values.nbytes});\n')
        blob.extend(values.tobytes())
        return f"extern const {c_type} {name}[{count}];\n"

    text = _TABLE.sub(declared, model.text)
    if not places:
        return model, b""
    return SourceFile(model.name, text + _ASSEMBLY % (_ALIGNMENT, BLOB) + "".join(places)), bytes(blob)


def _values(
    numbers: str, dtype: "np.dtype[np.generic]"
) -> "np.ndarray[tuple[int, ...], np.dtype[np.generic]]":
    read = np.float64 if dtype.kind == "f" else np.int64
    return np.fromstring(numbers.replace("\n", ""), read, sep=",").astype(dtype)
