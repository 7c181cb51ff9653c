"""The numbers of a loss over a grid in a trace: packed, or what the browser computes them from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from landscape.figures.loss_colours import LossScale
from landscape.figures.style import packed
from landscape.model.loss import squared_only
from landscape.model.network import Network
from landscape.model.problem import Problem

MOST_POINTS = 200
"""Data points up to which they take less room than the losses of a grid."""

Source = dict[str, Any]
"""What a browser computes a loss from: ``engine/loss_trace.js`` reads it."""


def of_weights(problem: Problem, network: Network, neurons: Sequence[int]) -> Source | None:
    """Return what problem (1) is computed from while the weights of one or two neurons of a network move.

    None where the browser does not compute it: for more than one feature, for other planes, which have no ``neurons``,
    and for data that take more room than the losses themselves.
    """
    squared_only(problem, "of_weights")
    if not neurons or not _is_computed(problem):
        return None
    weights = {"W": network.W[0].tolist(), "alpha": network.alpha.tolist(), "neurons": list(neurons)}
    return {**_data(problem), **weights}


def of_slopes(problem: Problem) -> Source | None:
    """Return what problem (2) is computed from over the two slopes; None where the browser does not compute it."""
    squared_only(problem, "of_slopes")
    return _data(problem) if _is_computed(problem) else None


def _is_computed(problem: Problem) -> bool:
    return problem.d == 1 and problem.n <= MOST_POINTS


def _data(problem: Problem) -> Source:
    data = {"x": problem.X[:, 0].tolist(), "y": problem.y.tolist()}
    return {**data, "lam": problem.lam, "layer": problem.second_layer}


def loss_numbers(
    x: np.ndarray, y: np.ndarray, loss: np.ndarray, scale: LossScale, source: Source | None
) -> dict[str, Any]:
    """Return the numbers of a trace: its places, their position on the colour map, and the loss itself as hover text.

    Arguments
        x, y, loss: (K,), (L,) and (L, K).
        source: what the browser computes the loss from, and these places; None to send them.
    """
    if source is None:
        return {"x": packed(x), "y": packed(y), "z": packed(scale.place(loss)), "customdata": packed(loss)}
    return {"meta": {"loss": {**source, "soft": scale.soft, "across": _spaced(x), "up": _spaced(y)}}}


def _spaced(places: np.ndarray) -> list[list[float]]:
    """Return increasing numbers (K,) as pairs [rank, number] between which they are evenly spaced, or as all pairs."""
    last = len(places) - 1
    ranks = np.array(sorted({0, last, *np.flatnonzero(places == 0.0).tolist()}))
    spaced = np.interp(np.arange(last + 1), ranks, places[ranks])
    if not np.array_equal(spaced, places):
        ranks = np.arange(last + 1)
    return [[int(rank), float(places[rank])] for rank in ranks]
