"""One open port: what is queued is written by a thread of its own, what arrives is read where the caller waits."""

import contextlib
import threading
from collections import deque
from typing import Any

from studio.device.serial_port import PORT_ERRORS, open_port, read_some

QUEUED_BYTES = 1 << 24
"""What may wait to be sent; more is refused."""

_LAST_WORDS_SECONDS = 0.2


class Connection:
    """The open `port`; the constructor raises one of PORT_ERRORS, and so does `read` once the port has gone."""

    def __init__(self, port: str, baud: int) -> None:
        self._port: Any = open_port(port, baud)
        self._outgoing: deque[bytes] = deque()
        self._queued = 0
        self._ending = False
        self._changed = threading.Condition()
        self._sender = threading.Thread(target=self._transmit, name=f"link out {port}", daemon=True)
        self._sender.start()

    def write(self, data: bytes) -> bool:
        """Queues bytes and never waits; False where the queue is full or the connection has ended."""
        with self._changed:
            if self._ending or self._queued + len(data) > QUEUED_BYTES:
                return False
            self._outgoing.append(data)
            self._queued += len(data)
            self._changed.notify_all()
        return True

    def read(self) -> bytes:
        """What has arrived; waits a moment for the first byte."""
        return read_some(self._port)

    def set_baud(self, baud: int) -> None:
        """Goes on at another speed; raises one of PORT_ERRORS."""
        self._port.baudrate = baud

    def interrupt(self) -> None:
        """Ends a `read` that waits, from another thread."""
        if hasattr(self._port, "cancel_read"):
            with contextlib.suppress(*PORT_ERRORS):
                self._port.cancel_read()

    def close(self) -> None:
        """Gives what is queued a moment to go out, then lets go of the port."""
        with self._changed:
            self._ending = True
            self._changed.notify_all()
        self._sender.join(_LAST_WORDS_SECONDS)
        with self._changed:
            self._outgoing.clear()
        if self._sender.is_alive() and hasattr(self._port, "cancel_write"):
            with contextlib.suppress(*PORT_ERRORS):
                self._port.cancel_write()
        self._sender.join()
        with contextlib.suppress(*PORT_ERRORS):
            self._port.close()

    def _transmit(self) -> None:
        """A full line makes it wait, hence the thread; the reader notices failures."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._ending or bool(self._outgoing))
                if not self._outgoing:
                    return
                data = b"".join(self._outgoing)
                self._outgoing.clear()
                self._queued = 0
            with contextlib.suppress(*PORT_ERRORS):
                self._port.write(data)
