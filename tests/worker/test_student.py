"""Students of less depth: which parts are left out, and that the rest stays what it was."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from studio.core.layer_costs import layers_of
from studio.core.tflite import read
from studio.worker.runner import Runner
from studio.worker.student import repeatable, shallower
from tests.mlperf_tiny import public_file
from tests.worker.conftest import Bench

SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


def content_of(bench: Bench, path: Path) -> bytes:
    return Path(bench("load", path=str(path)).artifact).read_bytes()


def sample(bench: Bench, name: str) -> bytes:
    return content_of(bench, SAMPLES / name / "model.keras")


def names(content: bytes) -> list[str]:
    return [layer.name for layer in layers_of(read(content))]


def answers(content: bytes, count: int = 3) -> npt.NDArray[Any]:
    runner = Runner(content)
    x = np.random.default_rng(1).normal(0, 1, (count, *runner.input.shape[1:])).astype(np.float32)
    return runner.run(x)


def test_the_whole_depth_gives_the_same_file_back(bench: Bench) -> None:
    content = sample(bench, "digits")
    assert shallower(content, 1.0) == (content, ())


def test_a_layer_that_keeps_the_shape_is_passed_by(bench: Bench) -> None:
    content = sample(bench, "sine")
    shallow, notes = shallower(content, 0.0)
    assert notes == ("Left out 1 of 1 parts that can be: 'hidden2'.",)
    model = read(content)
    first, _, last = (
        tuple(model.constant(i) for i in operator.inputs[1:]) for operator in model.operators
    )  # weights and biases of the three dense layers
    x = np.random.default_rng(1).normal(0, 1, (3, 1)).astype(np.float32)
    hidden = np.maximum(x @ np.array(first[0]).T + np.array(first[1]), 0)
    np.testing.assert_allclose(answers(shallow), hidden @ np.array(last[0]).T + np.array(last[1]), rtol=1e-5)


def test_where_widths_change_the_layers_behind_get_new_weights(bench: Bench) -> None:
    content = sample(bench, "digits")
    shallow, notes = shallower(content, 0.5)
    assert notes == (
        "Left out 1 of 2 parts that can be: 'block2_depthwise_relu' with 'block2_pointwise'.",
        "Behind them 'block3_depthwise_relu', 'block3_pointwise' got new weights for another number of channels, at "
        "random: train them.",
    )
    assert names(shallow) == [name for name in names(content) if not name.startswith("block2")]
    shapes = {layer.name: layer.output_shape for layer in layers_of(read(shallow))}
    assert shapes["block3_depthwise_relu"] == (1, 2, 2, 40)
    assert shapes["block3_pointwise"] == (1, 2, 2, 64)
    assert np.isfinite(answers(shallow)).all()


def test_a_student_is_the_same_each_time(bench: Bench) -> None:
    content = sample(bench, "gestures")
    assert shallower(content, 0.3) == shallower(content, 0.3)


def test_less_depth_is_never_larger(bench: Bench) -> None:
    content = sample(bench, "gestures")
    sizes = [len(shallower(content, depth)[0]) for depth in (1.0, 0.7, 0.4, 0.0)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[-1] < sizes[0] / 2


def test_the_first_and_the_last_layer_stay(bench: Bench) -> None:
    for name in ("digits", "gestures", "sine"):
        content = sample(bench, name)
        weighted = [layer.name for layer in layers_of(read(content)) if layer.parameters]
        assert {weighted[0], weighted[-1]} <= set(names(shallower(content, 0.0)[0]))


def test_where_nothing_can_be_left_out_the_note_says_why(bench: Bench) -> None:
    content = Path(bench.load("series.keras").artifact).read_bytes()
    shallow, notes = shallower(content, 0.0)
    assert shallow == content
    assert "changes the height and width" in notes[0]
    assert "narrower" in notes[0]


def test_branches_that_meet_again_are_left_out_as_one(bench: Bench) -> None:
    content = Path(bench.load("small.keras").artifact).read_bytes()
    for part in repeatable(read(content)):
        kinds = [read(content).operators[i].name for i in part.operators]
        assert kinds.count("ADD") == 0 or kinds.count("CONV_2D") == 2
    assert np.isfinite(answers(shallower(content, 0.0)[0])).all()


@pytest.mark.parametrize(
    ("file", "parts"),
    [
        ("pretrainedResnet.h5", "'conv2d_1' with 'conv2d_2'; 'conv2d_4'; 'conv2d_7'"),
        ("str_ww_ref_model.h5", "'conv2d_1'; 'conv2d_2'"),
    ],
)
def test_parts_of_public_models(bench: Bench, file: str, parts: str) -> None:
    content = content_of(bench, public_file(file))
    shallow, notes = shallower(content, 0.0)
    assert notes[0].endswith(f"parts that can be: {parts}.")
    assert len(shallow) < len(content) / 2
    assert np.isfinite(answers(shallow)).all()
