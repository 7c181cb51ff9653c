"""The neuron missing from a network at a local minimum, at the size that lowers the loss most."""

from __future__ import annotations

import numpy as np

from landscape.convex.certificate import Certificate
from landscape.model.loss import squared_only
from landscape.model.network import Network, predict
from landscape.model.problem import Problem


def missing_neuron(problem: Problem, network: Network, certificate: Certificate) -> Network | None:
    """Return the neuron a certificate names as missing, as a network of its own, or None where none lowers the loss.

    With output h = relu(X u) and residual z, adding s·h costs ‖z − s h‖² + 2λ|s|, lowest at s = (zᵀh ∓ λ)₊/‖h‖². For a
    trained second layer the neuron is balanced, |w| = |alpha| = √|s|; with alpha = 1 it is s u.
    """
    squared_only(problem, "missing_neuron")
    u = certificate.missing
    if u is None:
        return None
    h = np.maximum(problem.X @ u, 0.0)
    pull = float((problem.y - predict(problem.X, network)) @ h)
    ones = problem.second_layer == "ones"
    size = max((pull if ones else abs(pull)) - problem.lam, 0.0) / float(h @ h) if h.any() else 0.0
    if size == 0.0:
        return None
    if ones:
        return Network(size * u[:, None], np.ones(1))
    return Network(np.sqrt(size) * u[:, None], np.array([np.sign(pull) * np.sqrt(size)]))
