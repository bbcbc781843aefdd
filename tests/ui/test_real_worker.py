"""The whole window with the real worker: what is shown in the end belongs to the last choice."""

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from studio.core.recipe import Recipe, Scheme
from studio.core.steps import Step
from studio.ui.main_window import MainWindow
from studio.ui.session import Session
from tests.ui.walks import done, move_a_slider, open_a_sample, wait


@pytest.fixture(scope="module")
def window(qapp: QApplication, own_places: Path) -> Iterator[MainWindow]:
    """One window with every page made, the real worker at work, and a sample opened."""
    window = MainWindow(Session())
    window.show()
    for step in Step:
        window.page(step)
    gc.collect()
    gc.freeze()  # as the app does once it stands
    open_a_sample(window)
    yield window
    window.may_lose_work = lambda: True  # type: ignore[method-assign]
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def test_a_slider_that_was_moved_and_taken_back_shows_the_results_from_before(window: MainWindow) -> None:
    before = window.session.results
    move_a_slider(window)
    after = window.session.results
    assert window.session.project.recipe == Recipe()
    assert (after.candidate, after.build, after.evaluation) == (
        before.candidate,
        before.build,
        before.evaluation,
    )


def test_every_choice_of_numbers_shows_its_own_measured_result(window: MainWindow) -> None:
    seen = {}
    for scheme in (Scheme.FLOAT32, Scheme.DYNAMIC_RANGE, Scheme.INT8):
        window.session.change(replace(window.session.project, recipe=Recipe(scheme, pruning=0.05)))
        wait(lambda: done(window))
        candidate, evaluation = window.session.results.candidate, window.session.results.evaluation
        assert candidate is not None
        assert evaluation is not None
        assert evaluation.candidate_sha256 == candidate.sha256
        seen[scheme] = candidate.sha256
    assert len(set(seen.values())) == 3
