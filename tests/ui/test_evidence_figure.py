"""The figures of checks on the screen: plots that read out, tables, and maps over samples."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QScrollArea
from pytestqt.qtbot import QtBot

from studio.core.checks.check import Check, Verdict
from studio.core.checks.details import Detail
from studio.core.checks.input_details import EvidenceMap, EvidenceMaps, Gradients
from studio.core.drawings import drawings_of
from studio.core.drawings.drawing import Axis, Interval, Intervals, Line, Lines, Unit
from studio.ui.widgets.evidence_figure import EvidenceFigure, Values
from studio.ui.widgets.heat_view import HeatView
from studio.ui.widgets.interval_plot import IntervalPlot
from studio.ui.widgets.line_plot import LinePlot
from tests.core.drawings.test_drawings_of import DETAILS, LABELS
from tests.ui.reads import Reads

SHARES = Axis("right answers", Unit.SHARE, 0, 1)


@pytest.mark.parametrize("detail", DETAILS, ids=lambda detail: type(detail).__name__)
def test_every_detail_is_drawn_within_a_narrow_page(qtbot: QtBot, detail: Detail) -> None:
    def read(rows: tuple[int, ...], then: object) -> None:
        values: Values = np.random.default_rng(0).random((len(rows), 8, 8, 1), np.float32)
        then(values, (8, 8, 1))  # type: ignore[operator]

    for drawing in drawings_of(Check("C0", "t", Verdict.WARN, "s", n=9, detail=detail), LABELS):
        figure = EvidenceFigure(drawing, LABELS, Reads(read))
        qtbot.addWidget(figure)
        figure.resize(430, figure.sizeHint().height())
        assert figure.minimumSizeHint().width() <= 430
        assert not figure.grab().isNull()


def test_intervals_are_read_out_by_keys_with_counts_and_before(qtbot: QtBot) -> None:
    plot = IntervalPlot()
    qtbot.addWidget(plot)
    plot.resize(500, 200)
    rows = (Interval("tap", 40, 0.9, 0.8, 0.95, 0.92), Interval("idle", 3, 0.6, 0.1, 0.9, faint=True))
    plot.set_intervals(Intervals("Classes", (*rows, Interval("none", 0, None, 0, 1, faint=True)), SHARES))
    assert plot.key(Qt.Key.Key_Down)
    assert plot.read_out == "tap: 90 % (95 %: 80 % to 95 %), before 92 %, 40 samples"
    plot.key(Qt.Key.Key_Down)
    assert plot.read_out == "idle: 60 % (95 %: 10 % to 90 %), 3 samples; too few to tell"
    plot.key(Qt.Key.Key_Down)
    assert plot.read_out == "none: no samples"
    assert not plot.key(Qt.Key.Key_Down)


def test_lines_are_read_out_by_keys_and_by_the_mouse(qtbot: QtBot) -> None:
    plot = LinePlot()
    qtbot.addWidget(plot)
    plot.resize(500, 300)
    plot.show()
    line = Line("noise", "series:0", ((0.0, 0.9), (1.0, 0.5)), ((0.8, 0.95), (0.4, 0.6)), dots=True)
    still = Line("without", "before", ((0.0, 0.9), (1.0, 0.9)), dashed=True)
    plot.set_lines(Lines("Faults", Axis("step", Unit.NUMBER, 0, 1), SHARES, (still, line)))
    plot.grab()
    plot.key(Qt.Key.Key_Right)
    plot.key(Qt.Key.Key_Right)
    assert plot.read_out == "noise: step 1, right answers 50 % (95 %: 40 % to 60 %)"
    assert plot.place_at(QPointF(0, 0)) is None


def test_two_ways_of_explaining_stand_below_each_other_and_are_reached_sideways(qtbot: QtBot) -> None:
    asked: list[tuple[int, ...]] = []

    def read(rows: tuple[int, ...], then: object) -> None:
        asked.append(rows)
        then(np.zeros((len(rows), 8, 8, 1), np.float32), (8, 8, 1))  # type: ignore[operator]

    drops = (0.1, 0.2, 0.3, 0.4)
    second = Gradients((0.4, 0.3, 0.2, 0.1), 1.0, 0.0, True, -1.0)
    maps = tuple(
        EvidenceMap(row, 0, 1, 2, 2, drops, 0.3, 0.1, True, second if row < 6 else None) for row in range(8)
    )
    (drawing,) = drawings_of(Check("C11", "t", Verdict.PASS, "s", detail=EvidenceMaps(maps)), LABELS)
    figure = EvidenceFigure(drawing, LABELS, Reads(read))
    qtbot.addWidget(figure)
    figure.resize(430, figure.sizeHint().height())
    figure.show()
    qtbot.waitExposed(figure)
    assert asked == [tuple(range(8))]
    views = figure.body.findChildren(HeatView)
    shown = [view.map.drops for view in views if view.map is not None]
    assert shown == [drops] * 8 + [second.parts] * 6
    area = figure.findChild(QScrollArea)
    assert area is not None
    along = area.horizontalScrollBar()
    along.setValue(along.maximum())
    assert along.value() == along.maximum() > 0
    last = views[7]
    right = last.mapTo(area.viewport(), last.rect().topRight())
    assert area.viewport().rect().contains(right)
    assert area.verticalScrollBar().maximum() == 0


def test_a_map_covers_pictures_and_traces(qtbot: QtBot) -> None:
    for shape, rows, columns in (((8, 8, 1), 2, 2), ((64, 3), 4, 1)):
        view = HeatView()
        qtbot.addWidget(view)
        view.resize(160, 160)
        view.set_sample(np.zeros(shape, np.float32), shape, "tap")
        bare = view.grab().toImage()
        drops = tuple(float(place) for place in range(rows * columns))
        view.set_map(EvidenceMap(0, 0, 0, rows, columns, drops, 0.4, 0.1, True))
        assert view.grab().toImage() != bare
        view.set_map(None)
        assert view.grab().toImage() == bare


def test_a_plots_picture_is_asked_for_with_the_plot(qtbot: QtBot) -> None:
    axis = Axis("right answers", Unit.SHARE, 0, 1)
    drawing = Intervals("Groups", (Interval("left", 9, 0.5, 0.3, 0.7),), axis)
    figure = EvidenceFigure(drawing, (), Reads(lambda rows, then: None))
    qtbot.addWidget(figure)
    with qtbot.waitSignal(figure.picture_wanted) as wanted:
        figure.body.picture_wanted.emit("svg")  # type: ignore[attr-defined]
    assert wanted.args == [figure.body, "svg"]
