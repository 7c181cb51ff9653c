"""The pictures of the front page, drawn by the browser or here, and what is said while long solving goes on."""

from __future__ import annotations

from dataclasses import replace

from landscape.scenario import Scenario
from landscape.web.frame import hidden
from landscape.web.front.drawn_by import drawn_by_browser
from landscape.web.front.events import act
from landscape.web.front.opening import opens_playing
from landscape.web.front.stage_state import state_of
from landscape.web.front.views import views_of
from landscape.web.session import can_redo, can_undo
from landscape.web.shared.panels import panels_of
from landscape.web.shared.results_cache import Answer, answer_of, show_progress, solved_scenario_of
from landscape.web.stage import stage, stage_of
from landscape.web.stage.protocol.panels import Panels

KEY = "landscape"
"""Identifies the stage in the session."""

_PARTS = frozenset({"transport", "sentences"})


def pictures(scenario: Scenario) -> None:
    """Draw the stage of a scenario, less the parts that the address leaves out."""
    if drawn_by_browser(scenario):
        _of_the_browser(scenario)
        return
    answer = answer_of(scenario)
    show_progress(answer)
    shown = answer.scenario
    state = state_of(
        shown,
        solved_scenario_of(shown),
        hidden(),
        undo=can_undo(),
        redo=can_redo(),
        opens_playing=opens_playing(scenario),
    )
    stage(views_of(shown), replace(state, scenario=scenario), key=KEY, on_event=act, alone=True)


def _of_the_browser(scenario: Scenario) -> None:
    show_progress(Answer(scenario, None))
    stage_of(
        scenario,
        undo=can_undo(),
        redo=can_redo(),
        opens_playing=opens_playing(scenario),
        hidden=hidden() & _PARTS,
        panels=_panels(scenario),
        key=KEY,
        on_event=act,
    )


def _panels(scenario: Scenario) -> Panels:
    """Return the formulas and the proof where they are open: they are written here, of what is solved here."""
    view = scenario.view
    if not (view.formulas or view.proof):
        return Panels(None, None)
    return panels_of(scenario, solved_scenario_of(scenario))
