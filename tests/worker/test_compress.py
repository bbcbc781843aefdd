"""Compressing: int8 from end to end, dynamic range, float32, and what is passed through."""

import copy
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.dataset import Dataset, SplitChoice
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.recipe import Candidate, Recipe, Scheme
from studio.core.storage import sha256_of
from studio.core.tflite import DType, read
from studio.worker.ends import without_other_ends
from studio.worker.graph import read_graph, write_graph
from studio.worker.runner import Runner, real, stored
from tests.worker.conftest import Bench, write_data


def compress(bench: Bench, model: Model, recipe: Recipe, data: Dataset | None) -> Candidate:
    candidate: Candidate = bench("compress", model=model, recipe=recipe, dataset=data)
    return candidate


def test_int8_reaches_from_the_input_to_the_output(bench: Bench, small: Model, data: Dataset) -> None:
    candidate = compress(bench, small, Recipe(), data)
    content = Path(candidate.artifact).read_bytes()
    model = read(content)
    assert sha256_of(Path(candidate.artifact)) == candidate.sha256
    assert {model.tensors[i].dtype for i in (*model.inputs, *model.outputs)} == {DType.INT8}
    assert {layer.dtype for layer in candidate.layers} == {"int8"}
    assert [layer.name for layer in candidate.layers] == [layer.name for layer in small.layers]
    assert candidate.notes == ()
    runner, twin = Runner(content), Runner(Path(small.artifact).read_bytes())
    x = np.random.default_rng(3).normal(0, 1, (20, 8, 8, 1)).astype(np.float32)
    answers = real(runner.run(stored(x, runner.input)), runner.output)
    assert np.abs(answers - twin.run(x)).mean() < 0.02


def test_pruning_and_int8_work_together(bench: Bench, small: Model, data: Dataset) -> None:
    candidate = compress(bench, small, Recipe(pruning=0.5), data)
    assert candidate.removed_channels == 10
    assert candidate.layers[0].output_shape == (1, 8, 8, 4)
    assert {layer.dtype for layer in candidate.layers} == {"int8"}
    assert "'answer' keeps all channels" in candidate.notes[0]


def test_dynamic_range_stores_weights_in_8_bits_and_computes_in_float(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate = compress(bench, small, Recipe(Scheme.DYNAMIC_RANGE), data)
    assert candidate.file_bytes < small.artifact_bytes
    assert {layer.dtype for layer in candidate.layers} == {"float32"}
    assert candidate.layers[7].weight_bytes < small.layers[7].weight_bytes / 2


def test_float32_is_the_model_itself(bench: Bench, small: Model, data: Dataset) -> None:
    assert compress(bench, small, Recipe(Scheme.FLOAT32), data).sha256 == small.artifact_sha256


def test_the_same_recipe_gives_the_same_candidate_and_another_sample_count_another(
    bench: Bench, small: Model, data: Dataset
) -> None:
    first = compress(bench, small, Recipe(), data)
    assert replace(compress(bench, small, Recipe(), data), seconds=first.seconds) == first
    assert compress(bench, small, Recipe(calibration_samples=3), data).sha256 != first.sha256


def test_a_candidate_whose_file_was_damaged_is_made_again(bench: Bench, small: Model, data: Dataset) -> None:
    first = compress(bench, small, Recipe(calibration_samples=7), data)
    Path(first.artifact).write_bytes(b"damaged")
    again = compress(bench, small, Recipe(calibration_samples=7), data)
    assert again.sha256 == first.sha256
    assert sha256_of(Path(again.artifact)) == first.sha256


def test_int8_without_data_asks_for_samples(bench: Bench, small: Model) -> None:
    with pytest.raises(StudioError, match="needs samples"):
        compress(bench, small, Recipe(), None)


def test_a_model_that_is_int8_already_is_passed_through_with_a_note(
    bench: Bench, small: Model, data: Dataset
) -> None:
    loaded: Model = bench("load", path=compress(bench, small, Recipe(), data).artifact)
    assert loaded.quantized
    candidate = compress(bench, loaded, Recipe(pruning=0.5), None)
    assert candidate.sha256 == loaded.sha256
    assert candidate.removed_channels == 0
    assert "the recipe changes nothing" in candidate.notes[0]


def test_layers_that_stay_float_are_named(bench: Bench, small: Model, tmp_path: Path) -> None:
    model = bench.load("tangled.keras")
    write_data(tmp_path, (6, 6, 3), 3, numbers=True)
    dataset = bench("inspect_data", path=str(tmp_path), split=SplitChoice(), model=model)
    candidate = compress(bench, model, Recipe(), dataset)
    found = read(Path(candidate.artifact).read_bytes())
    assert found.tensors[found.inputs[0]].dtype is DType.INT8
    float_layers = {layer.name for layer in candidate.layers if layer.dtype == "float32"}
    named = {note.split("'")[1] for note in candidate.notes}
    assert named >= float_layers - {layer.name for layer in candidate.layers if "QUANTIZE" in layer.operator}


def test_layers_that_share_a_constant_are_pruned_and_quantized(
    bench: Bench, small: Model, data: Dataset, tmp_path: Path
) -> None:
    graph = read_graph(Path(small.artifact).read_bytes())
    left, right = graph.subgraphs[0].operators[2:4]
    right.inputs = [right.inputs[0], right.inputs[1], left.inputs[2]]
    (tmp_path / "shared.tflite").write_bytes(write_graph(graph))
    model = bench("load", path=str(tmp_path / "shared.tflite"))
    candidate = compress(bench, model, Recipe(pruning=0.5), data)
    names = [tensor.name for tensor in read(Path(candidate.artifact).read_bytes()).tensors]
    assert len(set(names)) == len(names)
    assert {layer.dtype for layer in candidate.layers} == {"int8"}


def test_float_ends_are_taken_off(bench: Bench, small: Model, data: Dataset) -> None:
    content = Path(compress(bench, small, Recipe(), data).artifact).read_bytes()
    whole = with_float_ends(content)
    assert read(whole).tensors[read(whole).inputs[0]].dtype is DType.FLOAT32
    bare = without_other_ends(whole)
    model = read(bare)
    assert {model.tensors[i].dtype for i in (*model.inputs, *model.outputs)} == {DType.INT8}
    assert len(model.operators) == len(read(content).operators)
    x = np.random.default_rng(0).integers(-128, 128, (4, 8, 8, 1)).astype(np.int8)
    np.testing.assert_array_equal(Runner(bare).run(x), Runner(content).run(x))


@pytest.mark.parametrize("kind", ["float32", "uint8"])
def test_a_file_with_other_ends_is_measured_as_the_model_inside(
    bench: Bench, small: Model, data: Dataset, tmp_path: Path, kind: str
) -> None:
    content = Path(compress(bench, small, Recipe(), data).artifact).read_bytes()
    (tmp_path / "small.tflite").write_bytes(with_other_ends(content, kind))
    model = bench("load", path=str(tmp_path / "small.tflite"))
    assert (model.inputs[0].dtype, model.outputs[0].dtype) == (kind, kind)
    candidate = compress(bench, model, Recipe(), data)
    inside = read(Path(candidate.artifact).read_bytes())
    assert {inside.tensors[i].dtype for i in (*inside.inputs, *inside.outputs)} == {DType.INT8}
    assert any(f"takes {kind} and gives {kind}" in note and "take int8" in note for note in candidate.notes)
    build = bench("compile_candidate", candidate=candidate, labels=data.labels, optimize="balanced")
    found = bench("evaluate", model=model, candidate=candidate, build=build, dataset=data)
    plain = compress(bench, small, Recipe(), data)
    own = bench("compile_candidate", candidate=plain, labels=data.labels, optimize="balanced")
    expected = bench("evaluate", model=small, candidate=plain, build=own, dataset=data)
    assert found.confusion == expected.confusion
    assert abs(found.accuracy - found.float_accuracy) <= 0.1  # LiteRT, of the file with its own ends
    measured = bench("measure", candidate=candidate, build=build, dataset=data, samples=32).measurement
    assert (measured.samples, measured.equal_samples) == (32, 32)


def with_float_ends(content: bytes) -> bytes:
    """The int8 model between a QUANTIZE and a DEQUANTIZE, as some converters leave it."""
    return with_other_ends(content, "float32")


def with_other_ends(content: bytes, kind: str) -> bytes:
    """The int8 model with float32 or uint8 ends, as converters make them of it."""
    from ai_edge_litert import schema_py_generated as schema

    graph = read_graph(content)
    subgraph = graph.subgraphs[0]
    for code, name in ((114, "other_input"), (6 if kind == "float32" else 114, "other_output")):
        entry = schema.OperatorCodeT()
        entry.builtinCode, entry.deprecatedBuiltinCode, entry.version = code, code, 2
        graph.operatorCodes.append(entry)
        first = name == "other_input"
        ends = subgraph.inputs if first else subgraph.outputs
        like = subgraph.tensors[ends[0]]
        tensor = schema.TensorT()
        tensor.name, tensor.shape, tensor.type, tensor.buffer = name.encode(), like.shape, 0, 0
        if kind == "uint8":
            tensor.type, tensor.quantization = schema.TensorType.UINT8, copy.deepcopy(like.quantization)
            tensor.quantization.zeroPoint = [int(like.quantization.zeroPoint[0]) + 128]
        subgraph.tensors.append(tensor)
        operator = schema.OperatorT()
        operator.opcodeIndex = len(graph.operatorCodes) - 1
        new, old = len(subgraph.tensors) - 1, int(ends[0])
        operator.inputs, operator.outputs = ([new], [old]) if first else ([old], [new])
        if first:
            subgraph.operators.insert(0, operator)
            subgraph.inputs = [new]
        else:
            subgraph.operators.append(operator)
            subgraph.outputs = [new]
    return write_graph(graph)
