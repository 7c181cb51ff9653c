"""The corners of the cells and what the rows of the data are there, decided in exact arithmetic: rank 3 at most."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.geometry.lines import parallel_rows
from landscape.geometry.scaling import power_of_two
from landscape.model.exact import EPS, Pair, added, as_floats, as_integers, product

UNDERFLOW = 1e-250
"""Determinants of rows of length 1 below this are left to whole numbers, and are not represented."""

SMALL = 17
"""Determinants of whole numbers of so many binary digits are exact in float64."""

MOST_EDGES = 800
"""Up to this many edges of rows of rank 2 are listed."""

MOST_CORNERS = 20_000
"""Up to this many corners of rows of rank 3 are listed."""


@dataclass(frozen=True, eq=False)
class Corners:
    """The extreme rays of all cells, where rows of rank r − 1 vanish: relu(X u) is linear on a cell, so that for every
    u it is a sum of the columns of ``outputs`` with weights ≥ 0.

    Arguments
        neurons: (d, E) the rays on which some row is positive: exact for rank 2, each entry rounded for rank 3.
        outputs: (n, E) relu(X u) at the exact rays, to a few units in the last place, and 0 exactly where it is 0; the
            largest of a column is between ½ and 1.
    """

    neurons: np.ndarray
    outputs: np.ndarray


def corners(X: np.ndarray) -> Corners | None:
    """Return the corners of the cells of X (n, d).

    Some columns span all others, and what a neuron computes one does that reads these alone: the rank r is reached
    without computing a row anew. Columns and rows are scaled by powers of two. None where r is above 3, the corners
    are too many, or numbers differ so much in size that float64 does not represent them.
    """
    lines = parallel_rows(X)
    count, n = len(lines.first), len(X)
    if count * (count - 1) > MOST_CORNERS and 2 * count > MOST_EDGES:
        return None
    column_unit = power_of_two(np.abs(X).max(axis=0))
    rows = X / column_unit
    row_unit = power_of_two(np.abs(rows).max(axis=1))
    rows = rows / row_unit[:, None]
    used = spanning_columns(rows[lines.first])
    if used is None or (len(used) == 2 and 2 * count > MOST_EDGES):
        return None
    if len(used) == 3 and count * (count - 1) > MOST_CORNERS:
        return None
    rows = rows[:, used]
    leaders = rows[lines.first]
    if len(used) < 2:
        u, pre = np.ones((len(used), len(used))), rows
    elif len(used) == 2:
        u = np.stack([-leaders[:, 1], leaders[:, 0]])
        vanishing = lines.line[:, None] == np.arange(count)
        found = _determinants(leaders, None, rows, vanishing | (lines.line < 0)[:, None])
        if found is None:
            return None
        pre = found[1]
    else:
        i, j = np.triu_indices(count, 1)
        vanishing = (lines.line[:, None] == i) | (lines.line[:, None] == j)
        found = _determinants(leaders[i], leaders[j], rows, vanishing | (lines.line < 0)[:, None])
        if found is None:
            return None
        u, pre = found
    outputs = np.maximum(np.concatenate([pre, -pre], axis=1), 0.0)
    active = outputs.any(axis=0)
    outputs, u = outputs[:, active], np.concatenate([u, -u], axis=1)[:, active]
    fraction, exponent = np.frexp(outputs)
    exponent += np.frexp(row_unit)[1][:, None] - 1
    largest = np.max(exponent, axis=0, where=outputs > 0, initial=-(2**20))
    neurons = np.zeros((X.shape[1], u.shape[1]))
    neurons[used] = np.ldexp(u, -largest) / column_unit[used, None]
    return Corners(neurons, np.ldexp(fraction, exponent - largest).reshape(n, -1))


def spanning_columns(rows: np.ndarray) -> list[int] | None:
    """Return columns of rows (L, d) that are a basis of the span of all columns, exactly; None for more than three."""
    if rows.shape[1] == 1:
        return [0] if rows.any() else []
    M, _ = as_integers(rows)
    used: list[int] = []
    for k in range(rows.shape[1]):
        column = M[:, k]
        if not column.any():
            continue
        if len(used) == 3:
            return None
        used.append(k)
        i = max(range(len(column)), key=lambda i: abs(column[i]))
        M = column[i] * M - np.outer(column, M[i])
    return used


def _determinants(
    first: np.ndarray, second: np.ndarray | None, rows: np.ndarray, vanishing: np.ndarray
) -> tuple[np.ndarray, np.ndarray] | None:
    """Return the vectors u (r, E) orthogonal to one row of two entries, or to two of three, and X u (n, E).

    In 106 binary digits, and in whole numbers where that leaves doubt; ``vanishing`` entries are known to be 0.
    """
    if second is None:
        u: list[Pair] = [(-first[:, 1], np.zeros(len(first))), (first[:, 0], np.zeros(len(first)))]
        size = [np.abs(high) for high, _ in u]
    else:
        u, size = [], []
        for a, b in ((1, 2), (2, 0), (0, 1)):
            p, q = product(first[:, a], second[:, b]), product(first[:, b], second[:, a])
            u.append(added(p, (-q[0], -q[1])))
            size.append(np.abs(p[0]) + np.abs(q[0]))
    total: Pair = (np.zeros(vanishing.shape), np.zeros(vanishing.shape))
    reach = np.zeros(vanishing.shape)
    for (high, low), bound, x in zip(u, size, rows.T, strict=True):
        rounded, error = product(x[:, None], high[None, :])
        total = added(total, (rounded, error + x[:, None] * low))
        reach += np.abs(x)[:, None] * bound
    pre = np.where(vanishing, 0.0, total[0] + total[1])
    doubtful = ~vanishing & (np.abs(pre) <= 16 * EPS * reach + UNDERFLOW)
    neurons = np.array([high + low for high, low in u]).reshape(rows.shape[1], -1)
    if not doubtful.any():
        return neurons, pre
    numbers, exponent = as_integers(np.concatenate([rows, first, *([] if second is None else [second])]))
    if max(map(abs, numbers.ravel().tolist())).bit_length() <= SMALL:
        return neurons, pre
    at, ray = np.nonzero(doubtful)
    n, E = vanishing.shape
    x, f = numbers[at].T, numbers[n + ray].T
    if second is None:
        exact = f[0] * x[1] - f[1] * x[0]
    else:
        s = numbers[n + E + ray].T
        exact = sum(x[c] * (f[a] * s[b] - f[b] * s[a]) for a, b, c in ((1, 2, 0), (2, 0, 1), (0, 1, 2)))
    pre[at, ray] = as_floats(exact, exponent * rows.shape[1])
    if np.any((exact != 0) & (np.abs(pre[at, ray]) < UNDERFLOW)):
        return None
    return neurons, pre
