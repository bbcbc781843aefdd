"""What the virtual board does whenever its program rests: keep real time on a wire, or feed the next row of a batch."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from studio.core import frames
from studio.core.errors import StudioError
from studio.device.virtual_board_chip import NEVER, Counts
from studio.device.virtual_board_machine import Machine
from studio.device.virtual_board_wire import STALL_SECONDS, Outlet, Wire

Rows = np.ndarray[tuple[int, int], np.dtype[Any]]

_LAG_US = 500_000
"""A board that is further behind real time than this gives up catching up."""

_NOT_OURS = "This image does not say hello as the studio's firmware does. Build it with the studio."


def _first_hello(sent: bytes) -> frames.Hello:
    said = frames.Decoder().feed(sent)
    if not said or not isinstance(said[0], frames.Hello):
        raise StudioError(_NOT_OURS)
    return said[0]


def _check_size(samples: Rows, hello: frames.Hello) -> None:
    if samples.shape[1] != hello.input_size:
        raise StudioError(
            f"Each sample has {samples.shape[1]} values, but the model on the board takes {hello.input_size}. "
            "Use data that was made for this model."
        )
    if samples.dtype != hello.input_type:
        raise StudioError(
            f"The samples are {samples.dtype}, but the model on the board takes {hello.input_type}. "
            "Use data that was made for this model."
        )


class Live:
    """Keeps the board's clock and the wall clock together, and carries bytes between the UART and the wire.

    While something is due (a sample, by START), the board's clock follows the wall clock: it computes in no time
    and waits until its own estimate of the time is over. While nothing is due, it waits for bytes only.
    """

    def __init__(
        self, wire: Wire, samples: Rows | None, ready: Callable[[], None], *, slow: float = 1.0
    ) -> None:
        self._wire = wire
        self._slow = slow
        self._outlet = Outlet(wire)
        self._samples = samples
        self._ready = ready
        self._began = self._is_ready = False
        self._origin_us = 0

    def connect(self, machine: Machine) -> None:
        """Sets the machine whose chip is served, another one after each reset; `rest` is its idle callback."""
        self._chip = machine.chip
        self._began = False
        self._sampled_us = self._interval_us = 0

    def rest(self) -> None:
        """Sends what waits, then waits until something arrives or is due."""
        if not self._began:
            self._begin()
        self._send()
        if self._take_in() or self._chip.unread():
            return
        until_us = self._chip.idle_until_us()
        if until_us == NEVER:
            self._interval_us = 0
            self._wait(None)
            self._follow_wall()
            self._sampled_us = self._chip.time_us()
        else:
            self._rest_until(until_us)

    def _begin(self) -> None:
        hello = _first_hello(self._chip.sent())
        if self._samples is not None:
            _check_size(self._samples, hello)
            self._chip.connect_sensor(self._samples.tobytes(), len(self._samples))
        self._began = True
        self._origin_us = time.monotonic_ns() // 1000 - self._chip.time_us()
        if not self._is_ready:
            self._is_ready = True
            self._ready()

    def _rest_until(self, until_us: int) -> None:
        until_us = self._ready_us(until_us)
        due_us = max(until_us, self._chip.time_us())
        while (left_us := due_us - self._wall_us()) > 0:
            if self._wait(left_us / 1e6):
                self._chip.rest_until(min(self._wall_us(), due_us))
                return
        self._chip.rest_until(until_us)
        self._sampled_us = self._chip.time_us()
        if self._wall_us() - self._chip.time_us() > _LAG_US:
            self._follow_wall()

    def _ready_us(self, until_us: int) -> int:
        """When the sample that is due then is ready: a slow sensor takes that many times the usual interval."""
        if self._slow == 1:
            return until_us
        self._interval_us = max(self._interval_us, until_us - self._sampled_us)
        return max(until_us, self._sampled_us + round(self._interval_us * self._slow))

    def _wait(self, seconds: float | None) -> bool:
        """Waits on the wire; True if bytes arrived. Without a time, returns only when they did."""
        while True:
            waiting = self._send()
            longest = seconds
            if waiting:
                longest = STALL_SECONDS if seconds is None else min(seconds, STALL_SECONDS)
            self._wire.wait(longest, to_write=waiting)
            if self._take_in():
                return True
            if seconds is not None:
                return False

    def _send(self) -> bool:
        """Sends what the wire takes; True if some is left."""
        data = self._chip.sent()
        if not data:
            return False
        done = self._outlet.send(data)
        self._chip.sent_done(done)
        return done < len(data)

    def _take_in(self) -> bool:
        data = self._wire.read(self._chip.receive_room())
        return bool(data) and self._chip.receive(data) > 0

    def _wall_us(self) -> int:
        return time.monotonic_ns() // 1000 - self._origin_us

    def _follow_wall(self) -> None:
        """From here on the two clocks show the same; the board's never goes back."""
        self._chip.rest_until(self._wall_us())
        self._origin_us += self._wall_us() - self._chip.time_us()


@dataclass(frozen=True, slots=True)
class Answer:
    """One row's answer with what it cost."""

    result: frames.Result
    counts: Counts
    layers: tuple[Counts, ...]


class Batch:
    """Sends one row after another over the UART as fast as the board answers, then asks for the stack."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._decoder = frames.Decoder()
        self.answers: list[Answer] = []
        self.stack_bytes = 0
        self._hello: frames.Hello | None = None
        self.output_type = "int8"

    def connect(self, machine: Machine) -> None:
        """Sets the machine that is fed; `rest` is its idle callback."""
        self._machine = machine
        self._chip = machine.chip
        self._pending = b""

    def rest(self) -> None:
        """Takes in what the board said and gives it the next thing to do."""
        sent = self._chip.sent()
        self._chip.sent_done(len(sent))
        if self._hello is None:
            self._hello = _first_hello(sent)
            _check_size(self._rows, self._hello)
            self.output_type = self._hello.output_type
            self._ask()
        for frame in self._decoder.feed(sent):
            self._hear(frame)
        if self._pending:
            self._pending = self._pending[self._chip.receive(self._pending) :]

    def _hear(self, frame: frames.Frame) -> None:
        match frame:
            case frames.Result(is_answer=True):
                self.answers.append(Answer(frame, self._chip.inference(), self._chip.layers()))
                self._ask()
            case frames.Log():
                raise StudioError(f"The virtual board could not run the model: {frame.text}")
            case frames.Stats():
                self.stack_bytes = frame.stack_bytes
                self._machine.stop()

    def _ask(self) -> None:
        done = len(self.answers)
        if done < len(self._rows):
            packet = frames.run_input(self._rows[done].tobytes(), done & 0xFFFF)
        else:
            packet = frames.ask_stats()
        self._pending += frames.encode(packet)
