"""Runs follow their own definition step by step, stop for the right reason, and never hold a number that is not one."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tiny_data import without_tiny

from landscape.model.network import Network, gradient, objective
from landscape.model.problem import LARGEST, Problem
from landscape.training.descent import MAX_STEPS, MAX_STORED, MAX_WORK, descend, descend_many
from landscape.training.step_size import working_step
from landscape.training.trajectory import Outcome

POSTER = Problem([[-1], [1]], [1, 2], second_layer="ones")
LINE = np.array([-0.7, -0.3, 0.7, 0.8])
LINE = Problem(np.column_stack([LINE, np.ones(4)]), 0.7 + 0.6 * LINE)


def two(a, b):
    return Network([[a, b]], [1, 1])


def by_hand(problem, network, step, n_steps, method):
    """The textbook loop, one parameter vector, gradients from landscape.model.network."""
    theta = np.append(network.W.ravel(), network.alpha)
    m1, m2, nets = np.zeros_like(theta), np.zeros_like(theta), [network]
    for t in range(1, n_steps + 1):
        grads = gradient(problem, nets[-1])
        g = np.append(grads[0].ravel(), grads[1])
        if method == "gd":
            theta = theta - step * g
        elif method == "momentum":
            m1 = 0.9 * m1 + g
            theta = theta - step * m1
        else:
            m1, m2 = 0.9 * m1 + 0.1 * g, 0.999 * m2 + 0.001 * g**2
            theta = theta - step * (m1 / (1 - 0.9**t)) / (np.sqrt(m2 / (1 - 0.999**t)) + 1e-8)
        nets.append(Network(theta[: network.W.size].reshape(network.W.shape), theta[network.W.size :]))
    return nets


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
@pytest.mark.parametrize("layer", ["ones", "trained"])
@pytest.mark.parametrize("seed", range(3))
def test_each_method_is_its_textbook_loop(seed, layer, method):
    rng = np.random.default_rng(seed)
    n, d, m = (int(rng.integers(1, 5)) for _ in range(3))
    problem = Problem(rng.normal(size=(n, d)), rng.normal(size=n), 0.1 if layer == "trained" else 0.0, layer)
    start = Network(rng.normal(size=(d, m)), rng.normal(size=m) if layer == "trained" else np.ones(m))
    run = descend(problem, start, step=0.01, n_steps=24, method=method)
    nets = by_hand(problem, start, 0.01, run.steps[-1], method)
    assert np.allclose(run.W, [net.W for net in nets], rtol=1e-10, atol=1e-12)
    assert np.allclose(run.alpha, [net.alpha for net in nets], rtol=1e-10, atol=1e-12)
    assert np.allclose(run.objective, [objective(problem, net) for net in nets], rtol=1e-10, atol=1e-14)


def test_many_runs_are_the_single_runs():
    rng = np.random.default_rng(0)
    W = rng.uniform(-4, 4, (30, 1, 2))
    many = descend_many(POSTER, W, step=0.3, n_steps=300)
    assert len(many) == 30
    for b in range(30):
        one, same = descend(POSTER, Network(W[b], [1, 1]), step=0.3, n_steps=300), many.run(b)
        assert one.outcome is same.outcome
        assert np.array_equal(one.steps, same.steps)
        assert np.allclose(one.W, same.W, rtol=1e-12, atol=1e-12)
        assert np.allclose(one.objective, same.objective, rtol=1e-9, atol=1e-20)
        assert np.array_equal(many.W[b, -1], same.W[-1])


def test_each_start_may_have_its_own_step():
    W = np.repeat([[[3.0, -0.5]]], 3, axis=0)
    many = descend_many(POSTER, W, step=np.array([0.01, 0.1, 3.0]), n_steps=100)
    for b, step in enumerate((0.01, 0.1, 3.0)):
        one = descend(POSTER, two(3, -0.5), step=step, n_steps=100)
        assert many.outcome[b] is one.outcome
        assert np.allclose(many.run(b).objective, one.objective)


def test_a_schedule_continues_from_where_the_first_step_size_led():
    whole = descend(LINE, Network([[0.3, -0.2], [0.1, 0.4]], [0.5, 0.5]), step=((0, 0.02), (30, 0.1)), n_steps=60)
    first = descend(LINE, whole.network(0), step=0.02, n_steps=30)
    second = descend(LINE, first.network(), step=0.1, n_steps=30)
    assert np.allclose(whole.W[:31], first.W)
    assert np.allclose(whole.W[30:], second.W)


def test_the_poster_runs_stop_at_one_and_at_zero():
    stuck = descend(POSTER, two(1.5, 0.5), step=0.1, n_steps=500)
    free = descend(POSTER, two(3, -0.5), step=0.1, n_steps=500)
    assert stuck.outcome is free.outcome is Outcome.CONVERGED
    assert stuck.objective[-1] == pytest.approx(1.0)
    assert free.objective[-1] < 1e-12
    assert len(free.steps) == free.steps[-1] + 1 < 500


def test_a_dead_start_never_moves_and_says_so():
    run = descend(Problem([[1], [2]], [1, 2], second_layer="ones"), two(-1, -2), step=0.1, n_steps=500)
    assert run.outcome is Outcome.DEAD
    assert run.objective.tolist() == [5.0]
    assert "no neuron is active" in run.outcome.value


@pytest.mark.parametrize("method", ["momentum", "adam"])
def test_a_run_that_dies_on_the_way_is_dead(method):
    problem = Problem([[1.0]], [-1.0], second_layer="ones")
    run = descend(problem, two(0.1, 0.2), step=0.3, n_steps=2000, method=method)
    assert run.outcome is Outcome.DEAD
    assert (run.W[-1] < 0).all()


@pytest.mark.parametrize("scale", [1e-3, 1e-6, 1e-9, 1e-12])
@pytest.mark.parametrize("m", [1, 2, 100])
@pytest.mark.parametrize("seed", range(4))
def test_a_start_near_zero_is_not_converged_before_it_has_moved(seed, m, scale):
    rng = np.random.default_rng(seed)
    start = Network(rng.uniform(-scale, scale, (2, m)), rng.uniform(-scale, scale, m))
    run = descend(LINE, start, step=0.005, n_steps=5000)
    zero = float(LINE.y @ LINE.y)
    assert run.outcome is not Outcome.CONVERGED or run.objective[-1] < 0.9 * zero


def test_a_start_on_the_way_into_the_saddle_first_is_not_converged_there():
    # w = −α is the contracting direction of the saddle at 0 for xy < 0 at α > 0; a speck of the other leads out.
    problem = Problem([[1.0]], [1.0])
    run = descend(problem, Network([[1e-3]], [-1e-3 + 1e-12]), step=0.01, n_steps=3000)
    assert run.outcome is Outcome.OUT_OF_STEPS or run.objective[-1] < 1e-12


def test_a_neuron_that_decays_while_it_turns_into_a_cone_where_it_grows_is_not_converged():
    # Active on the first sample alone it is pulled by .3 < λ; turned towards it, it meets the second and grows.
    problem = Problem([[1.0, 0.0], [1.0, 1.0]], [0.3, 3.0], 1.0)
    w = 1e-8 * np.array([[0.1], [-3.0]])
    run = descend(problem, Network(w, [np.linalg.norm(w)]), step=0.01, n_steps=5000)
    assert run.objective.max() == pytest.approx(9.09)
    assert run.objective[-1] < 8
    assert run.outcome is Outcome.CONVERGED


@pytest.mark.parametrize("ratio", [0.3, 0.05])
def test_a_slow_direction_is_waited_for(ratio):
    problem = Problem([[-ratio], [1]], [1, 2], second_layer="ones")
    run = descend(problem, two(1, -0.5), step=0.3, n_steps=50_000, keep=2)
    assert run.outcome is Outcome.CONVERGED
    assert run.W[-1, 0] == pytest.approx([2, -1 / ratio], rel=1e-6)


def test_a_bounce_between_two_points_is_not_convergence():
    # Step 1/x² throws a single neuron from w to 2w* − w and back, for ever.
    run = descend(Problem([[1.0]], [1.0], second_layer="ones"), Network([[1.5]], [1]), step=1.0, n_steps=400)
    assert run.outcome is Outcome.OUT_OF_STEPS
    assert np.allclose(run.W[::2], 1.5)


@pytest.mark.parametrize("lam", [0.1, 0.5, 50.0])
def test_with_regularisation_converged_means_a_vanishing_gradient(lam):
    rng = np.random.default_rng(1)
    problem = Problem(rng.normal(size=(5, 1)), rng.normal(size=5), lam)
    many = descend_many(
        problem, rng.normal(size=(20, 1, 3)), rng.normal(size=(20, 3)), step=0.01, n_steps=15_000, keep=2
    )
    for b in range(20):
        if many.outcome[b] is Outcome.CONVERGED:
            W, alpha = gradient(problem, many.run(b).network())
            assert max(np.abs(W).max(), np.abs(alpha).max()) < 1e-5
    assert Outcome.CONVERGED in many.outcome


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
@pytest.mark.parametrize("size", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("step", [1e-6, 0.3, 1e3])
@pytest.mark.parametrize("layer", ["ones", "trained"])
def test_nothing_stored_is_ever_not_a_number(layer, step, size, method):
    rng = np.random.default_rng(5)
    problem = Problem(size * rng.normal(size=(3, 2)), size * rng.normal(size=3), second_layer=layer)
    alpha = None if layer == "ones" else rng.normal(size=(10, 3))
    many = descend_many(problem, rng.normal(size=(10, 2, 3)), alpha, step=step, n_steps=200, method=method)
    assert np.isfinite(many.W).all()
    assert np.isfinite(many.alpha).all()
    assert np.isfinite(many.objective).all()
    for b in range(10):
        run = many.run(b)
        assert objective(problem, run.network()) == pytest.approx(run.objective[-1], rel=1e-9, abs=1e-15 * size**2)


@pytest.mark.parametrize("size", [1e-6, 1e-3, 1.0, 1e3, 1e6])
def test_divergence_is_named_and_the_offered_step_works(size):
    problem = Problem(size * POSTER.X, POSTER.y, second_layer="ones")
    start, bad = two(3 / size, -0.5 / size), 5 / size**2
    run = descend(problem, start, step=bad, n_steps=500)
    assert run.outcome is Outcome.DIVERGED
    assert run.steps[-1] < 500
    step = working_step(problem, start, "gd", 500, below=bad)
    assert step is not None
    assert step < bad
    assert f"{step:e}"[0] in "125"
    assert descend(problem, start, step=step, n_steps=500).outcome is Outcome.CONVERGED


def test_kept_iterates_are_those_of_the_full_run():
    full = descend(POSTER, two(3, -0.5), step=0.01, n_steps=400)
    some = descend(POSTER, two(3, -0.5), step=0.01, n_steps=400, keep=[7, 100])
    assert some.steps.tolist() == [0, 7, 100, 400]
    assert np.array_equal(some.W, full.W[some.steps])
    assert descend(POSTER, two(3, -0.5), step=0.01, n_steps=400, keep=5).steps.tolist() == [0, 100, 200, 300, 400]


def test_memory_is_bounded_by_default():
    many = descend_many(POSTER, np.ones((1000, 1, 50)), step=1e-6, n_steps=200)
    assert many.W.size + many.alpha.size <= MAX_STORED
    assert many.steps[0, 0] == 0
    assert many.steps[0, -1] == 200


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_small_steps_never_raise_the_loss_within_a_pattern(data):
    x = data.draw(st.lists(st.floats(-2, 2).map(without_tiny), min_size=2, max_size=4))
    y = data.draw(st.lists(st.floats(-2, 2).map(without_tiny), min_size=len(x), max_size=len(x)))
    w = data.draw(st.lists(st.floats(-2, 2), min_size=2, max_size=2))
    problem = Problem(np.array(x)[:, None], y, second_layer="ones")
    run = descend(problem, two(*w), step=1e-3, n_steps=50)
    patterns = problem.X @ run.W > 0
    same = (patterns[1:] == patterns[:-1]).all(axis=(1, 2))
    assert (np.diff(run.objective)[same] <= 1e-12 * (1 + run.objective[0])).all()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"step": 0.0}, "step must be above 0"),
        ({"step": -1.0}, "step must be above 0"),
        ({"step": np.nan}, "step must hold finite numbers"),
        ({"step": "fast"}, "step must be an array of numbers"),
        ({"step": ((5, 0.1),)}, r"step must be pairs \(from_step, step size\)"),
        ({"step": [0.1, 0.2, 0.3]}, "step must be one number or one for each of the 1 starts"),
        ({"n_steps": 10**9}, f"n_steps must be a whole number from 0 to {MAX_STEPS:,}"),
        ({"n_steps": 2.5}, "n_steps must be a whole number"),
        ({"n_steps": -1}, "n_steps must be a whole number"),
        ({"n_steps": None}, "n_steps must be a whole number"),
        ({"method": "sgd"}, "method must be one of gd, momentum, adam, but was 'sgd'"),
        ({"keep": [0.5]}, "keep must be a number of iterates or whole step numbers"),
    ],
)
def test_impossible_requests_are_refused_with_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        descend(POSTER, two(1, 2), **({"step": 0.1, "n_steps": 10} | change))


def test_too_much_work_is_refused_with_its_product():
    with pytest.raises(ValueError, match=rf"must be at most {MAX_WORK:,}, but are 200,000,000,000"):
        descend_many(POSTER, np.ones((1000, 1, 100)), step=0.1, n_steps=MAX_STEPS)


@pytest.mark.parametrize(
    ("W", "alpha", "sentence"),
    [
        (np.ones((3, 1, 0)), None, "W must not be empty"),
        (np.ones((3, 2, 2)), None, "W must have one row for each of the 1 features"),
        (np.ones((3, 1, 2)), np.ones((3, 1)), "alpha must have the shape"),
        (np.ones((3, 1, 2)), 2 * np.ones((3, 2)), "alpha must be all ones"),
        (np.full((3, 1, 2), 1e100), None, "start must have a finite objective"),
    ],
)
def test_impossible_starts_are_refused_with_a_sentence(W, alpha, sentence):
    problem = Problem([[1e60]], [1.0], second_layer="ones")
    with pytest.raises(ValueError, match=sentence):
        descend_many(problem, W, alpha, step=0.1, n_steps=10)


def test_neurons_that_grow_beyond_what_a_network_holds_while_the_loss_does_not_rise_have_diverged():
    problem = Problem([[2.0]], [0.0])
    start = Network([[0.0, 1e50, 0.0]], [0.0, -1e50, 0.0])
    run = descend(problem, start, step=1e-41, n_steps=50)
    assert run.outcome is Outcome.DIVERGED
    assert np.abs(run.W).max() <= LARGEST
    assert np.abs(run.alpha).max() <= LARGEST
    assert np.isfinite(run.network().W).all()
