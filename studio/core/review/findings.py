"""What is found while a bundle is verified, and the names of the files that every bundle has."""

from dataclasses import dataclass

from studio.core.phrases import phrase_later

MANIFEST, SUMS, RECORD, RECORD_SCHEMA, LOG_FILE, FIGURES, PDF, SEAL = (
    "manifest.json",
    "SHA256SUMS",
    "review.json",
    "review.schema.json",
    "review-log.jsonl",
    "evaluation.json",
    "DATASHEET.pdf",
    "SIGNATURE.json",
)

UNREVIEWED, CODE, PAPERS, LOGGED, SIGNED, SEALED, NAMED_KEY, BY_HASH, UNCOMPARED = (
    phrase_later("Unreviewed"),
    phrase_later("Code"),
    phrase_later("Papers"),
    phrase_later("Maker's log"),
    phrase_later("Signature"),
    phrase_later("Seal"),
    phrase_later("Key"),
    phrase_later("By hash only"),
    phrase_later("Not compared"),
)
"""What findings are about, where more follows from them: `verify` says by these what is left unproven.

They are ids; `phrase` says them to people.
UNCOMPARED: code, papers or the model could not be compared with what was reviewed. It is no fault where the maker's
log, or a seal by a key that was asked for, vouches for the bytes.
"""

REVIEW_RECORD, FILES, SUBJECT, LOG, GATE, OVERRIDES = (
    phrase_later("Record"),
    phrase_later("Files"),
    phrase_later("Subject"),
    phrase_later("Log"),
    phrase_later("Gate"),
    phrase_later("Overrides"),
)
"""What the others are about."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `holds`, and a sentence that says what was found. `note`: said, but no fault.

    `key` is the public key (hex) that a seal or signature is by.
    """

    what: str
    holds: bool
    sentence: str
    note: bool = False
    key: str = ""


def proven(findings: tuple[Finding, ...]) -> set[str]:
    """What the findings are about that hold, and are more than notes."""
    return {one.what for one in findings if one.holds and not one.note}


def vouched(findings: tuple[Finding, ...]) -> bool:
    """True where more than the bundle itself says that its bytes are those of the export."""
    found = proven(findings)
    return LOGGED in found or {SEALED, NAMED_KEY} <= found
