"""What draws the scenes of a lesson: for each page that a scene can be on, its own views and state."""

from __future__ import annotations

import threading
from typing import Any

from landscape.lessons import facts_of, film_facts
from landscape.lessons.facts import size_facts
from landscape.lessons.pages import TabQuery
from landscape.scenario import Scenario
from landscape.web.beyond.settings import SETTINGS
from landscape.web.beyond.shown import shown_alone, values_first
from landscape.web.beyond.state import from_query
from landscape.web.convex_twin import stage_state as twin_state, views as twin_views
from landscape.web.dynamics import stage_state as film_state, views as film_views
from landscape.web.dynamics.films import film
from landscape.web.front.show_me import draw as draw_landscape
from landscape.web.lessons.played_lesson import Drawing, DrawnScene
from landscape.web.race.controls import USUAL_BUDGET
from landscape.web.race.live_race import run_race
from landscape.web.race.page import stage_of
from landscape.web.race.recorded import recorded_race
from landscape.web.shared.results_cache import solved_scenario_of

CURVE = film_views.CURVES[0][0]
"""The curve beside the losses of two films."""


def draw_convex_twin(scenario: Scenario) -> DrawnScene:
    """Return what the page Convex twin shows of a scenario."""
    solved = solved_scenario_of(scenario)
    views, state = twin_views.views_of(scenario, solved), twin_state.state_of(scenario, solved)
    return DrawnScene(facts_of(scenario, solved), views, state, solved)


def draw_dynamics(scenario: Scenario) -> DrawnScene:
    """Return what the page Dynamics shows of a scenario: its films, with all their steps."""
    filmed = film(scenario.data, scenario.training, _unheard, threading.Event())
    assert filmed is not None  # nothing halts it
    views = film_views.views_of(scenario.data, filmed, CURVE)
    return DrawnScene(film_facts(scenario, filmed), views, film_state.state_of(scenario, filmed))


def draw_race(scenario: Scenario) -> DrawnScene:
    """Return the race of a scenario: the recorded one where it is that, else run here and now."""
    known = recorded_race(scenario, USUAL_BUDGET)
    ended = run_race(scenario, USUAL_BUDGET, _unheard, threading.Event()) if known is None else known.result
    views, state = stage_of(ended, scenario, USUAL_BUDGET, ended=True)
    return DrawnScene(size_facts(scenario), tuple(views), state)


def draw_beyond(tab: TabQuery) -> DrawnScene:
    """Return what a tab of the page Beyond shows, solved and trained; raises ValueError for values it cannot have."""
    setting = SETTINGS[tab.tab]
    state = from_query(tab.values, setting.start)
    found = setting.solve(state)
    trained = setting.train(state, lambda done, all_: None, lambda: False)
    views = values_first(setting.views(state, found, trained))
    return DrawnScene({}, views, shown_alone(setting, state, found, trained))


def _unheard(*said: Any, **more: Any) -> None:
    """Report progress to nobody."""


DRAWING: Drawing = {
    "landscape": draw_landscape,
    "convex-twin": draw_convex_twin,
    "dynamics": draw_dynamics,
    "race": draw_race,
    "beyond": draw_beyond,
}
