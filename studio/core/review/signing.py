"""Signing a review with a key of one's own (Ed25519, RFC 8032); needs the optional package `cryptography`."""

import os
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.canonical import canonical
from studio.core.codec import to_json
from studio.core.errors import StudioError
from studio.core.phrases import phrase, phrase_later
from studio.core.review.answers import SignOff
from studio.core.storage import read_error, write_error

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes

KEY_SUFFIX, PUBLIC_SUFFIX = ".pem", ".pub"
_MISSING = phrase_later("Signing with a key needs one more package: pip install 'tinyml-studio[sign]'.")


class KeyIsLocked(StudioError):
    """The file of a key has a password, and none was given."""


class WrongPassword(KeyIsLocked):
    """The file of a key has another password than the one that was given."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is said of bytes whose signature was not checked, or does not hold."""

    unchecked: str
    other: str


SIGNATURE_OF_REVIEW = Fault(
    phrase_later("The signature of {who} by a key was not checked. {why}"),
    phrase_later(
        "The signature of {who} was not made by its key for this: something was changed after it was signed."
    ),
)
SEAL_OF_ALL = Fault(
    phrase_later("The seal of the whole bundle by a key was not checked. {why}"),
    phrase_later(
        "The seal of the whole bundle was not made by its key for this: something was changed after it was signed."
    ),
)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """Where a private key lies, and the password that opens it ("": none); it is never written anywhere."""

    path: str
    password: str = field(default="", repr=False)


def may_sign() -> bool:
    """True where the package for keys is installed."""
    try:
        import cryptography.hazmat.primitives.asymmetric.ed25519  # noqa: F401
    except ImportError:
        return False
    return True


def make_key(path: Path, password: str = "") -> str:
    """Make a private key, write it to `path` (PEM, readable by its owner only), and return the public key (hex).

    With a `password` the file is encrypted. A file that is there is never overwritten (StudioError). The public half
    is written beside it (PEM) unless something is there; `public_half_of` tells.
    """
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise StudioError(phrase(_MISSING)) from error
    key = Ed25519PrivateKey.generate()
    locked: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password:
        locked = serialization.BestAvailableEncryption(password.encode())
    content = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_new(path, content, 0o600)
    except FileExistsError as error:
        raise StudioError(
            phrase("{file} is there already. Choose another name for the new key.", file=path)
        ) from error
    except OSError as error:
        raise write_error(path, error) from error
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    with suppress(OSError):  # the key is made, and its public half can be had from it
        _write_new(public_file(path), key.public_key().public_bytes(serialization.Encoding.PEM, form), 0o644)
    return _public(key)


def public_file(path: Path) -> Path:
    """Where the public half of the private key at `path` goes: beside it."""
    return path.with_suffix(PUBLIC_SUFFIX)


def public_half_of(path: Path, public: str) -> Path | None:
    """The file beside the private key at `path` that holds its `public` half (hex); None where there is none."""
    beside = public_file(path)
    try:
        return beside if public_key_of(beside) == public else None
    except StudioError:
        return None


def _write_new(path: Path, content: bytes, mode: int) -> None:
    """Write a file that is not there yet, whole or not at all. Raises OSError."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except OSError:
        path.unlink(missing_ok=True)
        raise


def signed(signoff: SignOff, file: KeyFile) -> SignOff:
    """The signature with a key: its public half, and Ed25519 over all that the signature says."""
    key = _read_key(Path(file.path), file.password)
    named = replace(signoff, key=_public(key), signature="")
    return replace(named, signature=key.sign(_content(named)).hex())


def sign_bytes(content: bytes, file: KeyFile) -> tuple[str, str]:
    """The public key and the signature over `content`, both in hex. Raises StudioError where the key does not open."""
    key = _read_key(Path(file.path), file.password)
    return _public(key), key.sign(content).hex()


def open_key(file: KeyFile) -> str:
    """The public key (hex) of a private key that is there and opens.

    Raises KeyIsLocked, WrongPassword, or StudioError where it is no key to sign with.
    """
    return _public(_read_key(Path(file.path), file.password))


def public_key_of(path: Path, password: str = "") -> str:
    """The public key (hex) in a file of a public or private key (PEM); `password` opens a private one that is locked.

    Raises KeyIsLocked, WrongPassword, or StudioError where there is no key.
    """
    try:
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise StudioError(phrase(_MISSING)) from error
    content = _content_of(path)
    try:
        key = serialization.load_pem_public_key(content)
    except (ValueError, UnsupportedAlgorithm) as error:  # no public key; a private one holds it
        private = _private_key(content, path, password)
        if private is None:
            raise StudioError(
                phrase("{file} is no key. Give the public key: its file, or its 64 digits in hex.", file=path)
            ) from error
        key = private.public_key()
    if not isinstance(key, Ed25519PublicKey):
        raise StudioError(
            phrase("{file} is a key of another kind. The studio signs with Ed25519.", file=path)
        )
    return key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def why_signature_fails(signoff: SignOff) -> str | None:
    """Why the key's signature under a review does not hold, as a sentence; None where it does, or there is none."""
    if not signoff.key and not signoff.signature:
        return None
    return why_bytes_fail(
        _content(signoff), signoff.key, signoff.signature, SIGNATURE_OF_REVIEW, who=signoff.by
    )


def why_bytes_fail(content: bytes, key: str, signature: str, fault: Fault, who: str = "") -> str | None:
    """Why `signature` (hex) by `key` (hex) over `content` does not hold, in the words of `fault`; `who` signed."""
    found = _made_by(content, key, signature)
    if found is None:
        return phrase(fault.unchecked, who=who, why=phrase(_MISSING))
    return None if found else phrase(fault.other, who=who)


@lru_cache(maxsize=64)
def _made_by(content: bytes, key: str, signature: str) -> bool | None:
    """True where the signature holds; None without the package that checks it."""
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        return None
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), content)
    except (InvalidSignature, ValueError):
        return False
    return True


def _content(signoff: SignOff) -> bytes:
    said = to_json(signoff)
    del said["signature"]
    return canonical(said)


def _public(key: "Ed25519PrivateKey") -> str:
    from cryptography.hazmat.primitives import serialization

    return key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw).hex()


def _read_key(path: Path, password: str) -> "Ed25519PrivateKey":
    try:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise StudioError(phrase(_MISSING)) from error
    content = _content_of(path)
    key = _private_key(content, path, password)
    if key is None and b"-----BEGIN PUBLIC KEY-----" in content:
        raise StudioError(
            phrase("{file} is the public half of a key. Choose the private one to sign.", file=path.name)
        )
    if key is None:
        raise StudioError(
            phrase("{file} is no key. Choose an Ed25519 key; the Review page makes one.", file=path.name)
        )
    if not isinstance(key, Ed25519PrivateKey):
        raise StudioError(
            phrase(
                "{file} is a key of another kind. Choose an Ed25519 key; the Review page makes one.",
                file=path.name,
            )
        )
    return key


def _private_key(content: bytes, path: Path, password: str) -> "PrivateKeyTypes | None":
    """The private key in the content of the file at `path`, of whatever kind; None where it is none.

    One that is not locked needs no password, and opens with any.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        return load_pem_private_key(content, None)
    except TypeError as error:  # it has a password
        if not password:
            raise KeyIsLocked(phrase("{file} is locked. Type its password.", file=path.name)) from error
    except (ValueError, UnsupportedAlgorithm):
        return None
    try:
        return load_pem_private_key(content, password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise WrongPassword(
            phrase("This password does not open {file}. Type it again.", file=path.name)
        ) from error


def _content_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
