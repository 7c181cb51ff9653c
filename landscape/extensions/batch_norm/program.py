"""The cone program of batch normalisation after the ReLU, and the bound that its dual proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.convex.dual import dual_value
from landscape.convex.pruning import independent_magnitudes
from landscape.extensions.batch_norm.basis import centred
from landscape.extensions.shared.cones import sectors
from landscape.extensions.shared.programs import solve_program
from landscape.geometry.patterns import Patterns, enumerate_patterns, sample_patterns
from landscape.model.readable import readable

MOST_LISTED = 300
"""Most patterns of more than two features that are listed; beyond it they are sampled."""

NEGLIGIBLE = 1e-5
"""Neurons below this share of the largest are zero up to the accuracy of an interior-point solver."""

CONSTANT = 1e-14
"""Outputs whose deviation from their mean is below this share of the largest are constant."""

SHARP = 1e-8
MOST_ADDED = 25
"""Relative distance of value and bound at which no unit is added any more, and how often one is at most."""


@dataclass(frozen=True, eq=False)
class Cones:
    """The neurons w = basis q of G cones, and their centred outputs, C relu(X w) = features q.

    Arguments
        basis: (d, k, G) edges of the cones for d ≤ 2, else the unit vectors.
        features: (n, k, G).
        limits: (l, k, G) with limits q ≥ 0 where w is in its cone.
        patterns: number of activation patterns they stand for.
        complete: whether these are all.
    """

    basis: np.ndarray
    features: np.ndarray
    limits: np.ndarray
    patterns: int
    complete: bool

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class NormalisedNeurons:
    """Normalised neurons: unit k adds sign C relu(X w) + delta 1/√n, at the cost ‖(C relu(X w), delta)‖.

    Arguments
        cone: (K,) the index of its cone, -1 for none; sign: (K,); q: (k, K) coordinates of w in the cone; delta: (K,).
    """

    cone: np.ndarray
    sign: np.ndarray
    q: np.ndarray
    delta: np.ndarray

    __repr__ = readable

    def at(self, kept: np.ndarray) -> NormalisedNeurons:
        """Return the units at a mask."""
        return NormalisedNeurons(self.cone[kept], self.sign[kept], self.q[:, kept], self.delta[kept])

    def joined(self, other: NormalisedNeurons, *, size: float) -> NormalisedNeurons:
        """Return these units and others of a given size."""
        return NormalisedNeurons(
            np.concatenate([self.cone, other.cone]),
            np.concatenate([self.sign, other.sign]),
            np.concatenate([self.q, size * other.q], axis=1),
            np.concatenate([self.delta, size * other.delta]),
        )

    def features(self, cones: Cones) -> np.ndarray:
        """Return the centred output of each coordinate of each unit, (n, k, K)."""
        if cones.features.shape[2] == 0:
            return np.zeros((*cones.features.shape[:2], len(self.cone)))
        return cones.features[..., self.cone] * (self.cone >= 0)

    def outputs(self, cones: Cones) -> np.ndarray:
        """Return what each unit adds to the prediction, (n, K)."""
        centred = np.einsum("njk,jk->nk", self.features(cones), self.q)
        outputs: np.ndarray = self.sign * centred + self.delta / np.sqrt(len(centred))
        return outputs

    def cost(self, cones: Cones) -> np.ndarray:
        """Return the cost (K,) of each unit."""
        return np.asarray(np.linalg.norm(self.outputs(cones), axis=0))

    def neurons(self, cones: Cones) -> np.ndarray:
        """Return unit vectors w (d, K), zero for a unit that is a shift alone."""
        if cones.basis.shape[2] == 0:
            return np.zeros((cones.basis.shape[0], len(self.cone)))
        w: np.ndarray = np.einsum("djk,jk->dk", cones.basis[..., self.cone] * (self.cone >= 0), self.q)
        size = np.linalg.norm(w, axis=0)
        unit: np.ndarray = w / np.where(size > 0, size, 1.0)
        return unit


def cones_of(X: np.ndarray, rng: np.random.Generator) -> Cones:
    """Return the cones of data X (n, d): all of them, or where they are too many those of sampled patterns.

    X has been computed, and neurons cost nothing: cones that are there by rounding alone would fit any labels.
    """
    if X.shape[1] <= 2:
        cut = sectors(X, computed=True)
        outputs = np.stack([cut.at_here, cut.at_there], axis=1)
        edges, limits = np.stack([cut.here, cut.there], axis=1), np.repeat(np.eye(2)[:, :, None], cut.count, axis=2)
        return _varying(Cones(edges, _varying_part(outputs), limits, cut.cones, complete=True))
    patterns = listed_patterns(X, rng)
    gates = patterns.D.T.astype(float)
    basis = np.repeat(np.eye(X.shape[1])[:, :, None], len(patterns), axis=2)
    outputs = gates[:, None, :] * X[:, :, None]
    limits = (2.0 * gates - 1.0)[:, None, :] * X[:, :, None]
    return _varying(Cones(basis, _varying_part(outputs), limits, len(patterns), patterns.complete))


def listed_patterns(X: np.ndarray, rng: np.random.Generator) -> Patterns:
    """Return all patterns of data X where they are few, else MOST_LISTED sampled ones."""
    try:
        patterns = enumerate_patterns(X)
    except ValueError:
        return sample_patterns(X, MOST_LISTED, rng)
    return patterns if len(patterns) <= MOST_LISTED else sample_patterns(X, MOST_LISTED, rng)


def _varying_part(outputs: np.ndarray) -> np.ndarray:
    """Return outputs (n, ...) less their mean, 0 where they are constant up to rounding."""
    rest, _ = centred(outputs)
    return np.where(np.max(np.abs(rest), axis=0) > CONSTANT * np.max(np.abs(outputs), axis=0), rest, 0.0)


def _varying(cones: Cones) -> Cones:
    """Return the cones whose outputs are not constant, each coordinate scaled to an output of unit deviation.

    The length of a neuron does not matter, so edges of any length serve, and equal variations keep the program well
    scaled however small the outputs of a cone are.
    """
    size = np.linalg.norm(cones.features, axis=0)
    varies = np.any(size > 0, axis=0)
    unit = 1.0 / np.where(size > 0, size, 1.0)[:, varies]
    basis, features, limits = (a[..., varies] * unit for a in (cones.basis, cones.features, cones.limits))
    largest = np.max(np.abs(limits), axis=1, keepdims=True)
    return Cones(basis, features, limits / np.where(largest > 0, largest, 1.0), cones.patterns, cones.complete)


def solve_after(cones: Cones, y: np.ndarray, lam: float) -> NormalisedNeurons:
    """Solve min ‖Σ_g (± C D_g X w_g + δ_g 1/√n) − y‖² + 2λ Σ_g ‖(C D_g X w_g, δ_g)‖, w_g in its cone, for ‖y‖ = 1."""
    import cvxpy as cp

    d, k, G = cones.basis.shape
    n = len(y)
    if d <= 2 and lam >= strongest_after(cones, y).value:
        return _nothing(k)
    flat = np.full(n, 1.0 / np.sqrt(n))
    constant = cp.Variable()
    fit: Any = constant * flat
    norm: Any = cp.abs(constant)
    constraints: list[Any] = []
    blocks = []
    if G:
        triangle = np.stack([np.linalg.qr(cones.features[..., g], mode="r") for g in range(G)], axis=2)
        for sign in (1.0, -1.0):
            q, delta = cp.Variable((k, G)), cp.Variable(G)
            fit = fit + sign * sum(cones.features[:, j] @ q[j] for j in range(k)) + cp.sum(delta) * flat
            rows = [sum(cp.multiply(row[j], q[j]) for j in range(k)) for row in triangle]
            norm = norm + cp.sum(cp.norm(cp.vstack([*rows, delta]), axis=0))
            constraints += [sum(cp.multiply(row[j], q[j]) for j in range(k)) >= 0 for row in cones.limits]
            blocks.append((sign, q, delta))
    if not solve_program(cp.Problem(cp.Minimize(cp.sum_squares(fit - y) + 2.0 * lam * norm), constraints)):
        return _nothing(k)
    shift = float(np.asarray(constant.value))
    parts = [(sign, np.asarray(q.value), np.asarray(delta.value)) for sign, q, delta in blocks]
    signs, cone = np.repeat([sign for sign, _, _ in parts], G), np.tile(np.arange(G), len(parts))
    coordinates = np.concatenate([np.zeros((k, 1)), *[weights for _, weights, _ in parts]], axis=1)
    found = NormalisedNeurons(
        cone=np.concatenate([[-1], cone]),
        sign=np.concatenate([[1.0], signs]),
        q=np.maximum(coordinates, 0.0) if d <= 2 else coordinates,
        delta=np.concatenate([[shift], *[deltas for _, _, deltas in parts]]),
    )
    found = found.at(found.cost(cones) > NEGLIGIBLE * np.max(found.cost(cones)))
    return _sharpened(cones, y, lam, found) if d <= 2 else _pruned(cones, found)


def _pruned(cones: Cones, found: NormalisedNeurons) -> NormalisedNeurons:
    share = independent_magnitudes(found.outputs(cones), found.cost(cones))
    return NormalisedNeurons(found.cone, found.sign, found.q * share, found.delta * share).at(share > 0)


def _sharpened(cones: Cones, y: np.ndarray, lam: float, found: NormalisedNeurons) -> NormalisedNeurons:
    """Return the units after descent, each in its cone, adding the strongest while its correlation exceeds λ.

    This corrects the last digits of the solver: a unit whose correlation with the residual exceeds λ lowers the
    objective.
    """
    for _ in range(MOST_ADDED):
        found = _pruned(cones, _polished(cones, y, lam, found))
        z = y - found.outputs(cones).sum(axis=1)
        value = float(z @ z + 2.0 * lam * np.sum(found.cost(cones)))
        strongest = strongest_after(cones, z)
        if value - dual_value(y, z, lam, strongest.value) <= SHARP * value or strongest.value <= lam:
            break
        found = found.joined(strongest.unit, size=strongest.value - lam)
    return found


def _polished(cones: Cones, y: np.ndarray, lam: float, found: NormalisedNeurons) -> NormalisedNeurons:
    from scipy.optimize import minimize

    (_, k, _), K, root = cones.features.shape, len(found.cone), np.sqrt(len(y))
    features = found.features(cones)
    gram = np.einsum("nik,njk->ijk", features, features)
    features = features * found.sign

    def value_and_gradient(theta: np.ndarray) -> tuple[float, np.ndarray]:
        q, delta = theta[: k * K].reshape(k, K), theta[k * K :]
        residual = np.einsum("njk,jk->n", features, q) + np.sum(delta) / root - y
        gram_q = np.einsum("ijk,jk->ik", gram, q)
        cost = np.sqrt(np.maximum(np.einsum("ik,ik->k", gram_q, q), 0.0) + delta**2)
        weight = lam / np.maximum(cost, 1e-150)
        grad = [
            (np.einsum("njk,n->jk", features, residual) + weight * gram_q).ravel(),
            residual.sum() / root + weight * delta,
        ]
        return float(residual @ residual + 2.0 * lam * cost.sum()), 2.0 * np.concatenate(grad)

    bounds = [(0.0, None)] * (k * K) + [(None, None)] * K
    options = {"maxiter": 1000, "maxfun": 2000, "ftol": 0.0, "gtol": 1e-13}
    start = np.concatenate([found.q.ravel(), found.delta])
    ended = minimize(value_and_gradient, start, jac=True, method="L-BFGS-B", bounds=bounds, options=options).x
    return NormalisedNeurons(found.cone, found.sign, ended[: k * K].reshape(k, K), ended[k * K :])


def _nothing(k: int) -> NormalisedNeurons:
    return NormalisedNeurons(np.array([-1]), np.ones(1), np.zeros((k, 1)), np.zeros(1))


def bound_after(cones: Cones, y: np.ndarray, z: np.ndarray, lam: float) -> float:
    """Return the lower bound that a residual z (n,) proves; d ≤ 2."""
    return dual_value(y, z, lam, strongest_after(cones, z).value)


@dataclass(frozen=True, eq=False)
class StrongestUnit:
    """The unit of cost 1 most correlated with a residual, and that correlation."""

    value: float
    unit: NormalisedNeurons

    __repr__ = readable


def strongest_after(cones: Cones, z: np.ndarray) -> StrongestUnit:
    """Return max |zᵀ(γ v + δ 1/√n)| over γ² + δ² = 1 and all v = C relu(X w)/‖C relu(X w)‖, exactly for d ≤ 2.

    On a cone the best v is the projection of z on the plane of its edges where that lies between them, else an edge.
    """
    _, k, G = cones.features.shape
    correlation, cone, best = 0.0, -1, np.zeros(k)
    for g in range(G):
        plane = cones.features[..., g]
        size = np.linalg.norm(plane, axis=0)
        candidates = [row / s for row, s in zip(np.eye(k), size, strict=True) if s > 1e-13 * np.max(size)]
        q, _, rank, _ = np.linalg.lstsq(plane, z, rcond=1e-13)
        if rank == 2 and (np.all(q >= 0) or np.all(q <= 0)):
            candidates.append(np.abs(q) / np.linalg.norm(plane @ q))
        for candidate in candidates:
            inner = float(z @ (plane @ candidate))
            if abs(inner) > abs(correlation):
                correlation, cone, best = inner, g, candidate
    shift = float(np.sum(z) / np.sqrt(len(z)))
    value = float(np.hypot(correlation, shift))
    scale = 1.0 / value if value > 0 else 0.0
    sign = np.array([1.0 if correlation >= 0 else -1.0])
    return StrongestUnit(
        value,
        NormalisedNeurons(np.array([cone]), sign, abs(correlation) * scale * best[:, None], np.array([shift * scale])),
    )
