"""A trained network in this package's convention, and the words of how it came there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.formatting import counted, short, written
from landscape.interop.penalties import Layers, OneLambda, scaled
from landscape.model.network import Network, objective
from landscape.model.problem import Loss, Problem


@dataclass(frozen=True, eq=False, repr=False)
class Converted:
    """A network that was trained elsewhere, as a problem and a network; it unpacks into these two.

    Arguments
        problem: what it was trained on, with the penalty as λ.
        network: its weights as they are; ``objective(problem, network)`` is what it costs.
        conversion: how the one came from the other, a sentence each.

    >>> from landscape import from_arrays
    >>> problem, network = from_arrays([[1.0, -1.0]], [2.0, 0.5], X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> network.W.shape
    (1, 2)
    """

    problem: Problem
    network: Network
    conversion: tuple[str, ...]

    def __iter__(self) -> Iterator[Any]:
        return iter((self.problem, self.network))

    def __repr__(self) -> str:
        """What it is and how it came there, in whole sentences."""
        problem, network = self.problem, self.network
        bias = {
            "none": "no output bias",
            "free": "an output bias that costs nothing",
            "penalised": "an output bias that costs λ b²",
        }[problem.output_bias]
        loss = " logistic loss," if problem.loss == "logistic" else ""
        lines = [
            f"Problem: {counted(problem.n, 'sample')} of {counted(problem.d, 'feature')},{loss} "
            f"λ = {short(problem.lam)}, {bias}.",
            f"Network: {counted(network.m, 'neuron')}, objective {written(objective(problem, network))}.",
            "Conversion:",
            *(f"  - {sentence}" for sentence in self.conversion),
        ]
        return "\n".join(lines)


def logistic_labels(y: np.ndarray, coding: tuple[float, float] | None = None) -> np.ndarray:
    """Return labels (n,) of two classes as ±1.

    Arguments
        coding: the two labels that the loss takes; 0 and 1, or −1 and 1, where it takes either.

    Raises ValueError for other labels, with the first of them.
    """
    allowed = [coding] if coding is not None else [(0.0, 1.0), (-1.0, 1.0)]
    for low, high in allowed:
        if np.isin(y, (low, high)).all():
            return np.where(y == high, 1.0, -1.0)
    wanted = " or ".join(f"{low:g} and {high:g}" for low, high in allowed)
    wrong = y[~np.isin(y, [label for pair in allowed for label in pair])]
    held = f"{wrong[0]:g}" if len(wrong) else "0, 1 and −1"
    raise ValueError(f"y must hold the labels {wanted} for this loss, but holds {held}.")


def convert(
    layers: Layers, X: np.ndarray, y: np.ndarray, form: OneLambda, loss: Loss, said: tuple[str, ...]
) -> Converted:
    """Return a network with the problem in which it was trained.

    Arguments
        X: (n, d) samples without a column for biases; y: (n,) labels, ±1 for the logistic loss.
        form: the penalties; loss: "squared" or "logistic".
        said: the sentences of the conversion that come first.
    """
    neurons = scaled(layers, form)
    W = neurons.W
    if neurons.hidden_bias is not None:
        X = np.column_stack([X, np.full(len(X), form.column)])
        W = np.vstack([W, neurons.hidden_bias])
    problem = Problem(X, y, form.lam, output_bias=form.output_bias, loss=loss)
    network = Network(W, neurons.alpha, neurons.output_bias or 0.0)
    return Converted(problem, network, (*said, *form.sentences))
