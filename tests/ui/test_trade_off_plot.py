"""The trade-off: points with shapes of their own, a front, limits, and a way to each by mouse and by key."""

import itertools
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.core.metric import Metric
from studio.core.recipe import Recipe, Scheme
from studio.core.study import SearchLimits
from studio.core.trade_off import Cost, Mark, limits_of, points
from studio.ui import theme
from studio.ui.widgets.plot_export import png_of, svg_of
from studio.ui.widgets.trade_off_plot import TradeOffPlot
from tests.core.entries import entry, trial

HALF, PLAIN, FOUR, TRIED = Recipe(pruning=0.5), Recipe(), Recipe(Scheme.INT4), Recipe(pruning=0.8)
POINTS = points(
    [
        entry(HALF, accuracy=0.95, flash=20_000, us=3000, name="half", kept=True),
        entry(PLAIN, accuracy=0.98, flash=30_000, us=5000, name="plain", kept=True, pinned=True),
        entry(FOUR, accuracy=0.93, flash=25_000, us=5200, name="four"),
    ],
    [trial(0, TRIED, 0.9, flash=10_000)],
)
LIMITS = {Cost.STORAGE: 28_000, Cost.MEMORY: 10_000_000, Cost.TIME: 100_000}


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[TradeOffPlot]:
    found = TradeOffPlot()
    found.resize(640, 420)
    found.show()
    found.activateWindow()
    found.set_points(POINTS, PLAIN, LIMITS, metric=Metric.ACCURACY)
    qtbot.waitUntil(lambda: found.made)
    QApplication.processEvents()
    yield found
    found.close()
    found.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def click_at(plot: TradeOffPlot, place: QPointF) -> None:
    child = plot.childAt(place.toPoint())
    assert child is not None
    QTest.mouseClick(child, Qt.MouseButton.LeftButton, pos=child.mapFrom(plot, place.toPoint()))


def test_a_click_on_a_point_chooses_its_recipe(qtbot: QtBot, plot: TradeOffPlot) -> None:
    for recipe in (HALF, PLAIN, FOUR, TRIED):
        place = plot.place_of(recipe)
        assert place is not None
        with qtbot.waitSignal(plot.point_chosen) as chosen:
            click_at(plot, place)
        assert chosen.args == [recipe]


def test_a_click_beside_every_point_chooses_nothing(qtbot: QtBot, plot: TradeOffPlot) -> None:
    place = plot.place_of(HALF)
    assert place is not None
    with qtbot.assertNotEmitted(plot.point_chosen):
        click_at(plot, place + QPointF(40, 40))
    assert plot.place_of(Recipe(pruning=0.33)) is None


def test_hovering_reads_a_point_out_and_leaving_the_current_one(qtbot: QtBot, plot: TradeOffPlot) -> None:
    place = plot.place_of(HALF)
    assert place is not None
    child = plot.childAt(place.toPoint())
    assert child is not None
    inside = child.mapFrom(plot, place.toPoint())

    moves = itertools.cycle((inside - QPoint(30, 30), inside))

    def hovered() -> bool:  # one move a look: moves that follow each other within 10 ms are dropped
        QTest.mouseMove(child, next(moves))
        return plot.read_out.startswith("half: 95.0 %")

    qtbot.waitUntil(hovered)
    assert "19.5 KB storage" in plot.read_out
    QApplication.sendEvent(plot, QEvent(QEvent.Type.Leave))
    assert plot.read_out.startswith("Now at plain: 98.0 %")


def test_arrow_keys_walk_along_the_costs_and_enter_chooses(qtbot: QtBot, plot: TradeOffPlot) -> None:
    plot.setFocus()
    qtbot.waitUntil(plot.hasFocus)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    assert plot.read_out.startswith("plain")
    for name in ("four", "half", "int8, 80"):
        QTest.keyClick(plot, Qt.Key.Key_Left)
        assert plot.read_out.startswith(name)
    QTest.keyClick(plot, Qt.Key.Key_Left)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    with qtbot.waitSignal(plot.point_chosen) as chosen:
        QTest.keyClick(plot, Qt.Key.Key_Return)
    assert chosen.args == [HALF]


def test_every_cost_can_be_chosen_and_keeps_all_points(qtbot: QtBot, plot: TradeOffPlot) -> None:
    for cost in Cost:
        plot.cost.setFocus()
        plot.cost.setCurrentIndex(plot.cost.findData(cost.value))
        QApplication.processEvents()
        assert all(plot.place_of(point.recipe) is not None for point in plot.points)
        assert not plot.grab().isNull()


def test_each_kind_of_point_has_a_shape_of_its_own_in_the_legend(plot: TradeOffPlot) -> None:
    texts = [label.text() for label in plot.findChildren(QLabel) if "<span" in label.text()]
    signs = {text.split(">")[1].split("<")[0] for text in texts}
    assert len(signs) == len(Mark) + 1
    for word in ("pinned", "kept", "measured", "tried", "now"):
        assert any(word in text for text in texts)


def test_other_colours_change_nothing_but_colours(plot: TradeOffPlot) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme.Mode.DARK)
    QApplication.processEvents()
    assert plot.points == POINTS
    assert plot.place_of(HALF) is not None


def test_without_points_it_says_how_to_get_some(plot: TradeOffPlot) -> None:
    plot.set_points((), PLAIN, LIMITS, metric=Metric.R2)
    words = [label.text() for label in plot.findChildren(QLabel) if label.isVisible()]
    assert any("move a slider" in text for text in words)
    assert plot.read_out == ""


def test_a_thousand_points_are_all_drawn(qtbot: QtBot, plot: TradeOffPlot) -> None:
    tried = [trial(n, Recipe(pruning=n / 1200), 0.9 + n / 20_000, flash=10_000 + n) for n in range(1000)]
    plot.set_points(points([], tried), PLAIN, LIMITS, metric=Metric.ACCURACY)
    qtbot.waitUntil(lambda: plot.made)
    assert all(plot.place_of(tried[place].recipe) is not None for place in (0, 500, 999))


def test_it_becomes_a_picture_as_png_and_as_svg(qtbot: QtBot, plot: TradeOffPlot) -> None:
    plot.set_points(POINTS, PLAIN, LIMITS, metric=Metric.ACCURACY)
    assert not png_of(plot).isNull()
    assert svg_of(plot).startswith(b"<?xml")
    with qtbot.waitSignal(plot.picture_wanted) as wanted:
        plot.picture.menu().actions()[1].trigger()
    assert wanted.args == ["svg"]


def test_what_a_search_was_to_keep_to_is_a_line_of_its_own(plot: TradeOffPlot) -> None:
    limits = SearchLimits("virtual_cortex_m4", 12_000, 200_000, 200_000, 0.8)
    seen = [plot.aims]
    plot.set_points(POINTS, PLAIN, LIMITS, metric=Metric.ACCURACY, sought=limits_of(limits))
    seen.append(plot.aims)
    plot.cost.setCurrentIndex(plot.cost.findData(Cost.TIME.value))
    seen.append(plot.aims)  # the board's own limit is lower
    plot.set_points(POINTS, PLAIN, LIMITS, metric=Metric.ACCURACY, sought=limits_of(None))
    plot.cost.setCurrentIndex(plot.cost.findData(Cost.STORAGE.value))
    assert [*seen, plot.aims] == ["", "search: 11.7 KB", "", ""]
