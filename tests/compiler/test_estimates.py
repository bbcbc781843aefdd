"""What is estimated before a build is near what the virtual board then measures."""

import numpy as np
import pytest

from studio.compiler import Optimize, Sources, generate
from studio.compiler.firmware import build_virtual
from studio.compiler.sources import StorageKind
from studio.core.board import boards, find_board
from studio.core.build import (
    Build,
    LayerBuild,
    Measurement,
    Source,
    fit,
    inference_us,
    layer_cost,
    layer_cycles,
)
from studio.core.figures import CODE_BYTES, OTHERS
from studio.core.places import firmware
from studio.device.virtual import BatchResult, run_batch
from tests.mlperf_tiny import FILES, model_bytes, vectors


def build_of(sources: Sources) -> Build:
    layers = tuple(
        LayerBuild(
            cost.index, cost.name, cost.operator, cost.macs, cost.weight_bytes, cost.activation_bytes,
            kernels=cost.kernels, read_bytes=cost.read_bytes,
        )
        for cost in sources.layers
    )  # fmt: skip
    kernels = tuple(name.removesuffix(".c") for name in sources.c_files if name != "model.c")
    return Build(
        "", sources.optimize, "", sources.weight_bytes, sources.arena_bytes, layers, (), kernels=kernels
    )


def measured(sources: Sources, key: str) -> tuple[Measurement, BatchResult]:
    image = build_virtual(sources)
    result = run_batch(image.elf_path, vectors(key)[0][:1])
    static = image.static_ram_bytes - image.link_ram_bytes
    return Measurement(
        image.flash_bytes, image.code_bytes, static, result.stack_bytes, result.instructions, 1, 1, 0
    ), result


@pytest.mark.parametrize("key", sorted(FILES))
def test_estimates_are_near_what_the_virtual_board_measures(key: str) -> None:
    sources = generate(model_bytes(key))
    build = build_of(sources)
    known, result = measured(sources, key)
    board = find_board("nucleo_l4r5zi")
    estimated = fit(build, board, 1_000_000)
    image = build_virtual(sources)
    assert estimated.compute.need == pytest.approx(known.instructions * 1.3 / 120, rel=0.15)
    assert estimated.memory.need == pytest.approx(
        known.static_ram_bytes + known.stack_bytes, rel=0.1, abs=150
    )
    assert estimated.storage.need == pytest.approx(image.code_bytes + image.weight_bytes, rel=0.06)
    for layer, counted in zip(build.layers, result.layer_instructions, strict=True):
        assert layer_cost(layer)[0] == pytest.approx(counted, rel=0.4), layer
        assert layer_cost(layer)[1] is Source.ESTIMATED


def test_measured_figures_take_the_place_of_estimates() -> None:
    layer = LayerBuild(0, "dense", "FULLY_CONNECTED", 1000, 1100, 10, kernels=("studio_vector",))
    assert layer_cost(layer)[1] is Source.ESTIMATED
    counted = LayerBuild(0, "dense", "FULLY_CONNECTED", 1000, 1100, 10, 4321, kernels=("studio_vector",))
    assert layer_cost(counted) == (4321, Source.MEASURED)
    board = find_board("virtual_cortex_m4")
    assert layer_cycles(counted, board) == round(4321 * board.cycles_per_instruction)


def test_every_board_has_estimates_for_every_layer() -> None:
    build = build_of(generate(model_bytes("kws")))
    times = {}
    for board in boards():
        assert all(layer_cycles(layer, board) > 0 for layer in build.layers)
        times[board.id] = inference_us(build, board)
        assert fit(build, board, 1_000_000).memory.need > build.arena_bytes
    assert times["arduino_mega_2560"] > 10 * times["raspberry_pi_pico"] > 10 * times["nucleo_l4r5zi"]


def test_constants_beyond_the_first_part_of_an_avrs_flash_do_not_fit() -> None:
    build = build_of(generate(model_bytes("ad")))
    gauge = fit(build, find_board("arduino_mega_2560"), 1_000_000).storage
    assert (gauge.need, gauge.fits) == (build.weight_bytes, False)


def test_code_sizes_are_those_of_kernels_that_there_are() -> None:
    kernels = {path.stem for path in (firmware() / "kernels").glob("*.c")}
    assert set(CODE_BYTES) - {OTHERS} <= kernels


@pytest.mark.parametrize("optimize", [Optimize.SIZE, Optimize.SPEED])
def test_code_is_estimated_for_each_way_to_optimize(optimize: Optimize) -> None:
    sources = generate(model_bytes("sww"), optimize=optimize)
    known, _ = measured(sources, "sww")
    need = fit(build_of(sources), find_board("nucleo_l4r5zi"), 1).storage.need
    assert need - sources.weight_bytes == pytest.approx(known.code_bytes, rel=0.3)
    assert np.isfinite(need)


@pytest.mark.parametrize("key", ["kws", "ic"])
def test_the_flash_of_all_layers_is_what_the_image_stores_besides_code(key: str) -> None:
    sources = generate(model_bytes(key))
    layers = sum(layer.flash_bytes for layer in sources.layers)
    assert layers == pytest.approx(build_virtual(sources).weight_bytes, abs=64)  # the alignment of tables
    assert {layer.storage for layer in sources.layers} == {StorageKind.DENSE, None}
    assert all(layer.flash_bytes > layer.weight_bytes for layer in sources.layers if layer.macs)
