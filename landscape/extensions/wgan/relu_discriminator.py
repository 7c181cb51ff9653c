"""The game against a ReLU discriminator: convex once the generator's activation patterns are fixed.

No unit neuron u may separate G from X by more than β: |a(u) − Σ_j relu(g_j·u)| ≤ β with a(u) = Σ relu(x·u). "At most
a(u) + β" is convex in G. "At least a(u) − β" is not; with A(u) = {j : g_j·u > 0} fixed at a reference it is implied by
the linear Σ_{j ∈ A(u)} g_j·u ≥ a(u) − β. So each round, patterns fixed at the last G, is a convex program whose
solution is feasible, and ‖G‖² falls from round to round, from G = X on. The neurons u are generated: the exact
``support`` of [X; G] with weights ±1 finds the one that is violated most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.extensions.shared.programs import solve_program
from landscape.extensions.wgan.game import discriminator_inputs, strongest
from landscape.model.readable import readable

MOST_ROUNDS = 25
MOST_CUTS = 60
"""Most rounds of fixed patterns, and programs in one round."""

TOLERANCE = 1e-5
"""A round solves for β less this, relative to the longest sample, and ends with feasible samples."""

ROUGH = 1e-3
"""Tolerance of the first rounds, until ‖G‖² falls by less than this share."""

CONVERGED = 1e-7
"""Rounds end when ‖G‖² falls by less than this share."""

ADDED = 6
APART = 0.15
"""Most neurons added after a program, and their least distance, in radians."""

CLOSE = 0.1
"""From one round to the next only neurons are held whose constraint is tight up to this share of β."""

SPREAD = 48
DENSE = 1500
"""Neurons held from the start, and neurons searched for violated ones, spread evenly."""


@dataclass(frozen=True, eq=False)
class ReluGame:
    """Generated samples (n, d), the discriminator's unit neurons (d', m) with weights (m,), and neurons held in all."""

    samples: np.ndarray
    neurons: np.ndarray
    weights: np.ndarray
    held: int
    rounds: int

    __repr__ = readable


def solve_relu(X: np.ndarray, beta: float, *, bias: bool) -> ReluGame:
    """Solve the game for samples X (n, d), d ≤ 2, by rounds of fixed patterns from G = X."""
    length = float(np.max(np.linalg.norm(X, axis=1))) or 1.0
    one, X, beta = (1.0 / length if bias else None), X / length, beta / length
    real = _inputs(X, one)
    U = spread(real.shape[1], SPREAD)
    G, weights = X, np.zeros(U.shape[1])
    rough = min(ROUGH, 0.1 * beta)
    tight = min(TOLERANCE, rough)
    last, rounds, tolerance = np.inf, 0, rough
    for _ in range(MOST_ROUNDS):
        found = _round(real, G, U, beta - tolerance, one, tolerance=tolerance)
        if found is None:
            break
        G, U, weights = found
        rounds += 1
        value = float(np.sum(G**2))
        if tolerance == tight and last - value <= CONVERGED * max(value, 1e-12):
            break
        slow = last - value <= ROUGH * max(value, 1e-12)
        last = np.inf if slow and tolerance == rough else value
        tolerance = tight if slow else tolerance
        near = beta - np.abs(_separation(real, _inputs(G, one), U)) <= CLOSE * beta
        U, weights = U[:, near], weights[near]
    weights = np.where(np.abs(weights) > 1e-7 * np.max(np.abs(weights), initial=0.0), weights, 0.0)
    return ReluGame(G * length, U, weights * length, U.shape[1], rounds)


def _inputs(points: np.ndarray, one: float | None) -> np.ndarray:
    return discriminator_inputs(points, bias=one is not None, one=one or 0.0)


def _separation(real: np.ndarray, made: np.ndarray, U: np.ndarray) -> np.ndarray:
    """Return Σ relu(x·u) − Σ relu(g·u) for neurons U (d', m)."""
    separation: np.ndarray = np.maximum(real @ U, 0.0).sum(axis=0) - np.maximum(made @ U, 0.0).sum(axis=0)
    return separation


def _round(
    real: np.ndarray, reference: np.ndarray, U: np.ndarray, beta: float, one: float | None, *, tolerance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Solve one round, patterns fixed at the reference: samples, neurons held, and the discriminator's weights.

    None where no program is solved, or the result violates β: the reference, which is feasible, is then the solution.
    """
    fixed, dense = _inputs(reference, one), spread(real.shape[1], DENSE)
    for _ in range(MOST_CUTS):
        solved = _program(real, fixed, U, beta, one)
        if solved is None:
            return None
        G, weights = solved
        worst = strongest(real, _inputs(G, one), "relu")
        if worst.value <= beta + tolerance:
            return G, U, weights
        added = [worst.u]
        beyond = np.abs(_separation(real, _inputs(G, one), dense)) - beta
        for k in np.argsort(-beyond):
            if beyond[k] <= 0.2 * (worst.value - beta) or len(added) == ADDED:
                break
            if max(dense[:, k] @ u for u in added) < np.cos(APART):
                added.append(dense[:, k])
        U = np.concatenate([U, np.array(added).T], axis=1)
    return None


def _program(
    real: np.ndarray, fixed: np.ndarray, U: np.ndarray, beta: float, one: float | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """Solve min ‖G‖² under the constraints of the neurons U (d', m); also the weights their multipliers give."""
    import cvxpy as cp

    d = real.shape[1] - (one is not None)
    G = cp.Variable((len(real), d))
    offset = np.zeros(U.shape[1]) if one is None else one * U[-1]
    pre: Any = G @ U[:d] + np.tile(offset, (len(real), 1))
    total = np.maximum(real @ U, 0.0).sum(axis=0)
    active = (fixed @ U > 0).astype(float)
    above = cp.sum(cp.maximum(pre, 0.0), axis=0) <= total + beta
    below = cp.sum(cp.multiply(active, pre), axis=0) >= total - beta
    if not solve_program(cp.Problem(cp.Minimize(cp.sum_squares(G)), [above, below])):
        return None
    return np.asarray(G.value), np.asarray(below.dual_value) - np.asarray(above.dual_value)


def spread(d: int, count: int) -> np.ndarray:
    """Return about ``count`` unit vectors (d, m), evenly on the circle or along a spiral on the sphere; d ≤ 3."""
    if d == 1:
        return np.array([[1.0, -1.0]])
    if d == 2:
        angle = 2.0 * np.pi * (np.arange(count) + 0.5) / count
        return np.stack([np.cos(angle), np.sin(angle)])
    height = 1.0 - 2.0 * (np.arange(count) + 0.5) / count
    angle = np.pi * (1.0 + 5.0**0.5) * np.arange(count)
    width = np.sqrt(1.0 - height**2)
    return np.stack([width * np.cos(angle), width * np.sin(angle), height])


def relu_bound(X: np.ndarray, beta: float, *, bias: bool) -> float:
    """Return a lower bound on ‖G‖² over all samples G that no unit neuron separates from X (n, d) by more than β.

    Two bounds, each the best over many neurons. Along a direction w: with S± = (Σ relu(± x·w) − β)₊ the samples have
    Σ relu(± g·w) ≥ S±, so Σ (g·w)² ≥ (S₊ + S₋)²/n, summed over w and its orthogonal. With a bias, one neuron (w, b):
    the cheapest samples that it does not separate lie together, k of them at one point.
    """
    n, d = X.shape
    W = np.ones((1, 1)) if d == 1 else spread(2, 360)
    sides = (np.maximum(np.maximum(sign * (X @ W), 0.0).sum(axis=0) - beta, 0.0) for sign in (1.0, -1.0))
    along = sum(sides) ** 2 / n
    best = float(np.max(along if d == 1 else along + np.roll(along, 90)))
    if not bias:
        return best
    U = spread(d + 1, 2 * DENSE)
    w, b = np.linalg.norm(U[:-1], axis=0), U[-1]
    total = np.maximum(discriminator_inputs(X, bias=True) @ U, 0.0).sum(axis=0)
    least, most = total - beta, total + beta
    k = np.arange(1, n + 1)[:, None]
    together = k * (np.maximum(least / k - b, 0.0) / w) ** 2
    raised = np.where(b > 0, together[-1], np.min(together, axis=0))
    lowered = n * (np.maximum(b - most / n, 0.0) / w) ** 2
    return max(best, float(np.max(np.where(least > 0, raised, 0.0))), float(np.max(lowered)))
