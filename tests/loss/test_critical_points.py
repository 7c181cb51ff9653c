"""The closed-form critical set is where the gradient vanishes, all of it, and its kinds are what small moves find."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.loss.critical_points import ComponentKind, critical_set, optimal_networks, sides
from landscape.model.network import Network, gradient, objective
from landscape.model.problem import Problem

NUMBERS = st.sampled_from([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, 3.0])
PROBLEMS = st.lists(st.tuples(NUMBERS, NUMBERS), min_size=1, max_size=4).map(
    lambda points: Problem([[x] for x, _ in points], [y for _, y in points], second_layer="ones")
)


def points_of(component, rng, count=12):
    """Random points of a component, its vertices among them."""
    V, R = component.vertices, component.directions
    mix = rng.dirichlet(np.ones(len(V)), size=count)
    far = rng.uniform(0, 3, size=(count, len(R)))
    return np.vstack([V, mix @ V + far @ R])


def loss(problem, w):
    return objective(problem, Network([w], np.ones(len(w))))


def nearest(component, w):
    """Distance from w to a component, by least squares over its own coordinates."""
    from scipy.optimize import nnls

    V, R = component.vertices, component.directions
    heavy = 1e6
    A = np.vstack([np.hstack([V.T, R.T]), np.append(np.full(len(V), heavy), np.zeros(len(R)))])
    return nnls(A, np.append(w, heavy))[1]


@given(problem=PROBLEMS, m=st.sampled_from([1, 2]))
@settings(max_examples=150, deadline=None)
def test_every_point_is_critical_and_has_the_stated_loss(problem, m):
    rng = np.random.default_rng(0)
    for component in critical_set(problem, m):
        for w in points_of(component, rng):
            assert np.abs(gradient(problem, Network([w], np.ones(m)))[0]).max() < 1e-9
            assert loss(problem, w) == pytest.approx(component.loss, abs=1e-9)


@given(problem=PROBLEMS, m=st.sampled_from([1, 2]))
@settings(max_examples=50, deadline=None)
def test_no_critical_point_of_a_fine_grid_is_missing(problem, m):
    components = critical_set(problem, m)
    axis = np.linspace(-3, 3, 25)
    for w in np.stack(np.meshgrid(*[axis] * m), axis=-1).reshape(-1, m):
        if np.abs(gradient(problem, Network([w], np.ones(m)))[0]).max() < 1e-12:
            assert min(nearest(component, w) for component in components) < 1e-6, w


@given(problem=PROBLEMS, m=st.sampled_from([1, 2]))
@settings(max_examples=50, deadline=None)
def test_kinds_are_what_small_moves_find(problem, m):
    rng = np.random.default_rng(1)
    axis = np.linspace(-9, 9, 37)
    lowest = min(loss(problem, w) for w in np.stack(np.meshgrid(*[axis] * m), axis=-1).reshape(-1, m))
    components = critical_set(problem, m)
    best = min(component.loss for component in components)
    assert best <= lowest + 1e-9
    for component in components:
        inside = component.vertices.mean(axis=0) + component.directions.sum(axis=0)
        around = [loss(problem, inside + 1e-3 * rng.normal(size=m)) for _ in range(40)]
        if component.kind is ComponentKind.GLOBAL:
            assert component.loss == pytest.approx(best, abs=1e-9)
        else:
            assert component.loss > best + 1e-9
        if component.kind is ComponentKind.SPURIOUS:
            assert min(around) >= component.loss - 1e-12
        if component.kind is ComponentKind.SADDLE:
            assert min(around) < component.loss - 1e-6
        if component.kind is ComponentKind.DEAD:
            assert around == pytest.approx([component.loss] * 40)
            assert not (problem.X @ inside[None] > 0).any()


def test_the_poster_has_two_optima_two_valleys_and_their_saddles():
    components = critical_set(Problem([[-1], [1]], [1, 2], second_layer="ones"))
    found = sorted((c.kind.name, round(c.loss, 12), c.shape, c.vertices.tolist()) for c in components)
    assert found == [
        ("GLOBAL", 0.0, "point", [[-1.0, 2.0]]),
        ("GLOBAL", 0.0, "point", [[2.0, -1.0]]),
        ("SADDLE", 1.0, "point", [[0.0, 2.0]]),
        ("SADDLE", 1.0, "point", [[2.0, 0.0]]),
        ("SADDLE", 4.0, "point", [[-1.0, 0.0]]),
        ("SADDLE", 4.0, "point", [[0.0, -1.0]]),
        ("SADDLE", 5.0, "point", [[0.0, 0.0]]),
        ("SPURIOUS", 1.0, "segment", [[2.0, 0.0], [0.0, 2.0]]),
        ("SPURIOUS", 4.0, "segment", [[-1.0, 0.0], [0.0, -1.0]]),
    ]


def test_one_neuron_has_the_poster_minima():
    components = critical_set(Problem([[-1], [1]], [1, 0.5], second_layer="ones"), m=1)
    found = {c.kind: (c.vertices[0, 0], c.loss) for c in components}
    assert found == {
        ComponentKind.GLOBAL: (-1.0, 0.25),
        ComponentKind.SPURIOUS: (0.5, 1.0),
        ComponentKind.SADDLE: (0.0, 1.25),
    }


def test_points_on_one_side_leave_a_dead_quadrant_and_free_rays():
    components = critical_set(Problem([[1], [2]], [1, 2], second_layer="ones"))
    assert sorted((c.kind.name, c.shape) for c in components) == [
        ("DEAD", "quadrant"),
        ("GLOBAL", "ray"),
        ("GLOBAL", "ray"),
        ("GLOBAL", "segment"),
    ]
    (dead,) = [c for c in components if c.kind is ComponentKind.DEAD]
    assert dead.directions.tolist() == [[-1, 0], [0, -1]]
    assert dead.loss == 5


def test_a_negative_label_leaves_a_whole_segment_of_optima():
    optima = optimal_networks(Problem([[-1], [1]], [-1, 2], second_layer="ones"))
    assert [(c.shape, c.vertices.tolist(), c.loss) for c in optima] == [("segment", [[2, 0], [0, 2]], 1.0)]


def test_labels_that_ask_for_nothing_are_best_served_by_zero():
    assert [c.shape for c in optimal_networks(Problem([[-1], [1]], [-1, -2], second_layer="ones"))] == ["point"]
    assert [c.shape for c in optimal_networks(Problem([[2], [1]], [-1, -2], second_layer="ones"))] == ["quadrant"]
    assert [c.shape for c in critical_set(Problem([[0], [0]], [1, 2], second_layer="ones"))] == ["everything"]
    assert [c.shape for c in critical_set(Problem([[0], [0]], [1, 2], second_layer="ones"), 1)] == ["everything"]


@pytest.mark.parametrize("size", [1e-6, 1e6])
def test_scale_changes_nothing_but_the_scale(size):
    small = critical_set(Problem([[-1], [1]], [1, 2], second_layer="ones"))
    large = critical_set(Problem([[-size], [size]], [size, 2 * size], second_layer="ones"))
    for a, b in zip(small, large, strict=True):
        assert (a.kind, a.shape) == (b.kind, b.shape)
        assert np.allclose(a.vertices, b.vertices)
        assert b.loss == pytest.approx(a.loss * size**2, abs=1e-12 * size**2)


def test_every_component_says_why():
    for problem in (
        Problem([[-1], [1]], [1, 2], second_layer="ones"),
        Problem([[1], [2]], [1, 2], second_layer="ones"),
    ):
        for m in (1, 2):
            assert all(c.sentence.endswith(".") for c in critical_set(problem, m))


def test_other_problems_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="m must be 1 or 2 for a closed form, but was 3"):
        critical_set(Problem([[1]], [1], second_layer="ones"), 3)
    with pytest.raises(ValueError, match="problem must have one feature and second_layer 'ones'"):
        sides(Problem([[1]], [1]))
    with pytest.raises(ValueError, match="problem must have one feature and second_layer 'ones'"):
        critical_set(Problem([[1, 1]], [1], second_layer="ones"))
