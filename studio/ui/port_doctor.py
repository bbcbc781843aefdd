"""The port doctor at work: asked when a port cannot be opened, or when nothing that makes sense comes from it."""

import time

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core.board import boards
from studio.device.doctor import Ailment, Finding, Heard, examine
from studio.device.link import Link
from studio.ui.aside import Aside

PATIENCE_S = 3.0
"""How long a board may say nothing before it is looked at; and then again, less and less often."""

_LOOK_MS = 250
_NO_NUMBERS = Finding(
    Ailment.SILENT,
    "Something comes that can be read, but no results: see the Console. The studio understands its own firmware, and "
    "numbers as Arduino's Serial Plotter, Teleplot, Edge Impulse or CSV lines print them.",
)


class PortDoctor(QObject):
    """Looks at a link's port beside the window's thread; `diagnosed` tells what was found, also that it is over."""

    diagnosed = Signal(tuple)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.findings: tuple[Finding, ...] = ()
        self._aside = Aside(self)
        self._link: Link | None = None
        self._since = 0.0
        self._next_s = PATIENCE_S
        self._before = 0
        self._case = 0
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.timeout.connect(self._look)

    def listen(self, link: Link) -> None:
        """The port is open: look at it when nothing that makes sense comes in time."""
        self.rest()
        self._link = link
        self._since, self._next_s = time.monotonic(), PATIENCE_S
        self._before = link.counters.bytes_received
        self._timer.start()

    def rest(self) -> None:
        """All is well, or nobody wants to know any more."""
        self._timer.stop()
        self._link = None
        self._case += 1
        self._show(())

    def examine(self, port: str, link: Link | None = None) -> None:
        """Look at this port now ("": none is chosen); `link` where it is open."""
        case = self._case
        heard = None
        if link is not None and self._link is link:
            received = link.counters.bytes_received - self._before
            heard = Heard(received, link.noise, time.monotonic() - self._since, link.baud)
        self._aside.run(
            lambda: examine(port, boards(), heard),
            lambda found: self._show(found or _rest(heard)) if case == self._case else None,
            lambda _: None,
        )

    def close(self) -> None:
        """Of no use after that."""
        self._timer.stop()
        self._aside.forget()

    def _show(self, findings: tuple[Finding, ...]) -> None:
        if findings != self.findings:
            self.findings = findings
            self.diagnosed.emit(findings)

    @Slot()
    def _look(self) -> None:
        link = self._link
        if link is None or time.monotonic() - self._since < self._next_s:
            return
        self._next_s *= 2
        self.examine(link.port, link)


def _rest(heard: Heard | None) -> tuple[Finding, ...]:
    """What is left to say where the port is well but nothing that came made sense."""
    return (_NO_NUMBERS,) if heard is not None and heard.received else ()
