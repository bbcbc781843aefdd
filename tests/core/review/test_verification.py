"""A bundle verified from its own files: what was changed afterwards is named."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.checklist import standard_checklist
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat
from studio.core.project import Project
from studio.core.review import Answers, Event, Journal, Level, Override, logged
from studio.core.review.findings import Finding
from studio.core.review.noticed import news_of_answers, news_of_results, news_of_stated
from studio.core.review.signing import KeyFile, make_key, sign_bytes, signed
from studio.core.review.verification import verify_bundle
from studio.core.reviewed import review_of
from studio.core.storage import sha256_of
from tests.core import made
from tests.core.approval import AT, approval
from tests.core.test_bundle import approved, export

LATER = "2026-11-26T12:00:00+00:00"


def bundle(
    folder: Path, *, key: bool = False, overrides: tuple[Override, ...] = (), named: bool = True
) -> Path:
    """A bundle of an approved review with a log, in folder/out; the log goes on in folder/mine.review.jsonl."""
    results = made.results(folder)
    assert results.panel is not None
    project = Project()
    answers = approval(project, results, signed=False)
    answers = replace(answers, overrides=overrides)
    journal = Journal(folder / "mine.review.jsonl")
    for event, payload in (
        *news_of_answers((), answers),
        *news_of_results((), results.evaluation, results.panel.checks),
        *news_of_stated((), answers, results.panel.checks),
    ):
        journal.append(event, payload, time=AT, actor="Ada")
    project = replace(project, entered=answers)
    found = review_of(project, results, logged(journal.rows, standard_checklist()), AT)
    assert found is not None
    signoff = found.signature("Ada", AT, statement="I read it.")
    if key:
        make_key(folder / "ada.pem")
        signoff = signed(signoff, KeyFile(str(folder / "ada.pem")))
    journal.append(Event.SIGNED, {"by": "Ada"}, time=AT, actor="Ada")
    project = replace(project, entered=answers.signed(signoff))
    found = review_of(project, results, logged(journal.rows, standard_checklist()), AT)
    assert found is not None
    assert found.approved, found.reasons
    seal = (lambda content: sign_bytes(content, KeyFile(str(folder / "ada.pem")))) if key else None
    exported = export(results, found, folder / "out", rows=journal.rows, seal=seal)
    hashes = {"sums_sha256": exported.sums_sha256, "manifest_sha256": exported.manifest_sha256}
    journal.append(Event.EXPORTED, hashes if named else {}, time=AT, actor="Ada")
    return folder / "out"


def faults(folder: Path, at: str = LATER, journal: Path | None = None) -> list[str]:
    return [one.sentence for one in verify_bundle(folder, at, journal) if not one.holds]


def notes(found: tuple[Finding, ...]) -> str:
    return " ".join(one.sentence for one in found)


def resealed(folder: Path, name: str) -> None:
    """Somebody puts the hashes right, too, after they changed a file."""
    manifest = json.loads((folder / "manifest.json").read_text())
    for entry in manifest["files"]:
        if entry["name"] == name:
            entry["sha256"] = sha256_of(folder / name)
    (folder / "manifest.json").write_text(json.dumps(manifest))
    sums = "".join(f"{entry['sha256']}  {entry['name']}\n" for entry in manifest["files"])
    (folder / "SHA256SUMS").write_text(sums)


def reseal(folder: Path, key: Path) -> None:
    """Somebody seals the bundle, as it is now, with a key."""
    sums, manifest = (folder / "SHA256SUMS").read_bytes(), (folder / "manifest.json").read_bytes()
    public, signature = sign_bytes(hashlib.sha256(sums + manifest).digest(), KeyFile(str(key)))
    (folder / "SIGNATURE.json").write_text(json.dumps({"key": public, "signature": signature}))


def edit(folder: Path, name: str, change: Callable[[dict[str, object]], None]) -> None:
    data = json.loads((folder / name).read_text())
    change(data)
    (folder / name).write_text(json.dumps(data))
    resealed(folder, name)


def test_a_bundle_is_what_was_reviewed(tmp_path: Path) -> None:
    found = verify_bundle(bundle(tmp_path), LATER, tmp_path / "mine.review.jsonl")
    assert all(one.holds for one in found), notes(found)
    assert "by name only: no key proves it" in notes(found)
    assert "goes on from this export, and names the hashes" in notes(found)


@pytest.mark.parametrize(
    "name", ["model.tflite", "src/model.c", "review.json", "MODEL_CARD.md", "review-log.jsonl"]
)
def test_one_byte_changed_after_the_export_is_named(tmp_path: Path, name: str) -> None:
    out = bundle(tmp_path)
    content = bytearray((out / name).read_bytes())
    content[len(content) // 2] ^= 1
    (out / name).write_bytes(content)
    assert any(name in sentence for sentence in faults(out))


def test_a_model_swapped_with_all_hashes_put_right_is_found(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (out / "model.tflite").write_bytes(b"another model")
    resealed(out, "model.tflite")
    assert any("not the model that was reviewed" in sentence for sentence in faults(out))


def test_a_subject_made_to_fit_another_model_is_found(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (out / "model.tflite").write_bytes(b"another model")
    sha256 = sha256_of(out / "model.tflite")
    resealed(out, "model.tflite")
    edit(out, "review.json", lambda data: data["subject"].update(model_sha256=sha256))  # type: ignore[attr-defined]
    found = faults(out)
    assert any("not the one that its hash names" in sentence for sentence in found)
    assert any("sign again" in sentence for sentence in found)


def test_an_answer_changed_in_the_record_is_found_by_the_signature(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    edit(out, "review.json", lambda data: data["answers"][0].update(text="Quite another answer."))  # type: ignore[index]
    assert any("Answers changed after the signature" in sentence for sentence in faults(out))


def test_a_check_result_changed_in_the_record_is_found(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    edit(out, "review.json", lambda data: data["checks"][0].update(n=100_000))  # type: ignore[index]
    assert any("Checks have other results" in sentence for sentence in faults(out))


def test_a_lower_tier_in_the_record_does_not_help(tmp_path: Path) -> None:
    out = bundle(tmp_path)

    def lower(data: dict[str, object]) -> None:
        data["tier"].update(used="T0", intake={"bench": True, "can_harm": True})  # type: ignore[attr-defined]

    edit(out, "review.json", lower)
    assert any("should not have been exported" in sentence for sentence in faults(out))


def test_an_edited_log_and_one_cut_off_are_found(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    log = out / "review-log.jsonl"
    lines = log.read_text().splitlines(keepends=True)
    log.write_text("".join([lines[0].replace("Ada", "Eve"), *lines[1:]]))
    resealed(out, "review-log.jsonl")
    assert any("Row 0 of the review's log was changed" in sentence for sentence in faults(out))
    log.write_text("".join(lines[:-1]))
    resealed(out, "review-log.jsonl")
    assert any("its end was cut off" in sentence for sentence in faults(out))
    log.unlink()
    assert any("review-log.jsonl" in sentence for sentence in faults(out))


def test_words_behind_the_last_row_of_the_log_are_found(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    log = out / "review-log.jsonl"
    log.write_bytes(log.read_bytes() + b"Audited and certified.")
    resealed(out, "review-log.jsonl")
    assert faults(out) == ["review-log.jsonl holds more than the rows that the studio wrote."]


def test_the_makers_own_log_cut_off_since_is_found(tmp_path: Path) -> None:
    out, mine = bundle(tmp_path), tmp_path / "mine.review.jsonl"
    mine.write_text("".join(mine.read_text().splitlines(keepends=True)[:3]))
    assert any("its end was cut off" in sentence for sentence in faults(out, journal=mine))


def test_a_seal_by_another_key_than_the_signature_is_a_fault(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    out = bundle(tmp_path, key=True)
    make_key(tmp_path / "eve.pem")
    reseal(out, tmp_path / "eve.pem")
    assert faults(out) == ["The whole bundle is sealed with another key than the review was signed with."]


def test_a_phones_model_is_not_the_reviewed_one_by_its_word_alone(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    out = tmp_path / "out"
    export(results, approved(results, "phone"), out, "phone", ExportFormat.PHONE)
    (out / "model.tflite").write_bytes(b"any model")
    resealed(out, "model.tflite")
    assert any("Nothing vouches for what could not be compared" in sentence for sentence in faults(out))


def test_an_override_that_ended_since_the_export_is_said(tmp_path: Path) -> None:
    reason = "We went through it together and it is good enough for a week."
    given = Override("C9", "Ada", AT, reason, "A risk.", "A measure.", "2026-12-01")
    out = bundle(tmp_path, overrides=(given,))
    assert faults(out) == []
    found = faults(out, "2026-12-02T00:00:00+00:00")
    assert any("Since the export: The override of C9 ended on 2026-12-01" in sentence for sentence in found)


def test_a_key_proves_who_signed_and_seals_the_whole_bundle(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    out = bundle(tmp_path, key=True)
    found = verify_bundle(out, LATER)
    assert all(one.holds for one in found), notes(found)
    assert "with the key" in notes(found)
    assert "The whole bundle is sealed" in notes(found)
    (out / "README.md").write_text("Changed, with all hashes put right.")
    resealed(out, "README.md")
    assert any("seal of the whole bundle was not made by its key" in sentence for sentence in faults(out))


def test_a_signature_by_a_key_that_somebody_changed_is_found(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    out = bundle(tmp_path, key=True)
    edit(out, "review.json", lambda data: data["signoff"][0].update(by="Eve"))  # type: ignore[index]
    assert any("The signature of Eve was not made by its key" in sentence for sentence in faults(out))


def test_a_bench_build_is_called_one(tmp_path: Path) -> None:
    results = made.results(tmp_path)
    (tmp_path / "sources" / "model.h").write_text("#ifndef STUDIO_MODEL_H\n#define STUDIO_MODEL_H\n#endif\n")
    project = Project()
    answers = approval(project, results, signed=False)
    answers = replace(answers, answers=tuple(one for one in answers.answers if one.id == "D6"))
    found = review_of(replace(project, entered=answers), results, at=AT)
    assert found is not None
    export(results, found, tmp_path / "out", level=Level.BENCH)
    findings = verify_bundle(tmp_path / "out", LATER)
    assert all(one.holds for one in findings), notes(findings)
    assert "nobody reviewed it" in notes(findings)
    edit(tmp_path / "out", "review.json", lambda data: data["gate"].update(level="release"))  # type: ignore[attr-defined]
    assert any("should not have been exported" in sentence for sentence in faults(tmp_path / "out"))


def test_a_folder_that_is_no_bundle_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"no export of the studio: it has no manifest\.json"):
        verify_bundle(tmp_path, LATER)
    (tmp_path / "manifest.json").write_text("[]")
    with pytest.raises(StudioError, match="not of an export"):
        verify_bundle(tmp_path, LATER)


def test_what_the_record_holds_is_what_was_entered(tmp_path: Path) -> None:
    from studio.core.review.document import read_document

    out = bundle(tmp_path)
    recorded = read_document((out / "review.json").read_bytes(), "review.json")
    results = made.results(tmp_path)
    assert recorded.entered.hash == approval(Project(), results).hash
    assert isinstance(recorded.entered, Answers)
    assert to_json(recorded.checks[0])["id"] == "C1"


@pytest.mark.parametrize("name", ["review.json", "SHA256SUMS", "review-log.jsonl", "manifest.json"])
@pytest.mark.parametrize("content", [None, b"", b"\xff[{"])
def test_a_file_of_the_record_that_is_missing_or_damaged_is_a_fault_beside_others(
    tmp_path: Path, name: str, content: bytes | None
) -> None:
    out = bundle(tmp_path)
    (out / "README.md").write_text("changed")
    (out / name).unlink()
    if content is not None:
        (out / name).write_bytes(content)
    found = faults(out)
    assert "README.md was changed after the export." in found
    assert any(name in sentence for sentence in found if "README" not in sentence), found


def test_a_record_replaced_by_another_document_is_a_fault(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (out / "review.json").write_text("{}")
    resealed(out, "review.json")
    assert any("no record of a review" in sentence for sentence in faults(out))


def test_a_damaged_seal_is_a_fault(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    (out / "SIGNATURE.json").write_text("[")
    assert any("seal of the whole bundle cannot be checked" in sentence for sentence in faults(out))


def test_an_export_that_the_makers_log_names_is_found_when_it_was_rewritten(tmp_path: Path) -> None:
    out, mine = bundle(tmp_path), tmp_path / "mine.review.jsonl"
    (out / "evaluation.json").write_bytes((out / "evaluation.json").read_bytes() + b"\n")
    resealed(out, "evaluation.json")
    assert faults(out) == []
    assert any("names no export with these hashes" in sentence for sentence in faults(out, journal=mine))


def test_the_makers_log_is_checked_itself(tmp_path: Path) -> None:
    out, mine = bundle(tmp_path), tmp_path / "mine.review.jsonl"
    lines = mine.read_text().splitlines(keepends=True)
    mine.write_text("".join([*lines[:-1], lines[-1].replace("Ada", "Eve")]))
    assert any("was changed after it was written" in sentence for sentence in faults(out, journal=mine))
    with pytest.raises(StudioError, match="There is no file"):
        verify_bundle(out, LATER, tmp_path / "other.review.jsonl")


def test_a_log_of_an_older_studio_names_no_hashes(tmp_path: Path) -> None:
    found = verify_bundle(bundle(tmp_path, named=False), LATER, tmp_path / "mine.review.jsonl")
    assert all(one.holds for one in found), notes(found)
    assert "its row names no hashes" in notes(found)


def test_a_record_of_what_cannot_be_is_a_fault_and_no_crash(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    edit(out, "evaluation.json", lambda data: data.update(accuracy=float("nan"), n=-1))
    edit(out, "review.json", lambda data: data.update(created="yesterday"))
    assert faults(out)
