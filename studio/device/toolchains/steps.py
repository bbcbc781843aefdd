"""What building and flashing is made of: an order, what is installed, and the steps from one to the other."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.board import Board
from studio.core.bundle import Bundle
from studio.core.formats.delivery import ExportFormat, SensorStub


class ToolName(StrEnum):
    """The programs that build and flash, by the names they have on PATH."""

    ARDUINO_CLI = "arduino-cli"
    PLATFORMIO = "pio"
    IDF = "idf.py"
    ESPTOOL = "esptool"

    @property
    def words(self) -> str:
        """What makers call it."""
        return {"pio": "PlatformIO", "idf.py": "ESP-IDF"}.get(self.value, self.value)


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool that was found: where, and which version ("" where it did not say)."""

    name: ToolName
    path: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is installed on this computer; `cores` and `libraries` are those of arduino-cli."""

    tools: tuple[Tool, ...] = ()
    cores: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()

    def tool(self, name: ToolName) -> Tool | None:
        """The tool of this name, if it was found."""
        return next((tool for tool in self.tools if tool.name is name), None)


@dataclass(frozen=True, slots=True)
class Drive:
    """A board's drive: where it is mounted, how it calls itself, and whether it takes UF2 files."""

    folder: str
    name: str
    is_uf2: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be built, and where it goes: to a port, to a drive, or (both empty) nowhere."""

    board: Board
    format: ExportFormat
    bundle: Bundle
    sensor: SensorStub = SensorStub.LINK
    port: str = ""
    drive: Drive | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A process. `share` is its expected part of the whole time.

    `uses_port`: the monitor must have let go before. `if_unmeasured`: only run while sizes are not known, and its
    failure is none.
    """

    words: str
    argv: tuple[str, ...]
    share: float
    folder: str = ""
    environment: tuple[tuple[str, str], ...] = ()
    timeout_seconds: float = 1800.0
    uses_port: bool = False
    if_unmeasured: bool = False


@dataclass(frozen=True, slots=True)
class Unpack:
    """Unpack an archive into a folder, in place of what was there."""

    words: str
    archive: str
    folder: str
    share: float


@dataclass(frozen=True, slots=True)
class CopyToDrive:
    """Copy the newest file that matches `pattern` below `folder` to the board's drive."""

    words: str
    folder: str
    pattern: str
    drive: Drive
    share: float
    timeout_seconds: float = 60.0


Step = Command | Unpack | CopyToDrive
