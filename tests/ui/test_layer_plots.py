"""The plots of the Layers page: what the mouse and the keys do in them, and pictures of them."""

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from studio.core.board import find_board
from studio.core.layer_facts import facts_of
from studio.core.layers import pair_layers
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.core.study import Probe
from studio.ui import theme
from studio.ui.widgets.bar_plot import BarPlot, BarSeries
from studio.ui.widgets.layer_plot import binary_ticks, decimal_ticks
from studio.ui.widgets.layer_plots import LayerPlots, Shown
from studio.ui.widgets.plot_export import picture_of, svg_of
from tests.ui import layers as known

MakePlots = Callable[..., LayerPlots]


def shown(results: Results) -> Shown:
    assert results.model is not None
    assert results.candidate is not None
    assert results.build is not None
    pairs = pair_layers(results.model.layers, results.candidate.layers, results.build.layers)
    board = find_board("virtual_cortex_m4")
    layers = facts_of(results.model, pairs, Recipe(), board, results.insides, known.ROWS, 0.98)
    return Shown(
        layers, frozenset(), results.build, board.name, board.free_ram_bytes, True, results.evaluation
    )


@pytest.fixture
def plots(qtbot: QtBot) -> LayerPlots:
    found = LayerPlots()
    qtbot.addWidget(found)
    found.resize(900, 320)
    found.show()
    found.set_shown(shown(known.results()))
    return found


def hover(widget: QWidget, x: float, y: float) -> None:
    for at in (QPoint(round(x) - 2, round(y)), QPoint(round(x), round(y))):
        QApplication.sendEvent(widget, moved(widget, at, Qt.MouseButton.NoButton))


def moved(widget: QWidget, at: QPoint, button: Qt.MouseButton) -> QMouseEvent:
    there = QPointF(widget.mapToGlobal(at))
    none = Qt.MouseButton.NoButton
    return QMouseEvent(
        QEvent.Type.MouseMove, QPointF(at), there, none, button, Qt.KeyboardModifier.NoModifier
    )


def wheel(widget: QWidget, x: float, turn: int) -> None:
    at = QPointF(x, widget.height() / 2)
    event = QWheelEvent(
        at,
        QPointF(widget.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, turn),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


def colors_in(image: QImage) -> set[str]:
    step = max(5, image.width() // 150)
    return {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), step)
        for y in range(0, image.height(), step)
    }


def test_hovering_a_bar_reads_it_out_with_units(plots: LayerPlots) -> None:
    plots.show_tab("Size")
    hover(plots.sizes.surface, plots.sizes.x_of(2), 60)
    assert plots.sizes.read_out.startswith("conv2: before 2.6 KB, after 680 B")
    plots.show_tab("Work")
    hover(plots.work.surface, plots.work.x_of(2), 60)
    assert "20.5 k MACs (73%)" in plots.work.read_out
    assert "cycles" in plots.work.read_out
    plots.show_tab("Error")
    hover(plots.error.surface, plots.error.x_of(0), 60)
    assert plots.error.read_out == "conv1: SQNR 40 dB, cosine 0.9900"
    QApplication.sendEvent(plots.error.surface, QEvent(QEvent.Type.Leave))
    assert plots.error.read_out == ""


def test_the_wheel_zooms_a_drag_moves_and_a_double_click_shows_all(plots: LayerPlots) -> None:
    plots.show_tab("Size")
    plot = plots.sizes
    assert plot.shown == (-0.5, 5.5)
    wheel(plot.surface, plot.x_of(5), 120)
    first, last = plot.shown
    assert last - first < 6
    start = QPoint(round(plot.x_of(4)), 60)
    QTest.mousePress(plot.surface, Qt.MouseButton.LeftButton, pos=start)
    move = start + QPoint(300, 0)
    QApplication.sendEvent(plot.surface, moved(plot.surface, move, Qt.MouseButton.LeftButton))
    assert plot.shown[0] < first
    QTest.mouseRelease(plot.surface, Qt.MouseButton.LeftButton, pos=move)
    QTest.mouseDClick(plot.surface, Qt.MouseButton.LeftButton, pos=start)
    assert plot.shown == (-0.5, 5.5)
    QTest.keyClick(plot.surface, Qt.Key.Key_Plus)
    assert plot.shown[1] - plot.shown[0] < 6


def test_a_layer_out_of_sight_is_brought_into_it(plots: LayerPlots) -> None:
    plots.show_tab("Size")
    plot = plots.sizes
    for _ in range(3):
        wheel(plot.surface, plot.x_of(0), 120)
    assert plot.shown[1] < 5
    plots.mark((5,), 5)
    assert plot.shown[0] <= 5 <= plot.shown[1]


def test_parts_stand_on_each_other_and_series_beside(qtbot: QtBot) -> None:
    plot = BarPlot("Storage", lambda value: f"{value:.0f} B")
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    plot.set_bars(
        ["a"],
        [
            BarSeries("before", "before", (100.0,)),
            BarSeries("weights", "after", (40.0,), stack="after"),
            BarSeries("tables", "series:1", (20.0,), stack="after"),
        ],
    )
    image = plot.surface.grab().toImage()
    middle = round(plot.x_of(0.2))
    column = [image.pixelColor(middle, y).name() for y in range(image.height())]
    weights, tables = column.count(theme.LIGHT.after), column.count(theme.series_color(1))
    assert weights == pytest.approx(2 * tables, abs=4)
    assert column.index(theme.series_color(1)) < column.index(theme.LIGHT.after)
    assert {QColor(theme.LIGHT.before).name(), theme.LIGHT.after} <= colors_in(image)


def test_bars_below_nothing_have_a_scale_of_their_own(qtbot: QtBot) -> None:
    plot = BarPlot("SQNR", lambda value: f"{value:.0f} dB")
    qtbot.addWidget(plot)
    plot.resize(400, 240)
    plot.show()
    plot.set_bars(["a", "b"], [BarSeries("SQNR", "after", (-5.0, 20.0))])
    assert theme.LIGHT.after in colors_in(plot.surface.grab().toImage())
    plot.set_bars([], [])
    plot.surface.grab()


def test_ticks_are_round() -> None:
    assert decimal_ticks(0, 1, 5) == pytest.approx([0, 0.2, 0.4, 0.6, 0.8, 1.0])
    assert decimal_ticks(-7, 42, 4) == pytest.approx([0, 20, 40])
    assert decimal_ticks(3, 3) == [3]
    assert binary_ticks(5000, 5) == [0, 1024, 2048, 3072, 4096]


def test_memory_says_who_lives_where_and_who_makes_the_peak(plots: LayerPlots) -> None:
    plots.show_tab("Memory")
    plot = plots.memory
    assert plot.plan is not None
    assert plot.keys[1].name.startswith("peak: ")
    assert "Peak" in plot.read_out
    assert "Virtual Cortex-M4 board" in plot.read_out
    inside = plot.inside(QRectF(plot.surface.rect()))
    hover(plot.surface, plot.x_of(0), inside.bottom() - 2)
    assert plot.read_out.startswith("input: 192 B from byte 0, the model's input, needed until conv1")
    free = inside.top() + 1
    hover(plot.surface, plot.x_of(5), free)
    assert plot.read_out.startswith("softmax: 8 B needed")


def test_a_limit_that_is_near_is_drawn_and_one_that_is_broken_is_red(plots: LayerPlots) -> None:
    plots.show_tab("Memory")
    plan = plots.memory.plan
    plots.memory.set_plan(plan, limit_bytes=1000, board="Tiny board")
    assert QColor(theme.LIGHT.danger).name() in colors_in_full(plots.memory.surface)
    plots.memory.set_plan(plan, limit_bytes=200_000, board="Big board")
    assert QColor(theme.LIGHT.danger).name() not in colors_in_full(plots.memory.surface)
    assert "Big board: 195 KB RAM" in plots.memory.read_out


def colors_in_full(widget: QWidget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(0, image.width(), 5) for y in range(image.height())}


def test_histograms_read_out_a_bin_and_draw_the_steps(plots: LayerPlots) -> None:
    plots.show_tab("Numbers")
    plot = plots.numbers
    assert "Select a layer" in plot.empty_words
    plots.mark((2,), 2)
    assert plot.empty_words == ""
    assert plot.heading == "Numbers inside conv2"
    assert [key.name for key in plot.keys] == ["how often", "can be stored"]
    left = plot._box(QRectF(plot.surface.rect()), 0)
    hover(plot.surface, left.right() - 2, left.center().y())
    assert plot.read_out == "Weights from 0.9 to 1: 20 (9.5%), one step is 0.25"
    right = plot._box(QRectF(plot.surface.rect()), 1)
    hover(plot.surface, right.left() + 2, right.center().y())
    assert plot.read_out.startswith("Outputs (activations) from 0 to 1: 50")
    before = plot.surface.grab().toImage()
    QTest.mouseClick(plot.log_button, Qt.MouseButton.LeftButton)
    assert plot.surface.grab().toImage() != before


def test_the_map_is_walked_with_the_arrow_keys(plots: LayerPlots, qtbot: QtBot) -> None:
    plots.show_tab("Sensitivity")
    plot = plots.sensitivity
    assert plot.names == ("conv1", "conv2", "dense")
    picked: list[int] = []
    plots.layer_picked.connect(picked.append)
    plot.surface.setFocus()
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_Down):
        QTest.keyClick(plot.surface, key)
    assert picked == [0, 2]
    assert plot.probe.value == Probe.PRUNE_50.value
    assert plot.read_out.startswith("conv2 (float 98.0 %): int8 98.0 %, int4 95.0 %, ▸ 50 % pruned 96.0 %")
    QTest.keyClick(plot.surface, Qt.Key.Key_Return)
    assert picked == [0, 2, 2]
    inside = plot.inside(QRectF(plot.surface.rect()))
    spot = QPoint(round(plot.x_of(2)), round(inside.bottom() - 4))
    hover(plot.surface, spot.x(), spot.y())
    assert plot.probe.value == Probe.PRUNE_90.value
    QTest.mouseClick(plot.surface, Qt.MouseButton.LeftButton, pos=spot)
    assert picked[-1] == 4


def test_the_graph_is_clicked_walked_zoomed_and_moved(plots: LayerPlots, qtbot: QtBot) -> None:
    plots.show_tab("Graph")
    graph = plots.graph
    picked: list[int] = []
    plots.layer_picked.connect(picked.append)
    plots.layer_picked.connect(lambda number: plots.mark((number,), number))
    QTest.mouseClick(
        graph.view.viewport(), Qt.MouseButton.LeftButton, pos=graph.place_of(1).center().toPoint()
    )
    assert picked == [1]
    assert graph.read_out.startswith("MaxPool: MAX_POOL_2D, output 1 × 32 × 1 × 8")
    hover(graph.view.viewport(), graph.place_of(0).center().x(), graph.place_of(0).center().y())
    assert graph.read_out.startswith("conv1: CONV_2D")
    QTest.keyClick(graph.view, Qt.Key.Key_Right)
    assert picked == [1, 2]
    scale = graph.view.transform().m11()
    QTest.mouseClick(graph.buttons["+"], Qt.MouseButton.LeftButton)
    assert graph.view.transform().m11() > scale
    QTest.mouseClick(graph.buttons["All"], Qt.MouseButton.LeftButton)
    assert graph.view.rect().contains(graph.place_of(5).toRect())
    wheel(graph.view.viewport(), 100, 120)
    QTest.mouseClick(graph.buttons["−"], Qt.MouseButton.LeftButton)


@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK])
def test_every_plot_becomes_a_png_and_an_svg(plots: LayerPlots, qapp: QApplication, mode: theme.Mode) -> None:
    theme.apply(qapp, mode)
    try:
        plots.mark((2,), 2)
        for tab, plot in plots.tabs.items():
            plots.show_tab(tab)
            image = QImage.fromData(picture_of(plot, ".png")())
            assert image.width() >= 960, tab
            assert image.pixelColor(1, 1).name() == theme.colors().window, tab
            assert len(colors_in(image)) > 5, tab
            drawing = ElementTree.fromstring(picture_of(plot, ".svg")())
            assert drawing.tag.endswith("svg"), tab
            assert plot.heading in "".join(drawing.itertext()), tab
    finally:
        theme.apply(qapp, theme.Mode.LIGHT)


def test_the_menu_of_a_plot_saves_and_copies(plots: LayerPlots, qtbot: QtBot) -> None:
    wanted: list[tuple[object, str]] = []
    plots.picture_wanted.connect(lambda plot, suffix: wanted.append((plot, suffix)))
    menu = plots.sizes.save_button.menu()
    for entry in menu.actions():
        entry.trigger()
    assert wanted == [(plots.sizes, "png"), (plots.sizes, "svg")]
    assert not QGuiApplication.clipboard().image().isNull()


def test_names_that_do_not_fit_become_numbers_and_none_is_cut(plots: LayerPlots) -> None:
    plots.show_tab("Accuracy")
    plots.resize(420, 300)
    svg = svg_of(plots.accuracy).decode()
    assert "…" not in svg
    plots.resize(900, 300)
    assert ">overall</text>" in svg_of(plots.accuracy).decode()


def test_five_hundred_layers_are_drawn_in_every_plot(qtbot: QtBot) -> None:
    found = LayerPlots()
    qtbot.addWidget(found)
    found.resize(1000, 360)
    found.show()
    found.set_shown(shown(known.long_results()))
    for name, plot in found.tabs.items():
        found.show_tab(name)
        found.mark((100,), 100)
        assert not plot.surface.grab().toImage().isNull(), name
