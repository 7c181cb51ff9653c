"""The best network that sampled neurons lead to, where visiting every pattern takes long: a value, and no proof."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.cell_columns import solve_by_cells
from landscape.convex.twin import ConvexSolution, solution_of
from landscape.geometry.cells import row_space
from landscape.geometry.sphere import Peaks
from landscape.geometry.support import Geometry
from landscape.model.problem import Problem

DIRECTIONS = 300
"""Neurons that are drawn at a time, fewer where there are many samples."""

ENTRIES = 3_000_000
"""Most entries of the matrix of their outputs."""

CLIMBS = 3
"""How often a drawn neuron moves to the direction in which its own pattern correlates most with the residual."""


def best_over_samples(
    problem: Problem, *, seconds: float = 5.0, halted: Callable[[], bool] = lambda: False, seed: int = 0
) -> ConvexSolution:
    """Return a network of low objective for data of any size, by column generation over drawn neurons.

    As ``solve_convex``, but the neurons to add are looked for among ``DIRECTIONS`` drawn ones, improved by ``CLIMBS``
    steps, and not in every cell: the network exists and its objective is exact, while its certificate has visited
    samples only. For λ = 0 and for a second layer of ones the network is the least-squares fit of the drawn neurons.

    Arguments
        seconds: after which no more neurons are looked for; halted: the same, as soon as it is True.
        seed: of the drawn neurons.
    """
    basis = row_space(problem.X)
    if not basis.shape[1] or not problem.y.any():
        return solution_of(problem, Geometry.without_cells(problem.X), Atoms.none(problem.d))
    reduced = problem.X @ basis
    length = float(np.linalg.norm(reduced, axis=1).max())
    height = float(np.linalg.norm(problem.y))
    X, y, lam = reduced / length, problem.y / height, problem.lam / length / height
    rng = np.random.default_rng(seed)
    count = int(np.clip(ENTRIES // problem.n, 10, DIRECTIONS))
    if lam == 0:
        atoms = _least_squares(X, y, _directions(X, y, count, rng), ones=problem.second_layer == "ones")
    else:
        end = time.monotonic() + seconds

        def peaks_of(residual: np.ndarray, level: float) -> Peaks:
            if halted() or time.monotonic() > end:
                return Peaks(np.zeros((X.shape[1], 0)), np.zeros(0), np.zeros(0))
            return _peaks(X, residual, _directions(X, residual, count, rng), level)

        atoms = solve_by_cells(X, y, lam, peaks_of)
    whole = Atoms(basis @ atoms.vectors * (height / length), atoms.sign).nonzero()
    return solution_of(problem, Geometry.without_cells(reduced, basis), whole)


def _directions(X: np.ndarray, z: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return unit neurons (r, 3 · count): drawn ones, and where those climb for either sign of the residual."""
    scale = np.abs(X).max(axis=0)
    drawn = rng.standard_normal((X.shape[1], count)) / np.where(scale > 0, scale, 1.0)[:, None]
    found = [_unit(drawn)]
    for sign in (1.0, -1.0):
        u = found[0]
        for _ in range(CLIMBS):
            u = _unit(sign * (X.T @ ((X @ u > 0) * z[:, None])), u)
        found.append(u)
    return np.concatenate(found, axis=1)


def _unit(u: np.ndarray, instead: np.ndarray | None = None) -> np.ndarray:
    size = np.linalg.norm(u, axis=0)
    unit: np.ndarray = np.divide(u, size, out=np.zeros_like(u) if instead is None else instead.copy(), where=size > 0)
    return unit


def _peaks(X: np.ndarray, z: np.ndarray, u: np.ndarray, level: float) -> Peaks:
    value = z @ np.maximum(X @ u, 0.0)
    order = np.argsort(-np.abs(value), kind="stable")
    order = order[np.abs(value[order]) > level]
    return Peaks(u[:, order], np.abs(value[order]), np.sign(value[order]))


def _least_squares(X: np.ndarray, y: np.ndarray, u: np.ndarray, *, ones: bool) -> Atoms:
    """Return neurons along u that fit the labels best, with signs as needed unless the second layer is of ones."""
    from scipy.optimize import nnls

    outputs = np.maximum(X @ u, 0.0)
    if ones:
        try:
            amount = nnls(outputs, y)[0]
        except RuntimeError:  # it did not converge: no neuron is a network too
            return Atoms.none(X.shape[1])
    else:
        amount = np.linalg.lstsq(outputs, y, rcond=None)[0]
    return Atoms(u * np.abs(amount), np.where(amount < 0, -1.0, 1.0)).nonzero()
