"""Gradient flow of two neurons with alpha = 1 on one feature: the limit of every start, exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.loss.critical_points import Component, ComponentKind, Side, critical_set, sides
from landscape.model.loss import squared_only
from landscape.model.problem import Problem, finite_array
from landscape.model.readable import readable


@dataclass(frozen=True, eq=False)
class Region:
    """A part of the plane of starts (w₁, w₂) from which gradient flow does not reach the optimum.

    Arguments
        component: the critical component that its starts end in.
        polygon: (V, 2) its corners inside the window, in order; share: of the window's area.
    """

    component: Component
    polygon: np.ndarray
    share: float

    __repr__ = readable


@dataclass(frozen=True, eq=False)
class FlowBasins:
    """The exact basins of gradient flow in a window.

    Arguments
        regions: starts that do not reach the optimum; all others of the window do, except on lines of no area.
        share: of the window's area that reaches the optimum.
        sentence: how the basins are known.
    """

    regions: tuple[Region, ...]
    share: float
    sentence: str = "Exact: where gradient flow, the limit of small steps, ends."

    __repr__ = readable


def flow_basins(problem: Problem, low: float = -4.0, high: float = 4.0) -> FlowBasins:
    """Return the exact basins of gradient flow in the window [low, high]² of two weights.

    Two neurons of one sign have the same gradient, so w₁ − w₂ is conserved until one of them reaches 0: a start misses
    the optimum iff both neurons are on a side whose optimal weight t* exceeds |w₁ − w₂| while that of the other side is
    above 0 too, or on a side without samples while that of the other is above 0. Every other start, and every start of
    mixed signs, reaches the optimum.

    Raises ValueError unless low < high, X has one column and the second layer is fixed to 1.

    >>> from landscape import Problem, flow_basins
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> round(flow_basins(problem).share, 6)
    0.703125
    """
    squared_only(problem, "flow_basins")
    low, high = (float(end) for end in finite_array([low, high], "low and high", 1))
    if not low < high:
        raise ValueError(f"low must be below high, but they were {low:g} and {high:g}.")
    right, left = sides(problem)
    components = critical_set(problem)
    window = np.array([[low, low], [high, low], [high, high], [low, high]])
    regions = []
    for side, other in ((right, left), (left, right)):
        if not other.has_positive_optimum or not (side.has_positive_optimum or side.empty):
            continue
        cuts = [(side.sign * e, 0.0) for e in np.eye(2)]
        if side.has_positive_optimum:
            cuts += [(np.array([1.0, -1.0]), -side.optimal_weight), (np.array([-1.0, 1.0]), -side.optimal_weight)]
        polygon = window
        for normal, offset in cuts:
            polygon = _clipped(polygon, normal, offset)
        share = _area(polygon) / _area(window)
        if share > 0:
            regions.append(Region(_non_optimal_limit(components, side), polygon, share))
    return FlowBasins(tuple(regions), 1.0 - sum(region.share for region in regions))


def basin_of(problem: Problem, W: np.ndarray) -> np.ndarray:
    """Return, for starts W (2, ...), the index (...) into ``critical_set(problem)`` of the component in which gradient
    flow ends.

    A limit that lies on a segment and on a point of the critical set counts for the point.
    Raises ValueError as ``flow_ends`` does.

    >>> from landscape import Problem, basin_of, critical_set
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> critical_set(problem)[basin_of(problem, [1.5, 0.5])].kind.name
    'SPURIOUS'
    """
    squared_only(problem, "basin_of")
    ends = flow_ends(problem, W)
    components = critical_set(problem)
    distance = np.array([_distance(component, ends) for component in components])
    near = distance <= distance.min(axis=0) + 1e-12 * np.abs(ends).max(axis=0)
    size = np.array([len(component.vertices) + len(component.directions) for component in components])
    smallest = np.where(near, size.reshape(-1, *np.ones(ends.ndim - 1, dtype=int)), np.inf)
    return np.asarray(np.argmin(smallest, axis=0))


def flow_ends(problem: Problem, W: np.ndarray) -> np.ndarray:
    """Return where gradient flow ends, (2, ...), from starts W (2, ...), in closed form.

    A neuron at exactly 0 stays there, the derivative of the ReLU at 0 being taken as 0.
    Raises ValueError unless W is finite, X has one column and the second layer is fixed to 1.
    """
    squared_only(problem, "flow_ends")
    W = np.asarray(W, dtype=np.float64)
    if W.ndim < 1 or W.shape[0] != 2:
        raise ValueError(f"W must have the two weights of each start along its first axis, but has shape {W.shape}.")
    flat = finite_array(W.reshape(2, -1), "W", 2)
    right, left = sides(problem)
    ends = flat.copy()
    for i, j in ((0, 1), (1, 0)):
        mixed = (flat[i] > 0) & (flat[j] < 0)
        ends[i, mixed], ends[j, mixed] = _limits_on_both_sides(right, left, flat[i, mixed], -flat[j, mixed])
        for side, other in ((right, left), (left, right)):
            beside_zero = (side.sign * flat[i] > 0) & (flat[j] == 0)
            ends[i, beside_zero] = _limit_beside_zero(side, other, side.sign * flat[i, beside_zero])
    for side, other in ((right, left), (left, right)):
        both = (side.sign * flat > 0).all(axis=0)
        ends[:, both] = side.sign * _limits_on_one_side(side, other, side.sign * flat[:, both])
    return (ends + 0.0).reshape(W.shape)


def _limits_on_one_side(side: Side, other: Side, t: np.ndarray) -> np.ndarray:
    """Return the ends of two neurons t (2, N) > 0 on one side, as weights with this side positive."""
    if side.empty:
        return t
    gap = t[0] - t[1]
    ends = np.stack([side.optimal_weight + gap, side.optimal_weight - gap]) / 2.0
    if side.b < 0:
        ends[:, gap == 0] = -other.optimal_weight / 2.0
    reaches_zero = np.abs(gap) > side.optimal_weight
    for i, j in ((0, 1), (1, 0)):
        first = reaches_zero & ((gap > 0) == (i == 0))
        ends[i, first], ends[j, first] = _limits_on_both_sides(side, other, np.abs(gap[first]), np.zeros(first.sum()))
    return ends


def _limits_on_both_sides(side: Side, other: Side, p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends of a neuron at p ≥ 0 on one side and one at q ≥ 0 on the other, this side positive."""
    if side.b < 0 and other.has_positive_optimum:
        crossed, stayed = _limits_after_crossing(side, other, p, q)
        return -crossed, -stayed
    if other.b < 0 and side.has_positive_optimum:
        crossed, stayed = _limits_after_crossing(other, side, q, p)
        return stayed, crossed
    return (p if side.empty else np.full_like(p, side.optimal_weight)), -(
        q if other.empty else np.full_like(q, other.optimal_weight)
    )


def _limits_after_crossing(side: Side, other: Side, p: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the ends, on the other side, of a neuron p that crosses 0 and of the neuron q already there.

    Until p reaches 0 both weights relax exponentially to their sides' stationary values b / a, at rates 2a. If q is
    then below t*, both grow by the same amount; if it is above, the gradient keeps p at 0 from both sides while q falls
    to t*.
    """
    stationary = side.b / side.a
    remaining = (-stationary / (p - stationary)) ** (other.a / side.a)
    target = other.optimal_weight
    joined = target + (q - target) * remaining
    return np.maximum(target - joined, 0.0) / 2.0, np.where(joined < target, (target + joined) / 2.0, target)


def _limit_beside_zero(side: Side, other: Side, t: np.ndarray) -> np.ndarray:
    """Return where a single neuron at t > 0 on one side ends, as a weight."""
    if side.empty:
        return side.sign * t
    return np.full_like(t, side.sign * side.optimal_weight if side.b >= 0 else other.sign * other.optimal_weight)


def _non_optimal_limit(components: tuple[Component, ...], side: Side) -> Component:
    """Return the non-optimal component to which two neurons on one side converge."""
    kind = ComponentKind.DEAD if side.empty else ComponentKind.SPURIOUS
    inside = [c for c in components if c.kind is kind]
    return next(c for c in inside if side.sign * (c.vertices.sum() + c.directions.sum()) > 0)


def _distance(component: Component, points: np.ndarray) -> np.ndarray:
    """Return the Euclidean distance (...) of points (2, ...) from a component."""
    flat = points.reshape(2, -1).T
    start = component.vertices[0]
    if len(component.vertices) == 2:
        along = component.vertices[1] - start
        unit = along / np.abs(along).max()  # squares of an entry of 1e200 would overflow
        size = unit @ unit * np.abs(along).max()
        t = np.clip((flat - start) @ unit / size, 0.0, 1.0)
        nearest = start + t[:, None] * along
    else:
        up, down = (component.directions > 0).any(axis=0), (component.directions < 0).any(axis=0)
        nearest = np.clip(flat, np.where(down, -np.inf, start), np.where(up, np.inf, start))
    return np.asarray(np.hypot(*(flat - nearest).T).reshape(points.shape[1:]))


def _clipped(polygon: np.ndarray, normal: np.ndarray, offset: float) -> np.ndarray:
    """Return the part of a convex polygon (V, 2) where normal · w ≥ offset (Sutherland & Hodgman 1974)."""
    kept: list[np.ndarray] = []
    for a, b in zip(polygon, np.roll(polygon, -1, axis=0), strict=True):
        height_a, height_b = normal @ a - offset, normal @ b - offset
        if height_a >= 0:
            kept.append(a)
        if (height_a > 0 > height_b) or (height_a < 0 < height_b):
            kept.append(a + (b - a) * height_a / (height_a - height_b))
    return np.array(kept).reshape(-1, 2)


def _area(polygon: np.ndarray) -> float:
    if len(polygon) == 0:
        return 0.0
    x, y = (polygon - polygon[0]).T
    return float(abs(x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2.0)
