"""Quantities along a run: kinks and norms of its neurons, their activation patterns, and the distance moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.model.network import Network
from landscape.model.problem import Problem
from landscape.training.trajectory import Trajectory


@dataclass(frozen=True, eq=False)
class Triangles:
    """Every neuron of a run over one feature with a bias, as a triangle.

    Arguments
        kink: (T+1, m) the x where relu(w x + b) bends, −b/w; NaN where w = 0.
        norm: (T+1, m) ‖(w, b)‖.
        side: (T+1, m) the side of the kink on which it is active: +1.0 right, −1.0 left, 0.0 where w = 0.
        sign: (T+1, m) the sign of its second layer.
    """

    kink: np.ndarray
    norm: np.ndarray
    side: np.ndarray
    sign: np.ndarray


def triangles(run: Trajectory) -> Triangles:
    """Return the kinks, norms and sides of a run whose features are x and a column of ones.

    Raises ValueError for any other number of features.
    """
    if run.W.shape[1] != 2:
        raise ValueError(f"W must have 2 rows, a weight and a bias, but has {run.W.shape[1]}.")
    w, b = run.W[:, 0], run.W[:, 1]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        kink = np.where(w != 0, -b / w, np.nan)
    kink[np.isinf(kink)] = np.nan
    return Triangles(kink, np.hypot(w, b), np.sign(w), np.sign(run.alpha))


def pattern_codes(problem: Problem, run: Trajectory) -> np.ndarray:
    """Return the samples each neuron is active on (X w > 0), as the bits of (T+1, m, ⌈n/8⌉) bytes (``np.packbits``)."""
    frames, _, m = run.W.shape
    codes = np.empty((frames, m, (problem.n + 7) // 8), dtype=np.uint8)
    for t, W in enumerate(run.W):
        codes[t] = np.packbits((problem.X @ W > 0).T, axis=1)
    return codes


@dataclass(frozen=True, eq=False)
class PatternHistory:
    """Activation patterns along a run.

    Arguments
        distinct: (T+1,) number of different patterns, that of a dead neuron included.
        dead: (T+1,) number of neurons active on no sample.
        changed: (T+1,) share of the neurons whose pattern is not that of the start.
        crossed: (T+1,) number of neurons whose pattern is not that of the stored iterate before; 0 at the start.
    """

    distinct: np.ndarray
    dead: np.ndarray
    changed: np.ndarray
    crossed: np.ndarray


def pattern_history(problem: Problem, run: Trajectory) -> PatternHistory:
    """Return how the patterns of a run's neurons change."""
    codes = pattern_codes(problem, run)
    whole = np.ascontiguousarray(codes).view(f"V{codes.shape[2]}")[:, :, 0]
    crossed = (codes[1:] != codes[:-1]).any(axis=2).sum(axis=1)
    return PatternHistory(
        distinct=np.array([len(np.unique(row)) for row in whole]),
        dead=(~codes.any(axis=2)).sum(axis=1),
        changed=(codes != codes[0]).any(axis=2).mean(axis=1),
        crossed=np.concatenate([[0], crossed]),
    )


def distance_moved(run: Trajectory) -> np.ndarray:
    """Return the Euclidean distance (T+1,) of all weights from their start, an output bias included."""
    squared = ((run.W - run.W[0]) ** 2).sum(axis=(1, 2)) + ((run.alpha - run.alpha[0]) ** 2).sum(axis=1)
    return np.asarray(np.sqrt(squared + (run.bias - run.bias[0]) ** 2))


def current_patterns(problem: Problem, network: Network) -> np.ndarray:
    """Return the different non-empty patterns (P, n) of a network's neurons, X w > 0."""
    D = np.unique((problem.X @ network.W > 0).T, axis=0)
    return D[D.any(axis=1)]
