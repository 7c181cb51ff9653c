"""Problems of one feature without a bias, and networks for them: random, degenerate, enormous and tiny ones."""

from __future__ import annotations

import numpy as np

from landscape.geometry.lambda_max import lambda_max
from landscape.model.network import Network
from landscape.model.problem import Problem


def problems(seed: int, count: int) -> list[Problem]:
    """Random problems of one feature, every fourth of them degenerate, every tenth enormous or tiny."""
    rng = np.random.default_rng(seed)
    found: list[Problem] = []
    while len(found) < count:
        k, n = len(found), int(rng.choice([1, 2, 2, 2, 2, 3, 5, 8, 9, 12]))
        x, y = rng.normal(size=n), rng.normal(size=n)
        if k % 3 == 0:
            x, y = np.round(2 * x) / 2, np.round(2 * y) / 2  # zeros, equal points, round numbers
        if k % 4 == 1:
            spoilt = rng.integers(6)
            x = [np.full(n, x[0]), np.zeros(n), np.abs(x), x, x, -np.abs(x)][spoilt]
            y = [y, y, y, np.zeros(n), -np.abs(y), np.full(n, y[0])][spoilt]
        if k % 10 == 3:
            x, y = x * 10.0 ** rng.integers(-6, 7), y * 10.0 ** rng.integers(-6, 7)
        layer = "ones" if k % 2 else "trained"
        fraction = 0.0 if layer == "ones" else rng.choice([0.0, 0.0, 0.02, 0.3, 1.0, 1.5])
        lam = fraction * lambda_max(Problem(x[:, None], y))
        found.append(Problem(x[:, None], y, lam, layer))
    return found


def network(problem: Problem, rng: np.random.Generator, m: int, scale: float = 1.0) -> Network:
    """A random network of the size that a problem's labels ask for."""
    reach = max(np.abs(problem.y).max(), 1e-9) / max(np.abs(problem.X).max(), 1e-9)
    if problem.second_layer == "ones":
        return Network(scale * reach * rng.normal(size=(1, m)), np.ones(m))
    return Network(scale * np.sqrt(reach) * rng.normal(size=(1, m)), scale * np.sqrt(reach) * rng.normal(size=m))
