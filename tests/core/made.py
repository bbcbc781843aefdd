"""Hand-made results for tests that need no worker."""

from pathlib import Path

from studio.core.build import Build, LayerBuild, Measurement, Optimize
from studio.core.checklist import Tier
from studio.core.checks.check import Check, Verdict
from studio.core.checks.limits import standard_limits
from studio.core.checks.panel import Panel
from studio.core.dataset import Dataset, SplitInfo, Task
from studio.core.evaluation import Engine, Evaluation
from studio.core.model import Layer, Model, ModelFormat, TensorInfo
from studio.core.recipe import Candidate, Recipe
from studio.core.results import Results
from studio.core.storage import sha256_of

LAYER = Layer(0, "conv", "CONV_2D", (1, 8, 8, 4), "int8", 40, 2304, 56, 256)


def results(folder: Path, recipe: Recipe | None = None) -> Results:
    """Complete results of a small model whose files are in `folder`."""
    artifact = folder / "candidate.tflite"
    artifact.write_bytes(b"compressed")
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    (sources / "model.c").write_text("/* c */\n")
    (sources / "model.h").write_text("#include <stdint.h>\n")
    sha256 = sha256_of(artifact)
    shape = TensorInfo("input", (1, 8, 8, 1), "float32")
    model = Model(
        "m", ModelFormat.KERAS, str(folder / "m.keras"), "0" * 64, str(artifact), sha256, 10, False,
        (shape,), (TensorInfo("output", (1, 2), "float32"),), (LAYER,),
    )  # fmt: skip
    dataset = Dataset(
        str(folder), "1" * 64, Task.CLASSIFICATION, (8, 8, 1), ("a", "b"), (SplitInfo("test", 100),)
    )
    candidate = Candidate(
        recipe or Recipe(), model.sha256, dataset.sha256, str(artifact), sha256, 10, (LAYER,)
    )
    measurement = Measurement(20_000, 6_000, 700, 300, 100_000, 100, 100, 0)
    build = Build(
        sha256, Optimize.BALANCED, str(sources), 56, 512,
        (LayerBuild(0, "conv", "CONV_2D", 2304, 56, 256),), (), measurement,
    )  # fmt: skip
    checks = tuple(Check(name, name, Verdict.PASS, "fine") for name in ("C1", "C2", "C12", "C16"))
    evaluation = Evaluation(
        sha256,
        dataset.sha256,
        Task.CLASSIFICATION,
        Engine.STUDIO_C,
        100,
        0.97,
        0.98,
        (0.92, 0.99),
    )
    panel = Panel(sha256, dataset.sha256, Tier.THINGS, standard_limits(), checks)
    return Results(model, dataset, candidate, build, evaluation, panel=panel)
