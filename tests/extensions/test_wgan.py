"""Wasserstein games: closed forms are optimal, the ReLU game is stationary and feasible, training is the same game."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from landscape.extensions import wgan
from landscape.extensions.shared.checks import Exactness
from landscape.extensions.wgan import descent_ascent, game
from landscape.extensions.wgan.relu_discriminator import relu_bound, spread
from landscape.model.network import Network

CLOUD_1D = np.array([[-0.9], [0.2], [0.5], [1.4], [1.9]])
CLOUD_2D = np.random.default_rng(0).standard_normal((6, 2)) + 0.7


def separation(X: np.ndarray, G: np.ndarray, directions: np.ndarray, discriminator: str, *, bias: bool) -> float:
    """The largest margin over given unit neurons, one by one."""
    real, made = game.discriminator_inputs(X, bias=bias), game.discriminator_inputs(G, bias=bias)
    sides = []
    for points in (real, made):
        pre = points @ directions
        shape = {"linear": pre, "quadratic": pre**2, "relu": np.maximum(pre, 0.0)}[discriminator]
        sides.append(shape.sum(axis=0))
    return float(np.abs(sides[0] - sides[1]).max())


@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(1, 2), st.sampled_from(game.DISCRIMINATORS))
@settings(max_examples=40, deadline=None)
def test_distance_is_the_best_margin_of_all_neurons(seed: int, n: int, d: int, discriminator: str) -> None:
    rng = np.random.default_rng(seed)
    X, G = rng.standard_normal((n, d)), rng.standard_normal((n, d))
    bias = discriminator == "relu"
    brute = separation(X, G, spread(d + bias, 40_000), discriminator, bias=bias)
    exact = wgan.distance(X, G, discriminator)
    assert -1e-9 <= exact - brute <= 0.03 * exact + 1e-9


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 3), st.sampled_from([0.1, 1.0, 10.0]))
@settings(max_examples=40, deadline=None)
def test_closed_forms_are_feasible_and_the_saddle_has_their_value(seed: int, n: int, d: int, beta: float) -> None:
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) + 0.5
    for discriminator in ("linear", "quadratic"):
        found = wgan.solve(X, beta, discriminator, rng=rng)
        assert found.exactness is Exactness.EXACT
        assert found.value == pytest.approx(found.lower_bound, abs=1e-9)
        assert found.distance <= beta * (1 + 1e-9)
        assert wgan.objective(X, found.samples, beta, found.network, discriminator) == pytest.approx(
            found.value, abs=1e-9
        )


def test_closed_forms_agree_with_the_plain_programs() -> None:
    import cvxpy as cp

    for X in (CLOUD_1D, CLOUD_2D, np.random.default_rng(1).standard_normal((5, 3))):
        for beta in (0.4, 3.0):
            G = cp.Variable(X.shape)
            linear = cp.Problem(cp.Minimize(cp.sum_squares(G)), [cp.norm(X.sum(axis=0) - cp.sum(G, axis=0)) <= beta])
            linear.solve(solver=cp.CLARABEL)
            assert wgan.solve(X, beta, "linear").value == pytest.approx(linear.value, abs=1e-6)
            M = cp.Variable((X.shape[1],) * 2, PSD=True)
            quadratic = cp.Problem(cp.Minimize(cp.trace(M)), [cp.sigma_max(X.T @ X - M) <= beta])
            quadratic.solve(solver=cp.CLARABEL)
            assert wgan.solve(X, beta, "quadratic").value == pytest.approx(quadratic.value, abs=1e-5)


def test_the_quadratic_solution_soft_thresholds_the_squared_singular_values_and_moves_the_start_the_least() -> None:
    start = np.random.default_rng(3).standard_normal(CLOUD_2D.shape)
    found = wgan.solve(CLOUD_2D, 2.0, "quadratic", start=start)
    S = np.linalg.svd(CLOUD_2D, compute_uv=False)
    assert np.linalg.svd(found.samples, compute_uv=False) == pytest.approx(np.sqrt(np.maximum(S**2 - 2.0, 0.0)))
    moved = np.sum((found.samples - start) ** 2)
    for seed in range(50):
        Q = np.linalg.qr(np.random.default_rng(seed).standard_normal((6, 6)))[0]
        assert np.sum((Q @ found.samples - start) ** 2) >= moved - 1e-9


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("beta", [0.5, 1.5])
@pytest.mark.parametrize("X", [CLOUD_1D, CLOUD_2D], ids=["1-D", "2-D"])
def test_the_relu_game_ends_at_a_saddle_for_its_patterns(X: np.ndarray, beta: float, bias: bool) -> None:
    found = wgan.solve(X, beta, "relu", bias=bias)
    assert found.exactness in (Exactness.EXACT, Exactness.FIXED_PATTERNS)
    assert found.distance <= beta * (1 + 1e-9)
    assert relu_bound(X, beta, bias=bias) == found.lower_bound <= found.value * (1 + 1e-6)
    assert found.value < np.sum(X**2)
    # The discriminator holds the generator in place, 2 g = ∇D(g), and gains nothing itself: a saddle point.
    assert wgan.objective(X, found.samples, beta, found.network, "relu", bias=bias) == pytest.approx(
        found.value, abs=1e-3 * found.value
    )
    made = game.discriminator_inputs(found.samples, bias=bias)
    pre = made @ found.network.W
    still = np.all(np.abs(pre) > 1e-3 * np.linalg.norm(found.network.W, axis=0), axis=1)
    pull = ((pre > 0) * found.network.alpha) @ found.network.W[: X.shape[1]].T
    assert np.allclose(pull[still], 2.0 * found.samples[still], atol=2e-3 * np.abs(X).max())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("seed", range(3))
def test_two_samples_on_a_grid_find_nothing_below_the_bound(seed: int, bias: bool) -> None:
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, (2, 1))
    beta = 0.3 * wgan.distance(X, np.zeros_like(X), "relu", bias=bias)
    found = wgan.solve(X, beta, "relu", bias=bias)
    axis = np.linspace(-1.2, 1.2, 61)
    feasible = [
        g * g + h * h
        for g in axis
        for h in axis[axis >= g]
        if wgan.distance(X, np.array([[g], [h]]), "relu", bias=bias) <= beta
    ]
    assert min(feasible) >= found.lower_bound - 1e-9
    assert found.value <= min(feasible) + 1e-6  # with two samples the patterns reached from X are the best


@pytest.mark.parametrize("discriminator", game.DISCRIMINATORS)
def test_a_weak_discriminator_lets_the_generator_be_zero(discriminator: game.Discriminator) -> None:
    beta = 1.001 * wgan.distance(CLOUD_2D, np.zeros_like(CLOUD_2D), discriminator)
    found = wgan.solve(CLOUD_2D, beta, discriminator)
    assert (found.value, found.exactness) == (0.0, Exactness.EXACT)
    assert not np.any(found.network.alpha)


@pytest.mark.parametrize("discriminator", game.DISCRIMINATORS)
def test_frames_lead_from_the_start_to_the_solution(discriminator: game.Discriminator) -> None:
    start = np.random.default_rng(5).standard_normal(CLOUD_1D.shape)
    found = wgan.solve(CLOUD_1D, 0.8, discriminator, start=start)
    assert np.array_equal(found.frames[0], start)
    assert np.allclose(found.frames[-1], found.samples)
    assert np.sum(found.frames[-1] ** 2) == pytest.approx(found.value)
    assert wgan.distance(CLOUD_1D, found.frames[-1], discriminator) == found.distance


@pytest.mark.parametrize("name", ["one point", "duplicates", "zeros", "large"])
@pytest.mark.parametrize("discriminator", game.DISCRIMINATORS)
def test_degenerate_clouds(name: str, discriminator: game.Discriminator) -> None:
    X = {
        "one point": np.array([[1.3]]),
        "duplicates": np.array([[0.5], [0.5], [-1.0], [-1.0]]),
        "zeros": np.zeros((3, 1)),
        "large": np.array([[1e6], [-3e5], [4e5]]),
    }[name]
    scale = float(np.abs(X).max()) or 1.0
    beta = 0.3 * (scale**2 if discriminator == "quadratic" else scale)
    found = wgan.solve(X, beta, discriminator)
    assert found.distance <= beta * (1 + 1e-5)
    assert -1e-9 * scale**2 <= found.value - found.lower_bound
    assert found.value <= np.sum(X**2) * (1 + 1e-9)


@pytest.mark.parametrize("discriminator", game.DISCRIMINATORS)
def test_the_players_follow_the_slope_of_the_games_value(discriminator: game.Discriminator) -> None:
    rng = np.random.default_rng(4)
    X, G, bias = CLOUD_2D, rng.standard_normal(CLOUD_2D.shape), discriminator == "relu"
    W, alpha = rng.standard_normal((2 + bias, 3)), rng.standard_normal(3)
    down, up_W, up_alpha = descent_ascent._gradients(
        game.discriminator_inputs(X, bias=bias),
        game.discriminator_inputs(G, bias=bias),
        W,
        alpha,
        beta=0.7,
        discriminator=discriminator,
    )
    players = [G, W, alpha]
    for which, slope in enumerate((down[:, :2] + 2.0 * G, up_W, up_alpha)):
        for index in np.ndindex(players[which].shape):
            sides = []
            for step in (1e-6, -1e-6):
                moved = [p.copy() for p in players]
                moved[which][index] += step
                sides.append(wgan.objective(X, moved[0], 0.7, Network(moved[1], moved[2]), discriminator))
            assert (sides[0] - sides[1]) / 2e-6 == pytest.approx(slope[index], abs=1e-5)


@pytest.mark.parametrize("discriminator", game.DISCRIMINATORS)
def test_descent_ascent_oscillates_and_repeats_by_seed(discriminator: game.Discriminator) -> None:
    X = CLOUD_1D + 1.0
    trained = wgan.train(X, 1.0, np.random.default_rng(0), 2, discriminator=discriminator, n_steps=4000)
    first, again = (
        wgan.train(X, 1.0, np.random.default_rng(0), 2, discriminator=discriminator, n_steps=300) for _ in range(2)
    )
    assert np.array_equal(first.values, again.values)
    run = trained.runs[0]
    assert len(run.steps) == len(run.samples) == len(run.values) == len(run.distances)
    assert run.distances[-1] == wgan.distance(X, run.samples[-1], discriminator)
    assert max(r.turns for r in trained.runs) >= 2


def test_turns_are_counted_beyond_small_ones() -> None:
    assert descent_ascent.turns_of(np.array([0.0, 1.0, 0.99, 1.5, 1.0, 1.2, 0.0])) == 3
    assert descent_ascent.turns_of(np.linspace(0.0, 1.0, 50)) == 0
    assert descent_ascent.turns_of(np.cos(np.linspace(0.0, 6.0 * np.pi, 200)) + 2.0) == 5


def test_linear_training_ends_at_the_solution() -> None:
    run = wgan.train(CLOUD_1D, 1.0, np.random.default_rng(0), n_steps=8000).runs[0]
    assert run.values[-1] == pytest.approx(wgan.solve(CLOUD_1D, 1.0, "linear").value, rel=1e-3)
    assert not run.diverged


def test_a_step_too_large_diverges_and_says_so() -> None:
    run = wgan.train(CLOUD_1D, 1.0, np.random.default_rng(0), discriminator="quadratic", step=0.5).runs[0]
    assert run.diverged
    assert np.all(np.isfinite(run.samples))


def test_bad_input_is_named() -> None:
    for call, named in (
        (lambda: wgan.solve(CLOUD_1D, 0.0), "beta"),
        (lambda: wgan.solve(CLOUD_1D * np.nan, 1.0), "X"),
        (lambda: wgan.solve(CLOUD_1D, 1.0, "cubic"), "discriminator"),
        (lambda: wgan.solve(np.ones((3, 3)), 1.0, "relu"), "X"),
        (lambda: wgan.solve(np.ones((99, 1)), 1.0), "X"),
        (lambda: wgan.solve(CLOUD_1D, 1.0, start=np.ones((2, 1))), "start"),
        (lambda: wgan.distance(CLOUD_1D, np.ones((2, 1)), "linear"), "G"),
        (lambda: wgan.objective(CLOUD_1D, CLOUD_1D, 1.0, Network(np.ones((2, 1)), np.ones(1)), "linear"), "W"),
        (lambda: wgan.train(CLOUD_1D, 1.0, np.random.default_rng(0), step=0.0), "step"),
        (lambda: wgan.train(CLOUD_1D, 1.0, np.random.default_rng(0), 0), "starts"),
    ):
        with pytest.raises(ValueError, match=f"^{named} must"):
            call()
