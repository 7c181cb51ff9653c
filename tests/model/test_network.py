"""A network with more neurons computes what its neurons do together."""

import numpy as np
import pytest

from landscape.model.network import Network, objective, predict, widen, with_neurons
from landscape.model.problem import Problem

X = np.array([[-1.0, 1.0], [0.3, 1.0], [2.0, 1.0]])


@pytest.mark.parametrize(("lam", "layer"), [(0.1, "trained"), (0.0, "trained"), (0.0, "ones")])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_a_widened_network_computes_and_costs_the_same(count, lam, layer):
    problem = Problem(X, [1.0, -1.0, 0.5], lam, layer)
    network = Network([[1.0, -2.0], [0.5, 0.3]], [1.0, 1.0])
    wide = widen(network, count, problem)
    assert wide.m == 2 + count
    assert np.array_equal(predict(X, wide), predict(X, network))
    assert objective(problem, wide) == objective(problem, network)


def test_the_outputs_of_joined_networks_add_up():
    one, other = Network([[1.0], [0.5]], [2.0]), Network([[-1.0, 0.3], [1.0, 1.0]], [-1.0, 0.5])
    assert predict(X, with_neurons(one, other)) == pytest.approx(predict(X, one) + predict(X, other), rel=1e-14)
