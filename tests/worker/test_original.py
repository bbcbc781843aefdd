"""The model before compression asked for more: in turns of one size, and for its scores before the softmax."""

from pathlib import Path

import numpy as np
import pytest

from studio.core.model import Model
from studio.worker.ends import without_softmax
from studio.worker.original import Original
from studio.worker.runner import Runner
from tests.worker.conftest import Bench


def content_of(model: Model) -> bytes:
    return Path(model.artifact).read_bytes()


def test_the_softmax_is_cut_off_and_nothing_else(small: Model) -> None:
    content = content_of(small)
    cut = without_softmax(content)
    assert cut is not None
    x = np.random.default_rng(1).normal(0, 1, (40, 8, 8, 1)).astype(np.float32)
    scores = Runner(content).run(x).reshape(40, -1)
    logits = Original(cut, small.macs, lambda: None)(x)
    assert np.abs(logits.sum(axis=1) - 1).max() > 0.01
    grown = np.exp(logits - logits.max(axis=1, keepdims=True))
    assert grown / grown.sum(axis=1, keepdims=True) == pytest.approx(scores, abs=1e-5)
    assert without_softmax(cut) is None


def test_a_model_that_ends_otherwise_keeps_its_end(bench: Bench) -> None:
    assert without_softmax(content_of(bench.load("coder.keras"))) is None


def test_turns_are_of_one_size_and_told_and_leave_the_answers_as_they_are(small: Model) -> None:
    content = content_of(small)
    told: list[int] = []
    heavy = Original(content, 400_000_000 // 7, lambda: told.append(1))  # seven samples at once
    x = np.random.default_rng(2).normal(0, 1, (23, 8, 8, 1)).astype(np.float32)
    found = heavy(x)
    assert len(told) == 4
    assert found.shape == (23, 4)
    assert found == pytest.approx(Runner(content).run(x).reshape(23, -1), abs=1e-5)
    assert np.array_equal(found, heavy(x))
    assert heavy(x[:0]).shape == (0, 4)
