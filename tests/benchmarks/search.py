"""The search against a grid of the same seconds: the smallest flash at one point of accuracy lost, on the test set.

    python tests/benchmarks/search.py [--model kws] [--seconds 180] [--flash 0.5]

Models: the samples digits and gestures, and MLPerf Tiny's kws (../shared/mlperf-tiny: 1,000 labelled samples, of which
400 calibrate and teach, 250 validate and 350 test; its int8 weights made float again, for it comes with no others).
The grid is pruning x scheme x clip, tried in that order until the time is up, and judged and confirmed as the search's
trials are. One JSON line at the end; `ratio` is the grid's flash ÷ the search's.
"""

import argparse
import itertools
import json
import os
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))

from studio.core.board import find_board
from studio.core.build import Optimize
from studio.core.dataset import Dataset, SplitChoice
from studio.core.errors import StudioError
from studio.core.model import Model
from studio.core.project import load_project
from studio.core.recipe import Clip, Recipe, Scheme
from studio.core.study import SearchLimits, Trial
from studio.core.tflite import DType, read
from studio.worker.data import inspect_data
from studio.worker.inspect_layers import real_weights
from studio.worker.load import load
from studio.worker.report import silent
from studio.worker.search import search
from studio.worker.trainable import Trainable
from studio.worker.trials import Trials
from tests.mlperf_tiny import FOLDER

_ROOT = Path(__file__).parents[2]
_PRUNING = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
_LOSS = 0.01


def main() -> None:
    """Both in turn, and which found the smaller one."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--model", choices=("kws", "digits", "gestures"), default="kws")
    parser.add_argument("--seconds", type=float, default=180.0)
    parser.add_argument(
        "--flash", type=float, default=1.0, help="the most flash, as a share of int8 everywhere"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for part in ("grid", "search"):  # neither profits from what the other cached
            os.environ["TINYML_STUDIO_CACHE"] = str(Path(folder) / part)
            model, dataset, board = _opened(options.model, Path(folder))
            limits = _limits(model, dataset, board, options.seconds, options.flash)
            os.environ["TINYML_STUDIO_CACHE"] = str(Path(folder) / f"{part} at work")
            model, dataset, board = _opened(options.model, Path(folder))
            if part == "grid":
                grid, tried, baseline = _grid(model, dataset, limits)
            else:
                found = search(model, dataset, Optimize.BALANCED, limits, silent)
    by_grid = grid.flash_bytes if grid else baseline.flash_bytes
    by_search = found.best.flash_bytes if found.best else baseline.flash_bytes
    print(f"int8 everywhere  {baseline.flash_bytes} B, {baseline.accuracy:.4f}")
    print(f"grid             {_show(grid)} ({tried} trials)")
    print(f"search           {_show(found.best)} ({len(found.trials)} trials)")
    print(found.sentence)
    figures = {
        "benchmark": "search",
        "model": options.model,
        "seconds": options.seconds,
        "baseline_flash_bytes": baseline.flash_bytes,
        "baseline_accuracy": baseline.accuracy,
        "grid_flash_bytes": by_grid,
        "grid_accuracy": grid.accuracy if grid else None,
        "search_flash_bytes": by_search,
        "search_accuracy": found.best.accuracy if found.best else None,
        "ratio": round(by_grid / by_search, 3),
        "search_share_of_int8": round(by_search / baseline.flash_bytes, 3),
    }
    print(json.dumps(figures))


def _show(trial: Trial | None) -> str:
    return (
        f"{trial.flash_bytes} B, {trial.accuracy:.4f}: {trial.recipe.title}" if trial else "nothing allowed"
    )


def _limits(model: Model, dataset: Dataset, board: str, seconds: float, share: float) -> SearchLimits:
    """A point below int8 everywhere, on the board."""
    free = find_board(board)
    wide = SearchLimits(board, free.free_flash_bytes, free.free_ram_bytes, 10**9, 0.0, seconds)
    whole = Trials(model, dataset, Optimize.BALANCED, wide, silent).baseline
    flash = min(free.free_flash_bytes, int(share * whole.flash_bytes))
    return replace(wide, flash_bytes=flash, lowest_accuracy=whole.accuracy - _LOSS)


def _grid(model: Model, dataset: Dataset, limits: SearchLimits) -> tuple[Trial | None, int, Trial]:
    """The best of a grid that was tried until the time was up, confirmed; how many were tried; int8 everywhere."""
    trials = Trials(model, dataset, Optimize.BALANCED, limits, silent)
    for pruning, scheme, clip in itertools.product(_PRUNING, (Scheme.INT8, Scheme.INT4), Clip):
        if trials.left <= trials.confirm_seconds:
            break
        trials.tried(Recipe(scheme=scheme, pruning=pruning, clip=clip))
    quick = [trial for trial in trials.made[1:] if trials.within(trial)]
    for trial in sorted(quick, key=lambda trial: (not trial.allowed, trials.merit(trial)))[:4]:
        confirmed = trials.confirmed(trial.recipe)
        if confirmed.allowed:
            return confirmed, len(quick), trials.baseline
    return None, len(quick), trials.baseline


def _opened(name: str, folder: Path) -> tuple[Model, Dataset, str]:
    if name != "kws":
        project = load_project(_ROOT / "resources" / "samples" / name / "project.tinyml")
        model = load(project.model, silent)
        return model, inspect_data(project.data, SplitChoice(), model, silent), project.board
    path = folder / "kws.tflite"
    if not path.is_file():
        _write_kws(folder)
    model = load(str(path), silent)
    return model, inspect_data(str(folder / "kws"), SplitChoice(), model, silent), "virtual_cortex_m4"


def _write_kws(folder: Path) -> None:
    """The model with float weights, and its samples in three splits."""
    source = FOLDER / "kws_ref_model_float32.tflite"
    if not source.is_file():
        raise StudioError(f"{source} is not here. Set STUDIO_MLPERF_TINY to MLPerf Tiny's files.")
    content = source.read_bytes()
    model = read(content)
    small = [tensor for tensor in model.tensors if tensor.dtype is DType.INT8 and tensor.is_constant]
    weights = {tensor.index: real_weights(model, tensor) for tensor in small}
    (folder / "kws.tflite").write_bytes(Trainable(content).content(weights))
    quantized = read((FOLDER / "kws_ref_model.tflite").read_bytes())
    given = quantized.tensors[quantized.inputs[0]]
    stored = np.load(FOLDER / "kws_all_in.npy").reshape(-1, *given.shape[1:])
    x = (stored.astype(np.float32) - given.zero_points[0]) * np.float32(given.scales[0])
    y = np.load(FOLDER / "kws_all_lab.npy").reshape(-1).astype(np.int64)
    order = np.random.default_rng(1).permutation(len(x))
    (folder / "kws").mkdir()
    for part, begin, end in (("train", 0, 400), ("validation", 400, 650), ("test", 650, 1000)):
        rows = order[begin:end]
        np.savez(folder / "kws" / f"{part}.npz", x=x[rows], y=y[rows])


if __name__ == "__main__":
    main()
