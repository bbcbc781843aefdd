"""The memory plan says who lives where, when most is needed, and who makes it so."""

from dataclasses import replace

from studio.core.build import Build, LayerBuild, Optimize, TensorPlace
from studio.core.memory_plan import memory_plan


def build() -> Build:
    layers = tuple(
        LayerBuild(index, name, "CONV_2D", 10, 20, 30)
        for index, name in ((0, "first"), (2, "second"), (3, "last"))
    )
    plan = (
        TensorPlace("x", 0, 64, -1, 0),
        TensorPlace("first/Relu", 64, 512, 0, 2),
        TensorPlace("second/Relu", 576, 256, 2, 3),
        TensorPlace("scratch of second/Relu", 832, 32, 2, 2),
        TensorPlace("last", 0, 16, 3, 3),
    )
    return Build("c", Optimize.BALANCED, "/c", 100, 864, layers, plan)


def test_steps_are_the_layers_of_the_c_code() -> None:
    plan = memory_plan(build())
    assert plan is not None
    assert plan.layers == (0, 2, 3)
    assert plan.live_bytes == (576, 800, 272)


def test_the_peak_is_named_with_the_layer_that_makes_it() -> None:
    plan = memory_plan(build())
    assert plan is not None
    assert plan.peak == 1
    assert plan.peak_words == "Peak 800 B while second runs: first (512 B) and second (256 B) and 1 more"


def test_a_byte_belongs_to_the_tensor_that_lives_there_at_that_time() -> None:
    plan = memory_plan(build())
    assert plan is not None
    early, late = plan.block_at(0, 10), plan.block_at(2, 10)
    assert early is not None
    assert plan.name_of(early) == "input"
    assert late is not None
    assert plan.name_of(late) == "last"
    scratch = plan.block_at(1, 840)
    assert scratch is not None
    assert plan.name_of(scratch) == "scratch of second"
    assert plan.block_at(0, 700) is None


def test_a_build_without_a_plan_has_none() -> None:
    assert memory_plan(replace(build(), plan=())) is None
