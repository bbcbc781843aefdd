"""The virtual board's machine: an image loaded into memory and run on the emulated core of its board."""

import ctypes
import mmap
from collections.abc import Callable
from pathlib import Path

from elftools.common.exceptions import ELFError
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection
from unicorn import Uc, UcError
from unicorn.arm_const import UC_ARM_REG_PC, UC_ARM_REG_SP, UC_CPU_ARM_CORTEX_M0, UC_CPU_ARM_CORTEX_M4
from unicorn.unicorn_const import (
    UC_ARCH_ARM,
    UC_ERR_EXCEPTION,
    UC_ERR_INSN_INVALID,
    UC_HOOK_BLOCK,
    UC_HOOK_INTR,
    UC_HOOK_MEM_INVALID,
    UC_MEM_FETCH,
    UC_MEM_FETCH_UNMAPPED,
    UC_MEM_READ_UNMAPPED,
    UC_MODE_MCLASS,
    UC_MODE_THUMB,
    UC_PROT_EXEC,
    UC_PROT_READ,
    UC_PROT_WRITE,
)
from unicorn.unicorn_py3.unicorn import uclib

from studio.core.errors import StudioError
from studio.device.virtual_board_chip import (
    CORTEX_M0PLUS,
    LAYOUTS,
    RAM_BASE,
    REGISTERS_BASE,
    REGISTERS_BYTES,
    Chip,
    Layout,
)

_SYSTEM_BASE, _SYSTEM_BYTES = 0xE000E000, 0x1000

_FAULTS = {
    2: "a sample did not fit into the memory it was sent to",
    3: "it came to an instruction that the core does not know",
}


class Machine:
    """Core, memories and chip with one program; `idle` is called whenever the program rests and may call `stop`."""

    def __init__(self, elf: Path, clock_hz: int | None, idle: Callable[[], None]) -> None:
        self._idle = idle
        self._reason: BaseException | None = None
        self._fault = ""
        self._layout, image, self._functions = _load(elf)
        self._flash = mmap.mmap(-1, self._layout.flash_bytes)
        self._flash[: len(image)] = image
        self._ram = mmap.mmap(-1, self._layout.ram_bytes)
        self._uc = Uc(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS)
        core = (
            UC_CPU_ARM_CORTEX_M0 if self._layout is CORTEX_M0PLUS else UC_CPU_ARM_CORTEX_M4
        )  # unicorn has no M0+
        self._uc.ctl_set_cpu_model(core)
        flash, ram = (
            ctypes.addressof(ctypes.c_char.from_buffer(memory)) for memory in (self._flash, self._ram)
        )
        self._uc.mem_map_ptr(
            self._layout.flash_base, self._layout.flash_bytes, UC_PROT_READ | UC_PROT_EXEC, flash
        )
        self._uc.mem_map_ptr(RAM_BASE, self._layout.ram_bytes, UC_PROT_READ | UC_PROT_WRITE, ram)
        self._uc.mem_map(_SYSTEM_BASE, _SYSTEM_BYTES, UC_PROT_READ | UC_PROT_WRITE)
        self.chip = Chip(
            self._layout, flash, ram, clock_hz or self._layout.clock_hz, self._rest, self._give_up
        )
        self._connect_chip()
        self._uc.hook_add(UC_HOOK_MEM_INVALID, self._on_invalid_memory)
        self._uc.hook_add(UC_HOOK_INTR, self._on_exception)

    def run(self) -> None:
        """Runs from reset until `stop`; raises what `idle` raised, and StudioError when the program crashes."""
        stack = int.from_bytes(self._flash[0:4], "little")
        reset = int.from_bytes(self._flash[4:8], "little")
        self._uc.reg_write(UC_ARM_REG_SP, stack)
        try:
            self._uc.emu_start(reset | 1, 0xFFFFFFFE)
        except UcError as error:
            if not self._fault:
                unknown = error.errno in (UC_ERR_INSN_INVALID, UC_ERR_EXCEPTION)
                self._fault = (
                    "it came to an instruction that the core does not know" if unknown else str(error)
                )
        if self._reason:
            raise self._reason
        if self._fault:
            raise StudioError(
                f"The program on the virtual board crashed: {self._fault}{self._where()}. "
                "This is a fault in the firmware, not in your model's data; please report it with the model."
            )

    def stop(self) -> None:
        """Ends `run` soon; for use inside `idle`."""
        self._uc.emu_stop()

    def _connect_chip(self) -> None:
        """Hands the emulator the chip's C callbacks; the Python binding only takes Python ones."""
        handle, chip = ctypes.c_size_t(), ctypes.c_void_p(self.chip.handle)
        read, write, block = (self.chip.callback(name) for name in ("read", "write", "block"))
        failed = uclib.uc_mmio_map(self._uc._uch, REGISTERS_BASE, REGISTERS_BYTES, read, chip, write, chip)
        failed = failed or uclib.uc_hook_add(
            self._uc._uch, ctypes.byref(handle), UC_HOOK_BLOCK, block, chip, ctypes.c_uint64(1), ctypes.c_uint64(0)
        )  # fmt: skip
        if failed:
            raise StudioError(f"The virtual board could not be started (unicorn error {failed}).")

    def _where(self) -> str:
        address = self._uc.reg_read(UC_ARM_REG_PC)
        for begin, end, name in self._functions:
            if begin <= address < end:
                return f" (in {name})"
        return f" (at 0x{address:08x})"

    def _rest(self) -> None:
        """Called from C, so nothing may be raised here: what goes wrong is kept, and raised by `run`."""
        try:
            self._idle()
        except BaseException as reason:
            self._reason = reason
            self._uc.emu_stop()

    def _give_up(self, code: int) -> None:
        self._fault = _FAULTS.get(code, "it ran into a fault")
        self._uc.emu_stop()

    def _on_invalid_memory(self, uc: Uc, access: int, address: int, size: int, value: int, _: object) -> bool:
        if RAM_BASE - 0x10000 <= address < RAM_BASE:
            self._fault = "its stack grew beyond the 8 KB that it has"
        elif access in (UC_MEM_FETCH, UC_MEM_FETCH_UNMAPPED):
            self._fault = f"it jumped to 0x{address:08x}, where there is no program"
        else:
            verb = "read" if access == UC_MEM_READ_UNMAPPED else "wrote to"
            self._fault = f"it {verb} address 0x{address:08x}, where there is no memory for that"
        return False

    def _on_exception(self, uc: Uc, number: int, _: object) -> None:
        self._fault = f"the core raised exception {number}"
        uc.emu_stop()


def _load(elf: Path) -> tuple[Layout, bytes, list[tuple[int, int, str]]]:
    """The board that the image was linked for, what lies in its flash, and the functions as (begin, end, name)."""
    wrong = f"{elf} is not a firmware image for the virtual Cortex-M4 or Cortex-M0+ board. Build it with the studio."
    try:
        with elf.open("rb") as file:
            image = ELFFile(file)
            if image["e_machine"] != "EM_ARM" or image.elfclass != 32:
                raise StudioError(wrong)
            parts = [
                (segment["p_paddr"], segment.data())
                for segment in image.iter_segments("PT_LOAD")
                if segment["p_filesz"]
            ]
            functions = [
                (symbol["st_value"] & ~1, (symbol["st_value"] & ~1) + symbol["st_size"], symbol.name)
                for section in image.iter_sections()
                if isinstance(section, SymbolTableSection)
                for symbol in section.iter_symbols()
                if symbol["st_info"]["type"] == "STT_FUNC" and symbol["st_size"]
            ]
    except OSError as error:
        raise StudioError(f"{elf} cannot be read ({error.strerror}). Build the firmware again.") from error
    except (ELFError, ValueError, KeyError, AttributeError, UnicodeError) as error:
        raise StudioError(wrong) from error
    for layout in LAYOUTS:
        if parts and all(_is_within(layout, address, len(data)) for address, data in parts):
            flash = bytearray(layout.flash_bytes)
            for address, data in parts:
                flash[address - layout.flash_base : address - layout.flash_base + len(data)] = data
            if _is_within(layout, int.from_bytes(flash[4:8], "little"), 1):
                return layout, bytes(flash), functions
    raise StudioError(wrong)


def _is_within(layout: Layout, address: int, count: int) -> bool:
    return 0 <= address - layout.flash_base <= layout.flash_bytes - count
