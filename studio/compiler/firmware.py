"""Firmware for the virtual Cortex-M4 and Cortex-M0+ boards: generated C, link and port in one image; its sizes."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from studio.compiler import objects, zig
from studio.compiler.sources import Optimize, SourceFile, Sources
from studio.core import places
from studio.core.errors import StudioError
from studio.core.formats.delivery import marked_header

_FLAGS = (
    "-ffreestanding", "-ffunction-sections", "-fdata-sections", "-I.", "-Ilink", "-Iport",
    '-DSTUDIO_LAYER_HOOK="studio_layer_hook.h"',
    "-g",  # else zig drops the symbols with -Os; the linker script drops what else it brings
)  # fmt: skip
_LINK_FLAGS = ("-Wl,-T,port/memory.ld", "-Wl,--gc-sections", "-Wl,-e,studio_reset")
_OVERFLOW = re.compile(r"will not fit in region '(FLASH|RAM)': overflowed by (\d+) bytes")


@dataclass(frozen=True, slots=True)
class Target:
    """A virtual board to link for: its folder in firmware/ports has the linker script that knows the memories.

    What a folder has not, it shares with the Cortex-M4's.
    """

    name: str
    folder: str
    flags: tuple[str, ...]
    flash: str
    ram: str

    def has(self, region: str) -> str:
        """The end of a sentence about what the board has of a region: FLASH or RAM."""
        if region == "RAM":
            return f"RAM than the {self.ram} that the virtual {self.name} board has, 8 KB of them kept for the stack"
        return f"flash than the {self.flash} that the virtual {self.name} board has"


CORTEX_M4 = Target(
    "Cortex-M4",
    "virtual_cortex_m4",
    ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4+vfp4d16sp"),
    "1 MB",
    "256 KB",
)
CORTEX_M0PLUS = Target(
    "Cortex-M0+",
    "virtual_cortex_m0plus",
    (
        "-target", "thumb-freestanding-eabi", "-mcpu=cortex_m0plus",
        '-DSTUDIO_VIRTUAL_BOARD="Virtual Cortex-M0+"',
    ),
    "2 MB",
    "264 KB",
)  # fmt: skip
TARGETS = {target.folder: target for target in (CORTEX_M4, CORTEX_M0PLUS)}
"""By the board's id in resources/boards."""


@dataclass(frozen=True, slots=True)
class Firmware:
    """A linked image and what it takes, in bytes.

    `flash_bytes` is all that is stored. `static_ram_bytes` is all variables, with the model's memory and with
    `link_ram_bytes`, the part that only the link to the studio needs; the stack comes on top. `code_bytes` and
    `weight_bytes` are what the model adds to an image without one: instructions, and weights with constant tables.
    """

    elf_path: Path
    flash_bytes: int
    static_ram_bytes: int
    link_ram_bytes: int
    code_bytes: int
    weight_bytes: int

    def ram_bytes(self, stack_bytes: int) -> int:
        """What the model itself takes at work: its variables and memory and the deepest stack, without the link."""
        return self.static_ram_bytes - self.link_ram_bytes + stack_bytes


@dataclass(frozen=True, slots=True)
class _Sizes:
    code: int
    constants: int
    variables: int
    stored: int
    link: int


def build_virtual(
    sources: Sources,
    *,
    optimize: Optimize | None = None,
    watch: zig.Watch = zig.patient,
    target: Target = CORTEX_M4,
    unreviewed: bool = False,
) -> Firmware:
    """Links `sources` for a virtual board (Cortex-M4: 1 MB flash, 256 KB RAM); kept in the cache by content.

    Where `unreviewed`, the image says of itself that nobody reviewed it, as bench builds do. What `watch` raises
    stops the compiler. Raises StudioError when the model does not fit, when the compiler fails, or when the cache
    cannot be written.
    """
    level = optimize or sources.optimize
    elf = linked(_marked(sources.files) if unreviewed else sources.files, level, watch, target)
    whole = _sizes(elf)
    bare = _sizes(linked(_model_free(), level, watch, target))
    return Firmware(
        elf_path=elf,
        flash_bytes=whole.stored,
        static_ram_bytes=whole.variables,
        link_ram_bytes=whole.link,
        code_bytes=whole.code - bare.code,
        weight_bytes=whole.constants - bare.constants,
    )


def warm(optimize: Optimize = Optimize.BALANCED) -> None:
    """Compile what images share, every kernel among it, so that the first one is soon built."""
    level = zig.OPTIMIZE_FLAGS[optimize]
    files = (*objects.kernels(), *_shared_files(CORTEX_M4))
    units, _ = objects.divided((*files, *_model_free()))
    names = {unit.name for unit in units}
    objects.compiled(
        [f for f in files if f.name in names], files, (*zig.PRODUCT_FLAGS, level, *CORTEX_M4.flags, *_FLAGS)
    )
    linked(_model_free(), optimize, zig.patient, CORTEX_M4)


def linked(
    files: tuple[SourceFile, ...],
    optimize: Optimize,
    watch: zig.Watch = zig.patient,
    target: Target = CORTEX_M4,
) -> Path:
    """The image of `files` with link and port, from the cache or fresh; raises StudioError where it does not fit."""
    flags = (*zig.PRODUCT_FLAGS, zig.OPTIMIZE_FLAGS[optimize], *target.flags, *_FLAGS)
    everything = (*files, *_shared_files(target))
    units, rest = objects.divided(everything)
    steady = objects.compiled(units, everything, flags, watch)

    def link(*more: str) -> Path:
        return zig.compile(rest, (*flags, *_LINK_FLAGS, *more), "firmware.elf", objects=steady, watch=watch)

    try:
        try:
            return link("-nostdlib")
        except StudioError as error:
            if "undefined symbol: __" not in str(error):
                raise
            # Code that needs the compiler's runtime (64-bit division): zig first has to build that, for seconds.
            return link()
    except StudioError as error:
        overflow = _OVERFLOW.search(str(error))
        if not overflow:
            raise
        region, missing = overflow.groups()
        raise StudioError(
            f"This model needs {int(missing):,} bytes more {target.has(region)}. "
            "Compress it further or choose a smaller model."
        ) from error


def _marked(files: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    return tuple(
        SourceFile(file.name, marked_header(file.name, file.text.encode()).decode()) for file in files
    )


def _sizes(elf: Path) -> _Sizes:
    """Reads sections and symbols; the stack's reserve is no variable."""
    with elf.open("rb") as file:
        image = ELFFile(file)
        size = {section.name: int(section["sh_size"]) for section in image.iter_sections()}
        symbols = image.get_section_by_name(".symtab")
        assert isinstance(symbols, SymbolTableSection)
        link = symbols.get_symbol_by_name("studio_link_memory")
        link_bytes = int(link[0]["st_size"]) if link else 0
    code, constants, data = (size.get(name, 0) for name in (".text", ".rodata", ".data"))
    return _Sizes(
        code=code,
        constants=constants,
        variables=data + size.get(".bss", 0),
        stored=size.get(".vectors", 0) + code + constants + data,
        link=link_bytes,
    )


@cache
def _shared_files(target: Target) -> tuple[SourceFile, ...]:
    """What every image holds beside the model: link and port, with the script that knows the memories."""
    port = {file.name: file for file in objects.read(_port_folder(), "port/")}
    own = objects.read(places.firmware() / "ports" / target.folder, "port/")
    port |= {file.name: file for file in own}
    return (*objects.read(places.firmware() / "link", "link/"), *port.values())


@cache
def _model_free() -> tuple[SourceFile, ...]:
    return tuple(objects.read(_port_folder() / "model_free", ""))


def _port_folder() -> Path:
    return places.firmware() / "ports" / "virtual_cortex_m4"
