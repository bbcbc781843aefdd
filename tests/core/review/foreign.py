"""A language that puts each sentence of the code between « and », but for what is filled in: the rest is English."""

import importlib.util
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from studio.core import phrases
from studio.core.places import resources

FOREIGN = "eo"


def all_sentences() -> Catalog:
    """The catalogue of every sentence that the code says; reads all of it, which takes seconds."""
    spec = importlib.util.spec_from_file_location("extract", resources() / "languages" / "extract.py")
    assert spec is not None
    assert spec.loader is not None
    extract = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(extract)
    catalogue = Catalog(locale=FOREIGN)
    for message in extract.found():
        if isinstance(message.id, tuple):
            catalogue.add(message.id, tuple(map(wrapped, message.id)))
        elif message.id:
            catalogue.add(message.id, wrapped(message.id))
    return catalogue


def write_catalogue(folder: Path, catalogue: Catalog) -> None:
    """Compile a catalogue below `folder`, which stands for the studio's resources."""
    place = folder / "languages" / FOREIGN / "LC_MESSAGES"
    place.mkdir(parents=True)
    with (place / f"{phrases.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)


def wrapped(sentence: str) -> str:
    """A template with « » around each piece of text between what is filled in, so that this stands outside."""
    found = ""
    for literal, name, form, conversion in Formatter().parse(sentence):
        if literal:
            found += f"«{literal.replace('{', '{{').replace('}', '}}')}»"
        if name is not None:
            found += (
                "{" + name + (f"!{conversion}" if conversion else "") + (f":{form}" if form else "") + "}"
            )
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
    for name in sorted(
        filter(None, names), key=len, reverse=True
    ):  # sentences of the record may hold « » themselves
        left = left.replace(name, " ")
    left = re.sub(r"«[^«»]*»", " ", left)
    return re.findall(r"\S*[^\W\d_]{2,}\S*", left)
