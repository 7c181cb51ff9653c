"""Problem (2) with the λ that some sources write, and how it then fails to match."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from landscape.convex import solve_convex
from landscape.scenario import Data, Scenario, Training


@lru_cache(maxsize=64)
def value_with_sources_lambda(data: Data, training: Training) -> float:
    """Return the value of (2) with λ Σ(‖u‖ + ‖v‖) in place of 2λ: the same as (2) at half the regularisation."""
    problem = Scenario(data, training).problem()
    return solve_convex(replace(problem, lam=problem.lam / 2)).value
