"""The loss over a plane (or a line) through the space of weights."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.formatting import short
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits, widen
from landscape.model.output_bias import centred, centred_labels, share_of_mean
from landscape.model.problem import Problem, finite_array
from landscape.model.readable import readable

MAX_CELLS = 4_000_000
"""Most grid points of one surface: 32 MB, far more than a screen shows."""

MAX_GRID_WORK = 2_000_000_000
"""Most grid points × samples × neurons of one surface: about 20 s of one core."""

_NEAR_ZERO = 1e-5
"""A loss below this share of the largest terms has lost digits to cancellation and is recomputed from the residual."""

_CHUNK = 1_000_000
"""Floats held at once by a temporary array, so that memory does not grow with the grid."""


_Pair = tuple[np.ndarray, np.ndarray]


class LossTooLarge(ValueError):  # noqa: N818
    """Somewhere on a grid the weights are so large that no number holds the loss."""


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane of networks: ``origin + a·first + b·second``, weights and second layer alike.

    Arguments
        origin: the network at (0, 0).
        first, second: directions of the same shape; (d, m) arrays move W alone.

    Raises ValueError when shapes disagree.
    """

    origin: Network
    first: Network
    second: Network

    __repr__ = readable

    def __post_init__(self) -> None:
        for name in ("first", "second"):
            direction = getattr(self, name)
            if not isinstance(direction, Network):
                direction = Network(direction, np.zeros(self.origin.m))
                object.__setattr__(self, name, direction)
            if direction.W.shape != self.origin.W.shape:
                raise ValueError(
                    f"{name} must have the origin's shape {self.origin.W.shape}, but has {direction.W.shape}."
                )

    def network(self, a: float, b: float) -> Network:
        """Return the network at coordinates (a, b)."""
        return Network(
            self.origin.W + a * self.first.W + b * self.second.W,
            self.origin.alpha + a * self.first.alpha + b * self.second.alpha,
        )

    def coordinates(self, W: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """Return (..., 2): where networks W (..., d, m), alpha (..., m) project orthogonally onto the plane."""
        basis = np.column_stack([_flat(self.first.W, self.first.alpha), _flat(self.second.W, self.second.alpha)])
        offset = _flat(W, alpha) - _flat(self.origin.W, self.origin.alpha)
        found: np.ndarray = offset @ np.linalg.pinv(basis).T
        return found

    def distance(self, W: np.ndarray, alpha: np.ndarray) -> np.ndarray:
        """Return (...,): how far networks W (..., d, m), alpha (..., m) are from the plane, over all weights."""
        a, b = np.moveaxis(self.coordinates(W, alpha), -1, 0)[..., None]
        origin, first, second = (_flat(net.W, net.alpha) for net in (self.origin, self.first, self.second))
        return np.asarray(np.linalg.norm(_flat(W, alpha) - (origin + a * first + b * second), axis=-1))


@dataclass(frozen=True, eq=False)
class Surface:
    """The loss on a grid: ``loss[l, k]`` is that of ``plane.network(w1[k], w2[l])``.

    Where the problem has an output bias, it is that of this network with its best one (``with_best_bias``).

    Arguments
        w1, w2: (K,) and (L,) coordinates.
        loss: (L, K) values of problem (1), in units of y².
        plane: the plane of the grid.
    """

    w1: np.ndarray
    w2: np.ndarray
    loss: np.ndarray
    plane: Plane

    __repr__ = readable

    def _said(self) -> str:
        low, high = short(float(self.loss.min())), short(float(self.loss.max()))
        return f"the loss at {self.loss.size:,} points of a plane, from {low} to {high}"

    def __post_init__(self) -> None:
        for array in (self.w1, self.w2, self.loss):
            array.setflags(write=False)


def neuron_plane(base: Network, neurons: tuple[int, int] = (0, 1)) -> Plane:
    """Return the plane whose coordinates are the weights of two neurons, for d = 1.

    Raises ValueError unless ``base`` has one feature and ``neurons`` are two different columns of it.
    """
    if base.W.shape[0] != 1:
        raise ValueError(f"base must have one feature for a plane of two weights, but has {base.W.shape[0]}.")
    i, j = neurons
    if i == j or not (0 <= i < base.m and 0 <= j < base.m):
        raise ValueError(f"neurons must be two different numbers from 0 to {base.m - 1}, but was {neurons}.")
    unit, origin = np.eye(base.m), base.W.copy()
    origin[:, [i, j]] = 0.0
    return Plane(Network(origin, base.alpha), Network(unit[[i]], 0 * base.alpha), Network(unit[[j]], 0 * base.alpha))


def plane_through(origin: Network, second: Network, third: Network) -> Plane:
    """Return the plane through three networks, with orthonormal directions, so that it preserves distances.

    Where the three lie on a line, the missing direction is the first unit weight not on that line.
    Raises ValueError when ``second`` equals ``origin`` or shapes disagree.
    """
    shapes = {net.W.shape for net in (origin, second, third)}
    if len(shapes) > 1:
        raise ValueError(f"the three networks must have one shape, but have {sorted(shapes)}.")
    start: np.ndarray = _flat(origin.W, origin.alpha)
    e1: np.ndarray = _flat(second.W, second.alpha) - start
    length = np.linalg.norm(e1)
    if length == 0:
        raise ValueError("second must differ from origin, but is the same network.")
    e1 = e1 / length
    for candidate in (_flat(third.W, third.alpha) - start, *np.eye(len(start))):
        e2 = candidate - (candidate @ e1) * e1
        if np.linalg.norm(e2) > 1e-9 * np.linalg.norm(candidate):
            break
    e2 = e2 / np.linalg.norm(e2)
    d, m = origin.W.shape
    return Plane(origin, *(Network(e[: d * m].reshape(d, m), e[d * m :]) for e in (e1, e2)))


def loss_surface(
    problem: Problem,
    w1: np.ndarray,
    w2: np.ndarray,
    *,
    base: Network | None = None,
    neurons: tuple[int, int] = (0, 1),
    plane: Plane | None = None,
) -> Surface:
    """Return problem (1) over a grid in a plane of weights.

    Without ``plane`` the coordinates are the weights of two ``neurons`` of ``base`` (by default a network of two
    neurons with alpha = 1), for one feature. Where the two directions move different neurons the prediction is a sum
    g(a) + h(b), and the whole grid is one matrix product, ‖g‖² + ‖y − h‖² − 2 (y − h)·g; values near 0, where that
    difference cancels, are recomputed from the residual. An output bias is at its best at every point.

    Arguments
        w1, w2: (K,) and (L,) coordinates in the plane.

    Raises ValueError for the logistic loss, coordinates that are not finite, a plane that does not fit the problem, a
    grid above MAX_CELLS or MAX_GRID_WORK, or weights so large that the loss overflows.

    >>> from landscape import Problem, grid_with_kinks, loss_surface
    >>> w = grid_with_kinks(-4.0, 4.0, 5)
    >>> surface = loss_surface(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones"), w, w)
    >>> surface.loss.shape, float(surface.loss[2, 2])  # at w = (0, 0): 1² + 2²
    ((5, 5), 5.0)
    """
    squared_only(problem, "loss_surface")
    w1, w2 = finite_array(w1, "w1", 1), finite_array(w2, "w2", 1)
    if plane is None:
        plane = neuron_plane(base, neurons) if base is not None else _two_neurons(neurons)
    _check_plane(problem, plane)
    cells = len(w1) * len(w2)
    if cells > MAX_CELLS:
        raise ValueError(f"w1 and w2 must span at most {MAX_CELLS} grid points, but span {cells}.")
    moves = _moved(plane.first), _moved(plane.second)
    with np.errstate(all="ignore"):
        if (moves[0] & moves[1]).any():
            if cells * problem.n * plane.origin.m > MAX_GRID_WORK:
                raise ValueError(
                    f"grid points × samples × neurons must be at most {MAX_GRID_WORK}, "
                    f"but are {cells * problem.n * plane.origin.m}."
                )
            loss = _dense_grid(problem, plane, w1, w2)
        else:
            loss = _product_grid(problem, plane, (w1, w2), moves)
    return Surface(w1, w2, loss, plane)


def loss_curve(problem: Problem, w: np.ndarray, *, base: Network | None = None, neuron: int = 0) -> np.ndarray:
    """Return problem (1), (K,), as the weight ``w`` (K,) of one neuron moves, for one feature.

    ``base`` holds the other neurons; by default there is none, and the curve is that of a single neuron with alpha = 1.
    Raises ValueError as ``loss_surface`` does.

    >>> from landscape import Problem, loss_curve
    >>> loss_curve(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones"), [-1.0, 0.0, 2.0]).tolist()
    [4.0, 5.0, 1.0]
    """
    squared_only(problem, "loss_curve")
    w = finite_array(w, "w", 1)
    base = base if base is not None else Network(np.zeros((1, 1)), np.ones(1))
    # A second neuron at 0, which changes neither outputs nor norm, makes the curve one row of a surface.
    row = loss_surface(problem, w, np.zeros(1), base=widen(base, 1, problem), neurons=(neuron, base.m))
    return row.loss.ravel()


def kink_lines(problem: Problem, plane: Plane) -> np.ndarray:
    """Return (R, 3) rows (c, p, q): the distinct lines c + p a + q b = 0 of the plane on which the loss has a crease.

    Each is the border x·w_j = 0 of one sample and one neuron; rows are scaled to p² + q² = 1.
    """
    _check_plane(problem, plane)
    c, p, q = (problem.X @ net.W for net in (plane.origin, plane.first, plane.second))
    lines = np.stack([c, p, q], axis=-1).reshape(-1, 3)
    length = np.hypot(lines[:, 1], lines[:, 2])
    lines = lines[length > 0] / length[length > 0, None]
    lines *= np.where((lines[:, 1] < 0) | ((lines[:, 1] == 0) & (lines[:, 2] < 0)), -1.0, 1.0)[:, None]
    _, kept = np.unique(np.round(lines, 12) + 0.0, axis=0, return_index=True)
    distinct: np.ndarray = lines[np.sort(kept)]
    return distinct


def grid_with_kinks(low: float, high: float, count: int, kinks: Sequence[float] = (0.0,)) -> np.ndarray:
    """Return ``count`` increasing numbers from ``low`` to ``high`` that contain the kinks between them exactly.

    Spacing is even between neighbouring kinks, so a crease drawn on this grid is sharp.
    Raises ValueError unless low < high and the kinks fit into ``count`` points.
    """
    ends = finite_array([low, high], "low and high", 1)
    if not ends[0] < ends[1]:
        raise ValueError(f"low must be below high, but they were {low:g} and {high:g}.")
    inside = [] if len(kinks) == 0 else [k for k in np.unique(finite_array(kinks, "kinks", 1)) if low < k < high]
    breaks = np.array([low, *inside, high], dtype=float)
    if count < len(breaks):
        raise ValueError(f"count must be at least {len(breaks)} to hold both ends and the kinks, but was {count}.")
    desired = np.rint((breaks - low) / (high - low) * (count - 1)).astype(int)
    rank = np.arange(len(breaks))
    places = np.maximum.accumulate(desired - rank) + rank
    places = np.minimum(places, count - len(breaks) + rank)
    grid: np.ndarray = np.interp(np.arange(count), places, breaks)
    grid[places] = breaks
    return grid


@functools.lru_cache(maxsize=2)
def _two_neurons(neurons: tuple[int, int]) -> Plane:
    return neuron_plane(Network(np.zeros((1, 2)), np.ones(2)), neurons)


def _flat(W: np.ndarray, alpha: np.ndarray) -> np.ndarray:
    return np.concatenate([W.reshape(*W.shape[:-2], -1), alpha], axis=-1)


def _moved(direction: Network) -> np.ndarray:
    moved: np.ndarray = (direction.W != 0).any(axis=0) | (direction.alpha != 0)
    return moved


def _check_plane(problem: Problem, plane: Plane) -> None:
    check_fits(problem, plane.origin)
    if problem.second_layer == "ones" and (plane.first.alpha.any() or plane.second.alpha.any()):
        raise ValueError("plane must not move alpha when second_layer is 'ones'.")


def _along(
    problem: Problem, origin: Network, direction: Network, moving: np.ndarray, t: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the output of the moving neurons (n, K) and their share (K,) of the λ-term at coordinates t (K,)."""
    prediction, penalty = np.zeros((problem.n, len(t))), np.zeros(len(t))
    for j in moving:
        start, slope = problem.X @ origin.W[:, j], problem.X @ direction.W[:, j]
        alpha = origin.alpha[j] + direction.alpha[j] * t
        prediction += np.maximum(start[:, None] + slope[:, None] * t, 0.0) * alpha
        if problem.lam > 0:
            w = origin.W[:, j, None] + direction.W[:, j, None] * t
            penalty += problem.lam * ((w**2).sum(axis=0) + alpha**2)
    return prediction, penalty


def _product_grid(problem: Problem, plane: Plane, coordinates: _Pair, moves: _Pair) -> np.ndarray:
    origin, n = plane.origin, problem.n
    (w1, w2), still = coordinates, ~(moves[0] | moves[1])
    fixed = np.maximum(problem.X @ origin.W[:, still], 0.0) @ origin.alpha[still]
    share = share_of_mean(n, problem.bias_penalty)
    G, penalty1 = _along(problem, origin, plane.first, np.flatnonzero(moves[0]), w1)
    H, penalty2 = _along(problem, origin, plane.second, np.flatnonzero(moves[1]), w2)
    penalty2 = penalty2 + problem.lam * (np.sum(origin.W[:, still] ** 2) + np.sum(origin.alpha[still] ** 2))
    G, R = centred(G, share), (centred_labels(problem) - centred(fixed, share))[:, None] - centred(H, share)
    squares1, squares2 = np.einsum("nk,nk->k", G, G), np.einsum("nl,nl->l", R, R)
    scale = _finite_scale(squares1.max() + squares2.max() + penalty1.max() + penalty2.max())
    rows, columns = np.ones((len(w2), n + 2)), np.ones((n + 2, len(w1)))
    rows[:, :n], rows[:, n + 1] = -2.0 * R.T, squares2 + penalty2
    columns[:n], columns[n] = G, squares1 + penalty1
    loss = rows @ columns
    flat = loss.reshape(-1)
    small = np.flatnonzero(flat < _NEAR_ZERO * scale)
    for part in np.array_split(small, max(1, small.size * n // _CHUNK)):
        row, column = np.divmod(part, len(w1))
        flat[part] = ((G[:, column] - R[:, row]) ** 2).sum(axis=0) + penalty1[column] + penalty2[row]
    return loss


def _dense_grid(problem: Problem, plane: Plane, w1: np.ndarray, w2: np.ndarray) -> np.ndarray:
    X, y, lam, share = problem.X, centred_labels(problem), problem.lam, share_of_mean(problem.n, problem.bias_penalty)
    origin, first, second = plane.origin, plane.first, plane.second
    loss = np.empty((len(w2), len(w1)))
    width = max(1, _CHUNK // (problem.n * origin.m))
    base, slope1, slope2 = X @ origin.W, X @ first.W, X @ second.W
    for row, b in enumerate(w2):
        for k in range(0, len(w1), width):
            a = w1[k : k + width, None, None]
            alpha = origin.alpha + b * second.alpha + a[:, 0] * first.alpha
            hidden = np.maximum((base + b * slope2) + a * slope1, 0.0)
            residual = centred((hidden @ alpha[:, :, None])[:, :, 0].T, share).T - y
            W = origin.W + b * second.W + a * first.W
            penalty = lam * ((W**2).sum(axis=(1, 2)) + (alpha**2).sum(axis=1)) if lam else 0.0
            loss[row, k : k + width] = (residual**2).sum(axis=1) + penalty
    _finite_scale(loss.max())
    return loss


def _finite_scale(scale: float) -> float:
    if not scale < 1e300:
        raise LossTooLarge("w1 and w2 must keep the loss below 1e300, but the weights are too large for this data.")
    return scale
