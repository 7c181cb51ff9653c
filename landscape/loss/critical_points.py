"""Where gradient descent can come to rest, in closed form: one or two neurons with alpha = 1 on one feature."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from landscape.model.excess import is_rounding
from landscape.model.loss import squared_only
from landscape.model.problem import Problem
from landscape.model.readable import readable

CANCELS = 1e-12
"""A sum Σ |x| y that is below this share of its terms' absolute sum is 0: the labels of that side cancel."""


class ComponentKind(Enum):
    """What a critical component is; the value is the sentence a visitor reads."""

    GLOBAL = "A global minimum: no network of this width does better."
    SPURIOUS = (
        "A local minimum that is not global: every small move raises the loss or keeps it, yet a lower loss exists."
    )
    SADDLE = "A saddle: the gradient is zero here, but the loss falls nearby."
    DEAD = "Dead: no neuron is active on any data point, so the gradient is zero and nothing moves."


@dataclass(frozen=True, eq=False)
class Component:
    """A connected piece of the critical set: all ``convex combination of vertices + non-negative sum of directions``.

    Arguments
        kind: what it is; loss: problem (1) on it, in units of y².
        vertices: (V, m) weights (w₁, …, w_m): two for a segment, otherwise one.
        directions: (R, m) none for a point or segment, one for a ray, two for a quadrant, 2m for everything.
        sentence: why runs end here.
    """

    kind: ComponentKind
    loss: float
    vertices: np.ndarray
    directions: np.ndarray
    sentence: str

    __repr__ = readable

    def __post_init__(self) -> None:
        self.vertices.setflags(write=False)
        self.directions.setflags(write=False)

    @property
    def shape(self) -> str:
        """What kind of set it is: "point", "segment", "ray", "quadrant" or "everything"."""
        if len(self.vertices) == 2:
            return "segment"
        names = ("point", "ray", "quadrant" if self.vertices.shape[1] == 2 else "everything")
        return names[len(self.directions)] if len(self.directions) < 3 else "everything"


@dataclass(frozen=True)
class Side:
    """The samples on one side of zero: with t ≥ 0 the total weight of the neurons there, they add a t² − 2 b t to ‖y‖².

    Arguments
        sign: +1 for x > 0, −1 for x < 0.
        a: Σ x², 0 where the side is empty.
        b: Σ |x| y, half the negative slope of the loss at t = 0.
    """

    sign: int
    a: float
    b: float

    @property
    def empty(self) -> bool:
        """Whether no sample lies on this side: its neurons are inactive everywhere."""
        return self.a == 0

    @property
    def has_positive_optimum(self) -> bool:
        """Whether the optimal weight t* of this side is above 0."""
        return self.b > 0

    @property
    def optimal_weight(self) -> float:
        """The weight t* ≥ 0 of least loss: b / a where that is positive, else 0."""
        return self.b / self.a if self.has_positive_optimum else 0.0

    @property
    def decrease(self) -> float:
        """The decrease of the loss from t = 0 to t*, in units of y²."""
        return self.b * self.optimal_weight if self.has_positive_optimum else 0.0


def sides(problem: Problem) -> tuple[Side, Side]:
    """Return the right and the left side of a problem with one feature: its loss depends on their a and b alone.

    Raises ValueError unless the problem has one feature and its second layer is fixed to 1.
    """
    if problem.d != 1 or problem.second_layer != "ones":
        raise ValueError(
            "problem must have one feature and second_layer 'ones' for a closed form, "
            f"but has {problem.d} and {problem.second_layer!r}."
        )
    x, y = problem.X[:, 0], problem.y
    found = []
    for sign in (1, -1):
        size = np.where(sign * x > 0, np.abs(x), 0.0)
        b = float(size @ y)
        found.append(Side(sign, float(size @ size), b if abs(b) > CANCELS * float(size @ np.abs(y)) else 0.0))
    return found[0], found[1]


def critical_set(problem: Problem, m: int = 2) -> tuple[Component, ...]:
    """Return the critical components of the loss of m = 1 or 2 neurons with alpha = 1 on one feature, any samples.

    Critical means that gradient descent rests there, the derivative of the ReLU at 0 taken as 0. A neuron at w > 0
    is active on the right side only, one at w < 0 on the left: the loss is ‖y‖² plus a t² − 2 b t for either side, and
    every component is a point, a segment, a ray or a quadrant. Where the ends of a segment of local minima are saddles
    they are listed once more.

    Raises ValueError for another m, more features, or a trained second layer.

    >>> from landscape import Problem, critical_set
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> for component in critical_set(problem, m=1):
    ...     print(component.kind.name, component.vertices.tolist(), component.loss)
    GLOBAL [[2.0]] 1.0
    SPURIOUS [[-1.0]] 4.0
    SADDLE [[0.0]] 5.0
    """
    squared_only(problem, "critical_set")
    right, left = sides(problem)
    if m not in (1, 2):
        raise ValueError(f"m must be 1 or 2 for a closed form, but was {m}.")
    if right.empty and left.empty:
        text = "All samples are at x = 0, where every network without bias is 0: all weights are equally good."
        return (_component(problem, ComponentKind.GLOBAL, np.zeros((1, m)), text, [*np.eye(m), *-np.eye(m)]),)
    return _one_neuron(problem, right, left) if m == 1 else _two_neurons(problem, right, left)


def optimal_networks(problem: Problem, m: int = 2) -> tuple[Component, ...]:
    """Return all weights that reach the lowest loss of m = 1 or 2 neurons: permutations, and whole segments."""
    squared_only(problem, "optimal_networks")
    return tuple(c for c in critical_set(problem, m) if c.kind is ComponentKind.GLOBAL)


def _one_neuron(problem: Problem, right: Side, left: Side) -> tuple[Component, ...]:
    best = max(right.decrease, left.decrease)
    found = []
    for side, other in ((right, left), (left, right)):
        if side.has_positive_optimum:
            lowest = is_rounding(problem, best - side.decrease)
            text = f"The neuron fits the samples with {_where(side)}"
            text += "; one neuron can do no better." if lowest else "; the other side would gain more."
            if other.has_positive_optimum:
                text += " It is active on one side only: a second neuron could fit the other."
            kind = ComponentKind.GLOBAL if lowest else ComponentKind.SPURIOUS
            found.append(_component(problem, kind, side.sign * side.optimal_weight * np.eye(1), text))
        elif side.empty:
            found.append(_inactive(problem, side, 1, optimal=best == 0))
    if not (right.empty or left.empty):
        found.append(_origin(problem, 1, optimal=best == 0))
    return tuple(found)


def _two_neurons(problem: Problem, right: Side, left: Side) -> tuple[Component, ...]:
    found = []
    if right.has_positive_optimum and left.has_positive_optimum:
        text = "One neuron fits each side of zero: the optimum."
        for pair in ([right.optimal_weight, -left.optimal_weight], [-left.optimal_weight, right.optimal_weight]):
            found.append(_component(problem, ComponentKind.GLOBAL, np.array([pair]), text))
    for side, other in ((right, left), (left, right)):
        ends = side.sign * side.optimal_weight * np.eye(2) + 0.0
        fits = f"One neuron fits the samples with {_where(side)}, the other is"
        if side.has_positive_optimum:
            text = f"Both neurons share the samples with {_where(side)}: only the sum of their weights counts."
            if other.has_positive_optimum:
                text += f" No neuron is active on {_where(other)}."
            found.append(
                _component(
                    problem, ComponentKind.SPURIOUS if other.has_positive_optimum else ComponentKind.GLOBAL, ends, text
                )
            )
        for end, direction in zip(ends, -side.sign * np.eye(2)[::-1] + 0.0, strict=True):
            if side.has_positive_optimum and other.has_positive_optimum:
                text = f"{fits} exactly 0: a push to {_where(other, 'w')} frees it."
                found.append(_component(problem, ComponentKind.SADDLE, end[None], text))
            elif side.has_positive_optimum and other.empty:
                text = f"{fits} inactive everywhere: its weight is free."
                found.append(_component(problem, ComponentKind.GLOBAL, end[None], text, [direction]))
        if side.empty:
            found.append(_inactive(problem, side, 2, optimal=not other.has_positive_optimum))
    if not (right.empty or left.empty):
        found.append(_origin(problem, 2, optimal=not (right.has_positive_optimum or left.has_positive_optimum)))
    return tuple(found)


def _component(
    problem: Problem, kind: ComponentKind, vertices: np.ndarray, sentence: str, directions: Sequence[np.ndarray] = ()
) -> Component:
    m = vertices.shape[1]
    # Not by way of a Network, whose weights are bounded: the optimal weight of a tiny x may lie beyond.
    residual = problem.y - np.maximum(problem.X @ vertices[:1], 0.0).sum(axis=1)
    return Component(
        kind, float(residual @ residual), vertices, np.array(directions, dtype=float).reshape(-1, m) + 0.0, sentence
    )


def _where(side: Side, symbol: str = "x") -> str:
    return f"{symbol} > 0" if side.sign > 0 else f"{symbol} < 0"


def _inactive(problem: Problem, side: Side, m: int, *, optimal: bool) -> Component:
    text = f"No sample has {_where(side)}, so neurons with {_where(side, 'w')} are never active and never move."
    if optimal:
        text = "No neuron is active on any sample, and the labels ask for none: the zero function is the optimum."
    kind = ComponentKind.GLOBAL if optimal else ComponentKind.DEAD
    return _component(problem, kind, np.zeros((1, m)), text, list(side.sign * np.eye(m)))


def _origin(problem: Problem, m: int, *, optimal: bool) -> Component:
    text = "All weights are exactly 0 and no neuron is active; a push towards samples that ask for it frees one."
    if optimal:
        text = "The labels ask for values below 0, which alpha = 1 cannot give: the zero function is the optimum."
    return _component(problem, ComponentKind.GLOBAL if optimal else ComponentKind.SADDLE, np.zeros((1, m)), text)
