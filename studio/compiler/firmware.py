"""Firmware for the virtual Cortex-M4 board: the generated C with link and port, linked into one image, and its sizes."""

import hashlib
import re
import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection

from studio.compiler.sources import Optimize, SourceFile, Sources
from studio.compiler.zig import zig
from studio.core import places
from studio.core.errors import StudioError

RAM_BYTES = 256 << 10
FLASH_BYTES = 1 << 20
STACK_RESERVE_BYTES = 8 << 10

_TARGET = ("-target", "thumb-freestanding-eabihf", "-mcpu=cortex_m4+vfp4d16sp")
_DIALECT = ("-std=c99", "-ffreestanding", "-ffunction-sections", "-fdata-sections")
_LEVEL = {Optimize.SIZE: "-Oz", Optimize.BALANCED: "-O2", Optimize.SPEED: "-O3"}
_OVERFLOW = re.compile(r"will not fit in region '(FLASH|RAM)': overflowed by (\d+) bytes")
_FIRST_ERROR = re.compile(r"^.*\berror: (.*)$", re.MULTILINE)


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


def build_virtual(sources: Sources, *, optimize: Optimize | None = None) -> Firmware:
    """Links `sources` for the virtual Cortex-M4 board (1 MB flash, 256 KB RAM); kept in the cache by content.

    Raises StudioError when the model does not fit, when the compiler fails, or when the cache cannot be written.
    """
    level = optimize or sources.optimize
    elf = _linked(sources.files, level)
    whole = _sizes(elf)
    bare = _sizes(_linked(_model_free(), level))
    return Firmware(
        elf_path=elf,
        flash_bytes=whole.stored,
        static_ram_bytes=whole.variables,
        link_ram_bytes=whole.link,
        code_bytes=whole.code - bare.code,
        weight_bytes=whole.constants - bare.constants,
    )


def _linked(files: tuple[SourceFile, ...], optimize: Optimize) -> Path:
    """The image of `files` with link and port, from the cache or fresh."""
    flags = (*_TARGET, *_DIALECT, _LEVEL[optimize], '-DSTUDIO_LAYER_HOOK="studio_layer_hook.h"')
    shared = _shared_files()
    digest = hashlib.sha256("\0".join((*flags, *zig())).encode())
    for name, text in (*((path.name, path.read_text("utf-8")) for path in shared), *_texts(files)):
        digest.update(f"\0{name}\0{text}".encode())
    kept = places.cache() / "firmware" / f"{digest.hexdigest()[:32]}.elf"
    if kept.exists():
        return kept
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent) as folder:
            _link(files, shared, flags, Path(folder)).replace(kept)
    except OSError as error:
        raise StudioError(
            f"The firmware cannot be kept in {kept.parent} ({error.strerror}). "
            "Make room there or set TINYML_STUDIO_CACHE to another folder."
        ) from error
    return kept


def _link(files: tuple[SourceFile, ...], shared: tuple[Path, ...], flags: tuple[str, ...], folder: Path) -> Path:
    for name, text in _texts(files):
        (folder / name).write_text(text, "utf-8")
    elf = folder / "firmware.elf"
    script = next(path for path in shared if path.suffix == ".ld")
    c_files = [folder / file.name for file in files if file.name.endswith(".c")]
    c_files += [path for path in shared if path.suffix == ".c"]
    includes = ["-I", str(folder), "-I", str(_link_folder()), "-I", str(_port_folder())]
    command = [*zig(), "cc", *flags, *includes, f"-Wl,-T,{script}", "-Wl,--gc-sections", "-Wl,-e,studio_reset"]
    done = subprocess.run(
        [*command, "-o", str(elf), *map(str, c_files)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StudioError(_sentence(done.stderr))
    return elf


def _sentence(message: str) -> str:
    """What the linker or the compiler means."""
    missing = [(region, int(count)) for region, count in _OVERFLOW.findall(message)]
    if missing:
        region, count = max(missing, key=lambda one: one[1])
        has = {
            "RAM": f"RAM than the {RAM_BYTES >> 10} KB that the virtual Cortex-M4 board has, "
            f"{STACK_RESERVE_BYTES >> 10} KB of them kept for the stack",
            "FLASH": f"flash than the {FLASH_BYTES >> 10} KB that the virtual Cortex-M4 board has",
        }[region]
        return f"This model needs {count:,} bytes more {has}. Compress it further or choose a smaller model."
    found = _FIRST_ERROR.search(message)
    return (
        f"The firmware could not be built: {found.group(1) if found else message.strip()[:200] or 'no message'}. "
        "Please report this with the model."
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


def _texts(files: tuple[SourceFile, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((file.name, file.text) for file in files)


def _link_folder() -> Path:
    return places.firmware() / "link"


def _port_folder() -> Path:
    return places.firmware() / "ports" / "virtual_cortex_m4"


def _shared_files() -> tuple[Path, ...]:
    """What every image holds beside the model: link and port."""
    return tuple(
        path
        for folder in (_link_folder(), _port_folder())
        for path in sorted(folder.iterdir())
        if path.suffix in (".c", ".h", ".ld")
    )


@cache
def _model_free() -> tuple[SourceFile, ...]:
    folder = _port_folder() / "model_free"
    return tuple(SourceFile(path.name, path.read_text("utf-8")) for path in sorted(folder.iterdir()))
