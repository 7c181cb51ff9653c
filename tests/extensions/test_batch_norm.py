"""Batch normalisation: the convex value over whitened data is the recovered network's objective and the dual bound."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from tiny_data import DEGENERATE, random_features

from landscape.extensions import batch_norm as bn
from landscape.extensions.batch_norm.basis import basis_of
from landscape.extensions.shared.checks import Exactness
from landscape.geometry.patterns import enumerate_patterns

BOTH = ("before", "after")


def assert_exact(X: np.ndarray, y: np.ndarray, lam: float, where: bn.Where) -> bn.NormSolution:
    """The convex value, the recovered network's objective and the proven bound are one number."""
    found = bn.solve(X, y, lam, where)
    scale = max(found.value, 1e-3 * float(y @ y), 1e-300)
    assert found.exactness is Exactness.EXACT
    assert abs(bn.objective(X, y, lam, found.network, where) - found.value) <= 1e-7 * scale
    assert -1e-9 * scale <= found.value - found.lower_bound <= 1e-5 * scale
    return found


def whitened_program(X: np.ndarray, y: np.ndarray, lam: float) -> float:
    """Problem (2) with X replaced by U' = [U, 1/√n], in plain CVXPY with facets."""
    import cvxpy as cp

    n = len(X)
    U, S, _ = np.linalg.svd(X - X.mean(axis=0), full_matrices=False)
    white = np.c_[U[:, (S > 0) & (S / max(S.max(), 1e-300) > 1e-9)], np.full(n, 1 / np.sqrt(n))]
    D = enumerate_patterns(white).D
    u, v = (cp.Variable((white.shape[1], len(D))) for _ in range(2))
    signs = 2.0 * D.T - 1.0
    cones = [cp.multiply(signs, white @ w) >= 0 for w in (u, v)]
    fit = cp.sum(cp.multiply(D.T.astype(float), white @ (u - v)), axis=1) - y
    norm = cp.sum(cp.norm(u, axis=0)) + cp.sum(cp.norm(v, axis=0))
    program = cp.Problem(cp.Minimize(cp.sum_squares(fit) + 2 * lam * norm), cones)
    program.solve(solver=cp.CLARABEL)
    return float(program.value)


def svd_program(X: np.ndarray, y: np.ndarray, lam: float, *, free: bool = True) -> float:
    """The program after the ReLU as THEORY.md writes it: ± U_i q + δ 1/√n, w = V_i S_i⁻¹ q + N_i t in its cone."""
    import cvxpy as cp
    from scipy.linalg import null_space

    n = len(X)
    fit, norm, cones = -y, 0.0, []
    for gate in enumerate_patterns(X).D:
        active = gate[:, None] * X
        centred = active - active.mean(axis=0)
        U, S, Vt = np.linalg.svd(centred, full_matrices=False)
        kept = S > 1e-9
        U, back, N = U[:, kept], Vt[kept].T / S[kept], null_space(centred, rcond=1e-9)
        for sign in (1.0, -1.0):
            delta = cp.Variable(1)
            w, parts = np.zeros(X.shape[1]), [delta]
            if kept.any():
                q = cp.Variable(int(kept.sum()))
                w, fit, parts = w + back @ q, fit + sign * (U @ q), [q, delta]
            if free and N.size:
                w = w + N @ cp.Variable(N.shape[1])
            if not isinstance(w, np.ndarray):
                cones.append(cp.multiply(2.0 * gate - 1.0, X @ w) >= 0)
            fit = fit + delta[0] * np.full(n, 1 / np.sqrt(n))
            norm = norm + cp.norm(cp.hstack(parts))
    program = cp.Problem(cp.Minimize(cp.sum_squares(fit) + 2 * lam * norm), cones)
    program.solve(solver=cp.CLARABEL)
    return float(program.value)


@given(
    st.integers(0, 2**32 - 1),
    st.integers(1, 7),
    st.integers(1, 2),
    st.sampled_from([1e-3, 0.03, 0.3]),
    st.sampled_from(BOTH),
)
@settings(max_examples=30, deadline=None)
def test_value_is_the_networks_objective_is_the_dual_bound(
    seed: int, n: int, d: int, share: float, where: bn.Where
) -> None:
    rng = np.random.default_rng(seed)
    X, y = random_features(rng, n, d), rng.standard_normal(n)
    assert_exact(X, y, share * float(np.linalg.norm(y)), where)


@pytest.mark.parametrize("where", BOTH)
@pytest.mark.parametrize("seed", range(4))
def test_no_trained_network_is_below_the_value_and_the_plain_program_agrees(seed: int, where: bn.Where) -> None:
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 6))
    X, y = np.c_[rng.uniform(-1, 1, n), np.ones(n)], rng.uniform(-1, 1, n)
    found = assert_exact(X, y, 0.02, where)
    trained = bn.train(X, y, 0.02, rng, 20, where=where)
    assert len(trained.values) == 20
    assert found.value <= trained.values.min() + 1e-6
    assert abs(trained.values.min() - bn.objective(X, y, 0.02, trained.network, where)) < 1e-12
    plain = whitened_program(X, y, 0.02) if where == "before" else svd_program(X, y, 0.02)
    assert abs(plain - found.value) < 1e-5


@pytest.mark.parametrize("where", BOTH)
def test_training_reaches_the_certified_value_on_easy_data(where: bn.Where) -> None:
    X, y = np.c_[[-1.0, -0.2, 0.6, 1.0], np.ones(4)], np.array([1.0, 0.2, -0.3, 0.8])
    found = assert_exact(X, y, 0.1, where)
    best = bn.train(X, y, 0.1, np.random.default_rng(0), 50, where=where).values.min()
    assert -1e-9 <= best - found.value < 1e-6


LINE = np.array([-0.9, -0.2, 0.3, 1.0]), np.array([0.9, -0.5, 0.7, -0.2])
"""x and y; with a bias, λ = 0.05 and the normalisation after the ReLU the least objective is 0.4975901."""


@pytest.mark.parametrize(
    ("stretch", "shift"),
    [(1.0, 0.0), (0.01, 0.0), (1e-4, 0.0), (1.0, 2015.0), (-1e6, 3e7), (1e-90, 0.0), (1e90, 0.0), (1e-6, 1.0)],
)
def test_no_unit_and_no_origin_of_the_feature_matters_after_the_relu(stretch: float, shift: float) -> None:
    X, y = np.c_[stretch * LINE[0] + shift, np.ones(4)], LINE[1]
    found = assert_exact(X, y, 0.05, "after")
    assert found.value == pytest.approx(0.4975901, abs=5e-8)
    trained = bn.train(X, y, 0.05, np.random.default_rng(0), 20, where="after").values.min()
    assert found.value - 1e-9 <= trained <= found.value + 1e-6


def test_the_bound_holds_where_the_feature_is_far_from_0() -> None:
    X, y = np.c_[LINE[0] + 1e9, np.ones(4)], LINE[1]
    found = bn.solve(X, y, 0.05, "after")
    assert found.exactness is Exactness.EXACT
    assert bn.objective(X, y, 0.05, found.network, "after") == pytest.approx(found.value, abs=1e-6)
    assert bn.whiten(X).whitened == pytest.approx(bn.whiten(X - [1e9, 0.0]).whitened, abs=1e-15)


@pytest.mark.parametrize("where", BOTH)
@pytest.mark.parametrize("seed", range(4))
def test_only_the_range_of_the_data_matters(seed: int, where: bn.Where) -> None:
    rng = np.random.default_rng(seed)
    n, rank, d = 5, 1 + seed % 2, 4
    rows = rng.standard_normal((n, rank)) * (np.arange(n) != 1)[:, None]  # with a row of zeros
    wide = rows @ rng.integers(-2, 3, (rank, d)) * 10.0 ** rng.uniform(-6, 6, d)  # more features than the rank
    y = rng.standard_normal(n)
    narrow = assert_exact(rows, y, 0.05, where)
    found = bn.solve(wide, y, 0.05, where)
    assert found.value == pytest.approx(narrow.value, rel=1e-6)
    assert bn.objective(wide, y, 0.05, found.network, where) == pytest.approx(narrow.value, rel=1e-6)
    assert where == "before" or found.exactness is Exactness.EXACT


@pytest.mark.parametrize("seed", range(6))
def test_the_plain_program_agrees_on_any_rank_after_the_relu(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 6)), int(rng.integers(1, 7))
    X, y = rng.integers(-2, 3, (n, d)).astype(float), rng.standard_normal(n)
    if seed % 2:
        X[:, 0], X[-1] = 3.0, X[0]  # a constant feature, and a row that is repeated
    found = bn.solve(X, y, 0.05, "after")
    assert abs(svd_program(X, y, 0.05) - found.value) < 1e-5
    assert bn.objective(X, y, 0.05, found.network, "after") == pytest.approx(found.value, rel=1e-6)


def test_a_basis_keeps_zero_equal_and_opposite_rows() -> None:
    X = np.array([[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [-1.0, -2.0, -3.0], [4.0, 1.0, 5.0], [1.0, 2.0, 3.0]])
    basis = basis_of(X)
    assert basis.Q.shape == (5, 2)
    assert np.allclose(X @ basis.back, basis.Q)
    assert np.allclose(basis.Q.T @ basis.Q, np.eye(2))
    assert not basis.Q[1].any()
    assert basis.Q[0].tolist() == (-basis.Q[2]).tolist() == basis.Q[4].tolist()
    assert basis_of(np.zeros((3, 2))).Q.tolist() == [[0.0]] * 3


def test_without_the_null_space_the_program_after_the_relu_is_wrong() -> None:
    X, y = np.array([[-0.6, 1.0], [0.8, 1.0]]), np.array([1.0, -0.5])
    found = assert_exact(X, y, 0.01, "after")
    assert abs(svd_program(X, y, 0.01) - found.value) < 1e-6
    assert svd_program(X, y, 0.01, free=False) > found.value + 0.1


def test_whitening_centres_turns_and_drops_the_bias() -> None:
    X = np.c_[np.random.default_rng(0).standard_normal((6, 2)) * [1e4, 1e-4], np.ones(6)]
    white = bn.whiten(X)
    assert white.whitened.shape == (6, 3)
    assert np.allclose(white.whitened.T @ white.whitened, np.eye(3))
    assert np.allclose((X - X.mean(axis=0)) @ white.back, white.U)
    assert bn.whiten(np.ones((4, 2))).whitened.shape == (4, 1)


@pytest.mark.parametrize("seed", range(3))
def test_before_the_relu_only_the_span_of_the_centred_data_matters(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x, y = rng.standard_normal(5), rng.standard_normal(5)
    values = [bn.solve(X, y, 0.05, "before").value for X in (x[:, None], np.c_[1e3 * x - 7.0, np.ones(5)])]
    assert values[0] == pytest.approx(values[1], rel=1e-9)


@pytest.mark.parametrize("where", BOTH)
@pytest.mark.parametrize("name", DEGENERATE)
def test_degenerate_data(name: str, where: bn.Where) -> None:
    X = DEGENERATE[name]
    y = np.random.default_rng(1).standard_normal(len(X)) - 1.0
    for lam in (0.01, 0.2):
        found = assert_exact(X, y, lam, where)
        trained = bn.train(X, y, lam, np.random.default_rng(2), 10, where=where)
        assert found.value <= trained.values.min() + 1e-6


@pytest.mark.parametrize("where", BOTH)
def test_a_strong_penalty_leaves_the_zero_network(where: bn.Where) -> None:
    X, y = DEGENERATE["duplicates"], np.array([1.0, -0.4, 0.3])
    found = assert_exact(X, y, 2.0 * float(np.linalg.norm(y)), where)
    assert found.value == pytest.approx(y @ y)
    assert assert_exact(X, np.zeros(3), 0.1, where).value == 0.0


@pytest.mark.parametrize("where", BOTH)
def test_three_features_and_more(where: bn.Where) -> None:
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((5, 3)), rng.standard_normal(5)
    found = bn.solve(X, y, 0.1, where)
    assert bn.objective(X, y, 0.1, found.network, where) == pytest.approx(found.value, rel=1e-6)
    assert found.value <= bn.train(X, y, 0.1, rng, 20, where=where).values.min() + 1e-5
    many = bn.solve(rng.standard_normal((10, 5)), rng.standard_normal(10), 0.1, where)
    assert many.exactness is Exactness.SAMPLED
    if where == "after":
        assert many.lower_bound == -np.inf
    else:  # a search has bounded it over all patterns
        assert 0 < many.lower_bound <= many.value


def test_bad_input_is_named() -> None:
    X, y = np.ones((2, 2)), np.ones(2)
    for arguments, named in (
        ((X, np.ones(3), 0.1), "y"),
        ((X * np.inf, y, 0.1), "X"),
        ((X, y, 0.0), "lam"),
        ((X, y, 0.1, "around"), "where"),
        ((np.ones((300, 2)), np.ones(300), 0.1), "X"),
    ):
        with pytest.raises(ValueError, match=f"^{named} must"):
            bn.solve(*arguments)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^delta must"):
        bn.NormNetwork(np.ones((2, 1)), np.ones(1), np.ones(2), np.ones(1))
    with pytest.raises(ValueError, match=r"^W must"):
        bn.objective(X, y, 0.1, bn.NormNetwork(np.ones((3, 1)), np.ones(1), np.ones(1), np.ones(1)))
    with pytest.raises(ValueError, match=r"^neurons must"):
        bn.train(X, y, 0.1, np.random.default_rng(0), 1, neurons=0)
