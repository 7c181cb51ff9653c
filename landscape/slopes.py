"""Loss and slope of many networks at once, in the array order that the sizes ask for."""

from __future__ import annotations

import numpy as np

from landscape.optimisers import Arrays
from landscape.problem import Problem

WIDE = 1000
"""Samples × neurons from which each network is a matrix product of its own: below, the starts are the fast axis."""

MOST_BYTES = 2**18
"""Most bytes of the pre-activations of the networks handled together: more would leave the processor's caches."""


def at_once(problem: Problem, m: int) -> int:
    """Return how many networks of m neurons are best handled together."""
    return max(1, MOST_BYTES // (8 * problem.n * m))


def slopes(problem: Problem, V: np.ndarray, A: np.ndarray) -> tuple[np.ndarray, Arrays, np.ndarray]:
    """Return the objective (B,), the gradients, and the gates (n, m, B) of networks V (d, m, B), A (m, B).

    Gates are 1 where a neuron is active on a sample, else 0; at a kink the derivative of the ReLU is taken as 0.
    A second layer of ones has no gradient.
    """
    F, grad_V, grad_A, gate = (_wide if problem.n * V.shape[1] >= WIDE else _narrow)(problem, V, A)
    if problem.second_layer == "ones":
        return F, (grad_V,), gate
    lam = problem.lam
    if lam > 0:
        F = F + lam * ((V**2).sum(axis=(0, 1)) + (A**2).sum(axis=0))
        grad_V, grad_A = grad_V + 2.0 * lam * V, grad_A + 2.0 * lam * A
    return F, (grad_V, grad_A), gate


def _narrow(problem: Problem, V: np.ndarray, A: np.ndarray) -> Arrays:
    X, n, (d, m, B) = problem.X, problem.n, V.shape
    hidden = (X @ V.reshape(d, m * B)).reshape(n, m, B)
    np.maximum(hidden, 0.0, out=hidden)
    residual = np.einsum("nmb,mb->nb", hidden, A) - problem.y[:, None]
    grad_A = 2.0 * np.einsum("nmb,nb->mb", hidden, residual)
    gate = np.sign(hidden, out=hidden)
    back = gate * (2.0 * residual)[:, None]
    grad_V = (X.T @ back.reshape(n, m * B)).reshape(d, m, B) * A
    return (residual**2).sum(axis=0), grad_V, grad_A, gate


def _wide(problem: Problem, V: np.ndarray, A: np.ndarray) -> Arrays:
    X, W, alpha = problem.X, np.ascontiguousarray(V.transpose(2, 0, 1)), np.ascontiguousarray(A.T)
    hidden = np.matmul(X, W)
    np.maximum(hidden, 0.0, out=hidden)
    residual = np.matmul(hidden, alpha[:, :, None])[:, :, 0] - problem.y
    grad_alpha = 2.0 * np.matmul(residual[:, None], hidden)[:, 0]
    gate = np.sign(hidden, out=hidden)
    pushed = np.ascontiguousarray((X.T[:, None] * residual).transpose(1, 0, 2))  # (B, d, n)
    grad_W = 2.0 * np.matmul(pushed, gate) * alpha[:, None]
    F = (residual**2).sum(axis=1)
    return F, grad_W.transpose(1, 2, 0), grad_alpha.T, gate.transpose(1, 2, 0)
