"""Loss and gradient of many networks at once, in the memory order that suits their sizes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from landscape.model.loss import squared_only
from landscape.model.problem import Problem
from landscape.training.optimisers import Arrays

WIDE = 1000
"""From this many samples × neurons on each network has a matrix product of its own; below, one serves all."""

MOST_BYTES = 2**20
"""Most bytes of the pre-activations of the networks evaluated together: more would leave the processor's caches."""


_Parts = Callable[[np.ndarray, np.ndarray, np.ndarray | None], Arrays]
"""The squared error (B,), both gradients, the gates of networks V, A, b, and twice the sums (B,) of their residuals."""

Evaluator = Callable[..., tuple[np.ndarray, Arrays, np.ndarray]]
"""What ``loss_and_gradient`` returns of networks V, A, and b where the problem has an output bias."""


def batch_size(problem: Problem, m: int) -> int:
    """Return how many networks of m neurons are fastest to evaluate together."""
    return max(1, MOST_BYTES // (8 * problem.n * m))


def arranged(problem: Problem, W: np.ndarray, alpha: np.ndarray) -> Arrays:
    """Return starts W (B, d, m), alpha (B, m) as V (d, m, B), A (m, B), ordered for ``loss_and_gradient``.

    Sums and products with V keep its order, so that a whole run stays in it.
    """
    V, A = W.transpose(1, 2, 0), alpha.T
    return (V, A) if problem.n * len(A) >= WIDE else (V.copy(), A.copy())


def scratch_for(problem: Problem, m: int, B: int) -> np.ndarray:
    """Return memory for ``evaluator`` of up to B networks, to be reused: allocating it takes as long as a step."""
    return np.empty((2, problem.n * m * B))


def loss_and_gradient(
    problem: Problem, V: np.ndarray, A: np.ndarray, b: np.ndarray | None = None, scratch: np.ndarray | None = None
) -> tuple[np.ndarray, Arrays, np.ndarray]:
    """Return the objective (B,), the gradients, and the gates (n, m, B) of networks V (d, m, B), A (m, B).

    Where the problem has an output bias they have biases b (B,), and there is a gradient in these too. Gates are 1
    where a neuron is active on a sample, else 0; at a kink the derivative of the ReLU is taken as 0. They lie in
    ``scratch`` and hold until its next use. A second layer of ones has no gradient.
    """
    squared_only(problem, "loss_and_gradient")
    m, B = A.shape
    return evaluator(problem, m, B, scratch_for(problem, m, B) if scratch is None else scratch)(V, A, b)


def evaluator(problem: Problem, m: int, B: int, scratch: np.ndarray) -> Evaluator:
    """Return ``loss_and_gradient`` as a function of B networks of m neurons.

    What is the same at every step is made ready once: for a few numbers that takes as long as computing with them.
    """
    squared_only(problem, "evaluator")
    room, lam = scratch[:, : problem.n * m * B], problem.lam
    parts = _wide(problem, room, B) if problem.n * m >= WIDE else _narrow(problem, room, m, B)
    fixed, penalty = problem.second_layer == "ones", problem.bias_penalty

    def evaluate(V: np.ndarray, A: np.ndarray, b: np.ndarray | None = None) -> tuple[np.ndarray, Arrays, np.ndarray]:
        F, grad_V, grad_A, gate, grad_b = parts(V, A, b)
        if fixed:
            return F, (grad_V,), gate
        if lam > 0:
            F = F + lam * ((V**2).sum(axis=(0, 1)) + (A**2).sum(axis=0))
            grad_V, grad_A = grad_V + 2.0 * lam * V, grad_A + 2.0 * lam * A
        if b is None:
            return F, (grad_V, grad_A), gate
        if penalty > 0:
            F, grad_b = F + penalty * b**2, grad_b + 2.0 * penalty * b
        return F, (grad_V, grad_A, grad_b), gate

    return evaluate


def _narrow(problem: Problem, room: np.ndarray, m: int, B: int) -> _Parts:
    X, n, d, labels = problem.X, problem.n, problem.d, problem.y[:, None]
    hidden, gate = room.reshape(2, n, m, B)
    flat, across = hidden.reshape(n, m * B), X.T
    doubled = np.empty((n, B))
    each = doubled[:, None]
    fixed = problem.second_layer == "ones"  # then neither A's gradient nor a product with its ones is needed
    einsum, matmul, multiply = np.einsum, np.matmul, np.multiply

    def parts(V: np.ndarray, A: np.ndarray, b: np.ndarray | None) -> Arrays:
        matmul(X, V.reshape(d, m * B), out=flat)
        _rectify(hidden, gate)
        residual = einsum("nmb,mb->nb", hidden, A)
        residual -= labels if b is None else labels - b
        multiply(2.0, residual, out=doubled)
        grad_A = A if fixed else einsum("nmb,nb->mb", hidden, doubled)
        multiply(gate, each, out=hidden)
        grad_V = matmul(across, flat).reshape(d, m, B)
        pull = grad_A if b is None else doubled.sum(axis=0)
        return einsum("nb,nb->b", residual, residual), grad_V if fixed else grad_V * A, grad_A, gate, pull

    return parts


def _wide(problem: Problem, room: np.ndarray, B: int) -> _Parts:
    X, y = problem.X, problem.y
    hidden, gate = room.reshape(2, B, problem.n, -1)

    def parts(V: np.ndarray, A: np.ndarray, b: np.ndarray | None) -> Arrays:
        W, alpha = np.ascontiguousarray(V.transpose(2, 0, 1)), np.ascontiguousarray(A.T)
        np.matmul(X, W, out=hidden)
        _rectify(hidden, gate)
        residual = np.matmul(hidden, alpha[:, :, None])[:, :, 0] - (y if b is None else y - b[:, None])
        doubled = 2.0 * residual
        grad_alpha = np.matmul(doubled[:, None], hidden)[:, 0]
        grad_W = np.matmul(X.T * doubled[:, None], gate) * alpha[:, None]
        pull = doubled.sum(axis=1)
        return (residual**2).sum(axis=1), grad_W.transpose(1, 2, 0), grad_alpha.T, gate.transpose(1, 2, 0), pull

    return parts


def _rectify(pre: np.ndarray, gate: np.ndarray) -> None:
    """Write relu(pre) into ``pre`` and its slope into ``gate``: a comparison and a product, faster than a maximum."""
    np.copyto(gate, pre > 0)
    np.multiply(pre, gate, out=pre)
