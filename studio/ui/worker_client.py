"""The window's end of the worker: one process that is always warm, one job at a time, never a wait."""

import sys
from collections.abc import Sequence
from enum import StrEnum

from PySide6.QtCore import QObject, QProcess, Signal, Slot

from studio.core import messages, places
from studio.core.errors import StudioError
from studio.core.places import why_cache_is_full

_STARTS_IN_VAIN = 2


class WorkerState(StrEnum):
    """What the worker is doing, in the words of the status line."""

    STARTING = "Engine starting…"
    READY = "Engine ready"
    BUSY = "Working"
    STOPPED = "Engine stopped"


class WorkerClient(QObject):
    """Starts the worker, sends it one job at a time and says what came of it.

    A job sent before the worker is ready waits for it. A worker that dies takes its job with it: `failed`
    says so, and the next worker is starting by then. `shown` carries what a job shows while it runs; `ended` says
    that a job was stopped and has no answer.
    """

    state_changed = Signal(str)
    progressed = Signal(int, float, str)
    shown = Signal(int, object)
    answered = Signal(int, object)
    ended = Signal(int)
    failed = Signal(int, str, object)

    def __init__(self, command: Sequence[str] | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._command = list(command or (sys.executable, "-m", "studio.worker"))
        self._process: QProcess | None = None
        self._state = WorkerState.STOPPED
        self._rest = b""
        self._request: messages.Request | None = None
        self._sent = False
        self._next_id = 1
        self._starts_in_vain = 0

    @property
    def state(self) -> WorkerState:
        """What the worker is doing."""
        return self._state

    @property
    def busy(self) -> bool:
        """True while a job runs or waits for the worker."""
        return self._request is not None

    def start(self) -> None:
        """Start the worker, unless there is one."""
        if self._process is not None:
            return
        process = QProcess(self)
        process.setProcessChannelMode(QProcess.ProcessChannelMode.SeparateChannels)
        process.setStandardErrorFile(_log(), QProcess.OpenModeFlag.Append)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._on_finished)
        process.errorOccurred.connect(self._on_error)
        self._process = process
        self._rest = b""
        self._set_state(WorkerState.STARTING)
        process.start(self._command[0], self._command[1:])

    def request(self, job: str, arguments: dict[str, object]) -> int:
        """Send a job and return its number; there must be none under way."""
        if self._request is not None:
            raise RuntimeError("the worker has a job already")
        self._request = messages.Request(self._next_id, job, arguments)
        self._next_id += 1
        self._sent = False
        if self._process is None:
            self._starts_in_vain = 0
            self.start()
        elif self._state is WorkerState.READY:
            self._send()
        return self._request.id

    def stop(self) -> None:
        """Ask the job under way to end: `ended` follows, or `answered` where it has a best to keep."""
        if self._request is None:
            return
        if not self._sent or self._process is None:
            number, self._request = self._request.id, None
            self.ended.emit(number)
            return
        self._process.write(messages.encode_request(messages.Stop(self._request.id)))

    def cancel(self) -> None:
        """Drop the job under way. A worker that has begun with it is killed, and the next one starts."""
        begun = self._sent
        self._request = None
        self._sent = False
        if begun:
            self._discard()
            self.start()

    def close(self) -> None:
        """End the worker; nothing is said any more."""
        self._request = None
        self._discard()
        for process in self.findChildren(QProcess):
            process.waitForFinished(2000)  # each is killed, so this takes no time
        self._set_state(WorkerState.STOPPED)

    def _discard(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.readyReadStandardOutput.disconnect(self._read)
        process.finished.disconnect(self._on_finished)
        process.errorOccurred.disconnect(self._on_error)
        process.finished.connect(process.deleteLater)
        if process.state() is QProcess.ProcessState.NotRunning:
            process.deleteLater()
        process.kill()

    def _set_state(self, state: WorkerState) -> None:
        if state is not self._state:
            self._state = state
            self.state_changed.emit(state.value)

    def _send(self) -> None:
        if self._request is None or self._process is None:
            return
        self._sent = True
        self._process.write(messages.encode_request(self._request))
        self._set_state(WorkerState.BUSY)

    def _fail(self, sentence: str, cure: str | None = None) -> None:
        request, self._request, self._sent = self._request, None, False
        if request is not None:
            self.failed.emit(request.id, sentence, cure)

    @Slot()
    def _read(self) -> None:
        if self._process is None:
            return
        *lines, self._rest = (self._rest + self._process.readAllStandardOutput().data()).split(b"\n")
        for line in lines:
            if line.strip():
                self._take(line)

    def _take(self, line: bytes) -> None:
        try:
            reply = messages.decode_reply(line)
            if isinstance(reply, messages.Ready):
                self._starts_in_vain = 0
                self._set_state(WorkerState.READY)
                self._send()
                return
            request = self._request
            if request is None or reply.id != request.id:
                return
            if isinstance(reply, messages.Progress):
                self.progressed.emit(reply.id, reply.share, reply.text)
                if (shown := messages.read_shown(request.job, reply.data)) is not None:
                    self.shown.emit(reply.id, shown)
                return
            value = None
            if isinstance(reply, messages.Answer):
                value = messages.read_answer(request.job, reply.value)
        except (StudioError, ValueError):
            self._discard()
            self.start()
            self._fail("The worker said something that is not understood. Try again.", "retry")
            return
        self._set_state(WorkerState.READY)
        if isinstance(reply, messages.Failure):
            self._fail(reply.sentence, reply.cure)
        elif isinstance(reply, messages.Ended):
            self._request, self._sent = None, False
            self.ended.emit(request.id)
        else:
            self._request, self._sent = None, False
            self.answered.emit(request.id, value)

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        self._lost(code if status is QProcess.ExitStatus.NormalExit else None)

    @Slot(QProcess.ProcessError)
    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error is QProcess.ProcessError.FailedToStart:
            self._starts_in_vain = _STARTS_IN_VAIN
            self._lost(None)

    def _lost(self, code: int | None) -> None:
        in_vain = self._state is WorkerState.STARTING
        self._starts_in_vain += in_vain
        if self._process is not None:
            self._process.deleteLater()
            self._process = None
        if self._starts_in_vain >= _STARTS_IN_VAIN:
            self._set_state(WorkerState.STOPPED)
            self._fail(
                f"The studio's engine does not start. {_log()} says why; "
                "reinstalling the studio usually helps.",
                "retry",
            )
            return
        self.start()
        if not in_vain:
            how = "It was ended from outside or ran out of memory" if code is None else "It crashed"
            how = why_cache_is_full().rstrip(".") or how
            self._fail(
                f"The engine stopped in the middle of this work. {how}; nothing of the project is lost. "
                "Try again, or use a smaller model or fewer samples.",
                "retry",
            )


def _log() -> str:
    folder = places.cache()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        return QProcess.nullDevice()
    return str(folder / "worker.log")
