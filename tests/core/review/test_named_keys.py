"""Keys that somebody asks for when a bundle is verified: what others signed does not count."""

from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.review.findings import vouched
from studio.core.review.named_keys import read_keys
from studio.core.review.signing import KeyIsLocked, WrongPassword, make_key
from studio.core.review.verification import verify_bundle
from tests.core.review.test_verification import LATER, bundle

pytest.importorskip("cryptography")


def faults(folder: Path, keys: frozenset[str], journal: Path | None = None) -> list[str]:
    return [one.sentence for one in verify_bundle(folder, LATER, journal, keys=keys) if not one.holds]


def test_a_key_is_read_in_hex_and_from_files_of_its_public_and_private_half(tmp_path: Path) -> None:
    key = make_key(tmp_path / "ada.pem")
    files = (str(tmp_path / "ada.pem"), str(tmp_path / "ada.pub"))
    assert read_keys((key.upper(), f" {key} ", *files)) == {key}
    assert read_keys(()) == frozenset()


def test_what_is_no_key_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="nor a file of a key"):
        read_keys(("ada",))
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StudioError, match=r"is no key\. Give the public key"):
        read_keys((str(tmp_path / "notes.txt"),), "secret")


def test_a_locked_key_is_read_with_its_password_and_its_public_half_without(tmp_path: Path) -> None:
    key = make_key(tmp_path / "locked.pem", "secret")
    open_one = make_key(tmp_path / "open.pem")
    given = (str(tmp_path / "locked.pem"), str(tmp_path / "open.pem"))
    assert read_keys(given, "secret") == {key, open_one}
    assert read_keys((str(tmp_path / "locked.pub"),)) == {key}
    with pytest.raises(KeyIsLocked, match="is locked"):
        read_keys(given)
    with pytest.raises(WrongPassword, match="does not open"):
        read_keys(given, "Secret")


def test_a_key_of_another_kind_gets_a_sentence(tmp_path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = X25519PrivateKey.generate().public_key().public_bytes(serialization.Encoding.PEM, form)
    (tmp_path / "other.pem").write_bytes(public)
    with pytest.raises(StudioError, match="of another kind"):
        read_keys((str(tmp_path / "other.pem"),))


def test_a_bundle_by_the_key_that_was_named_holds_and_is_vouched_for(tmp_path: Path) -> None:
    out = bundle(tmp_path, key=True)
    keys = read_keys((str(tmp_path / "ada.pem"), make_key(tmp_path / "bob.pem")))
    found = verify_bundle(out, LATER, keys=keys)
    assert all(one.holds for one in found)
    assert vouched(found)
    assert not vouched(verify_bundle(out, LATER))


def test_a_review_forged_under_a_name_with_another_key_is_found(tmp_path: Path) -> None:
    out = bundle(tmp_path, key=True)
    own = read_keys((str(tmp_path / "ada.pem"),))
    found = faults(out, read_keys((make_key(tmp_path / "bob.pem"),)))
    assert found[0] == f"The seal is by the key {next(iter(own))}, which you did not name."
    assert found[1].endswith("You did not name this key.")
    assert len(found) == 2


def test_no_seal_and_a_signature_by_name_only_are_faults_where_a_key_was_named(tmp_path: Path) -> None:
    out = bundle(tmp_path)
    keys = read_keys((make_key(tmp_path / "bob.pem"),))
    found = faults(out, keys)
    assert found[0] == "The bundle bears no seal by a key that you named."
    assert found[1].endswith("You asked for a signature with a key.")


def test_a_seal_that_was_taken_off_is_a_fault_unless_the_makers_log_names_the_bytes(tmp_path: Path) -> None:
    out = bundle(tmp_path, key=True)
    keys = read_keys((str(tmp_path / "ada.pem"),))
    (out / "SIGNATURE.json").unlink()
    assert faults(out, keys) == ["The bundle bears no seal by a key that you named."]
    assert faults(out, keys, tmp_path / "mine.review.jsonl") == []
