"""What the tests of trained networks share: one thread, small modules, and their objective as PyTorch computes it."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch")
torch.set_num_threads(1)


def two_layers(d, m, *, hidden_bias=True, output_bias=True, seed=0, dtype=None):
    """Return a module of two linear layers with a ReLU between, its weights drawn from a seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return torch.nn.Sequential(
            torch.nn.Linear(d, m, bias=hidden_bias, dtype=dtype),
            torch.nn.ReLU(),
            torch.nn.Linear(m, 1, bias=output_bias, dtype=dtype),
        )


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
