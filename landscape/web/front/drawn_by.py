"""Who solves and draws a scenario of the front page: the visitor's browser, or the server.

The browser has the page's mathematics and figures too (``stage/js/front/``, held to Python's by ``tests/web/front``). A
change then costs the server a few milliseconds and some hundred bytes, however many visitors there are. What would keep
a phone busy for long is solved here, and in the queue of long work where that takes long here too.
"""

from __future__ import annotations

import streamlit as st

from landscape.scenario import Scenario
from landscape.web.shared.results_cache import takes_long

MOST_POINTS = 60
"""Points up to which the browser does it."""

WORK = 30_000
"""Steps of all runs up to which it does: each counts once, and a hundredth more for every neuron at every point."""

_CANNOT = "the browser cannot draw"
"""Where the session keeps that it failed to."""


def drawn_by_browser(scenario: Scenario) -> bool:
    """Return whether the browser solves and draws a scenario."""
    data, training = scenario.data, scenario.training
    if st.session_state.get(_CANNOT, False) or training.scales or data.n > MOST_POINTS:
        return False
    exact_basins = training.m == 2 and training.layer == "ones" and scenario.view.plane == "neurons"
    if scenario.view.basins and training.m > 1 and not exact_basins:
        return False  # each of their starts is a run
    steps = training.steps * (len(training.runs) + training.starts)
    return steps * (1 + training.m * data.n / 100) <= WORK and not takes_long(scenario)


def draw_here() -> None:
    """Draw every scenario of this session here from now on: the browser has failed to."""
    st.session_state[_CANNOT] = True
