"""Building and flashing as the window sees it: looks for tools, runs the plan in a thread, and fills the panel."""

import contextlib
import hashlib
import threading
from collections import deque
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from studio.core import places
from studio.core.board import Board, boards, find_board
from studio.core.build import Fit
from studio.core.bundle import Bundle
from studio.core.compiled import Measured, measured_fit
from studio.core.errors import StudioError
from studio.core.formats.delivery import ExportFormat
from studio.core.formats.table import usual_format
from studio.device.ports import Port, list_ports
from studio.device.toolchains.drives import find_drives, mounted, suits
from studio.device.toolchains.planning import plan, why_no_flashing
from studio.device.toolchains.ports_again import PortHolder
from studio.device.toolchains.process import Stopped
from studio.device.toolchains.running import Ears, Outcome, run
from studio.device.toolchains.steps import Drive, Order, Setup, Step
from studio.device.toolchains.tools import how_to_get, look_for, missing
from studio.ui.aside import Aside
from studio.ui.session import Session
from studio.ui.widgets.flash_panel import FlashPanel

_TICK_MS = 33
_LINES_AT_ONCE = 100
_LINES_WAITING = 2000
_DRIVE = "drive:"
_WAIT_SECONDS = 8.0


@dataclass(frozen=True)
class _Seen:
    format: ExportFormat
    setup: Setup
    ports: tuple[Port, ...]
    drives: tuple[Drive, ...]


class Flashing(QObject):
    """`measured_changed`: the compiler's figures for the present export came, or hold no longer."""

    measured_changed = Signal()
    running_changed = Signal(bool)

    def __init__(self, session: Session, panel: FlashPanel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._panel = panel
        self._holder: PortHolder | None = None
        self._aside = Aside(self)
        self._bundle: Bundle | None = None
        self._seen: _Seen | None = None
        self._measured: Measured | None = None
        self._thread: threading.Thread | None = None
        self._stop = threading.Event()
        self._running_bundle: Bundle | None = None
        self._lines: deque[str] = deque(maxlen=_LINES_WAITING)
        self._progress: tuple[float, str] | None = None
        self._ended: Outcome | Exception | None = None
        self._timer = QTimer(self, interval=_TICK_MS)
        self._timer.timeout.connect(self._tick)
        panel.start_wanted.connect(self._on_start)
        panel.cancel_wanted.connect(self._stop_running)
        panel.look_wanted.connect(self.look)
        panel.hide()

    @property
    def running(self) -> bool:
        """True while a plan is worked through."""
        return self._thread is not None

    @property
    def measured(self) -> Measured | None:
        """What the compiler measured of the present export."""
        return self._measured

    @property
    def holder(self) -> PortHolder | None:
        """Who is asked for the port."""
        return self._holder

    def set_holder(self, holder: PortHolder) -> None:
        """Who has to let go of the port for an upload."""
        self._holder = holder

    def fit(self, estimated: Fit | None) -> Fit | None:
        """The fit with the compiler's figures in the estimate's place, where there are some."""
        return estimated and measured_fit(estimated, self._measured) if self._measured else estimated

    def set_bundle(self, bundle: Bundle | None) -> None:
        """There is another export to flash, or none."""
        if bundle is self._bundle:
            return
        self._bundle = bundle
        had, self._measured = self._measured, None
        if not self.running:
            self._panel.forget()
            self._panel.setVisible(bundle is not None)
        if bundle is not None:
            self.look()
        if had is not None:
            self.measured_changed.emit()

    @Slot()
    def look(self) -> None:
        """Look for the tools of the present export's format, for ports and drives; aside, as it starts processes."""
        board = self._board()
        if self._bundle is None or board is None:
            return
        format_ = self._format(board)
        self._seen = None
        if refused := why_no_flashing(format_, board):
            self._panel.set_tool(refused, ready=False)
            self._panel.set_places(())
            return
        self._panel.set_tool("Looking for tools, ports and drives…", ready=None)
        self._aside.forget()
        self._aside.run(
            lambda: _Seen(format_, look_for(format_), list_ports(boards()), find_drives(mounted())),
            self._on_seen,
            lambda sentence: self._panel.set_tool(sentence, ready=False),
        )

    def close(self) -> None:
        """End what runs, and wait for it; this object is of no use after that."""
        self._aside.forget()
        self._timer.stop()
        self._stop.set()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join(_WAIT_SECONDS)

    def _board(self) -> Board | None:
        with contextlib.suppress(StudioError):
            return find_board(self._session.project.board)
        return None

    def _format(self, board: Board) -> ExportFormat:
        return self._session.project.export_format or usual_format(board)

    def _on_seen(self, seen: _Seen) -> None:
        board = self._board()
        if board is None or self._bundle is None or seen.format is not self._format(board):
            return
        self._seen = seen
        if lacking := missing(seen.format, seen.setup):
            self._panel.set_tool(how_to_get(lacking[0]), ready=False)
        else:
            found = " and ".join(f"{tool.name.words} {tool.version}".strip() for tool in seen.setup.tools)
            self._panel.set_tool(f"{found} found.", ready=True)
        shown = [(port.device, port.name) for port in seen.ports]
        drives = [
            (f"{_DRIVE}{drive.folder}", f"{drive.name} drive ({drive.folder})")
            for drive in seen.drives
            if suits(drive, board)
        ]
        own = next((port.device for port in seen.ports if port.board_id == board.id), "")
        self._panel.set_places((*drives, *shown), drives[0][0] if drives else own)

    @Slot(str)
    def _on_start(self, place: str) -> None:
        board, bundle, seen = self._board(), self._bundle, self._seen
        if board is None or bundle is None or seen is None or self.running:
            return
        drive = next((drive for drive in seen.drives if f"{_DRIVE}{drive.folder}" == place), None)
        order = Order(
            board,
            seen.format,
            bundle,
            self._session.project.export_sensor,
            port="" if drive is not None else place,
            drive=drive,
        )
        # Tools remember where a build's sources were: each exported folder has a place of its own.
        own = hashlib.sha256(bundle.folder.encode()).hexdigest()[:12]
        work = places.cache() / "flash" / f"{board.id}-{seen.format.value}-{own}"
        try:
            steps = plan(order, seen.setup, work)
        except StudioError as error:
            self._panel.show_result(str(error), failed=True)
            return
        self._stop = threading.Event()
        self._running_bundle, self._ended, self._progress = bundle, None, None
        self._lines.clear()
        self._panel.set_running(True)
        self._thread = threading.Thread(
            target=self._work, args=(order, steps, self._stop), name="flashing", daemon=True
        )
        self._thread.start()
        self._timer.start()
        self.running_changed.emit(True)

    def _work(self, order: Order, steps: tuple[Step, ...], stop: threading.Event) -> None:
        """The whole run, in a thread of its own; the timer brings what it leaves here to the window."""
        try:
            self._ended = run(order, steps, Ears(self._lines.append, self._on_progress), stop, self._holder)
        except Exception as error:  # shown as a sentence in `_tick`
            self._ended = error

    def _on_progress(self, share: float, words: str) -> None:
        self._progress = (share, words)

    @Slot()
    def _stop_running(self) -> None:
        self._stop.set()

    @Slot()
    def _tick(self) -> None:
        ended = self._ended
        lines = [self._lines.popleft() for _ in range(min(len(self._lines), _LINES_AT_ONCE))]
        if lines:
            self._panel.add_lines(lines)
        if self._progress is not None and not self._stop.is_set():
            self._panel.set_progress(*self._progress)
        if ended is not None and not self._lines:
            self._finish(ended)

    def _finish(self, ended: Outcome | Exception) -> None:
        self._timer.stop()
        self._thread = None
        self._panel.set_running(False)
        match ended:
            case Outcome():
                self._panel.show_result(_sentence(ended))
                if self._running_bundle is self._bundle and ended.measured is not None:
                    self._measured = ended.measured
                    self.measured_changed.emit()
            case Stopped():
                self._panel.show_result(str(ended), stopped=True)
            case StudioError():
                self._panel.show_result(str(ended), failed=True)
            case _:
                words = f"This failed inside the studio ({type(ended).__name__}: {ended}). Try again."
                self._panel.show_result(words, failed=True)
        self._panel.setVisible(self._bundle is not None)
        self.running_changed.emit(False)


def _sentence(outcome: Outcome) -> str:
    measured = outcome.measured.words if outcome.measured else ""
    if outcome.port:
        return f"The board on {outcome.port} runs it now; watch it on the Live page. {measured}".strip()
    if outcome.flashed:
        return f"The board runs it now; choose its port on the Live page. {measured}".strip()
    return f"Built, and flashed nowhere. {measured}".strip()
