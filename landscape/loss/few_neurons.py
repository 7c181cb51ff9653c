"""The lowest loss found with few neurons: a search from many starts, which proves nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import sqrt

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.network import Network, objective
from landscape.model.output_bias import without_output_bias
from landscape.model.problem import LARGEST, Problem, without_underflow

STARTS = 24
"""Random starts of a search."""

STEPS = 400
"""Most steps of L-BFGS from each."""


def lowest_found(
    problem: Problem,
    m: int,
    known: Sequence[Network] = (),
    *,
    seed: int = 0,
    progress: Callable[[float], None] = lambda share: None,
    halted: Callable[[], bool] = lambda: False,
) -> Network:
    """Return the network of m neurons of lowest objective (1) that a search finds: no proof that none is lower.

    L-BFGS from STARTS random networks and from those that are known; of a wider one the m longest neurons, of a
    narrower one with neurons at 0.

    Arguments
        m: the width; known: networks of any width to start from, those of width m also as they are.
        seed: of the random starts.
        progress: called with the share of the starts done.
        halted: called between two starts; once True it must stay so.

    Raises ValueError unless m is a whole number of at least 1, or where there is an output bias.
    """
    squared_only(problem, "lowest_found")
    from scipy.optimize import minimize

    without_output_bias(problem, "The search for few neurons")
    if not isinstance(m, int | np.integer) or isinstance(m, bool) or m < 1:
        raise ValueError(f"m must be a whole number of at least 1, but was {m!r}.")
    ones, d = problem.second_layer == "ones", problem.d
    # Rows at most 1 long and ‖y‖ = 1, weights in units of the balanced neuron that goes with them.
    length = float(np.hypot.reduce(problem.X, axis=1).max()) or 1.0
    height = sqrt(float(problem.y @ problem.y)) or 1.0
    X, y, lam = problem.X / length, problem.y / height, problem.lam / length / height
    of_W, of_alpha = (height / length, 1.0) if ones else (sqrt(height / length), sqrt(height / length))
    trained = m * (d if ones else d + 1)

    def weights(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return theta[: d * m].reshape(d, m), np.ones(m) if ones else theta[d * m :]

    def loss(theta: np.ndarray) -> tuple[float, np.ndarray]:
        W, alpha = weights(theta)
        pre = X @ W
        hidden = np.maximum(pre, 0.0)
        left = hidden @ alpha - y
        in_W = 2.0 * (X.T @ ((pre > 0) * left[:, None])) * alpha + 2.0 * lam * W
        in_alpha = 2.0 * (hidden.T @ left) + 2.0 * lam * alpha
        value = float(left @ left + lam * (theta @ theta))
        return value, in_W.ravel() if ones else np.concatenate([in_W.ravel(), in_alpha])

    def network(theta: np.ndarray) -> Network | None:
        W, alpha = weights(theta)
        W, alpha = W * of_W, alpha * of_alpha
        if not (np.abs(W).max() <= LARGEST and np.abs(alpha).max() <= LARGEST):
            return None
        return Network(without_underflow(W), without_underflow(alpha))

    rng = np.random.default_rng(seed)
    starts = [_of_width(given, m, ones) for given in known]
    thetas = [np.concatenate([(s.W / of_W).ravel(), s.alpha / of_alpha])[:trained] for s in starts]
    thetas += [rng.standard_normal(trained) for _ in range(STARTS)]
    best = Network(np.zeros((d, m)), np.full(m, float(ones)))
    value = objective(problem, best)
    for place, theta in enumerate(thetas):
        if halted():
            break
        with np.errstate(all="ignore"):
            found = minimize(
                loss, theta, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "ftol": 0, "gtol": 1e-9}
            )
        for end in (network(found.x) if np.isfinite(found.x).all() else None, *starts[place : place + 1]):
            reached = np.inf if end is None else objective(problem, end)
            if end is not None and reached < value:
                best, value = end, reached
        progress((place + 1) / len(thetas))
    return best


def _of_width(network: Network, m: int, ones: bool) -> Network:
    """Return the m longest neurons of a network, or all of them with others at 0."""
    size = np.hypot.reduce(network.W, axis=0) * np.abs(network.alpha)
    kept = np.sort(np.argsort(-size, kind="stable")[:m])
    missing = m - len(kept)
    W = np.pad(network.W[:, kept], ((0, 0), (0, missing)))
    return Network(W, np.pad(network.alpha[kept], (0, missing), constant_values=float(ones)))
