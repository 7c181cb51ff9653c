"""Wasserstein GANs with two-layer discriminators: the game is a constraint on the generator's samples.

    min ‖G‖_F²  s.t.  no unit neuron of the discriminator separates the samples G (n, d) from X (n, d) by more than β

Theorem (Sahiner, Ergen, Ozturkler, Bartan, Pauly, Mardani & Pilanci, ICLR 2022), weight decay β on the discriminator
(``game``) and free samples as the generator:

- linear: ‖1ᵀX − 1ᵀG‖ ≤ β. Closed form: all samples at one point, the mean of X shrunk towards 0. Exact.
- quadratic: ‖XᵀX − GᵀG‖₂ ≤ β. Closed form: G = L (Σ² − β)₊^½ Vᵀ for X = U Σ Vᵀ and any L with orthonormal columns:
  soft-thresholded singular values. Exact; L is chosen so that G is nearest to the start.
- relu: |Σ relu(x·u) − Σ relu(g·u)| ≤ β for all unit u. A convex–concave game once the generator's patterns are fixed;
  rounds of it end at samples that are optimal for their own patterns (``relu_game``). Not proven globally optimal; the
  lower bound beside it comes from a few neurons at a time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from landscape.extensions.shared.checks import Exactness, exactness_of, positive, readonly
from landscape.extensions.wgan.descent_ascent import GameRun, GameTraining, train
from landscape.extensions.wgan.game import (
    Discriminator,
    balanced,
    checked,
    decay,
    discriminator_inputs,
    distance,
    scores,
)
from landscape.extensions.wgan.relu_discriminator import relu_bound, solve_relu
from landscape.model.network import Network
from landscape.model.problem import finite_array
from landscape.model.readable import readable

__all__ = ["GameRun", "GameSolution", "GameTraining", "distance", "objective", "solve", "train"]

FRAMES = 41
"""Stored positions of the samples between the start and the solution."""


@dataclass(frozen=True, eq=False)
class GameSolution:
    """The solution of the game.

    Arguments
        value: ‖G‖_F² of the solution, which is the game's value.
        samples: (n, d) the generator's samples.
        network: the discriminator at the saddle, W (d, m) with a last row for the bias if it has one.
        lower_bound: no feasible samples have a smaller ‖G‖².
        distance: the most by which a unit neuron separates the samples from X; at most β.
        frames: (T, n, d) samples from the start (first) to the solution (last), on straight lines.
        exactness: how far ``value`` is proven.
        groups: neurons of the discriminator held in the program; for the closed forms, features of the data.
    """

    value: float
    samples: np.ndarray
    network: Network
    lower_bound: float
    distance: float
    frames: np.ndarray
    exactness: Exactness
    groups: int

    __repr__ = readable


def objective(
    X: np.ndarray,
    G: np.ndarray,
    beta: float,
    network: Network,
    discriminator: Discriminator = "linear",
    *,
    bias: bool = True,
) -> float:
    """Return the game's value Σ D(x) − Σ D(g) − β·decay(D) + ‖G‖² for samples G (n, d) and a discriminator.

    ``bias`` matters for a relu discriminator alone. Raises ValueError where shapes disagree.
    """
    X, G = checked(X, discriminator), checked(G, discriminator, "G")
    beta, with_bias = positive(beta, "beta"), bias and discriminator == "relu"
    if X.shape != G.shape:
        raise ValueError(f"G must have the shape {X.shape} of X, but has {G.shape}.")
    if network.W.shape[0] != X.shape[1] + with_bias:
        raise ValueError(f"W must have {X.shape[1] + with_bias} rows, but has {network.W.shape[0]}.")
    difference = np.sum(scores(discriminator_inputs(X, bias=with_bias), network, discriminator)) - np.sum(
        scores(discriminator_inputs(G, bias=with_bias), network, discriminator)
    )
    return float(difference - beta * decay(network, discriminator) + np.sum(G**2))


def solve(
    X: np.ndarray,
    beta: float,
    discriminator: Discriminator = "linear",
    *,
    bias: bool = True,
    start: np.ndarray | None = None,
    rng: np.random.Generator | None = None,
) -> GameSolution:
    """Solve the game for real samples X (n, d) and weight decay beta of the discriminator.

    Arguments
        bias: whether the input of a relu discriminator is (x, 1).
        start: (n, d) samples the frames begin with; drawn from ``rng`` (by default that of seed 0) where left out.

    Raises ValueError for data that is none, beta ≤ 0, another discriminator, or too many points or features.
    """
    X = checked(X, discriminator)
    beta = positive(beta, "beta")
    start = first_samples(X, np.random.default_rng(0) if rng is None else rng) if start is None else start
    start = finite_array(start, "start", 2)
    if start.shape != X.shape:
        raise ValueError(f"start must have the shape {X.shape} of X, but has {start.shape}.")
    total = X.sum(axis=0)
    size = float(np.linalg.norm(total))
    exactness = Exactness.EXACT
    if discriminator == "linear":
        kept = max(1.0 - beta / size, 0.0) if size > 0 else 0.0
        G = np.repeat(kept * total[None] / len(X), len(X), axis=0)
        bound = float(np.sum(G**2))
        unit = (total / size if size > 0 else total)[:, None]
        network, groups = balanced(unit, np.array([2.0 * kept * size / len(X)]), discriminator), X.shape[1]
    elif discriminator == "quadratic":
        _, S, Vt = np.linalg.svd(X, full_matrices=False)
        shrunk = np.sqrt(np.maximum(S**2 - beta, 0.0))
        P, _, Qt = np.linalg.svd((start @ Vt.T) * shrunk, full_matrices=False)
        G = (P @ Qt * shrunk) @ Vt
        bound = float(np.sum(np.maximum(S**2 - beta, 0.0)))
        network, groups = balanced(Vt.T, np.where(shrunk > 0, 1.0, 0.0), discriminator), X.shape[1]
    else:
        zero = np.zeros_like(X)
        if distance(X, zero, discriminator, bias=bias) <= beta:
            G, bound, groups = zero, 0.0, 0
            network = Network(np.zeros((X.shape[1] + bias, 1)), np.zeros(1))
        else:
            game = solve_relu(X, beta, bias=bias)
            G, groups = game.samples, game.held
            network = balanced(game.neurons, game.weights, discriminator)
            bound = relu_bound(X, beta, bias=bias)
            proven = exactness_of(float(np.sum(G**2)), bound, float(np.sum(X**2)))
            exactness = proven if proven is Exactness.EXACT else Exactness.FIXED_PATTERNS
    if discriminator != "quadratic":
        G = G[_nearest(start, G)]
    frames = start + np.linspace(0.0, 1.0, FRAMES)[:, None, None] * (G - start)
    return GameSolution(
        float(np.sum(G**2)),
        readonly(G),
        network,
        bound,
        distance(X, frames[-1], discriminator, bias=bias),
        readonly(frames),
        exactness,
        groups,
    )


def first_samples(X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Return Gaussian samples of the size of X (n, d), the generator's usual start."""
    return rng.standard_normal(X.shape) * (0.5 * np.sqrt(np.mean(X**2)) or 1.0)


def _nearest(start: np.ndarray, G: np.ndarray) -> np.ndarray:
    """Return the order of samples G with the least sum of squared distances to the starts."""
    from scipy.optimize import linear_sum_assignment

    order: np.ndarray = linear_sum_assignment(np.sum((start[:, None] - G[None]) ** 2, axis=2))[1]
    return order
