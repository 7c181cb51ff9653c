"""The Wasserstein game: real samples, free generated samples, and a two-layer discriminator with weight decay.

    min_G max_D  Σ_i D(x_i) − Σ_i D(g_i) − β·decay(D) + ‖G‖_F²               X, G (n, d)

    linear     D(x) = Σ α_j x·w_j,          decay ½ (‖W‖² + ‖α‖²)
    relu       D(x) = Σ α_j relu(x·w_j),    decay ½ (‖W‖² + ‖α‖²); with a bias x stands for (x, 1)
    quadratic  D(x) = Σ α_j (x·w_j)²,       decay ⅓ (2 Σ ‖w_j‖³ + Σ |α_j|³)

The decay has the degree of D, so the inner maximum is 0 where no unit neuron separates X from G by more than β, and
else infinite (Sahiner et al., ICLR 2022).
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from landscape.geometry.support import Support, support
from landscape.model.network import Network
from landscape.model.problem import finite_array, without_underflow

Discriminator = Literal["linear", "quadratic", "relu"]

DISCRIMINATORS: tuple[Discriminator, ...] = ("linear", "quadratic", "relu")

MOST_POINTS = 60
MOST_FEATURES = 6
"""Most samples, and most features (two for a relu discriminator: its distance is exact up to three weights)."""


def discriminator_inputs(points: np.ndarray, *, bias: bool, one: float = 1.0) -> np.ndarray:
    """Return the discriminator's inputs for points (..., n, d): with a bias, a last entry ``one`` is appended."""
    return np.concatenate([points, np.full((*points.shape[:-1], 1), one)], axis=-1) if bias else points


def scores(points: np.ndarray, network: Network, discriminator: Discriminator) -> np.ndarray:
    """Return D (n,) at inputs of the discriminator."""
    pre: np.ndarray = points @ network.W
    if discriminator == "relu":
        pre = np.maximum(pre, 0.0)
    elif discriminator == "quadratic":
        pre = pre**2
    output: np.ndarray = pre @ network.alpha
    return output


def decay(network: Network, discriminator: Discriminator) -> float:
    """Return the discriminator's weight decay, to be multiplied by β."""
    if discriminator == "quadratic":
        return float(2.0 * np.sum(np.linalg.norm(network.W, axis=0) ** 3) + np.sum(np.abs(network.alpha) ** 3)) / 3.0
    return float(np.sum(network.W**2) + np.sum(network.alpha**2)) / 2.0


def strongest(real: np.ndarray, made: np.ndarray, discriminator: Discriminator) -> Support:
    """Return the unit neuron that separates real from generated inputs most, with its sign and margin."""
    if discriminator == "relu":
        return support(without_underflow(np.concatenate([real, made])), np.repeat([1.0, -1.0], [len(real), len(made)]))
    if discriminator == "linear":
        difference = real.sum(axis=0) - made.sum(axis=0)
        size = float(np.linalg.norm(difference))
        return Support(size, difference / size if size > 0 else difference, 1.0)
    values, vectors = np.linalg.eigh(real.T @ real - made.T @ made)
    top = int(np.argmax(np.abs(values)))
    return Support(float(abs(values[top])), vectors[:, top], float(np.sign(values[top]) or 1.0))


def distance(X: np.ndarray, G: np.ndarray, discriminator: Discriminator, *, bias: bool = True) -> float:
    """Return the most by which a unit neuron separates samples X from G, both (n, d): feasible means at most β.

    Linear ‖1ᵀX − 1ᵀG‖, quadratic ‖XᵀX − GᵀG‖₂, relu max |Σ relu(x·u) − Σ relu(g·u)|, with a bias if ``bias``.
    Raises ValueError where shapes disagree or there are too many points or features.
    """
    X, G = checked(X, discriminator), checked(G, discriminator)
    if X.shape != G.shape:
        raise ValueError(f"G must have the shape {X.shape} of X, but has {G.shape}.")
    with_bias = bias and discriminator == "relu"
    return strongest(
        discriminator_inputs(X, bias=with_bias), discriminator_inputs(G, bias=with_bias), discriminator
    ).value


def balanced(directions: np.ndarray, weights: np.ndarray, discriminator: Discriminator) -> Network:
    """Return unit neurons (d, m) with weights (m,) as the network of least decay; none as one neuron of zeros."""
    kept = weights != 0
    if not np.any(kept):
        return Network(np.zeros((directions.shape[0], 1)), np.zeros(1))
    directions, weights = directions[:, kept], weights[kept]
    share = np.abs(weights) ** (1.0 / 3.0 if discriminator == "quadratic" else 0.5)
    return Network(directions * share, np.sign(weights) * share)


def checked(points: object, discriminator: str, name: str = "X") -> np.ndarray:
    """Return points (n, d) as a read-only array, or raise ValueError."""
    if discriminator not in DISCRIMINATORS:
        raise ValueError(f"discriminator must be one of {', '.join(DISCRIMINATORS)}, but was {discriminator!r:.60}.")
    array = finite_array(points, name, 2)
    most = 2 if discriminator == "relu" else MOST_FEATURES
    if array.shape[1] > most:
        raise ValueError(f"{name} must have at most {most} features here, but has {array.shape[1]}.")
    if len(array) > MOST_POINTS:
        raise ValueError(f"{name} must have at most {MOST_POINTS} samples, but has {len(array)}.")
    return array
