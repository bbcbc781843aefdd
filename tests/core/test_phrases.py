"""The review's sentences: said in English, or in a language that has a catalogue."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from studio.core import phrases
from studio.core.phrases import language, phrase, phrase_count, speaking
from tests.foreign import extract


@pytest.fixture
def german(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    catalogue = Catalog(locale="de")
    catalogue.add("The gap is {gap}.", "{gap} beträgt die Lücke.")
    catalogue.add(("{count} row", "{count} rows"), ("{count} Zeile", "{count} Zeilen"))
    catalogue.add(("The one file.", "All {count} files."), ("{count} Datei.", "Alle {count} Dateien."))
    catalogue.add("It is {value}.", "Es ist {wert}.")
    catalogue.add("It was {value}.", "Es war.")
    catalogue.add("It will be {value}.", "Es wird {value.real}.")
    catalogue.add("Be it {value}.", "Es sei {value.")
    catalogue.add(("{count} of {all} is.", "{count} of {all} are."), ("{count} von {allen}", "{0} von {}"))
    folder = tmp_path / "languages" / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (folder / f"{phrases.DOMAIN}.mo").open("wb") as file:
        write_mo(file, catalogue)
    monkeypatch.setattr(phrases, "resources", lambda: tmp_path)
    phrases._catalogue.cache_clear()
    yield tmp_path
    phrases._catalogue.cache_clear()


def test_without_a_catalogue_english_is_spoken(monkeypatch: pytest.MonkeyPatch) -> None:
    with speaking("tlh"):
        assert phrase("The gap is {gap}.", gap=3) == "The gap is 3."
        assert phrase_count("{count} row", "{count} rows", 1) == "1 row"
        assert phrase_count("{count} row", "{count} rows", 0) == "0 rows"
        assert language() == "en"


@pytest.mark.usefixtures("german")
def test_a_catalogues_language_is_spoken_and_left_again() -> None:
    with speaking("de"):
        assert phrase("The gap is {gap}.", gap=3) == "3 beträgt die Lücke."
        assert phrase_count("{count} row", "{count} rows", 2) == "2 Zeilen"
        assert phrase_count("The one file.", "All {count} files.", 1) == "1 Datei."
        assert phrase("Not translated.") == "Not translated."
        assert phrase("") == ""
        assert language() == "de"
        with speaking("en"):
            assert phrase("The gap is {gap}.", gap=3) == "The gap is 3."
    assert language() == "en"


@pytest.mark.usefixtures("german")
def test_a_translation_that_does_not_fill_in_the_same_gives_way_to_english() -> None:
    with speaking("de"):
        assert phrase("It is {value}.", value=3) == "It is 3."
        assert phrase("It was {value}.", value=3) == "It was 3."
        assert phrase("It will be {value}.", value=3) == "It will be 3."
        assert phrase("Be it {value}.", value=3) == "Be it 3."
        assert phrase_count("{count} of {all} is.", "{count} of {all} are.", 2, all=5) == "2 of 5 are."
        with pytest.raises(KeyError):  # in English it is a fault of the code
            phrase("The gap is {gap}.")


@pytest.mark.parametrize("content", [b"", b"no catalogue", b"\xde\x12\x04\x95\0\0\0\0\xff\xff\0\0"])
def test_a_damaged_catalogue_is_none_and_the_log_says_so(
    german: Path, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    (german / "languages" / "de" / "LC_MESSAGES" / f"{phrases.DOMAIN}.mo").write_bytes(content)
    with speaking("de"):
        assert phrase("The gap is {gap}.", gap=3) == "The gap is 3."
        assert language() == "en"
    assert "cannot be read" in caplog.text


@pytest.mark.usefixtures("german")
def test_the_computers_setting_chooses_the_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "de_AT:fr")
    assert phrase("The gap is {gap}.", gap=3) == "3 beträgt die Lücke."
    assert language() == "de"


def test_the_list_for_translators_has_every_sentence_of_the_code() -> None:
    found = extract()
    listed = read_po(BytesIO(found.TEMPLATE.read_bytes()))
    in_code = {message.id for message in found.found() if message.id}
    assert {message.id for message in listed if message.id} == in_code, (
        "Run python resources/languages/extract.py"
    )
