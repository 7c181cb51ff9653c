"""The support function of the unit neurons: how strongly a residual asks for a neuron, and for which."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.fan import Fan, fan
from landscape.problem import Problem, finite_array


@dataclass(frozen=True, eq=False)
class Support:
    """The neuron a residual asks for most: ``value = sign · zᵀ relu(X u)``.

    Arguments
        value: max over ‖u‖ ≤ 1 of |zᵀ relu(X u)|, at least 0, in units of y·X.
        u: (d,) a maximising unit neuron; zero where value is 0.
        sign: +1.0 or -1.0, the sign its second layer wants.
    """

    value: float
    u: np.ndarray
    sign: float


def support(X: np.ndarray, z: np.ndarray, *, cones: Fan | None = None, signed: bool = False) -> Support:
    """Return the largest |zᵀ relu(X u)| over unit neurons u, exactly, with its neuron and sign.

    On each cone the function is linear, z ↦ gᵀu with g = Xᵀ D z: its maximum over the unit ball is ‖g‖ where g lies
    in the cone, else that of an edge. One sweep over the sorted angles gives every g: O(n log n) for d ≤ 2.

    Arguments
        X: (n, d) data; z: (n,) a residual.
        cones: the fan of X where the caller has it already.
        signed: ask for zᵀ relu(X u) itself, as a fixed second layer of ones does, and not its absolute value.

    Raises ValueError where X or z is not finite, or their lengths disagree.
    """
    X, z = finite_array(X, "X", 2), finite_array(z, "z", 1)
    if len(z) != len(X):
        raise ValueError(f"z must have one entry for each of the {len(X)} rows of X, but has {len(z)}.")
    return support_on_fan(X, z, fan(X) if cones is None else cones, signed=signed)


def support_on_fan(X: np.ndarray, z: np.ndarray, cones: Fan, *, signed: bool = False) -> Support:
    """Return ``support(X, z)`` for d ≤ 2, the fan of X being known."""
    edges, ends, g = cones.edges, cones.ends, cones.sums(X, z)
    at_edge = np.einsum("sd,sd->s", g, edges)
    best = Support(0.0, np.zeros(X.shape[1]), 1.0)
    inside = np.zeros(len(g)) if X.shape[1] == 1 else _turn(edges, g)
    outside = np.zeros(len(g)) if X.shape[1] == 1 else _turn(g, ends)
    length = np.sqrt(np.einsum("sd,sd->s", g, g))
    for sign in (1.0,) if signed else (1.0, -1.0):
        s = int(np.argmax(sign * at_edge))
        if sign * at_edge[s] > best.value:
            best = Support(float(sign * at_edge[s]), edges[s].copy(), sign)
        if X.shape[1] == 2:
            held = np.where((sign * inside > 0) & (sign * outside > 0), length, 0.0)
            s = int(np.argmax(held))
            if held[s] > best.value:
                best = Support(float(held[s]), sign * g[s] / length[s], sign)
    return best


def lambda_max(problem: Problem) -> float:
    """Return the λ from which on the zero network is optimal for problem (1): support(y)."""
    return support(problem.X, problem.y).value


def _turn(p: np.ndarray, q: np.ndarray) -> np.ndarray:
    return p[:, 0] * q[:, 1] - p[:, 1] * q[:, 0]


def sampled_support(X: np.ndarray, z: np.ndarray, *, count: int = 1000, signed: bool = False) -> Support:
    """Return the best neuron found among seeded Gaussian patterns: a lower estimate of ``support`` for any d.

    Each pattern's own Xᵀ D z is evaluated as a neuron, so the value is that of a neuron which exists.
    """
    gates = np.random.default_rng(0).standard_normal((X.shape[1], count))
    g = X.T @ ((X @ gates > 0) * z[:, None])
    neurons = np.concatenate([gates, g] if signed else [gates, g, -g], axis=1)
    length = np.linalg.norm(neurons, axis=0)
    neurons = neurons[:, length > 0] / length[length > 0]
    asked = z @ np.maximum(X @ neurons, 0.0)
    best = int(np.argmax(asked if signed else np.abs(asked)))
    if (asked[best] if signed else abs(asked[best])) <= 0:
        return Support(0.0, np.zeros(X.shape[1]), 1.0)
    return Support(abs(float(asked[best])), neurons[:, best], float(np.sign(asked[best])))
