"""What looks like people's names: a known given name and another word, or words that stand where people stand."""

import re
from collections.abc import Iterable
from functools import cache

from studio.core.places import resources

_WORDS = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_TWO = re.compile(r"[^\W\d_]+(?:[ ._-]+[^\W\d_]+){1,3}")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_AROUND = " _-.0123456789"
_PEOPLE = {
    "person", "people", "speaker", "speakers", "owner", "author", "subject", "participant", "patient",
    "user", "artist", "singer", "actor", "driver", "worker", "employee", "recordist", "contact", "who", "creator",
}  # fmt: skip
_NO_NAMES = {
    "class",
    "file",
    "column",
    "sensor",
    "model",
    "label",
    "layer",
    "device",
    "feature",
    "board",
    "project",
}


@cache
def _given_names() -> frozenset[str]:
    """Given names that are hardly ever another word, lower case."""
    text = (resources() / "names" / "given_names.txt").read_text(encoding="utf-8")
    return frozenset(text.split())


def words_of(key: str) -> list[str]:
    """The words of a heading, key or folder's name, lower case: "speakerName", "speaker_name" → speaker, name."""
    return [word.lower() for word in _WORDS.findall(_CAMEL.sub(" ", key).replace("_", " "))]


def is_of_people(key: str) -> bool:
    """True for a heading or key under which people stand, such as "speaker" or "patient_name"."""
    words = set(words_of(key))
    return bool(words & _PEOPLE) and not words & _NO_NAMES


def is_given_name(text: str) -> bool:
    """True for a single known given name."""
    return text.strip().lower() in _given_names()


def is_full_name(text: str, of_people: bool = False) -> bool:
    """True for two to four words without digits, of which the first is a known given name.

    `of_people`: they stand where people stand, so that capitals of both words are enough ("Xiulan Qin").
    """
    plain = _CAMEL.sub(" ", text.strip(_AROUND))
    if _TWO.fullmatch(plain) is None:
        return False
    words = _WORDS.findall(plain.replace("_", " "))
    if len(words[-1]) < 2:
        return False
    return is_given_name(words[0]) or (of_people and all(word[0].isupper() for word in (words[0], words[-1])))


def people_among(values: Iterable[str], of_people: bool) -> list[str]:
    """Those of the values of one column that are people's names.

    Full names count under a person's heading (`of_people`), and elsewhere where nothing else of two words stands there;
    single given names only under a person's heading and from two on.
    """
    some = list(values)
    full = [value for value in some if is_full_name(value, of_people)]
    if full and (of_people or len(full) == len(_of_two(some))):
        return full
    single = [value for value in some if is_given_name(value)] if of_people else []
    return single if len(single) > 1 else []


def people_side_by_side(folders: Iterable[str]) -> list[str]:
    """Those of the names of folders in one folder that are people's.

    Two different given names at least, and half of the folders of two words; "rosa_canina" and "rosa_gallica" are none.
    """
    some = list(folders)
    full = [folder for folder in some if is_full_name(folder)]
    given = {words_of(folder)[0] for folder in full}
    return full if len(given) > 1 and 2 * len(full) >= len(_of_two(some)) else []


def _of_two(values: list[str]) -> list[str]:
    return [
        value
        for value in values
        if len(words_of(value)) > 1 and not any(map(str.isdigit, value.strip(_AROUND)))
    ]
