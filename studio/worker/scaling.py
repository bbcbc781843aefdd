"""In which range pixels or sound go into a model: as it says itself, checked against how it answers so."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from studio.core.data_files import DataKind
from studio.core.dataset import balanced_rows
from studio.core.formatting import show_share
from studio.core.model import Model
from studio.core.tflite import DType, TfliteModel, read
from studio.worker.report import Report
from studio.worker.runner import Runner

_MACS = 1_500_000_000  # for each range that is tried: less than a second
_FEWEST, _MOST = 20, 100  # samples


@dataclass(frozen=True, slots=True)
class Scaling:
    """Values from `low` to `high` in the model; `words` for the user."""

    low: float
    high: float
    words: str


# What is tried; the first is taken where nothing speaks for another.
RANGES = {
    DataKind.PICTURES: (Scaling(0, 1, "0 to 1"), Scaling(0, 255, "0 to 255"), Scaling(-1, 1, "−1 to 1")),
    DataKind.SOUNDS: (Scaling(-1, 1, "−1 to 1"), Scaling(-32768, 32767, "−32,768 to 32,767")),
}
_READ = {DataKind.PICTURES: (0.0, 255.0), DataKind.SOUNDS: (-1.0, 1.0)}


def scaled(x: npt.NDArray[np.float32], kind: DataKind, to: Scaling) -> npt.NDArray[np.float32]:
    """Values as they were read from files of `kind`, brought into the range `to`."""
    low, high = _READ[kind]
    if (low, high) == (to.low, to.high):
        return x
    found: npt.NDArray[np.float32] = ((x - low) * ((to.high - to.low) / (high - low)) + to.low).astype(
        np.float32
    )
    return found


def chosen(
    model: Model, kind: DataKind, x: npt.NDArray[np.float32], y: npt.NDArray[np.generic], report: Report
) -> tuple[Scaling, str]:
    """The range to use, and the sentence that says why.

    `x` as read; `y` class numbers (int64 [N]), with which the ranges are tried, or numbers, with which they are not.
    """
    with open(model.artifact, "rb") as stream:
        content = stream.read()
    graph = read(content)
    what = "Pixels" if kind is DataKind.PICTURES else "Sound samples"
    ranges = RANGES[kind]
    told = _of_quantized_input(graph, ranges)
    if told is not None:
        return told, f"{what} go in as {told.words}: that is the range of the model's input."
    rescales = _rescales(graph, kind)
    first = ranges[1] if rescales else ranges[0]
    because = " (the model rescales them itself)" if rescales else ""
    if y.ndim != 1:
        return first, f"{what} go in as {first.words}{because}."
    shares = _tried(model, content, kind, x, y, report)
    best = max(ranges, key=lambda one: shares[one])
    others = ", ".join(f"{show_share(shares[one], 1)} as {one.words}" for one in ranges)
    rows = len(balanced_rows(y, _count(model)))
    by_chance = 2 * (0.5 / rows) ** 0.5  # two standard errors of a difference of shares, at most
    if shares[best] > shares[first] + by_chance:
        return best, (
            f"{what} go in as {best.words}: so the model answers most of {rows} samples rightly ({others})."
        )
    return first, f"{what} go in as {first.words}{because}; {rows} samples were tried ({others} right)."


def _count(model: Model) -> int:
    return int(min(max(_MACS // max(model.macs, 1), _FEWEST), _MOST))


def _tried(
    model: Model,
    content: bytes,
    kind: DataKind,
    x: npt.NDArray[np.float32],
    y: npt.NDArray[np.generic],
    report: Report,
) -> dict[Scaling, float]:
    """The share of right answers for each range."""
    rows = balanced_rows(y, _count(model))
    runner = Runner(content, keep_all=True)  # the optimized kernels: this is a comparison, not a result
    found = {}
    for number, one in enumerate(RANGES[kind]):
        values = scaled(x[rows], kind, one)
        right = 0
        for place, row in enumerate(values):
            report(0.6 + 0.1 * (number + place / len(rows)), "Trying in which range the values go in")
            right += int(runner.run(row[None]).reshape(-1).argmax() == y[rows[place]])
        found[one] = right / len(rows)
    return found


def _of_quantized_input(graph: TfliteModel, ranges: tuple[Scaling, ...]) -> Scaling | None:
    """The range nearest to what a quantized input can hold, or None for float inputs."""
    tensor = graph.tensors[graph.inputs[0]]
    if tensor.dtype not in (DType.INT8, DType.UINT8, DType.INT16) or len(tensor.scales) != 1:
        return None
    limits = np.iinfo(tensor.dtype.value)
    zero_point = tensor.zero_points[0] if tensor.zero_points else 0
    low, high = ((limit - zero_point) * tensor.scales[0] for limit in (limits.min, limits.max))
    return min(
        ranges,
        key=lambda one: abs(np.log((high - low) / (one.high - one.low))) + abs(low - one.low) / (high - low),
    )


def _rescales(graph: TfliteModel, kind: DataKind) -> bool:
    """Whether the model's first layer divides by a large number, as Rescaling(1/255) does."""
    first = next((operator for operator in graph.operators if graph.inputs[0] in operator.inputs), None)
    if first is None or first.name not in ("MUL", "DIV"):
        return False
    constants = [graph.constant(i) for i in first.inputs if i >= 0 and graph.tensors[i].is_constant]
    if not constants or constants[0] is None or constants[0].size != 1:
        return False
    factor = abs(float(constants[0].reshape(-1)[0]))
    factor = 1 / factor if first.name == "DIV" and factor else factor
    least = 0.05 if kind is DataKind.PICTURES else 0.001
    return 0 < factor < least
