"""The semidefinite programs of networks with several outputs, and their solutions read as neurons."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from landscape.convex.dual import dual_value
from landscape.convex.pruning import independent_magnitudes
from landscape.extensions.shared.cones import Sectors, sectors
from landscape.extensions.shared.programs import solve_program
from landscape.model.readable import readable

NEGLIGIBLE = 1e-5
"""A neuron below this share of the largest ‖w‖² is zero up to the accuracy of an interior-point solver."""

SHARP = 1e-8
MOST_ADDED = 25
"""Relative distance of value and bound at which no neuron is added any more, and how often one is at most."""

SAME_DIRECTION = 1e-3
"""Neurons closer than this, in radians, start as one, which the last descent is free to turn."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """Neurons W (d, m) with their best second layer A (m, c), the value of their blocks, and a proven lower bound."""

    value: float
    W: np.ndarray
    A: np.ndarray
    bound: float

    __repr__ = readable

    @classmethod
    def zero(cls, X: np.ndarray, Y: np.ndarray, bound: float) -> Candidate:
        """The zero network."""
        return cls(float(np.sum(Y**2)), np.zeros((X.shape[1], 1)), np.zeros((1, Y.shape[1])), bound)


@dataclass(frozen=True, eq=False)
class StrongestNeuron:
    """The unit neuron most correlated with a residual Z: ‖Zᵀ relu(X u)‖, its sector, and coordinates (2,) in it."""

    value: float
    sector: int
    q: np.ndarray

    __repr__ = readable


def strongest_neuron(cut: Sectors, X: np.ndarray, Z: np.ndarray) -> StrongestNeuron:
    """Return max ‖Zᵀ relu(X u)‖ over unit neurons u, exactly, for d ≤ 2.

    On a sector the square is uᵀ H u with H = Xᵀ D Z Zᵀ D X: its maximum is at the leading eigenvector of H where that
    lies in the sector, else at an edge.
    """
    best = StrongestNeuron(0.0, 0, np.zeros(2))
    if cut.count == 0:
        return best
    for at, q in ((cut.at_here, np.array([1.0, 0.0])), (cut.at_there, np.array([0.0, 1.0]))):
        correlations = np.linalg.norm(Z.T @ at, axis=0)
        s = int(np.argmax(correlations))
        if correlations[s] > best.value:
            best = StrongestNeuron(float(correlations[s]), s, q)
    if X.shape[1] == 1:
        return best
    G = np.einsum("ns,nd,nc->sdc", cut.active.astype(float), X, Z)
    values, vectors = np.linalg.eigh(G @ G.transpose(0, 2, 1))
    u = vectors[:, :, -1].T
    from_here = cut.here[0] * u[1] - cut.here[1] * u[0]
    to_there = u[0] * cut.there[1] - u[1] * cut.there[0]
    correlations = np.sqrt(np.where(from_here * to_there > 0, np.maximum(values[:, -1], 0.0), 0.0))  # u or −u is inside
    s = int(np.argmax(correlations))
    if correlations[s] <= best.value:
        return best
    width = cut.here[0, s] * cut.there[1, s] - cut.here[1, s] * cut.there[0, s]
    return StrongestNeuron(float(correlations[s]), s, np.abs([to_there[s], from_here[s]]) / abs(width))


def solve_exact(X: np.ndarray, Y: np.ndarray, lam: float) -> Candidate:
    """Solve the copositive program for d ≤ 2, where a block is completely positive if B ⪰ 0 and B ≥ 0.

    Rows of X are at most 1 long and ‖Y‖ = 1. The value is that of the blocks Σ w wᵀ of the neurons found.
    """
    cut = sectors(X)
    if cut.count == 0 or lam >= strongest_neuron(cut, X, Y).value:
        return Candidate.zero(X, Y, float(np.sum(Y**2)))
    import cvxpy as cp

    a, b, c = (cp.Variable(cut.count, nonneg=True) for _ in range(3))
    P, Q = cut.at_here, cut.at_there
    cross = P @ cp.diag(b) @ Q.T
    M = P @ cp.diag(a) @ P.T + cross + cross.T + Q @ cp.diag(c) @ Q.T
    trace = cp.sum(a) + cp.sum(c) + 2.0 * (np.einsum("ds,ds->s", cut.here, cut.there) @ b)
    semidefinite = cp.SOC(a + c, cp.vstack([2.0 * b, a - c]))
    program = cp.Problem(cp.Minimize(cp.matrix_frac(Y, np.eye(len(X)) + M) + lam**2 * trace), [semidefinite])
    if not solve_program(program):
        return Candidate.zero(X, Y, 0.0)
    blocks = [np.maximum(np.asarray(v.value), 0.0) for v in (a, b, c)]
    return _sharpened(X, Y, lam, cut, _neurons_of_blocks(cut, *blocks))


def _sharpened(
    X: np.ndarray, Y: np.ndarray, lam: float, cut: Sectors, neurons: tuple[np.ndarray, np.ndarray]
) -> Candidate:
    """Return the network after descent from neurons in their cones, the strongest added while it correlates above λ.

    This corrects the last digits of the solver: a neuron whose correlation with the residual exceeds λ lowers the
    objective.
    """
    best = Candidate.zero(X, Y, 0.0)
    sector, q = neurons
    A = _second_layer(_hidden(cut, sector, q), Y, lam)
    for _ in range(MOST_ADDED):
        q, A = _polished(Y, lam, cut, sector=sector, q=q, A=A)
        hidden = _hidden(cut, sector, q)
        w_norm, a_norm = np.linalg.norm(cut.vectors(sector, q), axis=0), np.linalg.norm(A, axis=1)
        outputs = np.einsum("nm,mc->ncm", hidden, A).reshape(-1, len(sector))
        share = independent_magnitudes(outputs, w_norm * a_norm)
        kept = share * w_norm * a_norm > 0
        sector, q, hidden = sector[kept], q[:, kept], hidden[:, kept]
        grow = np.sqrt(share[kept] * a_norm[kept] / w_norm[kept])
        q, hidden = q * grow, hidden * grow
        A = _second_layer(hidden, Y, lam)
        Z = Y - hidden @ A
        W = cut.vectors(sector, q)
        value = float(np.sum(Y * Z) + lam * np.sum(W**2))
        strongest = strongest_neuron(cut, X, Z)
        bound = max(best.bound, dual_value(Y, Z, lam, strongest.value))
        W, A_out = (W, A) if len(sector) else (np.zeros((X.shape[1], 1)), np.zeros((1, Y.shape[1])))
        best = Candidate(value, W, A_out, bound) if value <= best.value else replace(best, bound=bound)
        if best.value - best.bound <= SHARP * best.value or strongest.value <= lam:
            break
        column = _hidden(cut, np.array([strongest.sector]), strongest.q[:, None])[:, 0]
        root = np.sqrt((strongest.value - lam) / (column @ column))  # the best size of this neuron alone
        sector, q = np.append(sector, strongest.sector), np.concatenate([q, root * strongest.q[:, None]], axis=1)
        A = np.concatenate([A, root * (column @ Z)[None] / strongest.value])
    return best


def _hidden(cut: Sectors, sector: np.ndarray, q: np.ndarray) -> np.ndarray:
    """Return relu(X w) (n, m) of neurons in their sectors."""
    hidden: np.ndarray = cut.at_here[:, sector] * q[0] + cut.at_there[:, sector] * q[1]
    return hidden


def _neurons_of_blocks(cut: Sectors, a: np.ndarray, b: np.ndarray, c: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return sectors (m,) and coordinates (2, m) ≥ 0 of neurons with Σ w wᵀ = Σ_s R_s B_s R_sᵀ, B_s = [[a, b], [b, c]].

    B ⪰ 0 with b ≥ 0 is (√a, b/√a)(…)ᵀ + (0, √(c − b²/a))(…)ᵀ: at most two neurons a sector, one where B has rank one.
    Neighbouring sectors share an edge: neurons of one direction are merged, and those below the share
    NEGLIGIBLE of the largest ‖w‖² are left out.
    """
    neurons: list[tuple[int, np.ndarray]] = []
    for s in range(cut.count):
        det = max(a[s] * c[s] - b[s] ** 2, 0.0)
        if det <= NEGLIGIBLE * (a[s] + c[s]) ** 2:
            neurons.append((s, np.sqrt([a[s], c[s]])))
        elif a[s] >= c[s]:
            neurons += [(s, np.array([a[s], b[s]]) / np.sqrt(a[s])), (s, np.array([0.0, np.sqrt(det / a[s])]))]
        else:
            neurons += [(s, np.array([b[s], c[s]]) / np.sqrt(c[s])), (s, np.array([np.sqrt(det / c[s]), 0.0]))]
    vectors = np.array([cut.vector(s, q) for s, q in neurons])
    square = np.einsum("kd,kd->k", vectors, vectors)
    unit = vectors / np.sqrt(np.maximum(square, 1e-300))[:, None]
    total = square.copy()
    kept: list[int] = []
    for k in np.argsort(-square):
        twins = [j for j in kept if np.linalg.norm(unit[j] - unit[k]) <= SAME_DIRECTION]
        if twins:
            total[twins[0]] += square[k]
        elif square[k] > NEGLIGIBLE * np.max(square):
            kept.append(int(k))
    sector = np.array([neurons[k][0] for k in kept], dtype=int)
    return sector, np.array([neurons[k][1] for k in kept]).T * np.sqrt(total[kept] / square[kept])


def _polished(
    Y: np.ndarray, lam: float, cut: Sectors, *, sector: np.ndarray, q: np.ndarray, A: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return coordinates (2, m) and second layer (m, c) after a descent in which each neuron stays in its cone."""
    from scipy.optimize import minimize

    P, Q, m = cut.at_here[:, sector], cut.at_there[:, sector], len(sector)
    here, there = cut.here[:, sector], cut.there[:, sector]

    def value_and_gradient(theta: np.ndarray) -> tuple[float, np.ndarray]:
        q, A = theta[: 2 * m].reshape(2, m), theta[2 * m :].reshape(m, -1)
        hidden, W = P * q[0] + Q * q[1], here * q[0] + there * q[1]
        residual = hidden @ A - Y
        back = residual @ A.T
        grad_q = [(back * at).sum(axis=0) + lam * (W * edge).sum(axis=0) for at, edge in ((P, here), (Q, there))]
        grad_A = hidden.T @ residual + lam * A
        F = float(np.sum(residual**2) + lam * (np.sum(W**2) + np.sum(A**2)))
        return F, 2.0 * np.concatenate([*grad_q, grad_A.ravel()])

    start = np.concatenate([q.ravel(), A.ravel()])
    bounds = [(0.0, None)] * (2 * m) + [(None, None)] * A.size
    options = {"maxiter": 1000, "maxfun": 2000, "ftol": 0.0, "gtol": 1e-13}
    ended = minimize(value_and_gradient, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options)
    return ended.x[: 2 * m].reshape(2, m), ended.x[2 * m :].reshape(m, -1)


def balanced(X: np.ndarray, Y: np.ndarray, lam: float, W: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return neurons W with their best second layer, a ridge regression, after sharing ‖w‖‖a‖ equally."""
    for _ in range(2):
        A = _second_layer(np.maximum(X @ W, 0.0), Y, lam)
        w_norm, a_norm = np.linalg.norm(W, axis=0), np.linalg.norm(A, axis=1)
        keep = w_norm * a_norm > 0
        W = W[:, keep] * np.sqrt(a_norm[keep] / w_norm[keep])
    if W.shape[1] == 0:
        W = np.zeros((X.shape[1], 1))
    return W, _second_layer(np.maximum(X @ W, 0.0), Y, lam)


def _second_layer(hidden: np.ndarray, Y: np.ndarray, lam: float) -> np.ndarray:
    return hidden.T @ np.linalg.solve(lam * np.eye(len(hidden)) + hidden @ hidden.T, Y)


def solve_nuclear(X: np.ndarray, Y: np.ndarray, lam: float, D: np.ndarray) -> tuple[float, np.ndarray]:
    """Return the proven value of min ‖Σ D_i X Z_i − Y‖² + 2λ Σ ‖Z_i‖_* over patterns D (P, n), and directions in use.

    The directions (d, m) are the left singular vectors of the Z_i, weighted, with both signs.
    """
    blocks = [gate[:, None] * X for gate in D if np.any(X[gate])]
    strongest = max((float(np.linalg.norm(B.T @ Y, 2)) for B in blocks), default=0.0)
    d = X.shape[1]
    if lam >= strongest:
        return float(np.sum(Y**2)), np.zeros((d, 0))
    import cvxpy as cp

    U = [cp.Variable((d, d), PSD=True) for _ in blocks]
    M: Any = sum(B @ u @ B.T for B, u in zip(blocks, U, strict=True))
    goal = cp.matrix_frac(Y, np.eye(len(X)) + M) + lam**2 * sum(cp.sum(cp.diag(u)) for u in U)
    if not solve_program(cp.Problem(cp.Minimize(goal))):
        return 0.0, np.zeros((d, 0))
    spectra = [np.linalg.eigh(np.asarray(u.value)) for u in U]
    roots = [vectors * np.sqrt(np.maximum(values, 0.0)) for values, vectors in spectra]
    M = sum(B @ root @ root.T @ B.T for B, root in zip(blocks, roots, strict=True))
    Z = np.linalg.solve(np.eye(len(X)) + M, Y)
    bound = dual_value(Y, Z, lam, max(float(np.linalg.norm(B.T @ Z, 2)) for B in blocks))
    directions = np.concatenate(roots, axis=1)
    return bound, np.concatenate([directions, -directions], axis=1)
