"""A sweep of the data that a visitor has set, for the pages that train them many times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from landscape.experiments.sweep.settings import Sweep
from landscape.geometry.support import all_visited
from landscape.model.datasets import Dataset
from landscape.results.solved_by_stages import LONGEST, NO_OPTIMUM, solving_seconds
from landscape.scenario import Scenario
from landscape.training.optimisers import Method


def own_sweep(
    scenario: Scenario, widths: Sequence[int], scales: Sequence[float], method: Method, starts: int, n_steps: int
) -> Sweep:
    """Return the sweep of a scenario's data, λ, step and seed over widths and initial scales.

    Arguments
        starts: of each cell; n_steps: most steps of a run.

    Raises ValueError, with a sentence, where the optimum to compare with takes too long to prove.
    """
    data, training = scenario.data, scenario.training
    # A search proves little of more than three features in the time that a sweep has for its optimum.
    if (data.d > 3 and not all_visited(data.n, data.d)) or solving_seconds(data.n, data.d) > LONGEST:
        raise ValueError(NO_OPTIMUM)
    return Sweep(
        (Dataset(name="own", X=data.X, y=np.array(data.y), source="a visitor"),),
        tuple(widths),
        scale=tuple(scales),
        lam=(training.lam,),
        step=(training.step,),
        method=(method,),
        seeds=(training.seed,),
        start="balanced",
        starts=starts,
        n_steps=n_steps,
    )
