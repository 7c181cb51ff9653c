"""The best single neuron: problem (1) at m = 1 is one convex problem for each activation pattern, so it is solved."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import perm, sqrt

import numpy as np

from landscape.formatting import written
from landscape.geometry.cells import complement, most_cells
from landscape.geometry.exact_cells import exact_patterns
from landscape.geometry.fan import Fan, fan
from landscape.geometry.lines import rows_by_line
from landscape.geometry.support import all_visited, geometry
from landscape.model.exact import EPS
from landscape.model.loss import squared_only
from landscape.model.network import Network, objective, residual
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import LARGEST, Problem, without_underflow
from landscape.model.readable import readable

MOST_ENTRIES = 25_000_000
"""Most faces × samples that are visited; ``best_neuron_seconds`` says how long that takes."""

AT_ONCE = 1_000_000
"""Entries of the matrices that are factorised together."""

NEWTON_STEPS = 60
"""Most Newton steps for the length of a neuron; they double its digits each."""

DRAWN = 200
"""Neurons that are drawn where the patterns are too many to visit."""

CLIMBS = 20
"""How often a drawn neuron moves towards the best one of its own pattern."""

SHARES = (1.0, 0.5, 0.25, 0.1, 0.02)
"""How far it may move, as shares of the way: beyond its own cone the loss may rise again."""


@dataclass(frozen=True, eq=False)
class BestNeuron:
    """The lowest objective (1) of networks of one neuron.

    Arguments
        value: that objective, in units of y².
        network: a network of one neuron that attains it, up to the rounding of its weights.
        exact: whether no single neuron does better. Elsewhere it is the best one found.
    """

    value: float
    network: Network
    exact: bool

    __repr__ = readable

    def _said(self) -> str:
        how = "no single neuron does better" if self.exact else "the best single neuron found"
        return f"loss {written(self.value, 6)}, {how}"


def best_neuron(problem: Problem, *, seed: int = 0) -> BestNeuron:
    """Return the single neuron of lowest objective, exact wherever all activation patterns can be visited.

    At a given product v = |α| w and sign s a neuron costs least when balanced, so problem (1) at m = 1 is

        min_{s, v} ‖s relu(X v) − y‖² + 2λ‖v‖,

    which on the closed cone of a pattern D, where relu(X v) = D X v, is problem (2) restricted to one block (Pilanci &
    Ergen, 2020), and convex. Its minimiser lies inside some face of the cone and is then the minimiser over the whole
    span of that face: each face of each cone gives one candidate, in closed form but for its length, and every
    candidate is a neuron, whose own objective counts. A second layer of ones has s = + and λ = 0. The neuron 0 counts
    too.

    ``seed`` is that of the neurons that are drawn where the patterns are too many to visit. Raises ValueError where
    there is an output bias.

    >>> from landscape import Problem, best_neuron
    >>> best = best_neuron(Problem(X=[[-1.0], [1.0]], y=[1.0, 0.5], second_layer="ones"))
    >>> best.value, best.network.W.tolist(), best.exact
    (0.25, [[-1.0]], True)
    """
    squared_only(problem, "best_neuron")
    without_output_bias(problem, "The best neuron")
    X, back = _well_placed(problem.X) if problem.lam == 0 else (problem.X, np.eye(problem.d))
    space = geometry(X)
    rank = space.X.shape[1]
    exact = space.cut is not None and problem.n * most_faces(problem.n, rank) <= MOST_ENTRIES
    length = float(np.hypot.reduce(space.X, axis=1).max()) or 1.0
    height = sqrt(float(problem.y @ problem.y)) or 1.0
    search = _Search(
        space.X / length, problem.y / height, problem.lam / length / height, problem.second_layer == "ones"
    )
    if exact:
        for basis, patterns in _faces(search.X, space.cut if isinstance(space.cut, Fan) else None):
            if patterns is None:
                search.along(basis)
            else:
                search.inside(basis, patterns)
    else:
        search.climb(np.random.default_rng(seed))
    network = _network(problem, back @ (space.basis @ search.v * (height / length)), search.sign)
    if network is None:  # its weights are beyond those that a network may have
        return BestNeuron(float(problem.y @ problem.y), _zero(problem), exact=False)
    candidates = [network, _zero(problem)]
    values = [objective(problem, candidate, residual(problem, candidate)) for candidate in candidates]
    best = int(np.argmin(values))
    return BestNeuron(values[best], candidates[best], exact)


def most_faces(n: int, rank: int) -> int:
    """Return how many faces of cones are visited for n rows of a rank, at most."""
    if rank <= 1:
        return 2
    if rank == 2:
        return 4 * n
    return most_cells(n, rank) + n * most_faces(n - 1, rank - 1)


def best_neuron_seconds(n: int, rank: int) -> float:
    """Return about how long one core takes to find the best neuron of n rows of a rank, by what was measured.

    On Gaussian features with λ > 0: 60 ns for each face and row, and 2 ms for each plane that is cut out of more than
    two dimensions, so six seconds at most; half as long for λ = 0. Where the faces are too many, .4 ms for each row and
    feature.
    """
    entries = n * most_faces(n, rank)
    if entries > MOST_ENTRIES or not all_visited(n, rank):
        return 4e-4 * n * rank
    return 6e-8 * entries + (2e-3 * perm(n, rank - 2) if rank > 2 else 0.0)


def _zero(problem: Problem) -> Network:
    return Network(np.zeros((problem.d, 1)), np.full(1, float(problem.second_layer == "ones")))


def _network(problem: Problem, v: np.ndarray, sign: float) -> Network | None:
    """Return the neuron of a vector v (d,) as a network, or None where its weights are too large for one."""
    size = float(np.hypot.reduce(v))
    root = sqrt(size)
    if not (size <= LARGEST if problem.second_layer == "ones" else root <= LARGEST):
        return None
    if problem.second_layer == "ones" or size == 0.0:
        return Network(without_underflow(v)[:, None], np.full(1, float(problem.second_layer == "ones")))
    if problem.lam == 0:  # nothing asks for balance, and by a power of two no digit changes
        root = float(np.exp2(np.rint(np.log2(root))))
    return Network(without_underflow(v / root)[:, None], np.array([sign * root]))


def _well_placed(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return X T (n, d) with columns of like size, centred where one column is constant, and T (d, d).

    Where nothing is penalised the neurons of X T are those of X, and a feature from 2000 to 2004 beside a bias would
    leave few digits to tell its samples apart.
    """
    size = np.abs(X).max(axis=0)
    T = np.diag(np.exp2(-np.rint(np.log2(np.where(size > 0, size, 1.0)))))
    constant = np.flatnonzero((X[0] == X).all(axis=0) & (size > 0))
    if len(constant):
        j = int(constant[0])
        for i in set(range(X.shape[1])) - {j}:
            middle = float(X[0, i] + np.mean(X[:, i] - X[0, i]))
            spread = float(np.abs(X[:, i] - middle).max())
            if 0 < spread < size[i]:
                T[i, i] = np.exp2(-np.rint(np.log2(spread)))
                T[j, i] = -middle / X[0, j] * T[i, i]
        moved = X - X[:, [j]] * (-T[j] / np.diag(T))
        moved[:, j] = X[:, j]
        return moved * np.diag(T), T
    return X * np.diag(T), T


def _faces(X: np.ndarray, cut: Fan | None = None) -> Iterator[tuple[np.ndarray, np.ndarray | None]]:
    """Yield bases (r, k) of the spans of faces, with the patterns (P, n) of the faces in that span.

    Faces of one dimension come as unit vectors (r, E), with None for the patterns: those are read off their outputs.
    """
    rank = X.shape[1]
    if rank == 1:
        yield np.array([[1.0, -1.0]]), None
    elif rank == 2:
        cones = fan(X, np.zeros(len(X))) if cut is None else cut
        yield np.eye(2), cones.active(cones.first_sector())
        yield cones.edges.T, None
    else:
        yield np.eye(rank), exact_patterns(X)
        line, _, normals = rows_by_line(X)
        for k, normal in enumerate(normals):
            basis = complement(normal)
            within = X @ basis
            within[line == k] = 0.0
            for inner, patterns in _faces(within):
                yield basis @ inner, patterns


class _Search:
    """The best vector v (r,) and its sign so far, of rows X (n, r) at most 1 long and labels y (n,) with ‖y‖ ≤ 1."""

    def __init__(self, X: np.ndarray, y: np.ndarray, lam: float, ones: bool) -> None:
        self.X, self.y, self.lam, self.signs = X, y, lam, (1.0,) if ones else (1.0, -1.0)
        self.v, self.sign, self.value = np.zeros(X.shape[1]), 1.0, float(y @ y)
        self.rounding = 2 * (X.shape[1] + 2) * EPS * float(np.linalg.norm(X))  # of all outputs of a unit neuron

    def along(self, directions: np.ndarray) -> None:
        """Try directions (r, E), each at its best length."""
        for part in np.array_split(directions, -(-directions.shape[1] * len(self.y) // AT_ONCE), axis=1):
            for sign in self.signs:
                self._judge(self._at_best_length(part, sign), sign)

    def inside(self, basis: np.ndarray, patterns: np.ndarray) -> None:
        """Try the minimiser over the span of a basis (r, k) for each pattern (P, n), of either sign."""
        rows = self.X @ basis
        for part in np.array_split(patterns, -(-patterns.size * rows.shape[1] // AT_ONCE)):
            v = basis @ _minimisers(part[:, :, None] * rows, self.y, self.lam).T
            # With the other sign the minimiser is −v: it counts where −v has the pattern.
            for sign in self.signs:
                self._judge(sign * v, sign)

    def climb(self, rng: np.random.Generator) -> None:
        """Try drawn vectors, each moved again and again towards the best one of its own pattern."""
        scale = np.abs(self.X).max(axis=0)
        drawn = rng.standard_normal((self.X.shape[1], DRAWN)) / np.where(scale > 0, scale, 1.0)[:, None]
        for sign in self.signs:
            v = self._at_best_length(np.column_stack([drawn, sign * (self.X.T @ self.y)]), sign)
            for _ in range(CLIMBS):
                active = (self.X @ v > 0).T
                parts = np.array_split(active, -(-active.size * len(v) // AT_ONCE))
                found = [_minimisers(part[:, :, None] * self.X, sign * self.y, self.lam) for part in parts]
                toward = np.concatenate(found).T - v  # within the cone of v the objective falls this way
                tries = np.stack([v, *(v + share * toward for share in SHARES)])
                best = np.argmin([self._values(u, sign) for u in tries], axis=0)
                v = tries[best, :, np.arange(v.shape[1])].T
            self._judge(v, sign)

    def _at_best_length(self, directions: np.ndarray, sign: float) -> np.ndarray:
        """Return vectors (r, E) along others at their best length, t = (s hᵀy − λ)₊ / ‖h‖² with h = relu(X e)."""
        e = directions / np.maximum(np.linalg.norm(directions, axis=0), 1e-300)
        h = np.maximum(self.X @ e, 0.0)
        pull, square = sign * (self.y @ h) - self.lam, np.einsum("ne,ne->e", h, h)
        lengths = np.divide(np.maximum(pull, 0.0), square, out=np.zeros_like(pull), where=square > 0)
        v: np.ndarray = e * lengths
        return v

    def _values(self, v: np.ndarray, sign: float) -> np.ndarray:
        """Return the objective (K,) of vectors (r, K), or more by what its outputs may be rounded.

        A neuron along which all outputs vanish but for their rounding would else fit labels with it, made 1e16 long.
        """
        left, length = self.y[:, None] - sign * np.maximum(self.X @ v, 0.0), np.linalg.norm(v, axis=0)
        misfit = np.linalg.norm(left, axis=0) + self.rounding * length
        values: np.ndarray = misfit**2 + 2.0 * self.lam * length
        values[~np.isfinite(values)] = np.inf
        return values

    def _judge(self, v: np.ndarray, sign: float) -> None:
        """Keep the best of vectors (r, K) where it is better than what was found before."""
        values = self._values(v, sign)
        k = int(np.argmin(values))
        if values[k] < self.value:
            self.v, self.sign, self.value = v[:, k], sign, float(values[k])


def _minimisers(M: np.ndarray, y: np.ndarray, lam: float) -> np.ndarray:
    """Return the minimiser (P, k) of ‖M v − y‖² + 2λ‖v‖ for each M (P, n, k); for λ = 0 the one of least norm.

    With M = U S Vᵀ, c = Uᵀ y and ρ = ‖v‖, v = V q has q_i = s_i c_i / (s_i² + λ/ρ), where Σ (s_i c_i / (s_i² ρ + λ))²
    = 1, unless ‖S c‖ ≤ λ, where v = 0. The inverse root of that sum is increasing and concave in ρ: Newton's method
    rises to its solution from below. It begins where the largest term is 1: from 0 a tiny λ would take it many steps,
    and squares of what is divided by it would overflow.
    """
    U, s, right = np.linalg.svd(M, full_matrices=False)
    c = np.einsum("pnk,n->pk", U, y)
    held = s > M.shape[1] * EPS * s[:, :1]
    if lam == 0:
        q = np.divide(c, s, out=np.zeros_like(c), where=held)
    else:
        a, b = np.where(held, s * c, 0.0), np.where(held, s * s, 0.0)
        moved = np.linalg.norm(a, axis=1) > lam
        a, b = a[moved], b[moved]
        alone = np.divide(np.maximum(np.abs(a) - lam, 0.0), b, out=np.zeros_like(a), where=b > 0)
        rho = alone.max(axis=1)
        for _ in range(NEWTON_STEPS):
            below = b * rho[:, None] + lam
            ratio = a / below
            total = np.einsum("pk,pk->p", ratio, ratio)
            slope = np.einsum("pk,pk->p", ratio * ratio, b / below)
            step = np.divide((np.sqrt(total) - 1.0) * total, slope, out=np.zeros_like(rho), where=slope > 0)
            rho = rho + np.maximum(step, 0.0)
            if np.all(step <= 4 * EPS * rho):
                break
        q = np.zeros_like(c)
        q[moved] = a * rho[:, None] / (b * rho[:, None] + lam)
    v: np.ndarray = np.einsum("pkj,pk->pj", right, q)
    return v
