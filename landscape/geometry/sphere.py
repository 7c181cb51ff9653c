"""zᵀ relu(X u) over the unit sphere of three features, exactly: the cells, the circles between them, their corners."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.geometry.cells import circles
from landscape.geometry.fan import moved_rows
from landscape.geometry.scaling import unit_rows
from landscape.model.exact import EPS

NEAR = 1e-6
"""A row this close to the normal of a circle, in radians, is taken along it for the cells on either side as well."""

ONE_POINT = 64 * EPS
"""Rows that meet a circle this close to each other, in radians, meet it in one point."""

AT_ONCE = 1024
"""Cells whose candidate is evaluated together, the most promising first."""


@dataclass(frozen=True, eq=False)
class Sphere:
    """The circles x_i·u = 0 of the data X (n, 3), cut into arcs by the other rows and laid side by side.

    Arguments
        circle: (T,) the circle of every arc; begins: (L,) the first arc of every circle; half: (L,) half its arcs.
        rows, places: (M,) a row, and the arc of a circle from which on it is active for half of it.
        near: (M,) bool which of these rows are all but along the normal of their circle; beside: (K,) the arcs of
            circles that have such rows.
        along, against: (L, n) the rows that vanish on a circle, pointing along its normal or against it, as 0 and 1.
        above, below: (L, n) bool the same for these and the near rows.
        normals: (L, 3) unit normals.
        edges, turns: (T, 3) where an arc begins, and the unit tangent of the circle there.
        ends, end_turns: (T, 3) the same where it ends.
        moved: (n,) how far each row, of length 1, was moved at most to lie on the lines and pass through the points
            that are taken as one.
        resolution: every cell that holds a cap of this angular radius has an arc here from which it is entered.
    """

    circle: np.ndarray
    begins: np.ndarray
    half: np.ndarray
    rows: np.ndarray
    places: np.ndarray
    near: np.ndarray
    beside: np.ndarray
    along: np.ndarray
    against: np.ndarray
    above: np.ndarray
    below: np.ndarray
    normals: np.ndarray
    edges: np.ndarray
    turns: np.ndarray
    ends: np.ndarray
    end_turns: np.ndarray
    moved: np.ndarray
    resolution: float


def sphere(X: np.ndarray) -> Sphere:
    """Return the sphere of data X (n, 3) of rank 3, in O(n² log n).

    A cell that holds a cap of radius η has a boundary of at least 2π sin η, so one of its at most n arcs is 2π sin η/n
    long. On that arc's circle the computed pattern is the cell's, but for rows that vanish within half of it of its
    middle: for others than near rows, moved by δ, that takes δ ≥ NEAR sin(π sin η/n). Near rows do not vanish at a
    height above NEAR. Hence the resolution, the least η for which neither happens.
    """
    X, _ = unit_rows(X)
    size = np.linalg.norm(X, axis=1)
    around = circles(X, widest=ONE_POINT)
    sectors = np.array([c.cut.sectors for c in around])
    begins = np.cumsum(sectors) - sectors
    starts = [np.flatnonzero(c.cut.start >= 0) for c in around]
    quarter = np.array([[0.0, -1.0], [1.0, 0.0]])
    nearby = [np.linalg.norm(c.projected, axis=1) <= NEAR * size for c in around]
    height = [X @ c.normal for c in around]
    with_near = np.array(
        [bool((close & (c.side == 0) & (size > 0)).any()) for c, close in zip(around, nearby, strict=True)]
    )
    circle = np.repeat(np.arange(len(around)), sectors)
    moved = np.max([moved_rows(X @ c.basis, c.cut) for c in around], axis=0) / np.where(size, size, 1.0)
    return Sphere(
        circle=circle,
        begins=begins,
        half=sectors // 2,
        rows=np.concatenate(starts),
        places=np.concatenate([c.cut.start[i] + b for c, i, b in zip(around, starts, begins, strict=True)]),
        near=np.concatenate([close[i] for close, i in zip(nearby, starts, strict=True)]),
        beside=np.flatnonzero(with_near[circle]),
        along=np.array([c.side > 0 for c in around], dtype=float),
        against=np.array([c.side < 0 for c in around], dtype=float),
        above=np.array([close & (h > 0) for close, h in zip(nearby, height, strict=True)]),
        below=np.array([close & (h < 0) for close, h in zip(nearby, height, strict=True)]),
        normals=np.array([c.normal for c in around]),
        edges=np.concatenate([c.cut.edges @ c.basis.T for c in around]),
        turns=np.concatenate([c.cut.edges @ quarter.T @ c.basis.T for c in around]),
        ends=np.concatenate([c.cut.ends @ c.basis.T for c in around]),
        end_turns=np.concatenate([c.cut.ends @ quarter.T @ c.basis.T for c in around]),
        moved=moved,
        resolution=max(2.0 * NEAR, len(X) * (float(moved.max()) + 32 * EPS) / (2.0 * NEAR)),
    )


@dataclass(frozen=True, eq=False)
class Peaks:
    """Unit neurons (d, K) and their correlation with a residual z: sign · zᵀ relu(X u) = value (K,)."""

    u: np.ndarray
    value: np.ndarray
    sign: np.ndarray


@dataclass(frozen=True, eq=False)
class Highest:
    """The support function of the sphere: sign · zᵀ relu(X u) = value at the unit neuron u (3,); u = 0 where value is.

    ``upper`` is what no unit neuron exceeds, up to the rounding of sums and the moving of rows.
    """

    value: float
    u: np.ndarray
    sign: float
    upper: float


def highest(ball: Sphere, X: np.ndarray, z: np.ndarray, *, signed: bool = False) -> Highest:
    """Return the greatest sign · zᵀ relu(X u) over unit neurons, with what it cannot exceed.

    It is the greatest on a circle, or inside a cell; there a maximum further from the circles than the ball's
    resolution η is g/‖g‖ for a g entered from an arc, and one that is not is within a factor cos η of one on a circle.
    """
    arcs = _Arcs.of(ball, X, z)
    signs = (1.0,) if signed else (1.0, -1.0)
    size_of_rows = np.linalg.norm(X, axis=1)
    total = float(size_of_rows @ np.abs(z))
    value, best, sign = 0.0, np.zeros(3), 1.0
    for s in signs:
        k = int(np.argmax(s * arcs.on_edge))
        if s * arcs.on_edge[k] > value:
            value, best, sign = float(s * arcs.on_edge[k]), ball.edges[k], s
        length = np.where((s * arcs.turn_in > 0) & (s * arcs.turn_out > 0), arcs.length, 0.0)
        k = int(np.argmax(length))
        if length[k] > value:
            u = s * (arcs.on_edge[k] * ball.edges[k] + arcs.turn_in[k] * ball.turns[k]) / length[k]
            value, best, sign = float(length[k]), u, s
    upper = value
    for s in signs:
        inward = np.concatenate(arcs.inward(ball, s, -16 * EPS * total)).T * s
        for u, size in _longest_first(inward, value):
            if size[0] <= value:
                break
            pre = X @ u
            reached = s * (z @ np.maximum(pre, 0.0))
            # g is known up to the rounding of its terms: where it is short, its direction is known less well, and rows
            # that vanish so close to it may be on the wrong side.
            turned = 16 * EPS * total / size
            doubtful = np.abs(pre) <= 2.0 * turned * size_of_rows[:, None]
            slack = 16 * EPS * total + 2.0 * turned * ((np.abs(z) * size_of_rows) @ doubtful)
            inside = reached >= size - slack
            upper = max(upper, float(np.max(size[inside], initial=0.0)))
            k = int(np.argmax(reached))
            if reached[k] > value:
                value, best, sign = float(reached[k]), u[:, k], s
    return Highest(value, best, sign, upper / np.cos(ball.resolution) if ball.resolution < 1.0 else np.inf)


def peaks(ball: Sphere, X: np.ndarray, z: np.ndarray, *, level: float = 0.0, signed: bool = False) -> Peaks:
    """Return every local maximum above a level, and perhaps more: the greatest value is the support function.

    On a cell zᵀ relu(X u) = gᵀu with g = Xᵀ D z, so a maximum is g/‖g‖ inside the cell, or lies on a circle: there the
    same holds with g projected on its plane, inside an arc, or else it is a corner. The sums g are cumulative along
    each circle.
    """
    arcs = _Arcs.of(ball, X, z)
    before = np.roll(arcs.turn_out, 1)
    last = np.append(ball.begins[1:], len(arcs.g)) - 1
    before[ball.begins] = arcs.turn_out[last]
    found = [(np.zeros((3, 0)), np.zeros(0), np.zeros(0))]
    for sign in (1.0,) if signed else (1.0, -1.0):
        corner = np.flatnonzero((sign * arcs.turn_in <= 0) & (sign * before <= 0) & (sign * arcs.on_edge > level))
        found.append((ball.edges[corner].T, sign * arcs.on_edge[corner], np.full(len(corner), sign)))
        crest = (sign * arcs.rise <= 0) & (sign * arcs.fall >= 0)  # not larger beside the arc, on either side
        arc = np.flatnonzero((sign * arcs.turn_in > 0) & (sign * arcs.turn_out > 0) & crest & (arcs.length > level))
        u = (arcs.on_edge[arc] * ball.edges[arc].T + arcs.turn_in[arc] * ball.turns[arc].T) * (sign / arcs.length[arc])
        found.append((u, arcs.length[arc], np.full(len(arc), sign)))
    greatest = max(float(np.max(value, initial=level)) for _, value, _ in found)
    for sign in (1.0,) if signed else (1.0, -1.0):
        inward = np.concatenate(arcs.inward(ball, sign, 0.0)).T * sign
        for u, size in _longest_first(inward, level):
            if level == 0 and size[0] <= greatest:
                break
            value = sign * (z @ np.maximum(X @ u, 0.0))
            inside = value >= size * (1.0 - 1e-9)
            found.append((u[:, inside], value[inside], np.full(int(inside.sum()), sign)))
            greatest = max(greatest, float(np.max(value, initial=0.0)))
    u, value, signs = (np.concatenate([item[k] for item in found], axis=-1) for k in range(3))
    order = np.argsort(-value, kind="stable")
    return Peaks(u[:, order], value[order], signs[order])


@dataclass(frozen=True, eq=False)
class _Arcs:
    """zᵀ relu(X u) along the arcs (T,) of a sphere, and g = Xᵀ D z in the cells beside them.

    Arguments
        g: (T, 3) the sums on the arcs; on_edge: gᵀu where an arc begins; length: of g in the plane of the circle.
        turn_in, turn_out: the slope where an arc begins, and where it ends, backwards.
        plus, minus: (T, 3) the sums in the cells above and below; rise, fall: their slopes along the normal.
        above, below: (K, 3) the same sums beside the arcs of circles with near rows, these taken as on the normal.
    """

    g: np.ndarray
    on_edge: np.ndarray
    length: np.ndarray
    turn_in: np.ndarray
    turn_out: np.ndarray
    plus: np.ndarray
    minus: np.ndarray
    rise: np.ndarray
    fall: np.ndarray
    above: np.ndarray
    below: np.ndarray

    @classmethod
    def of(cls, ball: Sphere, X: np.ndarray, z: np.ndarray) -> _Arcs:
        """Sum along the circles, for data X (n, 3) and a residual z (n,)."""
        g, weighted, circle = _sums(ball, X, z, np.ones(len(ball.rows), dtype=bool)), X * z[:, None], ball.circle
        on_edge = np.einsum("td,td->t", g, ball.edges)
        turn_in = np.einsum("td,td->t", g, ball.turns)
        plus, minus = g + (ball.along @ weighted)[circle], g + (ball.against @ weighted)[circle]
        normal = ball.normals[circle]
        above = below = np.zeros((0, 3))
        if len(ball.beside):
            far, beside = _sums(ball, X, z, ~ball.near)[ball.beside], circle[ball.beside]
            above, below = far + (ball.above @ weighted)[beside], far + (ball.below @ weighted)[beside]
        return cls(
            g=g,
            on_edge=on_edge,
            length=np.hypot(on_edge, turn_in),
            turn_in=turn_in,
            turn_out=-np.einsum("td,td->t", g, ball.end_turns),
            plus=plus,
            minus=minus,
            rise=np.einsum("td,td->t", plus, normal),
            fall=np.einsum("td,td->t", minus, normal),
            above=above,
            below=below,
        )

    def inward(self, ball: Sphere, sign: float, slack: float) -> list[np.ndarray]:
        """Return the sums (K, 3) of the cells into which sign · zᵀ relu(X u) rises from an arc, up to a slack."""
        cells = [self.plus[sign * self.rise > slack], self.minus[sign * self.fall < -slack]]
        if len(ball.beside):
            normal = ball.normals[ball.circle[ball.beside]]
            cells += [
                self.above[sign * np.einsum("td,td->t", self.above, normal) > slack],
                self.below[sign * np.einsum("td,td->t", self.below, normal) < -slack],
            ]
        return cells


def _longest_first(vectors: np.ndarray, least: float) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the directions (3, K) of vectors longer than a least length and their lengths, AT_ONCE at a time."""
    size = np.linalg.norm(vectors, axis=0)
    order = np.argsort(-size, kind="stable")
    order = order[size[order] > least]
    chunks = np.split(order, range(AT_ONCE, len(order), AT_ONCE))
    return [(vectors[:, chunk] / size[chunk], size[chunk]) for chunk in chunks if len(chunk)]


def _sums(ball: Sphere, X: np.ndarray, z: np.ndarray, counted: np.ndarray) -> np.ndarray:
    """Return Xᵀ D z (T, 3) on every arc, over the rows counted (M,), those that vanish on its circle left out."""
    arcs, rows, places = len(ball.circle), ball.rows[counted], ball.places[counted]
    gains = np.stack([np.bincount(places, (z * x)[rows], minlength=arcs) for x in X.T], axis=1)
    gains = gains.astype(np.longdouble)
    begin, half = ball.begins[ball.circle], ball.half[ball.circle]
    place = np.arange(arcs) - begin
    change = gains - gains[begin + (place + half) % (2 * half)]
    active_at_first = np.where((place == 0) | (place > half), 1, 0)
    change[ball.begins] = np.add.reduceat(gains * active_at_first[:, None], ball.begins, axis=0)
    for start, end in zip(ball.begins, np.append(ball.begins[1:], arcs), strict=True):
        np.cumsum(change[start:end], axis=0, out=change[start:end])
    sums: np.ndarray = change.astype(np.float64)
    return sums
