"""The order of the work, and what a change makes void."""

from dataclasses import replace
from pathlib import Path

from studio.core.build import Optimize
from studio.core.checklist import Tier
from studio.core.pipeline import next_job, record_problem, settle, store
from studio.core.project import Project
from studio.core.recipe import Recipe, Scheme
from studio.core.results import Problem, Results
from studio.core.steps import Step, StepState, step_states
from tests.core import made

PROJECT = Project(model="/m.keras", data="/data")


def test_the_jobs_follow_one_another_until_all_is_done(tmp_path: Path) -> None:
    finished = made.results(tmp_path)
    assert finished.build is not None
    answers = {
        "load": finished.model,
        "inspect_data": finished.dataset,
        "compress": finished.candidate,
        "compile_candidate": replace(finished.build, measurement=None),
        "evaluate": finished.evaluation,
        "measure": finished.build,
        "review_checks": finished.panel,
    }
    results, order = Results(), []
    while (job := next_job(PROJECT, results)) is not None:
        order.append(job.job)
        results = store(results, job.job, answers[job.job])
    assert order == list(answers)
    assert results == finished


def test_a_project_without_model_or_data_waits_for_the_user(tmp_path: Path) -> None:
    assert next_job(Project(), Results()) is None
    loaded = Results(model=made.results(tmp_path).model)
    assert next_job(Project(model="/m.keras"), loaded) is None


def test_an_int8_model_without_data_is_still_built_and_run(tmp_path: Path) -> None:
    model = made.results(tmp_path).model
    assert model is not None
    job = next_job(Project(model="/m.tflite"), Results(model=replace(model, quantized=True)))
    assert job is not None
    assert job.job == "compress"


def test_a_float_candidate_is_compiled_unless_the_board_runs_it_as_it_is(tmp_path: Path) -> None:
    without = replace(made.results(tmp_path), build=None)
    project = replace(PROJECT, recipe=Recipe(Scheme.FLOAT32))
    job = next_job(project, without)
    assert job is not None
    assert job.job == "compile_candidate"
    assert next_job(replace(project, board="raspberry_pi_4"), without) is None


def test_a_dynamic_range_candidate_is_evaluated_but_not_compiled(tmp_path: Path) -> None:
    finished = made.results(tmp_path)
    project = replace(PROJECT, recipe=Recipe(Scheme.DYNAMIC_RANGE))
    job = next_job(project, replace(finished, build=None, evaluation=None))
    assert job is not None
    assert job.job == "evaluate"
    assert next_job(project, replace(finished, build=None)) is None


def test_a_job_that_failed_is_not_tried_again_until_its_cause_changes(tmp_path: Path) -> None:
    results = replace(made.results(tmp_path), build=None, evaluation=None)
    results = record_problem(results, Problem("compile_candidate", "No."))
    job = next_job(PROJECT, results)
    assert job is not None
    assert job.job == "evaluate"
    after = replace(PROJECT, recipe=Recipe(pruning=0.5))
    assert not settle(PROJECT, after, results).problems


def test_each_change_voids_exactly_what_depends_on_it(tmp_path: Path) -> None:
    finished = made.results(tmp_path)
    assert settle(PROJECT, replace(PROJECT, model="/n.keras"), finished) == Results()
    assert settle(PROJECT, replace(PROJECT, data="/other"), finished) == Results(model=finished.model)
    recompressed = settle(PROJECT, replace(PROJECT, recipe=Recipe(pruning=0.1)), finished)
    assert recompressed == Results(model=finished.model, dataset=finished.dataset)
    retuned = settle(PROJECT, replace(PROJECT, optimize=Optimize.SIZE), finished)
    assert retuned == replace(finished, build=None, evaluation=None, panel=None)
    assert settle(PROJECT, replace(PROJECT, board="raspberry_pi_pico"), finished) == finished


def test_a_float_model_moved_to_a_board_that_runs_the_file_itself_is_measured_anew(tmp_path: Path) -> None:
    finished = made.results(tmp_path)
    before = replace(PROJECT, recipe=Recipe(Scheme.FLOAT32))
    after = replace(before, board="raspberry_pi_4")
    assert settle(before, after, finished) == replace(finished, build=None, evaluation=None, panel=None)


def test_the_steps_say_who_has_to_act(tmp_path: Path) -> None:
    empty = step_states(Project(), Results(), exported=False, live=False)
    assert empty[Step.MODEL] is StepState.NEEDS_YOU
    assert empty[Step.LIVE] is StepState.WAITING
    ready = step_states(PROJECT, made.results(tmp_path), exported=False, live=False)
    assert ready[Step.COMPRESS] is StepState.DONE
    assert ready[Step.REVIEW] is StepState.NEEDS_YOU
    assert ready[Step.EXPORT] is StepState.BLOCKED
    assert ready[Step.LIVE] is StepState.NEEDS_YOU


def test_an_accuracy_from_before_the_c_was_built_is_measured_again_with_it(tmp_path: Path) -> None:
    finished = made.results(tmp_path)
    without = replace(finished, build=None)
    stored = store(without, "compile_candidate", finished.build)
    assert stored == replace(finished, evaluation=None, panel=None)


def test_the_checks_follow_the_tier_and_the_evaluation(tmp_path: Path) -> None:
    finished = made.results(tmp_path)
    assert next_job(PROJECT, finished) is None
    assert finished.panel is not None
    other = replace(finished, panel=replace(finished.panel, tier=Tier.STAKES))
    job = next_job(PROJECT, other)
    assert job is not None
    assert (job.job, job.given["tier"]) == ("review_checks", Tier.THINGS)
    assert store(finished, "evaluate", finished.evaluation).panel is None
