"""The worker's client: jobs go in, and whatever happens to the worker, a sentence and the next worker come out."""

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QProcess
from pytestqt.qtbot import QtBot

from studio.core.model import Model
from studio.ui.worker_client import WorkerClient, WorkerState

FAKE = str(Path(__file__).with_name("fake_worker.py"))
Make = Callable[..., WorkerClient]


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> Iterator[Make]:
    made: list[WorkerClient] = []
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))

    def make(mode: str = "", command: list[str] | None = None) -> WorkerClient:
        made.append(WorkerClient(command or [sys.executable, FAKE, mode]))
        return made[-1]

    yield make
    for each in made:
        each.close()


def pid_of(client: WorkerClient) -> int:
    return int(client.findChildren(QProcess)[-1].processId())


def test_a_job_is_answered_with_its_dataclass(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.answered, timeout=10_000) as answered:
        number = worker.request("load", {"path": "answer"})
    assert answered.args is not None
    assert answered.args[0] == number
    assert isinstance(answered.args[1], Model)
    assert not worker.busy


def test_progress_comes_with_the_jobs_number(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.progressed, timeout=10_000) as progressed:
        number = worker.request("load", {"path": "answer"})
    assert progressed.args == [number, 0.5, "Half way"]


def test_a_refusal_arrives_as_its_sentence(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.failed, timeout=10_000) as failed:
        worker.request("load", {"path": "sentence"})
    assert failed.args is not None
    assert failed.args[1] == "This model is no good. Take another."
    assert worker.state is WorkerState.READY


def test_a_crash_is_a_sentence_and_the_next_worker_answers(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.failed, timeout=10_000) as failed:
        worker.request("load", {"path": "crash"})
    assert failed.args is not None
    assert "Try again" in failed.args[1]
    assert failed.args[2] == "retry"
    with qtbot.waitSignal(worker.answered, timeout=10_000):
        worker.request("load", {"path": "answer"})


@pytest.mark.skipif(
    not hasattr(signal, "SIGKILL"), reason="ends a process as Linux does when memory runs out"
)
def test_a_worker_killed_from_outside_says_that_memory_may_have_run_out(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.progressed, timeout=10_000):
        worker.request("load", {"path": "hang"})
    with qtbot.waitSignal(worker.failed, timeout=10_000) as failed:
        os.kill(pid_of(worker), signal.SIGKILL)
    assert failed.args is not None
    assert "out of memory" in failed.args[1]


def test_cancel_kills_the_worker_and_the_next_one_answers(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.progressed, timeout=10_000):
        worker.request("load", {"path": "hang"})
    before = pid_of(worker)
    with qtbot.assertNotEmitted(worker.failed):
        worker.cancel()
        assert not worker.busy
        with qtbot.waitSignal(worker.answered, timeout=10_000):
            worker.request("load", {"path": "answer"})
    assert pid_of(worker) != before


def test_nonsense_from_the_worker_is_a_sentence(client: Make, qtbot: QtBot) -> None:
    worker = client()
    with qtbot.waitSignal(worker.failed, timeout=10_000) as failed:
        worker.request("load", {"path": "nonsense"})
    assert failed.args is not None
    assert "not understood" in failed.args[1]


@pytest.mark.parametrize("command", [None, ["/nowhere/python"]])
def test_a_worker_that_never_starts_is_not_started_for_ever(
    client: Make, qtbot: QtBot, command: list[str] | None
) -> None:
    worker = client("never", command)
    with qtbot.waitSignal(worker.failed, timeout=10_000) as failed:
        worker.request("load", {"path": "answer"})
    assert failed.args is not None
    assert "does not start" in failed.args[1]
    assert worker.state is WorkerState.STOPPED
