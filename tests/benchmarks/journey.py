"""How quick the window and its sliders are: python -m tests.benchmarks.journey

Starts the window three times, then moves each sample's choices through a warm worker: every move compresses,
builds the C and measures it on the whole test set, on recipes that no cache knows. Prints each figure with its
ratio to the limit of one second, and ends with one JSON line.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from studio.core.pipeline import next_job, settle, store
from studio.core.places import resources
from studio.core.project import Project, load_project
from studio.core.recipe import Recipe
from studio.core.results import Results
from studio.headless.worker_client import WorkerClient

LIMIT_S = 1.0
SAMPLES = ("digits", "gestures", "sine")
MOVES = 9
ROOT = Path(__file__).parents[2]

# The window's own process: prints the monotonic clock when the window is shown and its event loop answers.
START = """
import time
from PySide6.QtCore import QTimer
from studio.ui import main_window
shown = main_window.MainWindow.showEvent
def show(window, event):
    shown(window, event)
    QTimer.singleShot(0, lambda: (print(time.clock_gettime(time.CLOCK_MONOTONIC), flush=True), window.close()))
main_window.MainWindow.showEvent = show
from studio.ui.app import run
run(["studio"], None)
"""


def start_seconds() -> float:
    """Seconds from the start of the process until the empty window answers."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    began = time.clock_gettime(time.CLOCK_MONOTONIC)
    done = subprocess.run(
        [sys.executable, "-c", START], capture_output=True, text=True, check=True, env=environment, timeout=60
    )
    return float(done.stdout.split()[0]) - began


def until_evaluated(project: Project, results: Results, worker: WorkerClient) -> Results:
    """The results as far as size and accuracy."""
    while results.evaluation is None and (job := next_job(project, results)) is not None:
        results = store(results, job.job, worker.run(job.job, job.arguments))
    return results


def move_seconds(sample: str, worker: WorkerClient) -> list[float]:
    """Seconds of each move of the pruning slider until its measured size and accuracy are there."""
    project = load_project(resources() / "samples" / sample / "project.tinyml")
    results = until_evaluated(project, Results(), worker)
    taken = []
    for move in range(MOVES):
        moved = replace(project, recipe=Recipe(pruning=(move + 1) / 100, calibration_samples=150 + move))
        results = settle(project, moved, results)
        began = time.perf_counter()
        results = until_evaluated(moved, results, worker)
        taken.append(time.perf_counter() - began)
        project = moved
    return taken


def main() -> None:
    """Measure, print the table and the JSON line."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TINYML_STUDIO_CACHE"] = folder
        figures = {"window_start_s": statistics.median(start_seconds() for _ in range(3))}
        with WorkerClient() as worker:
            for sample in SAMPLES:
                taken = move_seconds(sample, worker)
                figures[f"{sample}_move_s"] = statistics.median(taken)
                figures[f"{sample}_worst_move_s"] = max(taken)
    for name, seconds in figures.items():
        print(f"{name:24} {seconds:6.3f} s  {seconds / LIMIT_S:5.2f} × the limit of {LIMIT_S:.0f} s")
    print(json.dumps({name: round(seconds, 4) for name, seconds in figures.items()}))


if __name__ == "__main__":
    main()
