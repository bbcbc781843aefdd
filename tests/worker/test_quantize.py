"""Every scheme, layer by layer: what is stored how, and that the generated C answers as LiteRT's reference."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.compiler import generate
from studio.compiler.host import HostModel
from studio.core.dataset import Dataset
from studio.core.model import Model
from studio.core.recipe import Candidate, Clip, LayerChoice, Recipe, Scheme
from studio.core.tflite import DType, TfliteModel, read
from studio.worker.quick_form import quick_form
from studio.worker.runner import Runner, real, stored
from tests.worker.conftest import Bench

MIXED = (
    LayerChoice("first", Scheme.INT4),
    LayerChoice("left", Scheme.FLOAT32),
    LayerChoice("hidden", Scheme.INT16),
)
COMPILED = {
    "int8": Recipe(),
    "int4": Recipe(Scheme.INT4),
    "int16": Recipe(Scheme.INT16),
    "mixed": Recipe(layers=MIXED),
    "int4, apart": Recipe(
        Scheme.INT4, layers=(LayerChoice("hidden", Scheme.INT8), LayerChoice("right", Scheme.FLOAT32))
    ),
    "int16, apart": Recipe(Scheme.INT16, layers=(LayerChoice("hidden", Scheme.INT8),)),
    "float32, apart": Recipe(Scheme.FLOAT32, layers=(LayerChoice("hidden", Scheme.INT8),)),
    "ends apart": Recipe(
        layers=(LayerChoice("first", Scheme.FLOAT32), LayerChoice("softmax", Scheme.FLOAT32))
    ),
    "float16": Recipe(Scheme.FLOAT16),
    "weights only": Recipe(Scheme.WEIGHTS_ONLY),
}


def compressed(bench: Bench, model: Model, recipe: Recipe, data: Dataset | None) -> tuple[Candidate, bytes]:
    candidate: Candidate = bench("compress", model=model, recipe=recipe, dataset=data)
    return candidate, Path(candidate.artifact).read_bytes()


def samples(count: int = 12) -> np.ndarray:
    return np.random.default_rng(3).normal(0, 1, (count, 8, 8, 1)).astype(np.float32)


def ends(model: TfliteModel) -> set[DType]:
    return {model.tensors[i].dtype for i in (*model.inputs, *model.outputs)}


@pytest.mark.parametrize("name", COMPILED)
def test_the_generated_c_answers_as_the_reference(
    bench: Bench, small: Model, data: Dataset, name: str
) -> None:
    _, content = compressed(bench, small, COMPILED[name], data)
    reference = Runner(content)
    x = np.ascontiguousarray(stored(samples(), reference.input))
    answers, wanted = HostModel(generate(content)).run(x), reference.run(x)
    assert answers.dtype == wanted.dtype
    # A dense layer rounds twice in the C, as on the board, and once on the desktop: a step, and more behind a softmax.
    most = 1e-5 if wanted.dtype == np.float32 else 64 if wanted.dtype == np.int16 else 12
    assert np.abs(answers.astype(np.float64) - wanted).max() <= most
    twin = Runner(Path(small.artifact).read_bytes()).run(samples())
    most_of_a_class = 0.12 if "int4" in name or name == "mixed" else 0.03
    assert np.abs(real(wanted, reference.output) - twin).mean() < most_of_a_class


def test_layers_are_stored_as_chosen(bench: Bench, small: Model, data: Dataset) -> None:
    candidate, content = compressed(bench, small, Recipe(layers=MIXED), data)
    model = read(content)
    found = {}
    for layer, operator in zip(candidate.layers, model.operators, strict=True):
        if operator.name in ("CONV_2D", "FULLY_CONNECTED"):
            given, weights = (model.tensors[i].dtype.value for i in operator.inputs[:2])
            found[layer.name] = given, weights
    assert found == {
        "first": ("int8", "int4"),
        "left": ("float32", "float32"),
        "right": ("int8", "int8"),
        "hidden": ("int16", "int8"),
        "answer": ("int8", "int8"),
    }
    assert ends(model) == {DType.INT8}
    assert not candidate.notes


@pytest.mark.parametrize(
    ("scheme", "end"), [(Scheme.INT8, "int8"), (Scheme.INT4, "int8"), (Scheme.INT16, "int16")]
)
def test_ends_are_never_silently_float(
    bench: Bench, small: Model, data: Dataset, scheme: Scheme, end: str
) -> None:
    apart = (LayerChoice("first", Scheme.FLOAT32), LayerChoice("softmax", Scheme.FLOAT32))
    candidate, content = compressed(bench, small, Recipe(scheme, layers=apart), data)
    assert ends(read(content)) == {DType(end)}
    said = " ".join(candidate.notes)
    assert f"The model's input stays {end}" in said
    assert f"The model's output stays {end}" in said


def test_layers_that_cannot_be_int4_are_named_with_the_reason(
    bench: Bench, small: Model, data: Dataset
) -> None:
    candidate, _ = compressed(bench, small, Recipe(Scheme.INT4), data)
    assert any(
        note.startswith("'deep' (DEPTHWISE_CONV_2D) keeps its weights in 8 bits") for note in candidate.notes
    )


def test_float16_halves_the_file_and_needs_no_data(bench: Bench, small: Model) -> None:
    candidate, content = compressed(bench, small, Recipe(Scheme.FLOAT16), None)
    assert candidate.file_bytes < 0.75 * small.artifact_bytes
    assert ends(read(content)) == {DType.FLOAT32}


def test_a_filter_left_without_weights_keeps_its_bias(bench: Bench, small: Model, data: Dataset) -> None:
    recipe = Recipe(layers=(LayerChoice("deep", sparsity=0.95),))
    _, content = compressed(bench, small, recipe, data)
    float32, whole = compressed(bench, small, replace(recipe, scheme=Scheme.FLOAT32), data)
    assert float32.notes == ()
    runner = Runner(content)
    answers = real(runner.run(stored(samples(), runner.input)), runner.output)
    assert np.abs(answers - Runner(whole).run(samples())).mean() < 0.03
    x = stored(samples(), runner.input)
    np.testing.assert_allclose(HostModel(generate(content)).run(x), runner.run(x), atol=4)


def test_clipping_says_what_it_cut(bench: Bench, small: Model, data: Dataset) -> None:
    candidate, _ = compressed(bench, small, Recipe(clip=Clip.PERCENTILE), data)
    assert any(note.startswith("Clipping cuts") for note in candidate.notes)


@pytest.mark.parametrize("name", ["int4", "int16", "mixed", "int16, apart"])
def test_the_quick_form_answers_as_the_model(bench: Bench, small: Model, data: Dataset, name: str) -> None:
    _, content = compressed(bench, small, COMPILED[name], data)
    quick, slow = Runner(quick_form(content)), Runner(content)
    x = samples(20)
    answers = real(quick.run(stored(x, quick.input)), quick.output)
    wanted = real(slow.run(stored(x, slow.input)), slow.output)
    np.testing.assert_allclose(answers, wanted, atol=0.02 if "int16" in name or name == "mixed" else 1e-6)
    assert {tensor.dtype for tensor in read(quick_form(content)).tensors}.isdisjoint(
        {DType.INT4, DType.INT16}
    )
