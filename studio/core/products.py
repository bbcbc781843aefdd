"""What compilers made, kept in the cache: each product lies beside the SHA-256 of its bytes and counts only with it."""

import hashlib
import os
from pathlib import Path

_SUFFIX = ".sha256"


def is_whole(product: Path) -> bool:
    """Whether the file has the bytes that were kept; costs a millisecond for each megabyte or two."""
    try:
        kept = _note_of(product).read_text("ascii")
        with product.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == kept
    except (OSError, ValueError):
        return False


def keep_product(fresh: Path, product: Path) -> None:
    """Move the file `fresh`, in a folder of its own on the same disk, to `product`, and note its SHA-256.

    Raises OSError. A product that is whole stays: another process may have built the same meanwhile, and use it.
    Who looks between the two moves sees a product that is not whole, and builds it anew.
    """
    with fresh.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    if is_whole(product):
        return
    _note_of(fresh).write_text(sha256, "ascii")
    os.replace(fresh, product)
    os.replace(_note_of(fresh), _note_of(product))


def _note_of(product: Path) -> Path:
    return product.with_name(f"{product.name}{_SUFFIX}")
