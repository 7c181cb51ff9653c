"""Basins by simulation: where training ends from a grid of starts, for any problem, plane, optimiser and step."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.loss.surface import Plane, neuron_plane
from landscape.model.excess import at_optimum, label_size
from landscape.model.loss import squared_only
from landscape.model.network import Network, check_fits
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import Problem, finite_array
from landscape.model.readable import readable
from landscape.training.descent import StepSize, descend_many
from landscape.training.optimisers import NAMES, Method


@dataclass(frozen=True, eq=False)
class SimulatedBasins:
    """Where runs from a grid of starts ended.

    Arguments
        w1, w2: (K,) and (L,) coordinates of the starts in ``plane``.
        loss: (L, K) problem (1) where the run from there ended.
        outcome: (L, K) why it ended (Outcome).
        reached: (L, K) whether it ended at the optimum; share: of the starts whose run did.
        levels: the losses at which runs ended and the share of each, the commonest first.
        sentence: how the basins are known.
    """

    w1: np.ndarray
    w2: np.ndarray
    loss: np.ndarray
    outcome: np.ndarray
    reached: np.ndarray
    share: float
    levels: tuple[tuple[float, float], ...]
    plane: Plane
    sentence: str

    __repr__ = readable


def simulated_basins(
    problem: Problem,
    w1: np.ndarray,
    w2: np.ndarray,
    *,
    optimum: float,
    step: StepSize,
    n_steps: int = 500,
    method: Method = "gd",
    base: Network | None = None,
    neurons: tuple[int, int] = (0, 1),
    plane: Plane | None = None,
) -> SimulatedBasins:
    """Train from every point of a grid of starts in a plane of weights, all at once.

    Arguments
        w1, w2: (K,) and (L,) coordinates; base, neurons, plane: the plane, as in ``loss_surface``.
        optimum: the loss that counts as success, as proven by the convex twin.
        step, n_steps, method: as in ``descend``.

    Raises ValueError as ``loss_surface`` and ``descend`` do.

    >>> from landscape import Problem, simulated_basins
    >>> problem = Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], second_layer="ones")
    >>> simulated_basins(problem, [-3.0, 3.0], [-3.5, -0.5], optimum=0.0, step=0.02).reached.tolist()
    [[False, True], [True, True]]
    """
    squared_only(problem, "simulated_basins")
    without_output_bias(problem, "The map of basins")
    w1, w2 = finite_array(w1, "w1", 1), finite_array(w2, "w2", 1)
    if plane is None:
        plane = neuron_plane(base if base is not None else Network(np.zeros((1, 2)), np.ones(2)), neurons)
    check_fits(problem, plane.origin)
    a, b = (grid.ravel()[:, None] for grid in np.meshgrid(w1, w2))
    W = plane.origin.W + a[..., None] * plane.first.W + b[..., None] * plane.second.W
    alpha = plane.origin.alpha + a * plane.first.alpha + b * plane.second.alpha
    runs = descend_many(problem, W, alpha, step=step, n_steps=n_steps, method=method, keep=2)
    loss, shape = runs.objective[:, -1], (len(w2), len(w1))
    unit = label_size(problem)
    outcome = np.empty(len(loss), dtype=object)
    outcome[:] = runs.outcome
    with np.errstate(over="ignore"):  # of runs that diverged: beyond the largest number they count as one level
        rounded, counts = np.unique(np.round(loss / unit, 6), return_counts=True)
        order = np.argsort(-counts, kind="stable")
        levels = tuple((float(rounded[i] * unit), float(counts[i] / len(loss))) for i in order)
    reached = at_optimum(problem, loss - optimum)
    name = NAMES[method]
    sentence = f"Simulated: {len(loss):,} runs of {name} with the step size chosen, at most {n_steps:,} steps each."
    return SimulatedBasins(
        w1,
        w2,
        loss.reshape(shape),
        outcome.reshape(shape),
        reached.reshape(shape),
        float(np.mean(reached)),
        levels,
        plane,
        sentence,
    )
