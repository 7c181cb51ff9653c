"""Batch normalisation: it whitens the data of the convex twin.

With C = I − 11ᵀ/n, BN(h) = γ C h/‖C h‖ + δ 1/√n for a neuron's values h (n,) on the samples (C h = 0 gives δ 1/√n):

    f = Σ_j α_j relu(BN_j(X w_j))   ("before" the ReLU),     f = Σ_j α_j BN_j(relu(X w_j))   ("after" it)
    F = ‖f − y‖² + λ Σ_j (γ_j² + δ_j² + α_j²)                                    w_j itself costs nothing

Theorem (Ergen, Sahiner, Ozturkler, Pauly, Mardani & Pilanci, ICLR 2022), for m large enough:

- Before: with C X = U S Vᵀ (zero singular values, as of a bias column, dropped) and U' = [U, 1/√n], the least F
  is that of problem (2) with X replaced by the whitened U'. A block (q, δ) gives w = V S⁻¹ q and γ = ‖q‖.
- After: the features of a cone are ± C D_i X w + δ 1/√n with (2D_i − I) X w ≥ 0, penalised by their own length: with
  C D_i X = U_i S_i V_iᵀ, w = V_i S_i⁻¹ q + N_i t, that length is ‖(q, δ)‖ and t, in the null space N_i, is free. In the
  edges of a cone, w = a·here + b·there with a, b ≥ 0, t is implicit: this also holds for few active samples.
  As w costs nothing, X = Q R is replaced by Q, and w mapped back by R⁻¹ (basis.py): no unit or origin of x matters.

Exact for d ≤ 2 after the ReLU, and before it wherever problem (2) is solved over all patterns of U'; otherwise over
sampled patterns. Figures in the paper's ½-convention are half of these, λ = β.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from landscape.convex.twin import Status, solve_convex
from landscape.extensions.batch_norm.basis import basis_of, centred
from landscape.extensions.batch_norm.program import bound_after, cones_of, listed_patterns, solve_after
from landscape.extensions.shared.checks import Exactness, exactness_of, positive, readonly, samples, whole_number
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks, count_of, train_starts
from landscape.model.problem import Problem, finite_array, nonnegative, without_underflow
from landscape.model.readable import readable

Where = Literal["before", "after"]

MOST_SAMPLES = 100
"""The program after the ReLU has 4n blocks of three numbers for one feature with a bias."""

ZERO = 1e-10
"""Singular values of the centred, column-scaled data below this share of the largest are zero."""

FLAT = 1e-14
"""Values whose spread is below this share of the largest are constant: their normalisation is 0."""


@dataclass(frozen=True, eq=False)
class NormNetwork:
    """A two-layer ReLU network with batch normalisation.

    Arguments
        W: (d, m) first layer, whose length does not matter.
        gamma, delta: (m,) scale and shift of the normalised values.
        alpha: (m,) second layer.

    Raises ValueError when shapes disagree or an entry is not finite.
    """

    W: np.ndarray
    gamma: np.ndarray
    delta: np.ndarray
    alpha: np.ndarray

    __repr__ = readable

    def __post_init__(self) -> None:
        W = finite_array(self.W, "W", 2)
        object.__setattr__(self, "W", W)
        for name in ("gamma", "delta", "alpha"):
            entry = finite_array(getattr(self, name), name, 1)
            if len(entry) != W.shape[1]:
                raise ValueError(
                    f"{name} must have one entry for each of the {W.shape[1]} columns of W, but has {len(entry)}."
                )
            object.__setattr__(self, name, entry)


@dataclass(frozen=True, eq=False)
class NormSolution:
    """The solution of the convex twin of a network with batch normalisation.

    Arguments
        value: the value of the convex program.
        network: the recovered network, whose objective it is.
        lower_bound: proven from the dual solution; -inf after the ReLU where patterns were sampled.
        whitened: (n, r + 1) U' = [U, 1/√n], the data whose cones the ReLU has where it follows the normalisation.
        exactness: how far ``value`` is proven.
        groups: number of cones.
    """

    value: float
    network: NormNetwork
    lower_bound: float
    whitened: np.ndarray
    exactness: Exactness
    groups: int

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class Whitening:
    """Centred data C X = U S Vᵀ without its zero singular values: ``C X @ back = U``.

    Arguments
        U: (n, r) orthonormal columns.
        back: (d, r) V S⁻¹ (of the columns' own units).
        whitened: (n, r + 1) U' = [U, 1/√n].
    """

    U: np.ndarray
    back: np.ndarray
    whitened: np.ndarray

    __repr__ = readable


def whiten(X: np.ndarray) -> Whitening:
    """Return the whitening of data X (n, d), at most n − 1 columns, whatever the units of its features."""
    X = finite_array(X, "X", 2)
    n = len(X)
    rest, _ = centred(X)
    size = np.max(np.abs(rest), axis=0)
    unit = np.where(size > 0, size, 1.0)
    unit *= np.maximum(np.linalg.norm(rest / unit, axis=0), 1.0)
    U, S, Vt = np.linalg.svd(rest / unit, full_matrices=False)
    kept = (S > 0) & (ZERO * np.max(S, initial=0.0) < S)
    U, S, V = U[:, kept], S[kept], Vt[kept].T
    back = V / S / unit[:, None]
    ones = np.full((n, 1), 1.0 / np.sqrt(n))
    return Whitening(readonly(U), readonly(back), readonly(np.concatenate([U, ones], axis=1)))


def normalised(h: np.ndarray, gamma: np.ndarray, delta: np.ndarray) -> np.ndarray:
    """Return γ C h/‖C h‖ + δ 1/√n for values h (..., n, m), gamma and delta (..., m)."""
    unit_h = h / _or_one(np.max(np.abs(h), axis=-2, keepdims=True))
    rest = unit_h - unit_h.mean(axis=-2, keepdims=True)
    rest = rest - rest.mean(axis=-2, keepdims=True)
    size = np.linalg.norm(rest, axis=-2, keepdims=True)
    flat = size <= FLAT
    unit = np.where(flat, 0.0, rest / np.where(flat, 1.0, size))
    out: np.ndarray = gamma[..., None, :] * unit + delta[..., None, :] / np.sqrt(h.shape[-2])
    return out


def predict(X: np.ndarray, network: NormNetwork, where: Where = "before") -> np.ndarray:
    """Return f (n,) on the batch X (n, d); the statistics are those of the batch."""
    _check_where(where)
    pre = X @ network.W
    hidden: np.ndarray
    if where == "before":
        hidden = np.maximum(normalised(pre, network.gamma, network.delta), 0.0)
    else:
        hidden = normalised(np.maximum(pre, 0.0), network.gamma, network.delta)
    prediction: np.ndarray = hidden @ network.alpha
    return prediction


def objective(X: np.ndarray, y: np.ndarray, lam: float, network: NormNetwork, where: Where = "before") -> float:
    """Return ‖f − y‖² + λ Σ (γ² + δ² + α²), in units of y². Raises ValueError where shapes disagree."""
    X, y = samples(X, y, "y", 1)
    if network.W.shape[0] != X.shape[1]:
        raise ValueError(f"W must have one row for each of the {X.shape[1]} features, but has {network.W.shape[0]}.")
    residual = predict(X, network, where) - y
    weights = np.sum(network.gamma**2) + np.sum(network.delta**2) + np.sum(network.alpha**2)
    return float(residual @ residual + nonnegative(lam, "lam") * weights)


def solve(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    where: Where = "before",
    *,
    rng: np.random.Generator | None = None,
) -> NormSolution:
    """Solve the convex twin for data X (n, d), labels y (n,), with the normalisation before or after the ReLU.

    ``rng`` draws the patterns where they are too many to list (by default the generator of seed 0).
    Raises ValueError for data that is none, lam ≤ 0, another ``where``, or more than MOST_SAMPLES samples.
    """
    X, y = samples(X, y, "y", 1)
    lam = positive(lam, "lam")
    _check_where(where)
    if len(X) > MOST_SAMPLES:
        raise ValueError(f"X must have at most {MOST_SAMPLES} samples, but has {len(X)}.")
    rng = np.random.default_rng(0) if rng is None else rng
    return _solve_before(X, y, lam, rng) if where == "before" else _solve_after(X, y, lam, rng)


def train(
    X: np.ndarray,
    y: np.ndarray,
    lam: float,
    rng: np.random.Generator,
    starts: int = 50,
    *,
    where: Where = "before",
    neurons: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> TrainedNetworks[NormNetwork]:
    """Train networks of ``neurons`` (by default n + 2) by L-BFGS from Gaussian starts.

    The first layer is that of a basis of the range of X, in which no unit or origin of the features matters.
    """
    X, y = samples(X, y, "y", 1)
    lam = nonnegative(lam, "lam")
    _check_where(where)
    basis = basis_of(X)
    (n, d), B = basis.Q.shape, count_of(starts)
    m = n + 2 if neurons is None else whole_number(neurons, "neurons", 1, 1000)
    height = float(np.linalg.norm(y)) or 1.0
    unit_y, unit_lam = y / height, lam / height

    def parts(theta: np.ndarray) -> tuple[np.ndarray, ...]:
        W = theta[..., : d * m].reshape(*theta.shape[:-1], d, m)
        return W, *(theta[..., (d + k) * m : (d + k + 1) * m] for k in range(3))

    def value_and_gradient(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        W, gamma, delta, alpha = parts(theta)
        pre = basis.Q @ W
        h = np.maximum(pre, 0.0) if where == "after" else pre
        rest = h - h.mean(axis=1, keepdims=True)
        size = np.linalg.norm(rest, axis=1, keepdims=True)
        flat = size <= FLAT * np.linalg.norm(h, axis=1, keepdims=True)
        size = np.where(flat, np.inf, size)
        unit = rest / size
        out = gamma[:, None] * unit + delta[:, None] / np.sqrt(n)
        hidden = np.maximum(out, 0.0) if where == "before" else out
        residual = np.einsum("bnm,bm->bn", hidden, alpha) - unit_y
        back = residual[:, :, None] * alpha[:, None]
        if where == "before":
            back = back * (out > 0)
        along = np.einsum("bnm,bnm->bm", back, unit)
        centred_back = back - back.mean(axis=1, keepdims=True)
        through = gamma[:, None] * (centred_back - along[:, None] * unit) / size
        if where == "after":
            through = through * (pre > 0)
        grads = (
            (basis.Q.T @ through).reshape(len(theta), -1),
            along + unit_lam * gamma,
            back.sum(axis=1) / np.sqrt(n) + unit_lam * delta,
            np.einsum("bnm,bn->bm", hidden, residual) + unit_lam * alpha,
        )
        F = np.einsum("bn,bn->b", residual, residual) + unit_lam * (gamma**2 + delta**2 + alpha**2).sum(axis=1)
        return F, 2.0 * np.concatenate(grads, axis=1)

    def network(theta: np.ndarray) -> NormNetwork:
        W, *rest = parts(theta)
        gamma, delta, alpha = (part * np.sqrt(height) for part in rest)
        return NormNetwork(_unit_columns(basis.back @ W), gamma, delta, alpha)

    drawn = rng.standard_normal((B, (d + 3) * m))
    drawn[:, d * m :] *= rng.choice([0.1, 0.3, 1.0], (B, 1))
    return train_starts(
        value_and_gradient,
        drawn,
        network,
        lambda found: objective(X, y, lam, found, where),
        progress=progress,
        stop=stop,
    )


def _solve_before(X: np.ndarray, y: np.ndarray, lam: float, rng: np.random.Generator) -> NormSolution:
    white = whiten(X)
    problem = Problem(without_underflow(white.whitened), y, lam)
    patterns = None
    if problem.d > 2:
        listed = listed_patterns(problem.X, rng)
        patterns = None if listed.complete else listed
    found = solve_convex(problem, patterns)
    gamma = np.linalg.norm(found.network.W[:-1], axis=0)
    unit = found.network.W[:-1] / np.where(gamma > 0, gamma, 1.0)
    network = NormNetwork(white.back @ unit, gamma, found.network.W[-1], found.network.alpha)
    proven = found.certificate.lower_bound
    sampled = found.status is Status.RESTRICTED
    exactness = Exactness.SAMPLED if sampled else exactness_of(found.value, proven, float(y @ y))
    return NormSolution(found.value, network, proven, white.whitened, exactness, len(found.patterns))


def _solve_after(X: np.ndarray, y: np.ndarray, lam: float, rng: np.random.Generator) -> NormSolution:
    height = float(np.linalg.norm(y)) or 1.0
    unit_y, unit_lam = y / height, lam / height
    basis = basis_of(X)
    cones = cones_of(basis.Q, rng)
    found = solve_after(cones, unit_y, unit_lam)
    cost, w = found.cost(cones), _unit_columns(basis.back @ found.neurons(cones))
    root = np.sqrt(np.where(cost > 0, cost, 1.0))
    h = np.einsum("njk,jk->nk", found.features(cones), found.q)
    grown = np.sqrt(height)
    gamma, delta, alpha = found.sign * np.linalg.norm(h, axis=0) / root, found.delta / root, np.sqrt(cost)
    network = NormNetwork(w, gamma * grown, delta * grown, alpha * grown)
    residual = unit_y - found.outputs(cones).sum(axis=1)
    value = height**2 * float(residual @ residual + 2.0 * unit_lam * np.sum(cost))
    whitened, groups = whiten(X).whitened, cones.patterns
    if basis.Q.shape[1] > 2:
        exactness = Exactness.INACCURATE if cones.complete else Exactness.SAMPLED
        return NormSolution(value, network, -np.inf, whitened, exactness, groups)
    bound = height**2 * bound_after(cones, unit_y, residual, unit_lam)
    return NormSolution(value, network, bound, whitened, exactness_of(value, bound, float(y @ y)), groups)


def _unit_columns(W: np.ndarray) -> np.ndarray:
    """Return columns (d, m) at length 1; their length does not matter. Zero columns stay."""
    W = W / _or_one(np.max(np.abs(W), axis=0))
    unit: np.ndarray = W / _or_one(np.linalg.norm(W, axis=0))
    return unit


def _or_one(size: np.ndarray) -> np.ndarray:
    return np.where(size > 0, size, 1.0)


def _check_where(where: str) -> None:
    if where not in ("before", "after"):
        raise ValueError(f'where must be "before" or "after", but was {where!r:.60}.')
