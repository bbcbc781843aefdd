"""The monitor's ear: a C program with the firmware's encoder talks over a pseudo-terminal, the link takes it all in.

    python tests/benchmarks/live.py [--seconds 10] [--rate 1000000] [--text]

The window's part is played here too: thirty times a second what has come is taken and given to the monitor's history.
Prints what each second cost, and one JSON line: `lost` counts frames (or lines) that were sent and did not arrive.
Exit code 1 where any was lost, the rate was not held, or memory grew.
"""

import argparse
import json
import os
import pty
import subprocess
import sys
import tempfile
import time
import tty
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[2]))

from studio.core import places
from studio.core.frames import Hello, Result
from studio.core.monitor import Monitor
from studio.core.speech import Speech
from studio.core.text_decoders import Reading
from studio.device.link import Connected, Link

_TICK_S = 1 / 30
_DRAIN_S = 2.0
_GROWN_KB = 8192
_USUAL_RATE = {False: 1_000_000, True: 200_000}


@dataclass
class _Second:
    cpu: float
    memory_kb: int
    received: int


def main() -> int:
    """Build, listen, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=int, help="bytes per second (1,000,000; text 200,000)")
    parser.add_argument(
        "--text", action="store_true", help="lines of the Arduino Serial Plotter instead of frames"
    )
    options = parser.parse_args()
    rate = options.rate or _USUAL_RATE[options.text]
    with tempfile.TemporaryDirectory() as folder:
        report = _measure(_build(Path(folder)), options.seconds, rate, options.text)
    print(json.dumps(report))
    held = report["bytes_per_s"] >= 0.98 * rate
    return 0 if held and not report["lost"] and report["memory_grown_kb"] < _GROWN_KB else 1


def _build(folder: Path) -> Path:
    link = places.firmware() / "link"
    program = folder / "board"
    command = [
        sys.executable,
        "-m",
        "ziglang",
        "cc",
        "-O2",
        "-std=c99",
        "-Wall",
        "-Wextra",
        "-Werror",
        f"-I{link}",
    ]
    command += [
        "-o",
        str(program),
        str(link / "studio_frames.c"),
        str(Path(__file__).with_name("live_board.c")),
    ]
    subprocess.run(command, check=True)
    return program


def _measure(program: Path, seconds: float, rate: int, is_text: bool) -> dict[str, Any]:
    board_end, monitor_end = pty.openpty()
    tty.setraw(monitor_end)
    port = os.ttyname(monitor_end)
    arrived = 0
    longest_tick = 0.0
    monitor: Monitor | None = None
    history: list[_Second] = []
    with Link(port, speech=Speech.AUTO) as link:
        while not any(isinstance(event, Connected) for event in link.take()):
            link.wait(0.1)
        command = [str(program), str(seconds), str(rate), "text" if is_text else "frames"]
        board = subprocess.Popen(command, stdout=board_end, stderr=subprocess.PIPE, text=True)
        ended_at: float | None = None
        next_second = time.monotonic() + 1.0
        cpu = time.process_time()
        while ended_at is None or time.monotonic() - ended_at < _DRAIN_S:
            time.sleep(_TICK_S)
            began = time.perf_counter()
            for event in link.take():
                match event:
                    case Hello():
                        monitor = Monitor(event)
                    case Result() if monitor is not None:
                        monitor.add(event)
                        arrived += 1
                    case Reading():
                        arrived += 1
                    case _:
                        pass
            longest_tick = max(longest_tick, time.perf_counter() - began)
            if ended_at is None and time.monotonic() >= next_second:
                next_second += 1.0
                used = time.process_time()
                history.append(_Second(used - cpu, _memory_kb(), link.counters.bytes_received))
                cpu = used
                print(
                    f"{len(history):4d} s  {history[-1].cpu * 100:5.1f} % CPU  {history[-1].memory_kb:7d} kB"
                )
            if ended_at is None and board.poll() is not None:
                ended_at = time.monotonic()
        counters = link.counters
    assert board.stderr is not None
    said = json.loads(board.stderr.read())
    board.stderr.close()
    os.close(board_end)
    os.close(monitor_end)
    settled = history[min(2, len(history) - 1) :]
    third = max(1, len(settled) // 3)
    return {
        "what": "text" if is_text else "frames",
        "seconds": said["seconds"],
        "bytes_per_s": round(counters.bytes_received / said["seconds"]),
        "sent": said["sent"],
        "arrived": arrived,
        "lost": said["sent"] - arrived,
        "crc_errors": counters.crc_errors,
        "untaken": counters.untaken,
        "sender_worst_lag_s": said["worst_lag_s"],
        "longest_tick_ms": round(longest_tick * 1000, 1),
        "cpu_first": round(sum(one.cpu for one in settled[:third]) / third, 3),
        "cpu_last": round(sum(one.cpu for one in settled[-third:]) / third, 3),
        "memory_kb": settled[-1].memory_kb,
        "memory_grown_kb": settled[-1].memory_kb - settled[0].memory_kb,
    }


def _memory_kb() -> int:
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.split("VmRSS:")[1].split()[0])


if __name__ == "__main__":
    sys.exit(main())
