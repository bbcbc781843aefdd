"""A review is the same in every language: a bundle is verified in that of its papers, whatever the reader speaks."""

import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core import checklist as checklist_module
from studio.core.papers import CARD
from studio.core.phrases import language, speaking
from studio.core.places import resources
from studio.core.project import Project
from studio.core.review import logged
from studio.core.review.findings import PAPERS, UNCOMPARED, Finding
from studio.core.review.items import State
from studio.core.review.verification import verify_bundle
from studio.core.reviewed import source_of_project, subject_of
from studio.headless.closing import closing
from tests.core import made
from tests.core.review import whole
from tests.core.review.test_verification import LATER, bundle, edit, resealed
from tests.core.review.whole import CHECKLIST, CHECKS, entered, look, signed
from tests.foreign import FOREIGN, catalogues_in


@pytest.fixture(scope="module", autouse=True)
def foreign(catalogue: Path) -> Iterator[None]:
    with catalogues_in(catalogue):
        yield


def of_findings(found: tuple[Finding, ...]) -> dict[str, bool]:
    return {one.what: one.holds for one in found if not one.note}


def test_a_bundle_in_another_language_is_verified_by_whoever_speaks_english(tmp_path: Path) -> None:
    with speaking(FOREIGN):
        out = bundle(tmp_path)
    assert json.loads((out / "manifest.json").read_text())["making"]["language"] == FOREIGN
    assert "«Test set opened»" in (out / CARD).read_text("utf-8")
    assert language() == "en"
    found = verify_bundle(out, LATER, tmp_path / "mine.review.jsonl")
    assert all(one.holds for one in found), found
    assert of_findings(found)[PAPERS]
    assert not any("«" in one.sentence for one in found)
    (out / CARD).write_bytes((out / CARD).read_bytes().replace("«once»".encode(), "«never»".encode()))
    resealed(out, CARD)
    faults = [one.sentence for one in verify_bundle(out, LATER) if not one.holds]
    assert faults == ["MODEL_CARD.md is not what the studio prints of this record."]


def test_an_english_bundle_is_verified_by_whoever_speaks_another_language(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    with speaking(FOREIGN):
        found = verify_bundle(out, LATER)
    assert all(one.holds for one in found), found
    assert of_findings(found)[PAPERS]


def test_without_the_language_of_a_bundle_its_papers_are_not_compared_and_not_called_false(
    tmp_path: Path,
) -> None:
    with speaking(FOREIGN):
        out, mine = bundle(tmp_path), tmp_path / "mine.review.jsonl"
    with catalogues_in(tmp_path):
        alone, found = verify_bundle(out, LATER), verify_bundle(out, LATER, mine)
    assert all(one.holds for one in found), found
    left = [one.sentence for one in found if one.what == UNCOMPARED]
    assert left == [
        "The papers speak a language that this studio has no catalogue for (eo): they were compared by their hashes "
        "alone."
    ]
    assert "MODEL_CARD.md and DATASHEET.html hold the limit" in " ".join(one.sentence for one in found)
    # nothing vouches for them then, and naming a language that nobody has is no way around
    assert [one.what for one in alone if not one.holds] == [UNCOMPARED]
    assert "It cannot be said whether it is what was reviewed." in closing(alone)


def test_a_bundle_brings_no_catalogue_of_its_own(tmp_path: Path, catalogue: Path) -> None:
    out = bundle(tmp_path)
    shutil.copytree(catalogue / "languages" / FOREIGN, out / "eo")
    edit(out, "manifest.json", lambda data: data["making"].update(language=str(out / "eo")))  # type: ignore[attr-defined]
    faults = [one.sentence for one in verify_bundle(out, LATER) if not one.holds]
    assert "manifest.json names a language, which the studio does not write." in faults


def test_a_manifest_that_names_no_language_is_of_an_english_export(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    edit(out, "manifest.json", lambda data: data["making"].pop("language"))  # type: ignore[attr-defined]
    assert of_findings(verify_bundle(out, LATER))[PAPERS]


def test_what_was_read_in_one_language_is_opened_and_signed_again_in_another() -> None:
    other = tuple(replace(one, title="Egal", sentence="Gut.") for one in CHECKS)
    found = look(signed(entered()), other)
    assert all(one.state is State.DRAFT for one in found.items if one.unopened)
    assert any(one.unopened for one in found.items)
    opened = look(signed(entered()), other, facts=logged(whole.rows(other), CHECKLIST))
    assert [reason.place for reason in opened.gate.reasons] == ["signature"]
    assert "or say them in another language" in opened.reasons[0]
    assert look(entered(), other, facts=logged(whole.rows(other), CHECKLIST)).may_sign


@pytest.fixture
def translated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A checklist in the foreign language, whose questions are others word by word."""
    shutil.copytree(resources() / "checklists", tmp_path / "studio" / "checklists")
    original = tmp_path / "studio" / "checklists" / "responsible_ai.toml"
    words = re.sub(r'^(text|notice|why) = "(.*)"$', r'\1 = "Ĉu? \2"', original.read_text("utf-8"), flags=re.M)
    original.with_name(f"responsible_ai.{FOREIGN}.toml").write_text(words, "utf-8")
    monkeypatch.setattr(checklist_module, "resources", lambda: tmp_path / "studio")
    checklist_module._standard.cache_clear()
    yield
    checklist_module._standard.cache_clear()


@pytest.mark.usefixtures("translated")
def test_a_bundle_reviewed_by_a_translated_checklist_is_verified_by_whoever_speaks_english(
    tmp_path: Path,
) -> None:
    with speaking(FOREIGN):
        out = bundle(tmp_path)
    record = json.loads((out / "review.json").read_text("utf-8"))
    assert all(one["question"].startswith("Ĉu? ") for one in record["answers"])
    assert record["notice"].startswith("Ĉu? ")
    found = verify_bundle(out, LATER)
    assert all(one.holds for one in found), found
    assert of_findings(found)[PAPERS]
    assert not any("another edition of the checklist" in one.sentence for one in found)


@pytest.mark.usefixtures("translated")
def test_an_answers_file_counts_in_every_language(tmp_path: Path) -> None:
    results, project = made.results(tmp_path), Project()
    with speaking(FOREIGN):
        subject, source = subject_of(project, results), source_of_project(project, results)
    assert subject_of(project, results) == subject
    assert source_of_project(project, results) == source
