"""Samples drawn from a seed, and the logistic objective written out anew."""

from __future__ import annotations

import numpy as np


def samples(n, d, seed=0):
    """Return X (n, d) and y (n,), drawn from a seed."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, np.sin(2 * X[:, 0]) + 0.3 * rng.standard_normal(n)


def logistic_objective(problem, network):
    """Return the summed logistic loss of ±1 labels and the penalty, written out anew."""
    f = np.maximum(problem.X @ network.W, 0) @ network.alpha + network.bias
    squares = (network.W**2).sum() + (network.alpha**2).sum()
    if problem.output_bias == "penalised":
        squares += network.bias**2
    return np.log1p(np.exp(-problem.y * f)).sum() + problem.lam * squares
