"""The sidebar of the page Race: data, problem, and how long each entrant may take."""

from __future__ import annotations

import streamlit as st

from landscape.formatting import short
from landscape.scenario import Scenario
from landscape.web.frame import heading
from landscape.web.shared.data_panel import choose_data
from landscape.web.shared.scenario_controls import (
    choose_in_sidebar,
    large_type,
    neurons_dial,
    regularisation_dial,
    seed_dial,
)

BUDGETS = (1.0, 2.0, 5.0, 10.0, 20.0)
"""CPU seconds that each entrant may take, for a visitor to choose from."""

USUAL_BUDGET = 2.0
"""The budget before a visitor has chosen one."""

_BUDGET = "race budget"


def choose() -> Scenario:
    """Draw the controls in the sidebar, unless the address hides them, and return what they set."""
    return choose_in_sidebar(_choose)


def seconds_allowed() -> float:
    """Return how many seconds each entrant may take."""
    return float(st.session_state.get(_BUDGET) or USUAL_BUDGET)


def _choose(scenario: Scenario) -> None:
    heading("Data")
    choose_data(scenario)
    heading("Problem")
    regularisation_dial(scenario, "race lam", "λ penalises ‖w‖² + α².")
    neurons_dial(scenario, "race m", 100, "The width of the network that is trained. The convex twin needs no width.")
    seed_dial(scenario, "race seed", "Fixes the start of the trained networks.")
    st.segmented_control(
        "CPU seconds each may take",
        BUDGETS,
        default=USUAL_BUDGET,
        required=True,
        format_func=short,
        key=_BUDGET,
        width="stretch",
        help="Each method computes for so long, on one core, and stops.",
    )
    large_type(scenario)
