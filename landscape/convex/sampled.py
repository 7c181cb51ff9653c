"""A good network for data of any size, found in a few seconds, where visiting every pattern takes long."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from landscape.convex.solver.atoms import Atoms
from landscape.convex.solver.climbing import drawn, unit
from landscape.convex.solver.strategies import by_training
from landscape.convex.twin import ConvexSolution, solution_of
from landscape.geometry.support import Geometry, all_visited, spanned
from landscape.model.loss import squared_only
from landscape.model.output_bias import centred, centred_labels, share_of_mean
from landscape.model.problem import Problem

DIRECTIONS = 300
"""Neurons that are drawn for λ = 0, fewer where there are many samples."""

ENTRIES = 3_000_000
"""Most entries of the matrix of their outputs."""

CLIMBS = 3
"""How often a drawn neuron moves to the direction in which its own pattern correlates most with the labels."""

RESERVED = 0.1
"""Share of the time that is left for what follows the search: pruning neurons, and bounding what they reach."""


def best_over_samples(
    problem: Problem, *, seconds: float = 5.0, halted: Callable[[], bool] = lambda: False, seed: int = 0
) -> ConvexSolution:
    """Return a network of low objective for data of any size, by training wide networks and making them exact.

    As ``solve_convex``, but what to add is looked for by local ascent, and not in every cell: the network exists and
    its objective is exact, and how far it is from the best is what a short search proves. It ends early where it finds
    nothing more, and then depends on the seed alone. For λ = 0 and for a second layer of ones the network is the
    least-squares fit of drawn neurons.

    Arguments
        seconds: after which nothing more is looked for; halted: the same, as soon as it is True.
        seed: of all that is drawn.
    """
    squared_only(problem, "best_over_samples")
    begun = time.monotonic()
    space, rng = spanned(problem.X), np.random.default_rng(seed)
    if problem.lam > 0:
        left = (1.0 - RESERVED) * seconds - (time.monotonic() - begun)
        atoms = by_training(problem, space, rng, seconds=left, halted=halted)
    else:
        atoms = _fitted(problem, space, rng)
    return solution_of(problem, space, atoms.nonzero(), listed=all_visited(problem.n, space.X.shape[1]))


def _fitted(problem: Problem, space: Geometry, rng: np.random.Generator) -> Atoms:
    """Return the least-squares fit of drawn neurons, in units where rows and labels are of size 1."""
    labels, share = centred_labels(problem), share_of_mean(problem.n, problem.bias_penalty)
    if not problem.X.any() or not labels.any():
        return Atoms.none(problem.d)
    length, height = float(np.linalg.norm(space.X, axis=1).max()), float(np.linalg.norm(labels))
    X, y = space.X / length, labels / height
    count = int(np.clip(ENTRIES // problem.n, 10, DIRECTIONS))
    u = _directions(X, y, count, rng)
    atoms = _least_squares(X, y, u, ones=problem.second_layer == "ones", share=share)
    return Atoms(space.basis @ atoms.vectors * (height / length), atoms.sign)


def _directions(X: np.ndarray, y: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return unit neurons (r, 3 · count): drawn ones, and where those climb for either sign of the labels."""
    found = [drawn(X, count, rng)]
    for sign in (1.0, -1.0):
        u = found[0]
        for _ in range(CLIMBS):
            climbed = unit(sign * (X.T @ ((X @ u > 0) * y[:, None])))
            u = np.where(climbed.any(axis=0), climbed, u)
        found.append(u)
    return np.concatenate(found, axis=1)


def _least_squares(X: np.ndarray, y: np.ndarray, u: np.ndarray, *, ones: bool, share: float) -> Atoms:
    """Return neurons along u that fit the labels best, with signs as needed unless the second layer is of ones."""
    from scipy.optimize import nnls

    outputs = centred(np.maximum(X @ u, 0.0), share)
    if ones:
        try:
            amount = nnls(outputs, y)[0]
        except RuntimeError:  # it did not converge: no neuron is a network too
            return Atoms.none(X.shape[1])
    else:
        amount = np.linalg.lstsq(outputs, y, rcond=None)[0]
    return Atoms(u * np.abs(amount), np.where(amount < 0, -1.0, 1.0)).nonzero()
