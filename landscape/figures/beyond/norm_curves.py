"""A network with batch normalisation as an ordinary two-layer network: the batch's statistics are held fixed."""

from __future__ import annotations

import numpy as np

from landscape.extensions.batch_norm import NormNetwork, Where
from landscape.model.network import Network, with_neurons


def with_fixed_statistics(X: np.ndarray, network: NormNetwork, where: Where) -> Network:
    """Return the two-layer network with the same outputs on the batch X (n, 2), whose last column is ones.

    Mean and size of each neuron are those of the batch, as at test time: before the ReLU they move and scale its
    weights, after it they scale the second layer and add a constant, which is one more neuron of weights (0, 1).
    """
    n = len(X)
    values = X @ network.W
    if where == "after":
        values = np.maximum(values, 0.0)
    mean = values.mean(axis=0)
    size = np.linalg.norm(values - mean, axis=0)
    flat = size <= 1e-14 * np.linalg.norm(values, axis=0)
    scale = np.where(flat, 0.0, network.gamma / np.where(flat, 1.0, size))
    shift = network.delta / np.sqrt(n) - scale * mean
    if where == "before":
        W = scale * network.W
        W[-1] += shift
        return Network(W, network.alpha)
    constant = Network(np.array([[0.0], [1.0]]), np.array([shift @ network.alpha]))
    return with_neurons(Network(network.W, network.alpha * scale), constant)
