"""Deliveries of small made models, for the export formats' tests."""

from functools import cache

import numpy as np

from studio import __version__
from studio.compiler import generate
from studio.compiler.host import HostModel
from studio.core.board import find_board
from studio.core.formats.delivery import Delivery, End, ExportEngine, SensorStub
from studio.core.tflite import read
from tests.compiler.models import Draft

LABELS = ("idle", "left turn", "right turn")


def net(readings: int, width: int) -> bytes:
    """So many readings -> three classes by two dense layers, the first of them `width` wide."""
    draft = Draft()
    random = np.random.default_rng(3)
    x, hidden = draft.tensor((1, readings), 0.02, -3), draft.tensor((1, width), 0.05, -128)
    scores, answer = draft.tensor((1, 3), 0.08, 5), draft.tensor((1, 3), 1 / 256, -128)

    def dense(given: int, made: int, inputs: int, outputs: int, activation: int) -> None:
        weights = draft.constant(random.integers(-127, 128, (outputs, inputs)).astype(np.int8), 0.01)
        bias = draft.constant(random.integers(-400, 400, outputs).astype(np.int32), 0.0002)
        draft.operator("FULLY_CONNECTED", [given, weights, bias], [made], fusedActivationFunction=activation)

    dense(x, hidden, readings, width, 1)
    dense(hidden, scores, width, 3, 0)
    draft.operator("SOFTMAX", [scores], [answer], beta=1.0)
    return draft.data([x], [answer])


@cache
def small_net() -> bytes:
    """Twelve readings -> three classes by two dense layers."""
    return net(12, 8)


@cache
def wide_net() -> bytes:
    """The same with layers that take even a computer some microseconds."""
    return net(700, 500)


def delivery(
    board: str = "arduino_uno_r3",
    engine: ExportEngine = ExportEngine.STUDIO_C,
    sensor: SensorStub = SensorStub.LINK,
    content: bytes | None = None,
) -> Delivery:
    """The small net (or `content`) as it would be exported, with vectors that its C computed on this computer."""
    content = content or small_net()
    sources = generate(content, labels=LABELS, recipe="int8")
    model = read(content)
    ends = []
    for tensor in (model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]):
        ends.append(End(tensor.shape, tensor.dtype.value, tensor.scales[0], tensor.zero_points[0]))
    x = np.random.default_rng(5).integers(-128, 128, (4, ends[0].size)).astype(np.int8)
    answers = HostModel(sources).run(x)
    return Delivery(
        name="head_turns",
        title="Head turns",
        summary="Accuracy 98 % on 200 test samples.",
        board=find_board(board),
        engine=engine,
        sensor=sensor,
        labels=("idle", "left_turn", "right_turn"),
        recipe="int8",
        studio=__version__,
        model_sha256=sources.model_sha256,
        tflite=content,
        input=ends[0],
        output=ends[1],
        sources={file.name: file.text.encode() for file in sources.files},
        operators=tuple(dict.fromkeys(operator.name for operator in model.operators)),
        arena_bytes=4096,
        vectors=tuple((row.tobytes(), answer.tobytes()) for row, answer in zip(x, answers, strict=True)),
    )
