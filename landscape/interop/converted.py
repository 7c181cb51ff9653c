"""A trained network in this package's convention, and the words of how it came there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from landscape.formatting import counted, short, written
from landscape.interop.penalties import Layers, OneLambda, scaled
from landscape.model.loss import total_loss
from landscape.model.network import Network, objective, predict
from landscape.model.problem import Loss, Problem
from landscape.model.readable import readable


@dataclass(frozen=True)
class Terms:
    """In which terms a training speaks of what is a problem here.

    Arguments
        loss: what it called its loss over the samples, in words.
        times: by what its loss and its penalty are multiplied to be the objective here.
        column: what the last column of X holds that stands for hidden biases; 0.0 where there is none.
        beyond: the share of what hidden biases cost here that they did not cost in the training.
    """

    loss: str
    times: float = 1.0
    column: float = 0.0
    beyond: float = 0.0

    __repr__ = readable


@dataclass(frozen=True, eq=False, repr=False)
class Converted:
    """A network that was trained elsewhere, as a problem and a network; it unpacks into these two, as a pair does.

    Arguments
        problem: what it was trained on, with the penalty as λ.
        network: its weights as they are; ``objective(problem, network)`` is what it costs.
        conversion: how the one came from the other, a sentence each.
        terms: those of the training, in which the objective is told too.

    >>> from landscape import from_arrays
    >>> problem, network = from_arrays([[1.0, -1.0]], [2.0, 0.5], X=[[-1.0], [1.0]], y=[1.0, 2.0], lam=0.1)
    >>> network.W.shape
    (1, 2)
    """

    problem: Problem
    network: Network
    conversion: tuple[str, ...]
    terms: Terms | None = None

    def __iter__(self) -> Iterator[Any]:
        return iter((self.problem, self.network))

    def __getitem__(self, index: Any) -> Any:
        return (self.problem, self.network)[index]

    def __len__(self) -> int:
        return 2

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
            f"Problem: {counted(problem.n, 'sample')} of {_features(problem, self.terms)},{loss} "
            f"λ = {short(problem.lam)}, {bias}.",
            f"Network: {counted(network.m, 'neuron')}, objective {written(objective(problem, network))}"
            f"{_made_of(problem, network, self.terms)}.",
            "Conversion:",
            *(f"  - {sentence}" for sentence in self.conversion),
        ]
        return "\n".join(lines)


def _features(problem: Problem, terms: Terms | None) -> str:
    """Return what the columns of X are: of a column that stands for biases it is said that it is none of the data."""
    column = terms.column if terms is not None else 0.0
    if not column and not problem.biased:
        return counted(problem.d, "feature")
    held = "of ones" if column in (0.0, 1.0) else f"with {short(column)} in each row"
    return f"{counted(problem.d - 1, 'feature')} and a column {held}"


def _made_of(problem: Problem, network: Network, terms: Terms | None) -> str:
    """Return the objective as the loss and the penalty of the training, to be compared with what that has printed."""
    if terms is None:
        return ""
    loss = total_loss(problem, problem.y - predict(problem.X, network)) / terms.times
    parts = f"{terms.loss} {written(loss)}"
    if problem.lam > 0:
        each = problem.lam / terms.times
        more = each * terms.beyond * float((network.W[-1] ** 2).sum())
        squares = float((network.W**2).sum() + (network.alpha**2).sum())
        squares += network.bias**2 if problem.output_bias == "penalised" else 0.0
        parts += f" + penalty {written(each * squares - more)}"
        if terms.beyond:
            sign, than = ("+", "more") if more >= 0 else ("−", "less")
            parts += f" {sign} {written(abs(more))} that hidden biases cost {than} here"
        parts = parts if terms.times == 1 else f"({parts})"
    return f" = {parts}" if terms.times == 1 else f" = {short(terms.times)} × {parts}"


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
    layers: Layers,
    X: np.ndarray,
    y: np.ndarray,
    form: OneLambda,
    loss: Loss,
    said: tuple[str, ...],
    *,
    called: str,
    times: float = 1.0,
) -> Converted:
    """Return a network with the problem in which it was trained.

    Arguments
        X: (n, d) samples without a column for biases; y: (n,) labels, ±1 for the logistic loss.
        form: the penalties; loss: "squared" or "logistic".
        said: the sentences of the conversion that come first.
        called, times: the loss of the training in words, and by what it is multiplied here (``Terms``).
    """
    neurons = scaled(layers, form)
    W = neurons.W
    if neurons.hidden_bias is not None:
        X = np.column_stack([X, np.full(len(X), form.column)])
        W = np.vstack([W, neurons.hidden_bias])
    problem = Problem(X, y, form.lam, output_bias=form.output_bias, loss=loss)
    network = Network(W, neurons.alpha, neurons.output_bias or 0.0)
    return Converted(problem, network, (*said, *form.sentences), Terms(called, times, form.column, form.beyond))
