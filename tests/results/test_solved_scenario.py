"""A solved scenario holds together: its runs, its optimum and its proofs speak of one problem."""

import numpy as np
import pytest

from landscape.model.network import objective
from landscape.model.problem import LARGEST
from landscape.results.solved_scenario import solve_scenario
from landscape.results.verdict import VerdictKind
from landscape.scenario import Data, Run, Scenario, Training
from landscape.training.trajectory import Outcome

SCENARIOS = [
    Scenario(),
    Scenario(Data((-1.0, 1.0), (1.0, 0.5)), Training(m=1)),
    Scenario(Data((-1.0, 1.0), (-1.0, 2.0))),
    Scenario(Data((1.0, 2.0), (1.0, 1.5)), Training(starts=3)),
    Scenario(Data((0.0, 0.0), (0.0, 0.0)), Training(m=3)),
    Scenario(Data((1.0, 1.0), (1.0, 2.0)), Training(m=4, layer="trained", lam=0.1, starts=2)),
    Scenario(Data((-1e6, 1e6), (1e6, 1e6)), Training(m=10)),
    Scenario(training=Training(m=200, layer="trained", lam=1.2, starts=2, steps=50)),
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_no_run_ends_below_the_proven_bound_and_the_optimum_meets_it(scenario):
    solved = solve_scenario(scenario.data, scenario.training)
    scale = max(1.0, float(solved.problem.y @ solved.problem.y))
    assert solved.proof.gap <= 1e-6 * scale
    for run in solved.runs:
        end = run.trajectory.network()
        assert objective(solved.problem, end) >= solved.proof.lower_bound - 1e-9 * scale
        assert run.certificate.value == pytest.approx(run.trajectory.objective[-1], rel=1e-9)


def test_on_the_front_page_one_run_ends_in_a_local_minimum_and_one_at_the_optimum():
    stuck, free = solve_scenario(Scenario().data, Scenario().training).runs
    assert stuck.verdict.kind is VerdictKind.STUCK
    assert stuck.certificate.gap == pytest.approx(1.0, abs=1e-9)
    assert "none acts on the point at x = −1" in stuck.verdict.why
    assert free.verdict.kind is VerdictKind.OPTIMUM


def test_a_run_that_diverges_is_told_a_step_that_was_tried_and_works():
    start = Run(step=((0, 5.0),), w=(1.5, -0.5))
    (run,) = solve_scenario(Data(), Training(runs=(start,))).runs
    assert run.trajectory.outcome is Outcome.DIVERGED
    assert np.isfinite(run.trajectory.objective).all()
    step = float(run.verdict.why.split("step of ")[1].split(" the")[0])
    (again,) = solve_scenario(Data(), Training(runs=(Run(step=((0, step),), w=start.w),))).runs
    assert again.trajectory.outcome is Outcome.CONVERGED


def test_more_random_starts_leave_the_first_ones_as_they_were():
    few = solve_scenario(Data(), Training(starts=2, steps=50)).runs
    many = solve_scenario(Data(), Training(starts=5, steps=50)).runs
    assert (len(few), len(many)) == (4, 7)
    for one, other in zip(few, many[:4], strict=True):
        assert np.array_equal(one.trajectory.objective, other.trajectory.objective)


def test_a_run_whose_weights_leave_what_a_network_holds_ends_where_they_were_within():
    run = "momentum:auto:2.2356002778411652e+16,2.2250738585e-313,1.7;8.476435937756214e+49,1.1"
    link = {"x": "1000000000.6", "y": "1.5", "m": "3", "layer": "trained", "steps": "245", "run": run}
    scenario = Scenario.from_query(link)
    (found,) = solve_scenario(scenario.data, scenario.training).runs
    assert np.abs(found.trajectory.W).max() <= LARGEST
    assert np.abs(found.trajectory.alpha).max() <= LARGEST
    assert np.isfinite(found.trajectory.objective).all()
