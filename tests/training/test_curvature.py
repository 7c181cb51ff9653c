"""Leaving a saddle is having a Hessian with a negative direction."""

import numpy as np
import pytest

from landscape.model.network import Network, gradient
from landscape.model.problem import Problem
from landscape.training.curvature import leaves_saddle, may_grow


def smallest_curvature(problem, network, h=1e-6):
    """Smallest eigenvalue of the Hessian by central differences of the gradient."""
    flat = np.append(network.W.ravel(), network.alpha)
    size = network.W.size

    def slope(theta):
        grads = gradient(problem, Network(theta[:size].reshape(network.W.shape), theta[size:]))
        return np.append(grads[0].ravel(), grads[1])

    rows = [(slope(flat + h * e) - slope(flat - h * e)) / (2 * h) for e in np.eye(len(flat))]
    return np.linalg.eigvalsh((np.array(rows) + np.array(rows).T) / 2)[0]


@pytest.mark.parametrize("m", [1, 3, 30])
@pytest.mark.parametrize("lam", [0.0, 0.3])
@pytest.mark.parametrize("seed", range(8))
def test_it_agrees_with_finite_differences_of_the_gradient(seed, lam, m):
    rng = np.random.default_rng(seed)
    problem = Problem(rng.normal(size=(4, 2)), rng.normal(size=4), lam)
    network = Network(rng.normal(size=(2, m)) * 0.3, rng.normal(size=m) * 0.3)
    assert leaves_saddle(problem, network) == (smallest_curvature(problem, network) < -1e-4)


def test_a_regularised_minimum_is_none():
    # One point, one neuron: F = (a w − 1)² + λ (w² + a²) is least at w = a = √(1 − λ).
    problem = Problem([[1.0]], [1.0], 0.1)
    w = np.sqrt(0.9)
    assert not leaves_saddle(problem, Network([[w]], [w]))
    assert leaves_saddle(problem, Network([[1e-9]], [1e-9]))
    assert leaves_saddle(problem, Network([[w, 0.0]], [w, 0.0])) is False


def test_one_tiny_neuron_beside_settled_ones_is_seen():
    problem = Problem([[1.0], [-1.0]], [1.0, 1.0])
    assert leaves_saddle(problem, Network([[1.0, -1e-12]], [1.0, 1e-12]))
    wide = Network(np.append(np.full(99, 0.1), -1e-12)[None], np.append(np.full(99, 10 / 99), 1e-12))
    assert leaves_saddle(problem, wide)


@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
def test_a_fixed_layer_and_interpolation_have_no_saddle_at_any_scale(size):
    problem = Problem([[size], [-size]], [size, size])
    assert not leaves_saddle(problem, Network([[1.0, -1.0]], [1.0, 1.0]))
    fixed = Problem([[size], [-size]], [size, size], second_layer="ones")
    assert not leaves_saddle(fixed, Network([[1e-9, 1.0]], [1.0, 1.0]))
    assert not leaves_saddle(Problem([[0.0]], [0.0]), Network([[1.0]], [1.0]))


@pytest.mark.parametrize("seed", range(20))
def test_a_tiny_neuron_never_grows_where_none_may(seed):
    rng = np.random.default_rng(seed)
    problem = Problem(rng.normal(size=(3, 2)), rng.normal(size=3), float(rng.uniform(0.2, 3)))
    network = Network(rng.normal(size=(2, 2)) * 0.5, rng.normal(size=2) * 0.5)
    residual = np.maximum(problem.X @ network.W, 0) @ network.alpha - problem.y
    angle = np.linspace(0, 2 * np.pi, 2000)
    pull = np.abs(residual @ np.maximum(problem.X @ np.stack([np.cos(angle), np.sin(angle)]), 0)).max()
    assert may_grow(problem, network) or pull <= problem.lam
    assert not may_grow(Problem(problem.X, problem.y), network)
