"""The activation patterns of data taken as the exact binary numbers they are: no rounding decides what is a cell."""

from __future__ import annotations

import numpy as np

from landscape.model.exact import EPS, as_integers, reduced

Row = tuple[int, ...]

LEAST = 1e-290
"""A product that is not above it may have lost digits to underflow."""


def exact_patterns(X: np.ndarray) -> np.ndarray:
    """Return the pattern (P, n) of every full-dimensional cell of X (n, d), each once, by integer arithmetic.

    Every cell touches the plane of some row in a cell of that plane's own arrangement, one dimension lower: there the
    other rows keep their sides, and the rows of the plane are active on one of its sides. Rows that differ in their
    last digit cut cells as others do, and three that meet in one line but for their rounding do not meet. The time
    grows as n^d.
    """
    rows = _independent_columns([reduced(tuple(row)) for row in as_integers(X)[0].tolist()])
    sides = _listed(_sides(rows), len(rows))
    return sides[np.lexsort(sides.T[::-1])] >= 0


def _independent_columns(rows: list[Row]) -> list[Row]:
    """Return the rows in columns that span all others: the vectors X u, and so the patterns, are the same."""
    left, kept = list(rows), []
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left if row[column]), None)
        if pivot is not None:
            kept.append(column)
            left = [_eliminated(row, pivot, column) for row in left]
    return [reduced(tuple(row[column] for column in kept)) if kept else () for row in rows]


def _eliminated(row: Row, pivot: Row, column: int) -> Row:
    """Return a positive multiple of a row less a multiple of the pivot row, so that its entry in a column is 0."""
    a, b = abs(pivot[column]), row[column] if pivot[column] > 0 else -row[column]
    return reduced(tuple(a * x - b * p for x, p in zip(row, pivot, strict=True)))


def _sides(rows: list[Row]) -> set[bytes]:
    """Return the side of every row, 1 or −1 (0 for a zero row), in every cell of rows of full column rank, as bytes."""
    dimension = len(rows[0]) if rows else 0
    if dimension <= 1:
        line = np.array([_sign(row[0]) if row else 0 for row in rows], dtype=np.int8)
        return {line.tobytes(), (-line).tobytes()}
    if dimension == 2:
        return _sides_in_the_plane(rows)
    found: set[bytes] = set()
    for normal, along in _lines(rows).items():
        column = next(k for k, entry in enumerate(normal) if entry)
        others = [
            tuple(entry for k, entry in enumerate(_eliminated(row, normal, column)) if k != column) for row in rows
        ]
        below = _listed(_sides(others), len(rows))
        for here in (1, -1):
            found.update(side.tobytes() for side in below + np.int8(here) * along)
    return found


def _sides_in_the_plane(rows: list[Row]) -> set[bytes]:
    """Return what ``_sides`` does in two dimensions: just beside the directions in which a row vanishes.

    The sign of a_i b_j − b_i a_j is that of the rounded numbers where they are above their rounding.
    """
    lines = [row for row in rows if any(row)]
    (a, b), (p, q) = _rounded(lines).T[:, :, None], _rounded(rows).T[:, None, :]
    cross, rounding = a * q - b * p, 4 * EPS * (np.abs(a * q) + np.abs(b * p)) + LEAST
    sides = np.sign(cross).astype(np.int8)
    along = np.zeros_like(sides)
    for i, j in zip(*(index.tolist() for index in (np.abs(cross) <= rounding).nonzero()), strict=True):
        (r, s), (t, u) = lines[i], rows[j]
        sides[i, j] = _sign(r * u - s * t)
        if sides[i, j] == 0:
            along[i, j] = _sign(r * t + s * u)
    found = np.concatenate([end * sides + here * along for end in (1, -1) for here in (1, -1)]).astype(np.int8)
    return {side.tobytes() for side in found}


def _rounded(rows: list[Row]) -> np.ndarray:
    """Return positive multiples of rows of whole numbers as floats at most 1 in size, of any number of digits."""
    scales = [1 << max(entry.bit_length() for entry in row) for row in rows]
    return np.array([[entry / scale for entry in row] for row, scale in zip(rows, scales, strict=True)])


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def _listed(sides: set[bytes], n: int) -> np.ndarray:
    return np.frombuffer(b"".join(sides), dtype=np.int8).reshape(-1, n)


def _lines(rows: list[Row]) -> dict[Row, np.ndarray]:
    """Return the lines that the non-zero rows lie on, each with the side (n,) of the rows on it: 1, −1, or 0 off it."""
    lines: dict[Row, np.ndarray] = {}
    for i, row in enumerate(rows):
        first = next((entry for entry in row if entry), 0)
        if first:
            whole = reduced(row)
            normal = whole if first > 0 else tuple(-entry for entry in whole)
            lines.setdefault(normal, np.zeros(len(rows), dtype=np.int8))[i] = 1 if first > 0 else -1
    return lines
