"""One way to write a value as bytes, so that its SHA-256 says whether it is the same value."""

import hashlib
import json
from typing import Any

from studio.core.codec import to_json


def canonical(value: object) -> bytes:
    """The value as UTF-8 JSON with sorted keys, no spaces, and floats as strings of their shortest exact digits.

    Takes what `to_json` takes. Two values have the same bytes exactly when they are equal.
    """
    text = json.dumps(
        _floats_as_text(to_json(value)), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )
    return text.encode("utf-8", "surrogatepass")


def digest(value: object) -> str:
    """The SHA-256 (64 hex digits) of the canonical bytes."""
    return hashlib.sha256(canonical(value)).hexdigest()


def _floats_as_text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, float):
        return f"f{value!r}"
    if isinstance(value, list):
        return [_floats_as_text(item) for item in value]
    if isinstance(value, dict):
        return {key: _floats_as_text(item) for key, item in value.items()}
    return value
