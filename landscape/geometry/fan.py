"""The cones of one or two features, in the order of their angles: the line or plane of neurons, cut by the data."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from landscape.geometry.scaling import unit_rows

SAME_LINE = 4 * np.finfo(float).eps
"""Two computed rows closer in angle than the rounding of their own digits are one line."""

WIDE = np.cos(2.0)
"""A cone wider than 2 radians gets a middle edge: coordinates along nearly opposite edges would be lost to rounding."""


@dataclass(frozen=True, eq=False)
class Fan:
    """The neurons u ∈ R^d, d ≤ 2, cut into sectors on which every row of X keeps its sign.

    Sector s lies between ``edges[s]`` and ``edges[s + 1]`` (cyclic, counter-clockwise; for d = 1 it is the half line
    of ``edges[s]``). A sector is narrower than a half turn, so that u ↦ relu(X u) is linear on it and its two edges
    are coordinates of it. A cone of equal pattern is one sector, except where all rows lie on one line or are zero:
    there an artificial middle edge cuts the half plane (or three of them the whole plane).

    Arguments
        edges: (S, d) unit vectors.
        start: (n,) the first sector of the S/2 in which a row is active; -1 for a zero row, active everywhere.
        cone: (S,) index of the cone a sector belongs to.
    """

    edges: np.ndarray
    start: np.ndarray
    cone: np.ndarray

    @property
    def sectors(self) -> int:
        """Number S of sectors."""
        return len(self.edges)

    @property
    def cones(self) -> int:
        """Number P of cones, which is the number of activation patterns."""
        return int(self.cone[-1]) + 1

    @cached_property
    def ends(self) -> np.ndarray:
        """The second edge (S, d) of every sector; for d = 1 the same as the first."""
        return np.concatenate([self.edges[1:], self.edges[:1]]) if self.edges.shape[1] == 2 else self.edges

    @cached_property
    def sines(self) -> np.ndarray:
        """The sine (S,) of every sector's angle, which is below a half turn; d = 2."""
        return _cross(self.edges, self.ends)

    def turns_in(self, g: np.ndarray) -> np.ndarray:
        """Return how far g_s (S, 2) lies counter-clockwise of the first edge of its sector, times its length: (S,)."""
        return _cross(self.edges, g)

    def turns_out(self, g: np.ndarray) -> np.ndarray:
        """Return how far g_s (S, 2) lies clockwise of the second edge of its sector, times its length: (S,)."""
        return _cross(g, self.ends)

    def active(self, sectors: np.ndarray) -> np.ndarray:
        """Return the pattern (len(sectors), n) of each sector, by counting and not by rounding X u."""
        S = self.sectors
        on = (np.asarray(sectors)[:, None] - self.start[None, :]) % S < S // 2
        active: np.ndarray = on | (self.start < 0)[None, :]
        return active

    def active_in(self, sector: int) -> np.ndarray:
        """Return the rows (n,) that are active in one sector."""
        active: np.ndarray = ((sector - self.start) % self.sectors < self.sectors // 2) | (self.start < 0)
        return active

    def active_on_edge(self, edge: int) -> np.ndarray:
        """Return the rows (n,) that are active on both sides of an edge, so not those that vanish on it."""
        active: np.ndarray = self.active_in(edge) & self.active_in(edge - 1)
        return active

    def first_sector(self) -> np.ndarray:
        """Return the first sector (P,) of every cone."""
        return np.searchsorted(self.cone, np.arange(self.cones))

    def sums(self, X: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return Xᵀ D_s z for every sector, of shape (S, d), by cumulative sums around the circle.

        The sums run in extended precision where the machine has it: the certificate's bound depends on their accuracy.
        """
        S, start = self.sectors, self.start
        half = S // 2
        gains = np.empty((S, X.shape[1]), dtype=np.longdouble)
        for j, column in enumerate(X.T):
            gains[:, j] = np.bincount(start + 1, z * column, minlength=S + 1)[1:]  # a zero row, at −1, adds nothing
        change = np.concatenate([gains[:half] - gains[half:], gains[half:] - gains[:half]])
        change[0] = gains[0] + gains[half + 1 :].sum(axis=0)
        return change.cumsum(axis=0).astype(np.float64)

    def sectors_of(self, vectors: np.ndarray) -> np.ndarray:
        """Return for each of some vectors (d, K) a sector (K,) whose closure holds it, up to rounding."""
        if self.edges.shape[1] == 1:
            return np.where(vectors[0] < 0, 1, 0)
        turn = np.minimum(_cross(self.edges[:, None], vectors.T), _cross(vectors.T, self.ends[:, None]))
        sectors: np.ndarray = turn.argmax(axis=0)
        return sectors


def fan(X: np.ndarray, rounding: np.ndarray | None = None) -> Fan:
    """Return the fan of data X (n, d), d ≤ 2, in O(n log n).

    Rows are sorted by their octant and the ratio of their entries, after scaling rows and columns by powers of two
    (which changes no cone), and are one line only where they are exactly parallel. ``rounding`` (n,) is the uncertainty
    of each angle, for rows that were computed: those within it, or within that of their own digits, are one line
    (``moved_rows`` says how far off).
    Raises ValueError for d > 2.
    """
    X = np.asarray(X, dtype=np.float64)
    n, d = X.shape
    if d > 2:
        raise ValueError(f"X must have at most 2 features to be sorted by angle, but has {d}.")
    rows = (X != 0).any(axis=1).nonzero()[0]
    start = np.full(n, -1)
    if d == 1:
        start[rows] = (X[rows, 0] < 0).astype(int)
        return _frozen([[1.0], [-1.0]], start, [0, 1] if len(rows) else [0, 0])
    if not len(rows):
        return _frozen([[1, 0], [0, 1], [-1, 0], [0, -1]], start, [0, 0, 0, 0])

    lines = X[rows]
    upward = np.where((lines[:, 1] < 0) | ((lines[:, 1] == 0) & (lines[:, 0] < 0)), -1.0, 1.0)
    lines *= upward[:, None]
    if rounding is None:
        (order, line), flipped = _sorted_lines(lines), np.zeros(len(rows), dtype=bool)
    else:
        order, line, flipped = _sorted_up_to(lines, rounding[rows])
    k = int(line.max()) + 1
    leading = lines[order[np.searchsorted(line[: len(line) - np.count_nonzero(flipped)], np.arange(k))]]
    unit = leading / np.abs(leading).max(axis=1, keepdims=True)
    unit /= np.hypot(unit[:, 0], unit[:, 1])[:, None]
    edge = unit[:, ::-1] * [1.0, -1.0]  # just beyond this edge, counter-clockwise, x·u > 0
    sign = np.where(flipped, -upward[order], upward[order])
    following = np.concatenate([edge[1:], -edge[:1]])
    wide = ((edge * following).sum(axis=1) < WIDE).nonzero()[0]
    begin, half, cone = np.arange(k), edge, np.arange(k)
    if len(wide):  # only one gap can be; the middle edge follows it
        begin = begin + (begin > wide[0])
        half = np.insert(edge, wide[0] + 1, [-edge[wide[0], 1], edge[wide[0], 0]], axis=0)
        cone = np.insert(cone, wide[0] + 1, wide[0])
    start[rows[order]] = begin[line] + np.where(sign > 0, 0, len(half))
    return _frozen(np.concatenate([half, -half]), start, np.concatenate([cone, cone + k]))


def moved_rows(X: np.ndarray, cones: Fan) -> np.ndarray:
    """Return how far each row of X (n, 2) is from the line that the fan takes it to be on: (n,), in the units of X.

    The fan is exactly that of the rows moved so far, and relu(X u) of no unit neuron changes by more.
    """
    apart = np.abs(np.einsum("nd,nd->n", X, cones.edges[cones.start]))
    moved: np.ndarray = np.where(cones.start >= 0, apart, np.linalg.norm(X, axis=1))
    return moved


def _sorted_lines(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sort vectors (k, 2) of the upper half plane by angle, exactly: their order, and the line of each.

    A quotient is rounded correctly, so that angles that differ after rounding are in their order, and vectors are on
    one line only where their quotients are equal. Whole numbers decide on those that are.
    """
    scaled, octants, ratio = _angles(lines)
    order = np.lexsort((ratio, octants))
    same = (ratio[order[1:]] == ratio[order[:-1]]) & (octants[order[1:]] == octants[order[:-1]])
    equal = (scaled[order[1:]] == scaled[order[:-1]]).all(axis=1)
    distinct = ~same
    if np.any(same & ~equal):
        group = np.concatenate([[0], np.cumsum(~same)])
        for number in np.unique(group[1:][same & ~equal]):
            places = np.flatnonzero(group == number)
            slopes = [-Fraction(a) / Fraction(b) if b else Fraction(0) for a, b in scaled[order[places]].tolist()]
            ranks = sorted(range(len(places)), key=slopes.__getitem__)
            order[places] = order[places][ranks]
            between = [slopes[i] != slopes[j] for i, j in zip(ranks[1:], ranks[:-1], strict=True)]
            distinct[places[1:] - 1] = between
    return order, np.concatenate([[0], np.cumsum(distinct)])


def _sorted_up_to(lines: np.ndarray, rounding: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Sort vectors (k, 2) of the upper half plane whose angles are known up to a rounding (k,) only.

    Returns their order, the line of each, and whether it points backwards: only the last line can meet the first from
    behind, at an angle of π; its members then belong to the first.
    """
    scaled, octants, ratio = _angles(lines)
    order = np.lexsort((ratio, octants))
    unit = scaled / np.abs(scaled).max(axis=1, keepdims=True)
    (a, b), rounding = unit[order].T, rounding[order]
    distinct = np.abs(a[:-1] * b[1:] - b[:-1] * a[1:]) > SAME_LINE + rounding[:-1] + rounding[1:]
    line = np.concatenate([[0], np.cumsum(distinct)])
    flipped = np.zeros(len(order), dtype=bool)
    if line[-1] > 0 and abs(a[-1] * b[0] - b[-1] * a[0]) <= SAME_LINE + rounding[-1] + rounding[0]:
        flipped = line == line[-1]
        line = np.where(flipped, 0, line)
    return order, line, flipped


def _angles(lines: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return vectors (k, 2) with columns scaled by powers of two, the octant (k,) of each and its slope within it."""
    scaled, _ = unit_rows(lines)
    scaled *= np.exp2(-np.rint(np.log2(np.maximum(np.abs(scaled).max(axis=0), 1e-300))))
    a, b = scaled.T
    steep = np.abs(a) < b
    octants = np.where(steep, 1, np.where(a > 0, 0, 2))
    return scaled, octants, np.where(steep, -a, b) / np.where(steep, b, a)


def _cross(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    cross: np.ndarray = p[..., 0] * q[..., 1] - p[..., 1] * q[..., 0]
    return cross


def _frozen(edges: object, start: np.ndarray, cone: object) -> Fan:
    arrays = np.asarray(edges, dtype=np.float64), start, np.asarray(cone)
    for array in arrays:
        array.setflags(write=False)
    return Fan(*arrays)
