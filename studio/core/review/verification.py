"""Does a bundle hold what was reviewed? Hashes, log, gate and signatures, computed again from its own files."""

import hashlib
import json
from pathlib import Path
from typing import Any

from studio.core.checklist import standard_checklist
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat
from studio.core.review.answers import Answers
from studio.core.review.contradictions import contradictions
from studio.core.review.document import Recorded, read_document
from studio.core.review.findings import (
    LOG_FILE,
    LOGGED,
    MANIFEST,
    RECORD,
    SEAL,
    SEALED,
    SIGNED,
    SUMS,
    UNCOMPARED,
    UNREVIEWED,
    Finding,
    vouched,
)
from studio.core.review.following import follows, model_file_of, read_all
from studio.core.review.gate import Level, gate
from studio.core.review.inventory import inventory
from studio.core.review.journal import read_journal
from studio.core.review.log import Event, Row, head_of, line_of, read_rows, verify_chain, verify_holds
from studio.core.review.logged import logged
from studio.core.review.named_keys import by_named_keys
from studio.core.review.overrides import why_override_fails
from studio.core.review.remade import Compiler
from studio.core.review.signing import why_bytes_fail, why_signature_fails
from studio.core.storage import read_error

_NOTHING_VOUCHES = (
    "Nothing vouches for what could not be compared. Verify with --log and the maker's own log; where the bundle is "
    "sealed, with --key and the maker's key; or, where another edition of the studio exported it, with that edition."
)


def verify_bundle(
    folder: Path,
    at: str,
    journal: Path | None = None,
    compiler: Compiler | None = None,
    keys: frozenset[str] = frozenset(),
) -> tuple[Finding, ...]:
    """Everything that can be found out about the bundle in `folder`; it is whole where each finding holds.

    `at` is the time (RFC 3339); overrides that ended since the export are faults. `journal` is the maker's own log, to
    compare with; `compiler` is there to make the code again. Of `keys` (hex), where there are any, seal and signatures
    have to be. What is missing or damaged is a fault like others, and so is what could not be compared where neither
    the maker's log nor a seal by one of `keys` vouches for it.
    Raises StudioError where the folder is no bundle, or the journal cannot be read.
    """
    mine = _journal(journal) if journal is not None else None
    manifest, entries, findings = _manifest(folder)
    recorded, broken = None, []
    try:
        recorded = read_document(_read(folder / RECORD), RECORD)
    except StudioError as error:
        broken.append(Finding("Record", False, f"{error} The gate cannot be computed without it."))
    findings += [*_inventory(folder, manifest, entries, recorded), *broken]
    rows, about_log = _log(folder, recorded)
    if recorded is not None:
        findings += _subject(folder, manifest, recorded, rows)
    findings += about_log
    if recorded is not None:
        try:
            findings += _gate(recorded, rows, at)
        except (StudioError, ValueError, TypeError, LookupError) as error:  # a time that is none, for example
            findings.append(
                Finding("Gate", False, f"The gate cannot be computed from this record ({error}).")
            )
        findings += _signatures(recorded.entered)
        if manifest:
            findings += follows(read_all(folder, tuple(entries)), manifest, recorded, rows, compiler)
    findings += _seal(folder, recorded)
    if mine is not None:
        findings += _makers(folder, mine, recorded, str(journal))
    if keys:
        findings += by_named_keys(tuple(findings), keys)
    if any(one.what == UNCOMPARED for one in findings) and not vouched(tuple(findings)):
        findings.append(Finding(UNCOMPARED, False, _NOTHING_VOUCHES))
    return tuple(findings)


def _manifest(folder: Path) -> tuple[dict[str, Any], dict[str, str], list[Finding]]:
    """The manifest with the hashes that it names; those of SHA256SUMS where it is missing or damaged."""
    path = folder / MANIFEST
    others = [name for name in (RECORD, SUMS, LOG_FILE) if (folder / name).is_file()]
    if not path.is_file() and len(others) < 2:
        raise StudioError(
            f"{folder} is no export of the studio: it has no {MANIFEST}. Give the exported folder."
        )
    try:
        manifest = _json(path)
        return manifest, {str(one["name"]): str(one["sha256"]) for one in manifest["files"]}, []
    except (StudioError, KeyError, TypeError) as error:
        if not others:
            raise StudioError(f"{path} is not of an export by the studio.") from error
    lines = [line.split("  ", 1) for line in _text(folder / SUMS).splitlines()]
    words = f"{MANIFEST} is missing or damaged; only what {SUMS} names was compared."
    return {}, {pair[1]: pair[0] for pair in lines if len(pair) == 2}, [Finding("Files", False, words)]


def _inventory(
    folder: Path, manifest: dict[str, Any], entries: dict[str, str], recorded: Recorded | None
) -> list[Finding]:
    """The files, and the list of their hashes that other programs check."""
    model = (model_file_of(recorded),) if recorded is not None else ()
    findings = inventory(folder, entries, model, MANIFEST if manifest else SUMS)
    if manifest and len(entries) != len(manifest["files"]):
        findings.append(Finding("Files", False, f"{MANIFEST} names a file more than once."))
    sums = "".join(f"{entries[name]}  {name}\n" for name in sorted(entries))
    if not (folder / SUMS).is_file():
        findings.append(Finding("Files", False, f"{SUMS} is missing."))
    elif manifest and _text(folder / SUMS) != sums:
        findings.append(Finding("Files", False, f"{SUMS} and {MANIFEST} name other hashes."))
    return findings


def _subject(
    folder: Path, manifest: dict[str, Any], recorded: Recorded, rows: tuple[Row, ...]
) -> list[Finding]:
    subject = recorded.subject
    findings = []
    if subject.hash != recorded.subject_hash:
        findings.append(Finding("Subject", False, "The record's subject is not the one that its hash names."))
    if manifest:
        findings += [Finding("Subject", False, why) for why in contradictions(manifest, recorded, rows)]
    name = model_file_of(recorded)
    phone = manifest.get("format") == ExportFormat.PHONE
    if not phone and _sha256(folder / name) != subject.model_sha256:
        findings.append(Finding("Subject", False, f"{name} is not the model that was reviewed."))
    if findings:
        return findings
    if phone:
        words = f"{name} is the reviewed one with a description added, so its hash is another and was not compared."
        return [Finding(UNCOMPARED, True, words, note=True)]
    words = f"The model is the one that was reviewed ({subject.model_sha256[:16]}…)."
    return [Finding("Subject", True, words)]


def _log(folder: Path, recorded: Recorded | None) -> tuple[tuple[Row, ...], list[Finding]]:
    try:
        content = _read(folder / LOG_FILE)
        rows = read_rows(content, LOG_FILE)
    except StudioError as error:
        return (), [Finding("Log", False, str(error))]
    why = verify_chain(rows)
    if recorded is not None:
        why = why or verify_holds(rows, recorded.head)
        if why is None and head_of(rows) != recorded.head:
            why = "The review's log has rows that came after the export."
    if why is None and content != b"".join(line_of(row) for row in rows):
        why = f"{LOG_FILE} holds more than the rows that the studio wrote."
    words = why or f"The log's {len(rows)} rows follow one another, and end where the record says."
    if why is None and recorded is None:
        words = f"The log's {len(rows)} rows follow one another."
    return rows, [Finding("Log", why is None, words)]


def _journal(path: Path) -> tuple[Row, ...]:
    if not path.is_file():
        raise read_error(path, FileNotFoundError())
    return read_journal(path)


def _makers(folder: Path, mine: tuple[Row, ...], recorded: Recorded | None, name: str) -> list[Finding]:
    """Whether the maker's own log goes on from this export, and whether its row of the export names these hashes."""
    why = verify_chain(mine) or (verify_holds(mine, recorded.head) if recorded is not None else None)
    if why is not None:
        return [Finding(LOGGED, False, why)]
    since = [row for row in mine if row.type is Event.EXPORTED]
    if recorded is not None:
        since = [row for row in since if row.seq >= recorded.head.rows]
    hashes = {
        key: _sha256(folder / file) for key, file in (("sums_sha256", SUMS), ("manifest_sha256", MANIFEST))
    }
    if any(all(row.payload.get(key) == value for key, value in hashes.items()) for row in since):
        words = f"{name} goes on from this export, and names the hashes of its {SUMS} and {MANIFEST}."
        return [Finding(LOGGED, True, words)]
    if since and "sums_sha256" not in since[0].payload:
        words = f"{name} goes on from this export, but an older studio wrote it and its row names no hashes."
        return [Finding(LOGGED, True, words, note=True)]
    words = f"{name} names no export with these hashes: {SUMS} or {MANIFEST} is not as it was exported."
    return [Finding(LOGGED, False, words)]


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


def _signatures(entered: Answers) -> list[Finding]:
    findings = []
    for signed in (entered.signoff, entered.second):
        if signed is None:
            continue
        if not signed.key:
            words = (
                f"{signed.by} signed as {signed.role.value} on {signed.at}, by name only: no key proves it."
            )
            findings.append(Finding(SIGNED, True, words, note=True))
            continue
        why = why_signature_fails(signed)
        words = (
            why or f"{signed.by} signed as {signed.role.value} on {signed.at} with the key {signed.key[:16]}…"
        )
        findings.append(Finding(SIGNED, why is None, words, key=signed.key))
    return findings


def _seal(folder: Path, recorded: Recorded | None) -> list[Finding]:
    if not (folder / SEAL).is_file():
        return []
    try:
        seal = _json(folder / SEAL)
        sealed = hashlib.sha256(_read(folder / SUMS) + _read(folder / MANIFEST)).digest()
    except StudioError as error:
        return [Finding(SEALED, False, f"The seal of the whole bundle cannot be checked. {error}")]
    key, signature = str(seal.get("key", "")), str(seal.get("signature", ""))
    entered = recorded.entered if recorded is not None else Answers()
    signers = {one.key for one in (entered.signoff, entered.second) if one is not None and one.key}
    why = why_bytes_fail(sealed, key, signature, "The seal of the whole bundle")
    if why is None and signers and key not in signers:
        why = "The whole bundle is sealed with another key than the review was signed with."
    words = why or f"The whole bundle is sealed with the key {key[:16]}…"
    return [Finding(SEALED, why is None, words, key=key)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error


def _text(path: Path) -> str:
    return _read(path).decode("utf-8", "replace") if path.is_file() else ""


def _sha256(path: Path) -> str:
    return hashlib.sha256(_read(path)).hexdigest() if path.is_file() else ""


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(_read(path))
    except (ValueError, RecursionError) as error:
        raise StudioError(f"{path} is not of an export by the studio ({error}).") from error
    if not isinstance(found, dict):
        raise StudioError(f"{path} is not of an export by the studio.")
    return found
