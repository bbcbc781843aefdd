"""The review's sentences in the reader's language: gettext's catalogues, whose keys are the English sentences."""

import gettext
import logging
import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from string import Formatter

from studio.core.places import resources

DOMAIN = "tinyml_studio"
ENGLISH = "en"

_log = logging.getLogger(__name__)
_spoken: ContextVar[str] = ContextVar("spoken", default="")  # "": as the computer is set


def phrase(sentence: str, /, **values: object) -> str:
    """`sentence` in the language in use, each {name} in it replaced by that one of `values`.

    It is written out where it is said, or where `phrase_later` marks it: what finds the sentences to translate reads
    the code. Say whole sentences, not parts of them: other languages order their parts otherwise.
    """
    if not sentence:
        return ""  # catalogues keep their own head under it
    return _filled(_catalogue(_spoken.get()).sentences.gettext(sentence), sentence, values)


def phrase_count(one: str, many: str, count: int, /, **values: object) -> str:
    """As `phrase`, where the form depends on `count`, which stands in both as {count}."""
    said = _catalogue(_spoken.get()).sentences.ngettext(one, many, count)
    english = one if count == 1 else many
    if _fills_in_the_same(said, many):  # other languages have other forms: one with {count} will do for each
        return said.format(count=count, **values)
    return _filled(said, english, {"count": count, **values})


def phrase_later(sentence: str) -> str:
    """Marks a sentence that is translated once it is said: a constant's."""
    return sentence


def language() -> str:
    """The language in use, by its catalogue's folder ("de"); ENGLISH where none is for what the computer is set to."""
    return _catalogue(_spoken.get()).language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything inside in this language; in English where it has no catalogue."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


def _filled(said: str, english: str, values: Mapping[str, object]) -> str:
    return (said if _fills_in_the_same(said, english) else english).format(**values)


@lru_cache(maxsize=4096)
def _fills_in_the_same(said: str, english: str) -> bool:
    """False for a translation that leaves out a figure, or wants what is not there: then English is said."""
    try:
        return said == english or _places(said) == _places(english)
    except ValueError:  # a brace without its other half
        return False


def _places(sentence: str) -> set[str]:
    """What a sentence fills in: names with their conversion and format."""
    return {
        f"{name}!{conversion}:{form}"
        for _, name, form, conversion in Formatter().parse(sentence)
        if name is not None
    }


@dataclass(frozen=True, slots=True)
class _Catalogue:
    language: str
    sentences: gettext.NullTranslations


@cache
def _catalogue(language: str) -> _Catalogue:
    """The catalogue of a language; "" takes that of LANGUAGE, LC_ALL, LC_MESSAGES or LANG, as gettext does.

    A damaged one is none, and the log says so.
    """
    found = gettext.find(DOMAIN, resources() / "languages", [language] if language else None)
    if isinstance(found, str):
        try:
            with open(found, "rb") as file:
                return _Catalogue(Path(found).parent.parent.name, gettext.GNUTranslations(file))
        except (OSError, ValueError, struct.error, SyntaxError) as error:
            _log.warning("%s cannot be read (%s). Compile it again.", found, error)
    return _Catalogue(ENGLISH, gettext.NullTranslations())
