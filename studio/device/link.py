"""The link to a board: a thread that opens a port, takes in what comes and sends requests, and never raises."""

import threading
import time
from collections import deque
from types import TracebackType
from typing import Self

from studio.core.frames import Packet, ask_hello, encode
from studio.core.speech import Listener, Speech, noise_share
from studio.device.connection import Connection
from studio.device.link_events import (
    Away,
    Connected,
    Counters,
    Event,
    Lost,
    Released,
    Speaks,
    heard_by,
)
from studio.device.ports import Socket, find_again, socket_of, sockets
from studio.device.raw_tail import RawTail
from studio.device.serial_port import PORT_ERRORS, sentence_for

__all__ = ["Away", "Connected", "Counters", "Event", "Link", "Lost", "Released", "Speaks"]

QUEUE_LENGTH = 65_536
"""Events that wait to be taken; when nobody takes them, the oldest go."""

RECLAIM_SECONDS = 20.0
"""How long a board may take to come back after an upload before the link is lost."""

_RETRY_SECONDS = 0.1
_EARLY_REQUESTS = 1024
_NOISE_SAMPLE = 4096


class Link:
    """A connection to the board on `port` (a device, a pseudo-terminal, socket://..., rfc2217://...).

    It is open until `close` or a Lost event. With `reconnects`, a port that is not there or goes away is no loss: an
    Away event says so, and the board is looked for, also under another name, until it is back. The constructor
    returns at once; threads of its own do all that may wait. The board is asked to say hello as soon as the port is
    open, unless a text format was chosen. All but `close` and `release` never wait; any thread may call any of them.
    """

    def __init__(
        self,
        port: str,
        baud: int = 115_200,
        *,
        speech: Speech = Speech.AUTO,
        reconnects: bool = False,
        queue_length: int = QUEUE_LENGTH,
    ) -> None:
        self.port = port
        self._baud = baud
        self._reconnects = reconnects
        self._events: deque[Event] = deque(maxlen=queue_length)
        self._changed = threading.Condition()
        self._connection: Connection | None = None
        self._socket: Socket | None = None
        self._closing = False
        self._ended = self._is_busy = False
        self._is_released = False
        self._patient_until = 0.0
        self._last_sentence = ""
        self._sequence = 0
        self._speech = speech
        self._listener = Listener(speech)
        self._listening = speech
        self._heard: Speech | None = None
        self._early: list[bytes] = []
        self._raw = RawTail()
        self._untaken = self._unsent = self._connections = 0
        self._before = Counters()
        self._receiver = threading.Thread(target=self._live, name=f"link {port}", daemon=True)
        self._receiver.start()

    @property
    def counters(self) -> Counters:
        """The books as they stand."""
        with self._changed:
            own = Counters(
                bytes_received=self._raw.received,
                untaken=self._untaken,
                unsent=self._unsent,
                connections=self._connections,
            )
            return self._before + heard_by(self._listener) + own

    @property
    def speaks(self) -> Speech | None:
        """What the port speaks, chosen or found; None while that is open."""
        return self._heard

    @property
    def baud(self) -> int:
        """The speed in use."""
        return self._baud

    @property
    def noise(self) -> float:
        """0 to 1: how much of what came lately is neither text nor frames; much of it hints at a wrong baud rate."""
        with self._changed:
            sample = self._raw.since(self._raw.received - _NOISE_SAMPLE)
        return noise_share(sample)

    def take(self) -> list[Event]:
        """All that has come since the last call, oldest first; empty when nothing has."""
        with self._changed:
            taken = list(self._events)
            self._events.clear()
        return taken

    def raw(self, since: int = 0) -> tuple[int, bytes]:
        """For the console: the bytes after the first `since` received, as far as they are kept, and the new `since`."""
        with self._changed:
            return self._raw.received, self._raw.since(since)

    def wait(self, seconds: float) -> bool:
        """Waits until there is something to take; False when the time is over. Not for the window's thread."""
        with self._changed:
            return self._changed.wait_for(lambda: bool(self._events), seconds)

    def send(self, packet: Packet) -> bool:
        """Queues a request; False, and counted as unsent, while the port is away or its queue is full."""
        return self.send_bytes(encode(packet))

    def send_bytes(self, data: bytes) -> bool:
        """Queues bytes as they are, such as a line typed into the console."""
        with self._changed:
            connection = self._connection
            if connection is None and not self._connections and len(self._early) < _EARLY_REQUESTS:
                self._early.append(data)  # the port is being opened
                return not self._ended
        if connection is not None and not self._is_released and connection.write(data):
            return True
        with self._changed:
            self._unsent += 1
        return False

    def next_sequence(self) -> int:
        """A fresh sequence number for a request, 0 to 65535, so that its answer can be told from others."""
        with self._changed:
            self._sequence = (self._sequence + 1) & 0xFFFF
            return self._sequence

    def set_baud(self, baud: int) -> None:
        """Goes on at another speed: the port is opened anew."""
        with self._changed:
            self._baud = baud
        self._interrupt()

    def set_speech(self, speech: Speech) -> None:
        """Reads what comes from now on in another way; the books go on."""
        with self._changed:
            self._speech = speech
        self._interrupt()

    def release(self, wait_seconds: float = 2.0) -> bool:
        """Lets go of the port for another program, such as an upload; True once it is free. `reclaim` takes it back."""
        with self._changed:
            self._is_released = True
            self._changed.notify_all()
        self._interrupt()
        with self._changed:
            return self._changed.wait_for(lambda: not self._is_busy, wait_seconds)

    def reclaim(self, port: str | None = None) -> None:
        """Takes the port back after `release`, or `port` where the upload's tool named another one.

        The board may take RECLAIM_SECONDS to come back, under its old name or a new one.
        """
        with self._changed:
            if port is not None and port != self.port:
                self.port, self._socket = port, None
            self._patient_until = time.monotonic() + RECLAIM_SECONDS
            self._is_released = False
            self._changed.notify_all()

    def close(self, wait_seconds: float = 2.0) -> None:
        """Sends what is queued, lets go of the port and ends the threads; closing twice is fine.

        Waits until that is done, but not longer than `wait_seconds`: the window's thread gives 0.
        """
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._interrupt()
        self._receiver.join(wait_seconds)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _interrupt(self) -> None:
        connection = self._connection
        if connection is not None:
            connection.interrupt()

    def _live(self) -> None:
        """The receiving thread: one connection after another, until the link is closed or lost."""
        goes_on = True
        while goes_on and not self._closing:
            with self._changed:
                self._is_busy = not self._is_released
            if not self._is_busy:
                self._put([Released(self.port)])
                self._rest(None, while_released=True)
                continue
            try:
                goes_on = self._connect_once()
            except Exception as error:  # whatever it is, the thread must not vanish without a word
                self._put([Lost(f"The link to {self.port} failed ({error!r}). Press Connect to try again.")])
                goes_on = False
            with self._changed:
                self._is_busy = False
                self._changed.notify_all()
        self._ended = True

    def _connect_once(self) -> bool:
        """Opens the port and reads until it goes; False when the link has ended."""
        device = find_again(self.port, self._socket, sockets()) if self._socket else self.port
        if device is None:
            return self._fail(FileNotFoundError("could not find the board"), opening=True)
        baud = self._baud
        try:
            connection = Connection(device, baud)
        except PORT_ERRORS as error:
            return self._fail(error, opening=True)
        self._greet(connection, device)
        try:
            self._read_until_over(connection, baud)
        except PORT_ERRORS as error:
            self._drop(connection)
            return self._closing or self._is_released or self._fail(error, opening=False)
        self._drop(connection)
        return True

    def _greet(self, connection: Connection, device: str) -> None:
        if self._speech in (Speech.AUTO, Speech.FRAMES):
            connection.write(b"\0" + encode(ask_hello()))
        with self._changed:
            self.port, self._connection = device, connection
            self._patient_until, self._last_sentence = 0.0, ""
            self._connections += 1
            for data in self._early:
                connection.write(data)
            self._early.clear()
        self._listen_as(self._speech)
        self._socket = (socket_of(device, sockets()) if "://" not in device else None) or self._socket
        self._put([Connected(device)])

    def _drop(self, connection: Connection) -> None:
        connection.close()
        with self._changed:
            self._connection = None
            self._changed.notify_all()

    def _fail(self, error: BaseException, *, opening: bool) -> bool:
        """Says what happened, once; True where the port is looked for again, after a while."""
        again = self._reconnects or time.monotonic() < self._patient_until
        sentence = sentence_for(error, self.port, opening=opening, again=again)
        if sentence != self._last_sentence:
            self._put([Away(sentence) if again else Lost(sentence)])
        self._last_sentence = sentence
        if again:
            self._rest(_RETRY_SECONDS, while_released=False)
        return again

    def _rest(self, seconds: float | None, *, while_released: bool) -> None:
        """Waits for the time, or until the link is closed, released or reclaimed."""
        with self._changed:
            self._changed.wait_for(lambda: self._closing or self._is_released != while_released, seconds)

    def _read_until_over(self, connection: Connection, baud: int) -> None:
        while not (self._closing or self._is_released or self._baud != baud):
            data = connection.read()
            if self._speech is not self._listening:
                self._listen_as(self._speech)
            if not data:
                continue
            with self._changed:
                self._raw.add(data)
            found: list[Event] = [*self._listener.feed(data)]
            if self._listener.heard is not self._heard:
                self._heard = self._listener.heard
                if self._heard is not None:
                    found.insert(0, Speaks(self._heard))
            self._put(found)

    def _listen_as(self, speech: Speech) -> None:
        """Begins anew, with the books going on."""
        with self._changed:
            self._before += heard_by(self._listener)
            self._listener, self._listening = Listener(speech), speech

    def _put(self, events: list[Event]) -> None:
        if not events:
            return
        with self._changed:
            self._untaken += max(0, len(self._events) + len(events) - (self._events.maxlen or 0))
            self._events.extend(events)
            self._changed.notify_all()
