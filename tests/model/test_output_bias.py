"""A network with an output bias: what it computes and costs, and the bias that is best for it."""

import numpy as np
import pytest
from exact_oracle import exact_objective

from landscape.model.excess import label_size, unit
from landscape.model.network import (
    Network,
    bias_gradient,
    check_fits,
    gradient,
    objective,
    predict,
    residual,
    widen,
    with_best_bias,
    with_neurons,
)
from landscape.model.output_bias import best_bias, centred, centred_labels, share_of_mean, zero_loss
from landscape.model.problem import Problem

KINDS = ("none", "free", "penalised")


def random_problem(rng: np.random.Generator, kind: str, offset: float = 0.0) -> Problem:
    n, d = int(rng.integers(1, 8)), int(rng.integers(1, 4))
    return Problem(rng.standard_normal((n, d)), rng.standard_normal(n) + offset, rng.uniform(0, 2), output_bias=kind)


def random_network(rng: np.random.Generator, d: int, bias: float) -> Network:
    m = int(rng.integers(1, 5))
    return Network(rng.standard_normal((d, m)), rng.standard_normal(m), bias)


def test_what_is_no_output_bias_is_refused():
    with pytest.raises(ValueError, match="output_bias must be one of none, free, penalised, but was 'yes'"):
        Problem([[1.0]], [1.0], output_bias="yes")
    with pytest.raises(ValueError, match="output_bias must be 'none' when second_layer is 'ones', but was 'free'"):
        Problem([[1.0]], [1.0], second_layer="ones", output_bias="free")
    with pytest.raises(ValueError, match="bias must be a finite number"):
        Network([[1.0]], [1.0], np.nan)
    with pytest.raises(ValueError, match="bias must be a number"):
        Network([[1.0]], [1.0], "high")
    with pytest.raises(ValueError, match=r"bias must be 0 when output_bias is 'none', but was 0\.5"):
        check_fits(Problem([[1.0]], [1.0]), Network([[1.0]], [1.0], 0.5))
    check_fits(Problem([[1.0]], [1.0], output_bias="free"), Network([[1.0]], [1.0], 0.5))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("offset", [0.0, 1e6])
def test_outputs_and_objective_are_those_of_exact_arithmetic(kind, offset):
    rng = np.random.default_rng(0)
    for _ in range(50):
        problem = random_problem(rng, kind, offset)
        network = random_network(rng, problem.d, 0.0 if kind == "none" else offset + rng.standard_normal())
        bare = Network(network.W, network.alpha)
        assert predict(problem.X, network) == pytest.approx(predict(problem.X, bare) + network.bias, rel=1e-14)
        exact = float(exact_objective(problem, network))
        careful = objective(problem, network, residual(problem, network))
        assert careful == pytest.approx(exact, rel=1e-8 if offset else 1e-12)


def test_labels_far_from_zero_cost_the_residual_no_digits():
    problem = Problem([[1.0], [2.0]], [1e15 + 2.0, 1e15 + 4.0], output_bias="free")
    assert residual(problem, Network([[1.0]], [2.0], 1e15)).tolist() == [0.0, 0.0]
    large = Network([[2.0**40]], [2.0**12], -(2.0**52))
    assert residual(Problem([[1.0], [1.0 + 2.0**-50]], [0.0, 4.0], output_bias="free"), large).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("kind", KINDS)
def test_slopes_are_those_of_finite_differences(kind):
    rng = np.random.default_rng(1)
    for _ in range(20):
        problem = random_problem(rng, kind)
        network = random_network(rng, problem.d, 0.0 if kind == "none" else rng.standard_normal())
        in_W, in_alpha = gradient(problem, network)
        step = 1e-6

        def loss(W: np.ndarray, alpha: np.ndarray, bias: float) -> float:
            return objective(problem, Network(W, alpha, bias))  # noqa: B023

        for index in np.ndindex(*network.W.shape):
            moved = np.zeros_like(network.W)
            moved[index] = step
            ahead, behind = (loss(network.W + s * moved, network.alpha, network.bias) for s in (1, -1))
            assert (ahead - behind) / (2 * step) == pytest.approx(in_W[index], rel=1e-5, abs=1e-6)
        for j in range(network.m):
            moved = step * np.eye(network.m)[j]
            ahead, behind = (loss(network.W, network.alpha + s * moved, network.bias) for s in (1, -1))
            assert (ahead - behind) / (2 * step) == pytest.approx(in_alpha[j], rel=1e-5, abs=1e-6)
        if kind == "none":
            assert bias_gradient(problem, network) == 0.0
            continue
        ahead, behind = (loss(network.W, network.alpha, network.bias + s * step) for s in (1, -1))
        assert (ahead - behind) / (2 * step) == pytest.approx(bias_gradient(problem, network), rel=1e-5, abs=1e-6)


@pytest.mark.parametrize("kind", ["free", "penalised"])
def test_the_best_bias_leaves_the_square_of_centred_outputs_and_labels(kind):
    rng = np.random.default_rng(2)
    for _ in range(50):
        problem = random_problem(rng, kind, rng.choice([0.0, 3.0]))
        network = with_best_bias(problem, random_network(rng, problem.d, 0.7))
        least = objective(problem, network)
        for other in network.bias + np.array([-1e-3, 1e-3, -1.0, 1.0]):
            assert objective(problem, Network(network.W, network.alpha, other)) >= least * (1 - 1e-12)
        assert bias_gradient(problem, network) == pytest.approx(0.0, abs=1e-10)
        share = share_of_mean(problem.n, problem.bias_penalty)
        outputs = predict(problem.X, Network(network.W, network.alpha))
        left = centred(outputs, share) - centred_labels(problem)
        weights = problem.lam * ((network.W**2).sum() + network.alpha @ network.alpha)
        assert left @ left + weights == pytest.approx(least, rel=1e-12)


def test_the_share_of_the_mean_is_the_root_that_a_penalty_leaves():
    for n, penalty in ((1, 0.5), (7, 1e-12), (3, 1e9), (5, 2.0)):
        share = share_of_mean(n, penalty)
        assert (1 - share) ** 2 == pytest.approx(penalty / (n + penalty), rel=1e-9, abs=1e-15)
    assert share_of_mean(4, 0.0) == 1.0
    assert share_of_mean(4, np.inf) == 0.0
    table = np.array([[1.0, 2.0], [3.0, 6.0]])
    assert centred(table, 1.0).tolist() == [[-1.0, -2.0], [1.0, 2.0]]
    assert centred(table, 0.0) is table


def test_sizes_are_those_of_the_zero_network():
    y = np.array([0.1, 0.1, 0.1])
    assert zero_loss(Problem(np.ones((3, 1)), y, output_bias="free")) == 0.0
    assert label_size(Problem(np.ones((3, 1)), y, output_bias="free")) == 1.0
    penalised = Problem(np.ones((3, 1)), y, 0.5, output_bias="penalised")
    zero = Network(np.zeros((1, 1)), np.zeros(1), best_bias(penalised, y))
    assert zero_loss(penalised) == pytest.approx(objective(penalised, zero), rel=1e-14)
    far = Problem(np.ones((3, 1)), y + np.array([1e6, 1e6 + 1, 1e6 - 1]), output_bias="free")
    assert unit(far, 0.0) == pytest.approx(1e-4 * 2.0)


def test_more_neurons_leave_the_bias():
    network, problem = Network([[1.0]], [2.0], 0.5), Problem([[1.0]], [1.0], output_bias="free")
    assert widen(network, 2, problem).bias == 0.5
    assert with_neurons(network, Network([[3.0]], [1.0], 4.0)).bias == 0.5
