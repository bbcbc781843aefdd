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
    KeyIsLocked,
    WrongPassword,
    make_key,
    may_sign,
    open_key,
    public_half_of,
    public_key_of,
    sign_bytes,
    signed,
    why_bytes_fail,
    why_signature_fails,
)
from tests.core.review.whole import AT

pytest.importorskip("cryptography")


def rsa_key(path: Path) -> Path:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return path


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
    with pytest.raises(KeyIsLocked, match=r"^ada\.pem is locked\. Type its password\.$") as locked:
        open_key(KeyFile(str(tmp_path / "ada.pem")))
    assert not isinstance(locked.value, WrongPassword)
    with pytest.raises(WrongPassword, match=r"^This password does not open ada\.pem\. Type it again\.$"):
        signed(SIGNOFF, KeyFile(str(tmp_path / "ada.pem"), "wrong"))


def test_a_key_without_a_password_opens_with_any(tmp_path: Path) -> None:
    public = make_key(tmp_path / "ada.pem")
    assert open_key(KeyFile(str(tmp_path / "ada.pem"), "that of another")) == public


def test_the_public_half_is_written_beside_a_new_key_and_never_over_another_file(tmp_path: Path) -> None:
    public = make_key(tmp_path / "ada.pem", "open sesame")
    beside = tmp_path / "ada.pub"
    assert public_half_of(tmp_path / "ada.pem", public) == beside
    assert public_key_of(beside) == public
    assert beside.read_text().startswith("-----BEGIN PUBLIC KEY-----")
    (tmp_path / "bob.pub").write_text("A list of pubs.")
    other = make_key(tmp_path / "bob.pem")
    assert (tmp_path / "bob.pub").read_text() == "A list of pubs."
    assert public_half_of(tmp_path / "bob.pem", other) is None
    (tmp_path / "ada.pem").unlink()
    again = make_key(tmp_path / "ada.pem")
    assert public_half_of(tmp_path / "ada.pem", again) is None
    assert public_key_of(beside) == public


def test_a_public_half_that_cannot_be_written_takes_no_key_away(tmp_path: Path) -> None:
    public = make_key(tmp_path / "ada.pub")  # its own name
    assert public_key_of(tmp_path / "ada.pub") == public
    assert open_key(KeyFile(str(tmp_path / "ada.pub"))) == public


@pytest.mark.parametrize("password", ["", "open sesame"])
def test_what_is_no_key_gets_a_sentence(tmp_path: Path, password: str) -> None:
    (tmp_path / "x.pem").write_text("hello")
    with pytest.raises(StudioError, match=r"^x\.pem is no key\. Choose an Ed25519 key") as found:
        signed(SIGNOFF, KeyFile(str(tmp_path / "x.pem"), password))
    assert not isinstance(found.value, KeyIsLocked)
    make_key(tmp_path / "ada.pem")
    with pytest.raises(StudioError, match=r"public half of a key\. Choose the private one"):
        open_key(KeyFile(str(tmp_path / "ada.pub"), password))
    with pytest.raises(
        StudioError, match=r"rsa\.pem is a key of another kind\. Choose an Ed25519 key; the Review"
    ):
        open_key(KeyFile(str(rsa_key(tmp_path / "rsa.pem")), password))
    with pytest.raises(StudioError, match="There is no file"):
        signed(SIGNOFF, KeyFile(str(tmp_path / "nowhere.pem")))


def test_bytes_are_signed_too(tmp_path: Path) -> None:
    make_key(tmp_path / "ada.pem")
    key, signature = sign_bytes(b"all of it", KeyFile(str(tmp_path / "ada.pem")))
    assert why_bytes_fail(b"all of it", key, signature, SEAL_OF_ALL) is None
    assert (why_bytes_fail(b"all of It", key, signature, SEAL_OF_ALL) or "").startswith(
        "The seal of the whole bundle was not made"
    )
