"""Hand-made results for the pages' tests: a small classifier, before and after compression, and its review."""

from dataclasses import replace
from pathlib import Path

import numpy as np

from studio.core.build import Build, LayerBuild, Measurement, Optimize
from studio.core.checklist import Tier
from studio.core.checks.answer_details import ChangedSample, Harm
from studio.core.checks.check import Check, Verdict
from studio.core.checks.input_details import EvidenceMap, EvidenceMaps
from studio.core.checks.limits import standard_limits
from studio.core.checks.panel import Panel
from studio.core.dataset import Dataset, SplitInfo, Task
from studio.core.evaluation import ClassScore, Engine, Estimate, Evaluation, Flips, GroupScore
from studio.core.model import Layer, Model, ModelFormat, TensorInfo
from studio.core.project import Project
from studio.core.recipe import Candidate, Recipe
from studio.core.results import Results
from studio.core.review import Answers
from tests.core.approval import approval

LABELS = ("idle", "shake", "circle", "tap")

BEFORE = (
    Layer(
        0,
        "gestures/conv1/Relu;gestures/conv1/BiasAdd",
        "CONV_2D",
        (1, 64, 1, 8),
        "float32",
        128,
        7680,
        512,
        2048,
    ),
    Layer(1, "gestures/pool1/MaxPool", "MAX_POOL_2D", (1, 32, 1, 8), "float32", 0, 0, 0, 1024),
    Layer(2, "gestures/conv2/Relu", "CONV_2D", (1, 32, 1, 16), "float32", 656, 20480, 2624, 2048),
    Layer(3, "gestures/mean/Mean", "MEAN", (1, 16), "float32", 0, 0, 8, 64),
    Layer(4, "gestures/dense/MatMul", "FULLY_CONNECTED", (1, 4), "float32", 68, 64, 272, 16),
    Layer(5, "gestures/softmax/Softmax", "SOFTMAX", (1, 4), "float32", 0, 0, 0, 16),
)
AFTER = tuple(
    replace(
        layer,
        dtype="int8",
        weight_bytes=layer.weight_bytes // 4 + 24,
        activation_bytes=layer.activation_bytes // 4,
    )
    for layer in BEFORE
)
CHECKS = (
    Check(
        "C1",
        "Accuracy",
        Verdict.PASS,
        "470 of 480 test samples are answered rightly.",
        0.979,
        (0.962, 0.989),
        480,
    ),
    Check(
        "C2", "Compressed against original", Verdict.PASS, "Accuracy changed by −0.2 points.", -0.002, n=480
    ),
    Check(
        "C3",
        "Samples that compression broke",
        Verdict.WARN,
        "3 of 480 answers changed, 2 from right to wrong.",
    ),
    Check("C4", "Missed detections and false alarms", Verdict.WARN, "'tap' fares worst: 12 of 120 missed."),
    Check(
        "C7",
        "Groups",
        Verdict.CANNOT_TELL,
        "The groups are too small to tell. Test with more samples of each.",
    ),
    Check("C12", "Leakage", Verdict.PASS, "None of 480 test samples is in training."),
    Check("C16", "What leaves with the export", Verdict.PASS, "Nothing of you is in the files."),
)


def model(path: str = "/models/gestures.keras") -> Model:
    """A float model as the worker loads it."""
    return Model(
        name="gestures",
        format=ModelFormat.KERAS,
        path=path,
        sha256="a" * 64,
        artifact="/cache/gestures.tflite",
        artifact_sha256="b" * 64,
        artifact_bytes=5200,
        quantized=False,
        inputs=(TensorInfo("input", (1, 64, 1, 3), "float32"),),
        outputs=(TensorInfo("output", (1, 4), "float32"),),
        layers=BEFORE,
    )


def results(
    *, measured: bool = True, artifact: str = "/cache/candidate.tflite", sha256: str = "c" * 64
) -> Results:
    """Everything computed, as after a whole run of the pipeline."""
    dataset = Dataset(
        path="/data/gestures",
        sha256="d" * 64,
        task=Task.CLASSIFICATION,
        sample_shape=(64, 1, 3),
        labels=LABELS,
        splits=(SplitInfo("train", 1200, (300,) * 4), SplitInfo("test", 480, (120,) * 4)),
        groups=("hand", "wearer"),
    )
    candidate = Candidate(Recipe(), "a" * 64, "d" * 64, artifact, sha256, 2600, AFTER)
    layers = tuple(
        LayerBuild(layer.index, layer.name, layer.operator, layer.macs, layer.weight_bytes, layer.activation_bytes,
                   layer.macs * 4 + 900 if measured else None)
        for layer in AFTER
    )  # fmt: skip
    measurement = Measurement(31_000, 5_400, 2_700, 420, 160_000, 128, 128, 0)
    build = Build(
        candidate_sha256=sha256,
        optimize=Optimize.BALANCED,
        sources="/cache/sources",
        weight_bytes=1_020,
        arena_bytes=2_560,
        layers=layers,
        plan=(),
        measurement=measurement if measured else None,
        firmware="/cache/firmware.elf" if measured else "",
    )
    evaluation = Evaluation(
        candidate_sha256=sha256,
        data_sha256="d" * 64,
        task=Task.CLASSIFICATION,
        engine=Engine.STUDIO_C,
        n=480,
        accuracy=0.979,
        float_accuracy=0.981,
        accuracy_ci=(0.962, 0.989),
        classes=(
            ClassScore("idle", 120, 1.0, 1.0),
            ClassScore("shake", 120, 0.99, 0.98),
            ClassScore("circle", 120, 0.97, 0.97),
            ClassScore("tap", 120, 0.92, 0.90),
        ),
        groups=(GroupScore("hand", "left", 240, 0.98, 0.97), GroupScore("hand", "right", 240, 0.98, 0.98)),
        flips=Flips(2, 1, 0),
    )
    panel = Panel(sha256, "d" * 64, Tier.THINGS, standard_limits(), CHECKS)
    return Results(model(), dataset, candidate, build, evaluation, panel=panel)


def project() -> Project:
    """The choices that `results` belong to."""
    return Project(name="gestures", model="/models/gestures.keras", data="/data/gestures")


def everything_answered(found: Results, of: Project | None = None, *, signed: bool = True) -> Answers:
    """Answers to all questions about `found` and the choices `of` it, with all intake questions answered 'no'."""
    return approval(of or project(), found, signed=signed)


def sample(name: str) -> Path:
    """The folder of one of the studio's samples."""
    from studio.core.places import resources

    return resources() / "samples" / name


def broken_samples(folder: Path) -> Results:
    """Results with two samples (rows 3 and 5) that compression broke, a map of each, and the data they are from."""
    truth = np.zeros(8, np.int64)
    before = np.eye(4, dtype=np.float32)[truth]
    after = before.copy()
    after[[3, 5]] = np.eye(4, dtype=np.float32)[1]
    x = np.random.default_rng(0).random((8, 64, 1, 3), np.float32)
    np.savez(folder / "predictions.npz", y=truth, float_scores=before, scores=after)
    np.savez(folder / "test.npz", x=x, y=truth)
    found = results()
    assert found.dataset is not None
    assert found.evaluation is not None
    assert found.panel is not None
    changed = tuple(ChangedSample(row, 0, 0, 1, 1.0, 0.0) for row in (3, 5))
    detail = Harm(changed, (), (), Estimate(0.25, 0.1, 0.5), ())
    maps = tuple(EvidenceMap(row, 0, 1, 2, 2, (0.1, 0.4, 0.0, 0.0), 0.4, 0.1, True) for row in (3, 5))
    sentence = "Both maps show what the answer hangs on."
    mapped = Check("C11", "Where answers come from", Verdict.PASS, sentence, detail=EvidenceMaps(maps))
    checks = tuple(replace(one, detail=detail) if one.id == "C3" else one for one in found.panel.checks)
    checks = (*checks, mapped)
    return replace(
        found,
        dataset=replace(found.dataset, path=str(folder)),
        evaluation=replace(found.evaluation, predictions=str(folder / "predictions.npz")),
        panel=replace(found.panel, checks=checks),
    )
