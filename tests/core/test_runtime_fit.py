"""What a .tflite needs where it runs as it is: its own size, its two largest neighbours, its products."""

from dataclasses import replace
from pathlib import Path

from studio.core.board import find_board
from studio.core.build import Source
from studio.core.checks.check import Verdict
from studio.core.pipeline import fit_of
from studio.core.project import Project
from studio.core.recipe import Recipe, Scheme
from studio.core.reviewed import checks_of
from studio.core.runtime_fit import runtime_fit
from tests.core import made

PI = find_board("raspberry_pi_4")


def test_storage_is_the_file_and_memory_holds_it_with_two_neighbouring_layers(tmp_path: Path) -> None:
    candidate = made.results(tmp_path).candidate
    assert candidate is not None
    layers = tuple(
        replace(candidate.layers[0], index=index, activation_bytes=size, macs=1_000_000)
        for index, size in enumerate((100, 900, 700, 50))
    )
    found = runtime_fit(replace(candidate, file_bytes=10_000, layers=layers), PI, 100_000)
    assert (found.storage.need, found.storage.source) == (10_000, Source.MEASURED)
    assert (found.memory.need, found.memory.source) == (10_000 + 900 + 700, Source.ESTIMATED)
    cycles = 4_000_000 * PI.cycles_per_instruction
    assert found.compute.need == round(cycles / PI.clock_hz * 1e6)
    assert found.fits


def test_a_recipe_that_becomes_no_c_fits_a_pi_by_its_file_and_nobody_has_asked_the_board(
    tmp_path: Path,
) -> None:
    results, project = made.results(tmp_path), Project(board=PI.id, recipe=Recipe(Scheme.FLOAT16))
    without = replace(results, build=None)
    fitted = fit_of(project, without)
    assert fitted is not None
    assert without.candidate is not None
    assert fitted.storage.need == without.candidate.file_bytes
    assert fit_of(replace(project, recipe=Recipe()), without) is None  # int8 becomes C there too
    (board,) = [check for check in checks_of(without) if check.id == "C18"]
    assert board.verdict is Verdict.CANNOT_TELL
