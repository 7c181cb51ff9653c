"""One feature without a bias: the slopes (s₊, s₋) of a network, of any width, are its coordinates in a convex loss."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import NamedTuple

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.network import Network, check_network
from landscape.model.output_bias import centred, centred_labels, share_of_mean, without_output_bias
from landscape.model.problem import Problem

DEPENDENT = 1e-13
"""Two outputs are dependent where the determinant of their products is below this share of that of two at right angles.
"""


class Position(NamedTuple):
    """The slopes of a network without bias: f(x) = s_plus · x for x > 0 and s_minus · x for x < 0."""

    s_plus: float
    s_minus: float


@dataclass(frozen=True, eq=False)
class ConvexSurface:
    """The convex loss on a grid: ``loss[l, k]`` belongs to slopes ``(s_plus[k], s_minus[l])``.

    Arguments
        s_plus, s_minus: (K,) and (L,) slopes for x > 0 and for x < 0.
        loss: (L, K) values of problem (2), in units of y².
    """

    s_plus: np.ndarray
    s_minus: np.ndarray
    loss: np.ndarray


def slopes(W: np.ndarray, alpha: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return s₊ = Σ_{w>0} α w and s₋ = Σ_{w<0} α w of many networks, whatever their number m of neurons.

    Arguments
        W: (..., 1, m) first layers, alpha: (..., m) second layers; the results have shape (...).
    """
    w = W[..., 0, :]
    products = w * alpha
    return np.where(w > 0, products, 0.0).sum(-1), np.where(w < 0, products, 0.0).sum(-1)


def position(network: Network) -> Position:
    """Return the slopes s₊ = Σ_{w>0} α w and s₋ = Σ_{w<0} α w of a network of one feature, whatever its width.

    Raises ValueError when the network reads more than one feature.
    """
    check_network(network)
    if network.W.shape[0] != 1:
        raise ValueError(f"W must have one row, one feature without a bias, but has {network.W.shape[0]}.")
    s_plus, s_minus = slopes(network.W, network.alpha)
    return Position(float(s_plus), float(s_minus))


def optimal_position(problem: Problem) -> Position:
    """Return the slopes (s₊, s₋) of the exact optimum of a problem with one feature.

    The two sides of zero do not meet: each is a least squares fit through the origin, restricted to s₊ ≥ 0 ≥ s₋ for a
    second layer of ones, and shrunk by λ, ‖f − y‖² + 2λ(|s₊| + |s₋|), for a trained one. A side without data has
    its slope free (see ``free_coordinates``) and 0 is returned. An output bias couples the sides, and is at its best.
    Raises ValueError for more than one feature.

    >>> from landscape import Problem, optimal_position
    >>> right, left = optimal_position(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]))
    >>> right, left
    (2.0, -1.0)
    """
    squared_only(problem, "optimal_position")
    _check_one_feature(problem)
    if problem.has_output_bias:
        return _coupled_position(problem)
    x, y = problem.X[:, 0], problem.y
    found = []
    for sign in (1.0, -1.0):
        side = sign * x > 0
        if not side.any():
            found.append(0.0)
            continue
        largest = np.max(np.abs(x[side]))
        unit = x[side] / largest  # squares of 1e-200 would vanish
        correlation = float(unit @ y[side])
        if problem.second_layer == "ones":
            correlation = sign * max(sign * correlation, 0.0)
        correlation = np.sign(correlation) * max(abs(correlation) - problem.lam / largest, 0.0)
        found.append(float(correlation / (unit @ unit) / largest))
    return Position(*found)


def _coupled_position(problem: Problem) -> Position:
    """Return the slopes where an output bias couples them: the best of those with each choice of their signs.

    With the signs given the objective is quadratic. Where the outputs of both sides are dependent once they are
    ``centred``, an optimum has one of the slopes at 0.
    """
    x, y = problem.X[:, 0], centred_labels(problem)
    share = share_of_mean(problem.n, problem.bias_penalty)
    sides = np.column_stack([np.maximum(x, 0.0), np.minimum(x, 0.0)])
    largest = np.abs(sides).max(axis=0)
    largest[largest == 0] = 1.0
    A, penalty = centred(sides / largest, share), problem.lam / largest
    best, least = np.zeros(2), float(y @ y)
    for signs in product((-1.0, 0.0, 1.0), repeat=2):
        sign = np.array(signs)
        used = sign != 0
        gram = A[:, used].T @ A[:, used]
        if not used.any() or np.linalg.det(gram) <= DEPENDENT * np.prod(np.diag(gram)):
            continue
        found = np.zeros(2)
        found[used] = np.linalg.solve(gram, A[:, used].T @ y - (penalty * sign)[used])
        left = y - A @ found
        value = float(left @ left + 2.0 * penalty @ np.abs(found))
        if value < least and np.all(found * sign >= 0):
            best, least = found, value
    return Position(*(best / largest).tolist())


def free_coordinates(problem: Problem) -> tuple[bool, bool]:
    """Return whether s₊ and s₋ are free, no sample being on their side of zero, for a problem with one feature."""
    squared_only(problem, "free_coordinates")
    _check_one_feature(problem)
    return not np.any(problem.X > 0), not np.any(problem.X < 0)


def convex_loss(problem: Problem, s_plus: np.ndarray, s_minus: np.ndarray) -> np.ndarray:
    """Return problem (2) at slopes (s₊, s₋), arrays of one shape or that broadcast: ‖f − y‖² + 2λ(|s₊| + |s₋|)."""
    squared_only(problem, "convex_loss")
    x, y = problem.X[:, 0], problem.y
    s_plus, s_minus = np.asarray(s_plus, dtype=float), np.asarray(s_minus, dtype=float)
    right, left = x > 0, x < 0
    # Residuals one by one, not an expanded square: the loss must be exact where it is 0.
    loss = np.full(np.broadcast(s_plus, s_minus).shape, float(np.sum(y[x == 0] ** 2)))
    for xi, yi in zip(x[right], y[right], strict=True):
        loss = loss + (xi * s_plus - yi) ** 2
    for xi, yi in zip(x[left], y[left], strict=True):
        loss = loss + (xi * s_minus - yi) ** 2
    return np.asarray(loss + 2.0 * problem.lam * (np.abs(s_plus) + np.abs(s_minus)))


def convex_surface(problem: Problem, s_plus: np.ndarray, s_minus: np.ndarray) -> ConvexSurface:
    """Return the convex landscape over slopes s₊ (K,) and s₋ (L,): loss of shape (L, K).

    With a fixed second layer only s₊ ≥ 0 ≥ s₋ belongs to networks; the bowl is given beyond that wall too.
    Raises ValueError unless the data have one feature: with more there are more than two coordinates. It does, too,
    where there is an output bias.
    """
    squared_only(problem, "convex_surface")
    _check_one_feature(problem)
    without_output_bias(problem, "The convex surface")
    s_plus, s_minus = np.asarray(s_plus, dtype=float), np.asarray(s_minus, dtype=float)
    return ConvexSurface(s_plus, s_minus, convex_loss(problem, s_plus[None, :], s_minus[:, None]))


def _check_one_feature(problem: Problem) -> None:
    if problem.d != 1:
        raise ValueError(f"X must have one column, one feature without a bias, but has {problem.d}.")
