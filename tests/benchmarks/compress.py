"""How quickly a moved slider shows a measured result: python -m tests.benchmarks.compress [model...]

For MLPerf Tiny's kws and ic (../shared/mlperf-tiny or $STUDIO_MLPERF_TINY) and the samples digits and gestures: 50
moves of scheme, pruning, sparsity and clip through a warm worker, none of which any cache knows. Timed are, from the
move on, the preview (candidate and accuracy on a part of the test set by LiteRT), and for every fifth move the
accuracy on the whole test set by the exported C. Prints p50 and p95 with their ratios to the limits, and ends with one
JSON line. ic's labels are the float model's own answers on varied samples: it measures time, not accuracy.
"""

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.pipeline import next_job, settle, store
from studio.core.places import resources
from studio.core.project import Project, load_project
from studio.core.recipe import Clip, Recipe, Scheme
from studio.core.results import Results
from studio.headless.worker_client import WorkerClient
from studio.worker.runner import Runner
from tests.compiler.retyped import as_float32
from tests.mlperf_tiny import FOLDER

PREVIEW_LIMIT_S = 0.25
EVALUATION_LIMIT_S = 2.0
MOVES = 50
EVALUATED = 5  # every so many moves
SAMPLES = ("digits", "gestures")
SHARED = ("kws", "ic")


def moves() -> Iterator[Recipe]:
    """Fifty recipes, as sliders are moved: one choice at a time, back and forth."""
    random = np.random.default_rng(4)
    schemes = (Scheme.INT8, Scheme.INT8, Scheme.INT8, Scheme.INT4, Scheme.INT16, Scheme.FLOAT32)
    recipe = Recipe()
    seen = {recipe}
    while len(seen) <= MOVES:
        match int(random.integers(4)):
            case 0:
                moved = replace(recipe, scheme=schemes[int(random.integers(len(schemes)))])
            case 1:
                moved = replace(recipe, pruning=round(float(random.integers(0, 15)) * 0.05, 2))
            case 2:
                moved = replace(recipe, sparsity=round(float(random.integers(0, 16)) * 0.05, 2))
            case _:
                moved = replace(recipe, clip=tuple(Clip)[int(random.integers(3))])
        if moved not in seen:
            seen.add(moved)
            recipe = moved
            yield moved


def sample_project(name: str) -> Project:
    """A sample's own project."""
    return load_project(resources() / "samples" / name / "project.tinyml")


def shared_project(name: str, folder: Path) -> Project:
    """kws or ic as a float model with a data folder, written to `folder`."""
    folder.mkdir(parents=True)
    if name == "kws":
        # The file's own name says float32, but half of its weights are int8 (dynamic range).
        content = as_float32((FOLDER / "kws_ref_model_float32.tflite").read_bytes())
        path = folder / "kws.tflite"
        path.write_bytes(content)
        x = (np.load(FOLDER / "kws_all_in.npy").astype(np.float32) - 83) * np.float32(0.5847029)
        y = np.load(FOLDER / "kws_all_lab.npy").astype(np.int64)
        train = slice(0, None, 3)
    else:
        path = FOLDER / "pretrainedResnet.h5"
        x = _varied(np.load(FOLDER / "ic_in.npy").astype(np.float32) + 128, 600)
        y = _own_answers(FOLDER / "pretrainedResnet.tflite", x)
        train = slice(400, None)
    np.savez(folder / "train.npz", x=x[train], y=y[train])
    np.savez(folder / "test.npz", x=x[:400] if name == "ic" else x, y=y[:400] if name == "ic" else y)
    return Project(model=str(path), data=str(folder))


def _varied(pictures: np.ndarray, count: int) -> np.ndarray:
    random = np.random.default_rng(0)
    found = []
    for number in range(count):
        picture = np.roll(pictures[number % len(pictures)], random.integers(-6, 7, 2), (0, 1))
        noise = random.normal(0, 12, picture.shape)
        found.append(np.clip(np.rint(picture * random.uniform(0.6, 1.2) + noise), 0, 255))
    return np.stack(found).astype(np.float32)


def _own_answers(path: Path, x: np.ndarray) -> np.ndarray:
    return np.asarray(Runner(path.read_bytes(), quick=True).run(x).argmax(axis=1), np.int64)


def until(project: Project, results: Results, worker: WorkerClient, wanted: str) -> Results:
    """The results as far as the preview, or the evaluation."""
    while getattr(results, wanted) is None:
        job = next_job(project, results, for_show=True)
        assert job is not None, results.problems
        results = store(results, job.job, worker.run(job.job, job.arguments))
    return results


def measure(project: Project, worker: WorkerClient) -> dict[str, float]:
    """Seconds at p50 and p95: from a move to its preview, and to the whole test set's answers by the exported C."""
    project = replace(project, recipe=Recipe(), board=project.board or "virtual")
    results = until(
        project, Results(), worker, "evaluation"
    )  # everything is warm, as after opening a project
    for warm in (Recipe(pruning=0.01), Recipe(sparsity=0.01), Recipe(Scheme.FLOAT16)):
        moved = replace(project, recipe=warm)
        until(moved, settle(project, moved, results), worker, "preview")
    previews, evaluations = [], []
    for number, recipe in enumerate(moves()):
        moved = replace(project, recipe=recipe)
        begin = time.perf_counter()
        now = until(moved, settle(project, moved, results), worker, "preview")
        previews.append(time.perf_counter() - begin)
        if number % EVALUATED == 0:
            until(moved, now, worker, "evaluation")
            evaluations.append(time.perf_counter() - begin)
    assert results.evaluation is not None
    return {
        "preview_p50": statistics.median(previews),
        "preview_p95": float(np.quantile(previews, 0.95)),
        "preview_max": max(previews),
        "evaluation_p50": statistics.median(evaluations),
        "evaluation_p95": float(np.quantile(evaluations, 0.95)),
        "test_samples": results.evaluation.n,
    }


def main(names: list[str]) -> None:
    """Measure and print."""
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder, WorkerClient() as worker:
        for name in names:
            if name in SHARED and not FOLDER.is_dir():
                print(f"{name}: {FOLDER} is not here")
                continue
            project = shared_project(name, Path(folder) / name) if name in SHARED else sample_project(name)
            figures = measure(project, worker)
            found[name] = figures
            for what, limit in (("preview", PREVIEW_LIMIT_S), ("evaluation", EVALUATION_LIMIT_S)):
                p50, p95 = figures[f"{what}_p50"], figures[f"{what}_p95"]
                n = f" of {figures['test_samples']:.0f} samples by C" if what == "evaluation" else ""
                print(
                    f"{name:9s} move to {what}{n}: p50 {p50 * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms "
                    f"({p95 / limit:.2f} of the limit of {limit * 1000:.0f} ms)",
                    flush=True,
                )
    print(json.dumps({"benchmark": "compress", "moves": MOVES, "seconds": found}))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as cache:
        import os

        os.environ["TINYML_STUDIO_CACHE"] = cache
        main(sys.argv[1:] or [*SHARED, *SAMPLES])
