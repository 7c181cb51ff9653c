"""Update rules against their closed forms on a constant gradient."""

import numpy as np
import pytest

from landscape.training.optimisers import METHODS, RULES


def directions(method, grads):
    memory, found = (), []
    for t, g in enumerate(grads):
        (direction,), memory = RULES[method]((np.array([g]),), memory, t)
        found.append(float(direction[0]))
    return found


def test_gradient_descent_goes_along_the_gradient():
    assert directions("gd", [3.0, -2.0]) == [3.0, -2.0]


def test_momentum_sums_a_geometric_series():
    assert directions("momentum", [1.0] * 5) == pytest.approx([(1 - 0.9 ** (t + 1)) / 0.1 for t in range(5)])


@pytest.mark.parametrize("size", [1e-3, 1.0, 1e6])
def test_adam_takes_unit_steps_whatever_the_size_of_the_gradient(size):
    assert directions("adam", [size] * 5) == pytest.approx([size / (size + 1e-8)] * 5)


def test_every_method_has_a_rule():
    assert set(METHODS) == set(RULES)
