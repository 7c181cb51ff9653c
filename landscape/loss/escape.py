"""A path of networks from a local minimum to the global optimum on which the loss never rises."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from landscape.convex.pruning import prune_one
from landscape.convex.twin import solve_convex
from landscape.model.excess import is_rounding
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits, objective, residual
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import LARGEST, Problem
from landscape.model.readable import readable
from landscape.training.trajectory import Outcome, Trajectory

TIE = 1e-12
"""A sample this close to a neuron's kink, relative to their lengths, lies on it."""

DEPENDENT = 1e-12
"""Outputs whose smallest singular value is below this share of the largest are linearly dependent."""

RISE = 1e-12
"""A path that rises by more than this share of the loss it begins with is refused."""

BALANCE = "Each neuron keeps the product of its two layers, so no output changes"
RETIRE = "No sample activates these neurons, so shrinking them to 0 changes no output"
MERGE = "Neurons active on the same samples hand their weight to one of them: their sum, and every output, stays"
PRUNE = "The neurons' outputs depend linearly on each other: they shift along that dependence, and no output changes"
DESCEND = (
    "In the convex landscape this leg is a straight line to the lowest point: "
    "a convex function only falls on the way to its minimum."
)


class MissingNeurons(ValueError):  # noqa: N818
    """The network is too narrow for the path; ``missing`` more neurons (see ``model.network.widen``) are enough."""

    def __init__(self, missing: int, m: int) -> None:
        super().__init__(
            f"network must have {m + missing} neurons for this way out, but has {m}: add {missing} at 0, at no cost."
        )
        self.missing = missing


class WeightsTooLarge(ValueError):  # noqa: N818
    """Weights on the way are so large that rounding alone raises the loss: float64 does not represent the path.

    Arguments
        largest: the magnitude of the largest of them.
    """

    def __init__(self, largest: float) -> None:
        super().__init__(
            f"network must be led out by weights that float64 resolves, but there are some of {largest:.0e}: "
            "rounding them alone raises the loss on the way."
        )


@dataclass(frozen=True)
class Leg:
    """A piece of the path: stored networks ``first`` to ``last``, and the reason why the loss cannot rise on it."""

    name: str
    first: int
    last: int
    reason: str

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class Escape(Trajectory):
    """A trajectory that never rises, leg by leg."""

    legs: tuple[Leg, ...] = ()

    __repr__ = readable


def escape_path(problem: Problem, network: Network, optimum: Network | None = None, *, points: int = 40) -> Escape:
    """Return a path from any network to a global optimum on which problem (1) never rises.

    First w and alpha of each neuron are balanced. From there every leg is a straight line of vectors u_j = |α_j| w_j:
    neurons that no sample activates shrink, neurons of one cone and sign merge, dependent ones are pruned, until enough
    neurons are 0; last all move to the optimum at once. Two vectors share a cone when no sample activates one and lies
    strictly on the inactive side of the other; on such lines the prediction is linear and the norm Σ ‖u_j‖ convex.

    Arguments
        optimum: a global optimum of any width; by default that of the convex twin.
        points: steps of each leg, even in the leg's own coordinate.

    Raises MissingNeurons (a ValueError) when the network is too narrow, WeightsTooLarge (another) when rounding would
    raise the loss, checked between the stored networks too, and ValueError when the network does not fit or has an
    output bias.

    >>> from landscape import Network, Problem, escape_path
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> path = escape_path(problem, Network(W=[[1.5, 0.5]], alpha=[1.0, 1.0]))
    >>> [leg.name for leg in path.legs], path.objective[[0, -1]].tolist()
    (['Merge', 'Descend'], [1.0, 0.0])
    """
    squared_only(problem, "escape_path")
    without_output_bias(problem, "The path out of a local minimum")
    check_fits(problem, network)
    if points < 1:
        raise ValueError(f"points must be at least 1, but was {points}.")
    optimum = optimum if optimum is not None else solve_convex(problem).network
    _check_held(*_vectors(network))
    path = _PathBuilder(problem, points, [network.W], [network.alpha])
    if not is_rounding(problem, objective(problem, network) - objective(problem, optimum)):
        _balance(path)
        plan = _Plan(problem, *_vectors(network), *_vectors(optimum))
        for name, reason, reduce in (
            ("Retire", RETIRE, plan.retire),
            ("Merge", MERGE, plan.merge),
            ("Prune", PRUNE, plan.prune),
        ):
            while plan.lacking() > 0:
                before = plan.u.copy()
                if not reduce():
                    break
                path.straight(name, before, plan.u, plan.sign, reason + path.norm_clause)
        if plan.lacking() > 0:
            raise MissingNeurons(plan.lacking(), network.m)
        before = plan.u.copy()
        plan.arrive()
        path.straight("Descend", before, plan.u, plan.sign, DESCEND)
    W, alpha = np.array(path.W), np.array(path.alpha)
    _check_held(W, alpha)
    values = np.array([_loss(problem, w, a) for w, a in zip(W, alpha, strict=True)])
    rises = np.diff(values) > RISE * values[0]
    if rises.any() or any(_rises_inside(problem, W, alpha, values, leg) for leg in path.legs):
        raise WeightsTooLarge(float(np.max(np.abs(_vectors(optimum)[0]))))
    return Escape(W, alpha, values, Outcome.ARRIVED, np.arange(len(W)), legs=tuple(path.legs))


def _check_held(*weights: np.ndarray) -> None:
    """Raise WeightsTooLarge for weights, or vectors |α| w, that are beyond what a network holds."""
    largest = max(float(np.max(np.abs(values), initial=0.0)) for values in weights)
    if not largest <= LARGEST:
        raise WeightsTooLarge(largest)


def _loss(problem: Problem, W: np.ndarray, alpha: np.ndarray) -> float:
    network = Network(W, alpha)
    return objective(problem, network, residual(problem, network))


def _rises_inside(problem: Problem, W: np.ndarray, alpha: np.ndarray, values: np.ndarray, leg: Leg) -> bool:
    """Return whether the loss is higher half way between two networks of a straight leg than at the first."""
    if leg.name == "Balance":  # it is a curve
        return False
    for k in range(leg.first, leg.last):
        u = (W[k] * np.abs(alpha[k]) + W[k + 1] * np.abs(alpha[k + 1])) / 2
        sign = np.where(alpha[k] + alpha[k + 1] < 0, -1.0, 1.0)
        if _loss(problem, *_layers(problem, u, sign)) > values[k] + RISE * values[0]:
            return True
    return False


def _layers(problem: Problem, u: np.ndarray, sign: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return both layers of the balanced network with vectors u_j = |α_j| w_j."""
    if problem.second_layer == "ones":
        return u, np.ones(u.shape[1])
    root = np.sqrt(np.linalg.norm(u, axis=0))
    return u / np.where(root > 0, root, 1.0), sign * root


@dataclass
class _PathBuilder:
    """The path built so far: its networks, and its legs."""

    problem: Problem
    points: int
    W: list[np.ndarray]
    alpha: list[np.ndarray]
    legs: list[Leg] = field(default_factory=list)

    @property
    def norm_clause(self) -> str:
        return "; the norm can only fall." if self.problem.lam > 0 else "."

    def straight(self, name: str, start: np.ndarray, end: np.ndarray, sign: np.ndarray, reason: str) -> None:
        """Append a straight line of the vectors u (d, m); consecutive legs of one name become one."""
        if np.array_equal(start, end):
            return
        networks = []
        for t in np.linspace(0.0, 1.0, self.points + 1)[1:]:
            u = end if t == 1.0 else (1.0 - t) * start + t * end
            networks.append(_layers(self.problem, u, sign))
        self.extend(name, networks, reason)

    def extend(self, name: str, networks: list[tuple[np.ndarray, np.ndarray]], reason: str) -> None:
        """Add a leg, or lengthen the last one where it is of the same kind."""
        first = len(self.W) - 1
        for W, alpha in networks:
            self.W.append(W)
            self.alpha.append(alpha)
        if self.legs and self.legs[-1].name == name:
            first = self.legs.pop().first
        self.legs.append(Leg(name, first, len(self.W) - 1, reason))


def _balance(path: _PathBuilder) -> None:
    """Scale w up as alpha goes down, geometrically, until ‖w‖ = |alpha|; a neuron with a zero layer shrinks to 0."""
    W, alpha = path.W[0], path.alpha[0]
    if path.problem.second_layer == "ones":
        return
    a, b = np.abs(alpha), np.linalg.norm(W, axis=0)
    both = (a > 0) & (b > 0)
    if np.allclose(a, b, rtol=1e-12, atol=0.0):
        return
    ratio = np.where(both, a / np.where(both, b, 1.0), 1.0)
    networks = []
    for t in np.linspace(0.0, 1.0, path.points + 1)[1:]:
        fade = np.where(both, 1.0, 1.0 - t)
        networks.append((W * ratio ** (t / 2) * fade, alpha * ratio ** (-t / 2) * fade))
    path.extend("Balance", networks, BALANCE + path.norm_clause)


def _vectors(network: Network) -> tuple[np.ndarray, np.ndarray]:
    return network.W * np.abs(network.alpha), np.where(network.alpha < 0, -1.0, 1.0)


@dataclass
class _Plan:
    """Vectors u (d, m) with signs, and those of the optimum, ``goal`` (d, K), to which they are moved."""

    problem: Problem
    u: np.ndarray
    sign: np.ndarray
    goal: np.ndarray
    goal_sign: np.ndarray

    def __post_init__(self) -> None:
        some = np.linalg.norm(self.goal, axis=0) > 0
        self.goal, self.goal_sign = self.goal[:, some], self.goal_sign[some]

    @property
    def size(self) -> np.ndarray:
        return _size(self.u)

    def lacking(self) -> int:
        """How many neurons at 0 are missing to place every unmatched neuron of the optimum."""
        return len(self.goal_sign) - len(self.pairs()) - int((self.size == 0).sum())

    def pairs(self) -> list[tuple[int, int]]:
        """Match as many neurons as possible to neurons of the optimum in their cone, the closest directions first."""
        from scipy.optimize import linear_sum_assignment

        fits = self.share_cone(self.goal, self.goal_sign) & (self.size > 0)[:, None]
        unit, goal = (
            v / np.where(size > 0, size, 1.0) for v, size in ((self.u, self.size), (self.goal, _size(self.goal)))
        )
        rows, columns = linear_sum_assignment(fits * (2.0 + unit.T @ goal / (2.0 * len(self.sign))), maximize=True)
        return [(int(j), int(k)) for j, k in zip(rows, columns, strict=True) if fits[j, k]]

    def share_cone(self, v: np.ndarray, sign: np.ndarray) -> np.ndarray:
        """Return (m, K) whether u_j and v_k have one sign and no sample lies strictly on opposite sides of them."""
        on_u, off_u = self.sides_of(self.u)
        on_v, off_v = self.sides_of(v)
        opposite = on_u.T.astype(int) @ off_v + off_u.T.astype(int) @ on_v
        shared: np.ndarray = (opposite == 0) & (self.sign[:, None] == sign)
        return shared

    def sides_of(self, v: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        pre = self.problem.X @ v
        tie = TIE * np.linalg.norm(self.problem.X, axis=1)[:, None] * _size(v)
        return pre > tie, pre < -tie

    def idle(self) -> np.ndarray:
        """Which neurons no sample activates."""
        idle: np.ndarray = ~(self.problem.X @ self.u > 0).any(axis=0)
        return idle

    def retire(self) -> bool:
        """Shrink the smallest idle neuron to 0; return whether there was one."""
        paired = {j for j, _ in self.pairs()}
        found = [j for j in np.argsort(self.size) if self.idle()[j] and self.size[j] > 0 and j not in paired]
        if found:
            self.u = np.where(np.arange(len(self.sign)) == found[0], 0.0, self.u)
        return bool(found)

    def merge(self) -> bool:
        """Add the smallest neuron that shares a cone with another to the largest such; return whether there was one."""
        fits = self.share_cone(self.u, self.sign) & (self.size > 0) & (self.size > 0)[:, None]
        np.fill_diagonal(fits, False)
        for j in np.argsort(self.size, kind="stable"):
            if fits[j].any():
                host = int(np.argmax(np.where(fits[j], self.size, -1.0)))
                self.u = self.u.copy()
                self.u[:, host] += self.u[:, j]
                self.u[:, j] = 0.0
                return True
        return False

    def prune(self) -> bool:
        """Move along a null vector of the outputs until one neuron is 0; return whether there was one."""
        used = np.flatnonzero(self.size > 0)
        outputs = np.maximum(self.problem.X @ self.u[:, used], 0.0) * self.sign[used]
        magnitudes = prune_one(outputs, self.size[used], dependent=DEPENDENT)
        if magnitudes is None:
            return False
        self.u = self.u.copy()
        with np.errstate(over="ignore"):  # what is then too large is refused
            self.u[:, used] *= magnitudes
        return True

    def arrive(self) -> None:
        """Move to the optimum; neurons that no sample activates may stay where they are if that costs nothing."""
        pairs = self.pairs()
        matched = {k for _, k in pairs}
        free = iter(np.flatnonzero(self.size == 0))
        pairs += [(int(next(free)), k) for k in range(self.goal.shape[1]) if k not in matched]
        stay = self.idle() if self.problem.lam == 0 else np.zeros(len(self.sign), dtype=bool)
        self.u, self.sign = np.where(stay, self.u, 0.0), self.sign.copy()
        for j, k in pairs:
            self.u[:, j], self.sign[j] = self.goal[:, k], self.goal_sign[k]


def _size(v: np.ndarray) -> np.ndarray:
    return np.asarray(np.linalg.norm(v, axis=0))
