"""Deep linear networks: the closed forms are what networks reach, what training cannot pass, and what duals prove."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tiny_data import DEGENERATE

from landscape.extensions import parallel_linear as pl


def with_spectrum(spectrum: list[float], rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Data X (5, 3), Y (5, 3) for which X†Y has these singular values."""
    X = rng.standard_normal((5, 3))
    U, V = (np.linalg.qr(rng.standard_normal((3, 3)))[0] for _ in range(2))
    return X, X @ (U * spectrum) @ V.T


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 4), st.integers(1, 4), st.integers(2, 6))
@settings(max_examples=80, deadline=None)
def test_both_networks_fit_and_reach_their_primal(seed: int, n: int, d: int, c: int, depth: int) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((n, d)), rng.standard_normal((n, c)) * 10.0 ** rng.integers(-3, 4)
    found = pl.solve(X, Y, depth)
    assert pl.objective(X, Y, found.standard.network, "standard") == pytest.approx(found.standard.primal, rel=1e-9)
    assert pl.objective(X, Y, found.parallel.network, "parallel") == pytest.approx(found.parallel.primal, rel=1e-9)
    assert found.value == found.parallel.primal == found.parallel.dual
    assert found.parallel.network.depth == found.standard.network.depth == depth
    assert found.misfit == pytest.approx(np.sum((Y - X @ np.linalg.pinv(X) @ Y) ** 2), abs=1e-9 * np.sum(Y**2))


@pytest.mark.parametrize("depth", [2, 3, 4])
@pytest.mark.parametrize("architecture", ["standard", "parallel"])
@pytest.mark.parametrize("seed", range(2))
def test_training_reaches_the_primal_and_never_passes_it(seed: int, architecture: pl.Architecture, depth: int) -> None:
    rng = np.random.default_rng(seed)
    X, Y = rng.standard_normal((4, 3)), rng.standard_normal((4, 2))
    found = pl.solve(X, Y, depth)
    primal = (found.standard if architecture == "standard" else found.parallel).primal
    trained = pl.train(X, Y, rng, 20, depth=depth, architecture=architecture)
    assert np.all(trained.values >= primal * (1.0 - 1e-9))
    assert trained.values.min() <= primal * (1.0 + 1e-6)
    assert pl.objective(X, Y, trained.network, architecture) == trained.values.min()


@pytest.mark.parametrize("spectrum", [[2.0, 1.0, 0.3], [1.0, 1.0, 1.0], [1.5, 0.0, 0.0]])
@pytest.mark.parametrize("depth", [2, 3, 5])
def test_the_standard_dual_is_that_of_the_scaled_problem(spectrum: list[float], depth: int) -> None:
    """max tr ΛᵀY s.t. t^{L−2} ‖XᵀΛ‖₂ ≤ 1, plus the layers' cost, minimised over their common norm t, in plain CVXPY."""
    import cvxpy as cp
    from scipy.optimize import minimize_scalar

    X, Y = with_spectrum(spectrum, np.random.default_rng(0))
    Lam = cp.Variable(Y.shape)
    program = cp.Problem(cp.Maximize(cp.trace(Lam.T @ Y)), [cp.sigma_max(X.T @ Lam) <= 1])
    program.solve(solver=cp.CLARABEL)
    nuclear = float(program.value)
    scaled = minimize_scalar(
        lambda t: (depth - 2) * t**2 + 2.0 * nuclear / t ** (depth - 2), bounds=(1e-3, 10.0), method="bounded"
    ).fun
    found = pl.solve(X, Y, depth)
    assert found.standard.dual == pytest.approx(scaled, rel=1e-5)
    assert found.parallel.dual == pytest.approx(depth * nuclear, rel=1e-5)


def test_the_gap_closes_for_two_layers_or_one_singular_value_and_for_nothing_else() -> None:
    rng = np.random.default_rng(1)
    for spectrum, depth, closed in (
        ([2.0, 1.0, 0.3], 2, True),
        ([2.0, 0.0, 0.0], 3, True),
        ([2.0, 0.0, 0.0], 6, True),
        ([1.0, 1.0, 1.0], 3, False),
        ([2.0, 1.0, 0.3], 3, False),
        ([1.0, 1e-3, 0.0], 4, False),
    ):
        found = pl.solve(*with_spectrum(spectrum, rng), depth)
        assert (found.standard.gap <= 1e-9 * found.standard.primal) is closed
        assert found.parallel.gap == 0.0


def test_equal_singular_values_have_the_largest_relative_gap_and_it_grows_with_depth() -> None:
    depths = np.arange(2, 9)
    equal, unequal = (pl.gap_by_depth(np.array(s), depths) for s in ([1.0, 1.0, 1.0], [2.0, 0.8, 0.2]))
    assert equal[0] == pytest.approx(0.0)
    assert np.all(np.diff(equal) > 0)
    assert np.all(np.diff(unequal) > 0)
    assert np.all(equal[1:] > unequal[1:])
    assert np.allclose(equal, 3.0 ** (1.0 - 2.0 / depths) - 1.0)
    assert np.all(pl.gap_by_depth(np.zeros(0), depths) == 0.0)


@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_data(name: str) -> None:
    X = DEGENERATE[name]
    Y = np.c_[np.arange(len(X)) - 1.0, -np.ones(len(X))]
    found = pl.solve(X, Y, 3)
    assert pl.objective(X, Y, found.standard.network, "standard") == pytest.approx(found.standard.primal, rel=1e-6)
    assert pl.objective(X, Y, found.network, "parallel") == pytest.approx(found.value, rel=1e-6)
    assert 0.0 <= found.standard.dual <= found.standard.primal * (1 + 1e-12)


def test_labels_of_zero_need_no_weights() -> None:
    found = pl.solve(np.eye(3), np.zeros((3, 2)), 4)
    assert found.value == found.standard.primal == found.standard.dual == 0.0
    assert found.spectrum.shape == (0,)
    assert pl.train(np.eye(3), np.zeros((3, 2)), np.random.default_rng(0), 2, depth=3).values.min() < 1e-9


def test_a_network_that_does_not_fit_has_no_finite_value() -> None:
    X, Y = with_spectrum([1.0, 0.5, 0.2], np.random.default_rng(2))
    network = pl.solve(X, Y, 3).network
    off = pl.DeepLinear((network.layers[0] * 1.01, *network.layers[1:]))
    assert pl.objective(X, Y, off, "parallel") == np.inf


def test_training_reports_and_stops() -> None:
    X, Y = with_spectrum([1.0, 0.5, 0.2], np.random.default_rng(2))
    seen: list[tuple[int, int]] = []
    done = pl.train(X, Y, np.random.default_rng(0), 3, progress=lambda a, b: seen.append((a, b)))
    assert done.complete
    assert seen[-1][0] == seen[-1][1]
    assert [a for a, _ in seen] == sorted(a for a, _ in seen)
    assert not pl.train(X, Y, np.random.default_rng(0), 3, stop=lambda: True).complete


def test_bad_input_is_named() -> None:
    X, Y = np.ones((2, 2)), np.ones((2, 1))
    for arguments, named in (
        ((X, np.ones((3, 1)), 3), "Y"),
        ((X * np.inf, Y, 3), "X"),
        ((X, Y, 1), "depth"),
        ((X, Y, 100), "depth"),
        ((np.ones((2, 99)), Y, 3), "X"),
    ):
        with pytest.raises(ValueError, match=f"^{named} .*must"):
            pl.solve(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^architecture must"):
        pl.train(X, Y, np.random.default_rng(0), 1, architecture="round")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^layers must"):
        pl.DeepLinear((np.ones((1, 2, 3)), np.ones((1, 2, 3))))
    with pytest.raises(ValueError, match=r"^layers must"):
        pl.objective(X, Y, pl.DeepLinear((np.ones((1, 3, 1)),)), "standard")
