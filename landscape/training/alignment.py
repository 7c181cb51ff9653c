"""Where small neurons align: extremal directions, the optimum over a network's own patterns, the gap along a run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from landscape.convex.certificate import Certificate, certify
from landscape.convex.solver.cvxpy_model import optimal_value
from landscape.geometry.fan import fan
from landscape.model.loss import squared_only
from landscape.model.network import Network
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem
from landscape.training.along_a_run import current_patterns
from landscape.training.trajectory import Trajectory

SAME = 1e-9
"""Two unit directions closer than this are one."""


@dataclass(frozen=True, eq=False)
class Extremal:
    """A direction that small neurons turn to before they grow.

    Arguments
        u: (d,) the unit direction.
        sign: +1.0 or −1.0, the sign of the second layer of the neurons that turn to it.
        pull: sign · Σ y_k relu(x_k·u), in units of y·X: neurons there grow where it is positive and shrink where not.
        pattern: (n,) bool the samples active at u.
    """

    u: np.ndarray
    sign: float
    pull: float
    pattern: np.ndarray


def extremal_directions(problem: Problem) -> tuple[Extremal, ...]:
    """Return where the neurons of a tiny network align: the local maxima of ± Σ y_k relu(x_k·u) on the unit circle.

    As long as the output is near 0, w_j follows alpha_j Σ y_k x_k over its active samples (Maennel et al. 2018;
    Boursier et al. 2022). A maximum is either that vector itself, where it lies in its own cone, or a border between
    two cones whose vectors both point towards it. Raises ValueError for more than 2 features, or an output bias.
    """
    squared_only(problem, "extremal_directions")
    without_output_bias(problem, "The alignment of tiny neurons")
    X, y = problem.X, problem.y
    cones = fan(X)
    g = cones.sums(X, y)
    if problem.d == 1:
        candidates = [(cones.edges, sign) for sign in (1.0, -1.0)]
    else:
        edges = cones.edges
        tangent = np.stack([-edges[:, 1], edges[:, 0]], axis=1)
        noise = 1e-12 * float(np.linalg.norm(X, axis=1) @ np.abs(y))
        candidates = []
        for sign in (1.0, -1.0):
            s = sign * g
            inside = (cones.turns_in(s) > noise) & (cones.turns_out(s) > noise)
            # A border where the gain rises on the way in and falls on the way out, or is at the top of either cosine.
            before = np.roll(s, 1, axis=0)
            into, out = (before * tangent).sum(axis=1), (s * tangent).sum(axis=1)
            height_in, height_out = (before * edges).sum(axis=1), (s * edges).sum(axis=1)
            rises = (into > noise) | ((into >= -noise) & (height_in >= -noise))
            falls = (out < -noise) | ((out <= noise) & (height_out >= -noise))
            border = rises & falls & ((into - out > noise) | (height_out > noise))
            candidates.append((np.concatenate([s[inside], edges[border]]), sign))
    found: list[Extremal] = []
    for vectors, sign in candidates:
        for vector in vectors:
            u = vector / np.linalg.norm(vector)
            pattern = X @ u > 1e-12 * np.linalg.norm(X, axis=1)
            pull = sign * float(y @ np.maximum(X @ u, 0.0))
            if any(e.sign == sign and np.abs(e.u - u).max() < SAME for e in found) or not pattern.any():
                continue
            found.append(Extremal(u, sign, pull, pattern))
    return tuple(found)


def optimum_over_current_patterns(problem: Problem, network: Network) -> float:
    """Return the value of the convex program (2) over the patterns that a network's neurons have now, for any d.

    It is at or below the network's own objective, for every network lifts to a point of its own patterns' program: what
    training could reach if no neuron changed its pattern again and more of each pattern could be added. For λ = 0 it is
    a least-squares fit over the cones. NaN where the solver fails. Raises ValueError where there is an output bias.
    """
    squared_only(problem, "optimum_over_current_patterns")
    without_output_bias(problem, "The program over current patterns")
    D = current_patterns(problem, network)
    height = float(np.linalg.norm(problem.y))
    length = float(np.linalg.norm(problem.X, axis=1).max())
    if not len(D) or height == 0.0 or length == 0.0:
        return height**2
    X, y, lam = problem.X / length, problem.y / height, problem.lam / length / height
    value = optimal_value(X, y, lam, D, ones=problem.second_layer == "ones")
    return float(np.maximum(value, 0.0)) * height**2


def certificates(
    problem: Problem, run: Trajectory, frames: Iterable[int], dual: np.ndarray | None = None
) -> Iterator[Certificate]:
    """Yield the certificates of the stored iterates ``frames`` of a run, in their order.

    With ``dual``, the residual y − f of a global optimum, the gap is the distance to it; without, a bound.
    """
    squared_only(problem, "certificates")
    for frame in frames:
        yield certify(problem, run.network(frame), dual)
