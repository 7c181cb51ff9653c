"""The sources' training runs as scenarios of the page Dynamics, which starts with one of them."""

from __future__ import annotations

from functools import cache

import numpy as np

from landscape.model.initialisation import STARTS
from landscape.scenario import Data, Run, Scenario, Training
from landscape.training.published_runs import PUBLISHED_RUNS, PublishedRun, published_run
from landscape.web.session import scenario_page

BESIDE = {"small": (1e-9, 1.0)}
"""Presets with two scales side by side, instead of one."""


@cache
def scenario_of(name: str) -> Scenario:
    """Return a published run as a scenario: data, start and step; raises ValueError for a name that none has."""
    found = published_run(name)
    # The data have a generator of their own: a start drawn by the same one would repeat their numbers.
    drawn = found.data(np.random.default_rng([0, 1]))
    data = Data(tuple(drawn.X.ravel().tolist()), tuple(drawn.y.tolist()), drawn.X.shape[1], drawn.bias)
    problem, start = found.setup(np.random.default_rng(0))
    step = float(f"{found.step_for(problem):.12g}")
    common = {"m": found.m, "layer": "trained", "method": found.method, "step": step, "steps": found.n_steps}
    init = _init_of(found)
    if init is None:
        run = Run(found.method, ((0, step),), tuple(start.W.T.ravel().tolist()), tuple(start.alpha.tolist()))
        return Scenario(data, Training(runs=(run,), **common))  # type: ignore[arg-type]
    scales = BESIDE.get(name, (found.scale,))
    return Scenario(data, Training(runs=(), scales=scales, init=init, scale=found.scale, **common))  # type: ignore[arg-type]


def _init_of(found: PublishedRun) -> str | None:
    return next((name for name, start in STARTS.items() if start is found.start), None)


START = scenario_of("small")
"""What the page opens with: the poster's two initialisations side by side."""

PAGE = scenario_page("dynamics", START, script="pages/dynamics.py", trains_second_layer=True)

OFFERED = PUBLISHED_RUNS
"""The presets, in the order they are offered."""
