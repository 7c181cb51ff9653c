"""The step is named as the reason only where it is, and the step that is advised mends the run."""

from __future__ import annotations

import numpy as np

from landscape.results.solved_scenario import solve_scenario
from landscape.results.verdict import VerdictKind
from landscape.scenario import Data, Run, Training, limits
from landscape.training.descent import descend
from landscape.training.trajectory import Outcome


def line(n: int, seed: int = 0) -> Data:
    rng = np.random.default_rng(seed)
    x = np.sort(rng.uniform(-1, 1, n))
    return Data(tuple(x), tuple(np.sin(5 * x) + 0.1 * rng.normal(size=n)), bias=True)


def alive(X: np.ndarray, W: np.ndarray) -> bool:
    return bool((X @ W > 0).any())


def test_a_step_of_your_own_is_kept_and_named_as_the_reason_of_a_death_or_a_divergence():
    kinds = set()
    for n in (30, 200, 500):
        for lam in (0.0, 0.02):
            solved = solve_scenario(line(n), Training(m=8, layer="trained", lam=lam, starts=3, runs=(), step=0.02))
            for run in solved.runs:
                assert run.schedule == ((0, 0.02),)
                lost = not alive(solved.problem.X, run.trajectory.W[-1])
                if not lost and run.trajectory.outcome is not Outcome.DIVERGED:
                    continue
                kinds.add(run.verdict.kind)
                assert run.advice is not None
                assert run.advice.is_why
                assert "the step is too large" in run.verdict.why.lower()
                assert limits.STEP.holds(run.advice.step)
                start = run.trajectory.network(0)
                mended = descend(solved.problem, start, step=run.advice.step, n_steps=500)
                assert mended.outcome is not Outcome.DIVERGED
                assert alive(solved.problem.X, mended.W[-1])
                assert mended.objective[-1] == run.advice.loss
    assert kinds >= {VerdictKind.DEAD, VerdictKind.DIVERGED}


def test_without_a_step_of_your_own_no_run_diverges_or_dies_of_it():
    for n in (2, 30, 500):
        solved = solve_scenario(line(n), Training(m=8, layer="trained", lam=0.02, starts=3, runs=()))
        for run in solved.runs:
            assert run.suited
            assert run.advice is None
            assert run.trajectory.outcome is not Outcome.DIVERGED
            assert alive(solved.problem.X, run.trajectory.W[-1])


def test_a_death_that_any_step_brings_is_not_blamed_on_the_step():
    data = Data((1.0,), (-1.0,))
    for step in (0.001, 0.02, 0.3):
        run = solve_scenario(data, Training(m=1, steps=20_000, runs=(Run(step=((0, step),), w=(1.0,)),))).runs[0]
        assert run.trajectory.outcome is Outcome.DEAD
        assert run.advice is None
        assert "step" not in run.verdict.why


def test_the_advice_for_a_million_is_within_the_range_and_sets_a_run_that_arrives():
    data = Data((-1e6, 1e6), (1e6, -1e6))
    runs = tuple(Run(step=((0, 0.02),), w=w) for w in ((1.5, 0.5), (3.0, -0.5)))
    for run in solve_scenario(data, Training(layer="trained", runs=runs)).runs:
        assert run.verdict.kind is VerdictKind.DIVERGED
        assert run.advice is not None
        again = Run(step=((0, run.advice.step),), w=runs[run.place].w)
        mended = solve_scenario(data, Training(layer="trained", runs=(again,))).runs[0]
        assert mended.trajectory.objective[-1] == run.advice.loss
        assert mended.trajectory.objective[-1] < 0.5 * mended.trajectory.objective[0]
    for run in solve_scenario(data, Training(layer="trained")).runs:
        assert run.suited
        assert run.trajectory.outcome is not Outcome.DIVERGED


def test_a_loss_far_above_its_start_counts_as_diverged_without_having_overflowed():
    """A step a little beyond the bound of stability: the loss grows by a fifth a step, far from 10³⁰ at the end."""
    data = Data((-1.0, 1.0), (1.0, 2.0))
    run = solve_scenario(data, Training(steps=20, runs=(Run(step=((0, 1.1),), w=(3.0, -0.5)),))).runs[0]
    assert run.trajectory.objective[-1] < 1e20
    assert run.trajectory.outcome is Outcome.DIVERGED
    assert run.advice is not None
