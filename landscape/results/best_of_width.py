"""The best of a width that is too small for the optimum: apart from the best of any width, and in sentences."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from landscape.convex.best_neuron import BestNeuron, best_neuron
from landscape.convex.certificate import Certificate
from landscape.formatting import counted, written
from landscape.model.excess import at_optimum, is_proven
from landscape.model.network import Network, objective
from landscape.model.problem import Problem


@dataclass(frozen=True, eq=False)
class BestOfWidth:
    """The lowest loss known of the networks of a width, where wider ones do better.

    Arguments
        m: the width; value: the objective of ``network``, the best one known, in units of y².
        network: W (d, m) and α (m,).
        exact: whether no network of this width does better. Elsewhere it is the best found so far.
        any_width: what a wider network reaches, in units of y²; proven: whether none of any width does better.
        bound: a proven lower bound of every width, in units of y²; −infinity where nothing is proven.
    """

    m: int
    value: float
    network: Network
    exact: bool
    any_width: float
    proven: bool
    bound: float

    @property
    def name(self) -> str:
        """What it is called: "best of one neuron", or "best found with 3 neurons"."""
        return f"best of {_neurons(self)}" if self.exact else f"best found with {_neurons(self)}"


def best_of_one_neuron(problem: Problem, optimum: Certificate, ends: Sequence[Network] = ()) -> BestOfWidth | None:
    """Return the best single neuron where wider networks do better, and None where one neuron is enough.

    Arguments
        problem: problem (1).
        optimum: the certificate of the best network known, of any width.
        ends: single neurons that are known, which count where the patterns are too many to visit.
    """
    found = _best_neuron(problem)
    best, value = found.network, found.value
    if not found.exact:
        for end in ends:
            there = objective(problem, end)
            if there < value:
                best, value = end, there
    return best_unless_optimal(problem, optimum, best, value, exact=found.exact)


@lru_cache(maxsize=8)
def _best_neuron(problem: Problem) -> BestNeuron:
    """Return the best single neuron of a problem, found once for all stages of solving it."""
    return best_neuron(problem)


def best_unless_optimal(
    problem: Problem, optimum: Certificate, network: Network, value: float, *, exact: bool
) -> BestOfWidth | None:
    """Return the best network known of its width as such, or None where it is at the optimum of any width.

    Arguments
        problem: problem (1).
        optimum: the certificate of the best network known, of any width.
        network: the best one known of its width m, W (d, m); value: its objective, in units of y².
        exact: whether no network of this width does better.
    """
    proven = is_proven(problem, optimum.lower_bound, optimum.value)
    if at_optimum(problem, value - optimum.value) or at_optimum(problem, value - optimum.lower_bound):
        return None
    return BestOfWidth(network.m, value, network, exact, optimum.value, proven, optimum.lower_bound)


def _of_wider_networks(problem: Problem, best: BestOfWidth) -> str:
    """Return what wider networks reach, as a sentence: where it is not proven to be the least, with the bound."""
    text = f"Networks with more neurons reach {_shown(problem, best.any_width)}"
    if best.proven:
        return f"{text}."
    if not np.isfinite(best.bound):
        return f"{text}, or less."
    return f"{text}, and none is below {_shown(problem, best.bound)}."


def reached_for_its_width(problem: Problem, best: BestOfWidth, loss: float) -> tuple[str, str] | None:
    """Return what to say of a run that ended at the best of its width, and why; None for one that is above it.

    Arguments
        problem: problem (1); best: of the run's own width.
        loss: the objective of the run's last network, in units of y².
    """
    if not best.exact or not at_optimum(problem, loss - best.value):
        return None
    return f"Reached the best that {_neurons(best)} can do: loss {written(loss)}.", _of_wider_networks(problem, best)


def above_the_best(
    problem: Problem, best: BestOfWidth, network: Network, loss: float, active_on: str
) -> tuple[str, str] | None:
    """Return what to say of a run of one neuron that stopped above the best one: where, and which valley caught it.

    None where the best of the width is only the best found so far.

    Arguments
        problem: problem (1); best: of the run's own width.
        network: the run's last one, W (d, 1); loss: its objective, in units of y².
        active_on: the names of the points on which its neuron is active.
    """
    if not best.exact:
        return None
    other = problem.d == 1 and np.sign(network.W[0, 0]) != np.sign(best.network.W[0, 0])
    text = f"{'Stuck' if other else 'Stopped'} at loss {written(loss)}; one neuron can do {written(best.value)}."
    valley = f"It is in the other valley: its neuron acts on {active_on} alone. " if other else ""
    return text, f"{valley}{_of_wider_networks(problem, best)}"


def beside_it(best: BestOfWidth) -> str:
    """Return the best of a width as a sentence of its own, beside what a run that ended elsewhere is told."""
    if best.exact:
        return f"The best that {_neurons(best)} can do is {written(best.value)}."
    return f"The best found so far with {_neurons(best)} is {written(best.value)}."


def sentences_on(problem: Problem, best: BestOfWidth, *, starred: bool) -> str:
    """Return the best of a width, how it is known, and what wider networks reach.

    Arguments
        problem: problem (1).
        starred: whether the pictures beside the sentences mark it with a hollow star.
    """
    loss = f"{written(best.value)}{' (☆)' if starred else ''}"
    if best.exact:
        return f"Loss {loss} is the best that {_neurons(best)} can do, exactly. {_of_wider_networks(problem, best)}"
    searched = "of the runs shown and a search: a lower one may exist"
    return (
        f"Loss {loss} is the best found so far with {_neurons(best)}, {searched}. {_of_wider_networks(problem, best)}"
    )


def _neurons(best: BestOfWidth) -> str:
    return "one neuron" if best.m == 1 else counted(best.m, "neuron")


def _shown(problem: Problem, loss: float) -> str:
    return "0" if at_optimum(problem, loss) else written(loss)
