"""C15 and C16: what files tell of people and of this computer, in the data that was loaded and in what is exported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Finding, Findings
from studio.core.checks.embedded import embedded
from studio.core.checks.personal import PEOPLE, Computer, of_computer

IN_DATA, IN_EXPORT = "What the data's files tell", "What leaves with the export"

_KEPT = 200


@dataclass(frozen=True, slots=True)
class Copies:
    """Copies of the data's files in `folder`; `stripped` of all `files` lost what tells of people."""

    folder: str
    files: int
    stripped: int


def check_data_files(
    findings: Sequence[Finding], scanned: int, tier: Tier, unread: Sequence[str] = ()
) -> Check:
    """C15: places, names, addresses and serial numbers in the files that were loaded; fails with them from T2 up.

    `scanned` files were looked at to their end; those named in `unread` could not be, which warns from T2 up.
    """
    serious = [finding for finding in findings if finding.serious]
    of_people = tier.rank >= Tier.PEOPLE.rank
    verdict = Verdict.PASS
    if serious:
        verdict = Verdict.FAIL if of_people else Verdict.WARN
    elif findings or (unread and of_people):
        verdict = Verdict.WARN
    words = f"Nothing that tells of a person was found in {scanned} files."
    if findings:
        first = (serious or list(findings))[0]
        files = len({finding.file for finding in findings})
        words = (
            f"{files} of {scanned + len(unread)} files tell more than the samples, "
            if files <= scanned + len(unread)
            else "The data's files and folders tell more than the samples, "
        )
        words += f"such as {first.kind} in {first.file} ({first.place}). "
        words += "Make copies without it before you share or keep the data."
    if any(finding.kind == PEOPLE for finding in serious):
        words += " Use codes instead of names"
        words += ": groups are printed on the model card and the datasheet." if of_people else "."
    if not scanned and not findings:
        verdict, words = Verdict.CANNOT_TELL, "The files that the data came from are not there any more."
        if unread:
            words = "None of the data's files could be looked at."
    if unread:
        those = f"{len(unread)} files" if len(unread) > 1 else "1 file"
        words += f" {those} could not be looked at to the end, such as {unread[0]}: look yourself."
    return _found(
        "C15",
        IN_DATA,
        verdict,
        words,
        [*serious, *(f for f in findings if not f.serious)],
        scanned,
        "files",
        len(unread),
    )


def check_export(
    files: Mapping[str, bytes],
    tier: Tier,
    computer: Computer,
    samples: npt.NDArray[Any] | None = None,
    stored: npt.NDArray[Any] | None = None,
) -> Check:
    """C16: paths, names and addresses in exported files, and samples of the data copied into them.

    `files` are contents by path in the export; `samples` and `stored` [N, ...] the data as it was given and as the
    device stores it. Raw samples fail from T2 up, where they are of people, and warn below.
    """
    findings = []
    for name, content in files.items():
        if b"\0" not in content[:4096]:
            findings += of_computer(content.decode("utf-8", "replace"), name, computer)
    copies = embedded(files, samples, stored) if samples is not None and stored is not None else []
    findings += [
        Finding(
            copy.file,
            f"sample {copy.row}",
            "a sample of the data, number by number",
            f"{copy.numbers} numbers",
            True,
        )
        for copy in copies
    ]
    verdict = Verdict.PASS
    if findings:
        verdict = Verdict.FAIL if copies and tier.rank >= Tier.PEOPLE.rank else Verdict.WARN
    words = (
        f"Nothing of you, of this computer or of the data's samples is in the {len(files)} files looked at."
    )
    if findings:
        first = findings[-1] if copies else findings[0]
        words = f"{first.file} holds {first.kind} ({first.place}). "
        words += "Use made-up test vectors instead." if copies else "Remove it before you pass the export on."
    return _found(
        "C16", IN_EXPORT, verdict, words, findings, len(files), "text patterns; samples compared in full"
    )


def _found(
    check_id: str,
    title: str,
    verdict: Verdict,
    words: str,
    findings: Sequence[Finding],
    scanned: int,
    method: str,
    unread: int = 0,
) -> Check:
    return Check(
        check_id,
        title,
        verdict,
        words,
        value=float(sum(finding.serious for finding in findings)),
        n=scanned,
        method=method,
        limit=0.0,
        detail=Findings(tuple(findings[:_KEPT]), len(findings), scanned, unread),
    )
