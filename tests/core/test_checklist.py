"""The checklist in another language: its own words, the same ids and rules."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from studio.core import checklist as checklist_module
from studio.core.checklist import read_checklist, standard_checklist
from studio.core.errors import StudioError
from studio.core.phrases import speaking
from studio.core.places import resources
from studio.core.translation import translated
from tests.foreign import FOREIGN, catalogues_in, write_catalogue

ORIGINAL = resources() / "checklists" / "responsible_ai.toml"


@pytest.fixture
def translation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of the checklist, for a language that there is in this test; what it says is the test's to change."""
    shutil.copytree(ORIGINAL.parent, tmp_path / "checklists")
    write_catalogue(tmp_path, Catalog(locale=FOREIGN))
    monkeypatch.setattr(checklist_module, "resources", lambda: tmp_path)
    checklist_module._standard.cache_clear()
    with catalogues_in(tmp_path):
        yield Path(shutil.copy(ORIGINAL, tmp_path / "checklists" / f"responsible_ai.{FOREIGN}.toml"))
    checklist_module._standard.cache_clear()


def written(path: Path, before: str, after: str) -> None:
    text, count = re.subn(before, after, path.read_text("utf-8"), count=1, flags=re.MULTILINE)
    assert count
    path.write_text(text, "utf-8")


def test_a_translated_checklist_is_used_in_its_language_alone(translation: Path) -> None:
    english = standard_checklist()
    written(translation, r'^text = "Is this only a trial.*"$', 'text = "Ĉu nur provo?"')
    with speaking(FOREIGN):
        assert standard_checklist().intake[0].text == "Ĉu nur provo?"
        with speaking("en"):
            assert standard_checklist() is english
    assert standard_checklist() is english


def test_a_review_is_about_the_same_checklist_in_every_language(translation: Path) -> None:
    english = standard_checklist()
    written(translation, r"^notice = .*$", 'notice = "Nenio estas certa."')
    written(translation, r'^unit = "per hour"$', 'unit = "por horo"')
    written(translation, r"^pointers = .*$", 'pointers = ["KI-Regularo, aldono IV"]')
    with speaking(FOREIGN):
        found = standard_checklist()
    assert found.notice == "Nenio estas certa."
    assert found.question("D1").pointers == ("KI-Regularo, aldono IV",)
    assert (found.id, found.version, found.sha256) == (english.id, english.version, english.sha256)


def test_a_language_without_a_translated_checklist_has_the_original(translation: Path) -> None:
    translation.unlink()
    english = standard_checklist()
    with speaking(FOREIGN):
        assert standard_checklist() == english
        assert standard_checklist().title == "Responsible-AI review"


def test_a_checklist_with_other_ids_is_refused_and_names_them(translation: Path) -> None:
    written(translation, r'^id = "P8"$', 'id = "P9"')
    written(translation, r'^id = "bench"$', 'id = "benko"')
    with speaking(FOREIGN), pytest.raises(StudioError, match=r"other ids than.*P8, P9, bench, benko"):
        standard_checklist()
    assert standard_checklist().question("P8")


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (r"^version = \d+$", "version = 1", "version"),
        (r'^never_override = \["C16", ', "never_override = [", "never_override"),
        (r'^blocker_from = "T0"$', 'blocker_from = "T3"', "D6"),
        (r'^unit = "share"$', 'unit = "porcio"', "min_accuracy"),
        (r"^fewest_reason_words = 6$", "fewest_reason_words = 1", "fewest_reason_words"),
        (r"^pointers = .*$", "pointers = []", "D1"),
        (r'^function = "map"$', 'function = "govern"', "D1"),
    ],
)
def test_a_translation_cannot_change_a_rule(translation: Path, before: str, after: str, name: str) -> None:
    written(translation, before, after)
    with speaking(FOREIGN), pytest.raises(StudioError, match=rf"other rules than.* {name}\."):
        standard_checklist()


@pytest.mark.parametrize(
    ("before", "after", "name"),
    [
        (r"^notice = .*$", 'notice = ""', "notice"),
        (r'^text = "Is this only a trial.*"$', 'text = "  "', "bench"),
        (r"^why = .*$", 'why = ""', "D1"),
    ],
)
def test_a_translation_cannot_leave_out_what_must_be_said(
    translation: Path, before: str, after: str, name: str
) -> None:
    written(translation, before, after)
    with speaking(FOREIGN), pytest.raises(StudioError, match=rf"leaves words empty.*{name}"):
        standard_checklist()


def test_every_translated_checklist_that_ships_can_be_used() -> None:
    for path in ORIGINAL.parent.glob("responsible_ai.*.toml"):
        assert translated(read_checklist(ORIGINAL), read_checklist(path)).sha256
