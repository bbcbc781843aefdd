"""The whole way in the real window: open a sample, compress, be refused, review, sign, export, watch live."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSettings, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from studio.core.places import resources
from studio.core.review.signing import make_key
from studio.core.steps import Step, StepState
from studio.headless.review import verify
from studio.ui.main_window import MainWindow
from studio.ui.pages.compress import CompressPage
from studio.ui.pages.export import ExportPage
from studio.ui.pages.layers import LayersPage
from studio.ui.pages.live import LivePage
from studio.ui.pages.model import ModelPage
from studio.ui.pages.review import ReviewPage
from studio.ui.session import Session

PATIENCE_MS = 60_000
ANSWERS = resources() / "samples" / "digits" / "answers.toml"
KEYS = {step: getattr(Qt.Key, f"Key_{number}") for number, step in enumerate(Step, start=1)}


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    QSettings.setPath(QSettings.Format.IniFormat, QSettings.Scope.UserScope, str(tmp_path / "settings"))
    shown = MainWindow(Session())
    shown.resize(1280, 800)
    shown.show()
    qtbot.waitExposed(shown)
    yield shown
    shown.may_lose_work = lambda: True  # type: ignore[method-assign]
    shown.close()
    shown.deleteLater()


def until(qtbot: QtBot, condition: Callable[[], bool]) -> None:
    qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def go_to(qtbot: QtBot, window: MainWindow, step: Step) -> None:
    QTest.keyClick(window, KEYS[step], Qt.KeyboardModifier.ControlModifier)
    until(qtbot, lambda: window.step is step)


def test_from_open_sample_to_live_frames_and_through_a_refused_export(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    session = window.session
    first = window.page(Step.MODEL)
    assert isinstance(first, ModelPage)
    QTest.mouseClick(first.empty.cards["digits"], Qt.MouseButton.LeftButton)
    until(qtbot, lambda: not session.busy and session.results.build is not None)
    known = session.results.build.measurement if session.results.build else None
    assert known is not None
    assert known.equal_samples == known.samples >= 100

    go_to(qtbot, window, Step.COMPRESS)
    compress = window.page(Step.COMPRESS)
    assert isinstance(compress, CompressPage)
    whole = session.results.candidate
    assert whole is not None
    compress.choices.pruning.channels.slider.setValue(20)
    until(qtbot, lambda: session.project.recipe.pruning == 0.2 and not session.busy)
    pruned = session.results.candidate
    assert pruned is not None
    assert pruned.file_bytes < whole.file_bytes
    session.undo()
    until(qtbot, lambda: session.project.recipe.pruning == 0.0 and not session.busy)
    assert session.results.candidate == whole

    go_to(qtbot, window, Step.LAYERS)
    layers = window.page(Step.LAYERS)
    assert isinstance(layers, LayersPage)
    assert layers.table.model().rowCount() == len(whole.layers)

    go_to(qtbot, window, Step.EXPORT)
    export = window.page(Step.EXPORT)
    assert isinstance(export, ExportPage)
    export.set_folder(tmp_path / "bundle")
    QTest.mouseClick(export.button, Qt.MouseButton.LeftButton)
    assert "The review blocks the export" in export.notice.sentence
    assert not (tmp_path / "bundle").exists()

    QTest.mouseClick(export.notice.button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: window.step is Step.REVIEW)
    review = window.page(Step.REVIEW)
    assert isinstance(review, ReviewPage)
    review.load_answers(ANSWERS)
    assert session.project.entered.signoff is None  # a file signs for nobody, and opened nothing
    until(qtbot, lambda: not session.reviewing.awaits_checks)
    for item in session.reviewing.preliminary.items:
        if item.blocks:
            review.show_question(item.question.id)
            evidence = review.card(item.question.id).evidence
            assert evidence is not None
            for name in item.unopened:
                evidence.rows[name].open()
    public = make_key(tmp_path / "ada.pem", "open sesame")
    review.signature.set_key(tmp_path / "ada.pem", "open sesame")
    QTest.keyClicks(review.signature.name, "Ada Example")
    until(qtbot, review.signature.button.isEnabled)
    QTest.mouseClick(review.signature.button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: session.step_states()[Step.REVIEW] is StepState.DONE)

    go_to(qtbot, window, Step.EXPORT)
    with qtbot.waitSignal(session.exported, timeout=PATIENCE_MS):
        QTest.mouseClick(export.button, Qt.MouseButton.LeftButton)
    manifest = json.loads((tmp_path / "bundle" / "manifest.json").read_text())
    assert manifest["model_sha256"] == whole.sha256
    found = verify(tmp_path / "bundle", None, lambda _: None, (public,))
    assert found["by_named_key"], found

    go_to(qtbot, window, Step.LIVE)
    live = window.page(Step.LIVE)
    assert isinstance(live, LivePage)
    with qtbot.waitSignal(session.live_changed, timeout=PATIENCE_MS):
        QTest.mouseClick(live.connect_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: live.answer.answer in {str(digit) for digit in range(10)})
    assert session.step_states()[Step.LIVE] is StepState.DONE
    assert "runs the model of this project" in live.model_words
    QTest.mouseClick(live.connect_button, Qt.MouseButton.LeftButton)
    until(qtbot, lambda: live.connect_button.text() == "Connect")
