"""Loss and slope of many networks are those of each, in both array orders."""

import numpy as np
import pytest

from landscape.model.network import Network, gradient, objective
from landscape.model.problem import Problem
from landscape.training import batched_gradient
from landscape.training.descent import descend_many


@pytest.mark.parametrize(("n", "m", "B"), [(3, 2, 7), (1, 1, 1), (40, 30, 5), (4, 400, 1)])
@pytest.mark.parametrize(("layer", "lam"), [("trained", 0.0), ("trained", 0.3), ("ones", 0.0)])
def test_gradients_of_many_networks_are_those_of_each(n, m, B, layer, lam):
    rng = np.random.default_rng(n + m)
    X = rng.normal(size=(n, 3))
    X[0] = 0.0
    problem = Problem(X, rng.normal(size=n), lam, layer)
    V, A = rng.normal(size=(3, m, B)), rng.normal(size=(m, B)) if layer == "trained" else np.ones((m, B))
    V[:, 0] = 0.0
    F, grads, gate = batched_gradient.loss_and_gradient(problem, V, A)
    assert len(grads) == (2 if layer == "trained" else 1)
    for b in range(B):
        network = Network(V[..., b], A[:, b])
        wanted = gradient(problem, network)
        assert F[b] == pytest.approx(objective(problem, network), rel=1e-12)
        assert np.array_equal(gate[..., b], X @ V[..., b] > 0)
        for mine, theirs in zip(grads, wanted, strict=False):
            assert np.allclose(mine[..., b], theirs, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(("n", "m"), [(5, 4), (50, 30)])
def test_starts_handled_in_groups_end_like_those_handled_alone(n, m, monkeypatch):
    rng = np.random.default_rng(0)
    problem = Problem(rng.normal(size=(n, 2)), rng.normal(size=n), 0.1)
    W, alpha, step = rng.normal(size=(9, 2, m)), rng.normal(size=(9, m)), np.geomspace(1e-5, 1e-3, 9)
    together = descend_many(problem, W, alpha, step=step, n_steps=60)
    monkeypatch.setattr(batched_gradient, "MOST_BYTES", 8 * n * m * 4)
    grouped = descend_many(problem, W, alpha, step=step, n_steps=60)
    assert grouped.outcome == together.outcome
    assert np.array_equal(grouped.steps, together.steps)
    for name in ("W", "alpha", "objective"):
        assert np.allclose(getattr(grouped, name), getattr(together, name), rtol=1e-9, atol=1e-12)
    assert batched_gradient.batch_size(problem, 10**6) == 1
