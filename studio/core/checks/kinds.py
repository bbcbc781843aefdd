"""Findings in files by their kind: how many of each, and where the first of them are."""

from collections.abc import Iterable

from studio.core.checks.data_details import Finding, FoundKind

_NAMED = 3


def kinds_of(findings: Iterable[Finding]) -> tuple[FoundKind, ...]:
    """Every kind with its counts and the first files; what must go is first, then what is in most files.

    What a copy can be made without is a kind apart from the same in files that are copied as they are.
    """
    of_kind: dict[tuple[str, bool], list[Finding]] = {}
    for finding in findings:
        of_kind.setdefault((finding.kind, finding.goes), []).append(finding)
    kinds = []
    for (kind, goes), found in of_kind.items():
        files = tuple(dict.fromkeys(finding.file for finding in found))
        serious = any(finding.serious for finding in found)
        kinds.append(FoundKind(kind, len(found), len(files), files[:_NAMED], serious, goes))
    return tuple(sorted(kinds, key=lambda one: (not one.serious, -one.files)))
