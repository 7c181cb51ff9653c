"""The results that the pages of a scenario share, each cached by the flat records that determine it, never by arrays.

``functools.lru_cache`` compares records by class and value, and returns the same frozen result to every visitor.
"""

from __future__ import annotations

from functools import lru_cache

from landscape.loss.missing_neuron import missing_neuron
from landscape.model.network import Network
from landscape.results.solved_scenario import SolvedScenario, solve_scenario
from landscape.scenario import Data, Scenario, Training
from landscape.scene import Basins, basins_of


@lru_cache(maxsize=64)
def _solved(data: Data, training: Training, escape: int | None) -> SolvedScenario:
    return solve_scenario(data, training, escape)


def solved_scenario_of(scenario: Scenario) -> SolvedScenario:
    """Return the solution and the runs of a scenario."""
    return _solved(scenario.data, scenario.training, scenario.view.escape)


@lru_cache(maxsize=64)
def missing_neurons_of(data: Data, training: Training) -> dict[str, Network]:
    """Return, by the id of each run whose certificate names a missing neuron, that neuron."""
    solved = _solved(data, training, None)
    found = {run.id: missing_neuron(solved.problem, run.trajectory.network(), run.certificate) for run in solved.runs}
    return {run: neuron for run, neuron in found.items() if neuron is not None}


@lru_cache(maxsize=32)
def basins_shown(scenario: Scenario) -> Basins | None:
    """Return the basins of a scenario where they are switched on and the landscape is a map of two weights."""
    if not scenario.view.basins or scenario.training.m == 1 or scenario.data.d > 1:
        return None
    return basins_of(solved_scenario_of(scenario), scenario)
