"""How well a candidate answers the test set, beside the float model: scores first, then what they say."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.compiler.host import HostModel
from studio.core import evidence
from studio.core.build import Build
from studio.core.checklist import standard_checklist
from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, Split, Task, load_split
from studio.core.errors import StudioError
from studio.core.evaluation import CheckResult, Engine, Evaluation, Verdict
from studio.core.model import Model
from studio.core.recipe import Candidate
from studio.core.tflite import DType, Tensor, read
from studio.worker.build import sources_of
from studio.worker.cache import find_arrays, find_artifact, find_record, keep_arrays, keep_record, key_of
from studio.worker.compress import content_of
from studio.worker.report import Report
from studio.worker.runner import Runner, Values, real, stored

_BOOTSTRAPS = 500


def evaluate(
    model: Model, candidate: Candidate, build: Build | None, dataset: Dataset, report: Report
) -> Evaluation:
    """Results on the test set, computed by the exported C where there is a build and by LiteRT otherwise."""
    engine = Engine.STUDIO_C if build is not None else Engine.LITERT
    sources = Path(build.sources).name if build is not None else ""
    key = key_of(
        "evaluation", model.artifact_sha256, candidate.sha256, dataset.sha256, sources, *dataset.labels
    )
    known = find_record("evaluations", key)
    if known is not None and find_arrays("evaluations", key) is not None:
        try:
            return from_json(Evaluation, known, "evaluation")
        except ValueError:  # an older form: compute it again
            pass
    split = load_split(Path(dataset.path), "test", dataset.sample_shape, _outputs(model))
    report(0.1, "Answering with the model before compression")
    float_scores = _float_scores(model, dataset, split, report)
    report(0.6, f"Answering with {engine.value}")
    scores, outputs = _scores(candidate, build, dataset, split)
    report(0.9, "Comparing the answers")
    arrays: dict[str, npt.NDArray[Any]] = {"y": split.y, "float_scores": float_scores, "scores": scores}
    if outputs is not None:
        arrays["outputs"] = outputs
    predictions = keep_arrays("evaluations", key, **arrays)
    judge = _judge_classes if dataset.task is Task.CLASSIFICATION else _judge_numbers
    evaluation = judge(
        candidate, dataset, engine, split, float_scores, scores, str(predictions), twin=not model.quantized
    )
    keep_record("evaluations", key, to_json(evaluation))
    return evaluation


def _float_scores(model: Model, dataset: Dataset, split: Split, report: Report) -> Values:
    """The answers (float32 [N, K]) before compression; computed once for a model and data."""
    key = key_of("float-scores", model.artifact_sha256, dataset.sha256)
    known = find_arrays("float-scores", key)
    if known is not None and "scores" in known and len(known["scores"]) == len(split.x):
        return known["scores"].astype(np.float32)
    runner = Runner(content_of(model))
    parts = []
    size = max(1, len(split.x) // 20)
    for begin in range(0, len(split.x), size):
        parts.append(_answers(runner, split.x[begin : begin + size])[0])
        report(0.1 + 0.5 * begin / len(split.x), "Answering with the model before compression")
    scores = np.concatenate(parts)
    keep_arrays("float-scores", key, scores=scores)
    return scores


def _scores(
    candidate: Candidate, build: Build | None, dataset: Dataset, split: Split
) -> tuple[Values, npt.NDArray[Any] | None]:
    """The candidate's answers (float32 [N, K]), and as they are stored where the C gave them."""
    artifact = find_artifact(candidate.sha256)
    if artifact is None:
        raise StudioError("The compressed model is no longer in the cache. Compress it again.")
    content = artifact.read_bytes()
    if build is None:
        return _answers(Runner(content), split.x)
    model = read(content)
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    x = np.ascontiguousarray(stored(split.x, taken)).astype(taken.dtype)
    outputs = HostModel(sources_of(build)).run(x).reshape(len(x), -1)
    return _flat_real(outputs, given), outputs


def _answers(runner: Runner, x: Values) -> tuple[Values, npt.NDArray[Any] | None]:
    outputs = runner.run(stored(x, runner.input)).reshape(len(x), -1)
    return _flat_real(outputs, runner.output), outputs if runner.output.dtype is DType.INT8 else None


def _flat_real(outputs: npt.NDArray[Any], tensor: Tensor) -> Values:
    return np.ascontiguousarray(real(outputs, tensor))


def _outputs(model: Model) -> int:
    return int(np.prod(model.outputs[0].shape[1:]))


def _judge_classes(
    candidate: Candidate,
    dataset: Dataset,
    engine: Engine,
    split: Split,
    float_scores: Values,
    scores: Values,
    predictions: str,
    *,
    twin: bool,
) -> Evaluation:
    y = split.y.astype(np.int64)
    float_answers, answers = float_scores.argmax(axis=1), scores.argmax(axis=1)
    limits = standard_checklist().limits
    n = len(y)
    right = answers == y
    flips = evidence.flips(y, float_answers, answers)
    classes = evidence.class_scores(y, float_answers, answers, dataset.labels)
    confusion = evidence.confusion(y, answers, len(dataset.labels))
    compared = evidence.check_compression(flips, n, limits.accuracy_margin) if twin else _no_twin(n)
    checks = (
        evidence.check_accuracy(y, answers),
        compared,
        evidence.check_broken_samples(flips, n),
        evidence.check_misses(classes, confusion),
        evidence.check_groups(right, split.groups, allowed_gap=limits.group_gap),
    )
    return Evaluation(
        candidate_sha256=candidate.sha256,
        data_sha256=dataset.sha256,
        task=Task.CLASSIFICATION,
        engine=engine,
        n=n,
        accuracy=float(right.mean()),
        float_accuracy=float((float_answers == y).mean()),
        accuracy_ci=evidence.wilson(int(right.sum()), n),
        classes=classes,
        confusion=confusion,
        groups=evidence.group_scores(y, float_answers, answers, split.groups),
        flips=flips,
        checks=checks,
        predictions=predictions,
    )


def _judge_numbers(
    candidate: Candidate,
    dataset: Dataset,
    engine: Engine,
    split: Split,
    float_scores: Values,
    scores: Values,
    predictions: str,
    *,
    twin: bool,
) -> Evaluation:
    y = split.y.astype(np.float32)
    limits = standard_checklist().limits
    n = len(y)
    explained, float_explained = explained_share(y, scores), explained_share(y, float_scores)
    interval = explained_interval(y, scores)
    error = float(np.abs(scores - y).mean())
    compared = (
        evidence.check_regression(y, float_scores, scores, limits.error_margin) if twin else _no_twin(n)
    )
    fit = CheckResult(
        "C1",
        "Accuracy",
        Verdict.CANNOT_TELL if n < 30 else Verdict.PASS,
        f"On {n} test samples the mean absolute error is {error:.3g}; R² is {explained:.3f} "
        f"(95 %: {interval[0]:.3f} to {interval[1]:.3f}).",
        value=explained,
        ci=interval,
        n=n,
        method="bootstrap percentiles",
    )
    return Evaluation(
        candidate_sha256=candidate.sha256,
        data_sha256=dataset.sha256,
        task=Task.REGRESSION,
        engine=engine,
        n=n,
        accuracy=explained,
        float_accuracy=float_explained,
        accuracy_ci=interval,
        mean_error=error,
        float_mean_error=float(np.abs(float_scores - y).mean()),
        checks=(fit, compared),
        predictions=predictions,
    )


def explained_share(y: Values, scores: Values) -> float:
    """R² = 1 − Σ(y−ŷ)² ÷ Σ(y−ȳ)² over all samples and outputs; 0 where the targets do not vary."""
    spread = float(np.square(y - y.mean(axis=0)).sum(dtype=np.float64))
    return 1.0 - float(np.square(y - scores).sum(dtype=np.float64)) / spread if spread else 0.0


def explained_interval(y: Values, scores: Values) -> tuple[float, float]:
    """The 95 % percentile interval of R² over resampled test samples (bootstrap, seeded)."""
    generator = np.random.default_rng(0)
    errors = np.square(y - scores).sum(axis=1, dtype=np.float64)
    spreads = np.square(y - y.mean(axis=0)).sum(axis=1, dtype=np.float64)
    rows = generator.integers(0, len(y), (_BOOTSTRAPS, len(y)))
    sums = spreads[rows].sum(axis=1)
    shares = 1.0 - errors[rows].sum(axis=1) / np.where(sums > 0, sums, 1.0)
    low, high = np.percentile(shares, (2.5, 97.5))
    return float(low), float(high)


def _no_twin(n: int) -> CheckResult:
    return CheckResult(
        "C2",
        "Compressed against original",
        Verdict.CANNOT_TELL,
        "The model arrived compressed, so there is no original to compare with: 'before' is the same file run by "
        "LiteRT. Load the float model to compare.",
        n=n,
    )
