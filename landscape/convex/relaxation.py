"""A dual vector from a semidefinite relaxation of the convex twin: a good one to bound the optimum with, in any d."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import sqrt
from typing import Any

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.output_bias import labels_left, zero_loss
from landscape.model.problem import Problem

MOST_ENTRIES = 600_000
"""The relaxation is solved where its matrix has at most so many entries: it takes some seconds there."""

ROOT_TWO = np.sqrt(2.0)

Part = tuple[np.ndarray, np.ndarray, np.ndarray | float]
"""Entries of a matrix: rows counted from the first one that is added, columns, and values."""


def is_small(problem: Problem) -> bool:
    """Return whether the relaxation of a problem is solved in seconds."""
    return problem.n * (problem.d + 1) * (problem.d + 2) <= MOST_ENTRIES


def relaxed_dual(problem: Problem) -> np.ndarray | None:
    """Return the residual z (n,) of the relaxed convex twin, λ > 0, second layer trained; None where the solver fails.

    A measure of unit neurons u of one sign has the mass r, the first moment u, and the second moment U ⪰ u uᵀ / r of
    trace at most r. With unit rows x, t = x·u and T = xᵀ U x, what a row of length 1 computes is an a with

        a ≥ 0,  a ≥ t,  a ≥ (t + T)/2,  a ≤ (t + √(T r))/2,

    the last two as |x·u| ≥ (x·u)² for unit neurons, and by Cauchy and Schwarz. Minimised is ‖a⁺ − a⁻ − y‖² + 2λ(r⁺ +
    r⁻), whose value is a lower bound of (1); an output bias is one more variable. Only the vector is returned:
    ``certify`` proves what it is worth, so that the solver's accuracy need not be trusted.
    """
    squared_only(problem, "relaxed_dual")
    scale, height = float(np.abs(problem.X).max()), sqrt(zero_loss(problem))
    if scale == 0 or height == 0:
        return None
    rows = problem.X / scale
    length = np.linalg.norm(rows, axis=1)
    order = np.argsort(length == 0, kind="stable")  # rows of zeros, which no neuron feels, come last
    felt = order[: int(np.count_nonzero(length))]
    longest = float(length.max())
    # Where the bias is free, labels far from 0 would cost digits.
    labels = labels_left(problem) if problem.bias_penalty == 0 else problem.y
    left = _solved(
        rows[felt] / length[felt][:, None],
        length[felt] / longest,
        labels[order] / height,
        problem.lam / (scale * longest) / height,
        problem.bias_penalty,
    )
    if left is None:
        return None
    z = np.empty(problem.n)
    z[order] = left * height
    return z


def _solved(unit: np.ndarray, length: np.ndarray, y: np.ndarray, lam: float, penalty: float) -> np.ndarray | None:
    """Return the misfit (n,) of the relaxation for unit rows (k, d), their lengths (k,), λ, and labels (n,).

    The last labels are those of rows of zeros. The output bias has a penalty: infinity where there is none.
    """
    import clarabel
    from scipy import sparse

    (n, d), i = unit.shape, np.arange(len(unit))
    size, every = (d + 1) * (d + 2) // 2, np.arange(len(y))
    # Variables: the misfit, then for either sign the triangle of [[U, u], [uᵀ, r]], and t, T, a and √(T r) of each row,
    # last the output bias.
    signs = [len(y) + k * (size + 4 * n) for k in range(2)]
    variables = signs[1] + size + 4 * n
    program = _Program()
    outputs: list[Part] = [
        (i, start + size + 2 * n + i, sign * length) for start, sign in zip(signs, (1.0, -1.0), strict=True)
    ]
    if penalty < np.inf:
        outputs.append((every, np.full(len(y), variables), 1.0))
        variables += 1
    program.add(clarabel.ZeroConeT(len(y)), len(y), (every, every, 1.0), *outputs, right=y)
    for start in signs:
        _add_sign(program, unit, start, size)
    cost, squares = np.zeros(variables), np.zeros(variables)
    cost[[start + size - 1 for start in signs]] = 2.0 * lam
    squares[: len(y)] = 2.0
    if penalty < np.inf:
        squares[-1] = 2.0 * penalty
    quadratic = sparse.csc_matrix(sparse.diags_array(squares))
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    A, b = program.matrix(variables), program.labels()
    found = np.array(clarabel.DefaultSolver(quadratic, cost, A, b, program.cones, settings).solve().x)
    return found[: len(y)] if len(found) == variables and np.all(np.isfinite(found)) else None


def _add_sign(program: _Program, unit: np.ndarray, start: int, size: int) -> None:
    """Add what holds for the neurons of one sign, whose variables begin at ``start``."""
    import clarabel

    (n, d), i = unit.shape, np.arange(len(unit))
    t, T, a, root = (start + size + k * n + i for k in range(4))
    # The solver has the triangle column by column, with √2 times what is off the diagonal.
    first, second = np.triu_indices(d + 1)
    order = np.lexsort((first, second))
    first, second = first[order], second[order]
    mass = start + size - 1

    def products(which: np.ndarray, values: np.ndarray) -> Part:
        columns = start + np.flatnonzero(which)
        return np.repeat(i, len(columns)), np.tile(columns, n), values.ravel()

    inside, edge = second < d, (first < d) & (second == d)
    both = unit[:, first[inside]] * unit[:, second[inside]] * np.where(first == second, 1.0, ROOT_TWO)[inside]
    program.add(clarabel.ZeroConeT(n), n, products(inside, both), (i, T, -1.0))
    program.add(clarabel.ZeroConeT(n), n, products(edge, unit[:, first[edge]] / ROOT_TWO), (i, t, -1.0))
    trace = start + np.flatnonzero(inside & (first == second))
    none = np.zeros(d, dtype=int)
    program.add(clarabel.NonnegativeConeT(1), 1, (none, trace, 1.0), (none[:1], np.array([mass]), -1.0))
    for parts in (
        ((i, a, -1.0),),
        ((i, a, -1.0), (i, t, 1.0)),
        ((i, a, -1.0), (i, t, 0.5), (i, T, 0.5)),
        ((i, a, 1.0), (i, t, -0.5), (i, root, -0.5)),
    ):
        program.add(clarabel.NonnegativeConeT(n), n, *parts)
    # √(T r) ≤ √T √r: the cone ‖(2 √(T r), T − r)‖ ≤ T + r, three rows each.
    every = np.full(n, mass)
    coupled: tuple[Part, ...] = (
        *((3 * i, T, -1.0), (3 * i, every, -1.0)),
        (3 * i + 1, root, -2.0),
        *((3 * i + 2, T, -1.0), (3 * i + 2, every, 1.0)),
    )
    program.add([clarabel.SecondOrderConeT(3)] * n, 3 * n, *coupled)
    whole = np.arange(size)
    program.add(clarabel.PSDTriangleConeT(d + 1), size, (whole, start + whole, -1.0))


@dataclass
class _Program:
    """Rows A x + s = b, with s in cones, that are added one after the other."""

    cones: list[Any] = field(default_factory=list)
    _parts: list[Part] = field(default_factory=list)
    _right: list[np.ndarray] = field(default_factory=list)
    _height: int = 0

    def add(self, cone: Any, height: int, *parts: Part, right: np.ndarray | float = 0.0) -> None:
        """Add rows and the cone, or cones, of their s."""
        self.cones += cone if isinstance(cone, list) else [cone]
        self._parts += [(self._height + row, column, value) for row, column, value in parts]
        self._right.append(np.broadcast_to(right, height))
        self._height += height

    def matrix(self, variables: int) -> Any:
        """Return A, sparse."""
        from scipy import sparse

        rows, columns = (np.concatenate([part[k] for part in self._parts]) for k in range(2))
        values = np.concatenate([np.broadcast_to(value, row.shape) for row, _, value in self._parts])
        return sparse.csc_matrix((values, (rows, columns)), shape=(self._height, variables))

    def labels(self) -> np.ndarray:
        """Return b."""
        return np.concatenate(self._right)
