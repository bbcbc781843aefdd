"""Text that tells of a person or a computer: addresses, telephone numbers, places, names, times and paths."""

import getpass
import re
import socket
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from studio.core.checks.data_details import Finding
from studio.core.checks.names import is_full_name, is_of_people, people_among, words_of
from studio.core.phrases import phrase, phrase_later

_EMAIL_ADDRESS = phrase_later("an e-mail address")
_PHONE_NUMBER = phrase_later("a telephone number")
_COORDINATES = phrase_later("coordinates of a place")

_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+\d{1,3}[ /-]?|0)(?:\(?\d{2,5}\)?[ /-])\d{2,4}[ /-]?\d{2,5}(?:[ /-]?\d{2,4})?(?![\w.])"
    r"|(?<![\w.-])(?:\(\d{3}\) ?|\d{3}-)\d{3}-\d{4}(?![\w.-])"
)
# One of both at least 10, so that pairs of small numbers are left alone.
_PLACE = re.compile(
    r"(?<![\w.])(?:-?\d{2}\.\d{4,}\s*[,;/_]\s*-?\d{1,3}|-?\d{1,2}\.\d{4,}\s*[,;/_]\s*-?\d{2,3})\.\d{4,}(?![\w.])"
    r"|\d{1,3}° ?\d{1,2} ?['′’]|[NS] ?\d{1,2}\.\d{3,}°?[,; ]{1,2}[EW] ?\d{1,3}\.\d{3,}"
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
# In text: a key, and what stands behind it up to the next quote, bracket or line.
_KEYED = re.compile(
    r"""(?<![A-Za-z_-])([A-Za-z][A-Za-z_-]{1,30})["'*]{0,3}\s{0,2}[:=>][\s"'*\[(-]{0,12}([^"'\n<>{}\[\];:=]{1,80})"""
)
_VALUES = (
    (
        {"firstname", "lastname", "surname", "fullname"},
        re.compile(r"[^\W\d_]{2}"),
        phrase_later("a person's name"),
    ),
    (
        {"address", "street"},
        re.compile(r"(?!0x)(?=[^,]*\d)(?=.*[^\W\d_]{3})[^/\\]*\s"),
        phrase_later("an address"),
    ),
    ({"birthday", "birthdate", "dob"}, re.compile(r"\d{1,4}[-./ ]"), phrase_later("a date of birth")),
    ({"phone", "telephone", "mobile"}, re.compile(r"\+?(?:[ ()/-]?\d){6,}"), _PHONE_NUMBER),
    ({"lat", "latitude", "lon", "lng", "longitude"}, re.compile(r"\d{1,3}\.\d{3,}"), _COORDINATES),
    (
        {"imei", "serial", "ssn", "passport"},
        re.compile(r"(?=[A-Z-]*\d)[\dA-Z-]{5,}"),
        phrase_later("a serial number"),
    ),
)
_IN_BYTES = re.compile(rb"@[A-Za-z0-9-]{3,63}(?:\.[A-Za-z0-9-]{2,63})*\.[a-z]{2,6}(?![A-Za-z0-9])")
_BEFORE = re.compile(rb"[A-Za-z0-9._%+-]{3,64}\Z")
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


def people_named(file: str, place: str, shown: str) -> Finding:
    """That people's names are there; `shown` is one of them, covered."""
    return Finding(file, place, phrase("people's names"), shown, True, names=True)


def in_text(text: str, file: str, place: str) -> list[Finding]:
    """What a text says of a person: e-mail, telephone number and coordinates are serious, a time is not."""
    found = []
    for kind, pattern, serious in (
        (_EMAIL_ADDRESS, _EMAIL, True),
        (_PHONE_NUMBER, _PHONE, True),
        (_COORDINATES, _PLACE, True),
        (phrase_later("a date"), _TIME, False),
    ):
        match = pattern.search(text) if pattern is not _EMAIL or "@" in text else None
        if match is not None:
            found.append(Finding(file, place, phrase(kind), covered(match.group()), serious))
    return found


def in_keys(text: str, file: str) -> list[Finding]:
    """What stands behind keys such as "speaker" and "address" in a text; the first of each kind."""
    found: dict[str, Finding] = {}
    for match in _KEYED.finditer(text):
        key = match.group(1)
        people, wanted = _behind(key)
        if people is None and not wanted:
            continue
        value, place = match.group(2).strip(" \t,*.)|"), f"'{key}'"
        known = [
            Finding(file, place, phrase(kind), covered(value), True)
            for pattern, kind in wanted
            if pattern.match(value)
        ]
        if people is not None and is_full_name(value.split(",")[0].split("(")[0], people):
            known.append(people_named(file, place, covered(value)))
        for one in known:
            found.setdefault(one.kind, one)
    return list(found.values())


@lru_cache(4096)
def _behind(key: str) -> tuple[bool | None, tuple[tuple[re.Pattern[str], str], ...]]:
    """Whether a person stands behind a key (None: hardly, False: perhaps), and what else may, by patterns."""
    words = words_of(key)
    people = True if is_of_people(key) else False if words[-1] in ("name", "names", "by") else None
    plain = "".join(words)
    return people, tuple((pattern, kind) for keys, pattern, kind in _VALUES if {plain, words[-1]} & keys)


def in_bytes(content: bytes, file: str) -> list[Finding]:
    """An e-mail address anywhere in a picture, a sound or another file that is no text."""
    for match in _IN_BYTES.finditer(content):
        before = _BEFORE.search(content[max(0, match.start() - 64) : match.start()])
        if before is not None:
            shown = covered((before.group() + match.group()).decode("ascii"))
            place = phrase("byte {number}", number=match.start())
            return [Finding(file, place, phrase(_EMAIL_ADDRESS), shown, True)]
    return []


def in_name(name: str, file: str) -> list[Finding]:
    """As `in_text` for a file's name, and what looks like a person's name."""
    place = phrase("the file's name")
    found = in_text(name, file, place)
    match = _NAMES.search(name)
    plain = name.strip(" _-.0123456789")
    if match is not None or is_full_name(plain):
        shown = covered(match.group() if match else plain)
        found.append(Finding(file, place, phrase("perhaps a person's name"), shown, False))
    return found


def is_heading_of_people(name: str) -> bool:
    """True for the heading of a column whose every value tells of a person, such as "e-mail" or "latitude"."""
    plain = "".join(letter for letter in name.lower() if letter.isalpha())
    words = "".join(letter if letter.isalpha() else " " for letter in name.lower()).split()
    return plain in _SERIOUS_COLUMNS or any(word in _SERIOUS_COLUMNS - {"name", "mac"} for word in words)


def in_column(name: str, values: list[str], file: str) -> list[Finding]:
    """What a table's column says of a person, by its heading and by its values."""
    place = phrase("column '{name}'", name=name)
    if is_heading_of_people(name):
        shown = covered(values[0]) if values else ""
        return [Finding(file, place, phrase("a column headed '{name}'", name=name), shown, True)]
    found: dict[str, Finding] = {}
    for value in values:
        for finding in in_text(value, file, place):
            found.setdefault(finding.kind, finding)
    people = people_among(values, is_of_people(name))
    return [*found.values(), *([people_named(file, place, covered(people[0]))] if people else [])]


def of_computer(text: str, file: str, computer: Computer) -> list[Finding]:
    """What an exported text says of the computer it was made on, and e-mail addresses."""
    found = []
    for kind, word in (
        (phrase_later("your home folder"), computer.home),
        (phrase_later("your user name"), computer.user),
    ):
        if len(word) > 2 and re.search(rf"(?<![\w]){re.escape(word)}(?![\w])", text):
            found.append(_in_line(text, file, kind, word))
    if len(computer.host) > 4 and re.search(rf"(?<![\w-]){re.escape(computer.host)}(?![\w-])", text):
        found.append(_in_line(text, file, phrase_later("your computer's name"), computer.host))
    for kind, pattern in ((phrase_later("an absolute path"), _PATH), (_EMAIL_ADDRESS, _EMAIL)):
        match = pattern.search(text)
        if match is not None:
            found.append(_in_line(text, file, kind, match.group()))
    return found


def _in_line(text: str, file: str, kind: str, part: str) -> Finding:
    """A `part` of a text, with the line that it is in; its `kind` in English."""
    line = phrase("line {number}", number=text.count("\n", 0, text.find(part)) + 1)
    return Finding(file, line, phrase(kind), covered(part), True)
