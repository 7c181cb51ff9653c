"""λ by cross-validation: along a path of falling λ in each fold, every solution the start of the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from landscape.convex.budget import Budget
from landscape.estimators.solving import solved
from landscape.model.network import predict
from landscape.model.problem import Problem

LOWEST = 1e-3
"""The last λ of a path that is given as a number of λ, as a share of λ_max."""

TRAINED = 0.3
"""The share of a budget's seconds that a solution without a proof takes."""

Fold = tuple[np.ndarray, np.ndarray]
"""Indices of the samples that are trained on, and of those held out."""

Score = Callable[[np.ndarray, np.ndarray], float]
"""How well scores f(X) (k,) fit labels (k,): the larger the better."""


def path_of(lams: object, largest: float) -> np.ndarray:
    """Return falling λ: as many as ``lams`` says from ``largest`` to ``LOWEST`` of it, evenly in log λ, or those in it.

    Raises ValueError where they are not one or more numbers above 0.
    """
    if isinstance(lams, int | np.integer) and not isinstance(lams, bool) and lams >= 1:
        return np.asarray(largest * np.geomspace(1.0, LOWEST, int(lams)))
    try:
        given = np.array(lams, dtype=float)
    except (TypeError, ValueError):
        given = np.empty(0)
    if given.ndim != 1 or not given.size or not (np.isfinite(given) & (given > 0)).all():
        raise ValueError(
            f"lams must be a number of values, at least 1, or a list of numbers above 0, but was {lams!r}."
        )
    return np.sort(given)[::-1]


def held_out_scores(
    problem: Problem, lams: np.ndarray, folds: Sequence[Fold], score: Score, budget: Budget
) -> np.ndarray:
    """Return how well the samples of each fold are predicted from the others, (λ, fold), the larger the better.

    λ is that of all samples: where k of n are trained on, k/n of it weighs the same beside their part of the loss. No
    bound is looked for, and the seconds are shared out evenly.
    """
    scores = np.empty((len(lams), len(folds)))
    left = scores.size
    for j, (train, test) in enumerate(folds):
        part = replace(problem, X=problem.X[train], y=problem.y[train])
        near = None
        for i, lam in enumerate(lams):
            allowed = Budget(seconds=budget.left / left / TRAINED, nodes=0)
            near = solved(replace(part, lam=float(lam) * len(train) / problem.n), allowed, near)
            scores[i, j] = score(problem.y[test], predict(problem.X[test], near.network))
            left -= 1
    return scores
