"""Signing a review with a key of one's own (Ed25519, RFC 8032); needs the optional package `cryptography`."""

import os
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

KEY_SUFFIX = ".pem"
_MISSING = phrase_later("Signing with a key needs one more package: pip install 'tinyml-studio[sign]'.")


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

    With a `password` the file is encrypted. A file that is there is never overwritten (StudioError).
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
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
    except FileExistsError as error:
        raise StudioError(
            phrase("{file} is there already. Choose another name for the new key.", file=path)
        ) from error
    except OSError as error:
        raise write_error(path, error) from error
    return _public(key)


def signed(signoff: SignOff, file: KeyFile) -> SignOff:
    """The signature with a key: its public half, and Ed25519 over all that the signature says."""
    key = _read_key(Path(file.path), file.password)
    named = replace(signoff, key=_public(key), signature="")
    return replace(named, signature=key.sign(_content(named)).hex())


def sign_bytes(content: bytes, file: KeyFile) -> tuple[str, str]:
    """The public key and the signature over `content`, both in hex. Raises StudioError where the key does not open."""
    key = _read_key(Path(file.path), file.password)
    return _public(key), key.sign(content).hex()


def public_key_of(path: Path) -> str:
    """The public key (hex) in a file of a public or private key (PEM). Raises StudioError where there is none."""
    try:
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError as error:
        raise StudioError(phrase(_MISSING)) from error
    try:
        key = serialization.load_pem_public_key(path.read_bytes())
    except OSError as error:
        raise read_error(path, error) from error
    except ValueError:  # no public key; a private one holds it
        try:
            return _public(_read_key(path, ""))
        except StudioError as error:
            raise StudioError(
                phrase(
                    "{file} is no key that can be opened. Give the public key: its file, or its 64 digits in hex.",
                    file=path,
                )
            ) from error
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
        from cryptography.hazmat.primitives import serialization
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    except ImportError as error:
        raise StudioError(phrase(_MISSING)) from error
    try:
        content = path.read_bytes()
    except OSError as error:
        raise read_error(path, error) from error
    try:
        key = serialization.load_pem_private_key(content, password.encode() if password else None)
    except (ValueError, TypeError) as error:
        raise StudioError(
            phrase("{file} cannot be opened: the password is wrong, or it is no key.", file=path.name)
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StudioError(phrase("{file} is a key of another kind. Make one here (Ed25519).", file=path.name))
    return key
