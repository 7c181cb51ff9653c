"""Without regularisation: the labels that networks of any width can fit, and the part that none can."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, sqrt

import numpy as np

from landscape.geometry.corners import corners, spanning_columns
from landscape.geometry.fan import Fan, fan
from landscape.geometry.lines import parallel_rows
from landscape.geometry.scaling import power_of_two
from landscape.model.exact import EPS, as_float, as_integers
from landscape.model.loss import squared_only
from landscape.model.output_bias import best_bias, labels_left
from landscape.model.problem import Problem

FEW_EDGES = 800
"""Up to this many edges are fitted all at once."""

MOST_PRODUCTS = 20_000_000
"""Most products of whole numbers to project labels of opposite rows, a second or so for each ten million."""

FEW_HELD = 300
"""Of more edges, at most this many are held."""

PEAKS = 20
"""Most edges added in a round."""


@dataclass(frozen=True, eq=False)
class Unreachable:
    """What no network of a problem with λ = 0 and a trained second layer can fit.

    Arguments
        z: (n,) the part of the labels that is left.
        bias: an output bias with which the rest can be fitted; 0 where there is none.
        least: a lower bound of ‖z‖² before it was rounded, and so of every network's loss.
    """

    z: np.ndarray
    bias: float
    least: float


def unreachable(problem: Problem) -> Unreachable | None:
    """Return the part of the labels that no network of a problem fits, with its output bias; None where it is too hard.

    An output bias adds the vector 1 of ones to what can be computed. With q the part of 1 that no network without one
    fits, z is the part of the labels, orthogonal to q. Where q is 0 the bias is of no use.
    """
    squared_only(problem, "unreachable")
    bias, labels = best_bias(problem, problem.y), labels_left(problem)
    z = out_of_reach(problem.X, labels)
    if z is None:
        return None
    rounding = 4 * (problem.n + problem.d + 8) * EPS * float(np.linalg.norm(labels))
    if problem.has_output_bias and not _ones_are_reached(problem.X):
        q = out_of_reach(problem.X, np.ones(problem.n))
        if q is None:
            return None
        size = float(np.linalg.norm(q))
        rounding *= 1.0 + 2.0 * sqrt(problem.n) / size if size > 0 else np.inf
        share = float(q @ z) / size / size if size > 0 else 0.0
        z, bias = z - share * q, bias + share
    return Unreachable(z, bias, max(0.0, float(np.linalg.norm(z)) - rounding) ** 2)


def _ones_are_reached(X: np.ndarray) -> bool:
    """Return whether a network without an output bias computes 1 at all samples X (n, d), beyond doubt.

    Over the rows of a line it is the same on rows of one side only if these are equal. Rows and their opposites, no
    others, are 1 by two neurons of opposite directions; lines with other rows on either side, if they are independent.
    """
    lines = parallel_rows(X)
    if np.any(lines.line < 0):
        return False
    led = X[lines.first][lines.line]
    if np.all((led == X).all(axis=1) | (-led == X).all(axis=1)):
        return True
    side = 2 * lines.line + (lines.length < 0)
    _, first, number = np.unique(side, return_index=True, return_inverse=True)
    if not np.array_equal(X, X[first][number]):
        return False
    both = np.intersect1d(side[side % 2 == 0], side[side % 2 == 1] - 1) // 2
    return len(both) <= X.shape[1] and _independent(X[lines.first[both]])


def out_of_reach(X: np.ndarray, y: np.ndarray) -> np.ndarray | None:
    """Return the part z (n,) of the labels that no network with a trained second layer can fit, for any d.

    It is the projection of y onto {z : zᵀ relu(X u) = 0 for all u}. That function of u has kinks only at
    the hyperplanes of the rows: over the rows x_i = ±t_i e of a line it is p t_i on one side of 0 and −m t_i on the
    other, p and m any slopes, but p − m = 2 e·v for the v of one linear function. Hence only duplicates (positive
    multiples), zero rows and opposite rows can stop a network from fitting everything. Where both sides have rows,
    with slopes p', m' that fit each of them best and weights w = Σ t_i², what cannot be fitted is

        min_v Σ h (p' − m' − 2 e·v)²,   1/h = 1/w₊ + 1/w₋,

    a sum over such lines that no rounding of h and p' − m' changes by more than as much, while e is taken exactly.
    None where there are too many such lines for that.
    """
    lines = parallel_rows(X)
    z = np.array(y, dtype=np.float64)
    on = lines.line >= 0
    if not on.any():
        return z
    count = len(lines.first)
    led = np.abs(X[lines.first]).max(axis=1)
    unit = power_of_two(led)  # e is the first row of its line over this power of two
    e = X[lines.first] / unit[:, None]
    size = led / unit * np.sqrt(np.square(e / (led / unit)[:, None]).sum(axis=1))
    side = 2 * lines.line[on] + (lines.length[on] < 0)
    t, label = np.abs(lines.length[on]) / size[lines.line[on]], z[on]
    weight = np.bincount(side, t * t, minlength=2 * count).reshape(count, 2)
    correlation = np.bincount(side, t * label, minlength=2 * count).reshape(count, 2)
    slope = np.divide(correlation, weight, out=np.zeros_like(weight), where=weight > 0)
    both = np.flatnonzero(np.all(weight > 0, axis=1))
    if len(both) > 1:
        inverse = 1.0 / weight[both]
        h = 1.0 / inverse.sum(axis=1)
        left = _weighted_residual(2.0 * e[both], slope[both, 0] - slope[both, 1], h)
        if left is None:
            return None
        slope[both] -= (h * left)[:, None] * inverse * [1.0, -1.0]
    z[on] = label - t * slope.reshape(-1)[side]
    return z


def least_loss(y: np.ndarray, z: np.ndarray, d: int) -> float:
    """Return a lower bound of ‖z‖² for z = out_of_reach(X, y) before it was rounded, d the number of features."""
    rounding = 4 * (len(y) + d + 8) * EPS * float(np.linalg.norm(y))
    return max(0.0, float(np.linalg.norm(z)) - rounding) ** 2


def _weighted_residual(E: np.ndarray, b: np.ndarray, h: np.ndarray) -> np.ndarray | None:
    """Return b − E v (K,) at the minimum over v of Σ h (b − E v)², in exact arithmetic: it depends on E's rank.

    None where that would take too long.
    """
    K, d = E.shape
    if d >= K and _independent(E):
        return np.zeros(K)
    if K * d * d > MOST_PRODUCTS:
        return None
    rows, _ = as_integers(E)
    weights, _ = as_integers(h)
    goal, goal_exponent = as_integers(b)
    weighted = rows.T * weights
    v = _solution(weighted @ rows, weighted @ goal)
    common = lcm(*(k.denominator for k in v))
    fitted = rows @ np.array([k.numerator * (common // k.denominator) for k in v], dtype=object)
    return np.array([as_float(Fraction(k, common), goal_exponent) for k in (goal * common - fitted).tolist()])


def _independent(rows: np.ndarray) -> bool:
    """Return whether rows (K, d) are linearly independent beyond doubt: False is no answer."""
    unit = rows / np.abs(rows).max(axis=0, initial=0.0, where=rows != 0).clip(min=1e-300)
    unit = unit / np.abs(unit).max(axis=1, keepdims=True)
    return bool(np.linalg.svd(unit, compute_uv=False)[-1] > 1e-10)


def _solution(N: np.ndarray, g: np.ndarray) -> list[Fraction]:
    """Return a solution v of N v = g, integers, for a positive semidefinite N and a g in its range (Bareiss, 1968)."""
    d = len(g)
    M = np.column_stack([N, g])
    previous = 1
    for k in range(d):
        if M[k, k] == 0:  # then the whole row is 0
            continue
        below = M[k + 1 :]
        M[k + 1 :] = (M[k, k] * below - np.outer(below[:, k], M[k])) // previous
        previous = M[k, k]
    v = [Fraction(0)] * d
    for k in reversed(range(d)):
        if M[k, k]:
            later = sum((M[k, j] * v[j] for j in range(k + 1, d)), Fraction(0))
            v[k] = (M[k, d] - later) / M[k, k]
    return v


def fit_with_ones(X: np.ndarray, y: np.ndarray, cones: Fan) -> tuple[np.ndarray, np.ndarray]:
    """Return the magnitudes c (S,) of the edges and the residual z (n,) of the best network with alpha = 1, d ≤ 2.

    relu(X u) is linear on each sector, so what such networks compute is the cone spanned by A = relu(X R), R the
    edges: min ‖A c − y‖², c ≥ 0, is the whole problem (non-negative least squares, Lawson & Hanson 1974). Where edges
    are many, those at which zᵀ relu(X u) > 0 peaks are added in rounds, up to a number at which the last fit is kept.
    """
    from scipy.optimize import nnls

    every = np.arange(cones.sectors)
    held = every if cones.sectors <= FEW_EDGES else _edges_to_add(X, y, cones)
    while True:
        A, size = edge_outputs(X, cones, held)
        found, _ = nnls(A, y, maxiter=30 * max(len(held), 1)) if len(held) else (np.zeros(0), 0.0)
        z = y - A @ found
        magnitudes = np.zeros(cones.sectors)
        magnitudes[held] = np.divide(found, size, out=np.zeros_like(size), where=size > 0)
        if len(held) == cones.sectors:
            return magnitudes, z
        held = held[found > 0]
        added = np.setdiff1d(_edges_to_add(X, z, cones), held)
        if not len(added) or len(held) + len(added) > FEW_HELD:
            return magnitudes, z
        held = np.concatenate([held, added])


def fit_with_corners(A: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the magnitudes c ≥ 0 (E,) of the best fit by the outputs A (n, E) of all corners, and its residual.

    Where that does not converge they are 0.
    """
    from scipy.optimize import nnls

    size = np.linalg.norm(A, axis=0)
    active = np.flatnonzero(size > 0)
    magnitudes = np.zeros(A.shape[1])
    if len(active):
        with contextlib.suppress(RuntimeError):
            magnitudes[active] = nnls(A[:, active] / size[active], y, maxiter=30 * len(active))[0] / size[active]
    return magnitudes, y - A @ magnitudes


def bound_with_ones(X: np.ndarray, y: np.ndarray, candidates: list[np.ndarray]) -> float | None:
    """Return a lower bound of ‖f(X) − y‖² over all networks with alpha = 1, exact but for rounding; None if too hard.

    By duality 2 zᵀy − ‖z‖² is one for every z with zᵀ relu(X u) ≤ 0 for all u, and it is enough that this holds at
    the corners of the cells, relu(X u) being linear between them. The residual of the best fit is such a z, up to
    rounding; ``candidates`` (n,) are others. Where one is positive at a corner a multiple of the vector 1 of ones is
    subtracted from it, for 1ᵀ relu(X u) > 0 wherever a sample is active.
    """
    cells = corners(X)
    if cells is None:
        used = spanning_columns(X)
        if used is None or len(used) != 2:
            return None
        plane = X[:, used] * np.exp2(-np.rint(np.log2(np.abs(X[:, used]).max(axis=0))))
        cones = fan(plane)
        candidates = [fit_with_ones(plane, y, cones)[1], *candidates]
        shifts = _excess_on_edges(plane, cones, candidates)
    else:
        A = cells.outputs
        candidates = [fit_with_corners(A, y)[1], *candidates]
        of_ones, rounding = A.sum(axis=0), 2 * (len(y) + 8) * EPS
        shifts = [float(np.max((z @ A + rounding * (np.abs(z) @ A)) / of_ones, initial=0.0)) for z in candidates]
    return max(0.0, *(_dual_value(y, z, shift) for z, shift in zip(candidates, shifts, strict=True)))


def _dual_value(y: np.ndarray, z: np.ndarray, shift: float) -> float:
    """Return c (2 zᵀy − c ‖z‖²) at the best multiple c ≥ 0 of z − shift · 1, rounded down."""
    largest = float(np.max(np.abs(z)))
    if largest == 0.0:
        return 0.0
    z = (z - (shift + 4 * EPS * (largest + shift))) / largest
    along, square = float(z @ y), float(z @ z)
    rounding = (len(y) + 4) * EPS
    along -= rounding * float(np.abs(z) @ np.abs(y))
    if square == 0.0 or along <= 0.0:
        return 0.0
    return along / square * along * (1.0 - 2 * rounding)


def _excess_on_edges(X: np.ndarray, cones: Fan, candidates: list[np.ndarray]) -> list[float]:
    """Return for each z the largest zᵀ relu(X e) / 1ᵀ relu(X e) over the edges e, at least 0, rounded up.

    In whole numbers: an edge is orthogonal to the rows x of its line, and zᵀ relu(X e) is the determinant of x and the
    sum of z_i x_i over the rows active on both sides of it, which runs around the circle.
    """
    half = cones.sectors // 2
    rows, _ = as_integers(X)
    on = np.flatnonzero(cones.start >= 0)
    leader = np.full(2 * half, -1)
    leader[cones.start[on]] = on
    edges = np.flatnonzero((leader >= 0) | (np.roll(leader, half) >= 0))
    direct = leader[edges] >= 0
    x = rows[np.where(direct, leader[edges], np.roll(leader, half)[edges])]
    turned = np.stack([x[:, 1], -x[:, 0]], axis=1) * np.where(direct, 1, -1)[:, None]

    def at_edges(weights: np.ndarray) -> tuple[np.ndarray, int]:
        numbers, exponent = as_integers(weights)
        begin = np.zeros((2 * half, 2), dtype=object)
        np.add.at(begin, cones.start[on], (numbers[:, None] * rows)[on])
        change = begin - np.roll(begin, half, axis=0)
        change[0] = begin[0] + begin[half + 1 :].sum(axis=0)
        active_on_both_sides = np.cumsum(change, axis=0) - begin
        return (active_on_both_sides[edges] * turned).sum(axis=1), exponent

    of_ones, _ = at_edges(np.ones(len(X)))
    some = of_ones != 0
    found = []
    for z in candidates:
        values, exponent = at_edges(z)
        ratios = [Fraction(a, b) for a, b in zip(values[some].tolist(), of_ones[some].tolist(), strict=True)]
        found.append(as_float(max([Fraction(0), *ratios]), exponent) * (1.0 + 4 * EPS))
    return found


def _edges_to_add(X: np.ndarray, z: np.ndarray, cones: Fan) -> np.ndarray:
    """Return the edges at which zᵀ relu(X u) is positive and not below that at their neighbours: the highest ones."""
    correlations = np.einsum("sd,sd->s", cones.sums(X, z), cones.edges)
    rounding = 1e-12 * float(np.linalg.norm(X, axis=1) @ np.abs(z))
    peak = (
        (correlations >= np.roll(correlations, 1))
        & (correlations >= np.roll(correlations, -1))
        & (correlations > rounding)
    )
    peaks = np.flatnonzero(peak)
    return peaks[np.argsort(-correlations[peaks])[:PEAKS]]


def edge_outputs(X: np.ndarray, cones: Fan, edges: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Return relu(X R) of some or all of the fan's edges, columns scaled to length 1 (n, E), and those lengths (E,)."""
    edges = np.arange(cones.sectors) if edges is None else edges
    on = cones.active(edges) if X.shape[1] == 1 else cones.active(edges) & cones.active(edges - 1)
    A = np.where(on.T, np.maximum(X @ cones.edges[edges].T, 0.0), 0.0)
    size = np.linalg.norm(A, axis=0)
    return np.divide(A, size, out=np.zeros_like(A), where=size > 0), size
