"""The worker's loop: what it says, what it hides, and when it ends."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.core.errors import StudioError
from studio.core.messages import (
    Answer,
    Ended,
    Failure,
    Progress,
    Ready,
    Reply,
    Request,
    Stop,
    decode_reply,
    encode_request,
)
from studio.headless.worker_client import WorkerClient
from tests.worker.conftest import Bench


class Raw:
    """A worker spoken to line by line; `jobs` is Python that may add to its table."""

    def __init__(self, folder: Path, jobs: str = "") -> None:
        script = f"from studio.worker.jobs import JOBS\n{textwrap.dedent(jobs)}\n"
        script += "from studio.worker.server import serve\nserve()\n"
        self.process = subprocess.Popen(
            [sys.executable, "-c", script] if jobs else [sys.executable, "-m", "studio.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "TINYML_STUDIO_CACHE": str(folder)},
        )

    def say(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def hear(self) -> Reply:
        assert self.process.stdout is not None
        return decode_reply(self.process.stdout.readline())

    def ask(self, job: str) -> Reply:
        """The last reply to a job without arguments."""
        self.say(encode_request(Request(7, job, {})))
        while True:
            reply = self.hear()
            if not isinstance(reply, Ready | Progress):
                return reply

    def end(self) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(timeout=20)
        self.process.stdout.close()
        return code


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[Raw]:
    worker = Raw(tmp_path)
    yield worker
    worker.end()


def test_a_worker_is_ready_before_anything_large_is_imported(raw: Raw) -> None:
    ready = raw.hear()
    assert isinstance(ready, Ready)
    assert ready.pid == raw.process.pid
    assert raw.ask("nothing") is not None
    maps = Path(f"/proc/{ready.pid}/maps")
    if maps.exists():
        assert "/tensorflow/" not in maps.read_text()


def test_an_unknown_job_fails_with_a_sentence(raw: Raw) -> None:
    reply = raw.ask("fly")
    assert isinstance(reply, Failure)
    assert reply.id == 7
    assert "no job 'fly'" in reply.sentence


def test_missing_arguments_fail_with_a_sentence(raw: Raw) -> None:
    reply = raw.ask("load")
    assert isinstance(reply, Failure)
    assert "'path'" in reply.sentence


def test_a_line_that_is_no_request_fails_under_its_number_and_the_worker_goes_on(raw: Raw) -> None:
    raw.hear()
    raw.say(b'{"id": 3, "job": 5}\n')
    reply = raw.hear()
    assert isinstance(reply, Failure)
    assert reply.id == 3
    raw.say(b"\xff\x00 not json\n")
    assert isinstance(raw.hear(), Failure)
    assert isinstance(raw.ask("fly"), Failure)


def test_the_worker_ends_with_its_input(raw: Raw) -> None:
    raw.hear()
    assert raw.end() == 0


def test_the_worker_ends_with_its_input_in_the_middle_of_a_job(tmp_path: Path) -> None:
    worker = Raw(
        tmp_path,
        """
        import threading
        def hang(report):
            report(0.5, "Hanging")
            threading.Event().wait()
        JOBS["hang"] = hang
        """,
    )
    worker.hear()
    worker.say(encode_request(Request(1, "hang", {})))
    assert worker.hear() == Progress(1, 0.5, "Hanging")
    assert worker.end() == 0


def test_chatter_goes_to_the_log_and_never_between_the_messages(tmp_path: Path) -> None:
    worker = Raw(
        tmp_path,
        """
        import os, subprocess, sys
        def shout(report) -> str:
            print("from Python")
            print("from Python, aside", file=sys.stderr)
            os.write(1, b"from a library")
            subprocess.run([sys.executable, "-c", "print('from a child')"])
            return "done"
        JOBS["shout"] = shout
        """,
    )
    assert isinstance(worker.hear(), Ready)
    assert worker.ask("shout") == Answer(7, "done")
    worker.end()
    log = (tmp_path / "worker.log").read_text()
    for words in ("from Python", "from Python, aside", "from a library", "from a child"):
        assert words in log


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("ZeroDivisionError('x')", "could not finish 'fail'"),
        ("MemoryError()", "not enough memory"),
        ("OSError(28, 'No space left on device')", "The disk is full"),
        ("SystemExit(3)", "could not finish 'fail'"),
    ],
)
def test_every_error_of_a_job_becomes_a_sentence_and_the_worker_goes_on(
    tmp_path: Path, error: str, words: str
) -> None:
    worker = Raw(
        tmp_path,
        f"""
        def fail(report):
            raise {error}
        JOBS["fail"] = fail
        """,
    )
    for _ in range(2):
        reply = worker.ask("fail")
        assert isinstance(reply, Failure)
        assert words in reply.sentence
    worker.end()
    assert "Traceback" in (tmp_path / "worker.log").read_text()


def test_a_cache_that_cannot_be_written_is_a_sentence(bench: Bench, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    worker = Raw(blocked)
    worker.hear()
    worker.say(encode_request(Request(7, "load", {"path": str(bench.models / "small.keras")})))
    while isinstance(reply := worker.hear(), Progress):
        pass
    worker.end()
    assert isinstance(reply, Failure)
    assert "Choose another" in reply.sentence


def test_a_worker_killed_in_the_middle_of_a_job_is_replaced_and_no_work_is_lost(
    bench: Bench, cache_folder: Path
) -> None:
    before = bench.load("small.keras")
    killed: list[int] = []

    def kill(_share: float, _text: str) -> None:
        process = client._process
        if process is not None and not killed:
            killed.append(process.pid)
            process.kill()

    with WorkerClient(kill) as client:
        with pytest.raises(StudioError, match="stopped in the middle of its job"):
            client.run("load", {"path": str(bench.models / "tangled.keras")})
        assert killed
        assert client.run("load", {"path": str(bench.models / "small.keras")}) == before


def test_a_job_that_became_useless_ends_at_its_next_word_and_the_worker_stays(tmp_path: Path) -> None:
    worker = Raw(
        tmp_path,
        """
        import time
        def long(report):
            for _ in range(2000):
                report(0.5, "Going on")
                time.sleep(0.01)
        JOBS["long"] = long
        """,
    )
    try:
        worker.say(encode_request(Request(3, "long", {})))
        while not isinstance(worker.hear(), Progress):
            pass
        worker.say(encode_request(Stop(3)))
        while not isinstance(reply := worker.hear(), Ended):
            assert isinstance(reply, Progress)
        assert reply == Ended(3)
        assert isinstance(worker.ask("nonsense"), Failure)  # the same process answers the next request
    finally:
        worker.end()


def test_a_stop_for_another_job_changes_nothing(tmp_path: Path) -> None:
    worker = Raw(
        tmp_path,
        """
        def count(report) -> str:
            for number in range(20):
                report(number / 20, "Counting")
            return "done"
        JOBS["count"] = count
        """,
    )
    try:
        worker.say(encode_request(Stop(99)))
        assert worker.ask("count") == Answer(7, "done")
    finally:
        worker.end()
