"""The cone program of batch normalisation after the ReLU, and the bound that its dual proves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.extensions.common import dual_value, independent_magnitudes, sectors, solve_program
from landscape.patterns import Patterns, enumerate_patterns, sample_patterns

MOST_LISTED = 300
"""Most patterns of more than two features that are listed; beyond it they are sampled."""

NEGLIGIBLE = 1e-6
"""Units below this share of the largest are what an interior-point solver leaves of zero."""


@dataclass(frozen=True, eq=False)
class Cones:
    """The neurons w = basis q of G cones, and what they put out once centred, C relu(X w) = features q.

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


@dataclass(frozen=True, eq=False)
class Units:
    """Normalised neurons: unit k adds sign C relu(X w) + delta 1/√n, at the cost ‖(C relu(X w), delta)‖.

    Arguments
        w: (d, K); sign, delta, cost: (K,).
    """

    w: np.ndarray
    sign: np.ndarray
    delta: np.ndarray
    cost: np.ndarray


def cones_of(X: np.ndarray, rng: np.random.Generator) -> Cones:
    """Return the cones of data X (n, d): all of them, or where they are too many those of sampled patterns."""
    if X.shape[1] <= 2:
        cut = sectors(X)
        outputs = np.stack([cut.at_here, cut.at_there], axis=1)
        edges, limits = np.stack([cut.here, cut.there], axis=1), np.repeat(np.eye(2)[:, :, None], cut.count, axis=2)
        return _live(Cones(edges, _centred(outputs), limits, cut.cones, complete=True))
    patterns = listed_patterns(X, rng)
    gates = patterns.D.T.astype(float)
    basis = np.repeat(np.eye(X.shape[1])[:, :, None], len(patterns), axis=2)
    outputs = gates[:, None, :] * X[:, :, None]
    limits = (2.0 * gates - 1.0)[:, None, :] * X[:, :, None]
    return _live(Cones(basis, _centred(outputs), limits, len(patterns), patterns.complete))


def listed_patterns(X: np.ndarray, rng: np.random.Generator) -> Patterns:
    """Return all patterns of data X where they are few, else MOST_LISTED sampled ones."""
    try:
        patterns = enumerate_patterns(X)
    except ValueError:
        return sample_patterns(X, MOST_LISTED, rng)
    return patterns if len(patterns) <= MOST_LISTED else sample_patterns(X, MOST_LISTED, rng)


def _centred(outputs: np.ndarray) -> np.ndarray:
    return outputs - outputs.mean(axis=0)


def _live(cones: Cones) -> Cones:
    """Return the cones whose outputs vary at all."""
    live = np.max(np.abs(cones.features), axis=(0, 1), initial=0.0) > 1e-13
    return Cones(
        cones.basis[..., live], cones.features[..., live], cones.limits[..., live], cones.patterns, cones.complete
    )


def solve_after(cones: Cones, y: np.ndarray, lam: float) -> Units:
    """Solve min ‖Σ_g (± C D_g X w_g + δ_g 1/√n) − y‖² + 2λ Σ_g ‖(C D_g X w_g, δ_g)‖, w_g in its cone, for ‖y‖ = 1."""
    import cvxpy as cp

    d, k, G = cones.basis.shape
    n = len(y)
    if d <= 2 and lam >= strongest_after(cones, y):
        return _nothing(d)
    flat = np.full(n, 1.0 / np.sqrt(n))
    alone = cp.Variable()
    fit: Any = alone * flat
    norm: Any = cp.abs(alone)
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
        return _nothing(d)
    shift = np.atleast_1d(np.asarray(alone.value))
    found, outputs = [Units(np.zeros((d, 1)), np.ones(1), shift, np.abs(shift))], [np.zeros((n, 1))]
    for sign, q, delta in blocks:
        weights, shift = np.asarray(q.value), np.asarray(delta.value)
        if d <= 2:
            weights = np.maximum(weights, 0.0)
        centred = np.einsum("nkg,kg->ng", cones.features, weights)
        cost = np.hypot(np.linalg.norm(centred, axis=0), shift)
        found.append(Units(np.einsum("dkg,kg->dg", cones.basis, weights), np.full(G, sign), shift, cost))
        outputs.append(sign * centred)
    units = _joined(found)
    values = np.concatenate(outputs, axis=1) + units.delta / np.sqrt(n)
    kept = units.cost > NEGLIGIBLE * np.max(units.cost)
    units, values = _at(units, kept), values[:, kept]
    share = independent_magnitudes(values, units.cost)
    scaled = Units(units.w * share, units.sign, units.delta * share, units.cost * share)
    return _at(scaled, share > 0) if np.any(share > 0) else _nothing(d)


def _nothing(d: int) -> Units:
    return Units(np.zeros((d, 1)), np.ones(1), np.zeros(1), np.zeros(1))


def _joined(units: list[Units]) -> Units:
    fields = ("w", "sign", "delta", "cost")
    return Units(*(np.concatenate([getattr(u, f) for u in units], axis=-1) for f in fields))


def _at(units: Units, kept: np.ndarray) -> Units:
    return Units(units.w[:, kept], units.sign[kept], units.delta[kept], units.cost[kept])


def bound_after(cones: Cones, y: np.ndarray, z: np.ndarray, lam: float) -> float:
    """Return the lower bound that a residual z (n,) proves; d ≤ 2."""
    return dual_value(y, z, lam, strongest_after(cones, z))


def strongest_after(cones: Cones, z: np.ndarray) -> float:
    """Return max |zᵀ(γ v + δ 1/√n)| over γ² + δ² = 1 and all v = C relu(X w)/‖C relu(X w)‖, exactly for d ≤ 2.

    On a cone the best v is the projection of z on the plane of its edges where that lies between them, else an edge.
    """
    strongest = 0.0
    for g in range(cones.features.shape[2]):
        plane = cones.features[..., g]
        size = np.linalg.norm(plane, axis=0)
        seen = size > 1e-13 * np.max(size)
        strongest = max(strongest, float(np.max(np.abs(z @ plane[:, seen]) / size[seen])))
        q, _, rank, _ = np.linalg.lstsq(plane, z, rcond=1e-13)
        if rank == 2 and (np.all(q >= 0) or np.all(q <= 0)):
            strongest = max(strongest, float(np.linalg.norm(plane @ q)))
    return float(np.hypot(strongest, np.sum(z) / np.sqrt(len(z))))
