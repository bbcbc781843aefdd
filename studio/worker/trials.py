"""Recipes measured as trials: quickly on the validation set, and for good on the test set with the exported C."""

import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from studio.core.board import find_board
from studio.core.build import Build, Fit, Measurement, Optimize, fit
from studio.core.dataset import Dataset, Split, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.evaluation import Engine
from studio.core.model import Model
from studio.core.pipeline import MEASURED_SAMPLES
from studio.core.recipe import Candidate, Recipe
from studio.core.study import SearchLimits, Trial
from studio.core.tflite import read
from studio.worker.build import compile_candidate, draft, link, measure
from studio.worker.cache import find_artifact
from studio.worker.calibrate import turns
from studio.worker.compress import compress
from studio.worker.evaluate import evaluate
from studio.worker.metric import metric, part_of
from studio.worker.quick_form import quick_form
from studio.worker.report import Report, stopping
from studio.worker.runner import Runner, Values, real, stored

_MACS = 2_000_000_000  # of all validation samples together: about 0.3 s
_FEWEST = 64
_LOSS_WEIGHT = 10.0  # a point of accuracy counts as much as a tenth of the baseline's flash


@dataclass(frozen=True, slots=True)
class Needs:
    """What a recipe needs on the board: bytes, and microseconds for an answer."""

    flash_bytes: int
    ram_bytes: int
    inference_us: int


class Trials:
    """Measures recipes for one search and counts them; every trial is sent as progress.

    The compiler's figures are corrected by what linking a firmware with the same kernels showed, and the time by what
    measuring the baseline (int8 everywhere) on the virtual board did, so that little is between them and measured
    figures. The floor for the validation set is as far below the baseline there as the user's is below the baseline on
    the test set. `loaded` is what the model as loaded reaches on the test set.
    """

    def __init__(
        self, model: Model, dataset: Dataset, optimize: Optimize, limits: SearchLimits, report: Report
    ) -> None:
        self._model, self._dataset, self._optimize = model, dataset, optimize
        self._limits, self._report = limits, report
        self._begin = time.monotonic()
        self._board = find_board(limits.board)
        self._split = self._validation()
        self._needs: dict[Recipe, Needs] = {}
        self._tried: dict[Recipe, Trial] = {}
        self.made: list[Trial] = []
        self._more: dict[tuple[str, ...], tuple[int, int]] = {}
        self._time_ratio = 1.0
        self._stack_bytes = self._table = 0
        self._floor = limits.lowest_accuracy
        self.loaded = 0.0
        self.baseline = self.confirmed(Recipe(), "int8 everywhere, measured")
        whole = compress(model, Recipe(), dataset, self._quiet)
        foreseen, self._table = self._foreseen(whole)
        self._time_ratio = self.baseline.inference_us / max(1, foreseen.inference_us)
        self.confirm_seconds = self.elapsed
        self._start = self._accuracy(Recipe())
        self._floor = self._start - (self.baseline.accuracy - limits.lowest_accuracy)

    @property
    def elapsed(self) -> float:
        """Seconds since the search began."""
        return time.monotonic() - self._begin

    @property
    def stopped(self) -> bool:
        """True where the user asked for the best there is."""
        return stopping(self._report)

    @property
    def left(self) -> float:
        """Seconds until the time is up; 0 where the user stopped it."""
        return 0.0 if self.stopped else max(0.0, self._limits.seconds - self.elapsed)

    def say(self, words: str, data: object = None) -> None:
        """Tell how far the search is."""
        self._report(min(1.0, self.elapsed / self._limits.seconds), words, data)

    def needs(self, recipe: Recipe) -> Needs:
        """What the recipe will need once it is trained, without training it.

        Weights do not change the figures but for a last softmax: its table is as long as the answers lie apart, and
        what learns from the loaded model comes to answer like it.
        """
        shape = replace(recipe, training=None)
        if shape not in self._needs:
            candidate = compress(self._model, shape, self._dataset, self._quiet)
            found, table = self._foreseen(candidate)
            self._needs[shape] = replace(found, flash_bytes=found.flash_bytes - table + self._table)
        return self._needs[shape]

    def within(self, needs: Needs | Trial, slack: float = 0.0) -> bool:
        """True where flash, RAM and time are within the limits; flash may pass its limit by a share of `slack`."""
        limits = self._limits
        return (
            needs.flash_bytes <= limits.flash_bytes * (1 + slack)
            and needs.ram_bytes <= limits.ram_bytes
            and needs.inference_us <= limits.inference_us
        )

    def tried(self, recipe: Recipe, words: str = "") -> Trial | None:
        """The recipe on the validation set, trained where it says so; None where it cannot be made."""
        if recipe in self._tried:
            return self._tried[recipe]
        try:
            candidate = compress(self._model, recipe, self._dataset, self._quiet)
            needs, _ = self._foreseen(candidate)
            accuracy = self._accuracy(recipe)
        except StudioError:  # one of many: the others go on
            self._quiet(0, "")
            return None
        allowed = self.within(needs) and accuracy >= self._floor
        trial = Trial(
            number=len(self.made) + 1,
            recipe=recipe,
            accuracy=accuracy,
            n=len(self._split.x),
            engine=Engine.LITERT,
            flash_bytes=needs.flash_bytes,
            ram_bytes=needs.ram_bytes,
            inference_us=needs.inference_us,
            allowed=allowed,
            words=words or recipe.title,
        )
        self._tried[recipe] = trial
        self._keep(trial)
        return trial

    def confirmed(self, recipe: Recipe, words: str = "") -> Trial:
        """The recipe on the test set with the exported C, its flash, RAM and time from the virtual board's run."""
        candidate = compress(self._model, recipe, self._dataset, self._quiet)
        build = compile_candidate(candidate, self._dataset.labels, self._optimize, self._quiet)
        found = evaluate(self._model, candidate, build, self._dataset, self._quiet)
        self.loaded = found.float_accuracy
        measured = measure(candidate, build, self._dataset, MEASURED_SAMPLES, self._quiet)
        if measured.measurement is not None:
            self._stack_bytes = max(self._stack_bytes, measured.measurement.stack_bytes)
        fitted = self._fit(measured)
        needs = Needs(fitted.storage.need, fitted.memory.need, fitted.compute.need)
        trial = Trial(
            number=len(self.made) + 1,
            recipe=recipe,
            accuracy=found.accuracy,
            n=found.n,
            engine=found.engine,
            flash_bytes=needs.flash_bytes,
            ram_bytes=needs.ram_bytes,
            inference_us=needs.inference_us,
            allowed=self.within(needs) and found.accuracy >= self._limits.lowest_accuracy,
            words=words or recipe.title,
        )
        self._keep(trial)
        return trial

    def merit(self, trial: Trial) -> float:
        """What the search makes small: flash ÷ the baseline's, accuracy lost, and how far limits are passed."""
        start = self._start if trial.engine is Engine.LITERT else self.baseline.accuracy
        over = (
            max(0.0, need / max(1, limit) - 1)
            for need, limit in (
                (trial.flash_bytes, self._limits.flash_bytes),
                (trial.ram_bytes, self._limits.ram_bytes),
                (trial.inference_us, self._limits.inference_us),
            )
        )
        flash = trial.flash_bytes / self.baseline.flash_bytes
        passed = sum(over)
        return flash + _LOSS_WEIGHT * max(0.0, start - trial.accuracy) + (1 + 10 * passed if passed else 0.0)

    def _keep(self, trial: Trial) -> None:
        self.made.append(trial)
        self.say(trial.words, trial)

    def _quiet(self, share: float, text: str, data: object = None) -> None:
        """The report of a step: it keeps the worker reachable and says where the search is."""
        self.say(text or "Searching")

    def _fit(self, build: Build) -> Fit:
        return fit(build, self._board, self._limits.inference_us)

    def _foreseen(self, candidate: Candidate) -> tuple[Needs, int]:
        """What the candidate will need (the compiler's figures, corrected), and the bytes of its softmax's table."""
        build = draft(candidate, self._dataset.labels, self._optimize)
        fitted = self._fit(build)
        if build.kernels not in self._more:
            linked = self._fit(self._linked(candidate, build))
            self._more[build.kernels] = (
                linked.storage.need - fitted.storage.need,
                linked.memory.need - fitted.memory.need,
            )
        flash, ram = self._more[build.kernels]
        needs = Needs(
            fitted.storage.need + flash,
            fitted.memory.need + ram,
            round(fitted.compute.need * self._time_ratio),
        )
        return needs, sum(layer.weight_bytes for layer in build.layers if layer.operator == "SOFTMAX")

    def _linked(self, candidate: Candidate, build: Build) -> Build:
        """The build with the sizes of its firmware, which is not run; the stack is the baseline's."""
        firmware = link(candidate, self._dataset.labels, self._optimize)
        return replace(
            build,
            measurement=Measurement(
                flash_bytes=firmware.flash_bytes,
                constant_bytes=firmware.weight_bytes,
                code_bytes=firmware.code_bytes,
                static_ram_bytes=firmware.static_ram_bytes - firmware.link_ram_bytes,
                stack_bytes=self._stack_bytes,
                instructions=sum(layer.estimated_instructions for layer in build.layers),
                samples=0,
                equal_samples=0,
                worst_difference=0,
            ),
        )

    def _validation(self) -> Split:
        outputs = int(np.prod(self._model.outputs[0].shape[1:]))
        path, shape = Path(self._dataset.path), self._dataset.sample_shape
        split = load_split(path, "validation", shape, outputs)
        return part_of(split, balanced_rows(split.y, max(_FEWEST, _MACS // max(1, self._model.macs))))

    def _accuracy(self, recipe: Recipe) -> float:
        candidate = compress(self._model, recipe, self._dataset, self._quiet)
        artifact = find_artifact(candidate.sha256)
        if artifact is None:
            raise StudioError("The compressed model is no longer in the cache. Search again.")
        runner = Runner(quick_form(artifact.read_bytes()), quick=True)
        model = read(artifact.read_bytes())
        macs = sum(layer.macs for layer in candidate.layers)
        given, parts = stored(self._split.x, runner.input), list[Values]()
        for part in turns(model, macs, len(given)):
            outputs = runner.run(given[part])
            parts.append(np.ascontiguousarray(real(outputs, runner.output)).reshape(len(outputs), -1))
            self._quiet(0, "")
        return metric(self._split, np.concatenate(parts))
