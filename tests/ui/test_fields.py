"""Fields: the wheel belongs to the page while they have no focus, undo to the project always."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.ui.widgets.fields import CalmSlider, ChoiceField, NumberField, RealField
from studio.ui.widgets.section import Section

Field = NumberField | RealField | ChoiceField | CalmSlider


def made() -> list[Field]:
    return [
        NumberField(0, 100, "number"),
        RealField(0, 100, "real"),
        ChoiceField({"a": "one", "b": "two"}, "choice"),
        CalmSlider(0, 100, "slider"),
    ]


def state(field: Field) -> object:
    return field.value if isinstance(field, ChoiceField) else field.value()


def turn(field: Field) -> bool:
    """Turn the wheel one notch towards the user over the field; True if it was taken."""
    place = QPointF(field.rect().center())
    event = QWheelEvent(
        place,
        QPointF(field.mapToGlobal(place.toPoint())),
        QPoint(),
        QPoint(0, 120 if isinstance(field, NumberField | RealField | CalmSlider) else -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    return event.isAccepted()


@pytest.fixture
def page(qtbot: QtBot) -> tuple[QWidget, list[Field]]:
    page, fields = QWidget(), made()
    layout = QVBoxLayout(page)
    other = QLineEdit()
    layout.addWidget(other)
    for field in fields:
        layout.addWidget(field)
    qtbot.addWidget(page)
    page.show()
    page.activateWindow()
    other.setFocus()
    qtbot.waitUntil(other.hasFocus)
    return page, fields


def test_the_wheel_changes_nothing_without_focus_and_something_with_it(
    qtbot: QtBot, page: tuple[QWidget, list[Field]]
) -> None:
    for field in page[1]:
        before = state(field)
        assert not turn(field)
        assert state(field) == before
        field.setFocus()
        qtbot.waitUntil(field.hasFocus)
        assert turn(field)
        assert state(field) != before


@pytest.mark.parametrize("shift", [Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier])
def test_undo_and_redo_are_left_to_the_window(
    qtbot: QtBot, page: tuple[QWidget, list[Field]], shift: Qt.KeyboardModifier
) -> None:
    keys = Qt.KeyboardModifier.ControlModifier | shift
    for field in page[1]:
        field.setFocus()
        for kind in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            event = QKeyEvent(kind, Qt.Key.Key_Z, keys)
            QApplication.sendEvent(field, event)
            assert not event.isAccepted()


def test_showing_a_value_is_silent(qtbot: QtBot, page: tuple[QWidget, list[Field]]) -> None:
    number, real, choice, _ = page[1]
    assert isinstance(number, NumberField)
    assert isinstance(real, RealField)
    assert isinstance(choice, ChoiceField)
    with (
        qtbot.assertNotEmitted(number.valueChanged),
        qtbot.assertNotEmitted(real.valueChanged),
        qtbot.assertNotEmitted(choice.currentIndexChanged),
    ):
        number.show_value(7)
        real.show_value(0.5)
        choice.show_value("b")
    assert (number.value(), real.value(), choice.value) == (7, 0.5, "b")


def test_every_field_has_a_name_for_screen_readers(page: tuple[QWidget, list[Field]]) -> None:
    assert [field.accessibleName() for field in page[1]] == ["number", "real", "choice", "slider"]


def test_a_section_folds_by_mouse_and_by_key_and_says_what_is_inside(qtbot: QtBot) -> None:
    section = Section("Pruning")
    qtbot.addWidget(section)
    section.show()
    section.set_summary("30 % of channels")
    assert not section.inside.isVisible()
    with qtbot.waitSignal(section.unfolded) as unfolded:
        QTest.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert unfolded.args == [True]
    assert section.inside.isVisible()
    QTest.keyClick(section.header, Qt.Key.Key_Space)
    assert not section.inside.isVisible()
    assert section.header.accessibleDescription() == "30 % of channels"
    assert not section.grab().isNull()
