"""The output bias is trained with the other weights: every gradient, every optimiser, every record of a run."""

import numpy as np
import pytest

from landscape.convex.certificate import certify
from landscape.convex.twin import solve_convex
from landscape.model.excess import at_optimum
from landscape.model.network import Network, bias_gradient, gradient, objective
from landscape.model.problem import Problem
from landscape.training import batched_gradient
from landscape.training.along_a_run import distance_moved
from landscape.training.curvature import leaves_saddle
from landscape.training.descent import descend, descend_many
from landscape.training.keyframes import descend_keyframes
from landscape.training.optimisers import METHODS
from landscape.training.step_size import working_step
from landscape.training.trajectory import Outcome, Trajectory

BIASED = ("free", "penalised")
X = np.column_stack([np.linspace(-1, 1, 6), np.ones(6)])
Y = np.array([0.9, 0.2, -0.4, 0.3, 0.8, 1.7])


def problem_of(kind: str, offset: float = 0.0, lam: float = 0.1) -> Problem:
    return Problem(X, Y + offset, lam, output_bias=kind)


@pytest.mark.parametrize("kind", BIASED)
@pytest.mark.parametrize(("n", "m", "B"), [(3, 2, 7), (1, 1, 1), (40, 30, 5), (4, 400, 1)])
def test_gradients_of_many_networks_are_those_of_each(n, m, B, kind):
    rng = np.random.default_rng(n + m)
    problem = Problem(rng.normal(size=(n, 3)), rng.normal(size=n), 0.3, output_bias=kind)
    V, A, b = rng.normal(size=(3, m, B)), rng.normal(size=(m, B)), rng.normal(size=B)
    F, (in_V, in_A, in_b), _ = batched_gradient.loss_and_gradient(problem, V, A, b)
    for k in range(B):
        network = Network(V[..., k], A[:, k], b[k])
        in_W, in_alpha = gradient(problem, network)
        assert F[k] == pytest.approx(objective(problem, network), rel=1e-12)
        assert np.allclose(in_V[..., k], in_W, rtol=1e-10, atol=1e-10)
        assert np.allclose(in_A[:, k], in_alpha, rtol=1e-10, atol=1e-10)
        assert in_b[k] == pytest.approx(bias_gradient(problem, network), rel=1e-10, abs=1e-10)


@pytest.mark.parametrize("kind", BIASED)
@pytest.mark.parametrize("method", METHODS)
def test_every_optimiser_trains_the_bias_and_stays_above_the_bound(method, kind):
    problem = problem_of(kind, offset=3.0)
    best = solve_convex(problem)
    start = Network(0.3 * np.random.default_rng(0).normal(size=(2, 12)), 0.3 * np.ones(12))
    step = working_step(problem, start, method, 3000)
    assert step is not None
    run = descend(problem, start, step=step, n_steps=3000, method=method)
    assert run.bias[0] == 0.0
    assert run.bias[-1] != 0.0
    assert run.network().bias == run.bias[-1]
    assert run.objective[-1] == pytest.approx(objective(problem, run.network()), rel=1e-9)
    assert run.objective[-1] >= best.certificate.lower_bound * (1 - 1e-12)
    assert certify(problem, run.network()).lower_bound <= best.value * (1 + 1e-9)


@pytest.mark.parametrize("kind", BIASED)
def test_a_run_that_begins_beside_the_optimum_ends_there(kind):
    problem = Problem(X[:, :1], Y, 0.1, output_bias=kind)  # at its optimum no point is at a kink
    best = solve_convex(problem)
    start = Network(best.network.W * 1.01, best.network.alpha, best.network.bias + 0.05)
    run = descend(problem, start, step=0.01, n_steps=20_000)
    assert run.outcome is Outcome.CONVERGED
    assert at_optimum(problem, run.objective[-1] - best.value)
    assert run.bias[-1] == pytest.approx(best.network.bias, abs=1e-3)


def test_the_first_step_is_that_of_the_gradient():
    problem, start = problem_of("free"), Network([[1.0, -0.5], [0.2, 0.4]], [0.7, -0.3], 0.25)
    run = descend(problem, start, step=0.01, n_steps=1)
    assert run.bias.tolist() == [0.25, 0.25 - 0.01 * bias_gradient(problem, start)]
    together = descend_many(problem, [start.W, start.W], [start.alpha] * 2, step=0.01, n_steps=1, bias=[0.25, 0.0])
    assert together.run(0).bias.tolist() == run.bias.tolist()
    assert together.run(1).bias[0] == 0.0


def test_runs_of_a_group_end_like_those_alone(monkeypatch):
    rng, problem = np.random.default_rng(0), problem_of("penalised")
    W, alpha, step = rng.normal(size=(9, 2, 4)), rng.normal(size=(9, 4)), np.geomspace(1e-4, 10.0, 9)
    together = descend_many(problem, W, alpha, step=step, n_steps=400, bias=np.arange(9.0))
    monkeypatch.setattr(batched_gradient, "MOST_BYTES", 8 * problem.n * 4 * 3)
    grouped = descend_many(problem, W, alpha, step=step, n_steps=400, bias=np.arange(9.0))
    assert grouped.outcome == together.outcome
    assert np.allclose(grouped.bias, together.bias, rtol=1e-10, atol=1e-12)
    assert len(set(together.outcome)) > 1  # some end early, and the others go on without them


def test_dead_neurons_leave_the_bias_to_be_trained():
    problem = Problem(X, Y, output_bias="free")
    start = Network([[0.0], [-1.0]], [1.0])
    run = descend(problem, start, step=0.02, n_steps=5000)
    assert run.outcome is Outcome.DEAD
    assert run.bias[-1] == pytest.approx(Y.mean(), rel=1e-6)
    assert run.steps[-1] > 0


def test_a_bias_on_its_way_is_no_rest():
    problem = problem_of("free", offset=1e6, lam=0.0)
    run = descend(problem, Network([[0.0], [-1.0]], [1.0]), step=1e-3, n_steps=100)
    assert run.outcome is Outcome.OUT_OF_STEPS


def test_a_bias_beyond_what_a_network_holds_has_diverged():
    run = descend(problem_of("free"), Network([[0.0], [-1.0]], [1.0]), step=10.0, n_steps=500)
    assert run.outcome is Outcome.DIVERGED
    assert np.isfinite(run.objective).all()
    run.network()


def test_the_bias_counts_as_a_distance_and_keyframes_are_iterates():
    problem, start = problem_of("free", offset=2.0), Network([[0.3], [0.1]], [0.2])
    run = descend(problem, start, step=0.01, n_steps=300)
    assert distance_moved(run)[-1] > abs(run.bias[-1])
    frames = descend_keyframes(problem, start, step=0.01, n_steps=300, frames=20)
    places = np.searchsorted(run.steps, frames.steps)
    assert np.array_equal(frames.bias, run.bias[places])


def test_a_saddle_is_known_by_what_the_bias_leaves():
    """The zero network is a saddle only while some neuron correlates with what is left of the labels."""
    zero = Network(np.zeros((2, 1)), np.zeros(1), float(Y.mean()))
    W = Network([[1e-9], [1e-9]], [1e-9], float(Y.mean()))
    flat = Problem(X, np.full(6, Y.mean()), 0.1, output_bias="free")
    assert not leaves_saddle(flat, W)
    assert leaves_saddle(problem_of("free", lam=0.01), W)
    assert not leaves_saddle(problem_of("free", lam=0.01), zero)  # no neuron is active at 0


def test_what_is_no_bias_of_a_start_is_refused():
    W = np.ones((2, 2, 1))
    with pytest.raises(ValueError, match="bias must have one entry for each of the 2 starts, but has 3"):
        descend_many(problem_of("free"), W, step=0.1, n_steps=1, bias=np.zeros(3))
    with pytest.raises(ValueError, match="bias must be 0 when output_bias is 'none'"):
        descend_many(problem_of("none"), W, step=0.1, n_steps=1, bias=np.ones(2))
    with pytest.raises(ValueError, match="bias must be 0 when output_bias is 'none'"):
        descend(problem_of("none"), Network(W[0], [1.0], 0.5), step=0.1, n_steps=1)


def test_a_record_without_biases_has_zeros():
    run = Trajectory(np.zeros((3, 1, 1)), np.ones((3, 1)), np.zeros(3), Outcome.CONVERGED, np.arange(3))
    assert run.bias.tolist() == [0.0, 0.0, 0.0]
    with pytest.raises(ValueError, match="read-only"):
        run.bias[0] = 1.0
