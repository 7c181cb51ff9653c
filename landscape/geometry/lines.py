"""The lines through the origin that the rows of the data lie on."""

from __future__ import annotations

import numpy as np

from landscape.geometry.fan import SAME_LINE, fan


def rows_by_line(X: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Group the rows of X (n, d) by the line through the origin they lie on.

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
        cones = fan(X)
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
