"""The review's sentences in the reader's language: gettext's catalogues, whose keys are the English sentences."""

import gettext
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache

from studio.core.places import resources

DOMAIN = "tinyml_studio"
ENGLISH = "en"

_spoken: ContextVar[str] = ContextVar("spoken", default="")  # "": as the computer is set


def phrase(sentence: str, /, **values: object) -> str:
    """`sentence` in the language in use, each {name} in it replaced by that one of `values`.

    It is written out where it is said, or where `phrase_later` marks it: what finds the sentences to translate reads
    the code. Say whole sentences, not parts of them: other languages order their parts otherwise.
    """
    return _catalogue(_spoken.get()).gettext(sentence).format(**values)


def phrase_count(one: str, many: str, count: int, /, **values: object) -> str:
    """As `phrase`, where the form depends on `count`, which stands in both as {count}."""
    return _catalogue(_spoken.get()).ngettext(one, many, count).format(count=count, **values)


def phrase_later(sentence: str) -> str:
    """Marks a sentence that is translated once it is said: a constant's."""
    return sentence


def language() -> str:
    """The language in use, by its catalogue ("de"); ENGLISH where there is none for what the computer is set to."""
    return _catalogue(_spoken.get()).info().get("language", ENGLISH)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Say everything inside in this language; in English where it has no catalogue."""
    before = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(before)


@cache
def _catalogue(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; "" takes that of LANGUAGE, LC_ALL, LC_MESSAGES or LANG, as gettext does."""
    languages = [language] if language else None
    return gettext.translation(DOMAIN, resources() / "languages", languages, fallback=True)
