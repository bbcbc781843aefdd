"""C15 and C16: what files tell of people and of this computer, in the data that was loaded and in what is exported."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy.typing as npt

from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict, told
from studio.core.checks.data_details import Finding, Findings
from studio.core.checks.embedded import Embedded, embedded
from studio.core.checks.kinds import kinds_of
from studio.core.checks.personal import Computer, of_computer
from studio.core.phrases import phrase, phrase_count, phrase_later

IN_DATA, IN_EXPORT = phrase_later("What the data's files tell"), phrase_later("What leaves with the export")

_KEPT = 200
_TOLD = 3  # kinds that the sentence names


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
    ordered = [*serious, *(finding for finding in findings if not finding.serious)]
    words = _told_by_files(ordered, scanned + len(unread)) if ordered else _nothing_told(scanned, len(unread))
    if not scanned and not findings:
        verdict = Verdict.CANNOT_TELL
    named = any(finding.names for finding in serious)
    return _found(
        "C15",
        phrase(IN_DATA),
        verdict,
        told(words, _advice(ordered), _use_codes(of_people) if named else "", _not_looked_at(unread)),
        ordered,
        scanned,
        phrase("files"),
        len(unread),
    )


def _nothing_told(scanned: int, unread: int) -> str:
    if scanned:
        return phrase("Nothing that tells of a person was found in {scanned} files.", scanned=scanned)
    if unread:
        return phrase("None of the data's files could be looked at.")
    return phrase("The files that the data came from are not there any more.")


def _told_by_files(findings: Sequence[Finding], every: int) -> str:
    """What some of `every` file tell, by its kinds; findings may be of folders too."""
    first, files, kinds = findings[0], len({finding.file for finding in findings}), kinds_of(findings)
    if len(kinds) > 1:
        named = [
            phrase_count(
                "{kind} in {count} file, {file}", "{kind} in {count} files, such as {file}",
                one.files, kind=one.kind, file=one.such_as[0],
            )
            for one in kinds[:_TOLD]
        ]  # fmt: skip
        if len(kinds) > _TOLD:
            named.append(
                phrase_count("{count} more kind of it", "{count} more kinds of it", len(kinds) - _TOLD)
            )
        listed = "; ".join(named)
        if files <= every:
            return phrase(
                "{files} of {every} files tell more than the samples: {kinds}.",
                files=files, every=every, kinds=listed,
            )  # fmt: skip
        return phrase("The data's files and folders tell more than the samples: {kinds}.", kinds=listed)
    if files <= every:
        return phrase(
            "{files} of {every} files tell more than the samples, such as {kind} in {file} ({place}).",
            files=files, every=every, kind=first.kind, file=first.file, place=first.place,
        )  # fmt: skip
    return phrase(
        "The data's files and folders tell more than the samples, such as {kind} in {file} ({place}).",
        kind=first.kind, file=first.file, place=first.place,
    )  # fmt: skip


def _advice(findings: Sequence[Finding]) -> str:
    """What to do about it: copies can be made without some of it, and not without the rest."""
    if not findings:
        return ""
    if all(finding.goes for finding in findings):
        return phrase("Make copies without it before you share or keep the data.")
    if any(finding.goes for finding in findings):
        return phrase(
            "Make copies of pictures and sounds without it before you share or keep the data; what tables, texts and "
            "names of files tell you have to change yourself."
        )
    return phrase("Change these files or their names before you share or keep the data.")


def _use_codes(of_people: bool) -> str:
    if of_people:
        return phrase("Use codes instead of names: groups are printed on the model card and the datasheet.")
    return phrase("Use codes instead of names.")


def _not_looked_at(unread: Sequence[str]) -> str:
    if not unread:
        return ""
    return phrase_count(
        "{count} file could not be looked at to the end, such as {file}: look yourself.",
        "{count} files could not be looked at to the end, such as {file}: look yourself.",
        len(unread),
        file=unread[0],
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
    findings += [_copied(copy) for copy in copies]
    verdict = Verdict.PASS
    if findings:
        verdict = Verdict.FAIL if copies and tier.rank >= Tier.PEOPLE.rank else Verdict.WARN
    words = phrase(
        "Nothing of you, of this computer or of the data's samples is in the {files} files looked at.",
        files=len(files),
    )
    if findings:
        words = _held(findings[-1] if copies else findings[0], copied=bool(copies))
    method = phrase("text patterns; samples compared in full")
    return _found("C16", phrase(IN_EXPORT), verdict, words, findings, len(files), method)


def _copied(copy: Embedded) -> Finding:
    return Finding(
        copy.file,
        phrase("sample {row}", row=copy.row),
        phrase("a sample of the data, number by number"),
        phrase_count("{count} number", "{count} numbers", copy.numbers),
        True,
    )


def _held(found: Finding, copied: bool) -> str:
    if copied:
        return phrase(
            "{file} holds {kind} ({place}). Use made-up test vectors instead.",
            file=found.file, kind=found.kind, place=found.place,
        )  # fmt: skip
    return phrase(
        "{file} holds {kind} ({place}). Remove it before you pass the export on.",
        file=found.file, kind=found.kind, place=found.place,
    )  # fmt: skip


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
        detail=Findings(tuple(findings[:_KEPT]), len(findings), scanned, unread, kinds_of(findings)),
    )
