"""The virtual Cortex-M4 and Cortex-M0+ boards: a process that runs firmware and speaks serial like a board on a cable.

`python -m studio.device.virtual_board --help` tells how it is started. It prints one line of JSON: where it can be
reached, or the result of a batch, or {"error": sentence} with exit code 1. It ends with its parent (end of its
standard input) and on SIGTERM.
"""

import argparse
import json
import os
import signal
import stat
import statistics
import sys
import threading
from pathlib import Path

import numpy as np

from studio.core.errors import StudioError
from studio.device.virtual_board_fault import BoardReset, add_wire_options, open_wire
from studio.device.virtual_board_machine import Machine
from studio.device.virtual_board_modes import Batch, Live, Rows

_TYPES = ("int8", "int16", "float32")


def main(arguments: list[str] | None = None) -> int:
    """Runs a board until it is told to stop; the exit code."""
    options = _options(arguments)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    try:
        if options.batch:
            say(_run_batch(options))
        else:
            _run_live(options)
    except StudioError as error:
        say({"error": str(error)})
        return 1
    except MemoryError:
        say({"error": "There is not enough memory for the virtual board. Close other programs and retry."})
        return 1
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m studio.device.virtual_board", description=__doc__)
    parser.add_argument(
        "--elf", type=Path, required=True, help="the firmware; its addresses say for which board"
    )
    parser.add_argument("--sensor", type=Path, help=".npy of samples that the board's sensor serves in turn")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--pty", action="store_true", help="be a serial port")
    mode.add_argument("--socket", type=int, metavar="PORT", help="listen on 127.0.0.1; 0: any free port")
    mode.add_argument("--batch", type=Path, help=".npy of inputs, each run once")
    parser.add_argument("--outputs", type=Path, help="where the batch's outputs go, as .npy")
    parser.add_argument("--clock-hz", type=int, help="of the board (default: 64 MHz, a Cortex-M0+ 133 MHz)")
    add_wire_options(parser)
    options = parser.parse_args(arguments)
    if options.batch and not options.outputs:
        parser.error("--batch needs --outputs")
    if options.clock_hz is not None and not 0 < options.clock_hz < 1 << 32:
        parser.error("--clock-hz must be between 1 and 4294967295")
    return options


def _run_live(options: argparse.Namespace) -> None:
    samples = read_rows(options.sensor) if options.sensor else None
    wire, wanted = open_wire(options)
    live = Live(wire, samples, lambda: say({"port": wire.port}), slow=wanted.slow)
    is_on = True
    while is_on:
        machine = Machine(options.elf, options.clock_hz, live.rest)
        live.connect(machine)
        try:
            machine.run()
            is_on = False
        except BoardReset:
            machine.chip.close()
    raise StudioError("The program on the virtual board ended by itself. Build the firmware again.")


def _run_batch(options: argparse.Namespace) -> dict[str, object]:
    batch = Batch(read_rows(options.batch))
    machine = Machine(options.elf, options.clock_hz, batch.rest)
    batch.connect(machine)
    machine.run()
    outputs = np.frombuffer(b"".join(one.result.output for one in batch.answers), batch.output_type)
    try:
        with options.outputs.open("wb") as file:
            np.save(file, outputs.reshape(len(batch.answers), -1))
    except OSError as error:
        raise StudioError(
            f"The outputs cannot be written to {options.outputs} ({error.strerror}). Choose another place."
        ) from error
    return {
        "instructions": int(statistics.median(one.counts.instructions for one in batch.answers)),
        "instructions_all": [one.counts.instructions for one in batch.answers],
        "stack_bytes": batch.stack_bytes,
        "cycles": int(statistics.median(one.counts.cycles for one in batch.answers)),
        "layers": _medians([[layer.instructions for layer in one.layers] for one in batch.answers]),
        "layer_cycles": _medians([[layer.cycles for layer in one.layers] for one in batch.answers]),
    }


def _medians(rows: list[list[int]]) -> list[int]:
    return [int(statistics.median(column)) for column in zip(*rows, strict=True)]


def read_rows(path: Path) -> Rows:
    """The file's samples [N, size], of a type that models take."""
    try:
        samples = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise StudioError(f"{path} cannot be read as a .npy file ({error}).") from error
    if (
        not isinstance(samples, np.ndarray)
        or samples.dtype not in _TYPES
        or samples.ndim < 1
        or not samples.size
    ):
        raise StudioError(
            f"{path} must hold at least one sample, as int8, int16 or float32 values of shape [N, ...]."
        )
    return np.ascontiguousarray(samples.reshape(len(samples), -1))


def say(message: dict[str, object]) -> None:
    """One line of JSON to whoever started the board."""
    print(json.dumps(message), flush=True)  # noqa: T201


def end_with_parent() -> None:
    """Watches standard input where a parent can hold it open; /dev/null and files say nothing about a parent."""
    try:
        kind = os.fstat(0).st_mode
    except OSError:
        return
    if stat.S_ISFIFO(kind) or stat.S_ISSOCK(kind):
        threading.Thread(target=_wait_for_end, name="parent", daemon=True).start()


def _wait_for_end() -> None:
    while os.read(0, 4096):
        pass
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
