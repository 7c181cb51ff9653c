"""λ by cross-validation: the same work for every λ and fold, from the middle of the path to what lies between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from sklearn.model_selection import check_cv

from landscape.convex.budget import Budget
from landscape.estimators.solving import FEWER, trained
from landscape.model.network import Network, predict
from landscape.model.problem import Problem

LOWEST = 1e-3
"""The last λ of a path that is given as a number of λ, as a share of λ_max."""

GRID = 3
"""From so many λ on the best of them is said to be at an end: two are a comparison, and no grid."""

BETTER = 0.01
"""Share of the loss by which it must then be better than its neighbour: else going on promises nothing."""

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


def folds_of(cv: object, X: np.ndarray, y: np.ndarray, *, classifier: bool = False) -> list[Fold]:
    """Return the folds of samples X (n, d) with labels or classes y (n,), none where ``cv`` is None.

    Raises ValueError where ``cv`` gives no folds, or what is no pair of indices of some samples.
    """
    if cv is None:
        return []
    pairs: Iterable[Any]
    if isinstance(cv, Iterable) and not isinstance(cv, str) and not hasattr(cv, "split"):
        pairs = cv
    else:
        pairs = check_cv(cv, y, classifier=classifier).split(X, y)
    folds = []
    for pair in pairs:
        try:
            train, test = (np.arange(len(y))[part] for part in pair)
        except (TypeError, ValueError, IndexError):
            raise ValueError(
                f"cv must give pairs of indices from 0 to {len(y) - 1}, of samples to train on and to hold out."
            ) from None
        if not train.size or not test.size:
            raise ValueError("cv must give folds with samples to train on and to hold out, but one has none.")
        folds.append((train, test))
    if not folds:
        raise ValueError(f"cv must give at least one fold, but {cv!r} gives none.")
    return folds


def order_of(count: int) -> list[int]:
    """Return so many indices from the middle one on, halving what lies between: the first ones cover all of them."""
    order, parts = [], [(0, count)] if count else []
    for begin, end in parts:
        middle = (begin + end - 1) // 2
        order.append(middle)
        parts.extend(part for part in ((begin, middle), (middle + 1, end)) if part[0] < part[1])
    return order


def held_out_scores(
    problem: Problem, lams: np.ndarray, folds: Sequence[Fold], score: Score, budget: Budget
) -> np.ndarray:
    """Return how well the samples of each fold are predicted from the others, (λ, fold), the larger the better.

    λ is that of all samples: where k of n are trained on, k/n of it weighs the same beside their part of the loss. The
    work is the same on any machine. After the budget's seconds nothing more is tried: those scores are NaN.
    """
    scores = np.full((len(lams), len(folds)), np.nan)
    parts = [replace(problem, X=problem.X[train], y=problem.y[train]) for train, _ in folds]
    found: dict[int, list[Network]] = {}
    for i in order_of(len(lams)):
        # A network of a larger λ has fewer neurons, to which others are added as easily.
        near = min(found, key=lambda k: (abs(k - i), k), default=None)
        networks: list[Network] = []
        for j, (train, test) in enumerate(folds):
            if budget.left <= 0.0:
                return scores
            part = replace(parts[j], lam=float(lams[i]) * len(train) / problem.n)
            networks.append(trained(part, FEWER, None if near is None else found[near][j]))
            scores[i, j] = score(problem.y[test], predict(problem.X[test], networks[j]))
        found[i] = networks
    return scores


def best_of(scores: np.ndarray) -> int:
    """Return the index of the λ that is best for all folds, of those that all have tried; without one, the middle."""
    mean = scores.mean(axis=1)
    return order_of(len(mean))[0] if np.isnan(mean).all() else int(np.nanargmax(mean))


def end_of(scores: np.ndarray, lams: np.ndarray, largest: float) -> str | None:
    """Return "smallest" or "largest" where that λ is clearly the best, and one beyond might be better; else None.

    Beyond ``largest`` nothing changes: the network is zero.
    """
    mean = scores.mean(axis=1)
    if len(mean) < GRID or np.isnan(mean).any():
        return None
    best = int(np.argmax(mean))
    beside = {0: 1, len(mean) - 1: len(mean) - 2}.get(best)
    if beside is None or not mean[best] - mean[beside] > BETTER * abs(mean[beside]):
        return None
    if best:
        return "smallest"
    return "largest" if lams[0] < largest else None
