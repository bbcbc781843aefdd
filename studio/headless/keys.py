"""Keys named on the command line, and the password that opens them: it stands in PASSWORD's variable."""

import os
from collections.abc import Iterable
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.phrases import phrase
from studio.core.review.named_keys import read_keys
from studio.core.review.signing import KeyFile, KeyIsLocked, WrongPassword, open_key

PASSWORD = "TINYML_STUDIO_KEY_PASSWORD"


def key_file(path: str | None) -> KeyFile | None:
    """The key to sign and seal with, where one is named. Raises StudioError where it does not open."""
    if not path:
        return None
    file = KeyFile(path, _password())
    try:
        open_key(file)
    except WrongPassword as error:
        raise StudioError(
            phrase(
                "The password in {variable} does not open {file}. Put the right one there.",
                variable=PASSWORD,
                file=Path(path).name,
            )
        ) from error
    except KeyIsLocked as error:
        raise StudioError(
            phrase(
                "{file} is locked. Put its password into {variable}.",
                variable=PASSWORD,
                file=Path(path).name,
            )
        ) from error
    return file


def named_keys(given: Iterable[str]) -> frozenset[str]:
    """The public keys (hex) that seal and signatures have to be of. Raises StudioError for what is no key."""
    found: set[str] = set()
    for one in given:
        name = Path(one.strip()).name
        try:
            found |= read_keys((one,), _password())
        except WrongPassword as error:
            raise StudioError(
                phrase(
                    "The password in {variable} does not open {file}. Put the right one there, or give the public "
                    "key: its file, or its 64 digits in hex.",
                    variable=PASSWORD,
                    file=name,
                )
            ) from error
        except KeyIsLocked as error:
            raise StudioError(
                phrase(
                    "{file} is locked. Put its password into {variable}, or give the public key: its file, or its 64 "
                    "digits in hex.",
                    variable=PASSWORD,
                    file=name,
                )
            ) from error
    return frozenset(found)


def _password() -> str:
    return os.environ.get(PASSWORD, "")
