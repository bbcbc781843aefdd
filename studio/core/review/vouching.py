"""Who vouches for a bundle: the signatures under its review, the seal of the whole, and the maker's own log."""

import hashlib
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_later
from studio.core.review.answers import Answers, Role
from studio.core.review.bundle_files import hash_of, read_file, read_object
from studio.core.review.document import Recorded
from studio.core.review.findings import LOGGED, MANIFEST, SEAL, SEALED, SIGNED, SUMS, Finding
from studio.core.review.journal import SUFFIX, read_journal
from studio.core.review.log import Event, Row, may_be_log, verify_chain, verify_holds
from studio.core.review.signing import SEAL_OF_ALL, why_bytes_fail, why_signature_fails
from studio.core.storage import read_error

_BY_NAME = {
    Role.MAKER: phrase_later("{who} signed as maker on {time}, by name only: no key proves it."),
    Role.SECOND: phrase_later("{who} signed as second on {time}, by name only: no key proves it."),
}
_BY_KEY = {
    Role.MAKER: phrase_later("{who} signed as maker on {time} with the key {key}…"),
    Role.SECOND: phrase_later("{who} signed as second on {time} with the key {key}…"),
}
DIGITS = 16
"""Digits of a key or hash that are shown."""


def signatures(entered: Answers) -> list[Finding]:
    """Whether the signatures hold; one by name only is a note."""
    findings = []
    for signed in (entered.signoff, entered.second):
        if signed is None:
            continue
        who = {"who": signed.by, "time": signed.at, "key": signed.key[:DIGITS]}
        if not signed.key:
            findings.append(Finding(SIGNED, True, phrase(_BY_NAME[signed.role], **who), note=True))
            continue
        why = why_signature_fails(signed)
        words = phrase(_BY_KEY[signed.role], **who)
        findings.append(Finding(SIGNED, why is None, why or words, key=signed.key))
    return findings


def seal(folder: Path, recorded: Recorded | None) -> list[Finding]:
    """Whether the seal of the whole holds, and is by a key of the review's; nothing where there is none."""
    if not (folder / SEAL).is_file():
        return []
    try:
        found = read_object(folder / SEAL)
        sealed = hashlib.sha256(read_file(folder / SUMS) + read_file(folder / MANIFEST)).digest()
    except StudioError as error:
        words = phrase("The seal of the whole bundle cannot be checked. {why}", why=error)
        return [Finding(SEALED, False, words)]
    key, signature = str(found.get("key", "")), str(found.get("signature", ""))
    entered = recorded.entered if recorded is not None else Answers()
    signers = {one.key for one in (entered.signoff, entered.second) if one is not None and one.key}
    why = why_bytes_fail(sealed, key, signature, SEAL_OF_ALL)
    if why is None and signers and key not in signers:
        why = phrase("The whole bundle is sealed with another key than the review was signed with.")
    words = phrase("The whole bundle is sealed with the key {key}…", key=key[:DIGITS])
    return [Finding(SEALED, why is None, why or words, key=key)]


def makers_log(path: Path) -> tuple[Row, ...]:
    """The rows of the maker's own log; StudioError where there is none, or it is none."""
    if not path.is_file():
        raise read_error(path, FileNotFoundError())
    if not may_be_log(read_file(path)):
        raise StudioError(
            phrase(
                "{file} is no log of a review. Give the maker's own, whose name ends in {suffix}.",
                file=path,
                suffix=SUFFIX,
            )
        )
    return read_journal(path)


def makers(folder: Path, mine: tuple[Row, ...], recorded: Recorded | None, name: str) -> list[Finding]:
    """Whether the maker's own log goes on from this export, and whether its row of the export names these hashes."""
    why = verify_chain(mine) or (verify_holds(mine, recorded.head) if recorded is not None else None)
    if why is not None:
        return [Finding(LOGGED, False, why)]
    since = [row for row in mine if row.type is Event.EXPORTED]
    if recorded is not None:
        since = [row for row in since if row.seq >= recorded.head.rows]
    hashes = {
        key: hash_of(folder / file) for key, file in (("sums_sha256", SUMS), ("manifest_sha256", MANIFEST))
    }
    if any(all(row.payload.get(key) == value for key, value in hashes.items()) for row in since):
        words = phrase(
            "{log} goes on from this export, and names the hashes of its {list} and {manifest}.",
            log=name,
            list=SUMS,
            manifest=MANIFEST,
        )
        return [Finding(LOGGED, True, words)]
    if since and "sums_sha256" not in since[0].payload:
        words = phrase(
            "{log} goes on from this export, but an older studio wrote it and its row names no hashes.",
            log=name,
        )
        return [Finding(LOGGED, True, words, note=True)]
    words = phrase(
        "{log} names no export with these hashes: {list} or {manifest} is not as it was exported.",
        log=name,
        list=SUMS,
        manifest=MANIFEST,
    )
    return [Finding(LOGGED, False, words)]
