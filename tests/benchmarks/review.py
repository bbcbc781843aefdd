"""How long the review's whole panel takes: python -m tests.benchmarks.review [kws|digits|gestures|sine...]

For MLPerf Tiny's kws (../shared/mlperf-tiny or $STUDIO_MLPERF_TINY: 1,000 labelled samples) and the studio's samples:
every check of the review by the worker's own job in a warm worker, with no result of theirs in the cache. kws has no
training set; noisy copies of the test samples stand in for one, so that the leak checks have work to do.
Prints each check's time and ends with one JSON line.
"""

import json
import os
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.pipeline import next_job, store
from studio.core.project import Project
from studio.core.results import Results
from studio.headless.worker_client import WorkerClient
from tests.benchmarks.compress import sample_project
from tests.compiler.retyped import as_float32
from tests.mlperf_tiny import FOLDER

LIMIT_S = 10.0
ALL = ("kws", "digits", "gestures", "sine")


def kws_project(folder: Path) -> Project:
    """kws as a float model with its labelled samples, written to `folder`."""
    folder.mkdir(parents=True)
    path = folder / "kws.tflite"
    path.write_bytes(as_float32((FOLDER / "kws_ref_model_float32.tflite").read_bytes()))
    x = (np.load(FOLDER / "kws_all_in.npy").astype(np.float32) - 83) * np.float32(0.5847029)
    y = np.load(FOLDER / "kws_all_lab.npy").astype(np.int64)
    noise = np.random.default_rng(0).standard_normal(x.shape, np.float32)
    np.savez(folder / "train.npz", x=x + noise, y=y)
    np.savez(folder / "test.npz", x=x, y=y)
    words = "down go left no off on right stop up yes silence unknown"
    (folder / "labels.txt").write_text("\n".join(words.split()) + "\n")
    return Project(model=str(path), data=str(folder))


def run(client: WorkerClient, project: Project) -> tuple[Results, float]:
    """All jobs up to the panel, and how long the panel's took."""
    results, seconds = Results(), 0.0
    while (job := next_job(project, results)) is not None:
        begin = time.monotonic()
        answer = client.run(job.job, job.arguments)
        seconds = time.monotonic() - begin
        results = store(results, job.job, answer)
    return results, seconds


def main(names: tuple[str, ...]) -> None:
    """Time the panels of the models named."""
    found: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as place, WorkerClient() as client:
        for name in names:
            project = kws_project(Path(place) / name) if name == "kws" else sample_project(name)
            results, first = run(client, project)
            panel = results.panel
            assert panel is not None
            again, second = run(client, replace(project, name="again"))
            print(f"{name}: {first:.2f} s, again {second:.2f} s (limit {LIMIT_S:.0f} s)")
            for check in panel.checks:
                print(f"  {check.id:4} {check.verdict.value:11} {check.seconds:6.3f} s  {check.sentence}")
            assert again.panel is not None
            found[name] = {
                "seconds": round(first, 2),
                "again": round(second, 2),
                "checks": {check.id: check.seconds for check in panel.checks},
            }
    print(json.dumps({"benchmark": "review", "limit_s": LIMIT_S, "panels": found}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        os.environ["TINYML_STUDIO_CACHE"] = cache
        main(tuple(sys.argv[1:]) or ALL)
