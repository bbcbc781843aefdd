"""The curves of training: drawn while they grow, read out, and the kept epoch marked."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from studio.core.metric import Metric
from studio.core.study import CurvePoint
from studio.ui import theme
from studio.ui.widgets.curve_plot import CurvePlot
from studio.ui.widgets.plot_export import png_of, svg_of


@pytest.fixture
def plot(qtbot: QtBot) -> Iterator[CurvePlot]:
    found = CurvePlot()
    found.resize(600, 400)
    found.show()
    qtbot.waitUntil(lambda: found.made)
    yield found
    found.close()
    found.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def curve(epochs: int) -> tuple[CurvePoint, ...]:
    return tuple(CurvePoint(n, 1.0 / n, 1.2 / n, 0.8 + n / 100) for n in range(1, epochs + 1))


def test_before_the_first_epoch_it_says_what_will_be_drawn(plot: CurvePlot) -> None:
    words = [label.text() for label in plot.findChildren(QLabel) if label.isVisible()]
    assert any("Recover accuracy" in text for text in words)
    assert plot.read_out == ""


def test_each_epoch_is_added_and_the_last_one_read_out(plot: CurvePlot) -> None:
    for epochs in range(1, 6):
        plot.set_curve(curve(epochs), None, None, metric=Metric.ACCURACY)
        QApplication.processEvents()
        assert plot.shown_epochs == epochs
    assert plot.read_out == "Epoch 5: 85.0 %, loss 0.200 (validation 0.240)"
    plot.set_curve(curve(5), 0.6, 4, metric=Metric.ACCURACY)
    assert not plot.grab().isNull()


def test_numbers_have_a_name_where_they_are_no_shares(plot: CurvePlot) -> None:
    plot.set_curve(curve(3), 0.5, 2, metric=Metric.R2)
    assert plot.read_out.startswith("Epoch 3: R² 0.8300")


def test_other_colours_change_nothing_but_colours(plot: CurvePlot) -> None:
    plot.set_curve(curve(3), 0.5, 2, metric=Metric.ACCURACY)
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    theme.apply(app, theme.Mode.DARK)
    QApplication.processEvents()
    assert plot.shown_epochs == 3


def test_it_becomes_a_picture_as_png_and_as_svg(qtbot: QtBot, plot: CurvePlot) -> None:
    plot.set_curve(curve(5), 0.6, 4, metric=Metric.ACCURACY)
    assert not png_of(plot).isNull()
    assert svg_of(plot).startswith(b"<?xml")
    with qtbot.waitSignal(plot.picture_wanted) as wanted:
        plot.picture.menu().actions()[1].trigger()
    assert wanted.args == ["svg"]
