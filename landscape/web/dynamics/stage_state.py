"""What the stage of the page Dynamics shows beside its views."""

from __future__ import annotations

from collections.abc import Collection

from landscape.results.filmed_runs import FilmedRuns
from landscape.scenario import Scenario
from landscape.web.dynamics.sentences import sentences_of
from landscape.web.dynamics.views import columns_of, runs_of
from landscape.web.session import can_redo, can_undo


def scene_of(scenario: Scenario, filmed: FilmedRuns, hidden: Collection[str] = ()) -> dict:
    """Return the sentences and the runs to play; the playhead stays in the browser until a step is to be certified."""
    return {
        "sentences": [] if "sentences" in hidden else sentences_of(filmed, scenario.view.at),
        "hidden": sorted(hidden),
        "runs": runs_of(filmed),
        "live": None,
        "paced": True,
        "quiet": True,
        "columns": columns_of(scenario.data, filmed),
        "at": scenario.view.at,
        "tools": {"undo": can_undo(), "redo": can_redo(), "runs": False},
        "large": scenario.view.large,
    }
