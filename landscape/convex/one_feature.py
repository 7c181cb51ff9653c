"""One feature without a bias: every network has an exact place (s₊, s₋) in a convex landscape of two coordinates."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from landscape.model.network import Network
from landscape.model.problem import Problem


class Position(NamedTuple):
    """The slopes of a network without bias: f(x) = s_plus · x for x > 0 and s_minus · x for x < 0."""

    s_plus: float
    s_minus: float


def position(network: Network) -> Position:
    """Return s₊ = Σ_{w>0} α w and s₋ = Σ_{w<0} α w of a network of one feature, whatever its width.

    Raises ValueError when the network reads more than one feature.
    """
    if network.W.shape[0] != 1:
        raise ValueError(f"W must have one row, one feature without a bias, but has {network.W.shape[0]}.")
    slopes = network.W[0] * network.alpha
    right = network.W[0] > 0
    return Position(float(slopes[right].sum()), float(slopes[~right].sum()))


def optimal_position(problem: Problem) -> Position:
    """Return the exact optimum in the coordinates (s₊, s₋) of a problem with one feature.

    The two sides of zero do not meet: each is a least squares fit through the origin, restricted to s₊ ≥ 0 ≥ s₋ for a
    second layer of ones, and shrunk by λ, ‖f − y‖² + 2λ(|s₊| + |s₋|), for a trained one. A side without data has
    its coordinate free (see ``free_coordinates``) and 0 is returned. Raises ValueError for more than one feature.

    >>> from landscape import Problem, optimal_position
    >>> right, left = optimal_position(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]))
    >>> right, left
    (2.0, -1.0)
    """
    _one_feature(problem)
    x, y = problem.X[:, 0], problem.y
    slopes = []
    for sign in (1.0, -1.0):
        side = sign * x > 0
        if not side.any():
            slopes.append(0.0)
            continue
        largest = np.max(np.abs(x[side]))
        unit = x[side] / largest  # squares of 1e-200 would vanish
        pull = float(unit @ y[side])
        if problem.second_layer == "ones":
            pull = sign * max(sign * pull, 0.0)
        pull = np.sign(pull) * max(abs(pull) - problem.lam / largest, 0.0)
        slopes.append(float(pull / (unit @ unit) / largest))
    return Position(*slopes)


def free_coordinates(problem: Problem) -> tuple[bool, bool]:
    """Return whether s₊ and s₋ are free, no sample being on their side of zero, for a problem with one feature."""
    _one_feature(problem)
    return not np.any(problem.X > 0), not np.any(problem.X < 0)


def _one_feature(problem: Problem) -> None:
    if problem.d != 1:
        raise ValueError(f"X must have one column, one feature without a bias, but has {problem.d}.")
