"""The keys that somebody who verifies a bundle asks for: only what these signed and sealed counts."""

import re
from collections.abc import Iterable
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.review.findings import LOGGED, NAMED_KEY, SEALED, SIGNED, Finding, proven
from studio.core.review.signing import public_key_of

_HEX = re.compile(r"[0-9a-fA-F]{64}")


def read_keys(given: Iterable[str], password: str = "") -> frozenset[str]:
    """Public keys in hex, given in hex or as files of a public or private key (PEM).

    `password` opens private ones that are locked. Raises KeyIsLocked, WrongPassword, or StudioError for what is none.
    """
    found = set()
    for one in given:
        text = one.strip()
        if _HEX.fullmatch(text):
            found.add(text.lower())
        elif Path(text).is_file():
            found.add(public_key_of(Path(text), password))
        else:
            raise StudioError(
                phrase(
                    "'{given}' is neither a public key (64 digits in hex) nor a file of a key (PEM).",
                    given=one,
                )
            )
    return frozenset(found)


def by_named_keys(findings: tuple[Finding, ...], keys: frozenset[str]) -> list[Finding]:
    """Whether seal and signatures are by `keys` alone.

    A bundle without a seal is no fault where the maker's log vouches for its bytes.
    """
    found = []
    seals = [one for one in findings if one.what == SEALED]
    for one in seals:
        if one.holds and one.key not in keys:
            found.append(_fault(phrase("The seal is by the key {key}, which you did not name.", key=one.key)))
    if not seals:
        words = phrase("The bundle bears no seal by a key that you named.")
        found.append(Finding(NAMED_KEY, LOGGED in proven(findings), words, note=True))
    for one in findings:
        if one.what == SIGNED and one.holds and one.key not in keys:
            why = phrase("You asked for a signature with a key.")
            if one.key:
                why = phrase("You did not name this key.")
            found.append(_fault(f"{one.sentence} {why}"))
    if all(one.holds for one in found) and all(one.holds for one in findings if one.what in (SIGNED, SEALED)):
        found += [Finding(NAMED_KEY, True, words) for words in _by_named(proven(findings))]
    return found


def _by_named(found: set[str]) -> list[str]:
    if {SEALED, SIGNED} <= found:
        return [phrase("By a key that you named: seal and signatures.")]
    if SEALED in found:
        return [phrase("By a key that you named: seal.")]
    if SIGNED in found:
        return [phrase("By a key that you named: signatures.")]
    return []


def _fault(sentence: str) -> Finding:
    return Finding(NAMED_KEY, False, sentence)
