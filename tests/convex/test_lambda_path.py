"""The λ path: each point against plain CVXPY and closed forms, each event against solves on both sides of it."""

from __future__ import annotations

import importlib

import numpy as np
import pytest

from landscape.convex.lambda_path import lambda_path
from landscape.convex.lambda_path.conditions import Change
from landscape.convex.lambda_path.record import Event, LambdaPath
from landscape.convex.solver.cvxpy_model import solve_by_facets
from landscape.convex.twin import convex_objective, solve_convex
from landscape.geometry.lambda_max import lambda_max
from landscape.geometry.patterns import enumerate_patterns
from landscape.model.network import objective, predict
from landscape.model.problem import Problem

walk = importlib.import_module("landscape.convex.lambda_path.walk")

FIVE = Problem(
    np.c_[np.sort(np.random.default_rng(0).uniform(-1, 1, 5)), np.ones(5)], [0.8, -0.3, 0.6, 0.1, -0.7], lam=0.05
)


def random_problem(rng: np.random.Generator, d: int | None = None) -> Problem:
    """Half of the time small whole numbers, with ties, repeated, opposite and zero rows; units from 1e-6 to 1e6."""
    n, d = int(rng.integers(1, 8)), int(rng.integers(1, 3)) if d is None else d
    X = rng.integers(-1, 2, (n, d)).astype(float) if rng.random() < 0.5 else rng.standard_normal((n, d))
    if d > 1 and rng.random() < 0.4:
        X[:, -1] = 1.0
    if rng.random() < 0.3:
        X[rng.integers(n)] = X[0] * rng.choice([-3.0, 0.3, 1.0, 7.0])
    y = rng.integers(-1, 2, n).astype(float) if rng.random() < 0.3 else rng.standard_normal(n)
    return Problem(X * 10.0 ** rng.integers(-6, 7), y * 10.0 ** rng.integers(-6, 7))


def line_of(n: int, seed: int) -> Problem:
    """A noisy wave of one feature with a bias."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(-1, 1, n)
    return Problem(np.c_[x, np.ones(n)], np.sin(6 * x) + 0.3 * rng.standard_normal(n))


def at(problem: Problem, lam: float) -> Problem:
    return Problem(problem.X, problem.y, float(lam))


def assert_holds_together(path: LambdaPath) -> None:
    """Every point is proven, costs what it says, and the tracks account for it."""
    problem, height = path.problem, float(path.problem.y @ path.problem.y)
    assert path.proven.all()
    assert np.all(np.diff(path.lam) < 0) or path.lambda_max == 0
    for t in range(len(path)):
        network = path.network(t)
        value = objective(at(problem, path.lam[t]), network)
        assert value == pytest.approx(path.value[t], abs=1e-12 * height)
        misfit = predict(problem.X, network) - problem.y
        assert misfit @ misfit == pytest.approx(path.squared_error[t], abs=1e-10 * height)
        vectors, sign = path.blocks(t)
        assert path.neurons[t] == len(sign)
        assert np.linalg.norm(vectors, axis=0).sum() == pytest.approx(path.norm[t], rel=1e-9)
    assert np.all(np.diff(path.squared_error) <= 1e-9 * height)
    assert np.all(np.diff(path.norm) >= -1e-9 * path.norm[-1])
    for k, track in enumerate(path.tracks):
        assert track.norms[0] == 0
        assert abs(track.sign) == 1
        assert any(e.neuron == k and e.change is Change.ENTERS and e.point == track.first for e in path.events)
        left = [e for e in path.events if e.neuron == k and e.change in (Change.LEAVES, Change.JOINS)]
        assert len(left) == (track.last < len(path) - 1)
        scale = np.linalg.norm(problem.X, axis=1)[:, None] * track.norms
        pre = problem.X @ track.vectors
        assert np.all(pre[track.patterns.T] >= -1e-9 * scale[track.patterns.T])
        assert np.all(pre[~track.patterns.T] <= 1e-9 * scale[~track.patterns.T])


@pytest.mark.parametrize("seed", range(24))
def test_every_point_is_proven_and_costs_what_it_says(seed: int) -> None:
    assert_holds_together(lambda_path(random_problem(np.random.default_rng(seed)), points=8))


@pytest.mark.parametrize("seed", range(0, 24, 4))
def test_two_points_cost_what_plain_cvxpy_finds(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng)
    X, y = problem.X / np.max(np.abs(problem.X)), problem.y / np.max(np.abs(problem.y))  # the model needs tame units
    path = lambda_path(Problem(X, y), points=8)
    assert path.lambda_max > 0
    patterns = enumerate_patterns(X)
    for t in rng.integers(1, len(path), 2):
        U, V = solve_by_facets(X, y, path.lam[t], patterns.D)
        assert convex_objective(at(Problem(X, y), path.lam[t]), U, V, patterns) == pytest.approx(
            path.value[t], abs=1e-6 * float(y @ y)
        )


@pytest.mark.parametrize("seed", range(8))
def test_three_features_are_followed_through_cells_arcs_and_corners(seed: int) -> None:
    rng = np.random.default_rng(seed)
    problem = random_problem(rng, d=3)
    path = lambda_path(problem, points=8, smallest=1e-2)
    assert_holds_together(path)
    assert path.lambda_max > 0
    t = int(rng.integers(len(path)))
    found = solve_convex(at(problem, path.lam[t]))
    assert found.value == pytest.approx(path.value[t], abs=1e-9 * float(problem.y @ problem.y))


def fresh_neuron(problem: Problem, lam: float, u: np.ndarray, sign: float) -> np.ndarray:
    """The vector of the convex twin, from a solve of its own, that is closest to u among those of its sign."""
    network = solve_convex(at(problem, lam)).network
    vectors = (network.W * np.abs(network.alpha))[:, np.sign(network.alpha) == sign]
    return vectors[:, np.argmax(u @ vectors / np.linalg.norm(vectors, axis=0))]


def assert_located(path: LambdaPath, event: Event) -> None:
    """A length, or the distance of a kink from a sample, measured on fresh solves nearby, vanishes at the event."""
    problem, steps = path.problem, 1e-4 * np.array([1.0, 2.0, 3.0])
    after = event.change in (Change.ENTERS, Change.PARTS)
    track = path.tracks[event.neuron]
    u = track.vectors[:, event.point - track.first + (1 if after else -1)]
    lam = event.lam * (1.0 - steps if after else 1.0 + steps)
    found = np.array([fresh_neuron(problem, value, u, track.sign) for value in lam])
    vanishes = np.linalg.norm(found, axis=1)
    if event.change not in (Change.ENTERS, Change.LEAVES):
        rows = problem.X / np.linalg.norm(problem.X, axis=1)[:, None]
        vanishes = found @ rows[np.argmin(np.abs(rows @ found[0]))] / vanishes
    assert vanishes[0] != 0
    assert np.min(np.abs(np.roots(np.polyfit(steps, vanishes, 2)))) <= 1e-6


def test_each_event_happens_at_its_lambda_to_one_millionth() -> None:
    judged = []
    for seed in range(4):
        path = lambda_path(line_of(7, seed), smallest=0.05, points=150)
        assert all(event.located for event in path.events)
        for event in path.events:
            assert event.fraction == pytest.approx(event.lam / path.lambda_max)
            if sum(abs(np.log(other.lam / event.lam)) < 1e-3 for other in path.events) == 1:
                assert_located(path, event)
                judged.append(event.change)
    assert set(judged) == {Change.ENTERS, Change.LEAVES, Change.MEETS, Change.PARTS}
    assert len(judged) >= 20


def test_between_two_events_the_neurons_of_a_fresh_solve_are_those_of_the_path() -> None:
    compared = 0
    for seed in range(4):
        problem = line_of(8, seed)
        path = lambda_path(problem, smallest=0.05, points=20)
        for t in range(1, len(path), 3):
            if any(event.point == t for event in path.events):
                continue
            fresh = solve_convex(at(problem, path.lam[t])).network
            assert fresh.m == path.neurons[t]
            mine = path.network(t)
            match = (fresh.W / np.linalg.norm(fresh.W, axis=0)).T @ (mine.W / np.linalg.norm(mine.W, axis=0))
            assert np.all(np.max(match, axis=1) > 1 - 1e-9)
            compared += 1
    assert compared >= 20


def test_one_feature_follows_the_closed_form() -> None:
    x, y = np.array([-2.0, -0.5, 1.0, 3.0, 0.0]), np.array([1.0, -0.4, 0.7, -1.0, 5.0])
    path = lambda_path(Problem(x[:, None], y), points=30)
    for sign in (1.0, -1.0):
        side = sign * x > 0
        pull, stiffness = float(np.abs(x[side]) @ y[side]), float(x[side] @ x[side])
        (track,) = [track for track in path.tracks if track.vectors[0, -1] * sign > 0]
        length = np.maximum(abs(pull) - path.lam, 0.0)[track.first :] / stiffness
        assert track.sign == np.sign(pull)
        assert np.allclose(track.norms, length, rtol=1e-10, atol=1e-7 * length[-1])
        (event,) = [event for event in path.events if path.tracks[event.neuron] is track]
        assert event.lam == pytest.approx(abs(pull), rel=1e-8)
    assert path.lambda_max == pytest.approx(max(event.lam for event in path.events))


def test_five_points_reach_the_value_and_the_three_neurons_of_the_notes() -> None:
    path = lambda_path(FIVE, smallest=FIVE.lam / lambda_max(FIVE))
    assert path.lam[-1] == pytest.approx(0.05)
    assert path.value[-1] == pytest.approx(2 * 0.4528345, abs=2e-7)
    assert path.neurons[-1] == 3
    assert len(path.tracks) == 3
    assert path.finished


def test_the_path_begins_with_a_neuron_at_lambda_max_and_a_zero_network() -> None:
    path = lambda_path(FIVE)
    assert path.lam[0] == pytest.approx(lambda_max(FIVE), rel=1e-12)
    assert path.neurons[0] == 0
    assert path.value[0] == pytest.approx(FIVE.y @ FIVE.y)
    assert path.network(0).W.tolist() == [[0.0], [0.0]]
    first = path.events[0]
    assert (first.change, first.point, first.fraction) == (Change.ENTERS, 0, 1.0)


def test_repeated_opposite_collinear_and_zero_rows_are_followed_too() -> None:
    line = np.array([-1.0, -0.5, 0.5, 1.0])
    for X, y in (
        (np.c_[[0.3, 0.3, -0.2, 0.9], np.ones(4)], [1.0, -0.5, 0.2, 0.4]),  # repeated, with other labels
        (np.c_[[0.3, -0.3, 0.3], [1.0, -1.0, 1.0]], [1.0, 1.0, -2.0]),  # opposite rows
        (np.c_[line, 2 * line], [1.0, -1.0, 0.5, 2.0]),  # all on one line
        (np.c_[line, np.abs(line)], [1.0, 0.3, 0.3, 1.0]),  # symmetric: neurons enter two at a time
        (np.c_[[0.0, 0.5, 1.0], [0.0, 1.0, 1.0]], [2.0, 1.0, -1.0]),  # a zero row
        (np.c_[line, np.ones(4), line], [1.0, 0.3, -0.3, 1.0]),  # rank 2 of three features
        ([[2.0, -1.0]], [-3.0]),  # one point
        (np.c_[[-0.5, -0.5 + 1e-9, 0.2, 0.9], np.ones(4)], [1.0, -1.0, 0.5, -0.3]),  # nearly repeated
    ):
        path = lambda_path(Problem(X, y), points=20)
        assert_holds_together(path)
        assert path.neurons[-1] >= 1
        assert all(event.located for event in path.events)


def test_where_no_neuron_ever_helps_the_path_is_zero() -> None:
    for X, y in (
        (FIVE.X, np.zeros(5)),
        ([[0.0, 0.0]], [1.0]),
        ([[1.0, 1.0], [1.0, 1.0]], [1.0, -1.0]),  # out of reach
    ):
        path = lambda_path(Problem(X, y), points=5)
        assert path.lambda_max == 0
        assert path.proven.all()
        assert path.events == path.tracks == ()
        assert np.all(path.neurons == 0)
        assert np.allclose(path.value, np.dot(y, y))
        assert len(path) == 5


def test_a_hundred_points_are_a_hundred_shares_and_the_events() -> None:
    path = lambda_path(line_of(20, 0), points=100, smallest=1e-3)
    shares = np.geomspace(1, 1e-3, 100)
    at_events = {event.point for event in path.events}
    grid = [t for t in range(len(path)) if t not in at_events or t == 0]
    assert np.allclose(path.fraction[grid], shares, rtol=1e-12)
    assert_holds_together(path)


def test_progress_only_grows_and_stopping_keeps_what_was_found() -> None:
    done: list[float] = []
    whole = lambda_path(FIVE, points=30, progress=done.append)
    assert np.all(np.diff(done) > 0)
    assert done[-1] == pytest.approx(1.0)
    calls = iter(range(100))
    part = lambda_path(FIVE, points=30, stop=lambda: next(calls) == 11)
    assert not part.finished
    assert whole.finished
    assert len(part) == 12
    assert np.allclose(part.value, whole.value[:12])
    assert_holds_together(part)


def test_where_events_cannot_be_passed_the_solver_takes_over(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = line_of(8, 1)
    whole = lambda_path(problem, points=15, smallest=0.02)
    monkeypatch.setattr(walk, "_past_event", lambda *_: None)
    rescued = lambda_path(problem, points=15, smallest=0.02)
    assert rescued.proven.all()
    compared = 0
    for t, share in enumerate(whole.fraction):
        same = int(np.argmin(np.abs(rescued.fraction - share)))
        if abs(rescued.fraction[same] - share) <= 1e-12 * share:
            assert rescued.value[same] == pytest.approx(whole.value[t], rel=1e-9)
            compared += 1
    assert compared >= 15
    monkeypatch.setattr(walk, "_advance", lambda *_: (None, None))
    solved = lambda_path(problem, points=15, smallest=0.02)
    assert solved.proven.all()
    assert solved.value[-1] == pytest.approx(whole.value[-1], rel=1e-9)


def test_what_has_no_path_is_refused() -> None:
    with pytest.raises(ValueError, match="second_layer must be 'trained'"):
        lambda_path(Problem(FIVE.X, FIVE.y, second_layer="ones"))
    for smallest in (0.0, 1.0, -1.0, float("nan")):
        with pytest.raises(ValueError, match="smallest must be between"):
            lambda_path(FIVE, smallest=smallest)
    for points in (1, 0, 2.5):
        with pytest.raises(ValueError, match="points must be a whole number"):
            lambda_path(FIVE, points=points)  # type: ignore[arg-type]
    wide = np.random.default_rng(0).standard_normal((40, 8))
    with pytest.raises(ValueError, match="few enough patterns"):
        lambda_path(Problem(wide, wide[:, 0]))


def test_events_are_records_with_a_sentence() -> None:
    event = lambda_path(FIVE, points=4).events[0]
    assert isinstance(event, Event)
    assert event.change.sentence.endswith(".")
