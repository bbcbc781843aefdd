"""Work that may wait (files, processes that start), done beside the window's thread; its outcome comes back there."""

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from studio.core.errors import StudioError
from studio.core.phrases import phrase

T = TypeVar("T")


class _Work(QRunnable):
    def __init__(self, aside: "Aside", number: int, work: Callable[[], object]) -> None:
        super().__init__()
        self._aside = aside
        self._number = number
        self._work = work

    def run(self) -> None:
        """Do it, and say how it went."""
        try:
            value, sentence = self._work(), ""
        except StudioError as error:
            value, sentence = None, str(error)
        except Exception as error:  # the thread pool would drop it without a word
            what = f"{type(error).__name__}: {error}"
            sentence = phrase("This failed inside the studio ({error}). Try again.", error=what)
            value = None
        self._aside.tell(self._number, value, sentence)


class Aside(QObject):
    """Runs functions on Qt's thread pool. After `forget` (or when this object is gone) outcomes are dropped."""

    _told = Signal(int, object, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[int, tuple[Callable[[object], None], Callable[[str], None]]] = {}
        self._next = 0
        self._told.connect(self._on_told)

    @property
    def busy(self) -> bool:
        """True while something runs."""
        return bool(self._waiting)

    def run(self, work: Callable[[], T], then: Callable[[T], None], failed: Callable[[str], None]) -> None:
        """Do `work` aside; then `then` gets what it returned, or `failed` the sentence of what it raised."""
        self._next += 1
        self._waiting[self._next] = (then, failed)  # type: ignore[assignment]  # only ever called with its own T
        QThreadPool.globalInstance().start(_Work(self, self._next, work))

    def forget(self) -> None:
        """Drop the outcomes of what still runs."""
        self._waiting.clear()

    def tell(self, number: int, value: object, sentence: str) -> None:
        """Bring an outcome to this object's thread; called from the pool."""
        try:
            self._told.emit(number, value, sentence)
        except RuntimeError:  # the window is closed and this object is gone
            return

    @Slot(int, object, str)
    def _on_told(self, number: int, value: object, sentence: str) -> None:
        callbacks = self._waiting.pop(number, None)
        if callbacks is None:
            return
        then, failed = callbacks
        if sentence:
            failed(sentence)
        else:
            then(value)
