"""The Live page under load: a C program with the firmware's encoder talks over a pseudo-terminal to the real page.

    python tests/benchmarks/live.py [--seconds 60] [--rate 1000000] [--text] [--tab Console]

The page is shown (offscreen without a display) and its view holds 100,000 results of 8 traces. Prints what each second
cost, and one JSON line:
- `lost`: frames (or lines) that were sent and did not arrive; `bytes_per_s`: what came;
- `blocked_ms`: the longest time in which the window's thread did not get to its events, by the wall clock, so a machine
  that is busy with other things counts too; `blocked_cpu_ms`: the same, in processor time of that thread alone;
- `cpu`, `window_cpu`: processor seconds per second, of the whole process and of the window's thread;
- `redraws_per_s`; `shown`: the most results in one picture;
- `to_pixel_ms`: from the byte's sending (the board's clock) to the end of the painting, at the middle and at 95 %;
- `memory_grown_kb`: of the last second against the third.
Exit code 1 where something was lost, the rate was not held, or a limit of the design was broken.
"""

import argparse
import gc
import json
import os
import pty
import subprocess
import sys
import tempfile
import time
import tty
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEventLoop, QObject, Qt, QTimer
from PySide6.QtGui import QPainter

from studio.core import places
from studio.core.arrivals import Arrivals
from studio.core.project import Project
from studio.core.results import Results
from studio.core.time_view import TimeView
from studio.ui.app import make_application
from studio.ui.pages.live import LivePage
from tests.ui.canned import canned_session

POINTS = 100_000
_LOOK_MS = 5
_DRAIN_S = 2.0
_SETTLED_S = 3
_GROWN_KB = 16_384
_BLOCKED_MS = 50.0
_REDRAWS_PER_S = 25.0
_TO_PIXEL_MS = 100.0
_EVERY = 16  # of the latencies, one in so many is kept
_USUAL_RATE = {False: 1_000_000, True: 200_000}
_BYTES = {False: 36, True: 80}  # of a frame, of a line: about


class Watch(QObject):
    """Looks at the page from its own thread: what arrives, when it is painted, and how long nothing else happens."""

    def __init__(self, page: LivePage, is_text: bool) -> None:
        super().__init__()
        self.paints: list[float] = []
        self.arrived = 0
        self.shown = 0
        self.sent_s: list[Any] = []
        self.waits: list[tuple[float, float]] = []
        self._fresh: list[Any] = []
        self._is_text = is_text
        self._plot = page.current.traces.plot
        self._paint = self._plot.paint
        self._plot.paint = self._on_paint  # type: ignore[method-assign]
        page.board.results_arrived.connect(self._on_arrived)
        self._at = (time.perf_counter(), time.thread_time())
        self._timer = QTimer(self, interval=_LOOK_MS)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._on_turn)

    def begin(self) -> None:
        """The clock runs."""
        self._at = (time.perf_counter(), time.thread_time())
        self._timer.start()

    def end(self) -> None:
        """No more."""
        self._timer.stop()

    def _on_turn(self) -> None:
        now = (time.perf_counter(), time.thread_time())
        self.waits.append((now[0] - self._at[0] - _LOOK_MS / 1e3, now[1] - self._at[1]))
        self._at = now

    def _on_arrived(self, arrived: Arrivals) -> None:
        self.arrived += len(arrived)
        sent_s = arrived.scores[:, 0] / 1e3 if self._is_text else arrived.device_times_us / 1e6
        self._fresh.append(np.asarray(sent_s[::_EVERY], np.float64))

    def _on_paint(self, painter: QPainter, area: Any) -> None:
        self._paint(painter, area)
        now = time.monotonic()
        self.paints.append(now)
        self.shown = max(self.shown, self._plot.shown_count)
        for sent_s in self._fresh:
            self.sent_s.append(now - sent_s)
        self._fresh.clear()


def main() -> int:
    """Build, show, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--rate", type=int, help="bytes per second (1,000,000; text 200,000)")
    parser.add_argument(
        "--text", action="store_true", help="lines of the Arduino Serial Plotter instead of frames"
    )
    parser.add_argument("--tab", default="Events", help="which tab is shown below the traces")
    parser.add_argument(
        "--switch-ms", type=float, help="how long a Python thread may keep another waiting (Python's own: 5)"
    )
    options = parser.parse_args()
    if options.switch_ms:
        sys.setswitchinterval(options.switch_ms / 1e3)
    rate = options.rate or _USUAL_RATE[options.text]
    with tempfile.TemporaryDirectory() as folder:
        report = _measure(_build(Path(folder)), options.seconds, rate, options.text, options.tab)
    print(json.dumps(report))
    return 0 if _holds(report, rate, options.seconds) else 1


def _holds(report: dict[str, Any], rate: int, seconds: float) -> bool:
    return bool(
        report["bytes_per_s"] >= 0.98 * rate
        and not report["lost"]
        and report["memory_grown_kb"] < _GROWN_KB
        and report["blocked_ms"] <= _BLOCKED_MS
        and report["redraws_per_s"] >= _REDRAWS_PER_S
        and report["to_pixel_ms"]["p95"] <= _TO_PIXEL_MS
    )


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


def _measure(program: Path, seconds: float, rate: int, is_text: bool, tab: str) -> dict[str, Any]:
    app = make_application([])  # lives as long as this function
    session, _ = canned_session(Results(), Project())
    page = LivePage(session)
    page.resize(1060, 640)
    page.show()
    _wait(lambda: page.isVisible(), 10)
    view = page.current
    for place in range(view.tabs.count()):
        if view.tabs.tabText(place) == tab:
            view.tabs.setCurrentIndex(place)
    board_end, monitor_end = pty.openpty()
    tty.setraw(monitor_end)
    watch = Watch(page, is_text)
    view.bar.ports.setEditText(os.ttyname(monitor_end))
    page.connect_button.click()
    _wait(lambda: page.board.counters.connections > 0, 10)
    command = [str(program), str(seconds), str(rate), "text" if is_text else "frames"]
    board = subprocess.Popen(command, stdout=board_end, stderr=subprocess.PIPE, text=True)
    _wait(lambda: page.board.monitor is not None, 10)
    view.traces._look_at(TimeView(POINTS * 1.05 * _BYTES[is_text] / rate))
    gc.freeze()  # as studio.ui.app does
    watch.begin()
    history: list[tuple[float, int]] = []
    began, cpu = time.monotonic(), time.process_time()
    painted_before = len(watch.paints)
    while board.poll() is None:
        _wait(lambda: board.poll() is not None, 1.0)
        used = time.process_time()
        history.append((used - cpu, _memory_kb()))
        cpu = used
        print(
            f"{len(history):4d} s  {history[-1][0] * 100:5.1f} % CPU  {history[-1][1]:7d} kB  {watch.arrived:9,}"
        )
    lasted_s = time.monotonic() - began
    redraws = len(watch.paints) - painted_before
    watch.end()
    assert board.stderr is not None
    said = json.loads(board.stderr.read())
    board.stderr.close()
    _wait(lambda: watch.arrived >= said["sent"], _DRAIN_S)
    counters = page.board.counters
    problem = page.board.monitor.history.problem if page.board.monitor is not None else ""
    page.close()
    os.close(board_end)
    os.close(monitor_end)
    to_pixel = (np.concatenate(watch.sent_s) - said["began_s"]) * 1e3
    waits = np.array(watch.waits)
    settled = history[min(_SETTLED_S, len(history) - 1) :]
    del app
    return {
        "what": "text" if is_text else "frames",
        "tab": tab,
        "seconds": said["seconds"],
        "bytes_per_s": round(counters.bytes_received / said["seconds"]),
        "sent": said["sent"],
        "arrived": watch.arrived,
        "lost": said["sent"] - watch.arrived,
        "crc_errors": counters.crc_errors,
        "untaken": counters.untaken,
        "sender_worst_lag_s": said["worst_lag_s"],
        "blocked_ms": round(float(waits[:, 0].max()) * 1e3, 1),
        "blocked_p99_ms": round(float(np.percentile(waits[:, 0], 99)) * 1e3, 1),
        "blocked_cpu_ms": round(float(waits[:, 1].max()) * 1e3, 1),
        "window_cpu": round(float(waits[:, 1].sum()) / lasted_s, 3),
        "redraws_per_s": round(redraws / lasted_s, 1),
        "shown": watch.shown,
        "to_pixel_ms": {
            "p50": round(float(np.percentile(to_pixel, 50)), 1),
            "p95": round(float(np.percentile(to_pixel, 95)), 1),
        },
        "cpu": round(sum(one for one, _ in settled) / len(settled), 3),
        "memory_kb": settled[-1][1],
        "memory_grown_kb": settled[-1][1] - settled[0][1],
        "history_problem": problem,
    }


def _wait(until: Any, seconds: float) -> bool:
    """Let the window's own event loop run until then."""
    if until():
        return True
    loop, poll, end = QEventLoop(), QTimer(interval=50), QTimer(singleShot=True)
    poll.timeout.connect(lambda: loop.quit() if until() else None)
    end.timeout.connect(loop.quit)
    poll.start()
    end.start(round(seconds * 1000))
    loop.exec()
    poll.stop()
    end.stop()
    return bool(until())


def _memory_kb() -> int:
    text = Path("/proc/self/status").read_text(encoding="ascii")
    return int(text.split("VmRSS:")[1].split()[0])


if __name__ == "__main__":
    sys.exit(main())
