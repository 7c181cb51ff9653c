"""zᵀ relu(X u) over the unit sphere of three features, exactly: the cells, the circles between them, their corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.geometry.cells import circles

AT_ONCE = 1024
"""Cells whose candidate is evaluated together, the most promising first."""


@dataclass(frozen=True, eq=False)
class Sphere:
    """The circles x_i·u = 0 of the data X (n, 3), cut into arcs by the other rows and laid side by side.

    Arguments
        circle: (T,) the circle of every arc; begins: (L,) the first arc of every circle; half: (L,) half its arcs.
        rows, places: (M,) a row, and the arc of a circle from which on it is active for half of it.
        along, against: (L, n) the rows that vanish on a circle, pointing along its normal or against it, as 0 and 1.
        normals: (L, 3) unit normals.
        edges, turns: (T, 3) where an arc begins, and the unit tangent of the circle there.
        ends, end_turns: (T, 3) the same where it ends.
    """

    circle: np.ndarray
    begins: np.ndarray
    half: np.ndarray
    rows: np.ndarray
    places: np.ndarray
    along: np.ndarray
    against: np.ndarray
    normals: np.ndarray
    edges: np.ndarray
    turns: np.ndarray
    ends: np.ndarray
    end_turns: np.ndarray


def sphere(X: np.ndarray) -> Sphere:
    """Return the sphere of data X (n, 3) of rank 3, in O(n² log n)."""
    around = circles(X)
    sectors = np.array([circle.cut.sectors for circle in around])
    begins = np.cumsum(sectors) - sectors
    starts = [np.flatnonzero(circle.cut.start >= 0) for circle in around]
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    return Sphere(
        circle=np.repeat(np.arange(len(around)), sectors),
        begins=begins,
        half=sectors // 2,
        rows=np.concatenate(starts),
        places=np.concatenate([c.cut.start[i] + b for c, i, b in zip(around, starts, begins, strict=True)]),
        along=np.array([circle.side > 0 for circle in around], dtype=float),
        against=np.array([circle.side < 0 for circle in around], dtype=float),
        normals=np.array([circle.normal for circle in around]),
        edges=np.concatenate([c.cut.edges @ c.basis.T for c in around]),
        turns=np.concatenate([c.cut.edges @ quarter.T @ c.basis.T for c in around]),
        ends=np.concatenate([c.cut.ends @ c.basis.T for c in around]),
        end_turns=np.concatenate([c.cut.ends @ quarter.T @ c.basis.T for c in around]),
    )


@dataclass(frozen=True, eq=False)
class Peaks:
    """Unit neurons (d, K) and their correlation with a residual z: sign · zᵀ relu(X u) = value (K,)."""

    u: np.ndarray
    value: np.ndarray
    sign: np.ndarray


def peaks(ball: Sphere, X: np.ndarray, z: np.ndarray, *, level: float = 0.0, signed: bool = False) -> Peaks:
    """Return every local maximum above a level, and perhaps more: the greatest value is the support function.

    On a cell zᵀ relu(X u) = gᵀu with g = Xᵀ D z, so a maximum is g/‖g‖ inside the cell, or lies on a circle: there the
    same holds with g projected on its plane, inside an arc, or else it is a corner. The sums g are cumulative along
    each circle.
    """
    g = _sums(ball, X, z)
    weighted = X * z[:, None]
    on_edge = np.einsum("td,td->t", g, ball.edges)
    turn_in = np.einsum("td,td->t", g, ball.turns)
    turn_out = -np.einsum("td,td->t", g, ball.end_turns)
    length = np.hypot(on_edge, turn_in)
    before = np.roll(turn_out, 1)
    last = np.append(ball.begins[1:], len(g)) - 1
    before[ball.begins] = turn_out[last]
    plus, minus = g + (ball.along @ weighted)[ball.circle], g + (ball.against @ weighted)[ball.circle]
    normal = ball.normals[ball.circle]
    rise, fall = np.einsum("td,td->t", plus, normal), np.einsum("td,td->t", minus, normal)

    found = [(np.zeros((3, 0)), np.zeros(0), np.zeros(0))]
    for sign in (1.0,) if signed else (1.0, -1.0):
        corner = np.flatnonzero((sign * turn_in <= 0) & (sign * before <= 0) & (sign * on_edge > level))
        found.append((ball.edges[corner].T, sign * on_edge[corner], np.full(len(corner), sign)))
        crest = (sign * rise <= 0) & (sign * fall >= 0)  # not larger beside the arc, on either side of its circle
        arc = np.flatnonzero((sign * turn_in > 0) & (sign * turn_out > 0) & crest & (length > level))
        u = (on_edge[arc] * ball.edges[arc].T + turn_in[arc] * ball.turns[arc].T) * (sign / length[arc])
        found.append((u, length[arc], np.full(len(arc), sign)))
    greatest = max(float(np.max(value, initial=level)) for _, value, _ in found)
    for sign in (1.0,) if signed else (1.0, -1.0):
        inward = np.concatenate([plus[sign * rise > 0], minus[sign * fall < 0]]).T * sign
        size = np.linalg.norm(inward, axis=0)
        order = np.argsort(-size, kind="stable")
        order = order[size[order] > level]
        for chunk in np.split(order, range(AT_ONCE, len(order), AT_ONCE)):
            if not len(chunk) or size[chunk[0]] <= (greatest if level == 0 else level):
                break
            u = inward[:, chunk] / size[chunk]
            value = sign * (z @ np.maximum(X @ u, 0.0))
            inside = value >= size[chunk] * (1.0 - 1e-9)
            found.append((u[:, inside], value[inside], np.full(int(inside.sum()), sign)))
            greatest = max(greatest, float(np.max(value, initial=0.0)))
    u, value, signs = (np.concatenate([item[k] for item in found], axis=-1) for k in range(3))
    order = np.argsort(-value, kind="stable")
    return Peaks(u[:, order], value[order], signs[order])


def _sums(ball: Sphere, X: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return Xᵀ D z (T, 3) on every arc, the rows that vanish on its circle left out."""
    arcs = len(ball.circle)
    gains = np.stack([np.bincount(ball.places, (z * x)[ball.rows], minlength=arcs) for x in X.T], axis=1)
    gains = gains.astype(np.longdouble)
    begin, half = ball.begins[ball.circle], ball.half[ball.circle]
    place = np.arange(arcs) - begin
    change = gains - gains[begin + (place + half) % (2 * half)]
    active_at_first = np.where((place == 0) | (place > half), 1, 0)
    change[ball.begins] = np.add.reduceat(gains * active_at_first[:, None], ball.begins, axis=0)
    total: np.ndarray = np.cumsum(change, axis=0)
    offset = np.concatenate([np.zeros((1, 3), dtype=np.longdouble), total[ball.begins[1:] - 1]])
    sums: np.ndarray = (total - offset[ball.circle]).astype(np.float64)
    return sums
