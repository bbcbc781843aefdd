"""Doubted labels and copies, looked at on the Review page: real files, real reading, keys alone."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QRect, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from studio.core.checks.check import Check, Verdict
from studio.core.checks.data_details import Leak, Leaks, Suspect, Suspects, TrainingSuspects
from studio.core.drawings import drawings_of
from studio.core.drawings.drawing import Table
from studio.core.looks import Look, Seen
from studio.core.results import Results
from studio.core.samples import Face
from studio.ui.pages.review import ReviewPage
from studio.ui.sample_reader import SampleReader
from studio.ui.widgets.evidence_figure import EvidenceFigure
from studio.ui.widgets.evidence_list import EvidenceRow
from studio.ui.widgets.sight_panel import SightPanel
from tests.ui import results as made
from tests.ui.canned import canned_session
from tests.ui.reads import Reads

SHAPE = (64, 1, 3)
DOUBTED = Suspects(
    (Suspect(5, 0, 3, 0.02, 0.96), Suspect(2, 1, 2, 0.1, 0.7), Suspect(7, 2, 0, 0.2, 0.6)),
    3,
    TrainingSuspects((Suspect(9, 3, 1, 0.0, 0.9), Suspect(4, 1, 0, 0.3, 0.5)), 2, 10, 0.93, True),
)
COPIED = Leaks(
    (
        Leak("test", 2, "train", 4, 1.0, "the same numbers"),
        Leak("test", 7, "train", 9, 0.998, "almost the same numbers"),
    ),
    1,
    1,
    (),
)
LABELLED = {
    "test": np.array([0, 0, 1, 1, 0, 0, 2, 2, 3, 3]),
    "train": np.array([0, 0, 1, 1, 1, 0, 2, 2, 3, 3]),
}


def data(folder: Path) -> Results:
    """Results with doubted labels and copies, and the data they are from: each sample's numbers are about its row."""
    for split, y in LABELLED.items():
        x = np.random.default_rng(0).random((10, *SHAPE), np.float32)
        x += np.arange(10, dtype=np.float32).reshape(10, 1, 1, 1) + (100 if split == "train" else 0)
        np.savez(folder / f"{split}.npz", x=x, y=y)
    found = made.results()
    assert found.dataset is not None
    assert found.panel is not None
    doubted = Check(
        "C14", "Labels to look at", Verdict.WARN, "The model doubts 3 of 10 labels.", detail=DOUBTED
    )
    copied = Check(
        "C12", "Test set apart from training", Verdict.FAIL, "2 of 10 are on both sides.", detail=COPIED
    )
    others = tuple(one for one in found.panel.checks if one.id != "C12")
    return replace(
        found,
        dataset=replace(found.dataset, path=str(folder), sample_shape=SHAPE),
        panel=replace(found.panel, checks=(*others, doubted, copied)),
    )


Open = Callable[[str, str], tuple[EvidenceRow, list[SightPanel]]]


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> ReviewPage:
    session, _ = canned_session(data(tmp_path), made.project())
    shown = ReviewPage(session)
    qtbot.addWidget(shown)
    shown.resize(1050, 640)
    shown.show()
    shown.activateWindow()
    qtbot.waitUntil(
        lambda: not session.busy and not shown.turns.busy and shown.isActiveWindow(), timeout=30_000
    )
    return shown


@pytest.fixture
def opened(page: ReviewPage, qtbot: QtBot) -> Open:
    def open_it(question: str, check: str) -> tuple[EvidenceRow, list[SightPanel]]:
        page.show_question(question)
        evidence = page.card(question).evidence
        assert evidence is not None
        row = evidence.rows[check]
        row.button.setFocus()
        QTest.keyClick(row.button, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda: not row.drawing)
        panels = [figure.body for figure in row.figures if isinstance(figure.body, SightPanel)]
        for panel in panels:
            qtbot.waitUntil(partial(lambda one: bool(one.seen), panel))
        return row, panels

    return open_it


def here() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def tab(back: bool = False) -> None:
    held = Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier
    QTest.keyClick(here(), Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab, held)


def test_a_doubted_label_is_looked_at_by_keyboard_alone(
    page: ReviewPage, opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    row, (test, train) = opened("V4", "C14")
    tab()
    assert here() is test
    assert test.views[0].face is Face.TRACE
    assert test.views[0].accessibleName() == "Test 5: 'idle': a trace of 64 × 1 × 3"
    assert test.words.text() == "It is labelled 'idle'. The model takes it for 'tap'."
    assert test.bars.words == "idle (its label) 2.0 %, tap (looks like) 96.0 %"
    assert test.files[0].text() == "test.npz, sample 5 (the first is 0)"
    assert 5 <= test.seen[0].values.min() < 6
    QTest.keyClick(test, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(test.seen))
    assert 2 <= test.seen[0].values.min() < 3
    assert (test.at, test.table.selected, test.place.text()) == (1, 1, "2 of 3")
    QTest.keyClick(test, Qt.Key.Key_End)
    assert test.at == 2
    QTest.keyClick(test, Qt.Key.Key_Down)
    assert test.at == 2
    QTest.keyClick(test, Qt.Key.Key_Home)
    QTest.keyClick(test, Qt.Key.Key_Up)
    assert test.at == 0
    qtbot.waitUntil(lambda: bool(test.seen))
    QTest.keyClick(test, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text() == str(tmp_path / "test.npz")
    tab()
    assert here() is train
    qtbot.waitUntil(lambda: train.visibleRegion().boundingRect() == train.rect())
    assert train.words.text() == "It is labelled 'tap'. The quick classifier takes it for 'shake'."
    assert train.views[0].accessibleName().startswith("Training 9: 'tap'")
    assert 109 <= train.seen[0].values.min() < 110
    tab()
    assert here() not in (test, train)
    assert not row.isAncestorOf(here())
    tab(back=True)
    tab(back=True)
    assert here() is test
    tab(back=True)
    assert here() is row.button


def test_on_a_sample_the_keys_of_the_question_still_answer_it(page: ReviewPage, opened: Open) -> None:
    _, (test, _) = opened("V4", "C14")
    test.setFocus()
    QTest.keyClick(test, Qt.Key.Key_Y)
    assert page.card("V4").field.hasFocus()


def test_a_sample_that_has_the_keys_is_framed_and_read_aloud(opened: Open) -> None:
    _, (test, _) = opened("V4", "C14")
    bare = test.views[0].grab().toImage()
    test.setFocus()
    assert test.views[0].grab().toImage() != bare
    assert test.accessibleName() == (
        "Labels of test samples to look at. 1 of 3. It is labelled 'idle'. The model takes it for 'tap'. "
        "idle (its label) 2.0 %, tap (looks like) 96.0 %. test.npz, sample 5 (the first is 0)"
    )


def test_copies_stand_side_by_side_and_labels_that_differ_are_said(
    opened: Open, qtbot: QtBot, tmp_path: Path
) -> None:
    _, (pair,) = opened("V5", "C12")
    assert [view.accessibleName().split(": a")[0] for view in pair.views] == [
        "Test 2: 'shake'",
        "Training 4: 'shake'",
    ]
    assert pair.words.text() == "100.0 % alike: the same numbers."
    assert pair.differ.isHidden()
    pair.setFocus()
    QTest.keyClick(pair, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(pair.seen))
    assert [one.label for one in pair.seen] == [2, 3]
    assert pair.differ.isVisible()
    assert "Their labels differ: one of the two may be wrong" in pair.accessibleName()
    QTest.keyClick(pair, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert (
        QGuiApplication.clipboard().text().split("\n")
        == [str(tmp_path / "test.npz"), str(tmp_path / "train.npz")]
    )  # fmt: skip


def test_a_row_of_the_table_leads_to_its_sample_and_steps_follow_its_order(
    opened: Open, qtbot: QtBot
) -> None:
    _, (test, _) = opened("V4", "C14")
    test.table.selectRow(2)
    assert test.at == 2
    assert test.place.text() == "3 of 3"
    test.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)  # samples 2, 5, 7
    assert test.place.text() == "3 of 3"
    test.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert test.place.text() == "1 of 3"
    test.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    QTest.keyClick(test, Qt.Key.Key_Home)
    assert test.at == 1
    QTest.keyClick(test, Qt.Key.Key_Right)
    assert test.at == 0
    qtbot.waitUntil(lambda: bool(test.seen))
    assert test.place.text() == "2 of 3"
    test.next.click()
    assert test.at == 2
    test.previous.click()
    assert test.at == 0


def test_data_that_is_gone_gets_a_sentence_and_comes_back(opened: Open, qtbot: QtBot, tmp_path: Path) -> None:
    _, (test, train) = opened("V4", "C14")
    gone = (tmp_path / "test.npz").rename(tmp_path / "elsewhere.npz")
    QTest.keyClick(test, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(test.failure.text()))
    assert test.failure.isVisible()
    assert test.failure.text().startswith(f"There is no file at {tmp_path / 'test.npz'}")
    assert not test.views[0].isVisible()
    assert test.failure.text().rstrip(".") in test.accessibleName()
    gone.rename(tmp_path / "test.npz")
    QTest.keyClick(test, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(test.seen))
    assert test.views[0].isVisible()
    assert not test.failure.isVisible()
    np.savez(tmp_path / "train.npz", x=np.zeros((10, *SHAPE), np.float32), y=np.zeros(10, np.int64))
    QTest.keyClick(train, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(train.failure.text()))
    assert train.failure.text() == "train.npz changed since it was read. Choose the data again."


def test_samples_of_data_that_was_taken_away_are_not_asked_for(qtbot: QtBot, tmp_path: Path) -> None:
    found = replace(data(tmp_path), dataset=None)
    session, _ = canned_session(found, replace(made.project(), data=""))
    qtbot.waitUntil(lambda: not session.busy)
    (drawing, _) = drawings_of(Check("C14", "t", Verdict.WARN, "s", detail=DOUBTED), made.LABELS)
    figure = EvidenceFigure(drawing, made.LABELS, SampleReader(session))
    qtbot.addWidget(figure)
    assert isinstance(figure.body, SightPanel)
    assert "is not at hand any more" in figure.body.failure.text()


def test_held_keys_do_not_pile_up_reads_and_the_last_sample_is_drawn(qtbot: QtBot) -> None:
    waiting: list[tuple[tuple[int, ...], Callable[..., None]]] = []
    (drawing, _) = drawings_of(Check("C14", "t", Verdict.WARN, "s", detail=DOUBTED), made.LABELS)
    figure = EvidenceFigure(drawing, made.LABELS, Reads(lambda rows, then: waiting.append((rows, then))))
    qtbot.addWidget(figure)
    panel = figure.body
    assert isinstance(panel, SightPanel)
    QTest.keyClick(panel, Qt.Key.Key_Right)
    QTest.keyClick(panel, Qt.Key.Key_Right)
    assert [rows for rows, _ in waiting] == [(5,)]
    waiting[0][1](np.zeros((1, *SHAPE), np.float32), SHAPE)
    assert not panel.seen
    assert [rows for rows, _ in waiting] == [(5,), (7,)]
    waiting[1][1](np.ones((1, *SHAPE), np.float32), SHAPE)
    assert panel.views[0].accessibleName().startswith("Test 7: 'circle'")


def test_a_sample_that_could_not_be_read_does_not_hide_the_next(qtbot: QtBot) -> None:
    class Waiting(Reads):
        def look(
            self,
            looks: tuple[Look, ...],
            then: Callable[[tuple[Seen, ...]], None],
            failed: Callable[[str], None],
        ) -> None:
            asked.append((looks[0].row, then, failed))

    asked: list[tuple[int, Callable[[tuple[Seen, ...]], None], Callable[[str], None]]] = []
    (drawing, _) = drawings_of(Check("C14", "t", Verdict.WARN, "s", detail=DOUBTED), made.LABELS)
    figure = EvidenceFigure(drawing, made.LABELS, Waiting(lambda rows, then: None))
    qtbot.addWidget(figure)
    panel = figure.body
    assert isinstance(panel, SightPanel)
    QTest.keyClick(panel, Qt.Key.Key_Right)
    asked[0][2]("The first is gone.")
    assert not panel.failure.text()
    assert [row for row, *_ in asked] == [5, 2]
    asked[1][1]((Seen(np.zeros(SHAPE, np.float32), SHAPE, 1, None),))
    assert panel.views[0].accessibleName().startswith("Test 2: 'shake'")
    assert panel.keys_words.text() == "← → step"


def test_samples_that_come_once_the_evidence_is_closed_are_dropped(qtbot: QtBot) -> None:
    waiting: list[Callable[..., None]] = []
    (drawing, _) = drawings_of(Check("C14", "t", Verdict.WARN, "s", detail=DOUBTED), made.LABELS)
    figure = EvidenceFigure(drawing, made.LABELS, Reads(lambda _, then: waiting.append(then)))
    figure.deleteLater()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    waiting[0](np.zeros((1, *SHAPE), np.float32), SHAPE)


@pytest.mark.parametrize("detail", [DOUBTED, COPIED], ids=["doubted", "copied"])
def test_pictures_waveforms_and_traces_fit_a_narrow_page(qtbot: QtBot, detail: Suspects | Leaks) -> None:
    table = drawings_of(Check("C14", "t", Verdict.WARN, "s", detail=detail), ("a rather long name",) * 4)[0]
    assert isinstance(table, Table)
    for shape, face in (((96, 96, 3), Face.PICTURE), ((16_000, 1), Face.WAVEFORM), ((50, 6), Face.TRACE)):
        values = np.random.default_rng(0).random((1, *shape), np.float32)

        def read(
            rows: tuple[int, ...],
            then: Callable[..., None],
            values: object = values,
            shape: object = shape,
        ) -> None:
            then(np.repeat(np.asarray(values), len(rows), axis=0), shape)

        figure = EvidenceFigure(table, ("a rather long name",) * 4, Reads(read))
        qtbot.addWidget(figure)
        figure.resize(430, figure.sizeHint().height())
        figure.show()
        panel = figure.body
        assert isinstance(panel, SightPanel)
        assert figure.minimumSizeHint().width() <= 430
        assert all(view.face is face for view in panel.views)
        around = QRect(panel.views[0].pos(), panel.views[0].size())
        assert panel.rect().contains(around)
        assert panel.table.horizontalScrollBar().maximum() == 0


def test_keys_reach_training_samples_where_no_test_sample_is_doubted(qtbot: QtBot) -> None:
    read = Reads(lambda rows, then: then(np.zeros((len(rows), *SHAPE), np.float32), SHAPE))
    window = QWidget()
    layout = QVBoxLayout(window)
    row, after = EvidenceRow("C14", read), QPushButton("after")
    layout.addWidget(row)
    layout.addWidget(after)
    qtbot.addWidget(window)
    check = Check("C14", "t", Verdict.WARN, "s", detail=replace(DOUBTED, suspects=(), count=0))
    row.set_check(check, made.LABELS, hidden=False, unopened=True, overridable=False)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    row.button.setFocus()
    QTest.keyClick(row.button, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(row.figures) == 2 and row.figures[1].body.isVisible())
    tab()
    assert here() is row.figures[1].body
    tab()
    assert here() is after
