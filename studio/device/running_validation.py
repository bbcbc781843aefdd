"""A validation in the background, for those who may not wait: the window's Live page."""

import threading
from collections.abc import Callable

from studio.core.board_report import LayerClock
from studio.core.errors import StudioError
from studio.core.validation import Heard, Questions
from studio.device.layer_timing import layer_clock
from studio.device.validation import ask_board


class RunningValidation:
    """A validation in a thread of its own, for the window: look at `done`, `of` and `finished` from a timer.

    With `layers` the layers are timed afterwards: `clock` then has them, or `clock_problem` says why not.
    """

    def __init__(
        self,
        port: str,
        asked: Questions,
        *,
        baud: int = 115_200,
        layers: bool = False,
        before: Callable[[], None] = lambda: None,
    ) -> None:
        """`before` is called in the thread first of all, and may wait: for a port that another link still lets go."""
        self.done = 0
        self.of = len(asked.rows)
        self.heard: Heard | None = None
        self.problem = ""
        self.clock: LayerClock | None = None
        self.clock_problem = ""
        self._layers = layers
        self._before = before
        self._cancel = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(port, asked, baud), name="validation", daemon=True
        )
        self._thread.start()

    @property
    def finished(self) -> bool:
        """True once `heard` or `problem` is there."""
        return not self._thread.is_alive()

    def cancel(self) -> None:
        """Ends it soon; what was answered is kept."""
        self._cancel.set()

    def wait(self, seconds: float) -> bool:
        """Waits for the end; not for the window's thread."""
        self._thread.join(seconds)
        return self.finished

    def _run(self, port: str, asked: Questions, baud: int) -> None:
        try:
            self._before()
            self.heard = ask_board(
                port, asked, baud=baud, progress=self._on_progress, cancelled=self._cancel.is_set
            )
        except StudioError as error:
            self.problem = str(error)
            return
        if not self._layers or self.heard.stopped:
            return
        try:
            self.clock = layer_clock(port, asked, baud=baud, cancelled=self._cancel.is_set)
        except StudioError as error:
            self.clock_problem = str(error)

    def _on_progress(self, done: int, of: int) -> None:
        self.done, self.of = done, of
