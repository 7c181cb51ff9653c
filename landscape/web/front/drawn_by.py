"""Who solves and draws a scenario of the front page: the visitor's browser, or the server.

The browser has the page's mathematics and figures too (``stage/js/front/``, held to Python's by ``tests/web/front``). A
change then costs the server a few milliseconds and some hundred bytes, however many visitors there are. What would keep
a phone busy for long is solved here, and in the queue of long work where that takes long here too.
"""

from __future__ import annotations

import streamlit as st

from landscape.results.solved_by_stages import scenario_seconds
from landscape.scenario import Scenario

MOST_POINTS = 60
"""Points up to which the browser does it."""

LONGEST = 0.8
"""Seconds that solving may take the server, for the browser to do it."""

_CANNOT = "the browser cannot draw"
"""Where the session keeps that it failed to."""


def drawn_by_browser(scenario: Scenario) -> bool:
    """Return whether the browser solves and draws a scenario."""
    if st.session_state.get(_CANNOT, False) or scenario.training.scales or scenario.data.n > MOST_POINTS:
        return False
    return scenario_seconds(scenario.data, scenario.training) <= LONGEST


def draw_here() -> None:
    """Draw every scenario of this session here from now on: the browser has failed to."""
    st.session_state[_CANNOT] = True
