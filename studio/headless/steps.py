"""Each step's result as a table for the terminal."""

from studio.core.board import Board
from studio.core.build import Build, Fit
from studio.core.bundle import Bundle
from studio.core.dataset import Dataset, Task
from studio.core.evaluation import Estimate, Evaluation
from studio.core.formatting import show_bytes, show_count, show_shape, show_share, show_time
from studio.core.metric import metric_of
from studio.core.model import Model
from studio.core.project import Project
from studio.core.recipe import Candidate
from studio.core.results import Results
from studio.core.review import Level, Review, State
from studio.core.speech import Speech
from studio.core.verdict import Runs, summary
from studio.headless.tables import table
from studio.headless.watch import Watched


def project_table(project: Project, board: Board) -> str:
    """What is about to be done."""
    rows = [
        ("Project", project.name),
        ("Model", project.model),
        ("Data", project.data or "none"),
        ("Recipe", project.recipe.title),
        ("Board", board.name),
    ]
    return table("TinyML Studio", rows)


def after(job: str, results: Results) -> tuple[str, ...]:
    """The tables that a finished job adds."""
    if job == "load" and results.model:
        return (_model(results.model),)
    if job == "inspect_data" and results.dataset:
        return (_data(results.dataset),)
    if job == "compress" and results.candidate and results.model:
        return (_layers(results.model, results.candidate),)
    if job == "evaluate" and results.evaluation:
        return (_evaluation(results.evaluation),)
    if job == "measure" and results.build:
        return (_measured(results.build),)
    return ()


def problem(words: str, sentence: str) -> str:
    """A step that failed while others go on."""
    return table(f"{words}: not done", [(sentence,)])


def review_table(reviewed: Review) -> str:
    """Where the review stands."""
    answered = sum(item.state is State.ANSWERED for item in reviewed.items)
    held = len(reviewed.reasons)
    rows = [
        ("Tier", f"{reviewed.tier.value}, {reviewed.checklist.tiers[reviewed.tier.value]}"),
        ("Answered", f"{answered} of {len(reviewed.items)} questions"),
        ("Signed by", reviewed.signoff.by if reviewed.signoff else "nobody"),
        ("Log", f"{reviewed.logged.head.rows} rows, the last {reviewed.logged.head.hash[:16]}…"),
        ("Export", "approved" if reviewed.approved else f"blocked by {held} point{'s' if held > 1 else ''}"),
    ]
    rows += [
        (check.id, f"[{check.verdict.value.replace('_', ' ')}] {check.sentence}") for check in reviewed.checks
    ]
    rows += [("Printed", warning) for warning in reviewed.warnings]
    return table("4 Review", rows)


def fit_table(fitted: Fit, board: Board) -> str:
    """Need against limit of the three building blocks."""
    rows = []
    for name, gauge, show in (
        ("Compute", fitted.compute, show_time),
        ("Memory", fitted.memory, show_bytes),
        ("Storage", fitted.storage, show_bytes),
    ):
        fits = "fits" if gauge.fits else "does not fit"
        rows.append((name, show(gauge.need), show(gauge.limit), gauge.source.value, fits))
    text = table(f"5 Export: {board.name}", rows, ("", "need", "limit", "", ""))
    return "\n".join([text, *fitted.sentences(board)])


def bundle_table(bundle: Bundle) -> str:
    """What was exported."""
    rows = [(file.name, show_bytes(file.bytes), file.sha256[:12]) for file in bundle.files]
    return table(f"Exported to {bundle.folder}", rows, ("file", "size", "SHA-256"))


def refusal(reviewed: Review, level: Level, lines: str = "") -> str:
    """Why the export was refused, and what could be had instead; `lines` are those that the answers file lacks."""
    rows = [(f"• {reason.text}",) for reason in reviewed.gate.reasons_for(level)]
    if level is Level.RELEASE and reviewed.gate.level is Level.BENCH:
        rows.append(("With --bench a build marked UNREVIEWED can be had, for trials at the desk.",))
    rows += [
        (f"  [intake] {item.id} = true or false: {item.text}",)
        for item in reviewed.checklist.intake
        if item.id not in (reviewed.entered.intake or {})
    ]
    text = table("Export refused by the review", rows)
    if not lines:
        return text
    return (
        f"{text}\nThe answers file does not say that it was made for this. Read above what the checks found. Where you "
        f"stand for the answers then, put these lines at the file's end, and signed_by at its beginning:\n\n{lines}"
    )


def watch_table(watched: Watched) -> str:
    """What the board sent."""
    time = "not said" if watched.inference_us is None else show_time(watched.inference_us)
    if watched.speaks is not Speech.FRAMES:
        rows = [
            ("The board speaks", watched.speaks.words),
            ("Lines of numbers", str(watched.frames)),
            ("One inference", time),
            ("Model on the board", "not known: text does not name it, and nothing was compared"),
        ]
        return table("6 Live", rows)
    rows = [
        ("Frames", str(watched.frames)),
        ("Frames lost", str(watched.frames_lost)),
        ("Answers as on this computer", f"{watched.equal} of {watched.compared}"),
        ("One inference", time),
        (
            "Model on the board",
            "the one that was built" if watched.same_model else "another one than was built",
        ),
    ]
    return table("6 Live", rows)


def _model(model: Model) -> str:
    rows = [
        ("Format", model.format.value),
        ("Input", ", ".join(f"{show_shape(info.shape)} {info.dtype}" for info in model.inputs)),
        ("Output", ", ".join(f"{show_shape(info.shape)} {info.dtype}" for info in model.outputs)),
        ("Parameters", show_count(model.parameters)),
        ("Multiply-accumulates", show_count(model.macs)),
        ("Size as .tflite", show_bytes(model.artifact_bytes)),
        ("On a microcontroller", summary(model.verdicts)),
    ]
    rows += [
        ("Cannot run", f"{one.layer} ({one.operator}): {one.words}")
        for one in model.verdicts
        if one.verdict is Runs.CANNOT
    ]
    return table("1 Model", [*rows, *(("Note", note) for note in model.notes)])


def _data(dataset: Dataset) -> str:
    rows = [(split.name, f"{split.samples} samples") for split in dataset.splits]
    if dataset.labels:
        rows.append(("Classes", ", ".join(dataset.labels)))
    if dataset.groups:
        rows.append(("Groups", ", ".join(dataset.groups)))
    rows += [("Read so", step) for step in dataset.steps]
    return table("Data", [*rows, *(("Note", note) for note in dataset.notes)])


def _layers(model: Model, candidate: Candidate) -> str:
    same = len(model.layers) == len(candidate.layers)
    rows = [
        (
            layer.name,
            layer.operator,
            show_shape(layer.output_shape),
            show_count(layer.macs),
            show_bytes(model.layers[place].weight_bytes) if same else "",
            show_bytes(layer.weight_bytes),
            show_bytes(layer.activation_bytes),
        )
        for place, layer in enumerate(candidate.layers)
    ]
    header = ("layer", "operator", "output", "MACs", "weights before", "after", "activations")
    text = table(f"2 Compress: {candidate.recipe.title}", rows, header)
    sizes = f"Size: {show_bytes(model.artifact_bytes)} before, {show_bytes(candidate.file_bytes)} after."
    return "\n".join([text, sizes, *candidate.notes])


def _evaluation(evaluation: Evaluation) -> str:
    low, high = evaluation.accuracy_ci
    n = evaluation.n
    metric = metric_of(evaluation, None)
    interval = f"{metric.show(low, n)} to {metric.show(high, n)}"
    rows = [(metric.value, metric.show(evaluation.float_accuracy, n), metric.show(evaluation.accuracy, n))]
    if evaluation.errors is not None and evaluation.float_errors is not None:
        rows = _errors(evaluation)
    rows += [
        (
            f"{score.label} ({score.n})",
            show_share(score.float_recall, score.n),
            show_share(score.recall, score.n),
        )
        for score in evaluation.classes
    ]
    rows += [
        (
            f"{group.column}: {group.value} ({group.n})",
            show_share(group.float_accuracy),
            show_share(group.accuracy),
        )
        for group in evaluation.groups
    ]
    text = table(f"3 Layers and accuracy: {n} test samples", rows, ("", "before", "after"))
    return f"{text}\n95 % interval of {metric.value} after: {interval}. By {evaluation.engine.value}."


def _errors(evaluation: Evaluation) -> list[tuple[str, str, str]]:
    """The errors of numbers, or of an autoencoder's reconstruction with how well they tell anomalies."""
    before, after = evaluation.float_errors, evaluation.errors
    rows = []
    if evaluation.auc is not None and evaluation.float_auc is not None:
        rows.append(("AUC", evaluation.float_auc, evaluation.auc))
    if before is not None and after is not None:
        what = " of the reconstruction" if evaluation.task is Task.AUTOENCODER else ""
        rows += [
            (f"R²{what}", before.explained, after.explained),
            (f"mean absolute error (MAE){what}", before.absolute, after.absolute),
            (f"root mean squared error (RMSE){what}", before.root_square, after.root_square),
        ]
    return [(name, _estimate(one), _estimate(other)) for name, one, other in rows]


def _estimate(estimate: Estimate) -> str:
    words = f"{estimate.value:.4f} (95 %: {estimate.low:.4f} to {estimate.high:.4f})"
    return words.replace("-", "−")


def _measured(build: Build) -> str:
    known = build.measurement
    if known is None:
        return ""
    rows = [
        ("Code", show_bytes(known.code_bytes)),
        ("Weights and tables", show_bytes(build.weight_bytes)),
        ("Working buffer", show_bytes(build.arena_bytes)),
        ("RAM with stack", show_bytes(known.static_ram_bytes + known.stack_bytes)),
        ("Instructions per inference", show_count(known.instructions)),
        ("Answers as on this computer", f"{known.equal_samples} of {known.samples} samples"),
    ]
    return "\n".join([table("Measured on the virtual Cortex-M4 board", rows), *build.notes])
