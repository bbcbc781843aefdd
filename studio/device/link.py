"""The link to a board: a thread that opens a port, takes in frames and sends requests, and never raises."""

import contextlib
import errno
import os
import sys
import threading
from collections import deque
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import serial

from studio.core.frames import Decoder, Frame, Packet, ask_hello, encode

QUEUE_LENGTH = 65_536
"""Events that wait to be taken; when nobody takes them, the oldest go."""

_WAIT_SECONDS = 0.05
_WRITE_SECONDS = 1.0
_LAST_WORDS_SECONDS = 0.2
_AT_ONCE = 1 << 16

try:
    import termios

    _TERMINAL_ERRORS: tuple[type[Exception], ...] = (termios.error,)
except ImportError:  # Windows
    _TERMINAL_ERRORS = ()


_PORT_ERRORS: tuple[type[Exception], ...] = (
    OSError,
    TypeError,
    ValueError,
    AttributeError,
    *_TERMINAL_ERRORS,
)
"""What pyserial lets through when a port vanishes under it; SerialException is an OSError."""


@dataclass(frozen=True, slots=True)
class Connected:
    """The port is open; the board has been asked who it is."""

    port: str


@dataclass(frozen=True, slots=True)
class Lost:
    """The port could not be opened or has gone; the sentence says why and what to do. Nothing comes after it."""

    sentence: str


Event = Connected | Lost | Frame


@dataclass(frozen=True, slots=True)
class Counters:
    """What has come in over a link; `lost`, `crc_errors` and `garbage_bytes` as in core.frames.Decoder.

    `untaken` events were dropped because nobody took them.
    """

    bytes_received: int = 0
    frames: int = 0
    lost: int = 0
    crc_errors: int = 0
    garbage_bytes: int = 0
    duplicates: int = 0
    resets: int = 0
    untaken: int = 0


class Link:
    """A connection to the board on `port` (a device, socket://..., rfc2217://...), open until `close` or a Lost event.

    The constructor returns at once; threads of its own do all that may wait. The board is asked to say hello as
    soon as the port is open. `take` and `send` may be called from any thread and never wait.
    """

    def __init__(self, port: str, baud: int = 115_200, *, queue_length: int = QUEUE_LENGTH) -> None:
        self.port = port
        self._baud = baud
        self._events: deque[Event] = deque(maxlen=queue_length)
        self._outgoing: deque[bytes] = deque()
        self._changed = threading.Condition()
        self._serial: Any = None
        self._closing = False
        self._sequence = 0
        self._counters = Counters()
        self._untaken = 0
        self._receiver = threading.Thread(target=self._receive, name=f"link {port}", daemon=True)
        self._sender = threading.Thread(target=self._transmit, name=f"link out {port}", daemon=True)
        self._receiver.start()

    @property
    def counters(self) -> Counters:
        """The books as they stand."""
        return self._counters

    def take(self) -> list[Event]:
        """All that has come since the last call, oldest first; empty when nothing has. Never waits."""
        with self._changed:
            taken = list(self._events)
            self._events.clear()
        return taken

    def wait(self, seconds: float) -> bool:
        """Waits until there is something to take; False when the time is over. Not for the window's thread."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._events), seconds)

    def send(self, packet: Packet) -> None:
        """Queues a request; silently nothing once the link is lost or closed."""
        self._queue(encode(packet))

    def next_sequence(self) -> int:
        """A fresh sequence number for a request, 0 to 65535, so that its answer can be told from others."""
        with self._changed:
            self._sequence = (self._sequence + 1) & 0xFFFF
            return self._sequence

    def close(self, wait_seconds: float = 2.0) -> None:
        """Sends what is queued, lets go of the port and ends the threads; closing twice is fine.

        Waits until that is done, but not longer than `wait_seconds`: the window's thread gives 0.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        port = self._serial
        if port is not None and hasattr(port, "cancel_read"):
            with contextlib.suppress(*_PORT_ERRORS):
                port.cancel_read()
        self._receiver.join(wait_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _receive(self) -> None:
        """The life of the connection, in the receiving thread."""
        try:
            self._serial = port = self._open()
        except _PORT_ERRORS as error:
            self._put([Lost(sentence_for(error, self.port, opening=True))])
            return
        self._put([Connected(self.port)])
        self._queue(b"\0" + encode(ask_hello()))
        self._sender.start()
        try:
            self._read_until_closed(port)
        except _PORT_ERRORS as error:
            if not self._closing:
                self._put([Lost(sentence_for(error, self.port, opening=False))])
        finally:
            with self._changed:
                self._closing = True
                self._changed.notify_all()
            self._sender.join(_LAST_WORDS_SECONDS)
            with self._changed:
                self._outgoing.clear()
            if self._sender.is_alive() and hasattr(port, "cancel_write"):
                with contextlib.suppress(*_PORT_ERRORS):
                    port.cancel_write()
            self._sender.join()
            with contextlib.suppress(*_PORT_ERRORS):
                port.close()

    def _open(self) -> Any:
        options: dict[str, Any] = {"timeout": _WAIT_SECONDS}
        if os.name != "posix" or "://" in self.port:
            options["write_timeout"] = _WRITE_SECONDS  # such ports have no way to cancel a write
        else:
            options["exclusive"] = True
        return serial.serial_for_url(self.port, self._baud, **options)

    def _read_until_closed(self, port: Any) -> None:
        decoder = Decoder()
        received = 0
        while not self._closing:
            data = _read_some(port)
            if data:
                received += len(data)
                self._account(decoder, received)
                self._put(list(decoder.feed(data)))
                self._account(decoder, received)

    def _account(self, decoder: Decoder, received: int) -> None:
        self._counters = Counters(
            received, decoder.frames, decoder.lost, decoder.crc_errors, decoder.garbage_bytes,
            decoder.duplicates, decoder.resets, self._untaken,
        )  # fmt: skip

    def _put(self, events: list[Event]) -> None:
        if not events:
            return
        with self._changed:
            self._untaken += max(0, len(self._events) + len(events) - (self._events.maxlen or 0))
            self._events.extend(events)
            self._changed.notify_all()

    def _queue(self, data: bytes) -> None:
        with self._changed:
            if not self._closing:
                self._outgoing.append(data)
                self._changed.notify_all()

    def _transmit(self) -> None:
        """Writes what was queued, in its own thread as a full line makes it wait; the receiver notices failures."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._closing or bool(self._outgoing))
                if not self._outgoing:
                    return
                data = b"".join(self._outgoing)
                self._outgoing.clear()
            with contextlib.suppress(*_PORT_ERRORS):
                self._serial.write(data)


def _read_some(port: Any) -> bytes:
    """What has arrived; waits a moment for the first byte."""
    waiting = port.in_waiting
    if waiting > 1:
        return bytes(port.read(waiting))
    first = bytes(port.read(1))
    is_socket = type(port).__module__.endswith("protocol_socket")
    return first + _read_socket(port) if first and is_socket else first


def _read_socket(port: Any) -> bytes:
    """The rest of what has arrived: pyserial's socket cannot tell how much, but a read without time takes it."""
    port.timeout = 0
    try:
        return bytes(port.read(_AT_ONCE))
    finally:
        port.timeout = _WAIT_SECONDS


def sentence_for(error: BaseException, port: str, *, opening: bool) -> str:
    """What is shown for an error of the port: what happened, and what to do."""
    code = getattr(error, "errno", None)
    text = str(error).lower()
    if not opening and "://" in port:
        return f"The board at {port} has gone. Start it again and press Connect."
    if not opening:
        return f"The board on {port} was unplugged. Plug it in again and press Connect."
    if "://" in port:
        return f"Nothing answers at {port}. Start the board or the server there and press Connect."
    if code in (errno.EACCES, errno.EPERM) or "permission" in text or "access is denied" in text:
        return _denied(port)
    if code in (errno.EBUSY, errno.EAGAIN) or "exclusively lock" in text or "busy" in text:
        return f"{port} is used by another program. Close its serial monitor there and press Connect."
    if (
        code in (errno.ENOENT, errno.ENODEV, errno.ENXIO)
        or "could not find" in text
        or "filenotfound" in text
    ):
        return f"There is no board on {port}. Plug it in, choose its port again and press Connect."
    return (
        f"{port} cannot be opened as a serial port ({error}). Choose another port or plug the board in again."
    )


def _denied(port: str) -> str:
    if sys.platform == "win32":  # Windows says the same whether a port is taken or forbidden
        return f"{port} is used by another program. Close its serial monitor there and press Connect."
    if sys.platform == "linux":
        return (
            f"You may not use {port} yet. Run 'sudo usermod -aG dialout $USER' in a terminal, log out and in again, "
            "and press Connect. (On Arch and Fedora's relatives the group may be called uucp.)"
        )
    return f"You may not use {port}. Ask the owner of this computer for access and press Connect."
