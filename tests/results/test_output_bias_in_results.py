"""With an output bias the proof is true in exact arithmetic, and every sentence names the networks that it is about."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from fraction_support import fraction_support

from landscape.convex.twin import solve_convex
from landscape.model.network import Network, objective, with_best_bias
from landscape.model.problem import Problem
from landscape.results.claims import networks_meant
from landscape.results.formulas import formulas_of, twin_value
from landscape.results.proof import Reason, proof_of
from landscape.results.solved_scenario import solve_scenario
from landscape.results.verdict import VerdictKind, unreachable_labels
from landscape.scenario import Data, Scenario, Training

LINE = Data((-1.0, -0.3, 0.4, 1.0), (1.5, 1.9, 0.8, 2.5), bias=True)
PLANE = Data((1.0, 0.5, -1.0, 2.0, 0.5, -1.5, -2.0, -0.5, 0.3, 0.3), (1.0, -0.5, 0.7, 0.2, 1.0), features=2)
ONE = Data((-1.0, -0.3, 0.4, 1.0), (0.5, 0.9, 0.8, 2.5))
KINDS = ("free", "penalised")


def trained(kind: str, **values: object) -> Training:
    return Training(**{"m": 3, "layer": "trained", "lam": 0.1, "runs": (), "steps": 50, "output_bias": kind, **values})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [LINE, PLANE, ONE], ids=["line", "plane", "one feature"])
def test_a_proof_is_true_in_exact_arithmetic(data, kind):
    solved = solve_scenario(data, trained(kind))
    problem, proof = solved.problem, proof_of(solved)
    assert proof.reason is Reason.PENALTY
    total, lam = sum(proof.z, Fraction(0)), Fraction(problem.lam)
    assert proof.of_bias == (0 if kind == "free" else total * total / lam)
    assert kind == "penalised" or total == 0
    y = [Fraction(float(v)) for v in problem.y]
    value = sum((v * (2 * label - v) for v, label in zip(proof.z, y, strict=True)), Fraction(0)) - proof.of_bias
    assert proof.bound == value
    assert proof.closed
    assert 0 <= Fraction(proof.value) - proof.bound <= Fraction(1, 10**6)
    if problem.d > 1:
        assert fraction_support(problem.X, np.array([float(v) for v in proof.z])) <= lam * (1 + Fraction(1, 10**12))
    rng = np.random.default_rng(0)
    for _ in range(500):
        network = Network(rng.normal(size=(problem.d, 3)), rng.normal(size=3))
        assert objective(problem, with_best_bias(problem, network)) >= proof.bound


def test_without_regularisation_what_is_left_sums_to_zero():
    solved = solve_scenario(Data((1.0, 1.0, 2.0), (1.0, -1.0, 0.5)), trained("free", lam=0.0))
    proof = proof_of(solved)
    assert proof.reason is Reason.OUT_OF_REACH
    assert float(proof.bound) == pytest.approx(2.0)
    assert sum(proof.z, Fraction(0)) == 0


@pytest.mark.parametrize(
    ("data", "kind", "meant"),
    [
        (LINE, "none", "two-layer ReLU network without output bias"),
        (LINE, "free", "two-layer ReLU network with an output bias"),
        (LINE, "penalised", "two-layer ReLU network with a penalised output bias"),
        (ONE, "none", "two-layer ReLU network without biases"),
        (ONE, "free", "two-layer ReLU network with an output bias and no other"),
    ],
)
def test_a_claim_names_the_networks_that_it_is_about(data, kind, meant):
    problem = Scenario(data, trained(kind)).problem()
    assert networks_meant(problem) == meant


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("data", [LINE, PLANE, ONE], ids=["line", "plane", "one feature"])
def test_problem_two_at_a_network_is_at_most_problem_one(data, kind):
    problem, rng = Scenario(data, trained(kind)).problem(), np.random.default_rng(1)
    for _ in range(50):
        network = Network(rng.normal(size=(problem.d, 4)), rng.normal(size=4), rng.normal())
        assert twin_value(problem, network) <= objective(problem, network) * (1 + 1e-12)
    best = solve_convex(problem)
    assert twin_value(problem, best.network) == pytest.approx(best.value, rel=1e-9)
    assert formulas_of(solve_scenario(data, trained(kind)), 3).twin == pytest.approx(best.value, rel=1e-9)


def test_runs_of_one_neuron_have_no_best_of_their_width_and_no_way_out():
    solved = solve_scenario(LINE, trained("free", m=1, starts=2, steps=3000), escape=0)
    assert solved.narrow is None
    assert solved.escape is None
    assert all(run.verdict.kind is not VerdictKind.BEST_OF_WIDTH for run in solved.runs)
    assert all(run.certificate.lower_bound <= run.trajectory.objective[-1] for run in solved.runs)


def test_labels_out_of_reach_are_those_that_no_bias_puts_right():
    at_odds = Problem([[1.0], [1.0], [2.0]], [0.0, 1.0, 2.0], output_bias="free")
    (cause,) = unreachable_labels(at_odds)
    assert cause == "2 points at x = 1 have the labels 0 and 1, and one output cannot meet them all."
    line = Problem([[1.0], [2.0], [3.0]], [0.0, 1.0, 0.0], output_bias="free")
    assert unreachable_labels(line) == (
        "Points in line with 0 have labels that no network meets, whatever its output bias.",
    )
    assert unreachable_labels(replace(line, y=np.array([1.0, 2.0, 3.0]))) == ()
    assert unreachable_labels(Problem([[0.0], [2.0]], [5.0, 1.0], output_bias="penalised")) == ()
