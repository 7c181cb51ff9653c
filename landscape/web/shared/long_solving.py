"""Solving a scenario as it crosses into another process."""

from __future__ import annotations

import threading

from landscape.results.search_record import SearchState
from landscape.results.solved_by_stages import PROLONGED, SEARCHED, solve_by_stages
from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Data, Training
from landscape.web.jobs import Report


def solve(
    data: Data,
    training: Training,
    escape: int | None,
    earlier: SolvedScenario | None,
    report: Report[SolvedScenario],
    halt: threading.Event,
) -> SolvedScenario:
    """Solve a scenario by stages, reporting each; its search goes on from an earlier result, longer than that took."""
    before = None if earlier is None or earlier.search is None else earlier.search.state
    seconds = PROLONGED if before is SearchState.TIME_OVER else SEARCHED
    return solve_by_stages(data, training, escape, report, halt.is_set, earlier=earlier, seconds=seconds)
