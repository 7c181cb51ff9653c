"""The state of the stage of the page Dynamics: all but its views."""

from __future__ import annotations

from collections.abc import Collection

from landscape.results.filmed_runs import FilmedRuns
from landscape.scenario import Scenario
from landscape.web.dynamics.events import certified_step
from landscape.web.dynamics.sentences import sentences_of
from landscape.web.dynamics.views import columns_of, leading, runs_of
from landscape.web.session import can_redo, can_undo
from landscape.web.stage.protocol.state import StageState, Tools


def state_of(scenario: Scenario, filmed: FilmedRuns, hidden: Collection[str] = ()) -> StageState:
    """Return the sentences and the runs to play; certified is the step asked for, wherever the playhead is."""
    return StageState(
        sentences=() if "sentences" in hidden else sentences_of(filmed, certified_step(scenario)),
        runs=runs_of(filmed),
        at=scenario.view.at,
        tools=Tools(undo=can_undo(), redo=can_redo(), runs=False),
        transport="transport" not in hidden,
        large=scenario.view.large,
        reports_playhead=True,
        columns=columns_of(scenario.data, filmed),
        lead=leading(scenario.data, filmed),
        paced=True,
    )
