"""The lines through the origin that the rows of the data lie on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.geometry.fan import SAME_LINE, fan
from landscape.model.exact import as_integers, reduced


@dataclass(frozen=True, eq=False)
class Lines:
    """The lines that rows lie on, decided exactly: x_i = length_i · (unit vector of the first row of its line).

    Arguments
        line: (n,) the line of each row, in the order in which they first occur; -1 for a zero row.
        length: (n,) its signed length along the line; 0 for a zero row.
        first: (L,) the first row of each line.
    """

    line: np.ndarray
    length: np.ndarray
    first: np.ndarray


def parallel_rows(X: np.ndarray) -> Lines:
    """Group the rows of X (n, d) by the line through the origin they lie on, exactly: no two rows that differ merge.

    Rows divided by their largest entry are equal, digit by digit, where rows are parallel, for a quotient is rounded
    correctly: these are brought together by sorting. Whether they are parallel is then decided on whole numbers.
    """
    X = np.asarray(X, dtype=np.float64)
    n, d = X.shape
    rows = np.flatnonzero(X.any(axis=1))
    line, length = np.full(n, -1), np.zeros(n)
    if not len(rows):
        return Lines(line, length, rows)
    if d == 1:
        line[rows] = 0
        return Lines(line, np.abs(X[:, 0]) * np.sign(X[:, 0] * np.sign(X[rows[0], 0])), rows[:1])
    some = X[rows]
    pivot = np.abs(some).argmax(axis=1)
    leading = some[np.arange(len(rows)), pivot]
    quotient = some / leading[:, None] + 0.0  # + 0.0: no negative zero
    order = np.lexsort((*quotient.T, pivot))
    ranked = quotient[order]
    begins = np.append(True, (ranked[1:] != ranked[:-1]).any(axis=1) | (pivot[order[1:]] != pivot[order[:-1]]))
    leader = np.empty(len(rows), dtype=np.int64)
    leader[order] = order[begins][np.cumsum(begins) - 1]  # sorting is stable: the first of each group
    leader = _split(some, leader)
    _, first, number = np.unique(leader, return_index=True, return_inverse=True)
    line[rows] = number
    size = np.abs(leading) * np.sqrt(np.einsum("nd,nd->n", quotient, quotient))
    length[rows] = np.where((leading > 0) == (leading[leader] > 0), size, -size)
    return Lines(line, length, rows[first])


def _split(rows: np.ndarray, leader: np.ndarray) -> np.ndarray:
    """Return the first parallel row (k,) of each row (k, d), given the first whose rounded quotients are equal."""
    led = rows[leader]
    open_ = np.flatnonzero(~((rows == led).all(axis=1) | (rows == -led).all(axis=1)))
    if not len(open_):
        return leader
    leader = leader.copy()
    known: dict[tuple[int, ...], int] = {}
    for i in np.unique(leader[open_]):
        known[_ratios(rows[i])] = int(i)
    for i in open_:
        leader[i] = known.setdefault(_ratios(rows[i]), int(i))
    return leader


def _ratios(row: np.ndarray) -> tuple[int, ...]:
    """Return the entries of a row as whole numbers without a common divisor, the first of them positive."""
    numbers = reduced(tuple(as_integers(row)[0].tolist()))
    positive = next(number for number in numbers if number) > 0
    return numbers if positive else tuple(-number for number in numbers)


def rows_by_line(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group the rows of X (n, d), which were computed, by the line through the origin they lie on, up to rounding.

    Returns the line of each row (n,), -1 for a zero row; its signed length (n,) along the line; the unit directions.
    """
    X = np.asarray(X, dtype=np.float64)
    n, d = X.shape
    rows = np.flatnonzero(np.any(X != 0, axis=1))
    line, length = np.full(n, -1), np.zeros(n)
    if not len(rows):
        return line, length, np.zeros((0, d))
    largest = np.max(np.abs(X[rows]), axis=1, keepdims=True)
    unit = X[rows] / largest
    norm = np.linalg.norm(unit, axis=1, keepdims=True)
    unit, size = unit / norm, (largest * norm)[:, 0]
    if d <= 2:
        cones = fan(X, np.zeros(n))
        line[rows] = cones.start[rows] % (cones.sectors // 2)
    else:
        line[rows] = _group(X[rows])
    _, first, line[rows] = np.unique(line[rows], return_index=True, return_inverse=True)
    directions = unit[first]
    length[rows] = size * np.sign(np.einsum("nd,nd->n", unit, directions[line[rows]]))
    return line, length, directions


def _group(rows: np.ndarray) -> np.ndarray:
    """Number the lines of non-zero rows (k, d): equal up to sign, scale and rounding.

    Sorting by one generic coordinate brings equal lines together; a line is joined to those within its rounding.
    """
    scaled = rows * np.exp2(-np.round(np.log2(np.maximum(np.max(np.abs(rows), axis=0), 1e-300))))
    scaled = scaled / np.abs(scaled).max(axis=1, keepdims=True)  # no square of 1e-170 vanishes
    unit = scaled / np.linalg.norm(scaled, axis=1, keepdims=True)
    generic = np.cos(1.0 + np.arange(rows.shape[1]) * np.sqrt(2.0))
    height = unit @ generic
    unit = unit * np.where(height < 0, -1.0, 1.0)[:, None]
    height = np.abs(height)
    order = np.argsort(height, kind="stable")
    number = np.full(len(rows), -1)
    rounding = SAME_LINE * np.sqrt(rows.shape[1])
    lines = 0
    for place, i in enumerate(order):
        if number[i] >= 0:
            continue
        number[i], lines = lines, lines + 1
        for j in order[place + 1 :]:
            if height[j] - height[i] > 4 * rounding:
                break
            gap = min(np.max(np.abs(unit[j] - unit[i])), np.max(np.abs(unit[j] + unit[i])))
            if number[j] < 0 and gap <= rounding:
                number[j] = number[i]
    return number
