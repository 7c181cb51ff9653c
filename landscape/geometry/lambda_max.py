"""The regularisation from which on the zero network is optimal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from math import sqrt

from landscape.geometry.search import largest_support
from landscape.geometry.support import geometry
from landscape.model.output_bias import labels_left
from landscape.model.problem import LARGEST, Problem

CROSSED = 1e-13
"""The share of itself to which the λ is located that is its own support."""


def lambda_max(problem: Problem) -> float:
    """Return the λ from which on the zero network is optimal for problem (1): support(y), without an output bias.

    Optimal among the networks of the problem's class. With an output bias that of the zero network is at its best: a
    free one leaves support(y − ȳ), and where it is penalised λ is on both sides of support(y − 1 Σ y_i / (n + λ)) = λ.
    Where X has too many cells to visit it is the most that any neuron found has (``largest_support``, whose ``error``
    says by how much it may be short): from below, so that beyond five features networks other than zero may be optimal
    at this λ and beyond.

    >>> from landscape import Problem, lambda_max
    >>> lambda_max(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0]))
    2.0
    >>> lambda_max(Problem(X=[[-1.0], [1.0]], y=[1.0, 2.0], output_bias="free"))
    0.5
    """
    space = geometry(problem.X, quick=True)

    def support_at(lam: float) -> float:
        return largest_support(space, labels_left(replace(problem, lam=lam))).value

    if problem.output_bias != "penalised":
        return support_at(problem.lam)
    # With λ → ∞ the bias vanishes: between that and a free one the support is at most the larger of both.
    return _last_crossing(support_at, problem.n, max(support_at(0.0), support_at(LARGEST)))


def _last_crossing(support_at: Callable[[float], float], n: int, above: float) -> float:
    """Return the least λ such that no λ' from there to ``above`` is below support_at(λ'), rounded up.

    The support is convex in the bias, which is a multiple of 1/(n + λ): between two λ it is below the chord in that.
    Where the chord may reach λ, the right half is looked at first.
    """
    at_above = support_at(above)
    open_ends = [(0.0, support_at(0.0))]
    while open_ends:
        begin, at_begin = open_ends[-1]
        narrow = above - begin <= CROSSED * above
        if at_begin > begin and narrow:
            return above
        if at_begin > begin or not (narrow or _chord_stays_below((begin, at_begin), (above, at_above), n)):
            middle = (begin + above) / 2.0
            open_ends.append((middle, support_at(middle)))
        else:
            above, at_above = open_ends.pop()
    return above


def _chord_stays_below(begin: tuple[float, float], end: tuple[float, float], n: int) -> bool:
    """Return whether α + β/(n + λ) through two points (λ, at most λ) is at most λ between them."""
    (a, at_a), (b, at_b) = begin, end
    slope = (at_a - at_b) / (b - a) * (n + a) * (n + b)
    if slope >= 0.0:  # convex in λ
        return True
    nearest = min(max(sqrt(-slope) - n, a), b)
    return at_b + slope * (b - nearest) / (n + nearest) / (n + b) <= nearest
