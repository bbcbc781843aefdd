"""A language that puts each sentence of the code between « and », but for what is filled in: the rest is English."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from string import Formatter
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from studio.core import phrases
from studio.core.places import resources

FOREIGN = "eo"


def extract() -> ModuleType:
    """resources/languages/extract.py, which finds the sentences of the code."""
    spec = importlib.util.spec_from_file_location("extract", resources() / "languages" / "extract.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def _sentences() -> tuple[str | tuple[str, ...], ...]:
    return tuple(message.id for message in extract().found() if message.id)  # reads all code: seconds


def all_sentences(*, longer: bool = False) -> Catalog:
    """The catalogue of every sentence that the code says; `longer` as many languages are."""
    catalogue = Catalog(locale=FOREIGN)
    for sentence in _sentences():
        forms = (sentence,) if isinstance(sentence, str) else sentence
        said = tuple(wrapped(one, longer=longer) for one in forms)
        catalogue.add(sentence, said[0] if isinstance(sentence, str) else said)
    return catalogue


def write_catalogue(folder: Path, catalogue: Catalog) -> None:
    """Compile a catalogue below `folder`, which stands for the studio's resources."""
    place = folder / "languages" / FOREIGN / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / f"{phrases.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)


def wrapped(sentence: str, *, longer: bool = False) -> str:
    """A template with « » around each piece of text between what is filled in, so that this stands outside.

    Where it is to be `longer`, each piece is so by a third.
    """
    found = ""
    for literal, name, form, conversion in Formatter().parse(sentence):
        if literal:
            more = "·" * (len(literal) // 3) if longer else ""
            found += f"«{literal.replace('{', '{{').replace('}', '}}')}{more}»"
        if name is not None:
            ending = (f"!{conversion}" if conversion else "") + (f":{form}" if form else "")
            found += "{" + name + ending + "}"
    return found


@contextmanager
def catalogues_in(folder: Path) -> Iterator[None]:
    """Take the languages from below `folder` instead of those of the studio."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(phrases, "resources", lambda: folder)
        phrases._catalogue.cache_clear()
        yield
    phrases._catalogue.cache_clear()


def unsaid(text: str, *names: str) -> list[str]:
    """The words in `text` that no catalogue gave, and that are none of `names`."""
    left = text
    # Longest first: sentences of the record may hold « » themselves.
    for name in sorted(filter(None, names), key=len, reverse=True):
        left = left.replace(name, " ")
    left = re.sub(r"«[^«»]*»", " ", left)
    return re.findall(r"\S*[^\W\d_]{2,}\S*", left)
