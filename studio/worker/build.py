"""From a candidate to C, to a library of this computer, and to measured figures from the virtual board."""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from studio import compiler
from studio.compiler.firmware import Firmware, build_virtual
from studio.compiler.host import HostModel
from studio.compiler.sources import StorageKind
from studio.compiler.zig import builder
from studio.core.build import Build, LayerBuild, Measurement, Optimize, TensorPlace
from studio.core.checks.limits import standard_limits
from studio.core.codec import from_json, to_json
from studio.core.dataset import Dataset, balanced_rows, load_split
from studio.core.errors import StudioError
from studio.core.formatting import show_bytes, show_count
from studio.core.model import Layer
from studio.core.products import is_whole
from studio.core.recipe import Candidate
from studio.core.sensor import check_board_takes, random_inputs
from studio.core.storage import read_error
from studio.core.tflite import read
from studio.core.validation import steps_apart
from studio.worker.cache import find_artifact, find_record, keep_folder, keep_record, key_of
from studio.worker.on_board import on_board
from studio.worker.report import Report
from studio.worker.runner import stored

_MOST_MACS = 1_500_000_000  # on the virtual board: about ten seconds
_AGAIN = "Compress the model again."


def compile_candidate(
    candidate: Candidate, labels: tuple[str, ...], optimize: Optimize, report: Report
) -> Build:
    """The candidate's C in a folder of the cache, built for this computer as well."""
    report(0.1, "Writing the C code")
    sources = _generated(candidate.sha256, labels, optimize, candidate.recipe.title)
    key = key_of("sources", candidate.sha256, *(part for f in sources.files for part in (f.name, f.text)))
    folder = keep_folder("sources", key, {file.name: file.text for file in sources.files})
    keep_record("sources", key, {"labels": list(labels), "recipe": candidate.recipe.title})
    report(0.5, "Building it for this computer")
    HostModel(sources, lambda: report(0.5, "Building it for this computer"))
    return _described(candidate, sources, optimize, str(folder))


def draft(candidate: Candidate, labels: tuple[str, ...], optimize: Optimize) -> Build:
    """The candidate's figures as the compiler foresees them: no file is written and nothing is built.

    `fit` works with it; it cannot answer or be measured.
    """
    return _described(
        candidate, _generated(candidate.sha256, labels, optimize, candidate.recipe.title), optimize, ""
    )


def link(candidate: Candidate, labels: tuple[str, ...], optimize: Optimize) -> Firmware:
    """The candidate's firmware for the virtual board, for its sizes alone."""
    sources = _generated(candidate.sha256, labels, optimize, candidate.recipe.title)
    return build_virtual(sources, optimize=compiler.Optimize(optimize.value))


def _described(candidate: Candidate, sources: compiler.Sources, optimize: Optimize, folder: str) -> Build:
    numbers = _numbers(sources, candidate.layers)
    names = {layer.index: layer.name for layer in candidate.layers}
    return Build(
        candidate_sha256=candidate.sha256,
        optimize=optimize,
        sources=folder,
        weight_bytes=sources.weight_bytes,
        arena_bytes=sources.arena_bytes,
        layers=tuple(
            LayerBuild(
                numbers[cost.index],
                names.get(numbers[cost.index], cost.name),
                cost.operator,
                cost.macs,
                cost.weight_bytes,
                cost.activation_bytes,
                estimated_instructions=cost.storages[0].instructions if cost.storages else 0,
                kernels=cost.kernels,
                read_bytes=cost.read_bytes,
                flash_bytes=cost.flash_bytes,
                storage=cost.storage.value if cost.storage else "",
            )
            for cost in sources.layers
        ),
        plan=tuple(
            TensorPlace(
                entry.tensor_name,
                entry.offset,
                entry.bytes,
                numbers.get(entry.first_op, entry.first_op),
                numbers.get(entry.last_op, entry.last_op),
            )
            for entry in sources.plan
        ),
        notes=(*sources.notes, *_storage_notes(sources)),
        kernels=tuple(name.removesuffix(".c") for name in sources.c_files if name != "model.c"),
    )


_STORED = {
    StorageKind.BITS: "without its zeros",
    StorageKind.GAPS: "without its zeros",
    StorageKind.PALETTE_4: "as a palette of up to 16 values, 4 bits each",
    StorageKind.PALETTE_2: "as a palette of up to 4 values, 2 bits each",
}


def _storage_notes(sources: compiler.Sources) -> tuple[str, ...]:
    """A sentence for each layer that is not stored as it is: the bytes that won, and what they cost."""
    notes = []
    for cost in sources.layers:
        dense = next((way for way in cost.storages if way.kind == StorageKind.DENSE), None)
        if dense is None or cost.storages[0] is dense:
            continue
        taken = cost.storages[0]
        more = taken.instructions - dense.instructions
        notes.append(
            f"{cost.name} is stored {_STORED[taken.kind]}: {show_bytes(taken.bytes)} instead of "
            f"{show_bytes(dense.bytes)}, for about {show_count(abs(more))} instructions "
            f"{'more' if more > 0 else 'fewer'} (estimated)."
        )
    return tuple(notes)


def _numbers(sources: compiler.Sources, layers: tuple[Layer, ...]) -> dict[int, int]:
    """For each layer of the C the candidate's layer that it computes: the compiler leaves some out, and counts anew."""
    found: dict[int, int] = {}
    place = 0
    for cost in sources.layers:
        ahead = [at for at in range(place, len(layers)) if layers[at].operator == cost.operator]
        found[cost.index] = layers[ahead[0]].index if ahead else cost.index
        place = ahead[0] + 1 if ahead else place
    return found


def measure(
    candidate: Candidate, build: Build, dataset: Dataset | None, samples: int, report: Report
) -> Build:
    """The build with its firmware and what running it on the virtual board showed.

    Up to `samples` test samples (fewer for large models; random inputs where there is no data) are answered
    there and by the same C on this computer. What was measured before is remembered.
    """
    data = dataset.sha256 if dataset else ""
    key = key_of("measured", Path(build.sources).name, builder(), samples, data)
    known = _known(key)
    if known is not None and len(known.instructions) == len(build.layers):
        return _with(build, known)
    measured = _measured(candidate, build, dataset, samples, report)
    if len(measured.instructions) != len(build.layers):
        raise StudioError("The virtual board counted other layers than the C code has. Report this as a bug.")
    keep_record("measured", key, to_json(measured))
    return _with(build, measured)


@dataclass(frozen=True, slots=True)
class _Measured:
    """What is remembered of a measurement; `instructions` layer by layer, `firmware` the image's path."""

    measurement: Measurement
    instructions: tuple[int, ...]
    firmware: str


def _known(key: str) -> _Measured | None:
    record = find_record("measured", key)
    try:
        found = None if record is None else from_json(_Measured, record, "measured")
    except ValueError:  # an older form: measure again
        return None
    return found if found is not None and is_whole(Path(found.firmware)) else None


def _with(build: Build, measured: _Measured) -> Build:
    pairs = zip(build.layers, measured.instructions, strict=True)
    layers = tuple(replace(layer, instructions=count) for layer, count in pairs)
    return replace(build, layers=layers, measurement=measured.measurement, firmware=measured.firmware)


def _measured(
    candidate: Candidate, build: Build, dataset: Dataset | None, samples: int, report: Report
) -> _Measured:
    sources = sources_of(build)
    report(0.1, "Building the firmware")
    firmware = build_virtual(
        sources,
        optimize=compiler.Optimize(build.optimize.value),
        watch=lambda: report(0.1, "Building the firmware"),
    )
    macs, fewest = max(1, sum(layer.macs for layer in build.layers)), standard_limits().board_samples
    inputs = _inputs(candidate, dataset, max(min(samples, fewest), min(samples, _MOST_MACS // macs)))
    running = f"Running {len(inputs)} samples on the virtual board"
    report(0.4, running)
    outputs, result = on_board(firmware, inputs, lambda: report(0.4, running))
    comparing = "Comparing with this computer"
    report(0.9, comparing)
    host = HostModel(sources, lambda: report(0.9, comparing))
    expected = host.run(inputs, each=lambda _: report(0.9, comparing)).reshape(len(inputs), -1)
    difference = steps_apart(outputs.reshape(len(inputs), -1), expected)
    return _Measured(
        Measurement(
            flash_bytes=firmware.flash_bytes,
            constant_bytes=firmware.weight_bytes,
            code_bytes=firmware.code_bytes,
            static_ram_bytes=firmware.static_ram_bytes - firmware.link_ram_bytes,
            stack_bytes=int(result["stack_bytes"]),
            instructions=int(result["instructions"]),
            samples=len(inputs),
            equal_samples=int((difference.max(axis=1) == 0).sum()),
            worst_difference=int(difference.max()),
        ),
        tuple(int(count) for count in result["layers"]),
        str(firmware.elf_path),
    )


def sources_of(build: Build) -> compiler.Sources:
    """The build's C as it lies in its folder, with the figures the compiler gave."""
    folder = Path(build.sources)
    record = find_record("sources", folder.name)
    if record is None:
        raise StudioError(f"The C code is no longer in the cache. {_AGAIN}")
    sources = _generated(
        build.candidate_sha256, tuple(record["labels"]), build.optimize, str(record["recipe"])
    )
    try:
        files = tuple(replace(file, text=(folder / file.name).read_text("utf-8")) for file in sources.files)
    except OSError as error:
        raise read_error(folder, error) from error
    return replace(sources, files=files)


@lru_cache(maxsize=32)
def _generated(sha256: str, labels: tuple[str, ...], optimize: Optimize, recipe: str) -> compiler.Sources:
    artifact = find_artifact(sha256)
    if artifact is None:
        raise StudioError(f"The compressed model is no longer in the cache. {_AGAIN}")
    return compiler.generate(
        artifact.read_bytes(), labels=labels, optimize=compiler.Optimize(optimize.value), recipe=recipe
    )


def _inputs(candidate: Candidate, dataset: Dataset | None, count: int) -> npt.NDArray[Any]:
    artifact = find_artifact(candidate.sha256)
    if artifact is None:
        raise StudioError(f"The compressed model is no longer in the cache. {_AGAIN}")
    model = read(artifact.read_bytes())
    taken, given = model.tensors[model.inputs[0]], model.tensors[model.outputs[0]]
    check_board_takes(taken)
    shape = taken.shape[1:]
    if dataset is None:
        return random_inputs(taken, count)
    split = load_split(Path(dataset.path), "test", shape, int(np.prod(given.shape[1:])))
    return stored(split.x[balanced_rows(split.y, count)], taken).astype(taken.dtype)
