"""All optima of a regularised problem: one fixed direction a block, and the polytope of their magnitudes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from itertools import combinations, islice
from math import comb

import numpy as np

from landscape.convex.pruning import independent_magnitudes
from landscape.convex.solver.atoms import Atoms
from landscape.convex.twin import ConvexSolution, Status, solve_convex
from landscape.geometry.fan import Fan
from landscape.geometry.sphere import Sphere, peaks
from landscape.geometry.support import Geometry, geometry, peaks_of_cells
from landscape.model.loss import squared_only
from landscape.model.network import Network, predict
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem
from landscape.model.readable import readable

TIGHT = 1e-7
"""A direction whose |zᵀ relu(X u)| is below λ by at most this share is taken as tight."""

ON_LINE = 1e-9
"""A row within this of vanishing at a direction, relative to its length, lies on either side of it."""

DEPENDENT = 1e-9
"""Outputs whose smallest singular value is below this share of the largest are linearly dependent."""

VANISHED = 1e-8
"""A magnitude below this share of the largest is 0."""

ROUGH = 1e-6
"""Largest value that a linear program returns in place of 0, as a share of the largest entry."""

MOST_CHOICES = 50_000
"""Up to this many choices of blocks at 0 the vertices are enumerated."""

AT_ONCE = 20_000
"""Choices solved together."""


class Stair(Enum):
    """The stair of a width in the staircase of connectivity of the optima (Kim, Mishkin & Pilanci, 2025)."""

    ZERO = "The zero network is the only optimum, at every width."
    UNREACHABLE = "Too narrow: no network of this width reaches the optimum."
    FINITE = "Just wide enough: the optimal networks are finitely many isolated points."
    SOME_CONTINUUM = "Some optimal networks form continuous families; others may still be isolated points."
    ISOLATED = "Some optimal networks form continuous families, and an isolated optimal network still exists."
    NONE_ISOLATED = "No optimal network is isolated, but the set of them may still fall into pieces."
    CONNECTED = "All optimal networks are connected: any of them moves to any other without raising the loss."
    UNKNOWN = "The optimal networks are too many to list, so the stair of this width is not known."

    @property
    def sentence(self) -> str:
        """The text of the stair."""
        return self.value


@dataclass(frozen=True, eq=False)
class OptimalSet:
    """The optima of (2), λ > 0: {c ≥ 0 : A c = f}, for the magnitudes c of the T blocks that may be active.

    f and the residual z = y − f are the same at every optimum, so a block can be active only where its support
    constraint is tight, |zᵀ relu(X u)| = λ, and each closed cone and sign has one such direction at most (Mishkin &
    Pilanci, 2023). The norm Σ c = zᵀf/λ is then the same too: the set is a polytope, and every optimal network is
    one of its points, with neurons permuted and split.

    Arguments
        problem: the problem.
        directions: (d, T) unit neurons, equal ones of neighbouring cones merged; sign: (T,) of their second layer.
        outputs: (n, T) A, what each computes at magnitude 1.
        vertices: (N, T) magnitudes, a vertex a row: all of them where ``complete``, else those found.
        lowest, highest: (T,) what each magnitude can be over the whole set.
        dimension: of the set; 0 where the optimum is unique, up to splitting and permuting neurons.
        complete: whether all vertices are listed.
    """

    problem: Problem
    directions: np.ndarray
    sign: np.ndarray
    outputs: np.ndarray
    vertices: np.ndarray
    lowest: np.ndarray
    highest: np.ndarray
    dimension: int
    complete: bool

    __repr__ = readable

    def _said(self) -> str:
        if self.fewest is None:
            return "all optimal networks, of which not every vertex is listed"
        kind = "one optimum" if self.unique else f"a set of optima of dimension {self.dimension}"
        sizes = f"{self.fewest}" if self.fewest == self.most else f"{self.fewest} to {self.most}"
        return f"{kind}, with {sizes} neurons"

    @property
    def unique(self) -> bool:
        """Whether (2) has one optimum only.

        Sufficient: the outputs of all tight blocks are linearly independent. Necessary and sufficient: those of the
        blocks that are active at some optimum are.
        """
        return self.dimension == 0

    @property
    def sizes(self) -> np.ndarray:
        """Number (N,) of neurons of each vertex."""
        sizes: np.ndarray = np.count_nonzero(self.vertices, axis=1)
        return sizes

    @property
    def fewest(self) -> int | None:
        """m*, the fewest neurons of any optimal network; None where not all vertices are listed.

        Neurons of one direction and sign merge without loss, so an optimum has as many as it has non-zero magnitudes
        or more, and the fewest non-zero magnitudes are those of a vertex: the face of a point holds one.
        """
        return int(self.sizes.min()) if self.complete else None

    @property
    def most(self) -> int | None:
        """M*, the most neurons of a vertex, an optimum without dependent neurons; None where not all are listed."""
        return int(self.sizes.max()) if self.complete else None

    def network(self, magnitudes: np.ndarray) -> Network:
        """Return the network of magnitudes (T,), a vertex for example; zeros are left out."""
        held = np.asarray(magnitudes) > 0
        vectors = self.directions[:, held] * np.asarray(magnitudes)[held]
        return Atoms(vectors, self.sign[held]).network(self.problem)

    def stair(self, m: int) -> Stair:
        """Return the stair of networks of m neurons.

        Raises ValueError unless m is a whole number of at least 1.
        """
        if not isinstance(m, int | np.integer) or isinstance(m, bool) or m < 1:
            raise ValueError(f"m must be a whole number of at least 1, but was {m!r}.")
        fewest, most, n = self.fewest, self.most, self.problem.n
        if fewest is None or most is None:
            if m >= n + 1:
                return Stair.CONNECTED
            return Stair.UNREACHABLE if m < np.count_nonzero(self.lowest) else Stair.UNKNOWN
        if most == 0:
            return Stair.ZERO
        if m < fewest:
            return Stair.UNREACHABLE
        if m >= min(fewest + most, n + 1):
            return Stair.CONNECTED
        if m == fewest:
            return Stair.FINITE
        if m < most:
            return Stair.SOME_CONTINUUM
        return Stair.ISOLATED if m == most else Stair.NONE_ISOLATED


def optimal_set(given: Problem | ConvexSolution) -> OptimalSet:
    """Return all optima of a problem, or of the one a solution of (2) belongs to; no output bias, as in ``Problem``.

    Raises ValueError where there is no such polytope (λ = 0: whatever fits is optimal, of any norm), where there is an
    output bias, the solution is not proven, or the patterns are too many to visit.

    >>> from landscape import Problem, optimal_set
    >>> found = optimal_set(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1))
    >>> found.fewest
    2
    """
    problem = given if isinstance(given, Problem) else given.problem
    squared_only(problem, "optimal_set")
    without_output_bias(problem, "The optimal set")
    if problem.lam == 0:
        raise ValueError(
            "lam must be above 0 for the optimal set to be a polytope, but was 0: without regularisation every network "
            "with the best fit is optimal, of whatever size."
        )
    space = geometry(problem.X)
    if space.cut is None:
        raise ValueError(f"X must have few enough patterns to visit all of them, but has shape {problem.X.shape}.")
    solution = solve_convex(given) if isinstance(given, Problem) else given
    if solution.status not in (Status.OPTIMAL, Status.ZERO):
        raise ValueError(f"solution must be proven optimal, but its status is: {solution.status.sentence}")
    fit = predict(problem.X, solution.network)
    tight = _tight(problem, space, solution.network, problem.y - fit)
    outputs = _outputs(problem.X, tight.vectors) * tight.sign
    vertices, lowest, highest, complete = _polytope(outputs, fit, float(np.linalg.norm(problem.y)))
    used = outputs[:, highest > 0]
    dimension = used.shape[1] - _rank(used)
    return OptimalSet(problem, tight.vectors, tight.sign, outputs, vertices, lowest, highest, dimension, complete)


def _tight(problem: Problem, space: Geometry, network: Network, z: np.ndarray) -> Atoms:
    """Return the unit directions and signs at which |zᵀ relu(X u)| is λ, one a closed cone and sign."""
    X, level = space.X, problem.lam * (1.0 - TIGHT)
    own = space.basis.T @ network.W
    own = own / np.maximum(np.linalg.norm(own, axis=0), 1e-300)
    if isinstance(space.cut, Fan):
        u, sign = _candidates(space.cut, space.cut.sums(X, z))
    else:
        assert space.cut is not None
        if isinstance(space.cut, Sphere):
            found = peaks(space.cut, X, z, level=level)
        else:
            found = peaks_of_cells(X, z, space.cut, level=level)
        u, sign = found.u, found.sign
    u, sign = np.concatenate([own, u], axis=1), np.concatenate([np.sign(network.alpha), sign])
    value = sign * (z @ _outputs(X, u))
    order = np.argsort(-value, kind="stable")
    pre = X @ u
    near = np.abs(pre) <= ON_LINE * np.linalg.norm(X, axis=1)[:, None]
    side = np.where(near, 0.0, np.sign(pre))
    kept: list[int] = []
    for k in order[: int(np.sum(value >= level))]:
        if not any(sign[j] == sign[k] and np.all(side[:, j] * side[:, k] >= 0) for j in kept):
            kept.append(int(k))
    kept.sort(key=lambda k: (-sign[k], *space.basis @ u[:, k]))
    return Atoms(space.basis @ u[:, kept], sign[kept])


def _outputs(X: np.ndarray, u: np.ndarray) -> np.ndarray:
    """Return relu(X u) (n, K) of directions u (d, K), exactly zero where a row vanishes up to rounding."""
    pre, rounding = X @ u, 1e-13 * np.linalg.norm(X, axis=1)[:, None]
    return np.where(pre > rounding, pre, 0.0)


def _candidates(cones: Fan, g: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return every edge of a fan, and ±g = ±Xᵀ D z of the sectors that hold it: directions (d, K) and signs (K,)."""
    edges = cones.edges
    vectors, signs = [edges, edges], [np.ones(len(edges)), -np.ones(len(edges))]
    if edges.shape[1] == 2:
        turn_in, turn_out = cones.turns_in(g), cones.turns_out(g)
        for sign in (1.0, -1.0):
            inside = (sign * turn_in > 0) & (sign * turn_out > 0)
            vectors.append(sign * g[inside] / np.linalg.norm(g[inside], axis=1, keepdims=True))
            signs.append(np.full(int(inside.sum()), sign))
    return np.concatenate(vectors).T, np.concatenate(signs)


def _rank(A: np.ndarray) -> int:
    """Return the rank of outputs (n, T), each taken at length 1."""
    if A.size == 0:
        return 0
    values = np.linalg.svd(A / np.linalg.norm(A, axis=0), compute_uv=False)
    return int(np.sum(values > DEPENDENT * values[0]))


def _polytope(A: np.ndarray, f: np.ndarray, height: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, bool]:
    """Return vertices (N, T) of {c ≥ 0 : A c = f}, the range of each entry over it, and whether these are all vertices.

    ``height`` is ‖y‖, to tell a zero fit.
    """
    from scipy.optimize import nnls

    T = A.shape[1]
    if T == 0 or np.linalg.norm(f) <= 1e-12 * height:
        nothing = np.zeros(T)
        return nothing[None, :], nothing, nothing, True
    size, length = np.linalg.norm(A, axis=0), np.linalg.norm(f)
    A, f = A / size, f / length
    _, values, right = np.linalg.svd(A)
    null = right[int(np.sum(values > DEPENDENT * values[0])) :].T
    complete = comb(T, null.shape[1]) <= MOST_CHOICES
    if null.shape[1] == 0:
        vertices = _clean(np.linalg.lstsq(A, f, rcond=None)[0][None, :])
    elif complete:
        vertices = _all_vertices(null, nnls(A, f, maxiter=100 * T)[0])
    else:
        vertices = _extreme_vertices(A, f, nnls(A, f, maxiter=100 * T)[0])
    vertices = vertices * (length / size)
    return vertices, vertices.min(axis=0), vertices.max(axis=0), complete


def _all_vertices(null: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return every vertex of {start + N t ≥ 0}, N (T, k) of rank k: at each some k independent entries are 0."""
    T, k = null.shape
    found: dict[bytes, np.ndarray] = {}
    choices = combinations(range(T), k)
    while chosen := list(islice(choices, AT_ONCE)):
        zero = np.array(chosen)
        N = null[zero]
        solvable = np.linalg.svd(N, compute_uv=False)[:, -1] > DEPENDENT
        zero, N = zero[solvable], N[solvable]
        t = np.linalg.solve(N, -start[zero][:, :, None])[:, :, 0]
        points = start + t @ null.T
        points = _clean(points[np.min(points, axis=1) >= -VANISHED * np.max(points, axis=1)])
        for point in points:
            found.setdefault(np.packbits(point > 0).tobytes(), point)  # the entries that are not 0 name a vertex
    return np.array([found[key] for key in sorted(found)])


def _extreme_vertices(A: np.ndarray, f: np.ndarray, start: np.ndarray) -> np.ndarray:
    """Return a vertex of {c ≥ 0 : A c = f}, and those at which some entry is greatest or least."""
    from scipy.optimize import linprog, nnls

    T = A.shape[1]
    points = [start]
    for j in range(T):
        for sign in (1.0, -1.0):
            solved = linprog(sign * np.eye(T)[j], A_eq=A, b_eq=f, method="highs-ds")
            if solved.x is not None:
                held = solved.x > ROUGH * solved.x.max()
                point = np.zeros(T)
                point[held] = nnls(A[:, held], f, maxiter=100 * T)[0]
                points.append(point)
    found: dict[bytes, np.ndarray] = {}
    for point in points:
        vertex = _clean(point[None, :])[0]
        held = vertex > 0
        vertex[held] *= independent_magnitudes(A[:, held] * vertex[held], vertex[held], dependent=DEPENDENT)
        found.setdefault(np.packbits(vertex > 0).tobytes(), vertex)
    return np.array([found[key] for key in sorted(found)])


def _clean(points: np.ndarray) -> np.ndarray:
    """Return points (N, T) with what is 0 up to rounding set to 0."""
    return np.where(points > VANISHED * np.max(points, axis=1, keepdims=True), points, 0.0)
