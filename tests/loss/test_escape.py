"""From any network with enough places a path that never rises ends at the global optimum."""

import numpy as np
import pytest
from exact_oracle import exact_objective, odd_data, odd_labels
from hypothesis import assume, given, settings, strategies as st

from landscape.convex.twin import solve_convex
from landscape.loss.escape import MissingNeurons, WeightsTooLarge, escape_path
from landscape.model.network import Network, objective, predict, widen
from landscape.model.problem import Problem
from landscape.training.descent import descend
from landscape.training.trajectory import Outcome

POSTER = Problem([[-1], [1]], [1, 2], second_layer="ones")
FIVE = np.sort(np.random.default_rng(0).uniform(-1, 1, 5))
FIVE = Problem(np.column_stack([FIVE, np.ones(5)]), [0.8, -0.3, 0.6, 0.1, -0.7], 0.05)


def check(problem, network, escape):
    """The path starts at the network, never rises, is the loss of its own networks, and ends at the optimum."""
    scale = 1e-12 * max(escape.objective[0], 1e-300)
    assert np.array_equal(escape.W[0], network.W)
    assert np.array_equal(escape.alpha[0], network.alpha)
    assert (np.diff(escape.objective) <= scale).all()
    middle = len(escape.steps) // 2
    assert abs(objective(problem, escape.network(middle)) - escape.objective[middle]) <= scale
    best = solve_convex(problem).value
    assert escape.objective[-1] == pytest.approx(best, rel=1e-9, abs=1e-11 * float(problem.y @ problem.y))
    assert escape.outcome is Outcome.ARRIVED
    ends = [leg.last for leg in escape.legs]
    assert [leg.first for leg in escape.legs] == [0, *ends][: len(ends)]
    assert not ends or ends[-1] == len(escape.steps) - 1
    if problem.second_layer == "ones":
        assert (escape.alpha == 1).all()


def between_vertices(problem, escape):
    """Losses at the middle of each step of a straight leg, in the leg's own coordinates u = |α| w."""
    found = []
    for leg in escape.legs:
        if leg.name != "Balance":
            for k in range(leg.first, leg.last):
                u = [escape.W[i] * np.abs(escape.alpha[i]) for i in (k, k + 1)]
                sign = np.where(escape.alpha[k] + escape.alpha[k + 1] < 0, -1.0, 1.0)
                middle = (u[0] + u[1]) / 2
                root = np.sqrt(np.linalg.norm(middle, axis=0))
                net = Network(middle / np.where(root > 0, root, 1), sign * root)
                net = Network(middle, np.ones(len(sign))) if problem.second_layer == "ones" else net
                found.append((escape.objective[k], objective(problem, net), escape.objective[k + 1]))
    return np.array(found).reshape(-1, 3)


def test_the_poster_valley_is_left_along_its_floor():
    escape = escape_path(POSTER, Network([[1.5, 0.5]], [1, 1]))
    check(POSTER, Network([[1.5, 0.5]], [1, 1]), escape)
    corners = [escape.W[leg.last].tolist() for leg in escape.legs]
    assert corners == [[[2.0, 0.0]], [[2.0, -1.0]]]
    assert [escape.objective[leg.last] for leg in escape.legs] == [1.0, 0.0]
    assert all(leg.reason.endswith(".") for leg in escape.legs)


@pytest.mark.parametrize("m", [2, 3, 10, 200])
@pytest.mark.parametrize("seed", range(4))
def test_every_stuck_run_of_the_fixed_layer_gets_out(seed, m):
    rng = np.random.default_rng(seed)
    start = Network(rng.uniform(0.5, 1, (1, m)) / m * rng.choice([-1, 1]), np.ones(m))
    stuck = descend(POSTER, start, step=0.2 / m, n_steps=3000).network()
    assert objective(POSTER, stuck) > 0.5
    check(POSTER, stuck, escape_path(POSTER, stuck))


@given(
    points=st.lists(
        st.tuples(st.floats(-3, 3).map(lambda v: round(v, 3)), st.floats(-3, 3).map(lambda v: round(v, 3))),
        min_size=1,
        max_size=4,
    ),
    w=st.lists(st.floats(-3, 3).map(lambda v: round(v, 3)), min_size=2, max_size=5),
)
@settings(max_examples=80, deadline=None)
def test_any_start_of_the_fixed_layer_gets_out_with_two_neurons_or_more(points, w):
    problem = Problem([[x] for x, _ in points], [y for _, y in points], second_layer="ones")
    network = Network([w], np.ones(len(w)))
    check(problem, network, escape_path(problem, network, points=8))


@pytest.mark.parametrize("m", [8, 10, 40])
@pytest.mark.parametrize("seed", range(4))
def test_trained_networks_get_out_when_they_are_wide_enough(seed, m):
    rng = np.random.default_rng(seed)
    network = Network(rng.normal(size=(2, m)), rng.normal(size=m))
    escape = escape_path(FIVE, network)
    check(FIVE, network, escape)
    before, middle, after = between_vertices(FIVE, escape).T
    assert (middle <= before * (1 + 1e-12)).all()
    assert (after <= middle * (1 + 1e-12)).all()


@pytest.mark.parametrize("seed", range(6))
def test_a_narrow_network_says_how_many_neurons_are_missing_and_they_are_enough(seed):
    rng = np.random.default_rng(seed)
    network = Network(rng.normal(size=(2, 1)), rng.normal(size=1))
    with pytest.raises(MissingNeurons, match="this way out") as refused:
        escape_path(FIVE, network)
    wider = widen(network, refused.value.missing, FIVE)
    assert objective(FIVE, wider) == pytest.approx(objective(FIVE, network), rel=1e-15)
    check(FIVE, wider, escape_path(FIVE, wider))
    if refused.value.missing > 1:
        with pytest.raises(MissingNeurons):
            escape_path(FIVE, widen(network, refused.value.missing - 1, FIVE))


@pytest.mark.parametrize("seed", range(6))
def test_n_plus_m_star_places_are_always_enough(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    problem = Problem(np.column_stack([rng.uniform(-1, 1, n), np.ones(n)]), rng.normal(size=n), 0.02)
    m = n + solve_convex(problem).network.m
    network = Network(rng.normal(size=(2, m)), rng.normal(size=m))
    check(problem, network, escape_path(problem, network))


@pytest.mark.parametrize("lam", [0.0, 0.01, 0.3, 100.0])
@pytest.mark.parametrize("seed", range(4))
def test_one_feature_with_a_trained_layer(seed, lam):
    rng = np.random.default_rng(seed)
    problem = Problem(rng.normal(size=(3, 1)), rng.normal(size=3), lam)
    network = Network(rng.normal(size=(1, 4)), rng.normal(size=4))
    check(problem, network, escape_path(problem, network))


@pytest.mark.parametrize("layer", ["ones", "trained"])
@pytest.mark.parametrize("seed", range(3))
def test_without_regularisation_and_with_a_bias(seed, layer):
    rng = np.random.default_rng(seed)
    problem = Problem(np.column_stack([rng.uniform(-1, 1, 3), np.ones(3)]), rng.normal(size=3), second_layer=layer)
    network = Network(rng.normal(size=(2, 9)), np.ones(9) if layer == "ones" else rng.normal(size=9))
    check(problem, network, escape_path(problem, network))


@pytest.mark.parametrize("lam", [0.0, 0.05])
def test_merging_and_pruning_change_no_output(lam):
    rng = np.random.default_rng(2)
    problem = Problem(FIVE.X, FIVE.y, lam)
    m = 5 + solve_convex(problem).network.m
    # All neurons active everywhere: one cone, whose outputs span two dimensions.
    network = Network(np.vstack([rng.uniform(-0.3, 0.3, m), rng.uniform(1, 2, m)]), rng.choice([-1.0, 1.0], m))
    escape = escape_path(problem, network)
    check(problem, network, escape)
    names = [leg.name for leg in escape.legs]
    assert "Merge" in names or "Prune" in names
    fixed = max(leg.last for leg in escape.legs if leg.name != "Descend")
    outputs = np.array([predict(problem.X, escape.network(k)) for k in range(fixed + 1)])
    assert np.allclose(outputs, outputs[0], atol=1e-9)


def test_pruning_without_regularisation_divides_by_no_rounding():
    """Three of four neurons compute multiples of one output: without a norm to lower, this path once rose to 2000."""
    x = [0.5811963217214794, -1.142998236600285, 0.00631978457946797]
    problem = Problem(np.column_stack([x, np.ones(3)]), [2.0, -1.0, 1.0])
    W = [
        [-0.8666484817928272, -1.4624935655186841, -0.292904609894889, -0.4795763280315149],
        [-0.4131965624343509, -0.6041836767215144, 1.4465434100696863, -0.2885003210740929],
    ]
    alpha = [0.9299857497037809, 1.4891237094392145, -0.7931966147323314, -0.47476225283715345]
    never_rises_even_between_vertices(problem, Network(W, alpha))


@pytest.mark.parametrize("seed", range(20))
def test_without_regularisation_no_path_rises_between_its_vertices(seed):
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(2, 5)), int(rng.integers(2, 8))
    X = np.column_stack([rng.normal(size=n), np.ones(n)])
    problem = Problem(X, np.round(rng.normal(size=n) * 2) + 0.5)
    never_rises_even_between_vertices(problem, Network(rng.normal(size=(2, m)), rng.normal(size=m)))


def never_rises_even_between_vertices(problem, network):
    try:
        escape = escape_path(problem, network, points=8)
    except MissingNeurons as refused:
        network = widen(network, refused.missing, problem)
        escape = escape_path(problem, network, points=8)
    check(problem, network, escape)
    before, middle, after = between_vertices(problem, escape).T
    rounding = 1e-12 * escape.objective[0]
    assert (middle <= before + rounding).all()
    assert (after <= middle + rounding).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 4), st.integers(1, 3), st.integers(1, 6), st.booleans())
@settings(max_examples=40, deadline=None)
def test_on_any_data_a_path_is_refused_or_never_rises_in_exact_arithmetic(seed, n, d, m, ones):
    rng = np.random.default_rng(seed)
    X = odd_data(rng, n, d)
    assume(np.abs(X).max() < 1e50)
    problem = Problem(X, odd_labels(rng, n), second_layer="ones" if ones else "trained")
    network = Network(np.round(rng.normal(size=(d, m)), 2), np.ones(m) if ones else rng.normal(size=m))
    try:
        try:
            path = escape_path(problem, network, points=4)
        except MissingNeurons as refused:
            path = escape_path(problem, widen(network, refused.missing, problem), points=4)
    except WeightsTooLarge as refused:
        assert "rounding" in str(refused)  # noqa: PT017
        return
    losses = [float(exact_objective(problem, path.network(k))) for k in range(len(path.steps))]
    assert np.all(np.diff(losses) <= 1.1e-12 * losses[0])


@pytest.mark.parametrize("layer", ["ones", "trained"])
def test_a_way_to_weights_that_float64_does_not_resolve_is_refused(layer):
    problem = Problem([[0.3, 1.0], [np.nextafter(0.3, 1.0), 1.0]], [0.0, 0.7], second_layer=layer)
    with pytest.raises(WeightsTooLarge, match="rounding them alone raises the loss"):
        escape_path(problem, Network([[0.1, 0.2, 0.3], [0.1, 0.1, 0.1]], np.ones(3)))


def test_dead_and_zero_networks_get_out():
    problem = Problem([[1], [2]], [1, 2], second_layer="ones")
    for w in ([-1.0, -2.0], [0.0, 0.0], [-1.0, 0.0]):
        check(problem, Network([w], [1, 1]), escape_path(problem, Network([w], [1, 1])))
    silent = Network([[1.0, 0.0, 2.0, 0.3, -1, -2], [0.0, 0.0, 1.0, 0.2, 0.1, 0.5]], [0.0, 2.0, 0.0, -1.0, 0.0, 0.0])
    check(FIVE, silent, escape_path(FIVE, silent))


def test_at_the_optimum_there_is_no_way_to_go():
    escape = escape_path(POSTER, Network([[2, -1]], [1, 1]))
    assert escape.legs == ()
    assert escape.objective.tolist() == [0.0]


@pytest.mark.parametrize("size", [1e-3, 1e3, 1e6])
def test_scale_does_not_matter(size):
    problem = Problem(size * POSTER.X, size * POSTER.y, second_layer="ones")
    network = Network([[1.5, 0.5]], [1, 1])
    check(problem, network, escape_path(problem, network))


def test_impossible_requests_are_refused_with_a_sentence():
    with pytest.raises(ValueError, match="W must have one row for each of the 1 features"):
        escape_path(POSTER, Network([[1], [1]], [1]))
    with pytest.raises(ValueError, match="points must be at least 1"):
        escape_path(POSTER, Network([[1, 1]], [1, 1]), points=0)
    with pytest.raises(MissingNeurons, match="network must have 2 neurons for this way out, but has 1: add 1 at 0"):
        escape_path(POSTER, Network([[2]], [1]))


@pytest.mark.parametrize("alpha", [-1.99205451e73, 1e100])
def test_a_neuron_whose_product_no_network_holds_is_refused(alpha):
    with pytest.raises(WeightsTooLarge):
        escape_path(Problem(X=[[1e15]], y=[0.186]), Network(W=[[-9.9e95]], alpha=[alpha]))


def test_a_large_neuron_whose_product_a_network_holds_is_led_out():
    path = escape_path(Problem(X=[[1e15]], y=[0.186]), Network(W=[[-9.9e95]], alpha=[1.0]))
    assert (np.diff(path.objective) <= 1e-9 * path.objective[0]).all()
    assert path.objective[-1] <= 1e-9
