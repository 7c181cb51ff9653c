"""The support function of the unit neurons: max |zᵀ relu(X u)| for a residual z, and the neuron that attains it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np

from landscape.formatting import short
from landscape.geometry.cells import most_cells, row_space
from landscape.geometry.exact_cells import exact_patterns
from landscape.geometry.fan import Fan, fan, moved_rows
from landscape.geometry.scaling import unit_rows, unit_weights
from landscape.geometry.sphere import Peaks, Sphere, highest, sphere
from landscape.model.exact import EPS
from landscape.model.problem import data_array, finite_array
from landscape.model.readable import readable

SUMMED = float(np.finfo(np.longdouble).eps)
"""Relative rounding of the sums along a circle."""

MOST_CELLS = 3000
"""Beyond three features the support is exact up to this many cells (and plane sections to find them)."""

QUICK_CELLS = 400
"""Beyond three features a search for the support is quicker than visiting more cells than these."""

ENTRIES = 3_000_000
"""Most entries of a matrix of outputs of sampled neurons, and those that they lead to."""

ROUNDED = 16
"""Roundings on the way from a row to what it adds to a support, generously counted."""

MOST_ROWS = 1000
"""Up to this many samples three features are exact: their circles have twice its square of arcs."""

QUICK_ROWS = 120
"""Of three features and more samples than these, a search for the support is quicker."""


@dataclass(frozen=True, eq=False)
class Support:
    """The unit neuron whose output correlates most with a residual z: ``value = sign · zᵀ relu(X u)``.

    Arguments
        value: max over ‖u‖ ≤ 1 of |zᵀ relu(X u)|, at least 0, in units of y·X.
        u: (d,) a maximising unit neuron; zero where value is 0.
        sign: +1.0 or -1.0, the sign its second layer would have.
        error: the maximum is proven to be at most value + error; infinite where only some neurons were looked at.
    """

    value: float
    u: np.ndarray
    sign: float
    error: float = np.inf

    __repr__ = readable

    def _said(self) -> str:
        if not np.isfinite(self.error):
            return f"at least {short(self.value, 6)}: only some neurons were looked at"
        return f"{short(self.value, 6)}, and at most {short(self.error, 2)} more"


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the neurons of X change their patterns, in coordinates of the span of its rows.

    Arguments
        basis: (d, r) orthonormal, r the rank of X; (d, d) for d ≤ 2.
        X: (n, r) the rows in these coordinates.
        cut: the fan for r ≤ 2, the sphere for r = 3, the patterns (P, n) for more; None where they are too many.
        moved: (n,) how far each row, as a share of its length, is at most from the one that ``X`` and ``cut`` stand
            for. No |relu(x·u)| of a unit neuron changes by more, and so no support by more than Σ |z_i| ‖x_i‖ moved_i.
    """

    basis: np.ndarray
    X: np.ndarray
    cut: Fan | Sphere | np.ndarray | None
    moved: np.ndarray

    @classmethod
    def without_cells(cls, X: np.ndarray, basis: np.ndarray | None = None) -> Geometry:
        """Return rows X (n, r) in the coordinates of a basis (d, r), whose cells are not to be visited."""
        return cls(np.eye(X.shape[1]) if basis is None else basis, X, None, np.zeros(len(X)))

    @cached_property
    def unit(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The rows of ``X`` as ``unit_rows`` gives them, their exponents, and their lengths: (n, r), (n,), (n,)."""
        rows, exponent = unit_rows(self.X)
        return rows, exponent, np.linalg.norm(rows, axis=1)

    @cached_property
    def rounding(self) -> np.ndarray:
        """A bound (n,) on what a row's place and the rounding of sums change in a support, over |z_i| ‖x_i‖."""
        if isinstance(self.cut, Fan):
            summed, repeated = self.cut.sectors, int(np.bincount(self.cut.start + 1).max())
        elif isinstance(self.cut, Sphere):
            summed, repeated = 2 * len(self.X), int(np.bincount(self.cut.places).max())
        else:
            summed, repeated = 0, len(self.X)
        return np.asarray(self.moved + (ROUNDED + repeated) * EPS + summed * SUMMED)


def geometry(X: np.ndarray, *, quick: bool = False) -> Geometry:
    """Return the geometry of data X (n, d), for the support of any number of residuals.

    ``quick``: only with cells that are visited sooner than ``support_search`` bounds the support without them.
    """
    space = spanned(X)
    (n, d), reduced, moved = X.shape, space.X, space.moved
    rank = reduced.shape[1] if X.any() else 0
    cut: Fan | Sphere | np.ndarray | None = None
    if rank <= 2:
        cut = fan(reduced, np.zeros(n) if rank < d else None)
        moved = moved + _moved(reduced, cut)
    elif all_visited(n, rank, quick=quick):
        cut = sphere(reduced) if rank == 3 else exact_patterns(reduced)
        moved = moved + cut.moved if isinstance(cut, Sphere) else moved
    return Geometry(space.basis, reduced, cut, moved)


def spanned(X: np.ndarray) -> Geometry:
    """Return data X (n, d) in coordinates of the span of its rows, whose cells are not to be visited."""
    n, d = X.shape
    basis = np.eye(d) if d <= 2 else row_space(X)
    rank = basis.shape[1]
    if rank == d:
        return Geometry(np.eye(d), X, None, np.zeros(n))
    if rank == 0:
        basis, reduced = np.eye(d)[:, :1], np.zeros((n, 1))
    else:
        reduced = X @ basis
    return Geometry(basis, reduced, None, _apart(X, reduced @ basis.T))


def all_visited(n: int, rank: int, *, quick: bool = False) -> bool:
    """Return whether the cells of n rows of a rank are few enough to visit all, or few enough to do so quickly."""
    if rank <= 3:
        return rank < 3 or n <= (QUICK_ROWS if quick else MOST_ROWS)
    planes = prod(range(n, n - rank + 2, -1))  # two-dimensional sections that the enumeration passes
    return most_cells(n, rank) <= (QUICK_CELLS if quick else MOST_CELLS) and planes <= MOST_CELLS


def _apart(X: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the distance (n,) between rows, as a share of the length of the first, which may be 0."""
    rows, exponent = unit_rows(X)
    difference, length = rows - np.ldexp(others, -exponent[:, None]), np.linalg.norm(rows, axis=1)
    apart: np.ndarray = np.linalg.norm(difference, axis=1) / np.where(length > 0, length, 1.0)
    return apart


def _moved(X: np.ndarray, cones: Fan) -> np.ndarray:
    rows, _ = unit_rows(X)
    if X.shape[1] == 1:
        return np.zeros(len(X))
    length = np.linalg.norm(rows, axis=1)
    return moved_rows(rows, cones) / np.where(length > 0, length, 1.0)


def support(X: np.ndarray, z: np.ndarray, *, signed: bool = False) -> Support:
    """Return the largest |zᵀ relu(X u)| over unit neurons u, exactly, with its neuron and sign.

    On each cone the function is linear, u ↦ gᵀu with g = Xᵀ D z: its maximum over the unit ball is the length of g
    projected on the cone. One sweep over the sorted angles gives every g in O(n log n) for two features, a sweep over
    every plane of a row for three. Exact means: to within ``error``, which is proven and of the size of rounding unless
    z all but cancels.

    Arguments
        X: (n, d) data; z: (n,) a residual.
        signed: maximise zᵀ relu(X u) itself, as for a fixed second layer of ones, and not its absolute value.

    Raises ValueError where X or z is not finite, their lengths disagree, or X has too many cells to visit.
    """
    X, z = data_array(X, "X", 2), finite_array(z, "z", 1)
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
    rows, exponent, length = space.unit
    weights, scale = unit_weights(z, exponent)
    if isinstance(space.cut, Fan):
        found = _on_fan(rows, weights, space.cut, signed=signed)
    elif isinstance(space.cut, Sphere):
        top = highest(space.cut, rows, weights, signed=signed)
        found = Support(top.value, top.u, top.sign, top.upper - top.value)
    else:
        found = _over_cells(rows, weights, space.cut, signed=signed)
    size = length * np.abs(weights)
    rounding = float(size @ space.rounding)
    error = min(found.error + rounding, max(float(size.sum()) + rounding - found.value, 0.0))
    with np.errstate(over="ignore"):  # beyond the largest float64 they are infinite
        value, error = float(np.ldexp(found.value, scale)), float(np.ldexp(error, scale))
    return Support(value, space.basis @ found.u, found.sign, error)


def _on_fan(X: np.ndarray, z: np.ndarray, cones: Fan, *, signed: bool) -> Support:
    edges, g = cones.edges, cones.sums(X, z)
    at_edge = np.einsum("sd,sd->s", g, edges)
    best = Support(0.0, np.zeros(X.shape[1]), 1.0, 0.0)
    if X.shape[1] == 2:
        turn_in, turn_out = cones.turns_in(g), cones.turns_out(g)
        length = np.hypot(g[:, 0], g[:, 1])
    signs = np.array([[1.0]] if signed else [[1.0], [-1.0]])
    on_edges = signs * at_edge
    row, s = divmod(int(on_edges.argmax()), len(edges))
    if on_edges[row, s] > 0:
        best = Support(float(on_edges[row, s]), edges[s].copy(), float(signs[row, 0]), 0.0)
    if X.shape[1] == 2:
        interior = np.where((signs * turn_in > 0) & (signs * turn_out > 0), length, 0.0)
        row, s = divmod(int(interior.argmax()), len(edges))
        if interior[row, s] > best.value:
            best = Support(float(interior[row, s]), signs[row, 0] * g[s] / length[s], float(signs[row, 0]), 0.0)
    return best


def most_on_cones(space: Geometry, z: np.ndarray) -> np.ndarray:
    """Return a bound (P,) of |zᵀ relu(X u)| over the unit neurons of each cone of a fan, exact up to its rounding."""
    cones = space.cut
    if not isinstance(cones, Fan):
        raise ValueError("space must have a fan, of two features at most.")
    rows, exponent, length = space.unit
    weights, scale = unit_weights(z, exponent)
    g = cones.sums(rows, weights)
    most = np.abs(np.einsum("sd,sd->s", g, cones.edges))
    if rows.shape[1] == 2:
        ends = np.abs(np.einsum("sd,sd->s", g, cones.ends))
        inside = cones.turns_in(g) * cones.turns_out(g) > 0  # of the sector: g, or −g
        most = np.maximum(np.maximum(most, ends), np.where(inside, np.hypot(g[:, 0], g[:, 1]), 0.0))
    of_cone = np.zeros(cones.cones)
    np.maximum.at(of_cone, cones.cone, most)
    of_cone += float((length * np.abs(weights)) @ space.rounding)
    return np.asarray(np.ldexp(of_cone, scale))


def most_on_patterns(X: np.ndarray, z: np.ndarray, D: np.ndarray, visited: int) -> np.ndarray:
    """Return a bound (P,) of |zᵀ relu(X u)| over the unit neurons of each of some patterns D (P, n), for any d.

    It is exact up to rounding for the ``visited`` patterns of the longest Xᵀ D z, and that length for the others.
    """
    rows, exponent = unit_rows(X)
    weights, scale = unit_weights(z, exponent)
    G = (D * weights) @ rows
    length = np.linalg.norm(rows, axis=1)
    rounding = length * ((ROUNDED + len(rows)) * EPS)
    most = np.linalg.norm(G, axis=1)
    for i in np.argsort(-most, kind="stable")[:visited]:
        cone = np.where(D[i], 1.0, -1.0)[:, None] * rows
        above = 0.0
        for sign in (1.0, -1.0):
            multipliers = projection_multipliers(cone, sign * G[i])
            reached = float(np.linalg.norm(sign * G[i] + cone.T @ multipliers))
            above = max(above, reached + float(rounding @ multipliers))
        most[i] = above
    return np.asarray(np.ldexp(most + float(rounding @ np.abs(weights)), scale))


def peaks_of_cells(X: np.ndarray, z: np.ndarray, D: np.ndarray, *, level: float = 0.0, signed: bool = False) -> Peaks:
    """Return the best neuron of each cone of a list of patterns D (P, n), where it may exceed a level, for any d.

    The projection of g = Xᵀ D z on the cone {u : C u ≥ 0} is g + Cᵀ μ, μ ≥ 0 the non-negative least squares fit of −g.
    """
    G = (D * z) @ X
    size = np.linalg.norm(G, axis=1)
    found: list[tuple[float, np.ndarray, float]] = []
    greatest = level
    for i in np.argsort(-size, kind="stable"):
        if size[i] <= greatest:
            break
        cone = np.where(D[i], 1.0, -1.0)[:, None] * X
        for sign in (1.0,) if signed else (1.0, -1.0):
            u = sign * G[i] + cone.T @ projection_multipliers(cone, sign * G[i])
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


def _over_cells(X: np.ndarray, z: np.ndarray, D: np.ndarray, *, signed: bool) -> Support:
    """Return the support over a list of all patterns D (P, n).

    Whatever μ ≥ 0 the solver returns, no neuron of the cone exceeds ‖g + Cᵀ μ‖, the rounding of this sum included.
    """
    G = (D * z) @ X
    size = np.linalg.norm(G, axis=1)
    rounding = np.linalg.norm(X, axis=1) * ((ROUNDED + len(X)) * EPS)
    best, upper = Support(0.0, np.zeros(X.shape[1]), 1.0), 0.0
    for i in np.argsort(-size, kind="stable"):
        if size[i] <= best.value:
            break
        cone = np.where(D[i], 1.0, -1.0)[:, None] * X
        for sign in (1.0,) if signed else (1.0, -1.0):
            multipliers = projection_multipliers(cone, sign * G[i])
            u = sign * G[i] + cone.T @ multipliers
            length = float(np.linalg.norm(u))
            upper = max(upper, length + float(rounding @ multipliers))
            if length > best.value:
                best = Support(length, u / length, sign)
    reached = best.sign * float(z @ np.maximum(X @ best.u, 0.0))
    return Support(max(reached, 0.0), best.u if reached > 0 else 0.0 * best.u, best.sign, upper - max(reached, 0.0))


def projection_multipliers(cone: np.ndarray, g: np.ndarray) -> np.ndarray:
    """Return μ (n,) ≥ 0 that brings g + Cᵀ μ next to 0: then it is g projected on the cone {u : C u ≥ 0}, C (n, d)."""
    from scipy.optimize import nnls

    try:
        found: np.ndarray = nnls(cone.T, -g, maxiter=30 * len(cone))[0]
    except RuntimeError:
        return np.zeros(len(cone))
    return found


def sampled_support(X: np.ndarray, z: np.ndarray, *, count: int = 1000, signed: bool = False) -> Support:
    """Return the best neuron found among seeded Gaussian patterns: a lower estimate of ``support`` for any d.

    Each pattern's own Xᵀ D z is evaluated as a neuron, so the value is that of a neuron which exists. The support may
    be larger by any amount: ``error`` is infinite.
    """
    rows, exponent = unit_rows(X)
    weights, scale = unit_weights(z, exponent)
    drawn = np.random.default_rng(0).standard_normal((X.shape[1], count))
    best, u, sign = 0.0, np.zeros(X.shape[1]), 1.0
    at_once = max(1, ENTRIES // len(rows))
    for gates in np.split(drawn, range(at_once, count, at_once), axis=1):
        g = rows.T @ ((rows @ gates > 0) * weights[:, None])
        neurons = np.concatenate([gates, g] if signed else [gates, g, -g], axis=1)
        length = np.linalg.norm(neurons, axis=0)
        neurons = neurons[:, length > 0] / length[length > 0]
        correlation = weights @ np.maximum(rows @ neurons, 0.0)
        k = int(np.argmax(correlation if signed else np.abs(correlation)))
        if (correlation[k] if signed else abs(correlation[k])) > best:
            best, u, sign = float(abs(correlation[k])), neurons[:, k], float(np.sign(correlation[k]))
    return Support(float(np.ldexp(best, scale)), u, sign)
