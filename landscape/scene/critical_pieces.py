"""The critical set of the loss where it has a closed form, cut to the window of a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from landscape.loss.critical_points import Component, ComponentKind, critical_set
from landscape.loss.surface import Plane
from landscape.model.excess import at_optimum
from landscape.model.network import predict
from landscape.model.problem import LARGEST, Problem, without_underflow
from landscape.results.solved_scenario import SolvedScenario


@dataclass(frozen=True, eq=False)
class CriticalPiece:
    """A part of the critical set in the plane of a picture.

    Arguments
        x, y: (k,) its vertices: a point, a line, or the outline of an area.
        loss: the loss all along it.
        label: its kind as text for a visitor; kind: its kind.
        optimal: whether its networks are global optima; lowest: whether they are the best of their width and not that.
        area: whether the vertices enclose it.
    """

    x: np.ndarray
    y: np.ndarray
    loss: float
    label: str
    kind: ComponentKind
    optimal: bool
    area: bool
    lowest: bool = False


@dataclass(frozen=True, eq=False)
class Named:
    """A component of the critical set before it is cut to a window, and what it is, as of a ``CriticalPiece``."""

    component: Component
    label: str
    optimal: bool
    lowest: bool

    @property
    def optimum(self) -> tuple[float, float] | None:
        """Where it is, of an optimum that is a point; for one neuron with 0 as its second coordinate."""
        vertices = self.component.vertices
        if not self.optimal or len(vertices) != 1 or len(self.component.directions):
            return None
        return float(vertices[0, 0]), float(vertices[0, 1]) if vertices.shape[1] > 1 else 0.0


def components_on(solved: SolvedScenario, plane: Plane, moving: tuple[int, ...]) -> tuple[Named, ...]:
    """Return the critical set of a plane of one or two neurons, empty where it has no closed form.

    The neurons held fixed only shift the labels: what is critical in a slice is critical for those shifted labels. A
    run that diverges may shift them beyond what labels may be; the critical set then lies outside of every picture.

    Arguments
        moving: the neurons that are the plane's coordinates.
    """
    problem = solved.problem
    if problem.d != 1 or problem.second_layer != "ones" or not moving:
        return ()
    left = without_underflow(problem.y - predict(problem.X, plane.origin))
    if np.max(np.abs(left)) > LARGEST:
        return ()
    shifted = Problem(problem.X, left, second_layer="ones")
    whole = plane.origin.m == len(moving)
    found = []
    for component in critical_set(shifted, len(moving)):
        optimal = component.kind is ComponentKind.GLOBAL and at_optimum(
            problem, component.loss - solved.proof.lower_bound
        )
        lowest = whole and component.kind is ComponentKind.GLOBAL and not optimal
        found.append(Named(component, _label(component, optimal, whole, solved.proof.closed), optimal, lowest))
    return tuple(found)


def pieces_of(
    components: Sequence[Named], xs: tuple[float, float], ys: tuple[float, float]
) -> tuple[CriticalPiece, ...]:
    """Return components of the critical set as they are seen in the window xs × ys."""
    found = []
    for named in components:
        component = named.component
        x, y, area = _drawn(component, xs, ys)
        found.append(
            CriticalPiece(x, y, component.loss, named.label, component.kind, named.optimal, area, named.lowest)
        )
    return tuple(found)


def _label(component: Component, optimal: bool, whole: bool, proven: bool) -> str:
    if optimal:
        return "Global optimum"
    if component.kind is ComponentKind.GLOBAL:
        return (
            ("Lowest of this width, above the optimum" if proven else "Lowest of this width")
            if whole
            else ("Lowest of this slice")
        )
    return {
        ComponentKind.SPURIOUS: "Local minimum, not global",
        ComponentKind.SADDLE: "Saddle",
        ComponentKind.DEAD: "Dead: nothing moves",
    }[component.kind]


def _drawn(
    component: Component, xs: tuple[float, float], ys: tuple[float, float]
) -> tuple[np.ndarray, np.ndarray, bool]:
    """Return a component as a polyline, leaving the window where it is unbounded, and whether it encloses an area."""
    vertices, directions = component.vertices, component.directions
    if vertices.shape[1] == 1:
        vertices, directions = (np.pad(a, ((0, 0), (0, 1))) for a in (vertices, directions))
        ys = (0.0, 0.0)
    low, high = np.array([xs[0], ys[0]]), np.array([xs[1], ys[1]])
    far = 2.0 * float(np.max(high - low)) + float(np.max(np.abs(vertices)))
    area = len(directions) > 1 and component.vertices.shape[1] == 2
    if len(directions) == 0:
        corners = vertices
    elif len(directions) == 1:
        corners = np.vstack([vertices[0], vertices[0] + far * directions[0]])
    elif area and component.shape == "quadrant":
        one, other = directions
        corners = vertices[0] + far * np.array([0 * one, one, one + other, other, 0 * one])
    else:
        corners = np.array([low, [high[0], low[1]], high, [low[0], high[1]], low]) if area else np.array([low, high])
    return corners[:, 0], corners[:, 1], area
