"""Without regularisation the cones can be dropped: a gated ReLU network, and its decomposition into a ReLU network."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.convex.unregularised import least_loss, out_of_reach
from landscape.geometry.fan import fan
from landscape.model.excess import at_optimum
from landscape.model.loss import squared_only
from landscape.model.network import Network, objective
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem
from landscape.model.readable import readable


@dataclass(frozen=True, eq=False)
class GatedFit:
    """A least-squares fit Σ D_i X g_i of gated ReLUs, whose gates D_i are fixed and whose weights are free.

    Arguments
        weights: (d, S) g_i, one a sector of the plane of neurons, the fit of least norm.
        value: ‖Σ D_i X g_i − y‖², in units of y²: that of the best ReLU network, for K_i − K_i is the whole space.
        network: the ReLU network its cone decomposition gives.
    """

    weights: np.ndarray
    value: float
    network: Network

    __repr__ = readable


def gated_fit(problem: Problem) -> GatedFit:
    """Fit gated ReLUs over all patterns and decompose each weight into two neurons of its cone (Mishkin et al., 2022).

    A weight g outside ±K lies between two edges, g = a r₀ − b r₁ with a, b ≥ 0, and (a r₀, b r₁) has the least
    ‖u‖ + ‖v‖ among all u − v = g with u, v ∈ K: the unit ball of that norm is bounded by the arcs of ±K and the chords
    between them.

    Raises ValueError unless d = 2, λ = 0, and there is no output bias: elsewhere the cones matter, or are not planar.
    Raises ValueError, too, where rounding hides what the theorem says: cones so narrow that their neurons are one in
    floating-point numbers.

    >>> from landscape import Problem, gated_fit
    >>> fit = gated_fit(Problem(X=[[-0.5, 1.0], [1.0, 1.0]], y=[1.0, -2.0]))
    >>> fit.value < 1e-12
    True
    """
    squared_only(problem, "gated_fit")
    without_output_bias(problem, "The gated fit")
    if problem.d != 2:
        raise ValueError(f"problem must have d = 2 for planar cones, but has d = {problem.d}.")
    if problem.lam > 0:
        raise ValueError(f"problem must have lam = 0, where the cones can be dropped, but has {problem.lam:g}.")
    X, y = problem.X, problem.y
    cones = fan(X)
    D = cones.active(np.arange(cones.sectors))
    design = np.concatenate([D[s][:, None] * X for s in range(cones.sectors)], axis=1)
    g = np.linalg.lstsq(design, y, rcond=None)[0]
    left = design @ g - y
    weights = g.reshape(cones.sectors, 2)
    vectors, signs = [], []
    for weight, start, end in zip(weights, cones.edges, cones.ends, strict=True):
        for vector, sign in decomposed(weight, start, end):
            vectors.append(vector)
            signs.append(sign)
    network = Network(np.zeros((2, 1)), np.zeros(1))
    if vectors:
        root = np.sqrt(np.linalg.norm(vectors, axis=1))
        network = Network((np.array(vectors) / root[:, None]).T, np.array(signs) * root)
    fit = GatedFit(weights.T, float(left @ left), network)
    beyond = out_of_reach(X, y)
    least = fit.value if beyond is None else least_loss(y, beyond, problem.d)
    if not all(at_optimum(problem, abs(reached - least)) for reached in (fit.value, objective(problem, network))):
        raise ValueError(_TOO_NARROW)
    return fit


_TOO_NARROW = "problem has cones so narrow that floating-point numbers do not tell their neurons apart."


def decomposed(g: np.ndarray, start: np.ndarray, end: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Return g (2,) as signed vectors of the cone between two edges: u alone, v alone, or one along each edge.

    Raises ValueError where the edges are one and g is not 0.
    """
    if not g.any():
        return []
    try:
        a, b = np.linalg.solve(np.column_stack([start, end]), g)
    except np.linalg.LinAlgError:
        raise ValueError(_TOO_NARROW) from None
    if a >= 0 and b >= 0:
        return [(g, 1.0)]
    if a <= 0 and b <= 0:
        return [(-g, -1.0)]
    return [(abs(a) * start, float(np.sign(a))), (abs(b) * end, float(np.sign(b)))]
