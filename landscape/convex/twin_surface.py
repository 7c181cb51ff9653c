"""The convex landscape of 1-D data without bias: two numbers place every network, of any width."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.model.problem import Problem


@dataclass(frozen=True, eq=False)
class ConvexSurface:
    """The convex loss on a grid: ``loss[l, k]`` belongs to slopes ``(u1[k], u2[l])``.

    Arguments
        u1, u2: (K,) and (L,) slopes for x > 0 and for x < 0.
        loss: (L, K) values of problem (2), in units of y².
    """

    u1: np.ndarray
    u2: np.ndarray
    loss: np.ndarray


def twin_place(W: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the slopes (s₊, s₋) that networks give to x > 0 and to x < 0: their place in the convex landscape.

    Arguments
        W: (..., 1, m) first layers, alpha: (..., m) second layers; the results have shape (...).

    The networks' outputs are s₊ x for x > 0 and s₋ x for x < 0, whatever their number of neurons.
    """
    w = W[..., 0, :]
    share = w * alpha
    return np.where(w > 0, share, 0.0).sum(-1), np.where(w < 0, share, 0.0).sum(-1)


def twin_loss(problem: Problem, s_plus: np.ndarray, s_minus: np.ndarray) -> np.ndarray:
    """Return the convex objective at slopes (s₊, s₋): problem (2) in these coordinates, with its factor 2λ."""
    x, y = problem.X[:, 0], problem.y
    s_plus, s_minus = np.asarray(s_plus, dtype=float), np.asarray(s_minus, dtype=float)
    right, left = x > 0, x < 0
    # Residuals one by one, not an expanded square: the loss must be exact where it is 0.
    loss = np.full(np.broadcast(s_plus, s_minus).shape, float(np.sum(y[x == 0] ** 2)))
    for xi, yi in zip(x[right], y[right], strict=True):
        loss = loss + (xi * s_plus - yi) ** 2
    for xi, yi in zip(x[left], y[left], strict=True):
        loss = loss + (xi * s_minus - yi) ** 2
    return loss + 2.0 * problem.lam * (np.abs(s_plus) + np.abs(s_minus))


def twin_surface(problem: Problem, u1: np.ndarray, u2: np.ndarray) -> ConvexSurface:
    """Return the convex landscape over u₁ = s₊ (K,) and u₂ = s₋ (L,): loss of shape (L, K).

    With a fixed second layer only u₁ ≥ 0 ≥ u₂ belongs to networks; the bowl is given beyond that wall too.
    Raises ValueError unless the data have one feature: with more there are more than two coordinates.
    """
    if problem.d != 1:
        raise ValueError(f"problem must have one feature without bias, but has d = {problem.d}.")
    u1, u2 = np.asarray(u1, dtype=float), np.asarray(u2, dtype=float)
    return ConvexSurface(u1, u2, twin_loss(problem, u1[None, :], u2[:, None]))
