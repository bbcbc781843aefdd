"""Single weights at zero: how many, which, in what pattern, and what is said of layers that keep theirs."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from studio.core.tflite import read
from studio.worker.sparsify import WEIGHTED, sparsify
from tests.worker.conftest import Bench


@pytest.fixture(scope="module")
def content(bench: Bench) -> bytes:
    return Path(bench.load("small.keras").artifact).read_bytes()


def weights(content: bytes) -> dict[str, npt.NDArray[np.float32]]:
    model = read(content)
    found = {}
    for operator in model.operators:
        if operator.name in WEIGHTED:
            values = model.constant(operator.inputs[1])
            assert values is not None
            found[f"{operator.name} {operator.index}"] = values.astype(np.float32)
    return found


def test_the_share_of_all_weights_that_was_asked_for_is_zero(content: bytes) -> None:
    for share in (0.3, 0.8):
        every = np.concatenate([values.ravel() for values in weights(sparsify(content, share)[0]).values()])
        assert (every == 0).mean() == pytest.approx(share, abs=0.01)


def test_what_stays_is_untouched_and_larger_than_what_goes_in_its_layer(content: bytes) -> None:
    sparse = weights(sparsify(content, 0.5)[0])
    for name, values in weights(content).items():
        stays = sparse[name] != 0
        np.testing.assert_array_equal(sparse[name][stays], values[stays])
        if not stays.all():
            assert np.abs(values[stays]).min() >= np.abs(values[~stays]).max()


def test_a_layer_with_a_share_of_its_own_loses_that_and_others_nothing(content: bytes) -> None:
    sparse = weights(sparsify(content, 0.0, "", {"hidden": 0.75})[0])
    shares = {name: float((values == 0).mean()) for name, values in sparse.items()}
    zeroed = [name for name, share in shares.items() if share > 0]
    assert len(zeroed) == 1
    assert zeroed[0].startswith("FULLY_CONNECTED")
    assert shares[zeroed[0]] == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize(("pattern", "kept", "of"), [("1:4", 1, 4), ("2:4", 2, 4), ("4:8", 4, 8)])
def test_a_pattern_keeps_n_of_every_m_weights_along_the_inputs(
    content: bytes, pattern: str, kept: int, of: int
) -> None:
    sparse, notes = sparsify(content, 0.0, pattern)
    for name, values in weights(sparse).items():
        if name.startswith("DEPTHWISE") or values.shape[-1] < of:
            assert (values != 0).all()
        else:
            groups = values[..., : values.shape[-1] // of * of].reshape(-1, of)
            assert ((groups != 0).sum(axis=1) == kept).all()
    assert "'first', 'deep' keep all their weights" in notes[0]


def test_no_zeros_give_the_same_file_back(content: bytes) -> None:
    assert sparsify(content, 0.0)[0] == content
