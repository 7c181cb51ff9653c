"""The sources' training runs, with their numbers; quantities along a run against their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.convex.twin import solve_convex
from landscape.geometry.patterns import enumerate_patterns
from landscape.model import initialisation as starts
from landscape.model.datasets import DATASETS
from landscape.model.network import Network, objective
from landscape.model.problem import Problem
from landscape.training.alignment import certificates, extremal_directions, optimum_over_current_patterns
from landscape.training.along_a_run import (
    current_patterns,
    distance_moved,
    pattern_codes,
    pattern_history,
    triangles,
)
from landscape.training.descent import descend
from landscape.training.keyframes import descend_keyframes, keyframe_steps
from landscape.training.published_runs import PUBLISHED_RUNS, published_run
from landscape.training.trajectory import Outcome

LINE = Problem(DATASETS["line"].design, DATASETS["line"].y)


def played(name, seed, **settings):
    found = published_run(name)
    problem, _ = found.setup(np.random.default_rng(seed))
    run = found.play(np.random.default_rng(seed), **settings)
    return problem, run, dict(zip(run.steps.tolist(), (run.objective / problem.n).tolist(), strict=True))


@pytest.mark.parametrize("seed", range(8))
def test_a_small_start_waits_on_a_plateau_then_falls(seed):
    _, run, mse = played("small", seed)
    first = mse[0]
    assert first == pytest.approx(0.7489, abs=1e-6)
    assert all(mse[t] > 0.748 for t in range(89))
    half = next(t for t in sorted(mse) if mse[t] < first / 2)
    assert 112 <= half <= 116
    assert 0.53 < mse[112] < 0.59
    assert 0.06 < mse[120] < 0.11
    assert 0.008 < mse[128] < 0.01
    assert mse[152] < 3e-4
    shape = triangles(run)
    longest = np.argsort(shape.norm[-1])[-100:]
    assert shape.kink[-1, longest] == pytest.approx(-7 / 6, abs=1e-3)
    assert (shape.side[-1, longest] == 1).all()


@pytest.mark.parametrize("seed", range(4))
def test_a_large_start_keeps_its_patterns(seed):
    problem, run, mse = played("large", seed, frames=50)
    assert 30 < mse[0] < 450
    assert mse[run.steps[-1]] < 1e-3 * mse[0]
    assert 0.005 < pattern_history(problem, run).changed[-1] < 0.05
    kinks = triangles(run).kink
    assert np.median(np.abs(kinks[-1] - kinks[0])) < 0.05


def test_two_points_follow_the_printed_losses_of_adam():
    problem, run, mse = played("adam", 0)
    assert [round(mse[t], 4) for t in (0, 42, 399)] == [0.4862, 0.4111, 0.1075]
    assert run.W[-1].ravel() == pytest.approx([0.317, 0.436], abs=0.005)
    assert run.alpha[-1] == pytest.approx([1.332], abs=0.001)
    crossed = pattern_history(problem, run)
    assert crossed.distinct[-1] == 1
    assert crossed.changed[-1] == 1.0


def test_orthogonal_data_are_fitted_by_one_group_of_neurons_each():
    problem, run, _ = played("orthogonal", 0, frames=200)
    assert run.outcome is Outcome.CONVERGED
    assert run.objective[-1] < 1e-12
    found = {e.sign: e for e in extremal_directions(problem)}
    heavy = np.abs(run.alpha[-1]) > 0.01 * np.abs(run.alpha[-1]).max()
    units = run.W[-1] / np.linalg.norm(run.W[-1], axis=0)
    for sign in (1.0, -1.0):
        own = heavy & (np.sign(run.alpha[-1]) == sign)
        assert own.any()
        assert (found[sign].u @ units[:, own] > 0.999).all()


@pytest.mark.parametrize("seed", range(2))
def test_data_that_are_not_orthogonal_leave_a_small_start_above_the_optimum(seed):
    problem, run, _ = played("non-orthogonal", seed, frames=60)
    assert solve_convex(problem).value < 1e-12
    assert run.objective[-1] == pytest.approx(0.3182, abs=2e-3)
    last = len(run.steps) - 1
    (word,) = certificates(problem, run, [last])
    assert word.complete
    assert word.gap == pytest.approx(run.objective[-1], abs=1e-12)


def test_the_sine_falls_slowly():
    problem, start = published_run("sine").setup(np.random.default_rng(0))
    run = descend(problem, start, step=published_run("sine").step_for(problem), n_steps=20_000, keep=[3000])
    mse = run.objective / problem.n
    assert 0.5 < mse[0] < 0.6
    assert 0.1 < mse[1] < 0.4
    assert 5e-4 < mse[2] < 2e-3


@pytest.mark.parametrize("seed", range(6))
def test_patterns_merge_over_time(seed):
    problem, run, _ = played("patterns", seed)
    distinct = pattern_history(problem, run).distinct
    assert distinct[0] == 20
    assert 12 <= distinct[50] <= 20
    assert 3 <= distinct[100] <= 9
    assert all(3 <= distinct[t] <= 8 for t in (200, 300))


def test_the_optimum_over_the_current_patterns_is_a_lower_curve():
    problem, run, _ = played("patterns", 0)
    values = {t: optimum_over_current_patterns(problem, run.network(t)) for t in (0, 50, 100, 150)}
    for t, value in values.items():
        assert value <= run.objective[t] + 1e-6
    assert values[0] < 1e-6 * run.objective[0]
    assert values[100] > 10 * values[50]


@pytest.mark.parametrize("found", PUBLISHED_RUNS, ids=lambda p: p.name)
def test_every_preset_starts_at_any_width_and_scale_and_repeats_itself(found):
    problem, start = found.setup(np.random.default_rng(3), m=4, scale=0.5)
    _, again = found.setup(np.random.default_rng(3), m=4, scale=0.5)
    assert np.array_equal(start.W, again.W)
    assert start.m == 4
    assert found.step_for(problem) > 0


def test_a_preset_nobody_knows_is_refused():
    with pytest.raises(ValueError, match="name must be one of small, large"):
        published_run("medium")


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
def test_a_film_holds_iterates_of_the_run_itself(method):
    rng = np.random.default_rng(1)
    problem, start = LINE, starts.uniform(2, 30, 1e-3, rng)
    whole = descend(problem, start, step=0.01, n_steps=900, method=method)
    short = descend_keyframes(problem, start, step=0.01, n_steps=900, method=method, frames=60)
    assert len(short.steps) <= 60
    assert short.steps[0] == 0
    assert short.steps[-1] == whole.steps[-1]
    assert short.outcome is whole.outcome
    assert np.array_equal(short.W, whole.W[short.steps])
    assert np.array_equal(short.objective, whole.objective[short.steps])


def test_a_film_is_denser_where_the_loss_falls_and_patterns_change():
    problem, start = LINE, starts.uniform(2, 50, 1e-9, np.random.default_rng(0))
    run = descend_keyframes(problem, start, step=0.0025, n_steps=100_000, frames=100)
    assert len(run.steps) <= 100
    fall = int(run.steps[np.argmax(run.objective < run.objective[0] / 2)])
    near = (run.steps > 0.8 * fall) & (run.steps < 1.2 * fall)
    evenly = 100 * 0.4 * fall / run.steps[-1]
    assert near.sum() > 2 * evenly
    assert (np.diff(run.steps) > 0).all()


def test_a_short_run_is_kept_whole():
    run = descend_keyframes(LINE, starts.uniform(2, 5, 0.5, np.random.default_rng(0)), step=0.01, n_steps=50)
    assert np.array_equal(run.steps, np.arange(51))


def test_a_run_that_stops_at_once_is_one_frame():
    dead = Network([[-1.0], [-1.0]], [1.0])
    run = descend_keyframes(LINE, dead, step=0.1, n_steps=10_000, frames=10)
    assert run.outcome is Outcome.DEAD
    assert run.steps.tolist() == [0]
    assert keyframe_steps(LINE, run, 10).tolist() == [0]


@settings(max_examples=40)
@given(st.integers(0, 10**6), st.integers(2, 40), st.integers(1, 300))
def test_no_film_is_longer_than_asked(seed, frames, n_steps):
    start = starts.uniform(2, 3, 1.0, np.random.default_rng(seed))
    run = descend(LINE, start, step=0.02, n_steps=n_steps, keep=max(2, n_steps // 3))
    chosen = keyframe_steps(LINE, run, frames)
    assert 1 <= len(chosen) <= frames
    assert chosen[0] == 0
    assert chosen[-1] == run.steps[-1]
    if run.steps[-1] + 1 <= frames:
        assert len(chosen) == run.steps[-1] + 1


def test_one_frame_is_no_film():
    with pytest.raises(ValueError, match="frames must be at least 2"):
        descend_keyframes(LINE, starts.uniform(2, 3, 1.0, np.random.default_rng(0)), step=0.1, n_steps=10, frames=1)


def test_triangles_are_where_neurons_bend():
    W = np.array([[2.0, -1.0, 0.0, 1e-300], [1.0, 3.0, 1.0, 1e10]])
    run = descend(LINE, Network(W, np.array([1.0, -2.0, 0.0, 1.0])), step=1e-9, n_steps=0)
    shape = triangles(run)
    assert shape.kink[0, :2].tolist() == [-0.5, 3.0]
    assert np.isnan(shape.kink[0, 2:]).all()
    assert shape.side[0, :3].tolist() == [1.0, -1.0, 0.0]
    assert shape.sign[0].tolist() == [1.0, -1.0, 0.0, 1.0]
    assert shape.norm[0, :3] == pytest.approx(np.sqrt([5.0, 10.0, 1.0]))


def test_triangles_need_one_feature_and_a_bias():
    problem = Problem([[1.0]], [1.0])
    with pytest.raises(ValueError, match="W must have 2 rows"):
        triangles(descend(problem, Network([[1.0]], [1.0]), step=0.1, n_steps=1))


@pytest.mark.parametrize("seed", range(5))
def test_pattern_history_counts_what_a_loop_counts(seed):
    rng = np.random.default_rng(seed)
    X, m = rng.normal(size=(11, 3)), 6
    X[3], X[4] = X[2], 0.0
    problem = Problem(X, rng.normal(size=11))
    run = descend(problem, starts.uniform(3, m, 1.0, rng), step=0.01, n_steps=40)
    history = pattern_history(problem, run)
    patterns = [[tuple(X @ W[:, j] > 0) for j in range(m)] for W in run.W]
    assert history.distinct.tolist() == [len(set(now)) for now in patterns]
    assert history.dead.tolist() == [sum(not any(p) for p in now) for now in patterns]
    assert history.changed == pytest.approx(
        [np.mean([a != b for a, b in zip(now, patterns[0], strict=True)]) for now in patterns]
    )
    before = [patterns[0], *patterns]
    assert history.crossed.tolist() == [
        sum(a != b for a, b in zip(now, then, strict=True)) for now, then in zip(patterns, before, strict=False)
    ]
    bits = np.unpackbits(pattern_codes(problem, run), axis=2, count=11).astype(bool)
    assert np.array_equal(bits[-1], (X @ run.W[-1] > 0).T)


def test_distance_is_that_of_all_weights():
    run = descend(LINE, starts.uniform(2, 5, 1.0, np.random.default_rng(0)), step=0.01, n_steps=30)
    flat = np.concatenate([run.W.reshape(31, -1), run.alpha], axis=1)
    assert distance_moved(run) == pytest.approx(np.linalg.norm(flat - flat[0], axis=1))


DEGENERATE = [
    Problem([[1.0, 0.0], [1.0, 0.0]], [1.0, 1.0]),
    Problem([[0.0, 0.0], [1.0, 1.0]], [1.0, -2.0]),
    Problem([[1.0, 1.0], [-1.0, -1.0], [2.0, 2.0]], [1.0, 2.0, -1.0]),
    Problem([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]),
]


def brute_force_maxima(problem, sign, count=40_000):
    """Strict local maxima, or middles of flat tops, of the gain on a fine circle; never the flat 0 of dead neurons."""
    angle = 2 * np.pi * np.arange(count) / count
    u = np.stack([np.cos(angle), np.sin(angle)])
    gain = sign * (problem.y @ np.maximum(problem.X @ u, 0.0))
    rises = gain > np.roll(gain, 1)
    falls = gain > np.roll(gain, -1)
    return u[:, rises & falls].T


@pytest.mark.parametrize("seed", range(25))
def test_extremal_directions_are_the_local_maxima_on_the_circle(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(1, 8))
    X = rng.normal(size=(n, 2)) if seed % 2 else np.column_stack([rng.normal(size=n), np.ones(n)])
    problem = Problem(X, rng.normal(size=n))
    found = extremal_directions(problem)
    for sign in (1.0, -1.0):
        expected = brute_force_maxima(problem, sign)
        own = [e for e in found if e.sign == sign]
        for u in expected:
            if abs(problem.y @ np.maximum(problem.X @ u, 0.0)) > 1e-9:
                assert min((np.linalg.norm(e.u - u) for e in own), default=9.0) < 1e-3
        for e in own:
            turned = [[np.cos(t), np.sin(t)] for t in np.arctan2(e.u[1], e.u[0]) + np.array([-1e-5, 1e-5])]
            nearby = [sign * (problem.y @ np.maximum(problem.X @ u, 0.0)) for u in turned]
            assert e.pull >= max(nearby) - 1e-12
            assert e.pull == pytest.approx(sign * (problem.y @ np.maximum(problem.X @ e.u, 0.0)))


@pytest.mark.parametrize("problem", DEGENERATE)
def test_extremal_directions_of_degenerate_data_are_maxima_too(problem):
    found = extremal_directions(problem)
    assert bool(found) == problem.y.any()
    for e in found:
        angles = np.arctan2(e.u[1], e.u[0]) + np.linspace(-1e-4, 1e-4, 11)
        around = [e.sign * (problem.y @ np.maximum(problem.X @ [np.cos(t), np.sin(t)], 0.0)) for t in angles]
        assert np.linalg.norm(e.u) == pytest.approx(1.0)
        assert e.pull >= max(around) - 1e-12


def test_one_feature_pulls_to_both_sides():
    found = {(e.u[0], e.sign): e.pull for e in extremal_directions(Problem([[-1.0], [1.0]], [1.0, 2.0]))}
    assert found == {(1.0, 1.0): 2.0, (-1.0, 1.0): 1.0, (1.0, -1.0): -2.0, (-1.0, -1.0): -1.0}


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("lam", [0.0, 0.05])
def test_the_optimum_over_current_patterns_lies_between_the_global_one_and_the_network(seed, lam):
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, 6)
    if seed == 0:
        x[1] = x[0]
    problem = Problem(np.column_stack([x, np.ones(6)]), rng.normal(size=6), lam)
    network = starts.uniform(2, 3, 1.0, rng)
    value = optimum_over_current_patterns(problem, network)
    tolerance = 1e-6 * float(problem.y @ problem.y)
    assert solve_convex(problem).value - tolerance <= value <= objective(problem, network) + tolerance


def test_the_optimum_over_all_patterns_is_the_global_one():
    problem = Problem(DATASETS["five"].design, DATASETS["five"].y, 0.05)
    D = enumerate_patterns(problem.X).D
    W = np.zeros((2, len(D)))
    for t in np.linspace(0, 2 * np.pi, 5000):
        u = np.array([np.cos(t), np.sin(t)])
        hit = np.flatnonzero(((problem.X @ u > 0) == D).all(axis=1))
        W[:, hit] = u[:, None]
    network = Network(W, np.ones(len(D)))
    assert len(current_patterns(problem, network)) == len(D) - 1
    assert optimum_over_current_patterns(problem, network) == pytest.approx(2 * 0.4528345, abs=1e-6)


def test_dead_networks_can_reach_nothing():
    dead = Network([[-1.0], [-1.0]], [1.0])
    assert optimum_over_current_patterns(LINE, dead) == pytest.approx(float(LINE.y @ LINE.y))


def test_the_gap_along_a_run_is_the_distance_to_the_optimum():
    problem = Problem(DATASETS["five"].design, DATASETS["five"].y, 0.05)
    best = solve_convex(problem)
    run = descend(problem, starts.uniform(2, 6, 0.5, np.random.default_rng(0)), step=0.02, n_steps=300)
    dual = problem.y - np.maximum(problem.X @ best.network.W, 0) @ best.network.alpha
    frames = range(0, len(run.steps), 50)
    for frame, word in zip(frames, certificates(problem, run, frames, dual), strict=True):
        assert word.complete
        assert word.gap == pytest.approx(run.objective[frame] - best.value, abs=1e-7)
