"""A user's hands: clicks, keys, menus and file dialogs, and what Tab leads to."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDialog,
    QFileDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QScrollArea,
    QSlider,
    QTabBar,
    QTableView,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
CONTROL = Qt.KeyboardModifier.ControlModifier
_POLL_MS = 5


def click(button: QWidget) -> None:
    """Press where its sign is: at the left, in the middle of its height."""
    QApplication.processEvents()  # what was shown in this turn gets its place
    assert button.isVisible(), button
    assert button.isEnabled(), button
    QTest.mouseClick(button, LEFT, pos=QPoint(8, button.height() // 2))


def write(field: QAbstractSpinBox | QLineEdit, words: str) -> None:
    """Type in place of what is there, and Enter."""
    assert field.isVisible(), field
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, words)
    QTest.keyClick(field, Qt.Key.Key_Return)


def slide(slider: QSlider) -> None:
    """Click right of the handle, which is a page further, and one step on by key."""
    assert slider.isVisible()
    QTest.mouseClick(slider, LEFT, pos=QPoint(slider.width() - 2, slider.height() // 2))
    QTest.keyClick(slider, Qt.Key.Key_Right)


def press(field: QWidget, *keys: Qt.Key) -> None:
    """Focus it and press keys."""
    assert field.isVisible(), field
    field.setFocus()
    for key in keys:
        QTest.keyClick(field, key)


def cell(table: QTableView, row: int, column: int) -> QPoint:
    """The middle of a cell, in the table's viewport."""
    return table.visualRect(table.model().index(row, column)).center()


def click_heading(table: QTableView, column: int, button: Qt.MouseButton = LEFT) -> None:
    """Click a heading of a table."""
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(column) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), button, pos=place)


def choose_in_menu(menu: QMenu, words: str) -> None:
    """Go down an open menu to an entry, and press Enter there."""
    for _ in menu.actions():
        QTest.keyClick(menu, Qt.Key.Key_Down)
        active = menu.activeAction()
        if active is not None and words in active.text().replace("&", ""):
            QTest.keyClick(menu, Qt.Key.Key_Return)
            return
    raise AssertionError(f"{words} is not in {[action.text() for action in menu.actions()]}")


def open_and_choose(qtbot: QtBot, begin: Callable[[], object], words: str) -> None:
    """Begin what opens a menu (it may only return once the menu is closed), and choose an entry by key."""
    chosen: list[bool] = []
    timer = QTimer(interval=_POLL_MS)

    def look() -> None:
        menu = QApplication.activePopupWidget()
        if isinstance(menu, QMenu) and menu.isVisible():
            timer.stop()
            choose_in_menu(menu, words)
            chosen.append(True)

    timer.timeout.connect(look)
    timer.start()
    begin()
    qtbot.waitUntil(lambda: bool(chosen))


def answer_dialog(qtbot: QtBot, page: QWidget, path: Path) -> None:
    """Type a path into the file dialog that is open, and press its button."""
    qtbot.waitUntil(lambda: any(one.isVisible() for one in page.findChildren(QFileDialog)))
    dialog = next(one for one in page.findChildren(QFileDialog) if one.isVisible())
    line = dialog.findChild(QLineEdit, "fileNameEdit")
    assert line is not None
    line.setText(str(path))  # typed letter by letter, the list of completions gets in the way of the button
    button = next(
        one
        for one in dialog.findChildren(QPushButton)
        if one.text().replace("&", "") in ("Open", "Save", "Choose")
    )
    QTest.mouseClick(button, LEFT)
    qtbot.waitUntil(lambda: dialog.result() == QDialog.DialogCode.Accepted and not dialog.isVisible())


def controls_of(page: QWidget) -> list[QWidget]:
    """Everything in sight that takes a click or a key, but for parts of another one and what is greyed out."""
    kinds = (QAbstractButton, QAbstractSpinBox, QComboBox, QSlider, QAbstractItemView, QLineEdit, QTabBar)
    return [
        one
        for one in page.findChildren(QWidget)
        if one.isVisibleTo(page.window())
        and one.isEnabled()
        and (isinstance(one, kinds) or one.focusPolicy() & Qt.FocusPolicy.TabFocus)
        and not isinstance(one, (QScrollArea, QTabWidget))
        and not _is_part(one)
    ]


def _is_part(one: QWidget) -> bool:
    """The line in a number field, the headings of a table, the list of a combo box, a surface's own viewport."""
    parent = one.parent()
    if isinstance(one, QLineEdit) and isinstance(parent, QAbstractSpinBox):
        return True
    if one.focusPolicy() == Qt.FocusPolicy.NoFocus and isinstance(parent, (QTableView, QLineEdit)):
        return True
    return one.focusProxy() is not None or isinstance(parent, QTabBar)


def name_of(control: QWidget) -> str:
    """How a screen reader calls it."""
    text = getattr(control, "text", None)
    words = control.accessibleName() or (str(text()) if callable(text) else "")
    return words.replace("&", "").strip()


def reached_by_tab(page: QWidget, most: int = 200) -> list[QWidget]:
    """Where Tab leads, from the first control on until it comes round or leaves the page."""
    found: list[QWidget] = []
    for _ in range(most):
        here = QApplication.focusWidget()
        if here is None or here in found:
            break
        found.append(here)
        QTest.keyClick(here, Qt.Key.Key_Tab)
    return [one for one in found if page.isAncestorOf(one)]


def not_reached(page: QWidget, reached: list[QWidget]) -> list[str]:
    """The controls that Tab misses; of buttons of which one holds, one is enough: arrow keys lead to the others."""
    groups = {one.group() for one in reached if isinstance(one, QAbstractButton) and one.group() is not None}
    return [
        name_of(one) or repr(one)
        for one in controls_of(page)
        if one not in reached and not (isinstance(one, QAbstractButton) and one.group() in groups)
    ]


def shows_focus(control: QWidget) -> bool:
    """True where it looks different with the keys on it."""
    control.setFocus(Qt.FocusReason.TabFocusReason)
    with_keys = control.grab().toImage()
    control.clearFocus()
    return with_keys != control.grab().toImage()
