"""What draws the scenes of a lesson: for each page that a scene can be on, its own views and state."""

from __future__ import annotations

import threading

from landscape.lessons import facts_of, film_facts
from landscape.scenario import Scenario
from landscape.web.convex_twin import stage_state as twin_state, views as twin_views
from landscape.web.dynamics import stage_state as film_state, views as film_views
from landscape.web.dynamics.films import film
from landscape.web.front.show_me import draw as draw_landscape
from landscape.web.lessons.played_lesson import Drawing, DrawnScene
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
    filmed = film(scenario.data, scenario.training, lambda *said, **more: None, threading.Event())
    assert filmed is not None  # nothing halts it
    views = film_views.views_of(scenario.data, filmed, CURVE)
    return DrawnScene(film_facts(scenario, filmed), views, film_state.state_of(scenario, filmed))


DRAWING: Drawing = {"landscape": draw_landscape, "convex-twin": draw_convex_twin, "dynamics": draw_dynamics}
