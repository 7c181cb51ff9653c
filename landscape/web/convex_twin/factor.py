"""Two variations of problem (2): with the λ that some sources write, and without its cones where λ = 0."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from landscape.convex.gated_relu import GatedFit, gated_fit
from landscape.convex.twin import solve_convex
from landscape.scenario import Data, Scenario, Training

MOST_GATED = 60
"""Points up to which the gated fit, a least-squares problem of 4n unknowns, is shown."""


@lru_cache(maxsize=64)
def value_with_sources_lambda(data: Data, training: Training) -> float:
    """Return the value of (2) with λ Σ(‖u‖ + ‖v‖) in place of 2λ: the same as (2) at half the regularisation."""
    problem = Scenario(data, training).problem()
    return solve_convex(replace(problem, lam=problem.lam / 2)).value


@lru_cache(maxsize=64)
def gated(data: Data, training: Training) -> GatedFit:
    """Return the gated ReLU fit of a problem without regularisation."""
    return gated_fit(Scenario(data, training).problem())
