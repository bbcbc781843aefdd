"""What the tools print, read as it comes: how far they are, what they measured, and where the board went."""

import re
from collections import deque

from studio.core.compiled import Measured

_KEPT_LINES = 5000
_CREEP = 1 / 80
_UNITS = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3}

_SKETCH = re.compile(r"Sketch uses (\d+) bytes(?:.*?Maximum is (\d+) bytes)?")
_GLOBALS = re.compile(r"Global variables use (\d+) bytes(?:.*?Maximum is (\d+) bytes)?")
_PIO = re.compile(r"^(RAM|Flash): +\[[= ]*\] +[\d.]+% \(used (\d+) bytes from (\d+) bytes\)")
_REGION = re.compile(r"^\s*(\w+): +(\d+) (B|KB|MB|GB) +(\d+) (B|KB|MB|GB) +[\d.]+%")
_TEENSY = re.compile(r"^(?:teensy_size:)?\s*(FLASH|RAM1): *((?:\w+:\d+,? *)+)free for [\w ]+: *(-?\d+)")
_IDF_BINARY = re.compile(r"binary size (0x[\da-f]+) bytes\. Smallest app partition is (0x[\da-f]+) bytes")
_IDF_DRAM = re.compile(r"Used static DRAM: +(\d+) bytes \( *(\d+) remain")
_IDF_TABLE = re.compile(r"^[│| ]*(DIRAM|DRAM) +[│|] +(\d+) +[│|] +[\d.]+ +[│|] +-?\d+ +[│|] +(\d+)")
_NEW_PORT = re.compile(r"New upload port: (\S+)")
_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?) ?%")
_HASHES = re.compile(r"^(Writing|Reading)\s*\| ?(#*)")
_HASHES_FULL = 50


class Heard:
    """Takes one step's lines; `fraction` is how far the step seems to be, 0 to 1, and never falls."""

    def __init__(self, source: str, *, by_percent: bool = False) -> None:
        self.fraction = 0.0
        self.new_port = ""
        self.lines: deque[str] = deque(maxlen=_KEPT_LINES)
        self._source = source
        self._by_percent = by_percent
        self._flash: tuple[int, int] | None = None
        self._ram: tuple[int, int] | None = None

    @property
    def measured(self) -> Measured | None:
        """Flash and RAM, as soon as the tool has said them."""
        if self._flash is None:
            return None
        ram, limit = self._ram or (None, 0)
        return Measured(self._flash[0], ram, self._source, self._flash[1], limit)

    def take(self, measured: Measured) -> None:
        """Take over what was read elsewhere, from JSON."""
        self._flash = (measured.flash_bytes, measured.flash_limit_bytes)
        self._ram = None if measured.ram_bytes is None else (measured.ram_bytes, measured.ram_limit_bytes)

    def line(self, text: str) -> None:
        """Take in a whole line."""
        self.lines.append(text)
        is_size = self._read_size(text)
        if found := _NEW_PORT.search(text):
            self.new_port = found.group(1)
        if self._by_percent:
            if not is_size:
                self.partial(text)
        else:
            self.fraction += (1 - self.fraction) * _CREEP

    def partial(self, text: str) -> None:
        """Look at a line that is still growing: avrdude's row of #, bossac's and esptool's bars."""
        if not self._by_percent:
            return
        share = 0.0
        if found := _HASHES.search(text):
            if found.group(1) == "Reading":  # before the upload and after it, for the check
                return
            share = len(found.group(2)) / _HASHES_FULL
        elif percents := _PERCENT.findall(text):
            share = float(percents[-1]) / 100
        self.fraction = max(self.fraction, min(share, 1.0) * 0.95)

    def _read_size(self, text: str) -> bool:
        if found := _SKETCH.search(text):
            self._flash = (int(found.group(1)), int(found.group(2) or 0))
        elif found := _GLOBALS.search(text):
            self._ram = (int(found.group(1)), int(found.group(2) or 0))
        elif found := _PIO.search(text):
            sizes = (int(found.group(2)), int(found.group(3)))
            if found.group(1) == "RAM":
                self._ram = sizes
            else:
                self._flash = sizes
        elif found := _REGION.search(text):
            self._read_region(*found.groups())
        elif found := _TEENSY.search(text):
            used = sum(int(number) for number in re.findall(r":(\d+)", found.group(2)))
            sizes = (used, used + int(found.group(3)))
            if found.group(1) == "RAM1":
                self._ram = sizes
            else:
                self._flash = sizes
        elif found := _IDF_BINARY.search(text):
            self._flash = (int(found.group(1), 16), int(found.group(2), 16))
        elif found := _IDF_DRAM.search(text):
            self._ram = (int(found.group(1)), int(found.group(1)) + int(found.group(2)))
        elif found := _IDF_TABLE.search(text):
            self._ram = (int(found.group(2)), int(found.group(3)))
        else:
            return False
        return True

    def _read_region(self, name: str, used: str, unit: str, size: str, size_unit: str) -> None:
        sizes = (int(used) * _UNITS[unit], int(size) * _UNITS[size_unit])
        if "RAM" in name.upper():
            self._ram = self._ram or sizes
        elif "FLASH" in name.upper() or "ROM" in name.upper():
            self._flash = self._flash or sizes
