"""The two wires that lead out of the virtual board: a pseudo-terminal and a socket."""

import os
import select
import socket
import time
from pathlib import Path
from typing import Protocol

from studio.core.errors import StudioError
from studio.core.storage import write_error

STALL_SECONDS = 0.5
"""After this long without a listener taking anything, what waits to be sent is thrown away, as USB serial does."""


class Wire(Protocol):
    """Bytes to and from whoever listens; nothing here waits but `wait`."""

    port: str

    def read(self, room: int) -> bytes:
        """At most `room` bytes that have arrived; empty when there are none."""

    def write(self, data: bytes) -> int:
        """How many of the bytes went out."""

    def wait(self, seconds: float | None, *, to_write: bool) -> None:
        """Until something may have arrived, or can be written, or the time is over."""


class PseudoTerminal:
    """A serial port that is none: `port` is opened by the monitor like any other, and may be closed and opened again.

    The board keeps the monitor's end open too: without that, its settings would be lost, and writing would fail,
    whenever the monitor disconnects. A terminal that can be unplugged comes back under another number, so `port` is
    then the link `name`, as udev makes them.
    """

    def __init__(self, name: Path | None = None) -> None:
        self._name = name
        self.plug_in()
        self.port = str(name) if name else os.ttyname(self._monitor)

    def plug_in(self) -> None:
        """A fresh terminal under the old name."""
        try:
            import pty
            import tty
        except ImportError as error:
            raise StudioError("This system has no pseudo-terminals. Use the socket instead.") from error
        self._board, self._monitor = pty.openpty()
        tty.setraw(self._monitor)
        os.set_blocking(self._board, False)
        if self._name is None:
            return
        try:
            self._name.parent.mkdir(parents=True, exist_ok=True)
            self._name.unlink(missing_ok=True)
            self._name.symlink_to(os.ttyname(self._monitor))
        except OSError as error:
            raise write_error(self._name, error) from error

    def unplug(self) -> None:
        """The terminal goes; who has it open gets an error."""
        if self._name is not None:
            self._name.unlink(missing_ok=True)
        os.close(self._board)
        os.close(self._monitor)

    def read(self, room: int) -> bytes:
        """At most `room` bytes that have arrived."""
        try:
            return os.read(self._board, room) if room else b""
        except OSError:
            return b""

    def write(self, data: bytes) -> int:
        """How many of the bytes the terminal took."""
        try:
            return os.write(self._board, data)
        except OSError:
            return 0

    def wait(self, seconds: float | None, *, to_write: bool) -> None:
        """Until the terminal has something, or room, or the time is over."""
        select.select([self._board], [self._board] if to_write else [], [], seconds)


class Socket:
    """A TCP port on this computer that takes one listener after another; without one, what is sent is lost."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._listener: socket.socket | None = None
        self.plug_in()
        self._number = self._server.getsockname()[1]
        self.port = f"socket://127.0.0.1:{self._number}"

    def unplug(self) -> None:
        """Hangs up, and listens no more."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None
        self._server.close()

    def plug_in(self) -> None:
        """Listens, after `unplug` on the same port."""
        self._server = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name != "nt":  # there it would let two boards share the port
            self._server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._server.bind(("127.0.0.1", self._number))
        except (OSError, OverflowError) as error:
            raise StudioError(
                f"The virtual board cannot listen on port {self._number} ({error}). "
                "Choose another, or 0 for any free one."
            ) from error
        self._server.listen(1)
        self._server.setblocking(False)

    def read(self, room: int) -> bytes:
        """At most `room` bytes that have arrived; also where listeners come and go."""
        if self._listener is None:
            try:
                self._listener, _ = self._server.accept()
            except OSError:
                return b""
            self._listener.setblocking(False)
            self._listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            data = self._listener.recv(room) if room else None
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        if data == b"":
            self._listener.close()
            self._listener = None
        return data or b""

    def write(self, data: bytes) -> int:
        """How many of the bytes the listener's connection took; all of them when nobody listens."""
        if self._listener is None:
            return len(data)
        try:
            return self._listener.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            return len(data)

    def wait(self, seconds: float | None, *, to_write: bool) -> None:
        """Until a listener comes or speaks, or can take more, or the time is over."""
        end = self._listener or self._server
        select.select([end], [end] if to_write and self._listener else [], [], seconds)


class Outlet:
    """Remembers since when nobody took anything, to tell a slow listener from none."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._blocked_since: float | None = None

    def send(self, data: bytes) -> int:
        """How many bytes are done with: sent, or given up because nobody has listened for STALL_SECONDS."""
        sent = self._wire.write(data)
        if sent:
            self._blocked_since = None
            return sent
        now = time.monotonic()
        if self._blocked_since is None:
            self._blocked_since = now
        if now - self._blocked_since < STALL_SECONDS:
            return 0
        self._blocked_since = None
        return len(data)
