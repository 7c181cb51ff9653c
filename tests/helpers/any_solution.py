"""Solved scenarios of one feature without a bias that need no solving: any runs, dead or thrown far."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import numpy as np
from one_feature import problems

from landscape.convex.certificate import Certificate
from landscape.convex.one_feature import optimal_position
from landscape.convex.twin import ConvexSolution
from landscape.geometry.lambda_max import lambda_max
from landscape.model.network import Network, objective
from landscape.model.problem import Problem
from landscape.results.best_of_width import BestOfWidth
from landscape.results.solved_scenario import CertifiedRun, SolvedScenario
from landscape.results.verdict import Verdict, VerdictKind
from landscape.scenario import Data, Run, Scenario, Training, View, limits
from landscape.training.optimisers import METHODS, Method
from landscape.training.trajectory import Outcome, Trajectory


def any_solution(rng: np.random.Generator, problem: Problem, m: int | None = None) -> tuple[SolvedScenario, Scenario]:
    """Return a scenario of a problem of one feature, and a solution whose runs are no runs of descent but any ones.

    What is shown of a solution is tested on thousands of them in the time that a few descents take.
    """
    m = int(rng.choice([1, 2, 2, 2, 3, 5, 20])) if m is None else m
    best = _optimum(problem)
    value = objective(problem, best)
    proof = SimpleNamespace(
        value=value,
        lower_bound=value * rng.choice([1.0, 1.0, 1.0 - 1e-9, 0.5]),
        closed=bool(rng.random() < 0.8),
    )
    count = int(rng.choice([0, 1, 2, 2, 3]))
    runs = [_run(rng, problem, best, m, place) for place in range(count)]
    scenario = Scenario(
        Data(tuple(problem.X[:, 0]), tuple(problem.y)),
        Training(
            m=m,
            layer=problem.second_layer,
            lam=limits.LAMBDA.clamp(problem.lam / lambda_max(problem)) if problem.lam else 0.0,
            method=_method(rng),
            step=rng.choice([None, 0.05]),
            runs=tuple(Run(method=run.method) for run in runs),
        ),
        View(
            window=rng.choice([None, None, None, 0.5, 1e-5, 3e4, 4.0]),
            plane=str(rng.choice(["neurons", "neurons", "path"])),
            neurons=[(0, 1), (1, 0), (2, 0)][rng.integers(3)],
            selected=int(rng.integers(4)),
            at=rng.choice([None, None, 0, 3, 40]),
            basins=True,
        ),
    )
    narrow = None
    if m == 1 and rng.random() < 0.5:
        narrow = BestOfWidth(1, value, _near(rng, best, 1), bool(rng.random() < 0.5), value, True, value)
    solution = SimpleNamespace(network=best, problem=problem)
    solved = SolvedScenario(
        problem, cast(ConvexSolution, solution), cast(Certificate, proof), tuple(runs), narrow=narrow
    )
    return solved, scenario


def any_solutions(seed: int, count: int) -> list[tuple[SolvedScenario, Scenario]]:
    """Return solutions of random problems, degenerate, enormous and tiny ones among them."""
    rng = np.random.default_rng(seed)
    return [any_solution(rng, problem) for problem in in_any_unit(seed, count)]


def in_any_unit(seed: int, count: int) -> list[Problem]:
    """Return random problems as a scenario may have them, every fifth in units from 10⁻¹² to 10¹²."""
    rng = np.random.default_rng(seed)
    found = []
    for k, problem in enumerate(problems(seed, count)):
        x, y = 10.0 ** rng.integers(-12, 13, 2) if k % 5 == 2 else (1.0, 1.0)
        X, labels = np.vectorize(limits.NUMBER.clamp)(problem.X * x), np.vectorize(limits.NUMBER.clamp)(problem.y * y)
        found.append(Problem(X, labels, problem.lam * x * y, problem.second_layer))
    return found


def _method(rng: np.random.Generator) -> Method:
    return METHODS[rng.integers(len(METHODS))]


def _optimum(problem: Problem) -> Network:
    neurons = [s for s in optimal_position(problem) if s != 0] or [0.0]
    if problem.second_layer == "ones":
        return Network([neurons], np.ones(len(neurons)))
    size = np.sqrt(np.abs(neurons))
    # Of a slope s on the side of x > 0 the neuron is (√|s|, ±√|s|); on the other side its weight is negative.
    right, left = optimal_position(problem)
    sides = [sign for sign, s in ((1.0, right), (-1.0, left)) if s != 0] or [1.0]
    return Network([size * sides], size * np.sign(neurons) * sides)


def _near(rng: np.random.Generator, best: Network, m: int) -> Network:
    """Return a network of m neurons near the optimum, its neurons anywhere."""
    W, alpha = np.zeros(m), np.full(m, 1.0)
    kept = min(m, best.m)
    W[:kept], alpha[:kept] = best.W[0, :kept], best.alpha[:kept]
    order = rng.permutation(m)
    return Network([W[order]], alpha[order])


def _run(rng: np.random.Generator, problem: Problem, best: Network, m: int, place: int) -> CertifiedRun:
    """Return any weights in place of a run: towards the optimum, standing still, growing without bound, or dying."""
    ones = problem.second_layer == "ones"
    T = int(rng.choice([1, 2, 3, 30]))
    reach = max(float(np.abs(best.W).max()), 1e-3) * 10.0 ** rng.choice([-1, 0, 0, 0, 3])
    W, alpha = np.repeat(reach * rng.normal(size=(1, m)), T, 0), np.ones((T, m))
    if not ones:
        alpha = np.repeat(rng.normal(size=(1, m)) * max(float(np.abs(best.alpha).max()), 1e-3), T, 0)
    kind = str(rng.choice(["towards", "towards", "walk", "still", "grows", "dead"]))
    share = np.linspace(0, 1, T)[:, None]
    if kind == "towards":
        end = _near(rng, best, m)
        W, alpha = W + share * (end.W - W), alpha + share * (end.alpha - alpha)
    elif kind == "walk":
        W = W + np.cumsum(0.1 * reach * rng.normal(size=(T, m)), 0)
        alpha = alpha if ones else alpha + np.cumsum(0.1 * rng.normal(size=(T, m)), 0)
    elif kind == "grows":
        W = W * (1 + share * 10.0 ** rng.integers(1, 60))
    elif kind == "dead":
        W = W - share * 10.0 ** rng.integers(0, 5) * reach
    W, alpha = np.round(W, 3) if rng.random() < 0.2 else W, np.ones((T, m)) if ones else alpha
    path = Trajectory(
        W[:, None, :],
        alpha,
        np.array([objective(problem, Network(w[None], a)) for w, a in zip(W, alpha, strict=True)]),
        Outcome.DIVERGED if kind == "grows" and rng.random() < 0.8 else Outcome.OUT_OF_STEPS,
        np.unique(np.append([0], 1 + np.cumsum(rng.integers(1, 4, T - 1)))) if T > 1 else np.array([0]),
    )
    said = Verdict("", VerdictKind.DEAD if kind == "dead" else VerdictKind.MOVING, 0.0, 0.0)
    certificate = cast(Certificate, SimpleNamespace(missing=None))
    step = ((0, float(10.0 ** rng.uniform(-3, -1))),)
    return CertifiedRun(f"run{place}", place, f"Run {place + 1}", _method(rng), path, certificate, said, step)
