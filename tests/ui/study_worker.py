"""The second worker in the tests' hands: it notes what it is asked for, and says what the test makes it say."""

from typing import Any

from studio.ui.worker_client import WorkerClient, WorkerState


class StudyWorker(WorkerClient):
    """Nothing is answered by itself; `asked` holds the jobs, `stopped` and `cancelled` count."""

    def __init__(self) -> None:
        super().__init__(["/bin/false"])
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.stopped = 0
        self.cancelled = 0

    @property
    def state(self) -> WorkerState:
        return WorkerState.READY

    def start(self) -> None:
        pass

    def stop(self) -> None:
        self.stopped += 1

    def cancel(self) -> None:
        self.cancelled += 1

    def close(self) -> None:
        pass

    def request(self, job: str, arguments: dict[str, Any]) -> int:
        self.asked.append((job, arguments))
        return len(self.asked)

    def show_data(self, value: object, share: float = 0.5, words: str = "Half way") -> None:
        """The job under way shows this."""
        self.progressed.emit(len(self.asked), share, words)
        self.shown.emit(len(self.asked), value)

    def answer(self, value: object) -> None:
        """The job under way is done."""
        self.answered.emit(len(self.asked), value)

    def fail(self, sentence: str) -> None:
        """The job under way failed."""
        self.failed.emit(len(self.asked), sentence, None)
