"""The state of the stage of the page Convex twin: all but its views."""

from __future__ import annotations

from collections.abc import Collection

from landscape.results.solved_scenario import SolvedScenario
from landscape.scenario import Scenario
from landscape.web.convex_twin.sentences import is_dragged, sentences_of
from landscape.web.convex_twin.views import MOST_DRAWN, runs_of
from landscape.web.session import can_redo, can_undo
from landscape.web.shared.panels import panels_of
from landscape.web.stage.protocol.drags import DataDrag
from landscape.web.stage.protocol.state import StageState, Tools


def state_of(scenario: Scenario, solved: SolvedScenario, hidden: Collection[str] = ()) -> StageState:
    """Return the sentences, the runs to play, and the data that can be dragged."""
    data = scenario.data
    return StageState(
        sentences=() if "sentences" in hidden else sentences_of(scenario, solved),
        runs=runs_of(solved),
        drag=DataDrag(data.x, data.y, data.bias) if is_dragged(data) else None,
        at=scenario.view.at,
        tools=Tools(undo=can_undo(), redo=can_redo(), runs=False),
        transport="transport" not in hidden,
        large=scenario.view.large,
        panels=panels_of(scenario, solved),
        reports_playhead=True,
        lead=0 if data.features > MOST_DRAWN else 2,
    )


def pending_state(scenario: Scenario, hidden: Collection[str] = ()) -> StageState:
    """Return the state before anything is solved: the data are there, and nothing to play."""
    return StageState(
        tools=Tools(undo=can_undo(), redo=can_redo(), runs=False),
        transport="transport" not in hidden,
        large=scenario.view.large,
        lead=2,
    )
