"""Products in the cache: whole with the hash that was kept, and not otherwise."""

from pathlib import Path

from studio.core.products import is_whole, keep_product


def test_a_product_is_whole_until_a_byte_changes(tmp_path: Path) -> None:
    work, product = tmp_path / "work", tmp_path / "model.so"
    work.mkdir()
    (work / "fresh").write_bytes(b"machine code")
    assert not is_whole(product)
    keep_product(work / "fresh", product)
    assert is_whole(product)
    assert list(work.iterdir()) == []
    for damaged in (b"machine", b"machine codf", b""):
        product.write_bytes(damaged)
        assert not is_whole(product)


def test_a_whole_product_stays_and_a_damaged_one_gives_way(tmp_path: Path) -> None:
    work, product = tmp_path / "work", tmp_path / "model.so"
    work.mkdir()
    for content, kept in ((b"first", b"first"), (b"second", b"first")):
        (work / "fresh").write_bytes(content)
        keep_product(work / "fresh", product)
        assert product.read_bytes() == kept
    product.write_bytes(b"damaged")
    (work / "fresh").write_bytes(b"third")
    keep_product(work / "fresh", product)
    assert product.read_bytes() == b"third"
    assert is_whole(product)
