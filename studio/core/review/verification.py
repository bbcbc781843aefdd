"""Does a bundle hold what was reviewed? Hashes, log, gate and signatures, computed again from its own files."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.review.answers import Answers
from studio.core.review.document import Recorded, read_document
from studio.core.review.gate import Level, gate
from studio.core.review.journal import read_journal
from studio.core.review.log import Row, head_of, read_rows, verify_chain, verify_holds
from studio.core.review.logged import logged
from studio.core.review.overrides import why_override_fails
from studio.core.review.signing import why_bytes_fail, why_signature_fails
from studio.core.storage import read_error

MANIFEST, SUMS, RECORD, LOG_FILE, SEAL = (
    "manifest.json",
    "SHA256SUMS",
    "review.json",
    "review-log.jsonl",
    "SIGNATURE.json",
)
PHONE = "phone"

UNREVIEWED = "Unreviewed"
"""What a finding is about that says that the bundle is a bench build."""

_BUILT = frozenset({".c", ".h", ".cc", ".cpp", ".hpp", ".s", ".S", ".ino", ".py", ".cmake"})


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `holds`, and a sentence that says what was found. `note`: said, but no fault."""

    what: str
    holds: bool
    sentence: str
    note: bool = False


def verify_bundle(folder: Path, at: str, journal: Path | None = None) -> tuple[Finding, ...]:
    """Everything that can be found out about the bundle in `folder`; it is whole where each finding holds.

    `at` is the time (RFC 3339); overrides that ended since the export are faults. `journal` is the maker's own log, to
    compare with. Raises StudioError where the folder is no bundle.
    """
    manifest = _json(folder / MANIFEST)
    findings = [*_files(folder, manifest)]
    recorded = read_document(_read(folder / RECORD), RECORD)
    rows, broken = _log(folder, recorded)
    findings += [*_subject(folder, manifest, recorded), *broken]
    findings += [*_gate(recorded, rows, at), *_signatures(folder, recorded.entered)]
    if journal is not None:
        why = verify_holds(read_journal(journal), recorded.head)
        findings.append(
            Finding("Maker's log", why is None, why or f"{journal.name} goes on from this export.")
        )
    return tuple(findings)


def _files(folder: Path, manifest: dict[str, Any]) -> list[Finding]:
    findings, count = [], 0
    try:
        entries = {str(entry["name"]): str(entry["sha256"]) for entry in manifest["files"]}
    except (KeyError, TypeError) as error:
        raise StudioError(f"{folder / MANIFEST} is not of an export by the studio.") from error
    for name, sha256 in sorted(entries.items()):
        path = (folder / name).resolve()
        if not path.is_relative_to(folder.resolve()) or not path.is_file():
            findings.append(Finding("Files", False, f"{name} is missing."))
        elif hashlib.sha256(path.read_bytes()).hexdigest() != sha256:
            findings.append(Finding("Files", False, f"{name} was changed after the export."))
        else:
            count += 1
    sums = "".join(f"{entries[name]}  {name}\n" for name in sorted(entries))
    if _read(folder / SUMS).decode("utf-8", "replace") != sums:
        findings.append(Finding("Files", False, f"{SUMS} and {MANIFEST} name other hashes."))
    own = {MANIFEST, SUMS, SEAL, *entries}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name not in own:
            built = path.suffix in _BUILT  # what lies there is compiled in, whoever put it there
            words = f"{name} is not of the export" + (", and would be built with it." if built else ".")
            findings.append(Finding("Files", not built, words, note=not built))
    if count == len(entries):
        findings.insert(0, Finding("Files", True, f"All {count} files are as they were exported."))
    return findings


def _subject(folder: Path, manifest: dict[str, Any], recorded: Recorded) -> list[Finding]:
    subject = recorded.subject
    findings = []
    if subject.hash != recorded.subject_hash or manifest.get("subject_hash") != recorded.subject_hash:
        findings.append(Finding("Subject", False, "The record's subject is not the one that its hash names."))
    if manifest.get("model_sha256") != subject.model_sha256:
        findings.append(Finding("Subject", False, f"{MANIFEST} names another model than was reviewed."))
    name = str(manifest.get("model_file", "model.tflite"))
    path = folder / name
    found = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
    phone = manifest.get("format") == PHONE
    if not phone and found != subject.model_sha256:
        findings.append(Finding("Subject", False, f"{name} is not the model that was reviewed."))
    if findings:
        return findings
    words = f"The model is the one that was reviewed ({subject.model_sha256[:16]}…)."
    if phone:
        words = "The model for phones is the reviewed one with a description added, so its hash is another."
    return [Finding("Subject", True, words, note=phone)]


def _log(folder: Path, recorded: Recorded) -> tuple[tuple[Row, ...], list[Finding]]:
    try:
        rows = read_rows(_read(folder / LOG_FILE), LOG_FILE)
    except StudioError as error:
        return (), [Finding("Log", False, str(error))]
    why = verify_chain(rows) or verify_holds(rows, recorded.head)
    if why is None and head_of(rows) != recorded.head:
        why = "The review's log has rows that came after the export."
    words = why or f"The log's {len(rows)} rows follow one another, and end where the record says."
    return rows, [Finding("Log", why is None, words)]


def _gate(recorded: Recorded, rows: tuple[Row, ...], at: str) -> list[Finding]:
    checklist = standard_checklist()
    findings = []
    if checklist.sha256 != recorded.checklist_sha256:
        words = "It was reviewed with another edition of the checklist; the gate here follows this studio's edition."
        findings.append(Finding("Gate", True, words, note=True))
    entered = recorded.entered
    wanted = Level.BENCH if recorded.level == Level.BENCH else Level.RELEASE
    decided = gate(
        recorded.subject,
        recorded.tier,
        recorded.checks,
        entered,
        entered.overrides,
        logged(rows, checklist),
        checklist=checklist,
        samples=recorded.samples,
        now=recorded.created,
    )
    reasons = decided.reasons_for(wanted)
    if recorded.level not in (Level.BENCH, Level.RELEASE) or reasons:
        why = "; ".join(reason.text for reason in reasons) or "The record says that the export was refused."
        findings.append(
            Finding("Gate", False, f"By its own record this should not have been exported. {why}")
        )
    elif wanted is Level.BENCH:
        findings.append(
            Finding(UNREVIEWED, True, "A bench build, for the desk only: nobody reviewed it.", note=True)
        )
    else:
        findings.append(
            Finding("Gate", True, f"The gate lets it pass as a release at tier {recorded.tier.value}.")
        )
    for override in entered.overrides:
        lapsed = why_override_fails(override, checklist, recorded.subject.hash, recorded.created)
        if lapsed is None and (over := why_override_fails(override, checklist, recorded.subject.hash, at)):
            findings.append(Finding("Overrides", False, f"Since the export: {over}"))
    return findings


def _signatures(folder: Path, entered: Answers) -> list[Finding]:
    findings = []
    for signed in (entered.signoff, entered.second):
        if signed is None:
            continue
        if not signed.key:
            words = (
                f"{signed.by} signed as {signed.role.value} on {signed.at}, by name only: no key proves it."
            )
            findings.append(Finding("Signature", True, words, note=True))
            continue
        why = why_signature_fails(signed)
        words = (
            why or f"{signed.by} signed as {signed.role.value} on {signed.at} with the key {signed.key[:16]}…"
        )
        findings.append(Finding("Signature", why is None, words))
    if (folder / SEAL).is_file():
        seal = _json(folder / SEAL)
        sealed = hashlib.sha256(_read(folder / SUMS) + _read(folder / MANIFEST)).digest()
        key, signature = str(seal.get("key", "")), str(seal.get("signature", ""))
        why = why_bytes_fail(sealed, key, signature, "The seal of the whole bundle")
        words = why or f"The whole bundle is sealed with the key {key[:16]}…"
        findings.append(Finding("Signature", why is None, words))
    return findings


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(path))
    except ValueError as error:
        raise StudioError(f"{path} is not of an export by the studio ({error}).") from error
    if not isinstance(found, dict):
        raise StudioError(f"{path} is not of an export by the studio.")
    return found
