"""The sidebar of the page Race: data, problem, and how long each entrant may take."""

from __future__ import annotations

import streamlit as st

from landscape.formatting import short
from landscape.scenario import Scenario, limits
from landscape.web.frame import heading, hidden
from landscape.web.session import change, current
from landscape.web.shared.data_panel import choose_data
from landscape.web.shared.scenario_controls import large_type
from landscape.web.shared.widgets import dial

BUDGETS = (1.0, 2.0, 5.0, 10.0, 20.0)
"""Seconds that each entrant may take, for a visitor to choose from."""

USUAL_BUDGET = 2.0
"""The budget before a visitor has chosen one."""

_BUDGET = "race budget"


def choose() -> Scenario:
    """Draw the controls in the sidebar, unless the address hides them, and return what they set."""
    if "controls" not in hidden():
        _choose(current())
    return current()


def seconds_allowed() -> float:
    """Return how many seconds each entrant may take."""
    return float(st.session_state.get(_BUDGET) or USUAL_BUDGET)


def _choose(scenario: Scenario) -> None:
    training = scenario.training
    with st.sidebar:
        heading("Data")
        choose_data(scenario)
        heading("Problem")
        dial(
            "λ / λ_max",
            training.lam,
            limits.LAMBDA,
            lambda lam: change(lam=lam),
            slider=(0.0, 1.0),
            step=0.01,
            key="race lam",
            help="λ penalises ‖w‖² + α².",
        )
        dial(
            "Neurons m",
            training.m,
            limits.NEURONS,
            lambda m: change(m=int(m)),
            slider=(1, 100),
            step=1,
            key="race m",
            help="The width of the network that is trained. The convex program needs no width.",
        )
        dial(
            "Seed",
            training.seed,
            limits.SEED,
            lambda seed: change(seed=int(seed)),
            slider=(0, 50),
            step=1,
            key="race seed",
            help="Fixes the start of the trained networks.",
        )
        st.segmented_control(
            "Seconds each may take",
            BUDGETS,
            default=USUAL_BUDGET,
            required=True,
            format_func=short,
            key=_BUDGET,
            width="stretch",
        )
        large_type(scenario)
