"""The library of this computer: built soon, run in pieces on all cores, and given up at once."""

import threading
from pathlib import Path

import numpy as np
import pytest

from studio.compiler import blobs, generate, host, objects
from studio.compiler.host import HostModel
from studio.compiler.sources import SourceFile
from studio.core import places
from tests.compiler.models import Draft
from tests.compiler.test_models import small_model
from tests.mlperf_tiny import model_bytes, vectors


class Enough(BaseException):
    """Somebody moved a slider."""


def wide_model() -> bytes:
    """A dense layer whose weights are long enough to be handed over as bytes."""
    draft = Draft()
    random = np.random.default_rng(3)
    x, y = draft.tensor((1, 64), 0.05, 3), draft.tensor((1, 32), 0.4, -5)
    weights = draft.constant(random.integers(-127, 128, (32, 64)).astype(np.int8), 0.01)
    draft.operator("FULLY_CONNECTED", [x, weights, -1], [y])
    return draft.data([x], [y])


def test_long_tables_become_bytes_and_short_ones_stay() -> None:
    numbers = np.arange(-400, 400)
    rows = ",\n".join(",".join(map(str, part)) for part in numbers.reshape(-1, 32).tolist())
    long = f"static const int16_t studio_layer_0_weights[800] STUDIO_CONSTANT = {{\n{rows}}};\n"
    short = "static const int8_t studio_layer_0_shifts[2] = {\n-1,3};\n"
    model, blob = blobs.apart(SourceFile("model.c", long + short))
    np.testing.assert_array_equal(np.frombuffer(blob, np.int16), numbers)
    assert "extern const int16_t studio_layer_0_weights[800];" in model.text
    assert short in model.text


def test_long_floats_come_over_to_the_last_bit() -> None:
    values = np.random.default_rng(1).normal(0, 3, 600).astype(np.float32)
    rows = ",".join(f"{v:.9g}" for v in values.tolist())
    _, blob = blobs.apart(SourceFile("model.c", f"static const float w[600] = {{\n{rows}}};\n"))
    np.testing.assert_array_equal(np.frombuffer(blob, np.float32), values)


def test_a_moved_slider_ends_the_compiler_and_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    before = threading.active_count()

    def moved() -> None:
        raise Enough

    with pytest.raises(Enough):
        HostModel(generate(wide_model()), moved)
    assert threading.active_count() == before
    assert [path for path in (tmp_path / "built").iterdir() if path.name.startswith("tmp")] == []
    assert HostModel(generate(wide_model())).run(np.zeros((2, 64), np.int8)).shape == (2, 32)


def test_a_run_in_pieces_says_how_far_it_is_and_can_be_given_up() -> None:
    model = HostModel(generate(model_bytes("kws")))
    x, expected = vectors("kws")
    shares: list[float] = []
    many = np.resize(x, (20 * len(x), *x.shape[1:]))
    found = model.run(many, each=shares.append)
    np.testing.assert_array_equal(found.reshape(20, -1), np.tile(expected.reshape(1, -1), (20, 1)))
    assert shares == sorted(shares)
    assert shares[-1] == 1.0

    def moved(share: float) -> None:
        if share < 1.0:
            raise Enough

    with pytest.raises(Enough):
        model.run(np.resize(x, (4000, *x.shape[1:])), each=moved)


def test_the_kernels_are_compiled_once_for_all_models(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TINYML_STUDIO_CACHE", str(tmp_path))
    HostModel(generate(small_model()))
    kept = set((tmp_path / "built").rglob("*.o"))
    times = {path: path.stat().st_mtime_ns for path in kept}
    HostModel(generate(wide_model()))
    assert kept <= set((tmp_path / "built").rglob("*.o"))
    assert times == {path: path.stat().st_mtime_ns for path in kept}


def test_warming_compiles_every_kernel() -> None:
    host.warm()  # in the cache of all tests, where little is left to do
    kept = {path.name for path in (places.cache() / "built").rglob("*.o")}
    assert {unit.name.replace(".c", ".o") for unit in objects.kernels() if unit.name.endswith(".c")} <= kept
