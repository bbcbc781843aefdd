"""Text that tells of a person or a computer: addresses, telephone numbers, places, names, times and paths."""

import getpass
import re
import socket
from dataclasses import dataclass
from pathlib import Path

from studio.core.checks.data_details import Finding

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{2,}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d{1,3}[ /-]?|0)(?:\(?\d{2,5}\)?[ /-])\d{2,4}[ /-]?\d{2,5}(?:[ /-]?\d{2,4})?(?![\w.])"
)
# One of both at least 10, so that pairs of small numbers are left alone.
_PLACE = re.compile(
    r"(?<![\w.])(?:-?\d{2}\.\d{4,}\s*[,;/_]\s*-?\d{1,3}|-?\d{1,2}\.\d{4,}\s*[,;/_]\s*-?\d{2,3})\.\d{4,}(?![\w.])"
)
_TIME = re.compile(r"(?<!\d)(?:19|20)\d\d[-_]?(?:0[1-9]|1[0-2])[-_]?(?:0[1-9]|[12]\d|3[01])(?!\d)")
_NAMES = re.compile(r"(?<![A-Za-z])[A-Z][a-z]{2,}[ _-][A-Z][a-z]{2,}(?![a-z])")
_PATH = re.compile(
    r"(?:/(?:home|Users|root|mnt|media|var|tmp)/[\w.@-]+(?:/[\w.@-]+)*|[A-Za-z]:\\\\?[\w .\\-]{3,})"
)

_SERIOUS_COLUMNS = {
    "name", "firstname", "lastname", "surname", "fullname", "email", "mail", "phone", "telephone", "mobile", "address",
    "street", "birthday", "birthdate", "dob", "ssn", "passport", "lat", "latitude", "lon", "lng", "longitude", "gps",
    "imei", "mac", "serial",
}  # fmt: skip
_SHOWN = 2  # characters


@dataclass(frozen=True, slots=True)
class Computer:
    """What would give away whose computer made a file."""

    user: str
    host: str
    home: str


def this_computer() -> Computer:
    """The user, the host and the home folder of this computer; "" where that is not known or says nothing."""
    try:
        user = getpass.getuser()
    except (OSError, KeyError):
        user = ""
    return Computer(
        user if user not in ("root", "user", "runner", "admin") else "",
        socket.gethostname(),
        str(Path.home()),
    )


def covered(text: str) -> str:
    """The first characters of a text, the others covered."""
    plain = " ".join(text.split())
    return plain[:_SHOWN] + "•" * max(0, min(len(plain), 12) - _SHOWN)


def in_text(text: str, file: str, place: str) -> list[Finding]:
    """What a text says of a person: e-mail, telephone number and coordinates are serious, a time is not."""
    found = []
    for kind, pattern, serious in (
        ("an e-mail address", _EMAIL, True),
        ("a telephone number", _PHONE, True),
        ("coordinates of a place", _PLACE, True),
        ("a date", _TIME, False),
    ):
        match = pattern.search(text)
        if match is not None:
            found.append(Finding(file, place, kind, covered(match.group()), serious))
    return found


def in_name(name: str, file: str) -> list[Finding]:
    """As `in_text` for a file's name, and what looks like a person's name."""
    found = in_text(name, file, "the file's name")
    match = _NAMES.search(name)
    if match is not None:
        found.append(
            Finding(file, "the file's name", "perhaps a person's name", covered(match.group()), False)
        )
    return found


def in_column(name: str, values: list[str], file: str) -> list[Finding]:
    """What a table's column says of a person, by its heading and by its first values."""
    plain = "".join(letter for letter in name.lower() if letter.isalpha())
    words = "".join(letter if letter.isalpha() else " " for letter in name.lower()).split()
    place = f"column '{name}'"
    if plain in _SERIOUS_COLUMNS or any(word in _SERIOUS_COLUMNS - {"name", "mac"} for word in words):
        shown = covered(values[0]) if values else ""
        return [Finding(file, place, f"a column headed '{name}'", shown, True)]
    found: dict[str, Finding] = {}
    for value in values:
        for finding in in_text(value, file, place):
            found.setdefault(finding.kind, finding)
    return list(found.values())


def of_computer(text: str, file: str, computer: Computer) -> list[Finding]:
    """What an exported text says of the computer it was made on, and e-mail addresses."""
    found = []
    for kind, word in (("your home folder", computer.home), ("your user name", computer.user)):
        if len(word) > 2 and re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text):
            found.append(Finding(file, _line(text, word), kind, covered(word), True))
    if len(computer.host) > 4 and re.search(rf"(?<![\w-]){re.escape(computer.host)}(?![\w-])", text):
        found.append(
            Finding(file, _line(text, computer.host), "your computer's name", covered(computer.host), True)
        )
    for kind, pattern in (("an absolute path", _PATH), ("an e-mail address", _EMAIL)):
        match = pattern.search(text)
        if match is not None:
            found.append(Finding(file, _line(text, match.group()), kind, covered(match.group()), True))
    return found


def _line(text: str, part: str) -> str:
    return f"line {text.count(chr(10), 0, text.find(part)) + 1}"
