"""The support of unit neurons in any dimension, from above: branch and bound over the signs of x_i·u.

With t = X u for unit rows, the neuron computes relu(t) = (t + |t|)/2. On the unit ball every row allows a few concave
quadratic functions of u that bound its share z relu(t) from above, and any of them may be chosen:

- z > 0:          z (t + |t|)/2  ≤  z (t + (t²/c + c)/2)/2            for every c > 0;
- z < 0:          z relu(t)      ≤  z (p t + q (t + t²)/2)            for every p, q ≥ 0 with p + q ≤ 1, as |t| ≥ t²;
- sign s known:   z relu(t)      =  z t or 0, and  0 ≤ ν (s t − t²)   for every ν ≥ 0.

Their sum is bᵀu + uᵀQu + constant, whose maximum over the ball is a trust-region problem: one eigenvalue decomposition,
of many nodes at a time. The best c, p, q, ν are those at the maximiser of the relaxation that lifts u uᵀ to a matrix
U ⪰ u uᵀ of trace at most 1; the steps of Frank and Wolfe (1956) towards it choose them here, and every one of the steps
proves a bound, near or far. Where the bound is too high, the row whose share is overestimated most gets either sign.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from landscape.geometry.scaling import unit_rows, unit_weights
from landscape.geometry.support import ROUNDED, Support, projection_multipliers
from landscape.model.exact import EPS

AT_ONCE = 64
"""Nodes that are branched in one batch."""

MOST_BYTES, OF_A_ROW = 120_000_000, 13
"""Bytes kept for open nodes, beyond which the search ends with the bound that it has; bytes of each row of a node: its
sign, and three numbers of single precision."""

ROOT_STEPS = tuple(2.0 / (k + 2.0) for k in range(200))
"""Weights of the maximisers in the average of the relaxation's solutions, at the root."""

STEPS = (0.5, 0.35, 0.25, 0.2, 0.15, 0.1)
"""The same at a node, which begins with the average of the node above it."""

SMOOTH = 0.02
"""How far, in units of t, the choice between the bounds of z < 0 is spread."""

NEGLIGIBLE = 1e-30
"""A row whose share is smaller than this, relative to all, is left out; what it could add is added to the bound."""

LEAST_SQUARE = 1e-8
"""A lifted square t² below this counts as this, so that 1/c stays finite."""

CLIMBS = 4
"""Steps u ← Σ z_i x_i over the active rows by which a maximiser becomes a neuron to compare with."""

STARTS = 300
"""Directions from which such steps begin before the search."""

ROOT_FINDING = 60
"""Most steps of Newton's method for the multiplier of the ball."""


@dataclass(slots=True, eq=False)
class Nodes:
    """Nodes of one side of the search, a row each.

    Arguments
        sign: (B, n) int8, +1 or −1 where the sign of a row is known, else 0.
        t, T: (B, n) the outputs and squares of the averaged solution of the relaxation.
        nu: (B, n) multipliers ν, of the rows whose sign is known.
    """

    sign: np.ndarray
    t: np.ndarray
    T: np.ndarray
    nu: np.ndarray

    def take(self, index: np.ndarray) -> Nodes:
        """Return the nodes of an index array, in its order."""
        return Nodes(self.sign[index], self.t[index], self.T[index], self.nu[index])


class SignSearch:
    """The search for the largest |zᵀ relu(X u)| among unit neurons u, with a proven bound on it at any time.

    ``narrow`` goes on with it; ``upper`` never rises, ``best`` never falls.

    Attributes
        best: the best neuron found; its ``error`` is ``upper`` − ``value``.
        upper: no unit neuron has more, in units of X·z; all roundings are accounted for.
        done: whether there is nothing left to narrow, or no memory to do it.
        nodes: how many nodes have been bounded.
    """

    def __init__(self, X: np.ndarray, z: np.ndarray, *, signed: bool = False, moved: np.ndarray | None = None) -> None:
        """Bound the root of either sign.

        Arguments
            X: (n, d) rows; z: (n,) dual vector; signed: whether zᵀ relu(X u) itself is maximised, not its size.
            moved: (n,) how far the true rows may be from those of X, as a share of their lengths.
        """
        felt = X.any(axis=1) & (z != 0)
        self._rows, exponent = unit_rows(X[felt])
        self._weights, self._exponent = unit_weights(z[felt], exponent)
        length = np.linalg.norm(self._rows, axis=1)
        shares = np.abs(self._weights) * length
        far = 0.0 if moved is None else float(shares @ moved[felt])
        small = shares <= NEGLIGIBLE * shares.sum()
        far += float(shares[small].sum())
        self._rows, self._weights, length, shares = (
            part[~small] for part in (self._rows, self._weights, length, shares)
        )
        n, d = self._rows.shape
        self._rounding: float = far + (ROUNDED + n + d) * EPS * float(shares.sum())
        unit = self._rows / length[:, None]
        squares = np.einsum("ni,nj->nij", unit, unit).reshape(n, d**2)
        signs = (1.0,) if signed else (1.0, -1.0)
        self._sides = [Side(unit, squares, sign * self._weights * length) for sign in signs]
        self._u, self._sign, self._value = np.zeros(X.shape[1]), 1.0, 0.0
        self._open: list[list[tuple[float, int, Nodes]]] = [[] for _ in signs]
        self._set_aside = 0.0
        self._count = 0
        self.nodes = 0
        if n:
            self._begin(d)
        self._lowest = self._now()

    def _begin(self, d: int) -> None:
        scale = np.maximum(np.abs(self._rows).max(axis=0), LEAST_SQUARE)
        drawn = np.random.default_rng(0).standard_normal((d, STARTS)) / scale[:, None]
        starts = np.concatenate([drawn, self._rows.T[:, :STARTS]], axis=1)
        for k, side in enumerate(self._sides):
            self._climb(k, starts, climbs=5 * CLIMBS)
            root = side.root()
            bounds, solved, maximisers = side.bound(root, ROOT_STEPS)
            self._climb(k, maximisers)
            self._keep(k, bounds, solved, level=0.0)
        self.nodes += len(self._sides)

    @property
    def upper(self) -> float:
        """A proven upper bound of the support."""
        return float(np.ldexp(self._lowest, self._exponent))

    @property
    def best(self) -> Support:
        """The best neuron found so far."""
        value = float(np.ldexp(self._value, self._exponent))
        return Support(value, self._u, self._sign, max(self.upper - value, 0.0))

    @property
    def done(self) -> bool:
        """Whether nothing is left that would lower the bound, or there is no memory for it."""
        return not any(self._open) or sum(map(len, self._open)) * len(self._weights) * OF_A_ROW > MOST_BYTES

    def narrow(self, nodes: int, *, level: float = 0.0) -> None:
        """Bound at least so many more nodes, highest first, unless nothing is left.

        Nodes below ``level``, in units of X·z, are set aside: the bound is wanted no lower than that.
        """
        floor = float(np.ldexp(level, -self._exponent))
        ends = self.nodes + nodes
        while self.nodes < ends and not self.done:
            self._branch(floor)
        self._lowest = min(self._lowest, self._now())

    def _now(self) -> float:
        highest = max((-heap[0][0] for heap in self._open if heap), default=0.0)
        return float(max(highest, self._set_aside, self._value)) + self._rounding

    def _branch(self, floor: float) -> None:
        k = min((heap[0][0], k) for k, heap in enumerate(self._open) if heap)[1]
        taken: list[Nodes] = []
        above: list[float] = []
        while self._open[k] and len(taken) < AT_ONCE:
            bound, _, node = heapq.heappop(self._open[k])
            if -bound <= max(floor, self._value):
                self._set_aside = max(self._set_aside, -bound)
            else:
                taken.append(node)
                above.append(-bound)
        if not taken:
            return
        side = self._sides[k]
        nodes = Nodes(*(np.concatenate([getattr(node, name) for node in taken]) for name in Nodes.__slots__))
        parents = np.array(above)
        whole = (nodes.sign != 0).all(axis=1)
        for i in np.flatnonzero(whole):
            bound, u = side.within_cell(nodes.sign[i])
            self._set_aside = max(self._set_aside, min(bound, float(parents[i])))
            self._climb(k, u[:, None])
        self.nodes += int(whole.sum())
        if whole.all():
            return
        nodes, parents = nodes.take(~whole), parents[~whole]
        bounds, solved, maximisers = side.bound(side.halves(nodes), STEPS)
        self.nodes += len(bounds)
        self._climb(k, maximisers)
        self._keep(k, np.minimum(bounds, np.repeat(parents, 2)), solved, floor)

    def _keep(self, k: int, bounds: np.ndarray, solved: Nodes, level: float) -> None:
        """Keep the nodes that may hold a neuron above what is known and wanted; remember the bound of the others."""
        kept = bounds > max(level, self._value)
        self._set_aside = max(self._set_aside, float(np.max(bounds[~kept], initial=0.0)))
        for i in np.flatnonzero(kept):
            self._count += 1
            heapq.heappush(self._open[k], (-float(bounds[i]), self._count, solved.take(np.array([i]))))

    def _climb(self, k: int, u: np.ndarray, climbs: int = CLIMBS) -> None:
        """Move neurons u (d, K) to where their own pattern is best, some steps, and keep the best on the way."""
        side, sign = self._sides[k], 1.0 if k == 0 else -1.0
        for step in range(climbs + 1):
            length = np.linalg.norm(u, axis=0)
            u = u[:, length > 0] / length[length > 0]
            if not u.shape[1]:
                return
            t = side.unit @ u
            reached = side.w @ np.maximum(t, 0.0)
            i = int(np.argmax(reached))
            if reached[i] > self._value:
                value = float(sign * (self._weights @ np.maximum(self._rows @ u[:, i], 0.0)))
                if value > self._value:
                    self._u, self._sign, self._value = u[:, i], sign, value
            if step < climbs:
                u = side.unit.T @ ((t > 0) * side.w[:, None])


class Side:
    """One sign of the search: max Σ w_i relu(t_i) with t = ``unit`` u, unit rows x (n, d) and weights w (n,).

    ``squares`` (n, d²) are the products x xᵀ of the rows, for the sums over them.
    """

    def __init__(self, unit: np.ndarray, squares: np.ndarray, w: np.ndarray) -> None:
        self.unit, self.squares, self.w, self.size = unit, squares, w, np.abs(w)
        self.pace = float(self.size.mean()) if len(w) else 0.0

    def root(self) -> Nodes:
        """Return the node at which no sign is known."""
        n, d = self.unit.shape
        none = np.zeros((1, n))
        return Nodes(none.astype(np.int8), none, np.full((1, n), 1.0 / d), none)

    def bound(self, nodes: Nodes, steps: Iterable[float]) -> tuple[np.ndarray, Nodes, np.ndarray]:
        """Return proven bounds (B,) of nodes, the nodes with their relaxation solved further, and maximisers (d, B)."""
        t, T, nu = nodes.t, nodes.T, nodes.nu
        known = nodes.sign != 0
        bounds, kept = np.full(len(t), np.inf), nu
        u = np.zeros((len(t), self.unit.shape[1]))
        for step in steps:
            reached, u, own_t, own_T = self.maximum(*self._shares(nodes.sign, t, T, nu))
            kept = np.where((reached < bounds)[:, None], nu, kept)
            bounds = np.minimum(bounds, reached)
            t, T = (1.0 - step) * t + step * own_t, (1.0 - step) * T + step * own_T
            nu = np.where(known, np.maximum(0.0, nu + step * self.pace * (own_T - nodes.sign * own_t)), 0.0)
        single = (part.astype(np.float32) for part in (t, T, kept))
        return bounds, Nodes(nodes.sign, *single), u.T

    def chosen(self, t: np.ndarray, T: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return, for weights below 0, the largest of 0, t and (t + t²)/2 (B, n), and shares p, q of the last two."""
        half = (t + T) / 2.0
        largest = np.maximum(np.maximum(0.0, t), half)
        zero, one, two = (np.exp((part - largest) / SMOOTH) for part in (0.0, t, half))
        total = zero + one + two
        return largest, one / total, two / total

    def _shares(
        self, sign: np.ndarray, t: np.ndarray, T: np.ndarray, nu: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return the coefficients of t and t² (B, n), and constants (B,), of the bounds that an average chooses."""
        w, size = self.w, self.size
        above, below = (w > 0) & (sign == 0), (w < 0) & (sign == 0)
        c = np.sqrt(np.maximum(T, LEAST_SQUARE))
        _, p, q = self.chosen(t, T)
        linear = np.where(above, w / 2.0, np.where(below, -size * (p + q / 2.0), np.where(sign > 0, w + nu, -nu)))
        square = np.where(above, w / (4.0 * c), np.where(below, -size * q / 2.0, -nu))
        return linear, square, np.where(above, w * c / 4.0, 0.0).sum(axis=1)

    def maximum(
        self, linear: np.ndarray, square: np.ndarray, constant: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
        """Return bounds (B,) of max Σ linear t + square t² + constant over the ball, and its maximisers: u, t and T.

        For every μ above the eigenvalues of Q and 0 the maximum is at most ¼ bᵀ(μ − Q)⁻¹b + μ. The decomposition
        computed is that of a matrix near Q, its eigenvectors are orthonormal, and the sums are right, up to shares of
        the sums of sizes that are added.
        """
        n, d = self.unit.shape
        b = linear @ self.unit
        Q = (square @ self.squares).reshape(-1, d, d)
        values, vectors = np.linalg.eigh(Q)
        g = np.einsum("bji,bj->bi", vectors, b) / 2.0
        top = np.maximum(values[:, -1], 0.0)
        scale = np.abs(values).max(axis=1) + np.linalg.norm(g, axis=1)
        mu = top + 1e-11 * scale + np.finfo(float).tiny
        for _ in range(ROOT_FINDING):
            ratio = g / (mu[:, None] - values)
            length = np.einsum("bi,bi->b", ratio, ratio)
            slope = np.einsum("bi,bi->b", ratio * ratio, 1.0 / (mu[:, None] - values))
            change = np.where(length > 1.0, (np.sqrt(length) - 1.0) * length / np.maximum(slope, 1e-300), 0.0)
            mu = mu + change
            if np.all(change <= 1e-12 * mu):
                break
        y = g / (mu[:, None] - values)
        reached = np.einsum("bi,bi->b", g, y) + mu + constant
        added = np.abs(linear).sum(axis=1) + np.abs(square).sum(axis=1)
        bounds = reached + 16.0 * (n + d) * EPS * (added + np.abs(reached) + mu)
        u = np.einsum("bij,bj->bi", vectors, y)
        left = np.where(mu > 1e-9 * scale, np.maximum(0.0, 1.0 - np.einsum("bi,bi->b", y, y)), 0.0)
        t, across = u @ self.unit.T, vectors[:, :, -1] @ self.unit.T
        return np.where(np.isfinite(bounds), bounds, np.inf), u, t, t * t + left[:, None] * across * across

    def halves(self, nodes: Nodes) -> Nodes:
        """Return each node twice: with + and with − for the row whose share the relaxation overestimates most.

        Their multipliers begin where the bound of a half is at most that of the whole.
        """
        t, T = nodes.t.astype(float), nodes.T.astype(float)
        largest, p, q = self.chosen(t, T)
        relaxed = np.where(self.w > 0, (t + np.sqrt(np.maximum(T, 0.0))) / 2.0, largest)
        over = np.where(nodes.sign == 0, self.size * np.abs(relaxed - np.maximum(t, 0.0)), -1.0)
        row = np.argmax(over, axis=1)
        at = np.arange(len(row))
        p, q, below = p[at, row], q[at, row], self.w[row] < 0
        first = np.where(below, self.size[row], 0.0)
        twice = nodes.take(np.repeat(at, 2))
        sign, nu = twice.sign.copy(), twice.nu.astype(float)
        sign[2 * at, row], sign[2 * at + 1, row] = 1, -1
        nu[2 * at, row], nu[2 * at + 1, row] = first * (1.0 - p - q / 2.0), first * (p + q / 2.0)
        return Nodes(sign, twice.t.astype(float), twice.T.astype(float), nu)

    def within_cell(self, sign: np.ndarray) -> tuple[float, np.ndarray]:
        """Return a bound of Σ w_i relu(t_i) where every row has its sign (n,), and the neuron (d,) nearest to it.

        It is g·u with g the sum of w_i x_i over the positive rows; whatever μ ≥ 0 the solver of the projection returns,
        g·u ≤ ‖g + Cᵀμ‖ in the cell C u ≥ 0.
        """
        cone = sign[:, None] * self.unit
        g = np.where(sign > 0, self.w, 0.0) @ self.unit
        mu = projection_multipliers(cone, g)
        u = g + cone.T @ mu
        rounding = (ROUNDED + len(cone)) * EPS * float(mu.sum() + self.size.sum())
        return float(np.linalg.norm(u)) * (1.0 + 8 * EPS) + rounding, np.asarray(u)
