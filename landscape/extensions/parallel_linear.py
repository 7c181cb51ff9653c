"""Deep linear networks: a standard one has a duality gap from three layers on, parallel ones have none.

Fit the data with the least weights, X f = P Y with P the projection on the range of X, where f is linear and deep:

    standard:  min Σ_l ‖W_l‖_F²           f = W_1 W_2 … W_L
    parallel:  min Σ_k Σ_l ‖W_lk‖_F^L     f = Σ_k W_1k W_2k … W_Lk

Theorem (Wang, Ergen & Pilanci, 2022a), with σ the singular values of X†Y, r of them not zero:

    standard:  primal L Σ σ_i^{2/L}  (a Schatten-2/L quasi-norm),  dual L (Σ σ_i)^{2/L}
    parallel:  primal = dual = L Σ σ_i  (a nuclear norm),  reached by r branches of one singular value each

The standard dual is that of the problem in which all layers but the last two are scaled to a common Frobenius norm t,
max tr ΛᵀY s.t. t^{L−2} ‖XᵀΛ‖₂ ≤ 1, minimised over t with the cost (L − 2) t² of those layers. (Without that scaling the
Lagrangian dual is 0 for L ≥ 3.) For L = 2, or r ≤ 1, the gap is 0; for L ≥ 3 and r ≥ 2 it is positive, also where all
σ_i are equal. The two penalties have different units: compare each primal with its own dual. All values are closed
forms, exact, and twice the paper's, which has ½ before its penalties.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import Literal

import numpy as np

from landscape.extensions.shared.checks import readonly, samples, whole_number
from landscape.extensions.shared.columns import column_lengths
from landscape.extensions.shared.quasi_newton import Progress, Stop, TrainedNetworks, count_of, quasi_newton
from landscape.model.problem import finite_array
from landscape.model.readable import readable

Architecture = Literal["standard", "parallel"]

MOST_DEPTH = 12
MOST_SIZE = 40
"""Most layers, and most features or outputs."""

RANK = 1e-10
"""Singular values below this share of the largest are zero."""

TIGHTER = (1e3, 1e4, 1e5)
"""Weights ρ of the misfit in the successive rounds of training."""

FEASIBLE = 1e-6
"""A trained network whose misfit exceeds this, relative to Y, counts as infeasible."""


@dataclass(frozen=True, eq=False)
class DeepLinear:
    """Parallel deep linear branches; a standard network is one branch.

    Arguments
        layers: L arrays (K, p_{l-1}, p_l), the l-th layer of every branch, p_0 = d and p_L = c.

    Raises ValueError when shapes disagree or an entry is not finite.
    """

    layers: tuple[np.ndarray, ...]

    __repr__ = readable

    def __post_init__(self) -> None:
        layers = tuple(finite_array(W, "layers", 3) for W in self.layers)
        if not layers:
            raise ValueError("layers must hold at least one layer, but is empty.")
        for W, V in pairwise(layers):
            if len(W) != len(V) or W.shape[2] != V.shape[1]:
                raise ValueError(f"layers must follow each other, but {W.shape} is followed by {V.shape}.")
        object.__setattr__(self, "layers", layers)

    @property
    def depth(self) -> int:
        """Number L of layers."""
        return len(self.layers)

    @property
    def map(self) -> np.ndarray:
        """The linear map (d, c) that the network computes, Σ_k W_1k … W_Lk."""
        total: np.ndarray = _product(self.layers).sum(axis=0)
        return total


@dataclass(frozen=True, eq=False)
class Value:
    """A primal with its own dual and the network that reaches the primal; ``gap`` is their difference."""

    primal: float
    dual: float
    network: DeepLinear

    __repr__ = readable

    @property
    def gap(self) -> float:
        """Primal minus dual, at least 0."""
        return max(self.primal - self.dual, 0.0)


@dataclass(frozen=True, eq=False)
class LinearSolution:
    """The least-weight fits of depth L.

    Arguments
        spectrum: (r,) non-zero singular values of X†Y, falling.
        standard, parallel: each primal with its own dual.
        misfit: ‖P Y − Y‖², what no linear map can fit.
        depth: number L of layers.
    """

    spectrum: np.ndarray
    standard: Value
    parallel: Value
    misfit: float
    depth: int

    __repr__ = readable

    @property
    def value(self) -> float:
        """The parallel network's value, primal and dual."""
        return self.parallel.primal

    @property
    def network(self) -> DeepLinear:
        """The parallel network that reaches the value."""
        return self.parallel.network


def standard_primal(spectrum: np.ndarray, depth: int) -> float:
    """Return L Σ σ_i^{2/L}."""
    return float(depth * np.sum(np.asarray(spectrum, dtype=float) ** (2.0 / depth)))


def standard_dual(spectrum: np.ndarray, depth: int) -> float:
    """Return L (Σ σ_i)^{2/L}."""
    return float(depth * np.sum(spectrum) ** (2.0 / depth))


def parallel_value(spectrum: np.ndarray, depth: int) -> float:
    """Return L Σ σ_i, the parallel primal and dual."""
    return float(depth * np.sum(spectrum))


def gap_by_depth(spectrum: np.ndarray, depths: np.ndarray) -> np.ndarray:
    """Return the standard network's relative gap, primal/dual − 1, for each depth L ≥ 2; 0 for an empty spectrum."""
    if not np.sum(spectrum) > 0:
        return np.zeros(len(depths))
    return np.array([standard_primal(spectrum, int(L)) / standard_dual(spectrum, int(L)) - 1.0 for L in depths])


def penalty(network: DeepLinear, architecture: Architecture) -> float:
    """Return Σ ‖W_l‖_F² of a standard network, or Σ ‖W_lk‖_F^L of a parallel one."""
    _check_architecture(architecture)
    power = 2 if architecture == "standard" else network.depth
    return float(sum(np.sum(np.linalg.norm(W, axis=(1, 2)) ** power) for W in network.layers))


def objective(X: np.ndarray, Y: np.ndarray, network: DeepLinear, architecture: Architecture) -> float:
    """Return the penalty of a network that fits the data as well as any linear map, and infinity for another."""
    X, Y = samples(X, Y, "Y", 2)
    _check_fits(X, Y, network)
    off = np.linalg.norm(X @ network.map - _range(X) @ (_range(X).T @ Y))
    return penalty(network, architecture) if off <= FEASIBLE * (np.linalg.norm(Y) or 1.0) else float("inf")


def solve(X: np.ndarray, Y: np.ndarray, depth: int = 3) -> LinearSolution:
    """Return both least-weight fits of data X (n, d) to labels Y (n, c) by linear networks of ``depth`` ≥ 2 layers.

    Raises ValueError for data that is none, more than MOST_SIZE features or outputs, or another depth.
    """
    X, Y = samples(X, Y, "Y", 2)
    depth = whole_number(depth, "depth", 2, MOST_DEPTH)
    _check_size(X, Y)
    target, misfit = _target(X, Y)
    U, S, Vt = np.linalg.svd(target, full_matrices=False)
    r = int(np.sum(RANK * np.max(S, initial=0.0) < S))
    U, S, Vt = U[:, :r], S[:r], Vt[:r]
    if r == 0:
        zero = DeepLinear(
            (np.zeros((1, X.shape[1], 1)), *[np.zeros((1, 1, 1))] * (depth - 2), np.zeros((1, 1, Y.shape[1])))
        )
        return LinearSolution(readonly(S), Value(0.0, 0.0, zero), Value(0.0, 0.0, zero), misfit, depth)
    root = S ** (1.0 / depth)
    standard = DeepLinear(((U * root)[None], *[np.diag(root)[None]] * (depth - 2), (root[:, None] * Vt)[None]))
    inner = [root[:, None, None]] * (depth - 2)
    parallel = DeepLinear(((U * root).T[:, :, None], *inner, (root[:, None] * Vt)[:, None, :]))
    return LinearSolution(
        readonly(S),
        Value(standard_primal(S, depth), standard_dual(S, depth), standard),
        Value(parallel_value(S, depth), parallel_value(S, depth), parallel),
        misfit,
        depth,
    )


def train(
    X: np.ndarray,
    Y: np.ndarray,
    rng: np.random.Generator,
    starts: int = 20,
    *,
    depth: int = 3,
    architecture: Architecture = "standard",
    progress: Progress | None = None,
    stop: Stop | None = None,
) -> TrainedNetworks[DeepLinear]:
    """Train deep linear networks to the least weights that fit, from Gaussian starts.

    L-BFGS runs on penalty + ρ·misfit with ρ rising; in the end the last layer is corrected to fit exactly, so that
    every value is an upper bound on the primal. A start that does not reach a fit has the value infinity. Hidden layers
    and branches are min(d, c) wide and many.
    """
    X, Y = samples(X, Y, "Y", 2)
    depth = whole_number(depth, "depth", 2, MOST_DEPTH)
    _check_architecture(architecture)
    _check_size(X, Y)
    target, _ = _target(X, Y)
    size = float(np.linalg.norm(target, 2)) or 1.0
    (d, c), B, row_space = target.shape, count_of(starts), _range(X.T)
    goal, width = target / size, min(d, c)
    K = 1 if architecture == "standard" else width
    shapes = [(K, d, width), *[(K, width, width)] * (depth - 2), (K, width, c)]
    cuts = np.cumsum([int(np.prod(shape)) for shape in shapes])
    power = 2 if architecture == "standard" else depth

    def layers(theta: np.ndarray) -> list[np.ndarray]:
        pieces = np.split(theta, cuts[:-1], axis=-1)
        return [piece.reshape(*theta.shape[:-1], *shape) for piece, shape in zip(pieces, shapes, strict=True)]

    def value_and_gradient(rho: float, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        Ws = layers(theta)
        before: list[np.ndarray] = [np.eye(d)]
        for W in Ws:
            before.append(before[-1] @ W)
        off = row_space @ (row_space.T @ before[-1].sum(axis=1)) - goal
        F = rho * np.einsum("bij,bij->b", off, off)
        back = 2.0 * rho * off[:, None]
        grads = []
        for W, p in zip(reversed(Ws), reversed(before[:-1]), strict=True):
            square = np.einsum("bkij,bkij->bk", W, W)
            F = F + np.sum(square ** (power / 2.0), axis=1)
            shrink = power * square ** (power / 2.0 - 1.0)
            grads.append((p.swapaxes(-1, -2) @ back + shrink[..., None, None] * W).reshape(len(theta), -1))
            back = back @ W.swapaxes(-1, -2)
        return F, np.concatenate(grads[::-1], axis=1)

    def network(theta: np.ndarray) -> DeepLinear:
        return DeepLinear(tuple(W * size ** (1.0 / depth) for W in _fitting(layers(theta), goal)))

    def progress_of(round_: int) -> Progress | None:
        return None if progress is None else lambda done, all_: progress(round_ * all_ + done, len(TIGHTER) * all_)

    theta = rng.standard_normal((B, int(cuts[-1]))) * rng.choice([0.3, 0.6, 1.0], (B, 1))
    complete = True
    for round_, rho in enumerate(TIGHTER):
        theta, finished = quasi_newton(partial(value_and_gradient, rho), theta, progress=progress_of(round_), stop=stop)
        complete = complete and finished
    networks = [network(row) for row in theta]
    values = np.array([objective(X, Y, found, architecture) for found in networks])
    return TrainedNetworks(readonly(values), networks[int(np.argmin(values))], complete)


def _fitting(layers: list[np.ndarray], goal: np.ndarray) -> list[np.ndarray]:
    """Return layers that compute ``goal`` (d, c) exactly: its range and rows kept, the last layer changed the least."""
    U, S, Vt = np.linalg.svd(goal, full_matrices=False)
    r = int(np.sum(RANK * np.max(S, initial=0.0) < S))
    U, Vt = U[:, :r], Vt[:r]
    layers = [U @ (U.T @ layers[0]), *layers[1:-1], layers[-1] @ Vt.T @ Vt]
    K, width, c = layers[-1].shape
    features = _product(tuple(layers[:-1])).transpose(1, 0, 2).reshape(len(goal), K * width)
    last = layers[-1].reshape(K * width, c)
    last = last + np.linalg.pinv(features, rcond=1e-9) @ (goal - features @ last)
    return [*layers[:-1], last.reshape(K, width, c)]


def _product(layers: tuple[np.ndarray, ...]) -> np.ndarray:
    product = layers[0]
    for W in layers[1:]:
        product = product @ W
    return product


def _range(X: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis of the range of X, which no unit of its columns changes."""
    U, S, _ = np.linalg.svd(X / _units(X), full_matrices=False)
    return U[:, RANK * np.max(S, initial=0.0) < S]


def _units(X: np.ndarray) -> np.ndarray:
    """Return the length of each column, 1 for a column of zeros."""
    length = column_lengths(X)
    return np.where(length > 0, length, 1.0)


def _target(X: np.ndarray, Y: np.ndarray) -> tuple[np.ndarray, float]:
    """Return X†Y (d, c) and the squared misfit that no linear map can avoid."""
    length = _units(X)
    target, _, rank, _ = np.linalg.lstsq(X / length, Y, rcond=RANK)
    # Of independent columns the fit is unique in any units; otherwise the shortest one is sought in those of X.
    target = target / length[:, None] if rank == X.shape[1] else np.linalg.pinv(X, rcond=RANK) @ Y
    return target, float(np.sum((X @ target - Y) ** 2))


def _check_architecture(architecture: str) -> None:
    if architecture not in ("standard", "parallel"):
        raise ValueError(f'architecture must be "standard" or "parallel", but was {architecture!r:.60}.')


def _check_size(X: np.ndarray, Y: np.ndarray) -> None:
    if max(X.shape[1], Y.shape[1]) > MOST_SIZE:
        raise ValueError(f"X and Y must have at most {MOST_SIZE} columns, but have {X.shape[1]} and {Y.shape[1]}.")


def _check_fits(X: np.ndarray, Y: np.ndarray, network: DeepLinear) -> None:
    shape = network.layers[0].shape[1], network.layers[-1].shape[2]
    if shape != (X.shape[1], Y.shape[1]):
        raise ValueError(
            f"layers must map {X.shape[1]} features to {Y.shape[1]} outputs, but map {shape[0]} to {shape[1]}."
        )
