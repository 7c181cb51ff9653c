"""The surface equals problem (1), point by point, on any plane and any data."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tiny_data import without_tiny

from landscape.loss.surface import (
    MAX_CELLS,
    Plane,
    grid_with_kinks,
    kink_lines,
    loss_curve,
    loss_surface,
    neuron_plane,
    plane_through,
)
from landscape.model.network import Network, objective, with_best_bias
from landscape.model.problem import Problem

SIZES = (1e-6, 1.0, 1e6)


def brute_force(problem, surface):
    networks = [[with_best_bias(problem, surface.plane.network(a, b)) for a in surface.w1] for b in surface.w2]
    return np.array([[objective(problem, network) for network in row] for row in networks])


def random_problem(rng, n, d, *, layer="trained", size=1.0):
    lam = float(rng.uniform(0, 0.5)) if layer == "trained" else 0.0
    return Problem(size * rng.normal(size=(n, d)), size * rng.normal(size=n), lam, layer)


def random_network(rng, d, m, layer="trained"):
    return Network(rng.normal(size=(d, m)), np.ones(m) if layer == "ones" else rng.normal(size=m))


@pytest.mark.parametrize("layer", ["ones", "trained"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(5))
def test_two_neuron_surface_is_the_objective(seed, size, layer):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, int(rng.integers(1, 6)), 1, layer=layer, size=size)
    base = random_network(rng, 1, int(rng.integers(2, 5)), layer)
    surface = loss_surface(problem, np.linspace(-3, 3, 13), np.linspace(-2, 4, 11), base=base)
    expected = brute_force(problem, surface)
    assert np.abs(surface.loss - expected).max() <= 1e-9 * expected.max()
    assert surface.loss.shape == (11, 13)


@given(
    x=st.lists(st.floats(-5, 5).map(without_tiny), min_size=2, max_size=2),
    y=st.lists(st.floats(-5, 5).map(without_tiny), min_size=2, max_size=2),
)
@settings(max_examples=60, deadline=None)
def test_two_point_surface_is_the_poster_formula(x, y):
    problem = Problem(np.array(x)[:, None], y, second_layer="ones")
    w = grid_with_kinks(-4, 4, 17)
    surface = loss_surface(problem, w, w)
    W1, W2 = np.meshgrid(w, w)
    points = zip(problem.X[:, 0], problem.y, strict=True)
    formula = sum((np.maximum(0, a * W1) + np.maximum(0, a * W2) - b) ** 2 for a, b in points)
    assert np.abs(surface.loss - formula).max() <= 1e-9 * max(formula.max(), 1e-300)


def test_values_near_zero_keep_their_digits():
    problem = Problem([[-1e6], [1e6]], [1e6, 2e6], second_layer="ones")
    w1, w2 = 2 + np.geomspace(1e-12, 1, 50), -1 - np.geomspace(1e-12, 1, 50)
    surface = loss_surface(problem, w1, w2)
    assert surface.loss.min() < 1e-11
    assert np.allclose(surface.loss, brute_force(problem, surface), rtol=1e-9, atol=0)
    assert loss_surface(problem, np.array([2.0]), np.array([-1.0])).loss[0, 0] == 0.0


@pytest.mark.parametrize("layer", ["ones", "trained"])
@pytest.mark.parametrize("seed", range(4))
def test_any_plane_of_any_network_is_the_objective(seed, layer):
    rng = np.random.default_rng(seed)
    d, m = int(rng.integers(1, 4)), int(rng.integers(1, 5))
    problem = random_problem(rng, 4, d, layer=layer)
    origin, first, second = (random_network(rng, d, m, layer) for _ in range(3))
    if layer == "ones":
        first, second = Network(first.W, np.zeros(m)), Network(second.W, np.zeros(m))
    surface = loss_surface(problem, np.linspace(-1, 1, 5), np.linspace(-2, 1, 4), plane=Plane(origin, first, second))
    assert np.allclose(surface.loss, brute_force(problem, surface), rtol=1e-12)


@pytest.mark.parametrize("bias", ["free", "penalised"])
@pytest.mark.parametrize("offset", [0.0, 1e6])
@pytest.mark.parametrize("seed", range(4))
def test_an_output_bias_is_at_its_best_at_every_point(seed, offset, bias):
    rng = np.random.default_rng(seed)
    d, m = int(rng.integers(1, 4)), int(rng.integers(2, 5))
    plain = random_problem(rng, int(rng.integers(1, 6)), d)
    problem = Problem(plain.X, plain.y + offset, plain.lam, output_bias=bias)
    origin, first, second = (random_network(rng, d, m) for _ in range(3))
    apart = np.array([first.W, second.W])
    apart[0, :, -1], apart[1, :, 0], apart[:, :, 1:-1] = 0.0, 0.0, 0.0
    planes = [Plane(origin, first, second), Plane(origin, *apart)]
    for plane in planes:
        surface = loss_surface(problem, np.linspace(-1, 1, 5), np.linspace(-2, 1, 4), plane=plane)
        expected = brute_force(problem, surface)
        rounding = 1e-15 * (1.0 + offset) * (1.0 + np.sqrt(expected.max()))
        assert np.allclose(surface.loss, expected, rtol=1e-9, atol=rounding)


def test_directions_that_move_different_neurons_agree_with_the_general_formula():
    rng = np.random.default_rng(3)
    problem = random_problem(rng, 5, 2)
    origin = random_network(rng, 2, 4)
    first, second = np.zeros((2, 4)), np.zeros((2, 4))
    first[:, :2], second[:, 2] = rng.normal(size=(2, 2)), rng.normal(size=2)
    surface = loss_surface(problem, np.linspace(-3, 3, 9), np.linspace(-3, 3, 8), plane=Plane(origin, first, second))
    assert np.allclose(surface.loss, brute_force(problem, surface), rtol=1e-12)


def test_one_neuron_has_the_two_minima_of_the_poster():
    problem = Problem([[-1], [1]], [1, 0.5], second_layer="ones")
    assert np.allclose(loss_curve(problem, [-1.0, 0.0, 0.5]), [0.25, 1.25, 1.0])


def test_curve_with_regularisation_is_the_objective():
    rng = np.random.default_rng(1)
    problem = random_problem(rng, 3, 1)
    base = random_network(rng, 1, 3)
    w = np.linspace(-2, 2, 9)
    expected = [objective(problem, Network(np.where([[0, 1, 0]], t, base.W), base.alpha)) for t in w]
    assert np.allclose(loss_curve(problem, w, base=base, neuron=1), expected, rtol=1e-12)


def test_plane_through_three_networks_contains_them_at_their_true_distances():
    rng = np.random.default_rng(0)
    nets = [random_network(rng, 2, 3) for _ in range(3)]
    plane = plane_through(*nets)
    places = plane.coordinates(np.array([n.W for n in nets]), np.array([n.alpha for n in nets]))
    flat = [np.append(n.W, n.alpha) for n in nets]
    for i in range(3):
        back = plane.network(*places[i])
        assert np.allclose(back.W, nets[i].W)
        assert np.allclose(back.alpha, nets[i].alpha)
        for j in range(i):
            assert np.isclose(np.linalg.norm(places[i] - places[j]), np.linalg.norm(flat[i] - flat[j]))


def test_plane_through_a_line_still_spans_a_plane():
    a = Network([[0.0, 0.0]], [1, 1])
    plane = plane_through(a, Network([[1.0, 0.0]], [1, 1]), Network([[2.0, 0.0]], [1, 1]))
    assert np.allclose(plane.second.W, [[0, 1]])
    with pytest.raises(ValueError, match="second must differ"):
        plane_through(a, a, a)


@pytest.mark.parametrize("seed", range(4))
def test_kink_lines_are_where_a_pattern_changes(seed):
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, 3, 2)
    plane = plane_through(*(random_network(rng, 2, 2) for _ in range(3)))
    lines = kink_lines(problem, plane)
    points = rng.normal(size=(2, 200))
    patterns = np.array([(problem.X @ plane.network(a, b).W > 0).ravel() for a, b in points.T])
    sides = np.array([lines @ [1, a, b] > 0 for a, b in points.T])
    by_pattern = np.unique(patterns, axis=0, return_inverse=True)[1]
    by_side = np.unique(sides, axis=0, return_inverse=True)[1]
    assert len(set(zip(by_pattern, by_side, strict=True))) == len(set(by_pattern)) == len(set(by_side))


def test_kink_lines_of_two_neurons_are_the_axes():
    problem = Problem([[-1], [1], [1], [0]], [1, 2, 3, 0], second_layer="ones")
    lines = kink_lines(problem, neuron_plane(Network([[0, 0]], [1, 1])))
    assert sorted(map(tuple, lines)) == [(0, 0, 1), (0, 1, 0)]


@given(
    low=st.floats(-1e6, 0.9e6),
    width=st.floats(1e-3, 1e6),
    places=st.lists(st.floats(-0.5, 1.5), max_size=6),
    count=st.integers(8, 60),
)
def test_grid_contains_its_kinks_exactly(low, width, places, count):
    high, kinks = low + width, [low + width * round(p, 9) for p in places]
    grid = grid_with_kinks(low, high, count, kinks)
    assert len(grid) == count
    assert grid[0] == low
    assert grid[-1] == high
    assert (np.diff(grid) >= 0).all()
    assert all(k in grid for k in kinks if low < k < high)


@pytest.mark.parametrize("kinks", [(0.0,), (), (-4.0, 0.0, 0.01, 4.0)])
def test_grid_has_no_repeated_point(kinks):
    assert (np.diff(grid_with_kinks(-4, 4, 40, kinks)) > 0).all()


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda p: loss_surface(p, [np.nan], [0.0]), "w1 must hold finite numbers"),
        (lambda p: loss_surface(p, [0.0], []), "w2 must not be empty"),
        (lambda p: loss_surface(p, np.zeros(MAX_CELLS // 2), np.zeros(3)), "at most 4000000 grid points"),
        (lambda p: loss_surface(p, [1e100], [1e100]), "w1 and w2 must keep the loss below"),
        (lambda p: loss_surface(p, [0.0], [0.0], neurons=(0, 0)), "neurons must be two different numbers"),
        (lambda p: loss_surface(p, [0.0], [0.0], base=Network(np.ones((2, 2)), [1, 1])), "base must have one feature"),
        (lambda p: grid_with_kinks(1, 1, 5), "low must be below high"),
        (lambda p: grid_with_kinks(0, 1, 2, [0.5]), "count must be at least 3"),
        (lambda p: Plane(Network([[1.0]], [1]), np.ones((1, 2)), np.ones((1, 1))), "first must|alpha must"),
    ],
)
def test_impossible_requests_are_refused_with_a_sentence(call, sentence):
    problem = Problem([[1e60], [1e60]], [1, 2], second_layer="ones")
    with pytest.raises(ValueError, match=sentence):
        call(problem)


def test_a_plane_must_not_move_a_fixed_second_layer():
    problem = Problem([[1.0]], [1.0], second_layer="ones")
    plane = Plane(Network([[1.0]], [1]), Network([[1.0]], [0]), Network([[0.0]], [1]))
    with pytest.raises(ValueError, match="plane must not move alpha"):
        loss_surface(problem, [0.0], [0.0], plane=plane)
