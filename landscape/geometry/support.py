"""The support function of the unit neurons: max |zᵀ relu(X u)| for a residual z, and the neuron that attains it."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod

import numpy as np

from landscape.geometry.cells import all_patterns, most_cells, row_space
from landscape.geometry.fan import Fan, fan
from landscape.geometry.sphere import Peaks, Sphere, peaks, sphere
from landscape.model.problem import Problem, finite_array

MOST_CELLS = 3000
"""Beyond three features the support is exact up to this many cells (and plane sections to find them)."""

MOST_ROWS = 1000
"""Up to this many samples three features are exact: their circles have twice its square of arcs."""


@dataclass(frozen=True, eq=False)
class Support:
    """The unit neuron whose output correlates most with a residual z: ``value = sign · zᵀ relu(X u)``.

    Arguments
        value: max over ‖u‖ ≤ 1 of |zᵀ relu(X u)|, at least 0, in units of y·X.
        u: (d,) a maximising unit neuron; zero where value is 0.
        sign: +1.0 or -1.0, the sign its second layer would have.
    """

    value: float
    u: np.ndarray
    sign: float


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the neurons of X change their patterns, in coordinates of the span of its rows.

    Arguments
        basis: (d, r) orthonormal, r the rank of X; (d, d) for d ≤ 2.
        X: (n, r) the rows in these coordinates.
        cut: the fan for r ≤ 2, the sphere for r = 3, the patterns (P, n) for more; None where they are too many.
    """

    basis: np.ndarray
    X: np.ndarray
    cut: Fan | Sphere | np.ndarray | None


def geometry(X: np.ndarray) -> Geometry:
    """Return the geometry of data X (n, d), for the support of any number of residuals."""
    n, d = X.shape
    if d <= 2:
        return Geometry(np.eye(d), X, fan(X))
    basis = row_space(X)
    reduced = X @ basis
    rank = reduced.shape[1]
    if rank == 0:
        return Geometry(np.eye(d)[:, :1], np.zeros((n, 1)), fan(np.zeros((n, 1))))
    if rank <= 2:
        return Geometry(basis, reduced, fan(reduced, np.zeros(n)))
    if rank == 3 and n <= MOST_ROWS:
        return Geometry(basis, reduced, sphere(reduced))
    planes = prod(range(n, n - rank + 2, -1))  # two-dimensional sections that the enumeration passes
    affordable = rank > 3 and most_cells(n, rank) <= MOST_CELLS and planes <= MOST_CELLS
    return Geometry(basis, reduced, all_patterns(reduced) if affordable else None)


def support(X: np.ndarray, z: np.ndarray, *, signed: bool = False) -> Support:
    """Return the largest |zᵀ relu(X u)| over unit neurons u, exactly, with its neuron and sign.

    On each cone the function is linear, z ↦ gᵀu with g = Xᵀ D z: its maximum over the unit ball is the length of g
    projected on the cone. One sweep over the sorted angles gives every g in O(n log n) for two features, a sweep over
    every plane of a row for three.

    Arguments
        X: (n, d) data; z: (n,) a residual.
        signed: maximise zᵀ relu(X u) itself, as for a fixed second layer of ones, and not its absolute value.

    Raises ValueError where X or z is not finite, their lengths disagree, or X has too many cells to visit.
    """
    X, z = finite_array(X, "X", 2), finite_array(z, "z", 1)
    if len(z) != len(X):
        raise ValueError(f"z must have one entry for each of the {len(X)} rows of X, but has {len(z)}.")
    found = exact_support(geometry(X), z, signed=signed)
    if found is None:
        raise ValueError(f"X must have few enough cells to visit, but has shape {X.shape}; use sampled_support.")
    return found


def exact_support(space: Geometry, z: np.ndarray, *, signed: bool = False) -> Support | None:
    """Return the support of a residual, the geometry of X being known; None where its cells are too many."""
    if space.cut is None:
        return None
    if isinstance(space.cut, Fan):
        found = _on_fan(space.X, z, space.cut, signed=signed)
    elif isinstance(space.cut, Sphere):
        found = _highest(peaks(space.cut, space.X, z, signed=signed))
    else:
        found = _highest(peaks_of_cells(space.X, z, space.cut, signed=signed))
    return Support(found.value, space.basis @ found.u, found.sign)


def lambda_max(problem: Problem) -> float:
    """Return the λ from which on the zero network is optimal for problem (1), support(y).

    Optimal among the networks of ``Problem``, which have no output bias. Where X has too many cells to visit it is the
    estimate of ``sampled_support``, which is not above the true value.

    >>> from landscape import Problem, lambda_max
    >>> lambda_max(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]))
    2.0
    """
    found = exact_support(geometry(problem.X), problem.y)
    return (sampled_support(problem.X, problem.y) if found is None else found).value


def _on_fan(X: np.ndarray, z: np.ndarray, cones: Fan, *, signed: bool) -> Support:
    edges, g = cones.edges, cones.sums(X, z)
    at_edge = np.einsum("sd,sd->s", g, edges)
    best = Support(0.0, np.zeros(X.shape[1]), 1.0)
    if X.shape[1] == 2:
        turn_in, turn_out = cones.turns_in(g), cones.turns_out(g)
        length = np.hypot(g[:, 0], g[:, 1])
    signs = np.array([[1.0]] if signed else [[1.0], [-1.0]])
    on_edges = signs * at_edge
    row, s = divmod(int(on_edges.argmax()), len(edges))
    if on_edges[row, s] > 0:
        best = Support(float(on_edges[row, s]), edges[s].copy(), float(signs[row, 0]))
    if X.shape[1] == 2:
        interior = np.where((signs * turn_in > 0) & (signs * turn_out > 0), length, 0.0)
        row, s = divmod(int(interior.argmax()), len(edges))
        if interior[row, s] > best.value:
            best = Support(float(interior[row, s]), signs[row, 0] * g[s] / length[s], float(signs[row, 0]))
    return best


def peaks_of_cells(X: np.ndarray, z: np.ndarray, D: np.ndarray, *, level: float = 0.0, signed: bool = False) -> Peaks:
    """Return the best neuron of each cone of a list of patterns D (P, n), where it may exceed a level, for any d.

    The projection of g = Xᵀ D z on the cone {u : C u ≥ 0} is g + Cᵀ μ, μ ≥ 0 the non-negative least squares fit of −g.
    """
    from scipy.optimize import nnls

    G = (D * z) @ X
    size = np.linalg.norm(G, axis=1)
    found: list[tuple[float, np.ndarray, float]] = []
    greatest = level
    for i in np.argsort(-size, kind="stable"):
        if size[i] <= greatest:
            break
        cone = np.where(D[i], 1.0, -1.0)[:, None] * X
        for sign in (1.0,) if signed else (1.0, -1.0):
            u = sign * G[i] + cone.T @ nnls(cone.T, -sign * G[i])[0]
            length = float(np.linalg.norm(u))
            if length > max(level, 1e-12 * size[i]):
                found.append((length, u / length, sign))
                greatest = max(greatest, length) if level == 0 else level
    found.sort(key=lambda item: -item[0])
    return Peaks(
        np.array([u for _, u, _ in found]).reshape(-1, X.shape[1]).T,
        np.array([value for value, _, _ in found]),
        np.array([sign for _, _, sign in found]),
    )


def _highest(found: Peaks) -> Support:
    if not len(found.value):
        return Support(0.0, np.zeros(len(found.u)), 1.0)
    return Support(float(found.value[0]), found.u[:, 0], float(found.sign[0]))


def sampled_support(X: np.ndarray, z: np.ndarray, *, count: int = 1000, signed: bool = False) -> Support:
    """Return the best neuron found among seeded Gaussian patterns: a lower estimate of ``support`` for any d.

    Each pattern's own Xᵀ D z is evaluated as a neuron, so the value is that of a neuron which exists.
    """
    gates = np.random.default_rng(0).standard_normal((X.shape[1], count))
    g = X.T @ ((X @ gates > 0) * z[:, None])
    neurons = np.concatenate([gates, g] if signed else [gates, g, -g], axis=1)
    length = np.linalg.norm(neurons, axis=0)
    neurons = neurons[:, length > 0] / length[length > 0]
    correlation = z @ np.maximum(X @ neurons, 0.0)
    best = int(np.argmax(correlation if signed else np.abs(correlation)))
    if (correlation[best] if signed else abs(correlation[best])) <= 0:
        return Support(0.0, np.zeros(X.shape[1]), 1.0)
    return Support(abs(float(correlation[best])), neurons[:, best], float(np.sign(correlation[best])))
