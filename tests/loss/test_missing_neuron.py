"""The missing neuron is the one worth adding."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, strategies as st

from landscape.convex.certificate import certify
from landscape.loss.missing_neuron import missing_neuron
from landscape.model.network import Network, objective, with_neurons
from landscape.model.problem import Problem


def test_the_stuck_run_of_the_poster_lacks_a_neuron_on_the_other_side():
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones")
    stuck = Network([[1.5, 0.5]], [1.0, 1.0])
    neuron = missing_neuron(problem, stuck, certify(problem, stuck))
    assert neuron is not None
    assert neuron.W.tolist() == [[-1.0]]
    assert objective(problem, with_neurons(stuck, neuron)) == pytest.approx(0.0, abs=1e-20)


@given(seed=st.integers(0, 10_000), lam=st.floats(0.01, 1), layer=st.sampled_from(["ones", "trained"]))
def test_adding_it_lowers_the_objective_most_and_where_there_is_none_no_neuron_does(seed, lam, layer):
    rng = np.random.default_rng(seed)
    X, y = rng.normal(size=(4, 1)), rng.normal(size=4)
    problem = Problem(X, y, lam=0.0 if layer == "ones" else lam, second_layer=layer)
    network = Network(rng.normal(size=(1, 2)), np.ones(2))
    neuron = missing_neuron(problem, network, certify(problem, network))
    if neuron is None:
        # One feature has two directions.
        for u, alpha, size in product(
            (-1.0, 1.0), (1.0,) if layer == "ones" else (-1.0, 1.0), np.geomspace(1e-4, 10, 40)
        ):
            scale = (size, 1.0) if layer == "ones" else (size**0.5, size**0.5)
            other = Network([[scale[0] * u]], [scale[1] * alpha])
            assert objective(problem, with_neurons(network, other)) >= objective(problem, network) - 1e-12
        return
    now = objective(problem, with_neurons(network, neuron))
    assert now < objective(problem, network)
    for factor in (0.8, 0.99, 1.01, 1.25):
        scale = (factor, 1.0) if layer == "ones" else (factor**0.5, factor**0.5)
        other = Network(scale[0] * neuron.W, scale[1] * neuron.alpha)
        assert objective(problem, with_neurons(network, other)) >= now - 1e-12


def test_an_optimal_network_lacks_nothing():
    problem = Problem([[-1.0], [1.0]], [1.0, 2.0], second_layer="ones")
    best = Network([[2.0, -1.0]], [1.0, 1.0])
    assert missing_neuron(problem, best, certify(problem, best)) is None
