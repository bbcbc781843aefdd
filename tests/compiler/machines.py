"""Other machines for the generated C: a Cortex-M4 that qemu is, and an ATmega2560 that simavr is."""

import re
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from studio.compiler import Sources
from tests.compiler.built import Int8Array, unit

BARE = Path(__file__).parent / "bare"
WARNINGS = ("-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
SECONDS = 120
CORTEX_M4_TOOLS = ("arm-none-eabi-gcc", "qemu-system-arm")
AVR_TOOLS = ("avr-gcc", "simavr")


def needs(*tools: str) -> pytest.MarkDecorator:
    """Skips a test where a tool is absent, by its name."""
    absent = [tool for tool in tools if shutil.which(tool) is None]
    return pytest.mark.skipif(
        bool(absent), reason=f"{' and '.join(absent)} not installed (scripts/test does)"
    )


@dataclass(frozen=True)
class Ran:
    """What a program wrote: the answers [N, size] of each model, its deepest stack, and the image's path."""

    outputs: list[Int8Array]
    stack_bytes: int
    image: Path


_MAIN = """
#include "machine.h"

static void put_hex(uint8_t byte)
{
    machine_put("0123456789abcdef"[byte >> 4]);
    machine_put("0123456789abcdef"[byte & 15]);
}

static void put_row(const int8_t *row, int32_t size)
{
    int32_t i;
    for (i = 0; i < size; i++) {
        put_hex((uint8_t)row[i]);
        if (i % 32 == 31 && i + 1 < size) {
            machine_put('\\n');
        }
    }
    machine_put(';');
    machine_put('\\n');
}
@vectors
static int64_t memory[@words];
static int8_t input[@input], output[@output];

int main(void)
{
    uint32_t stack;
    int32_t row, i;
@runs
    stack = machine_stack_bytes();
    machine_put('s');
    for (i = 24; i >= 0; i -= 8) {
        put_hex((uint8_t)(stack >> i));
    }
    machine_put('.');
    machine_put('\\n');
    machine_stop();
    return 0;
}
"""
_RUN = """
    for (row = 0; row < {rows}; row++) {{
        for (i = 0; i < {size}; i++) {{
            input[i] = MACHINE_READ(MACHINE_ADDRESS(vectors_{index}) + (row * {size} + i));
        }}
        if (case_{index}_test((int8_t *)memory, input, output, 1)) {{
            machine_put('!');
        }}
        put_row(output, {answers});
    }}
"""


def on_cortex_m4(models: Sequence[Sources], inputs: Sequence[Int8Array], level: str, folder: Path) -> Ran:
    """Runs the models, built by gcc at `level`, on qemu's mps2-an386."""
    _write(models, inputs, folder)
    cpu = ("-mcpu=cortex-m4", "-mthumb", "-mfloat-abi=hard", "-mfpu=fpv4-sp-d16")
    link = ("-nostartfiles", "-T", str(BARE / "cortex_m4.ld"))
    files = ("cases.c", str(BARE / "cortex_m4.c"))
    _build(["arm-none-eabi-gcc", *cpu, *WARNINGS, level, "-ffreestanding", *link, *files], folder)
    console = (
        "-chardev",
        "stdio,id=console",
        "-semihosting-config",
        "enable=on,target=native,chardev=console",
    )
    machine = [
        "qemu-system-arm",
        "-M",
        "mps2-an386",
        "-display",
        "none",
        "-monitor",
        "none",
        "-serial",
        "none",
    ]
    return _run([*machine, *console, "-kernel", "image.elf"], models, inputs, folder)


def on_atmega2560(models: Sequence[Sources], inputs: Sequence[Int8Array], folder: Path) -> Ran:
    """Runs the models, built by avr-gcc, on simavr's ATmega2560."""
    _write(models, inputs, folder)
    files = ("cases.c", str(BARE / "atmega2560.c"))
    flags = (
        "-mmcu=atmega2560",
        *WARNINGS,
        "-Os",
        "-ffunction-sections",
        "-fdata-sections",
        "-Wl,--gc-sections",
    )
    _build(["avr-gcc", *flags, *files], folder)
    return _run(["simavr", "-m", "atmega2560", "-f", "16000000", "image.elf"], models, inputs, folder)


def _write(models: Sequence[Sources], inputs: Sequence[Int8Array], folder: Path) -> None:
    vectors, runs = "", ""
    for index, (model, x) in enumerate(zip(models, inputs, strict=True)):
        size, answers = (int(np.prod(spec.shape)) for spec in (model.input, model.output))
        numbers = ",".join(map(str, x.reshape(-1).tolist()))
        vectors += f"static const int8_t vectors_{index}[] MACHINE_CONSTANT = {{{numbers}}};\n"
        runs += _RUN.format(rows=len(x), size=size, answers=answers, index=index)
    main = _MAIN
    for name, text in {
        "vectors": vectors,
        "runs": runs,
        "words": str(max(model.arena_bytes for model in models) // 8 + 1),
        "input": str(max(int(np.prod(model.input.shape)) for model in models)),
        "output": str(max(int(np.prod(model.output.shape)) for model in models)),
    }.items():
        main = main.replace(f"@{name}", text)
    for file in unit(models):
        text = file.text + main if file.name == "cases.c" else file.text
        (folder / file.name).write_text(text, encoding="utf-8")


def _build(command: list[str], folder: Path) -> None:
    done = subprocess.run(
        [*command, "-I.", f"-I{BARE}", "-o", "image.elf"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[:3000]


def _run(command: list[str], models: Sequence[Sources], inputs: Sequence[Int8Array], folder: Path) -> Ran:
    done = subprocess.run(
        command,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=SECONDS,
        check=False,
    )
    # simavr colours each line and shows line feeds as dots; all that matters are hexadecimal digits.
    text = re.sub(r"\x1b\[[0-9;]*m|[\s.]", "", done.stdout.decode("ascii", "replace"))
    stack = re.search(r"s([0-9a-f]{8})", text)
    assert stack, f"the program did not come to its end: {text[-500:]}"
    answers = re.findall(r"((?:[0-9a-f]{2})+);", text)
    assert len(answers) == sum(len(x) for x in inputs), text[:500]
    rows = iter(answers)
    outputs = []
    for x in inputs:
        own = [np.frombuffer(bytes.fromhex(next(rows)), np.int8) for _ in range(len(x))]
        outputs.append(np.stack(own))
    return Ran(outputs, int(stack[1], 16), folder / "image.elf")
