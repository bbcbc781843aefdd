"""The tools behind the virtual AVR boards: simavr's harness and avr-gcc's firmware, each built once and kept."""

import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from elftools.elf.elffile import ELFFile

from studio.core import places
from studio.core.errors import StudioError
from studio.core.products import is_whole, keep_product
from studio.core.storage import write_error

CLOCK_HZ = 16_000_000
_LONGEST_SECONDS = 300
_OVERFLOWED = re.compile(r"region .(text|data)'")


@dataclass(frozen=True, slots=True)
class Chip:
    """What an AVR has; `stack_bytes` of the RAM are kept for the stack."""

    flash_bytes: int
    ram_bytes: int
    stack_bytes: int


CHIPS = {"atmega2560": Chip(256 << 10, 8 << 10, 1024), "atmega328p": Chip(32 << 10, 2 << 10, 512)}
"""What an Arduino Mega and an Uno carry, by the name that avr-gcc and simavr have for it."""

_FLAGS = ("-std=c99", "-Os", "-ffunction-sections", "-fdata-sections", "-Wl,--gc-sections", "-DNDEBUG")


def harness() -> Path:
    """The program that runs an image on simavr; compiled when it is new.

    Raises StudioError with the package to install where simavr, its headers or a C compiler are absent.
    """
    source = _port() / "harness.c"
    target = places.cache() / "simavr" / _key(source.read_bytes()) / "harness"
    if is_whole(target):
        return target
    compiler = next(([path] for name in ("cc", "gcc", "clang") if (path := shutil.which(name))), None)
    command = compiler or [sys.executable, "-m", "ziglang", "cc"]
    complaint = _compiled([*command, "-std=gnu99", "-O2", str(source), "-lsimavr"], target)
    if complaint:
        raise StudioError(
            "The virtual AVR boards need simavr, which is not installed with its headers. On Debian or Ubuntu: "
            f"'sudo apt install libsimavr-dev', then try again. ({complaint})"
        )
    return target


def build_avr(files: Mapping[str, str], chip: str) -> Path:
    """The image for `chip` from the generated C: file names with their text; link and port are added.

    Raises StudioError with the package to install where avr-gcc is absent, and when the model does not fit.
    """
    if chip not in CHIPS:
        raise StudioError(f"There is no virtual board with {chip}. Choose one of: {', '.join(CHIPS)}.")
    compiler = shutil.which("avr-gcc")
    if compiler is None:
        raise StudioError(
            "Firmware for the virtual AVR boards is built by avr-gcc, which is not installed. On Debian or Ubuntu: "
            "'sudo apt install gcc-avr avr-libc', then try again."
        )
    everything = {
        **files,
        **_texts(places.firmware() / "link"),
        "board.c": (_port() / "board.c").read_text("utf-8"),
    }
    parts = [chip.encode(), *(part.encode() for pair in sorted(everything.items()) for part in pair)]
    target = places.cache() / "simavr" / _key(*parts) / "firmware.elf"
    if is_whole(target):
        return target
    with tempfile.TemporaryDirectory(prefix="studio-avr-") as folder:
        for name, text in everything.items():
            Path(folder, name).write_text(text, encoding="utf-8")
        units = sorted(name for name in everything if name.endswith(".c"))
        flags = (f"-mmcu={chip}", f"-DF_CPU={CLOCK_HZ}UL", *_FLAGS, "-I.")
        complaint = _compiled(
            [compiler, *flags, *units, "-lm"], target, Path(folder), lambda elf: _overflow(elf, chip)
        )
    if found := _OVERFLOWED.search(complaint):
        raise _too_large(chip, "flash" if found[1] == "text" else "RAM")
    if complaint:
        raise StudioError(f"avr-gcc did not build this model for the {chip}: {complaint}")
    return target


def _overflow(elf: Path, chip: str) -> None:
    """StudioError for an image that needs more than the chip has; the linker does not look."""
    with elf.open("rb") as file:
        sizes = {section.name: int(section["sh_size"]) for section in ELFFile(file).iter_sections()}
    text, data, zeros = (sizes.get(name, 0) for name in (".text", ".data", ".bss"))
    limits = CHIPS[chip]
    for need, most, what in (
        (text + data, limits.flash_bytes, "flash"),
        (data + zeros + limits.stack_bytes, limits.ram_bytes, "RAM"),
    ):
        if need > most:
            raise _too_large(chip, what)


def _too_large(chip: str, what: str) -> StudioError:
    limits = CHIPS[chip]
    most = limits.flash_bytes if what == "flash" else limits.ram_bytes
    kept = f", {limits.stack_bytes:,} bytes of it kept for the stack" if what == "RAM" else ""
    return StudioError(
        f"This model needs more than the {most:,} bytes of {what} that the {chip} has{kept}. "
        "Compress it further or choose a larger board."
    )


def _compiled(
    command: list[str],
    target: Path,
    folder: Path | None = None,
    check: Callable[[Path], None] = lambda _path: None,
) -> str:
    """Compiles to `target` and keeps what passes `check`; the first complaint, or nothing."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent) as place:
            fresh = Path(place, target.name)
            try:
                done = subprocess.run(
                    [*command, "-o", str(fresh)], cwd=folder, capture_output=True, text=True, check=False,
                    stdin=subprocess.DEVNULL, timeout=_LONGEST_SECONDS,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return f"it took longer than {_LONGEST_SECONDS} s"
            if done.returncode:
                lines = [line for line in done.stderr.splitlines() if line.strip()]
                wanted = (line for words in ("region", "error:") for line in lines if words in line)
                return next(wanted, lines[0] if lines else "no message")
            check(fresh)
            keep_product(fresh, target)
    except OSError as error:
        raise write_error(target, error) from error
    return ""


def _key(*parts: bytes) -> str:
    digest = hashlib.sha256(" ".join(_FLAGS).encode())
    for part in parts:
        digest.update(len(part).to_bytes(8, "little") + part)
    return digest.hexdigest()[:16]


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.suffix in (".c", ".h")}


def _port() -> Path:
    return places.firmware() / "ports" / "simavr"
