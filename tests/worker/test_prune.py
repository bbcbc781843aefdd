"""Channel pruning: what is cut out, and that the rest answers as if the channels had been silenced."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from studio.core.layer_costs import layers_of
from studio.core.tflite import read
from studio.worker.channels import channels_of, flattened
from studio.worker.graph import add_constant, read_graph, write_graph
from studio.worker.prune import choose, prune
from studio.worker.runner import Runner
from tests.worker.conftest import Bench


def silenced(content: bytes, share: float) -> bytes:
    """The whole model, where no layer listens to the channels that pruning would remove."""
    model = read(content)
    channels = channels_of(model)
    kept, _, _ = choose(channels, share)
    graph = read_graph(content)
    for operator in model.operators:
        if operator.name not in ("CONV_2D", "FULLY_CONNECTED"):
            continue
        ids = channels.ids[operator.inputs[0]]
        if operator.name == "FULLY_CONNECTED":
            ids = flattened(model, operator.inputs[0], ids)
        weights: npt.NDArray[Any] = np.array(model.constant(operator.inputs[1]))
        weights[..., ~kept[channels.roots(ids)]] = 0
        target = graph.subgraphs[0].operators[operator.index]
        like = graph.subgraphs[0].tensors[operator.inputs[1]]
        indices = list(target.inputs)
        indices[1] = add_constant(graph, like, weights)
        target.inputs = indices
    return write_graph(graph)


@pytest.mark.parametrize("share", [0.25, 0.5, 0.9])
@pytest.mark.parametrize("name", ["small.keras", "tangled.keras", "series.keras", "old.h5"])
def test_a_pruned_model_answers_as_one_with_the_same_channels_silenced(
    bench: Bench, name: str, share: float
) -> None:
    content = Path(bench.load(name).artifact).read_bytes()
    pruned = prune(content, share)
    assert pruned.removed_channels > 0
    assert len(pruned.content) < len(content)
    runner = Runner(pruned.content)
    x = np.random.default_rng(1).normal(0, 1, (8, *runner.input.shape[1:])).astype(np.float32)
    np.testing.assert_allclose(runner.run(x), Runner(silenced(content, share)).run(x), rtol=1e-4, atol=1e-5)


def test_channels_stay_in_fours_and_layers_that_are_added_lose_the_same(bench: Bench) -> None:
    pruned = prune(Path(bench.load("small.keras").artifact).read_bytes(), 0.5)
    shapes = {layer.name: layer.output_shape for layer in layers_of(read(pruned.content))}
    assert shapes["first"][-1] == shapes["deep"][-1] == 4
    assert shapes["left"][-1] == shapes["right"][-1] == shapes["sum"][-1] == 8
    assert shapes["flat"] == (1, 4 * 4 * 8)
    assert shapes["hidden"] == (1, 8)
    assert shapes["answer"] == (1, 4)
    assert pruned.removed_channels == 4 + 4 + 2


def test_the_answers_are_never_pruned_and_the_note_says_why(bench: Bench) -> None:
    small = prune(Path(bench.load("small.keras").artifact).read_bytes(), 0.5)
    assert small.notes == (
        "'answer' keeps all channels: 'softmax' (SOFTMAX) weighs them against each other.",
    )
    numbers = prune(Path(bench.load("tangled.keras").artifact).read_bytes(), 0.5)
    assert any("they are the model's answers" in note for note in numbers.notes)


def test_at_least_one_channel_of_every_layer_stays(bench: Bench) -> None:
    for name in ("small.keras", "tangled.keras", "series.keras"):
        pruned = prune(Path(bench.load(name).artifact).read_bytes(), 0.9)
        assert all(0 not in layer.output_shape for layer in layers_of(read(pruned.content)))


def test_the_strongest_channels_stay(bench: Bench) -> None:
    content = Path(bench.load("series.keras").artifact).read_bytes()
    before, after = read(content), read(prune(content, 0.5).content)

    def filters(model: Any) -> npt.NDArray[Any]:
        operator = next(operator for operator in model.operators if operator.name == "CONV_2D")
        weights = model.constant(operator.inputs[1])
        return np.sort(np.sqrt(np.square(weights.reshape(len(weights), -1)).sum(axis=1)))

    np.testing.assert_allclose(filters(after), filters(before)[-4:], rtol=1e-6)


def test_no_pruning_gives_the_same_file_back(bench: Bench) -> None:
    content = Path(bench.load("small.keras").artifact).read_bytes()
    assert prune(content, 0.0).content is content


def test_an_operator_that_is_not_understood_keeps_its_channels(bench: Bench) -> None:
    content = Path(bench.load("small.keras").artifact).read_bytes()
    graph = read_graph(content)
    pool = next(i for i, operator in enumerate(read(content).operators) if operator.name == "MAX_POOL_2D")
    code = graph.operatorCodes[graph.subgraphs[0].operators[pool].opcodeIndex]
    code.builtinCode, code.deprecatedBuiltinCode = 88, 88  # ReLU's neighbours: UNPACK
    pruned = prune(write_graph(graph), 0.5)
    assert any("'left', 'right' keep all channels" in note and "UNPACK" in note for note in pruned.notes)
