"""Starts have the distribution they name, scale with their scale, and repeat with their generator."""

import numpy as np
import pytest

from landscape.model.initialisation import STARTS, balanced, balanced_by_neuron, normal, pytorch, start_named, uniform


@pytest.mark.parametrize("name", STARTS)
def test_a_start_repeats_with_its_generator_and_scales(name):
    start = start_named(name)
    one, same, ten = (start(3, 50, scale, np.random.default_rng(5)) for scale in (1.0, 1.0, 10.0))
    assert np.array_equal(one.W, same.W)
    assert np.array_equal(one.alpha, same.alpha)
    assert np.allclose(ten.W, 10 * one.W, rtol=1e-14)
    assert ten.alpha == pytest.approx(10 * one.alpha)


def test_each_start_has_its_distribution():
    rng = np.random.default_rng(0)
    net = uniform(4, 5000, 2.0, rng)
    assert np.abs(net.W).max() <= 2.0
    assert net.W.std() == pytest.approx(2 / np.sqrt(3), rel=0.02)
    assert normal(4, 5000, 2.0, rng).W.std() == pytest.approx(2.0, rel=0.02)
    net = pytorch(4, 10_000, 1.0, rng)
    assert np.abs(net.W).max() == pytest.approx(0.5, rel=1e-3)
    assert np.abs(net.alpha).max() == pytest.approx(0.01, rel=1e-3)


def test_balanced_neurons_have_layers_of_one_size():
    net = balanced(3, 40, 1e-6, np.random.default_rng(0))
    assert np.abs(net.alpha) == pytest.approx(np.linalg.norm(net.W, axis=0), rel=1e-12)
    assert set(np.sign(net.alpha)) == {-1.0, 1.0}


def test_the_first_neurons_drawn_one_by_one_are_the_same_at_every_width():
    few, many = (balanced_by_neuron(3, m, 0.5, np.random.default_rng(0)) for m in (2, 40))
    assert np.array_equal(few.W, many.W[:, :2])
    assert np.array_equal(few.alpha, many.alpha[:2])
    assert np.abs(many.alpha) == pytest.approx(np.linalg.norm(many.W, axis=0), rel=1e-12)
    assert set(np.sign(many.alpha)) == {-1.0, 1.0}


def test_an_unknown_start_is_refused():
    with pytest.raises(ValueError, match="start must be one of uniform, normal"):
        start_named("xavier")
