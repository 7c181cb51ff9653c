"""Several outputs: a two-layer network with a vector for its second layer, and a semidefinite convex twin.

    F(W, A) = ‖relu(X W) A − Y‖_F² + λ (‖W‖_F² + ‖A‖_F²)                                        W (d, m), A (m, c)

Theorem (Sahiner, Ergen, Pauly & Pilanci, ICLR 2021): for m large enough the least value of F is that of the convex
program min ‖Σ D_i X Z_i − Y‖_F² + 2λ Σ ‖Z_i‖_{*,K_i}, whose penalty is the gauge of conv{u gᵀ : u ∈ K_i, ‖u‖, ‖g‖ ≤ 1}:
a nuclear norm restricted to the cones. It is a copositive program, hard in general. For d ≤ 2 it is solved exactly:
a cone has two edges, so Σ_j w_j w_jᵀ over the neurons of a cone is R B Rᵀ with B ⪰ 0 and B ≥ 0 entrywise, and

    min tr Yᵀ (I + Σ D_i X U_i Xᵀ D_i)⁻¹ Y + λ² Σ tr U_i,     U_i = R_i B_i R_iᵀ

is F with the best A put in (U counts Σ w wᵀ / λ). Dropping B ≥ 0 leaves the plain nuclear norm: only a lower bound,
and the only value for d > 2. Figures in the papers' ½-convention are half of these, λ = β.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.extensions.shared.checks import Exactness, exactness_of, positive, samples, units, whole_number
from landscape.extensions.shared.cones import sectors
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks, count_of, train_starts
from landscape.extensions.vector_output.program import balanced, solve_exact, solve_nuclear, strongest_neuron
from landscape.geometry.patterns import enumerate_patterns
from landscape.model.problem import finite_array, nonnegative
from landscape.model.readable import readable

MOST_SAMPLES = 60
"""The order of the semidefinite program is samples + outputs, and its time grows with the third power."""

MOST_PATTERNS = 150
"""Most patterns the nuclear norm is taken over for more than two features."""


@dataclass(frozen=True, eq=False)
class VectorNetwork:
    """A network f(x) = relu(xᵀW) A with c outputs.

    Arguments
        W: (d, m) first layer, one neuron a column.
        A: (m, c) second layer, what each neuron adds to each output.

    Raises ValueError when shapes disagree or an entry is not finite.
    """

    W: np.ndarray
    A: np.ndarray

    __repr__ = readable

    def __post_init__(self) -> None:
        W, A = finite_array(self.W, "W", 2), finite_array(self.A, "A", 2)
        if W.shape[1] != len(A):
            raise ValueError(f"A must have one row for each of the {W.shape[1]} columns of W, but has {len(A)}.")
        object.__setattr__(self, "W", W)
        object.__setattr__(self, "A", A)


@dataclass(frozen=True, eq=False)
class VectorSolution:
    """The solution of the convex twin of a network with several outputs.

    Arguments
        value: the value of the exact program for d ≤ 2; for more features the nuclear bound.
        network: the recovered network, which attains ``value`` where that is exact, and else a feasible candidate.
        lower_bound: proven from the dual solution: no network of any width is below it.
        nuclear: value of the program with the plain nuclear norm, proven from its dual: a lower bound too.
        exactness: how far ``value`` is proven.
        groups: number of cones, each with its own block.
        order: order of the semidefinite constraint, samples + outputs.
    """

    value: float
    network: VectorNetwork
    lower_bound: float
    nuclear: float
    exactness: Exactness
    groups: int
    order: int

    __repr__ = readable


def predict(X: np.ndarray, network: VectorNetwork) -> np.ndarray:
    """Return f(X) of shape (n, c) for samples X of shape (n, d)."""
    outputs: np.ndarray = np.maximum(X @ network.W, 0.0) @ network.A
    return outputs


def objective(X: np.ndarray, Y: np.ndarray, lam: float, network: VectorNetwork) -> float:
    """Return ‖relu(X W) A − Y‖² + λ (‖W‖² + ‖A‖²), in units of Y². Raises ValueError where shapes disagree."""
    X, Y = samples(X, Y, "Y", 2)
    _check_fits(X, Y, network)
    residual = predict(X, network) - Y
    return float(np.sum(residual**2) + nonnegative(lam, "lam") * (np.sum(network.W**2) + np.sum(network.A**2)))


def solve(X: np.ndarray, Y: np.ndarray, lam: float) -> VectorSolution:
    """Solve the convex twin for data X (n, d) and labels Y (n, c): exact for d ≤ 2, a lower bound for more features.

    Raises ValueError for data that is none, lam ≤ 0, more than MOST_SAMPLES samples, or for d > 2 too many patterns.
    """
    X, Y = samples(X, Y, "Y", 2)
    lam = positive(lam, "lam")
    if len(X) > MOST_SAMPLES:
        raise ValueError(f"X must have at most {MOST_SAMPLES} samples, but has {len(X)}.")
    D = enumerate_patterns(X).D
    if X.shape[1] > 2 and len(D) > MOST_PATTERNS:
        raise ValueError(f"X must have at most {MOST_PATTERNS} activation patterns, but has {len(D)}.")
    length, height = units(X, Y)
    unit_X, unit_Y, unit_lam = X / length, Y / height, lam / (length * height)
    nuclear, directions = solve_nuclear(unit_X, unit_Y, unit_lam, D)
    if X.shape[1] <= 2:
        found = solve_exact(unit_X, unit_Y, unit_lam)
        value, bound, W, A = found.value, found.bound, found.W, found.A
        exactness = exactness_of(value, bound, 1.0)
    else:
        W, A = balanced(unit_X, unit_Y, unit_lam, directions)
        value, bound, exactness = nuclear, nuclear, Exactness.BOUND
    root = np.sqrt(height / length)  # the product of both layers grows by height/length, shared equally
    network = VectorNetwork(W * root, A * root)
    order = len(X) + Y.shape[1]
    value, bound, nuclear = (v * height**2 for v in (value, bound, min(nuclear, value)))
    return VectorSolution(value, network, bound, nuclear, exactness, len(D), order)


def train(
    X: np.ndarray,
    Y: np.ndarray,
    lam: float,
    rng: np.random.Generator,
    starts: int = 50,
    *,
    neurons: int | None = None,
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> TrainedNetworks[VectorNetwork]:
    """Train networks of ``neurons`` (by default n + 2) by L-BFGS from Gaussian starts of several scales."""
    X, Y = samples(X, Y, "Y", 2)
    lam = nonnegative(lam, "lam")
    (n, d), c = X.shape, Y.shape[1]
    m = n + 2 if neurons is None else whole_number(neurons, "neurons", 1, 1000)
    length, height = units(X, Y)
    root = np.sqrt(height / length)
    unit_X, unit_Y, unit_lam = X / length, Y / height, lam / (length * height)

    def unpacked(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return theta[..., : d * m].reshape(*theta.shape[:-1], d, m), theta[..., d * m :].reshape(
            *theta.shape[:-1], m, c
        )

    def value_and_gradient(theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        W, A = unpacked(theta)
        pre = unit_X @ W
        hidden = np.maximum(pre, 0.0)
        residual = hidden @ A - unit_Y
        grad_W = unit_X.T @ ((pre > 0) * (residual @ A.swapaxes(1, 2)))
        grad_A = hidden.swapaxes(1, 2) @ residual
        grad = np.concatenate([grad_W.reshape(len(theta), -1), grad_A.reshape(len(theta), -1)], axis=1)
        F = np.einsum("bnc,bnc->b", residual, residual) + unit_lam * np.einsum("bp,bp->b", theta, theta)
        return F, 2.0 * (grad + unit_lam * theta)

    def network(theta: np.ndarray) -> VectorNetwork:
        W, A = unpacked(theta)
        return VectorNetwork(W * root, A * root)

    B = count_of(starts)
    drawn = rng.standard_normal((B, (d + c) * m)) * rng.choice([0.1, 0.5, 1.0], (B, 1))
    return train_starts(
        value_and_gradient, drawn, network, lambda found: objective(X, Y, lam, found), progress=progress, stop=stop
    )


def support(X: np.ndarray, Z: np.ndarray) -> float:
    """Return max ‖Zᵀ relu(X u)‖ over unit neurons u, exactly, for data X (n, d), d ≤ 2, and a residual Z (n, c).

    The dual of the convex twin is max ‖Y‖² − ‖Y − Z‖² s.t. support(Z) ≤ λ; from λ = support(Y) on the zero network is
    optimal. Raises ValueError where shapes disagree or d > 2.
    """
    X, Z = samples(X, Z, "Z", 2)
    return strongest_neuron(sectors(X), X, Z).value


def _check_fits(X: np.ndarray, Y: np.ndarray, network: VectorNetwork) -> None:
    if network.W.shape[0] != X.shape[1]:
        raise ValueError(f"W must have one row for each of the {X.shape[1]} features, but has {network.W.shape[0]}.")
    if network.A.shape[1] != Y.shape[1]:
        raise ValueError(f"A must have one column for each of the {Y.shape[1]} outputs, but has {network.A.shape[1]}.")
