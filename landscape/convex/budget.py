"""How long a search for a proof may go on, who hears of it, and who may end it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from copy import copy
from dataclasses import dataclass, field
from math import inf

from landscape.model.readable import readable


def _never() -> bool:
    return False


def _unheard(value: float, lower_bound: float) -> None:
    pass


@dataclass(frozen=True)
class Budget:
    """What a search may spend: it ends when one of these is used up, or earlier with all that can be proven.

    Arguments
        seconds: of wall-clock time, from when the budget is made.
        nodes: of branch and bound; the same number gives the same result on any machine. With none there is no
            relaxation either, and only what the vectors at hand prove.
        halted: asked about every tenth of a second; the search ends as soon as it is True.
        told: called with the value reached and the lower bound proven whenever one of them has become better.

    Raises ValueError for negative numbers, NaN, and what is no number.

    >>> from landscape import Budget, Network, Problem, certify
    >>> problem = Problem(X=[[(i * j) % 11 - 5.0 for j in range(1, 8)] for i in range(1, 31)], y=range(30), lam=1.0)
    >>> shown = []
    >>> budget = Budget(nodes=100, told=lambda value, bound: shown.append((value, bound)))
    >>> proven = certify(problem, Network([[0.0]] * 7, [0.0]), budget=budget)
    >>> shown[-1] == (proven.value, proven.lower_bound)
    True
    """

    seconds: float = inf
    nodes: float = inf
    halted: Callable[[], bool] = _never
    told: Callable[[float, float], None] = _unheard
    begun: float = field(default_factory=time.monotonic, init=False, repr=False)

    __repr__ = readable

    def __post_init__(self) -> None:
        for name in ("seconds", "nodes"):
            _checked(getattr(self, name), name)

    def telling(self, told: Callable[[float, float], None]) -> Budget:
        """Return this budget, begun when it was, with another function that is told."""
        other = copy(self)
        object.__setattr__(other, "told", told)
        return other

    @property
    def left(self) -> float:
        """Seconds left, at least 0; 0 once it is halted."""
        return 0.0 if self.halted() else max(0.0, self.seconds - (time.monotonic() - self.begun))


def as_budget(given: Budget | float | None, otherwise: Budget) -> Budget:
    """Return a budget; a number is one of seconds, and None the other."""
    if given is None:
        return otherwise
    if isinstance(given, Budget):
        return given
    return Budget(seconds=_checked(given, "budget", " of seconds, or a landscape.Budget"))


def _checked(given: object, name: str, of: str = "") -> float:
    """Return a number at least 0, infinity included; raises ValueError that names the argument for anything else."""
    number = None
    if not isinstance(given, str):
        with suppress(TypeError, ValueError, OverflowError):
            number = float(given)  # type: ignore[arg-type]
    if number is None:
        raise ValueError(f"{name} must be a number{of}, but was {repr(given)[:60]}.")
    if not number >= 0:
        raise ValueError(f"{name} must be at least 0, but is {number:g}.")
    return number
