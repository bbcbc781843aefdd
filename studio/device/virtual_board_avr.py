"""A virtual AVR board: a process of its own that runs firmware on simavr, behind the wires of the other boards.

`python -m studio.device.virtual_board_avr --help` tells how it is started. It prints one line of JSON: where it can be
reached, or {"error": sentence} with exit code 1. It ends with its parent (end of its standard input) and on SIGTERM.
"""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np

from studio.core.errors import StudioError
from studio.device.virtual_avr import CHIPS, CLOCK_HZ, harness
from studio.device.virtual_board import end_with_parent, read_rows, say
from studio.device.virtual_board_fault import BoardReset, add_wire_options, open_wire
from studio.device.virtual_board_wire import Outlet, Wire

_TURN_SECONDS = 0.003
_AT_ONCE = 4096


def main(arguments: list[str] | None = None) -> int:
    """Runs a board until it is told to stop; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m studio.device.virtual_board_avr", description=__doc__)
    parser.add_argument("--elf", type=Path, required=True, help="the firmware, linked for the chip")
    parser.add_argument("--chip", choices=tuple(CHIPS), required=True)
    parser.add_argument("--clock-hz", type=int, default=CLOCK_HZ, help="of the board (default: %(default)s)")
    parser.add_argument("--sensor", type=Path, help=".npy of samples that the board's sensor serves in turn")
    mode = parser.add_mutually_exclusive_group(required=True)
    mode.add_argument("--pty", action="store_true", help="be a serial port")
    mode.add_argument("--socket", type=int, metavar="PORT", help="listen on 127.0.0.1; 0: any free port")
    add_wire_options(parser)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    end_with_parent()
    try:
        program = harness()
        wire, wanted = open_wire(options)
        sensor = _sensor(options.sensor, wanted.slow) if options.sensor else ()
        say({"port": wire.port})
        command = [str(program), str(options.elf), options.chip, str(options.clock_hz), *sensor]
        while True:
            _run(command, wire)
    except StudioError as error:
        say({"error": str(error)})
        return 1


def _sensor(samples: Path, slow: float) -> tuple[str, ...]:
    """The harness's words for a sensor that serves these samples: file, where they begin, bytes of each, slowness."""
    row_bytes = read_rows(samples)[0].nbytes
    with samples.open("rb") as file:
        np.lib.format.read_magic(file)
        _, is_fortran, _ = np.lib.format.read_array_header_1_0(file)
        begin = file.tell()
    if is_fortran:
        raise StudioError(
            f"{samples} holds its samples column by column. Save it with numpy.ascontiguousarray."
        )
    return str(samples), str(begin), str(row_bytes), f"{slow:g}"


def _run(command: list[str], wire: Wire) -> None:
    """From one reset to the next."""
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        try:
            _carry(child, wire)
        except BoardReset:
            pass
        finally:
            child.kill()


def _carry(child: "subprocess.Popen[bytes]", wire: Wire) -> None:
    """Carries bytes both ways until the board is reset."""
    assert child.stdin
    assert child.stdout
    assert child.stderr
    ends = (child.stdin.fileno(), child.stdout.fileno())
    for end in ends:
        os.set_blocking(end, False)
    outlet = Outlet(wire)
    inward = outward = b""
    while child.poll() is None:
        wire.wait(_TURN_SECONDS, to_write=bool(outward))
        inward += wire.read(_AT_ONCE - len(inward))
        try:
            inward = inward[os.write(ends[0], inward) if inward else 0 :]
        except BlockingIOError:
            pass
        except OSError:
            break
        if not outward:
            try:
                outward = os.read(ends[1], _AT_ONCE)
            except BlockingIOError:
                outward = b""
        if outward:
            outward = outward[outlet.send(outward) :]
    child.kill()
    words = child.stderr.read().decode("utf-8", "replace").strip().splitlines()
    raise StudioError(
        f"The program on the virtual AVR board ended ({words[-1] if words else 'no message'}). Build it again."
    )


if __name__ == "__main__":
    sys.exit(main())
