"""Negative curvature: whether a network that hardly moves is at rest or is leaving a saddle."""

from __future__ import annotations

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.network import Network
from landscape.model.output_bias import centred, labels_left, share_of_mean
from landscape.model.problem import Problem

FLAT = 2e-6
"""Curvature below this share of Σ ‖x_i‖ |y_i|, a millionth of that of the zero network, counts as none; labels less an
output bias."""


def leaves_saddle(problem: Problem, network: Network) -> bool:
    """Return whether the Hessian of problem (1), within the current activation pattern, has a negative direction.

    With a fixed second layer the loss is convex there, so it has none. Otherwise the Hessian is B + 2 JᵀJ, with J
    the (n, p) Jacobian of the prediction and B block diagonal: a neuron's block couples its alpha to w through
    g = Xᵀ D (f − y) and has eigenvalues 2 (λ ± ‖g‖) and 2λ. The signs of its p eigenvalues are counted directly,
    or, for wide networks, by Haynsworth's inertia formula from the (n, n) matrix −I/2 − J B⁻¹ Jᵀ.
    An output bias has curvature of its own, above 0: what it leaves has the same signs, and ``centred`` columns of J.
    Curvature below FLAT counts as none.
    """
    squared_only(problem, "leaves_saddle")
    if problem.second_layer == "ones":
        return False
    X, y, W, alpha = problem.X, problem.y, network.W, network.alpha
    d, m = W.shape
    tolerance = FLAT * float(np.linalg.norm(X, axis=1) @ np.abs(labels_left(problem)))
    shift = 2.0 * problem.lam + tolerance
    if shift == 0.0:
        return False
    pre = X @ W
    active = pre > 0
    hidden = np.maximum(pre, 0.0)
    coupling = 2.0 * X.T @ (active * (hidden @ alpha - (y - network.bias))[:, None])
    strength = np.linalg.norm(coupling, axis=0)
    if not (strength > shift).any():
        return False
    J = np.concatenate([(active * alpha)[:, None, :] * X[:, :, None], hidden[:, None, :]], axis=1)
    J = centred(J, share_of_mean(problem.n, problem.bias_penalty))
    if (d + 1) * m <= max(problem.n, 60):
        return _smallest_eigenvalue(J, coupling, shift) < 0.0
    return _negative_count(J, coupling, strength, shift) > 0


def may_grow(problem: Problem, network: Network) -> bool:
    """Return whether, in some cone, a tiny neuron might outgrow the decay λ > 0: its pull |rᵀ relu(X w)| is bounded.

    While a neuron decays to 0 it may turn into a cone where it grows; without regularisation a neuron that correlates
    with the residual grows in its own cone.
    """
    squared_only(problem, "may_grow")
    residual = np.maximum(problem.X @ network.W, 0.0) @ network.alpha - (problem.y - network.bias)
    weighted = residual * np.linalg.norm(problem.X, axis=1)
    pull = max(float(weighted[weighted > 0].sum()), -float(weighted[weighted < 0].sum()))
    return 0.0 < problem.lam < pull


def _smallest_eigenvalue(J: np.ndarray, coupling: np.ndarray, shift: float) -> float:
    n, blocks, m = J.shape
    d = blocks - 1
    flat = J.reshape(n, -1)
    H = 2.0 * flat.T @ flat + shift * np.eye(blocks * m)
    neuron = np.arange(m)
    for feature in range(d):
        H[feature * m + neuron, d * m + neuron] += coupling[feature]
        H[d * m + neuron, feature * m + neuron] += coupling[feature]
    return float(np.linalg.eigvalsh(H)[0])


def _negative_count(J: np.ndarray, coupling: np.ndarray, strength: np.ndarray, shift: float) -> int:
    # B + shift·I has, per neuron, eigenvectors (ĝ, ±1)/√2 with values shift ± ‖g‖, and shift on the rest of w-space.
    unit = coupling / np.where(strength > 0, strength, 1.0)
    along = np.einsum("ndm,dm->nm", J[:, :-1], unit)
    rest = (J[:, :-1] - along[:, None, :] * unit).reshape(len(J), -1)
    plus, minus = (along + J[:, -1]) / np.sqrt(2.0), (along - J[:, -1]) / np.sqrt(2.0)
    high, low = shift + strength, shift - strength
    low = np.where(low == 0, -1e-16 * shift, low)
    inverse = (plus / high) @ plus.T + (minus / low) @ minus.T + rest @ rest.T / shift
    signs = np.linalg.eigvalsh(-0.5 * np.eye(len(J)) - inverse)
    return int((low < 0).sum() + (signs < 0).sum()) - len(J)
