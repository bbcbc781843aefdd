"""Golden vectors as C: inputs and the outputs that the studio's own C gave, to compare with on the board."""

import re

from studio.core.formats.delivery import Delivery

VECTOR_FILES = ("vectors.h", "studio_vectors.h")
"""What the files with golden vectors are called, in whatever folder they lie."""


def vectors_header(delivery: Delivery) -> bytes:
    """vectors.h: STUDIO_VECTOR_COUNT arrays of inputs and outputs, byte by byte as they are stored."""
    given, answers = zip(*delivery.vectors, strict=True)
    return (
        "/* Inputs, and the outputs that the studio's C computed for them; bytes, as the model stores its numbers. */\n"
        "#ifndef STUDIO_VECTORS_H\n#define STUDIO_VECTORS_H\n\n#include <stdint.h>\n\n"
        f"#define STUDIO_VECTOR_COUNT {len(delivery.vectors)}\n\n"
        f"{_array('studio_vector_inputs', given)}\n{_array('studio_vector_outputs', answers)}\n#endif\n"
    ).encode()


def flash_vectors_header(delivery: Delivery) -> bytes:
    """studio_vectors.h for Arduino cores: the same in flash on an AVR, with what loads and compares them."""
    plain = vectors_header(delivery).decode()
    plain = plain.replace("#include <stdint.h>\n", "#include <Arduino.h>\n#include <stdint.h>\n")
    plain = plain.replace("] = {\n", "] PROGMEM = {\n")
    ends = """
static inline void studio_vector_load(int number, void *input)
{
    memcpy_P(input, studio_vector_inputs[number], sizeof studio_vector_inputs[number]);
}

static inline bool studio_vector_equal(int number, const void *output)
{
    return memcmp_P(output, studio_vector_outputs[number], sizeof studio_vector_outputs[number]) == 0;
}

#endif
"""
    return (plain.removesuffix("\n#endif\n") + ends).encode()


def read_vectors(content: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """The inputs and outputs in such a file, () where it holds none; the rest of it is not looked at."""
    found = []
    for name in ("studio_vector_inputs", "studio_vector_outputs"):
        start = content.find(f" {name}[".encode())
        block = content[start : content.find(b"};", start)] if start >= 0 else b""
        rows = [re.findall(rb"\d+", row) for row in re.findall(rb"\{([0-9,\s]+)\}", block)]
        if any(len(number) > 3 or int(number) > 255 for row in rows for number in row):
            return ()
        found.append([bytes(int(number) for number in row) for row in rows])
    given, answers = found
    return tuple(zip(given, answers, strict=True)) if len(given) == len(answers) else ()


def _array(name: str, rows: tuple[bytes, ...]) -> str:
    values = ",\n".join(_bytes(row) for row in rows)
    return f"static const uint8_t {name}[STUDIO_VECTOR_COUNT][{len(rows[0])}] = {{\n{values}}};\n"


def _bytes(data: bytes) -> str:
    rows = [", ".join(str(byte) for byte in data[at : at + 24]) for at in range(0, len(data), 24)]
    return "    {" + ",\n     ".join(rows) + "}"
