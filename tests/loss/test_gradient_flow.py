"""Where gradient flow ends, in closed form, is where tiny steps end; its basins have the areas the geometry says."""

import itertools

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st
from tiny_data import without_tiny

from landscape.loss.critical_points import ComponentKind, critical_set
from landscape.loss.gradient_flow import basin_of, flow_basins, flow_ends
from landscape.model.problem import Problem

POSTER = Problem([[-1], [1]], [1, 2], second_layer="ones")
SIDES = {
    "pulls": [(1.0, 2.0)],
    "pulls twice": [(1.0, 2.0), (0.5, -0.5)],
    "repels": [(1.0, -1.0)],
    "neutral": [(1.0, 1.0), (1.0, -1.0)],
    "empty": [],
}


def problem_of(right, left):
    points = [*SIDES[right], *((-x, y) for x, y in SIDES[left]), (0.0, 1.0)]
    return Problem([[x] for x, _ in points], [y for _, y in points], second_layer="ones")


def tiny_steps(problem, W, step=2e-3, n_steps=8000):
    """Plain gradient steps on both weights, written from the formula of the loss."""
    w = W.copy()
    x, y = problem.X, problem.y[:, None]
    for _ in range(n_steps):
        residual = np.maximum(x * w[0], 0) + np.maximum(x * w[1], 0) - y
        w = w - step * np.stack([2 * (residual * x * (x * wj > 0)).sum(axis=0) for wj in w])
    return w


@pytest.mark.parametrize(("right", "left"), list(itertools.product(SIDES, SIDES)))
def test_the_closed_form_end_is_where_tiny_steps_end(right, left):
    problem = problem_of(right, left)
    starts = np.random.default_rng(0).uniform(-4, 4, (2, 150))
    starts[0, :6], starts[1, :3] = [0.0, 0.0, 1.5, 0.0, 0.0, -2.0], [1.0, -2.0, 0.0]
    ends = flow_ends(problem, starts)
    clear = np.abs(np.abs(starts[0] - starts[1])[:, None] - [0, 1, 1.4, 2]).min(axis=1) > 0.01
    one_step = 2e-3 * 2 * 2 * 8  # what a step across 0 overshoots at most: 2 a t, a ≤ 2, t ≤ 8
    assert np.abs(ends - tiny_steps(problem, starts))[:, clear].max() < one_step


@pytest.mark.parametrize(("right", "left"), list(itertools.product(SIDES, SIDES)))
def test_the_basin_is_the_component_with_the_loss_at_the_end(right, left):
    problem = problem_of(right, left)
    starts = np.random.default_rng(1).uniform(-4, 4, (2, 10, 20))
    labels, ends, components = basin_of(problem, starts), flow_ends(problem, starts), critical_set(problem)
    assert labels.shape == (10, 20)
    residual = np.maximum(problem.X[..., None] * ends[0], 0) + np.maximum(problem.X[..., None] * ends[1], 0)
    losses = ((residual - problem.y[:, None, None]) ** 2).sum(axis=0)
    assert np.allclose(losses, np.array([c.loss for c in components])[labels])


@pytest.mark.parametrize(("right", "left"), list(itertools.product(SIDES, SIDES)))
def test_regions_are_exactly_the_starts_that_fail(right, left):
    problem = problem_of(right, left)
    basins, components = flow_basins(problem, -3.0, 3.5), critical_set(problem)
    middle = -3 + 6.5 * (np.arange(200) + 0.5) / 200
    starts = np.stack(np.meshgrid(middle, middle))
    labels = basin_of(problem, starts)
    succeeds = np.array([c.kind is ComponentKind.GLOBAL for c in components])[labels]
    assert basins.share == pytest.approx(succeeds.mean(), abs=0.01)
    for region in basins.regions:
        index = [
            c.kind is region.component.kind and np.array_equal(c.vertices, region.component.vertices)
            for c in components
        ]
        caught = np.array(index)[labels]
        a, b = region.polygon, np.roll(region.polygon, -1, axis=0)
        turn = [(q - p)[0] * (starts[1] - p[1]) - (q - p)[1] * (starts[0] - p[0]) for p, q in zip(a, b, strict=True)]
        inside = (np.array(turn) > 0).all(axis=0)
        assert (inside == caught).mean() > 0.985


def test_the_poster_shares():
    for width, shares in ((4, (0.703125, 0.1875, 0.109375)), (3, (1 - 13 / 36, 8 / 36, 5 / 36))):
        basins = flow_basins(POSTER, -width, width)
        caught = {region.component.loss: region.share for region in basins.regions}
        assert (basins.share, caught[1.0], caught[4.0]) == pytest.approx(shares, abs=1e-12)


def test_points_on_one_side_fail_only_where_no_neuron_is_active():
    basins = flow_basins(Problem([[1], [2]], [1, 2], second_layer="ones"))
    assert [(r.component.kind, r.share) for r in basins.regions] == [(ComponentKind.DEAD, 0.25)]


def test_a_negative_label_on_opposite_sides_never_fails():
    assert flow_basins(Problem([[-1], [1]], [-1, 2], second_layer="ones")).share == 1.0


def test_a_window_away_from_the_trap_never_fails():
    assert flow_basins(POSTER, 3.0, 3.0 + 1e-9).regions[0].share == pytest.approx(1.0)
    assert flow_basins(Problem([[-1], [1]], [1, -2], second_layer="ones"), 1.0, 2.0).regions == ()


def test_the_line_between_two_basins_ends_in_the_saddle():
    components = critical_set(POSTER)
    saddle = components[int(basin_of(POSTER, np.array([3.0, 1.0])))]
    assert saddle.kind is ComponentKind.SADDLE
    assert saddle.vertices.tolist() == [[2.0, 0.0]]


any_number = st.floats(-1e100, 1e100).map(without_tiny) | st.tuples(
    st.floats(-100, 100), st.sampled_from([-1.0, 1.0])
).map(lambda pair: pair[1] * min(max(10.0 ** pair[0], 1e-100), 1e100))


@given(x=st.lists(any_number, min_size=2, max_size=2), y=st.lists(any_number, min_size=2, max_size=2))
@example(x=[2.3e-95, -1.0], y=[232787.0, 1.0])  # the optimal weight lies beyond the largest of a Network
@example(x=[1e-100, -1e-100], y=[1e100, 1e100])
@settings(max_examples=100, deadline=None)
def test_any_two_points_have_basins_that_add_up(x, y):
    problem = Problem(np.array(x)[:, None], y, second_layer="ones")
    basins = flow_basins(problem)
    assert basins.share + sum(region.share for region in basins.regions) == pytest.approx(1.0)
    assert 0.0 <= basins.share <= 1.0
    labels = basin_of(problem, np.random.default_rng(0).uniform(-4, 4, (2, 50)))
    assert labels.max() < len(critical_set(problem))


def test_the_critical_set_of_tiny_data_is_that_of_the_same_data_in_larger_units():
    tiny = critical_set(Problem([[-1e-90], [1e-90]], [1e90, 2e90], second_layer="ones"))
    for small, large in zip(tiny, critical_set(POSTER), strict=True):
        assert small.kind is large.kind
        assert small.vertices == pytest.approx(1e180 * large.vertices, rel=1e-12)
        assert small.loss == pytest.approx(1e180 * large.loss, rel=1e-12)


def test_impossible_requests_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="low must be below high"):
        flow_basins(POSTER, 1, 1)
    with pytest.raises(ValueError, match="W must have the two weights"):
        flow_ends(POSTER, np.ones((3, 4)))
    with pytest.raises(ValueError, match="W must hold finite numbers"):
        flow_ends(POSTER, np.array([[np.nan], [1.0]]))
