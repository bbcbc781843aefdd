"""What is said last of a verified bundle: whether it is what was reviewed, and what that does not prove."""

from studio.core.phrases import phrase, phrase_count
from studio.core.review.findings import (
    BY_HASH,
    CODE,
    LOGGED,
    NAMED_KEY,
    PAPERS,
    SEALED,
    SIGNED,
    UNCOMPARED,
    UNREVIEWED,
    Finding,
    proven,
    vouched,
)


def closing(findings: tuple[Finding, ...]) -> str:
    """The sentences that follow from all that was found."""
    faults = [one for one in findings if not one.holds]
    if faults and all(one.what == UNCOMPARED for one in faults):
        unsaid = phrase("It cannot be said whether it is what was reviewed.")
        return " ".join([unsaid, *(one.sentence for one in faults)])
    if faults:
        return phrase_count(
            "It is not what was exported: {count} fault.",
            "It is not what was exported: {count} faults.",
            len(faults),
        )
    return " ".join([*_holding(findings), *_unproven(findings)])


def _holding(findings: tuple[Finding, ...]) -> list[str]:
    """What is said first of a bundle in which all holds."""
    bench = any(one.what == UNREVIEWED for one in findings)
    if any(one.what == UNCOMPARED for one in findings):
        found = [
            phrase("Not all of it could be compared with what was reviewed."),
            phrase(
                "The maker's log vouches that these are the bytes that were exported: what they hold was not looked "
                "into."
            ),
        ]
        if NAMED_KEY in proven(findings):
            found[1] = phrase(
                "The seal, by a key that you named, vouches that these are the bytes that were exported: what they "
                "hold was not looked into."
            )
        return [*found, phrase("Nobody reviewed it.")] if bench else found
    if bench:
        return [phrase("It is the bench build that was exported. Nobody reviewed it.")]
    if any(one.what == BY_HASH for one in findings) and not vouched(findings):
        return [phrase("It is what was reviewed, but for files of which only the hash was compared.")]
    return [phrase("It is what was reviewed.")]


def _unproven(findings: tuple[Finding, ...]) -> list[str]:
    """What a bundle in which all holds still cannot prove."""
    found = proven(findings)
    if {SEALED, NAMED_KEY} <= found:
        return []
    keys = list(
        dict.fromkeys(one.key for one in findings if one.what in (SIGNED, SEALED) and one.key and one.holds)
    )
    caveats = []
    if keys and NAMED_KEY not in found:
        caveats.append(_whose(keys))
    if SEALED in found:
        return caveats
    if keys:
        caveats.append(
            phrase(
                "It is signed with a key, but bears no key's seal: the key stands for answers and for what the checks "
                "say, not for code, papers, names or the figures behind a check."
            )
        )
    if LOGGED in found:
        logged = phrase(
            "It bears no key's seal: this is as sure as it is that nobody but the maker wrote the maker's log."
        )
        return [*caveats, logged]
    caveats.append(
        phrase(
            "It bears no key's seal and was not found in the maker's log (--log): what is in it fits together, but "
            "that does not prove who made it. Whoever wrote it all anew, with another model, other answers, figures or "
            "names and what follows from them, is not noticed."
        )
    )
    if not {CODE, PAPERS} <= found:
        caveats.append(
            phrase(
                "Not all code and papers were made again: whoever changed them, and the hashes alike, is not noticed."
            )
        )
    elif any(one.what == BY_HASH for one in findings):
        caveats.append(
            phrase(
                "Where only a hash was compared, whoever changed the file and its hash is not noticed either."
            )
        )
    return caveats


def _whose(keys: list[str]) -> str:
    """There are two keys at most where seal and signatures are by others: seals are by a signer's."""
    if len(keys) == 1:
        return phrase(
            "A key proves only that whoever holds it signed this, and anybody can make one. Compare {key} with the key "
            "that the maker gave you some other way, or name that one with --key.",
            key=keys[0],
        )
    return phrase(
        "A key proves only that whoever holds it signed this, and anybody can make one. Compare {keys} with the keys "
        "that the maker gave you some other way, or name those with --key.",
        keys=", ".join(keys),
    )
