"""The virtual board's chip, seen from Python: builds virtual_chip.c for this computer once, then calls it."""

import ctypes
import hashlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from studio.core import places
from studio.core.errors import StudioError
from studio.core.products import is_whole, keep_product

REGISTERS_BASE, REGISTERS_BYTES = 0x40000000, 0x1000
NEVER = (1 << 64) - 1

IdleCallback = ctypes.CFUNCTYPE(None)
FaultCallback = ctypes.CFUNCTYPE(None, ctypes.c_uint32)

_SOURCE = Path(__file__).with_name("virtual_chip.c")
_SUFFIX = {"win32": ".dll", "darwin": ".dylib"}.get(sys.platform, ".so")


@dataclass(frozen=True, slots=True)
class Layout:
    """A virtual board's memories and core; `timing` is a chip_core of virtual_chip.c. Linker scripts say the same."""

    name: str
    flash_base: int
    flash_bytes: int
    ram_bytes: int
    timing: int
    clock_hz: int


RAM_BASE = 0x20000000
CORTEX_M4 = Layout("Cortex-M4", 0x08000000, 1 << 20, 256 << 10, 0, 64_000_000)
CORTEX_M0PLUS = Layout("Cortex-M0+", 0x10000000, 2 << 20, 264 << 10, 1, 133_000_000)
LAYOUTS = (CORTEX_M4, CORTEX_M0PLUS)
"""The image's own addresses tell which one it was linked for."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Instructions executed and the cycles that the board's core is estimated to need for them."""

    instructions: int
    cycles: int


def build() -> Path:
    """The shared library of the chip; compiled by ziglang (a moment) when its source is new or it was damaged.

    Raises StudioError when the compiler cannot be run or the cache folder cannot be written.
    """
    header = places.firmware() / "ports" / "virtual_cortex_m4" / "virtual_chip.h"
    key = hashlib.sha256(_SOURCE.read_bytes() + header.read_bytes() + sys.platform.encode()).hexdigest()[:16]
    library = places.cache() / "virtual-chip" / f"{key}{_SUFFIX}"
    if is_whole(library):
        return library
    command = [sys.executable, "-m", "ziglang", "cc", "-shared", "-std=c99", "-O2", "-mcpu=baseline"]
    if os.name != "nt":
        command.append("-fPIC")
    if sys.platform.startswith("linux"):
        command.append(
            "-nostdlib"
        )  # what it needs is in this process; zig would build its own runtime for seconds
    try:
        library.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=library.parent) as folder:
            fresh = Path(folder, library.name)
            command += ["-I", str(header.parent), "-o", str(fresh), str(_SOURCE)]
            caches = {
                "ZIG_GLOBAL_CACHE_DIR": str(places.cache() / "zig"),
                "ZIG_LOCAL_CACHE_DIR": str(Path(folder, "zig")),
            }
            done = subprocess.run(
                command, capture_output=True, text=True, check=False, env={**os.environ, **caches}
            )
            if done.returncode:
                first = next((line for line in done.stderr.splitlines() if line.strip()), "no message")
                raise StudioError(
                    f"The virtual board could not be built by ziglang ({first}). Install ziglang again and retry."
                )
            keep_product(fresh, library)
    except OSError as error:
        raise StudioError(
            f"The virtual board cannot be kept in {library.parent} ({error.strerror}). "
            "Make that folder writable or set TINYML_STUDIO_CACHE to one that is."
        ) from error
    return library


class Chip:
    """Counters, UART, clock and sensor around the emulated core; `flash` and `ram` are addresses in this process."""

    def __init__(
        self,
        layout: Layout,
        flash: int,
        ram: int,
        clock_hz: int,
        idle: Callable[[], None],
        fault: Callable[[int], None],
    ) -> None:
        self._library = library = ctypes.CDLL(str(build()))
        u32, u64, pointer, counts = ctypes.c_uint32, ctypes.c_uint64, ctypes.c_void_p, ctypes.c_uint64 * 2
        for name, result, *arguments in (
            ("open", pointer, pointer, u32, u32, pointer, u32, u32, u32, u32, IdleCallback, FaultCallback),
            ("close", None, pointer),
            ("connect_sensor", None, pointer, pointer, u32, u32),
            ("receive", u32, pointer, ctypes.c_char_p, u32),
            ("receive_room", u32, pointer),
            ("unread", u32, pointer),
            ("sent", u32, pointer, ctypes.c_char_p, u32),
            ("sent_done", None, pointer, u32),
            ("idle_until_us", u64, pointer),
            ("rest_until", None, pointer, u64),
            ("time_us", u64, pointer),
            ("total", None, pointer, counts),
            ("span", None, pointer, counts),
            ("layer", u32, pointer, u32, counts),
        ):
            function = getattr(library, f"chip_{name}")
            function.restype, function.argtypes = result, arguments
        self._callbacks = (IdleCallback(idle), FaultCallback(fault))  # kept alive as long as C may call them
        self._samples = b""
        self._outgoing = ctypes.create_string_buffer(1 << 16)
        self.handle: int = library.chip_open(
            flash, layout.flash_base, layout.flash_bytes, ram, RAM_BASE, layout.ram_bytes, layout.timing, clock_hz,
            *self._callbacks,
        )  # fmt: skip
        if not self.handle:
            raise StudioError(
                "There is not enough memory for the virtual board. Close other programs and retry."
            )

    def callback(self, name: str) -> ctypes.c_void_p:
        """The address of a callback for the emulator: "block", "read" or "write"."""
        return ctypes.cast(getattr(self._library, f"chip_{name}"), ctypes.c_void_p)

    def close(self) -> None:
        """Frees the chip; nothing may be called after."""
        handle, self.handle = self.handle, 0
        self._library.chip_close(handle)

    def connect_sensor(self, samples: bytes, count: int) -> None:
        """The sensor serves `count` samples of equal size one after another, for ever."""
        self._samples = samples
        address = ctypes.cast(ctypes.c_char_p(samples), ctypes.c_void_p)
        self._library.chip_connect_sensor(self.handle, address, count, len(samples) // count)

    def receive_room(self) -> int:
        """Bytes that the UART can still take in."""
        return int(self._library.chip_receive_room(self.handle))

    def unread(self) -> int:
        """Bytes that have been received and the program has not read yet."""
        return int(self._library.chip_unread(self.handle))

    def receive(self, data: bytes) -> int:
        """Puts bytes on the UART's receiving side; how many had room."""
        return int(self._library.chip_receive(self.handle, data, len(data)))

    def sent(self) -> bytes:
        """What the program has sent and nobody has taken yet."""
        count = self._library.chip_sent(self.handle, self._outgoing, len(self._outgoing))
        return self._outgoing.raw[:count] if count else b""

    def sent_done(self, count: int) -> None:
        """Takes `count` bytes off the sending side."""
        self._library.chip_sent_done(self.handle, count)

    def idle_until_us(self) -> int:
        """Until when the program wants to rest; NEVER: until a byte comes."""
        return int(self._library.chip_idle_until_us(self.handle))

    def rest_until(self, time_us: int) -> None:
        """Moves the board's clock forward without instructions; never back."""
        self._library.chip_rest_until(self.handle, max(0, time_us))

    def time_us(self) -> int:
        """The board's clock."""
        return int(self._library.chip_time_us(self.handle))

    def total(self) -> Counts:
        """Since reset."""
        counts = (ctypes.c_uint64 * 2)()
        self._library.chip_total(self.handle, counts)
        return Counts(*counts)

    def inference(self) -> Counts:
        """Of the last inference."""
        counts = (ctypes.c_uint64 * 2)()
        self._library.chip_span(self.handle, counts)
        return Counts(*counts)

    def layers(self) -> tuple[Counts, ...]:
        """Of each layer of the last inference."""
        counts = (ctypes.c_uint64 * 2)()
        found = []
        for index in range(self._library.chip_layer(self.handle, 0, counts)):
            self._library.chip_layer(self.handle, index, counts)
            found.append(Counts(*counts))
        return tuple(found)
