"""What was typed as a port: whether it can be one, and if not, a sentence that says what to type instead."""

import os
import stat
import sys
from urllib.parse import urlsplit

SCHEMES = ("socket", "rfc2217")
"""Addresses that are opened as ports: plain TCP, and a serial port shared by a server after RFC 2217."""

FASTEST_BAUD = 4_000_000
_SLOWEST_BAUD = 50
_EXAMPLE = "socket://192.168.1.20:4000 or rfc2217://192.168.1.20:2217"


def why_no_port(entry: str, platform: str = sys.platform) -> str:
    """Why this cannot be a port; "" where it can be one, also if nothing is there now."""
    text = entry.strip()
    if not text:
        return "Choose a port first, or type one."
    if "://" in text:
        return _why_no_address(text)
    if platform == "win32":
        is_com = text.upper().startswith("COM") and text[3:].isdigit()
        return "" if is_com or text.startswith("\\\\.\\") else f"'{text}' is no port. Type one such as COM3."
    if not text.startswith("/"):
        if ":" in text:
            return f"'{text}' lacks its kind. Type it as {_EXAMPLE}."
        return f"'{text}' is no port: a port's name begins with /dev/. Type /dev/{text}, or choose one from the list."
    try:
        mode = os.stat(text).st_mode
    except OSError:
        return ""  # it may come: the link waits for it
    if stat.S_ISDIR(mode):
        return f"{text} is a folder. Type the name of a port in it, such as /dev/ttyACM0."
    if not stat.S_ISCHR(mode):
        return f"{text} is a file and no port. To look at a recording, open it in the tab Recording."
    return ""


def why_no_baud(entry: str) -> str:
    """Why this cannot be a baud rate; "" where it can."""
    digits = entry.replace(",", "").replace(" ", "")
    if digits.isascii() and digits.isdigit() and _SLOWEST_BAUD <= int(digits) <= FASTEST_BAUD:
        return ""
    return (
        f"'{entry}' is no baud rate. Type the number in the sketch's Serial.begin(…), from {_SLOWEST_BAUD} to "
        f"{FASTEST_BAUD:,}."
    )


def baud_of(entry: str) -> int:
    """The number that `why_no_baud` had nothing against."""
    return int(entry.replace(",", "").replace(" ", ""))


def _why_no_address(text: str) -> str:
    scheme, _, _ = text.partition("://")
    if scheme.lower() not in SCHEMES:
        return f"The studio does not know {scheme}://. Type an address such as {_EXAMPLE}."
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        return f"The port number in {text} is wrong: it is a number from 1 to 65535 after the last colon."
    if not parts.hostname:
        return f"{text} names no computer. Type an address such as {_EXAMPLE}."
    if not port:
        return f"{text} names no port number. Type it after the computer, such as {scheme}://{parts.hostname}:4000."
    return ""
