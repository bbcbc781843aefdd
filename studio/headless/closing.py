"""What is said last of a verified bundle: whether it is what was reviewed, and what that does not prove."""

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

_WRITTEN_ANEW = (
    "what is in it fits together, but that does not prove who made it. Whoever wrote it all anew, with another model, "
    "other answers, figures or names and what follows from them, is not noticed."
)


def closing(findings: tuple[Finding, ...]) -> str:
    """The sentences that follow from all that was found."""
    faults = [one for one in findings if not one.holds]
    if faults and all(one.what == UNCOMPARED for one in faults):
        return (
            f"It cannot be said whether it is what was reviewed. {' '.join(one.sentence for one in faults)}"
        )
    if faults:
        return f"It is not what was exported: {len(faults)} fault{'s' if len(faults) > 1 else ''}."
    bench = any(one.what == UNREVIEWED for one in findings)
    if any(one.what == UNCOMPARED for one in findings):
        head = f"Not all of it could be compared with what was reviewed. {_who_vouches(findings)}"
        head += " Nobody reviewed it." if bench else ""
    elif bench:
        head = "It is the bench build that was exported. Nobody reviewed it."
    elif any(one.what == BY_HASH for one in findings) and not vouched(findings):
        head = "It is what was reviewed, but for files of which only the hash was compared."
    else:
        head = "It is what was reviewed."
    return " ".join([head, *_unproven(findings)])


def _who_vouches(findings: tuple[Finding, ...]) -> str:
    who = "The seal, by a key that you named," if NAMED_KEY in proven(findings) else "The maker's log"
    return f"{who} vouches that these are the bytes that were exported: what they hold was not looked into."


def _unproven(findings: tuple[Finding, ...]) -> list[str]:
    """What a bundle in which all holds still cannot prove."""
    found = proven(findings)
    if {SEALED, NAMED_KEY} <= found:
        return []
    keys = dict.fromkeys(
        one.key for one in findings if one.what in (SIGNED, SEALED) and one.key and one.holds
    )
    caveats = []
    if keys and NAMED_KEY not in found:
        caveats.append(
            "A key proves only that whoever holds it signed this, and anybody can make one. Compare "
            f"{' and '.join(keys)} with the key that the maker gave you some other way, or name that one with --key."
        )
    if SEALED in found:
        return caveats
    seal = "It bears no key's seal"
    if keys:
        seal = (
            "It is signed with a key, but bears no key's seal: the key stands for answers and for what the checks say, "
            "not for code, papers, names or the figures behind a check. It bears no seal"
        )
    if LOGGED in found:
        return [
            *caveats,
            f"{seal}: this is as sure as it is that nobody but the maker wrote the maker's log.",
        ]
    caveats.append(f"{seal} and was not found in the maker's log (--log): {_WRITTEN_ANEW}")
    if not {CODE, PAPERS} <= found:
        caveats.append(
            "Not all code and papers were made again: whoever changed them, and the hashes alike, is not noticed."
        )
    elif any(one.what == BY_HASH for one in findings):
        caveats.append(
            "Where only a hash was compared, whoever changed the file and its hash is not noticed either."
        )
    return caveats
