"""How a job tells how far it is, and learns that it is to stop."""

from typing import Protocol


class Report(Protocol):
    """Called with a share from 0 to 1, a few words and, where there is more to show, a dataclass of `core/study.py`.

    Call it often: where the user went on to something else it raises `Stopped`, and the job ends there. A job that
    keeps its best (core/messages.py, KEEPING) is never interrupted so; it looks at `stopping(report)` and returns.
    """

    def __call__(self, share: float, text: str, data: object = None) -> None:
        """Say how far the job is."""


class Stopped(BaseException):
    """The user asked for something else; no handler for errors may swallow it."""


def stopping(report: Report) -> bool:
    """True when the user asked this job to end with the best it has."""
    return bool(getattr(report, "stopping", False))


def silent(share: float, text: str, data: object = None) -> None:
    """A report that nobody reads."""
