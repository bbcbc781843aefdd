"""The viewer of single samples: keys, verdicts, filters and counts."""

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.answers import Answers
from studio.core.checklist import standard_checklist
from studio.core.checks.input_details import EvidenceMap
from studio.core.dataset import Task
from studio.core.drawings.of_maps import map_words
from studio.core.review import Judgement
from studio.ui.widgets.evidence_figure import Values
from studio.ui.widgets.harm_viewer import HarmViewer
from tests.ui.reads import Reads

LABELS = ("idle", "tap")
SHAPE = (6, 6, 1)


def answers() -> Answers:
    """Six samples, rows 10 to 15 of the split; all were right before, all but the first are wrong now."""
    y = np.array([0, 0, 1, 1, 0, 1])
    before = np.eye(2, dtype=np.float32)[y]
    after = 1 - before
    after[0] = before[0]
    rows = np.arange(10, 16)
    none = np.zeros(0, np.float32)
    groups = {"hand": np.array(["left", "left", "right", "left", "right", "right"])}
    return Answers(
        Task.CLASSIFICATION, y, before, after, rows, before.argmax(1), after.argmax(1), none, none, None, groups
    )  # fmt: skip


@pytest.fixture
def viewer(qtbot: QtBot) -> HarmViewer:
    def read(rows: tuple[int, ...], then: object) -> None:
        values: npt.NDArray[np.float32] = np.stack([np.full(SHAPE, row, np.float32) for row in rows])
        then(values, SHAPE)  # type: ignore[operator]

    shown = HarmViewer(Reads(read))
    qtbot.addWidget(shown)
    shown.resize(760, 560)
    shown.show()
    shown.show_samples(standard_checklist().question("V7"), (11, 12, 13, 14, 15), answers(), LABELS)
    return shown


def judged_by(viewer: HarmViewer) -> list[tuple[str, int, object]]:
    found: list[tuple[str, int, object]] = []
    given: dict[int, Judgement] = {}

    def keep(question: str, row: int, judgement: object) -> None:
        found.append((question, row, judgement))
        if isinstance(judgement, Judgement):
            given[row] = judgement
        else:
            given.pop(row, None)
        viewer.set_judged(dict(given))

    viewer.judged.connect(keep)
    return found


def test_keys_judge_and_step_on(viewer: HarmViewer) -> None:
    found = judged_by(viewer)
    for key in (Qt.Key.Key_R, Qt.Key.Key_W, Qt.Key.Key_U):
        QTest.keyClick(viewer, key)
    assert found == [
        ("V7", 11, Judgement.RIGHT),
        ("V7", 12, Judgement.WRONG),
        ("V7", 13, Judgement.UNCLEAR),
    ]
    assert viewer.row == 14
    assert viewer.count_words == "4 of 5  ·  opened 4 of 5, judged 3 of 5"
    QTest.keyClick(viewer, Qt.Key.Key_Left)
    QTest.keyClick(viewer, Qt.Key.Key_Backspace)
    assert found[-1] == ("V7", 13, None)
    assert "judged 2 of 5" in viewer.count_words


def test_the_ends_hold_the_cursor(viewer: HarmViewer) -> None:
    QTest.keyClick(viewer, Qt.Key.Key_Up)
    assert viewer.row == 11
    for _ in range(9):
        QTest.keyClick(viewer, Qt.Key.Key_Down)
    assert viewer.row == 15


def test_buttons_say_what_a_verdict_means_and_give_it(viewer: HarmViewer) -> None:
    found = judged_by(viewer)
    assert viewer.buttons[Judgement.WRONG].text() == "W  a mistake that would hurt in use"
    viewer.buttons[Judgement.WRONG].click()
    assert found == [("V7", 11, Judgement.WRONG)]


def test_samples_are_picked_by_class_and_group(viewer: HarmViewer) -> None:
    viewer.classes.setCurrentIndex(viewer.classes.findText("tap"))
    assert list(viewer.rows) == [12, 13, 15]
    viewer.groups.setCurrentIndex(viewer.groups.findText("hand: right"))
    assert list(viewer.rows) == [12, 15]
    viewer.classes.setCurrentIndex(0)
    assert list(viewer.rows) == [12, 14, 15]


def test_the_list_leads_to_a_sample(viewer: HarmViewer) -> None:
    viewer.table.selectRow(3)
    assert viewer.row == 14


def test_it_begins_at_the_first_sample_without_a_verdict(viewer: HarmViewer) -> None:
    viewer.set_judged({11: Judgement.RIGHT, 12: Judgement.RIGHT})
    viewer.show_samples(standard_checklist().question("V7"), (11, 12, 13), answers(), LABELS)
    assert viewer.row == 13


def test_escape_and_the_button_close_it(viewer: HarmViewer, qtbot: QtBot) -> None:
    with qtbot.waitSignal(viewer.closed):
        QTest.keyClick(viewer, Qt.Key.Key_Escape)
    with qtbot.waitSignal(viewer.closed):
        viewer.back.click()


def test_a_map_is_laid_over_its_sample_and_put_into_words(viewer: HarmViewer) -> None:
    drops = tuple(float(number) / 9 for number in range(9))
    found = EvidenceMap(12, 1, 0, 3, 3, drops, 0.4, -0.1, False)
    viewer.show_samples(standard_checklist().question("V8"), (12, 13), answers(), LABELS, (found,))
    assert viewer.view.map is found
    assert "lowers the score by 40 points" in map_words(found)
    assert "random tenths: raises the score by 10 points" in map_words(found)
    assert "Do not rely on this map." in map_words(found)
    QTest.keyClick(viewer, Qt.Key.Key_Right)
    assert viewer.view.map is None


def test_values_that_come_late_are_not_drawn_for_another_sample(qtbot: QtBot) -> None:
    waiting: list[object] = []
    shown = HarmViewer(Reads(lambda _rows, then: waiting.append(then)))
    qtbot.addWidget(shown)
    shown.show_samples(standard_checklist().question("V7"), (11, 12), answers(), LABELS)
    QTest.keyClick(shown, Qt.Key.Key_Right)
    values: Values = np.zeros((1, *SHAPE), np.float32)
    waiting[0](values, SHAPE)  # type: ignore[operator]
    assert shown.view.accessibleName() == ""
    waiting[1](values, SHAPE)  # type: ignore[operator]
    assert shown.view.accessibleName().startswith("Sample 12")
