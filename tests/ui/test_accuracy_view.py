"""The accuracy looked at closely: every control by mouse and by keys, with real files behind it."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QHelpEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolTip
from pytestqt.qtbot import QtBot

from studio.core.answers import Side
from studio.core.dataset import Dataset, Split, Task, inspect, load_split
from studio.core.evaluation import Engine, Evaluation
from studio.core.recipe import Candidate, Recipe
from studio.ui import theme
from studio.ui.widgets.accuracy_view import AccuracyView
from studio.ui.widgets.confusion_matrix import ConfusionMatrix
from studio.ui.widgets.figure_table import FigureTable
from studio.worker.judge import Answered, judge

LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
CANDIDATE = Candidate(Recipe(pruning=0.2), "m" * 64, "d" * 64, "", "c" * 64, 10, ())


def judged(folder: Path, dataset: Dataset, split: Split, before: np.ndarray, after: np.ndarray) -> Evaluation:
    predictions = folder / f"predictions {len(list(folder.iterdir()))}.npz"
    arrays = {"y": split.y, "float_scores": before, "scores": after}
    arrays |= {f"group {column}": values for column, values in split.groups.items()}
    if split.anomalous is not None:
        arrays["anomalous"] = split.anomalous
    np.savez(predictions, **arrays)  # type: ignore[arg-type]
    answered = Answered(Engine.STUDIO_C, split, before, after, predictions=str(predictions), sources="e" * 64)
    return judge(CANDIDATE, dataset, answered)


def class_data(folder: Path, classes: int = 3, samples: int = 60) -> tuple[Dataset, Split]:
    """Pictures of 8 × 8; sample i is of class i mod classes."""
    x = np.random.default_rng(1).random((samples, 8, 8, 1)).astype(np.float32)
    hand = np.where(np.arange(samples) < samples // 4, "left", "right")
    np.savez(folder / "test.npz", x=x, y=np.arange(samples) % classes, hand=hand)
    dataset = inspect(folder, (8, 8, 1), classes)
    return dataset, load_split(folder, "test", (8, 8, 1), classes)


def scores_of(answers: np.ndarray, classes: int = 3) -> np.ndarray:
    found = np.full((len(answers), classes), 0.2 / classes, np.float32)
    found[np.arange(len(answers)), answers] = 0.8
    return found


@pytest.fixture
def classes(tmp_path: Path) -> tuple[Evaluation, Dataset]:
    """60 samples: 3 and 9 (class 0) broken to class 1, 4 (class 1) mended from 2, 5 (class 2) from wrong to wrong."""
    dataset, split = class_data(tmp_path)
    before, after = split.y.astype(np.int64), split.y.astype(np.int64)
    after[[3, 9]] = 1
    before[4] = 2
    before[5], after[5] = 0, 1
    return judged(tmp_path, dataset, split, scores_of(before), scores_of(after)), dataset


@pytest.fixture
def numbers(tmp_path: Path) -> tuple[Evaluation, Dataset]:
    """Answers beside their targets; sample 7 is far off after compression."""
    random = np.random.default_rng(2)
    x = random.normal(0, 1, (50, 1)).astype(np.float32)
    y = np.sin(x)
    np.savez(tmp_path / "test.npz", x=x, y=y)
    dataset = inspect(tmp_path, (1,), 1)
    split = load_split(tmp_path, "test", (1,), 1)
    before = (y + random.normal(0, 0.05, y.shape)).astype(np.float32)
    after = before.copy()
    after[7] += 1.5
    return judged(tmp_path, dataset, split, before, after), dataset


@pytest.fixture
def coded(tmp_path: Path) -> tuple[Evaluation, Dataset]:
    """An autoencoder: every fourth sample is anomalous and comes back worse."""
    random = np.random.default_rng(3)
    x = random.normal(0, 1, (80, 40)).astype(np.float32)
    marks = np.arange(80) % 4 == 0
    np.savez(tmp_path / "test.npz", x=x, y=marks)
    dataset = inspect(tmp_path, (40,), 40)
    split = load_split(tmp_path, "test", (40,), 40)
    before = (x + random.normal(0, 0.2, x.shape) * (1 + marks[:, None])).astype(np.float32)
    after = (before + random.normal(0, 0.1, x.shape)).astype(np.float32)
    return judged(tmp_path, dataset, split, before, after), dataset


@pytest.fixture
def show(qtbot: QtBot) -> Callable[[tuple[Evaluation, Dataset]], AccuracyView]:
    def shown(known: tuple[Evaluation, Dataset]) -> AccuracyView:
        view = AccuracyView()
        qtbot.addWidget(view)
        view.resize(660, 380)
        view.show()
        qtbot.waitExposed(view)
        view.set_evaluation(*known)
        qtbot.waitUntil(lambda: view.overview is not None)
        return view

    return shown


Show = Callable[[tuple[Evaluation, Dataset]], AccuracyView]
Known = tuple[Evaluation, Dataset]


def words_of(view: AccuracyView) -> str:
    return "\n".join(found.text() for found in view.findChildren(QLabel) if found.isVisible())


def drawn(qtbot: QtBot, view: AccuracyView) -> str:
    """What the sample is called, once it is drawn."""
    qtbot.waitUntil(lambda: view.panel.view.isVisible() and bool(view.panel.view.accessibleName()))
    return view.panel.view.accessibleName()


def click_row(table: FigureTable, row: int) -> None:
    area = table.visualRect(table.model().index(row, 0))
    QTest.mouseClick(table.viewport(), LEFT, pos=area.center())


def click_cell(matrix: ConfusionMatrix, truth: int, answered: int) -> None:
    QTest.mouseClick(matrix.viewport(), LEFT, pos=matrix.rect_of(truth, answered).center())


def test_the_headline_says_before_after_interval_change_and_count(classes: Known, show: Show) -> None:
    view = show(classes)
    words = words_of(view)
    assert "97 % → 95 %" in words
    assert "2 broken, 1 mended" in words
    assert "60 test samples · exported C" in words
    assert "95 %:" in words


def test_where_the_figures_come_from_is_one_hover_or_click_away(
    classes: Known, show: Show, qtbot: QtBot
) -> None:
    view = show(classes)
    tip = view.headline.toolTip()
    for part in ("the exported C", "int8, 20 % of channels pruned", "all 60 samples of the test split"):
        assert part in tip
    for digits in (classes[1].sha256[:16], "c" * 16, "e" * 16):
        assert digits in tip
    view.headline.about.setFocus()
    QTest.keyClick(view.headline.about, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: QToolTip.text() == tip)
    QToolTip.hideText()


def test_a_preview_says_so_and_shows_what_is_known_without_the_answers(
    classes: Known, show: Show, qtbot: QtBot
) -> None:
    evaluation, dataset = classes
    view = show(classes)
    part = replace(evaluation, predictions="", engine=Engine.LITERT, of=400)
    view.set_evaluation(part, dataset, preview=True)
    words = words_of(view)
    assert "Preview." in words
    assert "60 of 400 test samples · LiteRT" in words
    assert "whole test set" in view.panel.words.text()
    QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
    assert view.classes.matrix.words(0, 1) == "'class 0' answered 'class 1': 2 of 20 (10 %)"
    click_cell(view.classes.matrix, 0, 1)
    assert "whole test set" in view.panel.words.text()
    QTest.mouseClick(view.classes.views.buttons["flips"], LEFT)
    assert "whole test set" in view.classes.flips.none.text()
    view.set_evaluation(evaluation, dataset)
    qtbot.waitUntil(lambda: view.overview is not None)
    assert view.classes.flips.samples == (3, 9)


def test_a_class_leads_to_its_missed_samples(classes: Known, show: Show, qtbot: QtBot) -> None:
    view = show(classes)
    assert "Choose a class" in view.panel.words.text()
    click_row(view.classes.classes, 0)
    assert list(view.panel.samples) == [3, 9]
    assert drawn(qtbot, view).startswith("Sample 3: 'class 0': a picture")
    QTest.keyClick(view.classes.classes, Qt.Key.Key_Down)
    assert list(view.panel.samples) == [4]
    names = [pair.name for pair in view.panel.pairs.pairs]
    assert names[0] == "class 1 (true)"
    assert view.panel.pairs.pairs[0].words == "6.7 → 80.0 %"


def test_the_class_table_sorts_and_has_f1_where_there_is_room(classes: Known, show: Show) -> None:
    view = show(classes)
    table = view.classes.classes
    header = table.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 8, header.height() // 2)
    QTest.mouseClick(header.viewport(), LEFT, pos=place)
    assert table.shown_order[0] == 0  # found least often
    assert table.isColumnHidden(4)
    view.resize(1000, 500)
    QApplication.processEvents()
    assert not table.isColumnHidden(4)


def test_cells_lead_to_their_samples_by_mouse_and_by_keys(classes: Known, show: Show, qtbot: QtBot) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
    matrix = view.classes.matrix
    click_cell(matrix, 0, 1)
    assert list(view.panel.samples) == [3, 9]
    assert "'class 0' answered 'class 1' after compression" in view.panel.title.text()
    matrix.setFocus()
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    QTest.keyClick(matrix, Qt.Key.Key_Down)
    assert matrix.framed == (2, 1)
    assert list(view.panel.samples) == [3, 9]  # not chosen yet
    assert "'class 2' answered 'class 1': 1 of 20" in view.classes.read_out.text()
    QTest.keyClick(matrix, Qt.Key.Key_Return)
    assert list(view.panel.samples) == [5]
    QTest.keyClick(matrix, Qt.Key.Key_Home)
    QTest.keyClick(matrix, Qt.Key.Key_End)
    assert matrix.framed == (2, 2)


def test_before_after_and_difference_count_the_same_answers(classes: Known, show: Show) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
    matrix, sides = view.classes.matrix, view.classes.sides
    click_cell(matrix, 0, 1)
    QTest.mouseClick(sides.buttons[Side.BEFORE], LEFT)
    assert "0 of 20" in matrix.words(0, 1)
    assert list(view.panel.samples) == []
    assert "No sample" in view.panel.words.text()
    QTest.keyClick(sides.buttons[Side.BEFORE], Qt.Key.Key_Right)
    QTest.keyClick(sides.buttons[Side.AFTER], Qt.Key.Key_Right)
    assert sides.value == Side.CHANGE
    assert "+2 by compression" in matrix.words(0, 1)
    assert list(view.panel.samples) == [3, 9]


def test_the_cell_under_the_mouse_is_told_in_words(classes: Known, show: Show, qtbot: QtBot) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
    matrix = view.classes.matrix
    point = matrix.rect_of(0, 0).center()
    viewport = matrix.viewport()
    QApplication.sendEvent(viewport, QHelpEvent(QEvent.Type.ToolTip, point, viewport.mapToGlobal(point)))
    qtbot.waitUntil(lambda: QToolTip.text() == "'class 0' answered rightly: 18 of 20 (90 %)")
    QToolTip.hideText()


def test_the_list_of_mistakes_leads_to_samples_too(classes: Known, show: Show) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
    QTest.mouseClick(view.classes.forms.buttons["list"], LEFT)
    rows = [[cell.text for cell in row] for row in view.classes.mistakes.table.rows]
    assert rows[0] == ["class 0", "class 1", "0", "2", "+2"]
    click_row(view.classes.mistakes.table, 0)
    assert list(view.panel.samples) == [3, 9]
    QTest.mouseClick(view.classes.forms.buttons["matrix"], LEFT)
    assert view.classes.matrix.chosen == (0, 1)


def test_changed_answers_are_listed_by_kind_with_their_samples(
    classes: Known, show: Show, qtbot: QtBot
) -> None:
    view = show(classes)
    button = view.classes.views.buttons["flips"]
    assert button.text() == "Changed 4"
    QTest.mouseClick(button, LEFT)
    flips = view.classes.flips
    assert [found.text() for found in flips.kinds.buttons.values()] == [
        "Broken 2",
        "Mended 1",
        "Still wrong 1",
    ]
    assert list(view.panel.samples) == [3, 9]
    assert drawn(qtbot, view).startswith("Sample 3: 'class 0'")
    QTest.keyClick(flips.table, Qt.Key.Key_Down)
    assert view.panel.sample == 9
    QTest.mouseClick(flips.kinds.buttons["mended"], LEFT)
    assert list(view.panel.samples) == [4]
    assert view.panel.title.text() == "Wrong before, right now"


def test_groups_lead_to_their_missed_samples(classes: Known, show: Show, qtbot: QtBot) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["groups"], LEFT)
    assert "Choose a group" in view.panel.words.text()
    rows = [[cell.text for cell in row] for row in view.classes.groups.rows]
    assert rows == [["hand", "left", "15", "86.7 → 80.0 %"], ["hand", "right", "45", "100.0 %"]]
    click_row(view.classes.groups, 0)
    assert list(view.panel.samples) == [3, 9, 5, 4]  # broken first, then still wrong, then mended
    QTest.keyClick(view.classes.groups, Qt.Key.Key_Down)
    assert list(view.panel.samples) == []
    assert "No sample of hand 'right'" in view.panel.words.text()
    view.set_evaluation(replace(classes[0], groups=()), classes[1])
    assert not view.classes.views.buttons["groups"].isVisible()
    assert view.classes.views.value == "classes"


def test_samples_are_stepped_through_by_buttons_and_keys_and_the_list_follows(
    classes: Known, show: Show, qtbot: QtBot
) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["flips"], LEFT)
    drawn(qtbot, view)
    panel, table = view.panel, view.classes.flips.table
    assert not panel.previous.isEnabled()
    QTest.mouseClick(panel.next, LEFT)
    assert (panel.sample, table.selected) == (9, 1)
    assert panel.place.text() == "2 of 2"
    panel.setFocus()
    QTest.keyClick(panel, Qt.Key.Key_Left)
    assert (panel.sample, table.selected) == (3, 0)
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Right, ALT)
    assert panel.sample == 9
    QTest.keyClick(table, Qt.Key.Key_Left, ALT)
    assert panel.sample == 3


def test_the_sample_looked_at_stays_when_another_recipe_breaks_it_too(
    classes: Known, show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    view = show(classes)
    QTest.mouseClick(view.classes.views.buttons["flips"], LEFT)
    QTest.mouseClick(view.panel.next, LEFT)
    dataset = classes[1]
    split = load_split(tmp_path, "test", (8, 8, 1), 3)
    before, after = split.y.astype(np.int64), split.y.astype(np.int64)
    after[[0, 6, 9]] = 1
    first = view.overview
    view.set_evaluation(judged(tmp_path, dataset, split, scores_of(before), scores_of(after)), dataset)
    qtbot.waitUntil(lambda: view.overview is not first)
    assert list(view.panel.samples) == [0, 6, 9]
    assert view.panel.sample == 9
    assert view.classes.flips.table.selected == 2


def test_regression_shows_targets_answers_and_errors(numbers: Known, show: Show, qtbot: QtBot) -> None:
    view = show(numbers)
    words = words_of(view)
    assert "R²" in words
    assert "MAE" in words
    assert "RMSE" in view.headline.toolTip()
    qtbot.waitUntil(lambda: "Given: " in view.panel.words.text())
    assert view.panel.sample == 7  # the largest error comes first
    scatter = view.numbers.scatter
    target = scatter.point_of(12).toPoint()
    QTest.mouseClick(scatter.surface, LEFT, pos=target)
    assert view.panel.sample == 12
    assert scatter.read_out.startswith("target ")
    assert [pair.name.split()[0] for pair in view.panel.pairs.pairs] == ["Target", "Error"]
    QTest.keyClick(scatter.surface, Qt.Key.Key_Home)
    assert view.overview is not None
    assert view.panel.sample == int(view.overview.answers.y[:, 0].argmin())
    QTest.keyClick(scatter.surface, Qt.Key.Key_Right)
    assert scatter.marked == {view.panel.sample}


def test_a_bin_of_errors_leads_to_its_samples(numbers: Known, show: Show) -> None:
    view = show(numbers)
    QTest.mouseClick(view.numbers.views.buttons["errors"], LEFT)
    errors = view.numbers.errors
    assert [series.name for series in errors.series] == ["before", "after"]
    assert sum(value or 0 for value in errors.series[1].values) == 50
    QTest.keyClick(errors.surface, Qt.Key.Key_End)
    assert list(view.panel.samples) == [7]
    assert "or more" in view.panel.title.text()


def test_autoencoders_show_normal_and_anomalous_errors_and_what_they_give_back(
    coded: Known, show: Show, qtbot: QtBot
) -> None:
    view = show(coded)
    assert "AUC" in words_of(view)
    assert not view.numbers.views.isVisible()
    errors = view.numbers.errors
    assert [series.name for series in errors.series] == ["normal", "anomalous"]
    assert [sum(value or 0 for value in series.values) for series in errors.series] == [60, 20]
    after = errors.series
    QTest.mouseClick(view.numbers.sides.buttons["before"], LEFT)
    assert errors.series != after
    assert "anomalous" in drawn(qtbot, view)
    given = view.panel.view.grab().toImage()
    QTest.mouseClick(view.panel.sides.buttons["after"], LEFT)
    assert view.panel.view.grab().toImage() != given
    assert view.panel.pairs.pairs[0].name == "Error"


def test_without_figures_it_says_what_to_do(qtbot: QtBot, classes: Known) -> None:
    view = AccuracyView()
    qtbot.addWidget(view)
    view.show()
    assert "Model page" in words_of(view)
    view.set_evaluation(None, None, words="Measuring…")
    assert words_of(view) == "Measuring…"
    view.set_evaluation(*classes)
    qtbot.waitUntil(lambda: view.overview is not None)
    assert not view.empty.isVisible()
    view.set_evaluation(None, classes[1], words="Measuring…")
    assert view.overview is None
    assert not view.sides.isVisible()


def test_lost_answers_and_lost_samples_are_sentences(classes: Known, show: Show, qtbot: QtBot) -> None:
    evaluation, dataset = classes
    view = show(classes)
    Path(dataset.path, "test.npz").unlink()
    click_row(view.classes.classes, 0)
    qtbot.waitUntil(lambda: "test.npz" in view.panel.words.text())
    assert view.panel.pairs.isVisible()  # the scores are known all the same
    view.set_evaluation(replace(evaluation, predictions=evaluation.predictions + "x"), dataset)
    qtbot.waitUntil(lambda: "no longer in the cache" in view.panel.words.text())


def test_hidden_it_reads_nothing(qtbot: QtBot, classes: Known) -> None:
    view = AccuracyView()
    qtbot.addWidget(view)
    view.set_evaluation(*classes)
    qtbot.wait(50)
    assert view.overview is None
    view.show()
    qtbot.waitUntil(lambda: view.overview is not None)


def test_a_thousand_classes_stay_usable(qtbot: QtBot, tmp_path: Path, show: Show) -> None:
    dataset, split = class_data(tmp_path, classes=1000, samples=3000)
    random = np.random.default_rng(5)
    y = split.y.astype(np.int64)
    before, after = np.where(random.random((2, 3000)) < 0.1, random.integers(0, 1000, (2, 3000)), y)
    evaluation = judged(tmp_path, dataset, split, scores_of(before, 1000), scores_of(after, 1000))
    assert (evaluation.confusion, evaluation.classes) == ((), ())  # too much for a record
    view = show((evaluation, dataset))
    QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
    assert len(view.classes.classes.rows) == 1000
    assert view.classes.forms.value == "list"
    assert len(view.classes.mistakes.table.rows) > 200
    QTest.mouseClick(view.classes.forms.buttons["matrix"], LEFT)
    matrix = view.classes.matrix
    assert matrix.cell_size >= 4
    assert not matrix.grab().isNull()
    matrix.setFocus()
    QTest.keyClick(matrix, Qt.Key.Key_End)
    assert matrix.framed == (0, 999)
    assert matrix.viewport().rect().contains(matrix.rect_of(0, 999))
    small = matrix.cell_size
    QTest.keyClick(matrix, Qt.Key.Key_Plus)
    assert matrix.cell_size > small
    turn = QWheelEvent(
        QPointF(100, 100), QPointF(100, 100), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    closer = matrix.cell_size
    QApplication.sendEvent(matrix.viewport(), turn)
    assert matrix.cell_size > closer
    for _ in range(20):
        QTest.keyClick(matrix, Qt.Key.Key_Minus)
    assert matrix.cell_size == small


@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK])
def test_right_and_wrong_answers_stand_out_in_both_palettes(
    classes: Known, show: Show, qapp: QApplication, mode: theme.Mode
) -> None:
    theme.apply(qapp, mode)
    try:
        view = show(classes)
        QTest.mouseClick(view.classes.views.buttons["confusion"], LEFT)
        matrix = view.classes.matrix
        image = matrix.viewport().grab().toImage()
        colors = {
            cell: image.pixelColor(matrix.rect_of(*cell).topLeft() + QPoint(4, 4)).name()
            for cell in ((1, 1), (0, 1), (1, 0))
        }
        assert len(set(colors.values())) == 3
        assert colors[1, 0] == theme.colors().base
    finally:
        theme.apply(qapp, theme.Mode.LIGHT)


def test_the_task_of_the_data_decides_what_is_shown(numbers: Known, classes: Known) -> None:
    assert numbers[1].task is Task.REGRESSION
    assert classes[1].task is Task.CLASSIFICATION
