"""Loading: every format, and a sentence for every file that is no model or not one for the studio."""

import os
import shutil
import zipfile
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.model import Model, ModelFormat
from studio.core.tflite import read
from studio.core.verdict import Runs, count_of, summary
from studio.worker.graph import read_graph
from studio.worker.runner import Runner
from tests.mlperf_tiny import public_file
from tests.worker.conftest import Bench

OPERATORS = [
    "CONV_2D", "DEPTHWISE_CONV_2D", "CONV_2D", "CONV_2D", "ADD",
    "MAX_POOL_2D", "RESHAPE", "FULLY_CONNECTED", "FULLY_CONNECTED", "SOFTMAX",
]  # fmt: skip
NAMES = ["first", "deep", "left", "right", "sum", "pool", "flat", "hidden", "answer", "softmax"]


@pytest.mark.parametrize(
    ("name", "format_"),
    [
        ("small.keras", ModelFormat.KERAS),
        ("small.h5", ModelFormat.H5),
        ("saved", ModelFormat.SAVED_MODEL),
        ("saved.zip", ModelFormat.SAVED_MODEL),
    ],
)
def test_the_same_model_loads_from_every_format(
    bench: Bench, small: Model, name: str, format_: ModelFormat
) -> None:
    model = bench.load(name)
    assert model.format is format_
    assert model.name == Path(name).stem
    assert (model.inputs[0].shape, model.outputs[0].shape) == ((1, 8, 8, 1), (1, 4))
    assert model.inputs[0].dtype == "float32"
    assert not model.quantized
    assert [layer.operator for layer in model.layers] == OPERATORS
    assert [layer.name for layer in model.layers] == NAMES
    assert model.macs == small.macs
    x = np.random.default_rng(0).normal(0, 1, (5, 8, 8, 1)).astype(np.float32)
    answers = [Runner(Path(which.artifact).read_bytes()).run(x) for which in (model, small)]
    np.testing.assert_allclose(answers[0], answers[1], atol=1e-5)


def test_a_file_of_keras_2_loads_and_says_so(bench: Bench) -> None:
    model = bench.load("old.h5")
    assert "Keras 2" in model.notes[0]
    assert [layer.name for layer in model.layers] == ["first", "deep", "flatten", "answer", "softmax"]


def test_a_converted_model_loads_again_as_tflite_without_tensorflow(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    path = tmp_path / "mine.tflite"
    shutil.copy(small.artifact, path)
    model = bench("load", path=str(path))
    assert model.format is ModelFormat.TFLITE
    assert model.artifact_sha256 == small.artifact_sha256
    assert model.layers == small.layers


def test_a_model_is_known_again_by_its_content_under_another_name(
    bench: Bench, small: Model, tmp_path: Path
) -> None:
    path = tmp_path / "renamed.dat"
    shutil.copy(bench.models / "small.keras", path)
    model = bench("load", path=str(path))
    assert (model.name, model.sha256, model.artifact) == ("renamed", small.sha256, small.artifact)


def test_a_converted_model_has_a_batch_of_1_and_a_signature(small: Model) -> None:
    content = Path(small.artifact).read_bytes()
    model = read(content)
    assert model.tensors[model.inputs[0]].shape_signature in ((), (1, 8, 8, 1))
    assert len(read_graph(content).signatureDefs) == 1


def test_a_series_model_loads(bench: Bench) -> None:
    assert bench.load("series.keras").inputs[0].shape == (1, 20, 3)


def test_every_layer_has_a_verdict_and_what_was_joined_is_said(small: Model) -> None:
    assert summary(small.verdicts) == "10 layers run, 1 after a change, 0 cannot"
    assert [one.layer for one in small.verdicts] == [*NAMES, "norm"]
    assert "fused" in small.verdicts[-1].words


def test_a_layer_that_no_microcontroller_runs_is_named_and_the_model_still_loads(bench: Bench) -> None:
    tangled = bench.load("tangled.keras")
    cannot = [one for one in tangled.verdicts if one.verdict is Runs.CANNOT]
    assert [(one.layer, one.operator) for one in cannot] == [("slope", "PRELU")]
    assert "phone or on Linux" in cannot[0].words


def test_loops_over_time_are_written_out_and_answer_the_same(bench: Bench) -> None:
    rolled, unrolled = bench.load("rolled.keras"), bench.load("unrolled.keras")
    assert "'memory' (LSTM) looped over time; it was loaded as with unroll=True" in rolled.notes[0]
    assert not unrolled.notes
    assert [layer.operator for layer in rolled.layers] == [layer.operator for layer in unrolled.layers]
    assert count_of(rolled.verdicts, Runs.CANNOT) == 0
    splits = [one for one in rolled.verdicts if one.operator == "SPLIT"]
    assert {one.verdict for one in splits} == {Runs.AFTER_CHANGE}
    assert "Becomes int8" in splits[0].words


def test_a_loop_over_too_many_steps_is_refused_with_what_to_do(bench: Bench) -> None:
    with pytest.raises(
        StudioError, match=r"'memory' \(LSTM\) loops over 400 time steps.*unroll=True.*convolutions"
    ):
        bench.load("endless.keras")


def test_weights_in_8_bits_alone_are_no_obstacle_to_loading(bench: Bench) -> None:
    model = bench("load", path=str(public_file("kws_ref_model_float32.tflite")))
    assert count_of(model.verdicts, Runs.CANNOT) == 5
    assert "dynamic range" in next(one.words for one in model.verdicts if one.verdict is Runs.CANNOT)


@pytest.mark.parametrize(
    ("name", "layers"), [("ad01.h5", 10), ("pretrainedResnet.h5", 15), ("str_ww_ref_model.h5", 10)]
)
def test_public_models_of_keras_2_run_on_a_microcontroller(bench: Bench, name: str, layers: int) -> None:
    model = bench("load", path=str(public_file(name)))
    assert len(model.layers) == count_of(model.verdicts, Runs.AS_IT_IS) == layers


BAD = {
    "lambda.keras": "Layer 'plus_one' is a Lambda layer",
    "lambda.h5": "Layer 'plus_one' is a Lambda layer",
    "custom.keras": "Layer 'my_layer' is of the class 'Mine'",
    "custom.h5": "Layer 'my_layer' is of the class 'Mine'",
    "registered.keras": "Layer 'my_layer' is of the class 'Registered'",
    "function.keras": "Layer 'odd' uses the function 'own_activation'",
    "free.keras": r"free shape \(any, any, 8, 1\)",
    "free.h5": "free shape",
    "free.tflite": r"free shape \(1, any, 4\)",
    "two_inputs.keras": "has 2 inputs; the studio works with one",
    "two_inputs.h5": "has 2 inputs",
    "two_inputs": "has 2 inputs",
    "two_inputs.tflite": "has 2 inputs",
    "two_outputs.keras": "has 2 outputs",
    "batch.tflite": "fixed batch of 8",
    "text.tflite": "input is int64",
    "only.weights.h5": "holds weights but no layers",
    "unsigned": "has no signature",
    "python": "runs code of its own",
    "slip.zip": "outside of its folder",
    "missing.keras": "There is no file at",
}


@pytest.mark.parametrize("name", BAD)
def test_a_model_that_cannot_be_used_is_refused_with_what_to_do(bench: Bench, name: str) -> None:
    with pytest.raises(StudioError, match=BAD[name]):
        bench.load(name)


def test_nothing_was_written_outside_of_a_zips_folder(bench: Bench) -> None:
    with pytest.raises(StudioError):
        bench.load("slip.zip")
    assert not (bench.models.parent / "escaped").exists()


def _load(bench: Bench, folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    bench("load", path=str(folder / name))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("small.keras", "damaged or cut short"),
        ("small.h5", "damaged or cut short"),
        ("saved.zip", "damaged or cut short"),
    ],
)
@pytest.mark.parametrize("share", [0.3, 0.9])
def test_a_file_cut_short_is_refused(
    bench: Bench, tmp_path: Path, name: str, words: str, share: float
) -> None:
    whole = (bench.models / name).read_bytes()
    with pytest.raises(StudioError, match=words):
        _load(bench, tmp_path, name, whole[: int(len(whole) * share)])


def test_a_tflite_cut_short_is_refused(bench: Bench, small: Model, tmp_path: Path) -> None:
    whole = Path(small.artifact).read_bytes()
    for share in (0.01, 0.5, 0.99):
        with pytest.raises(StudioError, match=r"damaged|cut short"):
            _load(bench, tmp_path, "cut.tflite", whole[: int(len(whole) * share)])


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("photo.jpg", b"\xff\xd8\xff\xe0 a picture", "is not a model. Choose a .keras"),
        ("fake.keras", b"just words", "damaged or not what its name says"),
        ("fake.tflite", b"just words, no model", "not a .tflite model"),
        ("empty.h5", b"", "is empty"),
        ("net.onnx", b"\x08\x07onnx", r"tinyml-studio\[onnx\]|damaged or not an ONNX model"),
        ("net.pt", b"torch", "PyTorch"),
        ("lone.pb", b"graph", "SavedModel folder"),
    ],
)
def test_what_is_no_model_is_refused(
    bench: Bench, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    with pytest.raises(StudioError, match=words):
        _load(bench, tmp_path, name, content)


def test_a_zip_of_something_else_is_refused(bench: Bench, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("notes.txt", "hello")
    with pytest.raises(StudioError, match=r"neither a Keras model .* nor a SavedModel"):
        bench("load", path=str(tmp_path / "other.zip"))


def test_a_folder_that_is_no_saved_model_is_refused(bench: Bench, tmp_path: Path) -> None:
    with pytest.raises(StudioError, match=r"is not a SavedModel: there is no saved_model\.pb"):
        bench("load", path=str(tmp_path))


def test_a_saved_model_without_its_variables_is_refused(bench: Bench, tmp_path: Path) -> None:
    shutil.copytree(bench.models / "saved", tmp_path / "half")
    for file in (tmp_path / "half" / "variables").iterdir():
        file.unlink()
    with pytest.raises(StudioError, match="variables are missing"):
        bench("load", path=str(tmp_path / "half"))


def test_a_damaged_saved_model_is_refused(bench: Bench, tmp_path: Path) -> None:
    shutil.copytree(bench.models / "saved", tmp_path / "torn")
    graph = tmp_path / "torn" / "saved_model.pb"
    graph.write_bytes(graph.read_bytes()[:1001])
    with pytest.raises(StudioError, match=r"damaged or cut short|could not be opened"):
        bench("load", path=str(tmp_path / "torn"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(bench: Bench, tmp_path: Path) -> None:
    path = tmp_path / "secret.keras"
    path.write_bytes(b"x")
    path.chmod(0)
    with pytest.raises(StudioError, match="may not be read"):
        bench("load", path=str(path))
