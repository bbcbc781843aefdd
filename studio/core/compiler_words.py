"""What compilers, linkers and flash tools complain of, as sentences that say what to do."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from studio.core.formatting import show_bytes

_Say = Callable[["re.Match[str]", str], str]


@dataclass(frozen=True, slots=True)
class _Complaint:
    pattern: re.Pattern[str]
    say: _Say


_RAM_REGIONS = re.compile(r"ram|data|dtcm|bss|noinit|iram|heap|stack", re.IGNORECASE)
_LESS_RAM = "Prune channels of the largest layers, or pick a board with more RAM."
_LESS_FLASH = "Prune more channels, or pick a board with more flash."
_BOOT = "Hold its BOOT button while the upload starts, check that the cable carries data, and try again."
_RESET = "Press the board's reset button twice quickly, choose the port that appears, and try again."


def explain(lines: Iterable[str], board: str) -> str:
    """The sentence for what a tool printed before it failed.

    `board` is the board's name. The most telling complaint wins over the first one; what is not known is shown as
    the tool's own first line that speaks of an error. Empty where nothing does.
    """
    said = [line.strip() for line in lines if line.strip()]
    for complaint in _COMPLAINTS:
        for line in said:
            found = complaint.pattern.search(line)
            if found and (sentence := complaint.say(found, board)):
                return sentence
    line = first_error(said)
    return f"The tool stopped with: {line}" if line else ""


def first_error(lines: Iterable[str]) -> str:
    """The first line that speaks of an error, without the folders before a file's name; empty: there is none."""
    for line in lines:
        if _ERROR.search(line) and not _NO_ERROR.search(line):
            return re.sub(r"^(?:[A-Za-z]:)?[^\s:]*[/\\](?=[^/\\\s:]+:\d+)", "", line.strip())
    return ""


_ERROR = re.compile(
    r"\b(?:fatal )?error\b|\w+Error:|\bundefined reference\b|\bfailed\b|\*\*\*", re.IGNORECASE
)
_NO_ERROR = re.compile(r"\b0 errors?\b|-Werror|no errors?\b|error_?\w*\.(?:c|h|cpp|o)\b", re.IGNORECASE)


def _region(found: "re.Match[str]", board: str) -> str:
    region, missing = found.group(1), int(found.group(2))
    if _RAM_REGIONS.search(region):
        return f"RAM overflows by {missing:,} bytes on the {board} (region {region}). {_LESS_RAM}"
    return f"Flash overflows by {missing:,} bytes on the {board} (region {region}). {_LESS_FLASH}"


def _no_room(found: "re.Match[str]", board: str) -> str:
    region = found.group(1)
    if _RAM_REGIONS.search(region):
        return f"The program needs more RAM than the {board} has (region {region}). {_LESS_RAM}"
    return f"The program needs more flash than the {board} has (region {region}). {_LESS_FLASH}"


def _backwards(found: "re.Match[str]", board: str) -> str:
    missing = int(found.group(1), 16) - int(found.group(2), 16)
    return f"RAM overflows by {missing:,} bytes on the {board}: data and stack meet. {_LESS_RAM}"


def _too_big(found: "re.Match[str]", board: str) -> str:
    kind, need, limit = found.group(1), int(found.group(2)), int(found.group(3))
    what, cure = ("RAM", _LESS_RAM) if kind == "data" else ("Flash", _LESS_FLASH)
    return (
        f"{what} overflows by {need - limit:,} bytes on the {board}: {show_bytes(need)} are needed, "
        f"{show_bytes(limit)} are there. {cure}"
    )


def _over_maximum(found: "re.Match[str]", board: str) -> str:
    """Arduino's size line, which also stands where all is well; then there is no sentence."""
    kind, need, limit = found.group(1), int(found.group(2)), int(found.group(3))
    if need <= limit:
        return ""
    what, cure = ("Flash", _LESS_FLASH) if kind == "Sketch uses" else ("RAM", _LESS_RAM)
    return (
        f"{what} overflows by {need - limit:,} bytes on the {board}: {show_bytes(need)} are needed, "
        f"{show_bytes(limit)} are there. {cure}"
    )


def _sketch_too_big(_: "re.Match[str]", board: str) -> str:
    return f"The program needs more flash than the {board} has. {_LESS_FLASH}"


def _globals_too_big(_: "re.Match[str]", board: str) -> str:
    return f"The program needs more RAM than the {board} has. {_LESS_RAM}"


def _library(found: "re.Match[str]", board: str) -> str:
    header = found.group(1)
    cause = _HEADERS.get(header)
    if cause:
        return f"{cause} is missing ({header} was not found). {_HEADER_CURES[header]}"
    return f"A library is missing: {header} was not found. Install the library that has it, then try again."


_HEADERS = {
    "TensorFlowLite.h": "The library TensorFlow Lite Micro",
    "tensorflow/lite/micro/micro_interpreter.h": "The library TensorFlow Lite Micro",
    "Arduino_LSM9DS1.h": "The library Arduino_LSM9DS1",
    "Arduino.h": "The board's Arduino core",
}
_INSTALL_TFLM = "Add it as the export's README says, or export with the studio's C, which needs no library."
_HEADER_CURES = {
    "TensorFlowLite.h": _INSTALL_TFLM,
    "tensorflow/lite/micro/micro_interpreter.h": _INSTALL_TFLM,
    "Arduino_LSM9DS1.h": "Run 'arduino-cli lib install Arduino_LSM9DS1', or choose another input on this page.",
    "Arduino.h": "Install the core in the Arduino IDE's Boards Manager, then try again.",
}


def _busy(found: "re.Match[str]", _: str) -> str:
    return f"{_port(found)} is used by another program. Close its serial monitor or plotter there, then try again."


def _denied(found: "re.Match[str]", _: str) -> str:
    return (
        f"You may not use {_port(found)} yet. On Linux run 'sudo usermod -aG dialout $USER' in a terminal, log out "
        "and in again, and try again."
    )


def _gone(found: "re.Match[str]", _: str) -> str:
    return f"There is no board on {_port(found)} now. Plug it in, choose its port again, and try again."


def _port(found: "re.Match[str]") -> str:
    return next((part for part in found.groups() if part), "The port")


def _always(sentence: str) -> _Say:
    return lambda _, board: sentence.replace("BOARD", board)


def _complaint(pattern: str, say: _Say | str) -> _Complaint:
    return _Complaint(re.compile(pattern), _always(say) if isinstance(say, str) else say)


_PORT = r"['\"]?((?:/dev/[\w./-]+|COM\d+))['\"]?"
_NO_SYNC = (
    "The BOARD does not answer the upload. Is it the board that was chosen? Check the port and the cable, press its "
    "reset button, and try again."
)

# The more telling ones first: a linker that overflows also says "ld returned 1 exit status".
_COMPLAINTS = (
    _complaint(r"region [`'\"]([\w.]+)['\"] overflowed by (\d+) bytes", _region),
    _complaint(
        r"The (program|data) size \((\d+) bytes\) is greater than maximum allowed \((\d+) bytes\)", _too_big
    ),
    _complaint(r"(Sketch uses|Global variables use) (\d+) bytes.*Maximum is (\d+) bytes", _over_maximum),
    _complaint(
        r"cannot move location counter backwards \(from ([0-9a-fA-F]+) to ([0-9a-fA-F]+)\)", _backwards
    ),
    _complaint(r"will not fit in region [`'\"]([\w.]+)['\"]", _no_room),
    _complaint(r"section [`'\"][\w.]+['\"] is not within region [`'\"]([\w.]+)['\"]", _no_room),
    _complaint(
        r"(?i)^(?:error: *)?(?:sketch too big|.*text section exceeds available space)", _sketch_too_big
    ),
    _complaint(
        r"(?i)^(?:error: *)?(?:not enough memory|.*data section exceeds available space)", _globals_too_big
    ),
    _complaint(r"app partition is too small for binary", _sketch_too_big),
    _complaint(r"fatal error: ([\w./+-]+\.h(?:pp)?): No such file or directory", _library),
    _complaint(
        r"(?i)no space left on device",
        "The disk is full. Free some space (the studio's cache may be deleted) and try again.",
    ),
    _complaint(
        r"(?i)no such host|dial tcp|HTTPClientError|Could not connect|network is unreachable|Temporary failure in name"
        r"|InternetConnectionError|You are not connected to the Internet|no Internet",
        "The tool has to download the core or libraries for the BOARD, and the internet cannot be reached. Connect, "
        "and try again; after the first time it works without.",
    ),
    _complaint(
        r"(?i)platform '?[\w:@.]*'? ?(?:is )?not (?:found|installed)|platform not installed|[Uu]nknown FQBN"
        r"|UnknownPlatform|Unknown development platform|Unknown platform",
        "The core for the BOARD is not installed, or its name is not known to the tool. Install it in the Arduino "
        "IDE's Boards Manager (or let the studio do so with the internet on), and try again.",
    ),
    _complaint(
        r"UnknownBoard|Unknown board ID|board '?[\w:.-]+'? (?:is )?not found",
        "The tool does not know the BOARD. Update its core or platform and try again.",
    ),
    _complaint(
        r"This chip is ([\w-]+)[^,]*, not ([\w-]+)",
        lambda found, board: (
            f"Another board is on this port: its chip is an {found.group(1)}, the program is for an "
            f"{found.group(2).rstrip('.')}. Choose the port of the {board}, or the board that you have."
        ),
    ),
    _complaint(
        r"(?i)expected signature for|device signature .*does not match|wrong microcontroller",
        "Another board is on this port: its chip is not that of the BOARD. Choose the right port or board.",
    ),
    _complaint(rf"(?i)permission denied.*?{_PORT}|{_PORT}.*?permission denied", _denied),
    _complaint(
        rf"(?i)(?:{_PORT}.*)?(?:(?:device or )?resource (?:busy|temporarily unavailable)|access is denied|port busy)"
        rf"(?:.*?{_PORT})?",
        _busy,
    ),
    _complaint(
        rf"(?i)(?:{_PORT}.*)no such file or directory|could not open port {_PORT}|can't open device {_PORT}"
        rf"|cannot open port {_PORT}|cannot find the file specified.*?{_PORT}",
        _gone,
    ),
    _complaint(
        r"(?i)no upload port (?:provided|found)|please specify `?upload_port|upload port is required",
        "No port is chosen to upload to. Plug the BOARD in, choose its port and try again.",
    ),
    _complaint(r"(?i)no device found on|unable to find .*serial port", f"The BOARD was not found. {_RESET}"),
    _complaint(
        r"(?i)no serial data received|failed to connect to esp|wrong boot mode|invalid head of packet",
        f"The BOARD does not answer the upload. {_BOOT}",
    ),
    _complaint(r"(?i)not in sync|programmer is not responding|stk500\w*\(\)", _NO_SYNC),
    _complaint(
        r"undefined reference to [`'\"]([\w:~.]+)",
        lambda found, _: (
            f"The linker does not find the function {found.group(1)}. Export again into an empty folder; if it stays, "
            "report this as a bug of the export."
        ),
    ),
    _complaint(
        r"NotPlatformIOProjectError",
        "The export's folder has no platformio.ini any more. Export again.",
    ),
)
