"""What is found while a bundle is verified, and the names of the files that every bundle has."""

from dataclasses import dataclass

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

UNREVIEWED, CODE, PAPERS, LOGGED, SEALED, BY_HASH = (
    "Unreviewed",
    "Code",
    "Papers",
    "Maker's log",
    "Seal",
    "By hash only",
)
"""What findings are about, where more follows from them: `verify` says by these what is left unproven."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: `holds`, and a sentence that says what was found. `note`: said, but no fault."""

    what: str
    holds: bool
    sentence: str
    note: bool = False
