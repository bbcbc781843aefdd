"""ONNX models load where the extra is installed, and answer as onnxruntime does; else the install line is shown."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.model import ModelFormat
from studio.worker.load import load
from studio.worker.onnx_file import INSTALL, check_extra
from studio.worker.report import silent
from studio.worker.runner import Runner


def test_without_the_extra_the_refusal_shows_the_line_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(StudioError) as refused:
        check_extra()
    assert INSTALL in str(refused.value)
    assert INSTALL == 'pip install "tinyml-studio[onnx]"'


@pytest.mark.filterwarnings("ignore")  # those of onnx2tf and what it imports
@pytest.mark.usefixtures("cache_folder")
def test_a_convolutional_net_answers_as_onnxruntime_does(tmp_path: Path) -> None:
    pytest.importorskip("onnx2tf")
    runtime = pytest.importorskip("onnxruntime")
    path = tmp_path / "net.onnx"
    _write(path)
    model = load(str(path), silent)
    assert model.format is ModelFormat.ONNX
    assert model.inputs[0].shape == (1, 16, 16, 3)
    assert "channels first (3 × 16 × 16)" in model.notes[0]
    x = np.random.default_rng(0).normal(size=(4, 3, 16, 16)).astype(np.float32)
    session = runtime.InferenceSession(str(path))
    wanted = np.concatenate([session.run(None, {"x": row[None]})[0] for row in x])
    found = Runner(Path(model.artifact).read_bytes()).run(x.transpose(0, 2, 3, 1))
    np.testing.assert_allclose(found, wanted, atol=1e-5)


def _write(path: Path) -> None:
    """A net with a residual, a depthwise convolution and a normalisation, as PyTorch exports them."""
    import onnx
    from onnx import TensorProto, helper, numpy_helper

    random = np.random.default_rng(0)

    def weights(name: str, *shape: int) -> Any:
        return numpy_helper.from_array(random.normal(0, 0.3, shape).astype(np.float32), name)

    around = {"kernel_shape": [3, 3], "pads": [1, 1, 1, 1]}
    nodes = [
        helper.make_node("Conv", ["x", "w1", "b1"], ["c1"], strides=[2, 2], **around),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "w2", "b2"], ["c2"], group=8, **around),
        helper.make_node("BatchNormalization", ["c2", "scale", "shift", "mean", "variance"], ["n2"]),
        helper.make_node("Relu", ["n2"], ["r2"]),
        helper.make_node("Conv", ["r2", "w3", "b3"], ["c3"], kernel_shape=[1, 1]),
        helper.make_node("Add", ["c3", "r1"], ["a3"]),
        helper.make_node("MaxPool", ["a3"], ["p3"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p3"], ["f3"]),
        helper.make_node("Gemm", ["f3", "w4", "b4"], ["g4"], transB=1),
        helper.make_node("Softmax", ["g4"], ["y"], axis=1),
    ]
    constants = [
        weights("w1", 8, 3, 3, 3), weights("b1", 8), weights("w2", 8, 1, 3, 3), weights("b2", 8),
        weights("w3", 8, 8, 1, 1), weights("b3", 8), weights("w4", 4, 128), weights("b4", 4),
        weights("scale", 8), weights("shift", 8), weights("mean", 8),
        numpy_helper.from_array(np.full(8, 0.5, np.float32), "variance"),
    ]  # fmt: skip
    graph = helper.make_graph(
        nodes,
        "net",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch", 3, 16, 16])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch", 4])],
        constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))
