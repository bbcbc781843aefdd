"""Layers' results for the tests of the Layers page: insides, a memory plan, sensitivity, and long models."""

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QTimer

from studio.core.build import LayerBuild, TensorPlace
from studio.core.model import Layer
from studio.core.results import Results
from studio.core.study import Histogram, LayerInside, LayerReport, LayerSensitivity, Sensitivity
from tests.ui import results as made
from tests.ui.canned import CannedWorker

PLAN = (
    TensorPlace("input", 0, 192, -1, 0),
    TensorPlace("conv1/Relu", 192, 512, 0, 1),
    TensorPlace("scratch of conv1/Relu", 704, 40, 0, 0),
    TensorPlace("pool1", 0, 192, 1, 2),
    TensorPlace("conv2/Relu", 704, 512, 2, 3),
    TensorPlace("mean", 0, 16, 3, 4),
    TensorPlace("dense", 16, 4, 4, 5),
    TensorPlace("softmax", 0, 4, 5, 5),
)
ROWS = (
    LayerSensitivity(made.BEFORE[0].name, (0.98, 0.97, 0.90, 0.7, 0.4)),
    LayerSensitivity(made.BEFORE[2].name, (0.98, 0.95, 0.96, 0.93, 0.88)),
    LayerSensitivity(made.BEFORE[4].name, (0.98, 0.98, None, 0.97, 0.96)),
)
SENSITIVITY = Sensitivity("b" * 64, "d" * 64, 120, 0.98, ROWS)


def inside(index: int, sqnr: float | None = 30.0) -> LayerInside:
    """What was measured inside a layer; weights from −1 to 1 in 20 bins, of which every step of 0.25 can be stored."""
    weights = Histogram(-1.0, 1.0, tuple(range(1, 21)))
    outputs = Histogram(0.0, 4.0, (50, 20, 10, 5))
    return LayerInside(index, sqnr, 0.99, 0.25, weights, 0.25, outputs, 0.01)


def results() -> Results:
    """Everything that the page can show."""
    found = made.results()
    assert found.build is not None
    layers = tuple(inside(layer.index, 40.0 - layer.index) for layer in made.AFTER)
    return replace(
        found, build=replace(found.build, plan=PLAN, arena_bytes=1216), insides=LayerReport("c", 96, layers)
    )


def long_results(count: int = 500) -> Results:
    """A model of many layers, with a shortcut around every fourth."""
    found = made.results()
    before = tuple(
        Layer(
            place,
            f"model/layer_{place}/Relu",
            "ADD" if place % 4 == 3 else "CONV_2D",
            (1, 8, 8, 8),
            "float32",
            0 if place % 4 == 3 else 584,
            1000 + place,
            0 if place % 4 == 3 else 2336,
            2048,
            () if place == 0 else (place - 1, place - 4) if place % 4 == 3 and place > 3 else (place - 1,),
        )
        for place in range(count)
    )
    after = tuple(replace(layer, weight_bytes=layer.weight_bytes // 4, dtype="int8") for layer in before)
    assert found.model is not None
    assert found.candidate is not None
    assert found.build is not None
    builds = tuple(
        LayerBuild(
            layer.index, layer.name, layer.operator, layer.macs, layer.weight_bytes, 512, layer.macs * 4
        )
        for layer in after
    )
    plan = tuple(TensorPlace(f"t{i}", 512 * (i % 3), 512, i, min(i + 1, count - 1)) for i in range(count))
    return replace(
        found,
        model=replace(found.model, layers=before),
        candidate=replace(found.candidate, layers=after),
        build=replace(found.build, layers=builds, plan=plan, arena_bytes=1536),
        insides=LayerReport("c", 96, tuple(inside(layer.index) for layer in after)),
    )


class ProbingWorker(CannedWorker):
    """Shows the rows of the sensitivity one after the other; answers with all of them, or fails with `refusal`."""

    def __init__(self, found: Sensitivity = SENSITIVITY, refusal: str = "", hold: bool = False) -> None:
        super().__init__(Results())
        self.found = found
        self.refusal = refusal
        self.hold = hold
        self.cancelled = 0

    def cancel(self) -> None:
        self.cancelled += 1

    def request(self, job: str, arguments: dict[str, Any]) -> int:
        self._number += 1
        number = self._number
        self.jobs.append((job, arguments))
        QTimer.singleShot(0, lambda: self._show(number))
        return number

    def _show(self, number: int) -> None:
        if self.refusal:
            self.failed.emit(number, self.refusal, None)
            return
        rows = self.found.rows[:1] if self.hold else self.found.rows
        for place, row in enumerate(rows, 1):
            self.progressed.emit(number, place / len(self.found.rows), "")
            self.shown.emit(number, row)
        if not self.hold:
            self.answered.emit(number, self.found)
