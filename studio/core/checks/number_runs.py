"""Runs of numbers in exported files, however they are written: lists in source text, strings, words and plain bytes."""

import base64
import binascii
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]

_C = (".c", ".h", ".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".inc", ".inl", ".ino", ".ipp", ".rs", ".js")
_ASSEMBLY = (".s", ".asm")
_HASHED = (".py", ".toml", ".yaml", ".yml", ".cmake", ".mk", ".sh", ".ini", ".cfg")
_TAGGED = (".html", ".htm", ".xml", ".svg")
_ARCHIVES = (".zip", ".npz")
_MOST_UNPACKED = 64 << 20  # bytes of an archive

_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:0[xX][0-9a-fA-F]+|0[bB][01]+|\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)"
)
_C_ASIDE = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.DOTALL)
_ASSEMBLY_ASIDE = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*|[@;#][^\n]*', re.DOTALL)
_HASHED_ASIDE = re.compile(r"#[^\n]*")
_TAGGED_ASIDE = re.compile(r"<[^>]*>")
_INDEX = re.compile(r"\[[^\]\n]*\]\s*=")
_LOWEST = re.compile(r"-\s*127\s*-\s*1\b|\bINT8_MIN\b")
_JOINED = re.compile(r'"\s*(?:\\\r?\n\s*)?[bBuLU8R]{0,2}"')
_LITERAL = re.compile(r'"((?:\\.|[^"\\\n])*)"|[bB]\'((?:\\.|[^\'\\\n])*)\'')
_CHARACTER = re.compile(r"\\x([0-9a-fA-F]{1,2})|\\([0-7]{1,3})|\\(.)|([^\\])", re.DOTALL)
_ESCAPED = re.compile(r"\\(?:x[0-9a-fA-F]|[0-7]{2})")
_CONTROL = {"a": 7, "b": 8, "t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "e": 27}
_LARGEST = 1e15


@dataclass(frozen=True)
class Run:
    """Numbers [M] in the order of a file: as whole ones, as real ones, or both where a text may mean either."""

    whole: Whole | None
    real: Real | None


def unpacked(files: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The files, and those inside of archives under the archive's name."""
    for name, content in files.items():
        yield name, content
        if not name.lower().endswith(_ARCHIVES):
            continue
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                known = archive.infolist()
                if sum(one.file_size for one in known) <= _MOST_UNPACKED:
                    for one in known:
                        yield f"{name}/{one.filename}", archive.read(one)
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
            continue


def runs(name: str, content: bytes, fewest: int, wide: bool) -> Iterator[Run]:
    """Every run of at least `fewest` numbers in a file; `wide`: bytes may be numbers of 16 bits, too."""
    text = "" if b"\0" in content[:4096] else content.decode("utf-8", "replace")
    if not text or text.count("\ufffd") > len(text) // 16 or not name.lower().endswith(_TEXTS):
        yield from _of_bytes(content, fewest, wide)
    if text:
        for part in _without_asides(name.lower(), text):
            yield from _of_text(part, fewest, wide)
        for packed in _packed(text, fewest):
            yield from _of_bytes(packed, fewest, wide)


_TEXTS = (
    *_C,
    *_ASSEMBLY,
    *_HASHED,
    *_TAGGED,
    ".md",
    ".txt",
    ".csv",
    ".tsv",
    ".json",
    ".jsonl",
    ".properties",
)


def _without_asides(name: str, text: str) -> tuple[str, ...]:
    """The text without comments, tags and indices, which part the numbers of one run; and these on their own."""
    if name.endswith(_C):
        pattern = _C_ASIDE
    elif name.endswith(_ASSEMBLY):
        pattern = _ASSEMBLY_ASIDE
    elif name.endswith(_HASHED):
        pattern = _HASHED_ASIDE
    elif name.endswith(_TAGGED):
        pattern = _TAGGED_ASIDE
    else:
        return (text,)
    aside: list[str] = []

    def drop(match: re.Match[str]) -> str:
        found = match.group()
        aside.append(found[1:-1] if found[0] in '"<' else found.lstrip("/*#@;"))
        return " "

    plain = pattern.sub(drop, text)
    if pattern is _C_ASIDE:
        plain = _LOWEST.sub("-128", _INDEX.sub(" ", plain))
    return plain, " ".join(aside)


def _of_text(text: str, fewest: int, wide: bool) -> Iterator[Run]:
    words = _NUMBER.findall(text)
    if 8 * len(words) < fewest:
        return
    values = np.array([_value(word) for word in words])
    if len(words) >= fewest:
        real = np.clip(np.nan_to_num(values, posinf=_LARGEST, neginf=-_LARGEST), -_LARGEST, _LARGEST)
        yield Run(np.rint(real).astype(np.int64), real)
    sizes = np.abs(values)
    for size in (2, 4, 8):
        large = (sizes >= 256.0 ** (size // 2)) & (sizes < 256.0**size) & (values == np.rint(values))
        if size * len(words) >= fewest and 4 * size * large.sum() >= fewest:
            exact = np.array([_exact(word) & (1 << 8 * size) - 1 for word in words], np.uint64)
            for order in "<>":
                yield from _of_bytes(exact.astype(f"{order}u{size}").tobytes(), fewest, wide)


def _of_bytes(content: bytes, fewest: int, wide: bool) -> Iterator[Run]:
    if len(content) < fewest:
        return
    yield Run(np.frombuffer(content, np.int8).astype(np.int64), None)
    for offset in range(4):
        part = content[offset : offset + (len(content) - offset) // 4 * 4]
        if len(part) // 4 >= fewest:
            with np.errstate(invalid="ignore"):  # any bytes may be read as no number
                real = np.frombuffer(part, "<f4").astype(np.float64)
            safe = np.nan_to_num(real, posinf=_LARGEST, neginf=-_LARGEST)
            yield Run(None, np.clip(safe, -_LARGEST, _LARGEST))
    for offset in range(2 if wide else 0):
        part = content[offset : offset + (len(content) - offset) // 2 * 2]
        if len(part) // 2 >= fewest:
            yield Run(np.frombuffer(part, "<i2").astype(np.int64), None)


def _packed(text: str, fewest: int) -> Iterator[bytes]:
    """Bytes that a text holds in strings with escapes, in hexadecimal digits without gaps, and in base64."""
    if _ESCAPED.search(text) is not None:
        for double, single in _LITERAL.findall(_JOINED.sub("", text)):
            literal = double or single
            if len(literal) >= fewest and "\\" in literal:
                yield bytes(_character(match) for match in _CHARACTER.finditer(literal))
    for found in re.findall(rf"(?<![0-9a-fA-F])[0-9a-fA-F]{{{2 * fewest},}}(?![0-9a-fA-F])", text):
        yield bytes.fromhex(found[: len(found) // 2 * 2])
    for found in re.findall(rf"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{{{4 * fewest // 3},}}", text):
        try:
            yield base64.b64decode(found[: len(found) // 4 * 4])
        except binascii.Error:
            continue


def _character(match: re.Match[str]) -> int:
    hexadecimal, octal, control, plain = match.groups()
    if hexadecimal:
        return int(hexadecimal, 16)
    if octal:
        return int(octal, 8) & 0xFF
    return _CONTROL.get(control, ord(control) & 0xFF) if control else ord(plain) & 0xFF


def _value(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        return float(int(word, 0))


def _exact(word: str) -> int:
    try:
        return int(word, 0)
    except ValueError:
        return int(min(max(float(word), -_LARGEST), _LARGEST))
