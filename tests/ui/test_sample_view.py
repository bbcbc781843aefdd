"""Samples are drawn by their shape, and say what the mouse points at."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio.core.samples import Face
from studio.ui.widgets.sample_view import SampleView


@pytest.mark.parametrize(
    ("shape", "face"),
    [
        ((8, 8, 1), Face.PICTURE),
        ((32, 32, 3), Face.PICTURE),
        ((49, 10, 1), Face.PICTURE),
        ((49, 10), Face.PICTURE),
        ((64, 1, 3), Face.TRACE),
        ((64, 3), Face.TRACE),
        ((16000,), Face.WAVEFORM),
        ((1, 16000), Face.WAVEFORM),
        ((640,), Face.WAVEFORM),
        ((4,), Face.BARS),
        ((1,), Face.BARS),
    ],
)
def test_every_shape_has_its_face_and_draws_something(
    qtbot: QtBot, shape: tuple[int, ...], face: Face
) -> None:
    view = SampleView()
    qtbot.addWidget(view)
    view.resize(160, 160)
    empty = view.grab().toImage()
    values = np.sin(np.arange(int(np.prod(shape)), dtype=np.float32))
    view.set_sample(values, shape, "tap")
    assert view.face is face
    assert "tap" in view.accessibleName()
    assert view.grab().toImage() != empty
    view.clear()
    assert view.grab().toImage() == empty


def test_a_picture_keeps_its_colours_and_reads_out_its_pixels(qtbot: QtBot) -> None:
    view = SampleView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    values = np.zeros((8, 8, 3), np.float32)
    values[:, :, 0] = 1.0
    view.set_sample(values, (8, 8, 3), "red")
    view.show()
    shown = view.grab().toImage()
    assert shown.pixelColor(60, 100) == QColor(255, 0, 0)
    qtbot.mouseMove(view, QPoint(60, 100))  # type: ignore[no-untyped-call]
    qtbot.waitUntil(lambda: "red 1" in view.read_out)


def test_a_constant_sample_draws_too(qtbot: QtBot) -> None:
    view = SampleView()
    qtbot.addWidget(view)
    for shape in ((8, 8, 1), (64, 3), (100,), (3,)):
        view.set_sample(np.zeros(int(np.prod(shape))), shape, "still")
        view.grab()


def test_a_second_of_sound_is_drawn_from_edge_to_edge(qtbot: QtBot) -> None:
    view = SampleView()
    qtbot.addWidget(view)
    view.resize(400, 200)
    view.set_sample(np.random.default_rng(1).normal(size=16000), (16000,), "noise")
    image = view.grab().toImage()
    colors = [{image.pixel(x, y) for y in range(20, 160)} for x in (60, 200, 380)]
    assert all(len(found) > 1 for found in colors)
