"""Signing with a key of one's own."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.review import SignOff
from studio.core.review.signing import (
    SEAL_OF_ALL,
    KeyFile,
    make_key,
    may_sign,
    sign_bytes,
    signed,
    why_bytes_fail,
    why_signature_fails,
)
from tests.core.review.whole import AT

pytest.importorskip("cryptography")
SIGNOFF = SignOff("Ada", AT, "a" * 64, "b" * 64, "c" * 64, statement="I read it.")


def test_a_signature_holds_until_anything_it_says_is_changed(tmp_path: Path) -> None:
    assert may_sign()
    public = make_key(tmp_path / "ada.pem")
    found = signed(SIGNOFF, KeyFile(str(tmp_path / "ada.pem")))
    assert found.key == public
    assert why_signature_fails(found) is None
    for field in ("by", "at", "subject_hash", "answers_hash", "checks_hash", "statement"):
        other = replace(found, **{field: "x"})  # type: ignore[arg-type]
        assert "changed after it was signed" in (why_signature_fails(other) or "")
    assert why_signature_fails(replace(found, signature="zz")) is not None
    assert why_signature_fails(replace(found, key="")) is not None


def test_a_name_without_a_key_is_no_broken_signature() -> None:
    assert why_signature_fails(SIGNOFF) is None


def test_the_key_is_for_its_owner_only_and_is_never_overwritten(tmp_path: Path) -> None:
    make_key(tmp_path / "keys" / "ada.pem")
    assert stat.S_IMODE((tmp_path / "keys" / "ada.pem").stat().st_mode) == 0o600
    with pytest.raises(StudioError, match="there already"):
        make_key(tmp_path / "keys" / "ada.pem")


def test_a_key_with_a_password_wants_it(tmp_path: Path) -> None:
    make_key(tmp_path / "ada.pem", "open sesame")
    assert why_signature_fails(signed(SIGNOFF, KeyFile(str(tmp_path / "ada.pem"), "open sesame"))) is None
    for password in ("", "wrong"):
        with pytest.raises(StudioError, match="password is wrong, or it is no key"):
            signed(SIGNOFF, KeyFile(str(tmp_path / "ada.pem"), password))


def test_what_is_no_key_gets_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("hello")
    with pytest.raises(StudioError, match="no key"):
        signed(SIGNOFF, KeyFile(str(tmp_path / "x.pem")))
    with pytest.raises(StudioError, match="There is no file"):
        signed(SIGNOFF, KeyFile(str(tmp_path / "nowhere.pem")))


def test_bytes_are_signed_too(tmp_path: Path) -> None:
    make_key(tmp_path / "ada.pem")
    key, signature = sign_bytes(b"all of it", KeyFile(str(tmp_path / "ada.pem")))
    assert why_bytes_fail(b"all of it", key, signature, SEAL_OF_ALL) is None
    assert (why_bytes_fail(b"all of It", key, signature, SEAL_OF_ALL) or "").startswith(
        "The seal of the whole bundle was not made"
    )
