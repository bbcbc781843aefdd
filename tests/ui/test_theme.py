"""The theme: what is written stays readable in every state, in both palettes, and when the palette changes."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.core.drawings.drawing import Axis, Line, Lines, Unit
from studio.ui import theme
from studio.ui.widgets.evidence_figure import EvidenceFigure
from tests.ui.reads import Reads

MODES = (theme.Mode.LIGHT, theme.Mode.DARK)
_LEAST_CONTRAST = 4.0  # what is painted: the edges of thin letters are mixed with the ground


def contrast(one: QColor, other: QColor) -> float:
    """The contrast ratio of two colours (WCAG 2.2)."""

    def luminance(color: QColor) -> float:
        parts = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
            for part in (color.redF(), color.greenF(), color.blueF())
        ]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def written(button: QWidget) -> float:
    """The contrast of what is written in the middle of the button with what is around it."""
    image = button.grab().toImage()
    across = range(image.width() // 4, image.width() * 3 // 4)
    seen = [image.pixelColor(x, y) for y in range(7, image.height() - 7) for x in across]
    ground = max(set(map(QColor.rgb, seen)), key=[color.rgb() for color in seen].count)
    return max(contrast(color, QColor(ground)) for color in seen)


@pytest.mark.parametrize("mode", MODES)
def test_a_button_keeps_its_words_focused_pressed_and_under_the_mouse(
    qtbot: QtBot, qapp: QApplication, mode: theme.Mode
) -> None:
    theme.apply(qapp, mode)
    window = QWidget()
    layout = QVBoxLayout(window)
    buttons: list[QPushButton | QToolButton] = [QPushButton("MMMMMM"), QPushButton("MMMMMM"), QToolButton()]
    theme.set_role(buttons[1], "primary")
    buttons[2].setText("MMMMMM")
    for button in buttons:
        layout.addWidget(button)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    for button in buttons:
        button.setFocus()
        assert written(button) >= _LEAST_CONTRAST, button
        QTest.mouseMove(button)
        assert written(button) >= _LEAST_CONTRAST, button
        QTest.keyPress(button, Qt.Key.Key_Space)
        assert button.isDown()
        assert written(button) >= _LEAST_CONTRAST, button
        QTest.keyRelease(button, Qt.Key.Key_Space)
        button.clearFocus()
        assert written(button) >= _LEAST_CONTRAST, button


def colours_of(words: QLabel) -> set[str]:
    """Every colour that the label is painted with."""
    image = words.grab().toImage()
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


@pytest.mark.parametrize(("first", "then"), [MODES, MODES[::-1]])
def test_links_and_legends_follow_the_palette(
    qtbot: QtBot, qapp: QApplication, first: theme.Mode, then: theme.Mode
) -> None:
    theme.apply(qapp, first)
    link = QLabel('<a href="https://example.org">MMMMMMMM where these figures come from</a>')
    axis = Axis("share", Unit.SHARE, 0, 1)
    line = Line("one & two", "after", ((0.0, 0.0), (1.0, 1.0)), dots=True)
    figure = EvidenceFigure(Lines("A curve", axis, axis, (line,)), (), Reads(lambda rows, then: None))
    for widget in (link, figure):
        qtbot.addWidget(widget)
        widget.show()
    legend = next(one for one in figure.findChildren(QLabel) if "one &amp; two" in one.text())
    for mode in (first, then):
        theme.apply(qapp, mode)
        QApplication.processEvents()
        other = theme.LIGHT if mode is theme.Mode.DARK else theme.DARK
        assert theme.colors().accent in colours_of(link)
        assert other.accent not in colours_of(link)
        assert theme.colors().after in legend.text()
